//! MySQL, the Docker Official Image `mysql`.

use super::draft::Draft;
use super::*;
use crate::model::{EngineKind, PodManagement};

/// What is known of `mysql`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Mysql,
    name: "mysql",
    title: "MySQL",
    image: "mysql",
    repositories: &["mysql"],
    versions: &[
        Series { tag: "9.7.2", numbers: &[9, 7], ended: "" },
        Series { tag: "8.4.11", numbers: &[8, 4], ended: "" },
        Series { tag: "26.7.0", numbers: &[26, 7], ended: "" },
        Series { tag: "9.6", numbers: &[9, 6], ended: "2026-04" },
        Series { tag: "9.5", numbers: &[9, 5], ended: "2026-01" },
        Series { tag: "9.4", numbers: &[9, 4], ended: "2025-10" },
        Series { tag: "9.3", numbers: &[9, 3], ended: "2025-07" },
        Series { tag: "9.2", numbers: &[9, 2], ended: "2025-04" },
        Series { tag: "9.1", numbers: &[9, 1], ended: "2025-01" },
        Series { tag: "9.0", numbers: &[9, 0], ended: "2024-10" },
        Series { tag: "8.0", numbers: &[8, 0], ended: "2026-04" },
        Series { tag: "5.7", numbers: &[5, 7], ended: "2023-10" },
    ],
    since: &[],
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
            name: "mysqlx",
            number: 33060,
            speaks: Speaks::Own("the X protocol"),
            used_by: UsedBy::Clients,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "group",
            number: 33061,
            speaks: Speaks::Own("Group Replication"),
            used_by: UsedBy::Members,
            optional: true,
            setting: "",
        },
    ],
    environment: Environment {
        known: &[
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "MYSQL_RANDOM_ROOT_PASSWORD",
            "MYSQL_ONETIME_PASSWORD",
            "MYSQL_INITDB_SKIP_TZINFO",
            // Read by the server and the client programs.
            "MYSQL_PWD",
            "MYSQL_HOST",
            "MYSQL_TCP_PORT",
            "MYSQL_UNIX_PORT",
            "MYSQL_HOME",
            "MYSQL_HISTFILE",
            "MYSQL_HISTIGNORE",
            "MYSQL_GROUP_SUFFIX",
            "MYSQL_PS1",
            "MYSQL_DEBUG",
            "MYSQL_TEST_LOGIN_FILE",
        ],
        files: &["MYSQL_ROOT_PASSWORD", "MYSQL_ROOT_HOST", "MYSQL_DATABASE", "MYSQL_USER", "MYSQL_PASSWORD"],
        closed: &["MYSQL_"],
        open: &[],
        required: &[Required {
            rule: "password-missing",
            one_of: &[
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
        exclusive: &[],
        together: &[Together {
            first: "MYSQL_USER",
            second: "MYSQL_PASSWORD",
            otherwise: "the image warns and makes no user",
            stops: false,
        }],
        per_pod: &[],
        forbidden: &[Forbidden {
            rule: "mysql-user-root",
            name: "MYSQL_USER",
            value: "root",
            why: "the image stops: root exists already, and `MYSQL_USER` is for another user",
            instead: "leave the user out and give root's password as `MYSQL_ROOT_PASSWORD`",
        }],
    },
    variable: None,
    names: &[
        KnownName { what: "user", variable: "MYSQL_USER", most: 32, in_bytes: false, refused: "'\\", reserved: &[] },
        KnownName {
            what: "database",
            variable: "MYSQL_DATABASE",
            most: 64,
            in_bytes: false,
            refused: "`",
            reserved: &["mysql", "information_schema", "performance_schema", "sys"],
        },
        KnownName { what: "replication user", variable: "", most: 32, in_bytes: false, refused: "", reserved: &[] },
    ],
    probes: Probes {
        // Over TCP: while the image initialises, its server has no network. The program succeeds as soon as a server answers,
        // whether or not it lets it in; as a user that there is, because one that is unknown is a warning in the log each time.
        startup: Some(Check {
            how: How::Exec(&["mysqladmin", "ping", "-h", "127.0.0.1", "-u", "root"]),
            period: 10,
            timeout: 5,
            failures: 360,
            since: &[],
        }),
        readiness: Some(Check {
            how: How::Exec(&["mysqladmin", "ping", "-h", "127.0.0.1", "-u", "root"]),
            period: 10,
            timeout: 5,
            failures: 3,
            since: &[],
        }),
        liveness: None,
    },
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `8.4.11`." },
        EngineOption { name: "database", doc: "`MYSQL_DATABASE`: made at the first start." },
        EngineOption { name: "user", doc: "`MYSQL_USER`: made at the first start, with all rights on the database." },
        EngineOption { name: "password", doc: "`MYSQL_PASSWORD`; without a `user`, root's password." },
        EngineOption {
            name: "root_password",
            doc: "`MYSQL_ROOT_PASSWORD`. With a `user` and without this, the image makes one up and writes it to its log.",
        },
        EngineOption { name: "config", doc: "A ConfigMap with `*.cnf`, mounted at `/etc/mysql/conf.d`." },
        EngineOption { name: "replication", doc: "Replicas of one source, by GTID." },
        EngineOption { name: "settings", doc: "Server options, passed as `--name=value`." },
    ],
    per_member: &["server-id", "report-host"],
    grace: 120,
    stop_signal: "SIGTERM",
    stop_commands: &[("mysqladmin", "shutdown")],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::None,
    single_writer: true,
    cluster: Cluster {
        form: "the first pod is the source, the others are read-only replicas by GTID, copied from it by the CLONE plugin",
        rule: "replicas-without-replication",
        without: "unrelated servers behind one name",
        signs: &["group_replication", "group-replication", "replica_source", "SOURCE_HOST", "MASTER_HOST", "gtid"],
        needs: &["replication"],
        alone: &[],
        forgotten: "the primary begins a new database, which no replica follows",
        away: Some(1),
        apart: false,
    },
    forms: &[Form {
        mode: "gtid",
        takes: &["user", "password"],
        needs: &["password"],
        since: &[8, 4],
        without: &[
            ("gtid-mode", &["off", "0", "off_permissive"]),
            ("enforce-gtid-consistency", &["off", "0", "false"]),
            ("log-bin", &["off", "0", "false"]),
            ("skip-log-bin", &[]),
            ("disable-log-bin", &[]),
            ("skip-networking", &[]),
        ],
        services: true,
    }],
    backup: BackupMethod::Dump("mysqldump --single-transaction --routines --triggers --events"),
    writable: &["/tmp", "/var/run/mysqld", "/var/lib/mysql-files"],
    edited: &[],
    programs: &["mysql", "mysqladmin", "mysqldump", "mysqlsh", "mysqlpump", "mysqlimport"],
    only_programs: None,
    files: &[ConfigFile {
        name: ".cnf",
        directories: &["/etc/mysql/conf.d", "/etc/my.cnf.d", "/etc/mysql", "/etc"],
        flag: "--defaults",
        listen: "bind-address",
        alone: false,
    }],
    memory: &["innodb_buffer_pool_size"],
    locks: &[],
    scheme: Some("mysql"),
    limits: &[
        "`MYSQL_*` variables are read at the first start only.",
        "Without replication the image makes the database: a first start that is cut off leaves half of one, which the image takes for whole. Delete its \
         claim then.",
        "A server moves up one major series at a time, and never back.",
        "With replication there is no automatic failover: promoting another server is somebody's decision.",
        "With replication the log is kept for three days (`binlog_expire_logs_seconds`); a replica that was away for longer copies the \
         primary again.",
        "Replication is asynchronous: what the primary acknowledged last is lost with its volume.",
    ],
    sources: &[
        Source { what: "user ids, volume, ports, programs", url: "https://github.com/docker-library/mysql" },
        Source {
            what: "environment and first start",
            url: "https://github.com/docker-library/mysql/blob/master/docker-entrypoint.sh",
        },
        Source { what: "`mysqladmin ping`", url: "https://dev.mysql.com/doc/refman/8.4/en/mysqladmin.html" },
        Source { what: "configuration directory", url: "https://hub.docker.com/_/mysql" },
        Source {
            what: "replication by GTID",
            url: "https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-howto.html",
        },
        Source { what: "copies", url: "https://dev.mysql.com/doc/refman/8.4/en/clone-plugin-remote.html" },
    ],
    complete,
};

fn complete(draft: &mut Draft<'_>) {
    let engine = draft.engine;
    // Without another user the only password is root's.
    let root = engine.root_password.clone().or_else(|| engine.password.clone().filter(|_| engine.user.is_none()));
    draft.env_secret("MYSQL_ROOT_PASSWORD", &root);
    let has_root =
        FACTS.environment.required.iter().flat_map(|required| required.one_of).any(|name| draft.has_env(name));
    if engine.user.is_some() {
        draft.env_given("MYSQL_USER", &engine.user);
        draft.env_secret("MYSQL_PASSWORD", &engine.password);
        if root.is_none() && !has_root && engine.password.is_some() {
            draft.env("MYSQL_RANDOM_ROOT_PASSWORD", "yes");
        }
    }
    draft.env_given("MYSQL_DATABASE", &engine.database);
    options(draft);
    draft.config_directory("/etc/mysql/conf.d");
    if let Some(replication) = &engine.replication {
        replication::mysql::complete(draft, replication);
    }
}

/// `--name=value` for every setting; also of MariaDB.
pub(super) fn options(draft: &mut Draft<'_>) {
    for (name, value) in &draft.engine.settings {
        option(draft, name, value);
    }
}

/// `--name=value`, unless the arguments have it. The server takes names with dashes and with underscores.
pub(super) fn option(draft: &mut Draft<'_>, name: &str, value: &str) {
    let dashed = format!("--{}", name.replace('_', "-"));
    let underscored = format!("--{}", name.replace('-', "_"));
    let is_it = |arg: &str| {
        let name = arg.split('=').next().unwrap_or(arg);
        name == dashed || name == underscored
    };
    if !draft.has_arg_that(is_it) {
        draft.push_arg(format!("{dashed}={value}"));
    }
}
