//! Programs that probes, hooks and init containers run.

use super::super::pods::pairs;
use super::{commands, known};
use crate::engine;
use crate::finding::Finding;
use crate::model::Container;
use crate::value::Image;
use crate::view::View;

/// Shells, whose script begins with the program that matters.
const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "busybox"];

/// Programs that ask a running server.
const CLIENTS: [&str; 25] = [
    "psql",
    "pg_isready",
    "pg_dump",
    "pg_dumpall",
    "pg_restore",
    "createdb",
    "createuser",
    "dropdb",
    "vacuumdb",
    "mysql",
    "mysqladmin",
    "mysqldump",
    "mysqlsh",
    "mariadb",
    "mariadb-admin",
    "mariadb-dump",
    "mongosh",
    "mongo",
    "mongodump",
    "mongorestore",
    "redis-cli",
    "rabbitmqctl",
    "nodetool",
    "cqlsh",
    "etcdctl",
];

fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// The programs that a command runs first: its own, and, of a shell, that of the script.
fn programs(words: &[String]) -> impl Iterator<Item = (usize, &str)> {
    let first = words.first().map(|word| (0, base(word)));
    let script = first.filter(|(_, program)| SHELLS.contains(program)).and_then(|_| {
        let n = words.iter().position(|word| word.starts_with('-') && word.ends_with('c'))? + 1;
        let script = words.get(n)?.trim_start();
        let program = script.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|')).next()?;
        Some((n, base(program)))
    });
    first.into_iter().chain(script)
}

/// A program that is run in a container is in its image.
pub(super) fn program_missing(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, full) in pairs(view) {
        for placed in pod.containers() {
            let full = full.container(placed.role, placed.container.name.as_str());
            let Some(image) = full.and_then(|container| container.image.as_ref()) else { continue };
            let container = placed.container;
            let command = (!container.command.is_empty()).then_some(("command", container.command.as_slice()));
            for (key, words) in commands(container).chain(command) {
                let mut missing = programs(words).filter_map(|(n, program)| Some((n, missing(image, n, program)?)));
                if let Some((n, (message, help))) = missing.next() {
                    let finding = Finding::error("program-missing", placed.at.key(key).index(n), message).help(help);
                    // An image that stands nowhere is the main container's, or the engine's.
                    let places = [placed.at.key("image"), pod.at.key("image"), pod.at.key("engine")];
                    let finding = finding.looked_at(pod.at.key("engine").key("version"));
                    out.push(places.into_iter().fold(finding, Finding::looked_at));
                }
            }
        }
    }
}

/// What an image lacks of the program that stands at the `n`th word of a command.
fn missing(image: &Image, n: usize, program: &str) -> Option<(String, String)> {
    let tag = image.tag().unwrap_or_default();
    let Some(facts) = engine::by_image(image) else {
        // <https://github.com/GoogleContainerTools/distroless#debug-images>
        let bare = image.repository().split('/').any(|part| part == "distroless") && !tag.contains("debug");
        return (bare && n == 0 && SHELLS.contains(&program)).then(|| {
            let message = format!("the image `{image}` has no `{program}`: it has no shell");
            (message, "write the program itself, without a shell".to_owned())
        });
    };
    let only = facts.only_programs.as_ref().filter(|only| only.unless_tag.is_empty() || !tag.contains(only.unless_tag));
    if let Some(only) = only {
        return (n == 0 && !only.names.contains(&program)).then(|| {
            let message =
                format!("the image of {} has no `{program}`: it has no shell and no other programs", facts.title);
            (message, format!("there are {}", only.names.join(", ")))
        });
    }
    let owner = engine::all().iter().find(|other| other.kind != facts.kind && other.programs.contains(&program))?;
    let help = if facts.programs.is_empty() {
        "use a program of the image".to_owned()
    } else {
        format!("there are {}", facts.programs.join(", "))
    };
    (!facts.programs.contains(&program)).then(|| {
        let message = format!("`{program}` is a program of {}, and not in the image of {}", owner.title, facts.title);
        (message, help)
    })
}

/// A hook that stops the server does nothing that the stop signal does not do.
pub(super) fn pre_stop_needless(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some((_, words)) = commands(&known.declared.main).find(|(key, _)| *key == "pre_stop") else { continue };
        let all = words.join(" ");
        let stops = |(program, word): &&(&str, &str)| {
            let runs = all
                .split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|'))
                .any(|word| base(word) == *program);
            runs && all.contains(word)
        };
        if let Some((program, word)) = known.facts.stop_commands.iter().find(stops) {
            let command = format!("{program} {word}");
            out.push(
                known.of(Finding::warning(
                    "pre-stop-needless",
                    known.at.key("pre_stop"),
                    format!(
                        "`{}` does what the stop signal {} does anyway, and is cut off when the server has stopped",
                        command.trim(),
                        known.facts.stop_signal
                    ),
                )
                .help(format!(
                    "leave `pre_stop` out; `grace` of {}s or more gives the server its time",
                    known.facts.grace
                ))),
            );
        }
    }
}

/// No hook asks the server at the moment when it only begins to start.
pub(super) fn post_start_too_early(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some((_, words)) = commands(&known.declared.main).find(|(key, _)| *key == "post_start") else { continue };
        let waits = words.iter().any(|word| {
            word.split(|c: char| c.is_whitespace() || c == ';').any(|word| matches!(word, "until" | "while" | "for"))
        });
        if waits {
            continue;
        }
        if let Some((n, program)) = programs(words).find(|(_, program)| CLIENTS.contains(program)) {
            out.push(
                known.of(Finding::error(
                    "post-start-too-early",
                    known.at.key("post_start").index(n),
                    format!(
                        "`{program}` runs when the server begins to start: it fails, and the container is killed for it"
                    ),
                )
                .help("whether the server answers is what `readiness` asks; leave `post_start` out")),
            );
        }
    }
}

/// An init container asks no server of its own pod: none runs yet.
pub(super) fn init_needs_server(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let at = crate::finding::Path::item(n);
        for container in &app.init {
            let elsewhere =
                app.sidecars.iter().any(|sidecar| sidecar.image == container.image && container.image.is_some());
            if let Some((key, index, program)) = asks_itself(container).filter(|_| !elsewhere) {
                let place = at.key("init").key(container.name.to_string());
                let help = match program.as_str() {
                    "createdb" => "the image makes the database that `POSTGRES_DB` names at its first start",
                    "createuser" => "the image makes the user that `POSTGRES_USER` names at its first start",
                    _ => {
                        "put scripts for the first start into a ConfigMap at /docker-entrypoint-initdb.d, or write a Job"
                    }
                };
                out.push(
                    Finding::error(
                        "init-needs-server",
                        place.key(key).index(index),
                        format!("`{program}` asks a server of this pod, and none runs before the init containers are done: the pod never starts"),
                    )
                    .help(help)
                    .looked_at(place.key("env"))
                    .looked_at(place.key("command"))
                    .looked_at(place.key("args")),
                );
            }
        }
    }
}

/// Where a container asks a server of its own pod, and the program.
fn asks_itself(container: &Container) -> Option<(&'static str, usize, String)> {
    let hosts = ["PGHOST", "PGHOSTADDR", "PGSERVICE", "MYSQL_HOST", "ETCDCTL_ENDPOINTS", "REDIS_HOST"];
    if container.env.iter().any(|env| hosts.contains(&env.name.as_str())) {
        return None;
    }
    for (key, words) in [("command", &container.command), ("args", &container.args)] {
        for (n, word) in words.iter().enumerate() {
            let mut tokens =
                word.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '`')).peekable();
            while let Some(token) = tokens.next() {
                let program = base(token);
                // A program stands where a command begins: not behind an option or in the middle of a sentence.
                if !CLIENTS.contains(&program)
                    || (n > 0 && key == "command" && !word.contains(char::is_whitespace) && !is_first(words, n))
                {
                    continue;
                }
                let rest: Vec<&str> = if word.contains(char::is_whitespace) {
                    tokens.clone().collect()
                } else {
                    words
                        .iter()
                        .skip(n + 1)
                        .map(String::as_str)
                        .chain(container.args.iter().map(String::as_str))
                        .collect()
                };
                if !names_host(&rest) {
                    return Some((key, n, program.to_owned()));
                }
            }
        }
    }
    None
}

fn is_first(words: &[String], n: usize) -> bool {
    words.get(..n).is_some_and(|before| before.iter().all(|word| word.starts_with('-') || SHELLS.contains(&base(word))))
}

/// Whether the words of a command name another host.
fn names_host(words: &[&str]) -> bool {
    let local = |host: &str| matches!(host.trim_matches(['"', '\'']), "localhost" | "127.0.0.1" | "::1" | "");
    words.iter().enumerate().any(|(n, word)| {
        let next = || words.get(n + 1).is_some_and(|host| !local(host));
        let inline = |prefix: &str| word.strip_prefix(prefix).is_some_and(|host| !local(host));
        matches!(*word, "-h" | "--host" | "--endpoints" | "--uri") && next()
            || inline("--host=")
            || inline("--endpoints=")
            || inline("-h") && *word != "-h" && !word.starts_with("--")
            || word.contains("://")
            || word.contains("host=")
    })
}
