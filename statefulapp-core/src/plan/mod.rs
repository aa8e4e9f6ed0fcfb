//! This version of the manifests against earlier ones, offline.
//!
//! [`read`] reads earlier manifests (a directory, a file, standard input or a git revision, written by any tool), and
//! [`plan`] compares them with the new ones: every [`Change`] with its [`Class`], the old and the new value, what
//! happens to which pods in which order, and the commands to type where `kubectl apply` alone would be refused.
//!
//! The rules are those of the API server (Kubernetes 1.36): which fields of an object may change, what counts as the
//! same value after the server's defaulting, which values it refuses. Beyond the API stand facts of database engines:
//! PostgreSQL does not read the data directory of another major version, whatever the API server says.
//!
//! ```
//! use serde_json::json;
//! use statefulapp_core::plan::{Class, plan};
//!
//! let config = |log: &str| {
//!     json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "app"}, "data": {"log": log}})
//! };
//! let plan = plan(&[config("info")], &[config("debug")]);
//! assert_eq!(plan.class(), Class::InPlace);
//! assert_eq!(plan.exit_code(), 0);
//! assert!(plan.to_string().contains(r#"data.log: "info" → "debug""#));
//! ```

mod canonical;
mod cluster;
mod diff;
mod engines;
mod git;
mod kind;
mod object;
mod owned;
mod quantity;
mod read;
mod redact;
mod refusal;
mod report;
mod whole;

use std::{collections::HashSet, fmt};

use serde_json::Value;

pub(crate) use self::refusal::refused;
use self::{
    cluster::Cluster,
    diff::Difference,
    object::{Identity, Object},
};
pub use self::{
    object::ObjectId,
    read::{PlanError, parse, read},
};

/// What a change does to the running application, from harmless to fatal.
///
/// The order is that of severity, so the class of a whole plan is the largest of its changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Written differently, means the same.
    None,
    /// The object is updated (or created), no running pod is restarted.
    InPlace,
    /// Pods are restarted, one after the other.
    Rolling,
    /// `kubectl apply` alone does not do it: the server refuses the update, or accepts it without effect. The object
    /// is deleted and made again (the pods of a StatefulSet stay, by `--cascade=orphan`), or the named commands come
    /// first.
    Recreate,
    /// It must not be applied as it stands: the server refuses the value whatever was there before, or a bare number of
    /// pods would break a quorum. The procedure is named where there is one.
    Refused,
    /// Data is deleted, or left behind where the application no longer finds it.
    Destroys,
}

impl Class {
    /// The name in JSON: `none`, `in-place`, `rolling-restart`, `recreate`, `refused`, `destroys-data`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Class::None => "none",
            Class::InPlace => "in-place",
            Class::Rolling => "rolling-restart",
            Class::Recreate => "recreate",
            Class::Refused => "refused",
            Class::Destroys => "destroys-data",
        }
    }

    /// The exit code of a program that reports this class: 0 for nothing or in place, 2 for a rolling restart, 3 for
    /// recreate and refused, 4 for destroyed data (1 stays free for an error).
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Class::None | Class::InPlace => 0,
            Class::Rolling => 2,
            Class::Recreate | Class::Refused => 3,
            Class::Destroys => 4,
        }
    }
}

/// The words for people: `no change`, `in place`, `rolling restart`, `needs recreate`, `refused`, `destroys data`.
impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Class::None => "no change",
            Class::InPlace => "in place",
            Class::Rolling => "rolling restart",
            Class::Recreate => "needs recreate",
            Class::Refused => "refused",
            Class::Destroys => "destroys data",
        })
    }
}

/// One difference between the earlier and the new manifests.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The object that changes. Of an object in both versions, its new `apiVersion`.
    pub object: ObjectId,
    /// The field, such as `spec.volumeClaimTemplates[data].spec.resources.requests.storage`; empty for the whole object.
    pub path: String,
    /// What the change does.
    pub class: Class,
    /// The earlier value; `None` if the field was not set. A secret value is never held here, but `"<redacted>"`.
    pub old: Option<Value>,
    /// The new value; `None` if the field is no longer set. Of a changed secret, `"<redacted, changed>"`.
    pub new: Option<Value>,
    /// What happens, why, and what to think of.
    pub explanation: String,
    /// What to type, in this order. `NEW/` stands for the directory of the new manifests.
    pub commands: Vec<String>,
}

/// All changes from the earlier manifests to the new ones: made by [`plan`], shown by `Display`.
///
/// The order is fixed: objects with the gravest change first, then by namespace, kind and name.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Plan {
    /// The changes; empty if both versions say the same.
    pub changes: Vec<Change>,
}

impl Plan {
    /// The gravest class of all changes; [`Class::None`] if there is none.
    #[must_use]
    pub fn class(&self) -> Class {
        self.changes.iter().map(|change| change.class).max().unwrap_or(Class::None)
    }

    /// The exit code for the whole plan, see [`Class::exit_code`].
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.class().exit_code()
    }
}

/// Compares earlier manifests with new ones.
///
/// Both are lists of Kubernetes objects as JSON, in any order. Objects are the same if group, kind, namespace
/// (`default` if left out) and name are; a version (`policy/v1beta1`, `policy/v1`) makes no difference. Of two
/// objects with one identity the later counts, as with `kubectl apply`. A value without a kind or a name is no object
/// and is left out.
///
/// Nothing is asked of a cluster: what it alone knows (is the claim bound, may its class grow) is named in the
/// explanation, and the class is the graver one.
#[must_use]
pub fn plan(old: &[Value], new: &[Value]) -> Plan {
    let cluster = Cluster::new(old, new);
    let mut changes = Vec::new();
    let mut rolled = HashSet::new();
    // Whether pods notice a changed ConfigMap depends on whether this plan restarts them, so workloads come first.
    for workloads in [true, false] {
        for (identity, new) in cluster.new.iter().filter(|(identity, _)| identity.is_workload() == workloads) {
            let before = changes.len();
            match cluster.old.get(identity) {
                None => whole::added(*new, &mut changes),
                Some(old) if old.value == new.value => {}
                Some(old) => compare(&cluster, &rolled, *old, *new, &mut changes),
            }
            if workloads && changes.iter().skip(before).any(|change| change.class >= Class::Rolling) {
                rolled.insert(*identity);
            }
        }
    }
    for (identity, old) in cluster.old.iter().filter(|(identity, _)| !cluster.new.contains_key(*identity)) {
        if whole::is_made_by_the_cluster(&cluster, *old) {
            continue;
        }
        changes.push(whole::removed(&cluster, *identity, *old));
    }
    report::sort(&mut changes);
    Plan { changes }
}

fn compare<'a>(
    cluster: &Cluster<'a>,
    rolled: &HashSet<Identity<'a>>,
    old: Object<'a>,
    new: Object<'a>,
    changes: &mut Vec<Change>,
) {
    let (old_form, new_form) = (canonical::object(old), canonical::object(new));
    let notation = match new.kind {
        // Their controllers compare the stored bytes of the template, a Deployment's compares amounts.
        "StatefulSet" | "DaemonSet" => diff::Notation::CountsInTemplate,
        _ => diff::Notation::Ignored,
    };
    let differences = diff::objects(&old_form, &new_form, notation);
    let first = changes.len();
    let mut pair = Pair { cluster, rolled, old, new, changes, first };
    if old.api_version != new.api_version {
        let (old, new) = (Value::from(old.api_version), Value::from(new.api_version));
        let mut change = Change::of(pair.new, Class::InPlace, "another version of the same API: the object stays");
        (change.path, change.old, change.new) = ("apiVersion".into(), Some(old), Some(new));
        pair.changes.push(change);
    }
    kind::compare(&mut pair, &differences);
    owned::compare(&mut pair);
    refusal::compare(&mut pair);
}

/// An object in both versions, on its way to become a list of changes.
struct Pair<'p, 'a> {
    cluster: &'p Cluster<'a>,
    /// Workloads whose pods this plan restarts.
    rolled: &'p HashSet<Identity<'a>>,
    old: Object<'a>,
    new: Object<'a>,
    changes: &'p mut Vec<Change>,
    /// Where the changes of this object begin.
    first: usize,
}

impl Pair<'_, '_> {
    /// Adds the change of one field; its values are redacted here and nowhere else.
    fn push(&mut self, class: Class, difference: &Difference<'_>, explanation: impl Into<String>) {
        self.push_with(class, difference, explanation, vec![]);
    }

    fn push_with(&mut self, class: Class, difference: &Difference<'_>, text: impl Into<String>, commands: Vec<String>) {
        let (old, new) = redact::both(self.new.kind, difference);
        let path = difference.path.to_string();
        self.changes.push(Change { path, old, new, commands, ..Change::of(self.new, class, text) });
    }

    /// Says more of a field: to the change at this path, or of the nearest field around or below it, else as a new one.
    fn raise(&mut self, class: Class, path: &str, explanation: impl Into<String>, commands: Vec<String>) {
        let explanation = explanation.into();
        let near = |change: &Change| match (path.strip_prefix(&change.path), change.path.strip_prefix(path)) {
            (Some(rest), _) | (_, Some(rest)) if rest.is_empty() || rest.starts_with(['.', '[']) => Some(rest.len()),
            _ => None,
        };
        let nearest = self.changes.iter_mut().skip(self.first).filter_map(|change| Some((near(change)?, change)));
        let Some((_, change)) = nearest.min_by_key(|(distance, _)| *distance) else {
            return self.note(class, path, explanation, commands);
        };
        if class > change.class && class >= Class::Recreate && change.class < Class::Recreate {
            // That pods restart is no news beside it.
            change.explanation = explanation;
            change.commands = commands;
        } else {
            change.explanation = format!("{explanation}; {}", change.explanation);
            change.commands.splice(0..0, commands);
        }
        change.class = change.class.max(class);
    }

    /// Adds a change that is not the difference of one field.
    fn note(&mut self, class: Class, path: &str, explanation: impl Into<String>, commands: Vec<String>) {
        self.changes.push(Change { path: path.into(), commands, ..Change::of(self.new, class, explanation) });
    }
}

impl Change {
    fn of(object: Object<'_>, class: Class, explanation: impl Into<String>) -> Change {
        let explanation = explanation.into();
        Change { object: object.id(), path: String::new(), class, old: None, new: None, explanation, commands: vec![] }
    }
}
