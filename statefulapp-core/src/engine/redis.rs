//! Redis, the Docker Official Image `redis`.

use super::draft::Draft;
use super::*;
use crate::model::{EngineKind, PodManagement};

/// What is known of `redis`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Redis,
    name: "redis",
    title: "Redis",
    image: "redis",
    repositories: &["redis"],
    versions: &[
        Series { tag: "8.10.1", numbers: &[8, 10], ended: "" },
        Series { tag: "8.8.2", numbers: &[8, 8], ended: "" },
        Series { tag: "8.6.6", numbers: &[8, 6], ended: "" },
        Series { tag: "8.4.6", numbers: &[8, 4], ended: "" },
        Series { tag: "8.2.9", numbers: &[8, 2], ended: "" },
        Series { tag: "8.0", numbers: &[8, 0], ended: "2025-11" },
        Series { tag: "7.4.11", numbers: &[7, 4], ended: "" },
        Series { tag: "7.2.16", numbers: &[7, 2], ended: "" },
        Series { tag: "7.0", numbers: &[7, 0], ended: "2024-07" },
        Series { tag: "6.2.24", numbers: &[6, 2], ended: "" },
        Series { tag: "6.0", numbers: &[6, 0], ended: "2022-04" },
    ],
    since: &[],
    users: &[
        User { variant: "alpine", uid: 999, gid: 1000, alone: "" },
        User { variant: "", uid: 999, gid: 999, alone: "" },
    ],
    paths: &[DataPath {
        what: "snapshots and the append-only file",
        setting: "dir",
        mount: "/data",
        since: &[],
        before: &[],
        volumes: &["data"],
        below: Below::SubPath("redis"),
        unset: "/data",
        root: Root::Fine,
        image_volume: true,
        moved_by: &["--dir", "\ndir "],
        shared: "",
    }],
    ports: &[
        KnownPort {
            name: "redis",
            number: 6379,
            speaks: Speaks::Own("the Redis protocol"),
            used_by: UsedBy::Clients,
            optional: false,
            setting: "port",
        },
        KnownPort {
            name: "cluster-bus",
            number: 16379,
            speaks: Speaks::Own("the cluster bus"),
            used_by: UsedBy::Members,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "sentinel",
            number: 26379,
            speaks: Speaks::Own("the Redis protocol"),
            used_by: UsedBy::Operators,
            optional: true,
            setting: "",
        },
    ],
    environment: Environment {
        known: &["REDISCLI_AUTH", "REDISCLI_HISTFILE", "REDISCLI_RCFILE", "REDIS_VERSION"],
        closed: &["REDIS_"],
        ..NO_ENVIRONMENT
    },
    variable: None,
    names: &[],
    probes: Probes {
        // While it loads its data, it answers with an error, and `redis-cli` still succeeds: the answer itself counts.
        startup: Some(Check {
            how: How::Exec(&["sh", "-c", "[ \"`redis-cli ping`\" = PONG ]"]),
            period: 10,
            timeout: 5,
            failures: 360,
            since: &[],
        }),
        readiness: Some(Check {
            how: How::Exec(&["sh", "-c", "[ \"`redis-cli ping`\" = PONG ]"]),
            period: 10,
            timeout: 5,
            failures: 3,
            since: &[],
        }),
        liveness: None,
    },
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `8.10.1` or `8.10-alpine`." },
        EngineOption { name: "password", doc: "What clients must give, passed as `--requirepass`." },
        EngineOption {
            name: "config",
            doc: "A ConfigMap with `redis.conf`, mounted and passed as the first argument.",
        },
        EngineOption { name: "replication", doc: "`primary` with read replicas, or `cluster`." },
        EngineOption { name: "settings", doc: "Configuration directives, passed as `--name value`." },
    ],
    per_member: &["replica-announce-ip", "cluster-announce-ip", "cluster-announce-hostname"],
    grace: 120,
    stop_signal: "SIGTERM",
    stop_commands: &[("redis-cli", "shutdown"), ("redis-cli", "SHUTDOWN")],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::None,
    single_writer: true,
    cluster: Cluster {
        form: "`primary`: the first pod is the primary, the others are read replicas; `cluster`: Redis Cluster, formed by a Job",
        rule: "replicas-without-replication",
        without: "unrelated stores behind one name",
        signs: &["cluster-enabled", "replicaof", "slaveof", "sentinel"],
        needs: &["replication"],
        alone: &[],
        forgotten: "a node that starts again is a new one, which has no slots",
        away: Some(1),
        apart: false,
    },
    forms: &[
        Form { mode: "primary", takes: &[], needs: &[], since: &[5], without: &[], services: true },
        Form {
            mode: "cluster",
            takes: &["replicas_per_primary"],
            needs: &[],
            since: &[7],
            without: &[("cluster-enabled", &["no"])],
            services: false,
        },
    ],
    backup: BackupMethod::Dump("redis-cli --rdb"),
    writable: &["/tmp"],
    edited: &[],
    programs: &["redis-cli", "redis-benchmark", "redis-check-aof", "redis-check-rdb"],
    only_programs: None,
    files: &[ConfigFile { name: "redis.conf", directories: &[], flag: "redis.conf", listen: "bind", alone: false }],
    memory: &["maxmemory"],
    locks: &["requirepass", "aclfile", "REDISCLI_AUTH"],
    scheme: Some("redis"),
    limits: &[
        "The image turns Redis' protected mode off: without a password every pod of the cluster may read and write.",
        "With a memory limit, `maxmemory` is three quarters of it, so that writes fail before the kernel kills the server.",
    ],
    sources: &[
        Source { what: "user ids, volume, protected mode", url: "https://github.com/redis/docker-library-redis" },
        Source { what: "REDISCLI_AUTH", url: "https://redis.io/docs/latest/develop/tools/cli/" },
        Source {
            what: "persistence",
            url: "https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/",
        },
        Source { what: "cluster bus", url: "https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/" },
    ],
    complete,
};

fn complete(draft: &mut Draft<'_>) {
    let engine = draft.engine;
    // The client in the container, and so the probes, log in with the same variable.
    draft.env_secret("REDISCLI_AUTH", &engine.password);
    if engine.password.is_some() {
        draft.arg("requirepass", &["--requirepass", "$(REDISCLI_AUTH)"]);
    }
    for (name, value) in &engine.settings {
        draft.arg(&format!("--{name}"), &[&format!("--{name}"), value]);
    }
    let config = draft.config_directory("/usr/local/etc/redis");
    let config = config.filter(|(_, config)| config.keys().any(|key| key.as_str() == "redis.conf"));
    let set = |name: &str| {
        let set = engine.settings.iter().any(|(setting, _)| setting == name);
        let text =
            config.as_ref().and_then(|(_, config)| config.data.iter().find(|(key, _)| key.as_str() == "redis.conf"));
        set || text.is_some_and(|(_, text)| postgres::sets(text, name))
    };
    // A volume without the append-only file loses what was written since the last snapshot.
    if draft.volume_at("/data").is_some() && !set("appendonly") {
        draft.arg("appendonly", &["--appendonly", "yes"]);
    }
    if let Some(limit) = draft.memory_limit()
        && !set("maxmemory")
    {
        draft.arg("--maxmemory", &["--maxmemory", &(limit / 4 * 3).to_string()]);
    }
    if let Some((directory, _)) = config {
        draft.leading_arg(&format!("{directory}/redis.conf"));
    }
    if let Some(replication) = &engine.replication {
        replication::redis::complete(draft, replication);
    }
}
