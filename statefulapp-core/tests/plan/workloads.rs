//! Deployments, DaemonSets, Jobs and CronJobs.

use serde_json::{Value, json};
use statefulapp_core::plan::Class;

use super::{assert_says, class_of, one, only, set};

fn workload(kind: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"}, "spec": {
        "selector": {"matchLabels": {"a": "b"}},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "web", "image": "a:1"}]}}}})
}

fn job(spec: Value) -> Value {
    let mut job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once"}, "spec": {
        "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "a:1"}]}}}});
    for (field, value) in spec.as_object().expect("an object") {
        job["spec"][field] = value.clone();
    }
    job
}

const IMAGE: &str = "spec.template.spec.containers.0.image";

#[test]
fn a_deployment_replaces_its_pods() {
    let plan = one(workload("Deployment"), set(workload("Deployment"), IMAGE, json!("a:2")));
    assert_eq!(only(&plan).class, Class::Rolling);
    assert_eq!(only(&plan).commands, ["kubectl rollout status deployment/web"]);
    let recreates = set(workload("Deployment"), "spec.strategy", json!({"type": "Recreate"}));
    assert_says(
        &only(&one(recreates.clone(), set(recreates, IMAGE, json!("a:2")))).explanation,
        "the application pauses",
    );
    let labels = json!({"matchLabels": {"a": "b", "c": "d"}});
    assert_eq!(class_of(&workload("Deployment"), "spec.selector", labels), Class::Refused);
    assert_eq!(class_of(&workload("Deployment"), "spec.replicas", json!(3)), Class::InPlace);
    // `strategy: Recreate` beside the defaulted rollingUpdate.
    assert_eq!(class_of(&workload("Deployment"), "spec.strategy", json!({"type": "Recreate"})), Class::Recreate);
    // Its controller compares amounts, not bytes.
    let memory = |memory: &str| {
        set(workload("Deployment"), "spec.template.spec.containers.0.resources", json!({"limits": {"memory": memory}}))
    };
    assert!(one(memory("1Gi"), memory("1073741824")).changes.is_empty());
}

#[test]
fn a_daemon_set_goes_node_by_node() {
    assert_eq!(class_of(&workload("DaemonSet"), IMAGE, json!("a:2")), Class::Rolling);
    assert_eq!(class_of(&workload("DaemonSet"), "spec.updateStrategy", json!({"type": "OnDelete"})), Class::InPlace);
}

#[test]
fn a_job_is_made_once() {
    assert_eq!(class_of(&job(json!({})), IMAGE, json!("a:2")), Class::Recreate);
    assert_eq!(class_of(&job(json!({})), "spec.completions", json!(2)), Class::Recreate);
    assert_eq!(class_of(&job(json!({})), "spec.parallelism", json!(2)), Class::InPlace);
    assert_eq!(class_of(&job(json!({})), "spec.suspend", json!(true)), Class::InPlace);
    let suspended = job(json!({"suspend": true}));
    let selector = "spec.template.spec.nodeSelector";
    assert_eq!(class_of(&suspended, selector, json!({"a": "b"})), Class::InPlace);
    assert_eq!(class_of(&job(json!({})), selector, json!({"a": "b"})), Class::Recreate);
    let elastic = |count: u32| job(json!({"completionMode": "Indexed", "completions": count, "parallelism": count}));
    assert_eq!(one(elastic(2), elastic(3)).class(), Class::InPlace);
}

#[test]
fn a_cron_job_changes_with_its_next_run() {
    let cron = json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "backup"}, "spec": {
        "schedule": "0 3 * * *", "jobTemplate": {"spec": job(json!({}))["spec"]}}});
    assert_eq!(class_of(&cron, "spec.schedule", json!("0 4 * * *")), Class::InPlace);
    assert_eq!(class_of(&cron, "spec.jobTemplate.spec.template.spec.containers.0.image", json!("a:2")), Class::InPlace);
    for (field, value) in [("spec.schedule", json!("0 3 * *")), ("spec.timeZone", json!("Mars/Olympus"))] {
        assert_eq!(class_of(&cron, field, value), Class::Refused, "{field}");
    }
}

#[test]
fn a_network_policy_keeps_the_types_it_was_made_with() {
    let policy = |spec: Value| json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}, "spec": spec});
    let old = policy(json!({"podSelector": {}, "ingress": [{}]}));
    let plan = one(old.clone(), policy(json!({"podSelector": {}, "ingress": [{}], "egress": [{}]})));
    assert_eq!(plan.class(), Class::Recreate);
    assert_says(&plan.to_string(), "ignores egress rules");
    let written =
        policy(json!({"podSelector": {}, "ingress": [{}], "egress": [{}], "policyTypes": ["Ingress", "Egress"]}));
    assert_eq!(one(old, written).class(), Class::InPlace);
}
