//! NetworkPolicies, and who may connect to an app.

use super::pods::of_app;
use super::words::instead;
use crate::finding::{Finding, Path};
use crate::model::{App, NetworkPolicy, NetworkRule, Peer, PortRef};
use crate::view::View;
use std::borrow::Cow;

/// The rules of a policy with their places.
fn rules(at: &Path, policy: &NetworkPolicy) -> Vec<(Path, bool, NetworkRule)> {
    let mut found = Vec::new();
    for (key, incoming, rules) in [("ingress", true, &policy.ingress), ("egress", false, &policy.egress)] {
        for (n, rule) in rules.iter().flatten().enumerate() {
            found.push((at.key(key).index(n), incoming, rule.clone()));
        }
    }
    found
}

/// A range that is left out lies inside the range that it is left out of.
pub(super) fn except_outside(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, policy) in view.network_policies() {
        for (at, _, rule) in rules(&Path::item(n), policy) {
            let addresses = rule.peers.iter().filter_map(|peer| match peer {
                Peer::Addresses { cidr, except } => Some((cidr, except)),
                _ => None,
            });
            for (i, (cidr, except)) in addresses.enumerate() {
                let at = at.key("addresses").index(i);
                for (j, inner) in except.iter().enumerate().filter(|(_, inner)| !cidr.contains(inner)) {
                    out.push(
                        Finding::error(
                            "except-outside",
                            at.key("except").index(j),
                            format!("{inner} is not a part of {cidr}"),
                        )
                        .help(format!("write a range inside {cidr}, smaller than it"))
                        .looked_at(at.key("range")),
                    );
                }
            }
        }
    }
}

/// A range of ports has two numbers in their order.
pub(super) fn end_port(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, policy) in view.network_policies() {
        for (at, _, rule) in rules(&Path::item(n), policy) {
            for (i, port) in rule.ports.iter().enumerate() {
                let Some(end) = port.end else { continue };
                let at = at.key("ports").index(i);
                let (message, help) = match &port.port {
                    PortRef::Name(name) => (
                        format!("a range of ports cannot begin with a name, `{name}`"),
                        "write the number of the first port".to_owned(),
                    ),
                    PortRef::Number(first) if end < *first => (
                        format!("a range of ports cannot end with {end} and begin with {first}"),
                        format!("write {first} or more"),
                    ),
                    PortRef::Number(_) => continue,
                };
                out.push(Finding::error("port-range-end", at.key("end"), message).help(help).looked_at(at.key("port")));
            }
        }
    }
}

/// A policy is about incoming traffic, outgoing traffic or both.
pub(super) fn policy_empty(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, policy) in view.network_policies() {
        if policy.ingress.is_none() && policy.egress.is_none() {
            out.push(
                Finding::error(
                    "network-policy-empty",
                    Path::item(n).key("ingress"),
                    format!(
                        "NetworkPolicy `{}` says nothing, which the server takes for: nothing may come in",
                        policy.name
                    ),
                )
                .help("write `ingress: []` to forbid all, or the rules")
                .looked_at(Path::item(n).key("egress")),
            );
        }
    }
}

/// Named ports are those of the pods that are connected to.
pub(super) fn named_ports(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, policy) in view.network_policies() {
        for (at, incoming, rule) in rules(&Path::item(n), policy) {
            let Some(targets) = targets(policy, incoming, &rule, view) else { continue };
            for (i, port) in rule.ports.iter().enumerate() {
                let PortRef::Name(name) = &port.port else { continue };
                let ports = || targets.iter().flat_map(|(n, app)| of_app(*n, app).ports().collect::<Vec<_>>());
                if ports().any(|known| known.name == *name && known.protocol == port.protocol) {
                    continue;
                }
                let place = at.key("ports").index(i).key("port");
                let finding = match ports().find(|known| known.name == *name) {
                    Some(known) => Finding::error(
                        "port-protocol",
                        place,
                        format!("port `{name}` is {}, not {}", known.protocol.as_str(), port.protocol.as_str()),
                    )
                    .help(format!("write `{{ port: {name}, protocol: {} }}`", known.protocol.as_str()))
                    .looked_at(at.key("ports").index(i).key("protocol")),
                    None => Finding::error("port-unknown", place, format!("unknown port `{name}`")).help(instead(
                        name.as_str(),
                        ports().map(|port| port.name.as_str()),
                        "the app declares no ports",
                    )),
                };
                let places = targets.iter().flat_map(|(n, app)| of_app(*n, app).places_of_port(name.as_str()));
                out.push(places.fold(finding, Finding::looked_at));
            }
        }
    }
}

/// The apps that a rule's ports are ports of; `None` if they are not all known.
fn targets<'a>(
    policy: &NetworkPolicy,
    incoming: bool,
    rule: &NetworkRule,
    view: &'a View<'_>,
) -> Option<Vec<(usize, Cow<'a, App>)>> {
    if incoming {
        return Some(vec![view.app(policy.selects.as_ref()?.as_str())?]);
    }
    let peers = rule.peers.iter().map(|peer| match peer {
        Peer::App(app) => view.app(app.as_str()),
        Peer::Pods { .. } | Peer::Addresses { .. } => None,
    });
    let peers: Option<Vec<_>> = peers.collect();
    peers.filter(|peers| !peers.is_empty())
}

/// The ports that an app opens to others are its own.
pub(super) fn access_ports(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let (Some(access), Some(app)) = (&app.network, view.completed_app(n)) else { continue };
        let pod = of_app(n, app);
        for (i, name) in access.ports.iter().enumerate().filter(|(_, name)| pod.ports().all(|port| port.name != **name))
        {
            let names = pod.ports().map(|port| port.name.as_str());
            let finding = Finding::error(
                "port-unknown",
                Path::item(n).key("network").key("ports").index(i),
                format!("unknown port `{name}`"),
            )
            .help(instead(name.as_str(), names, "the app declares no ports"));
            out.push(pod.places_of_port(name.as_str()).into_iter().fold(finding, Finding::looked_at));
        }
    }
}
