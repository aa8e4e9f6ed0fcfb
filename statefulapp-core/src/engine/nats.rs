//! NATS with JetStream, the Docker Official Image `nats`.

use super::draft::Draft;
use super::*;
use crate::model::{EngineKind, PodManagement};

/// What is known of `nats`.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Nats,
    name: "nats",
    title: "NATS",
    image: "nats",
    repositories: &["nats"],
    versions: &[
        Series { tag: "2.14.5", numbers: &[2, 14], ended: "" },
        Series { tag: "2.12.15", numbers: &[2, 12], ended: "" },
        Series { tag: "2.11", numbers: &[2, 11], ended: "" },
        Series { tag: "2.10", numbers: &[2, 10], ended: "" },
        Series { tag: "2", numbers: &[2], ended: "" },
    ],
    // The image names no user; the server needs none.
    since: &[2, 2],
    users: &[User { variant: "", uid: 1000, gid: 1000, alone: "" }],
    paths: &[DataPath {
        what: "JetStream",
        setting: "",
        mount: "/data",
        since: &[],
        before: &[],
        volumes: &["data", "jetstream"],
        // The server keeps everything in a directory `jetstream` there.
        below: Below::Own,
        unset: "/tmp/nats/jetstream",
        root: Root::Fine,
        image_volume: false,
        moved_by: &["store_dir", "-sd", "store-dir"],
        shared: "",
    }],
    ports: &[
        KnownPort {
            name: "nats",
            number: 4222,
            speaks: Speaks::Own("the NATS protocol"),
            used_by: UsedBy::Clients,
            optional: false,
            setting: "port",
        },
        KnownPort {
            name: "cluster",
            number: 6222,
            speaks: Speaks::Own("the NATS protocol"),
            used_by: UsedBy::Members,
            optional: false,
            setting: "",
        },
        KnownPort {
            name: "monitor",
            number: 8222,
            speaks: Speaks::Http,
            used_by: UsedBy::Operators,
            optional: false,
            setting: "http_port",
        },
        KnownPort {
            name: "leafnodes",
            number: 7422,
            speaks: Speaks::Own("the NATS protocol"),
            used_by: UsedBy::Clients,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "gateway",
            number: 7222,
            speaks: Speaks::Own("the NATS protocol"),
            used_by: UsedBy::Members,
            optional: true,
            setting: "",
        },
        KnownPort {
            name: "websocket",
            number: 8080,
            speaks: Speaks::Http,
            used_by: UsedBy::Clients,
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
    ],
    environment: NO_ENVIRONMENT,
    variable: None,
    names: &[
        KnownName { what: "user", variable: "", most: 0, in_bytes: false, refused: "", reserved: &[] },
        KnownName { what: "cluster", variable: "", most: 0, in_bytes: false, refused: " \"\\", reserved: &[] },
    ],
    probes: Probes {
        startup: Some(Check {
            how: How::Http("monitor", "/healthz"),
            period: 10,
            timeout: 5,
            failures: 90,
            since: &[],
        }),
        // Not whether the streams have caught up: that needs the others, and they need this one.
        readiness: Some(Check {
            how: How::Http("monitor", "/healthz?js-server-only=true"),
            period: 10,
            timeout: 5,
            failures: 3,
            since: &[],
        }),
        liveness: Some(Check {
            how: How::Http("monitor", "/healthz?js-enabled-only=true"),
            period: 30,
            timeout: 5,
            failures: 3,
            since: &[],
        }),
    },
    options: &[
        EngineOption { name: "version", doc: "The image's tag, `2.14.5` or `2.14-alpine`." },
        EngineOption { name: "user", doc: "What clients log in as; needs a password." },
        EngineOption { name: "password", doc: "What they log in with; the user is `nats` if none is given." },
        EngineOption {
            name: "config",
            doc: "A ConfigMap with further `*.conf`, included in the generated configuration after all else.",
        },
        EngineOption { name: "cluster", doc: "The cluster's name; default the app's." },
        EngineOption { name: "settings", doc: "Lines of the configuration at its top level, `max_payload`." },
    ],
    per_member: &["server_name"],
    grace: 60,
    stop_signal: "SIGTERM",
    stop_commands: &[],
    pod_management: PodManagement::Parallel,
    quorum: Quorum::Majority,
    single_writer: false,
    cluster: Cluster {
        form: "A full mesh: every server has a route to every other, and the name of its pod. With a volume there is JetStream.",
        rule: "replicas-without-replication",
        without: "servers that do not know each other",
        signs: &["routes", "--cluster", "-cluster"],
        needs: &[],
        alone: &[],
        forgotten: "",
        away: None,
        apart: false,
    },
    forms: &[],
    backup: BackupMethod::Unsound {
        why: "the files of a running server are not a consistent copy",
        instead: "`nats account backup` from the `nats` client, or a mirror of the streams",
    },
    writable: &["/tmp"],
    edited: &[],
    programs: &["nats-server"],
    only_programs: Some(OnlyPrograms { names: &["nats-server"], unless_tag: "alpine" }),
    files: &[ConfigFile { name: ".conf", directories: &["/etc/nats"], flag: "-c", listen: "", alone: false }],
    memory: &[],
    locks: &["--pass", "--auth", "authorization", "accounts", "operator"],
    scheme: Some("nats"),
    limits: &[
        "A stream has no more replicas than there are servers.",
        "One server has no cluster; its streams do not follow when it becomes three.",
        "Nobody has to log in unless a password is given.",
    ],
    sources: &[
        Source { what: "image, entrypoint, no shell", url: "https://github.com/nats-io/nats-docker" },
        Source {
            what: "routes, probes, lame duck mode, grace period",
            url: "https://github.com/nats-io/k8s/tree/main/helm/charts/nats",
        },
        Source { what: "configuration", url: "https://docs.nats.io/running-a-nats-service/configuration" },
    ],
    complete,
};

/// The directory of the generated configuration.
const CONFIG: &str = "/etc/nats-config";

fn complete(draft: &mut Draft<'_>) {
    let engine = draft.engine;
    let own = "/etc/nats-config/include";
    let mut text = configuration(draft);
    if let Some((directory, config)) = draft.config_directory(own) {
        // Includes are relative to the file, and an absolute path is not one.
        let up = "../".repeat(CONFIG.split('/').count() - 1);
        let up = directory
            .strip_prefix(CONFIG)
            .map_or(format!("{up}{}", directory.trim_start_matches('/')), |rest| format!(".{rest}"));
        let keys = config.keys().filter(|key| key.as_str().ends_with(".conf"));
        text.extend(keys.map(|key| format!("include \"{up}/{key}\"\n")));
    }
    draft.config_file("nats.conf", "/etc/nats-config/nats.conf", text);
    draft.arg("--config", &["--config", "/etc/nats-config/nats.conf"]);
    let name = draft.pod_name();
    draft.arg("--name", &["--name", name]);
    if engine.password.is_some() {
        draft.env_secret("NATS_PASSWORD", &engine.password);
        let user = engine.user.as_deref().unwrap_or("nats");
        draft.arg("--user", &["--user", user, "--pass", "$(NATS_PASSWORD)"]);
    }
    draft.scratch("pid", "/var/run/nats", false, None);
    draft.pre_stop(&["nats-server", "-sl=ldm=/var/run/nats/nats.pid"]);
    if let Some(limit) = draft.memory_limit() {
        // The runtime collects harder before the kernel kills.
        draft.env("GOMEMLIMIT", format!("{}MiB", (limit / 10 * 9) >> 20));
    }
}

fn configuration(draft: &Draft<'_>) -> String {
    let mut lines = vec![
        "port: 4222".to_owned(),
        "http_port: 8222".to_owned(),
        "pid_file: \"/var/run/nats/nats.pid\"".to_owned(),
        "lame_duck_duration: 30s".to_owned(),
        "lame_duck_grace_period: 10s".to_owned(),
    ];
    if let Some(volume) = draft.volume_at("/data") {
        lines.push("jetstream {".to_owned());
        lines.push("  store_dir: \"/data\"".to_owned());
        lines.push(format!("  max_file_store: {}", volume.size.bytes()));
        lines.push("}".to_owned());
    }
    if draft.replicas() > 1 {
        let name = draft.engine.cluster.clone().unwrap_or_else(|| draft.app.name.as_str().to_owned());
        lines.push("cluster {".to_owned());
        lines.push(format!("  name: \"{name}\""));
        lines.push("  port: 6222".to_owned());
        lines.push("  routes: [".to_owned());
        lines.extend(draft.ordinals().map(|n| format!("    \"nats://{}:6222\"", draft.host(n))));
        lines.push("  ]".to_owned());
        lines.push("}".to_owned());
    }
    lines.extend(draft.engine.settings.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.push(String::new());
    lines.join("\n")
}
