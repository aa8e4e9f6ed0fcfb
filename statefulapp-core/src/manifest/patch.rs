use crate::model::{Item, Patch, Stack};
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use std::sync::Arc;

/// A function that edits the finished workload of an app.
pub type PatchFunction = Arc<dyn Fn(&mut PatchTarget<'_>) + Send + Sync>;

/// What a patch edits.
#[derive(Debug)]
#[non_exhaustive]
pub enum PatchTarget<'a> {
    /// The StatefulSet of a `StatefulApp`.
    StatefulSet(&'a mut StatefulSet),
    /// The Deployment of an `App`.
    Deployment(&'a mut Deployment),
}

impl Patch {
    /// A patch of either workload.
    pub fn new(patch: impl Fn(&mut PatchTarget<'_>) + Send + Sync + 'static) -> Self {
        Self { function: Some(Arc::new(patch)) }
    }

    /// A patch of a `StatefulApp`; it does nothing to an `App`.
    ///
    /// ```
    /// # use statefulapp_core::model::Patch;
    /// let patch = Patch::stateful_set(|set| {
    ///     set.metadata.finalizers = Some(vec!["example.com/audit".to_owned()]);
    /// });
    /// ```
    pub fn stateful_set(patch: impl Fn(&mut StatefulSet) + Send + Sync + 'static) -> Self {
        Self::new(move |target| {
            if let PatchTarget::StatefulSet(set) = target {
                patch(set);
            }
        })
    }

    /// A patch of an `App`; it does nothing to a `StatefulApp`.
    pub fn deployment(patch: impl Fn(&mut Deployment) + Send + Sync + 'static) -> Self {
        Self::new(move |target| {
            if let PatchTarget::Deployment(deployment) = target {
                patch(deployment);
            }
        })
    }

    /// Whether there is one.
    pub fn is_some(&self) -> bool {
        self.function.is_some()
    }

    /// Edits the object, if there is a patch.
    pub(super) fn apply(&self, target: &mut PatchTarget<'_>) {
        if let Some(function) = &self.function {
            function(target);
        }
    }
}

/// For the macro's expansion: the `patch` of the StatefulApp at this position.
#[doc(hidden)]
pub fn patch_stateful_set(stack: &mut Stack, index: usize, patch: impl Fn(&mut StatefulSet) + Send + Sync + 'static) {
    if let Some(Item::App(app)) = stack.items.get_mut(index) {
        app.patch = Patch::stateful_set(patch);
    }
}

/// For the macro's expansion: the `patch` of the App at this position.
#[doc(hidden)]
pub fn patch_deployment(stack: &mut Stack, index: usize, patch: impl Fn(&mut Deployment) + Send + Sync + 'static) {
    if let Some(Item::App(app)) = stack.items.get_mut(index) {
        app.patch = Patch::deployment(patch);
    }
}
