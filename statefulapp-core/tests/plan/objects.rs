//! Which object is which, and what happens to those that come and go.

use serde_json::{Value, json};
use statefulapp_core::plan::{Class, plan};

use super::{assert_says, one, only, postgres, set, unknown_program};

#[test]
fn another_version_of_an_api_is_the_same_object() {
    let budget = |version: &str| {
        json!({"apiVersion": version, "kind": "PodDisruptionBudget", "metadata": {"name": "a"},
               "spec": {"selector": {"matchLabels": {"a": "b"}}, "maxUnavailable": 1}})
    };
    let plan = one(budget("policy/v1beta1"), budget("policy/v1"));
    assert_eq!((only(&plan).class, only(&plan).path.as_str()), (Class::InPlace, "apiVersion"));
    // What was in `extensions` is in `apps` today.
    let set = |version: &str| set(postgres(), "apiVersion", json!(version));
    let deployment = |version: &str| super::set(set(version), "kind", json!("Deployment"));
    let plan = one(deployment("extensions/v1beta1"), deployment("apps/v1"));
    assert!(plan.changes.iter().all(|change| !change.explanation.contains("no longer")), "{plan}");
    // And the other way round nobody serves it.
    assert_eq!(one(budget("policy/v1"), budget("policy/v1beta1")).class(), Class::Refused);
}

#[test]
fn new_objects_are_created() {
    let plan = plan(&[], &[postgres()]);
    assert_eq!((only(&plan).class, plan.exit_code()), (Class::InPlace, 0));
    assert_eq!(only(&plan).explanation, "new: starts postgres-0, postgres-1, postgres-2");
    let invalid = set(postgres(), "spec.replicas", json!(-1));
    let plan = statefulapp_core::plan::plan(&[], &[invalid]);
    assert_eq!((plan.class(), plan.exit_code()), (Class::Refused, 3), "{plan}");
}

#[test]
fn a_removed_stateful_set_stops_and_its_volumes_stay() {
    let plan = plan(&[postgres()], &[]);
    assert_eq!(only(&plan).class, Class::Recreate);
    assert_says(&only(&plan).explanation, "their volumes stay: data-postgres-0, data-postgres-1, data-postgres-2");
    assert_eq!(only(&plan).commands, ["kubectl delete statefulset postgres -n databases"]);

    let deletes = set(postgres(), "spec.persistentVolumeClaimRetentionPolicy", json!({"whenDeleted": "Delete"}));
    let plan = statefulapp_core::plan::plan(&[deletes], &[]);
    assert_eq!((plan.class(), plan.exit_code()), (Class::Destroys, 4));
}

#[test]
fn a_renamed_stateful_set_starts_empty() {
    for (field, value) in [("metadata.name", "pg"), ("metadata.namespace", "other")] {
        let plan = one(postgres(), set(postgres(), field, json!(value)));
        assert_eq!(plan.class(), Class::Destroys, "{plan}");
        assert_says(&plan.to_string(), "the new one starts with empty volumes");
    }
    // Another application is no successor.
    let other = set(unknown_program(), "metadata.name", json!("something"));
    assert_eq!(one(postgres(), other).class(), Class::Recreate);
}

#[test]
fn what_is_removed_counts_by_who_needs_it() {
    let object = |api: &str, kind: &str| json!({"apiVersion": api, "kind": kind, "metadata": {"name": "x", "namespace": "databases"}});
    let uses = |source: Value| set(unknown_program(), "spec.template.spec.containers.0.envFrom", json!([source]));
    let cases = [
        (object("v1", "PersistentVolumeClaim"), Class::Destroys),
        (object("v1", "Namespace"), Class::Destroys),
        (object("v1", "Service"), Class::Recreate),
        (object("v1", "ConfigMap"), Class::InPlace),
        (object("policy/v1", "PodDisruptionBudget"), Class::InPlace),
        (object("batch/v1", "CronJob"), Class::InPlace),
    ];
    for (object, class) in cases {
        assert_eq!(plan(std::slice::from_ref(&object), &[]).class(), class, "{object}");
    }
    let user = uses(json!({"configMapRef": {"name": "x"}}));
    let plan = plan(&[user.clone(), object("v1", "ConfigMap")], &[user]);
    assert_eq!(only(&plan).class, Class::Recreate);
    assert_says(&only(&plan).explanation, "pods of StatefulSet postgres name it and do not start without it");
}

#[test]
fn unknown_kinds_are_not_judged() {
    let custom = |size: u32| json!({"apiVersion": "example.com/v1", "kind": "Database", "metadata": {"name": "a"}, "spec": {"size": size}});
    let plan = one(custom(1), custom(2));
    assert_eq!(only(&plan).class, Class::InPlace);
    assert_says(&only(&plan).explanation, "unknown kind: not judged");
}

#[test]
fn frozen_fields_of_other_kinds() {
    let cases = [
        (
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            "roleRef",
            json!({"kind": "Role", "name": "a"}),
            json!({"kind": "Role", "name": "b"}),
        ),
        ("scheduling.k8s.io/v1", "PriorityClass", "value", json!(1), json!(2)),
        ("node.k8s.io/v1", "RuntimeClass", "handler", json!("a"), json!("b")),
    ];
    for (api, kind, field, old, new) in cases {
        let object = |value: Value| json!({"apiVersion": api, "kind": kind, "metadata": {"name": "a"}, field: value});
        assert_eq!(one(object(old), object(new)).class(), Class::Recreate, "{kind}");
    }
}

#[test]
fn the_order_of_objects_makes_no_difference() {
    let objects =
        [postgres(), set(postgres(), "metadata.name", json!("a")), set(postgres(), "metadata.name", json!("b"))];
    let changed = objects.clone().map(|object| set(object, "spec.replicas", json!(1)));
    let forwards = plan(&objects, &changed);
    let (mut backwards_old, mut backwards_new) = (objects, changed);
    backwards_old.reverse();
    backwards_new.reverse();
    assert_eq!(forwards, plan(&backwards_old, &backwards_new));
    let names: Vec<_> = forwards.changes.iter().map(|change| change.object.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "postgres"]);
}

#[test]
fn what_the_cluster_wrote_into_its_objects_is_no_change() {
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"},
                         "spec": {"selector": {"a": "b"}, "ports": [{"port": 80}], "type": "NodePort"}});
    let live = json!({"apiVersion": "v1", "kind": "Service", "status": {"loadBalancer": {}},
        "metadata": {"name": "a", "namespace": "default", "uid": "1", "resourceVersion": "2", "creationTimestamp": "now",
                     "managedFields": [], "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}},
        "spec": {"clusterIP": "10.96.0.8", "clusterIPs": ["10.96.0.8"], "externalTrafficPolicy": "Cluster",
                 "internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
                 "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80, "nodePort": 31000}],
                 "selector": {"a": "b"}, "sessionAffinity": "None", "type": "NodePort"}});
    let plan = one(live, service);
    assert_eq!(plan.class(), Class::None, "{plan}");

    let live = set(set(postgres(), "metadata.uid", json!("1")), "metadata.finalizers", json!(["example.com/x"]));
    let restarted = json!({"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"});
    let live = set(live, "spec.template.metadata.annotations", restarted);
    assert!(one(live, postgres()).changes.is_empty());

    let claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "a"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}});
    let bound = set(set(claim.clone(), "metadata.uid", json!("1")), "spec.volumeName", json!("pvc-1"));
    let bound = set(bound, "spec.storageClassName", json!("standard"));
    assert!(one(bound, claim).changes.is_empty());
}
