//! The controllers: they compare what was applied with the pods that exist, and create and delete pods.

pub mod deployment;
pub mod job;
pub mod stateful_set;

use crate::cluster::{Inner, NewPod};
use crate::kubelet::{Owner, Stop};
use crate::objects::{Key, Template};
use anyhow::Result;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// What the controllers remember between two looks.
#[derive(Default)]
pub struct Memory {
    /// The pod templates of each StatefulSet by revision, and the revision before the newest.
    pub(crate) stateful_sets: BTreeMap<Key, stateful_set::History>,
    pub(crate) jobs: BTreeMap<Key, job::Progress>,
}

/// One look at everything.
pub fn reconcile(inner: &Arc<Inner>) -> Result<()> {
    let mut memory = inner.controllers.lock().unwrap_or_else(PoisonError::into_inner);
    let objects = inner.objects();
    for (key, set) in &objects.stateful_sets {
        stateful_set::reconcile(inner, memory.stateful_sets.entry(key.clone()).or_default(), key, set)?;
    }
    for (key, deployment) in &objects.deployments {
        deployment::reconcile(inner, key, deployment)?;
    }
    for (key, job) in &objects.jobs {
        job::reconcile(inner, memory.jobs.entry(key.clone()).or_default(), key, job)?;
    }
    for (key, pod) in &objects.pods {
        if inner.pod(&key.0, &key.1).is_none() {
            let template = Template { meta: pod.meta.clone(), spec: pod.spec.clone(), source: serde_json::Value::Null };
            let (labels, owner) = (BTreeMap::new(), Owner::Nobody);
            let new =
                NewPod { template: &template, labels, owner, revision: String::new(), claims: Vec::new(), host: None };
            inner.create_pod(&key.0, &key.1, new)?;
        }
    }
    // Garbage collection: the pods of what was deleted.
    for pod in inner.pods() {
        let key = |name: &str| (pod.facts.namespace.clone(), name.to_owned());
        let wanted = match &pod.owner {
            Owner::StatefulSet { name, .. } => objects.stateful_sets.contains_key(&key(name)),
            Owner::Deployment { name } => objects.deployments.contains_key(&key(name)),
            Owner::Job { name } => objects.jobs.contains_key(&key(name)),
            Owner::Nobody => objects.pods.contains_key(&key(&pod.facts.name)),
        };
        if !wanted && !pod.terminating() {
            delete(&pod);
        }
    }
    Ok(())
}

/// Deletes a pod with its grace period.
pub(crate) fn delete(pod: &crate::kubelet::Pod) {
    pod.stop(Stop { grace: Duration::from_secs(pod.spec.grace_seconds()), at_once: false });
}
