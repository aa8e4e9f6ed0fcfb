//! Ports of containers. All containers of a pod share its network.

use super::pods::{Placed, completed_pods};
use crate::finding::{Finding, Path};
use crate::model::{Protocol, Stack};
use std::collections::HashMap;

/// Where something was declared first.
struct First {
    at: Path,
    what: String,
}

impl First {
    fn new(at: Path, placed: &Placed<'_>, port: &str) -> Self {
        Self { at, what: format!("port `{port}` of {}", placed.describe()) }
    }
}

/// Two ports of a pod differ in number or protocol: only one program can listen.
pub(super) fn duplicate_ports(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for pod in completed_pods(declared, completed) {
        let mut first: HashMap<(u16, Protocol), First> = HashMap::new();
        for placed in pod.served() {
            for port in &placed.container.ports {
                let at = placed.port(port.name.as_str());
                match first.get(&(port.number.get(), port.protocol)) {
                    None => {
                        let found = First::new(at, &placed, port.name.as_str());
                        first.insert((port.number.get(), port.protocol), found);
                    }
                    Some(before) => out.push(
                        Finding::error(
                            "duplicate-port",
                            at,
                            format!(
                                "port `{}` has the number {}/{} of {}",
                                port.name,
                                port.number,
                                port.protocol.as_str(),
                                before.what
                            ),
                        )
                        .help("give one of the two another number: the containers of a pod share its network")
                        .also(before.at.clone(), "first declared"),
                    ),
                }
            }
        }
    }
}

/// Ports of a pod have different names: a Service finds its target by name.
pub(super) fn duplicate_port_names(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for pod in completed_pods(declared, completed) {
        let mut first: HashMap<&str, First> = HashMap::new();
        for placed in pod.served() {
            for (n, port) in placed.container.ports.iter().enumerate() {
                let at = placed.at.key("ports").index(n).the_key();
                match first.get(port.name.as_str()) {
                    None => drop(first.insert(port.name.as_str(), First::new(at, &placed, port.name.as_str()))),
                    Some(before) => out.push(
                        Finding::error(
                            "duplicate-port-name",
                            at,
                            format!("{} has a port `{}` already", pod.describe(), port.name),
                        )
                        .help("rename one of the two: Services find a port by its name")
                        .also(before.at.clone(), "first declared"),
                    ),
                }
            }
        }
    }
}

/// A port of the node is given once.
pub(super) fn duplicate_host_ports(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for pod in completed_pods(declared, completed) {
        let mut first: HashMap<(u16, Protocol), Path> = HashMap::new();
        for placed in pod.served() {
            for port in &placed.container.ports {
                let Some(host) = port.host_port else { continue };
                let at = placed.at.key("ports").key(port.name.to_string()).key("host_port");
                match first.get(&(host.get(), port.protocol)) {
                    None => drop(first.insert((host.get(), port.protocol), at)),
                    Some(before) => out.push(
                        Finding::error(
                            "duplicate-host-port",
                            at,
                            format!(
                                "port {host}/{} of the node is given to another port already",
                                port.protocol.as_str()
                            ),
                        )
                        .help("choose another number")
                        .also(before.clone(), "first declared"),
                    ),
                }
            }
        }
    }
}
