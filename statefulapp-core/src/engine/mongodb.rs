//! MongoDB, the Docker Official Image `mongo`.

use super::draft::{Draft, exec, probe};
use super::*;
use crate::model::{EngineKind, PodManagement};

/// What is known of `mongo`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Mongodb,
    name: "mongodb",
    title: "MongoDB",
    image: "mongo",
    repositories: &["mongo"],
    versions: &[
        Series { tag: "8.0.29", numbers: &[8, 0], ended: "" },
        Series { tag: "7.0.40", numbers: &[7, 0], ended: "" },
        Series { tag: "8.3.8", numbers: &[8, 3], ended: "" },
        Series { tag: "8.2", numbers: &[8, 2], ended: "" },
        Series { tag: "6.0", numbers: &[6, 0], ended: "2025-07-31" },
        Series { tag: "5.0", numbers: &[5, 0], ended: "2024-10-31" },
        Series { tag: "4.4", numbers: &[4, 4], ended: "2024-02-29" },
    ],
    since: &[],
    users: &[User { variant: "", uid: 999, gid: 999, alone: "" }],
    paths: &[DataPath {
        what: "the data directory",
        setting: "dbpath",
        mount: "/data/db",
        since: &[],
        before: &[],
        volumes: &["data"],
        below: Below::SubPath("db"),
        unset: "/data/db",
        root: Root::Fine,
        image_volume: true,
        moved_by: &["dbpath", "dbPath", "configsvr"],
        shared: "",
    }],
    ports: &[KnownPort {
        name: "mongodb",
        number: 27017,
        speaks: Speaks::Own("MongoDB's wire protocol"),
        used_by: UsedBy::Clients,
        optional: false,
        setting: "port",
    }],
    environment: Environment {
        known: &["MONGO_INITDB_DATABASE"],
        files: &["MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD"],
        closed: &["MONGO_INITDB_"],
        open: &[],
        required: &[],
        exclusive: &[],
        together: &[Together {
            first: "MONGO_INITDB_ROOT_USERNAME",
            second: "MONGO_INITDB_ROOT_PASSWORD",
            otherwise: "the image stops: it makes a user of both or none",
            stops: true,
        }],
        per_pod: &[],
        forbidden: &[],
    },
    variable: None,
    names: &[
        KnownName {
            what: "user",
            variable: "MONGO_INITDB_ROOT_USERNAME",
            most: 0,
            in_bytes: false,
            refused: "",
            reserved: &[],
        },
        KnownName {
            what: "database",
            variable: "MONGO_INITDB_DATABASE",
            most: 63,
            in_bytes: true,
            refused: "/\\. \"$",
            reserved: &["local", "config"],
        },
        KnownName { what: "cluster", variable: "", most: 0, in_bytes: false, refused: "/", reserved: &[] },
    ],
    probes: Probes {
        // While the image initialises, its server listens on the loopback address only.
        startup: Some(Check { how: How::Tcp("mongodb"), period: 10, timeout: 5, failures: 360, since: &[] }),
        readiness: Some(Check {
            how: How::Exec(&["mongosh", "--quiet", "--eval", "db.adminCommand('ping').ok"]),
            period: 20,
            timeout: 10,
            failures: 3,
            since: &[6, 0],
        }),
        liveness: None,
    },
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `8.0.29`." },
        EngineOption { name: "database", doc: "`MONGO_INITDB_DATABASE`: what scripts of the first start begin with." },
        EngineOption { name: "user", doc: "`MONGO_INITDB_ROOT_USERNAME`: made at the first start; default `root`." },
        EngineOption { name: "password", doc: "`MONGO_INITDB_ROOT_PASSWORD`; turns authentication on." },
        EngineOption { name: "config", doc: "A ConfigMap with `mongod.conf`, mounted and passed as `--config`." },
        EngineOption { name: "replication", doc: "A replica set: `replication: {}`." },
        EngineOption { name: "cluster", doc: "The replica set's name; default `rs0`." },
        EngineOption {
            name: "cluster_secret",
            doc: "The key file that the members of a replica set with a password know each other by: 6 to 1024 letters and digits.",
        },
        EngineOption { name: "settings", doc: "Options of `mongod`, passed as `--name value`." },
    ],
    per_member: &["replSet"],
    grace: 120,
    stop_signal: "SIGTERM",
    stop_commands: &[("mongod", "--shutdown"), ("mongosh", "shutdownServer"), ("mongo", "shutdownServer")],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::Majority,
    single_writer: true,
    cluster: Cluster {
        form: "a replica set, which a Job forms: the first pod begins, the others are added one by one; the members elect their primary",
        rule: "replicas-without-replication",
        without: "unrelated databases behind one name",
        signs: &["replSet", "rs.initiate", "replication:"],
        needs: &["replication"],
        alone: &[],
        forgotten: "",
        away: None,
        apart: false,
    },
    forms: &[Form { mode: "replica-set", takes: &[], needs: &[], since: &[6, 0], without: &[], services: false }],
    backup: BackupMethod::Dump("mongodump --archive --gzip"),
    writable: &["/tmp"],
    edited: &[],
    programs: &["mongosh", "mongo", "mongodump", "mongorestore", "mongoexport", "mongoimport"],
    only_programs: None,
    files: &[ConfigFile { name: "mongod.conf", directories: &[], flag: "--config", listen: "bindIp", alone: false }],
    memory: &[],
    locks: &["MONGO_INITDB_ROOT_PASSWORD", "--auth", "--keyFile", "authorization", "--transitionToAuth"],
    scheme: Some("mongodb"),
    limits: &[
        "`MONGO_INITDB_*` variables are read at the first start only.",
        "Without a password there is no authentication.",
        "Versions move up one major series at a time, and `setFeatureCompatibilityVersion` follows.",
        "Clients of a replica set need the names of its members and `replicaSet=`, which `url()` gives; no Service leads to the primary.",
        "The Job `<app>-form` adds and removes members as `replicas` says, when it is applied again; it is gone after an hour. A majority \
         of the earlier members has to stay: from three to one `rs.remove()` comes first.",
        "At most seven members vote; the others hold copies.",
        "The scripts of the replica set were held against the documentation and a model of its commands; no real `mongod` has run them here.",
    ],
    sources: &[
        Source { what: "user ids, volume, port", url: "https://github.com/docker-library/mongo" },
        Source {
            what: "environment, first start on the loopback address, --bind_ip_all",
            url: "https://github.com/docker-library/mongo/blob/master/docker-entrypoint.sh",
        },
        Source {
            what: "replica sets with a key file",
            url: "https://www.mongodb.com/docs/manual/tutorial/deploy-replica-set-with-keyfile-access-control/",
        },
        Source { what: "cache size", url: "https://www.mongodb.com/docs/manual/core/wiredtiger/#memory-use" },
    ],
    complete,
};

fn complete(draft: &mut Draft<'_>) {
    let engine = draft.engine;
    if engine.password.is_some() {
        draft.env("MONGO_INITDB_ROOT_USERNAME", engine.user.as_deref().unwrap_or("root"));
    } else {
        draft.env_given("MONGO_INITDB_ROOT_USERNAME", &engine.user);
    }
    draft.env_secret("MONGO_INITDB_ROOT_PASSWORD", &engine.password);
    draft.env_given("MONGO_INITDB_DATABASE", &engine.database);
    let config = draft.config_directory("/etc/mongo");
    if let Some((directory, config)) = config
        && config.keys().any(|key| key.as_str() == "mongod.conf")
    {
        draft.arg("--config", &["--config", &format!("{directory}/mongod.conf")]);
    }
    if let Some(limit) = draft.memory_limit() {
        draft.arg("--wiredTigerCacheSizeGB", &["--wiredTigerCacheSizeGB", &memory::wired_tiger(limit)]);
    }
    if engine.replication.is_some() {
        replication::mongodb::complete(draft);
    }
    for (name, value) in &engine.settings {
        draft.arg(&format!("--{name}"), &[&format!("--{name}"), value]);
    }
    if !draft.version.at_least(&[6, 0]) {
        draft.readiness(probe(exec(&["mongo", "--quiet", "--eval", "db.adminCommand('ping').ok"]), 20, 10, 3));
    }
}
