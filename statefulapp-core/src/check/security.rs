//! What a pod may do beyond PodSecurity "restricted".

use super::pods::{Placed, Pod, Role, pods};
use super::words::list;
use crate::finding::{Finding, Path};
use crate::model::{ContainerSecurity, Handler};
use crate::value::KubernetesVersion;
use crate::view::View;

/// Kernel parameters that PodSecurity counts as safe, each from a Kubernetes version on.
const SAFE: [(&str, KubernetesVersion); 10] = [
    ("kernel.shm_rmid_forced", KubernetesVersion::new(1, 0)),
    ("net.ipv4.ip_local_port_range", KubernetesVersion::new(1, 0)),
    ("net.ipv4.ip_unprivileged_port_start", KubernetesVersion::new(1, 0)),
    ("net.ipv4.tcp_syncookies", KubernetesVersion::new(1, 0)),
    ("net.ipv4.ping_group_range", KubernetesVersion::new(1, 0)),
    ("net.ipv4.ip_local_reserved_ports", KubernetesVersion::new(1, 27)),
    ("net.ipv4.tcp_keepalive_time", KubernetesVersion::new(1, 29)),
    ("net.ipv4.tcp_fin_timeout", KubernetesVersion::new(1, 29)),
    ("net.ipv4.tcp_keepalive_intvl", KubernetesVersion::new(1, 29)),
    ("net.ipv4.tcp_keepalive_probes", KubernetesVersion::new(1, 29)),
];

/// Kernel parameters that a pod can have to itself; the kubelet refuses others.
const OF_A_POD: [&str; 4] = ["kernel.shm", "kernel.msg", "fs.mqueue.", "net."];

/// An exception and its place.
struct Exception {
    at: Path,
    what: String,
}

/// More than "restricted" allows is spelled out with a reason, once for a pod.
pub(super) fn security_exception(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        let because = pod.at.key("security").key("because");
        let reason = pod.security.because.as_deref().map(str::trim);
        let exceptions = exceptions(&pod, view.kubernetes());
        match (reason, exceptions.first()) {
            (None, Some(first)) => {
                let mut finding = Finding::error(
                    "security-exception",
                    first.at.clone(),
                    format!(
                        "PodSecurity \"restricted\" does not allow {} in {}",
                        list(exceptions.iter().map(|exception| &exception.what)),
                        pod.describe()
                    ),
                )
                .help("remove it, or say why it is needed: `security: { because: \"…\" }`")
                .looked_at(because);
                for other in exceptions.iter().skip(1) {
                    finding = finding.also(other.at.clone(), format!("`{}` is declared", other.what));
                }
                out.push(finding);
            }
            (Some(""), Some(_)) => out.push(
                Finding::error("security-exception", because, "`because` gives no reason")
                    .help("say why the pod needs it"),
            ),
            (Some(_), None) => out.push(needless(&pod, because)),
            _ => {}
        }
    }
}

/// A container has a seccomp profile or none.
pub(super) fn seccomp(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        for placed in pod.containers() {
            if placed.security.seccomp_unconfined && placed.security.seccomp_profile.is_some() {
                let at = placed.at.key("security");
                let message = "`seccomp_profile` does not fit `seccomp_unconfined: true`";
                out.push(
                    Finding::error("key-unfit", at.key("seccomp_profile").the_key(), message)
                        .help("keep one of the two")
                        .looked_at(at.key("seccomp_unconfined")),
                );
            }
        }
    }
}

/// A reason for nothing. Whatever could be an exception was looked at.
fn needless(pod: &Pod<'_>, because: Path) -> Finding {
    let mut finding = Finding::warning(
        "because-needless",
        because.the_key(),
        format!("{} needs no exception from PodSecurity \"restricted\"", pod.describe()),
    )
    .help("remove `because`");
    const KEYS: [&str; 7] = [
        "user",
        "root",
        "privileged",
        "privilege_escalation",
        "keep_capabilities",
        "add_capabilities",
        "seccomp_unconfined",
    ];
    for placed in pod.containers() {
        for key in KEYS {
            finding = finding.looked_at(placed.at.key("security").key(key));
        }
        finding = finding.looked_at(placed.at.key("ports"));
    }
    finding.looked_at(pod.at.key("security").key("sysctls"))
}

fn exceptions(pod: &Pod<'_>, kubernetes: KubernetesVersion) -> Vec<Exception> {
    let mut found = Vec::new();
    let security = pod.at.key("security");
    if pod.security.user == Some(0) && !pod.security.main.root {
        found.push(Exception { at: security.key("user"), what: "user: 0".to_owned() });
    }
    // What no pod can set has a rule of its own.
    let unsafe_ones = pod
        .security
        .sysctls
        .iter()
        .filter(|(name, _)| is_sysctl(name) && is_of_a_pod(name) && !is_safe(name, kubernetes));
    for (name, _) in unsafe_ones {
        found.push(Exception { at: security.key("sysctls").key(name.clone()).the_key(), what: name.clone() });
    }
    for placed in pod.containers() {
        let at = placed.at.key("security");
        of_privileges(placed.security, &at, &mut found);
        if placed.role == Role::Main {
            // A program that builds the model may say it of the container itself.
            of_privileges(&placed.container.security, &at, &mut found);
        }
        of_container(&placed, &mut found);
    }
    found
}

fn of_privileges(security: &ContainerSecurity, at: &Path, found: &mut Vec<Exception>) {
    let keys = [
        ("privileged", security.privileged),
        ("privilege_escalation", security.privilege_escalation),
        ("root", security.root),
        ("keep_capabilities", security.keep_capabilities),
        ("seccomp_unconfined", security.seccomp_unconfined),
    ];
    for (key, _) in keys.iter().filter(|(_, is_on)| *is_on) {
        found.push(Exception { at: at.key(*key), what: (*key).to_owned() });
    }
    if security.user == Some(0) && !security.root {
        found.push(Exception { at: at.key("user"), what: "user: 0".to_owned() });
    }
    for (n, capability) in
        security.add_capabilities.iter().enumerate().filter(|(_, c)| c.as_str() != "NET_BIND_SERVICE")
    {
        found.push(Exception { at: at.key("add_capabilities").index(n), what: capability.to_string() });
    }
}

/// Ports of the node, and requests that the kubelet would send elsewhere.
fn of_container(placed: &Placed<'_>, found: &mut Vec<Exception>) {
    let container = placed.container;
    for port in container.ports.iter().filter(|port| port.host_port.is_some()) {
        let at = placed.at.key("ports").key(&port.name).key("host_port");
        found.push(Exception { at, what: "host_port".to_owned() });
    }
    for (key, handler) in super::probes::handlers(container) {
        if let Handler::Http { host: Some(host), .. } = handler
            && !host.is_empty()
        {
            found.push(Exception { at: placed.at.key(key).key("host"), what: format!("host of {key}") });
        }
    }
}

fn is_safe(name: &str, version: KubernetesVersion) -> bool {
    SAFE.iter().any(|(safe, since)| *safe == name && *since <= version)
}

fn is_of_a_pod(name: &str) -> bool {
    let plain = normal(name);
    plain == "kernel.sem" || OF_A_POD.iter().any(|prefix| plain.starts_with(prefix))
}

/// Parts may be divided by `/` too; then the first divider says which.
fn normal(name: &str) -> String {
    let slash = name.find(['.', '/']).is_some_and(|first| name.as_bytes().get(first) == Some(&b'/'));
    if slash {
        name.chars()
            .map(|c| {
                if c == '/' {
                    '.'
                } else if c == '.' {
                    '/'
                } else {
                    c
                }
            })
            .collect()
    } else {
        name.to_owned()
    }
}

/// Kernel parameters have names, and are ones that a pod can have to itself.
pub(super) fn sysctls(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        let at = pod.at.key("security").key("sysctls");
        for (n, (name, _)) in pod.security.sysctls.iter().enumerate() {
            let name_at = at.key(name.clone()).the_key();
            if !is_sysctl(name) {
                out.push(
                    Finding::error("sysctl-name", name_at, format!("\"{name}\" is not the name of a kernel parameter"))
                        .help("write it as the kernel does, for example \"net.core.somaxconn\""),
                );
                continue;
            }
            let plain = normal(name);
            if !is_of_a_pod(name) {
                out.push(
                    Finding::error(
                        "sysctl-of-node",
                        name_at,
                        format!("\"{name}\" belongs to the whole node, and the kubelet starts no pod that sets it"),
                    )
                    .help("set it on the nodes; a pod can set kernel.shm*, kernel.msg*, kernel.sem, fs.mqueue.* and net.*"),
                );
            } else if pod.security.sysctls.iter().take(n).any(|(before, _)| normal(before) == plain) {
                out.push(
                    Finding::error("duplicate-sysctl", name_at, format!("\"{name}\" is set twice"))
                        .help("remove one of the two"),
                );
            }
        }
    }
}

/// An AppArmor profile has a name without blanks around it, as the server wants it.
pub(super) fn app_armor_profile(view: &View<'_>, out: &mut Vec<Finding>) {
    const MOST: usize = 4095;
    for pod in pods(view) {
        for placed in pod.containers() {
            let Some(name) = &placed.security.app_armor_profile else { continue };
            let at = placed.at.key("security").key("app_armor_profile");
            if name.trim().is_empty() || name.trim() != name {
                let finding = Finding::error("app-armor-profile", at, format!("{name:?} is not the name of a profile"));
                out.push(finding.help("write the name that the profile has on the nodes, without blanks around it"));
            } else if name.len() > MOST {
                let message = format!("the name of a profile has at most {MOST} bytes");
                out.push(Finding::error("app-armor-profile", at, message).help("shorten it"));
            }
        }
    }
}

/// `[a-z0-9]([-_a-z0-9]*[a-z0-9])?`, parts divided by `.` or `/`, 253 bytes at most.
fn is_sysctl(name: &str) -> bool {
    let is_end = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    name.len() <= 253
        && name.split(['.', '/']).all(|part| {
            part.bytes().all(|b| is_end(b) || matches!(b, b'-' | b'_'))
                && part.bytes().next().is_some_and(is_end)
                && part.bytes().last().is_some_and(is_end)
        })
}
