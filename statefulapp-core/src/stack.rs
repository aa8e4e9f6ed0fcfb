//! What can be done with a stack: check it, put it together with another, see its objects, write it.

use crate::check;
use crate::finding::Findings;
use crate::model::{Item, Stack};
use std::collections::HashSet;
use std::fmt;

impl Stack {
    /// The stack of a declaration, without its handles.
    ///
    /// Not only the trait's function of this name: rust-analyzer does not see the `From` that a declaration implements inside of the
    /// block that it expands to, and would underline a right program.
    #[allow(clippy::should_implement_trait)]
    pub fn from(declared: impl Into<Self>) -> Self {
        declared.into()
    }

    /// What the rules find: errors and warnings.
    pub fn check(&self) -> Findings {
        check::findings(self)
    }

    /// Takes over the items of another stack.
    ///
    /// # Errors
    /// Both declare an item of one kind and name, or live in different namespaces. Nothing is taken over then.
    pub fn merge(&mut self, other: Stack) -> Result<&mut Self, MergeError> {
        if let (Some(ours), Some(theirs)) = (&self.namespace, &other.namespace)
            && ours != theirs
        {
            return Err(MergeError(format!(
                "one stack is in the namespace `{ours}`, the other in `{theirs}`; write them separately"
            )));
        }
        fn key(item: &Item) -> (&str, &str) {
            (item.kind(), item.name())
        }
        // A program may merge many stacks: no item is compared with every other.
        let theirs: HashSet<_> = other.items.iter().map(key).filter(|(_, name)| !name.is_empty()).collect();
        let both: HashSet<_> = self.items.iter().map(key).filter(|ours| theirs.contains(ours)).collect();
        if let Some(item) = other.items.iter().find(|item| both.contains(&key(item))) {
            return Err(MergeError(format!(
                "both stacks declare {} `{}`; rename one of them",
                item.kind(),
                item.name()
            )));
        }
        for param in &other.params {
            if self.params.iter().any(|ours| ours.name == param.name) {
                return Err(MergeError(format!(
                    "both stacks declare the parameter `{}`; rename one of them",
                    param.name
                )));
            }
        }
        let Stack { name, namespace, kubernetes, cluster_domain, params, allow, items, origins, unread } = other;
        self.name = self.name.take().or(name);
        self.namespace = self.namespace.take().or(namespace);
        // The older of the two: both must run on it.
        self.kubernetes = match (self.kubernetes, kubernetes) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
        self.cluster_domain = self.cluster_domain.take().or(cluster_domain);
        let behind = self.items.len();
        self.add_origins(origins, behind);
        self.params.extend(params);
        self.allow.extend(allow);
        self.items.extend(items);
        self.unread.extend(unread.into_iter().map(|finding| finding.behind(behind)));
        Ok(self)
    }
}

/// Two stacks do not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeError(String);

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MergeError {}
