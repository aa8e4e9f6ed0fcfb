//! What PodSecurity "restricted" says of a pod, so that every pod of these tests can be asked.
//!
//! <https://kubernetes.io/docs/concepts/security/pod-security-standards/>; measured against a real API server's verdicts.

use serde_json::Value;
use std::path::Path;

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

/// Why the pod would be refused; empty if it would not.
pub(crate) fn violations(pod: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |bad: bool, what: String| {
        if bad {
            found.push(what);
        }
    };
    let windows = pod.pointer("/os/name").is_some_and(|os| os == "windows");
    let user_namespace = pod["hostUsers"] == false;
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        note(pod[key] == true, key.to_owned());
    }
    for volume in list(&pod["volumes"]) {
        let sources = volume.as_object().expect("a volume").keys().filter(|key| *key != "name");
        for source in sources {
            note(!VOLUMES.contains(&source.as_str()), format!("volume {source}"));
        }
    }
    let context = &pod["securityContext"];
    for sysctl in list(&context["sysctls"]) {
        let name = sysctl["name"].as_str().unwrap_or_default();
        note(!SYSCTLS.contains(&name), format!("sysctl {name}"));
    }
    note(bad_profiles(context), "a profile of the pod".to_owned());
    note(context["runAsUser"] == 0 && !user_namespace, "the pod runs as root".to_owned());

    for container in ["containers", "initContainers", "ephemeralContainers"].iter().flat_map(|key| list(&pod[*key])) {
        let own = &container["securityContext"];
        let name = container["name"].as_str().unwrap_or_default();
        note(own["privileged"] == true, format!("{name}: privileged"));
        note(bad_profiles(own), format!("{name}: profile"));
        note(!matches!(own["procMount"].as_str(), None | Some("Default")), format!("{name}: procMount"));
        for windows in [own, context] {
            note(windows.pointer("/windowsOptions/hostProcess") == Some(&true.into()), format!("{name}: hostProcess"));
        }
        for port in list(&container["ports"]) {
            note(port["hostPort"].as_i64().unwrap_or(0) != 0, format!("{name}: hostPort"));
        }
        for place in ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle/preStop", "lifecycle/postStart"] {
            for handler in ["httpGet", "tcpSocket"] {
                let host = container.pointer(&format!("/{place}/{handler}/host")).and_then(Value::as_str);
                note(host.is_some_and(|host| !host.is_empty()), format!("{name}: host of {place}"));
            }
        }
        let non_root = if own["runAsNonRoot"].is_null() { &context["runAsNonRoot"] } else { &own["runAsNonRoot"] };
        note(*non_root != true && !user_namespace, format!("{name}: runAsNonRoot"));
        note(own["runAsUser"] == 0 && !user_namespace, format!("{name}: runAsUser"));
        if windows {
            continue;
        }
        note(own["allowPrivilegeEscalation"] != false, format!("{name}: allowPrivilegeEscalation"));
        let profile = if own["seccompProfile"].is_null() { &context["seccompProfile"] } else { &own["seccompProfile"] };
        note(!matches!(profile["type"].as_str(), Some("RuntimeDefault" | "Localhost")), format!("{name}: seccomp"));
        let dropped = list(&own["capabilities"]["drop"]);
        note(!dropped.iter().any(|c| c == "ALL"), format!("{name}: capabilities are kept"));
        for added in list(&own["capabilities"]["add"]) {
            note(added != "NET_BIND_SERVICE", format!("{name}: capability {added}"));
        }
    }
    found
}

fn bad_profiles(context: &Value) -> bool {
    let text = |path: &str| context.pointer(path).and_then(Value::as_str).unwrap_or_default();
    text("/seccompProfile/type") == "Unconfined"
        || text("/appArmorProfile/type") == "Unconfined"
        || !SELINUX_TYPES.contains(&text("/seLinuxOptions/type"))
        || !text("/seLinuxOptions/user").is_empty()
        || !text("/seLinuxOptions/role").is_empty()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The checker itself, against what a real API server said.
#[test]
fn the_checker_agrees_with_the_api_server() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given = std::env::var_os("VERDICTS_DIR").map(Into::into);
    let beside = ["../../shared/verdicts", "../../../shared/verdicts", "../tests/verdicts"].map(|path| here.join(path));
    let Some(tables) = given.into_iter().chain(beside).find(|path: &std::path::PathBuf| path.is_dir()) else {
        println!("skipped: no tables of verdicts, set VERDICTS_DIR");
        return;
    };
    let text = std::fs::read_to_string(tables.join("podsecurity.jsonl")).expect("the table");
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    let restricted: Vec<&Value> = rows.iter().filter(|row| row["level"] == "restricted").collect();
    assert!(restricted.len() > 40, "the table is not the one that is meant");
    for row in restricted {
        let violations = violations(&row["spec"]);
        assert_eq!(violations.is_empty(), row["verdict"] == "accept", "{}: {violations:?}", row["value"]);
    }
}
