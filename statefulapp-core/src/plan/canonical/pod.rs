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

pub(super) fn spec(spec: &mut Map<String, Value>) {
    for (key, value) in [
        ("restartPolicy", json!("Always")),
        ("dnsPolicy", json!("ClusterFirst")),
        ("schedulerName", json!("default-scheduler")),
        ("terminationGracePeriodSeconds", json!(30)),
        ("enableServiceLinks", json!(true)),
        ("securityContext", json!({})),
    ] {
        default(spec, key, value);
    }
    // The old name of the field: the server keeps both, equal.
    if let Some(account) = spec.remove("serviceAccount") {
        spec.entry("serviceAccountName").or_insert(account);
    }
    let on_host = spec.get("hostNetwork") == Some(&json!(true));
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        each(spec, list, |fields| container(fields, on_host));
    }
    each(spec, "volumes", volume);
}

fn container(container: &mut Map<String, Value>, on_host: bool) {
    default(container, "terminationMessagePath", json!("/dev/termination-log"));
    default(container, "terminationMessagePolicy", json!("File"));
    let pull = pull_policy(container.get("image").and_then(Value::as_str).unwrap_or_default());
    default(container, "imagePullPolicy", json!(pull));
    with(container, &["securityContext"], |context| default(context, "procMount", json!("Default")));
    each(container, "ports", |port| {
        default(port, "protocol", json!("TCP"));
        default(port, "hostPort", json!(0));
        if on_host && port.get("hostPort") == port.get("containerPort") {
            port.remove("hostPort");
        }
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
            with(source, &["serviceAccountToken"], |token| default(token, "expirationSeconds", json!(3600)));
            with(source, &["downwardAPI"], fields);
        });
    });
    with(volume, &["downwardAPI"], fields);
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
