//! NetworkPolicies.

use super::container::list;
use super::index::Member;
use super::probe::port as port_ref;
use super::service::all_ports;
use super::{Object, labels};
use crate::model::{NetworkAccess, NetworkPolicy, NetworkPort, NetworkRule, Peer, Stack};
use crate::value::Cidr;
use k8s_openapi::api::networking::v1 as net;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// The policy of an app that says who may connect: its own pods, on every port, and the declared ones on the declared ports.
pub(super) fn of_app(stack: &Stack, member: Member<'_, '_>) -> Option<Object> {
    let access = member.app.network.as_ref()?;
    Some(with_access(stack, member, access))
}

fn with_access(stack: &Stack, member: Member<'_, '_>, access: &NetworkAccess) -> Object {
    let app = member.app;
    let name = app.name.as_str();
    let mut ingress =
        vec![net::NetworkPolicyIngressRule { from: Some(vec![pods(labels::label_selector(name))]), ports: None }];

    // A Job's pods carry its name as an app's carry theirs, so that a name here may be a Job's too.
    let mut peers: Vec<_> = access.from.iter().map(|from| pods(labels::label_selector(from.as_str()))).collect();
    peers.extend(access.from_namespaces.iter().map(|namespace| net::NetworkPolicyPeer {
        namespace_selector: Some(selector(namespace)),
        ..Default::default()
    }));
    peers.extend(access.from_addresses.iter().map(|cidr| addresses(cidr, &[])));
    let ports: Vec<_> = all_ports(app)
        .filter(|port| access.ports.is_empty() || access.ports.contains(&port.name))
        .map(|port| net::NetworkPolicyPort {
            port: Some(IntOrString::Int(i32::from(port.number))),
            protocol: Some(port.protocol.as_str().to_owned()),
            end_port: None,
        })
        .collect();
    // No ports at all would mean every port.
    if !peers.is_empty() && !ports.is_empty() {
        ingress.push(net::NetworkPolicyIngressRule { from: Some(peers), ports: Some(ports) });
    }

    net::NetworkPolicy {
        metadata: labels::metadata(stack, name, labels::of_app(stack, member), labels::Map::new()),
        spec: Some(net::NetworkPolicySpec {
            pod_selector: Some(labels::label_selector(name)),
            policy_types: Some(vec!["Ingress".to_owned()]),
            ingress: Some(ingress),
            egress: None,
        }),
    }
    .into()
}

/// A declared policy.
pub(super) fn declared(stack: &Stack, policy: &NetworkPolicy) -> Object {
    let direction = |name: &str, rules: &Option<Vec<NetworkRule>>| rules.as_ref().map(|_| name.to_owned());
    let types = [direction("Ingress", &policy.ingress), direction("Egress", &policy.egress)];
    let ingress = |rule: &NetworkRule| net::NetworkPolicyIngressRule { from: peers(rule), ports: ports(rule) };
    let egress = |rule: &NetworkRule| net::NetworkPolicyEgressRule { to: peers(rule), ports: ports(rule) };
    net::NetworkPolicy {
        metadata: labels::item_metadata(stack, policy.name.as_str(), &policy.meta),
        spec: Some(net::NetworkPolicySpec {
            pod_selector: Some(
                policy.selects.as_ref().map_or_else(LabelSelector::default, |app| labels::label_selector(app.as_str())),
            ),
            policy_types: list(types.into_iter().flatten().collect()),
            ingress: policy.ingress.as_ref().map(|rules| rules.iter().map(ingress).collect()),
            egress: policy.egress.as_ref().map(|rules| rules.iter().map(egress).collect()),
        }),
    }
    .into()
}

fn peers(rule: &NetworkRule) -> Option<Vec<net::NetworkPolicyPeer>> {
    let peer = |peer: &Peer| match peer {
        Peer::App(app) => pods(labels::label_selector(app.as_str())),
        Peer::Pods { labels, namespaces } => net::NetworkPolicyPeer {
            // A peer may not be empty, so that with no labels at all every pod of the namespace is selected.
            pod_selector: (!labels.is_empty() || namespaces.is_none()).then(|| selector(labels)),
            namespace_selector: namespaces.as_deref().map(selector),
            ip_block: None,
        },
        Peer::Addresses { cidr, except } => addresses(cidr, except),
    };
    list(rule.peers.iter().map(peer).collect())
}

fn ports(rule: &NetworkRule) -> Option<Vec<net::NetworkPolicyPort>> {
    let port = |NetworkPort { port, end, protocol }: &NetworkPort| net::NetworkPolicyPort {
        port: Some(port_ref(port)),
        end_port: end.map(i32::from),
        protocol: Some(protocol.as_str().to_owned()),
    };
    list(rule.ports.iter().map(port).collect())
}

fn pods(selector: LabelSelector) -> net::NetworkPolicyPeer {
    net::NetworkPolicyPeer { pod_selector: Some(selector), ..Default::default() }
}

fn addresses(cidr: &Cidr, except: &[Cidr]) -> net::NetworkPolicyPeer {
    let except = list(except.iter().map(ToString::to_string).collect());
    net::NetworkPolicyPeer { ip_block: Some(net::IPBlock { cidr: cidr.to_string(), except }), ..Default::default() }
}

fn selector<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> LabelSelector {
    LabelSelector { match_labels: labels::some(labels::map(pairs)), ..Default::default() }
}
