use super::fields::{Fields, entries, key_of};
use super::read::{Read, text_like};
use super::{Cx, list};
use crate::finding::Path;
use crate::grammar::{self, Kind};
use crate::model::{ConfigMap, ExternalStore, Item, Meta, Raw, Secret, SecretKind, SecretValue, ServiceAccount};
use crate::tree::{self, Call, Field, Node, Value};
use crate::value::{DataKey, Subdomain};

/// The data keys of a ConfigMap or Secret, without the block of its own settings.
fn data<'t>(cx: &Cx<'_>, index: usize, item: &'t tree::Item) -> (Vec<(&'t Field, Path)>, Option<&'t Field>) {
    let is_meta = |field: &Field| field.key == "meta" && !field.quoted && matches!(field.value.value, Value::Map(_));
    let path = Path::item(index);
    let mut seen: Vec<&str> = Vec::new();
    let mut fields = Vec::new();
    for field in item.fields.iter().filter(|field| !is_meta(field)) {
        if is_setting(field) {
            setting_as_data(cx, item, field, &path);
            continue;
        }
        if seen.contains(&field.key.as_str()) {
            let at = path.key(field.key.clone()).the_key();
            cx.findings.borrow_mut().push(
                crate::finding::Finding::error(
                    "duplicate-key",
                    at.clone().node(field.key_id),
                    format!("key `{}` is declared twice", field.key),
                )
                .help("remove one of the two")
                .also(at, "first declared"),
            );
            continue;
        }
        seen.push(&field.key);
        fields.push((field, path.key(field.key.clone())));
    }
    (fields, item.fields.iter().find(|field| is_meta(field)))
}

/// Whether this is no data, but what other blocks or a manifest would hold here.
fn is_setting(field: &Field) -> bool {
    let is_data = matches!(field.key.as_str(), "data" | "stringData" | "string_data" | "binaryData" | "binary_data");
    let is_shaped = matches!(field.value.value, Value::Bool(_) | Value::Map(_) | Value::List(_) | Value::Path(_));
    !field.quoted && is_shaped && (is_data || grammar::DATA_META.key(&field.key).is_some())
}

fn setting_as_data(cx: &Cx<'_>, item: &tree::Item, field: &Field, path: &Path) {
    let (kind, key) = (&item.kind, &field.key);
    let (message, help) = match grammar::DATA_META.key(key) {
        Some(_) => (
            format!("`{key}` is a setting of the {kind}, not data"),
            format!("write `meta: {{ {key}: … }}`, or \"{key}\" in quotes for a key of this name"),
        ),
        None => (format!("the keys of a {kind} stand in it directly"), format!("remove `{key}` and its braces")),
    };
    cx.error("key-unfit", path.key(key.clone()).the_key(), message, help);
}

fn settings<'c, 't>(cx: &'c Cx<'t>, index: usize, field: Option<&'c Field>, owner: &str) -> Fields<'c, 't> {
    let fields = field.and_then(|field| field.value.fields()).unwrap_or_default();
    Fields::new(cx, &grammar::DATA_META, fields, Path::item(index).key("meta"), &format!("`meta` of {owner}"))
}

fn unfit(fields: &Fields<'_, '_>, keys: &[&'static str], kind: &str) {
    for key in keys {
        if let Some((_, path, _)) = fields.node(key) {
            fields.cx.error("key-unfit", path.the_key(), format!("`{key}` does not fit a {kind}"), "remove it");
        }
    }
}

pub(super) fn config_map(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Option<Item> {
    let name = cx.object_name::<Subdomain>(index, item);
    let (fields, meta) = data(cx, index, item);
    let settings = settings(cx, index, meta, "the ConfigMap");
    unfit(&settings, &["type", "external"], "ConfigMap");
    let data = fields
        .into_iter()
        .filter_map(|(field, path)| {
            let key = key_of::<DataKey>(cx, field, &path, "key");
            let value = match (&field.value.value, item.is_extern) {
                (Value::Absent, true) => Some(String::new()),
                (Value::Absent, false) => {
                    no_value(cx, &path, &field.key, "a string");
                    None
                }
                (_, true) => {
                    value_of_extern(cx, &path, "ConfigMap");
                    None
                }
                _ => text_like(cx, &field.value, &path, Kind::ConfigText, &field.key),
            };
            // A key whose value is wrong is there all the same.
            Some((key?, value.unwrap_or_default()))
        })
        .collect();
    let binary = settings
        .entries("binary", "key")
        .into_iter()
        .filter_map(|(field, path)| {
            let key = key_of::<DataKey>(cx, field, &path, "key");
            let value = match &field.value.value {
                Value::Hole(hole) => cx.hole(*hole, &path, &field.key, Kind::Binary, &field.value).then(Vec::new),
                // The bytes come back as a list of numbers.
                Value::Text(text) => Some(text.clone().into_bytes()),
                Value::List(nodes) if nodes.iter().all(|node| byte(node).is_some()) => {
                    Some(nodes.iter().filter_map(byte).collect())
                }
                _ => {
                    let help = super::repair::example(&super::repair::entry(Kind::Binary));
                    cx.not_a(&path, &field.key, "bytes", &help, &field.value);
                    None
                }
            };
            Some((key?, value?))
        })
        .collect();
    Some(Item::ConfigMap(ConfigMap {
        name: name?,
        meta: settings.meta(&item.doc),
        is_extern: item.is_extern,
        data,
        binary,
        immutable: settings.or_default("immutable"),
    }))
}

pub(super) fn secret(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Option<Item> {
    let name = cx.object_name::<Subdomain>(index, item);
    let (fields, meta) = data(cx, index, item);
    let settings = settings(cx, index, meta, "the Secret");
    unfit(&settings, &["binary"], "Secret");
    let external = settings.node("external").and_then(|(node, path, kind)| {
        let Value::Map(fields) = &node.value else {
            cx.wrong_kind(&path, "external", kind, node);
            return None;
        };
        let fields = Fields::new(cx, &grammar::EXTERNAL, fields, path, "`external`");
        Some(ExternalStore {
            store: fields.get("store")?,
            cluster: fields.get("cluster").unwrap_or(true),
            refresh: fields.get("refresh"),
        })
    });
    let elsewhere = item.is_extern || external.is_some();
    // Where the store is, is not known: that has been said.
    let somewhere = !elsewhere && settings.has("external");
    let data = fields
        .into_iter()
        .filter_map(|(field, path)| {
            let key = key_of::<DataKey>(cx, field, &path, "key");
            let value = match &field.value.value {
                Value::Absent if elsewhere => Some(SecretValue::Elsewhere(None)),
                Value::Absent | Value::Text(_) if somewhere => None,
                Value::Absent => {
                    no_value(cx, &path, &field.key, "generate(32), from_env(\"…\") or from_file(\"…\")");
                    None
                }
                _ if item.is_extern => {
                    value_of_extern(cx, &path, "Secret");
                    None
                }
                Value::Text(text) if elsewhere => Some(SecretValue::Elsewhere(Some(text.clone()))),
                _ => secret_value(cx, &field.value, &path, &field.key),
            };
            // A key whose value is wrong is there all the same.
            Some((key?, value.unwrap_or(SecretValue::Generate(32))))
        })
        .collect();
    Some(Item::Secret(Secret {
        name: name?,
        meta: settings.meta(&item.doc),
        is_extern: item.is_extern,
        kind: secret_kind(&settings),
        data,
        immutable: settings.or_default("immutable"),
        external,
    }))
}

fn byte(node: &Node) -> Option<u8> {
    if let Value::Word(word) = &node.value { word.parse().ok() } else { None }
}

fn no_value(cx: &Cx<'_>, path: &Path, key: &str, what: &str) {
    cx.error(
        "value-missing",
        path.clone().the_key(),
        format!("`{key}` has no value"),
        format!("write `{key}: …` with {what}; a key without a value fits only `extern`"),
    );
}

fn value_of_extern(cx: &Cx<'_>, path: &Path, kind: &str) {
    cx.error(
        "extern-value",
        path.clone(),
        format!("an extern {kind} has no values here"),
        "leave only the key: it says what the object in the cluster holds",
    );
}

fn secret_kind(fields: &Fields<'_, '_>) -> SecretKind {
    let Some((node, path, kind)) = fields.node("type") else { return SecretKind::Opaque };
    match &node.value {
        Value::Text(text) => match text.as_str() {
            "kubernetes.io/tls" => SecretKind::Tls,
            "kubernetes.io/basic-auth" => SecretKind::BasicAuth,
            "kubernetes.io/ssh-auth" => SecretKind::SshAuth,
            "kubernetes.io/dockerconfigjson" => SecretKind::DockerConfigJson,
            "Opaque" | "" => SecretKind::Opaque,
            other => SecretKind::Other(other.to_owned()),
        },
        Value::Path(parts) if parts.len() == 1 => match parts.first().map(String::as_str) {
            Some("Opaque") => SecretKind::Opaque,
            Some("Tls") => SecretKind::Tls,
            Some("BasicAuth") => SecretKind::BasicAuth,
            Some("SshAuth") => SecretKind::SshAuth,
            Some("DockerConfigJson") => SecretKind::DockerConfigJson,
            word => {
                let words = kind.words().iter().map(|word| word.word);
                fields.cx.error(
                    "word-unknown",
                    path,
                    format!("unknown `type` `{}`", word.unwrap_or_default()),
                    format!("write one of {}, or the type as a string", list(words)),
                );
                SecretKind::Opaque
            }
        },
        _ => {
            fields.cx.wrong_kind(&path, "type", kind, node);
            SecretKind::Opaque
        }
    }
}

fn secret_value(cx: &Cx<'_>, node: &Node, path: &Path, key: &str) -> Option<SecretValue> {
    match &node.value {
        Value::Text(text) => Some(SecretValue::Literal(text.clone())),
        Value::Hole(hole) => {
            let unknown = || SecretValue::Literal(String::new());
            cx.hole(*hole, path, key, Kind::SecretSource, node).then(unknown)
        }
        Value::Call(call @ Call { name, args, .. }) if matches!(name.as_str(), "from_env" | "from_file") => {
            cx.no_keys(call, path);
            let [argument] = args.as_slice() else {
                cx.error(
                    "arguments",
                    path.clone(),
                    format!("`{name}` takes one argument"),
                    format!("write {name}(\"…\")"),
                );
                return None;
            };
            let text = String::read(cx, argument, &path.index(0), Kind::Text, name)?;
            Some(if name == "from_env" { SecretValue::FromEnv(text) } else { SecretValue::FromFile(text.into()) })
        }
        Value::Call(call @ Call { name, args, .. }) if name == "generate" => {
            cx.no_keys(call, path);
            let length = match args.as_slice() {
                [] => 32,
                [length] => u32::read(cx, length, &path.index(0), Kind::Length, "generate")?,
                _ => {
                    cx.error("arguments", path.clone(), "`generate` takes one argument", "write generate(32)");
                    return None;
                }
            };
            let known = !args.iter().any(|node| matches!(node.value, Value::Hole(_)));
            if known && !(8..=256).contains(&length) {
                cx.error(
                    "generate-length",
                    path.index(0),
                    format!("a generated secret cannot have {length} characters"),
                    "write a length from 8 to 256",
                );
                return None;
            }
            u16::try_from(length).ok().map(SecretValue::Generate)
        }
        Value::Call(call) => {
            let near = crate::value::suggest(&call.name, ["generate", "from_env", "from_file"]);
            let help = near.map_or("write generate(32), from_env(\"…\") or from_file(\"…\")".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
            cx.error("word-unknown", path.clone(), format!("unknown source `{}` of a secret", call.name), help);
            None
        }
        _ => {
            cx.wrong_kind(path, key, Kind::SecretSource, node);
            None
        }
    }
}

pub(super) fn service_account(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Option<Item> {
    let name = cx.object_name::<Subdomain>(index, item);
    let fields = Fields::new(cx, &grammar::SERVICE_ACCOUNT, &item.fields, Path::item(index), &owner(item));
    Some(Item::ServiceAccount(ServiceAccount {
        name: name?,
        meta: fields.meta(&item.doc),
        is_extern: item.is_extern,
        token: fields.or_default("token"),
        pull_secrets: secrets(&fields, "pull_secrets"),
    }))
}

/// Secrets by name.
pub(super) fn secrets(fields: &Fields<'_, '_>, key: &'static str) -> Vec<Subdomain> {
    fields.list(key).into_iter().filter_map(|(node, path)| secret_name(fields.cx, node, &path, key)).collect()
}

pub(super) fn secret_name(cx: &Cx<'_>, node: &Node, path: &Path, noun: &str) -> Option<Subdomain> {
    match &node.value {
        Value::Path(parts) if parts.len() == 1 => {
            let (_, item) = cx.resolve(parts.first()?, &["Secret"], path)?;
            cx.name_of(item)
        }
        _ => Subdomain::read(cx, node, path, Kind::SecretRef, noun),
    }
}

/// A ServiceAccount: one that is declared, or a name.
pub(super) fn account(fields: &Fields<'_, '_>) -> Option<Subdomain> {
    let (node, path, kind) = fields.node("service_account")?;
    match &node.value {
        Value::Path(parts) if parts.len() == 1 => {
            let (_, item) = fields.cx.resolve(parts.first()?, &["ServiceAccount"], &path)?;
            fields.cx.name_of(item)
        }
        _ => Subdomain::read(fields.cx, node, &path, kind, "service_account"),
    }
}

pub(super) fn raw(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Option<Item> {
    let name = cx.object_name::<Subdomain>(index, item);
    // The document itself, as if it were a block of ours.
    if let Some(first) = item.fields.first().filter(|first| first.quoted || first.key == "apiVersion")
        && item.fields.iter().all(|field| grammar::RAW.key(&field.key).is_none())
    {
        let at = Path::item(index).key(first.key.clone()).the_key();
        let help = "write `yaml: \"…\"` or `yaml: include_str!(\"…\")`";
        cx.error("key-unknown", at, format!("the document of {} stands in no key", owner(item)), help);
        return None;
    }
    let fields = Fields::new(cx, &grammar::RAW, &item.fields, Path::item(index), &owner(item));
    Some(Item::Raw(Raw { name: name?.as_str().to_owned(), yaml: fields.get("yaml")? }))
}

/// The item in the words of a message: `Secret \`db\``.
pub(super) fn owner(item: &tree::Item) -> String {
    match &item.name.value {
        Value::Text(text) => format!("{} `{text}`", item.kind),
        _ if !item.ident.is_empty() => format!("{} `{}`", item.kind, item.ident),
        _ => format!("this {}", item.kind),
    }
}

/// The labels, annotations and silenced warnings of an item.
pub(super) fn meta(fields: &Fields<'_, '_>, item: &tree::Item) -> Meta {
    fields.meta(&item.doc)
}

/// Entries whose keys are references to Secrets, with what stands there.
pub(super) fn secret_entries<'c>(fields: &Fields<'c, '_>, key: &'static str) -> Vec<(Subdomain, &'c Node, Path)> {
    let Some((node, path, kind)) = fields.node(key) else { return Vec::new() };
    entries(fields.cx, node, &path, kind, key, "Secret")
        .into_iter()
        .filter_map(|(field, path)| {
            let name = if field.quoted {
                key_of(fields.cx, field, &path, "Secret")
            } else {
                let (_, item) = fields.cx.resolve(&field.key, &["Secret"], &path.clone().the_key())?;
                fields.cx.name_of(item)
            };
            Some((name?, &field.value, path))
        })
        .collect()
}
