//! Changes of a Service: its address, and whether it has one, never change.

use serde_json::Value;

use crate::plan::{
    Class, Pair,
    diff::Difference,
    object::{list, text},
};

pub(super) fn compare(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    let (old, new) = (Kind::of(pair.old.value), Kind::of(pair.new.value));
    for difference in differences {
        if let Some(text) = stays(&old, &new, difference) {
            pair.push(Class::None, difference, text);
            continue;
        }
        let verdict = match difference.path.name(1) {
            Some("clusterIP" | "clusterIPs") => address(&old, &new, difference),
            Some("type") => kind(&old, &new),
            Some("loadBalancerClass") if old.kind == "LoadBalancer" && new.kind == "LoadBalancer" => {
                Err("the server refuses to change the class of a load balancer: delete the Service and make it again"
                    .into())
            }
            Some("healthCheckNodePort") if difference.new.is_some() && old.checks_health => {
                Err("the server refuses to change the health check's node port once it has one".into())
            }
            Some("ipFamilies") => families(pair, difference),
            Some("ipFamilyPolicy") if difference.new == Some(&Value::from("RequireDualStack")) => {
                Err("the server refuses it unless the cluster has both IPv4 and IPv6".into())
            }
            Some("selector") => Ok("traffic goes to the pods of the new selector at once".into()),
            Some("ports") => Ok(ports(difference).into()),
            Some("publishNotReadyAddresses") => Ok("changes which pods have a DNS name before they are ready".into()),
            Some("externalName") => Ok("clients get the new name when their DNS cache runs out".into()),
            _ => Ok("takes effect at once, no pod is restarted".into()),
        };
        match verdict {
            Ok(text) => pair.push(Class::InPlace, difference, text),
            Err(text) => {
                let commands = super::recreate(pair);
                pair.push_with(Class::Recreate, difference, text, commands);
            }
        }
    }
}

const STAYS_HEADLESS: &str =
    "a headless Service stays headless: only deleting it and making it again gives it an address";

/// What the server has given out, it keeps when a manifest does not name it.
fn stays(old: &Kind<'_>, new: &Kind<'_>, difference: &Difference<'_>) -> Option<&'static str> {
    let path = &difference.path;
    if difference.order && path.is(&["spec", "ports"]) {
        return Some("the order of ports means nothing");
    }
    if difference.new.is_some() {
        return None;
    }
    match path.name(1)? {
        "clusterIP" | "clusterIPs" if !old.is_headless() && old.needs_address() && new.needs_address() => {
            Some("the Service keeps its address")
        }
        "ipFamilies" => Some("the Service keeps its families"),
        "healthCheckNodePort" => Some("the Service keeps the port of its health check"),
        "ports" if path.last_key() == Some("nodePort") => Some("the Service keeps its port on the nodes"),
        _ => None,
    }
}

/// What decides whether a Service has an address.
struct Kind<'a> {
    kind: &'a str,
    /// A load balancer that asks the nodes for their pods.
    checks_health: bool,
    /// The written address, or `None` in text for a headless Service.
    address: Option<&'a str>,
}

impl<'a> Kind<'a> {
    fn of(service: &'a Value) -> Kind<'a> {
        let spec = service.get("spec").unwrap_or(&Value::Null);
        let first = list(spec, &["clusterIPs"]).first().and_then(Value::as_str);
        let kind = text(spec, "type").filter(|kind| !kind.is_empty()).unwrap_or("ClusterIP");
        Kind {
            kind,
            checks_health: kind == "LoadBalancer" && text(spec, "externalTrafficPolicy") == Some("Local"),
            address: text(spec, "clusterIP").filter(|address| !address.is_empty()).or(first),
        }
    }

    fn needs_address(&self) -> bool {
        self.kind != "ExternalName"
    }

    fn is_headless(&self) -> bool {
        self.needs_address() && self.address == Some("None")
    }
}

/// `Ok` for a change in place, `Err` for one that needs the Service to be made again.
type Verdict = Result<String, String>;

fn address(old: &Kind<'_>, new: &Kind<'_>, difference: &Difference<'_>) -> Verdict {
    if !old.needs_address() || !new.needs_address() {
        return Ok("an ExternalName Service has no address of its own".into());
    }
    match (old.address, new.address) {
        (Some("None"), None) => Err(format!("the server accepts that it is left out and ignores it: {STAYS_HEADLESS}")),
        (Some("None"), Some(_)) => Err(format!("the server refuses it: {STAYS_HEADLESS}")),
        (_, Some("None")) => {
            let text = "the server refuses to make a Service with an address headless: delete it and make it again";
            Err(format!("{text}; clients that hold the address lose it"))
        }
        (old, new) if old == new && difference.path.is(&["spec", "clusterIPs"]) => {
            Ok("the first address stays; a second one follows ipFamilyPolicy".into())
        }
        _ => Err("the server refuses to change the address: delete the Service and make it again".into()),
    }
}

fn kind(old: &Kind<'_>, new: &Kind<'_>) -> Verdict {
    match (old.kind, new.kind) {
        (_, "ExternalName") => Ok("clients get a DNS alias instead of an address; the address is given up".into()),
        ("ExternalName", _) => Ok("gets an address (or, headless, the pods' own)".into()),
        (_, kind) if old.is_headless() && kind != "ClusterIP" => {
            Err(format!("the server refuses it: clusterIP None goes only with ClusterIP, and {STAYS_HEADLESS}"))
        }
        ("LoadBalancer", _) => Ok("the load balancer and its address are given up; the cluster address stays".into()),
        (_, "LoadBalancer") => Ok("gets a load balancer; the cluster address stays".into()),
        (_, "NodePort") => Ok("gets a port on every node; the cluster address stays".into()),
        _ => Ok("the ports on the nodes are given up; the cluster address stays".into()),
    }
}

/// The first family never changes; without one, the server takes the cluster's first, mostly IPv4.
fn families(pair: &Pair<'_, '_>, difference: &Difference<'_>) -> Verdict {
    let first = |value: &Value| list(value, &["spec", "ipFamilies"]).first().and_then(Value::as_str).map(str::to_owned);
    let (old, new) = (first(pair.old.value), first(pair.new.value));
    match new {
        Some(new) if old.as_deref().unwrap_or("IPv4") != new => {
            Err("the server refuses to change the first IP family: delete the Service and make it again".into())
        }
        Some(_) if difference.new.and_then(Value::as_array).is_some_and(|families| families.len() > 1) => {
            Err("the server refuses a second family unless the cluster has both IPv4 and IPv6".into())
        }
        _ => Ok("no pod is restarted".into()),
    }
}

fn ports(difference: &Difference<'_>) -> &'static str {
    match (difference.path.last_key(), difference.new) {
        (Some("nodePort"), Some(_)) => "clients outside the cluster have to use the new port",
        (Some("targetPort"), _) => "traffic goes to the other port of the pods at once",
        (Some("name"), _) => "who refers to the port by name (an Ingress, a monitor) has to follow",
        (Some("ports"), None) => "clients of this port are refused from now on",
        _ => "takes effect at once, no pod is restarted",
    }
}
