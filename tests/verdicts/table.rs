//! What each row of each table submitted, as the whole objects that the API server saw.

use serde_json::{Value, json};

/// What a row submitted, and what came of it.
pub(crate) struct Case {
    /// The objects; the first is the one that the verdict is about.
    pub(crate) objects: Vec<Value>,
    /// Whether it is accepted, and works as far as the table knows.
    pub(crate) accepted: bool,
    /// The server's version.
    pub(crate) kubernetes: &'static str,
    /// The row is about PodSecurity: what it leaves out is left out.
    pub(crate) pod_security: Option<Level>,
}

/// A level of PodSecurity, as far as the language knows it: the safe default, or an exception with a reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Level {
    Restricted,
    Looser,
}

impl Case {
    fn new(objects: Vec<Value>, row: &Value) -> Self {
        Self { objects, accepted: row["verdict"] == "accept", kubernetes: "1.36", pod_security: None }
    }
}

/// The case of a row, `Err` with the reason if the language has nothing like the table, `None` if the table is unknown.
pub(crate) fn case(table: &str, row: &Value) -> Option<Result<Case, String>> {
    let value = row["value"].clone();
    let field = row["field"].as_str().unwrap_or_default();
    let case = |objects: Vec<Value>| Some(Ok(Case::new(objects, row)));
    let of = |pointer: &str| case(vec![with(stateful_set(), pointer, value.clone())]);
    let in_pod = |pointer: &str| format!("spec.template.spec.{pointer}");
    let in_main = |pointer: &str| format!("spec.template.spec.containers.0.{pointer}");
    match table {
        // Names.
        "statefulset-name" => of("metadata.name"),
        "beyond-sts-name" | "beyond-sts-name-53" => {
            let mut set = with(stateful_set(), "metadata.name", value);
            if let Some(image) = row.get("image") {
                set = with(set, &in_main("image"), image.clone());
            }
            if row["vct"] == json!(true) {
                set = with_claim(set, "data");
            }
            Some(Ok(beyond(set, row)))
        }
        "beyond-pvc-name" => {
            let set = with(stateful_set(), "metadata.name", value["name"].clone());
            let set = with_claim(set, value["vct"].as_str().unwrap_or_default());
            Some(Ok(beyond(set, row)))
        }
        "beyond-sts-broken" => {
            let set = json!({"kind": "StatefulSet", "metadata": {"name": "base"}, "spec": row["spec"]});
            Some(Ok(beyond(own_labels(set), row)))
        }
        "beyond-cronjob-name" | "cronjob-name" => case(vec![with(cron_job(), "metadata.name", value)]),
        "beyond-job-name" => {
            case(vec![json!({"kind": "Job", "metadata": {"name": value}, "spec": {"template": {"spec": {
            "restartPolicy": "Never", "containers": [{"name": "main", "image": "example.org/app:1.0"}]}}}})])
        }
        "service-name" => case(vec![with(service(), "metadata.name", value), stateful_set()]),
        "configmap-name" => case(vec![named("ConfigMap", value)]),
        "secret-name" => case(vec![named("Secret", value)]),
        "serviceaccount-name" => case(vec![named("ServiceAccount", value)]),
        "namespace-name" => case(vec![named("Namespace", value)]),
        "networkpolicy-name" => case(vec![
            json!({"kind": "NetworkPolicy", "metadata": {"name": value}, "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}),
        ]),
        "vct-name" => {
            let set =
                with(with_claim(stateful_set(), "data"), "spec.volumeClaimTemplates.0.metadata.name", value.clone());
            case(vec![with(set, &in_main("volumeMounts.0.name"), value)])
        }
        "container-name" => {
            // The language calls the main container as the app; the rule is the same for those beside it.
            let main = if value == "main" { "other" } else { "main" };
            let beside = json!({"name": value, "image": "example.org/app:1.0"});
            case(vec![with(with(stateful_set(), &in_main("name"), json!(main)), &in_pod("containers.1"), beside)])
        }
        "init-container-name" => case(vec![with(
            stateful_set(),
            &in_pod("initContainers.0"),
            json!({"name": value, "image": "example.org/app:1.0"}),
        )]),
        "volume-name" => {
            let set = with(stateful_set(), &in_pod("volumes.0"), json!({"name": value, "emptyDir": {}}));
            case(vec![with(set, &in_main("volumeMounts.0"), json!({"name": value, "mountPath": "/data"}))])
        }
        "pvc-name" => Some(Err("a claim is always made by a StatefulSet".to_owned())),
        "pdb-name" => Some(Err("a disruption budget is called as its app".to_owned())),
        "sts-service-name-field" => of("spec.serviceName"),
        "service-account-name-field" => of(&in_pod("serviceAccountName")),
        "reference-names" => reference(field, value).map(|set| Ok(Case::new(vec![set], row))),

        // Amounts.
        "storage-quantity" => claim(row, "spec.resources.requests.storage", value),
        "cpu-quantity" => of(&in_main("resources.requests.cpu")),
        "memory-quantity" => of(&in_main("resources.requests.memory")),
        "request-limit-cpu" | "request-limit-memory" => {
            let resource = if table.ends_with("cpu") { "cpu" } else { "memory" };
            let mut set = stateful_set();
            for side in ["request", "limit"] {
                if !value[side].is_null() {
                    set = with(set, &in_main(&format!("resources.{side}s.{resource}")), value[side].clone());
                }
            }
            case(vec![set])
        }
        "request-limit-storage" => {
            let limits = if value["limit"].is_null() { json!({}) } else { json!({"storage": value["limit"]}) };
            claim(row, "spec.resources", json!({"requests": {"storage": value["request"]}, "limits": limits}))
        }
        "resource-names" => of(&in_main("resources")),

        // Claims.
        "vct-storage-class-name" | "pvc-storage-class-name" => claim(row, "spec.storageClassName", value),
        // The language knows claims only as templates; their spec is the same.
        "pvc-spec" => claim(row, &format!("spec.{field}"), value),

        // Ports.
        "container-port-number" if field == "containerPort" && value == "<absent>" => {
            case(vec![with(stateful_set(), &in_main("ports.0"), json!({"name": "x"}))])
        }
        "container-port-number" if field == "containerPort" => of(&in_main("ports.0.containerPort")),
        "container-port-number" if field == "hostPort" && value == "<absent>" => {
            case(vec![with(stateful_set(), &in_main("ports.0"), json!({"containerPort": 80}))])
        }
        "container-port-number" if field == "hostPort" => {
            case(vec![with(stateful_set(), &in_main("ports.0"), json!({"containerPort": 80, "hostPort": value}))])
        }
        "container-port-name" => {
            case(vec![with(stateful_set(), &in_main("ports.0"), json!({"containerPort": 80, "name": value}))])
        }
        "port-protocol" if field == "container" => {
            case(vec![with(stateful_set(), &in_main("ports.0"), json!({"containerPort": 80, "protocol": value}))])
        }
        "port-protocol" if field == "service" => {
            case(vec![with(service(), "spec.ports.0.protocol", value), stateful_set()])
        }
        "container-port-list" => {
            port_list(row["where"].as_str().unwrap_or_default(), value).map(|set| Ok(Case::new(vec![set], row)))
        }

        // Labels and annotations.
        "label-key" => case(vec![with_keys(stateful_set(), &["metadata", "labels", text(&value)], json!("x"))]),
        "label-value" => of("metadata.labels.k"),
        "annotation-key" => {
            case(vec![with_keys(stateful_set(), &["metadata", "annotations", text(&value)], json!("x"))])
        }
        "annotation-value" => of("metadata.annotations.k"),
        "annotation-size" => {
            let size = usize::try_from(value.as_u64().unwrap_or_default()).unwrap_or_default();
            case(vec![with(stateful_set(), "metadata.annotations.k", json!("x".repeat(size)))])
        }
        "label-annotation-types" => {
            of(&format!("metadata.{}.k", if field.contains("annotation") { "annotations" } else { "labels" }))
        }
        "label-places" => label_place(field, &value).map(|place| place.map(|objects| Case::new(objects, row))),

        // Environment and data.
        "env-name" => of(&in_main("env.0.name")).map(|case| {
            case.map(|mut case| {
                case.objects[0] = with(case.objects[0].take(), &in_main("env.0.value"), json!("x"));
                case
            })
        }),
        "env-list" => of(&in_main("env")),
        "envfrom-prefix" => case(vec![with(
            stateful_set(),
            &in_main("envFrom.0"),
            json!({"configMapRef": {"name": "c"}, "prefix": value}),
        )]),
        "envfrom-list" => of(&in_main("envFrom")),
        "configmap-key" => {
            case(vec![with_keys(named("ConfigMap", json!("base")), &["data", text(&value)], json!("x"))])
        }
        "secret-key" => {
            case(vec![with_keys(named("Secret", json!("base")), &["stringData", text(&value)], json!("x"))])
        }
        "configmap-secret-shape" => case(vec![value]),
        "configmap-secret-size" => Some(sized(field, &value).map(|object| Case::new(vec![object], row))),
        "volume-item-key-path" => {
            let (key, path) = if field == "key" { (value, json!("path")) } else { (json!("key"), value) };
            let volume = json!({"name": "x", "configMap": {"name": "c", "items": [{"key": key, "path": path}]}});
            case(vec![with(stateful_set(), &in_pod("volumes.0"), volume)])
        }

        // Volumes.
        "mount-path" => {
            case(vec![with(with_claim(stateful_set(), "data"), &in_main("volumeMounts.0.mountPath"), value)])
        }
        "sub-path" => {
            case(vec![with(with_claim(stateful_set(), "data"), &in_main(&format!("volumeMounts.0.{field}")), value)])
        }
        "volume-mount-list" => {
            let volumes = json!([{"name": "cfg", "configMap": {"name": "c"}}, {"name": "tmp", "emptyDir": {}}]);
            let set = with(with_claim(stateful_set(), "data"), &in_pod("volumes"), volumes);
            case(vec![with(set, &in_main("volumeMounts"), value)])
        }
        "volume-source" => {
            let mut volume = value;
            volume["name"] = json!("x");
            case(vec![with(stateful_set(), &in_pod("volumes.0"), volume)])
        }

        // Images and containers.
        "image" => {
            let mut case = Case::new(vec![with(stateful_set(), &in_main("image"), value)], row);
            case.accepted &= row["pod_verdict"] == "accept" && row["kubelet_ok"] == json!(true);
            Some(Ok(case))
        }
        "probe-number" => {
            let probe = row["probe"].as_str().unwrap_or_default();
            let set =
                with(stateful_set(), &in_main(&format!("{probe}.httpGet")), json!({"path": "/healthz", "port": 8080}));
            let set = with(set, &in_main(&format!("{probe}.{field}")), value);
            case(vec![with(set, &in_main("ports.0"), json!({"name": "http", "containerPort": 8080}))])
        }
        "probe-handler" => {
            let probe = row["probe"].as_str().unwrap_or_default();
            case(vec![answered(with(stateful_set(), &in_main(probe), value))])
        }
        "probe-http" => {
            let set = with(stateful_set(), &in_main("livenessProbe.httpGet"), json!({"path": "/", "port": 8080}));
            case(vec![answered(with(set, &in_main(&format!("livenessProbe.httpGet.{field}")), value))])
        }
        "probe-port" => {
            let (probe, handler) =
                (row["probe"].as_str().unwrap_or_default(), row["handler"].as_str().unwrap_or_default());
            let set = with(stateful_set(), &in_main(&format!("{probe}.{handler}.port")), value);
            let set = if handler == "httpGet" {
                with(set, &in_main(&format!("{probe}.httpGet.path")), json!("/"))
            } else {
                set
            };
            let port = |protocol: &str| json!([{"name": "http", "containerPort": 8080, "protocol": protocol}]);
            case(vec![match row["note"].as_str() {
                None => with(set, &in_main("ports"), port("TCP")),
                Some(note) if note.contains("UDP") => with(set, &in_main("ports"), port("UDP")),
                Some(_) => set,
            }])
        }
        "lifecycle" => {
            let hook = row["hook"].as_str().unwrap_or("preStop");
            let set = match &value {
                Value::Object(map) if map.contains_key("stopSignal") => {
                    with(stateful_set(), &in_main("lifecycle"), value)
                }
                _ => with(stateful_set(), &in_main(&format!("lifecycle.{hook}")), value),
            };
            let set = match &row["terminationGracePeriodSeconds"] {
                Value::String(unset) if unset == "unset" => set,
                grace => with(set, &in_pod("terminationGracePeriodSeconds"), grace.clone()),
            };
            case(vec![answered(set)])
        }
        "termination-grace-period" => of(&in_pod("terminationGracePeriodSeconds")),
        "pod-template-field" => {
            let (path, condition) = field.split_once(" (restartPolicy ").unwrap_or((field, ""));
            let mut set = stateful_set();
            if path.contains("initContainers") {
                set = with(set, &in_pod("initContainers.0"), json!({"name": "init", "image": "example.org/app:1.0"}));
                if condition.starts_with("Always") {
                    set = with(set, &in_pod("initContainers.0.restartPolicy"), json!("Always"));
                }
            }
            case(vec![with(set, &format!("spec.{}", dotted(path)), value)])
        }

        // Workloads.
        "statefulset-field" => stateful_set_field(field, value).map(|set| Ok(Case::new(vec![set], row))),
        "gated-fields" => {
            let set = match row["gate"].as_str().unwrap_or_default() {
                "MaxUnavailableStatefulSet" => stateful_set_field(field, value)?,
                "TaintTolerationComparisonOperators" => with(stateful_set(), &in_pod(&dotted(field)), value),
                "ContainerStopSignals" => with(stateful_set(), &in_main("lifecycle.stopSignal"), value),
                _ => return None,
            };
            Some(Ok(Case { kubernetes: "1.37", ..Case::new(vec![set], row) }))
        }
        "statefulset-structure" => {
            let set = json!({"kind": "StatefulSet", "metadata": {"name": "base"}, "spec": row["spec"]});
            case(vec![set])
        }
        "security-context" => {
            let place = if row["where"] == "pod" { in_pod("securityContext") } else { in_main("securityContext") };
            of(&place)
        }
        "scheduling" => of(&in_pod(&dotted(field))),
        "podsecurity" | "podsecurity-statefulset" => {
            let set = with(stateful_set(), "spec.template.spec", row["spec"].clone());
            let level = if row["level"] == "restricted" { Level::Restricted } else { Level::Looser };
            let mut case = Case { pod_security: Some(level), ..Case::new(vec![set], row) };
            // A StatefulSet is only warned of.
            case.accepted &= !row["warning"].as_str().unwrap_or_default().contains("would violate");
            Some(Ok(case))
        }
        "pdb-field" => {
            let budget = match (field, &value) {
                ("minAvailable + maxUnavailable", Value::Array(both)) => {
                    json!({"minAvailable": both[0], "maxUnavailable": both[1]})
                }
                _ => json!({field: value}),
            };
            let mut set = with(stateful_set(), "spec.replicas", json!(3));
            set["budget"] = budget;
            case(vec![set])
        }

        // The rest.
        "service-spec" => case(vec![with(service(), "spec", value), stateful_set()]),
        "networkpolicy" => {
            let mut policy =
                json!({"kind": "NetworkPolicy", "metadata": {"name": "base"}, "spec": {"podSelector": {}}});
            policy = match field {
                "spec" => with(policy, "spec", value),
                _ => with(policy, &format!("spec.{}", dotted(field)), value),
            };
            case(vec![policy])
        }
        "cron-schedule" => {
            let mut case = Case::new(vec![with(cron_job(), "spec.schedule", value)], row);
            // A schedule that never fires is accepted, and never works.
            case.accepted &= row["next"] != json!([]);
            Some(Ok(case))
        }
        "cron-timezone" | "cron-timezone-iana" => case(vec![with(cron_job(), "spec.timeZone", value)]),
        "cronjob-fields" => {
            let job = match field {
                "spec.schedule + spec.timeZone" => {
                    with(with(cron_job(), "spec.schedule", value[0].clone()), "spec.timeZone", value[1].clone())
                }
                field => with(cron_job(), field, value),
            };
            case(vec![job])
        }
        _ => None,
    }
}

/// What happened in a cluster is the verdict: pods that can never be made are as good as refused.
fn beyond(set: Value, row: &Value) -> Case {
    let set = match &row["ordinals_start"] {
        Value::Null => set,
        start if *start == json!(0) => set,
        start => with(set, "spec.ordinals.start", start.clone()),
    };
    let mut case = Case::new(vec![set], row);
    let event = row["event"].as_str().unwrap_or_default();
    // "forbidden" is said of what the cluster lacks or does not allow, "invalid" of the object itself.
    let never = row["pods_created"].as_u64() < row["pods_wanted"].as_u64()
        && (event.contains("is invalid") || row.get("name_len").is_some());
    case.accepted &= !never;
    case
}

/// The label that the object is selected by, as in all other tables.
fn own_labels(mut set: Value) -> Value {
    for labels in ["/spec/selector/matchLabels/app", "/spec/template/metadata/labels/app"] {
        if let Some(label) = set.pointer_mut(labels) {
            *label = json!("base");
        }
    }
    set
}

fn stateful_set() -> Value {
    json!({
        "kind": "StatefulSet",
        "metadata": {"name": "base"},
        "spec": {
            "selector": {"matchLabels": {"app": "base"}},
            "serviceName": "base",
            "replicas": 1,
            "template": {
                "metadata": {"labels": {"app": "base"}},
                "spec": {"containers": [{"name": "main", "image": "example.org/app:1.0"}]},
            },
        },
    })
}

fn with_claim(set: Value, name: &str) -> Value {
    let claim = json!({
        "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    });
    let set = with(set, "spec.volumeClaimTemplates", json!([claim]));
    with(set, "spec.template.spec.containers.0.volumeMounts", json!([{"name": name, "mountPath": "/data"}]))
}

fn claim(row: &Value, pointer: &str, value: Value) -> Option<Result<Case, String>> {
    let set = with(with_claim(stateful_set(), "data"), &format!("spec.volumeClaimTemplates.0.{pointer}"), value);
    Some(Ok(Case::new(vec![set], row)))
}

/// The ports that probes and hooks of the tables ask, so that somebody answers.
fn answered(set: Value) -> Value {
    let ports = json!([
        {"name": "http", "containerPort": 8080},
        {"name": "eighty", "containerPort": 80},
        {"name": "nosuch", "containerPort": 81},
    ]);
    with(set, "spec.template.spec.containers.0.ports", ports)
}

fn service() -> Value {
    json!({
        "kind": "Service",
        "metadata": {"name": "reads"},
        "spec": {"selector": {"app": "base"}, "ports": [{"port": 80}]},
    })
}

fn cron_job() -> Value {
    json!({
        "kind": "CronJob",
        "metadata": {"name": "base"},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": {
            "restartPolicy": "OnFailure",
            "containers": [{"name": "main", "image": "example.org/app:1.0"}],
        }}}}},
    })
}

fn named(kind: &str, name: Value) -> Value {
    json!({"kind": kind, "metadata": {"name": name}})
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn reference(field: &str, value: Value) -> Option<Value> {
    let pod = |pointer: &str, value: Value| Some(with(stateful_set(), &format!("spec.template.spec.{pointer}"), value));
    let variable = |source: Value| pod("containers.0.env.0", json!({"name": "A", "valueFrom": source}));
    match field {
        "volumes[].configMap.name" => pod("volumes.0", json!({"name": "x", "configMap": {"name": value}})),
        "volumes[].secret.secretName" => pod("volumes.0", json!({"name": "x", "secret": {"secretName": value}})),
        "volumes[].persistentVolumeClaim.claimName" => {
            pod("volumes.0", json!({"name": "x", "persistentVolumeClaim": {"claimName": value}}))
        }
        "env[].valueFrom.configMapKeyRef.name" => variable(json!({"configMapKeyRef": {"name": value, "key": "k"}})),
        "env[].valueFrom.secretKeyRef.name" => variable(json!({"secretKeyRef": {"name": value, "key": "k"}})),
        "envFrom[].configMapRef.name" => pod("containers.0.envFrom.0", json!({"configMapRef": {"name": value}})),
        "envFrom[].secretRef.name" => pod("containers.0.envFrom.0", json!({"secretRef": {"name": value}})),
        "imagePullSecrets[].name" => pod("imagePullSecrets.0", json!({"name": value})),
        field => pod(&dotted(field), value),
    }
}

fn label_place(field: &str, value: &Value) -> Option<Result<Vec<Value>, String>> {
    let (key, label) = (text(&value["key"]), value["value"].clone());
    let template = ["spec", "template", "metadata", "labels", key];
    let one = |set: Value| Some(Ok(vec![set]));
    match field {
        "StatefulSet spec.template.metadata.labels" => one(with_keys(stateful_set(), &template, label)),
        "StatefulSet selector.matchLabels + template labels" => {
            let set = with_keys(stateful_set(), &template, label.clone());
            one(with_keys(set, &["spec", "selector", "matchLabels", key], label))
        }
        "StatefulSet template nodeSelector" => {
            one(with_keys(stateful_set(), &["spec", "template", "spec", "nodeSelector", key], label))
        }
        "StatefulSet template tolerations[0] key/value (Equal)" => {
            let toleration = json!({"key": key, "operator": "Equal", "value": label});
            one(with(stateful_set(), "spec.template.spec.tolerations.0", toleration))
        }
        "StatefulSet volumeClaimTemplates[0].metadata.labels" => {
            let place = ["spec", "volumeClaimTemplates", "0", "metadata", "labels", key];
            one(with_keys(with_claim(stateful_set(), "data"), &place, label))
        }
        "Service spec.selector" => {
            let service = with_keys(with(service(), "spec.selector", json!({})), &["spec", "selector", key], label);
            Some(Ok(vec![service, stateful_set()]))
        }
        "Namespace metadata.labels" => {
            one(with_keys(named("Namespace", json!("base")), &["metadata", "labels", key], label))
        }
        "PodDisruptionBudget spec.selector.matchLabels" => {
            Some(Err("a disruption budget of an app's own pods".to_owned()))
        }
        _ => None,
    }
}

fn port_list(place: &str, value: Value) -> Option<Value> {
    let main = "spec.template.spec.containers.0.ports";
    let both = |other: Value, pointer: &str| {
        let mut other = other;
        other["ports"] = value[1].clone();
        with(with(stateful_set(), main, value[0].clone()), pointer, other)
    };
    let other = json!({"name": "other", "image": "example.org/app:1.0"});
    let stays = json!({"name": "other", "image": "example.org/app:1.0", "restartPolicy": "Always"});
    match place {
        "one container" => Some(with(stateful_set(), main, value)),
        "two containers" => Some(both(other, "spec.template.spec.containers.1")),
        "container + init container" => Some(both(other, "spec.template.spec.initContainers.0")),
        "container + sidecar (init, restartPolicy Always)" => Some(both(stays, "spec.template.spec.initContainers.0")),
        "hostNetwork" => Some(with(with(stateful_set(), main, value), "spec.template.spec.hostNetwork", json!(true))),
        _ => None,
    }
}

fn stateful_set_field(field: &str, value: Value) -> Option<Value> {
    let start = with(stateful_set(), "spec.replicas", value[0].clone());
    let policy = |word: &str| with(start.clone(), "spec.podManagementPolicy", json!(word));
    let unavailable = "spec.updateStrategy.rollingUpdate.maxUnavailable";
    Some(match field {
        "spec.replicas + partition" => with(start, "spec.updateStrategy.rollingUpdate.partition", value[1].clone()),
        "spec.replicas + ordinals.start" => with(start, "spec.ordinals.start", value[1].clone()),
        "spec.replicas + maxUnavailable (Parallel)" => with(policy("Parallel"), unavailable, value[1].clone()),
        "spec.replicas + maxUnavailable (OrderedReady)" => with(policy("OrderedReady"), unavailable, value[1].clone()),
        field if field.contains(' ') => return None,
        field => with(stateful_set(), &dotted(field), value),
    })
}

fn sized(field: &str, value: &Value) -> Result<Value, String> {
    let size = usize::try_from(value.as_u64().unwrap_or_default()).unwrap_or_default();
    let text = |size: usize| json!("x".repeat(size));
    // "x" three times is "eHh4" in base64.
    let bytes = |size: usize| {
        let rest = ["", "eA==", "eHg="][size % 3];
        json!("eHh4".repeat(size / 3) + rest)
    };
    let (half, other) = (size / 2, size - size / 2);
    let map = |data: Value| Ok(json!({"kind": "ConfigMap", "metadata": {"name": "base"}, "data": data}));
    match field {
        "ConfigMap data one key" => map(json!({"a": text(size)})),
        "ConfigMap data two halves" => map(json!({"a": text(half), "b": text(other)})),
        "ConfigMap binaryData one key" => {
            Ok(json!({"kind": "ConfigMap", "metadata": {"name": "base"}, "binaryData": {"a": bytes(size)}}))
        }
        "ConfigMap data + binaryData halves" => Ok(json!({
            "kind": "ConfigMap", "metadata": {"name": "base"}, "data": {"a": text(half)}, "binaryData": {"b": bytes(other)},
        })),
        "Secret stringData one key" => {
            Ok(json!({"kind": "Secret", "metadata": {"name": "base"}, "stringData": {"a": text(size)}}))
        }
        "Secret stringData two halves" => Ok(
            json!({"kind": "Secret", "metadata": {"name": "base"}, "stringData": {"a": text(half), "b": text(other)}}),
        ),
        "Secret data one key" => {
            Ok(json!({"kind": "Secret", "metadata": {"name": "base"}, "data": {"a": bytes(size)}}))
        }
        field => Err(format!("data as in {field:?}")),
    }
}

/// `a[0].b` in the words of [`with`].
fn dotted(path: &str) -> String {
    path.replace("[0]", ".0")
}

/// The object with a value at a place: keys and indexes, joined by dots.
fn with(object: Value, pointer: &str, value: Value) -> Value {
    with_keys(object, &pointer.split('.').collect::<Vec<_>>(), value)
}

fn with_keys(mut object: Value, keys: &[&str], value: Value) -> Value {
    let mut place = &mut object;
    for key in keys {
        place = match key.parse::<usize>() {
            Ok(index) if !place.is_object() => {
                if !place.is_array() {
                    *place = json!([]);
                }
                let list = place.as_array_mut().expect("a list");
                while list.len() <= index {
                    list.push(json!({}));
                }
                &mut list[index]
            }
            _ => {
                if !place.is_object() {
                    *place = json!({});
                }
                place.as_object_mut().expect("an object").entry(*key).or_insert(Value::Null)
            }
        };
    }
    *place = value;
    object
}
