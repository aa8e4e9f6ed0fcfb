//! Changes of all other kinds: few of their fields are frozen.

use serde_json::Value;

use crate::plan::{Class, Pair, diff::Difference};

/// Fields that the server refuses to change: group, kind, path (`*` is any step), and what it is.
const FROZEN: &[(&str, &str, &[&str], &str)] = &[
    ("rbac.authorization.k8s.io", "RoleBinding", &["roleRef"], "the role of a binding"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", &["roleRef"], "the role of a binding"),
    ("apps", "ReplicaSet", &["spec", "selector"], "the selector of a ReplicaSet"),
    ("scheduling.k8s.io", "PriorityClass", &["value"], "the value of a PriorityClass"),
    ("scheduling.k8s.io", "PriorityClass", &["preemptionPolicy"], "the preemption policy of a PriorityClass"),
    ("node.k8s.io", "RuntimeClass", &["handler"], "the handler of a RuntimeClass"),
    ("networking.k8s.io", "IngressClass", &["spec", "controller"], "the controller of an IngressClass"),
    ("discovery.k8s.io", "EndpointSlice", &["addressType"], "the address type of an EndpointSlice"),
    ("storage.k8s.io", "VolumeAttributesClass", &["driverName"], "the driver of a VolumeAttributesClass"),
    ("storage.k8s.io", "VolumeAttributesClass", &["parameters"], "the parameters of a VolumeAttributesClass"),
    ("", "ResourceQuota", &["spec", "scopes"], "the scopes of a ResourceQuota"),
    ("", "ResourceQuota", &["spec", "scopeSelector"], "the scopes of a ResourceQuota"),
    ("apiextensions.k8s.io", "CustomResourceDefinition", &["spec", "group"], "the group of a definition"),
    ("apiextensions.k8s.io", "CustomResourceDefinition", &["spec", "scope"], "the scope of a definition"),
    ("apiextensions.k8s.io", "CustomResourceDefinition", &["spec", "names", "kind"], "the kind of a definition"),
    ("apiextensions.k8s.io", "CustomResourceDefinition", &["spec", "names", "plural"], "the name of a definition"),
];

pub(super) fn compare(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    for difference in differences {
        let frozen = FROZEN.iter().find(|(group, kind, path, _)| {
            (*group, *kind) == (pair.new.group, pair.new.kind) && difference.path.starts_with(path)
        });
        if let Some((_, kind, _, what)) = frozen {
            let loss = match *kind {
                "CustomResourceDefinition" => (Class::Destroys, "; deleting it deletes every object of that kind"),
                _ => (Class::Recreate, ""),
            };
            let text = format!("the server refuses to change {what}: delete the object and make it again{}", loss.1);
            let commands = super::recreate(pair);
            pair.push_with(loss.0, difference, text, commands);
        } else if (pair.new.group, pair.new.kind) == ("", "Pod") {
            pod(pair, difference);
        } else if (pair.new.group, pair.new.kind) == ("networking.k8s.io", "NetworkPolicy") {
            network_policy(pair, differences, difference);
        } else {
            pair.push(Class::InPlace, difference, effect(pair.new.group, pair.new.kind));
        }
    }
}

/// When a change of such an object is felt.
fn effect(group: &str, kind: &str) -> &'static str {
    match (group, kind) {
        ("policy", "PodDisruptionBudget") => "counts from the next eviction on (a drain, for instance)",
        ("networking.k8s.io", "Ingress") => "the ingress controller follows it",
        ("autoscaling", "HorizontalPodAutoscaler") => "counts from the next measurement on",
        ("rbac.authorization.k8s.io", _) => "takes effect at once",
        ("", "ServiceAccount") => "counts for pods that start from now on",
        ("", "Namespace" | "ResourceQuota" | "LimitRange") => "counts for what is created from now on",
        ("apps", "ReplicaSet") | ("", "ReplicationController") => "running pods stay; new ones follow it",
        (
            ""
            | "apps"
            | "batch"
            | "policy"
            | "networking.k8s.io"
            | "storage.k8s.io"
            | "discovery.k8s.io"
            | "scheduling.k8s.io"
            | "node.k8s.io"
            | "apiextensions.k8s.io"
            | "admissionregistration.k8s.io"
            | "apiregistration.k8s.io"
            | "coordination.k8s.io"
            | "autoscaling",
            _,
        ) => "updated in place",
        _ => "unknown kind: not judged, its controller decides what follows",
    }
}

/// Of a bare pod only images may change; its container restarts then.
fn pod(pair: &mut Pair<'_, '_>, difference: &Difference<'_>) {
    let path = &difference.path;
    if path.is(&["spec", "containers", "*", "image"]) || path.is(&["spec", "initContainers", "*", "image"]) {
        return pair.push(Class::Rolling, difference, "the container restarts in its pod");
    }
    if path.is(&["spec", "activeDeadlineSeconds"]) && difference.new.is_some() {
        return pair.push(Class::InPlace, difference, "may be set or shortened while the pod runs");
    }
    if path.is(&["spec", "tolerations"]) && has_more(difference) {
        return pair.push(Class::InPlace, difference, "tolerations may be added while the pod runs");
    }
    let text = "the server refuses to change this field of a pod: delete the pod and make it again";
    let commands = super::recreate(pair);
    pair.push_with(Class::Recreate, difference, text, commands);
}

/// Whether everything that was in a list still is.
fn has_more(difference: &Difference<'_>) -> bool {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let new = list(difference.new);
    list(difference.old).iter().all(|element| new.contains(element))
}

fn network_policy(pair: &mut Pair<'_, '_>, all: &[&Difference<'_>], difference: &Difference<'_>) {
    let types = |value: &Value| value.pointer("/spec/policyTypes").is_some_and(|types| !types.is_null());
    let first_egress = difference.path.is(&["spec", "egress"]) && difference.old.is_none();
    if first_egress && !types(pair.new.value) && !all.iter().any(|other| other.path.is(&["spec", "policyTypes"])) {
        // The server derives the types when the object is made, and keeps them.
        let text = "without effect: the server keeps the policyTypes it filled in, [Ingress], and ignores egress rules; \
                    write policyTypes";
        return pair.push_with(Class::Recreate, difference, text, super::recreate(pair));
    }
    pair.push(Class::InPlace, difference, "traffic follows it at once; open connections may stay");
}
