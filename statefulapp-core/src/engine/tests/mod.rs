//! What the engines complete, as text.

mod backup;
mod kafka;
mod others;
mod postgres;
mod relational;
mod replication;
mod search;
mod tables;

use super::{complete, of};
use crate::model::*;
use crate::value::{Label, MountPath, StorageSize};
use std::fmt::Write;

/// An app with an engine.
pub(crate) fn app(kind: EngineKind, edit: impl FnOnce(&mut App, &mut Engine)) -> App {
    let name = super::facts(kind).name;
    let mut app = App::new(Workload::StatefulSet, name.parse().unwrap());
    let mut engine = Engine::new(kind);
    edit(&mut app, &mut engine);
    app.engine = Some(engine);
    app
}

/// An app with an image and no engine.
pub(crate) fn plain(image: &str, edit: impl FnOnce(&mut App)) -> App {
    let image: crate::value::Image = image.parse().unwrap();
    let mut app = App::new(Workload::StatefulSet, image.short_name().replace("cp-", "").parse().unwrap());
    app.main.image = Some(image);
    edit(&mut app);
    app
}

pub(crate) fn volume(name: &str, mount: Option<&str>) -> Volume {
    Volume {
        name: name.parse().unwrap(),
        mount: mount.map(|path| path.parse().unwrap()),
        sub_path: None,
        size: "10Gi".parse::<StorageSize>().unwrap(),
        class: None,
        access: Vec::new(),
        block: false,
        snapshot: None,
    }
}

pub(crate) fn port(name: &str, number: u16) -> ContainerPort {
    ContainerPort {
        name: name.parse().unwrap(),
        number: number.try_into().unwrap(),
        protocol: Protocol::TCP,
        host_port: None,
    }
}

pub(crate) fn env(name: &str, value: &str) -> EnvVar {
    EnvVar { name: name.parse().unwrap(), value: value.into() }
}

pub(crate) fn key(secret: &str, key: &str) -> KeyRef {
    KeyRef { name: secret.parse().unwrap(), key: key.parse().unwrap(), optional: false }
}

pub(crate) fn config_map(name: &str, data: &[(&str, &str)]) -> Item {
    Item::ConfigMap(ConfigMap {
        name: name.parse().unwrap(),
        meta: Meta::default(),
        is_extern: false,
        data: data.iter().map(|(key, text)| (key.parse().unwrap(), (*text).to_owned())).collect(),
        binary: Vec::new(),
        immutable: false,
    })
}

pub(crate) fn directory(path: &str, config: &str) -> FileMount {
    FileMount {
        path: path.parse::<MountPath>().unwrap(),
        content: FileContent::All(Source::ConfigMap(config.parse().unwrap())),
        mode: None,
        optional: false,
    }
}

pub(crate) fn memory(limit: &str) -> Resource {
    Resource { name: "memory".parse().unwrap(), request: None, limit: Some(limit.parse().unwrap()) }
}

/// A stack called `shop` without a namespace.
pub(crate) fn stack(items: impl IntoIterator<Item = Item>) -> Stack {
    Stack { name: Some("shop".parse::<Label>().unwrap()), items: items.into_iter().collect(), ..Stack::default() }
}

pub(crate) fn item(app: App) -> Item {
    Item::App(Box::new(app))
}

/// The completed first app.
pub(crate) fn completed(stack: &Stack) -> App {
    complete(stack).apps().next().map(|(_, app)| app.clone()).unwrap()
}

/// The completed app alone in a stack.
pub(crate) fn alone(app: App) -> App {
    completed(&stack([item(app)]))
}

/// A variable's text, or where it comes from.
pub(crate) fn value<'a>(app: &'a App, name: &str) -> &'a str {
    match app.main.env(name) {
        None => "(none)",
        Some(EnvValue::Text(text)) => text,
        Some(EnvValue::SecretKey(_)) => "(secret)",
        Some(EnvValue::Field(field)) => field.as_str(),
        Some(_) => "(other)",
    }
}

/// What is said of a completed stack's first app and of the generated objects, in the fewest words.
pub(crate) fn describe(stack: &Stack) -> String {
    let completed = complete(stack);
    let mut text = String::new();
    let line = &mut |line: String| writeln!(text, "{line}").unwrap();
    for (n, item) in completed.items.iter().enumerate() {
        match item {
            Item::App(app) => describe_app(app, line),
            Item::ConfigMap(config) if n >= stack.items.len() => {
                for (key, text) in &config.data {
                    line(format!("config {} {key}: {}", config.name, text.trim_end().replace('\n', " | ")));
                }
            }
            Item::Service(service) if n >= stack.items.len() => {
                let ports: Vec<&str> =
                    service.ports.iter().filter_map(|port| port.name.as_ref()).map(|name| name.as_str()).collect();
                line(format!("service {}: {}", service.name, ports.join(" ")));
            }
            _ => {}
        }
    }
    text
}

fn describe_app(app: &App, line: &mut impl FnMut(String)) {
    let main = &app.main;
    line(format!("image {}", main.image.as_ref().map_or("", |image| image.as_str())));
    let security = &app.security;
    line(format!("user {:?} {:?} {:?}", security.user, security.group, security.fs_group).replace("Some", ""));
    if !main.command.is_empty() {
        line(format!("command {}", main.command.join(" ").replace('\n', " | ")));
    }
    if !main.args.is_empty() {
        line(format!("args {}", main.args.join(" ")));
    }
    for port in &main.ports {
        line(format!("port {} {}", port.name, port.number));
    }
    for env in &main.env {
        line(format!("env {}={}", env.name, value(app, env.name.as_str())));
    }
    for volume in &app.storage {
        let sub_path = volume.sub_path.as_ref().map_or(String::new(), |path| format!(" sub {path}"));
        line(format!("volume {} {}{sub_path}", volume.name, volume.mount.as_ref().map_or("-", |path| path.as_str())));
    }
    for mount in &main.mounts {
        let sub_path = mount.sub_path.as_ref().map_or(String::new(), |path| format!(" sub {path}"));
        line(format!("mount {} {}{sub_path}", mount.volume, mount.path));
    }
    for file in &app.files {
        line(format!("file {} {}", file.path, file.content.source().name()));
    }
    for scratch in &app.scratch {
        let size = scratch.size.as_ref().map_or("-", |size| size.as_str());
        line(format!("scratch {} {} {size}", scratch.name, scratch.mount.as_ref().map_or("-", |path| path.as_str())));
    }
    for container in &app.init {
        line(format!("init {}: {}", container.name, container.command.join(" ").trim_end().replace('\n', " | ")));
    }
    for (name, probe) in [("startup", &main.startup), ("readiness", &main.readiness), ("liveness", &main.liveness)] {
        if let Some(probe) = probe {
            line(format!(
                "{name} {} every {} s, {} times",
                handler(&probe.handler),
                seconds(probe.period),
                probe.failures.unwrap()
            ));
        }
    }
    if let Some(Hook::Do(hook)) = &main.pre_stop {
        line(format!("pre-stop {}", handler(hook)));
    }
    line(format!("grace {} s", seconds(app.grace)));
    if let Some(order) = app.pod_management {
        line(format!("{order:?}"));
    }
    if let Some(Disruption::MaxUnavailable(most)) = &app.disruption {
        line(format!("away {most}"));
    }
    if let Some(apart) = app.affinity.as_ref().and_then(|affinity| affinity.apart) {
        line(format!("apart {apart:?}"));
    }
}

fn handler(handler: &Handler) -> String {
    let port = |port: &PortRef| match port {
        PortRef::Number(number) => number.to_string(),
        PortRef::Name(name) => name.to_string(),
    };
    match handler {
        Handler::Exec(words) => words.join(" "),
        Handler::Tcp(to) => format!("tcp {}", port(to)),
        Handler::Http { path, port: to, .. } => format!("http {} {path}", port(to)),
        other => format!("{other:?}"),
    }
}

fn seconds(duration: Option<crate::value::Duration>) -> u32 {
    duration.map_or(0, |duration| duration.seconds())
}

#[test]
fn what_is_known_of_an_app_is_known_by_its_engine_and_its_image() {
    let postgres = plain("registry.example.com:5000/library/postgres:17", |_| ());
    assert_eq!(of(&postgres).unwrap().name, "postgres");
    assert!(of(&plain("bitnami/postgresql:17", |_| ())).is_none());
    let confluent = app(EngineKind::Kafka, |app, _| app.main.image = "confluentinc/cp-kafka:7.9.1".parse().ok());
    assert_eq!(of(&confluent).unwrap().image, "confluentinc/cp-kafka");
    let with_zookeeper = app(EngineKind::Kafka, |_, engine| engine.zookeeper = "zookeeper".parse().ok());
    assert_eq!(of(&with_zookeeper).unwrap().image, "confluentinc/cp-kafka");
    // An image of one's own with an engine is taken for that engine.
    let own = app(EngineKind::Redis, |app, _| app.main.image = "example.com/team/store:1".parse().ok());
    assert_eq!(of(&own).unwrap().name, "redis");
}

#[test]
fn an_image_without_an_engine_gets_its_user_and_its_grace_period_and_nothing_else() {
    let declared =
        plain("postgres:17-alpine", |app| app.storage.push(volume("data", Some("/var/lib/postgresql/data"))));
    let completed = alone(declared.clone());
    let mut expected = declared;
    expected.security.user = Some(70);
    expected.security.group = Some(70);
    expected.security.fs_group = Some(70);
    expected.grace = Some(crate::value::Duration::__checked(120));
    assert_eq!(completed, expected);
}

#[test]
fn an_image_of_which_nothing_is_known_stays_as_it_is() {
    let declared = plain("example.com/team/store:1", |_| ());
    assert_eq!(alone(declared.clone()), declared);
    let custom = app(EngineKind::Custom, |app, _| app.main.image = "example.com/team/store:1".parse().ok());
    assert_eq!(alone(custom.clone()), custom);
}

#[test]
fn completion_keeps_positions_and_is_the_same_every_time_and_the_second_time() {
    for facts in super::all() {
        let declared = stack([item(app(facts.kind, |app, _| app.replicas = Some(3))), config_map("other", &[])]);
        let once = complete(&declared);
        assert_eq!(once, complete(&declared), "{}", facts.name);
        let kinds: Vec<_> = once.items.iter().take(2).map(Item::kind).collect();
        assert_eq!(kinds, ["StatefulApp", "ConfigMap"], "{}", facts.name);
        let app = |stack: &Stack| stack.apps().next().map(|(_, app)| app.clone()).unwrap();
        assert_eq!(app(&once).main.env, app(&complete(&once)).main.env, "{}", facts.name);
        assert_eq!(app(&once).main.ports, app(&complete(&once)).main.ports, "{}", facts.name);
    }
}

/// Compares with a text that begins on a line of its own.
#[track_caller]
pub(crate) fn same(actual: &str, expected: &str) {
    assert_eq!(actual, expected.strip_prefix('\n').unwrap());
}

/// A Service of this name that leads to an app.
pub(crate) fn any_service(name: &str, app: &App) -> Service {
    super::draft::service(name.parse().unwrap(), app, None, Vec::new())
}
