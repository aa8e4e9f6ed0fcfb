//! Facts of database engines that the API server does not know: what a changed image or variable means for the data.

mod data;
mod members;
mod table;
mod variant;
mod version;

use serde_json::Value;

use self::{
    table::{ENGINES, Engine, FirstStart},
    version::{Step, Version},
};
use super::{
    Class, Pair,
    cluster::Reading,
    object::{Object, at, list, text},
};

/// Something an engine makes of a change.
pub(super) struct Fact {
    pub(super) class: Class,
    pub(super) text: String,
    pub(super) commands: Vec<String>,
}

/// The last part of an image's repository: `registry.example.com/library/postgres:15` is a `postgres`.
pub(super) fn repository(image: &str) -> &str {
    name_and_tag(image).0
}

fn name_and_tag(image: &str) -> (&str, &str) {
    let image = image.split('@').next().unwrap_or(image);
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split_once(':').unwrap_or((name, ""))
}

fn engine(image: &str) -> Option<&'static Engine> {
    let repository = repository(image);
    ENGINES.iter().find(|engine| engine.images.contains(&repository))
}

/// The version as the engine's makers count it.
fn version(image: &str) -> Option<Version> {
    let (name, tag) = name_and_tag(image);
    let version = Version::of_tag(tag)?;
    Some(if name.starts_with("cp-") { version::confluent(version) } else { version })
}

/// Adds what engines make of the changes of a workload.
pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let (old_object, new_object) = (pair.old.value, pair.new.value);
    let containers = |object| list(object, &["spec", "template", "spec", "containers"]);
    let (old, new) = (containers(old_object), containers(new_object));
    for after in new {
        let name = text(after, "name").unwrap_or_default();
        let same = old.iter().find(|before| text(before, "name") == Some(name));
        let Some(before) = same.or(if old.len() == 1 && new.len() == 1 { old.first() } else { None }) else { continue };
        if pair.new.kind == "StatefulSet" || data::is_on_volume(old_object, before) {
            container(pair, before, after, &format!("spec.template.spec.containers[{name}]"));
        }
    }
}

fn container(pair: &mut Pair<'_, '_>, old: &Value, new: &Value, path: &str) {
    let image = |container| text(container, "image").unwrap_or_default();
    let mut same_place = true;
    if let Some(fact) = program(image(old), image(new), pair) {
        // Whoever does not start on the data, does not lose it either.
        same_place = fact.class < Class::Recreate;
        pair.raise(fact.class, &format!("{path}.image"), fact.text, fact.commands);
    }
    let (Some(before), Some(after)) = (engine(image(old)), engine(image(new))) else { return };
    if before.name != after.name {
        return;
    }
    if data::is_on_volume(pair.new.value, new)
        && let Some((field, fact)) = variant::user(pair, old, new)
    {
        let field = match field.strip_prefix("..") {
            Some(of_pod) => format!("spec.template.spec.{of_pod}"),
            None => format!("{path}.{field}"),
        };
        pair.raise(fact.class, &field, fact.text, fact.commands);
    }
    if same_place && let Some(fact) = variant::collation(pair, after.name, image(old), image(new)) {
        pair.raise(fact.class, &format!("{path}.image"), fact.text, fact.commands);
    }
    if same_place && let Some((field, fact)) = data::moved(pair, [before, after], [old, new]) {
        pair.raise(fact.class, &format!("{path}.{field}"), fact.text, fact.commands);
    }
    first_start(pair, after, old, new, path);
    for setting in after.bound {
        let (before, after) = (data::setting(old, setting.setting), data::setting(new, setting.setting));
        if before.is_some() && before != after {
            pair.raise(setting.class, &place(path, setting.setting), setting.why, vec![]);
        }
    }
    match after.name {
        "Kafka" => zookeeper(pair, old, new, path),
        "Redis" => append_only(pair, old, new, path),
        _ => {}
    }
    members::compare(pair, after, old, new, path);
    let service = |value| at(value, &["spec", "serviceName"]).and_then(Value::as_str).unwrap_or_default();
    if let Some(names) = after.names
        && pair.new.kind == "StatefulSet"
        && service(pair.old.value) != service(pair.new.value)
    {
        pair.raise(Class::Recreate, "spec.serviceName", format!("{}: {names}", after.name), vec![]);
    }
}

/// Another program, or another version of it.
fn program(old_image: &str, new_image: &str, pair: &Pair<'_, '_>) -> Option<Fact> {
    let fact = |class, text: String| Some(Fact { class, text, commands: vec![] });
    let (before, after) = (engine(old_image), engine(new_image));
    let (old_name, new_name) = (repository(old_image), repository(new_image));
    let (Some(before), Some(after)) = (before, after) else {
        before.or(after)?;
        let text =
            format!("another program: it is not known whether {new_name} reads and writes the data of {old_name}");
        return fact(Class::Recreate, text);
    };
    match (before.name, after.name) {
        (old, new) if old == new => {}
        ("Redis", "Valkey") => {
            let text = "Valkey reads the data of Redis up to 7.2, not of a later one";
            return match version(old_image).and_then(|old| Some((old.major, old.minor?))) {
                Some(old) if old <= (7, 2) => fact(Class::Rolling, format!("{text}: back up first")),
                Some(_) => fact(Class::Destroys, format!("{text}: copy the keys to a new one")),
                None => fact(Class::Recreate, text.into()),
            };
        }
        (old, new) => {
            let text = format!("{new} does not read the data of {old}: export it and import it into a new volume");
            return fact(Class::Destroys, text);
        }
    }
    if before.data_default != after.data_default {
        let text = format!(
            "another image of {}: by default its data is in {} (not {}), and its user id may be another",
            after.name, after.data_default, before.data_default
        );
        return fact(Class::Recreate, text);
    }
    if name_and_tag(old_image).1 == name_and_tag(new_image).1 {
        return None;
    }
    let name = after.name;
    let versions = version(old_image).zip(version(new_image));
    let step =
        versions.and_then(|(old, new)| Some((after.compatibility.step(after.series, after.back, old, new)?, old, new)));
    let Some((step, old, new)) = step else {
        let text = format!("the tags do not say which version of {name} follows which: look before you go");
        return fact(Class::Rolling, text);
    };
    let (class, text) = match step {
        Step::Same => return None,
        Step::Upgrade => {
            let text = format!(
                "{name} {new} may convert the data so that {old} cannot read it any more: back up first; see {}",
                after.manual
            );
            (Class::Rolling, text)
        }
        Step::Skip => (
            Class::Recreate,
            format!("{name} {new} does not start on the data of {old}: {}; see {}", after.upgrade, after.manual),
        ),
        Step::Foreign if name == "PostgreSQL" && old.major < 18 && new.major >= 18 => {
            let place = "from 18 on the image keeps its data below /var/lib/postgresql and wants the volume there";
            let text = format!("{name} {new} does not start on the data of {old}: {}; {place}", after.upgrade);
            (Class::Destroys, format!("{text}; see {}", after.manual))
        }
        Step::Foreign => (
            Class::Destroys,
            format!("{name} {new} does not start on the data of {old}: {}; see {}", after.upgrade, after.manual),
        ),
        Step::Downgrade => {
            let text = "dump and restore into a new volume, or restore a backup that the older version made";
            (
                Class::Destroys,
                format!("{name} {new} does not read the data of the later {old}: {text}; see {}", after.manual),
            )
        }
    };
    let dump = after.dump.map(|dump| {
        let namespace = pair.old.namespace_flag();
        format!("kubectl exec {}{namespace} -- {dump} > {}.backup", first_pod(&pair.old), pair.old.name)
    });
    Some(Fact { class, text, commands: Vec::from_iter(dump) })
}

/// The first pod of a workload, as kubectl takes it.
fn first_pod(workload: &Object<'_>) -> String {
    match workload.kind {
        "StatefulSet" => {
            let start = at(workload.value, &["spec", "ordinals", "start"]).and_then(Value::as_i64).unwrap_or(0);
            format!("{}-{start}", workload.name)
        }
        kind => format!("{}/{}", kind.to_lowercase(), workload.name),
    }
}

/// Variables that are read at the first start only.
fn first_start(pair: &mut Pair<'_, '_>, engine: &Engine, old: &Value, new: &Value, path: &str) {
    for setting in engine.first_start {
        let file = format!("{}_FILE", setting.variable);
        for name in [setting.variable, file.as_str()] {
            let Some((before, after)) = variable(old, name).zip(variable(new, name)) else { continue };
            if before == after {
                continue;
            }
            let path = format!("{path}.env[{name}]");
            let text = format!("{} reads {name} only while its data directory is empty", engine.name);
            match pair.cluster.value(before, pair.old, true).zip(pair.cluster.value(after, pair.new, false)) {
                // Now from a Secret, with the same value.
                Some((before, after)) if before == after => {}
                Some(_) if name == setting.variable => {
                    let commands = in_first_pod(setting, &pair.old);
                    let text = format!("{text}, so the database does not notice: {}", setting.instead);
                    pair.raise(Class::Recreate, &path, text, commands);
                }
                _ => {
                    let text = format!("{text}; if it is another value now, {}", setting.instead);
                    pair.raise(Class::Rolling, &path, text, vec![]);
                }
            }
        }
    }
}

fn in_first_pod(setting: &FirstStart, workload: &Object<'_>) -> Vec<String> {
    let (pod, namespace) = (first_pod(workload), workload.namespace_flag());
    Vec::from_iter(setting.command.map(|command| format!("kubectl exec -it {pod}{namespace} -- {command}")))
}

/// Where a setting stands in the container.
fn place(path: &str, setting: &str) -> String {
    if setting.starts_with("--") { format!("{path}.args") } else { format!("{path}.env[{setting}]") }
}

fn variable<'a>(container: &'a Value, name: &str) -> Option<&'a Value> {
    list(container, &["env"]).iter().find(|variable| text(variable, "name") == Some(name))
}

/// From version 4 on Kafka keeps its metadata itself; until then it could be in ZooKeeper.
fn zookeeper(pair: &mut Pair<'_, '_>, old: &Value, new: &Value, path: &str) {
    let major = |container| text(container, "image").and_then(version).map(|version| version.major);
    for name in ["KAFKA_ZOOKEEPER_CONNECT", "KAFKA_CFG_ZOOKEEPER_CONNECT"] {
        let (before, after) = (variable(old, name).is_some(), variable(new, name).is_some());
        let field = if after { format!("{path}.image") } else { place(path, name) };
        if before && (!after || major(new).is_some_and(|major| major >= 4)) {
            let text = "topics, their settings and access rules are stored in ZooKeeper, and Kafka without it starts with \
                        none: migrate with Kafka 3.9 first, the last version that knows both (KIP-866)";
            pair.raise(Class::Destroys, &field, text, vec![]);
        } else if !before && after {
            let text = "a cluster that keeps its own metadata has no way back to ZooKeeper";
            pair.raise(Class::Destroys, &place(path, name), text, vec![]);
        }
    }
}

/// A server that is started with an append-only file reads that, and not the dump that it has had so far.
fn append_only(pair: &mut Pair<'_, '_>, old: &Value, new: &Value, path: &str) {
    let is_on = |container| data::setting(container, "--appendonly").as_deref() == Some("yes");
    if !is_on(old) && is_on(new) {
        let text = "a Redis that starts with appendonly reads the append-only file, which is still empty, instead of its \
                    dump: switch it on in the running server first";
        let (pod, namespace) = (first_pod(&pair.old), pair.old.namespace_flag());
        let command = format!("kubectl exec {pod}{namespace} -- redis-cli config set appendonly yes");
        pair.raise(Class::Destroys, &place(path, "--appendonly"), text, vec![command]);
    }
}

/// What the engines that read a key of a Secret or ConfigMap make of its change.
pub(super) fn changed_key(pair: &Pair<'_, '_>, key: &str) -> Vec<Fact> {
    let kind = if pair.new.kind == "Secret" { "Secret" } else { "ConfigMap" };
    let mut facts = Vec::new();
    for reader in pair.cluster.readers(kind, pair.new) {
        let (container, read) = match reader.reading {
            Reading::Variable { container, variable, key: read } if read == key => (container, variable),
            Reading::Variables { container } => (container, key),
            Reading::Files { container, volume, .. } => match data::file_variable(container, volume, key) {
                Some(variable) => (container, variable),
                None => continue,
            },
            _ => continue,
        };
        let Object { kind, name, .. } = reader.object;
        let engine = text(container, "image").and_then(engine).filter(|_| matches!(kind, "StatefulSet" | "Deployment"));
        let Some(engine) = engine else { continue };
        let variable = read.strip_suffix("_FILE").unwrap_or(read);
        let Some(setting) = engine.first_start.iter().find(|setting| setting.variable == variable) else { continue };
        let text = format!(
            "{} ({kind} {name}) reads {read} only while its data directory is empty, so the database does not notice: {}",
            engine.name, setting.instead
        );
        facts.push(Fact { class: Class::Recreate, text, commands: in_first_pod(setting, &reader.object) });
    }
    facts
}
