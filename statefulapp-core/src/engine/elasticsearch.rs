//! Elasticsearch, Elastic's image.

use super::draft::Draft;
use super::*;
use crate::model::{EngineKind, FileContent, PodManagement};

/// What is known of `elasticsearch`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Elasticsearch,
    name: "elasticsearch",
    title: "Elasticsearch",
    image: "docker.elastic.co/elasticsearch/elasticsearch",
    repositories: &["elasticsearch/elasticsearch", "elasticsearch"],
    versions: &[
        Series { tag: "9.5.2", numbers: &[9, 5], ended: "" },
        Series { tag: "9.4.5", numbers: &[9, 4], ended: "" },
        Series { tag: "9", numbers: &[9], ended: "" },
        Series { tag: "8.19.20", numbers: &[8, 19], ended: "" },
        Series { tag: "8", numbers: &[8], ended: "" },
        Series { tag: "7.17.29", numbers: &[7, 17], ended: "2026-01-15" },
        Series { tag: "7", numbers: &[7], ended: "2026-01-15" },
    ],
    since: &[7],
    users: &[User { variant: "", uid: 1000, gid: 1000, alone: "" }],
    paths: &[
        DataPath {
            what: "the indices",
            setting: "path.data",
            mount: "/usr/share/elasticsearch/data",
            since: &[],
            before: &[],
            volumes: &["data", "es-data"],
            below: Below::SubPath("data"),
            unset: "/usr/share/elasticsearch/data",
            root: Root::Fine,
            image_volume: false,
            moved_by: &["path.data"],
            shared: "",
        },
        DataPath {
            what: "log files",
            setting: "",
            mount: "/usr/share/elasticsearch/logs",
            since: &[],
            before: &[],
            volumes: &["logs", "es-logs"],
            below: Below::SubPath("logs"),
            unset: "/usr/share/elasticsearch/logs",
            root: Root::Fine,
            image_volume: false,
            moved_by: &["path.logs"],
            shared: "",
        },
    ],
    ports: PORTS,
    environment: Environment { files: &["ELASTIC_PASSWORD"], open: OPEN, ..NO_ENVIRONMENT },
    variable: Some(str::to_owned),
    names: &[KnownName {
        what: "cluster",
        variable: "cluster.name",
        most: 0,
        in_bytes: false,
        refused: ":",
        reserved: &[],
    }],
    probes: PROBES,
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `9.5.2`; all three numbers." },
        EngineOption {
            name: "password",
            doc: "`ELASTIC_PASSWORD`, of the user `elastic`. Without it nobody has to log in.",
        },
        EngineOption { name: "cluster", doc: "`cluster.name`, which never changes; default the app's name." },
        EngineOption {
            name: "cluster_secret",
            doc: "A PKCS #12 file with a certificate for all members and its authority, without a password, as `elasticsearch-certutil cert` makes it. Several nodes with a password need it.",
        },
        EngineOption { name: "config", doc: "A ConfigMap with `elasticsearch.yml`." },
        EngineOption { name: "settings", doc: "Settings by their names, `\"indices.query.bool.max_clause_count\"`." },
    ],
    per_member: &["node.name"],
    grace: 120,
    stop_signal: "SIGTERM",
    stop_commands: &[],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::Majority,
    single_writer: false,
    cluster: Cluster { form: FORM, ..CLUSTER },
    forms: &[],
    backup: BackupMethod::Unsound {
        why: "only Elasticsearch's own snapshots are consistent",
        instead: "the snapshot API with a repository in object storage, and snapshot lifecycle management",
    },
    writable: &["/tmp"],
    edited: &["/usr/share/elasticsearch/config"],
    programs: &["elasticsearch-keystore", "elasticsearch-users", "elasticsearch-certutil"],
    only_programs: None,
    files: &[ConfigFile {
        name: "elasticsearch.yml",
        directories: &["/usr/share/elasticsearch/config"],
        flag: "ES_PATH_CONF",
        listen: "",
        alone: false,
    }],
    memory: &[],
    locks: &["ELASTIC_PASSWORD", "xpack.security.enabled: true"],
    scheme: Some("http"),
    limits: LIMITS,
    sources: &[
        Source {
            what: "user, paths, settings as variables",
            url: "https://github.com/elastic/elasticsearch/tree/main/distribution/docker/src/docker",
        },
        Source {
            what: "first masters only at the first start",
            url: "https://www.elastic.co/docs/deploy-manage/deploy/self-managed/important-settings-configuration",
        },
        Source {
            what: "transport TLS with security, allow_mmap",
            url: "https://www.elastic.co/docs/deploy-manage/deploy/self-managed/bootstrap-checks",
        },
        Source { what: "supported versions", url: "https://www.elastic.co/support/eol" },
    ],
    complete,
};

/// Settings are variables of their own names.
static OPEN: &[&str] = &["ES_", "ELASTIC_", "cluster.", "discovery.", "node.", "xpack."];

pub(super) static PORTS: &[KnownPort] = &[
    KnownPort {
        name: "http",
        number: 9200,
        speaks: Speaks::Http,
        used_by: UsedBy::Clients,
        optional: false,
        setting: "http.port",
    },
    KnownPort {
        name: "transport",
        number: 9300,
        speaks: Speaks::Own("the transport protocol"),
        used_by: UsedBy::Members,
        optional: false,
        setting: "transport.port",
    },
];

pub(super) const PROBES: Probes = Probes {
    // A connection, not a request: with security on, every request needs a password.
    startup: Some(Check { how: How::Tcp("http"), period: 10, timeout: 5, failures: 360, since: &[] }),
    readiness: Some(Check { how: How::Tcp("http"), period: 10, timeout: 5, failures: 3, since: &[] }),
    liveness: None,
};

pub(super) const FORM: &str = "Every pod is a master, too. They find each other through the headless Service; the list of first masters is \
                               only given to a pod whose data directory is still empty.";

pub(super) const CLUSTER: Cluster = Cluster {
    form: FORM,
    rule: "replicas-without-replication",
    without: "clusters of one node each",
    signs: &["discovery.seed_hosts", "discovery.seed_providers", "seed_hosts:", "discovery.zen"],
    needs: &[],
    alone: &[("discovery.type", "single-node")],
    forgotten: "",
    away: Some(1),
    apart: false,
};

pub(super) static LIMITS: &[&str] = &[
    "Indices are read without memory mapping, which needs no setting of the nodes' kernels; with `vm.max_map_count` set there, \
     `node.store.allow_mmap: \"true\"` is faster.",
    "Pods are added while all members are healthy; before pods are taken away, their shards must be moved.",
];

/// What differs between Elasticsearch and OpenSearch.
pub(super) struct Names {
    /// The installation, under which `config` and `data` are.
    pub(super) home: &'static str,
    /// The list of the first masters.
    pub(super) first: &'static str,
    /// The variable with Java's options.
    pub(super) java: &'static str,
    /// The entrypoint.
    pub(super) entrypoint: &'static str,
    /// The image's arguments.
    pub(super) arguments: &'static [&'static str],
}

fn complete(draft: &mut Draft<'_>) {
    let engine = draft.engine;
    let names = Names {
        home: "/usr/share/elasticsearch",
        first: if draft.version.at_least(&[7]) { "cluster.initial_master_nodes" } else { "" },
        java: "ES_JAVA_OPTS",
        entrypoint: "/bin/tini -- /usr/local/bin/docker-entrypoint.sh",
        arguments: &["eswrapper"],
    };
    security(draft);
    node(draft, &names);
    draft.env_secret("ELASTIC_PASSWORD", &engine.password);
    draft.config_files(|key| (key == "elasticsearch.yml").then(|| format!("/usr/share/elasticsearch/config/{key}")));
}

/// Said either way: left open, a node would configure TLS by itself at its first start and forget it at its second.
fn security(draft: &mut Draft<'_>) {
    let engine = draft.engine;
    if engine.password.is_none() && !draft.has_env("ELASTIC_PASSWORD") && !draft.has_env("ELASTIC_PASSWORD_FILE") {
        draft.env("xpack.security.enabled", "false");
        return;
    }
    draft.env("xpack.security.enabled", "true");
    let Some(secret) = &engine.cluster_secret else {
        if draft.replicas() <= 1 {
            // A node that never has peers may go without a certificate.
            draft.env("discovery.type", "single-node");
        }
        return;
    };
    let path = "/usr/share/elasticsearch/config/certs/transport.p12";
    draft.file(path, FileContent::SecretKey(secret.clone()));
    draft.env("xpack.security.transport.ssl.enabled", "true");
    // One certificate for all: it names none of them.
    draft.env("xpack.security.transport.ssl.verification_mode", "certificate");
    draft.env("xpack.security.transport.ssl.client_authentication", "required");
    draft.env("xpack.security.transport.ssl.keystore.path", path);
    draft.env("xpack.security.transport.ssl.truststore.path", path);
}

/// What both engines need.
pub(super) fn node(draft: &mut Draft<'_>, names: &Names) {
    let pod = draft.pod_name();
    draft.env("node.name", pod);
    let cluster = draft.engine.cluster.clone().unwrap_or_else(|| draft.app.name.as_str().to_owned());
    draft.env("cluster.name", cluster);
    for (name, value) in &draft.engine.settings {
        draft.env(name, value.as_str());
    }
    draft.env("network.host", "0.0.0.0");
    draft.env("node.store.allow_mmap", "false");
    if let Some(limit) = draft.memory_limit() {
        draft.env(names.java, memory::heap_options(limit));
    }
    let alone =
        draft.app.main.env.iter().any(|env| env.name.as_str() == "discovery.type") || draft.added("discovery.type");
    if alone || draft.has_env(names.first) || names.first.is_empty() {
        return;
    }
    draft.env("discovery.seed_hosts", seeds(draft));
    let masters: Vec<String> = draft.ordinals().map(|n| format!("{}-{n}", draft.app.name)).collect();
    draft.env("INITIAL_MASTERS", masters.join(","));
    let Names { home, first, entrypoint, arguments, .. } = names;
    let lines = format!(
        "if ! ls -A {home}/data | grep -q .; then\n  exec env \"{first}=$INITIAL_MASTERS\" {entrypoint} \"$@\"\nfi\n"
    );
    draft.before(&lines, entrypoint, arguments);
}

/// The headless Service, which resolves to all pods.
fn seeds(draft: &Draft<'_>) -> String {
    let service = draft.app.service_name();
    match &draft.stack.namespace {
        Some(namespace) => format!("{service}.{namespace}.svc.{}", draft.stack.cluster_domain()),
        None => service.to_owned(),
    }
}
