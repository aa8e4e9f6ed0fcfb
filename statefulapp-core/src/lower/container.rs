use super::fields::{Fields, entries, key_of, name_of_key};
use super::read::{Read, text_like};
use super::{Cx, elsewhere, list, probe, repair, security};
use crate::finding::Path;
use crate::grammar::{self, Kind};
use crate::model::{
    Container, ContainerPort, EnvFrom, EnvValue, EnvVar, FieldPath, KeyRef, Mount, Protocol, PullPolicy, Resource,
    Source,
};
use crate::tree::{Field, Node, Value};
use crate::value::{
    CpuAmount, DataKey, EnvName, Label, Port, Quantity, ResourceAmount, ResourceName, Subdomain, ValueError,
};

/// The keys of a container that stand in an item's own block.
pub(super) fn main(fields: &Fields<'_, '_>, name: Label) -> Container {
    let mut container = common(fields, name);
    container.working_dir = fields.get("working_dir");
    container
}

/// The keys that a served container has besides: ports, probes, hooks.
pub(super) fn served(fields: &Fields<'_, '_>, container: &mut Container) {
    container.ports = ports(fields);
    container.startup = probe::probe(fields, "startup");
    container.liveness = probe::probe(fields, "liveness");
    container.readiness = probe::probe(fields, "readiness");
    container.post_start = probe::hook(fields, "post_start");
    container.pre_stop = probe::hook(fields, "pre_stop");
}

fn common(fields: &Fields<'_, '_>, name: Label) -> Container {
    Container {
        image: fields.get("image"),
        pull: fields.word("pull", PullPolicy::WORDS),
        command: fields.or_default("command"),
        args: fields.or_default("args"),
        env: env(fields),
        env_from: env_from(fields),
        resources: resources(fields),
        ..Container::new(name)
    }
}

/// `init` or `sidecars`.
pub(super) fn containers(fields: &Fields<'_, '_>, key: &'static str) -> Vec<Container> {
    fields
        .entries(key, "container")
        .into_iter()
        .filter_map(|(field, path)| {
            let cx = fields.cx;
            let name = name_of_key::<Label>(cx, field, &path, "container name");
            let Value::Map(inner) = &field.value.value else {
                cx.no_block(&path, &field.key, Kind::Containers, &field.value);
                return None;
            };
            let inner = Fields::new(cx, &grammar::CONTAINER, inner, path, &format!("container `{}`", field.key));
            let mut container = common(&inner, name?);
            container.working_dir = inner.get("working_dir");
            served(&inner, &mut container);
            container.mounts = mounts(&inner);
            container.security = security::container(&inner, "security");
            Some(container)
        })
        .collect()
}

pub(super) fn protocol(fields: &Fields<'_, '_>) -> Option<Protocol> {
    fields.word("protocol", Protocol::WORDS)
}

fn ports(fields: &Fields<'_, '_>) -> Vec<ContainerPort> {
    let cx = fields.cx;
    fields
        .entries("ports", "port")
        .into_iter()
        .filter_map(|(field, path)| {
            let name = name_of_key(cx, field, &path, "port name");
            let (number, protocol, host_port) = match &field.value.value {
                Value::Map(inner) => {
                    let inner = Fields::new(cx, &grammar::PORT, inner, path, &format!("port `{}`", field.key));
                    inner.decided_by("protocol");
                    (inner.get::<Port>("number"), protocol(&inner), inner.get("host_port"))
                }
                _ => (
                    Port::read(cx, &field.value, &path, Kind::PortNumber, &format!("port `{}`", field.key)),
                    None,
                    None,
                ),
            };
            // A number that is wrong has been reported; the port stays, so that what refers to its name does.
            let number = number.unwrap_or(Port::__checked(1));
            Some(ContainerPort { name: name?, number, protocol: protocol.unwrap_or_default(), host_port })
        })
        .collect()
}

pub(super) fn env(fields: &Fields<'_, '_>) -> Vec<EnvVar> {
    let cx = fields.cx;
    fields
        .entries("env", "variable")
        .into_iter()
        .filter_map(|(field, path)| {
            let name = key_of::<EnvName>(cx, field, &path, "variable name");
            let value = env_value(cx, field, &path);
            Some(EnvVar { name: name?, value: value? })
        })
        .collect()
}

fn env_value(cx: &Cx<'_>, field: &Field, path: &Path) -> Option<EnvValue> {
    match &field.value.value {
        Value::Path(parts) if parts.len() > 1 => key_ref(cx, &field.value, path),
        Value::Path(parts) => {
            let word = parts.first()?;
            let help = a_key_of(cx, word, &["Secret", "ConfigMap"])
                .unwrap_or_else(|| format!("write \"{word}\" for the text, or ({word}) for a Rust expression"));
            cx.error(
                "env-value",
                path.clone(),
                match cx.tree.items.iter().find(|item| item.ident == *word) {
                    Some(item) => format!("`{word}` is {} {}, not a value", super::article(&item.kind), item.kind),
                    None => format!("`{word}` is a reference, and nothing of this name is declared"),
                },
                help,
            );
            None
        }
        Value::Call(call) if call.name == "field" => {
            FieldPath::read(cx, one_argument(cx, field, path)?, &path.index(0), Kind::Text, "field")
                .map(EnvValue::Field)
        }
        Value::Call(call) if call.name == "resource" => {
            let ([resource] | [resource, _]) = call.args.as_slice() else {
                cx.error(
                    "arguments",
                    path.clone(),
                    format!("`resource` takes a resource and a unit, not {} arguments", call.args.len()),
                    "write resource(\"limits.memory\") or resource(\"limits.memory\", 1Mi)",
                );
                return None;
            };
            cx.no_keys(call, path);
            let resource = String::read(cx, resource, &path.index(0), Kind::Text, "resource")?;
            let divisor =
                call.args.get(1).and_then(|node| Read::read(cx, node, &path.index(1), Kind::Amount, "divisor"));
            Some(EnvValue::Resource { resource, divisor })
        }
        Value::Call(call) if call.name == "optional" => {
            let node = one_argument(cx, field, path)?;
            Some(match key_ref(cx, node, &path.index(0))? {
                EnvValue::SecretKey(key) => EnvValue::SecretKey(KeyRef { optional: true, ..key }),
                EnvValue::ConfigKey(key) => EnvValue::ConfigKey(KeyRef { optional: true, ..key }),
                other => other,
            })
        }
        Value::Call(call) => {
            let near = crate::value::suggest(&call.name, ["field", "resource", "optional"]);
            let sources = "write field(\"metadata.name\"), resource(\"limits.memory\") or optional(secret.key)";
            let (at, help) = match (elsewhere::form(Kind::EnvValue, &field.value.value), near) {
                (Some(form), _) => (path.clone().node(call.id), format!("write {form}")),
                (None, Some(near)) => (path.clone(), format!("did you mean `{near}`?")),
                (None, None) => (path.clone(), sources.to_owned()),
            };
            cx.error("word-unknown", at, format!("unknown source `{}` of a variable", call.name), help);
            None
        }
        Value::Key { secret, name, key } => {
            let key = KeyRef { name: name.parse().ok()?, key: key.parse().ok()?, optional: false };
            Some(if *secret { EnvValue::SecretKey(key) } else { EnvValue::ConfigKey(key) })
        }
        _ => text_like(cx, &field.value, path, Kind::EnvValue, &field.key).map(EnvValue::Text),
    }
}

fn one_argument<'f>(cx: &Cx<'_>, field: &'f Field, path: &Path) -> Option<&'f Node> {
    let Value::Call(call) = &field.value.value else { return None };
    cx.no_keys(call, path);
    match call.args.as_slice() {
        [node] => Some(node),
        args => {
            let example = Kind::EnvValue.calls().iter().find(|form| form.word == call.name).map_or("", |form| form.doc);
            let help = example.split('`').nth(1).map(|form| format!("write {form}")).unwrap_or_default();
            cx.error(
                "arguments",
                path.clone(),
                format!("`{}` takes one argument, not {}", call.name, args.len()),
                help,
            );
            None
        }
    }
}

/// The help for an item whose key should be named.
fn a_key_of(cx: &Cx<'_>, ident: &str, kinds: &[&str]) -> Option<String> {
    let item = cx.tree.items.iter().find(|item| item.ident == ident && kinds.contains(&item.kind.as_str()))?;
    let keys: Vec<_> = item.fields.iter().filter(|field| field.key != "meta").collect();
    match keys.as_slice() {
        [] => None,
        [key] => Some(format!("write {}", super::read::written(ident, key))),
        keys => {
            let keys = keys.iter().map(|key| super::read::written(ident, key));
            Some(format!("name a key of it: {}", list(keys)))
        }
    }
}

/// Where the app of this identifier is reached, if nothing with keys has its name.
fn address(cx: &Cx<'_>, ident: &str) -> Option<String> {
    let of =
        |kinds: &[&str]| cx.tree.items.iter().find(|item| item.ident == ident && kinds.contains(&item.kind.as_str()));
    let app = of(&["StatefulApp", "App"]).filter(|_| of(&["Secret", "ConfigMap"]).is_none())?;
    let ports = app.fields.iter().find(|field| field.key == "ports").and_then(|ports| ports.value.fields());
    let port = ports.and_then(|ports| match &ports.first()?.value.value {
        Value::Word(number) => Some(number),
        _ => None,
    });
    let host = crate::value::to_name(ident);
    Some(port.map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
}

/// `secret.key` or `config["key"]`.
pub(super) fn key_ref(cx: &Cx<'_>, node: &Node, path: &Path) -> Option<EnvValue> {
    let Value::Path(parts) = &node.value else {
        cx.wrong_kind(path, "value", Kind::SecretKey, node);
        return None;
    };
    let [ident, keys @ ..] = parts.as_slice() else { return None };
    if let Some(address) = address(cx, ident) {
        let message = format!("`{}` is no key of a Secret or ConfigMap", parts.join("."));
        let help = format!("the address of an app is text: write {address:?}");
        cx.error("env-value", path.clone(), message, help);
        return None;
    }
    let (_, item) = cx.resolve(ident, &["Secret", "ConfigMap"], path)?;
    if keys.is_empty() {
        let help = a_key_of(cx, ident, &["Secret", "ConfigMap"]).unwrap_or_default();
        let message = format!("`{ident}` is {} {}, not a key of one", super::article(&item.kind), item.kind);
        cx.error("env-value", path.clone(), message, help);
        return None;
    }
    // A key may hold dots: `config.my.cnf` is the key `my.cnf`.
    let key = match keys.join(".").parse() {
        Ok(key) => key,
        Err(error) => {
            cx.invalid(path, "key", error);
            return None;
        }
    };
    let key = KeyRef { name: cx.name_of(item)?, key, optional: false };
    Some(if item.kind == "Secret" { EnvValue::SecretKey(key) } else { EnvValue::ConfigKey(key) })
}

/// A key of a Secret.
pub(super) fn secret_key(fields: &Fields<'_, '_>, key: &'static str) -> Option<KeyRef> {
    let (node, path, kind) = fields.node(key)?;
    match &node.value {
        Value::Path(parts) if parts.len() > 1 => {
            let (_, item) = fields.cx.resolve(parts.first()?, &["Secret"], &path)?;
            match key_ref(fields.cx, node, &path)? {
                EnvValue::SecretKey(key) if item.kind == "Secret" => Some(key),
                _ => None,
            }
        }
        Value::Key { secret: true, name, key } => {
            Some(KeyRef { name: name.parse().ok()?, key: key.parse().ok()?, optional: false })
        }
        Value::Hole(hole) => {
            let unknown = || KeyRef {
                name: Subdomain::__checked("unknown"),
                key: DataKey::__checked("unknown"),
                optional: false,
            };
            fields.cx.hole(*hole, &path, key, kind, node).then(unknown)
        }
        Value::Text(_) => {
            fields.cx.error(
                "secret-in-clear",
                path,
                format!("`{key}` takes a key of a Secret, not the text itself"),
                "declare `Secret name { password: generate(32) }` and write `name.password`",
            );
            None
        }
        _ => {
            let help = node.word().and_then(|ident| a_key_of(fields.cx, ident, &["Secret"]));
            let help = help.unwrap_or_else(|| repair::help(fields.cx.tree, kind, &node.value));
            fields.cx.not_a(&path, key, kind.what(), &help, node);
            None
        }
    }
}

/// A ConfigMap or Secret as a whole.
pub(super) fn source(cx: &Cx<'_>, node: &Node, path: &Path, noun: &str) -> Option<Source> {
    let Some(ident) = node.word() else {
        cx.wrong_kind(path, noun, Kind::SourceRef, node);
        return None;
    };
    let (_, item) = cx.resolve(ident, &["ConfigMap", "Secret"], path)?;
    let name: Subdomain = cx.name_of(item)?;
    Some(if item.kind == "Secret" { Source::Secret(name) } else { Source::ConfigMap(name) })
}

pub(super) fn env_from(fields: &Fields<'_, '_>) -> Vec<EnvFrom> {
    let cx = fields.cx;
    fields
        .list("env_from")
        .into_iter()
        .filter_map(|(node, path)| match &node.value {
            // As variables are written.
            Value::Map(inner) if elsewhere::sources(inner).is_some() => {
                let help = format!("write {}", elsewhere::sources(inner).unwrap_or_default());
                cx.error(
                    "value-kind",
                    path,
                    "`env_from` takes a list of ConfigMaps and Secrets, not a block of them",
                    help,
                );
                None
            }
            Value::Map(inner) => {
                let inner = Fields::new(cx, &grammar::ENV_FROM, inner, path, "env_from");
                let (node, path, _) = inner.node("source")?;
                let prefix = inner.get::<String>("prefix").and_then(|text| match text.parse() {
                    _ if text.is_empty() => None,
                    Ok(prefix) => Some(prefix),
                    Err(error) => {
                        cx.invalid(&inner.path.key("prefix"), "prefix", error);
                        None
                    }
                });
                Some(EnvFrom {
                    source: source(cx, node, &path, "source")?,
                    prefix,
                    optional: inner.or_default("optional"),
                })
            }
            _ => Some(EnvFrom { source: source(cx, node, &path, "env_from")?, prefix: None, optional: false }),
        })
        .collect()
}

fn mounts(fields: &Fields<'_, '_>) -> Vec<Mount> {
    let cx = fields.cx;
    fields
        .entries("mounts", "mount")
        .into_iter()
        .filter_map(|(field, path)| {
            let volume = name_of_key(cx, field, &path, "volume name");
            Some(match &field.value.value {
                Value::Map(inner) => {
                    let inner = Fields::new(cx, &grammar::MOUNT, inner, path, &format!("mount `{}`", field.key));
                    Mount {
                        volume: volume?,
                        path: inner.get("path")?,
                        sub_path: inner.get("sub_path"),
                        read_only: inner.or_default("read_only"),
                    }
                }
                _ => {
                    let at = Read::read(cx, &field.value, &path, Kind::MountPath, &field.key);
                    Mount { volume: volume?, path: at?, sub_path: None, read_only: false }
                }
            })
        })
        .collect()
}

pub(super) fn resources(fields: &Fields<'_, '_>) -> Vec<Resource> {
    let Some((node, path, kind)) = fields.node("resources") else { return Vec::new() };
    let cx = fields.cx;
    if let Some(form) = node.fields().and_then(elsewhere::ranges) {
        let message = "`resources` names each resource once, with its request and its limit";
        cx.error("value-kind", path, message, format!("write {form}"));
        return Vec::new();
    }
    entries(cx, node, &path, kind, "resources", "resource")
        .into_iter()
        .filter_map(|(field, path)| {
            // The one resource name that is not an identifier has an alias that is.
            let alias = field.key == "ephemeral_storage" && !field.quoted;
            let text = if alias { "ephemeral-storage" } else { field.key.as_str() };
            let name: Option<ResourceName> = match text.parse() {
                Ok(name) => Some(name),
                Err(error) => {
                    // `cpu_limit`
                    let is_half = ["limit", "limits", "request", "requests"].iter().any(|half| text.ends_with(half));
                    let whole = "write each resource once: `cpu: 500m..1` is its request and its limit".to_owned();
                    let help = if is_half { whole } else { error.help.clone() };
                    cx.invalid(&path.clone().the_key(), "resource", ValueError { help, ..error });
                    return None;
                }
            };
            let amount = |node: &Node, path: &Path| -> Option<ResourceAmount> {
                if node.value == Value::Absent {
                    return None;
                }
                let name = name.as_ref()?;
                if name.as_str() == "cpu" {
                    let amount = CpuAmount::read(cx, node, path, Kind::Amount, &field.key)?;
                    return ResourceAmount::try_from(Quantity::from(amount)).ok();
                }
                let is_of_bytes = text == "memory" || text.contains("storage") || text.starts_with("hugepages-");
                let kind = if is_of_bytes { Kind::Memory } else { Kind::Amount };
                let amount = ResourceAmount::read(cx, node, path, kind, &field.key)?;
                match name.takes(&amount) {
                    Ok(()) => Some(amount),
                    Err(error) => {
                        cx.invalid(path, &field.key, error);
                        None
                    }
                }
            };
            if field.value.value == Value::Absent {
                cx.wrong_kind(&path, &field.key, Kind::AmountRange, &field.value);
                return None;
            }
            let (request, limit) = match &field.value.value {
                Value::Range(low, high) => (amount(low, &path.index(0)), amount(high, &path.index(1))),
                _ => (amount(&field.value, &path), None),
            };
            Some(Resource { name: name?, request, limit })
        })
        .collect()
}
