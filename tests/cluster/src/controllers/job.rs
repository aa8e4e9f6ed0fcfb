//! The Job controller: pods until enough have succeeded, too many have failed or the time is over.

use super::delete;
use crate::cluster::{Inner, NewPod};
use crate::kubelet::{Owner, Phase, Stop};
use crate::objects::{Job, Key, fnv};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// How far a Job is.
#[derive(Default)]
pub struct Progress {
    began: Option<Instant>,
    /// Pods whose end was counted, by uid.
    counted: BTreeSet<String>,
    succeeded: u32,
    failed: u32,
    not_before: Option<Instant>,
    outcome: Option<bool>,
}

pub(super) fn reconcile(inner: &Arc<Inner>, progress: &mut Progress, key: &Key, job: &Job) -> Result<()> {
    if progress.outcome.is_some() || job.suspend {
        return Ok(());
    }
    let began = *progress.began.get_or_insert_with(Instant::now);
    let owner = Owner::Job { name: key.1.clone() };
    let pods: Vec<_> =
        inner.pods().into_iter().filter(|pod| pod.owner == owner && pod.facts.namespace == key.0).collect();
    let limit = job.backoff_limit.unwrap_or(6);
    let mut active = 0;
    let mut restarts = 0;
    for pod in &pods {
        let phase = pod.status().phase;
        match phase {
            Phase::Succeeded | Phase::Failed => {
                if progress.counted.insert(pod.facts.uid.clone()) {
                    let counter =
                        if phase == Phase::Succeeded { &mut progress.succeeded } else { &mut progress.failed };
                    *counter += 1;
                    inner.event(&format!("Job {}: pod {} {phase:?}", key.1, pod.facts.name));
                    // 10 s, 20 s, … on a real cluster.
                    progress.not_before = Some(Instant::now() + Duration::from_secs(u64::from(progress.failed.min(5))));
                }
            }
            Phase::Pending | Phase::Running => {
                active += 1;
                restarts += pod.status().containers.values().map(|container| container.restarts).sum::<u32>();
            }
        }
    }
    let wanted = job.completions.unwrap_or(1);
    let overdue = job.active_deadline_seconds.is_some_and(|seconds| began.elapsed() > Duration::from_secs(seconds));
    if progress.succeeded >= wanted {
        progress.outcome = Some(true);
    } else if progress.failed > limit || restarts > limit || overdue {
        let why = if overdue { "DeadlineExceeded" } else { "BackoffLimitExceeded" };
        inner.event(&format!("Job {}: {why}", key.1));
        for pod in &pods {
            pod.stop(Stop { grace: Duration::from_secs(pod.spec.grace_seconds()), at_once: false });
        }
        progress.outcome = Some(false);
    }
    if let Some(good) = progress.outcome {
        inner.event(&format!("Job {}: {}", key.1, if good { "Complete" } else { "Failed" }));
        pods.iter()
            .filter(|pod| !matches!(pod.status().phase, Phase::Pending | Phase::Running))
            .for_each(|pod| delete(pod));
        return Ok(());
    }
    let room = job.parallelism.unwrap_or(1).min(wanted - progress.succeeded);
    if active < room && progress.not_before.is_none_or(|time| Instant::now() >= time) {
        let number = inner.next_id();
        let suffix = format!("{:05x}", fnv(&number.to_le_bytes()) & 0xf_ffff);
        let index = (progress.succeeded + active).to_string();
        let mut labels = BTreeMap::from([
            ("batch.kubernetes.io/job-name".to_owned(), key.1.clone()),
            ("job-name".to_owned(), key.1.clone()),
        ]);
        if job.completion_mode.as_deref() == Some("Indexed") {
            labels.insert("batch.kubernetes.io/job-completion-index".to_owned(), index);
        }
        let claims = job.template.spec.volumes.iter();
        let claims = claims
            .filter_map(|volume| {
                Some((volume.name.clone(), volume.persistent_volume_claim.as_ref()?.claim_name.clone()))
            })
            .collect();
        let new = NewPod { template: &job.template, labels, owner, revision: String::new(), claims, host: None };
        inner.create_pod(&key.0, &format!("{}-{number:03}{suffix}", key.1), new)?;
    }
    Ok(())
}

/// `true` complete, `false` failed, `None` not over.
pub(crate) fn outcome(inner: &Inner, key: &Key) -> Option<bool> {
    inner.controllers.lock().unwrap_or_else(PoisonError::into_inner).jobs.get(key)?.outcome
}
