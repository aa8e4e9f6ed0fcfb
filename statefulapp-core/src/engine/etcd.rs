//! etcd, the project's image `quay.io/coreos/etcd`.

use super::draft::{Draft, probe};
use super::*;
use crate::model::{EngineKind, Handler, PodManagement};

/// What is known of `quay.io/coreos/etcd`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Etcd,
    name: "etcd",
    title: "etcd",
    image: "quay.io/coreos/etcd",
    repositories: &["coreos/etcd", "etcd-development/etcd"],
    versions: &[
        Series { tag: "v3.6.14", numbers: &[3, 6], ended: "" },
        Series { tag: "v3.7.1", numbers: &[3, 7], ended: "" },
        Series { tag: "v3.5.33", numbers: &[3, 5], ended: "" },
        Series { tag: "v3.4", numbers: &[3, 4], ended: "2025-05-15" },
    ],
    // The image names no user; the server needs none.
    since: &[],
    users: &[User { variant: "", uid: 1000, gid: 1000, alone: "" }],
    paths: &[DataPath {
        what: "the members' log and snapshots",
        setting: "data-dir",
        mount: "/var/lib/etcd",
        since: &[],
        before: &[],
        volumes: &["data"],
        // Made by the server itself, so that nobody else may read it.
        below: Below::Variable { name: "ETCD_DATA_DIR", directory: "member-data" },
        unset: "/var/lib/etcd/default.etcd",
        root: Root::Fine,
        image_volume: false,
        moved_by: &["data-dir"],
        shared: "",
    }],
    ports: &[
        KnownPort {
            name: "client",
            number: 2379,
            speaks: Speaks::Grpc,
            used_by: UsedBy::Clients,
            optional: false,
            setting: "listen-client-urls",
        },
        KnownPort {
            name: "peer",
            number: 2380,
            speaks: Speaks::Own("etcd's peer protocol"),
            used_by: UsedBy::Members,
            optional: false,
            setting: "listen-peer-urls",
        },
        KnownPort {
            name: "metrics",
            number: 8080,
            speaks: Speaks::Http,
            used_by: UsedBy::Operators,
            optional: false,
            setting: "listen-metrics-urls",
        },
    ],
    environment: Environment { open: &["ETCD_"], per_pod: &[("ETCD_NAME", "id-shared")], ..NO_ENVIRONMENT },
    variable: Some(variable),
    names: &[KnownName {
        what: "cluster",
        variable: "ETCD_INITIAL_CLUSTER_TOKEN",
        most: 0,
        in_bytes: false,
        refused: "",
        reserved: &[],
    }],
    probes: Probes {
        startup: Some(Check {
            how: How::Http("metrics", "/livez"),
            period: 5,
            timeout: 5,
            failures: 720,
            since: &[3, 5, 11],
        }),
        readiness: Some(Check {
            how: How::Http("metrics", "/readyz"),
            period: 5,
            timeout: 5,
            failures: 3,
            since: &[3, 5, 11],
        }),
        liveness: Some(Check {
            how: How::Http("metrics", "/livez"),
            period: 10,
            timeout: 5,
            failures: 3,
            since: &[3, 5, 11],
        }),
    },
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `v3.6.14`; 3.5.11 or later." },
        EngineOption {
            name: "cluster",
            doc: "The token of the first start, `ETCD_INITIAL_CLUSTER_TOKEN`; default made from the names.",
        },
        EngineOption { name: "settings", doc: "Flags without `--`, `quota-backend-bytes`, as `ETCD_*` variables." },
    ],
    per_member: &["name", "initial-cluster", "initial-advertise-peer-urls", "advertise-client-urls"],
    grace: 60,
    stop_signal: "SIGTERM",
    stop_commands: &[],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::Majority,
    single_writer: false,
    cluster: Cluster {
        form: "A static cluster: every member has the list of all, by the names of their pods, and none shares a host with another.",
        rule: "replicas-without-replication",
        without: "clusters of one member each",
        signs: &["ETCD_INITIAL_CLUSTER", "initial-cluster", "discovery-srv"],
        needs: &[],
        alone: &[("force-new-cluster", "true")],
        forgotten: "a member that starts again is refused: it has joined before",
        away: None,
        apart: true,
    },
    forms: &[],
    backup: BackupMethod::Dump("etcdctl snapshot save, verified by etcdutl snapshot restore"),
    writable: &["/tmp"],
    edited: &[],
    programs: &["etcdctl", "etcdutl"],
    only_programs: Some(OnlyPrograms { names: &["etcd", "etcdctl", "etcdutl"], unless_tag: "" }),
    files: &[],
    memory: &[],
    locks: &[],
    scheme: Some("http"),
    limits: &[
        "`replicas` is not changed alone: before a pod is added, `etcdctl member add` must run with `ETCD_INITIAL_CLUSTER_STATE: \"existing\"`; after one is taken away, `etcdctl member remove`.",
        "A member that lost its volume must be removed and added again.",
        "Nobody has to log in, and nothing is encrypted, unless settings say so.",
    ],
    sources: &[
        Source { what: "static cluster, metrics port, probes", url: "https://etcd.io/docs/v3.6/op-guide/kubernetes/" },
        Source { what: "flags as variables", url: "https://etcd.io/docs/v3.6/op-guide/configuration/" },
        Source { what: "no shell", url: "https://github.com/etcd-io/etcd/blob/main/Dockerfile" },
        Source { what: "/livez and /readyz", url: "https://etcd.io/docs/v3.5/op-guide/monitoring/#health-check" },
    ],
    complete,
};

fn complete(draft: &mut Draft<'_>) {
    if !draft.version.at_least(&[3, 5, 11])
        && let Some(port) = draft.port("metrics")
    {
        let handler = Handler::Http { path: "/health".to_owned(), port, https: false, host: None, headers: Vec::new() };
        draft.readiness(probe(handler, 5, 5, 3));
    }
    let pod = draft.pod_name();
    let host = draft.own_host();
    draft.env("ETCD_NAME", pod);
    for (name, value) in &draft.engine.settings {
        draft.env(&variable(name), value.as_str());
    }
    draft.env("ETCD_LISTEN_CLIENT_URLS", "http://0.0.0.0:2379");
    draft.env("ETCD_ADVERTISE_CLIENT_URLS", format!("http://{host}:2379"));
    draft.env("ETCD_LISTEN_PEER_URLS", "http://0.0.0.0:2380");
    draft.env("ETCD_INITIAL_ADVERTISE_PEER_URLS", format!("http://{host}:2380"));
    draft.env("ETCD_LISTEN_METRICS_URLS", "http://0.0.0.0:8080");
    let app = draft.app.name.clone();
    let members: Vec<String> = draft.ordinals().map(|n| format!("{app}-{n}=http://{}:2380", draft.host(n))).collect();
    draft.env("ETCD_INITIAL_CLUSTER", members.join(","));
    draft.env("ETCD_INITIAL_CLUSTER_STATE", "new");
    let stack = draft.stack.name.as_ref().map_or("", |name| name.as_str());
    let token = format!("{stack}{}{app}", if stack.is_empty() { "" } else { "-" });
    draft.env("ETCD_INITIAL_CLUSTER_TOKEN", draft.engine.cluster.clone().unwrap_or(token));
}

/// The variable of a flag.
fn variable(setting: &str) -> String {
    format!("ETCD_{}", setting.replace('-', "_").to_uppercase())
}
