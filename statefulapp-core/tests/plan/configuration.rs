//! ConfigMaps and Secrets, and the pods that read them.

use serde_json::{Value, json};
use statefulapp_core::plan::{Class, Plan, plan};

use super::{assert_says, one, only, set, unknown_program};

fn config(value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cfg", "namespace": "databases"},
           "data": {"a": value, "b": "1"}})
}

/// The plan of changing the ConfigMap beside a workload with this container.
fn read_by(container: Value) -> Plan {
    let mut workload = unknown_program();
    for (field, value) in container.as_object().expect("an object") {
        workload = set(workload, &format!("spec.template.spec.containers.0.{field}"), value.clone());
    }
    let volumes = json!([{"name": "files", "configMap": {"name": "cfg"}}]);
    let workload = set(workload, "spec.template.spec.volumes", volumes);
    plan(&[workload.clone(), config("1")], &[workload, config("2")])
}

#[test]
fn running_pods_keep_variables() {
    let reference = json!({"configMapKeyRef": {"name": "cfg", "key": "a"}});
    let plan = read_by(json!({"env": [{"name": "A", "valueFrom": reference}]}));
    assert_eq!(only(&plan).class, Class::InPlace);
    assert_says(
        &only(&plan).explanation,
        "running pods of StatefulSet postgres keep the old value until they are restarted",
    );
    assert_eq!(only(&plan).commands, ["kubectl rollout restart statefulset/postgres -n databases"]);

    let plan = read_by(json!({"envFrom": [{"configMapRef": {"name": "cfg"}}]}));
    assert_says(&only(&plan).explanation, "keep the old value");

    let other = json!({"configMapKeyRef": {"name": "cfg", "key": "b"}});
    let plan = read_by(json!({"env": [{"name": "A", "valueFrom": other}]}));
    assert_says(&only(&plan).explanation, "no workload in these manifests reads it");
}

#[test]
fn files_follow_unless_mounted_by_sub_path() {
    let mounts = |mount: Value| json!({"volumeMounts": [{"name": "data", "mountPath": "/d"}, mount]});
    let plan = read_by(mounts(json!({"name": "files", "mountPath": "/etc/app"})));
    assert_says(&only(&plan).explanation, "sees the changed file in its running pods within about a minute");
    assert!(only(&plan).commands.is_empty());
    let plan = read_by(mounts(json!({"name": "files", "mountPath": "/etc/app/a", "subPath": "a"})));
    assert_says(&only(&plan).explanation, "keep the old value until they are restarted");
}

#[test]
fn a_changed_checksum_restarts_the_pods() {
    let reference = json!([{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "cfg", "key": "a"}}}]);
    let old = set(unknown_program(), "spec.template.spec.containers.0.env", reference);
    let new = set(old.clone(), "spec.template.metadata.annotations", json!({"checksum/config": "2"}));
    let plan = plan(&[old, config("1")], &[new, config("2")]);
    let text = plan.to_string();
    assert_says(&text, "this plan restarts the pods of StatefulSet postgres, which read it when they start");
    assert!(!text.contains("rollout restart"), "{text}");
}

#[test]
fn a_key_that_is_still_needed_is_missed() {
    let reference = |optional: bool| json!([{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "cfg", "key": "a", "optional": optional}}}]);
    let without = set(config("1"), "data.a", Value::Null);
    for (optional, class) in [(false, Class::Recreate), (true, Class::InPlace)] {
        let workload = set(unknown_program(), "spec.template.spec.containers.0.env", reference(optional));
        let plan = plan(&[workload.clone(), config("1")], &[workload, without.clone()]);
        assert_eq!(plan.class(), class, "{plan}");
    }
}

#[test]
fn immutable_objects_and_types_stay() {
    let immutable = set(config("1"), "immutable", json!(true));
    let data = set(immutable.clone(), "data.a", json!("2"));
    assert_eq!(one(immutable.clone(), data).class(), Class::Recreate);
    assert_eq!(one(immutable.clone(), config("1")).class(), Class::Recreate);
    assert_eq!(
        one(immutable.clone(), set(immutable.clone(), "metadata.labels", json!({"x": "y"}))).class(),
        Class::InPlace
    );
    assert_eq!(one(config("1"), set(config("2"), "immutable", json!(true))).class(), Class::InPlace);

    let secret = |kind: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "type": kind, "data": {"a": "MQ=="}});
    assert_eq!(one(secret(json!(null)), secret(json!("my/type"))).class(), Class::Recreate);
    assert_eq!(one(secret(json!("my/type")), secret(json!(null))).class(), Class::Recreate);
    assert!(one(secret(json!(null)), secret(json!("Opaque"))).changes.is_empty());
}
