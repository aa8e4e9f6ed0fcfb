//! ConfigMaps and Secrets.

use super::{BuildError, Object, SecretSource, labels};
use crate::model::{ConfigMap, ExternalStore, Secret, SecretKind, SecretValue, Stack};
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1 as core;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A ConfigMap.
pub(super) fn config_map(stack: &Stack, config: &ConfigMap) -> Object {
    let data: BTreeMap<_, _> = config.data.iter().map(|(key, text)| (key.to_string(), text.clone())).collect();
    let binary: BTreeMap<_, _> =
        config.binary.iter().map(|(key, bytes)| (key.to_string(), ByteString(bytes.clone()))).collect();
    let object = core::ConfigMap {
        metadata: labels::item_metadata(stack, config.name.as_str(), &config.meta),
        data: (!data.is_empty()).then_some(data),
        binary_data: (!binary.is_empty()).then_some(binary),
        immutable: config.immutable.then_some(true),
    };
    object.into()
}

/// A Secret, or the ExternalSecret that makes the cluster fetch it.
///
/// Text is written as `stringData`, which people can read in a review; other bytes as `data`, in base64.
pub(super) fn secret(stack: &Stack, secret: &Secret, source: &dyn SecretSource) -> Result<Object, BuildError> {
    if let Some(store) = &secret.external {
        return external_secret(stack, secret, store);
    }
    let mut texts = BTreeMap::new();
    let mut bytes = BTreeMap::new();
    for (key, value) in &secret.data {
        match String::from_utf8(source.value(secret, key, value)?.into_bytes()) {
            Ok(text) => drop(texts.insert(key.to_string(), text)),
            Err(error) => drop(bytes.insert(key.to_string(), ByteString(error.into_bytes()))),
        }
    }
    let object = core::Secret {
        metadata: labels::item_metadata(stack, secret.name.as_str(), &secret.meta),
        type_: Some(secret.kind.as_str().to_owned()),
        string_data: (!texts.is_empty()).then_some(texts),
        data: (!bytes.is_empty()).then_some(bytes),
        immutable: secret.immutable.then_some(true),
    };
    Ok(object.into())
}

/// <https://external-secrets.io/latest/api/externalsecret/>, version v1 (External Secrets Operator 0.16 and later).
///
/// A key that is not named otherwise is the property of that name in the store's entry of the Secret's name, as Vault
/// and AWS keep it. `elsewhere("entry")` names an entry, `elsewhere("entry#property")` a property of an entry.
fn external_secret(stack: &Stack, secret: &Secret, store: &ExternalStore) -> Result<Object, BuildError> {
    let mut data = Vec::with_capacity(secret.data.len());
    for (key, value) in &secret.data {
        let remote = match value {
            SecretValue::Elsewhere(None) => json!({ "key": secret.name.as_str(), "property": key.as_str() }),
            SecretValue::Elsewhere(Some(name)) => match name.split_once('#') {
                Some((entry, property)) => json!({ "key": entry, "property": property }),
                None => json!({ "key": name }),
            },
            _ => {
                let message =
                    format!("the key `{key}` has a value of its own, but the external store holds the values");
                return Err(BuildError::new("Secret", secret.name.as_str(), message)
                    .help("write the key alone, or its name in the store"));
            }
        };
        data.push(json!({ "secretKey": key.as_str(), "remoteRef": remote }));
    }
    let refresh = store.refresh.as_ref().map_or(3600, |refresh| refresh.seconds());
    let mut target = json!({ "name": secret.name.as_str(), "creationPolicy": "Owner" });
    if secret.kind != SecretKind::Opaque {
        target["template"] = json!({ "type": secret.kind.as_str() });
    }
    if secret.immutable {
        target["immutable"] = json!(true);
    }
    let metadata = labels::item_metadata(stack, secret.name.as_str(), &secret.meta);
    Ok(Object::Raw(json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": serde_json::to_value(metadata).unwrap_or(Value::Null),
        "spec": {
            "refreshInterval": format!("{refresh}s"),
            "secretStoreRef": {
                "kind": if store.cluster { "ClusterSecretStore" } else { "SecretStore" },
                "name": store.store.as_str(),
            },
            "target": target,
            "data": data,
        },
    })))
}
