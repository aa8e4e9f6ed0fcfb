//! Volumes of a pod.

use std::collections::HashSet;

use serde_json::Value;

use super::{check::Check, container, storage};
use crate::{
    plan::object::{at, text},
    value::{Label, Quantity},
};

/// Fields of the pod that a file may hold.
const FILE_FIELDS: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

pub(super) fn check<'a>(check: &mut Check<'a>, spec: &'a Value) {
    let mut names = HashSet::new();
    check.items(spec, "volumes", |check, volume| {
        check.required_text::<Label>(volume, "name");
        if text(volume, "name").is_some_and(|name| !names.insert(name)) {
            check.refuse_at("name", "another volume has this name");
        }
        let sources = volume.as_object().into_iter().flatten();
        if sources.filter(|(key, value)| *key != "name" && !value.is_null()).count() > 1 {
            check.refuse("it has more than one source");
        }
        source(check, volume);
    });
}

fn source<'a>(check: &mut Check<'a>, volume: &'a Value) {
    check.field(volume, "emptyDir", |check, source| {
        check.field(source, "sizeLimit", |check, limit| {
            if limit.as_str().and_then(|limit| limit.parse::<Quantity>().ok()).is_some_and(|limit| limit.milli() < 0) {
                check.refuse("a size is not negative");
            }
        });
    });
    check.field(volume, "configMap", |check, source| {
        check.not_empty(source, "name");
        files(check, source);
    });
    check.field(volume, "secret", |check, source| {
        check.not_empty(source, "secretName");
        files(check, source);
    });
    check.field(volume, "persistentVolumeClaim", |check, source| check.not_empty(source, "claimName"));
    check.field(volume, "hostPath", |check, source| {
        check.not_empty(source, "path");
        if text(source, "path").is_some_and(|path| path.split('/').any(|part| part == "..")) {
            check.refuse_at("path", "it must not contain `..`");
        }
        let types = ["DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"];
        check.word_or_default(source, "type", &types);
    });
    check.field(volume, "projected", |check, source| {
        mode(check, source, "defaultMode");
        check.items(source, "sources", |check, source| {
            for field in ["configMap", "secret"] {
                check.field(source, field, |check, source| {
                    check.not_empty(source, "name");
                    files(check, source);
                });
            }
            check.field(source, "serviceAccountToken", |check, token| {
                check.number(token, "expirationSeconds", 600..=1 << 32);
                path(check, token);
            });
            check.field(source, "downwardAPI", downward);
        });
    });
    check.field(volume, "downwardAPI", downward);
    check.field(volume, "csi", |check, source| check.not_empty(source, "driver"));
    check.field(volume, "nfs", |check, source| {
        check.not_empty(source, "server");
        check.not_empty(source, "path");
    });
    check.field(volume, "image", |check, source| {
        check.not_empty(source, "reference");
        check.word_or_default(source, "pullPolicy", &["Always", "IfNotPresent", "Never"]);
    });
    check.field(volume, "ephemeral", |check, source| {
        check.required(source, "volumeClaimTemplate", |check, template| {
            check.required(template, "spec", storage::claim_template)
        });
    });
}

fn files<'a>(check: &mut Check<'a>, source: &'a Value) {
    mode(check, source, "defaultMode");
    check.items(source, "items", |check, item| {
        check.not_empty(item, "key");
        path(check, item);
        mode(check, item, "mode");
    });
}

/// Permissions up to 0777.
fn mode<'a>(check: &mut Check<'a>, map: &'a Value, field: &'a str) {
    check.number(map, field, 0..=0o777);
}

/// The name of a file below the volume.
fn path<'a>(check: &mut Check<'a>, item: &'a Value) {
    check.not_empty(item, "path");
    check.field(item, "path", |check, path| {
        let path = path.as_str().unwrap_or_default();
        if path.starts_with('/') {
            check.refuse("it has to be relative");
        } else if path.starts_with("..") || path.split('/').any(|part| part == "..") {
            check.refuse("it must not begin with or contain `..`");
        }
    });
}

fn downward<'a>(check: &mut Check<'a>, source: &'a Value) {
    mode(check, source, "defaultMode");
    check.items(source, "items", |check, item| {
        path(check, item);
        mode(check, item, "mode");
        check.field(item, "fieldRef", |check, field| container::field_reference(check, field, FILE_FIELDS));
        check.field(item, "resourceFieldRef", |check, reference| {
            check.not_empty(reference, "containerName");
            container::resource_reference(check, reference);
        });
        if at(item, &["fieldRef"]).is_none() && at(item, &["resourceFieldRef"]).is_none() {
            check.refuse("it names no source");
        }
    });
}
