//! Defaults of pod templates.

use serde_json::{Map, Value, json};

use super::{default, each, with, with_or_drop};

/// A template: its metadata and its pod's spec.
pub(super) fn template(template: &mut Map<String, Value>) {
    with_or_drop(template, "metadata", |metadata| {
        metadata.remove("creationTimestamp");
    });
    with(template, &["spec"], spec);
}

/// A pod of its own. The server fills in more of it than of a template, where the pod itself gets these when it is made.
pub(super) fn bare(pod: &mut Map<String, Value>) {
    default(pod, "enableServiceLinks", json!(true));
    if pod.get("hostNetwork") == Some(&json!(true)) {
        for list in ["initContainers", "containers"] {
            each(pod, list, |container| {
                each(container, "ports", |port| {
                    if port.get("hostPort") == port.get("containerPort") {
                        port.remove("hostPort");
                    }
                });
            });
        }
    }
    spec(pod);
}

fn spec(spec: &mut Map<String, Value>) {
    for (key, value) in [
        ("restartPolicy", json!("Always")),
        ("dnsPolicy", json!("ClusterFirst")),
        ("schedulerName", json!("default-scheduler")),
        ("terminationGracePeriodSeconds", json!(30)),
        ("securityContext", json!({})),
    ] {
        default(spec, key, value);
    }
    // The old name of the field: the server keeps both, equal.
    if let Some(account) = spec.remove("serviceAccount") {
        spec.entry("serviceAccountName").or_insert(account);
    }
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        each(spec, list, container);
    }
    each(spec, "volumes", volume);
}

fn container(container: &mut Map<String, Value>) {
    default(container, "terminationMessagePath", json!("/dev/termination-log"));
    default(container, "terminationMessagePolicy", json!("File"));
    let pull = pull_policy(container.get("image").and_then(Value::as_str).unwrap_or_default());
    default(container, "imagePullPolicy", json!(pull));
    with(container, &["securityContext"], |context| default(context, "procMount", json!("Default")));
    each(container, "ports", |port| {
        default(port, "protocol", json!("TCP"));
        default(port, "hostPort", json!(0));
    });
    each(container, "env", |variable| {
        default(variable, "value", json!(""));
        with(variable, &["valueFrom", "fieldRef"], |field| default(field, "apiVersion", json!("v1")));
        with(variable, &["valueFrom", "resourceFieldRef"], |field| default(field, "divisor", json!("0")));
    });
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        with(container, &[probe], |probe| {
            // Zero is replaced by the default as well.
            for (key, value) in [
                ("initialDelaySeconds", 0),
                ("timeoutSeconds", 1),
                ("periodSeconds", 10),
                ("successThreshold", 1),
                ("failureThreshold", 3),
            ] {
                default(probe, key, json!(value));
                default(probe, key, json!(0));
            }
            handler(probe);
        });
    }
    for hook in ["postStart", "preStop"] {
        with(container, &["lifecycle", hook], handler);
    }
}

fn handler(handler: &mut Map<String, Value>) {
    with(handler, &["httpGet"], |get| {
        default(get, "path", json!("/"));
        default(get, "path", json!(""));
        default(get, "scheme", json!("HTTP"));
    });
    with(handler, &["grpc"], |grpc| default(grpc, "service", json!("")));
}

/// `Always` for no tag or `latest`, else `IfNotPresent`: the server decides when the object is first created.
fn pull_policy(image: &str) -> &'static str {
    let name = image.rsplit('/').next().unwrap_or(image);
    match name.split_once('@') {
        Some(_) => "IfNotPresent",
        None => match name.split_once(':') {
            None | Some((_, "latest")) => "Always",
            Some(_) => "IfNotPresent",
        },
    }
}

fn volume(volume: &mut Map<String, Value>) {
    for source in ["configMap", "secret", "downwardAPI", "projected"] {
        with(volume, &[source], |source| default(source, "defaultMode", json!(420)));
    }
    with(volume, &["projected"], |projected| {
        each(projected, "sources", |source| {
            with(source, &["serviceAccountToken"], |token| {
                default(token, "expirationSeconds", json!(3600));
                default(token, "audience", json!(""));
            });
            with(source, &["downwardAPI"], fields);
        });
    });
    with(volume, &["downwardAPI"], fields);
    with(volume, &["image"], |image| {
        let pull = pull_policy(image.get("reference").and_then(Value::as_str).unwrap_or_default());
        default(image, "pullPolicy", json!(pull));
    });
    with(volume, &["iscsi"], |iscsi| default(iscsi, "iscsiInterface", json!("default")));
    with(volume, &["rbd"], |rbd| {
        for (key, value) in [("pool", "rbd"), ("user", "admin"), ("keyring", "/etc/ceph/keyring")] {
            default(rbd, key, json!(value));
        }
    });
    with(volume, &["azureDisk"], |disk| {
        for (key, value) in [("cachingMode", "ReadWrite"), ("fsType", "ext4"), ("kind", "Shared")] {
            default(disk, key, json!(value));
        }
        default(disk, "readOnly", json!(false));
    });
    with(volume, &["ephemeral", "volumeClaimTemplate", "spec"], super::storage::claim);
    if volume.len() == 1 && volume.contains_key("name") {
        volume.insert("emptyDir".into(), json!({}));
    }
}

fn fields(source: &mut Map<String, Value>) {
    each(source, "items", |item| {
        with(item, &["fieldRef"], |field| default(field, "apiVersion", json!("v1")));
    });
}
