//! `plan` against pairs of manifests that were submitted to a real API server; `tests/updates/README.md` says how.

use serde_json::{Value, json};
use statefulapp_core::plan::{Class, Plan, plan};

const BASES: &str = include_str!("updates/bases.jsonl");
const PAIRS: &str = include_str!("updates/pairs.jsonl");

/// Updates that the server accepts and the plan classes as `recreate` or more, and why it does.
const HIGHER: &[(&str, &str, &str)] = &[
    ("Service", "", "`clusterIP: None` that is left out is accepted and stays: only a new Service gets an address"),
    ("NetworkPolicy", "/spec/egress", "the policyTypes that the server filled in stay, and egress rules are ignored"),
    ("StatefulSet", "/spec/ordinals", "pods with new volumes take the place of pods whose data stays behind"),
    ("StatefulSet", "/spec/template/spec/serviceAccount", "accepted without effect"),
    ("Deployment", "/spec/template/spec/serviceAccount", "accepted without effect"),
    ("PersistentVolumeClaim", "/spec/resources/requests/storage", "that it is bound is not in the manifests"),
    ("PersistentVolumeClaim", "/spec/volumeAttributesClassName", "that it is bound is not in the manifests"),
    ("PersistentVolumeClaim", "/spec/volumeName", "that it is not bound is not in the manifests"),
    (
        "PersistentVolumeClaim",
        "/spec/storageClassName",
        "that the cluster has no default class is not in the manifests",
    ),
    (
        "StatefulSet",
        "/spec/template/spec/containers/0/readinessProbe",
        "a port by a name that the container does not have",
    ),
    (
        "StatefulSet",
        "/spec/template/spec/containers/0/startupProbe",
        "a port by a name that the container does not have",
    ),
    ("Job", "/spec/template/spec/containers/0/resources", "refused by servers before 1.36"),
];

#[test]
fn classes_are_those_of_the_server() {
    let bases: Vec<Value> = lines(BASES).collect();
    let mut wrong = Vec::new();
    let mut rows = 0;
    for row in lines(PAIRS) {
        let [old, new] = ["old", "new"].map(|side| object(&bases, &row, side));
        let plan = plan(&[old], &[new]);
        rows += 1;
        if let Some(why) = judge(&row, &plan) {
            wrong.push(format!("{why}: {row}\n{plan}"));
        }
    }
    println!("updates: {rows} pairs, {} classed otherwise", wrong.len());
    assert!(wrong.is_empty(), "{} of {rows}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with a plan; `None` if nothing is.
fn judge(row: &Value, plan: &Plan) -> Option<&'static str> {
    let kind = row["object"].as_str().expect("a kind");
    let says = |field: &str, verdict: &str| row[field] == verdict;
    let class = plan.class();
    let refused = ["edit", "apply", "client_side"].iter().any(|way| says(way, "reject"));
    if refused {
        return (class < Class::Recreate).then_some("the server refuses it, the plan does not");
    }
    if class >= Class::Recreate {
        let path = row["path"].as_str().expect("a path");
        let known = HIGHER.iter().any(|(of, at, _)| *of == kind && path.starts_with(at));
        return (!known).then_some("the server accepts it, the plan does not");
    }
    let makes_pods = matches!(kind, "StatefulSet" | "Deployment" | "DaemonSet");
    match row["changes"].as_str() {
        // MaxUnavailableStatefulSet is off by default in 1.36: the server throws the number away.
        Some("nothing") if row["path"] == "/spec/updateStrategy" => None,
        Some("nothing") if class > Class::None && !is_notation(row) => Some("nothing changes, the plan sees something"),
        Some("template") if makes_pods && class < Class::Rolling && !is_notation(row) => Some("the template changes"),
        Some("fields" | "metadata" | "nothing") if makes_pods && class == Class::Rolling => {
            // Lowering a partition, or leaving OnDelete, lets pods restart that were held back.
            (!row["path"].as_str().is_some_and(|path| path.starts_with("/spec/updateStrategy")))
                .then_some("the template does not change")
        }
        _ => None,
    }
}

/// The same amount in another notation, which the server stores and a Deployment's controller does not act on.
fn is_notation(row: &Value) -> bool {
    row["path"].as_str().is_some_and(|path| path.ends_with("/memory") || path.ends_with("/storage"))
}

fn object(bases: &[Value], row: &Value, side: &str) -> Value {
    let base = row["base"].as_u64().and_then(|base| bases.get(usize::try_from(base).ok()?)).expect("a base");
    let kind = row["object"].as_str().expect("a kind");
    let mut object = json!({"apiVersion": api_version(kind), "kind": kind, "metadata": {}});
    let mut fields = base.clone();
    match row["path"].as_str().expect("a path") {
        "" => fields = row[side].clone(),
        path => put(&mut fields, path, row.get(side)),
    }
    let Value::Object(fields) = fields else { panic!("no object in {row}") };
    for (key, value) in fields {
        object[key] = value;
    }
    if object["metadata"]["name"].is_null() {
        object["metadata"]["name"] = json!("base");
    }
    object
}

/// Sets the field that a JSON pointer names; without a value it is left out.
fn put(fields: &mut Value, path: &str, value: Option<&Value>) {
    let (parent, last) = path.rsplit_once('/').expect("a pointer");
    let last = last.replace("~1", "/").replace("~0", "~");
    match (fields.pointer_mut(parent).expect("a parent"), value) {
        (Value::Array(list), Some(value)) => list[last.parse::<usize>().expect("a position")] = value.clone(),
        (Value::Object(map), Some(value)) => drop(map.insert(last, value.clone())),
        (Value::Object(map), None) => drop(map.remove(&last)),
        (parent, _) => panic!("{path} in {parent}"),
    }
}

fn api_version(kind: &str) -> &'static str {
    match kind {
        "StatefulSet" | "Deployment" | "DaemonSet" | "ReplicaSet" => "apps/v1",
        "Job" | "CronJob" => "batch/v1",
        "PodDisruptionBudget" => "policy/v1",
        "NetworkPolicy" | "Ingress" | "IngressClass" => "networking.k8s.io/v1",
        "StorageClass" | "VolumeAttributesClass" => "storage.k8s.io/v1",
        "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => "rbac.authorization.k8s.io/v1",
        "PriorityClass" => "scheduling.k8s.io/v1",
        "HorizontalPodAutoscaler" => "autoscaling/v2",
        "RuntimeClass" => "node.k8s.io/v1",
        _ => "v1",
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON value per line"))
}
