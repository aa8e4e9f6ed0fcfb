use super::fields::{Fields, name_of_key};
use super::read::Read;
use super::{Cx, config, container, repair};
use crate::finding::Path;
use crate::grammar::{self, Kind};
use crate::model::{Ingress, IngressRule, Item, PortRef, Selects, Service, ServiceKind, ServicePort};
use crate::tree::{self, Node, Value};
use crate::value::{AppName, Hostname, Label, Port, Subdomain};

pub(super) fn service(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Option<Item> {
    let name = cx.object_name::<Label>(index, item);
    let fields = Fields::new(cx, &grammar::SERVICE, &item.fields, Path::item(index), &config::owner(item));
    const TRAFFIC: [(&str, bool); 2] = [("Cluster", false), ("Local", true)];
    Some(Item::Service(Service {
        name: name?,
        meta: config::meta(&fields, item),
        is_extern: item.is_extern,
        selects: selects(&fields),
        kind: fields.word("type", ServiceKind::WORDS).unwrap_or_default(),
        ports: ports(&fields),
        headless: fields.or_default("headless"),
        cluster_ip: fields.get::<crate::value::IpAddress>("cluster_ip").map(|address| address.to_string()),
        publish_not_ready: fields.or_default("publish_not_ready"),
        sticky: sticky(&fields),
        local_traffic: fields.word("external_traffic", &TRAFFIC),
        internal_local_traffic: fields.word("internal_traffic", &TRAFFIC),
        source_ranges: list(&fields, "source_ranges", Kind::Cidr),
        load_balancer_class: label_like(&fields, "load_balancer_class"),
        external_name: fields.get("external_name"),
        traffic_distribution: fields
            .word(
                "traffic_distribution",
                &[
                    ("PreferSameZone", "PreferSameZone"),
                    ("PreferSameNode", "PreferSameNode"),
                    ("PreferClose", "PreferClose"),
                ],
            )
            .map(str::to_owned),
        each_pod: fields.or_default("each_pod"),
    }))
}

/// A text that follows the rule of a label key.
fn label_like(fields: &Fields<'_, '_>, key: &'static str) -> Option<crate::value::LabelKey> {
    let (node, path, kind) = fields.node(key)?;
    Read::read(fields.cx, node, &path, kind, key)
}

/// The entries of a list, each by its own rule.
pub(super) fn list<T: Read>(fields: &Fields<'_, '_>, key: &'static str, kind: Kind) -> Vec<T> {
    fields.list(key).into_iter().filter_map(|(node, path)| T::read(fields.cx, node, &path, kind, key)).collect()
}

fn sticky(fields: &Fields<'_, '_>) -> Option<Option<crate::value::Duration>> {
    let (node, path, kind) = fields.node("sticky")?;
    match &node.value {
        Value::Bool(true) => Some(None),
        Value::Bool(false) => None,
        _ => Read::read(fields.cx, node, &path, kind, "sticky").map(Some),
    }
}

/// An app, or one of its pods: `postgres`, `postgres[0]`.
fn selects(fields: &Fields<'_, '_>) -> Option<Selects> {
    let (node, path, kind) = fields.node("selects")?;
    let Value::Path(parts) = &node.value else {
        fields.cx.wrong_kind(&path, "selects", kind, node);
        return None;
    };
    let app = app_name(fields.cx, parts.first()?, &path)?;
    if parts.len() > 2 {
        fields.cx.wrong_kind(&path, "selects", kind, node);
        return None;
    }
    let pod = match parts.get(1) {
        None => None,
        Some(ordinal) => match ordinal.parse() {
            Ok(ordinal) => Some(ordinal),
            Err(_) => {
                fields.cx.error(
                    "value-kind",
                    path,
                    format!("`{ordinal}` is not a pod's number"),
                    "write `app[0]` for the first pod",
                );
                return None;
            }
        },
    };
    Some(Selects { app, pod })
}

/// The app of this identifier.
pub(super) fn app_name(cx: &Cx<'_>, ident: &str, path: &Path) -> Option<AppName> {
    let (_, item) = cx.resolve(ident, &["StatefulApp", "App"], path)?;
    cx.name_of(item)
}

/// Apps: `[web, worker]`, or a single one.
pub(super) fn apps(fields: &Fields<'_, '_>, key: &'static str) -> Vec<AppName> {
    fields.list(key).into_iter().filter_map(|(node, path)| app_ref(fields.cx, node, &path, key)).collect()
}

pub(super) fn app_ref(cx: &Cx<'_>, node: &Node, path: &Path, noun: &str) -> Option<AppName> {
    match &node.value {
        Value::Path(parts) if parts.len() == 1 => app_name(cx, parts.first()?, path),
        _ => {
            cx.wrong_kind(path, noun, Kind::AppRef, node);
            None
        }
    }
}

fn ports(fields: &Fields<'_, '_>) -> Vec<ServicePort> {
    let cx = fields.cx;
    let Some((node, path, _)) = fields.node("ports") else { return Vec::new() };
    let of = |target: PortRef| ServicePort {
        name: match &target {
            PortRef::Name(name) => name.as_str().parse().ok(),
            PortRef::Number(_) => None,
        },
        number: None,
        target,
        protocol: None,
        node_port: None,
        app_protocol: None,
    };
    if let Value::List(nodes) = &node.value {
        if nodes.iter().any(|node| node.fields().is_some()) {
            let message = "ports with keys of their own stand in a block, each by its name";
            cx.error("value-kind", path, message, repair::help(cx.tree, Kind::ServicePorts, &node.value));
            return Vec::new();
        }
        return fields
            .list("ports")
            .into_iter()
            .filter_map(|(node, path)| Read::read(cx, node, &path, Kind::PortRef, "port").map(of))
            .collect();
    }
    super::fields::entries(cx, node, &path, Kind::ServicePorts, "ports", "port")
        .into_iter()
        .filter_map(|(field, path)| {
            let name: crate::value::ServicePortName = name_of_key(cx, field, &path, "port name")?;
            let at = path.clone().the_key();
            let leads_to = |target: Option<PortRef>, number: Option<Port>| {
                ServicePort::leads_to(&name, target, number).map_err(|error| cx.invalid(&at, "port", error)).ok()
            };
            Some(match &field.value.value {
                Value::Map(inner) => {
                    let inner = Fields::new(cx, &grammar::SERVICE_PORT, inner, path, &format!("port `{}`", field.key));
                    let number = inner.get("number");
                    inner.decided_by("target");
                    ServicePort {
                        number,
                        target: leads_to(inner.get("target"), number)?,
                        protocol: container::protocol(&inner),
                        node_port: inner.get("node_port"),
                        app_protocol: label_like(&inner, "app_protocol"),
                        name: Some(name),
                    }
                }
                // `web: 80` is the number that clients use, of the app's port of that name.
                _ => {
                    let noun = format!("port `{}`", field.key);
                    let number = Some(Port::read(cx, &field.value, &path, Kind::PortNumber, &noun)?);
                    let target = leads_to(None, number)?;
                    ServicePort { number, name: Some(name), ..of(target) }
                }
            })
        })
        .collect()
}

pub(super) fn ingress(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Option<Item> {
    let name = cx.object_name::<Subdomain>(index, item);
    let fields = Fields::new(cx, &grammar::INGRESS, &item.fields, Path::item(index), &config::owner(item));
    let rules = fields
        .list("rules")
        .into_iter()
        .filter_map(|(node, path)| {
            let is_rule = |field: &tree::Field| !field.quoted || grammar::INGRESS_RULE.key(&field.key).is_some();
            let Value::Map(inner) = &node.value else {
                cx.wrong_kind(&path, "rules", Kind::IngressRules, node);
                return None;
            };
            if !inner.is_empty() && !inner.iter().any(is_rule) {
                cx.wrong_kind(&path, "rules", Kind::IngressRules, node);
                return None;
            }
            let inner = Fields::new(cx, &grammar::INGRESS_RULE, inner, path, "the rule");
            let service = inner.node("service").and_then(|(node, path, kind)| match &node.value {
                Value::Path(parts) if parts.len() == 1 => {
                    let (_, item) = cx.resolve(parts.first()?, &["Service", "StatefulApp", "App"], &path)?;
                    cx.name_of::<Label>(item)
                }
                _ => Label::read(cx, node, &path, kind, "service"),
            });
            Some(IngressRule {
                host: inner.get("host"),
                path: inner.get("path").unwrap_or_else(|| "/".to_owned()),
                exact: inner.or_default("exact"),
                port: inner.get("port")?,
                service: service?,
            })
        })
        .collect();
    let tls = config::secret_entries(&fields, "tls")
        .into_iter()
        .map(|(secret, node, path)| {
            let hosts = match &node.value {
                Value::List(nodes) => nodes
                    .iter()
                    .enumerate()
                    .filter_map(|(n, node)| Hostname::read(cx, node, &path.index(n), Kind::Hostname, "host"))
                    .collect(),
                _ => Hostname::read(cx, node, &path, Kind::Hostname, "host").into_iter().collect(),
            };
            (secret, hosts)
        })
        .collect();
    Some(Item::Ingress(Ingress {
        name: name?,
        meta: config::meta(&fields, item),
        class: fields.get("class"),
        rules,
        tls,
    }))
}
