//! How the servers of a Redis follow each other.

use super::settings::said;
use super::{Known, known};
use crate::engine::config_value;
use crate::finding::{Finding, Path};
use crate::model::EngineKind;
use crate::view::View;

/// A directive of the server, where it stands and its value: in the arguments, in `settings` or in a configuration file.
fn directive<'a>(known: &Known<'a>, name: &str) -> Option<(Path, &'a str)> {
    let of_file = || known.texts().into_iter().find_map(|text| Some((text.at, config_value(text.text, name)?)));
    said(known, name).or_else(of_file)
}

/// What makes a server follow another: a directive of its own, or the engine's form.
fn follows(known: &Known<'_>) -> Option<Path> {
    let by_engine = known.declared.engine.as_ref().and_then(|engine| engine.replication.as_ref());
    if by_engine.is_some_and(|replication| known.facts.form(replication).is_some_and(|form| form.mode == "primary")) {
        return Some(known.at.key("engine").key("replication"));
    }
    let directive = ["replicaof", "slaveof"].into_iter().find_map(|name| directive(known, name));
    let script = || known.texts().into_iter().find(|text| text.text.contains("--replicaof")).map(|text| text.at);
    directive.map(|(at, _)| at).or_else(script)
}

/// The server stops when it is told to be a node of a cluster and to follow another.
/// <https://github.com/redis/redis/blob/unstable/src/config.c>
pub(super) fn follower_in_cluster(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.facts.kind == EngineKind::Redis) {
        let Some((at, value)) = directive(&known, "cluster-enabled") else { continue };
        let Some(follows) = follows(&known).filter(|_| value == "yes") else { continue };
        let finding = Finding::error(
            "redis-follower-in-cluster",
            at,
            "a node of a Redis Cluster follows nobody: with `replicaof` beside this, the server stops",
        )
        .help("write `replication: { mode: \"cluster\" }` for a cluster, or leave this out")
        .looked_at(known.at.key("engine").key("replication").key("mode"))
        .also(follows, "makes it follow another");
        out.push(known.of(finding));
    }
}

/// A server that follows one with a password logs in there.
/// <https://redis.io/docs/latest/operate/oss_and_stack/management/replication/>
pub(super) fn follower_without_password(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.facts.kind == EngineKind::Redis) {
        // The engine's forms have it.
        let by_engine = known.declared.engine.as_ref().is_some_and(|engine| engine.replication.is_some());
        if by_engine || !known.says(&["requirepass"]) || known.says(&["masterauth"]) || known.has_unknown_files() {
            continue;
        }
        let Some(at) = follows(&known) else { continue };
        let finding = Finding::error(
            "redis-follower-without-password",
            at,
            "this server follows one that asks for a password, and has none to give: it never gets the data",
        )
        .help("add `--masterauth` with the password, or write `engine: redis { password: …, replication: {} }`");
        out.push(known.after_texts(finding));
    }
}

/// A node announces an address where an address belongs.
/// <https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/>
pub(super) fn announced_name(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.facts.kind == EngineKind::Redis) {
        let Some((at, value)) = said(&known, "cluster-announce-ip") else { continue };
        // A variable alone may hold an address; a name made of one and of letters does not.
        let is_variable = value.starts_with("$(") && value.ends_with(')') && value.matches("$(").count() == 1;
        if value.is_empty() || is_variable && value != "$(POD_NAME)" || value.parse::<std::net::IpAddr>().is_ok() {
            continue;
        }
        let finding = Finding::error(
            "redis-announce-name",
            at,
            format!("`cluster-announce-ip {value}` is no address: the other nodes take it for none"),
        )
        .help("write `$(POD_IP)`, and the name as `--cluster-announce-hostname`");
        out.push(known.of(finding));
    }
}
