//! Names, labels and annotations.

use serde_json::Value;

use super::check::{Check, server_refuses};
use crate::{
    plan::object::Object,
    value::{AnnotationKey, CronJobName, JobName, Label, LabelKey, PdbName, Subdomain},
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
        check.items(metadata, "finalizers", |check, name| {
            check.is::<LabelKey>(name);
            let known = ["kubernetes", "orphan", "foregroundDeletion"];
            if name.as_str().is_some_and(|name| !name.contains('/') && !known.contains(&name)) {
                check.refuse("a finalizer has a prefix, such as example.com/");
            }
        });
        check.items(metadata, "ownerReferences", |check, owner| {
            for field in ["apiVersion", "kind", "name", "uid"] {
                check.not_empty(owner, field);
            }
        });
    });
    if let Some((_, _, since)) = REMOVED
        .iter()
        .find(|(version, kind, _)| *version == object.api_version && (kind.is_empty() || *kind == object.kind))
    {
        check.refuse_at("apiVersion", format_args!("{} is not served since Kubernetes {since}", object.api_version));
    }
}

/// Versions that are no longer served (docs: Deprecated API Migration Guide). An empty kind stands for all of them.
const REMOVED: &[(&str, &str, &str)] = &[
    ("extensions/v1beta1", "", "1.22"),
    ("apps/v1beta1", "", "1.16"),
    ("apps/v1beta2", "", "1.16"),
    ("networking.k8s.io/v1beta1", "Ingress", "1.22"),
    ("networking.k8s.io/v1beta1", "IngressClass", "1.22"),
    ("rbac.authorization.k8s.io/v1beta1", "", "1.22"),
    ("rbac.authorization.k8s.io/v1alpha1", "", "1.22"),
    ("storage.k8s.io/v1beta1", "StorageClass", "1.22"),
    ("scheduling.k8s.io/v1beta1", "", "1.22"),
    ("apiextensions.k8s.io/v1beta1", "", "1.22"),
    ("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", "1.22"),
    ("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", "1.22"),
    ("batch/v1beta1", "CronJob", "1.25"),
    ("batch/v2alpha1", "CronJob", "1.21"),
    ("policy/v1beta1", "PodDisruptionBudget", "1.25"),
    ("policy/v1beta1", "PodSecurityPolicy", "1.25"),
    ("discovery.k8s.io/v1beta1", "", "1.25"),
    ("autoscaling/v2beta1", "", "1.25"),
    ("autoscaling/v2beta2", "", "1.26"),
];

/// The levels of Pod Security that a namespace's labels name.
pub(super) fn namespace<'a>(check: &mut Check<'a>, namespace: &'a Value) {
    check.field(namespace, "metadata", |check, metadata| {
        check.entries(metadata, "labels", |check, key, value| {
            let level = matches!(key.strip_prefix("pod-security.kubernetes.io/"), Some("enforce" | "audit" | "warn"));
            if level && !matches!(value.as_str(), Some("privileged" | "baseline" | "restricted")) {
                check.refuse("it is none of privileged, baseline, restricted");
            }
        });
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
