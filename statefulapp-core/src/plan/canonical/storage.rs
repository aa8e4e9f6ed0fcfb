//! Defaults of volumes, claims and classes.

use serde_json::{Map, Value, json};

use super::default;

/// The spec of a claim in the template of a StatefulSet, of which the server fills in little.
pub(super) fn claim_template(spec: &mut Map<String, Value>) {
    default(spec, "volumeMode", json!("Filesystem"));
}

/// The spec of a claim.
pub(super) fn claim(spec: &mut Map<String, Value>) {
    default(spec, "volumeMode", json!("Filesystem"));
    // The server keeps the same reference in both fields, with the group of a claim written as absent.
    for field in ["dataSource", "dataSourceRef"] {
        super::with(spec, &[field], |source| default(source, "apiGroup", json!("")));
    }
    if spec.get("dataSource").is_some() && spec.get("dataSource") == spec.get("dataSourceRef") {
        spec.remove("dataSourceRef");
    }
}

pub(super) fn volume(spec: &mut Map<String, Value>) {
    default(spec, "volumeMode", json!("Filesystem"));
    default(spec, "persistentVolumeReclaimPolicy", json!("Retain"));
    default(spec, "persistentVolumeReclaimPolicy", json!(""));
}

pub(super) fn class(class: &mut Map<String, Value>) {
    default(class, "reclaimPolicy", json!("Delete"));
    default(class, "volumeBindingMode", json!("Immediate"));
    default(class, "allowVolumeExpansion", json!(false));
}
