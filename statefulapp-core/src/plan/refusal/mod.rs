//! What the API server refuses in an object by itself, whatever was there before.
//!
//! A refused object is no update: `kubectl apply` fails, and nothing of it happens. So every such value counts as
//! [`Class::Refused`](super::Class::Refused), with what the server objects to. The rules are those of Kubernetes 1.36
//! with its default settings; what the server accepts although it can never work is no concern here.

mod check;
mod config;
mod container;
mod decode;
mod meta;
mod network;
mod pod;
mod probe;
mod resources;
mod scheduling;
mod security;
mod service;
mod storage;
#[cfg(test)]
mod tests;
mod volume;
mod workload;

use self::check::{Check, Refusal};
use super::{
    Change, Class, Pair,
    object::{Object, list},
    redact,
};

/// Raises the changes that the server refuses.
pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let refusals = of(&pair.new);
    if refusals.is_empty() {
        return;
    }
    // What the server has accepted before, by an older rule or another setting, it does not look at again.
    let before = of(&pair.old);
    for refusal in refusals.into_iter().filter(|refusal| !before.contains(refusal)) {
        let text = format!("the server refuses it: {}", redact::text(&refusal.message));
        pair.raise(Class::Refused, &refusal.path, text, vec![]);
        // Nothing of the object reaches the cluster, so nothing is to be deleted for it.
        pair.changes.iter_mut().skip(pair.first).for_each(|change| change.commands.clear());
    }
}

/// Adds what the server refuses in an object that is new.
pub(super) fn added(object: Object<'_>, changes: &mut Vec<Change>) {
    for refusal in of(&object) {
        let text = format!("the server refuses it: {}", redact::text(&refusal.message));
        changes.push(Change { path: refusal.path, ..Change::of(object, Class::Refused, text) });
    }
}

/// The fields that the server refuses in an object, with what it says of them.
pub(crate) fn refused(object: &serde_json::Value) -> Vec<(String, String)> {
    let refusals = Object::new(object).map(|object| of(&object)).unwrap_or_default();
    refusals.into_iter().map(|refusal| (refusal.path, redact::text(&refusal.message))).collect()
}

/// The rules of a role say what, of which group, and what may be done with it.
fn role<'a>(check: &mut Check<'a>, value: &'a serde_json::Value, kind: &str) {
    check.items(value, "rules", |check, rule| {
        let is_empty = |field| list(rule, &[field]).is_empty();
        if is_empty("verbs") {
            check.refuse_at("verbs", "is required");
        }
        match (is_empty("resources"), is_empty("nonResourceURLs")) {
            (true, true) => check.refuse_at("resources", "is required"),
            (false, true) if is_empty("apiGroups") => check.refuse_at("apiGroups", "is required"),
            (_, false) if kind == "Role" => check.refuse_at("nonResourceURLs", "goes only with a ClusterRole"),
            (false, false) => check.refuse_at("nonResourceURLs", "does not go with resources"),
            _ => {}
        }
    });
}

/// Everything that the server refuses in an object.
fn of(object: &Object<'_>) -> Vec<Refusal> {
    let mut check = Check::default();
    meta::check(&mut check, object);
    let value = object.value;
    match (object.group, object.kind) {
        ("apps", "StatefulSet") => check.required(value, "spec", workload::stateful_set),
        ("apps", "Deployment") => check.required(value, "spec", workload::deployment),
        ("apps", "DaemonSet") => check.required(value, "spec", workload::daemon_set),
        ("batch", "Job") => check.required(value, "spec", workload::job),
        ("batch", "CronJob") => check.required(value, "spec", workload::cron_job),
        ("", "Service") => check.required(value, "spec", service::check),
        ("apps", "ReplicaSet") => check.required(value, "spec", workload::replica_set),
        ("", "Pod") => check.required(value, "spec", pod::of_its_own),
        ("", "Namespace") => meta::namespace(&mut check, value),
        ("autoscaling", "HorizontalPodAutoscaler") => check.required(value, "spec", workload::autoscaler),
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => role(&mut check, value, object.kind),
        ("", "PersistentVolumeClaim") => check.required(value, "spec", storage::claim),
        ("", "ConfigMap") => config::config_map(&mut check, value),
        ("", "Secret") => config::secret(&mut check, value),
        ("policy", "PodDisruptionBudget") => check.field(value, "spec", network::disruption_budget),
        ("networking.k8s.io", "NetworkPolicy") => check.field(value, "spec", network::network_policy),
        ("networking.k8s.io", "Ingress") => check.field(value, "spec", network::ingress),
        ("storage.k8s.io", "StorageClass") => storage::class(&mut check, value),
        _ => {}
    }
    let mut found = check.found;
    decode::check(object, &mut found);
    found
}
