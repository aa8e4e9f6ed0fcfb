//! What PodSecurity "restricted" refuses in a pod.
//!
//! <https://kubernetes.io/docs/concepts/security/pod-security-standards/>; measured against a real API server.

use crate::fields::{is_true, list, text};
use serde_json::Value;

/// Volume sources that "restricted" allows.
const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

const SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

const SELINUX_TYPES: &[&str] = &["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// What "restricted" refuses in the specification of a pod, in the words of the API; empty if it accepts the pod.
///
/// ```
/// use statefulapp_core::pod_security::violations;
///
/// let pod = serde_json::json!({"hostNetwork": true, "containers": []});
/// assert_eq!(violations(&pod), ["hostNetwork is true"]);
/// ```
pub fn violations(pod: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if pod.get(key) == Some(&Value::Bool(true)) {
            found.push(format!("{key} is true"));
        }
    }
    for volume in list(pod, "/volumes") {
        let sources = volume.as_object().into_iter().flatten().map(|(key, _)| key).filter(|key| *key != "name");
        found.extend(
            sources
                .filter(|key| !VOLUMES.contains(&key.as_str()))
                .map(|key| format!("the volume `{}` is a {key}", text(volume, "/name").unwrap_or_default())),
        );
    }
    let context = pod.get("securityContext").unwrap_or(&Value::Null);
    for sysctl in list(context, "/sysctls") {
        let name = text(sysctl, "/name").unwrap_or_default();
        if !SYSCTLS.contains(&name) {
            found.push(format!("the sysctl {name} is set"));
        }
    }
    let with_user_namespace = pod.get("hostUsers") == Some(&Value::Bool(false));
    profiles(context, "the pod", &mut found);
    if runs_as_0(context) && !with_user_namespace {
        found.push("the pod runs as user 0".to_owned());
    }
    let pod = Pod { context, with_user_namespace, is_windows: text(pod, "/os/name") == Some("windows"), value: pod };
    for key in ["/initContainers", "/containers", "/ephemeralContainers"] {
        for own in list(pod.value, key) {
            container(&pod, own, &mut found);
        }
    }
    found
}

struct Pod<'a> {
    value: &'a Value,
    context: &'a Value,
    /// User 0 of the container is another one on the node.
    with_user_namespace: bool,
    is_windows: bool,
}

fn container(pod: &Pod<'_>, container: &Value, found: &mut Vec<String>) {
    let who = format!("the container `{}`", text(container, "/name").unwrap_or_default());
    let own = container.get("securityContext").unwrap_or(&Value::Null);
    let either = |key: &str| own.get(key).filter(|value| !value.is_null()).or_else(|| pod.context.get(key));
    profiles(own, &who, found);
    let mut note = |bad: bool, what: &str| {
        if bad {
            found.push(format!("{who} {what}"));
        }
    };
    note(is_true(own, "/privileged"), "is privileged");
    note(!matches!(text(own, "/procMount"), None | Some("Default")), "has a procMount");
    let host_process = [own, pod.context].iter().any(|context| is_true(context, "/windowsOptions/hostProcess"));
    note(host_process, "is a hostProcess");
    let host_port = |port: &Value| port.get("hostPort").and_then(Value::as_i64).unwrap_or(0) != 0;
    note(list(container, "/ports").iter().any(host_port), "has a hostPort");
    for place in ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle/preStop", "lifecycle/postStart"] {
        for handler in ["httpGet", "tcpSocket"] {
            let host = text(container, &format!("/{place}/{handler}/host")).unwrap_or_default();
            note(!host.is_empty(), &format!("has a host in its {}", place.rsplit('/').next().unwrap_or(place)));
        }
    }
    if !pod.with_user_namespace {
        note(runs_as_0(own), "runs as user 0");
        note(either("runAsNonRoot") != Some(&Value::Bool(true)), "may run as root (runAsNonRoot is not true)");
    }
    if pod.is_windows {
        return;
    }
    let escalation = own.get("allowPrivilegeEscalation") != Some(&Value::Bool(false));
    note(escalation, "may gain privileges (allowPrivilegeEscalation is not false)");
    let profile = either("seccompProfile").and_then(|profile| text(profile, "/type"));
    note(!matches!(profile, Some("RuntimeDefault" | "Localhost")), "has no seccomp profile");
    let keeps = !list(own, "/capabilities/drop").iter().any(|capability| capability == "ALL");
    note(keeps, "keeps capabilities (drop has no ALL)");
    for added in list(own, "/capabilities/add").iter().filter_map(Value::as_str) {
        note(added != "NET_BIND_SERVICE", &format!("has the capability {added}"));
    }
}

fn runs_as_0(context: &Value) -> bool {
    context.get("runAsUser").and_then(Value::as_i64) == Some(0)
}

fn profiles(context: &Value, who: &str, found: &mut Vec<String>) {
    let text = |pointer: &str| text(context, pointer).unwrap_or_default();
    if text("/seccompProfile/type") == "Unconfined" {
        found.push(format!("{who} has the seccomp profile Unconfined"));
    }
    if text("/appArmorProfile/type") == "Unconfined" {
        found.push(format!("{who} has the AppArmor profile Unconfined"));
    }
    let is_odd = !SELINUX_TYPES.contains(&text("/seLinuxOptions/type"))
        || !text("/seLinuxOptions/user").is_empty()
        || !text("/seLinuxOptions/role").is_empty();
    if is_odd {
        found.push(format!("{who} has seLinuxOptions"));
    }
}
