use super::fields::{Fields, entries, key_of, read_word};
use super::read::{Read, text_like};
use super::{Cx, service};
use crate::finding::Path;
use crate::grammar::{self, Kind};
use crate::model::{Affinity, Disruption, Dns, DnsPolicy, Spread, Strength, TaintEffect, Toleration};
use crate::tree::{Node, Value};
use crate::value::{AppName, LabelKey, LabelValue, TopologyKey, suggest};

fn is_none(node: &Node) -> bool {
    matches!(&node.value, Value::Path(parts) if parts.len() == 1 && parts.first().is_some_and(|word| word == "none"))
}

pub(super) fn disruption(fields: &Fields<'_, '_>) -> Option<Disruption> {
    let (node, path, kind) = fields.node("disruption")?;
    let cx = fields.cx;
    if is_none(node) {
        return Some(Disruption::None);
    }
    let Value::Map(inner) = &node.value else {
        cx.wrong_kind(&path, "disruption", kind, node);
        return None;
    };
    let inner = Fields::new(cx, &grammar::DISRUPTION, inner, path.clone(), "`disruption`");
    match (inner.get("min_available"), inner.get("max_unavailable")) {
        (Some(least), None) => Some(Disruption::MinAvailable(least)),
        (None, Some(most)) => Some(Disruption::MaxUnavailable(most)),
        (Some(_), Some(_)) => {
            cx.error(
                "disruption-both",
                inner.path.key("max_unavailable").the_key(),
                "`min_available` and `max_unavailable` exclude each other",
                "keep one of them",
            );
            None
        }
        (None, None) => {
            let is_known = |field: &crate::tree::Field| grammar::DISRUPTION.key(&field.key).is_some();
            // What is no key has been said.
            if node.fields().is_some_and(|fields| fields.iter().all(is_known))
                && inner.node("min_available").is_none()
                && inner.node("max_unavailable").is_none()
            {
                cx.error(
                    "key-missing",
                    path.the_key(),
                    "`disruption` says nothing",
                    "write `{ max_unavailable: 1 }`, or `none` for no budget",
                );
            }
            None
        }
    }
}

/// What a manifest has: constraints with a `topologyKey` each.
fn constraints(cx: &Cx<'_>, path: &Path, node: &Node) {
    let message = "`spread` has the topology keys themselves as its keys";
    cx.error("value-kind", path.clone(), message, super::repair::help(cx.tree, Kind::Spread, &node.value));
}

pub(super) fn spread(fields: &Fields<'_, '_>) -> Option<Vec<Spread>> {
    let (node, path, kind) = fields.node("spread")?;
    let cx = fields.cx;
    let plain = |over| Spread { over, max_skew: None, required: false, min_domains: None };
    if is_none(node) {
        return Some(Vec::new());
    }
    match &node.value {
        Value::List(nodes) if nodes.iter().any(|node| node.fields().is_some()) => {
            constraints(cx, &path, node);
            None
        }
        Value::List(nodes) => Some(
            nodes.iter().enumerate().filter_map(|(n, node)| topology(cx, node, &path.index(n)).map(plain)).collect(),
        ),
        Value::Map(fields) if fields.iter().any(|field| field.key == "topologyKey") => {
            constraints(cx, &path, node);
            None
        }
        Value::Map(_) => Some(
            entries(cx, node, &path, kind, "spread", "topology key")
                .into_iter()
                .filter_map(|(field, path)| {
                    let over = topology_key(cx, &field.key, field.quoted, &path.clone().the_key())?;
                    let Value::Map(inner) = &field.value.value else {
                        cx.no_block(&path, &field.key, kind, &field.value);
                        return None;
                    };
                    let inner = Fields::new(cx, &grammar::SPREAD, inner, path, &format!("spread `{}`", field.key));
                    Some(Spread {
                        over,
                        max_skew: inner.get("max_skew"),
                        required: inner.or_default("required"),
                        min_domains: inner.get("min_domains"),
                    })
                })
                .collect(),
        ),
        _ => topology(cx, node, &path).map(|over| vec![plain(over)]),
    }
}

fn topology(cx: &Cx<'_>, node: &Node, path: &Path) -> Option<TopologyKey> {
    match &node.value {
        Value::Path(parts) if parts.len() == 1 => topology_key(cx, parts.first()?, false, path),
        Value::Text(text) => topology_key(cx, text, true, path),
        _ => {
            cx.wrong_kind(path, "spread", Kind::Topology, node);
            None
        }
    }
}

fn topology_key(cx: &Cx<'_>, word: &str, quoted: bool, path: &Path) -> Option<TopologyKey> {
    let label = match word {
        "zone" if !quoted => "topology.kubernetes.io/zone",
        "region" if !quoted => "topology.kubernetes.io/region",
        "host" if !quoted => "kubernetes.io/hostname",
        word if quoted => word,
        word => {
            let help = match suggest(word, ["zone", "region", "host"]) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write zone, host, region, or a node label as a string".to_owned(),
            };
            cx.error("word-unknown", path.clone(), format!("unknown topology key `{word}`"), help);
            return None;
        }
    };
    match label.parse() {
        Ok(key) => Some(key),
        Err(error) => {
            cx.invalid(path, "topology key", error);
            None
        }
    }
}

pub(super) fn affinity(fields: &Fields<'_, '_>) -> Option<Affinity> {
    let (node, path, kind) = fields.node("affinity")?;
    let cx = fields.cx;
    let Value::Map(inner) = &node.value else {
        cx.wrong_kind(&path, "affinity", kind, node);
        return None;
    };
    let inner = Fields::new(cx, &grammar::AFFINITY, inner, path, "`affinity`");
    Some(Affinity {
        apart: inner.word("apart", Strength::WORDS),
        near: neighbours(&inner, "near"),
        away_from: neighbours(&inner, "away_from"),
        nodes: node_labels(&inner, "nodes"),
        preferred_nodes: node_labels(&inner, "preferred_nodes"),
    })
}

fn neighbours(fields: &Fields<'_, '_>, key: &'static str) -> Vec<(AppName, Strength)> {
    let Some((node, path, kind)) = fields.node(key) else { return Vec::new() };
    let cx = fields.cx;
    match &node.value {
        Value::Map(_) => entries(cx, node, &path, kind, key, "app")
            .into_iter()
            .filter_map(|(field, path)| {
                let app = service::app_name(cx, &field.key, &path.clone().the_key());
                let strength = read_word(cx, &field.value, &path, Kind::Strength, &field.key, Strength::WORDS);
                Some((app?, strength?))
            })
            .collect(),
        _ => service::apps(fields, key).into_iter().map(|app| (app, Strength::Required)).collect(),
    }
}

fn node_labels(fields: &Fields<'_, '_>, key: &'static str) -> Vec<(LabelKey, Vec<LabelValue>)> {
    let cx = fields.cx;
    fields
        .entries(key, "label")
        .into_iter()
        .filter_map(|(field, path)| {
            let label = key_of(cx, field, &path, "label");
            let one = std::slice::from_ref(&field.value);
            let nodes = if let Value::List(nodes) = &field.value.value { nodes.as_slice() } else { one };
            let values = nodes
                .iter()
                .enumerate()
                .filter_map(|(n, node)| {
                    let path = path.index(n);
                    let text = text_like(cx, node, &path, Kind::LabelValue, &field.key)?;
                    text.parse().map_err(|error| cx.invalid(&path, "label value", error)).ok()
                })
                .collect::<Vec<_>>();
            if nodes.is_empty() {
                cx.error(
                    "list-empty",
                    path,
                    format!("`{}` allows no value", field.key),
                    "list the values that a node may have",
                );
            }
            Some((label?, values))
        })
        .collect()
}

pub(super) fn tolerations(fields: &Fields<'_, '_>) -> Vec<Toleration> {
    let cx = fields.cx;
    fields
        .list("tolerations")
        .into_iter()
        .filter_map(|(node, path)| {
            let Value::Map(inner) = &node.value else {
                cx.wrong_kind(&path, "tolerations", Kind::Tolerations, node);
                return None;
            };
            let inner = Fields::new(cx, &grammar::TOLERATION, inner, path, "the toleration");
            let key = inner.node("key").and_then(|(node, path, kind)| LabelKey::read(cx, node, &path, kind, "key"));
            let value = inner.node("value").and_then(|(node, path, kind)| {
                let text = text_like(cx, node, &path, kind, "value")?;
                text.parse().map_err(|error| cx.invalid(&path, "value", error)).ok()
            });
            Some(Toleration {
                key,
                value,
                effect: inner.word("effect", TaintEffect::WORDS),
                duration: inner.get("duration"),
            })
        })
        .collect()
}

pub(super) fn dns(fields: &Fields<'_, '_>) -> Option<Dns> {
    let (node, path, kind) = fields.node("dns")?;
    let cx = fields.cx;
    let Value::Map(inner) = &node.value else {
        cx.wrong_kind(&path, "dns", kind, node);
        return None;
    };
    let inner = Fields::new(cx, &grammar::DNS, inner, path, "`dns`");
    Some(Dns {
        policy: inner.word("policy", DnsPolicy::WORDS),
        nameservers: service::list(&inner, "nameservers", Kind::Address),
        searches: service::list(&inner, "searches", Kind::SearchDomain),
        options: inner
            .entries("options", "option")
            .into_iter()
            .map(|(field, path)| {
                let value = match field.value.value {
                    Value::Absent | Value::Bool(true) => None,
                    _ => text_like(cx, &field.value, &path, Kind::Text, &field.key),
                };
                (field.key.clone(), value)
            })
            .collect(),
    })
}
