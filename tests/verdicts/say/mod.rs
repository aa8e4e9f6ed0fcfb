//! Says a Kubernetes object in the language: the declaration that a person would write who wants exactly this object.
//!
//! What the language has no words for is an error with the field's name: such an object cannot be declared at all.

mod config;
mod container;
mod fields;
mod job;
mod network;
mod pod;
mod service;
mod workload;

use fields::{Fields, open};
use proc_macro2::{Literal, TokenStream, TokenTree};
use serde_json::Value;
use std::fmt::Write as _;

/// What can be said, or why not.
pub(crate) type Said<T> = Result<T, String>;

/// How the language is used where it leaves a choice.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Style {
    /// Amounts stand as bare literals where Rust's lexer takes them, instead of strings.
    pub(crate) bare: bool,
    /// A security setting that the object leaves out is Kubernetes' own default, not the safe one that the language brings.
    pub(crate) literal_security: bool,
    /// A reason is given for exceptions from PodSecurity "restricted".
    pub(crate) because: bool,
}

/// A declaration in the making.
#[derive(Default)]
pub(crate) struct Say {
    pub(crate) style: Style,
    /// The server's version.
    kubernetes: String,
    head: Block,
    items: Vec<String>,
    /// Objects that exist in the cluster: kind, name, and the keys that are referred to.
    externs: Vec<(&'static str, String, Vec<String>)>,
    /// The ports that Services lead to, which the app has to have.
    app_ports: Block,
    /// Ports without a name so far; each gets one.
    unnamed: usize,
}

/// The declaration of these objects.
pub(crate) fn declaration(objects: &[Value], kubernetes: &str, style: Style) -> Said<String> {
    let mut say = Say { style, kubernetes: kubernetes.to_owned(), ..Say::default() };
    say.head.put("kubernetes", kubernetes);
    // The workloads come last, because Services say which ports they need.
    let is_workload = |object: &&Value| object["kind"] == "StatefulSet";
    for object in objects.iter().filter(|object| !is_workload(object)).chain(objects.iter().filter(is_workload)) {
        match object["kind"].as_str().unwrap_or_default() {
            "StatefulSet" => workload::stateful_set(&mut say, object)?,
            "Service" => service::service(&mut say, object)?,
            "ConfigMap" => config::config_map(&mut say, object)?,
            "Secret" => config::secret(&mut say, object)?,
            "ServiceAccount" => config::service_account(&mut say, object)?,
            "Namespace" => config::namespace(&mut say, object)?,
            "NetworkPolicy" => network::policy(&mut say, object)?,
            "Job" => job::job(&mut say, object)?,
            "CronJob" => job::cron_job(&mut say, object)?,
            kind => return Err(format!("a {kind} of one's own")),
        }
    }
    Ok(say.finish())
}

impl Say {
    fn finish(self) -> String {
        let mut text = self.head.entries.iter().fold(String::new(), |text, entry| text + entry + ",\n");
        for (n, (kind, name, keys)) in self.externs.iter().enumerate() {
            let keys: Vec<String> = keys.iter().map(|key| string(key)).collect();
            let _ = writeln!(text, "{kind} extern there_{n} as {} {{ {} }}", string(name), keys.join(", "));
        }
        for item in self.items {
            text.push_str(&item);
            text.push('\n');
        }
        text
    }

    fn item(&mut self, kind: &str, ident: &str, name: &Value, block: &Block) {
        self.items.push(format!("{kind} {ident} as {} {block}", lit(name)));
    }

    /// The identifier of an object in the cluster.
    fn there(&mut self, kind: &'static str, name: &Value, key: Option<&str>) -> Said<String> {
        let name = name.as_str().ok_or_else(|| format!("a {kind} whose name is no string"))?;
        let at = self.externs.iter().position(|(k, n, _)| *k == kind && n == name).unwrap_or_else(|| {
            self.externs.push((kind, name.to_owned(), Vec::new()));
            self.externs.len() - 1
        });
        if let Some(key) = key
            && !self.externs[at].2.iter().any(|known| known == key)
        {
            self.externs[at].2.push(key.to_owned());
        }
        Ok(format!("there_{at}"))
    }

    /// An amount with its unit.
    fn amount(&self, value: &Value) -> String {
        match value {
            Value::String(text) if self.style.bare && is_bare(text) => text.clone(),
            _ => lit(value),
        }
    }
}

/// A block of keys and values.
#[derive(Clone, Default)]
pub(crate) struct Block {
    entries: Vec<String>,
}

impl Block {
    fn put(&mut self, key: &str, value: impl std::fmt::Display) {
        self.entries.push(format!("{key}: {value}"));
    }

    /// An entry whose key is a value itself.
    fn entry(&mut self, key: &str, value: impl std::fmt::Display) {
        self.entries.push(format!("{}: {value}", string(key)));
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl std::fmt::Display for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{{ {} }}", self.entries.join(", "))
    }
}

fn string(text: &str) -> String {
    Literal::string(text).to_string()
}

/// The value as it would be written in place of any other.
fn lit(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => string(text),
        Value::Array(values) => format!("[{}]", values.iter().map(lit).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let mut block = Block::default();
            map.iter().for_each(|(key, value)| block.entry(key, lit(value)));
            block.to_string()
        }
    }
}

/// Whether the text is one Rust literal with nothing around it.
fn is_bare(text: &str) -> bool {
    let Ok(tokens) = text.parse::<TokenStream>() else { return false };
    let mut tokens = tokens.into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Literal(literal)), None) => {
            literal.to_string() == text && text.starts_with(|c: char| c.is_ascii_digit())
        }
        _ => false,
    }
}

/// A number of seconds. The language writes its unit, so anything but a number would be another value.
fn seconds(value: &Value) -> Said<String> {
    match value {
        Value::Number(number) => Ok(format!("{number}s")),
        _ => Err("seconds that are no number".to_owned()),
    }
}

/// A file mode, which the API takes as a number in decimal and the language in octal.
fn mode(value: &Value) -> Said<String> {
    let mode = value.as_i64().ok_or("a file mode that is no whole number")?;
    Ok(if mode < 0 { lit(value) } else { string(&format!("0{mode:o}")) })
}

/// A value of an API enumeration in which `""` means the default.
fn chosen(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| value.as_str() != Some(""))
}

/// Text of a place where the API takes only strings and the language makes text of numbers and bools too.
fn only_text(value: &Value, what: &str) -> Said<String> {
    match value {
        Value::String(text) => Ok(string(text)),
        Value::Null => Ok(string("")),
        _ => Err(format!("{what} that is no text")),
    }
}

/// `{ "key": "value" }` of labels or annotations.
fn texts(value: &Value, what: &str) -> Said<Block> {
    let mut block = Block::default();
    let map = value.as_object().ok_or_else(|| format!("{what} that are no object"))?;
    for (key, value) in map {
        block.entry(key, only_text(value, what)?);
    }
    Ok(block)
}

fn strings(value: &Value, what: &str) -> Said<String> {
    let values = value.as_array().ok_or_else(|| format!("{what} that is no list"))?;
    let texts = values.iter().map(|value| only_text(value, what)).collect::<Said<Vec<_>>>()?;
    Ok(format!("[{}]", texts.join(", ")))
}
