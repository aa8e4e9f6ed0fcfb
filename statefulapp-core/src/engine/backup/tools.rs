//! What each engine dumps, restores and tests a restore with: commands of its own image.

use super::super::Facts;
use crate::model::{App, EngineKind, EnvValue};

/// A container of the engine's image.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) command: Vec<String>,
}

/// What an engine dumps and restores with.
pub(super) struct Tools {
    /// The end of the file's name.
    pub(super) extension: &'static str,
    /// Dumps, and reads the dump to its end; one after the other.
    pub(super) dump: Vec<Step>,
    pub(super) restore: Restore,
    /// Restores into a server of its own, or, where a dump is restored without a server, into a directory.
    pub(super) test: Vec<Step>,
    /// Whether a restored server needs the memory that the app's has: it holds all its data there.
    pub(super) in_memory: bool,
}

/// How a dump comes back.
pub(super) enum Restore {
    /// Through the running server.
    Served(Step),
    /// Into the volume of each member while none runs.
    Stopped(Vec<Member>),
}

/// A member that is restored while it is stopped.
pub(super) struct Member {
    pub(super) ordinal: u32,
    /// The directory on its volume that must not be there.
    pub(super) data: String,
    pub(super) step: Step,
}

impl Tools {
    /// What the engine of a completed app has; `None` without a sound dump.
    pub(super) fn of(app: &App, facts: &'static Facts) -> Option<Self> {
        Some(match facts.kind {
            EngineKind::Postgres => Self {
                extension: "tar",
                dump: vec![bash("dump", &[include_str!("postgres-dump.sh")], &[])],
                restore: Restore::Served(bash("restore", &[POSTGRES_RESTORE], &[])),
                test: vec![bash("restore", &[include_str!("postgres-server.sh"), POSTGRES_RESTORE], &[])],
                in_memory: false,
            },
            EngineKind::Mysql => sql("mysql"),
            EngineKind::Mariadb => sql("mariadb"),
            EngineKind::Mongodb => {
                let (login, restore) = (include_str!("mongodb-login.sh"), include_str!("mongodb-restore.sh"));
                Self {
                    extension: "archive.gz",
                    dump: vec![bash("dump", &[login, include_str!("mongodb-dump.sh")], &[])],
                    restore: Restore::Served(bash("restore", &[login, restore], &[])),
                    test: vec![bash("restore", &[include_str!("mongodb-server.sh"), login, restore], &[])],
                    in_memory: false,
                }
            }
            EngineKind::Redis => {
                let server = include_str!("redis-server.sh");
                let restore = include_str!("redis-restore.sh");
                Self {
                    extension: "rdb",
                    dump: vec![sh("dump", &[include_str!("redis-dump.sh")])],
                    restore: Restore::Served(sh("restore", &[server, restore])),
                    test: vec![sh("restore", &["BIND=127.0.0.1\n", server])],
                    in_memory: true,
                }
            }
            EngineKind::Etcd => etcd(app, facts),
            _ => return None,
        })
    }
}

const POSTGRES_RESTORE: &str = include_str!("postgres-restore.sh");

fn step(name: &'static str, command: &[&str]) -> Step {
    Step { name, command: command.iter().map(|word| (*word).to_owned()).collect() }
}

/// Both variants of the images have Bash.
fn bash(name: &'static str, scripts: &[&str], arguments: &[&str]) -> Step {
    let script = scripts.concat();
    let mut words = vec!["bash", "-c", &script, name];
    words.extend(arguments);
    step(name, &words)
}

/// The image has no Bash in its Alpine variant.
fn sh(name: &'static str, scripts: &[&str]) -> Step {
    step(name, &["sh", "-c", &scripts.concat(), name])
}

/// MySQL and MariaDB.
fn sql(family: &'static str) -> Tools {
    let (login, restore) = (include_str!("mariadb-login.sh"), include_str!("mariadb-restore.sh"));
    Tools {
        extension: "sql.gz",
        dump: vec![bash("dump", &[login, include_str!("mariadb-dump.sh")], &[family])],
        restore: Restore::Served(bash("restore", &[login, restore], &[family])),
        test: vec![bash("restore", &[login, include_str!("mariadb-server.sh"), restore], &[family])],
        in_memory: false,
    }
}

/// The image has no shell. A snapshot becomes the data of a new cluster, whose members are stopped while they get it.
fn etcd(app: &App, facts: &'static Facts) -> Tools {
    // Before 3.5 it was one program.
    let utility = if super::super::version(app, facts).at_least(&[3, 5]) { "etcdutl" } else { "etcdctl" };
    let endpoint = format!("--endpoints=http://{}:2379", app.service_name());
    // Saving waits for a member for as long as it may take, this does not.
    let reach = ["etcdctl", &endpoint, "endpoint", "health"];
    let save = ["etcdctl", &endpoint, "--command-timeout=30m", "snapshot", "save", "/backup/dump"];
    // Compares the sum at the snapshot's end, which `snapshot status` does not.
    let unpack = [utility, "snapshot", "restore", "/backup/dump", "--data-dir=/backup/server"];
    let status = [utility, "snapshot", "status", "/backup/server/member/snap/db"];
    Tools {
        extension: "db",
        dump: vec![step("reach", &reach), step("dump", &save), step("check", &unpack)],
        restore: Restore::Stopped(etcd_members(app, utility)),
        test: vec![step("restore", &unpack), step("check", &status)],
        in_memory: false,
    }
}

/// What each member is told of the cluster at its first start, a restored one is told again.
fn etcd_members(app: &App, utility: &str) -> Vec<Member> {
    let text = |name: &str| match app.main.env(name) {
        Some(EnvValue::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let told = (text("ETCD_DATA_DIR"), text("ETCD_INITIAL_CLUSTER"), text("ETCD_INITIAL_CLUSTER_TOKEN"));
    let (Some(data), Some(cluster), Some(token)) = told else { return Vec::new() };
    super::super::peers::ordinals(app)
        .filter_map(|ordinal| {
            let name = format!("{}-{ordinal}", app.name);
            let peer = cluster.split(',').find_map(|member| member.strip_prefix(&name)?.strip_prefix('='))?;
            let command = [
                utility,
                "snapshot",
                "restore",
                "/backup/dump",
                &format!("--name={name}"),
                &format!("--data-dir={data}"),
                &format!("--initial-cluster={cluster}"),
                &format!("--initial-cluster-token={token}"),
                &format!("--initial-advertise-peer-urls={peer}"),
            ];
            Some(Member { ordinal, data: data.to_owned(), step: step("restore", &command) })
        })
        .collect()
}
