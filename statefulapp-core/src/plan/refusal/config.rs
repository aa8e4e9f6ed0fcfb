//! ConfigMaps and Secrets. No message names a value.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::Value;

use super::check::{Check, server_refuses};
use crate::{
    plan::object::{at, text},
    value::DataKey,
};

/// All values of one object together (API: MaxSecretSize).
const VALUES: usize = 1024 * 1024;

/// As the server decodes it: with padding, whatever is in the bits that do not count.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

pub(super) fn config_map<'a>(check: &mut Check<'a>, object: &'a Value) {
    let texts = keys(check, object, "data", false);
    let bytes = keys(check, object, "binaryData", true);
    if texts + bytes > VALUES {
        check.refuse_at("data", format_args!("{} bytes in all values, at most {VALUES}", texts + bytes));
    }
    check.entries(object, "binaryData", |check, key, _| {
        if at(object, &["data", key]).is_some() {
            check.refuse("the key is in data too");
        }
    });
}

pub(super) fn secret<'a>(check: &mut Check<'a>, object: &'a Value) {
    let bytes = keys(check, object, "data", true);
    let texts = keys(check, object, "stringData", false);
    if texts + bytes > VALUES {
        check.refuse_at("data", format_args!("{} bytes in all values, at most {VALUES}", texts + bytes));
    }
    let has = |key| at(object, &["data", key]).or_else(|| at(object, &["stringData", key])).is_some();
    let is_filled = |key| {
        let value = at(object, &["stringData", key]).or_else(|| at(object, &["data", key])).and_then(Value::as_str);
        value.is_some_and(|value| !value.is_empty())
    };
    let missing = match text(object, "type").unwrap_or_default() {
        "kubernetes.io/tls" if !has("tls.crt") || !has("tls.key") => "tls.crt and tls.key",
        "kubernetes.io/basic-auth" if !has("username") && !has("password") => "username or password",
        "kubernetes.io/ssh-auth" if !is_filled("ssh-privatekey") => "ssh-privatekey",
        "kubernetes.io/dockerconfigjson" if !is_json(object, ".dockerconfigjson") => ".dockerconfigjson with JSON",
        "kubernetes.io/dockercfg" if !is_json(object, ".dockercfg") => ".dockercfg with JSON",
        "kubernetes.io/service-account-token" => {
            let account = at(object, &["metadata", "annotations", "kubernetes.io/service-account.name"]);
            if account.and_then(Value::as_str).is_none_or(str::is_empty) {
                check.refuse_at("metadata", "this type needs the annotation kubernetes.io/service-account.name");
            }
            return;
        }
        _ => return,
    };
    check.refuse_at("type", format_args!("this type needs {missing}"));
}

fn is_json(object: &Value, key: &str) -> bool {
    let literal = at(object, &["stringData", key]).and_then(Value::as_str).map(|text| text.as_bytes().to_vec());
    let bytes = literal.or_else(|| decoded(at(object, &["data", key])?.as_str()?));
    bytes.is_some_and(|bytes| serde_json::from_slice::<Value>(&bytes).is_ok_and(|value| value.is_object()))
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let text: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    BASE64.decode(text).ok()
}

/// The keys of a map, and the number of bytes of its values.
fn keys<'a>(check: &mut Check<'a>, object: &'a Value, field: &'a str, encoded: bool) -> usize {
    let mut size = 0;
    check.entries(object, field, |check, key, value| {
        if let Some(message) = server_refuses::<DataKey>(key) {
            check.refuse(message);
        }
        match value.as_str() {
            Some(text) if encoded => match decoded(text) {
                Some(bytes) => size += bytes.len(),
                None => check.refuse("it is not base64"),
            },
            Some(text) => size += text.len(),
            None => {}
        }
    });
    size
}
