//! The Deployment controller: pods with random names; the new ones first, unless the strategy is Recreate.

use super::delete;
use crate::cluster::{Inner, NewPod};
use crate::kubelet::{Owner, Phase};
use crate::objects::{Deployment, Key, fnv};
use anyhow::Result;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn reconcile(inner: &Arc<Inner>, key: &Key, deployment: &Deployment) -> Result<()> {
    let revision = deployment.template.revision();
    let replicas = deployment.replicas.unwrap_or(1) as usize;
    let recreate = deployment
        .strategy
        .as_ref()
        .and_then(|strategy| strategy.kind.as_deref())
        .is_some_and(|kind| kind == "Recreate");
    let own = Owner::Deployment { name: key.1.clone() };
    let pods: Vec<_> = inner
        .pods()
        .into_iter()
        .filter(|pod| pod.owner == own && pod.facts.namespace == key.0 && !pod.terminating())
        .collect();
    let (new, old): (Vec<_>, Vec<_>) = pods.iter().partition(|pod| pod.revision == revision);
    for pod in &pods {
        if matches!(pod.status().phase, Phase::Succeeded | Phase::Failed) {
            delete(pod);
        }
    }
    if recreate && !old.is_empty() {
        old.iter().for_each(|pod| delete(pod));
        return Ok(());
    }
    if new.len() < replicas {
        let suffix = format!("{:05x}", fnv(&inner.next_id().to_le_bytes()) & 0xf_ffff);
        let labels = BTreeMap::from([("pod-template-hash".to_owned(), revision.clone())]);
        let pod = NewPod {
            template: &deployment.template,
            labels,
            owner: own,
            revision: revision.clone(),
            claims: named(deployment),
            host: None,
        };
        return inner.create_pod(&key.0, &format!("{}-{revision}-{suffix}", key.1), pod);
    }
    new.iter().skip(replicas).for_each(|pod| delete(pod));
    if new.iter().filter(|pod| pod.ready()).count() >= replicas {
        old.iter().for_each(|pod| delete(pod));
    }
    Ok(())
}

/// The claims that the template names itself.
fn named(deployment: &Deployment) -> Vec<(String, String)> {
    deployment
        .template
        .spec
        .volumes
        .iter()
        .filter_map(|volume| Some((volume.name.clone(), volume.persistent_volume_claim.as_ref()?.claim_name.clone())))
        .collect()
}
