//! Apache Cassandra, the Docker Official Image `cassandra`.

use super::draft::Draft;
use super::*;
use crate::model::{EngineKind, PodManagement};

/// What is known of `cassandra`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Cassandra,
    name: "cassandra",
    title: "Apache Cassandra",
    image: "cassandra",
    repositories: &["cassandra"],
    versions: &[
        Series { tag: "5.0.9", numbers: &[5, 0], ended: "" },
        Series { tag: "4.1.12", numbers: &[4, 1], ended: "" },
        Series { tag: "4.0.21", numbers: &[4, 0], ended: "" },
        Series { tag: "3.11", numbers: &[3, 11], ended: "2024-09" },
        Series { tag: "3.0", numbers: &[3, 0], ended: "2024-09" },
    ],
    since: &[],
    users: &[User { variant: "", uid: 999, gid: 999, alone: "" }],
    paths: &[DataPath {
        what: "data, commit log, hints and caches",
        setting: "",
        mount: "/var/lib/cassandra",
        since: &[],
        before: &[],
        volumes: &["data"],
        below: Below::SubPath("cassandra"),
        unset: "/var/lib/cassandra",
        root: Root::Fine,
        image_volume: true,
        moved_by: &["data_file_directories", "cassandra.storagedir"],
        shared: "",
    }],
    ports: &[
        KnownPort {
            name: "cql",
            number: 9042,
            speaks: Speaks::Own("CQL"),
            used_by: UsedBy::Clients,
            optional: false,
            setting: "",
        },
        KnownPort {
            name: "internode",
            number: 7000,
            speaks: Speaks::Own("Cassandra's gossip"),
            used_by: UsedBy::Members,
            optional: false,
            setting: "",
        },
        KnownPort {
            name: "tls-internode",
            number: 7001,
            speaks: Speaks::Own("Cassandra's gossip"),
            used_by: UsedBy::Members,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "jmx",
            number: 7199,
            speaks: Speaks::Own("JMX"),
            used_by: UsedBy::Operators,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "thrift",
            number: 9160,
            speaks: Speaks::Own("Thrift"),
            used_by: UsedBy::Clients,
            optional: true,
            setting: "",
        },
    ],
    environment: Environment {
        known: &[
            "CASSANDRA_BROADCAST_ADDRESS",
            "CASSANDRA_BROADCAST_RPC_ADDRESS",
            "CASSANDRA_CLUSTER_NAME",
            "CASSANDRA_CONF",
            "CASSANDRA_DC",
            "CASSANDRA_ENDPOINT_SNITCH",
            "CASSANDRA_HEAPDUMP_DIR",
            "CASSANDRA_HOME",
            "CASSANDRA_INCLUDE",
            "CASSANDRA_LISTEN_ADDRESS",
            "CASSANDRA_LOG_DIR",
            "CASSANDRA_NAME",
            "CASSANDRA_NUM_TOKENS",
            "CASSANDRA_RACK",
            "CASSANDRA_RPC_ADDRESS",
            "CASSANDRA_SEEDS",
            "CASSANDRA_START_RPC",
        ],
        closed: &["CASSANDRA_"],
        required: &[ignored_without_snitch("CASSANDRA_DC"), ignored_without_snitch("CASSANDRA_RACK")],
        together: &[Together {
            first: "MAX_HEAP_SIZE",
            second: "HEAP_NEWSIZE",
            otherwise: "the server stops: it takes both or none",
            stops: true,
        }],
        ..NO_ENVIRONMENT
    },
    variable: Some(variable),
    names: &[KnownName {
        what: "cluster",
        variable: "CASSANDRA_CLUSTER_NAME",
        most: 0,
        in_bytes: false,
        refused: "/&\\",
        reserved: &[],
    }],
    probes: Probes {
        // No startup probe: a node that joins a large cluster streams for hours before it takes clients.
        startup: None,
        readiness: Some(Check {
            how: How::Exec(&["bash", "-c", "nodetool status | grep -q \"^UN  *$POD_IP \""]),
            period: 15,
            timeout: 15,
            failures: 4,
            since: &[],
        }),
        liveness: None,
    },
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `5.0.9`." },
        EngineOption { name: "cluster", doc: "`CASSANDRA_CLUSTER_NAME`, which never changes; default the app's name." },
        EngineOption {
            name: "settings",
            doc: "What the image can set: `num_tokens`, `dc`, `rack`, `endpoint_snitch`, …, as `CASSANDRA_*` variables.",
        },
    ],
    per_member: &[],
    grace: 120,
    stop_signal: "SIGTERM",
    stop_commands: &[("nodetool", "stopdaemon")],
    pod_management: PodManagement::OrderedReady,
    quorum: Quorum::None,
    single_writer: false,
    cluster: Cluster {
        form: "A ring: the first pods are the seeds of all, and pods join one after the other.",
        rule: "cassandra-seeds-missing",
        without: "clusters of one node each: without `CASSANDRA_SEEDS` every node is its own seed",
        signs: &["CASSANDRA_SEEDS", "seeds:"],
        needs: &[],
        alone: &[],
        forgotten: "a node that starts again is a new one, and the ring waits for the old one",
        away: Some(1),
        apart: false,
    },
    forms: &[],
    backup: BackupMethod::Unsound {
        why: "a dump of one node is not a state of the cluster",
        instead: "`nodetool snapshot` on every node, as Medusa does it",
    },
    writable: &["/tmp", "/var/log/cassandra"],
    edited: &["/etc/cassandra"],
    programs: &["nodetool", "cqlsh"],
    only_programs: None,
    files: &[ConfigFile {
        name: "cassandra.yaml",
        directories: &["/etc/cassandra"],
        flag: "cassandra.config",
        listen: "",
        alone: false,
    }],
    memory: &[],
    locks: &[],
    scheme: Some("cassandra"),
    limits: &[
        "The replication factor belongs to the keyspace: `CREATE KEYSPACE … WITH replication`; the default is one copy.",
        "Before pods are taken away, `nodetool decommission` must run on each.",
        "Nobody has to log in.",
    ],
    sources: &[
        Source { what: "user ids, volume, ports", url: "https://github.com/docker-library/cassandra" },
        Source {
            what: "environment, seeds",
            url: "https://github.com/docker-library/cassandra/blob/master/docker-entrypoint.sh",
        },
        Source {
            what: "one node at a time, drain before the stop",
            url: "https://kubernetes.io/docs/tutorials/stateful-application/cassandra/",
        },
        Source {
            what: "heap settings in pairs",
            url: "https://github.com/apache/cassandra/blob/trunk/conf/cassandra-env.sh",
        },
    ],
    complete,
};

/// Only one snitch reads data centre and rack.
const fn ignored_without_snitch(variable: &'static str) -> Required {
    Required {
        rule: "env-required",
        one_of: &["CASSANDRA_ENDPOINT_SNITCH"],
        or: &[],
        with: variable,
        since: &[],
        before: &[],
        otherwise: "nobody reads the data centre and the rack: the default snitch puts all nodes into one",
        option: "",
    }
}

fn complete(draft: &mut Draft<'_>) {
    // Not all nodes: a seed does not bootstrap, so that at least one should be none.
    let seeds = draft.replicas().saturating_sub(1).clamp(1, 3);
    let seeds = usize::try_from(seeds).unwrap_or(1);
    let seeds: Vec<String> = draft.ordinals().take(seeds).map(|n| draft.host(n)).collect();
    draft.env("CASSANDRA_SEEDS", seeds.join(","));
    let cluster = draft.engine.cluster.clone().unwrap_or_else(|| draft.app.name.as_str().to_owned());
    draft.env("CASSANDRA_CLUSTER_NAME", cluster);
    for (name, value) in &draft.engine.settings {
        draft.env(&variable(name), value.as_str());
    }
    // The only snitch that reads data centre and rack, and that a second data centre can be added to.
    draft.env("CASSANDRA_ENDPOINT_SNITCH", "GossipingPropertyFileSnitch");
    draft.env("CASSANDRA_DC", "dc1");
    draft.env("CASSANDRA_RACK", "rack1");
    if let Some(limit) = draft.memory_limit()
        && !draft.has_env("MAX_HEAP_SIZE")
        && !draft.has_env("HEAP_NEWSIZE")
    {
        // Left alone, the image reckons with the memory of the node.
        let heap = memory::heap(limit);
        draft.env("MAX_HEAP_SIZE", format!("{heap}M"));
        draft.env("HEAP_NEWSIZE", format!("{}M", (heap / 4).max(1)));
    }
    if draft.app.main.readiness.is_none() {
        draft.pod_ip();
    }
    draft.pre_stop(&["nodetool", "drain"]);
}

/// The variable of a setting.
fn variable(setting: &str) -> String {
    format!("CASSANDRA_{}", zookeeper::upper_snake(setting))
}
