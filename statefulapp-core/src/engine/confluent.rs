//! Confluent's images of Kafka and ZooKeeper, `confluentinc/cp-kafka` and `confluentinc/cp-zookeeper`.

use super::draft::Draft;
use super::*;
use crate::model::{EngineKind, PodManagement};

/// The entrypoint of both images.
const RUN: &str = "/etc/confluent/docker/run";

/// What is known of `confluentinc/cp-kafka`.
pub(super) static KAFKA: Facts = Facts {
    kind: EngineKind::Kafka,
    name: "kafka",
    title: "Kafka of the Confluent Platform",
    image: "confluentinc/cp-kafka",
    repositories: &["confluentinc/cp-kafka"],
    versions: &[
        Series { tag: "8.1.0", numbers: &[8, 1], ended: "" },
        Series { tag: "8.0.0", numbers: &[8, 0], ended: "" },
        Series { tag: "7.9.1", numbers: &[7, 9], ended: "" },
        Series { tag: "7.8", numbers: &[7, 8], ended: "" },
        Series { tag: "7.7", numbers: &[7, 7], ended: "2026-07" },
        Series { tag: "7.6", numbers: &[7, 6], ended: "2026-02" },
        Series { tag: "7.5", numbers: &[7, 5], ended: "2025-08" },
        Series { tag: "7.4", numbers: &[7, 4], ended: "2025-05" },
        Series { tag: "7", numbers: &[7], ended: "2024-11" },
        Series { tag: "6", numbers: &[6], ended: "2023-06" },
        Series { tag: "5", numbers: &[5], ended: "2022-04" },
        Series { tag: "8", numbers: &[8], ended: "" },
    ],
    since: &[],
    users: &[User { variant: "", uid: 1000, gid: 1000, alone: "" }],
    paths: &[DataPath { unset: "/var/lib/kafka/data", ..kafka::LOG_DIRS }],
    ports: kafka::PORTS,
    environment: Environment {
        open: &["KAFKA_"],
        required: &[
            Required {
                rule: "env-required",
                one_of: &["KAFKA_PROCESS_ROLES", "KAFKA_ZOOKEEPER_CONNECT"],
                or: &[],
                with: "",
                since: &[],
                before: &[8],
                otherwise: "the image stops: it knows neither a quorum nor a ZooKeeper",
                option: "",
            },
            Required {
                rule: "env-required",
                one_of: &["CLUSTER_ID"],
                or: &[],
                with: "KAFKA_PROCESS_ROLES",
                since: &[],
                before: &[],
                otherwise: "the image stops: it cannot format its directory",
                option: "cluster",
            },
            Required {
                rule: "env-required",
                one_of: &["KAFKA_ADVERTISED_LISTENERS"],
                or: &[("KAFKA_PROCESS_ROLES", "controller")],
                with: "",
                since: &[],
                before: &[],
                otherwise: "the image stops: it does not know what to tell clients",
                option: "",
            },
        ],
        forbidden: &[
            Forbidden {
                rule: "env-refused",
                name: "KAFKA_ADVERTISED_HOST",
                value: "",
                why: "the image stops when it is set",
                instead: "write `KAFKA_ADVERTISED_LISTENERS`",
            },
            Forbidden {
                rule: "env-refused",
                name: "KAFKA_ADVERTISED_PORT",
                value: "",
                why: "the image stops when it is set",
                instead: "write `KAFKA_ADVERTISED_LISTENERS`",
            },
            Forbidden {
                rule: "env-refused",
                name: "KAFKA_HOST",
                value: "",
                why: "the image stops when it is set",
                instead: "write `KAFKA_ADVERTISED_LISTENERS`",
            },
            Forbidden {
                rule: "env-refused",
                name: "KAFKA_PORT",
                value: "",
                why: "the image stops when it is set",
                instead: "write `KAFKA_ADVERTISED_LISTENERS`",
            },
        ],
        per_pod: kafka::PER_POD,
        ..NO_ENVIRONMENT
    },
    variable: Some(kafka::variable),
    names: &[],
    probes: kafka::PROBES,
    options: kafka::OPTIONS,
    per_member: &[],
    grace: 120,
    stop_signal: "SIGTERM",
    stop_commands: &[("kafka-server-stop", "")],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::Majority,
    single_writer: false,
    cluster: kafka::CLUSTER,
    forms: &[],
    backup: kafka::BACKUP,
    writable: &["/tmp", "/var/log/kafka"],
    edited: &["/etc/kafka"],
    programs: &[],
    only_programs: None,
    files: &[],
    memory: &[],
    locks: &[],
    scheme: None,
    limits: kafka::LIMITS,
    sources: &[
        Source {
            what: "user, volumes, required and refused variables",
            url: "https://github.com/confluentinc/kafka-images",
        },
        Source {
            what: "end of ZooKeeper with 8.0, supported versions",
            url: "https://docs.confluent.io/platform/current/installation/versions-interoperability.html",
        },
    ],
    complete: complete_kafka,
};

/// What is known of `confluentinc/cp-zookeeper`.
pub(super) static ZOOKEEPER: Facts = Facts {
    kind: EngineKind::Zookeeper,
    name: "zookeeper",
    title: "ZooKeeper of the Confluent Platform",
    image: "confluentinc/cp-zookeeper",
    repositories: &["confluentinc/cp-zookeeper"],
    versions: &[
        Series { tag: "7.9.1", numbers: &[7, 9], ended: "" },
        Series { tag: "7.8", numbers: &[7, 8], ended: "" },
        Series { tag: "7.7", numbers: &[7, 7], ended: "2026-07" },
        Series { tag: "7.6", numbers: &[7, 6], ended: "2026-02" },
        Series { tag: "7.5", numbers: &[7, 5], ended: "2025-08" },
        Series { tag: "7.4", numbers: &[7, 4], ended: "2025-05" },
        Series { tag: "7", numbers: &[7], ended: "2024-11" },
        Series { tag: "6", numbers: &[6], ended: "2023-06" },
        Series { tag: "5", numbers: &[5], ended: "2022-04" },
    ],
    since: &[],
    users: &[User { variant: "", uid: 1000, gid: 1000, alone: "" }],
    paths: &[
        DataPath {
            what: "the snapshots",
            setting: "",
            mount: "/var/lib/zookeeper/data",
            since: &[],
            before: &[],
            volumes: &["data"],
            below: Below::SubPath("data"),
            unset: "/var/lib/zookeeper/data",
            root: Root::Fine,
            image_volume: true,
            moved_by: &[],
            shared: "",
        },
        DataPath {
            what: "the transaction log",
            setting: "",
            mount: "/var/lib/zookeeper/log",
            since: &[],
            before: &[],
            volumes: &["log", "datalog", "logs"],
            below: Below::SubPath("log"),
            unset: "/var/lib/zookeeper/log",
            root: Root::Fine,
            image_volume: true,
            moved_by: &[],
            shared: "log",
        },
    ],
    ports: zookeeper::PORTS,
    environment: Environment {
        // It is started by the scripts of Kafka.
        open: &["ZOOKEEPER_", "KAFKA_"],
        required: &[
            Required {
                rule: "env-required",
                one_of: &["ZOOKEEPER_CLIENT_PORT", "ZOOKEEPER_SECURE_CLIENT_PORT"],
                or: &[],
                with: "",
                since: &[],
                before: &[],
                otherwise: "the image stops",
                option: "",
            },
            Required {
                rule: "zookeeper-id-missing",
                one_of: &["ZOOKEEPER_SERVER_ID"],
                or: &[],
                with: "ZOOKEEPER_SERVERS",
                since: &[],
                before: &[],
                otherwise: "the image stops: a member must know which of the servers it is",
                option: "",
            },
        ],
        per_pod: &[("ZOOKEEPER_SERVER_ID", "id-shared")],
        ..NO_ENVIRONMENT
    },
    variable: Some(variable),
    names: &[],
    probes: zookeeper::PROBES,
    options: zookeeper::OPTIONS,
    per_member: &[],
    grace: 60,
    stop_signal: "SIGTERM",
    stop_commands: &[("zookeeper-server-stop", "")],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::Majority,
    single_writer: false,
    cluster: Cluster { signs: &["ZOOKEEPER_SERVERS"], ..zookeeper::CLUSTER },
    forms: &[],
    backup: zookeeper::BACKUP,
    writable: &["/tmp", "/var/log/kafka"],
    edited: &["/etc/kafka"],
    programs: &[],
    only_programs: None,
    files: &[],
    memory: &[],
    locks: &[],
    scheme: None,
    limits: zookeeper::LIMITS,
    sources: &[Source {
        what: "environment, paths, user",
        url: "https://github.com/confluentinc/kafka-images/tree/7.9.x/zookeeper",
    }],
    complete: complete_zookeeper,
};

fn complete_kafka(draft: &mut Draft<'_>) {
    if draft.engine.zookeeper.is_some() || draft.has_env("KAFKA_ZOOKEEPER_CONNECT") {
        kafka::with_zookeeper(draft, RUN);
    } else {
        draft.env("CLUSTER_ID", kafka::cluster_id(draft));
        kafka::kraft(draft, RUN);
    }
    kafka::common(draft);
}

fn complete_zookeeper(draft: &mut Draft<'_>) {
    draft.env("ZOOKEEPER_CLIENT_PORT", "2181");
    draft.env("ZOOKEEPER_TICK_TIME", "2000");
    // Old snapshots and logs are kept for ever by default.
    draft.env("ZOOKEEPER_AUTOPURGE_PURGE_INTERVAL", "24");
    draft.env("ZOOKEEPER_QUORUM_LISTEN_ON_ALL_IPS", "true");
    let servers: Vec<String> = draft.ordinals().map(|n| format!("{}:2888:3888", draft.host(n))).collect();
    draft.env("ZOOKEEPER_SERVERS", servers.join(";"));
    for (name, value) in &draft.engine.settings {
        draft.env(&variable(name), value.as_str());
    }
    if !draft.has_env("ZOOKEEPER_SERVER_ID") {
        // The image numbers the servers of the list from 1.
        let first = draft.app.first_ordinal();
        draft.pod_name();
        draft.before(
            &format!("((ZOOKEEPER_SERVER_ID = ${{POD_NAME##*-}} - {first} + 1))\nexport ZOOKEEPER_SERVER_ID\n"),
            RUN,
            &[],
        );
    }
    if let Some(limit) = draft.memory_limit() {
        draft.env("KAFKA_HEAP_OPTS", memory::heap_options(limit));
    }
}

/// The variable of a setting of ZooKeeper.
fn variable(setting: &str) -> String {
    format!("ZOOKEEPER_{}", zookeeper::upper_snake(setting))
}
