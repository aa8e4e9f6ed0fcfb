//! Apache Kafka, the project's own image `apache/kafka`: brokers that are controllers too (KRaft).

use super::draft::{Draft, probe};
use super::*;
use crate::model::{EngineKind, EnvValue, Handler, PodManagement, PortRef};
use crate::value::{KubernetesVersion, Port};

/// The port of the controllers, if no port of the user's has this number.
const CONTROLLER: u16 = 9093;
/// The port of clients, if the user declares none.
const CLIENTS: u16 = 9092;
/// Ports that are not listeners of Kafka: Java's management interface and its usual exporters.
const MANAGEMENT: [&str; 4] = ["jmx", "metrics", "jmx-metrics", "prometheus"];

/// What is known of `apache/kafka`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Kafka,
    name: "kafka",
    title: "Apache Kafka",
    image: "apache/kafka",
    repositories: &["apache/kafka"],
    versions: &[
        Series { tag: "4.1.1", numbers: &[4, 1], ended: "" },
        Series { tag: "4.0.1", numbers: &[4, 0], ended: "" },
        Series { tag: "3.9.1", numbers: &[3, 9], ended: "" },
        Series { tag: "3.8.1", numbers: &[3, 8], ended: "" },
        Series { tag: "3.7.2", numbers: &[3, 7], ended: "" },
        Series { tag: "4.2", numbers: &[4, 2], ended: "" },
        Series { tag: "4.3", numbers: &[4, 3], ended: "" },
    ],
    since: &[3, 7],
    users: &[User {
        variant: "",
        uid: 1000,
        gid: 1000,
        alone: "it writes its configuration where only its own user may write",
    }],
    paths: &[LOG_DIRS],
    ports: PORTS,
    environment: Environment { open: &["KAFKA_"], per_pod: PER_POD, ..NO_ENVIRONMENT },
    variable: Some(variable),
    names: &[],
    probes: PROBES,
    options: OPTIONS,
    per_member: &["node.id", "broker.id", "advertised.listeners", "controller.quorum.voters"],
    grace: 120,
    stop_signal: "SIGTERM",
    stop_commands: &[("kafka-server-stop.sh", ""), ("/opt/kafka/bin/kafka-server-stop.sh", "")],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::Majority,
    single_writer: false,
    cluster: CLUSTER,
    forms: &[],
    backup: BACKUP,
    writable: &["/tmp", "/opt/kafka/config", "/opt/kafka/logs", "/mnt/shared/config"],
    edited: &[],
    programs: &[],
    only_programs: None,
    files: &[ConfigFile {
        name: "server.properties",
        directories: &["/mnt/shared/config"],
        flag: "",
        listen: "",
        alone: false,
    }],
    memory: &[],
    locks: &[],
    scheme: None,
    limits: LIMITS,
    sources: &[
        Source {
            what: "user, volume, environment, formatting at each start, default CLUSTER_ID",
            url: "https://github.com/apache/kafka/tree/trunk/docker",
        },
        Source { what: "KRaft", url: "https://kafka.apache.org/documentation/#kraft" },
        Source {
            what: "ordinal as a label",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-index-label",
        },
    ],
    complete,
};

pub(super) const LOG_DIRS: DataPath = DataPath {
    what: "the log segments",
    setting: "log.dirs",
    mount: "/var/lib/kafka/data",
    since: &[],
    before: &[],
    volumes: &["data"],
    // Kafka takes every directory there for a partition: `lost+found` stops it.
    below: Below::Variable { name: "KAFKA_LOG_DIRS", directory: "kafka-logs" },
    unset: "/tmp/kafka-logs",
    root: Root::Refused,
    image_volume: true,
    moved_by: &["log.dir", "server.properties"],
    shared: "",
};

/// What tells brokers apart.
pub(super) static PER_POD: &[(&str, &str)] = &[
    ("KAFKA_ADVERTISED_LISTENERS", "kafka-advertised-shared"),
    ("KAFKA_NODE_ID", "id-shared"),
    ("KAFKA_BROKER_ID", "id-shared"),
];

pub(super) static PORTS: &[KnownPort] = &[
    KnownPort {
        name: "kafka",
        number: CLIENTS,
        speaks: Speaks::Own("Kafka's protocol"),
        used_by: UsedBy::Clients,
        optional: false,
        setting: "",
    },
    KnownPort {
        name: "controller",
        number: CONTROLLER,
        speaks: Speaks::Own("Kafka's protocol"),
        used_by: UsedBy::Members,
        optional: true,
        setting: "",
    },
];

pub(super) const PROBES: Probes = Probes {
    // Kafka's own programs start a virtual machine for every question.
    startup: Some(Check { how: How::Tcp("kafka"), period: 10, timeout: 5, failures: 720, since: &[] }),
    readiness: Some(Check { how: How::Tcp("kafka"), period: 10, timeout: 5, failures: 3, since: &[] }),
    liveness: None,
};

pub(super) static OPTIONS: &[EngineOption] = &[
    EngineOption { name: "version", doc: "The image's tag, `4.1.1`." },
    EngineOption {
        name: "cluster",
        doc: "`CLUSTER_ID`, a UUID in 22 characters of URL-safe base64. Default: made from the names of stack and app, and so another one when they change.",
    },
    EngineOption {
        name: "zookeeper",
        doc: "The ZooKeeper app to keep the metadata in, with `confluentinc/cp-kafka` below 8; without it the brokers keep it themselves (KRaft).",
    },
    EngineOption { name: "settings", doc: "Broker properties, `log.retention.hours` or `log_retention_hours`." },
];

pub(super) const CLUSTER: Cluster = Cluster {
    form: "Every pod is broker and controller; the voters are all pods. Topics get three replicas, of which two must be in sync, \
           or as many as there are brokers. With ports called `internal` and `external` there are two listeners.",
    rule: "replicas-without-replication",
    without: "brokers that do not know each other",
    signs: &["QUORUM_VOTERS", "quorum.voters", "BOOTSTRAP_SERVERS", "ZOOKEEPER_CONNECT", "zookeeper.connect"],
    needs: &[],
    // One replica of three may be away before producers that wait for two are refused.
    alone: &[],
    forgotten: "",
    away: Some(1),
    apart: false,
};

pub(super) const BACKUP: BackupMethod = BackupMethod::Unsound {
    why: "Kafka has no consistent snapshot of its topics",
    instead: "a second cluster that MirrorMaker 2 keeps up to date, or a connector that writes topics to object storage",
};

pub(super) static LIMITS: &[&str] = &[
    "The number of voters is fixed when the cluster is first started: more brokers become voters only by Kafka's own procedure.",
    "No listener is encrypted, and nobody has to log in, unless settings say so.",
    "Partitions do not move to new brokers by themselves.",
];

fn complete(draft: &mut Draft<'_>) {
    draft.env("CLUSTER_ID", cluster_id(draft));
    kraft(draft, "/etc/kafka/docker/run");
    common(draft);
}

/// As declared, else made from the names.
pub(super) fn cluster_id(draft: &Draft<'_>) -> String {
    let stack = draft.stack.name.as_ref().map(|name| name.as_str());
    let made = || identity::kafka_cluster_id(stack, draft.app.name.as_str());
    draft.engine.cluster.clone().unwrap_or_else(made)
}

/// A listener for clients or brokers.
struct Listener {
    name: String,
    port: u16,
}

/// The listeners of `KAFKA_LISTENERS`: names and ports.
pub(crate) fn parse_listeners(text: &str) -> Vec<(String, u16)> {
    let parse = |listener: &str| {
        let (name, address) = listener.trim().split_once("://")?;
        let (_, port) = address.rsplit_once(':')?;
        Some((name.to_owned(), port.parse().ok()?))
    };
    text.split(',').filter_map(parse).collect()
}

/// What the user wrote as `KAFKA_LISTENERS`.
fn declared_listeners(draft: &Draft<'_>) -> Vec<(String, u16)> {
    match draft.app.main.env("KAFKA_LISTENERS") {
        Some(EnvValue::Text(text)) => parse_listeners(text),
        _ => Vec::new(),
    }
}

/// The listeners: those of the user's `KAFKA_LISTENERS`, else one for each port, called like the port if there are several.
fn listeners(draft: &Draft<'_>) -> Vec<Listener> {
    let declared = declared_listeners(draft).into_iter().filter(|(name, _)| name != "CONTROLLER");
    let declared: Vec<Listener> = declared.map(|(name, port)| Listener { name, port }).collect();
    if !declared.is_empty() {
        return declared;
    }
    let ports = &draft.app.main.ports;
    let own: Vec<_> = ports
        .iter()
        .filter(|port| !MANAGEMENT.contains(&port.name.as_str()) && port.name.as_str() != "controller")
        .collect();
    match own.as_slice() {
        [] => vec![Listener { name: "PLAINTEXT".to_owned(), port: CLIENTS }],
        [one] => vec![Listener { name: "PLAINTEXT".to_owned(), port: one.number.get() }],
        several => several
            .iter()
            .map(|port| Listener { name: port.name.as_str().to_uppercase().replace('-', "_"), port: port.number.get() })
            .collect(),
    }
}

/// Brokers that are controllers too.
pub(super) fn kraft(draft: &mut Draft<'_>, entrypoint: &'static str) {
    let listeners = listeners(draft);
    let listed = declared_listeners(draft).into_iter().find(|(name, _)| name == "CONTROLLER").map(|(_, port)| port);
    let declared = listed.or_else(|| draft.app.main.port("controller").map(|port| port.number.get()));
    let taken = |number: &u16| draft.app.main.ports.iter().any(|port| port.number.get() == *number);
    let controller = declared.unwrap_or_else(|| (CONTROLLER..).find(|number| !taken(number)).unwrap_or(CONTROLLER));
    open_listeners(draft, &listeners);
    draft.open_number("controller", controller);
    node_id(draft, "KAFKA_NODE_ID", entrypoint);
    draft.env("KAFKA_PROCESS_ROLES", "broker,controller");
    let voters = draft.ordinals().map(|n| format!("{n}@{}:{controller}", draft.host(n)));
    let voters: Vec<String> = voters.collect();
    draft.env("KAFKA_CONTROLLER_QUORUM_VOTERS", voters.join(","));
    draft.env("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER");
    let mut bound: Vec<String> = listeners.iter().map(|l| format!("{}://:{}", l.name, l.port)).collect();
    bound.push(format!("CONTROLLER://:{controller}"));
    draft.env("KAFKA_LISTENERS", bound.join(","));
    advertise(draft, &listeners, &["CONTROLLER"], entrypoint);
}

/// Brokers that keep their metadata in ZooKeeper.
pub(super) fn with_zookeeper(draft: &mut Draft<'_>, entrypoint: &'static str) {
    let listeners = listeners(draft);
    open_listeners(draft, &listeners);
    node_id(draft, "KAFKA_BROKER_ID", entrypoint);
    let stack = draft.stack;
    let zookeeper = draft.engine.zookeeper.as_ref().and_then(|name| stack.app(name.as_str()));
    if let Some(zookeeper) = zookeeper {
        let servers: Vec<String> = hosts(stack, zookeeper).iter().map(|host| format!("{host}:2181")).collect();
        draft.env("KAFKA_ZOOKEEPER_CONNECT", servers.join(","));
    }
    let bound: Vec<String> = listeners.iter().map(|l| format!("{}://:{}", l.name, l.port)).collect();
    draft.env("KAFKA_LISTENERS", bound.join(","));
    advertise(draft, &listeners, &[], entrypoint);
}

/// Ports and probes. Kafka's own programs would start a virtual machine for every question.
fn open_listeners(draft: &mut Draft<'_>, listeners: &[Listener]) {
    if let [only] = listeners {
        draft.open_number("kafka", only.port);
    }
    let Some(port) = listeners.first().and_then(|first| Port::new(first.port)) else { return };
    let declared = draft.app.main.ports.iter().find(|own| own.number == port);
    let port = declared.map_or(PortRef::Number(port), |own| PortRef::Name(own.name.clone()));
    draft.startup(probe(Handler::Tcp(port.clone()), 10, 5, 720));
    draft.readiness(probe(Handler::Tcp(port), 10, 5, 3));
}

/// Every broker tells clients its own name: a name that all share would send them to any of the others.
fn advertise(draft: &mut Draft<'_>, listeners: &[Listener], others: &[&str], entrypoint: &'static str) {
    let host = draft.own_full_host();
    let advertised: Vec<String> = listeners.iter().map(|l| format!("{}://{host}:{}", l.name, l.port)).collect();
    // The brokers among themselves need a listener inside.
    let outside = listeners
        .iter()
        .skip(usize::from(listeners.len() == 1))
        .find_map(|l| Some((l, first_node_port(draft, l.port)?)));
    if let Some((listener, first)) = outside
        && !draft.has_env("KAFKA_ADVERTISED_LISTENERS")
    {
        // Outside the cluster a broker is a port of its node: that of its Service, which are numbered like the pods.
        draft.host_ip();
        let first = i64::from(first) - i64::from(draft.app.first_ordinal());
        let inside = advertised.iter().filter(|url| !url.starts_with(&format!("{}://", listener.name)));
        let inside: Vec<&str> = inside.map(String::as_str).collect();
        draft.env("KAFKA_ADVERTISED_LISTENERS", inside.join(","));
        let lines = format!(
            "((node_port = ${{POD_NAME##*-}} + {first}))\nexport KAFKA_ADVERTISED_LISTENERS=\"$KAFKA_ADVERTISED_LISTENERS,{}://$HOST_IP:$node_port\"\n",
            listener.name
        );
        draft.before(&lines, entrypoint, &[]);
    }
    draft.env("KAFKA_ADVERTISED_LISTENERS", advertised.join(","));
    let names = listeners.iter().map(|l| l.name.as_str()).chain(others.iter().copied());
    let map: Vec<String> = names.map(|name| format!("{name}:PLAINTEXT")).collect();
    draft.env("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", map.join(","));
    let internal = listeners.iter().find(|l| l.name == "INTERNAL").or(listeners.first());
    if let Some(internal) = internal {
        draft.env("KAFKA_INTER_BROKER_LISTENER_NAME", internal.name.as_str());
    }
}

/// The node port of the first pod, if a Service for each pod leads to this port.
fn first_node_port(draft: &Draft<'_>, number: u16) -> Option<u16> {
    let app = &draft.app;
    let is = |port: &PortRef| match port {
        PortRef::Number(target) => target.get() == number,
        PortRef::Name(name) => app.main.port(name.as_str()).is_some_and(|port| port.number.get() == number),
    };
    draft.stack.services().filter(|(_, service)| service.each_pod).find_map(|(_, service)| {
        service.selects.as_ref().filter(|to| to.app == app.name)?;
        service.ports.iter().find(|port| is(&port.target))?.node_port.map(|port| port.get())
    })
}

/// The pod's ordinal: from its label, which servers before 1.28 do not set.
fn node_id(draft: &mut Draft<'_>, name: &'static str, entrypoint: &'static str) {
    if draft.has_env(name) {
        return;
    }
    if draft.stack.kubernetes() >= KubernetesVersion::new(1, 28) {
        if let Ok(field) = "metadata.labels['apps.kubernetes.io/pod-index']".parse() {
            draft.env(name, EnvValue::Field(field));
        }
    } else {
        draft.pod_name();
        draft.before(&format!("export {name}=${{POD_NAME##*-}}\n"), entrypoint, &[]);
    }
}

/// The variable of a setting. The image turns `_` into `.`, `__` into `_` and `___` into `-`.
pub(super) fn variable(setting: &str) -> String {
    let key = if setting.contains(['.', '-']) {
        setting.replace('_', "__").replace('-', "___").replace('.', "_")
    } else {
        setting.to_owned()
    };
    format!("KAFKA_{}", key.to_uppercase())
}

/// What does not depend on where the metadata is.
pub(super) fn common(draft: &mut Draft<'_>) {
    let brokers = draft.replicas().max(1);
    let replicas = brokers.min(3);
    let in_sync = replicas.saturating_sub(1).max(1);
    for (name, value) in &draft.engine.settings {
        draft.env(&variable(name), value.as_str());
    }
    for (name, value) in [
        ("KAFKA_DEFAULT_REPLICATION_FACTOR", replicas),
        ("KAFKA_MIN_INSYNC_REPLICAS", in_sync),
        ("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", replicas),
        ("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", replicas),
        ("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", in_sync),
    ] {
        draft.env(name, value.to_string());
    }
    if let Some(jmx) = draft.app.main.port("jmx") {
        draft.env("KAFKA_JMX_PORT", jmx.number.to_string());
    }
    if let Some(limit) = draft.memory_limit() {
        // Beyond 6 GiB the page cache does more than the heap.
        draft.env("KAFKA_HEAP_OPTS", memory::heap_options(limit.min(12 << 30)));
    }
}
