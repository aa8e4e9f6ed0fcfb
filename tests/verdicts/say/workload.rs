use super::{Block, Said, Say, chosen, lit, open, pod, seconds, texts};
use serde_json::{Value, json};

/// A StatefulSet, as the app that makes it.
pub(super) fn stateful_set(say: &mut Say, object: &Value) -> Said<()> {
    let fields = open("", object)?;
    fields.get("kind");
    fields.nothing("apiVersion", &[json!("apps/v1")])?;
    let mut app = Block::default();
    let metadata = fields.sub("metadata")?.ok_or("an object without metadata")?;
    let name = metadata.get("name").ok_or("an object without a name")?;
    if let Some(labels) = metadata.get("labels") {
        app.put("labels", texts(labels, "labels")?);
    }
    if let Some(annotations) = metadata.get("annotations") {
        app.put("annotations", texts(annotations, "annotations")?);
    }
    metadata.close()?;
    // A budget is a part of its app.
    if let Some(budget) = fields.get("budget") {
        app.put("disruption", disruption(budget)?);
    }

    let spec = fields.sub("spec")?.ok_or("a workload without a spec")?;
    if let Some(replicas) = spec.get("replicas") {
        app.put("replicas", lit(replicas));
    }
    match spec.get("serviceName") {
        Some(Value::String(none)) if none.is_empty() => return Err("no governing Service".to_owned()),
        Some(service) => app.put("service_name", lit(service)),
        None => {}
    }
    if let Some(word) = chosen(spec.get("podManagementPolicy")) {
        app.put("pod_management", lit(word));
    }
    if let Some(time) = spec.get("minReadySeconds") {
        app.put("min_ready", seconds(time)?);
    }
    if let Some(count) = spec.get("revisionHistoryLimit") {
        app.put("revision_history", lit(count));
    }
    if let Some(ordinals) = spec.sub("ordinals")? {
        if let Some(start) = ordinals.get("start") {
            app.put("first_ordinal", lit(start));
        }
        ordinals.close()?;
    }
    if let Some(update) = spec.get("updateStrategy") {
        update_strategy(say, &mut app, update)?;
    }
    if let Some(policy) = spec.sub("persistentVolumeClaimRetentionPolicy")? {
        let mut retain = Block::default();
        for (key, word) in [("when_deleted", "whenDeleted"), ("when_scaled", "whenScaled")] {
            if let Some(word) = chosen(policy.get(word)) {
                retain.put(key, lit(word));
            }
        }
        policy.close()?;
        app.put("retain", retain);
    }
    let template = spec.sub("template")?.ok_or("a workload without a template")?;
    let pod_labels = selected_labels(spec.get("selector"), template.get("metadata"))?;
    if !pod_labels.is_empty() {
        app.put("pod_labels", pod_labels);
    }
    if let Some(annotations) = template.get("metadata").and_then(|metadata| metadata.get("annotations")) {
        // The language calls the main container otherwise.
        let of_container = |key: &String| key.starts_with("container.apparmor.security.beta.kubernetes.io/");
        if annotations.as_object().is_some_and(|annotations| annotations.keys().any(of_container)) {
            return Err("AppArmor by annotation".to_owned());
        }
        app.put("pod_annotations", texts(annotations, "annotations")?);
    }
    let claims = spec.list("volumeClaimTemplates")?;
    let pod = template.get("spec").ok_or("a template without a spec")?;
    template.close()?;
    spec.close()?;
    fields.close()?;
    let name = pod::pod(say, &mut app, pod, claims, name)?;
    let ident = if name == "base" { "base" } else { "the_app" };
    say.item("StatefulApp", ident, &name, &app);
    Ok(())
}

/// The language makes the selector, from labels of its own. What an object selects by is said as labels of its pods.
fn selected_labels(selector: Option<&Value>, metadata: Option<&Value>) -> Said<Block> {
    const OWN: &str = "a selector of one's own";
    let mut block = Block::default();
    let labels = match metadata {
        Some(metadata) => {
            let metadata = open("template.metadata", metadata)?;
            let labels = metadata.get("labels").cloned().unwrap_or_default();
            metadata.get("annotations");
            metadata.close()?;
            labels
        }
        None => Value::Null,
    };
    let selected = match selector {
        Some(selector) => {
            let selector = open("selector", selector)?;
            let selected = selector.get("matchLabels").and_then(Value::as_object).ok_or(OWN)?;
            selector.close()?;
            selected
        }
        None => return Err(OWN.to_owned()),
    };
    let matches = |(key, value): (&String, &Value)| labels.get(key) == Some(value);
    if selected.is_empty() || !selected.iter().all(matches) {
        return Err(OWN.to_owned());
    }
    for (key, value) in labels.as_object().into_iter().flatten() {
        // The label that every object of the tables is selected by.
        if !(key == "app" && value == "base" && selected.contains_key(key)) {
            block.entry(key, super::only_text(value, "labels")?);
        }
    }
    Ok(block)
}

fn update_strategy(say: &Say, app: &mut Block, value: &Value) -> Said<()> {
    let strategy = open("updateStrategy", value)?;
    let word = chosen(strategy.get("type"));
    let rolling = strategy.sub("rollingUpdate")?;
    let mut block = Block::default();
    if let Some(rolling) = &rolling {
        if let Some(partition) = rolling.get("partition") {
            block.put("partition", lit(partition));
        }
        // 0 means the default where the server drops the field anyway.
        let is_dropped = |count: &&Value| **count == json!(0) && say.kubernetes == "1.36";
        if let Some(count) = rolling.get("maxUnavailable").filter(|count| !is_dropped(count)) {
            block.put("max_unavailable", lit(count));
        }
    }
    if let Some(rolling) = rolling {
        rolling.close()?;
    }
    strategy.close()?;
    let word = match word {
        None => "RollingUpdate",
        Some(Value::String(word)) if word.chars().all(|c| c.is_ascii_alphanumeric()) && !word.is_empty() => word,
        Some(_) => return Err("an update strategy that is no word".to_owned()),
    };
    if word == "OnDelete" && value.get("rollingUpdate").is_some_and(|rolling| !rolling.is_null()) && block.is_empty() {
        return Err("`updateStrategy.rollingUpdate` of OnDelete".to_owned());
    }
    app.put("update", format!("{word} {block}"));
    Ok(())
}

fn disruption(value: &Value) -> Said<Block> {
    let budget = open("", value)?;
    let mut block = Block::default();
    for (key, field) in [("min_available", "minAvailable"), ("max_unavailable", "maxUnavailable")] {
        if let Some(count) = budget.get(field) {
            block.put(key, lit(count));
        }
    }
    budget.close()?;
    if block.is_empty() {
        return Err("a budget that says nothing".to_owned());
    }
    Ok(block)
}
