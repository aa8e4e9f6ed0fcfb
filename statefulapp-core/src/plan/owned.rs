//! What both ways of `kubectl apply` do not do, or are refused, because of what the server filled in beside the earlier
//! manifest.
//!
//! `apply` gives back what the earlier manifest set and the new one does not, and touches nothing else: a default that the
//! server filled in stays, also where it does not go with the new value. Measured with Kubernetes 1.36.

use serde_json::Value;

use super::{
    Class, Pair,
    kind::APPLY,
    object::{at, text},
};

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    match (pair.new.group, pair.new.kind) {
        ("apps", "StatefulSet") => {
            strategy(pair, "updateStrategy", "OnDelete");
            account(pair);
        }
        ("apps", "Deployment") => {
            strategy(pair, "strategy", "Recreate");
            account(pair);
        }
        ("apps", "DaemonSet") => account(pair),
        ("batch", "Job") => job(pair),
        ("", "ConfigMap" | "Secret") => emptied(pair),
        ("", "PersistentVolumeClaim") => volume_name(pair),
        _ => {}
    }
}

/// The parameters of a rolling update that the server filled in do not go with another type.
fn strategy(pair: &mut Pair<'_, '_>, field: &'static str, other: &str) {
    let strategy = |value| at(value, &["spec", field]);
    let kind = |value| strategy(value).and_then(|strategy| text(strategy, "type")).filter(|kind| !kind.is_empty());
    let (old, new) = (pair.old.value, pair.new.value);
    if kind(new) != Some(other) || kind(old) == Some(other) {
        return;
    }
    let written = |value| strategy(value).and_then(|strategy| at(strategy, &["rollingUpdate"])).is_some();
    // A StatefulSet whose manifest names the type gets no parameters of it.
    let names_its_type = field == "updateStrategy" && kind(old).is_some();
    let filled_in = !written(old) && !names_its_type;
    // A null that is written is no value of the manifest's own, so the server's stays.
    let kept = written(old) && strategy(new).is_some_and(|strategy| strategy.get("rollingUpdate").is_some());
    if !filled_in && !kept {
        return;
    }
    let patch = format!(r#"{{"spec":{{"{field}":{{"type":"{other}","rollingUpdate":null}}}}}}"#);
    let (object, namespace) = (pair.new.kind.to_lowercase(), pair.new.namespace_flag());
    let patch = format!("kubectl patch {object} {}{namespace} --type=merge -p '{patch}'", pair.new.name);
    let text = format!(
        "`kubectl apply` is refused: the server filled in rollingUpdate, which stays and does not go with {other}; nothing \
         has to be deleted, patch it first"
    );
    pair.raise(Class::Recreate, &format!("spec.{field}"), text, vec![patch, APPLY.into()]);
}

/// The server keeps the account of a template under the field's old name too, and fills the new one in from there.
fn account(pair: &mut Pair<'_, '_>) {
    const PATH: &[&str] = &["spec", "template", "spec"];
    let names = |value| {
        let spec = at(value, PATH);
        ["serviceAccountName", "serviceAccount"]
            .map(|field| spec.and_then(|spec| text(spec, field)).unwrap_or_default())
    };
    let (old, new) = (names(pair.old.value), names(pair.new.value));
    let is_set = |names: [&str; 2]| names.iter().any(|name| !name.is_empty());
    if is_set(old) && old.contains(&"") && !is_set(new) {
        let (object, namespace) = (pair.new.kind.to_lowercase(), pair.new.namespace_flag());
        let command = format!("kubectl set serviceaccount {object} {}{namespace} default", pair.new.name);
        let text = "without effect: the server keeps the account under the field's old name as well, and `apply` leaves \
                    that one; write `default`";
        pair.raise(Class::Recreate, "spec.template.spec.serviceAccountName", text, vec![command]);
    }
}

fn job(pair: &mut Pair<'_, '_>) {
    let (Some(old), Some(new)) = (at(pair.old.value, &["spec"]), at(pair.new.value, &["spec"])) else { return };
    // The parallelism that the server filled in stays, and without completions beside it a Job has none.
    let dropped = old.get("completions").is_some() && new.get("completions").is_none_or(Value::is_null);
    let null = old.get("completions").is_none() && new.get("completions").is_some_and(Value::is_null);
    if dropped || null {
        let text = "the server refuses it: without its own number of completions a Job that exists would have none; leave \
                    it as it was";
        pair.raise(Class::Recreate, "spec.completions", text, super::kind::recreate(pair));
    }
    let labels = |spec: &Value| spec.pointer("/template/metadata").map(|metadata| metadata.get("labels").is_some());
    let goes = match (labels(old), labels(new)) {
        (Some(_), None) => true,
        (Some(old), Some(new)) => old && !new,
        _ => false,
    };
    if goes {
        let text = "`apply --server-side` is refused: with these metadata it would take away the labels that the server \
                    made for the Job's pods";
        pair.raise(Class::Recreate, "spec.template.metadata", text, super::kind::recreate(pair));
    }
}

/// Of an immutable object even a written `data: {}` is another value than none.
fn emptied(pair: &mut Pair<'_, '_>) {
    if at(pair.old.value, &["immutable"]) != Some(&Value::Bool(true)) {
        return;
    }
    for field in ["data", "binaryData"] {
        let is_empty = |value| at(value, &[field]).and_then(Value::as_object).map(serde_json::Map::is_empty);
        if is_empty(pair.new.value) == Some(true) && is_empty(pair.old.value).is_none() {
            let text =
                "the server refuses to change the data of an immutable object, be it to an empty map: leave it out";
            pair.raise(Class::Recreate, field, text, vec![]);
        }
    }
}

/// A written empty name takes the volume away from a bound claim.
fn volume_name(pair: &mut Pair<'_, '_>) {
    let name = |value| at(value, &["spec", "volumeName"]).and_then(Value::as_str);
    if name(pair.new.value) == Some("") && name(pair.old.value) != Some("") {
        let text = "refused for a claim that is bound: it has the name of its volume there; leave it out";
        pair.raise(Class::Recreate, "spec.volumeName", text, vec![]);
    }
}
