//! ConfigMaps, Secrets and raw objects.

use crate::support::*;
use serde_json::{Value, json};
use statefulapp_core::manifest::{Redacted, objects};
use statefulapp_core::model::*;

fn one(item: Item) -> Value {
    let mut built = build_with_exceptions(&stack(vec![item]));
    assert_eq!(built.0.len(), 1);
    built.0.remove(0)
}

#[test]
fn a_config_map() {
    let mut config = config_map("settings", &[("b", "2"), ("a", "1")]);
    config.binary = vec![(v("logo"), vec![0xff, 0x00])];
    config.immutable = true;
    config.meta.doc = "what it is for".to_owned();
    let object = one(Item::ConfigMap(config));
    assert_eq!(object["data"], json!({ "a": "1", "b": "2" }));
    assert_eq!(object["binaryData"], json!({ "logo": "/wA=" }));
    assert_eq!(object["immutable"], true);
    assert_eq!(object["metadata"]["annotations"], json!({ "kubernetes.io/description": "what it is for" }));
    assert_eq!(object["metadata"]["labels"]["app.kubernetes.io/name"], "settings");
}

#[test]
fn a_name_that_is_no_label_value_is_none() {
    let name = "a".repeat(64);
    let object = one(Item::ConfigMap(config_map(&name, &[])));
    assert_eq!(object["metadata"]["labels"]["app.kubernetes.io/name"], Value::Null);
}

#[test]
fn a_secret() {
    let mut password = secret("password", &[("a", "hunter2")]);
    password.kind = SecretKind::BasicAuth;
    password.data.push((v("key"), SecretValue::FromFile("/tmp/key".into())));
    let object = one(Item::Secret(password.clone()));
    assert_eq!(object["type"], "kubernetes.io/basic-auth");
    assert_eq!(object["stringData"], json!({ "a": "hunter2" }));
    // Bytes that are no text.
    assert_eq!(object["data"], json!({ "key": "/wA=" }));

    password.data.push((v("other"), SecretValue::FromEnv("NOPE".to_owned())));
    let stack = stack(vec![Item::Secret(password)]);
    assert_eq!(objects(&stack, &values).expect_err("no value").message, "no value for `other`");
    let redacted = serde_json::to_value(&objects(&stack, &Redacted).expect("objects")[0]).expect("JSON");
    let expected = json!({ "a": "<redacted>", "key": "<redacted>", "other": "<redacted>" });
    assert_eq!(redacted["stringData"], expected);
}

#[test]
fn what_exists_already_is_not_written() {
    let items = vec![
        Item::Secret(Secret { is_extern: true, ..secret("a", &[]) }),
        Item::ConfigMap(ConfigMap { is_extern: true, ..config_map("b", &[]) }),
        Item::Broken,
        Item::AppGroup(group("c", &[])),
    ];
    assert_eq!(build(&stack(items)).0, Vec::<Value>::new());
}

#[test]
fn an_external_secret() {
    let mut password = secret("password", &[]);
    password.kind = SecretKind::Tls;
    password.external = Some(ExternalStore { store: v("vault"), cluster: true, refresh: Some(v("5m")) });
    password.data = vec![
        (v("a"), SecretValue::Elsewhere(None)),
        (v("b"), SecretValue::Elsewhere(Some("prod/b".to_owned()))),
        (v("c"), SecretValue::Elsewhere(Some("prod/db#password".to_owned()))),
    ];
    let object = one(Item::Secret(password.clone()));
    assert_eq!(object["apiVersion"], "external-secrets.io/v1");
    assert_eq!(object["kind"], "ExternalSecret");
    assert_eq!(
        object["spec"],
        json!({
            "refreshInterval": "300s",
            "secretStoreRef": { "kind": "ClusterSecretStore", "name": "vault" },
            "target": { "name": "password", "creationPolicy": "Owner", "template": { "type": "kubernetes.io/tls" } },
            "data": [
                { "secretKey": "a", "remoteRef": { "key": "password", "property": "a" } },
                { "secretKey": "b", "remoteRef": { "key": "prod/b" } },
                { "secretKey": "c", "remoteRef": { "key": "prod/db", "property": "password" } },
            ],
        })
    );
    password.data = vec![(v("a"), SecretValue::Generate(8))];
    let error = objects(&stack(vec![Item::Secret(password)]), &values).expect_err("two sources");
    assert!(error.message.contains("the external store"), "{error}");
}

fn raw(yaml: &str) -> Item {
    Item::Raw(Raw { name: "thing".to_owned(), yaml: yaml.to_owned() })
}

#[test]
fn a_raw_object_gets_the_namespace_that_it_lacks() {
    let namespace = |yaml: &str| {
        let objects = objects(&stack(vec![raw(yaml)]), &values).expect("objects");
        objects[0].namespace().map(str::to_owned)
    };
    let object = |kind: &str, more: &str| format!("{{apiVersion: v1, kind: {kind}, metadata: {{name: x{more}}}}}");
    assert_eq!(namespace(&object("Pod", "")).as_deref(), Some("prod"));
    assert_eq!(namespace(&object("Pod", ", namespace: own")).as_deref(), Some("own"));
    for kind in ["Namespace", "ClusterRole", "StorageClass", "CustomResourceDefinition", "ClusterIssuer"] {
        assert_eq!(namespace(&object(kind, "")), None, "{kind}");
    }
}

#[test]
fn a_raw_object_has_to_be_one() {
    let message = |yaml: &str| objects(&stack(vec![raw(yaml)]), &values).expect_err("no object").message;
    assert_eq!(message("apiVersion: v1\nmetadata: {name: x}"), "the object has no kind");
    assert_eq!(message("apiVersion: v1\nkind: Pod"), "the object has no metadata.name");
    assert_eq!(message("kind: Pod\nmetadata: {name: x}"), "the object has no apiVersion");
    assert_eq!(message("[1, 2]"), "the object has no apiVersion");
    assert!(message("a: 1\na: 2").starts_with("this is not YAML"), "a key twice");
    assert!(message("a: 1\n---\na: 2").starts_with("this is not YAML"), "two documents");
    assert!(message("[1]: 2").starts_with("this cannot be a Kubernetes object"), "a list as a key");
}
