//! Network policies, ingresses and disruption budgets.

use serde_json::Value;

use super::{
    check::{Check, server_refuses},
    workload::number_or_percent,
};
use crate::{
    plan::object::{at, list, text},
    value::{Cidr, PortName, Subdomain},
};

pub(super) fn network_policy<'a>(check: &mut Check<'a>, spec: &'a Value) {
    check.selector(spec, "podSelector");
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        check.items(spec, direction, |check, rule| {
            check.items(rule, "ports", port);
            check.items(rule, peers, peer);
        });
    }
    if list(spec, &["policyTypes"]).len() > 2 {
        check.refuse_at("policyTypes", "has more than two types");
    }
    check.items(spec, "policyTypes", |check, kind| {
        if !matches!(kind.as_str(), Some("Ingress" | "Egress")) {
            check.refuse("it is neither Ingress nor Egress");
        }
    });
}

fn port<'a>(check: &mut Check<'a>, port: &'a Value) {
    check.word(port, "protocol", &["TCP", "UDP", "SCTP"]);
    check.number(port, "port", 1..=65535);
    if let Some(message) = text(port, "port").and_then(server_refuses::<PortName>) {
        check.refuse_at("port", message);
    }
    let first = at(port, &["port"]).and_then(Value::as_i64);
    check.field(port, "endPort", |check, end| match (first, end.as_i64()) {
        (None, _) => check.refuse("needs a port that is a number"),
        (Some(first), Some(end)) if end < first || end > 65535 => check.refuse("is not from the port to 65535"),
        _ => {}
    });
}

fn peer<'a>(check: &mut Check<'a>, peer: &'a Value) {
    let selects = ["podSelector", "namespaceSelector"].into_iter().any(|field| at(peer, &[field]).is_some());
    match (selects, at(peer, &["ipBlock"]).is_some()) {
        (false, false) => check.refuse("it names no peer"),
        (true, true) => check.refuse_at("ipBlock", "does not go with a selector"),
        _ => {}
    }
    check.selector(peer, "podSelector");
    check.selector(peer, "namespaceSelector");
    check.field(peer, "ipBlock", |check, block| {
        check.required_text::<Cidr>(block, "cidr");
        let cidr = text(block, "cidr").and_then(|cidr| cidr.parse::<Cidr>().ok());
        check.items(block, "except", |check, except| {
            check.is::<Cidr>(except);
            let except = except.as_str().and_then(|except| except.parse::<Cidr>().ok());
            if cidr.zip(except).is_some_and(|(cidr, except)| !cidr.contains(&except)) {
                check.refuse("it does not lie within the cidr");
            }
        });
    });
}

pub(super) fn disruption_budget<'a>(check: &mut Check<'a>, spec: &'a Value) {
    for field in ["minAvailable", "maxUnavailable"] {
        check.field(spec, field, number_or_percent);
    }
    if at(spec, &["minAvailable"]).is_some() && at(spec, &["maxUnavailable"]).is_some() {
        check.refuse_at("maxUnavailable", "does not go with minAvailable");
    }
    check.word(spec, "unhealthyPodEvictionPolicy", &["IfHealthyBudget", "AlwaysAllow"]);
    check.selector(spec, "selector");
}

pub(super) fn ingress<'a>(check: &mut Check<'a>, spec: &'a Value) {
    if list(spec, &["rules"]).is_empty() && at(spec, &["defaultBackend"]).is_none() {
        check.refuse("it needs rules or a defaultBackend");
    }
    check.items(spec, "rules", |check, rule| {
        check.field(rule, "http", |check, http| {
            if list(http, &["paths"]).is_empty() {
                check.refuse_at("paths", "is required");
            }
            check.items(http, "paths", |check, path| {
                check.not_empty(path, "pathType");
                check.word(path, "pathType", &["Exact", "Prefix", "ImplementationSpecific"]);
                let is_plain = text(path, "pathType") != Some("ImplementationSpecific");
                if is_plain && text(path, "path").is_none_or(|path| !path.starts_with('/')) {
                    check.refuse_at("path", "has to begin with `/`");
                }
                check.required(path, "backend", backend);
            });
        });
    });
    check.field(spec, "defaultBackend", backend);
    check.text::<Subdomain>(spec, "ingressClassName");
}

/// A Service with one port, by name or by number.
fn backend<'a>(check: &mut Check<'a>, backend: &'a Value) {
    check.field(backend, "service", |check, service| {
        check.not_empty(service, "name");
        check.required(service, "port", |check, port| {
            let name = text(port, "name").is_some_and(|name| !name.is_empty());
            match (name, at(port, &["number"]).and_then(Value::as_i64).unwrap_or(0) != 0) {
                (true, true) => check.refuse("has a name and a number"),
                (false, false) => check.refuse("has neither a name nor a number"),
                _ => {}
            }
            check.number(port, "number", 0..=65535);
        });
    });
}
