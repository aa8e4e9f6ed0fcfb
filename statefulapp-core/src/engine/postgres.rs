//! PostgreSQL, the Docker Official Image `postgres`.

use super::draft::{Draft, exec, probe};
use super::*;
use crate::model::{EngineKind, EnvValue, Names, PodManagement};

/// The directory where the files of `config` appear.
const CONFIG: &str = "/etc/postgresql";

/// What is known of `postgres`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Postgres,
    name: "postgres",
    title: "PostgreSQL",
    image: "postgres",
    repositories: &["postgres"],
    versions: &[
        Series { tag: "18.6", numbers: &[18], ended: "" },
        Series { tag: "17.11", numbers: &[17], ended: "" },
        Series { tag: "16.15", numbers: &[16], ended: "" },
        Series { tag: "15.19", numbers: &[15], ended: "" },
        Series { tag: "14.24", numbers: &[14], ended: "" },
        Series { tag: "13", numbers: &[13], ended: "2025-11-13" },
        Series { tag: "12", numbers: &[12], ended: "2024-11-21" },
        Series { tag: "11", numbers: &[11], ended: "2023-11-09" },
    ],
    since: &[],
    users: &[
        User {
            variant: "alpine",
            uid: 70,
            gid: 70,
            // The Debian variant has `libnss_wrapper`, which makes the image's user of any number.
            alone: "`initdb` looks for the name of the user that it runs as, and this variant has only `postgres`",
        },
        User { variant: "", uid: 999, gid: 999, alone: "" },
    ],
    paths: &[
        DataPath {
            what: "the database cluster",
            setting: "data_directory",
            mount: "/var/lib/postgresql",
            since: &[18],
            before: &[],
            volumes: &["data"],
            below: Below::Variable { name: "PGDATA", directory: "pgdata" },
            unset: "/var/lib/postgresql/<major>/docker",
            root: Root::Refused,
            image_volume: true,
            moved_by: &[],
            shared: "",
        },
        DataPath {
            what: "the database cluster",
            setting: "",
            mount: "/var/lib/postgresql/data",
            since: &[],
            before: &[18],
            volumes: &["data"],
            below: Below::Variable { name: "PGDATA", directory: "pgdata" },
            unset: "/var/lib/postgresql/data",
            root: Root::Refused,
            image_volume: true,
            moved_by: &[],
            shared: "",
        },
    ],
    ports: &[KnownPort {
        name: "postgres",
        number: 5432,
        speaks: Speaks::Own("PostgreSQL's protocol"),
        used_by: UsedBy::Clients,
        optional: false,
        setting: "port",
    }],
    environment: Environment {
        known: &["POSTGRES_INITDB_WALDIR", "POSTGRES_HOST_AUTH_METHOD", "PGDATA"],
        files: &["POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_INITDB_ARGS"],
        closed: &["POSTGRES_"],
        open: &[],
        required: &[Required {
            rule: "password-missing",
            one_of: &["POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE"],
            or: &[("POSTGRES_HOST_AUTH_METHOD", "trust")],
            with: "",
            since: &[],
            before: &[],
            otherwise: "the image stops at its first start: the superuser has no password",
            option: "password",
        }],
        exclusive: &[],
        together: &[],
        per_pod: &[],
        forbidden: &[],
    },
    variable: None,
    names: &[
        KnownName { what: "user", variable: "POSTGRES_USER", most: 63, in_bytes: true, refused: "", reserved: &[] },
        KnownName {
            what: "database",
            variable: "POSTGRES_DB",
            most: 63,
            in_bytes: true,
            refused: "",
            reserved: &["template0", "template1"],
        },
        KnownName {
            what: "replication user",
            variable: "",
            most: 63,
            in_bytes: true,
            refused: " \"'\\:=",
            reserved: &[],
        },
    ],
    probes: Probes {
        // Over TCP: while the image initialises, its server listens on the socket only.
        startup: Some(Check {
            how: How::Exec(&["pg_isready", "-h", "127.0.0.1"]),
            period: 10,
            timeout: 5,
            failures: 360,
            since: &[],
        }),
        readiness: Some(Check {
            how: How::Exec(&["pg_isready", "-h", "127.0.0.1"]),
            period: 10,
            timeout: 5,
            failures: 3,
            since: &[],
        }),
        liveness: None,
    },
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `17.2` or `17.2-alpine`." },
        EngineOption { name: "database", doc: "`POSTGRES_DB`: made at the first start; default the user's name." },
        EngineOption {
            name: "user",
            doc: "`POSTGRES_USER`: the superuser, made at the first start; default `postgres`.",
        },
        EngineOption { name: "password", doc: "`POSTGRES_PASSWORD`: the superuser's password." },
        EngineOption {
            name: "config",
            doc: "A ConfigMap with `postgresql.conf`, `pg_hba.conf` or `pg_ident.conf`, mounted and passed as arguments.",
        },
        EngineOption { name: "replication", doc: "Streaming standbys." },
        EngineOption { name: "settings", doc: "Server parameters, passed as `-c name=value`." },
    ],
    per_member: &["primary_conninfo", "primary_slot_name"],
    grace: 120,
    stop_signal: "SIGINT",
    stop_commands: &[("pg_ctl", "stop"), ("pg_ctlcluster", "stop")],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::None,
    single_writer: true,
    cluster: Cluster {
        form: "the first pod is the primary, the others are streaming standbys with a slot each",
        rule: "replicas-without-replication",
        without: "unrelated databases behind one name",
        signs: &["primary_conninfo", "standby.signal", "pg_basebackup", "pg_autoctl", "patroni", "repmgr"],
        needs: &["replication"],
        alone: &[],
        forgotten: "the primary begins a new database, which no standby follows",
        away: Some(1),
        apart: false,
    },
    forms: &[Form {
        mode: "streaming",
        takes: &["user", "password"],
        needs: &["password"],
        // Before, a standby has its settings in a file of its own.
        since: &[12],
        without: &[
            ("wal_level", &["minimal"]),
            ("max_wal_senders", &["0"]),
            ("max_replication_slots", &["0"]),
            ("hot_standby", &["off", "false", "no", "0"]),
        ],
        services: true,
    }],
    backup: BackupMethod::Dump("pg_dump -Fc, read to its end by pg_restore"),
    writable: &["/tmp", "/var/run/postgresql"],
    edited: &[],
    programs: &[
        "psql",
        "pg_isready",
        "pg_dump",
        "pg_dumpall",
        "pg_restore",
        "pg_basebackup",
        "pg_ctl",
        "createdb",
        "createuser",
        "dropdb",
        "initdb",
        "vacuumdb",
    ],
    only_programs: None,
    files: &[
        ConfigFile {
            name: "postgresql.conf",
            directories: &[],
            flag: "config_file",
            listen: "listen_addresses",
            alone: true,
        },
        ConfigFile { name: "pg_hba.conf", directories: &[], flag: "hba_file", listen: "", alone: false },
    ],
    memory: &["shared_buffers"],
    locks: &[],
    scheme: Some("postgresql"),
    limits: &[
        "There is no automatic failover: promoting another server is somebody's decision.",
        "`POSTGRES_*` variables are read at the first start only; a changed password in the Secret does not change the database.",
        "A new major version does not read the old one's files: the server stops and says so, until `pg_upgrade` or a dump and restore.",
    ],
    sources: &[
        Source {
            what: "user ids, volume, PGDATA, STOPSIGNAL, listen_addresses of the sample configuration",
            url: "https://github.com/docker-library/postgres",
        },
        Source {
            what: "environment, first start, socket-only server while initialising",
            url: "https://github.com/docker-library/postgres/blob/master/docker-entrypoint.sh",
        },
        Source { what: "/dev/shm", url: "https://hub.docker.com/_/postgres" },
        Source { what: "supported versions", url: "https://www.postgresql.org/support/versioning/" },
    ],
    complete,
};

fn complete(draft: &mut Draft<'_>) {
    let engine = draft.engine;
    draft.env_secret("POSTGRES_PASSWORD", &engine.password);
    draft.env_given("POSTGRES_USER", &engine.user);
    draft.env_given("POSTGRES_DB", &engine.database);
    for (name, value) in &engine.settings {
        draft.arg(&format!("{name}="), &["-c", &format!("{name}={value}")]);
    }
    configuration(draft);
    probes(draft);
    // Parallel queries share memory there; a container has 64 MiB.
    let shared = draft.memory_limit().map_or(256 << 20, |limit| limit / 4);
    draft.scratch("shm", "/dev/shm", true, Some(shared));
    if let Some(replication) = &engine.replication {
        replication::postgres::complete(draft, replication);
    }
}

/// The configuration files are only read if the server is told where they are.
fn configuration(draft: &mut Draft<'_>) {
    let directory = match draft.config_directory(CONFIG) {
        Some((directory, config)) => {
            Some((directory, text(draft.stack, config.name.as_str(), "postgresql.conf"), keys(config)))
        }
        None => mounted(draft.stack, &draft.app),
    };
    let Some((directory, text, keys)) = directory else { return };
    for (key, setting) in
        [("postgresql.conf", "config_file"), ("pg_hba.conf", "hba_file"), ("pg_ident.conf", "ident_file")]
    {
        if keys.iter().any(|have| have == key) {
            draft.arg(&format!("{setting}="), &["-c", &format!("{setting}={directory}/{key}")]);
        }
    }
    // The image sets this in its own sample, not in the server: a file without it makes a server that listens to itself only.
    if text.is_some_and(|text| !sets(&text, "listen_addresses")) {
        draft.arg("listen_addresses", &["-c", "listen_addresses=*"]);
    }
}

/// A directory of the user's `files` that has a `postgresql.conf` or a `pg_hba.conf`.
pub(crate) fn mounted(stack: &Names<'_>, app: &App) -> Option<(String, Option<String>, Vec<String>)> {
    use crate::model::{FileContent, Source};
    app.files.iter().find_map(|file| {
        let FileContent::All(Source::ConfigMap(name)) = &file.content else { return None };
        let config = stack.config_map(name.as_str())?;
        let keys = keys(config);
        keys.iter()
            .any(|key| key == "postgresql.conf" || key == "pg_hba.conf")
            .then(|| (file.path.normalised().into_owned(), text(stack, name.as_str(), "postgresql.conf"), keys))
    })
}

fn keys(config: &crate::model::ConfigMap) -> Vec<String> {
    config.keys().map(|key| key.as_str().to_owned()).collect()
}

fn text(stack: &Names<'_>, config: &str, key: &str) -> Option<String> {
    let config = stack.config_map(config)?;
    config.data.iter().find(|(have, _)| have.as_str() == key).map(|(_, text)| text.clone())
}

/// Whether a configuration file of lines `name = value`, `name: value` or `name value` sets a name.
pub(crate) fn sets(text: &str, name: &str) -> bool {
    value_of(text, name).is_some()
}

/// The last value that such a file gives to a name, without quotes.
pub(crate) fn value_of<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().rev().find_map(|line| {
        let (head, rest) = line.trim_start().split_at_checked(name.len())?;
        if !head.eq_ignore_ascii_case(name) {
            return None;
        }
        let rest = rest.split('#').next().unwrap_or_default().trim_end();
        let rest = rest.strip_prefix([' ', '\t', '=', ':'])?;
        Some(rest.trim().trim_start_matches(['=', ':']).trim().trim_matches(['\'', '"']))
    })
}

/// Asks as a role and for a database that exist: for others the server would write an error to its log at every probe.
fn probes(draft: &mut Draft<'_>) {
    let given = |name: &str, own: &Option<String>| match draft.app.main.env(name) {
        Some(EnvValue::Text(text)) if !text.contains("$(") => Some(text.clone()),
        Some(_) => None,
        None => own.clone(),
    };
    let (user, database) = (given("POSTGRES_USER", &draft.engine.user), given("POSTGRES_DB", &draft.engine.database));
    let mut command = vec!["pg_isready", "-h", "127.0.0.1"];
    if let Some(user) = &user {
        command.extend(["-U", user.as_str(), "-d", database.as_deref().unwrap_or(user)]);
    }
    draft.startup(probe(exec(&command), 10, 5, 360));
    draft.readiness(probe(exec(&command), 10, 5, 3));
}
