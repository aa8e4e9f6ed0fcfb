//! What a changed field does, kind by kind.

mod config;
mod daemon_set;
mod deployment;
mod job;
mod other;
mod pods;
mod service;
mod stateful_set;
mod storage;

pub(super) use self::pods::{Set, common, without};
use super::{Class, Pair, diff::Difference};

/// How the new manifests reach the cluster. `NEW/` is explained at the foot of a printed plan.
pub(super) const APPLY: &str = "kubectl apply --server-side -f NEW/";

/// Judges every difference of an object that is in both versions.
pub(super) fn compare(pair: &mut Pair<'_, '_>, differences: &[Difference<'_>]) {
    let (metadata, rest): (Vec<_>, Vec<_>) =
        differences.iter().partition(|difference| difference.path.starts_with(&["metadata"]));
    for difference in metadata {
        pair.push(Class::InPlace, difference, "metadata of the object itself: no pod notices");
    }
    if rest.is_empty() {
        return;
    }
    match (pair.new.group, pair.new.kind) {
        ("apps", "StatefulSet") => stateful_set::compare(pair, &rest),
        ("apps", "Deployment") => deployment::compare(pair, &rest),
        ("apps", "DaemonSet") => daemon_set::compare(pair, &rest),
        ("batch", "Job") => job::compare(pair, &rest),
        ("batch", "CronJob") => job::compare_cron(pair, &rest),
        ("", "Service") => service::compare(pair, &rest),
        ("", "ConfigMap" | "Secret") => config::compare(pair, &rest),
        ("", "PersistentVolumeClaim") => storage::compare_claim(pair, &rest),
        ("", "PersistentVolume") => storage::compare_volume(pair, &rest),
        ("storage.k8s.io", "StorageClass") => storage::compare_class(pair, &rest),
        _ => other::compare(pair, &rest),
    }
}

/// The commands that delete an object and make it again.
fn recreate(pair: &Pair<'_, '_>) -> Vec<String> {
    vec![format!("kubectl delete {}", pair.new.on_command_line()), APPLY.into()]
}
