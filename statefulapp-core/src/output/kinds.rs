//! In which order objects are applied, and what the file of an object is called.

use super::Document;
use crate::manifest::checksum::hex;
use sha2::{Digest as _, Sha256};

/// API group, kind, rank, and whether it is in no namespace.
///
/// The rank begins the name of the file; objects that others need come first. It belongs to the kind, so that no file is
/// renamed when an object is added. There is room between the ranks.
#[rustfmt::skip]
const KINDS: &[(&str, &str, u8, bool)] = &[
    ("", "Namespace", 10, true),
    ("apiextensions.k8s.io", "CustomResourceDefinition", 11, true),
    ("scheduling.k8s.io", "PriorityClass", 12, true),
    ("", "ResourceQuota", 13, false),
    ("", "LimitRange", 14, false),
    ("", "ServiceAccount", 15, false),
    ("external-secrets.io", "ClusterSecretStore", 18, true),
    ("external-secrets.io", "SecretStore", 18, false),
    ("", "Secret", 20, false),
    ("external-secrets.io", "ExternalSecret", 20, false),
    ("bitnami.com", "SealedSecret", 20, false),
    ("", "ConfigMap", 25, false),
    ("storage.k8s.io", "StorageClass", 30, true),
    ("", "PersistentVolume", 31, true),
    ("", "PersistentVolumeClaim", 32, false),
    ("rbac.authorization.k8s.io", "ClusterRole", 35, true),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", 36, true),
    ("rbac.authorization.k8s.io", "Role", 37, false),
    ("rbac.authorization.k8s.io", "RoleBinding", 38, false),
    ("", "Service", 40, false),
    ("networking.k8s.io", "NetworkPolicy", 45, false),
    ("policy", "PodDisruptionBudget", 50, false),
    ("apps", "StatefulSet", 60, false),
    ("apps", "Deployment", 65, false),
    ("apps", "DaemonSet", 66, false),
    ("", "Pod", 68, false),
    ("batch", "Job", 70, false),
    ("batch", "CronJob", 75, false),
    ("autoscaling", "HorizontalPodAutoscaler", 78, false),
    ("networking.k8s.io", "IngressClass", 79, true),
    ("networking.k8s.io", "Ingress", 80, false),
];

/// The rank of a kind that is not in the table.
const OTHERS: u8 = 90;

/// The longest name of a file; what is longer is cut. Most file systems have 255 bytes, some programs append to it.
const MAX_NAME: usize = 200;

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

fn find(api_version: &str, kind: &str) -> Option<&'static (&'static str, &'static str, u8, bool)> {
    let group = group(api_version);
    KINDS.iter().find(|(of, name, ..)| *of == group && *name == kind)
}

fn of(document: &Document) -> Option<&'static (&'static str, &'static str, u8, bool)> {
    find(&document.api_version, &document.kind)
}

/// When an object of a kind is applied: the lower, the earlier.
pub(crate) fn rank(api_version: &str, kind: &str) -> u8 {
    find(api_version, kind).map_or(OTHERS, |(_, _, rank, _)| *rank)
}

/// When the object is applied.
pub(super) fn rank_of(document: &Document) -> u8 {
    rank(&document.api_version, &document.kind)
}

/// Whether the object is in no namespace, as far as is known.
pub(super) fn is_cluster_wide(document: &Document) -> bool {
    of(document).map_or(document.namespace.is_none(), |(.., cluster_wide)| *cluster_wide)
}

/// The name of the object's file: `60-statefulset-postgres.yaml`, or `60-statefulset-databases.postgres.yaml` with its
/// namespace. A kind that is not Kubernetes' own has its group, as `kubectl` writes it: `90-certificate.cert-manager.io-…`.
pub(super) fn file_name(document: &Document, with_namespace: bool) -> String {
    let mut name = format!("{:02}-{}", rank_of(document), document.kind.to_ascii_lowercase());
    let group = group(&document.api_version);
    if of(document).is_none() && !group.is_empty() {
        name.push('.');
        name.push_str(group);
    }
    name.push('-');
    if let Some(namespace) = document.namespace.as_deref().filter(|_| with_namespace) {
        name.push_str(namespace);
        // No namespace has a point in it.
        name.push('.');
    }
    name.push_str(&document.name);
    part(&name) + ".yaml"
}

/// A text as a part of a path, another one for each text: what is not a lower-case letter, a digit, `-` or `.` is written
/// as its number (names of roles may hold a colon and capital letters), and a long one is cut.
pub(super) fn part(text: &str) -> String {
    let mut part = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.') {
            part.push(char::from(byte));
        } else {
            part.push('_');
            part.push_str(&hex(&[byte]));
        }
    }
    if part.bytes().all(|byte| byte == b'.') {
        part = part.replace('.', "_2e");
    }
    if part.len() > MAX_NAME {
        let hash: [u8; 32] = Sha256::digest(part.as_bytes()).into();
        part.truncate(MAX_NAME - 17);
        part.push('-');
        part.push_str(&hex(hash.get(..8).unwrap_or_default()));
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(api_version: &str, kind: &str, name: &str) -> Document {
        Document { api_version: api_version.into(), kind: kind.into(), name: name.into(), ..Document::default() }
    }

    #[test]
    fn kinds_are_listed_in_their_order() {
        assert!(KINDS.is_sorted_by_key(|(_, _, rank, _)| rank));
        assert!(KINDS.iter().all(|(_, _, rank, _)| (10..OTHERS).contains(rank)));
    }

    #[test]
    fn names_of_files() {
        let name = |api_version, kind, name| file_name(&document(api_version, kind, name), false);
        assert_eq!(name("apps/v1", "StatefulSet", "postgres"), "60-statefulset-postgres.yaml");
        assert_eq!(name("v1", "Service", "a"), "40-service-a.yaml");
        assert_eq!(name("serving.knative.dev/v1", "Service", "a"), "90-service.serving.knative.dev-a.yaml");
        assert_eq!(name("v1", "Endpoints", "a"), "90-endpoints-a.yaml");
        assert_eq!(name("rbac.authorization.k8s.io/v1", "Role", "system:Node_x"), "37-role-system_3a_4eode_5fx.yaml");
        assert_eq!(name("v1", "ConfigMap", "../../x"), "25-configmap-.._2f.._2fx.yaml");
        assert_eq!([part(".."), part("")], ["_2e_2e", ""]);
        let long = [name("v1", "ConfigMap", &"x".repeat(253)), name("v1", "ConfigMap", &"x".repeat(252))];
        assert!(long[0].len() < 255 && long[0] != long[1], "{long:?}");
        let other = Document { namespace: Some("db".into()), ..document("v1", "Secret", "a.b") };
        assert_eq!(file_name(&other, true), "20-secret-db.a.b.yaml");
        assert_eq!(file_name(&other, false), "20-secret-a.b.yaml");
    }
}
