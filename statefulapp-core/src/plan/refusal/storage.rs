//! Claims and storage classes.

use serde_json::Value;

use super::{
    check::{Check, server_refuses},
    resources,
};
use crate::{
    plan::object::{list, text},
    value::{Quantity, StorageClassName, StorageSize, Subdomain},
};

/// The spec of a claim, also of one in a template.
pub(super) fn claim<'a>(check: &mut Check<'a>, spec: &'a Value) {
    let modes = list(spec, &["accessModes"]);
    if modes.is_empty() {
        check.refuse_at("accessModes", "is required");
    }
    check.items(spec, "accessModes", |check, mode| {
        const MODES: [&str; 4] = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];
        let mode = mode.as_str().unwrap_or_default();
        if !MODES.contains(&mode) {
            check.refuse(format_args!("{mode:?} is none of {}", MODES.join(", ")));
        }
    });
    if modes.contains(&"ReadWriteOncePod".into()) && modes.iter().any(|mode| mode != "ReadWriteOncePod") {
        check.refuse_at("accessModes", "ReadWriteOncePod goes with no other mode");
    }
    check.word(spec, "volumeMode", &["Filesystem", "Block"]);
    check.text::<StorageClassName>(spec, "storageClassName");
    check.text_or_empty::<Subdomain>(spec, "volumeAttributesClassName");
    check.selector(spec, "selector");
    check.required(spec, "resources", |check, resources| {
        check.required(resources, "requests", |check, requests| {
            check.required(requests, "storage", |check, size| {
                let text = resources::written(size).unwrap_or_default();
                if let Some(message) = server_refuses::<StorageSize>(&text) {
                    check.refuse(message);
                } else if resources::milli(size).is_some_and(|amount| amount <= 0) {
                    check.refuse("it has to be more than 0");
                }
            });
        });
        check.entries(resources, "limits", |check, _, limit| {
            if let Some(message) = resources::written(limit).and_then(|limit| server_refuses::<Quantity>(&limit)) {
                check.refuse(message);
            }
        });
    });
}

/// A template of a claim: of a claim itself, the server drops a data source that it does not know.
pub(super) fn claim_template<'a>(check: &mut Check<'a>, spec: &'a Value) {
    claim(check, spec);
    check.field(spec, "dataSource", data_source);
    check.field(spec, "dataSourceRef", data_source);
}

fn data_source<'a>(check: &mut Check<'a>, source: &'a Value) {
    check.not_empty(source, "name");
    check.not_empty(source, "kind");
    let group = text(source, "apiGroup").unwrap_or_default();
    if group.is_empty() && text(source, "kind").is_some_and(|kind| kind != "PersistentVolumeClaim") {
        check.refuse_at("kind", "without an apiGroup it can only be a PersistentVolumeClaim");
    }
}

pub(super) fn class<'a>(check: &mut Check<'a>, class: &'a Value) {
    check.not_empty(class, "provisioner");
    check.word(class, "reclaimPolicy", &["Delete", "Retain"]);
    check.word(class, "volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]);
}
