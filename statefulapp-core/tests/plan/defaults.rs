//! Two spellings of one object are no change.

use serde_json::{Value, json};
use statefulapp_core::plan::Class;

use super::{one, postgres, set, unknown_program};

#[track_caller]
fn same(old: Value, new: Value) {
    let plan = one(old.clone(), new.clone());
    assert!(plan.changes.is_empty(), "{plan}");
    let plan = one(new, old);
    assert!(plan.changes.is_empty(), "{plan}");
}

#[test]
fn writing_a_default_of_a_stateful_set_is_no_change() {
    let defaults = [
        ("spec.podManagementPolicy", json!("OrderedReady")),
        ("spec.updateStrategy", json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}})),
        ("spec.updateStrategy", json!({"rollingUpdate": {}})),
        ("spec.revisionHistoryLimit", json!(10)),
        ("spec.minReadySeconds", json!(0)),
        ("spec.ordinals", json!({"start": 0})),
        ("spec.persistentVolumeClaimRetentionPolicy", json!({"whenDeleted": "Retain", "whenScaled": "Retain"})),
        ("spec.template.spec.terminationGracePeriodSeconds", json!(30)),
        ("spec.template.spec.dnsPolicy", json!("ClusterFirst")),
        ("spec.template.spec.restartPolicy", json!("Always")),
        ("spec.template.spec.schedulerName", json!("default-scheduler")),
        ("spec.template.spec.securityContext", json!({})),
        ("spec.template.spec.hostNetwork", json!(false)),
        ("spec.template.spec.nodeSelector", json!({})),
        ("spec.template.metadata.annotations", json!({})),
        ("spec.template.spec.containers.0.imagePullPolicy", json!("IfNotPresent")),
        ("spec.template.spec.containers.0.terminationMessagePath", json!("/dev/termination-log")),
        ("spec.template.spec.containers.0.terminationMessagePolicy", json!("File")),
        ("spec.template.spec.containers.0.resources", json!({})),
        ("spec.template.spec.containers.0.ports", json!([])),
        ("spec.volumeClaimTemplates.0.spec.volumeMode", json!("Filesystem")),
        ("spec.volumeClaimTemplates.0.kind", json!("PersistentVolumeClaim")),
        ("spec.volumeClaimTemplates.0.status", json!({"phase": "Pending"})),
        ("metadata.creationTimestamp", json!("2026-01-01T00:00:00Z")),
        ("metadata.labels", json!({})),
        ("status", json!({"replicas": 3})),
    ];
    for (path, value) in defaults {
        same(unknown_program(), set(unknown_program(), path, value));
    }
    same(set(postgres(), "spec.replicas", Value::Null), set(postgres(), "spec.replicas", json!(1)));
}

#[test]
fn null_is_absent_and_a_namespace_has_a_default() {
    same(
        postgres(),
        set(set(postgres(), "metadata.namespace", json!("databases")), "spec.template.spec.dnsConfig", json!(null)),
    );
    let in_default = set(postgres(), "metadata.namespace", json!("default"));
    same(set(postgres(), "metadata.namespace", Value::Null), in_default);
}

#[test]
fn probes_ports_and_variables_have_defaults() {
    let container = "spec.template.spec.containers.0";
    let with = |field: &str, value| set(unknown_program(), &format!("{container}.{field}"), value);
    let short = json!({"httpGet": {"port": 80}});
    let long = json!({"httpGet": {"port": 80, "path": "/", "scheme": "HTTP"}, "timeoutSeconds": 1, "periodSeconds": 10,
                      "successThreshold": 1, "failureThreshold": 3, "initialDelaySeconds": 0});
    same(with("readinessProbe", short.clone()), with("readinessProbe", long));
    // Zero is the default too.
    same(with("livenessProbe", short), with("livenessProbe", json!({"httpGet": {"port": 80}, "timeoutSeconds": 0})));
    let ports = |protocol| with("ports", json!([{"containerPort": 80, "protocol": protocol}]));
    same(with("ports", json!([{"containerPort": 80}])), ports(json!("TCP")));
    same(with("env", json!([{"name": "A"}])), with("env", json!([{"name": "A", "value": ""}])));
    let field = |reference| with("env", json!([{"name": "A", "valueFrom": {"fieldRef": reference}}]));
    same(
        field(json!({"fieldPath": "metadata.name"})),
        field(json!({"fieldPath": "metadata.name", "apiVersion": "v1"})),
    );
}

#[test]
fn amounts_are_compared_and_not_their_texts() {
    let size =
        |size| set(unknown_program(), "spec.volumeClaimTemplates.0.spec.resources.requests.storage", json!(size));
    for (a, b) in [("1Gi", "1024Mi"), ("1.5Gi", "1536Mi"), ("1e3", "1000"), (" 1Gi", "1Gi"), ("1Gi", "1073741824")] {
        same(size(a), size(b));
    }
    let cpu =
        |cpu| set(unknown_program(), "spec.template.spec.containers.0.resources", json!({"limits": {"cpu": cpu}}));
    same(cpu("1"), cpu("1000m"));
    // In a template the stored notation counts: the controller compares bytes.
    let memory = |memory| {
        set(unknown_program(), "spec.template.spec.containers.0.resources", json!({"limits": {"memory": memory}}))
    };
    same(memory("1Gi"), memory("1024Mi"));
    let plan = one(memory("1Gi"), memory("1073741824"));
    assert_eq!(plan.class(), Class::Rolling);
    assert!(plan.to_string().contains("the server keeps the notation"), "{plan}");
}

#[test]
fn the_order_of_containers_and_variables_is_part_of_the_template() {
    let container = "spec.template.spec.containers.0";
    let variables = |names: [&str; 2]| {
        set(unknown_program(), &format!("{container}.env"), json!([{"name": names[0]}, {"name": names[1]}]))
    };
    let plan = one(variables(["A", "B"]), variables(["B", "A"]));
    assert_eq!(plan.class(), Class::Rolling);
    assert_eq!(plan.changes[0].path, "spec.template.spec.containers[postgres].env");
    assert!(plan.to_string().contains("the order is part of the template"), "{plan}");
    // An added one is one change, whatever stands behind it.
    let three =
        set(unknown_program(), &format!("{container}.env"), json!([{"name": "C"}, {"name": "A"}, {"name": "B"}]));
    let plan = one(variables(["A", "B"]), three);
    assert_eq!(plan.changes.len(), 1, "{plan}");
    assert_eq!(plan.changes[0].path, "spec.template.spec.containers[postgres].env[C]");
}

#[test]
fn services_claims_and_others_have_defaults() {
    let service = |spec: Value| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": spec});
    same(
        service(json!({"ports": [{"port": 80}], "selector": {"a": "b"}})),
        service(json!({"ports": [{"port": 80, "targetPort": 80, "protocol": "TCP"}], "selector": {"a": "b"},
                       "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
                       "ipFamilyPolicy": "SingleStack", "clusterIP": ""})),
    );
    same(service(json!({"clusterIP": "None"})), service(json!({"clusterIP": "None", "clusterIPs": ["None"]})));
    let secret =
        |field: &str, value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, field: value});
    same(secret("stringData", json!({"a": "1"})), secret("data", json!({"a": "MQ=="})));
    let policy = |spec: Value| json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}, "spec": spec});
    same(policy(json!({"podSelector": {}})), policy(json!({"podSelector": {}, "policyTypes": ["Ingress"]})));
    // Everything, and nothing.
    let open = policy(json!({"podSelector": {}, "ingress": [{}]}));
    assert_eq!(one(open, policy(json!({"podSelector": {}, "ingress": []}))).class(), Class::InPlace);
}
