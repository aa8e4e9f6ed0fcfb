use super::{Block, Fields, Said, Say, lit, open, texts};
use serde_json::{Value, json};

pub(super) fn policy(say: &mut Say, object: &Value) -> Said<()> {
    let fields = open("", object)?;
    fields.get("kind");
    let metadata = fields.sub("metadata")?.ok_or("an object without metadata")?;
    let name = metadata.get("name").ok_or("an object without a name")?;
    metadata.close()?;
    let spec = fields.sub("spec")?.ok_or("a NetworkPolicy without a spec")?;
    fields.close()?;
    let mut block = Block::default();
    match spec.get("podSelector") {
        None => {}
        Some(selector) if *selector == json!({}) => {}
        Some(selector) if *selector == json!({"matchLabels": {"app": "base"}}) => block.put("selects", "base"),
        Some(_) => return Err("a NetworkPolicy that selects by labels".to_owned()),
    }
    let ingress = spec.list("ingress")?;
    let egress = spec.list("egress")?;
    let types = match spec.list("policyTypes")? {
        [] if egress.is_empty() => vec!["Ingress"],
        [] => vec!["Ingress", "Egress"],
        types if types.len() > 2 => return Err("more than two policy types".to_owned()),
        types => types.iter().map(|word| word.as_str().unwrap_or("?")).collect(),
    };
    spec.close()?;
    if types.iter().any(|word| !["Ingress", "Egress"].contains(word)) {
        return Err("a policy type of another word".to_owned());
    }
    for (word, key, rules, peers) in [("Ingress", "ingress", ingress, "from"), ("Egress", "egress", egress, "to")] {
        if types.contains(&word) {
            let rules = rules.iter().map(|rule| self::rule(rule, peers)).collect::<Said<Vec<_>>>()?;
            block.put(key, format!("[{}]", rules.join(", ")));
        } else if !rules.is_empty() {
            return Err("rules that the policy's types leave out".to_owned());
        }
    }
    say.item("NetworkPolicy", "the_policy", name, &block);
    Ok(())
}

fn rule(rule: &Value, peers: &str) -> Said<String> {
    let rule = open("rule", rule)?;
    let (mut pods, mut addresses, mut ports) = (Vec::new(), Vec::new(), Vec::new());
    for peer in rule.list(peers)? {
        let peer = open("peer", peer)?;
        let selectors = (peer.get("podSelector"), peer.get("namespaceSelector"));
        match (selectors, peer.sub("ipBlock")?) {
            ((None, None), Some(range)) => {
                addresses.push(address(&range).and_then(|text| range.close().map(|()| text))?)
            }
            ((None, None), None) => return Err("a peer that is nobody".to_owned()),
            ((pod, namespace), None) => {
                let mut block = Block::default();
                for (key, selector) in [("labels", pod), ("namespaces", namespace)] {
                    if let Some(selector) = selector {
                        let selector = open("selector", selector)?;
                        let labels = selector.get("matchLabels").cloned().unwrap_or_else(|| json!({}));
                        selector.nothing("matchExpressions", &[json!([])])?;
                        selector.close()?;
                        block.put(key, texts(&labels, "labels")?);
                    }
                }
                pods.push(block.to_string());
            }
            _ => return Err("a peer with addresses and labels".to_owned()),
        }
        peer.close()?;
    }
    for port in rule.list("ports")? {
        ports.push(self::port(&open("rule.ports[]", port)?)?);
    }
    rule.close()?;
    let mut block = Block::default();
    for (key, list) in [("pods", pods), ("addresses", addresses), ("ports", ports)] {
        if !list.is_empty() {
            block.put(key, format!("[{}]", list.join(", ")));
        }
    }
    Ok(block.to_string())
}

fn address(range: &Fields<'_>) -> Said<String> {
    let mut block = Block::default();
    block.put("range", lit(range.get("cidr").unwrap_or(&json!(""))));
    if let Some(except) = range.get("except") {
        block.put("except", lit(except));
    }
    Ok(block.to_string())
}

fn port(port: &Fields<'_>) -> Said<String> {
    let mut block = Block::default();
    block.put("port", lit(port.get("port").ok_or("all ports of a protocol")?));
    if let Some(end) = port.get("endPort") {
        block.put("end", lit(end));
    }
    if let Some(word) = port.get("protocol") {
        block.put("protocol", lit(word));
    }
    for key in ["port", "endPort", "protocol"] {
        port.get(key);
    }
    Ok(block.to_string())
}
