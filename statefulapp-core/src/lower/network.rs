use super::fields::Fields;
use super::read::Read;
use super::{Cx, config, container, service};
use crate::finding::Path;
use crate::grammar::{self, Kind};
use crate::model::{Item, NetworkAccess, NetworkPolicy, NetworkPort, NetworkRule, Peer};
use crate::tree::{self, Value};
use crate::value::Subdomain;

/// `network` of an app.
pub(super) fn access(fields: &Fields<'_, '_>) -> Option<NetworkAccess> {
    let (node, path, kind) = fields.node("network")?;
    let cx = fields.cx;
    let Value::Map(inner) = &node.value else {
        cx.wrong_kind(&path, "network", kind, node);
        return None;
    };
    let inner = Fields::new(cx, &grammar::NETWORK, inner, path, "`network`");
    Some(NetworkAccess {
        from: service::apps(&inner, "from"),
        from_namespaces: inner
            .list("from_namespaces")
            .into_iter()
            .map(|(node, path)| super::fields::labels(cx, node, &path, Kind::NamespaceLabels, "from_namespaces"))
            .collect(),
        from_addresses: service::list(&inner, "from_addresses", Kind::Cidr),
        ports: service::list(&inner, "ports", Kind::PortRef),
    })
}

pub(super) fn policy(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Option<Item> {
    let name = cx.object_name::<Subdomain>(index, item);
    let fields = Fields::new(cx, &grammar::NETWORK_POLICY, &item.fields, Path::item(index), &config::owner(item));
    let selects = fields.node("selects").and_then(|(node, path, _)| service::app_ref(cx, node, &path, "selects"));
    Some(Item::NetworkPolicy(NetworkPolicy {
        name: name?,
        meta: config::meta(&fields, item),
        selects,
        ingress: rules(&fields, "ingress"),
        egress: rules(&fields, "egress"),
    }))
}

fn rules(fields: &Fields<'_, '_>, key: &'static str) -> Option<Vec<NetworkRule>> {
    fields.node(key)?;
    let cx = fields.cx;
    let rules = fields.list(key).into_iter().filter_map(|(node, path)| {
        let Value::Map(inner) = &node.value else {
            cx.wrong_kind(&path, key, Kind::NetworkRules, node);
            return None;
        };
        let inner = Fields::new(cx, &grammar::NETWORK_RULE, inner, path, "the rule");
        let mut peers: Vec<Peer> = service::apps(&inner, "apps").into_iter().map(Peer::App).collect();
        peers.extend(inner.list("pods").into_iter().filter_map(|(node, path)| {
            let Value::Map(pods) = &node.value else {
                cx.wrong_kind(&path, "pods", Kind::Pods, node);
                return None;
            };
            let pods = Fields::new(cx, &grammar::PEER_PODS, pods, path, "`pods`");
            let namespaces = pods.node("namespaces").is_some().then(|| pods.labels("namespaces"));
            Some(Peer::Pods { labels: pods.labels("labels"), namespaces })
        }));
        peers.extend(inner.list("addresses").into_iter().filter_map(|(node, path)| match &node.value {
            Value::Map(addresses) => {
                let addresses = Fields::new(cx, &grammar::PEER_ADDRESSES, addresses, path, "`addresses`");
                Some(Peer::Addresses {
                    cidr: addresses.get("range")?,
                    except: service::list(&addresses, "except", Kind::Cidr),
                })
            }
            _ => Some(Peer::Addresses {
                cidr: Read::read(cx, node, &path, Kind::Cidr, "addresses")?,
                except: Vec::new(),
            }),
        }));
        Some(NetworkRule { peers, ports: ports(&inner) })
    });
    Some(rules.collect())
}

fn ports(fields: &Fields<'_, '_>) -> Vec<NetworkPort> {
    let cx = fields.cx;
    fields
        .list("ports")
        .into_iter()
        .filter_map(|(node, path)| match &node.value {
            Value::Map(inner) => {
                let inner = Fields::new(cx, &grammar::NETWORK_PORT, inner, path, "the port");
                let protocol = container::protocol(&inner).unwrap_or_default();
                Some(NetworkPort { port: inner.get("port")?, end: inner.get("end"), protocol })
            }
            _ => Some(NetworkPort {
                port: Read::read(cx, node, &path, Kind::PortRef, "ports")?,
                end: None,
                protocol: Default::default(),
            }),
        })
        .collect()
}
