//! OpenSearch, the project's image `opensearchproject/opensearch`.

use super::draft::Draft;
use super::elasticsearch::{self, Names};
use super::*;
use crate::model::{EngineKind, PodManagement};

/// What is known of `opensearchproject/opensearch`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Opensearch,
    name: "opensearch",
    title: "OpenSearch",
    image: "opensearchproject/opensearch",
    repositories: &["opensearchproject/opensearch"],
    versions: &[
        Series { tag: "3.7.0", numbers: &[3, 7], ended: "" },
        Series { tag: "3", numbers: &[3], ended: "" },
        Series { tag: "2.19.5", numbers: &[2, 19], ended: "" },
        Series { tag: "2", numbers: &[2], ended: "" },
        Series { tag: "1.3.20", numbers: &[1, 3], ended: "2025-05-06" },
        Series { tag: "1", numbers: &[1], ended: "2025-05-06" },
    ],
    since: &[],
    users: &[User { variant: "", uid: 1000, gid: 1000, alone: "" }],
    paths: &[
        DataPath {
            what: "the indices",
            setting: "path.data",
            mount: "/usr/share/opensearch/data",
            since: &[],
            before: &[],
            volumes: &["data"],
            below: Below::SubPath("data"),
            unset: "/usr/share/opensearch/data",
            root: Root::Fine,
            image_volume: false,
            moved_by: &["path.data"],
            shared: "",
        },
        DataPath {
            what: "log files",
            setting: "",
            mount: "/usr/share/opensearch/logs",
            since: &[],
            before: &[],
            volumes: &["logs"],
            below: Below::SubPath("logs"),
            unset: "/usr/share/opensearch/logs",
            root: Root::Fine,
            image_volume: false,
            moved_by: &["path.logs"],
            shared: "",
        },
    ],
    ports: &[
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
        KnownPort {
            name: "metrics",
            number: 9600,
            speaks: Speaks::Http,
            used_by: UsedBy::Operators,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "rca",
            number: 9650,
            speaks: Speaks::Grpc,
            used_by: UsedBy::Operators,
            optional: true,
            setting: "",
        },
    ],
    environment: Environment {
        open: &["OPENSEARCH_", "DISABLE_", "cluster.", "discovery.", "node.", "plugins."],
        required: &[Required {
            rule: "password-missing",
            one_of: &["OPENSEARCH_INITIAL_ADMIN_PASSWORD"],
            or: &[("DISABLE_SECURITY_PLUGIN", "true"), ("DISABLE_INSTALL_DEMO_CONFIG", "true")],
            with: "",
            since: &[2, 12],
            before: &[],
            otherwise: "the image stops: the administrator has no password",
            option: "password",
        }],
        per_pod: &[("node.name", "id-shared")],
        ..NO_ENVIRONMENT
    },
    variable: Some(str::to_owned),
    names: &[KnownName {
        what: "cluster",
        variable: "cluster.name",
        most: 0,
        in_bytes: false,
        refused: ":",
        reserved: &[],
    }],
    probes: elasticsearch::PROBES,
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `3.7.0`." },
        EngineOption {
            name: "password",
            doc: "`OPENSEARCH_INITIAL_ADMIN_PASSWORD`, of the user `admin`: eight characters or more with upper and lower case, a digit and another sign.",
        },
        EngineOption { name: "cluster", doc: "`cluster.name`, which never changes; default the app's name." },
        EngineOption {
            name: "config",
            doc: "A ConfigMap with `opensearch.yml`, which then says all of the security plugin, too.",
        },
        EngineOption { name: "settings", doc: "Settings by their names, `\"indices.query.bool.max_clause_count\"`." },
    ],
    per_member: &["node.name"],
    grace: 120,
    stop_signal: "SIGTERM",
    stop_commands: &[],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::Majority,
    single_writer: false,
    cluster: elasticsearch::CLUSTER,
    forms: &[],
    backup: BackupMethod::Unsound {
        why: "only OpenSearch's own snapshots are consistent",
        instead: "the snapshot API with a repository in object storage, for which the plugin `repository-s3` must be installed",
    },
    writable: &["/tmp"],
    edited: &["/usr/share/opensearch/config"],
    programs: &["opensearch-keystore", "opensearch-plugin"],
    only_programs: None,
    files: &[ConfigFile {
        name: "opensearch.yml",
        directories: &["/usr/share/opensearch/config"],
        flag: "OPENSEARCH_PATH_CONF",
        listen: "",
        alone: false,
    }],
    memory: &[],
    locks: &[],
    scheme: Some("https"),
    limits: &[
        "The image secures itself with the certificates of its demonstration, which everybody has: for production, give your own by `config`.",
        "Indices are read without memory mapping, which needs no setting of the nodes' kernels.",
        "Pods are added while all members are healthy; before pods are taken away, their shards must be moved.",
    ],
    sources: &[
        Source {
            what: "user, paths, settings as variables, password since 2.12",
            url: "https://github.com/opensearch-project/opensearch-build/tree/main/docker/release",
        },
        Source {
            what: "discovery and bootstrap",
            url: "https://docs.opensearch.org/latest/tuning-your-cluster/discovery-cluster-formation/",
        },
    ],
    complete,
};

fn complete(draft: &mut Draft<'_>) {
    let engine = draft.engine;
    let names = Names {
        home: "/usr/share/opensearch",
        first: if draft.version.at_least(&[2]) {
            "cluster.initial_cluster_manager_nodes"
        } else {
            "cluster.initial_master_nodes"
        },
        java: "OPENSEARCH_JAVA_OPTS",
        entrypoint: "./opensearch-docker-entrypoint.sh",
        arguments: &["opensearch"],
    };
    draft.env_secret("OPENSEARCH_INITIAL_ADMIN_PASSWORD", &engine.password);
    elasticsearch::node(draft, &names);
    draft.config_files(|key| (key == "opensearch.yml").then(|| format!("/usr/share/opensearch/config/{key}")));
    if engine.config.is_some() {
        // The demonstration appends to the file, which a mounted one does not allow.
        draft.env("DISABLE_INSTALL_DEMO_CONFIG", "true");
    }
}
