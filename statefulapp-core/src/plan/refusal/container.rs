//! What the server refuses in a container.

use std::collections::HashSet;

use serde_json::Value;

use super::{check::Check, pod::Pod, probe, resources, security};
use crate::{
    plan::object::{at, list, text},
    value::{DataKey, EnvName, EnvPrefix, LabelKey, PortName, SubPath, Subdomain},
};

const PORTS: std::ops::RangeInclusive<i64> = 1..=65535;

pub(super) fn check<'a>(check: &mut Check<'a>, container: &'a Value, pod: &Pod<'a>, is_init: bool) {
    check.not_empty(container, "image");
    check.word_or_default(container, "imagePullPolicy", &["Always", "IfNotPresent", "Never"]);
    check.word_or_default(container, "terminationMessagePolicy", &["File", "FallbackToLogsOnError"]);
    check.word(container, "restartPolicy", &["Always", "Never", "OnFailure"]);
    check.items(container, "resizePolicy", |check, policy| {
        check.word(policy, "resourceName", &["cpu", "memory"]);
        check.word(policy, "restartPolicy", &["NotRequired", "RestartContainer"]);
    });
    ports(check, container, pod);
    environment(check, container);
    mounts(check, container, pod);
    check.field(container, "resources", resources::of_container);
    check.field(container, "securityContext", security::of_container);
    let is_sidecar = text(container, "restartPolicy") == Some("Always");
    for field in ["startupProbe", "livenessProbe", "readinessProbe", "lifecycle"] {
        if is_init && !is_sidecar {
            check.field(container, field, |check, _| {
                check.refuse("only an init container with restartPolicy Always may have it")
            });
        }
    }
    probe::check(check, container, pod.grace);
}

fn ports<'a>(check: &mut Check<'a>, container: &'a Value, pod: &Pod<'a>) {
    check.items(container, "ports", |check, port| {
        if at(port, &["containerPort"]).is_none() {
            check.refuse_at("containerPort", "is required");
        }
        check.number(port, "containerPort", PORTS);
        check.number(port, "hostPort", 0..=65535);
        check.word_or_default(port, "protocol", &["TCP", "UDP", "SCTP"]);
        check.text_or_empty::<PortName>(port, "name");
        let host = at(port, &["hostPort"]).and_then(Value::as_i64).filter(|port| *port != 0);
        if pod.on_host && host.is_some_and(|host| at(port, &["containerPort"]).and_then(Value::as_i64) != Some(host)) {
            check.refuse_at("hostPort", "with hostNetwork it has to equal containerPort");
        }
    });
    check.unique(container, "ports", "this name", |port| text(port, "name").filter(|name| !name.is_empty()));
    check.unique(container, "ports", "this number and protocol", |port| {
        Some((at(port, &["containerPort"])?.as_i64()?, protocol(port)))
    });
}

fn protocol(port: &Value) -> &str {
    text(port, "protocol").filter(|protocol| !protocol.is_empty()).unwrap_or("TCP")
}

/// One address of the node has each port once.
pub(super) fn host_ports<'a>(check: &mut Check<'a>, container: &'a Value, seen: &mut HashSet<(i64, &'a str, &'a str)>) {
    check.items(container, "ports", |check, port| {
        let Some(number) = at(port, &["hostPort"]).and_then(Value::as_i64).filter(|number| *number != 0) else {
            return;
        };
        if !seen.insert((number, protocol(port), text(port, "hostIP").unwrap_or_default())) {
            check.refuse_at("hostPort", "this port of the node is taken by another one of the pod");
        }
    });
}

fn environment<'a>(check: &mut Check<'a>, container: &'a Value) {
    check.items(container, "env", |check, variable| {
        check.required_text::<EnvName>(variable, "name");
        let has_value = text(variable, "value").is_some_and(|value| !value.is_empty());
        check.field(variable, "valueFrom", |check, source| {
            let sources = source.as_object().map_or(0, |map| map.values().filter(|value| !value.is_null()).count());
            match sources {
                _ if has_value => check.refuse("does not go with a value"),
                0 => check.refuse("names no source"),
                1 => {}
                _ => check.refuse("names more than one source"),
            }
            for field in ["configMapKeyRef", "secretKeyRef"] {
                check.field(source, field, |check, reference| {
                    check.required_text::<DataKey>(reference, "key");
                    check.required_text::<Subdomain>(reference, "name");
                });
            }
            check.field(source, "fieldRef", |check, field| field_reference(check, field, ENV_FIELDS));
            check.field(source, "resourceFieldRef", |check, reference| resource_reference(check, reference));
        });
    });
    check.unique(container, "env", "this variable", |variable| text(variable, "name"));
    check.items(container, "envFrom", |check, source| {
        check.text_or_empty::<EnvPrefix>(source, "prefix");
        let sources = ["configMapRef", "secretRef"].into_iter().filter(|field| at(source, &[field]).is_some()).count();
        match sources {
            0 => check.refuse("names no source"),
            1 => {}
            _ => check.refuse("names more than one source"),
        }
        for field in ["configMapRef", "secretRef"] {
            check.field(source, field, |check, reference| check.required_text::<Subdomain>(reference, "name"));
        }
    });
}

/// Fields of the pod that a variable may hold.
const ENV_FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

pub(super) fn field_reference<'a>(check: &mut Check<'a>, reference: &'a Value, fields: &[&str]) {
    check.word_or_default(reference, "apiVersion", &["v1"]);
    check.not_empty(reference, "fieldPath");
    check.field(reference, "fieldPath", |check, path| {
        let path = path.as_str().unwrap_or_default();
        let subscript = ["metadata.labels['", "metadata.annotations['"]
            .iter()
            .find_map(|start| path.strip_prefix(start)?.strip_suffix("']"));
        match subscript {
            Some(key) => {
                if let Some(message) = super::check::server_refuses::<LabelKey>(&key.to_ascii_lowercase()) {
                    check.refuse(message);
                }
            }
            None if fields.contains(&path) => {}
            None => check.refuse(format_args!("{path:?} is no field that can be used here")),
        }
    });
}

pub(super) fn resource_reference<'a>(check: &mut Check<'a>, reference: &'a Value) {
    check.field(reference, "resource", |check, resource| {
        let resource = resource.as_str().unwrap_or_default();
        let name = resource.strip_prefix("limits.").or_else(|| resource.strip_prefix("requests."));
        let known = name.is_some_and(|name| {
            matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-")
        });
        if !known {
            check.refuse(format_args!("{resource:?} is no resource that can be used here"));
        }
    });
    let is_cpu = text(reference, "resource").is_some_and(|resource| resource.ends_with(".cpu"));
    check.field(reference, "divisor", |check, divisor| {
        let divisors: &[&str] = match is_cpu {
            true => &["0", "1", "1m"],
            false => &["0", "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"],
        };
        if divisor.as_str().is_some_and(|divisor| !divisors.contains(&divisor)) {
            check.refuse(format_args!("it is none of {}", divisors.join(", ")));
        }
    });
}

fn mounts<'a>(check: &mut Check<'a>, container: &'a Value, pod: &Pod<'a>) {
    check.items(container, "volumeMounts", |check, mount| {
        check.not_empty(mount, "mountPath");
        let name = text(mount, "name").unwrap_or_default();
        if !pod.volumes.contains(name) {
            check.refuse_at("name", format_args!("there is no volume {name:?}"));
        }
        for field in ["subPath", "subPathExpr"] {
            check.text_or_empty::<SubPath>(mount, field);
        }
        let is_set = |field| text(mount, field).is_some_and(|path| !path.is_empty());
        if is_set("subPath") && is_set("subPathExpr") {
            check.refuse_at("subPathExpr", "does not go with subPath");
        }
        check.word(mount, "mountPropagation", &["None", "HostToContainer", "Bidirectional"]);
        let privileged = at(container, &["securityContext", "privileged"]) == Some(&Value::Bool(true));
        if text(mount, "mountPropagation") == Some("Bidirectional") && !privileged {
            check.refuse_at("mountPropagation", "Bidirectional needs a privileged container");
        }
        check.word(mount, "recursiveReadOnly", &["Disabled", "IfPossible", "Enabled"]);
        let wants = matches!(text(mount, "recursiveReadOnly"), Some("IfPossible" | "Enabled"));
        if wants && at(mount, &["readOnly"]) != Some(&Value::Bool(true)) {
            check.refuse_at("recursiveReadOnly", "needs readOnly");
        }
        if wants && text(mount, "mountPropagation").is_some_and(|propagation| propagation != "None") {
            check.refuse_at("recursiveReadOnly", "does not go with mountPropagation");
        }
    });
    check.unique(container, "volumeMounts", "this mount path", |mount| text(mount, "mountPath"));
    let devices: HashSet<_> =
        list(container, &["volumeDevices"]).iter().filter_map(|device| text(device, "name")).collect();
    check.items(container, "volumeMounts", |check, mount| {
        if text(mount, "name").is_some_and(|name| devices.contains(name)) {
            check.refuse_at("name", "the volume is a device of this container already");
        }
    });
    check.items(container, "volumeDevices", |check, device| {
        check.not_empty(device, "devicePath");
        if text(device, "name").is_none_or(|name| !pod.volumes.contains(name)) {
            check.refuse_at("name", "there is no such volume");
        }
    });
    check.unique(container, "volumeDevices", "this device path", |device| text(device, "devicePath"));
}
