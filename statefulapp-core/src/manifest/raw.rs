//! Objects that are written as they are.

use super::{BuildError, Object};
use crate::model::{Raw, Stack};
use serde_json::Value;

/// Kinds of Kubernetes and of common extensions that belong to the cluster, so that a namespace makes no sense. Those that
/// begin with `Cluster` need not be listed.
const OF_THE_CLUSTER: &[&str] = &[
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "CustomResourceDefinition",
    "DeviceClass",
    "FlowSchema",
    "GatewayClass",
    "IPAddress",
    "IngressClass",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "ResourceSlice",
    "RuntimeClass",
    "ServiceCIDR",
    "StorageClass",
    "StorageVersionMigration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
    "VolumeAttributesClass",
    "VolumeGroupSnapshotClass",
    "VolumeGroupSnapshotContent",
    "VolumeSnapshotClass",
    "VolumeSnapshotContent",
];

/// The object, in the stack's namespace if it names none of its own.
pub(super) fn object(stack: &Stack, raw: &Raw) -> Result<Object, BuildError> {
    let error = |message: String| {
        BuildError::new("Raw", &raw.name, message)
            .help("write one YAML document with apiVersion, kind and metadata.name")
    };
    // By way of YAML's own values: they refuse a key that stands there twice.
    let yaml: serde_yaml::Value =
        serde_yaml::from_str(&raw.yaml).map_err(|cause| error(format!("this is not YAML: {cause}")))?;
    let mut value: Value =
        serde_json::to_value(yaml).map_err(|cause| error(format!("this cannot be a Kubernetes object: {cause}")))?;
    for place in ["/apiVersion", "/kind", "/metadata/name"] {
        if value.pointer(place).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(error(format!("the object has no {}", place.trim_start_matches('/').replace('/', "."))));
        }
    }
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
    let has_namespace = !kind.starts_with("Cluster") && !OF_THE_CLUSTER.contains(&kind);
    if has_namespace
        && let Some(namespace) = &stack.namespace
        && let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut)
        && metadata.get("namespace").is_none_or(Value::is_null)
    {
        metadata.insert("namespace".to_owned(), Value::String(namespace.to_string()));
    }
    Ok(Object::Raw(value))
}
