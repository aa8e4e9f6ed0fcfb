//! Whether the server can decode an object at all: unknown fields and wrong JSON types are refused before any rule.
//!
//! The generated types of Kubernetes are the schema: what they cannot read, or read and do not write again, the server
//! does not know.

use k8s_openapi::api;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::check::Refusal;
use crate::plan::object::Object;

/// What the server cannot decode. Kinds and versions that are not known here pass.
pub(super) fn check(object: &Object<'_>, found: &mut Vec<Refusal>) {
    let by: fn(&Value) -> Result<Value, String> = match (object.api_version, object.kind) {
        ("apps/v1", "StatefulSet") => decode::<api::apps::v1::StatefulSet>,
        ("apps/v1", "Deployment") => decode::<api::apps::v1::Deployment>,
        ("apps/v1", "DaemonSet") => decode::<api::apps::v1::DaemonSet>,
        ("batch/v1", "Job") => decode::<api::batch::v1::Job>,
        ("batch/v1", "CronJob") => decode::<api::batch::v1::CronJob>,
        ("v1", "Service") => decode::<api::core::v1::Service>,
        ("v1", "ConfigMap") => decode::<api::core::v1::ConfigMap>,
        ("v1", "Secret") => decode::<api::core::v1::Secret>,
        ("v1", "ServiceAccount") => decode::<api::core::v1::ServiceAccount>,
        ("v1", "Namespace") => decode::<api::core::v1::Namespace>,
        ("v1", "PersistentVolumeClaim") => decode::<api::core::v1::PersistentVolumeClaim>,
        ("policy/v1", "PodDisruptionBudget") => decode::<api::policy::v1::PodDisruptionBudget>,
        ("networking.k8s.io/v1", "NetworkPolicy") => decode::<api::networking::v1::NetworkPolicy>,
        ("networking.k8s.io/v1", "Ingress") => decode::<api::networking::v1::Ingress>,
        ("storage.k8s.io/v1", "StorageClass") => decode::<api::storage::v1::StorageClass>,
        _ => return,
    };
    let plain = plain(object.value, "");
    match by(&plain) {
        Ok(known) => unknown(&plain, &known, &mut String::new(), found),
        Err(message) => found.push(Refusal { path: String::new(), message }),
    }
}

fn decode<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, String> {
    let typed: T = T::deserialize(value).map_err(|error| without_value(&error.to_string()))?;
    serde_json::to_value(typed).map_err(|error| without_value(&error.to_string()))
}

/// `invalid type: string "x", expected i32`: the value may be a password that someone forgot to quote.
fn without_value(message: &str) -> String {
    let (what, expected) = message.rsplit_once(", expected ").unwrap_or((message, ""));
    let what = what.trim_start_matches("invalid type: ").trim_start_matches("invalid value: ");
    let kind = what.split([' ', '`', '"']).next().unwrap_or_default();
    match expected {
        "" => "it does not have the form that the API asks for".into(),
        expected => format!("a field holds a JSON {kind}, and the API asks for {expected}"),
    }
}

/// The object without null, which the API reads as absent, and with amounts as text, as which it also takes numbers.
fn plain(value: &Value, key: &str) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map.iter().filter(|(name, value)| !value.is_null() && !is_ignored(key, name));
            let fields = fields.map(|(name, value)| {
                let value = match value {
                    Value::Number(number) if is_amount(key, name) => number.to_string().into(),
                    // Its own rule looks at base64, which the server reads less strictly.
                    Value::String(_) if key == "data" => "".into(),
                    value => plain(value, name),
                };
                (name.clone(), value)
            });
            Value::Object(fields.collect())
        }
        // An element that is null is an empty one.
        Value::Array(list) => list.iter().map(|value| plain(value, key)).collect(),
        value => value.clone(),
    }
}

/// The server throws away what the template of a claim says of its own kind.
fn is_ignored(list: &str, name: &str) -> bool {
    list == "volumeClaimTemplates" && matches!(name, "kind" | "apiVersion")
}

fn is_amount(map: &str, name: &str) -> bool {
    matches!(map, "requests" | "limits" | "capacity" | "overhead") || matches!(name, "sizeLimit" | "divisor")
}

/// Fields that the types do not have.
fn unknown(value: &Value, known: &Value, path: &mut String, found: &mut Vec<Refusal>) {
    match (value, known) {
        (Value::Object(value), Value::Object(known)) => {
            for (key, value) in value {
                let length = path.len();
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                match known.get(key) {
                    Some(known) => unknown(value, known, path, found),
                    None => found.push(Refusal { path: path.clone(), message: format!("unknown field `{key}`") }),
                }
                path.truncate(length);
            }
        }
        (Value::Array(value), Value::Array(known)) => {
            for (index, (value, known)) in value.iter().zip(known).enumerate() {
                let length = path.len();
                let name = value.get("name").or_else(|| value.pointer("/metadata/name")).and_then(Value::as_str);
                match name {
                    Some(name) => path.push_str(&format!("[{name}]")),
                    None => path.push_str(&format!("[{index}]")),
                }
                unknown(value, known, path, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}
