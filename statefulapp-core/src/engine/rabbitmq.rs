//! RabbitMQ, the Docker Official Image `rabbitmq`.

use super::draft::Draft;
use super::*;
use crate::model::{EngineKind, EnvValue, EnvVar, Mount, PodManagement};
use crate::value::{EnvName, Label, MountPath, SubPath};

/// The data directory, the home of the server's user.
const DATA: &str = "/var/lib/rabbitmq";
/// The directory of the volume that is mounted there.
const SUB_PATH: &str = "rabbitmq";

/// What is known of `rabbitmq`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Rabbitmq,
    name: "rabbitmq",
    title: "RabbitMQ",
    image: "rabbitmq",
    repositories: &["rabbitmq"],
    versions: &[
        Series { tag: "4.3.5", numbers: &[4, 3], ended: "" },
        Series { tag: "4.2.9", numbers: &[4, 2], ended: "" },
        Series { tag: "4.1.8", numbers: &[4, 1], ended: "" },
        Series { tag: "4.0.9", numbers: &[4, 0], ended: "" },
        Series { tag: "3.13", numbers: &[3, 13], ended: "2024-12" },
        Series { tag: "3.12", numbers: &[3, 12], ended: "2024-06" },
        Series { tag: "3", numbers: &[3], ended: "2024-12" },
    ],
    since: &[],
    users: &[
        User { variant: "alpine", uid: 100, gid: 101, alone: "" },
        User { variant: "", uid: 999, gid: 999, alone: "" },
    ],
    paths: &[DataPath {
        what: "messages, definitions and the cookie",
        setting: "",
        mount: DATA,
        since: &[],
        before: &[],
        volumes: &["data"],
        below: Below::SubPath(SUB_PATH),
        unset: "/var/lib/rabbitmq",
        root: Root::Fine,
        image_volume: true,
        moved_by: &["RABBITMQ_MNESIA", "RABBITMQ_DATA_DIR"],
        shared: "",
    }],
    ports: &[
        KnownPort {
            name: "amqp",
            number: 5672,
            speaks: Speaks::Own("AMQP"),
            used_by: UsedBy::Clients,
            optional: false,
            setting: "listeners.tcp.default",
        },
        KnownPort {
            name: "amqps",
            number: 5671,
            speaks: Speaks::Own("AMQP over TLS"),
            used_by: UsedBy::Clients,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "epmd",
            number: 4369,
            speaks: Speaks::Own("Erlang's port mapper"),
            used_by: UsedBy::Members,
            optional: false,
            setting: "",
        },
        KnownPort {
            name: "distribution",
            number: 25672,
            speaks: Speaks::Own("Erlang's distribution"),
            used_by: UsedBy::Members,
            optional: false,
            setting: "",
        },
        KnownPort {
            name: "prometheus",
            number: 15692,
            speaks: Speaks::Http,
            used_by: UsedBy::Operators,
            optional: false,
            setting: "",
        },
        KnownPort {
            name: "prometheus-tls",
            number: 15691,
            speaks: Speaks::Http,
            used_by: UsedBy::Operators,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "management",
            number: 15672,
            speaks: Speaks::Http,
            used_by: UsedBy::Operators,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "management-tls",
            number: 15671,
            speaks: Speaks::Http,
            used_by: UsedBy::Operators,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "mqtt",
            number: 1883,
            speaks: Speaks::Own("MQTT"),
            used_by: UsedBy::Clients,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "stream",
            number: 5552,
            speaks: Speaks::Own("the stream protocol"),
            used_by: UsedBy::Clients,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "stomp",
            number: 61613,
            speaks: Speaks::Own("STOMP"),
            used_by: UsedBy::Clients,
            optional: true,
            setting: "",
        },
    ],
    environment: Environment {
        open: &["RABBITMQ_"],
        per_pod: &[("RABBITMQ_NODENAME", "id-shared")],
        forbidden: &[
            refused("RABBITMQ_DEFAULT_PASS_FILE", "give the password as `RABBITMQ_DEFAULT_PASS`"),
            refused("RABBITMQ_DEFAULT_USER_FILE", "give the user as `RABBITMQ_DEFAULT_USER`"),
            refused(
                "RABBITMQ_VM_MEMORY_HIGH_WATERMARK",
                "write `vm_memory_high_watermark.relative` in a configuration file",
            ),
            refused("RABBITMQ_SSL_CACERTFILE", "write `ssl_options.cacertfile` in a configuration file"),
            refused("RABBITMQ_SSL_CERTFILE", "write `ssl_options.certfile` in a configuration file"),
            refused("RABBITMQ_SSL_DEPTH", "write `ssl_options.depth` in a configuration file"),
            refused(
                "RABBITMQ_SSL_FAIL_IF_NO_PEER_CERT",
                "write `ssl_options.fail_if_no_peer_cert` in a configuration file",
            ),
            refused("RABBITMQ_SSL_KEYFILE", "write `ssl_options.keyfile` in a configuration file"),
            refused("RABBITMQ_SSL_VERIFY", "write `ssl_options.verify` in a configuration file"),
            refused("RABBITMQ_MANAGEMENT_SSL_CACERTFILE", "write `management.ssl.cacertfile` in a configuration file"),
            refused("RABBITMQ_MANAGEMENT_SSL_CERTFILE", "write `management.ssl.certfile` in a configuration file"),
            refused("RABBITMQ_MANAGEMENT_SSL_DEPTH", "write `management.ssl.depth` in a configuration file"),
            refused(
                "RABBITMQ_MANAGEMENT_SSL_FAIL_IF_NO_PEER_CERT",
                "write `management.ssl.fail_if_no_peer_cert` in a configuration file",
            ),
            refused("RABBITMQ_MANAGEMENT_SSL_KEYFILE", "write `management.ssl.keyfile` in a configuration file"),
            refused("RABBITMQ_MANAGEMENT_SSL_VERIFY", "write `management.ssl.verify` in a configuration file"),
        ],
        ..NO_ENVIRONMENT
    },
    variable: None,
    names: &[KnownName {
        what: "user",
        variable: "RABBITMQ_DEFAULT_USER",
        most: 0,
        in_bytes: false,
        refused: "",
        reserved: &[],
    }],
    probes: Probes {
        // A member that waits for the others opens the port only when it serves.
        startup: Some(Check { how: How::Tcp("amqp"), period: 10, timeout: 5, failures: 360, since: &[] }),
        readiness: Some(Check { how: How::Tcp("amqp"), period: 10, timeout: 5, failures: 3, since: &[] }),
        liveness: None,
    },
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `4.3.5` or `4.3-management`." },
        EngineOption { name: "user", doc: "`RABBITMQ_DEFAULT_USER`: made at the first start instead of `guest`." },
        EngineOption { name: "password", doc: "`RABBITMQ_DEFAULT_PASS`." },
        EngineOption {
            name: "config",
            doc: "A ConfigMap with `*.conf`, `advanced.config` or `enabled_plugins`, mounted in `/etc/rabbitmq`.",
        },
        EngineOption {
            name: "cluster_secret",
            doc: "The Erlang cookie that the members know each other by; needed for more than one.",
        },
        EngineOption { name: "settings", doc: "Lines of `rabbitmq.conf`, `\"disk_free_limit.absolute\"`." },
    ],
    per_member: &["cluster_formation.k8s.ordinal_start", "cluster_formation.classic_config."],
    grace: 120,
    stop_signal: "SIGTERM",
    stop_commands: &[("rabbitmqctl", "stop"), ("rabbitmqctl", "shutdown")],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::Majority,
    single_writer: false,
    cluster: Cluster {
        form: "The first pod forms the cluster, the others join it: by the Kubernetes plugin from 4.1 on, before by a list of all \
               members; neither asks the API server. All have the same Erlang cookie.",
        rule: "replicas-without-replication",
        without: "brokers that do not know each other",
        signs: &["cluster_formation", "rabbitmq_peer_discovery", "join_cluster"],
        needs: &["cluster_secret"],
        alone: &[],
        forgotten: "a broker that starts again is refused by the others, which still know it",
        away: Some(1),
        apart: false,
    },
    forms: &[],
    backup: BackupMethod::Unsound {
        why: "messages can only be copied while the node is stopped",
        instead: "`rabbitmqctl export_definitions` for users, exchanges and queues, and quorum queues on three nodes for the messages",
    },
    writable: &["/tmp", "/etc/rabbitmq", "/var/log/rabbitmq"],
    edited: &[],
    programs: &["rabbitmqctl", "rabbitmq-diagnostics", "rabbitmq-plugins", "rabbitmq-upgrade", "rabbitmq-queues"],
    only_programs: None,
    files: &[ConfigFile {
        name: ".conf",
        directories: &["/etc/rabbitmq", "/etc/rabbitmq/conf.d"],
        flag: "RABBITMQ_CONFIG_FILE",
        listen: "",
        alone: false,
    }],
    memory: &[],
    locks: &["RABBITMQ_DEFAULT_PASS", "default_pass", "load_definitions"],
    scheme: Some("amqp"),
    limits: &[
        "A queue is on several nodes only if it is a quorum queue or a stream.",
        "The name of a node is part of its data: another app name, Service name or namespace is another node.",
        "A pod that is taken away stays a member until `rabbitmqctl forget_cluster_node`.",
    ],
    sources: &[
        Source {
            what: "user ids, volume, ports, refused variables",
            url: "https://github.com/docker-library/rabbitmq",
        },
        Source { what: "peer discovery", url: "https://www.rabbitmq.com/docs/cluster-formation" },
        Source {
            what: "Kubernetes plugin since 4.1",
            url: "https://www.rabbitmq.com/blog/2025/04/04/new-k8s-peer-discovery",
        },
        Source { what: "probes, Parallel", url: "https://www.rabbitmq.com/docs/install-kubernetes-diy" },
        Source { what: "memory of a container", url: "https://www.rabbitmq.com/docs/memory" },
    ],
    complete,
};

const fn refused(name: &'static str, instead: &'static str) -> Forbidden {
    Forbidden { rule: "env-refused", name, value: "", why: "the image stops when it is set", instead }
}

fn complete(draft: &mut Draft<'_>) {
    let engine = draft.engine;
    draft.env_given("RABBITMQ_DEFAULT_USER", &engine.user);
    draft.env_secret("RABBITMQ_DEFAULT_PASS", &engine.password);
    let by_plugin = draft.version.at_least(&[4, 1]);
    // The members of a list must be called what they call themselves; the plugin goes by a member's own name.
    let host = if by_plugin { draft.own_full_host() } else { draft.own_host() };
    draft.env("RABBITMQ_USE_LONGNAME", "true");
    draft.env("RABBITMQ_NODENAME", format!("rabbit@{host}"));
    let management =
        draft.app.main.image.as_ref().and_then(|image| image.tag()).is_some_and(|tag| tag.contains("management"));
    if management && let Some(port) = FACTS.port_named("management") {
        draft.open(port);
    }
    draft.config_files(|key| match key {
        "enabled_plugins" | "advanced.config" => Some(format!("/etc/rabbitmq/{key}")),
        // After the generated file, and so stronger.
        _ if key.ends_with(".conf") => Some(format!("/etc/rabbitmq/conf.d/50-{key}")),
        _ => None,
    });
    let mut plugins = vec!["rabbitmq_prometheus"];
    plugins.extend(by_plugin.then_some("rabbitmq_peer_discovery_k8s"));
    plugins.extend(management.then_some("rabbitmq_management"));
    draft.config_file("enabled_plugins", "/etc/rabbitmq/enabled_plugins", format!("[{}].\n", plugins.join(",")));
    let configuration = configuration(draft, by_plugin);
    draft.config_file("cluster.conf", "/etc/rabbitmq/conf.d/30-cluster.conf", configuration);
    cookie(draft);
}

fn configuration(draft: &Draft<'_>, by_plugin: bool) -> String {
    let mut lines = Vec::new();
    if by_plugin {
        lines.push("cluster_formation.peer_discovery_backend = k8s".to_owned());
        let first = draft.app.first_ordinal();
        if first != 0 {
            lines.push(format!("cluster_formation.k8s.ordinal_start = {first}"));
        }
    } else {
        lines.push("cluster_formation.peer_discovery_backend = classic_config".to_owned());
        let members = draft.ordinals().enumerate();
        lines.extend(members.map(|(n, ordinal)| {
            format!("cluster_formation.classic_config.nodes.{} = rabbit@{}", n + 1, draft.host(ordinal))
        }));
    }
    lines.push(format!("cluster_formation.target_cluster_size_hint = {}", draft.replicas()));
    if draft.replicas() > 2 {
        lines.push("cluster_partition_handling = pause_minority".to_owned());
    }
    if let Some(limit) = draft.memory_limit() {
        lines.push(format!("total_memory_available_override_value = {limit}"));
    }
    lines.extend(draft.engine.settings.iter().map(|(name, value)| format!("{name} = {value}")));
    lines.push(String::new());
    lines.join("\n")
}

/// The cookie is a file that only the server's user may read, which a mounted Secret is not.
fn cookie(draft: &mut Draft<'_>) {
    let Some(secret) = draft.engine.cluster_secret.clone() else { return };
    let volume = match draft.volume_at(DATA) {
        Some(volume) => (volume.name.clone(), volume.sub_path.clone()),
        None => {
            draft.scratch("data", DATA, false, None);
            (Label::__checked("data"), None)
        }
    };
    let (volume, sub_path): (Label, Option<SubPath>) = volume;
    let script =
        format!("rm -f {DATA}/.erlang.cookie\numask 077\nprintf %s \"$ERLANG_COOKIE\" > {DATA}/.erlang.cookie\n");
    let env = vec![EnvVar { name: EnvName::__checked("ERLANG_COOKIE"), value: EnvValue::SecretKey(secret) }];
    let mount = Mount { volume, path: MountPath::__checked(DATA), sub_path, read_only: false };
    draft.init("erlang-cookie", &script, env, vec![mount]);
}
