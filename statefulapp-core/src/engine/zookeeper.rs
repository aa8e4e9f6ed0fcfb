//! Apache ZooKeeper, the Docker Official Image `zookeeper`.

use super::draft::Draft;
use super::*;
use crate::model::{EngineKind, EnvValue, PodManagement};
use crate::value::KubernetesVersion;

/// What is known of `zookeeper`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Zookeeper,
    name: "zookeeper",
    title: "Apache ZooKeeper",
    image: "zookeeper",
    repositories: &["zookeeper"],
    versions: &[
        Series { tag: "3.9.5", numbers: &[3, 9], ended: "" },
        Series { tag: "3.8.6", numbers: &[3, 8], ended: "" },
        Series { tag: "3.7", numbers: &[3, 7], ended: "2024-02" },
        Series { tag: "3.6", numbers: &[3, 6], ended: "2022-12" },
        Series { tag: "3.5", numbers: &[3, 5], ended: "2022-06" },
    ],
    since: &[3, 5],
    users: &[User { variant: "", uid: 1000, gid: 1000, alone: "" }],
    paths: &[
        DataPath {
            what: "the snapshots",
            setting: "dataDir",
            mount: "/data",
            since: &[],
            before: &[],
            volumes: &["data"],
            below: Below::SubPath("data"),
            unset: "/data",
            root: Root::Fine,
            image_volume: true,
            moved_by: &["ZOO_DATA_DIR", "zoo.cfg"],
            shared: "",
        },
        DataPath {
            what: "the transaction log",
            setting: "",
            mount: "/datalog",
            since: &[],
            before: &[],
            volumes: &["datalog", "log"],
            below: Below::SubPath("datalog"),
            unset: "/datalog",
            root: Root::Fine,
            image_volume: true,
            moved_by: &["ZOO_DATA_LOG_DIR", "zoo.cfg"],
            shared: "datalog",
        },
        DataPath {
            what: "log files",
            setting: "",
            mount: "/logs",
            since: &[],
            before: &[],
            volumes: &["logs"],
            below: Below::SubPath("logs"),
            unset: "/logs",
            root: Root::Fine,
            image_volume: true,
            moved_by: &["ZOO_LOG_DIR"],
            shared: "",
        },
    ],
    ports: PORTS,
    environment: Environment {
        known: &[
            "ZOO_CONF_DIR",
            "ZOO_DATA_DIR",
            "ZOO_DATA_LOG_DIR",
            "ZOO_LOG_DIR",
            "ZOO_LOG4J_PROP",
            "ZOO_TICK_TIME",
            "ZOO_INIT_LIMIT",
            "ZOO_SYNC_LIMIT",
            "ZOO_AUTOPURGE_PURGEINTERVAL",
            "ZOO_AUTOPURGE_SNAPRETAINCOUNT",
            "ZOO_MAX_CLIENT_CNXNS",
            "ZOO_STANDALONE_ENABLED",
            "ZOO_ADMINSERVER_ENABLED",
            "ZOO_SERVERS",
            "ZOO_MY_ID",
            "ZOO_4LW_COMMANDS_WHITELIST",
            "ZOO_CFG_EXTRA",
        ],
        closed: &["ZOO_"],
        required: &[Required {
            rule: "zookeeper-id-missing",
            one_of: &["ZOO_MY_ID"],
            or: &[],
            with: "ZOO_SERVERS",
            since: &[],
            before: &[],
            otherwise: "every member takes itself for server 1",
            option: "",
        }],
        per_pod: &[("ZOO_MY_ID", "id-shared")],
        ..NO_ENVIRONMENT
    },
    variable: None,
    names: &[],
    probes: PROBES,
    options: OPTIONS,
    per_member: &["server."],
    grace: 60,
    stop_signal: "SIGTERM",
    stop_commands: &[("zkServer.sh", "stop")],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::Majority,
    single_writer: false,
    cluster: CLUSTER,
    forms: &[],
    backup: BACKUP,
    writable: &["/tmp", "/logs"],
    edited: &["/conf"],
    programs: &["zkServer.sh", "zkCli.sh"],
    only_programs: None,
    files: &[ConfigFile { name: "zoo.cfg", directories: &["/conf"], flag: "ZOO_CONF_DIR", listen: "", alone: false }],
    memory: &[],
    locks: &[],
    scheme: None,
    limits: LIMITS,
    sources: &[
        Source { what: "user, volumes, environment, myid", url: "https://github.com/31z4/zookeeper-docker" },
        Source {
            what: "ids from 1 to 255, quorumListenOnAllIPs, autopurge, four-letter words",
            url: "https://zookeeper.apache.org/doc/current/zookeeperAdmin.html",
        },
    ],
    complete,
};

pub(super) static PORTS: &[KnownPort] = &[
    KnownPort {
        name: "client",
        number: 2181,
        speaks: Speaks::Own("ZooKeeper's protocol"),
        used_by: UsedBy::Clients,
        optional: false,
        setting: "clientPort",
    },
    KnownPort {
        name: "follower",
        number: 2888,
        speaks: Speaks::Own("ZooKeeper's protocol"),
        used_by: UsedBy::Members,
        optional: false,
        setting: "",
    },
    KnownPort {
        name: "election",
        number: 3888,
        speaks: Speaks::Own("ZooKeeper's protocol"),
        used_by: UsedBy::Members,
        optional: false,
        setting: "",
    },
    KnownPort {
        name: "admin",
        number: 8080,
        speaks: Speaks::Http,
        used_by: UsedBy::Operators,
        optional: true,
        setting: "",
    },
];

/// The server takes connections before it belongs to a quorum; only its own answer tells whether it serves.
const SERVES: How =
    How::Exec(&["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/2181 && echo srvr >&3 && timeout 4 grep -q '^Mode: ' <&3"]);

pub(super) const PROBES: Probes = Probes {
    startup: Some(Check { how: SERVES, period: 10, timeout: 5, failures: 360, since: &[] }),
    readiness: Some(Check { how: SERVES, period: 10, timeout: 5, failures: 3, since: &[] }),
    liveness: None,
};

pub(super) static OPTIONS: &[EngineOption] = &[
    EngineOption { name: "version", doc: "The image's tag, `3.9.5`." },
    EngineOption { name: "settings", doc: "Lines of `zoo.cfg`, `maxSessionTimeout`." },
];

pub(super) const CLUSTER: Cluster = Cluster {
    form: "An ensemble: every pod knows the others by name, and has the id of its ordinal, counted from 1.",
    rule: "replicas-without-replication",
    without: "servers that each stand alone",
    signs: &["ZOO_SERVERS", "zoo.cfg"],
    needs: &[],
    alone: &[],
    forgotten: "",
    away: None,
    apart: false,
};

pub(super) const BACKUP: BackupMethod = BackupMethod::Unsound {
    why: "a snapshot of ZooKeeper is fuzzy: it is only consistent together with the transaction log",
    instead: "an ensemble of three or five, and snapshots of the volumes",
};

pub(super) static LIMITS: &[&str] = &[
    "The list of servers is written when a pod starts: after a change of `replicas` all pods are restarted, one by one.",
    "From three to five one at a time: `replicas: 4`, wait until all pods are ready, then 5; back the same way. Never from one: a lone server is no ensemble.",
    "Nobody has to log in.",
];

fn complete(draft: &mut Draft<'_>) {
    let first = draft.app.first_ordinal();
    // Ids go from 1 to 255. Ordinals that begin with 1 are ids already.
    let shift = u32::from(first == 0);
    let servers = draft.ordinals().map(|n| format!("server.{}={}:2888:3888;2181", n + shift, draft.host(n)));
    let servers: Vec<String> = servers.collect();
    draft.env("ZOO_SERVERS", servers.join(" "));
    if !draft.has_env("ZOO_MY_ID") {
        let index = "metadata.labels['apps.kubernetes.io/pod-index']".parse();
        match index {
            Ok(index) if shift == 0 && draft.stack.kubernetes() >= KubernetesVersion::new(1, 28) => {
                draft.env("ZOO_MY_ID", EnvValue::Field(index));
            }
            _ => {
                draft.pod_name();
                draft.before(
                    &format!("((ZOO_MY_ID = ${{POD_NAME##*-}} + {shift}))\nexport ZOO_MY_ID\n"),
                    "/docker-entrypoint.sh",
                    &["zkServer.sh", "start-foreground"],
                );
            }
        }
    }
    // One server is an ensemble of one, so that a second one can join.
    draft.env("ZOO_STANDALONE_ENABLED", "false");
    // Old snapshots and logs are kept for ever by default.
    draft.env("ZOO_AUTOPURGE_PURGEINTERVAL", "24");
    // A pod's name may resolve to an address that it has not bound yet.
    let mut extra = vec!["quorumListenOnAllIPs=true".to_owned()];
    extra.extend(draft.engine.settings.iter().map(|(name, value)| format!("{name}={value}")));
    draft.env("ZOO_CFG_EXTRA", extra.join(" "));
    if let Some(limit) = draft.memory_limit() {
        draft.env("ZK_SERVER_HEAP", memory::heap(limit).to_string());
    }
}

/// `maxSessionTimeout` as `MAX_SESSION_TIMEOUT`.
pub(super) fn upper_snake(name: &str) -> String {
    let mut text = String::new();
    for (n, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && n > 0 {
            text.push('_');
        }
        text.push(if c == '.' || c == '-' { '_' } else { c.to_ascii_uppercase() });
    }
    text
}
