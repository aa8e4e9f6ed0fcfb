//! Which object is which: the same one in both versions has the same group, kind, namespace and name.

use std::fmt;

use serde_json::Value;

/// The name of an object, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct ObjectId {
    /// The namespace, `default` where the manifest names none; empty for a kind that lives in no namespace.
    pub namespace: String,
    /// The kind, such as `StatefulSet`.
    pub kind: String,
    /// The name.
    pub name: String,
    /// The API version as written, such as `apps/v1`.
    pub api_version: String,
}

/// `StatefulSet databases/postgres`, or `StorageClass fast-ssd` for a kind without namespace.
impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace.as_str() {
            "" => write!(f, "{} {}", self.kind, self.name),
            namespace => write!(f, "{} {namespace}/{}", self.kind, self.name),
        }
    }
}

/// What makes an object the same one in another manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Identity<'a> {
    pub(super) group: &'a str,
    pub(super) kind: &'a str,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

impl Identity<'_> {
    /// A kind whose pods run until something replaces them.
    pub(super) fn is_workload(&self) -> bool {
        self.group == "apps" && matches!(self.kind, "StatefulSet" | "Deployment" | "DaemonSet" | "ReplicaSet")
    }
}

/// An object as it was read, with the parts of its name at hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) value: &'a Value,
    pub(super) api_version: &'a str,
    pub(super) group: &'a str,
    pub(super) kind: &'a str,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

impl<'a> Object<'a> {
    /// `None` if the value has no kind or no name, and so cannot be found in another manifest.
    pub(super) fn new(value: &'a Value) -> Option<Object<'a>> {
        let api_version = text(value, "apiVersion").unwrap_or("v1");
        let kind = text(value, "kind")?;
        let metadata = value.get("metadata")?;
        let name = text(metadata, "name")?;
        let group = group(api_version, kind);
        let namespace = match text(metadata, "namespace") {
            _ if !is_namespaced(group, kind) => "",
            None | Some("") => "default",
            Some(namespace) => namespace,
        };
        Some(Object { value, api_version, group, kind, namespace, name })
    }

    pub(super) fn identity(&self) -> Identity<'a> {
        Identity { group: self.group, kind: self.kind, namespace: self.namespace, name: self.name }
    }

    pub(super) fn id(&self) -> ObjectId {
        ObjectId {
            namespace: self.namespace.into(),
            kind: self.kind.into(),
            name: self.name.into(),
            api_version: self.api_version.into(),
        }
    }

    /// The object on the command line: `statefulset postgres -n databases`.
    pub(super) fn on_command_line(&self) -> String {
        let kind = match self.group {
            "" | "apps" | "batch" | "policy" | "networking.k8s.io" | "storage.k8s.io" | "rbac.authorization.k8s.io" => {
                self.kind.to_lowercase()
            }
            group => format!("{}.{group}", self.kind.to_lowercase()),
        };
        format!("{kind} {}{}", self.name, self.namespace_flag())
    }

    /// ` -n databases`, or nothing for the namespace `default`.
    pub(super) fn namespace_flag(&self) -> String {
        match self.namespace {
            "" | "default" => String::new(),
            namespace => format!(" -n {namespace}"),
        }
    }
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// The value at a path of keys; `None` as well for null, which the API reads as absent.
pub(super) fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| value.get(key)).filter(|value| !value.is_null())
}

/// The elements of the list at a path; none if there is no list.
pub(super) fn list<'a>(value: &'a Value, path: &[&str]) -> &'a [Value] {
    at(value, path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The group of an API version. Until Kubernetes 1.22 several kinds were served by `extensions` too: the same objects.
fn group<'a>(api_version: &'a str, kind: &str) -> &'a str {
    match (api_version.split_once('/').map_or("", |(group, _)| group), kind) {
        ("extensions", "Deployment" | "DaemonSet" | "ReplicaSet") => "apps",
        ("extensions", "Ingress" | "NetworkPolicy") => "networking.k8s.io",
        (group, _) => group,
    }
}

/// The kinds of Kubernetes itself that live in no namespace; another unknown kind is taken to live in one.
fn is_namespaced(group: &str, kind: &str) -> bool {
    !matches!(
        (group, kind),
        ("", "Namespace" | "Node" | "PersistentVolume")
            | (
                "storage.k8s.io",
                "StorageClass" | "CSIDriver" | "CSINode" | "VolumeAttachment" | "VolumeAttributesClass"
            )
            | ("rbac.authorization.k8s.io", "ClusterRole" | "ClusterRoleBinding")
            | ("apiextensions.k8s.io", "CustomResourceDefinition")
            | ("apiregistration.k8s.io", "APIService")
            | ("admissionregistration.k8s.io", _)
            | ("networking.k8s.io", "IngressClass" | "IPAddress" | "ServiceCIDR")
            | ("scheduling.k8s.io", "PriorityClass")
            | ("node.k8s.io", "RuntimeClass")
            | ("certificates.k8s.io", "CertificateSigningRequest" | "ClusterTrustBundle")
            | ("flowcontrol.apiserver.k8s.io", _)
            | ("snapshot.storage.k8s.io", "VolumeSnapshotClass" | "VolumeSnapshotContent")
    )
}
