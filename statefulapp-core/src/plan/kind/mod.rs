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
use serde_json::Value;

use super::{Class, Pair, diff::Difference, object::at};

/// How the new manifests reach the cluster. `NEW/` is explained at the foot of a printed plan.
pub(super) const APPLY: &str = "kubectl apply --server-side -f NEW/";

/// Judges every difference of an object that is in both versions.
pub(super) fn compare(pair: &mut Pair<'_, '_>, differences: &[Difference<'_>]) {
    let is_live = at(pair.old.value, &["metadata", "uid"]).is_some();
    let differences = differences.iter().filter(|difference| !(is_live && is_kept(pair.new.kind, difference)));
    let (metadata, rest): (Vec<_>, Vec<_>) =
        differences.partition(|difference| difference.path.starts_with(&["metadata"]));
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

/// What the cluster itself wrote into an object that was read from it: no manifest has it, and `apply` keeps it.
fn is_kept(kind: &str, difference: &Difference<'_>) -> bool {
    let by_controllers: &[&[&str]] = match kind {
        "PersistentVolumeClaim" => &[&["spec", "volumeName"], &["spec", "storageClassName"]],
        "PersistentVolume" => &[&["spec", "claimRef"]],
        "ServiceAccount" => &[&["secrets"]],
        "Service" if difference.old == Some(&Value::from("None")) => &[],
        "Service" => &[
            &["spec", "ipFamilies"],
            &["spec", "clusterIP"],
            &["spec", "clusterIPs"],
            &["spec", "healthCheckNodePort"],
            &["spec", "ports", "*", "nodePort"],
        ],
        _ => &[&["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"]],
    };
    let everywhere: [&[&str]; 2] = [&["metadata", "finalizers"], &["metadata", "ownerReferences"]];
    difference.new.is_none() && by_controllers.iter().chain(&everywhere).any(|path| difference.path.is(path))
}

/// The commands that delete an object and make it again.
pub(super) fn recreate(pair: &Pair<'_, '_>) -> Vec<String> {
    vec![format!("kubectl delete {}", pair.new.on_command_line()), APPLY.into()]
}
