//! Claims, volumes and storage classes.

use serde_json::{Value, json};
use statefulapp_core::plan::{Class, plan};

use super::{assert_says, one, only, set};

fn claim(size: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": {
        "accessModes": ["ReadWriteOnce"], "storageClassName": "fast", "resources": {"requests": {"storage": size}}}})
}

fn class(may_grow: bool) -> Value {
    json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast"},
           "provisioner": "p", "allowVolumeExpansion": may_grow})
}

#[test]
fn a_claim_grows_where_its_class_lets_it() {
    let grow = |may_grow| plan(&[claim("1Gi"), class(may_grow)], &[claim("2Gi"), class(may_grow)]);
    assert_eq!(grow(true).class(), Class::InPlace);
    let refused = grow(false);
    assert_eq!(refused.class(), Class::Recreate);
    assert_says(&only(&refused).commands[0], r#"kubectl patch storageclass fast -p '{"allowVolumeExpansion":true}'"#);
    // The class lets it once the new manifests are applied, which is too late for the claim.
    let at_once = plan(&[claim("1Gi"), class(false)], &[claim("2Gi"), class(true)]);
    assert_eq!(at_once.class(), Class::Recreate);
    assert_says(&at_once.to_string(), "kubectl patch storageclass fast");
    // The cluster knows, the manifests do not.
    let unknown = one(claim("1Gi"), claim("2Gi"));
    assert_eq!(unknown.class(), Class::Recreate);
    assert_eq!(only(&unknown).commands[0], "kubectl get pvc data");
}

#[test]
fn a_claim_never_shrinks_and_never_moves() {
    for (path, value) in [
        ("spec.resources.requests.storage", json!("512Mi")),
        ("spec.resources.requests.storage", json!("1G")),
        ("spec.storageClassName", json!("slow")),
        ("spec.accessModes", json!(["ReadWriteMany"])),
        ("spec.volumeMode", json!("Block")),
    ] {
        let plan = one(claim("1Gi"), set(claim("1Gi"), path, value));
        assert_eq!(plan.class(), Class::Destroys, "{plan}");
        assert!(only(&plan).commands.is_empty(), "no command deletes data: {plan}");
    }
    assert_eq!(one(claim("1Gi"), set(claim("1Gi"), "spec.volumeName", json!("pv"))).class(), Class::Recreate);
    assert_eq!(one(claim("1Gi"), set(claim("1Gi"), "metadata.labels", json!({"a": "b"}))).class(), Class::InPlace);
}

#[test]
fn a_storage_class_is_made_again() {
    let plan = one(class(true), set(class(true), "provisioner", json!("other")));
    assert_eq!(only(&plan).commands[0], "kubectl delete storageclass fast");
    assert_eq!(one(class(false), class(true)).class(), Class::InPlace);
    assert_eq!(one(class(true), set(class(true), "parameters", json!({"type": "x"}))).class(), Class::Recreate);
}

#[test]
fn a_volume_keeps_its_source() {
    let volume = |path: &str, policy: &str| {
        json!({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "pv"}, "spec": {
            "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": path},
            "persistentVolumeReclaimPolicy": policy}})
    };
    assert_eq!(one(volume("/a", "Retain"), volume("/b", "Retain")).class(), Class::Recreate);
    let plan = one(volume("/a", "Retain"), volume("/a", "Delete"));
    assert_eq!(only(&plan).class, Class::InPlace);
    assert_says(&only(&plan).explanation, "from now on deleting the claim deletes the volume");
}
