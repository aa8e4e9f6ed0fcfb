//! What may change in a StatefulSet, and what happens to which pods.

use serde_json::{Value, json};
use statefulapp_core::plan::Class;

use super::{assert_says, class_of, one, only, postgres, set, unknown_program};

const IMAGE: &str = "spec.template.spec.containers.0.image";
const SIZE: &str = "spec.volumeClaimTemplates.0.spec.resources.requests.storage";

#[test]
fn a_new_template_restarts_pods_from_the_last_to_the_first() {
    let plan = one(postgres(), set(postgres(), IMAGE, json!("postgres:15.4")));
    let change = only(&plan);
    assert_eq!((change.class, plan.exit_code()), (Class::Rolling, 2));
    assert_eq!(change.path, "spec.template.spec.containers[postgres].image");
    assert_eq!((&change.old, &change.new), (&Some(json!("postgres:15.2")), &Some(json!("postgres:15.4"))));
    assert_says(&change.explanation, "restarts postgres-2, postgres-1, postgres-0, each when the one before is ready");
    assert_eq!(change.commands, ["kubectl rollout status statefulset/postgres -n databases"]);
}

#[test]
fn ordinals_begin_where_the_manifest_says() {
    let old = set(postgres(), "spec.ordinals", json!({"start": 5}));
    let plan = one(old.clone(), set(old, IMAGE, json!("postgres:15.4")));
    assert_says(&only(&plan).explanation, "restarts postgres-7, postgres-6, postgres-5");
}

#[test]
fn a_partition_holds_pods_back() {
    let old = set(postgres(), "spec.updateStrategy", json!({"rollingUpdate": {"partition": 2}}));
    let plan = one(old.clone(), set(old.clone(), IMAGE, json!("postgres:15.4")));
    assert_says(&only(&plan).explanation, "restarts postgres-2; partition holds back postgres-0, postgres-1");

    let plan = one(old.clone(), set(old.clone(), "spec.updateStrategy.rollingUpdate.partition", json!(1)));
    assert_eq!(only(&plan).class, Class::Rolling);
    assert_says(&only(&plan).explanation, "pods that the partition held back restart: postgres-1");

    let all = set(postgres(), "spec.updateStrategy", json!({"rollingUpdate": {"partition": 3}}));
    let plan = one(all.clone(), set(all, IMAGE, json!("postgres:15.4")));
    assert_says(&only(&plan).explanation, "held back: partition leaves every pod below 3 with the earlier template");
    assert_eq!(class_of(&old, "spec.updateStrategy.rollingUpdate.partition", json!(3)), Class::InPlace);
}

#[test]
fn on_delete_restarts_nothing_by_itself() {
    let old = set(postgres(), "spec.updateStrategy", json!({"type": "OnDelete"}));
    let plan = one(old.clone(), set(old, IMAGE, json!("postgres:15.4")));
    assert_says(&only(&plan).explanation, "nothing restarts until you delete the pods");
    let commands = [2, 1, 0].map(|ordinal| format!("kubectl delete pod postgres-{ordinal} -n databases"));
    assert_eq!(only(&plan).commands, commands);
}

#[test]
fn without_running_pods_nothing_restarts() {
    let old = set(postgres(), "spec.replicas", json!(0));
    assert_eq!(class_of(&old, IMAGE, json!("postgres:15.4")), Class::InPlace);
}

#[test]
fn apply_cannot_switch_to_on_delete() {
    // The server filled in rollingUpdate, and neither kind of `apply` removes what it does not own.
    let plan = one(postgres(), set(postgres(), "spec.updateStrategy", json!({"type": "OnDelete"})));
    let change = only(&plan);
    assert_eq!(change.class, Class::Recreate);
    assert_says(&change.explanation, "`kubectl apply` is refused");
    assert_says(&change.commands[0], r#"-p '{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}'"#);
    assert!(!change.commands.iter().any(|command| command.contains("delete")), "nothing has to be deleted");

    let owned =
        set(postgres(), "spec.updateStrategy", json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}));
    assert_eq!(one(owned, set(postgres(), "spec.updateStrategy", json!({"type": "OnDelete"}))).class(), Class::InPlace);
}

#[test]
fn growing_a_volume_takes_three_steps() {
    let plan = one(postgres(), set(postgres(), SIZE, json!("200Gi")));
    let change = only(&plan);
    assert_eq!((change.class, plan.exit_code()), (Class::Recreate, 3));
    assert_eq!(change.path, "spec.volumeClaimTemplates[data].spec.resources.requests.storage");
    let patch = r#"'{"spec":{"resources":{"requests":{"storage":"200Gi"}}}}'"#;
    assert_eq!(
        change.commands,
        [
            "kubectl get storageclass fast-ssd -o jsonpath='{.allowVolumeExpansion}'".to_owned(),
            format!("kubectl patch pvc data-postgres-0 -n databases --type=merge -p {patch}"),
            format!("kubectl patch pvc data-postgres-1 -n databases --type=merge -p {patch}"),
            format!("kubectl patch pvc data-postgres-2 -n databases --type=merge -p {patch}"),
            "kubectl delete statefulset postgres -n databases --cascade=orphan".to_owned(),
            "kubectl apply --server-side -f NEW/".to_owned(),
        ]
    );
}

#[test]
fn growing_knows_ordinals_classes_and_large_sets() {
    let old = set(set(postgres(), "spec.ordinals", json!({"start": 2})), "spec.replicas", json!(1));
    let plan = one(old.clone(), set(old, SIZE, json!("200Gi")));
    assert_says(&only(&plan).commands[1], "kubectl patch pvc data-postgres-2 ");

    let old = set(postgres(), "spec.replicas", json!(50));
    let plan = one(old.clone(), set(old, SIZE, json!("200Gi")));
    assert_says(&only(&plan).commands[1], "for i in $(seq 0 49); do kubectl patch pvc data-postgres-$i ");

    let class = |may_grow: bool| {
        json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast-ssd"},
               "provisioner": "p", "allowVolumeExpansion": may_grow})
    };
    let commands = |may_grow| {
        let new = set(postgres(), SIZE, json!("200Gi"));
        let plan = statefulapp_core::plan::plan(&[postgres(), class(may_grow)], &[new, class(may_grow)]);
        only(&plan).commands[0].clone()
    };
    assert_says(&commands(true), "kubectl patch pvc");
    assert_says(&commands(false), "kubectl patch storageclass fast-ssd");
}

#[test]
fn shrinking_is_refused_and_no_command_does_it() {
    for size in ["50Gi", "100G"] {
        let plan = one(postgres(), set(postgres(), SIZE, json!(size)));
        let change = only(&plan);
        assert_eq!((change.class, plan.exit_code()), (Class::Destroys, 4));
        assert_says(&change.explanation, "refused: a volume cannot shrink");
        assert!(change.commands.is_empty());
    }
}

#[test]
fn claim_templates_are_frozen() {
    let template = "spec.volumeClaimTemplates.0";
    let cases = [
        ("spec.storageClassName", json!("slow"), Class::Destroys),
        ("spec.accessModes", json!(["ReadWriteMany"]), Class::Destroys),
        ("spec.volumeMode", json!("Block"), Class::Destroys),
        ("metadata.labels", json!({"a": "b"}), Class::Recreate),
        ("spec.selector", json!({"matchLabels": {"a": "b"}}), Class::Recreate),
    ];
    for (field, value, class) in cases {
        assert_eq!(class_of(&unknown_program(), &format!("{template}.{field}"), value), class, "{field}");
    }
    let second = json!({"metadata": {"name": "logs"}, "spec": {"accessModes": ["ReadWriteOnce"],
                        "resources": {"requests": {"storage": "1Gi"}}}});
    let two = set(unknown_program(), "spec.volumeClaimTemplates.1", second);
    assert_eq!(one(unknown_program(), two.clone()).class(), Class::Recreate);
    let plan = one(two.clone(), unknown_program());
    assert_eq!(only(&plan).class, Class::Destroys);
    assert_says(&only(&plan).explanation, "logs-postgres-0, logs-postgres-1, logs-postgres-2");

    let mut swapped = two.clone();
    swapped["spec"]["volumeClaimTemplates"].as_array_mut().expect("a list").reverse();
    let plan = one(two, swapped);
    assert_eq!((only(&plan).class, only(&plan).path.as_str()), (Class::Recreate, "spec.volumeClaimTemplates"));
}

#[test]
fn a_renamed_claim_template_leaves_the_data_behind() {
    let renamed = set(unknown_program(), "spec.volumeClaimTemplates.0.metadata.name", json!("database"));
    let renamed = set(renamed, "spec.template.spec.containers.0.volumeMounts.0.name", json!("database"));
    let plan = one(unknown_program(), renamed);
    assert_eq!(plan.class(), Class::Destroys);
    assert_says(&plan.to_string(), "the data stays behind in claims that no pod mounts any more: data-postgres-0");
}

#[test]
fn frozen_fields_need_a_new_object_and_keep_the_pods() {
    let cases = [
        ("spec.serviceName", json!("other")),
        ("spec.serviceName", Value::Null),
        ("spec.podManagementPolicy", json!("Parallel")),
    ];
    for (field, value) in cases {
        let plan = one(postgres(), set(postgres(), field, value));
        assert_eq!(plan.class(), Class::Recreate, "{field}");
        let commands = &plan.changes[0].commands;
        assert_says(&commands[0], "kubectl delete statefulset postgres -n databases --cascade=orphan");
    }
    let plan = one(postgres(), set(postgres(), "spec.serviceName", json!("other")));
    assert_says(&only(&plan).explanation, "the DNS names of the pods");
    assert_eq!(only(&plan).commands[2], "kubectl rollout restart statefulset/postgres -n databases");
}

#[test]
fn an_adopting_selector_keeps_the_pods_another_one_does_not() {
    let labels = json!({"app": "postgres", "tier": "data"});
    let both = set(postgres(), "spec.template.metadata.labels", labels.clone());
    let plan = one(both.clone(), set(both.clone(), "spec.selector.matchLabels", labels.clone()));
    assert_says(&only(&plan).explanation, "takes them over");

    let new = set(both, "spec.selector.matchLabels", labels);
    let plan = one(postgres(), new);
    let change = plan.changes.iter().find(|change| change.path.starts_with("spec.selector")).expect("the selector");
    assert_says(&change.explanation, "does not take them over");
    assert_says(change.commands.last().expect("a command"), "kubectl delete pod postgres-0");
}

#[test]
fn recreating_takes_care_of_a_retention_that_deletes() {
    let old = set(postgres(), "spec.persistentVolumeClaimRetentionPolicy", json!({"whenDeleted": "Delete"}));
    let plan = one(old.clone(), set(old, SIZE, json!("200Gi")));
    assert_says(&only(&plan).commands[0], r#"{"whenDeleted":"Retain"}"#);
}

#[test]
fn scaling_names_the_pods_and_what_becomes_of_volumes() {
    let database = unknown_program();
    let up = one(database.clone(), set(database.clone(), "spec.replicas", json!(5)));
    assert_eq!(only(&up).class, Class::InPlace);
    assert_says(&only(&up).explanation, "starts postgres-3, postgres-4, one after the other");

    let down = one(database.clone(), set(database.clone(), "spec.replicas", json!(1)));
    assert_eq!(only(&down).class, Class::InPlace);
    assert_says(&only(&down).explanation, "stops postgres-2, postgres-1; their volumes stay");

    let delete = set(database, "spec.persistentVolumeClaimRetentionPolicy", json!({"whenScaled": "Delete"}));
    let down = one(delete.clone(), set(delete, "spec.replicas", json!(1)));
    assert_eq!(only(&down).class, Class::Destroys);
    assert_says(
        &only(&down).explanation,
        "deletes their volumes, because whenScaled is Delete: data-postgres-1, data-postgres-2",
    );
}

#[test]
fn other_ordinals_are_other_volumes() {
    let plan = one(unknown_program(), set(unknown_program(), "spec.ordinals", json!({"start": 5})));
    assert_eq!(only(&plan).class, Class::Destroys);
    assert_says(&only(&plan).explanation, "stops postgres-0, postgres-1, postgres-2 and starts postgres-5");

    let bare = set(unknown_program(), "spec.volumeClaimTemplates", Value::Null);
    let bare = set(bare, "spec.template.spec.containers.0.volumeMounts", Value::Null);
    assert_eq!(class_of(&bare, "spec.ordinals", json!({"start": 5})), Class::Rolling);
    // One more pod in front of the others.
    let before = set(unknown_program(), "spec.ordinals", json!({"start": 1}));
    let after = set(unknown_program(), "spec.replicas", json!(4));
    assert_eq!(one(before, after).class(), Class::InPlace);
}

#[test]
fn an_emptied_default_source_cannot_get_another_one() {
    let old = set(unknown_program(), "spec.template.spec.volumes", json!([{"name": "x"}]));
    let new = set(unknown_program(), "spec.template.spec.volumes", json!([{"name": "x", "configMap": {"name": "c"}}]));
    assert_eq!(one(old, new.clone()).class(), Class::Recreate);
    let owned = set(unknown_program(), "spec.template.spec.volumes", json!([{"name": "x", "emptyDir": {}}]));
    assert_eq!(one(owned, new).class(), Class::Rolling);
}

#[test]
fn a_probe_of_no_port_stops_the_roll_out() {
    let probe = json!({"tcpSocket": {"port": "db"}});
    let ports = |name: &str| {
        let object = set(
            unknown_program(),
            "spec.template.spec.containers.0.ports",
            json!([{"name": name, "containerPort": 1}]),
        );
        set(object, "spec.template.spec.containers.0.readinessProbe", probe.clone())
    };
    let plan = one(ports("db"), ports("database"));
    assert_eq!(plan.class(), Class::Refused);
    assert_says(&plan.to_string(), "no port of the container is called \"db\"");
    // It has been so, and whatever else changes is no reason to stop.
    assert_eq!(
        class_of(&ports("other"), "spec.template.spec.terminationGracePeriodSeconds", json!(60)),
        Class::Rolling
    );
}

#[test]
fn invalid_values_are_named_at_their_field() {
    let plan = one(postgres(), set(postgres(), "spec.replicas", json!(-1)));
    assert_eq!((only(&plan).path.as_str(), only(&plan).class), ("spec.replicas", Class::Refused));
    assert_eq!(only(&plan).explanation, "the server refuses it: -1 is less than 0");

    let plan = one(postgres(), set(postgres(), "spec.template.spec.containers.0.imagee", json!("x")));
    assert_says(&only(&plan).explanation, "the server refuses it: unknown field `imagee`");
    // Nobody deletes an object whose successor is refused.
    let plan = one(postgres(), set(set(postgres(), "spec.serviceName", json!("b")), "spec.somethingNew", json!(1)));
    assert_eq!(plan.class(), Class::Refused);
    assert!(plan.changes.iter().all(|change| change.commands.is_empty()), "{plan}");
    // What was refused before is no news.
    let odd = set(postgres(), "spec.template.spec.containers.0.imagee", json!("x"));
    assert_eq!(class_of(&odd, "spec.replicas", json!(4)), Class::InPlace);
}
