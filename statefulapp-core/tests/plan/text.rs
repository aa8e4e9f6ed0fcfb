//! A plan for people and a plan for programs.

use serde_json::{Value, json};
use statefulapp_core::plan::{Class, plan};

use super::{one, postgres, set};

#[test]
fn nothing_to_do() {
    let plan = one(postgres(), postgres());
    assert_eq!((plan.class(), plan.exit_code(), plan.to_string().as_str()), (Class::None, 0, "no changes\n"));
    assert_eq!(plan.to_json(), json!({"class": "none", "exitCode": 0, "changes": []}));
}

#[test]
fn classes_are_ordered_and_have_names() {
    let classes = [Class::None, Class::InPlace, Class::Rolling, Class::Recreate, Class::Destroys];
    assert!(classes.is_sorted());
    assert_eq!(classes.map(Class::exit_code), [0, 0, 2, 3, 4]);
    assert_eq!(classes.map(Class::name), ["none", "in-place", "rolling-restart", "recreate", "destroys-data"]);
    let words = classes.map(|class| class.to_string());
    assert_eq!(words, ["no change", "in place", "rolling restart", "needs recreate", "destroys data"]);
}

#[test]
fn the_text_says_all_there_is_to_know() {
    let new = set(postgres(), "spec.template.spec.containers.0.image", json!("postgres:15.4"));
    let new = set(new, "spec.template.spec.terminationGracePeriodSeconds", json!(120));
    let new = set(new, "spec.podManagementPolicy", json!("Parallel"));
    assert_eq!(
        one(postgres(), new).to_string(),
        r#"StatefulSet databases/postgres: needs recreate
  spec.podManagementPolicy: unset → "Parallel"
    the server refuses to change this field of a StatefulSet: pods and volumes stay when the StatefulSet is deleted with --cascade=orphan
      kubectl delete statefulset postgres -n databases --cascade=orphan
      kubectl apply --server-side -f NEW/
  spec.template.spec.containers[postgres].image: "postgres:15.2" → "postgres:15.4"
  spec.template.spec.terminationGracePeriodSeconds: unset → 120
    rolling restart: restarts postgres-2, postgres-1, postgres-0, each when the one before is ready
      kubectl rollout status statefulset/postgres -n databases

3 changes: needs recreate 1, rolling restart 2 (exit code 3)
NEW/ stands for the directory of the new manifests
"#
    );
}

#[test]
fn the_gravest_object_comes_first() {
    let config =
        |value: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": value}});
    let new = set(postgres(), "spec.serviceName", json!("other"));
    let plan = plan(&[config("1"), postgres()], &[config("2"), new]);
    let kinds: Vec<_> = plan.changes.iter().map(|change| change.object.kind.as_str()).collect();
    assert_eq!(kinds, ["StatefulSet", "ConfigMap"]);
}

#[test]
fn json_has_every_field() {
    let plan = one(postgres(), set(postgres(), "spec.revisionHistoryLimit", json!(3)));
    let expected = json!({"class": "in-place", "exitCode": 0, "changes": [{
        "object": {"apiVersion": "apps/v1", "kind": "StatefulSet", "namespace": "databases", "name": "postgres"},
        "path": "spec.revisionHistoryLimit", "class": "in-place", "new": 3,
        "explanation": "no pod is restarted", "commands": []}]});
    assert_eq!(plan.to_json(), expected);
    let class = |value: &str| json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "a"}, "provisioner": value});
    let plan = one(class("a"), class("b"));
    assert!(plan.to_json().pointer("/changes/0/object/namespace").is_none_or(Value::is_null));
}

#[test]
fn long_texts_show_the_lines_that_differ() {
    let config = |line: &str| {
        let text = format!("one\ntwo\n{line}\nfour\n");
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"app.conf": text}})
    };
    let text = one(config("three"), config("3")).to_string();
    assert!(text.contains("data[\"app.conf\"]: from line 3\n      - three\n      + 3\n"), "{text}");
}

/// A revision of git has no Secrets: that one is not there says little.
#[test]
fn a_secret_that_is_not_there_may_have_been_kept_out() {
    let secret =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login"}, "stringData": {"password": "x"}});
    let plan = plan(&[postgres()], &[postgres(), secret]);
    assert_eq!(plan.class(), Class::InPlace);
    assert!(plan.to_string().contains("new, or not in what this is compared with, as in a revision of git"), "{plan}");
}
