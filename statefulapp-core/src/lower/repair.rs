//! What to write instead of a value of the wrong kind: the same, in the form that its key takes.

use crate::grammar::Kind;
use crate::tree::{Tree, Value};
use crate::value::to_name;

/// What stands there, in the words of an error message.
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Path(parts) => format!("`{}`", parts.join(".")),
        Value::Bool(bool) => format!("`{bool}`"),
        Value::Word(word) => format!("`{word}`"),
        Value::Call(call) if call.args.is_empty() => format!("`{} {{ … }}`", call.name),
        Value::Call(call) => format!("`{}(…)`", call.name),
        other => other.describe().to_owned(),
    }
}

/// The help for a value that is not of the kind.
pub(super) fn help(tree: &Tree, kind: Kind, value: &Value) -> String {
    if let Value::Unquoted { text, is_rust } = value {
        let form = kind.calls().iter().find(|form| text.starts_with(&format!("{} ", form.word)));
        return match form {
            // A form without its parentheses.
            Some(form) => {
                let arguments = text.get(form.word.len()..).unwrap_or_default().trim();
                format!("write {}({arguments})", form.word)
            }
            None if *is_rust && crate::hole::takes(kind) => format!("Rust goes in parentheses: write ({text})"),
            None => example(kind.example()),
        };
    }
    if let Some(written) = in_its_form(tree, kind, value) {
        return format!("write {written}");
    }
    if let Value::Call(call) = value
        && !kind.calls().iter().any(|form| form.word == call.name)
        && kind.block().is_none()
    {
        const MACROS: [&str; 7] =
            ["concat", "env", "format", "include_bytes", "include_str", "option_env", "stringify"];
        return if MACROS.contains(&call.name.as_str()) {
            format!("write {}!(…)", call.name)
        } else {
            format!("Rust goes in parentheses: write ({}(…))", call.name)
        };
    }
    example(kind.example())
}

/// The help for several tokens where one value should stand: the value, if its type can make one of their text.
pub(super) fn unquoted(
    kind: Kind,
    text: &str,
    is_rust: bool,
    is_bare: bool,
    fits: impl Fn(&str) -> bool,
    refused: impl FnOnce() -> Option<String>,
) -> String {
    let joined: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let unsigned = joined.trim_start_matches('+');
    if is_bare && fits(unsigned) && unsigned.starts_with(|c: char| c.is_ascii_digit()) && !unsigned.contains('-') {
        return format!("write {unsigned}");
    }
    if !text.contains('"') && fits(text) {
        return match is_rust {
            true => format!("write \"{text}\" for the text, or ({text}) for a Rust expression"),
            false => format!("write \"{text}\""),
        };
    }
    let refused = refused().filter(|help| help.starts_with("write "));
    match refused {
        _ if is_rust => format!("Rust goes in parentheses: write ({text})"),
        Some(help) => help,
        None => example(kind.example()),
    }
}

pub(super) fn example(example: &str) -> String {
    if example.is_empty() { String::new() } else { format!("for example `{example}`") }
}

/// The same thing as the key takes it, if it can be guessed.
fn in_its_form(tree: &Tree, kind: Kind, value: &Value) -> Option<String> {
    let word = match value {
        Value::Path(parts) if parts.len() == 1 => parts.first().cloned(),
        Value::Text(text) | Value::Word(text) => Some(text.clone()),
        _ => None,
    };
    let declared = |name: &str| {
        let mut idents = tree.items.iter().map(|item| item.ident.as_str()).filter(|ident| !ident.is_empty());
        idents.find(|ident| *ident == name || to_name(ident) == name).map(str::to_owned)
    };
    match (kind, value) {
        (Kind::Bool, _) => match word?.to_lowercase().as_str() {
            "true" | "yes" | "on" | "y" | "1" => Some("true".to_owned()),
            "false" | "no" | "off" | "n" | "0" => Some("false".to_owned()),
            _ => None,
        },
        // What is not wanted.
        (_, Value::Bool(false)) if kind.calls().iter().any(|form| form.word == "none") => Some("none".to_owned()),
        (Kind::Engine, Value::Text(name)) => crate::engine::by_name(name).map(|facts| facts.name.to_owned()),
        (Kind::Engine, Value::Call(call)) => {
            crate::engine::by_name(&call.name).map(|facts| format!("{} {{ version: \"…\" }}", facts.name))
        }
        (Kind::Texts, Value::Text(text)) => Some(format!("[{}]", quoted(text))),
        (Kind::Texts, Value::Path(_) | Value::Word(_)) => Some(format!("[\"{}\"]", word?)),
        (Kind::Texts, Value::Map(fields)) if fields.iter().all(|field| field.value.value == Value::Absent) => {
            let texts = fields.iter().map(|field| format!("{:?}", field.key)).collect::<Vec<_>>();
            Some(format!("[{}]", texts.join(", ")))
        }
        (Kind::Probe | Kind::Hook, Value::Text(text)) => Some(format!("exec({})", quoted(text))),
        (Kind::Probe | Kind::Hook, Value::List(nodes)) => {
            let texts: Option<Vec<_>> = nodes
                .iter()
                .map(|node| if let Value::Text(text) = &node.value { Some(format!("{text:?}")) } else { None })
                .collect();
            texts.filter(|texts| !texts.is_empty()).map(|texts| format!("exec({})", texts.join(", ")))
        }
        (Kind::Update, Value::Map(_)) => Some("RollingUpdate { … }".to_owned()),
        (Kind::Replication, Value::Path(parts)) if parts.len() > 1 => {
            Some(format!("{{ password: {} }}", parts.join(".")))
        }
        (Kind::Disruption, Value::Word(number)) => Some(format!("{{ max_unavailable: {number} }}")),
        (Kind::Network, Value::Path(parts)) => Some(format!("{{ from: [{}] }}", parts.join("."))),
        (Kind::ServicePorts | Kind::PortRefs, Value::Path(_) | Value::Word(_)) => Some(format!("[{}]", word?)),
        (
            Kind::AppRef | Kind::Selects | Kind::SecretRef | Kind::ConfigRef | Kind::ServiceRef | Kind::EnvFrom,
            Value::Text(name),
        ) => declared(name),
        // A form without its arguments.
        (_, Value::Path(_)) => {
            let word = word?;
            let form = kind.calls().iter().find(|form| form.word == word)?;
            form.doc.split('`').nth(1).map(str::to_owned)
        }
        _ => None,
    }
}

/// The words of a command line, each in quotes.
fn quoted(line: &str) -> String {
    line.split_whitespace().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")
}

/// The block of one entry in the example of a block of blocks.
pub(super) fn entry(example: &'static str) -> &'static str {
    example
        .strip_prefix("{ ")
        .and_then(|rest| rest.strip_suffix(" }"))
        .and_then(|rest| rest.split_once(": "))
        .map_or(example, |(_, entry)| entry)
}
