//! Every rule fails and passes.

mod clusters;
mod operation;
mod programs;
mod replication;
mod servers;

pub(super) use crate::engine::tests::{app, config_map, directory, env, item, key, memory, plain, port, stack, volume};
use crate::finding::Finding;
pub(super) use crate::model::*;

/// What the rules about engines find.
pub(super) fn check(stack: &Stack) -> Vec<Finding> {
    crate::check::found(stack, &[], super::CHECKS, &|_| true)
}

/// Warnings that nearly every app of these tests gets.
const QUIET: [&str; 3] = ["no-password", "no-backup", "engine-version-ended"];

/// The same as `rule at place`.
#[track_caller]
pub(super) fn found(stack: &Stack) -> Vec<String> {
    let describe = |finding: Finding| {
        let item = finding.at.item.and_then(|n| stack.items.get(n)).map_or("", Item::name);
        assert!(!finding.message.is_empty() && !finding.help.is_empty(), "{finding:?}");
        assert!(
            finding.message.starts_with(|c: char| !c.is_uppercase()) || starts_with_a_name(&finding.message),
            "{finding:?}"
        );
        assert!(!finding.message.ends_with('.') && !finding.help.ends_with('.'), "{finding:?}");
        format!("{} at {item} {}", finding.rule, finding.at)
    };
    check(stack).into_iter().filter(|finding| !QUIET.contains(&finding.rule)).map(describe).collect()
}

/// Names keep their capitals.
fn starts_with_a_name(message: &str) -> bool {
    let names =
        ["PostgreSQL", "MySQL", "MariaDB", "MongoDB", "Redis", "Apache", "Kafka", "ZooKeeper", "RabbitMQ", "NATS"];
    names.iter().chain(&["Elasticsearch", "OpenSearch"]).any(|name| message.starts_with(name))
}

/// The same for an app alone.
#[track_caller]
pub(super) fn found_in(app: App) -> Vec<String> {
    found(&stack([item(app)]))
}

/// The message of the only finding.
#[track_caller]
pub(super) fn only(stack: &Stack) -> String {
    let mut found = check(stack);
    found.retain(|finding| !QUIET.contains(&finding.rule));
    assert_eq!(found.len(), 1, "{found:?}");
    format!("{}\nhelp: {}", found[0].message, found[0].help)
}

pub(super) fn exec(words: &[&str]) -> Handler {
    Handler::Exec(words.iter().map(|word| (*word).to_owned()).collect())
}

/// PostgreSQL without an engine block, as it should be.
pub(super) fn postgres(edit: impl FnOnce(&mut App)) -> App {
    plain("postgres:17", |app| {
        app.main.env = vec![env("POSTGRES_PASSWORD", "x"), env("PGDATA", "/var/lib/postgresql/data/pgdata")];
        app.storage.push(volume("data", Some("/var/lib/postgresql/data")));
        edit(app);
    })
}

#[test]
fn what_is_as_it_should_be_is_not_spoken_of() {
    assert_eq!(found_in(postgres(|_| ())), [""; 0]);
    for facts in crate::engine::all() {
        let app = app(facts.kind, |app, engine| {
            app.replicas = Some(if facts.clusters() { 3 } else { 1 });
            app.storage.push(volume("data", None));
            engine.password = facts.takes("password").then(|| key("s", "password"));
            engine.cluster_secret = facts.takes("cluster_secret").then(|| key("s", "cluster"));
            engine.replication = facts.forms.first().map(|form| Replication {
                password: form.needs.contains(&"password").then(|| key("s", "replication")),
                ..Replication::default()
            });
            app.main.resources.push(memory("4Gi"));
        });
        assert_eq!(found_in(app), [""; 0], "{}", facts.name);
    }
}

#[test]
fn every_rule_that_is_said_is_in_the_table() {
    let sources = [
        include_str!("../backup.rs"),
        include_str!("../cluster.rs"),
        include_str!("../configuration.rs"),
        include_str!("../data.rs"),
        include_str!("../environment.rs"),
        include_str!("../health.rs"),
        include_str!("../image.rs"),
        include_str!("../kafka.rs"),
        include_str!("../members.rs"),
        include_str!("../memory.rs"),
        include_str!("../names.rs"),
        include_str!("../operation.rs"),
        include_str!("../ports.rs"),
        include_str!("../programs.rs"),
        include_str!("../redis.rs"),
        include_str!("../replication.rs"),
        include_str!("../secrets.rs"),
        include_str!("../settings.rs"),
        include_str!("../user.rs"),
    ];
    let in_tables = crate::engine::tables().flat_map(|facts| {
        let environment = &facts.environment;
        let required = environment.required.iter().map(|required| required.rule);
        let forbidden = environment.forbidden.iter().map(|forbidden| forbidden.rule);
        let per_pod = environment.per_pod.iter().map(|(_, rule)| *rule);
        required.chain(forbidden).chain(per_pod).chain(Some(facts.cluster.rule)).collect::<Vec<_>>()
    });
    let said = sources.iter().flat_map(|source| {
        let after = |call| {
            source.split(call).skip(1).filter_map(|rest: &str| rest.trim_start().strip_prefix('"')?.split('"').next())
        };
        after("Finding::error(").chain(after("Finding::warning(")).collect::<Vec<_>>()
    });
    for rule in in_tables.chain(said).filter(|rule| !rule.is_empty()) {
        assert!(crate::check::rule(rule).is_some(), "{rule} is not in the table");
    }
}
