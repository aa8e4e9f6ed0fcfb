//! Ports of containers. All containers of a pod share its network.

use super::pods::{Placed, completed_pods};
use super::words::repeated;
use crate::finding::{Finding, Path};
use crate::model::{ContainerPort, Protocol};
use crate::view::View;
use std::collections::HashMap;

/// The ports of a pod, each with its container and its position there.
fn ports<'p, 'a>(places: &'p [Placed<'a>]) -> Vec<(&'p Placed<'a>, usize, &'a ContainerPort)> {
    let of = |placed: &'p Placed<'a>| placed.container.ports.iter().enumerate().map(move |(n, port)| (placed, n, port));
    places.iter().flat_map(of).collect()
}

/// Two ports of a pod differ in number or protocol: only one program can listen.
pub(super) fn duplicate_ports(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        let places: Vec<_> = pod.served().collect();
        let ports = ports(&places);
        let key = |(_, _, port): &(_, _, &ContainerPort)| (port.number, port.protocol);
        for [(_, (placed, _, port)), (_, (before, _, first))] in repeated(&ports, key) {
            out.push(
                Finding::error(
                    "duplicate-port",
                    placed.port(&port.name),
                    format!(
                        "port `{}` has the number {}/{} of port `{}` of {}",
                        port.name,
                        port.number,
                        port.protocol.as_str(),
                        first.name,
                        before.describe()
                    ),
                )
                .help("give one of the two another number: the containers of a pod share its network")
                .also(before.port(&first.name), "first declared"),
            );
        }
    }
}

/// Ports of a pod have different names: a Service finds its target by name.
pub(super) fn duplicate_port_names(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        let places: Vec<_> = pod.served().collect();
        let at = |placed: &Placed<'_>, n: usize| placed.at.key("ports").index(n).the_key();
        for [(_, (placed, n, port)), (_, (before, first, _))] in
            repeated(&ports(&places), |(_, _, port)| port.name.as_str())
        {
            out.push(
                Finding::error(
                    "duplicate-port-name",
                    at(placed, *n),
                    format!("{} has a port `{}` already", pod.describe(), port.name),
                )
                .help("rename one of the two: Services find a port by its name")
                .also(at(before, *first), "first declared"),
            );
        }
    }
}

/// A port of the node is given once.
pub(super) fn duplicate_host_ports(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        let mut first: HashMap<(u16, Protocol), Path> = HashMap::new();
        for placed in pod.served() {
            for port in &placed.container.ports {
                let Some(host) = port.host_port else { continue };
                let at = placed.at.key("ports").key(&port.name).key("host_port");
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
