//! The StatefulSet controller.
//!
//! <https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/>: stable names and claims, ordered or parallel
//! creation, rolling updates from the highest ordinal down to the partition.

use super::delete;
use crate::cluster::{Inner, NewPod};
use crate::kubelet::{Owner, Phase, Pod};
use crate::objects::{Key, StatefulSet, Template};
use anyhow::Result;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// The revisions of a StatefulSet.
#[derive(Default)]
pub struct History {
    templates: BTreeMap<String, Template>,
    /// The revision that all pods had when the last update was complete.
    current: Option<String>,
}

/// What the controller may do next, as far as pods are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Create(u32),
    Delete(u32),
}

/// A pod as the controller sees it.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub ordinal: u32,
    pub newest: bool,
    /// Running, ready, and that for minReadySeconds.
    pub available: bool,
    pub terminating: bool,
    /// Ended by itself: the controller replaces it.
    pub ended: bool,
}

/// The order of creation, deletion and update: a pure function of what is wanted and what is seen.
pub fn steps(set: &StatefulSet, seen: &[Seen]) -> Vec<Step> {
    let (first, replicas, ordered) = (set.first_ordinal(), set.replicas(), !set.parallel());
    let wanted = first..first + replicas;
    let find = |ordinal: u32| seen.iter().find(|pod| pod.ordinal == ordinal);
    let mut out = Vec::new();
    for ordinal in wanted.clone() {
        match find(ordinal) {
            None => out.push(Step::Create(ordinal)),
            Some(pod) if pod.ended && !pod.terminating => out.push(Step::Delete(ordinal)),
            Some(pod) if !pod.terminating && pod.available => continue,
            Some(_) => {}
        }
        if ordered {
            return out;
        }
    }
    let mut condemned: Vec<&Seen> = seen.iter().filter(|pod| !wanted.contains(&pod.ordinal)).collect();
    condemned.sort_by_key(|pod| std::cmp::Reverse(pod.ordinal));
    if ordered {
        if let Some(pod) = condemned.first() {
            if !pod.terminating {
                out.push(Step::Delete(pod.ordinal));
            }
            return out;
        }
    } else {
        out.extend(condemned.iter().filter(|pod| !pod.terminating).map(|pod| Step::Delete(pod.ordinal)));
    }
    if !out.is_empty() {
        return out;
    }
    let Some(partition) = set.partition() else { return out };
    for ordinal in wanted.rev().take_while(|ordinal| *ordinal >= partition) {
        match find(ordinal) {
            Some(pod) if !pod.newest && !pod.terminating => {
                out.push(Step::Delete(ordinal));
                return out;
            }
            Some(pod) if pod.available && !pod.terminating => {}
            _ => return out,
        }
    }
    out
}

pub(super) fn reconcile(inner: &Arc<Inner>, history: &mut History, key: &Key, set: &StatefulSet) -> Result<()> {
    let newest = set.template.revision();
    history.templates.entry(newest.clone()).or_insert_with(|| set.template.clone());
    let current = history.current.get_or_insert_with(|| newest.clone()).clone();
    let pods = own_pods(inner, key);
    let seen: Vec<Seen> = pods.iter().map(|(ordinal, pod)| look(inner, set, *ordinal, pod, &newest)).collect();
    for step in steps(set, &seen) {
        match step {
            Step::Delete(ordinal) => {
                if let Some((_, pod)) = pods.iter().find(|(number, _)| *number == ordinal) {
                    inner.event(&format!("StatefulSet {} deletes {}", key.1, pod.facts.name));
                    delete(pod);
                }
            }
            Step::Create(ordinal) => {
                // Below the partition, and with OnDelete for what was never updated, the old template holds.
                let old = set.partition().is_some_and(|partition| ordinal < partition);
                let revision = if old { current.clone() } else { newest.clone() };
                let template = history.templates.get(&revision).unwrap_or(&set.template);
                create(inner, key, set, ordinal, &revision, template)?;
            }
        }
    }
    let complete = seen.len() == set.replicas() as usize && seen.iter().all(|pod| pod.newest && pod.available);
    if complete {
        history.current = Some(newest);
    }
    retain_claims(inner, key, set, &seen);
    Ok(())
}

fn own_pods(inner: &Inner, key: &Key) -> Vec<(u32, Arc<Pod>)> {
    let mut out = Vec::new();
    for pod in inner.pods() {
        if let Owner::StatefulSet { name, ordinal } = &pod.owner
            && *name == key.1
            && pod.facts.namespace == key.0
        {
            out.push((*ordinal, Arc::clone(&pod)));
        }
    }
    out
}

fn look(inner: &Inner, set: &StatefulSet, ordinal: u32, pod: &Pod, newest: &str) -> Seen {
    let wait = Duration::from_secs(set.min_ready_seconds).mul_f64(inner.options.time_scale);
    let status = pod.status();
    Seen {
        ordinal,
        newest: pod.revision == newest,
        available: status.phase == Phase::Running && status.ready_since.is_some_and(|since| since.elapsed() >= wait),
        terminating: status.stop.is_some(),
        ended: matches!(status.phase, Phase::Succeeded | Phase::Failed),
    }
}

fn create(
    inner: &Arc<Inner>,
    key: &Key,
    set: &StatefulSet,
    ordinal: u32,
    revision: &str,
    template: &Template,
) -> Result<()> {
    let name = format!("{}-{ordinal}", key.1);
    if inner.is_held(&key.0, &name) {
        return Ok(());
    }
    let labels = BTreeMap::from([
        ("statefulset.kubernetes.io/pod-name".to_owned(), name.clone()),
        ("apps.kubernetes.io/pod-index".to_owned(), ordinal.to_string()),
        ("controller-revision-hash".to_owned(), format!("{}-{revision}", key.1)),
    ]);
    let claims = set
        .volume_claim_templates
        .iter()
        .map(|claim| (claim.metadata.name.clone(), format!("{}-{name}", claim.metadata.name)))
        .collect();
    let new = NewPod {
        template,
        labels,
        owner: Owner::StatefulSet { name: key.1.clone(), ordinal },
        revision: revision.to_owned(),
        claims,
        host: Some((name.clone(), set.service_name.clone())),
    };
    inner.create_pod(&key.0, &name, new)
}

/// `whenScaled: Delete` deletes the claims of ordinals that are not wanted any more, once their pods are gone.
fn retain_claims(inner: &Inner, key: &Key, set: &StatefulSet, seen: &[Seen]) {
    let policy = set.persistent_volume_claim_retention_policy.as_ref().and_then(|policy| policy.when_scaled.as_deref());
    if policy != Some("Delete") {
        return;
    }
    let end = set.first_ordinal() + set.replicas();
    for ordinal in (end..end + 16).filter(|ordinal| seen.iter().all(|pod| pod.ordinal != *ordinal)) {
        for claim in &set.volume_claim_templates {
            inner.delete_claim(&key.0, &format!("{}-{}-{ordinal}", claim.metadata.name, key.1));
        }
    }
}

/// Whether all wanted pods are there, available and of the newest revision (down to the partition).
pub(crate) fn complete(inner: &Inner, key: &Key) -> Result<bool> {
    let objects = inner.objects();
    let Some(set) = objects.stateful_sets.get(key) else { return Ok(false) };
    // Wait for a look that saw the newest template.
    drop(inner.controllers.lock().unwrap_or_else(PoisonError::into_inner));
    let newest = set.template.revision();
    let partition = set.partition().unwrap_or(u32::MAX);
    let seen: Vec<Seen> =
        own_pods(inner, key).iter().map(|(ordinal, pod)| look(inner, set, *ordinal, pod, &newest)).collect();
    let good = |pod: &Seen| pod.available && !pod.terminating && (pod.newest || pod.ordinal < partition);
    Ok(seen.len() == set.replicas() as usize && seen.iter().all(good))
}
