//! Changes of claims, volumes and storage classes.

use std::cmp::Ordering;

use serde_json::Value;

use super::APPLY;
use crate::plan::{
    Class, Pair,
    diff::Difference,
    object::{at, text},
    quantity,
};

/// A claim may grow once it is bound and its class lets it; little else of it may change.
pub(super) fn compare_claim(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    for difference in differences {
        let path = &difference.path;
        match path.name(1) {
            Some("resources") if path.is(&["spec", "resources", "requests", "storage"]) => size(pair, difference),
            Some("volumeAttributesClassName") => {
                let text = "may change only while the claim is bound, and if its driver supports it; a pending claim has \
                            to be made again";
                pair.push_with(Class::Recreate, difference, text, vec![look(pair), APPLY.into()]);
            }
            Some("volumeName") if difference.old.is_none() => {
                let text = "accepted only while the claim is not bound yet: a bound claim keeps its volume";
                pair.push_with(Class::Recreate, difference, text, vec![look(pair), APPLY.into()]);
            }
            Some("storageClassName" | "accessModes" | "volumeMode" | "volumeName") => {
                let text = "the server refuses to change it: copy the data to a new claim (of another name) and let the \
                            pods use that one; deleting this claim deletes its data, unless the volume's reclaim policy is \
                            Retain";
                pair.push(Class::Destroys, difference, text);
            }
            Some("dataSource" | "dataSourceRef") if difference.new.is_none() && !names_both(pair.old.value) => {
                pair.push(Class::None, difference, "the claim keeps it: the server has it in both fields");
            }
            Some("dataSource" | "dataSourceRef") => {
                let text = "the server refuses to change it, and it only counts for a new, empty volume: deleting the \
                            claim to make it again deletes its data";
                pair.push(Class::Destroys, difference, text);
            }
            _ => {
                let text = "the server refuses to change this field of a claim; leave it as it was, or make a claim of \
                            another name and copy the data";
                pair.push(Class::Recreate, difference, text);
            }
        }
    }
}

/// Whether a claim's manifest names its source in both fields, so that nothing is left of it when they go.
fn names_both(claim: &Value) -> bool {
    ["dataSource", "dataSourceRef"].iter().all(|field| at(claim, &["spec", field]).is_some())
}

fn look(pair: &Pair<'_, '_>) -> String {
    format!("kubectl get pvc {}{}", pair.new.name, pair.new.namespace_flag())
}

fn size(pair: &mut Pair<'_, '_>, difference: &Difference<'_>) {
    let (old, new) = (difference.old.and_then(Value::as_str), difference.new.and_then(Value::as_str));
    match old.zip(new).and_then(|(old, new)| quantity::order(old, new)) {
        Some(Ordering::Less) => {}
        Some(_) => {
            let text = "refused: a volume cannot shrink; copy the data to a new, smaller claim";
            return pair.push(Class::Destroys, difference, text);
        }
        None => return pair.push(Class::Recreate, difference, "the server refuses a claim without a size"),
    }
    let class = at(pair.new.value, &["spec"]).and_then(|spec| text(spec, "storageClassName"));
    match class.and_then(|class| pair.cluster.may_grow(class)) {
        Some(true) => pair.push(
            Class::InPlace,
            difference,
            "the volume grows in place (a claim that is still pending is refused; some drivers need the pod to restart)",
        ),
        Some(false) => {
            let class = class.unwrap_or_default();
            let text = format!("refused: StorageClass {class} does not say allowVolumeExpansion: true");
            let patch = r#"{"allowVolumeExpansion":true}"#;
            let commands = vec![format!("kubectl patch storageclass {class} -p '{patch}'"), APPLY.into()];
            pair.push_with(Class::Recreate, difference, text, commands);
        }
        None => {
            let text = "the volume grows in place if the claim is bound and its StorageClass says allowVolumeExpansion: \
                        true; otherwise the server refuses it, and these manifests do not have the class";
            let commands = match class {
                Some(class) => format!("kubectl get storageclass {class} -o jsonpath='{{.allowVolumeExpansion}}'"),
                None => "kubectl get storageclass".into(),
            };
            pair.push_with(Class::Recreate, difference, text, vec![look(pair), commands, APPLY.into()]);
        }
    }
}

pub(super) fn compare_volume(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    for difference in differences {
        match difference.path.name(1) {
            Some("persistentVolumeReclaimPolicy") if difference.new == Some(&Value::from("Delete")) => {
                let text = "from now on deleting the claim deletes the volume with its data";
                pair.push(Class::InPlace, difference, text);
            }
            Some(
                "persistentVolumeReclaimPolicy"
                | "capacity"
                | "mountOptions"
                | "claimRef"
                | "accessModes"
                | "storageClassName"
                | "volumeAttributesClassName",
            ) if difference.path.name(1) != Some("volumeAttributesClassName") || difference.new.is_some() => {
                pair.push(Class::InPlace, difference, "the stored data is not touched");
            }
            Some("nodeAffinity") if difference.old.is_none() => {
                pair.push(Class::InPlace, difference, "may be set once");
            }
            _ => {
                let text = "the server refuses to change where a volume is: with the reclaim policy Retain, delete it and \
                            make it again";
                let commands = super::recreate(pair);
                pair.push_with(Class::Recreate, difference, text, commands);
            }
        }
    }
}

pub(super) fn compare_class(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    for difference in differences {
        match difference.path.name(0) {
            Some("allowVolumeExpansion" | "mountOptions" | "allowedTopologies") => {
                pair.push(Class::InPlace, difference, "counts for what is asked of the class from now on");
            }
            _ => {
                let text = "the server refuses to change it: delete the class and make it again; existing volumes stay as \
                            they are, only new ones follow it";
                let commands = super::recreate(pair);
                pair.push_with(Class::Recreate, difference, text, commands);
            }
        }
    }
}
