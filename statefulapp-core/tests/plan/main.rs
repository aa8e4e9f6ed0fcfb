//! `plan`: earlier manifests against new ones.

mod claims;
mod configuration;
mod defaults;
mod engines;
mod members;
mod objects;
mod reading;
mod scale;
mod secrets;
mod services;
mod stateful_set;
mod text;
mod workloads;

use serde_json::{Value, json};
use statefulapp_core::plan::{Change, Class, Plan, plan};

/// A database with three pods and a volume each.
fn postgres() -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet",
        "metadata": {"name": "postgres", "namespace": "databases"},
        "spec": {
            "replicas": 3,
            "serviceName": "postgres-headless",
            "selector": {"matchLabels": {"app": "postgres"}},
            "template": {
                "metadata": {"labels": {"app": "postgres"}},
                "spec": {"containers": [{
                    "name": "postgres", "image": "postgres:15.2",
                    "env": [
                        {"name": "PGDATA", "value": "/var/lib/postgresql/data/pgdata"},
                        {"name": "POSTGRES_PASSWORD",
                         "valueFrom": {"secretKeyRef": {"name": "postgres-secret", "key": "password"}}},
                    ],
                    "volumeMounts": [{"name": "data", "mountPath": "/var/lib/postgresql/data"}],
                }]},
            },
            "volumeClaimTemplates": [{
                "metadata": {"name": "data"},
                "spec": {
                    "accessModes": ["ReadWriteOnce"], "storageClassName": "fast-ssd",
                    "resources": {"requests": {"storage": "100Gi"}},
                },
            }],
        },
    })
}

/// An application of a program that no rule knows.
fn unknown_program() -> Value {
    set(postgres(), "spec.template.spec.containers.0.image", json!("example.org/app:1.0"))
}

/// The object with a value at a path of keys and positions; null removes the field.
fn set(mut object: Value, path: &str, value: Value) -> Value {
    let (path, last) = path.rsplit_once('.').unwrap_or(("", path));
    let mut at = &mut object;
    for key in path.split('.').filter(|key| !key.is_empty()) {
        at = match key.parse::<usize>() {
            Ok(position) => &mut at[position],
            Err(_) => &mut at[key],
        };
    }
    match last.parse::<usize>() {
        Ok(position) if position == at.as_array().map_or(0, Vec::len) => at.as_array_mut().expect("a list").push(value),
        Ok(position) => at[position] = value,
        Err(_) if value.is_null() => {
            at.as_object_mut().expect("a map").remove(last);
        }
        Err(_) => at[last] = value,
    }
    object
}

/// The plan from one object to another.
fn one(old: Value, new: Value) -> Plan {
    plan(&[old], &[new])
}

/// The one change of a plan.
fn only(plan: &Plan) -> &Change {
    assert_eq!(plan.changes.len(), 1, "{plan}");
    &plan.changes[0]
}

/// The class of changing one field.
fn class_of(object: &Value, path: &str, value: Value) -> Class {
    one(object.clone(), set(object.clone(), path, value)).class()
}

#[track_caller]
fn assert_says(text: &str, part: &str) {
    assert!(text.contains(part), "{part:?} is not in {text:?}");
}
