//! Secrets in a chart: no value that was generated, and none of the program's surroundings, is in it.
//!
//! * What `generate` makes is made in the cluster when the chart is installed, and found again by `lookup` at every upgrade.
//! * What comes from a variable or a file is a value of the chart that has to be given once.
//! * What stands in the source stands in the chart's values as well.

use super::Error;
use super::express::go_string;
use super::text::{Marker, with_actions};
use crate::finding::Step;
use crate::manifest::Object;
use crate::model::{Secret, SecretValue, Stack};
use crate::output::yaml;
use k8s_openapi::ByteString;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Keeps the object when the release is uninstalled: the volumes stay, and their database knows the old password only.
const KEEP: (&str, &str) = ("helm.sh/resource-policy", "keep");

/// The declared Secret that an object is.
pub(super) fn declared<'s>(stack: &'s Stack, object: &Object) -> Option<&'s Secret> {
    if !object.is_secret() {
        return None;
    }
    written(stack).find(|secret| secret.name.as_str() == object.name())
}

/// The Secrets whose values a chart has to come by.
pub(super) fn written(stack: &Stack) -> impl Iterator<Item = &Secret> {
    let secrets = stack.secrets().map(|(_, secret)| secret);
    secrets.filter(|secret| !secret.is_extern && secret.external.is_none() && !secret.data.is_empty())
}

/// The template of a Secret.
pub(super) fn template(stack: &Stack, secret: &Secret, object: &Object, marker: &Marker) -> Result<String, Error> {
    let Object::Secret(object) = object else { return Ok(String::new()) };
    let mut object = (**object).clone();
    object.string_data = None;
    let keys: BTreeMap<String, &SecretValue> =
        secret.data.iter().map(|(key, value)| (key.to_string(), value)).collect();
    object.data = Some(keys.keys().map(|key| (key.clone(), ByteString(Vec::new()))).collect());
    object.metadata.annotations.get_or_insert_default().insert(KEEP.0.to_owned(), KEEP.1.to_owned());
    let steps = |key: &String| vec![Step::Key("data".into()), Step::Key(key.clone().into())];
    let texts: Vec<_> = keys.keys().enumerate().map(|(n, key)| (steps(key), marker.word(n))).collect();
    let actions: Vec<_> = keys.iter().map(|(key, value)| action(secret, key, value)).collect();
    let text = with_actions(&yaml::to_yaml_with(&object, &texts)?, &actions, marker);
    Ok(format!("{}{text}{{{{- end }}}}\n", head(stack, secret, &keys)))
}

/// What stands before the object: where its present values are.
fn head(stack: &Stack, secret: &Secret, keys: &BTreeMap<String, &SecretValue>) -> String {
    let name = go_string(secret.name.as_str());
    let namespace = match &stack.namespace {
        Some(namespace) => go_string(namespace.as_str()),
        None => ".Release.Namespace".to_owned(),
    };
    let mut text = format!(
        "{{{{- $secret := index .Values.secrets {name} }}}}\n{{{{- if not $secret.existing }}}}\n\
         {{{{- $now := lookup \"v1\" \"Secret\" {namespace} {name} }}}}\n\
         {{{{- $old := get ($now | default dict) \"data\" | default dict }}}}\n"
    );
    if keys.values().any(|value| matches!(value, SecretValue::Generate(_))) {
        let missing = format!(
            "the Secret {} is not there, and what it held was generated: restore it; or, if it has another owner, set \
             secrets.{}.existing=true",
            secret.name, secret.name
        );
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{{{{- if and .Release.IsUpgrade (not $now) }}}}{{{{ fail {} }}}}{{{{ end }}}}",
            go_string(&missing)
        );
    }
    text
}

/// The value of a key, in base64.
fn action(secret: &Secret, key: &str, value: &SecretValue) -> String {
    let key_text = go_string(key);
    let given = format!("get ($secret.values | default dict) {key_text}");
    match value {
        SecretValue::Generate(length) => {
            format!("{{{{ get $old {key_text} | default (randAlphaNum {length} | b64enc) | quote }}}}")
        }
        SecretValue::Literal(_) => format!("{{{{ {given} | toString | b64enc | quote }}}}"),
        _ => {
            let missing = format!("secrets.{}.values.{key} is needed at the first install", secret.name);
            format!(
                "{{{{ with {given} }}}}{{{{ toString . | b64enc | quote }}}}{{{{ else }}}}{{{{ get $old {key_text} | required {} | \
                 quote }}}}{{{{ end }}}}",
                go_string(&missing)
            )
        }
    }
}
