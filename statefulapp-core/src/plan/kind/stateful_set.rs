//! Changes of a StatefulSet.
//!
//! The API server lets replicas, ordinals, template, updateStrategy, revisionHistoryLimit,
//! persistentVolumeClaimRetentionPolicy and minReadySeconds change, and nothing else of the spec (Kubernetes 1.36).

use std::cmp::Ordering;

use serde_json::Value;

use super::{
    APPLY,
    pods::{Set, common, without},
};
use crate::plan::{
    Class, Pair,
    diff::Difference,
    engines,
    object::{at, list, text},
    quantity,
};

const FROZEN: &str = "the server refuses to change this field of a StatefulSet";

pub(super) fn compare(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    let (old, new) = (Set::new(pair.old), Set::new(pair.new));
    let first = pair.changes.len();
    let mut steps = Steps::default();
    for difference in differences {
        match difference.path.name(1) {
            Some("replicas" | "ordinals") => {
                let (class, explanation) = scaling(&old, &new);
                pair.push(class, difference, explanation);
            }
            Some("template") => template(pair, &old, &new, difference),
            Some("updateStrategy") => strategy(pair, &old, &new, difference),
            Some("persistentVolumeClaimRetentionPolicy") => retention(pair, &new, difference),
            Some("revisionHistoryLimit" | "minReadySeconds") => {
                pair.push(Class::InPlace, difference, "no pod is restarted");
            }
            Some("volumeClaimTemplates") => claim_template(pair, &old, difference, &mut steps),
            Some("selector") => selector(pair, &old, difference, &mut steps),
            Some("serviceName") => {
                let text = "the DNS names of the pods come from this Service, so each of them gets another one; \
                            a pod answers to it once it is restarted";
                steps.restart = true;
                pair.push(Class::Recreate, difference, format!("{FROZEN}: {text}"));
            }
            Some("podManagementPolicy") => {
                let text = "pods and volumes stay when the StatefulSet is deleted with --cascade=orphan";
                pair.push(Class::Recreate, difference, format!("{FROZEN}: {text}"));
            }
            _ => pair.push(Class::Recreate, difference, FROZEN),
        }
    }
    let commands = steps.commands(pair, &old);
    // One deletion makes all of them possible, so each names the same commands.
    for change in pair.changes.iter_mut().skip(first) {
        let frozen = change.explanation.starts_with(FROZEN);
        if frozen && change.commands.is_empty() {
            change.commands.clone_from(&commands);
        }
    }
    engines::compare(pair);
}

/// What has to be done besides deleting the StatefulSet and making it again.
#[derive(Default)]
struct Steps {
    /// Before: claims that grow.
    before: Vec<String>,
    /// After: pods that do not become part of the new StatefulSet by themselves.
    restart: bool,
    orphaned: bool,
}

impl Steps {
    fn commands(self, pair: &Pair<'_, '_>, old: &Set<'_>) -> Vec<String> {
        let (name, namespace) = (pair.old.name, pair.old.namespace_flag());
        let mut commands = self.before;
        if old.deletes_claims_when_deleted && !old.claims.is_empty() {
            // While it says Delete, a forgotten --cascade=orphan takes the volumes along.
            let patch = r#"{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain"}}}"#;
            commands.insert(0, format!("kubectl patch statefulset {name}{namespace} --type=merge -p '{patch}'"));
        }
        commands.push(format!("kubectl delete statefulset {name}{namespace} --cascade=orphan"));
        commands.push(APPLY.into());
        if self.orphaned {
            commands.extend(for_each(&old.ordinals, true, |ordinal| {
                format!("kubectl delete pod {name}-{ordinal}{namespace}")
            }));
        } else if self.restart && !old.ordinals.is_empty() {
            commands.push(format!("kubectl rollout restart statefulset/{name}{namespace}"));
        }
        commands
    }
}

/// One command for each ordinal, or a shell loop where that would be a long list.
fn for_each(ordinals: &std::ops::Range<i64>, from_last: bool, command: impl Fn(&str) -> String) -> Vec<String> {
    if ordinals.end - ordinals.start > 32 {
        let (first, last) = (ordinals.start, ordinals.end - 1);
        let numbers = if from_last { format!("{last} -1 {first}") } else { format!("{first} {last}") };
        return vec![format!("for i in $(seq {numbers}); do {}; done", command("$i"))];
    }
    let one = |ordinal: i64| command(&ordinal.to_string());
    if from_last { ordinals.clone().rev().map(one).collect() } else { ordinals.clone().map(one).collect() }
}

/// The pods that come and go with `replicas` and `ordinals.start`.
fn scaling(old: &Set<'_>, new: &Set<'_>) -> (Class, String) {
    let gone = without(&old.ordinals, &new.ordinals);
    let come = without(&new.ordinals, &old.ordinals);
    let has_claims = !new.claims.is_empty();
    let pods = |set: &Set<'_>, pieces: &[std::ops::Range<i64>]| {
        pieces.iter().map(|piece| set.pods(piece)).collect::<Vec<_>>().join(", ")
    };
    let claims = || gone.iter().map(|piece| old.claims(piece)).collect::<Vec<_>>().join(", ");
    match (gone.is_empty(), come.is_empty()) {
        (true, true) => (Class::InPlace, "the pods stay the same".into()),
        (true, false) => {
            let how = if new.parallel { "all at once" } else { "one after the other" };
            let volumes =
                if has_claims { ", each with volumes of its own (new and empty if there are none yet)" } else { "" };
            (Class::InPlace, format!("starts {}, {how}{volumes}", pods(new, &come)))
        }
        (false, true) => {
            let stopped = gone.iter().map(|piece| old.pods_from_last(piece)).collect::<Vec<_>>().join(", ");
            let all = if new.ordinals.is_empty() { ": the application stops" } else { "" };
            match (has_claims, new.deletes_claims_when_scaled) {
                (true, true) => {
                    let text = "and deletes their volumes, because whenScaled is Delete";
                    (Class::Destroys, format!("stops {stopped}{all} {text}: {}", claims()))
                }
                (true, false) => {
                    let text = "their volumes stay and are used again when it grows";
                    (Class::InPlace, format!("stops {stopped}{all}; {text}: {}", claims()))
                }
                (false, _) => (Class::InPlace, format!("stops {stopped}{all}")),
            }
        }
        (false, false) if has_claims => {
            let fate = if new.deletes_claims_when_scaled { "deleted (whenScaled is Delete)" } else { "left behind" };
            let text = format!(
                "stops {} and starts {} with volumes of their own, empty if there are none yet; the data is {fate}: {}",
                pods(old, &gone),
                pods(new, &come),
                claims()
            );
            (Class::Destroys, text)
        }
        (false, false) => {
            (Class::Rolling, format!("stops {} and starts {} in their place", pods(old, &gone), pods(new, &come)))
        }
    }
}

/// A change of the template: which pods restart, in which order.
fn template(pair: &mut Pair<'_, '_>, old: &Set<'_>, new: &Set<'_>, difference: &Difference<'_>) {
    let (class, mut text, commands) = restarts(old, new);
    if difference.notation {
        text = format!("the same amount, but the server keeps the notation and so the template changes: {text}");
    }
    if difference.order {
        text = format!("the order is part of the template: {text}");
    }
    pair.push_with(class, difference, text, commands);
    if is_defaulted_volume(pair.old.value, difference) {
        let text = "`apply --server-side` is refused: the earlier manifest gave this volume no source, the server made it \
                    an emptyDir, and that stays beside the new source; give the volume another name";
        pair.raise(Class::Recreate, &difference.path.to_string(), text, vec![]);
    }
}

/// A volume that was written without a source and gets one.
pub(super) fn is_defaulted_volume(old: &Value, difference: &Difference<'_>) -> bool {
    let is_volume = difference.path.starts_with(&["spec", "template", "spec", "volumes", "*"]);
    let Some(name) = difference.path.name(4).filter(|_| is_volume && difference.path.0.len() > 5) else { return false };
    let mut volumes = list(old, &["spec", "template", "spec", "volumes"]).iter();
    let old = volumes.find(|volume| text(volume, "name") == Some(name)).and_then(Value::as_object);
    old.is_some_and(|volume| volume.values().filter(|value| !value.is_null()).count() == 1)
}

fn restarts(old: &Set<'_>, new: &Set<'_>) -> (Class, String, Vec<String>) {
    let running = common(&old.ordinals, &new.ordinals);
    let (name, namespace) = (new.object.name, new.object.namespace_flag());
    if running.is_empty() {
        return (Class::InPlace, "no pod runs on both sides of this change, so none restarts".into(), vec![]);
    }
    if new.on_delete {
        let commands = for_each(&running, true, |ordinal| format!("kubectl delete pod {name}-{ordinal}{namespace}"));
        let text =
            "updateStrategy is OnDelete: nothing restarts until you delete the pods, one when the one before is ready";
        return (Class::Rolling, text.into(), commands);
    }
    let updated = running.start.max(new.partition)..running.end;
    if updated.is_empty() {
        let text = format!(
            "held back: partition leaves every pod below {} with the earlier template until it is lowered",
            new.partition
        );
        return (Class::Rolling, text, vec![]);
    }
    let mut text = match updated.end - updated.start {
        1 => format!("restarts {}", new.pods(&updated)),
        _ => format!("restarts {}, each when the one before is ready", new.pods_from_last(&updated)),
    };
    let held = running.start..updated.start;
    if !held.is_empty() {
        text += &format!("; partition holds back {}", new.pods(&held));
    }
    (Class::Rolling, text, vec![format!("kubectl rollout status statefulset/{name}{namespace}")])
}

fn strategy(pair: &mut Pair<'_, '_>, old: &Set<'_>, new: &Set<'_>, difference: &Difference<'_>) {
    let running = common(&old.ordinals, &new.ordinals);
    if new.on_delete {
        pair.push(Class::InPlace, difference, "from now on a pod gets a new template only when you delete it");
    } else if old.on_delete && !running.is_empty() {
        let text = format!("pods that still run an earlier template restart: {}", new.pods_from_last(&running));
        pair.push(Class::Rolling, difference, text);
    } else if new.partition < old.partition && !running.is_empty() {
        let released = running.start.max(new.partition)..running.end.min(old.partition);
        if released.is_empty() {
            pair.push(Class::InPlace, difference, "no pod was held back by the partition");
        } else {
            let text = format!("pods that the partition held back restart: {}", new.pods_from_last(&released));
            pair.push(Class::Rolling, difference, text);
        }
    } else {
        pair.push(Class::InPlace, difference, "decides how the next change of the template reaches the pods");
    }
}

fn retention(pair: &mut Pair<'_, '_>, new: &Set<'_>, difference: &Difference<'_>) {
    let text = match (new.deletes_claims_when_deleted, new.deletes_claims_when_scaled) {
        (false, false) => "volumes stay when the StatefulSet is deleted or scaled down",
        (true, false) => "from now on deleting the StatefulSet deletes its volumes",
        (false, true) => "from now on scaling down deletes the volumes of the pods that go",
        (true, true) => "from now on deleting the StatefulSet, or scaling it down, deletes volumes",
    };
    pair.push(Class::InPlace, difference, text);
}

fn selector(pair: &mut Pair<'_, '_>, old: &Set<'_>, difference: &Difference<'_>, steps: &mut Steps) {
    let labels = at(pair.old.value, &["spec", "template", "metadata", "labels"]);
    let wanted = at(pair.new.value, &["spec", "selector", "matchLabels"]).and_then(Value::as_object);
    let matches = wanted.is_some_and(|wanted| {
        wanted.iter().all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value))
    });
    let by_expressions = at(pair.new.value, &["spec", "selector", "matchExpressions"]).is_some();
    let text = if matches && !by_expressions {
        "the running pods have the new labels too, so the new StatefulSet takes them over"
    } else {
        steps.orphaned = !old.ordinals.is_empty();
        "the running pods do not have the new labels, so the new StatefulSet does not take them over: delete them, one \
         when the one before is ready; their volumes stay"
    };
    pair.push(Class::Recreate, difference, format!("{FROZEN}: {text}"));
}

fn claim_template(pair: &mut Pair<'_, '_>, old: &Set<'_>, difference: &Difference<'_>, steps: &mut Steps) {
    let path = &difference.path;
    let template = path.name(2).unwrap_or_default();
    let field = path.0.len();
    let claims = old.claims_of(template, &old.ordinals);
    if path.starts_with(&["spec", "volumeClaimTemplates", "*", "spec", "resources", "requests"]) {
        return size(pair, old, difference, steps);
    }
    let (class, text) = if field == 3 && difference.old.is_none() || field == 2 && difference.old.is_none() {
        steps.restart = true;
        (Class::Recreate, "pods get the new, empty volume when they restart".into())
    } else if field == 3 && difference.new.is_none() || field == 2 && difference.new.is_none() {
        (Class::Destroys, format!("the data stays behind in claims that no pod mounts any more: {claims}"))
    } else if path.starts_with(&["spec", "volumeClaimTemplates", "*", "spec", "storageClassName"]) {
        let text = "existing volumes keep their class, only later pods get the new one; to move the data, copy it to new \
                    claims (dump and restore, or a replica that joins) before the old ones go";
        (Class::Destroys, text.into())
    } else if path.starts_with(&["spec", "volumeClaimTemplates", "*", "spec", "accessModes"])
        || path.starts_with(&["spec", "volumeClaimTemplates", "*", "spec", "volumeMode"])
    {
        (Class::Destroys, "an existing claim cannot change it; the data has to be copied to new claims".into())
    } else {
        (Class::Recreate, "only claims that are made later get it".into())
    };
    pair.push(class, difference, format!("{FROZEN}: {text}"));
}

/// The size of a claim: it may grow if its class lets it, and never shrinks.
fn size(pair: &mut Pair<'_, '_>, old: &Set<'_>, difference: &Difference<'_>, steps: &mut Steps) {
    let template = difference.path.name(2).unwrap_or_default();
    let (before, after) = (difference.old.and_then(Value::as_str), difference.new.and_then(Value::as_str));
    let order = before.zip(after).and_then(|(before, after)| Some((quantity::order(before, after)?, after)));
    let Some((order, size)) = order else {
        return pair.push(Class::Recreate, difference, format!("{FROZEN}, and the new value is no size"));
    };
    if order != Ordering::Less {
        let text = "a volume cannot shrink, the server refuses it for every claim; the data has to be copied to new, \
                    smaller claims (dump and restore, or a replica that joins)";
        // No commands: there are none that keep the data.
        pair.push_with(Class::Destroys, difference, format!("refused: {text}"), vec![]);
        return;
    }
    let templates = list(pair.old.value, &["spec", "volumeClaimTemplates"]);
    let class = templates
        .iter()
        .find(|claim| at(claim, &["metadata", "name"]).and_then(Value::as_str) == Some(template))
        .and_then(|claim| text(claim.get("spec")?, "storageClassName"));
    let (name, namespace) = (pair.old.name, pair.old.namespace_flag());
    let patch = format!(r#"{{"spec":{{"resources":{{"requests":{{"storage":"{size}"}}}}}}}}"#);
    let check = match class.map(|class| (class, pair.cluster.may_grow(class))) {
        Some((_, Some(true))) => None,
        Some((class, Some(false))) => {
            // The one field of a class that may change; the driver has to support it.
            steps
                .before
                .push(format!("kubectl patch storageclass {class} -p '{}'", r#"{"allowVolumeExpansion":true}"#));
            Some(format!("StorageClass {class} does not allow it yet"))
        }
        Some((class, None)) => {
            let command = format!("kubectl get storageclass {class} -o jsonpath='{{.allowVolumeExpansion}}'");
            steps.before.push(command);
            Some(format!("StorageClass {class} has to say allowVolumeExpansion: true"))
        }
        None => {
            steps.before.push("kubectl get storageclass".into());
            Some("the default StorageClass has to say allowVolumeExpansion: true".into())
        }
    };
    steps.before.extend(for_each(&old.ordinals, false, |ordinal| {
        format!("kubectl patch pvc {template}-{name}-{ordinal}{namespace} --type=merge -p '{patch}'")
    }));
    let mut text = format!("{FROZEN}: grow the claims, delete the StatefulSet without its pods, apply the new one");
    if let Some(check) = check {
        text += &format!("; {check}");
    }
    pair.push(Class::Recreate, difference, text);
}
