//! What to write instead of a value of the wrong kind: the same, in the form that its key takes.

use crate::grammar::Kind;
use crate::tree::{Tree, Value};
use crate::value::command::words;
use crate::value::{Image, IntOrPercent, Port, PortName, ValueError, to_name};
use std::str::FromStr;

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
    if let Value::Unquoted { text, is_rust, .. } = value {
        let form = kind.calls().iter().find(|form| {
            let arguments =
                text.strip_prefix(form.word).and_then(|rest| rest.strip_prefix(": ").or(rest.strip_prefix(' ')));
            arguments.is_some_and(|first| first.starts_with(|c: char| c == '"' || c.is_alphanumeric()))
        });
        if let Some(engine) = engine(text).filter(|_| kind == Kind::Engine) {
            return format!("write {engine}");
        }
        if let Some(variable) = text.strip_prefix('$').filter(|_| kind == Kind::SecretSource) {
            return format!("write from_env({:?})", variable.trim_matches(['{', '}', ' ', '(', ')']));
        }
        return match form {
            // A form without its parentheses.
            Some(form) => {
                let arguments = text.get(form.word.len()..).unwrap_or_default().trim_matches([' ', ':']);
                format!("write {}({arguments})", form.word)
            }
            None => rust_or_example(kind, text, *is_rust),
        };
    }
    if let Some(written) = in_its_form(tree, kind, value) {
        return format!("write {written}");
    }
    if let (Kind::SourceRef | Kind::ConfigRef, Value::Map(_)) = (kind, value) {
        return "declare it as `ConfigMap my_config { … }` and write my_config".to_owned();
    }
    if let Value::Call(call) = value
        && !kind.calls().iter().any(|form| form.word == call.name)
        && kind.block().is_none()
        && crate::hole::takes(kind)
    {
        return rust(&call.name, value);
    }
    example(kind.example())
}

/// The help for a call of Rust, with or without the sign of a macro.
fn rust(name: &str, value: &Value) -> String {
    const MACROS: [&str; 7] = ["concat", "env", "format", "include_bytes", "include_str", "option_env", "stringify"];
    let written = super::elsewhere::value(value).unwrap_or_else(|| format!("{name}(…)"));
    match MACROS.contains(&name) {
        true => format!("write {}", written.replacen('(', "!(", 1)),
        false => format!("Rust goes in parentheses: write ({written})"),
    }
}

/// The help for several tokens where one value should stand: the value, if its type can make one of their text.
pub(super) fn unquoted<T: FromStr<Err = ValueError>>(kind: Kind, value: &Value, is_bare: bool) -> String {
    let Value::Unquoted { text, is_text, is_rust } = value else { return String::new() };
    let joined: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    // `1 day`, `1h 30m`; but `3 4` are two numbers.
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_bare = is_bare
        && words.windows(2).all(|pair| match pair {
            [left, right] => !(is_digit(left.chars().last()) && is_digit(right.chars().next())),
            _ => true,
        });
    let number = joined.trim_start_matches('+');
    let number = if number.starts_with('.') { format!("0{number}") } else { number.to_owned() };
    if is_bare && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.') && number.parse::<T>().is_ok() {
        return format!("write {number}");
    }
    if let Some(range) = range::<T>(kind, text) {
        return format!("write {range}");
    }
    if let Some(port) = port_with_protocol(kind, text) {
        return format!("write {port}");
    }
    // `v1.33`: what the type itself says of one word.
    if *is_rust
        && is_bare
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
        && let Err(error) = text.parse::<T>()
        && is_literal(&error.help)
    {
        return error.help;
    }
    let is_literal = text.parse::<T>().is_ok() || is_bare && !is_rust;
    match *is_text && is_literal {
        true => quoted::<T>(kind, text, *is_rust),
        false => rust_or_example(kind, text, *is_rust),
    }
}

/// A bare number in the unit that the place counts in, where that is not the one of all such values: seconds would delete what is meant to be
/// kept for days.
pub(super) fn without_unit(kind: Kind, text: &str) -> Option<String> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (kind == Kind::Age && is_number).then(|| format!("{text}d"))
}

/// `2Gi-4Gi`, `2Gi to 4Gi`, `2Gi...4Gi` as a range.
fn range<T: FromStr>(kind: Kind, text: &str) -> Option<String> {
    let (low, high) = ["...", "-", " to "].iter().find_map(|sign| text.split_once(sign))?;
    let (low, high) = (low.trim(), high.trim());
    let is_range = matches!(kind, Kind::Amount | Kind::Memory) && low.parse::<T>().is_ok() && high.parse::<T>().is_ok();
    is_range.then(|| format!("{low}..{high}"))
}

/// `53/UDP`, as Docker writes it.
pub(super) fn port_with_protocol(kind: Kind, text: &str) -> Option<String> {
    let (number, protocol) = text.split_once('/').filter(|_| kind == Kind::PortNumber)?;
    let protocol = protocol.trim().to_uppercase();
    let is_known = Kind::Protocol.words().iter().any(|word| word.word == protocol);
    let number = number.trim().parse::<Port>().ok().filter(|_| is_known)?;
    Some(format!("{{ number: {number}, protocol: {protocol} }}"))
}

/// The help for a text without quotes: with quotes, if its type takes it.
pub(super) fn quoted<T: FromStr<Err = ValueError>>(kind: Kind, text: &str, is_rust: bool) -> String {
    match text.parse::<T>() {
        Ok(_) if is_rust && crate::hole::takes(kind) => {
            format!("write \"{text}\" for the text, or ({text}) for a Rust expression")
        }
        Ok(_) => format!("write \"{text}\""),
        Err(_) if is_rust => rust_or_example(kind, text, is_rust),
        // What the type says literally.
        Err(error) if is_literal(&error.help) => error.help,
        Err(_) => example(kind.example()),
    }
}

/// The help for a text of several tokens in the place of any string.
pub(super) fn string(kind: Kind, value: &Value) -> Option<String> {
    let Value::Unquoted { text, is_text, is_rust } = value else { return None };
    match (is_text, is_rust) {
        (true, true) => Some(format!("write \"{text}\" for the text, or ({text}) for a Rust expression")),
        (true, false) => Some(format!("write \"{text}\"")),
        (false, true) => Some(rust_or_example(kind, text, true)),
        // The parser has said all.
        (false, false) => None,
    }
}

/// Whether a help names a value literally: `write 30s`, `write "a-b"`.
fn is_literal(help: &str) -> bool {
    let value = help.strip_prefix("write ").unwrap_or_default();
    value.starts_with(|c: char| c == '"' || c.is_ascii_digit())
}

fn rust_or_example(kind: Kind, text: &str, is_rust: bool) -> String {
    match is_rust && crate::hole::takes(kind) {
        true => format!("Rust goes in parentheses: write ({text})"),
        false => example(kind.example()),
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
    if let Some(form) = super::elsewhere::form(kind, value) {
        return Some(form);
    }
    match (kind, value) {
        (Kind::Bool, _) => match word?.to_lowercase().as_str() {
            "true" | "yes" | "on" | "y" | "1" => Some("true".to_owned()),
            "false" | "no" | "off" | "n" | "0" => Some("false".to_owned()),
            _ => None,
        },
        // What is not wanted.
        (_, Value::Bool(false)) if has_none(kind) => Some("none".to_owned()),
        (_, Value::Path(_)) if has_none(kind) && word.as_deref().is_some_and(is_no) => Some("none".to_owned()),
        (Kind::NetworkRules, _) if word.as_deref().is_some_and(is_no) => Some("[]".to_owned()),
        // What a form's own name is elsewhere.
        (_, Value::Path(parts)) if parts.len() > 1 && parts.first().is_some_and(|first| first == "param") => {
            parts.get(1).map(|name| format!("params.{name}"))
        }
        (Kind::Engine, Value::Text(text)) => engine(text),
        (Kind::Engine, Value::Call(call)) => match call.args.first().map(|version| &version.value) {
            Some(Value::Text(version) | Value::Word(version)) => engine(&format!("{}:{version}", call.name)),
            _ => engine(&call.name),
        },
        // A list where one stands.
        (
            Kind::AppRef | Kind::Selects | Kind::SecretRef | Kind::ConfigRef | Kind::ServiceRef | Kind::SourceRef,
            Value::List(nodes),
        ) if let [one] = nodes.as_slice() => one.word().map(str::to_owned),
        (Kind::Texts, Value::Text(text)) => Some(format!("[{}]", words(text))),
        (Kind::Texts, Value::Path(_) | Value::Word(_)) => Some(format!("[\"{}\"]", word?)),
        (Kind::Texts, Value::Map(fields)) if fields.iter().all(|field| field.value.value == Value::Absent) => {
            let texts = fields.iter().map(|field| format!("{:?}", field.key)).collect::<Vec<_>>();
            Some(format!("[{}]", texts.join(", ")))
        }
        (Kind::Probe | Kind::Hook, Value::Text(text)) => Some(format!("exec({})", words(text))),
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
        (Kind::Disruption, Value::Word(number)) if number.parse::<IntOrPercent>().is_ok() => {
            Some(format!("{{ max_unavailable: {number} }}"))
        }
        (Kind::Network, Value::Path(_)) => Some(format!("{{ from: [{}] }}", word?)),
        (Kind::Network, Value::List(nodes)) if nodes.iter().all(|node| node.word().is_some()) => {
            super::elsewhere::value(value).map(|apps| format!("{{ from: {apps} }}"))
        }
        (Kind::AccountRef | Kind::SecretRef | Kind::ConfigRef | Kind::SourceRef, Value::Map(fields)) => {
            match fields.as_slice() {
                [name] if name.key == "name" => match &name.value.value {
                    Value::Text(name) => {
                        declared(name).or_else(|| (kind == Kind::AccountRef).then(|| format!("{name:?}")))
                    }
                    _ => None,
                },
                _ => None,
            }
        }
        // A word of the enumeration that one of the block's keys takes.
        (_, Value::Path(_) | Value::Text(_))
            if kind.block().is_some_and(|block| takes_word(block, word.as_deref())) =>
        {
            let (block, word) = (kind.block()?, word?);
            let keys = block.keys.iter().filter(|key| key.kind.words().iter().any(|known| known.word == word));
            let entries: Vec<_> = keys.map(|key| format!("{}: {word}", key.name)).collect();
            Some(format!("{{ {} }}", entries.join(", ")))
        }
        // A name before the braces of one entry.
        (Kind::Storage | Kind::Scratch | Kind::Containers, Value::Call(call)) if call.args.is_empty() => {
            let inside = super::elsewhere::block(call.fields.iter())?;
            Some(format!("{{ {}: {inside} }}", call.name))
        }
        // What other languages wrap a value in.
        (_, Value::Call(call)) if call.name == "Some" && call.args.len() == 1 => {
            super::elsewhere::value(&call.args.first()?.value)
        }
        (_, Value::List(nodes)) => match (kind, nodes.first().filter(|_| nodes.len() == 1).map(|one| &one.value)?) {
            (Kind::Image, Value::Text(image)) if image.parse::<Image>().is_ok() => Some(format!("{image:?}")),
            (Kind::Count, Value::Word(count)) if count.parse::<u32>().is_ok() => Some(count.clone()),
            _ => None,
        },
        (_, Value::Text(text)) if kind.words().iter().any(|known| known.word == text) => Some(text.clone()),
        (Kind::SecretSource, Value::Path(parts)) => match parts.as_slice() {
            [first, variable] if first == "env" => Some(format!("from_env({variable:?})")),
            [word] => {
                let form = kind.calls().iter().find(|form| form.word == word)?;
                form.doc.split('`').nth(1).map(str::to_owned)
            }
            _ => None,
        },
        (Kind::ServicePorts | Kind::PortRefs, Value::Text(name)) if name.parse::<PortName>().is_ok() => {
            Some(format!("[{name:?}]"))
        }
        (Kind::ServicePorts | Kind::PortRefs, Value::Path(_)) => Some(format!("[{}]", word?)),
        (Kind::ServicePorts | Kind::PortRefs, Value::Word(number)) => {
            number.parse::<Port>().is_ok().then(|| format!("[{number}]"))
        }
        (
            Kind::AppRef | Kind::Selects | Kind::SecretRef | Kind::ConfigRef | Kind::ServiceRef | Kind::SourceRef,
            Value::Text(name),
        ) => declared(name),
        // The labels that a selector of a manifest has.
        (Kind::AppRef | Kind::Selects, Value::Map(fields)) => match fields.as_slice() {
            [label] => match &label.value.value {
                Value::Text(name) => declared(name),
                _ => None,
            },
            _ => None,
        },
        // A form without its arguments.
        (_, Value::Path(_)) => {
            let word = word?;
            let form = kind.calls().iter().find(|form| form.word == word)?;
            form.doc.split('`').nth(1).map(str::to_owned)
        }
        _ => None,
    }
}

fn takes_word(block: &crate::grammar::Block, word: Option<&str>) -> bool {
    block.keys.iter().any(|key| key.kind.words().iter().any(|known| Some(known.word) == word))
}

fn has_none(kind: Kind) -> bool {
    kind.calls().iter().any(|form| form.word == "none")
}

fn is_no(word: &str) -> bool {
    is_nothing(word) || matches!(word.to_lowercase().as_str(), "none" | "off" | "disabled")
}

/// What other languages write for nothing.
pub(super) fn is_nothing(word: &str) -> bool {
    matches!(word, "null" | "None" | "nil" | "undefined" | "Null" | "NULL")
}

/// The help for nothing.
pub(super) const LEAVE_OUT: &str = "leave the key out: what does not stand here has its default";

/// An engine as an image or an enumeration names it: `postgres:17.2`, `Engine::Postgres`.
pub(super) fn engine(text: &str) -> Option<String> {
    let text = text.trim_start_matches("Engine::").to_lowercase();
    let (name, version) = text.split_once([':', ' ', '-', '@']).unwrap_or((&text, ""));
    let name = crate::engine::by_name(name.trim())?.name;
    let version = version.trim().trim_matches('"');
    Some(match version {
        "" => name.to_owned(),
        version => format!("{name} {{ version: \"{version}\" }}"),
    })
}

/// The block of one entry in the example of a block of blocks.
pub(super) fn entry(kind: Kind) -> String {
    let inside = kind.example().strip_prefix("{ ").and_then(|rest| rest.strip_suffix(" }"));
    match inside.and_then(|rest| rest.split_once(": ")) {
        Some((_, entry)) => entry.to_owned(),
        None => {
            let first = kind.block().and_then(|block| block.keys.first());
            first.map_or(String::new(), |key| format!("{{ {}: {} }}", key.name, key.kind.example()))
        }
    }
}
