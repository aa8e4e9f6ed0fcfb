use super::{Cx, repair, tick};
use crate::finding::Path;
use crate::grammar::Kind;
use crate::model::{FieldPath, PortRef};
use crate::tree::{Field, Node, Value};
use crate::value::*;

/// A value that can be read from one node.
pub(super) trait Read: Sized {
    /// The value, or `None` after saying what is wrong. `noun` is what the value is for.
    fn read(cx: &Cx<'_>, node: &Node, path: &Path, kind: Kind, noun: &str) -> Option<Self>;
}

/// Values that are written as text or as a bare literal and parsed by their own rule.
macro_rules! parsed {
    ($($form:ident $stand_in:literal: $($type:ty),*;)*) => {
        $($(impl Read for $type {
            fn read(cx: &Cx<'_>, node: &Node, path: &Path, kind: Kind, noun: &str) -> Option<Self> {
                parse(cx, node, path, kind, noun, Form::$form, $stand_in)
            }
        })*)*
    };
}

/// How a value may be written.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Only as a string: what does not always lex as a Rust token.
    Text,
    /// As a bare literal or as a string.
    Word,
    /// As a bare literal only: a string of digits means something else to the server.
    Number,
    /// As an identifier, which stands for its kebab-case, or as a string.
    Name,
    /// As an identifier taken as written, or as a string.
    Ident,
}

impl Form {
    /// Whether a literal stands without quotes.
    fn is_bare(self) -> bool {
        matches!(self, Form::Word | Form::Number)
    }
}

parsed! {
    Text "unknown": Image, StorageClassName, DataKey;
    Text "/unknown": MountPath;
    Text "unknown": SubPath, ItemPath, TimeZone;
    Text "unknown.example": Hostname, SearchDomain;
    Text "0 0 * * *": CronSchedule;
    Text "10.0.0.0/8": Cidr;
    Text "10.0.0.1": IpAddress;
    Text "metadata.name": FieldPath;
    Text "unknown": AnnotationKey, LabelKey;
    Name "unknown": Label, Subdomain, AppName, CronJobName, JobName, PortName, ServicePortName, PdbName;
    Ident "NET_BIND_SERVICE": Capability;
    Word "1Gi": StorageSize;
    Word "1": Quantity, CpuAmount, ResourceAmount;
    Word "1s": Duration;
    Number "1": Port, IntOrPercent;
    Number "30000": NodePort;
    Word "0644": FileMode;
    Word "1.31": KubernetesVersion;
}

fn parse<T: std::str::FromStr<Err = ValueError>>(
    cx: &Cx<'_>,
    node: &Node,
    path: &Path,
    kind: Kind,
    noun: &str,
    form: Form,
    stand_in: &str,
) -> Option<T> {
    let kebab;
    let text = match (&node.value, form) {
        (Value::Text(text), Form::Number) if text.trim().parse::<i128>().is_ok() => {
            cx.error(
                "value-kind",
                path.clone(),
                format!("{} takes {}, not a string", tick(noun), kind.what()),
                format!("write {}", text.trim()),
            );
            return None;
        }
        (Value::Text(text), _) => text.as_str(),
        (Value::Word(word), Form::Word | Form::Number) => word.as_str(),
        (Value::Unquoted { .. }, _) => {
            cx.advise(path, node, Some(repair::unquoted::<T>(kind, &node.value, form.is_bare())));
            return None;
        }
        (Value::Path(parts), Form::Name) if parts.len() == 1 => {
            kebab = to_name(parts.first()?);
            kebab.as_str()
        }
        (Value::Path(parts), Form::Ident) if parts.len() == 1 => parts.first()?.as_str(),
        (Value::Hole(hole), _) => return cx.hole(*hole, path, noun, kind, node).then(|| stand_in.parse().ok())?,
        (Value::Word(word), Form::Text | Form::Name | Form::Ident) => {
            cx.error(
                "value-kind",
                path.clone(),
                format!("{} takes {}, not {}", tick(noun), kind.what(), repair::describe(&node.value)),
                repair::quoted::<T>(kind, word, false),
            );
            return None;
        }
        (Value::Path(parts), Form::Text | Form::Word | Form::Number) => {
            let word = parts.join(".");
            cx.error(
                "value-kind",
                path.clone(),
                format!("{} takes {}, and a bare word is a reference", tick(noun), kind.what()),
                match form {
                    _ if repair::is_nothing(&word) => repair::LEAVE_OUT.to_owned(),
                    Form::Text if word.parse::<T>().is_ok() => repair::quoted::<T>(kind, &word, true),
                    _ if crate::hole::takes(kind) => {
                        format!("write for example {}, or ({word}) for a Rust expression", kind.example())
                    }
                    _ => repair::example(kind.example()),
                },
            );
            return None;
        }
        _ => {
            cx.wrong_kind(path, noun, kind, node);
            return None;
        }
    };
    match text.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            let written = decimal(text)
                .or_else(|| repair::without_unit(kind, text))
                .or_else(|| repair::port_with_protocol(kind, text));
            let help = written.map_or_else(|| error.help.clone(), |written| format!("write {written}"));
            cx.invalid(path, noun, ValueError { help, ..error });
            None
        }
    }
}

/// A number as only Rust writes it, in plain digits.
fn decimal(text: &str) -> Option<String> {
    let digits = text.replace('_', "");
    let (radix, digits) = match digits.get(..2)? {
        "0x" => (16, digits.get(2..)?),
        "0o" => (8, digits.get(2..)?),
        "0b" => (2, digits.get(2..)?),
        _ if text.contains('_') => (10, digits.as_str()),
        _ => return None,
    };
    u64::from_str_radix(digits, radix).ok().map(|number| number.to_string())
}

/// `3.0` as a whole number.
fn whole(text: &str) -> Option<String> {
    let number = text.split_once('.').filter(|(_, rest)| rest.bytes().all(|b| b == b'0')).map(|(number, _)| number)?;
    number.parse::<u32>().ok().map(|number| number.to_string())
}

impl Read for String {
    fn read(cx: &Cx<'_>, node: &Node, path: &Path, kind: Kind, noun: &str) -> Option<Self> {
        match &node.value {
            Value::Text(text) => Some(text.clone()),
            Value::Unquoted { .. } => {
                cx.advise(path, node, repair::string(kind, &node.value));
                None
            }
            Value::Hole(hole) => cx.hole(*hole, path, noun, kind, node).then(String::new),
            Value::Path(parts) => {
                bare(cx, &parts.join("."), path, kind, noun);
                None
            }
            Value::Word(word) => {
                cx.error(
                    "value-kind",
                    path.clone(),
                    format!("{} takes {}, not {}", tick(noun), kind.what(), repair::describe(&node.value)),
                    format!("write \"{word}\""),
                );
                None
            }
            _ => {
                cx.wrong_kind(path, noun, kind, node);
                None
            }
        }
    }
}

impl Read for bool {
    fn read(cx: &Cx<'_>, node: &Node, path: &Path, kind: Kind, noun: &str) -> Option<Self> {
        match &node.value {
            Value::Bool(bool) => Some(*bool),
            Value::Hole(hole) => cx.hole(*hole, path, noun, kind, node).then_some(false),
            _ => {
                cx.wrong_kind(path, noun, kind, node);
                None
            }
        }
    }
}

/// Digits, for advice: a count is never written as text.
struct Digits;

impl std::str::FromStr for Digits {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let refused = ValueError { rule: "value-kind", message: String::new(), help: String::new() };
        text.bytes().all(|b| b.is_ascii_digit()).then_some(Self).ok_or(refused)
    }
}

/// A count: 0 to 2147483647, as the API's int32.
impl Read for u32 {
    fn read(cx: &Cx<'_>, node: &Node, path: &Path, kind: Kind, noun: &str) -> Option<Self> {
        const MOST: u32 = i32::MAX as u32;
        let word = match &node.value {
            Value::Word(word) => word,
            Value::Hole(hole) => return cx.hole(*hole, path, noun, kind, node).then_some(1),
            Value::Unquoted { .. } => {
                cx.advise(path, node, Some(repair::unquoted::<Digits>(kind, &node.value, true)));
                return None;
            }
            Value::Text(text) if text.parse::<u32>().is_ok() => {
                cx.error(
                    "value-kind",
                    path.clone(),
                    format!("{} takes {}, not a string", tick(noun), kind.what()),
                    format!("write {text}"),
                );
                return None;
            }
            _ => {
                cx.wrong_kind(path, noun, kind, node);
                return None;
            }
        };
        let digits = word.replace('_', "");
        let (rule, message, help) = match digits.parse::<i128>() {
            Ok(number) if (0..=i128::from(MOST)).contains(&number) => return u32::try_from(number).ok(),
            Ok(number) if number < 0 => {
                ("count-negative", format!("{} cannot be {word}", tick(noun)), "write 0 or more".to_owned())
            }
            Ok(_) => ("count-too-large", format!("{} cannot be {word}", tick(noun)), format!("the most is {MOST}")),
            Err(_) => (
                "value-kind",
                format!("{} takes {}, not `{word}`", tick(noun), kind.what()),
                decimal(word)
                    .or_else(|| whole(word))
                    .map_or_else(|| format!("for example `{}`", kind.example()), |n| format!("write {n}")),
            ),
        };
        cx.error(rule, path.clone(), message, help);
        None
    }
}

/// A port by name or number.
impl Read for PortRef {
    fn read(cx: &Cx<'_>, node: &Node, path: &Path, kind: Kind, noun: &str) -> Option<Self> {
        match &node.value {
            Value::Word(_) => Port::read(cx, node, path, kind, noun).map(PortRef::Number),
            Value::Text(text) if text.parse::<u32>().is_ok() => {
                Port::read(cx, node, path, kind, noun).map(PortRef::Number)
            }
            Value::Hole(_) => Port::read(cx, node, path, Kind::PortNumber, noun).map(PortRef::Number),
            _ => PortName::read(cx, node, path, kind, noun).map(PortRef::Name),
        }
    }
}

/// Strings; a single one stands for a list of one.
impl Read for Vec<String> {
    fn read(cx: &Cx<'_>, node: &Node, path: &Path, kind: Kind, noun: &str) -> Option<Self> {
        match &node.value {
            Value::List(nodes) => Some(
                nodes
                    .iter()
                    .enumerate()
                    .filter_map(|(n, node)| text_like(cx, node, &path.index(n), Kind::Text, noun))
                    .collect(),
            ),
            Value::Hole(hole) => cx.hole(*hole, path, noun, kind, node).then(Vec::new),
            _ => {
                cx.wrong_kind(path, noun, kind, node);
                None
            }
        }
    }
}

/// A text in a message: in backticks, or as nothing.
pub(super) fn shown(text: &str) -> String {
    if text.is_empty() { "empty".to_owned() } else { format!("`{}`", text.escape_debug()) }
}

/// A word where text should stand.
fn bare(cx: &Cx<'_>, word: &str, path: &Path, kind: Kind, noun: &str) {
    let help = match crate::hole::takes(kind) {
        _ if repair::is_nothing(word) => repair::LEAVE_OUT.to_owned(),
        true => format!("write \"{word}\" for the text, or ({word}) for a Rust expression"),
        false => format!("write \"{word}\""),
    };
    let message = format!("{} takes {}, and a bare word is a reference", tick(noun), kind.what());
    cx.error("value-kind", path.clone(), message, help);
}

/// A key of an item as a reference: `login.password`, `login["a-key"]`.
pub(super) fn written(ident: &str, key: &Field) -> String {
    let is_word = !key.quoted || key.key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_word { format!("{ident}.{}", key.key) } else { format!("{ident}[{:?}]", key.key) }
}

/// Text, where a number or a bool can mean nothing but its text: labels, annotations, variables, arguments.
pub(super) fn text_like(cx: &Cx<'_>, node: &Node, path: &Path, kind: Kind, noun: &str) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Word(word) => Some(word.clone()),
        Value::Bool(bool) if kind != Kind::EngineVersion => Some(bool.to_string()),
        Value::Unquoted { .. } => {
            cx.advise(path, node, repair::string(kind, &node.value));
            None
        }
        Value::Hole(hole) => cx.hole(*hole, path, noun, kind, node).then(String::new),
        Value::Path(parts) => {
            bare(cx, &parts.join("."), path, kind, noun);
            None
        }
        _ => {
            cx.wrong_kind(path, noun, kind, node);
            None
        }
    }
}
