//! What a plan shows of secrets: that they changed, never what they are.
//!
//! Secret data; variables, annotations and keys whose names say what they hold; passwords in addresses and on command
//! lines; and lines of configuration files such as `requirepass …`. Too much is hidden rather than too little.

use serde_json::{Map, Value};

use super::diff::{Difference, Path, Step};

const HIDDEN: &str = "<redacted>";
const CHANGED: &str = "<redacted, changed>";

/// Both values of a difference in an object of this kind, fit to be shown.
pub(super) fn both(kind: &str, difference: &Difference<'_>) -> (Option<Value>, Option<Value>) {
    let place = Place::of(kind, &difference.path);
    let old = difference.old.map(|value| scrub(value, place));
    let new = difference.new.map(|value| scrub(value, place));
    match (old, new) {
        // The difference is in what is hidden.
        (Some(old), Some(new)) if old == new => (Some(old), Some(mark_changed(new))),
        values => values,
    }
}

/// Hides passwords in a text that is shown for another reason, such as a message.
pub(super) fn text(text: &str) -> String {
    lines(&without_passwords(text))
}

/// What a value is, as far as its place says.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Secret,
    /// A map whose keys are names of settings: a ConfigMap's data, annotations.
    Settings,
    /// The words of a command line.
    Words,
    /// Any field of a kind that is not known: names of fields may tell.
    Unknown,
    Plain,
}

impl Place {
    fn of(kind: &str, path: &Path<'_>) -> Place {
        let mut place = match kind {
            "StatefulSet"
            | "Deployment"
            | "DaemonSet"
            | "ReplicaSet"
            | "Job"
            | "CronJob"
            | "Pod"
            | "Service"
            | "Secret"
            | "ConfigMap"
            | "PersistentVolumeClaim"
            | "PersistentVolume"
            | "StorageClass"
            | "PodDisruptionBudget"
            | "NetworkPolicy"
            | "Ingress"
            | "ServiceAccount"
            | "Namespace" => Place::Plain,
            _ => Place::Unknown,
        };
        let (mut name, mut secret_variable) = (None, false);
        for step in &path.0 {
            match step {
                Step::Key("value") if secret_variable => place = Place::Secret,
                Step::Key(key) => {
                    place = place.within(kind, name, key);
                    name = Some(*key);
                }
                Step::Item(item) => secret_variable = name == Some("env") && is_secret_name(item),
                Step::Index(_) => {}
            }
        }
        place
    }

    fn within(self, kind: &str, parent: Option<&str>, key: &str) -> Place {
        match (self, key) {
            (Place::Secret, _) => Place::Secret,
            (_, "data" | "stringData" | "binaryData") if kind == "Secret" && parent.is_none() => Place::Secret,
            (_, "data" | "binaryData") if kind == "ConfigMap" && parent.is_none() => Place::Settings,
            (_, "annotations") => Place::Settings,
            (Place::Settings, key) if is_secret_name(key) => Place::Secret,
            (Place::Unknown, key) if is_secret_field(key) => Place::Secret,
            (_, "command" | "args") => Place::Words,
            (place, _) => place,
        }
    }
}

fn scrub(value: &Value, place: Place) -> Value {
    match value {
        Value::Object(map) => {
            let secret_variable = map.get("name").and_then(Value::as_str).is_some_and(is_secret_name);
            let scrubbed = map.iter().map(|(key, value)| {
                let place = match place {
                    _ if secret_variable && key == "value" => Place::Secret,
                    // The keys of the object's root are not seen here: a difference is below it.
                    place => place.within("", Some(""), key),
                };
                (key.clone(), scrub(value, place))
            });
            Value::Object(scrubbed.collect::<Map<_, _>>())
        }
        Value::Array(list) if place == Place::Words => Value::Array(words(list)),
        Value::Array(list) => Value::Array(list.iter().map(|value| scrub(value, place)).collect()),
        Value::String(_) | Value::Number(_) if place == Place::Secret => Value::from(HIDDEN),
        Value::String(value) => Value::String(text(value)),
        other => other.clone(),
    }
}

fn mark_changed(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(HIDDEN, CHANGED)),
        Value::Array(list) => list.into_iter().map(mark_changed).collect(),
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, value)| (key, mark_changed(value))).collect()),
        other => other,
    }
}

/// `--password=x` and `--password x`.
fn words(list: &[Value]) -> Vec<Value> {
    let mut secret = false;
    let hide = |word: &Value| {
        let Some(word) = word.as_str() else { return word.clone() };
        let after_flag = std::mem::replace(&mut secret, word.starts_with('-') && is_secret_name(word));
        match word.split_once('=') {
            Some((name, _)) if is_secret_name(name) && name.starts_with('-') => {
                secret = false;
                Value::String(format!("{name}={HIDDEN}"))
            }
            _ if after_flag && !is_reference(word) => {
                secret = false;
                Value::from(HIDDEN)
            }
            _ => Value::String(text(word)),
        }
    };
    list.iter().map(hide).collect()
}

/// `postgres://user:password@host` without the password.
fn without_passwords(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        shown.push_str(before);
        shown.push_str("://");
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '?')).unwrap_or(after.len());
        let (authority, remainder) = after.split_at(end);
        match authority.rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?, host))) {
            Some(((user, password), host)) if !is_reference(password) => {
                shown.push_str(&format!("{user}:{HIDDEN}@{host}"));
            }
            _ => shown.push_str(authority),
        }
        rest = remainder;
    }
    shown + rest
}

/// `password = x`, `"password": "x"`, `PGPASSWORD=x psql` and `requirepass x` without the x.
fn lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        shown.push_str(&hide_in_line(body));
        shown.push_str(end);
    }
    shown
}

fn hide_in_line(line: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut from = 0;
    while let Some((start, word)) = next_word(line, from, is_word) {
        let after = line.get(start + word.len()..).unwrap_or_default();
        from = start + word.len();
        if !is_secret_setting(word) {
            continue;
        }
        let unquoted = after.trim_start_matches(['"', '\'']).trim_start();
        let value = match unquoted.strip_prefix(['=', ':']) {
            Some(value) if !value.starts_with("//") => value.trim_start(),
            // `requirepass x`, but not "the password file is" in a comment.
            None if line.trim_start().starts_with(word) && after.starts_with(char::is_whitespace) => after.trim_start(),
            _ => continue,
        };
        if !value.is_empty() && !is_reference(value.trim_start_matches(['"', '\''])) {
            let kept = line.get(..line.len() - value.len()).unwrap_or_default();
            // The value may be a quoted sentence, so all that follows goes.
            return format!("{kept}{HIDDEN}");
        }
    }
    line.to_owned()
}

fn next_word(line: &str, from: usize, is_word: impl Fn(char) -> bool) -> Option<(usize, &str)> {
    let rest = line.get(from..)?;
    let start = from + rest.find(&is_word)?;
    let word = line.get(start..)?;
    let end = word.find(|c| !is_word(c)).unwrap_or(word.len());
    Some((start, word.get(..end)?))
}

/// `$(NAME)`, `${NAME}`, `$NAME`: says where the secret is, not what it is.
fn is_reference(text: &str) -> bool {
    text.starts_with('$')
}

/// A variable, key or annotation that probably holds a secret.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PASS", "PWD", "TOKEN", "SECRET", "KEY", "CREDENTIAL", "PRIVATE", "DSN"].iter().any(|part| name.contains(part))
}

/// A setting in a file: there, `key` is a frequent word of other meaning.
fn is_secret_setting(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PASSWORD", "PASSWD", "PASSPHRASE", "REQUIREPASS", "MASTERAUTH", "SECRET", "TOKEN", "CREDENTIAL"]
        .iter()
        .any(|part| name.contains(part))
        || ["KEY", "PASS", "PWD"].iter().any(|end| name.ends_with(end) && name.len() > end.len())
}

/// A field of an unknown kind; `secretName`, `passwordSecretRef` and `key` name where a secret is.
fn is_secret_field(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    is_secret_setting(name) && !["NAME", "REF", "REFERENCE", "FILE", "PATH"].iter().any(|end| upper.ends_with(end))
}
