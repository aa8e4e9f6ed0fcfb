//! Objects without what the server fills in or throws away, so that two spellings of one object are equal.
//!
//! Writing a default is no change: `podManagementPolicy: OrderedReady` is what the server stores anyway. So is `null`,
//! and an empty list or map. What a server added to an object that was read from a cluster (`status`, `uid`,
//! `managedFields`, …) is left out too. The defaults are those of the API reference, Kubernetes 1.36.

mod pod;
mod service;
mod storage;
mod workload;

use serde_json::{Map, Value, json};

use super::object::Object;

/// The object in its shortest form. Amounts stay as written: [`super::diff`] compares them.
pub(super) fn object(object: Object<'_>) -> Value {
    let Value::Object(fields) = object.value else { return object.value.clone() };
    let kept = fields.iter().filter(|(key, _)| !matches!(key.as_str(), "apiVersion" | "status"));
    let mut form: Map<String, Value> = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    metadata(&mut form);
    let known = is_known(object.group, object.kind);
    if object.group.is_empty() && matches!(object.kind, "ConfigMap" | "Secret") {
        // A key without a value is a key with an empty one.
        for field in ["data", "stringData", "binaryData"] {
            with(&mut form, &[field], |data| {
                data.values_mut().filter(|value| value.is_null()).for_each(|value| *value = "".into());
            });
        }
    }
    for value in form.values_mut() {
        tidy(value, known);
    }
    form.retain(|key, value| !is_nothing(key, value, known));
    match (object.group, object.kind) {
        ("apps", "StatefulSet") => with(&mut form, &["spec"], workload::stateful_set),
        ("apps", "Deployment") => with(&mut form, &["spec"], workload::deployment),
        ("apps", "DaemonSet") => with(&mut form, &["spec"], workload::daemon_set),
        ("apps", "ReplicaSet") => with(&mut form, &["spec"], workload::replica_set),
        ("batch", "Job") => with(&mut form, &["spec"], workload::job),
        ("batch", "CronJob") => with(&mut form, &["spec"], workload::cron_job),
        ("", "Pod") => with(&mut form, &["spec"], pod::bare),
        ("", "Service") => with(&mut form, &["spec"], service::service),
        ("networking.k8s.io", "NetworkPolicy") => with(&mut form, &["spec"], service::network_policy),
        ("networking.k8s.io", "Ingress") => with(&mut form, &["spec"], service::ingress),
        ("", "PersistentVolumeClaim") => with(&mut form, &["spec"], storage::claim),
        ("", "PersistentVolume") => with(&mut form, &["spec"], storage::volume),
        ("storage.k8s.io", "StorageClass") => storage::class(&mut form),
        ("", "Secret") => secret(&mut form),
        ("", "ConfigMap") => default(&mut form, "immutable", json!(false)),
        ("", "Namespace") => namespace(&mut form),
        ("autoscaling", "HorizontalPodAutoscaler") => with(&mut form, &["spec"], autoscaler),
        ("scheduling.k8s.io", "PriorityClass") => {
            default(&mut form, "preemptionPolicy", json!("PreemptLowerPriority"));
            default(&mut form, "globalDefault", json!(false));
            default(&mut form, "description", json!(""));
        }
        ("networking.k8s.io", "IngressClass") => {
            with(&mut form, &["spec", "parameters"], |parameters| default(parameters, "scope", json!("Cluster")));
        }
        ("rbac.authorization.k8s.io", _) => binding(&mut form),
        _ => {}
    }
    Value::Object(form)
}

/// The kinds whose schema this module knows; in another one an empty list may mean something.
fn is_known(group: &str, kind: &str) -> bool {
    matches!(
        group,
        "apps"
            | "batch"
            | "policy"
            | "networking.k8s.io"
            | "storage.k8s.io"
            | "rbac.authorization.k8s.io"
            | "autoscaling"
            | "scheduling.k8s.io"
    ) || group.is_empty() && !kind.is_empty()
}

/// Leaves out what the server wrote, and what names the object.
fn metadata(form: &mut Map<String, Value>) {
    let Some(Value::Object(metadata)) = form.get_mut("metadata") else { return };
    metadata.retain(|key, _| {
        !matches!(
            key.as_str(),
            "name"
                | "namespace"
                | "creationTimestamp"
                | "resourceVersion"
                | "uid"
                | "generation"
                | "managedFields"
                | "selfLink"
        )
    });
    if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        annotations.retain(|key, _| {
            !matches!(
                key.as_str(),
                "kubectl.kubernetes.io/last-applied-configuration"
                    | "deployment.kubernetes.io/revision"
                    | "deprecated.daemonset.template.generation"
                    | "pv.kubernetes.io/bind-completed"
                    | "pv.kubernetes.io/bound-by-controller"
                    | "volume.kubernetes.io/storage-provisioner"
                    | "volume.beta.kubernetes.io/storage-provisioner"
                    | "volume.kubernetes.io/selected-node"
            )
        });
    }
}

/// Leaves out null everywhere and, in a known kind, what the server stores as absent.
fn tidy(value: &mut Value, known: bool) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                tidy(value, known);
                if known {
                    amounts(key, value);
                }
            }
            map.retain(|key, value| !is_nothing(key, value, known));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| tidy(value, known)),
        _ => {}
    }
}

/// An amount may be written as a number; the server keeps it as a text.
fn amounts(key: &str, value: &mut Value) {
    let text = |value: &mut Value| {
        if let Value::Number(number) = value {
            *value = Value::String(number.to_string());
        }
    };
    match value {
        Value::Number(_) if matches!(key, "sizeLimit" | "divisor") => text(value),
        Value::Object(map) if AMOUNTS.contains(&key) => map.values_mut().for_each(text),
        _ => {}
    }
}

/// Maps whose values are amounts.
pub(super) const AMOUNTS: &[&str] = &[
    "requests",
    "limits",
    "capacity",
    "hard",
    "overhead",
    "podFixed",
    "max",
    "min",
    "default",
    "defaultRequest",
    "maxLimitRequestRatio",
];

fn is_nothing(key: &str, value: &Value, known: bool) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => known && list.is_empty(),
        // Maps, and structs that are no pointers in the API's Go types: absent and empty are the same there. Other
        // empty objects mean something (`emptyDir: {}`, `podSelector: {}`).
        Value::Object(map) => {
            known
                && map.is_empty()
                && matches!(
                    key,
                    "labels"
                        | "annotations"
                        | "matchLabels"
                        | "nodeSelector"
                        | "limits"
                        | "requests"
                        | "resources"
                        | "data"
                        | "stringData"
                        | "binaryData"
                        | "metadata"
                        | "updateStrategy"
                        | "strategy"
                        | "rollingUpdate"
                        | "persistentVolumeClaimRetentionPolicy"
                        | "ordinals"
                        | "parameters"
                        | "overhead"
                )
        }
        Value::String(text) => known && text.is_empty() && empty_means_absent(key),
        // Plain booleans of the Go types: false is not stored.
        Value::Bool(false) => {
            known
                && matches!(
                    key,
                    "hostNetwork"
                        | "hostPID"
                        | "hostIPC"
                        | "stdin"
                        | "stdinOnce"
                        | "tty"
                        | "readOnly"
                        | "paused"
                        | "publishNotReadyAddresses"
                )
        }
        _ => false,
    }
}

/// Texts for which the server's Go types know no difference between empty and absent (and then take the default).
fn empty_means_absent(key: &str) -> bool {
    matches!(
        key,
        "restartPolicy"
            | "dnsPolicy"
            | "schedulerName"
            | "imagePullPolicy"
            | "terminationMessagePath"
            | "terminationMessagePolicy"
            | "protocol"
            | "scheme"
            | "podManagementPolicy"
            | "whenDeleted"
            | "whenScaled"
            | "concurrencyPolicy"
            | "clusterIP"
            | "sessionAffinity"
            | "externalName"
            | "loadBalancerIP"
            | "externalTrafficPolicy"
            | "hostIP"
            | "hostname"
            | "subdomain"
            | "nodeName"
            | "priorityClassName"
            | "serviceAccount"
            | "serviceAccountName"
            | "serviceName"
            | "workingDir"
            | "subPath"
            | "subPathExpr"
            | "prefix"
            | "medium"
            | "volumeName"
            | "type"
    )
}

/// Gives the map at a path to a function, if there is one, and removes it if nothing is left.
fn with(map: &mut Map<String, Value>, path: &[&str], change: impl FnOnce(&mut Map<String, Value>)) {
    let Some((key, rest)) = path.split_first() else { return change(map) };
    let Some(Value::Object(inner)) = map.get_mut(*key) else { return };
    with(inner, rest, change);
}

/// As [`with`], but a map that has become empty is removed.
fn with_or_drop(map: &mut Map<String, Value>, key: &str, change: impl FnOnce(&mut Map<String, Value>)) {
    with(map, &[key], change);
    if map.get(key).and_then(Value::as_object).is_some_and(Map::is_empty) {
        map.remove(key);
    }
}

/// Gives every object of a list to a function.
fn each(map: &mut Map<String, Value>, key: &str, mut change: impl FnMut(&mut Map<String, Value>)) {
    let Some(Value::Array(list)) = map.get_mut(key) else { return };
    list.iter_mut().filter_map(Value::as_object_mut).for_each(&mut change);
}

/// Leaves out a field that holds the server's default.
fn default(map: &mut Map<String, Value>, key: &str, default: Value) {
    if map.get(key) == Some(&default) {
        // The order of fields means nothing, so the cheaper removal will do.
        map.swap_remove(key);
    }
}

/// The server keeps `stringData` as `data`.
fn secret(form: &mut Map<String, Value>) {
    use base64::Engine as _;
    default(form, "type", json!("Opaque"));
    default(form, "immutable", json!(false));
    with(form, &["data"], |data| {
        // Line breaks in base64 mean nothing.
        for value in data.values_mut() {
            if let Value::String(text) = value
                && text.contains(['\n', '\r'])
            {
                text.retain(|c| !matches!(c, '\n' | '\r'));
            }
        }
    });
    let Some(Value::Object(texts)) = form.remove("stringData") else { return };
    let data = form.entry("data").or_insert_with(|| json!({}));
    let Value::Object(data) = data else { return };
    for (key, text) in texts {
        let encoded = text.as_str().map(|text| base64::engine::general_purpose::STANDARD.encode(text));
        data.insert(key, encoded.map_or(text, Value::String));
    }
}

fn autoscaler(spec: &mut Map<String, Value>) {
    default(spec, "minReplicas", json!(1));
    let cpu = json!([{"type": "Resource", "resource":
        {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}]);
    default(spec, "metrics", cpu);
}

fn namespace(form: &mut Map<String, Value>) {
    with(form, &["metadata", "labels"], |labels| {
        labels.remove("kubernetes.io/metadata.name");
    });
    form.remove("spec");
}

fn binding(form: &mut Map<String, Value>) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    with(form, &["roleRef"], |role| {
        default(role, "apiGroup", json!(GROUP));
        default(role, "apiGroup", json!(""));
    });
    each(form, "subjects", |subject| {
        if subject.get("kind") == Some(&json!("ServiceAccount")) {
            default(subject, "apiGroup", json!(""));
        } else {
            default(subject, "apiGroup", json!(GROUP));
            default(subject, "apiGroup", json!(""));
        }
    });
}
