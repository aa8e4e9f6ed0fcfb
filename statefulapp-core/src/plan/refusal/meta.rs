//! Names, labels and annotations.

use serde_json::Value;

use super::check::{Check, server_refuses};
use crate::{
    plan::object::Object,
    value::{AnnotationKey, CronJobName, JobName, Label, PdbName, Subdomain},
};

/// Keys and values of all annotations together (API machinery: TotalAnnotationSizeLimitB).
const ANNOTATIONS: usize = 256 * 1024;

pub(super) fn check<'a>(check: &mut Check<'a>, object: &Object<'a>) {
    check.field(object.value, "metadata", |check, metadata| {
        match (object.group, object.kind) {
            ("apps", "StatefulSet") | ("", "Service" | "Namespace") => check.text::<Label>(metadata, "name"),
            ("batch", "CronJob") => check.text::<CronJobName>(metadata, "name"),
            ("batch", "Job") => check.text::<JobName>(metadata, "name"),
            ("policy", "PodDisruptionBudget") => check.text::<PdbName>(metadata, "name"),
            // Names with colons are common there, and in other groups the rule is not known.
            ("rbac.authorization.k8s.io", _) => {}
            ("apps" | "networking.k8s.io" | "storage.k8s.io" | "", _) => check.text::<Subdomain>(metadata, "name"),
            _ => {}
        }
        check.text_or_empty::<Label>(metadata, "namespace");
        check.labels(metadata, "labels");
        annotations(check, metadata);
    });
}

pub(super) fn annotations<'a>(check: &mut Check<'a>, metadata: &'a Value) {
    let mut size = 0;
    check.entries(metadata, "annotations", |check, key, value| {
        size += key.len() + value.as_str().map_or(0, str::len);
        if let Some(message) = server_refuses::<AnnotationKey>(key) {
            check.refuse(message);
        }
    });
    if size > ANNOTATIONS {
        check.refuse_at("annotations", format_args!("{size} bytes in all annotations, at most {ANNOTATIONS}"));
    }
}
