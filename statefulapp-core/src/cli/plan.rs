//! `plan`: this stack against earlier manifests.

use super::{Failure, Terminal};
use crate::manifest::{BuildError, SecretBytes, SecretSource};
use crate::model::{Secret, SecretValue, Stack};
use crate::output::secrets::{from_env, from_file};
use crate::plan;
use crate::value::DataKey;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Runs the command; the exit code is that of the gravest change.
pub(super) fn run(stack: &Stack, old: &str, json: bool, terminal: &mut Terminal<'_>) -> Result<u8, Failure> {
    let old = plan::read(old).map_err(Failure::new)?;
    let plan = plan::plan(&old, &new_objects(stack, &old)?);
    if json {
        terminal.print(&format!("{:#}\n", plan.to_json()))?;
    } else {
        terminal.report(&plan.to_string())?;
    }
    Ok(plan.exit_code())
}

/// The objects of the stack as they would be written over the earlier ones.
pub(super) fn new_objects(stack: &Stack, old: &[Value]) -> Result<Vec<Value>, Failure> {
    let earlier = Earlier::new(stack, old);
    let objects = stack.objects_with(&earlier)?;
    let values = objects.into_iter().map(|object| {
        let value = serde_json::to_value(&object).map_err(|error| Failure::new(format_args!("{object:?}: {error}")))?;
        Ok(earlier.sealed(&value).unwrap_or(value))
    });
    values.collect()
}

/// The Secrets of the earlier manifests, which say what a value is that this program cannot know: what was generated,
/// and what comes from a variable or a file that is not there now. So nobody needs the production passwords to ask what an
/// update would do; and a password that did change is seen, and not shown.
struct Earlier<'a> {
    namespace: &'a str,
    secrets: HashMap<&'a str, &'a Value>,
    sealed: HashMap<&'a str, &'a Value>,
}

/// The namespace of what names none.
const DEFAULT: &str = "default";

impl<'a> Earlier<'a> {
    fn new(stack: &'a Stack, old: &'a [Value]) -> Self {
        let namespace = stack.namespace.as_ref().map_or(DEFAULT, |namespace| namespace.as_str());
        let of_kind = |kind: &str| {
            old.iter()
                .filter(|object| object.get("kind").and_then(Value::as_str) == Some(kind))
                .filter(|object| text(object, "/metadata/namespace").unwrap_or(DEFAULT) == namespace)
                .filter_map(|object| Some((text(object, "/metadata/name")?, object)))
                .collect()
        };
        Self { namespace, secrets: of_kind("Secret"), sealed: of_kind("SealedSecret") }
    }

    /// The value of a key in the earlier manifests.
    fn get(&self, secret: &str, key: &str) -> Option<SecretBytes> {
        let object = self.secrets.get(secret)?;
        let value = |member: &str| object.get(member)?.get(key)?.as_str();
        if let Some(text) = value("stringData") {
            return Some(text.into());
        }
        let data: String = value("data")?.split_ascii_whitespace().collect();
        BASE64.decode(data).ok().map(SecretBytes::from)
    }

    /// A Secret that was sealed before would be sealed again: the earlier SealedSecret with the keys of this one.
    fn sealed(&self, secret: &Value) -> Option<Value> {
        let is_secret = secret.get("kind").and_then(Value::as_str) == Some("Secret");
        let name = text(secret, "/metadata/name").filter(|_| is_secret)?;
        if self.secrets.contains_key(name) || text(secret, "/metadata/namespace").unwrap_or(DEFAULT) != self.namespace {
            return None;
        }
        let mut sealed = (*self.sealed.get(name)?).clone();
        let keys = ["data", "stringData"].iter().filter_map(|member| secret.get(member)?.as_object()).flatten();
        let earlier = sealed.pointer("/spec/encryptedData").cloned().unwrap_or_default();
        let encrypted = keys.map(|(key, _)| (key.clone(), earlier.get(key).cloned().unwrap_or(json!("<redacted>"))));
        let encrypted: Value = encrypted.collect::<serde_json::Map<_, _>>().into();
        *sealed.pointer_mut("/spec/encryptedData")? = encrypted;
        Some(sealed)
    }
}

impl SecretSource for Earlier<'_> {
    fn value(&self, secret: &Secret, key: &DataKey, value: &SecretValue) -> Result<SecretBytes, BuildError> {
        let now = match value {
            SecretValue::Literal(text) => Some(text.as_str().into()),
            SecretValue::FromEnv(variable) => from_env(variable).ok(),
            SecretValue::FromFile(path) => from_file(path).ok(),
            // What was generated is kept, whatever the length says now.
            SecretValue::Generate(_) | SecretValue::Elsewhere(_) => None,
        };
        let known = now.or_else(|| self.get(secret.name.as_str(), key.as_str()));
        Ok(known.unwrap_or_else(|| "<redacted>".into()))
    }
}

fn text<'a>(object: &'a Value, pointer: &str) -> Option<&'a str> {
    object.pointer(pointer).and_then(Value::as_str)
}
