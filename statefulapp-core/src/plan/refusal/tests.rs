//! The rules against the verdicts of a real API server on thousands of objects.
//!
//! The tables are read from `$VERDICTS_DIR`, else from `shared/verdicts` beside the workspace, else from
//! `tests/verdicts` in it; without them the test says so and compares nothing.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::of;
use crate::plan::object::Object;

#[test]
fn refuses_what_the_server_refuses() {
    let Some(directory) = tables() else {
        println!("skipped: no tables of verdicts, set VERDICTS_DIR");
        return;
    };
    let (mut rows, mut missed, mut invented) = (0, Vec::new(), Vec::new());
    let every = |step: usize| move |table: &&'static str| (*table, step);
    for (table, step) in OBJECTS.iter().map(every(1)).chain(VALUES.iter().map(every(7))) {
        let path = directory.join(format!("{table}.jsonl"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for line in text.lines().step_by(step) {
            let row: Value = serde_json::from_str(line).expect("a JSON object per line");
            let Some(object) = build(table, &row) else { continue };
            rows += 1;
            let found = of(&Object::new(&object).unwrap_or_else(|| panic!("no object: {object}")));
            let refused = row["verdict"] == "reject" || row["apply"] == "reject";
            if refused && found.is_empty() {
                missed.push(format!("{table} {}: {}", short(&row), row["message"]));
            } else if !refused && !found.is_empty() {
                invented.push(format!("{table} {}: {found:?}", short(&row)));
            }
        }
    }
    println!("refusals: {rows} rows, missed {}, invented {}", missed.len(), invented.len());
    let explained = |line: &String| EXPLAINED.iter().any(|(part, _)| line.contains(part));
    missed.retain(|line| !explained(line));
    invented.retain(|line| !explained(line));
    assert!(missed.is_empty(), "{} refused by the server and accepted here:\n{}", missed.len(), missed.join("\n"));
    assert!(
        invented.is_empty(),
        "{} accepted by the server and refused here:\n{}",
        invented.len(),
        invented.join("\n")
    );
}

/// Rows on which this module and the server differ, and why they have to.
const EXPLAINED: &[(&str, &str)] = &[
    ("failed to allocate IP", "the cluster's range of addresses"),
    ("not configured on this cluster", "the cluster's families"),
    ("this cluster is not configured for dual-stack", "the cluster's families; as an update it is classed as refused"),
    ("template.spec.imagePullSecrets", "`create` accepts a name twice, `apply --server-side` does not"),
];

/// Tables of whole objects and fields.
const OBJECTS: &[&str] = &[
    "request-limit-cpu",
    "request-limit-memory",
    "request-limit-storage",
    "resource-names",
    "container-port-number",
    "port-protocol",
    "container-port-list",
    "reference-names",
    "statefulset-structure",
    "label-places",
    "label-annotation-types",
    "annotation-size",
    "env-list",
    "envfrom-list",
    "volume-item-key-path",
    "configmap-secret-shape",
    "sub-path",
    "volume-mount-list",
    "volume-source",
    "cronjob-fields",
    "probe-number",
    "probe-handler",
    "probe-http",
    "probe-port",
    "lifecycle",
    "termination-grace-period",
    "service-spec",
    "statefulset-field",
    "pvc-spec",
    "pod-template-field",
    "pdb-field",
    "networkpolicy",
    "security-context",
    "scheduling",
];

/// Tables of one kind of value, which the tests of the values read row by row: here a few rows show that the right value
/// is asked.
const VALUES: &[&str] = &[
    "storage-quantity",
    "cpu-quantity",
    "memory-quantity",
    "container-port-name",
    "statefulset-name",
    "service-name",
    "configmap-name",
    "secret-name",
    "serviceaccount-name",
    "namespace-name",
    "vct-name",
    "container-name",
    "init-container-name",
    "cronjob-name",
    "pvc-name",
    "pdb-name",
    "networkpolicy-name",
    "pvc-storage-class-name",
    "vct-storage-class-name",
    "sts-service-name-field",
    "volume-name",
    "service-account-name-field",
    "label-key",
    "label-value",
    "annotation-key",
    "annotation-value",
    "env-name",
    "envfrom-prefix",
    "configmap-key",
    "secret-key",
    "mount-path",
    "cron-schedule",
    "cron-timezone",
    "cron-timezone-iana",
    "image",
];

fn tables() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let given = std::env::var_os("VERDICTS_DIR").map(PathBuf::from);
    let beside = ["../../shared/verdicts", "../../../shared/verdicts", "../tests/verdicts"].map(|path| here.join(path));
    given.into_iter().chain(beside).find(|path| path.join("update.jsonl").exists())
}

fn short(row: &Value) -> String {
    let mut row = row.clone();
    let fields = row.as_object_mut().expect("an object");
    fields.retain(|key, _| {
        !matches!(key.as_str(), "verdict" | "message" | "warning" | "code" | "stored" | "dropped" | "apply_message")
    });
    row.to_string().chars().take(300).collect()
}

/// The object that a row of a table stands for.
fn build(table: &str, row: &Value) -> Option<Value> {
    let value = row["value"].clone();
    let field = row["field"].as_str().unwrap_or_default();
    let text = value.as_str().unwrap_or_default().to_owned();
    let mut set = stateful_set();
    let container = "spec.template.spec.containers.0";
    Some(match table {
        "storage-quantity" => with(set, "spec.volumeClaimTemplates.0.spec.resources.requests.storage", value),
        "cpu-quantity" => with(set, &format!("{container}.resources"), json!({"requests": {"cpu": value}})),
        "memory-quantity" => with(set, &format!("{container}.resources"), json!({"requests": {"memory": value}})),
        "request-limit-cpu" | "request-limit-memory" => {
            let name = table.rsplit('-').next()?;
            with(set, &format!("{container}.resources"), request_and_limit(&value, name))
        }
        "request-limit-storage" => {
            with(set, "spec.volumeClaimTemplates.0.spec.resources", request_and_limit(&value, "storage"))
        }
        "resource-names" => with(set, &format!("{container}.resources"), value),
        "container-port-number" => {
            let mut port = json!({"containerPort": 80});
            if value == "<absent>" {
                port.as_object_mut()?.remove(field);
            } else {
                port[field] = value;
            }
            with(set, &format!("{container}.ports"), json!([port]))
        }
        "container-port-name" => {
            with(set, &format!("{container}.ports"), json!([{"name": value, "containerPort": 80}]))
        }
        "port-protocol" if field == "service" => service(json!({"ports": [{"port": 80, "protocol": value}]})),
        "port-protocol" => with(set, &format!("{container}.ports"), json!([{"containerPort": 80, "protocol": value}])),
        "container-port-list" => match row["where"].as_str()? {
            "two containers" => {
                set = with(set, &format!("{container}.ports"), value[0].clone());
                with(
                    set,
                    "spec.template.spec.containers.1",
                    json!({"name": "second", "image": "a:1", "ports": value[1]}),
                )
            }
            place if place.contains("init") => {
                set = with(set, &format!("{container}.ports"), value[0].clone());
                let mut init = json!({"name": "init", "image": "a:1", "ports": value[1]});
                if place.contains("Always") {
                    init["restartPolicy"] = json!("Always");
                }
                with(set, "spec.template.spec.initContainers", json!([init]))
            }
            "hostNetwork" => {
                with(with(set, &format!("{container}.ports"), value), "spec.template.spec.hostNetwork", json!(true))
            }
            _ => with(set, &format!("{container}.ports"), value),
        },
        "statefulset-name" => with(set, "metadata.name", value),
        "service-name" => with(service(json!({"ports": [{"port": 80}]})), "metadata.name", value),
        "configmap-name" => named("v1", "ConfigMap", value),
        "secret-name" => named("v1", "Secret", value),
        "serviceaccount-name" => named("v1", "ServiceAccount", value),
        "namespace-name" => named("v1", "Namespace", value),
        "cronjob-name" => with(cron_job(), "metadata.name", value),
        "pvc-name" => with(claim(), "metadata.name", value),
        "pdb-name" => with(budget(json!({"minAvailable": 1})), "metadata.name", value),
        "networkpolicy-name" => with(policy(json!({"podSelector": {}})), "metadata.name", value),
        "vct-name" => {
            set = with(set, &format!("{container}.volumeMounts.0.name"), value.clone());
            with(set, "spec.volumeClaimTemplates.0.metadata.name", value)
        }
        "container-name" => with(set, &format!("{container}.name"), value),
        "init-container-name" => {
            with(set, "spec.template.spec.initContainers", json!([{"name": value, "image": "a:1"}]))
        }
        "pvc-storage-class-name" => with(claim(), "spec.storageClassName", value),
        "vct-storage-class-name" => with(set, "spec.volumeClaimTemplates.0.spec.storageClassName", value),
        "sts-service-name-field" => with(set, "spec.serviceName", value),
        "volume-name" => {
            set = with(set, "spec.template.spec.volumes", json!([{"name": value, "emptyDir": {}}]));
            with(set, &format!("{container}.volumeMounts.1"), json!({"name": value, "mountPath": "/x"}))
        }
        "service-account-name-field" => with(set, "spec.template.spec.serviceAccountName", value),
        "reference-names" => reference(set, field, value),
        "statefulset-structure" => with(set, "spec", row["spec"].clone()),
        "label-key" => with(set, "metadata.labels", json!({text: "x"})),
        "label-value" => with(set, "metadata.labels", json!({"k": value})),
        "label-places" => label_place(set, field, &value)?,
        "label-annotation-types" if field.contains("label") => with(set, "metadata.labels", json!({"k": value})),
        "label-annotation-types" => with(set, "metadata.annotations", json!({"k": value})),
        "annotation-key" => with(set, "metadata.annotations", json!({text: "x"})),
        "annotation-value" => with(set, "metadata.annotations", json!({"k": value})),
        "annotation-size" => {
            let size = usize::try_from(value.as_u64()?).expect("a length");
            with(set, "metadata.annotations", json!({"k": "x".repeat(size)}))
        }
        "env-name" => with(set, &format!("{container}.env"), json!([{"name": value, "value": "x"}])),
        "envfrom-prefix" => {
            with(set, &format!("{container}.envFrom"), json!([{"prefix": value, "configMapRef": {"name": "c"}}]))
        }
        "env-list" => with(set, &format!("{container}.env"), value),
        "envfrom-list" => with(set, &format!("{container}.envFrom"), value),
        "configmap-key" => with(named("v1", "ConfigMap", json!("base")), "data", json!({text: "x"})),
        "secret-key" => with(named("v1", "Secret", json!("base")), "stringData", json!({text: "x"})),
        "volume-item-key-path" => {
            let mut item = json!({"key": "k", "path": "p"});
            item[field] = value;
            with(set, "spec.template.spec.volumes", json!([{"name": "x", "configMap": {"name": "c", "items": [item]}}]))
        }
        "configmap-secret-shape" => with(value, "apiVersion", json!("v1")),
        "mount-path" => with(set, &format!("{container}.volumeMounts.0.mountPath"), value),
        "sub-path" => with(set, &format!("{container}.volumeMounts.0.{field}"), value),
        "volume-mount-list" => {
            let volumes = json!([{"name": "cfg", "configMap": {"name": "c"}}, {"name": "tmp", "emptyDir": {}}]);
            with(with(set, "spec.template.spec.volumes", volumes), &format!("{container}.volumeMounts"), value)
        }
        "volume-source" => {
            let mut volume = value;
            volume["name"] = json!("x");
            with(set, "spec.template.spec.volumes", json!([volume]))
        }
        "cron-schedule" => with(cron_job(), "spec.schedule", value),
        "cron-timezone" | "cron-timezone-iana" => with(cron_job(), "spec.timeZone", value),
        "cronjob-fields" if field.contains(" + ") => {
            with(with(cron_job(), "spec.schedule", value[0].clone()), "spec.timeZone", value[1].clone())
        }
        "cronjob-fields" => with(cron_job(), field, value),
        "probe-number" | "probe-http" | "probe-port" | "probe-handler" => probe(set, table, row, value)?,
        "lifecycle" => lifecycle(set, row, value)?,
        "termination-grace-period" => with(set, "spec.template.spec.terminationGracePeriodSeconds", value),
        "service-spec" => service(value),
        "statefulset-field" => stateful_set_field(set, field, value),
        "pvc-spec" if row["where"] == "pvc" => with(claim(), &format!("spec.{field}"), value),
        "pvc-spec" => with(set, &format!("spec.volumeClaimTemplates.0.spec.{field}"), value),
        "pod-template-field" => pod_template_field(set, field, value),
        "pdb-field" => match field {
            "minAvailable + maxUnavailable" => budget(json!({"minAvailable": value[0], "maxUnavailable": value[1]})),
            "selector" => with(budget(json!({"minAvailable": 1})), "spec.selector", value),
            "unhealthyPodEvictionPolicy" => {
                with(budget(json!({"minAvailable": 1})), "spec.unhealthyPodEvictionPolicy", value)
            }
            field => budget(json!({field: value})),
        },
        "networkpolicy" if field == "spec" => policy(value),
        "networkpolicy" => network_policy_field(field, value),
        "security-context" if row["where"] == "pod" => with(set, "spec.template.spec.securityContext", value),
        "security-context" => with(set, &format!("{container}.securityContext"), value),
        "scheduling" => match field.strip_suffix("[0]") {
            Some(field) => with(set, &format!("spec.template.spec.{field}"), json!([value])),
            None => with(set, &format!("spec.template.spec.{field}"), value),
        },
        "image" => with(set, &format!("{container}.image"), value),
        _ => panic!("no table {table}"),
    })
}

fn stateful_set() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "base"}, "spec": {
        "selector": {"matchLabels": {"app": "base"}}, "serviceName": "base", "replicas": 0,
        "template": {"metadata": {"labels": {"app": "base"}}, "spec": {"containers": [{
            "name": "main", "image": "example.org/app:1.0", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}]}},
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}]}})
}

fn service(spec: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "base"}, "spec": spec})
}

fn claim() -> Value {
    let spec = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}});
    json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "base"}, "spec": spec})
}

fn budget(mut spec: Value) -> Value {
    spec["selector"] = json!({"matchLabels": {"app": "base"}});
    json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "base"}, "spec": spec})
}

fn policy(spec: Value) -> Value {
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "base"}, "spec": spec})
}

fn named(api_version: &str, kind: &str, name: Value) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}})
}

fn cron_job() -> Value {
    json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "base"}, "spec": {
        "schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": {
            "restartPolicy": "OnFailure", "containers": [{"name": "main", "image": "example.org/app:1.0"}]}}}}}})
}

fn request_and_limit(value: &Value, name: &str) -> Value {
    let mut resources = json!({});
    for (given, field) in [("request", "requests"), ("limit", "limits")] {
        if !value[given].is_null() {
            resources[field] = json!({name: value[given]});
        }
    }
    resources
}

/// The object with a value at a path of keys and positions; a list grows by one.
fn with(mut object: Value, path: &str, value: Value) -> Value {
    let mut at = &mut object;
    for key in path.split('.') {
        at = match key.parse::<usize>() {
            Ok(position) => {
                if at.is_null() {
                    *at = json!([]);
                }
                let list = at.as_array_mut().expect("a list");
                if list.len() == position {
                    list.push(Value::Null);
                }
                &mut list[position]
            }
            Err(_) => &mut at[key],
        };
    }
    *at = value;
    object
}

fn reference(set: Value, field: &str, name: Value) -> Value {
    let pod = "spec.template.spec";
    let container = "spec.template.spec.containers.0";
    let volume = |source: Value| {
        let mut volume = source;
        volume["name"] = json!("x");
        json!([volume])
    };
    match field {
        "volumes[].configMap.name" => {
            with(set, &format!("{pod}.volumes"), volume(json!({"configMap": {"name": name}})))
        }
        "volumes[].secret.secretName" => {
            with(set, &format!("{pod}.volumes"), volume(json!({"secret": {"secretName": name}})))
        }
        "volumes[].persistentVolumeClaim.claimName" => {
            with(set, &format!("{pod}.volumes"), volume(json!({"persistentVolumeClaim": {"claimName": name}})))
        }
        "env[].valueFrom.configMapKeyRef.name" | "env[].valueFrom.secretKeyRef.name" => {
            let source = field.split('.').nth(2).expect("a source");
            with(
                set,
                &format!("{container}.env"),
                json!([{"name": "A", "valueFrom": {source: {"name": name, "key": "k"}}}]),
            )
        }
        "envFrom[].configMapRef.name" | "envFrom[].secretRef.name" => {
            let source = field.split('.').nth(1).expect("a source");
            with(set, &format!("{container}.envFrom"), json!([{source: {"name": name}}]))
        }
        "imagePullSecrets[].name" => with(set, &format!("{pod}.imagePullSecrets"), json!([{"name": name}])),
        field => with(set, &format!("{pod}.{field}"), name),
    }
}

fn label_place(set: Value, field: &str, value: &Value) -> Option<Value> {
    let (key, label) = (value["key"].as_str()?, value["value"].clone());
    let pair = json!({key: label});
    Some(match field {
        "StatefulSet spec.template.metadata.labels" => {
            let mut labels = json!({"app": "base"});
            labels[key] = label;
            with(set, "spec.template.metadata.labels", labels)
        }
        "StatefulSet selector.matchLabels + template labels" => {
            with(with(set, "spec.selector.matchLabels", pair.clone()), "spec.template.metadata.labels", pair)
        }
        "Service spec.selector" => service(json!({"selector": pair, "ports": [{"port": 80}]})),
        "StatefulSet template nodeSelector" => with(set, "spec.template.spec.nodeSelector", pair),
        "StatefulSet volumeClaimTemplates[0].metadata.labels" => {
            with(set, "spec.volumeClaimTemplates.0.metadata.labels", pair)
        }
        "Namespace metadata.labels" => with(named("v1", "Namespace", json!("base")), "metadata.labels", pair),
        "PodDisruptionBudget spec.selector.matchLabels" => {
            with(budget(json!({"minAvailable": 1})), "spec.selector.matchLabels", pair)
        }
        "StatefulSet template tolerations[0] key/value (Equal)" => {
            let toleration = json!([{"key": key, "operator": "Equal", "value": label}]);
            with(set, "spec.template.spec.tolerations", toleration)
        }
        other => panic!("no place {other}"),
    })
}

fn probe(set: Value, table: &str, row: &Value, value: Value) -> Option<Value> {
    let field = row["field"].as_str().unwrap_or_default();
    let name = row["probe"].as_str().unwrap_or("livenessProbe");
    let mut set = with(set, "spec.template.spec.containers.0.ports", json!([{"name": "http", "containerPort": 8080}]));
    let mut probe = json!({"httpGet": {"path": "/healthz", "port": 8080}});
    match table {
        "probe-number" => probe[field] = value,
        "probe-http" => {
            probe["httpGet"] = json!({"path": "/", "port": 8080});
            probe["httpGet"][field] = value;
        }
        "probe-port" => {
            let handler = row["handler"].as_str()?;
            probe = json!({handler: {"port": value}});
            if value_is_absent(&probe[handler]["port"]) {
                probe = json!({handler: {}});
            }
        }
        _ => probe = value,
    }
    set = with(set, &format!("spec.template.spec.containers.0.{name}"), probe);
    Some(set)
}

fn value_is_absent(value: &Value) -> bool {
    value == "<absent>"
}

fn lifecycle(set: Value, row: &Value, value: Value) -> Option<Value> {
    let grace = &row["terminationGracePeriodSeconds"];
    let set = match grace {
        Value::Number(_) => with(set, "spec.template.spec.terminationGracePeriodSeconds", grace.clone()),
        _ => set,
    };
    let hook = row["hook"].as_str().or(row["field"].as_str()).unwrap_or("preStop");
    if value.get("stopSignal").is_some() {
        return None;
    }
    Some(with(set, &format!("spec.template.spec.containers.0.lifecycle.{hook}"), value))
}

fn stateful_set_field(set: Value, field: &str, value: Value) -> Value {
    match field.split_once(" + ") {
        None => with(set, field, value),
        Some((_, second)) => {
            let second = match second {
                "partition" => "spec.updateStrategy.rollingUpdate.partition",
                "ordinals.start" => "spec.ordinals.start",
                _ => "spec.updateStrategy.rollingUpdate.maxUnavailable",
            };
            with(with(set, "spec.replicas", value[0].clone()), second, value[1].clone())
        }
    }
}

fn pod_template_field(set: Value, field: &str, value: Value) -> Value {
    let (field, restart) = field.split_once(" (restartPolicy ").unwrap_or((field, ""));
    let field = field.replace("[0]", ".0");
    let mut set = set;
    if field.contains("initContainers") {
        set = with(set, "spec.template.spec.initContainers", json!([{"name": "i", "image": "a:1"}]));
        if restart == "Always)" {
            set = with(set, "spec.template.spec.initContainers.0.restartPolicy", json!("Always"));
        }
    }
    with(set, &format!("spec.{field}"), value)
}

fn network_policy_field(field: &str, value: Value) -> Value {
    let base = json!({"podSelector": {}});
    match field {
        "ingress[0].ports[0]" => policy(with(base, "ingress", json!([{"ports": [value]}]))),
        "egress[0].ports[0]" => policy(with(base, "egress", json!([{"ports": [value]}]))),
        "egress[0].to[0].ipBlock.cidr" => policy(with(base, "egress", json!([{"to": [{"ipBlock": {"cidr": value}}]}]))),
        "ingress[0].from[0].ipBlock" => policy(with(base, "ingress", json!([{"from": [{"ipBlock": value}]}]))),
        "ingress[0].from[0]" => policy(with(base, "ingress", json!([{"from": [value]}]))),
        field => policy(with(base, field, value)),
    }
}
