//! The chapter of the documentation about engines, made from their tables.

use super::{BackupMethod, Below, Check, DataPath, Facts, How, KnownPort, Quorum, Speaks, User, tables};
use crate::model::EngineKind;
use std::fmt::Write;

/// What `docs/engines.md` says: one section per engine, and nothing that its table does not say.
pub fn reference() -> String {
    let mut text = String::from(HEAD);
    for facts in tables() {
        if facts.kind == EngineKind::Custom {
            continue;
        }
        section(&mut text, facts);
    }
    text.push_str(FOOT);
    text
}

const HEAD: &str = "# Engines

What is known of databases, queues and stores, and fills in what a `StatefulApp` with an `engine` leaves out. Nothing that you
write is changed: a port, variable, argument, probe or file of your own stays, and the engine's is left out.

Made from the tables in `statefulapp-core/src/engine`; a test keeps both equal.

For every engine:

* The data is never in the root of a volume, where a file system has its `lost+found`, but in a directory below it.
* Users and groups are the image's, and the volumes belong to the group, so that nothing has to run as root.
* A generated ConfigMap is called `<app>-config`, the Service for clients `<app>-client`; a declared object of that name wins.
* Pods call each other `<app>-<ordinal>.<service_name>`, with `.<namespace>.svc.<domain>` behind if the stack declares a namespace.
* Where a memory limit is known, heaps and caches are sized by it.
* An image without an `engine` block gets its users and its grace period if it is one of these, and is checked.
";

const FOOT: &str = "
## An image of one's own

`engine: custom` says that nothing is known of an image: nothing is filled in, and no rule of an engine is applied.
";

fn section(text: &mut String, facts: &Facts) {
    let line = &mut |line: String| {
        // A String can always be written to.
        let _ = writeln!(text, "{line}");
    };
    line(format!("\n## {}\n", facts.title));
    line(format!("`engine: {}`, image `{}`", facts.name, facts.image));
    let known: Vec<String> = facts.versions.iter().map(version).collect();
    line(format!("\nVersions: {}. The first is the default.", known.join(", ")));
    table(
        line,
        &["key", "what it does"],
        facts.options.iter().map(|option| vec![code(option.name), option.doc.to_owned()]),
    );
    line("\n**Filled in**\n".to_owned());
    for item in filled_in(facts) {
        line(format!("* {item}"));
    }
    line("\n**Several pods**\n".to_owned());
    for item in several(facts) {
        line(format!("* {item}"));
    }
    if !facts.limits.is_empty() {
        line("\n**To know**\n".to_owned());
        for limit in facts.limits {
            line(format!("* {limit}"));
        }
    }
    let sources: Vec<String> =
        facts.sources.iter().map(|source| format!("[{}]({})", source.what, source.url)).collect();
    line(format!("\nRead in: {}.", sources.join("; ")));
}

fn version(series: &super::Series) -> String {
    let numbers: Vec<String> = series.numbers.iter().map(u32::to_string).collect();
    match series.ended {
        "" => series.tag.to_owned(),
        ended => format!("{} (ended {ended})", numbers.join(".")),
    }
}

fn filled_in(facts: &Facts) -> Vec<String> {
    let mut items = Vec::new();
    let users: Vec<String> = facts.users.iter().map(user).collect();
    items.push(format!("user and group: {}", users.join(", ")));
    items.extend(facts.paths.iter().map(path));
    let ports: Vec<String> = facts.ports.iter().filter(|port| !port.optional).map(port).collect();
    items.push(format!("ports: {}", ports.join(", ")));
    let probes = [
        ("startup", &facts.probes.startup),
        ("readiness", &facts.probes.readiness),
        ("liveness", &facts.probes.liveness),
    ];
    let probes: Vec<String> = probes.iter().filter_map(|(name, check)| Some(probe(name, check.as_ref()?))).collect();
    items.push(format!("probes: {}", probes.join("; ")));
    items.push(format!(
        "grace period: {} s (the image stops on {}); pods start {}",
        facts.grace,
        facts.stop_signal,
        match facts.pod_management {
            crate::model::PodManagement::Parallel => "all at once",
            crate::model::PodManagement::OrderedReady => "one by one",
        }
    ));
    items
}

fn user(user: &User) -> String {
    let variant = if user.variant.is_empty() { String::new() } else { format!(" ({})", user.variant) };
    format!("{}:{}{variant}", user.uid, user.gid)
}

fn path(path: &DataPath) -> String {
    let versions = match (path.since, path.before) {
        ([], []) => String::new(),
        (since, []) => format!(" from {} on", numbers(since)),
        (_, before) => format!(" before {}", numbers(before)),
    };
    let below = match path.below {
        Below::SubPath(directory) => format!("directory `{directory}` of the volume"),
        Below::Variable { name, directory } => format!("`{name}` is the directory `{directory}` below"),
        Below::Own => "the server makes its own directory below".to_owned(),
    };
    let shared = if path.shared.is_empty() { "" } else { ", on the data volume if it has none of its own" };
    let volumes: Vec<String> = path.volumes.iter().map(|name| code(name)).collect();
    format!("{}: volume {} at `{}`{versions}; {below}{shared}", path.what, volumes.join(" or "), path.mount)
}

fn numbers(numbers: &[u32]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
    numbers.join(".")
}

fn port(port: &KnownPort) -> String {
    let speaks = match port.speaks {
        Speaks::Own(protocol) => protocol,
        Speaks::Http => "HTTP",
        Speaks::Grpc => "gRPC",
    };
    format!("`{}` {} ({speaks})", port.name, port.number)
}

fn probe(name: &str, check: &Check) -> String {
    let how = match check.how {
        How::Exec(words) => code(&words.join(" ").replace('`', "'")),
        How::Tcp(port) => format!("a connection to `{port}`"),
        How::Http(port, path) => format!("`GET {path}` on `{port}`"),
    };
    format!("{name} {how} every {} s, {} failures", check.period, check.failures)
}

fn several(facts: &Facts) -> Vec<String> {
    let cluster = &facts.cluster;
    let mut items = Vec::new();
    if facts.clusters() {
        items.push(cluster.form.to_owned());
        let needs: Vec<String> = cluster.needs.iter().map(|key| code(key)).collect();
        if !needs.is_empty() {
            items.push(format!("Needs {}.", needs.join(", ")));
        }
        let apart = if cluster.apart { " No two share a host." } else { "" };
        items.push(match (facts.quorum, cluster.away) {
            (Quorum::Majority, None) => {
                format!("More than half must agree: 3 pods can spare one, 5 can spare two, and so many may be away at once.{apart}")
            }
            (Quorum::Majority, Some(away)) => {
                format!("More than half must agree: an odd number, three or more. {away} may be away at once.{apart}")
            }
            (Quorum::None, away) => format!("{} may be away at once.{apart}", away.unwrap_or(1)),
        });
    } else {
        items.push(format!("Not without `replication`: several pods alone are {}.", cluster.without));
    }
    items.push(match facts.backup {
        BackupMethod::Dump(how) => format!("Backup: {how}."),
        BackupMethod::Unsound { why, instead } => format!("No `backup`: {why}. Instead: {instead}."),
    });
    items
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn table(line: &mut impl FnMut(String), head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    line(format!("\n| {} |", head.join(" | ")));
    line(format!("|{}", "---|".repeat(head.len())));
    for row in rows {
        let row: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        line(format!("| {} |", row.join(" | ")));
    }
}

#[cfg(test)]
mod tests {
    /// `BLESS=1` writes the file.
    #[test]
    fn the_chapter_is_what_the_tables_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/engines.md");
        let expected = super::reference();
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, &expected).unwrap();
        }
        let actual = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            actual == expected,
            "docs/engines.md is not what the tables say: run BLESS=1 cargo test -p statefulapp-core --lib the_chapter"
        );
    }
}
