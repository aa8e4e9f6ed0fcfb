//! MariaDB, the Docker Official Image `mariadb`.

use super::draft::Draft;
use super::*;
use crate::model::{EngineKind, PodManagement};

/// What is known of `mariadb`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Mariadb,
    name: "mariadb",
    title: "MariaDB",
    image: "mariadb",
    repositories: &["mariadb"],
    versions: &[
        Series { tag: "12.3.2", numbers: &[12, 3], ended: "" },
        Series { tag: "11.8.8", numbers: &[11, 8], ended: "" },
        Series { tag: "11.4.12", numbers: &[11, 4], ended: "" },
        Series { tag: "10.11.18", numbers: &[10, 11], ended: "" },
        Series { tag: "10.6.28", numbers: &[10, 6], ended: "2026-07" },
        Series { tag: "12.2", numbers: &[12, 2], ended: "2026-05" },
        Series { tag: "12.1", numbers: &[12, 1], ended: "2026-02" },
        Series { tag: "12.0", numbers: &[12, 0], ended: "2025-11" },
        Series { tag: "11.7", numbers: &[11, 7], ended: "2025-05" },
        Series { tag: "10.5", numbers: &[10, 5], ended: "2025-06" },
    ],
    since: &[10, 3],
    users: &[User { variant: "", uid: 999, gid: 999, alone: "" }],
    paths: &[DataPath {
        what: "the data directory",
        setting: "datadir",
        mount: "/var/lib/mysql",
        since: &[],
        before: &[],
        volumes: &["data"],
        below: Below::SubPath("mysql"),
        unset: "/var/lib/mysql",
        root: Root::Untidy,
        image_volume: true,
        moved_by: &["datadir"],
        shared: "",
    }],
    ports: &[
        KnownPort {
            name: "mysql",
            number: 3306,
            speaks: Speaks::Own("MySQL's protocol"),
            used_by: UsedBy::Clients,
            optional: false,
            setting: "port",
        },
        KnownPort {
            name: "galera",
            number: 4567,
            speaks: Speaks::Own("Galera's protocol"),
            used_by: UsedBy::Members,
            optional: true,
            setting: "",
        },
    ],
    environment: Environment {
        known: &[
            "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
            "MARIADB_RANDOM_ROOT_PASSWORD",
            "MARIADB_INITDB_SKIP_TZINFO",
            "MARIADB_AUTO_UPGRADE",
            "MARIADB_DISABLE_UPGRADE_BACKUP",
            "MARIADB_MYSQL_LOCALHOST_USER",
            "MARIADB_MYSQL_LOCALHOST_GRANTS",
            "MARIADB_HEALTHCHECK_GRANTS",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "MYSQL_RANDOM_ROOT_PASSWORD",
            "MYSQL_INITDB_SKIP_TZINFO",
            // Read by the server and the client programs.
            "MYSQL_PWD",
            "MYSQL_HOST",
            "MYSQL_TCP_PORT",
            "MYSQL_UNIX_PORT",
            "MYSQL_HOME",
            "MYSQL_HISTFILE",
            "MYSQL_GROUP_SUFFIX",
            "MYSQL_PS1",
            "MYSQL_DEBUG",
        ],
        files: &[
            "MARIADB_ROOT_PASSWORD",
            "MARIADB_ROOT_PASSWORD_HASH",
            "MARIADB_ROOT_HOST",
            "MARIADB_DATABASE",
            "MARIADB_USER",
            "MARIADB_USER_HOST",
            "MARIADB_PASSWORD",
            "MARIADB_PASSWORD_HASH",
            "MARIADB_REPLICATION_USER",
            "MARIADB_REPLICATION_PASSWORD",
            "MARIADB_REPLICATION_PASSWORD_HASH",
            "MARIADB_MASTER_HOST",
            "MARIADB_MASTER_PORT",
            "MYSQL_ROOT_PASSWORD",
            "MYSQL_ROOT_HOST",
            "MYSQL_DATABASE",
            "MYSQL_USER",
            "MYSQL_PASSWORD",
        ],
        closed: &["MARIADB_", "MYSQL_"],
        open: &[],
        required: &[Required {
            rule: "password-missing",
            one_of: &[
                "MARIADB_ROOT_PASSWORD",
                "MARIADB_ROOT_PASSWORD_FILE",
                "MARIADB_ROOT_PASSWORD_HASH",
                "MARIADB_ROOT_PASSWORD_HASH_FILE",
                "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
                "MARIADB_RANDOM_ROOT_PASSWORD",
                "MYSQL_ROOT_PASSWORD",
                "MYSQL_ROOT_PASSWORD_FILE",
                "MYSQL_ALLOW_EMPTY_PASSWORD",
                "MYSQL_RANDOM_ROOT_PASSWORD",
            ],
            or: &[],
            with: "",
            since: &[],
            before: &[],
            otherwise: "the image stops at its first start: nothing is said of root's password",
            option: "root_password",
        }],
        exclusive: &[
            ("MARIADB_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD_HASH"),
            ("MARIADB_PASSWORD", "MARIADB_PASSWORD_HASH"),
        ],
        together: &[],
        per_pod: &[],
        forbidden: &[],
    },
    variable: None,
    names: &[
        KnownName {
            what: "user",
            variable: "MARIADB_USER",
            most: 128,
            in_bytes: false,
            refused: "'\\",
            reserved: &["root"],
        },
        KnownName {
            what: "user",
            variable: "MYSQL_USER",
            most: 128,
            in_bytes: false,
            refused: "'\\",
            reserved: &["root"],
        },
        KnownName {
            what: "database",
            variable: "MARIADB_DATABASE",
            most: 64,
            in_bytes: false,
            refused: "`",
            reserved: &["mysql", "information_schema", "performance_schema", "sys"],
        },
        KnownName {
            what: "database",
            variable: "MYSQL_DATABASE",
            most: 64,
            in_bytes: false,
            refused: "`",
            reserved: &["mysql", "information_schema", "performance_schema", "sys"],
        },
        // The script writes it as SQL does.
        KnownName { what: "replication user", variable: "", most: 128, in_bytes: false, refused: "", reserved: &[] },
    ],
    probes: Probes {
        // The image's own script: connects over TCP, which the server of the initialisation does not offer.
        startup: Some(Check {
            how: How::Exec(&["healthcheck.sh", "--connect", "--innodb_initialized"]),
            period: 10,
            timeout: 5,
            failures: 360,
            since: &[],
        }),
        readiness: Some(Check {
            how: How::Exec(&["healthcheck.sh", "--connect", "--innodb_initialized"]),
            period: 10,
            timeout: 5,
            failures: 3,
            since: &[],
        }),
        liveness: None,
    },
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `11.8.8`." },
        EngineOption { name: "database", doc: "`MARIADB_DATABASE`: made at the first start." },
        EngineOption { name: "user", doc: "`MARIADB_USER`: made at the first start, with all rights on the database." },
        EngineOption { name: "password", doc: "`MARIADB_PASSWORD`; without a `user`, root's password." },
        EngineOption {
            name: "root_password",
            doc: "`MARIADB_ROOT_PASSWORD`. With a `user` and without this, the image makes one up and writes it to its log.",
        },
        EngineOption { name: "config", doc: "A ConfigMap with `*.cnf`, mounted at `/etc/mysql/conf.d`." },
        EngineOption { name: "replication", doc: "Read-only replicas of one primary, by GTID." },
        EngineOption { name: "settings", doc: "Server options, passed as `--name=value`." },
    ],
    per_member: &["server-id", "report-host"],
    grace: 120,
    stop_signal: "SIGTERM",
    stop_commands: &[("mariadb-admin", "shutdown"), ("mysqladmin", "shutdown")],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::None,
    single_writer: true,
    cluster: Cluster {
        form: "the first pod is the primary, the others are read-only replicas that begin as its dump and follow it by GTID",
        rule: "replicas-without-replication",
        without: "unrelated servers behind one name",
        signs: &["MARIADB_MASTER_HOST", "MASTER_HOST", "wsrep", "galera", "gtid"],
        needs: &["replication"],
        alone: &[],
        forgotten: "the primary begins a new database, which no replica follows",
        away: Some(1),
        apart: false,
    },
    forms: &[Form {
        mode: "primary",
        takes: &["user", "password"],
        needs: &["password"],
        since: &[],
        without: &[("log-bin", &["off", "0", "false"]), ("skip-log-bin", &[]), ("skip-networking", &[])],
        services: true,
    }],
    backup: BackupMethod::Dump("mariadb-dump --single-transaction --routines --triggers --events"),
    writable: &["/tmp", "/run/mysqld"],
    edited: &[],
    programs: &["mariadb", "mariadb-admin", "mariadb-dump", "mariadb-backup", "healthcheck.sh"],
    only_programs: None,
    files: &[ConfigFile {
        name: ".cnf",
        directories: &["/etc/mysql/conf.d", "/etc/mysql/mariadb.conf.d", "/etc/my.cnf.d", "/etc/mysql", "/etc"],
        flag: "--defaults",
        listen: "bind-address",
        alone: false,
    }],
    memory: &["innodb_buffer_pool_size"],
    locks: &[],
    scheme: Some("mysql"),
    limits: &[
        "`MARIADB_*` variables are read at the first start only.",
        "Without replication the image makes the database: a first start that is cut off leaves half of one, which the image takes for whole. Delete its \
         claim then.",
        "With replication the log is kept for three days (`expire_logs_days`); a replica that was away for longer copies the primary again, \
         as a dump: reckon with some minutes a gigabyte.",
        "A replica keeps the password of replication in its file `master.info`.",
        "A server never moves back to an older series.",
    ],
    sources: &[
        Source { what: "user ids, volume, ports, programs", url: "https://github.com/MariaDB/mariadb-docker" },
        Source {
            what: "environment and first start",
            url: "https://github.com/MariaDB/mariadb-docker/blob/master/docker-entrypoint.sh",
        },
        Source { what: "healthcheck.sh", url: "https://mariadb.com/kb/en/using-healthcheck-sh/" },
    ],
    complete,
};

fn complete(draft: &mut Draft<'_>) {
    let engine = draft.engine;
    // Without another user the only password is root's.
    let root = engine.root_password.clone().or_else(|| engine.password.clone().filter(|_| engine.user.is_none()));
    let has_root =
        FACTS.environment.required.iter().flat_map(|required| required.one_of).any(|name| draft.has_env(name));
    if !has_root {
        draft.env_secret("MARIADB_ROOT_PASSWORD", &root);
    }
    if engine.user.is_some() {
        draft.env_given("MARIADB_USER", &engine.user);
        draft.env_secret("MARIADB_PASSWORD", &engine.password);
        if root.is_none() && !has_root && engine.password.is_some() {
            draft.env("MARIADB_RANDOM_ROOT_PASSWORD", "1");
        }
    }
    draft.env_given("MARIADB_DATABASE", &engine.database);
    // After a change of the version the system tables are brought up to date at the first start.
    draft.env("MARIADB_AUTO_UPGRADE", "1");
    mysql::options(draft);
    draft.config_directory("/etc/mysql/conf.d");
    if let Some(replication) = &engine.replication {
        replication::mariadb::complete(draft, replication);
    }
}
