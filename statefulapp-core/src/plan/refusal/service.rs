//! What the server refuses in a Service.

use std::{collections::HashSet, net::IpAddr};

use serde_json::Value;

use super::check::{Check, server_refuses};
use crate::{
    plan::object::{at, list, text},
    value::{Cidr, Hostname, IpAddress, LabelKey, NodePort, PortName, ServicePortName},
};

pub(super) fn check<'a>(check: &mut Check<'a>, spec: &'a Value) {
    let kind = text(spec, "type").filter(|kind| !kind.is_empty()).unwrap_or("ClusterIP");
    check.word_or_default(spec, "type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]);
    check.labels(spec, "selector");
    cluster_address(check, spec, kind);
    ports(check, spec, kind);
    if kind == "ExternalName" {
        check.not_empty(spec, "externalName");
        check.text_or_empty::<Hostname>(spec, "externalName");
    }
    check.word_or_default(spec, "sessionAffinity", &["None", "ClientIP"]);
    if text(spec, "sessionAffinity") == Some("ClientIP") {
        check.field(spec, "sessionAffinityConfig", |check, config| {
            check.field(config, "clientIP", |check, client| check.number(client, "timeoutSeconds", 1..=86400));
        });
    }
    check.word(spec, "internalTrafficPolicy", &["Cluster", "Local"]);
    check.word(spec, "trafficDistribution", &["PreferClose", "PreferSameZone", "PreferSameNode"]);
    check.items(spec, "externalIPs", external_address);
    check.word(spec, "ipFamilyPolicy", &["SingleStack", "PreferDualStack", "RequireDualStack"]);
    check.items(spec, "ipFamilies", |check, family| {
        if !matches!(family.as_str(), Some("IPv4" | "IPv6")) {
            check.refuse("it is neither IPv4 nor IPv6");
        }
    });
    if let [first, second, ..] = list(spec, &["ipFamilies"]) {
        if first == second {
            check.refuse_at("ipFamilies", "the same family is there twice");
        } else if !matches!(text(spec, "ipFamilyPolicy"), Some("PreferDualStack" | "RequireDualStack")) {
            check.refuse_at("ipFamilies", "two families need ipFamilyPolicy PreferDualStack or RequireDualStack");
        }
    }
    for_kinds(check, spec, kind);
}

/// Fields that only some types of Service may have.
fn for_kinds<'a>(check: &mut Check<'a>, spec: &'a Value, kind: &str) {
    let balances = kind == "LoadBalancer";
    for field in ["loadBalancerClass", "allocateLoadBalancerNodePorts", "loadBalancerSourceRanges"] {
        check.field(spec, field, |check, value| {
            if !balances && value != &Value::Array(vec![]) {
                check.refuse("goes only with the type LoadBalancer");
            }
        });
    }
    check.text::<LabelKey>(spec, "loadBalancerClass");
    check.items(spec, "loadBalancerSourceRanges", |check, range| {
        // Blanks around a range are cut off.
        if let Some(message) = range.as_str().and_then(|range| server_refuses::<Cidr>(range.trim())) {
            check.refuse(message);
        }
    });
    let is_outside = matches!(kind, "NodePort" | "LoadBalancer") || !list(spec, &["externalIPs"]).is_empty();
    check.field(spec, "externalTrafficPolicy", |check, policy| {
        if !is_outside && policy.as_str() != Some("") {
            check.refuse("goes only with the types NodePort and LoadBalancer");
        }
    });
    check.word_or_default(spec, "externalTrafficPolicy", &["Cluster", "Local"]);
    let checks_health = balances && text(spec, "externalTrafficPolicy") == Some("Local");
    check.field(spec, "healthCheckNodePort", |check, port| {
        let port = port.as_i64().unwrap_or(0);
        if port != 0 && !checks_health {
            check.refuse("goes only with the type LoadBalancer and externalTrafficPolicy Local");
        } else if port != 0
            && let Err(error) = NodePort::try_from(port)
        {
            check.refuse(error.message);
        }
    });
}

fn cluster_address<'a>(check: &mut Check<'a>, spec: &'a Value, kind: &str) {
    let addresses = list(spec, &["clusterIPs"]);
    check.field(spec, "clusterIP", |check, value| {
        let text = value.as_str().unwrap_or_default();
        if kind == "ExternalName" && !text.is_empty() {
            return check.refuse("an ExternalName Service has no address");
        }
        match text {
            "" => {}
            "None" if kind != "ClusterIP" => check.refuse(format_args!("None does not go with the type {kind}")),
            "None" => {}
            _ => check.is::<IpAddress>(value),
        }
        if addresses.first().is_some_and(|first| first != value) {
            check.refuse("it has to be the first of clusterIPs");
        }
    });
    if !addresses.is_empty() && text(spec, "clusterIP").is_none_or(str::is_empty) {
        check.refuse_at("clusterIPs", "needs clusterIP, equal to the first");
    }
    if addresses.len() > 2 {
        check.refuse_at("clusterIPs", "has more than two addresses");
    }
}

fn external_address<'a>(check: &mut Check<'a>, value: &'a Value) {
    check.is::<IpAddress>(value);
    let special = match value.as_str().and_then(|text| text.parse().ok()) {
        Some(IpAddr::V4(ip)) => {
            ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || ip.octets().starts_with(&[224, 0, 0])
        }
        Some(IpAddr::V6(ip)) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_unicast_link_local()
                || (ip.segments().first() == Some(&0xff02))
        }
        None => false,
    };
    if special {
        check.refuse("a loopback, link-local or unspecified address is refused");
    }
}

fn ports<'a>(check: &mut Check<'a>, spec: &'a Value, kind: &str) {
    let ports = list(spec, &["ports"]);
    let headless = text(spec, "clusterIP") == Some("None");
    if ports.is_empty() && kind != "ExternalName" && !headless {
        check.refuse_at("ports", "is required");
    }
    let mut names = HashSet::new();
    check.items(spec, "ports", |check, port| {
        let name = text(port, "name").unwrap_or_default();
        if name.is_empty() && ports.len() > 1 {
            check.refuse_at("name", "is required when there is more than one port");
        }
        if !name.is_empty() && !names.insert(name) {
            check.refuse_at("name", "another port has this name");
        }
        check.text_or_empty::<ServicePortName>(port, "name");
        if at(port, &["port"]).is_none() {
            check.refuse_at("port", "is required");
        }
        check.number(port, "port", 1..=65535);
        check.word_or_default(port, "protocol", &["TCP", "UDP", "SCTP"]);
        check.field(port, "targetPort", |check, target| match target {
            // 0 and an empty text stand for the port itself.
            Value::Number(number) if number.as_i64().is_none_or(|number| !(0..=65535).contains(&number)) => {
                check.refuse("a port is from 1 to 65535");
            }
            Value::String(name) if !name.is_empty() => {
                if let Some(message) = server_refuses::<PortName>(name) {
                    check.refuse(message);
                }
            }
            _ => {}
        });
        check.text::<LabelKey>(port, "appProtocol");
        check.field(port, "nodePort", |check, number| {
            let number = number.as_i64().unwrap_or(0);
            if number != 0 && !matches!(kind, "NodePort" | "LoadBalancer") {
                check.refuse("goes only with the types NodePort and LoadBalancer");
            } else if number != 0
                && let Err(error) = NodePort::try_from(number)
            {
                check.refuse(error.message);
            }
        });
    });
    let protocol = |port| text(port, "protocol").filter(|protocol| !protocol.is_empty()).unwrap_or("TCP");
    check
        .unique(spec, "ports", "this port and protocol", |port| Some((at(port, &["port"])?.as_i64()?, protocol(port))));
    check.unique(spec, "ports", "this node port and protocol", |port| {
        Some((at(port, &["nodePort"])?.as_i64().filter(|number| *number != 0)?, protocol(port)))
    });
}
