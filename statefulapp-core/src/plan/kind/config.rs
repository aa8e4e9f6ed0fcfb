//! Changes of ConfigMaps and Secrets, and who notices them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::plan::{
    Class, Pair,
    cluster::Reading,
    diff::Difference,
    engines,
    object::{Object, at},
};

pub(super) fn compare(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    let frozen = at(pair.old.value, &["immutable"]) == Some(&Value::Bool(true));
    for difference in differences {
        match difference.path.name(0) {
            Some("type") => {
                let text = "the server refuses to change the type of a Secret: delete it and make it again (pods that \
                            start in between fail)";
                let commands = super::recreate(pair);
                pair.push_with(Class::Recreate, difference, text, commands);
            }
            Some("immutable") if frozen => {
                let text = "an immutable object stays immutable: give the new one another name and let the pods use \
                            that, or delete it and make it again";
                let commands = super::recreate(pair);
                pair.push_with(Class::Recreate, difference, text, commands);
            }
            Some("immutable") => pair.push(Class::InPlace, difference, "from now on its data cannot change"),
            Some("data" | "binaryData") if frozen => {
                let text = "the server refuses to change the data of an immutable object: give the new one another name \
                            and let the pods use that, or delete it and make it again";
                let commands = super::recreate(pair);
                pair.push_with(Class::Recreate, difference, text, commands);
            }
            Some("data" | "binaryData") => data(pair, difference),
            _ => pair.push(Class::InPlace, difference, "no pod notices"),
        }
    }
}

fn data(pair: &mut Pair<'_, '_>, difference: &Difference<'_>) {
    let key = difference.path.name(1);
    let texts = |value| key.is_some_and(|key| at(value, &["stringData", key]).is_some());
    let stays = |value| key.is_some_and(|key| at(value, &["data", key]).is_none());
    if difference.new.is_none() && texts(pair.old.value) && stays(pair.old.value) {
        let (name, namespace, key) = (pair.new.name, pair.new.namespace_flag(), key.unwrap_or_default());
        // In a JSON pointer `/` is `~1`; a key has none.
        let patch = format!(r#"[{{"op":"remove","path":"/data/{key}"}}]"#);
        let command = format!("kubectl patch secret {name}{namespace} --type=json -p '{patch}'");
        let text = "the key stays in the Secret: `apply` takes away what was written as data, not as stringData";
        return pair.push_with(Class::None, difference, text, vec![command]);
    }
    let Notice { text, commands, missed_by } = notice(pair, key);
    let mut class = Class::InPlace;
    let (mut texts, mut before) = (Vec::new(), Vec::new());
    if difference.new.is_none() && !missed_by.is_empty() {
        class = Class::Recreate;
        texts.push(format!("pods of {} that start from now on fail, they need this key", join(&missed_by)));
    }
    let changed_key = key.filter(|_| difference.old.is_some() && difference.new.is_some());
    for fact in changed_key.map(|key| engines::changed_key(pair, key)).unwrap_or_default() {
        class = class.max(fact.class);
        texts.push(fact.text);
        before.extend(fact.commands);
    }
    texts.push(text);
    before.extend(commands);
    pair.push_with(class, difference, texts.join("; "), before);
}

/// Who reads a key, and when they see that it changed.
struct Notice {
    text: String,
    commands: Vec<String>,
    /// Workloads with a variable that cannot do without the key.
    missed_by: BTreeSet<String>,
}

fn notice(pair: &Pair<'_, '_>, key: Option<&str>) -> Notice {
    let kind = if pair.new.kind == "Secret" { "Secret" } else { "ConfigMap" };
    let readers = pair.cluster.readers(kind, pair.new);
    let mut at_start: BTreeMap<String, Object<'_>> = BTreeMap::new();
    let [mut by_runs, mut files, mut pulls, mut missed_by] = [const { BTreeSet::new() }; 4];
    for reader in readers {
        let name = format!("{} {}", reader.object.kind, reader.object.name);
        let reads = match reader.reading {
            Reading::Variable { variable, key: read, container } => {
                if key.is_none_or(|key| key == read) && !is_optional(container, variable) {
                    missed_by.insert(name.clone());
                }
                key.is_none_or(|key| key == read)
            }
            Reading::Variables { .. } => true,
            // A Secret that images are pulled with.
            Reading::Name => {
                pulls.insert(name.clone());
                false
            }
            Reading::Files { sub_path: true, .. } => true,
            Reading::Files { sub_path: false, .. } => {
                files.insert(name.clone());
                false
            }
        };
        if !reads {
            continue;
        }
        if matches!(reader.object.kind, "Job" | "CronJob") {
            by_runs.insert(name);
        } else {
            at_start.insert(name, reader.object);
        }
    }
    let (restarted, kept): (Vec<_>, Vec<_>) =
        at_start.iter().partition(|(_, object)| pair.rolled.contains(&object.identity()));
    let mut parts = Vec::new();
    let names = |list: &[(&String, &Object<'_>)]| join(list.iter().map(|(name, _)| name.as_str()));
    if !restarted.is_empty() {
        parts.push(format!("this plan restarts the pods of {}, which read it when they start", names(&restarted)));
    }
    if !kept.is_empty() {
        parts.push(format!("running pods of {} keep the old value until they are restarted", names(&kept)));
    }
    if !files.is_empty() {
        let text =
            "sees the changed file in its running pods within about a minute, and has to read it again by itself";
        parts.push(format!("{} {text}", join(&files)));
    }
    if !by_runs.is_empty() {
        parts.push(format!("{} reads it at its next run", join(&by_runs)));
    }
    if !pulls.is_empty() {
        parts.push(format!("{} pulls images with it from now on", join(&pulls)));
    }
    if parts.is_empty() {
        parts.push("no workload in these manifests reads it".into());
    }
    let restart = |object: &Object<'_>| match object.kind {
        "StatefulSet" | "Deployment" | "DaemonSet" => Some(format!(
            "kubectl rollout restart {}/{}{}",
            object.kind.to_lowercase(),
            object.name,
            object.namespace_flag()
        )),
        _ => None,
    };
    let commands = kept.iter().filter_map(|(_, object)| restart(object)).collect();
    Notice { text: parts.join("; "), commands, missed_by }
}

fn is_optional(container: &Value, variable: &str) -> bool {
    let mut variables = container.get("env").and_then(Value::as_array).into_iter().flatten();
    let found = variables.find(|found| found.get("name").and_then(Value::as_str) == Some(variable));
    let sources = found.and_then(|found| found.get("valueFrom")).and_then(Value::as_object);
    sources.is_some_and(|sources| sources.values().any(|source| source.get("optional") == Some(&Value::Bool(true))))
}

fn join<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| name.as_ref().to_owned()).collect::<Vec<_>>().join(", ")
}
