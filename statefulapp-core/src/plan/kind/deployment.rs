//! Changes of a Deployment: its selector never changes, a changed template rolls its pods.

use serde_json::Value;

use super::stateful_set::is_defaulted_volume;
use crate::plan::{Class, Pair, diff::Difference, engines, object::at};

pub(super) fn compare(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    for difference in differences {
        match difference.path.name(1) {
            Some("template") => template(pair, difference),
            Some("selector") => {
                let text = "the server refuses to change the selector of a Deployment: deleting it stops its pods \
                            (without a pause: give the new one another name, and delete the old one afterwards)";
                let commands = super::recreate(pair);
                pair.push_with(Class::Recreate, difference, text, commands);
            }
            Some("strategy") => {
                pair.push(Class::InPlace, difference, "decides how the next change of the template reaches the pods");
            }
            Some("replicas") => {
                let text = match at(pair.new.value, &["spec", "replicas"]).and_then(Value::as_i64) {
                    Some(0) => "stops all its pods: the application stops",
                    _ => "starts or stops pods; the others are not touched",
                };
                pair.push(Class::InPlace, difference, text);
            }
            _ => pair.push(Class::InPlace, difference, "no pod is restarted"),
        }
    }
    engines::compare(pair);
}

fn template(pair: &mut Pair<'_, '_>, difference: &Difference<'_>) {
    let replicas = |value: &Value| at(value, &["spec", "replicas"]).and_then(Value::as_i64).unwrap_or(1);
    let strategy = at(pair.new.value, &["spec", "strategy", "type"]).and_then(Value::as_str);
    if replicas(pair.old.value) == 0 || replicas(pair.new.value) == 0 {
        return pair.push(Class::InPlace, difference, "no pod runs on both sides of this change, so none restarts");
    }
    let (name, namespace) = (pair.new.name, pair.new.namespace_flag());
    let mut commands = vec![format!("kubectl rollout status deployment/{name}{namespace}")];
    let text = if at(pair.new.value, &["spec", "paused"]) == Some(&Value::Bool(true)) {
        commands = vec![format!("kubectl rollout resume deployment/{name}{namespace}")];
        "the Deployment is paused: nothing restarts until it is resumed"
    } else if strategy == Some("Recreate") {
        "stops all pods, then starts new ones (strategy Recreate): the application pauses"
    } else {
        "replaces its pods step by step, new ones first as far as maxSurge lets it"
    };
    pair.push_with(Class::Rolling, difference, text, commands);
    if is_defaulted_volume(pair.old.value, difference) {
        let text = "`apply --server-side` is refused: the emptyDir that the server filled in stays beside the new source; \
                    give the volume another name";
        pair.raise(Class::Recreate, &difference.path.to_string(), text, vec![]);
    }
}
