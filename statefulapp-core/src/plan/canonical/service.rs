//! Defaults of Services and network policies.

use serde_json::{Map, Value, json};

use super::{default, each, with_or_drop};

pub(super) fn service(spec: &mut Map<String, Value>) {
    for (key, value) in [
        ("type", json!("ClusterIP")),
        ("sessionAffinity", json!("None")),
        ("internalTrafficPolicy", json!("Cluster")),
        ("externalTrafficPolicy", json!("Cluster")),
        ("ipFamilyPolicy", json!("SingleStack")),
        ("allocateLoadBalancerNodePorts", json!(true)),
        ("healthCheckNodePort", json!(0)),
        ("selector", json!({})),
    ] {
        default(spec, key, value);
    }
    // The list repeats the single address; only a second one says more.
    match spec.get("clusterIPs").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) if spec.get("clusterIP").is_none_or(|address| address == only) => {
            if let Some(only) = spec.remove("clusterIPs").and_then(|list| list.as_array()?.first().cloned()) {
                spec.entry("clusterIP").or_insert(only);
            }
        }
        _ => {}
    }
    with_or_drop(spec, "sessionAffinityConfig", |config| {
        with_or_drop(config, "clientIP", |client| default(client, "timeoutSeconds", json!(10800)));
    });
    if spec.get("sessionAffinity").is_none() {
        // The server drops the configuration of an affinity that is off.
        spec.remove("sessionAffinityConfig");
    }
    each(spec, "ports", |port| {
        default(port, "protocol", json!("TCP"));
        default(port, "nodePort", json!(0));
        default(port, "targetPort", json!(0));
        if port.get("targetPort") == port.get("port") {
            port.remove("targetPort");
        }
    });
}

pub(super) fn ingress(spec: &mut Map<String, Value>) {
    each(spec, "rules", |rule| default(rule, "host", json!("")));
}

pub(super) fn network_policy(spec: &mut Map<String, Value>) {
    default(spec, "podSelector", json!({}));
    let types = match spec.contains_key("egress") {
        true => json!(["Ingress", "Egress"]),
        false => json!(["Ingress"]),
    };
    default(spec, "policyTypes", types);
    for direction in ["ingress", "egress"] {
        each(spec, direction, |rule| each(rule, "ports", |port| default(port, "protocol", json!("TCP"))));
    }
}
