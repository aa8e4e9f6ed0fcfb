//! Engines as data: what is known of the images of databases, queues and stores, and how a declaration is completed with it.
//!
//! One file per engine holds one table, [`Facts`], with the sources of what it says. [`complete`] fills in what a declaration
//! leaves out; [`crate::check`] holds declarations against the same tables.
//!
//! ```
//! use statefulapp_core::engine;
//!
//! let facts = engine::by_name("postgres").unwrap();
//! assert_eq!(facts.title, "PostgreSQL");
//! assert!(facts.single_writer);
//! assert_eq!(engine::by_image(&"docker.io/library/postgres:17.2-alpine".parse()?).unwrap().kind, facts.kind);
//! # Ok::<(), statefulapp_core::value::ValueError>(())
//! ```

mod backup;
mod cassandra;
mod complete;
mod confluent;
mod custom;
mod draft;
mod elasticsearch;
mod etcd;
mod facts;
mod identity;
mod kafka;
mod mariadb;
mod memory;
mod mongodb;
mod mysql;
mod nats;
mod opensearch;
mod peers;
mod postgres;
mod rabbitmq;
mod redis;
mod reference;
pub mod replication;
mod version;
mod zookeeper;

pub use complete::complete;
pub(crate) use complete::{Completed, complete_alone};
pub use facts::*;
pub use peers::{host, hosts};
pub use reference::reference;
pub use version::VersionNumber;

pub(crate) use backup::{method as backup_method, names as backup_names};
pub(crate) use draft::declared_environment;
pub(crate) use kafka::parse_listeners;
pub(crate) use memory::limit as memory_limit;
pub(crate) use postgres::value_of as config_value;
pub(crate) use replication::mongodb::set_name as replica_set_name;

use crate::model::{App, EngineKind};
use crate::value::{Image, ValueError, suggest};

/// One table per engine, in the order of the documentation.
static ENGINES: [&Facts; 14] = [
    &postgres::FACTS,
    &mysql::FACTS,
    &mariadb::FACTS,
    &mongodb::FACTS,
    &redis::FACTS,
    &kafka::FACTS,
    &zookeeper::FACTS,
    &cassandra::FACTS,
    &rabbitmq::FACTS,
    &nats::FACTS,
    &elasticsearch::FACTS,
    &opensearch::FACTS,
    &etcd::FACTS,
    &custom::FACTS,
];

/// Other vendors' images of the same engines, which read other variables.
static DISTRIBUTIONS: [&Facts; 2] = [&confluent::KAFKA, &confluent::ZOOKEEPER];

/// The table of an engine.
pub fn facts(kind: EngineKind) -> &'static Facts {
    ENGINES.iter().find(|facts| facts.kind == kind).copied().unwrap_or(&custom::FACTS)
}

/// The engine of this name in the language: `postgres`.
pub fn by_name(name: &str) -> Option<&'static Facts> {
    ENGINES.iter().find(|facts| facts.name == name).copied()
}

/// The same of a name that may be no engine's.
///
/// # Errors
/// There is no engine of this name.
pub fn named(name: &str) -> Result<&'static Facts, ValueError> {
    by_name(name).ok_or_else(|| {
        let names = ENGINES.iter().map(|facts| facts.name);
        let help = match suggest(name, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the engines are {}", names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
        };
        ValueError { rule: "engine-unknown", message: format!("unknown engine `{name}`"), help }
    })
}

/// What is known of an image, whatever registry or mirror it comes from.
///
/// `postgres`, `library/postgres`, `registry.example.com/postgres` and `mirror.gcr.io/library/postgres` are the same image;
/// `bitnami/postgresql` and `example.com/team/postgres` are others, of which nothing is known.
pub fn by_image(image: &Image) -> Option<&'static Facts> {
    let repository = image.repository();
    let path = match repository.split_once('/') {
        Some((first, rest)) if first == "localhost" || first.contains(['.', ':']) => rest,
        _ => repository,
    };
    let is = |name: &str| {
        let before = path.strip_suffix(name);
        match before {
            Some("") => true,
            // An official image has one part; what stands before it must say that it is the official one.
            Some(before) if !name.contains('/') => before == "library/" || before.ends_with("/library/"),
            Some(before) => before.ends_with('/'),
            None => false,
        }
    };
    ENGINES.iter().chain(&DISTRIBUTIONS).find(|facts| facts.repositories.iter().any(|name| is(name))).copied()
}

/// All engines, one table each.
pub fn all() -> &'static [&'static Facts] {
    &ENGINES
}

/// The scheme of the URL that clients of an engine use.
pub fn scheme(kind: EngineKind) -> Option<&'static str> {
    facts(kind).scheme
}

/// All tables: the engines', and those of other vendors' images.
pub fn tables() -> impl Iterator<Item = &'static Facts> {
    ENGINES.iter().chain(&DISTRIBUTIONS).copied()
}

/// What is known of an app: by its `engine` and, within that, by its image; without an engine by its image alone.
pub fn of(app: &App) -> Option<&'static Facts> {
    let by_image = app.main.image.as_ref().and_then(by_image);
    match &app.engine {
        None => by_image,
        Some(engine) => match by_image {
            Some(facts) if facts.kind == engine.kind => Some(facts),
            // Only Confluent's image of these versions speaks to ZooKeeper.
            None if engine.zookeeper.is_some() && app.main.image.is_none() => Some(&confluent::KAFKA),
            _ => Some(facts(engine.kind)),
        },
    }
}

/// The tag that an app runs if neither its image nor its engine says.
fn default_tag(app: &App, facts: &'static Facts) -> &'static str {
    // ZooKeeper is gone from Kafka 4, and so from version 8 of Confluent's images.
    let with_zookeeper = app.engine.as_ref().is_some_and(|engine| engine.zookeeper.is_some());
    let fits = |series: &&Series| !with_zookeeper || !series.number().at_least(&[8]);
    facts.versions.iter().find(fits).map_or("latest", |series| series.tag)
}

/// The version that an app runs: by its image's tag, else by its engine's `version`, else the table's newest.
pub fn version(app: &App, facts: &'static Facts) -> VersionNumber {
    let declared = match &app.main.image {
        Some(image) => image.tag(),
        None => app.engine.as_ref().and_then(|engine| engine.version.as_deref()),
    };
    declared.or(Some(default_tag(app, facts))).and_then(VersionNumber::of_tag).unwrap_or_else(VersionNumber::newest)
}

#[cfg(test)]
pub(crate) mod tests;
