use super::{Block, Said, Say, chosen, lit, open};
use serde_json::{Value, json};
use statefulapp_core::value::{Port, PortName};

/// A Service of the app.
pub(super) fn service(say: &mut Say, object: &Value) -> Said<()> {
    let fields = open("", object)?;
    fields.get("kind");
    let metadata = fields.sub("metadata")?.ok_or("an object without metadata")?;
    let name = metadata.get("name").ok_or("an object without a name")?;
    metadata.close()?;
    let spec = fields.sub("spec")?.ok_or("a Service without a spec")?;
    fields.close()?;
    let mut service = Block::default();
    match spec.get("selector") {
        None => {}
        Some(selector) if *selector == json!({}) => {}
        Some(selector) if *selector == json!({"app": "base"}) => service.put("selects", "base"),
        Some(_) => return Err("a Service that selects by labels".to_owned()),
    }
    let ports = spec.list("ports")?;
    let mut block = Block::default();
    for port in ports {
        let port = open("ports[]", port)?;
        let name = match chosen(port.get("name")) {
            Some(name) => name.as_str().ok_or("a port whose name is no text")?,
            // A single port without a name gets one.
            None if ports.len() == 1 => "unnamed",
            None => return Err("one of several ports without a name".to_owned()),
        };
        let mut inner = Block::default();
        let number = port.get("port");
        // The language would take the target's.
        inner.put("number", lit(number.ok_or("a port of a Service without a number")?));
        let target = chosen(port.get("targetPort")).filter(|target| **target != json!(0)).or(number);
        let protocol = chosen(port.get("protocol"));
        if let Some(target) = target {
            inner.put("target", lit(target));
            needs(say, target, protocol);
        }
        if let Some(word) = protocol {
            inner.put("protocol", lit(word));
        }
        if let Some(number) = port.get("nodePort").filter(|number| **number != json!(0)) {
            inner.put("node_port", lit(number));
        }
        if let Some(protocol) = port.get("appProtocol") {
            inner.put("app_protocol", lit(protocol));
        }
        port.close()?;
        block.entry(name, inner);
    }
    if !block.is_empty() {
        service.put("ports", block);
    }
    if let Some(word) = chosen(spec.get("type")) {
        service.put("type", lit(word));
    }
    match chosen(spec.get("clusterIP")) {
        None => {}
        Some(none) if none == "None" => service.put("headless", "true"),
        Some(address) => service.put("cluster_ip", lit(address)),
    }
    if let Some(name) = chosen(spec.get("externalName")) {
        service.put("external_name", lit(name));
    }
    let affinity = spec.sub("sessionAffinityConfig")?;
    match chosen(spec.get("sessionAffinity")) {
        None => {}
        Some(none) if none == "None" => {}
        Some(client) if client == "ClientIP" => {
            let client = affinity.as_ref().map(|affinity| affinity.sub("clientIP")).transpose()?.flatten();
            let time = client.as_ref().and_then(|client| client.get("timeoutSeconds"));
            service.put("sticky", time.map_or(Ok("true".to_owned()), super::seconds)?);
            if let Some(client) = client {
                client.close()?;
            }
        }
        Some(_) => return Err("`sessionAffinity` of another word".to_owned()),
    }
    if let Some(affinity) = affinity {
        affinity.close()?;
    }
    if let Some(publish) = spec.get("publishNotReadyAddresses") {
        service.put("publish_not_ready", lit(publish));
    }
    if let Some(word) = chosen(spec.get("externalTrafficPolicy")) {
        service.put("external_traffic", lit(word));
    }
    if let Some(word) = spec.get("internalTrafficPolicy") {
        service.put("internal_traffic", lit(word));
    }
    if let Some(ranges) = spec.get("loadBalancerSourceRanges").filter(|ranges| **ranges != json!([])) {
        service.put("source_ranges", lit(ranges));
    }
    if let Some(class) = spec.get("loadBalancerClass") {
        service.put("load_balancer_class", lit(class));
    }
    if let Some(word) = spec.get("trafficDistribution") {
        service.put("traffic_distribution", lit(word));
    }
    spec.nothing("loadBalancerIP", &[json!("")])?;
    spec.nothing("healthCheckNodePort", &[json!(0)])?;
    spec.nothing("externalIPs", &[json!([])])?;
    spec.close()?;
    say.item("Service", "the_service", name, &service);
    Ok(())
}

/// Declares a port of the app, so that the Service does not lead nowhere.
fn needs(say: &mut Say, target: &Value, protocol: Option<&Value>) {
    let protocol = protocol.filter(|word| ["TCP", "UDP", "SCTP"].iter().any(|known| *word == known));
    let protocol = protocol.map_or(String::new(), |word| format!(", protocol: {}", lit(word)));
    let n = say.app_ports.entries.len();
    let (name, number) = match target {
        Value::String(name) if name.parse::<PortName>().is_ok() => (name.clone(), format!("{}", 2000 + n)),
        Value::Number(number) if number.to_string().parse::<Port>().is_ok() => {
            (format!("target-{n}"), number.to_string())
        }
        _ => return,
    };
    let is_there = |entry: &String| match target {
        Value::String(_) => entry.starts_with(&format!("{name:?}:")),
        _ => entry.contains(&format!("{{ number: {number}{protocol} }}")),
    };
    if !say.app_ports.entries.iter().any(is_there) {
        say.app_ports.entry(&name, format!("{{ number: {number}{protocol} }}"));
    }
}
