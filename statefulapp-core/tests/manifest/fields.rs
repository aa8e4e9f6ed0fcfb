//! Every field of an app reaches the objects.

use crate::every_field::*;
use crate::support::*;
use statefulapp_core::model::*;

/// One of everything that others refer to.
fn around(items: Vec<Item>) -> Stack {
    let mut all = items;
    all.push(Item::ConfigMap(config_map("settings", &[("a.conf", "x")])));
    all.push(item(stateful("other")));
    stack(all)
}

fn rich(workload: Workload) -> App {
    let mut app = app(workload, "pg");
    app.replicas = Some(3);
    app.files = vec![file("/etc/settings", FileContent::All(Source::ConfigMap(v("settings"))))];
    app.security.fs_group = Some(999);
    app
}

fn with_app(app: App) -> Stack {
    around(vec![item(app)])
}

fn label<K: std::str::FromStr, V: std::str::FromStr>() -> Vec<(K, V)>
where
    K::Err: std::fmt::Debug,
    V::Err: std::fmt::Debug,
{
    pairs(&[("tier", "gold")])
}

fn meta() -> Meta {
    Meta { labels: label(), ..Meta::default() }
}

#[test]
fn of_a_stack() {
    every_field!(Stack, with_app(rich(Workload::StatefulSet)), |stack: Stack| stack, {
        name: |s| s.name = Some(v("other")),
        namespace: |s| s.namespace = None,
        kubernetes: |s| s.kubernetes = Some(v("1.26")),
        items: |s| s.items.truncate(1),
    } same {
        cluster_domain: "engines use it",
        params: "for Helm charts",
        allow: "for the rules",
    } ..);
}

#[test]
fn of_metadata() {
    every_field!(Meta, Meta::default(), |meta| { let mut app = rich(Workload::StatefulSet); app.meta = meta; with_app(app) }, {
        labels: |m| m.labels = label(),
        annotations: |m| m.annotations = label(),
        doc: |m| m.doc = "what it is for".to_owned(),
    } same { allow: "for the rules", });
}

#[test]
fn of_a_stateful_app() {
    every_field!(App, rich(Workload::StatefulSet), with_app, {
        workload: |a| a.workload = Workload::Deployment,
        name: |a| a.name = v("my"),
        meta: |a| a.meta = meta(),
        main: |a| a.main.args = vec!["-v".to_owned()],
        init: |a| a.init = vec![container("first")],
        sidecars: |a| a.sidecars = vec![container("beside")],
        replicas: |a| a.replicas = Some(5),
        pull_secrets: |a| a.pull_secrets = vec![v("registry")],
        storage: |a| a.storage = vec![volume("data", Some("/data"))],
        files: |a| a.files.clear(),
        scratch: |a| a.scratch = vec![scratch("tmp", Some("/tmp"))],
        grace: |a| a.grace = Some(v("2m")),
        service_name: |a| a.service_name = Some(v("pg-headless")),
        publish_not_ready: |a| a.publish_not_ready = Some(false),
        pod_management: |a| a.pod_management = Some(PodManagement::Parallel),
        update: |a| a.update = Some(Update::OnDelete),
        retain: |a| a.retain = Some(Retain { when_deleted: Retention::Retain, when_scaled: Retention::Delete }),
        min_ready: |a| a.min_ready = Some(v("10s")),
        revision_history: |a| a.revision_history = Some(3),
        first_ordinal: |a| a.first_ordinal = Some(1),
        disruption: |a| a.disruption = Some(Disruption::MinAvailable(v("2"))),
        spread: |a| a.spread = Some(Vec::new()),
        affinity: |a| a.affinity = Some(Affinity { apart: Some(Strength::Required), ..Affinity::default() }),
        node_selector: |a| a.node_selector = label(),
        tolerations: |a| a.tolerations = vec![Toleration::default()],
        priority_class: |a| a.priority_class = Some(v("high")),
        runtime_class: |a| a.runtime_class = Some(v("gvisor")),
        scheduler: |a| a.scheduler = Some("bin-packing".to_owned()),
        service_account: |a| a.service_account = Some(v("reader")),
        service_account_token: |a| a.service_account_token = Some(true),
        service_links: |a| a.service_links = Some(true),
        restart_on_change: |a| a.restart_on_change = Some(false),
        security: |a| a.security.user = Some(999),
        dns: |a| a.dns = Some(Dns { policy: Some(DnsPolicy::Default), ..Dns::default() }),
        network: |a| a.network = Some(NetworkAccess::default()),
        pod_labels: |a| a.pod_labels = label(),
        pod_annotations: |a| a.pod_annotations = label(),
        patch: |a| a.patch = Patch::stateful_set(|set| set.metadata.finalizers = Some(vec!["a/b".to_owned()])),
    } same { engine: "completes the model", backup: "becomes Jobs in the model", });
}

#[test]
fn of_a_stateless_app() {
    every_field!(App, rich(Workload::Deployment), with_app, {
        workload: |a| a.workload = Workload::StatefulSet,
        name: |a| a.name = v("my"),
        meta: |a| a.meta = meta(),
        main: |a| a.main.args = vec!["-v".to_owned()],
        init: |a| a.init = vec![container("first")],
        sidecars: |a| a.sidecars = vec![container("beside")],
        replicas: |a| a.replicas = Some(5),
        pull_secrets: |a| a.pull_secrets = vec![v("registry")],
        files: |a| a.files.clear(),
        scratch: |a| a.scratch = vec![scratch("tmp", Some("/tmp"))],
        grace: |a| a.grace = Some(v("2m")),
        update: |a| a.update = Some(Update::Recreate),
        min_ready: |a| a.min_ready = Some(v("10s")),
        revision_history: |a| a.revision_history = Some(3),
        disruption: |a| a.disruption = Some(Disruption::None),
        spread: |a| a.spread = Some(Vec::new()),
        affinity: |a| a.affinity = Some(Affinity { near: vec![(v("other"), Strength::Required)], ..Affinity::default() }),
        node_selector: |a| a.node_selector = label(),
        tolerations: |a| a.tolerations = vec![Toleration::default()],
        priority_class: |a| a.priority_class = Some(v("high")),
        runtime_class: |a| a.runtime_class = Some(v("gvisor")),
        scheduler: |a| a.scheduler = Some("bin-packing".to_owned()),
        service_account: |a| a.service_account = Some(v("reader")),
        service_account_token: |a| a.service_account_token = Some(true),
        service_links: |a| a.service_links = Some(true),
        restart_on_change: |a| a.restart_on_change = Some(false),
        security: |a| a.security.user = Some(999),
        dns: |a| a.dns = Some(Dns { policy: Some(DnsPolicy::Default), ..Dns::default() }),
        network: |a| a.network = Some(NetworkAccess::default()),
        pod_labels: |a| a.pod_labels = label(),
        pod_annotations: |a| a.pod_annotations = label(),
        patch: |a| a.patch = Patch::deployment(|d| d.metadata.finalizers = Some(vec!["a/b".to_owned()])),
    } same {
        engine: "of a StatefulApp",
        backup: "of a StatefulApp",
        storage: "of a StatefulApp",
        service_name: "of a StatefulApp",
        publish_not_ready: "of a StatefulApp",
        pod_management: "of a StatefulApp",
        retain: "of a StatefulApp",
        first_ordinal: "of a StatefulApp",
    });
}

#[test]
fn of_a_container() {
    let base = || {
        let mut container = container("side");
        container.ports = vec![port("http", 8080)];
        container
    };
    let stack = |container: Container| {
        let mut app = rich(Workload::StatefulSet);
        app.scratch = vec![scratch("tmp", None)];
        app.sidecars = vec![container];
        with_app(app)
    };
    every_field!(Container, base(), stack, {
        name: |c| c.name = v("other"),
        image: |c| c.image = Some(v("tool:2")),
        pull: |c| c.pull = Some(PullPolicy::Always),
        command: |c| c.command = vec!["run".to_owned()],
        args: |c| c.args = vec!["-v".to_owned()],
        working_dir: |c| c.working_dir = Some(v("/work")),
        ports: |c| c.ports.clear(),
        env: |c| c.env = vec![env("A", "1")],
        env_from: |c| c.env_from = vec![env_from()],
        mounts: |c| c.mounts = vec![mount("tmp", "/tmp")],
        resources: |c| c.resources = vec![Resource { name: v("cpu"), request: Some(v("1")), limit: None }],
        startup: |c| c.startup = Some(probe()),
        liveness: |c| c.liveness = Some(probe()),
        readiness: |c| c.readiness = Some(probe()),
        post_start: |c| c.post_start = Some(Hook::Sleep(v("1s"))),
        pre_stop: |c| c.pre_stop = Some(Hook::Do(Handler::Exec(vec!["stop".to_owned()]))),
        security: |c| c.security.read_only_root = Some(true),
    } same {});
}

fn probe() -> Probe {
    Probe::new(Handler::Tcp(PortRef::Name(v("http"))))
}

fn env_from() -> EnvFrom {
    EnvFrom { source: Source::Secret(v("passwords")), prefix: None, optional: false }
}

fn with_main(container: Container) -> Stack {
    let mut app = rich(Workload::StatefulSet);
    app.main = container;
    app.scratch = vec![scratch("tmp", None)];
    with_app(app)
}

fn main_container() -> Container {
    stateful("pg").main
}

#[test]
fn of_the_parts_of_a_container() {
    every_field!(ContainerPort, port("http", 8080), |port| with_main(Container { ports: vec![port], ..main_container() }), {
        name: |p| p.name = v("web"),
        number: |p| p.number = n(80),
        protocol: |p| p.protocol = Protocol::UDP,
        host_port: |p| p.host_port = Some(n(80)),
    } same {});
    every_field!(EnvVar, env("A", "1"), |var| with_main(Container { env: vec![var], ..main_container() }), {
        name: |e| e.name = v("B"),
        value: |e| e.value = EnvValue::Field(v("metadata.name")),
    } same {});
    let stack = |key| with_main(Container { env: vec![env("A", EnvValue::SecretKey(key))], ..main_container() });
    every_field!(KeyRef, key("passwords", "admin"), stack, {
        name: |k| k.name = v("others"),
        key: |k| k.key = v("user"),
        optional: |k| k.optional = true,
    } same {});
    let stack = |key| with_main(Container { env: vec![env("A", EnvValue::ConfigKey(key))], ..main_container() });
    every_field!(KeyRef, key("settings", "a.conf"), stack, {
        name: |k| k.name = v("others"),
        key: |k| k.key = v("user"),
        optional: |k| k.optional = true,
    } same {});
    every_field!(EnvFrom, env_from(), |from| with_main(Container { env_from: vec![from], ..main_container() }), {
        source: |e| e.source = Source::ConfigMap(v("settings")),
        prefix: |e| e.prefix = Some(v("PG_")),
        optional: |e| e.optional = true,
    } same {});
    every_field!(Mount, mount("tmp", "/tmp"), |mount| with_main(Container { mounts: vec![mount], ..main_container() }), {
        volume: |m| m.volume = v("other"),
        path: |m| m.path = v("/var/tmp"),
        sub_path: |m| m.sub_path = Some(v("a")),
        read_only: |m| m.read_only = true,
    } same {});
    let resource = Resource { name: v("cpu"), request: Some(v("1")), limit: None };
    every_field!(Resource, resource, |r| with_main(Container { resources: vec![r], ..main_container() }), {
        name: |r| r.name = v("memory"),
        request: |r| r.request = None,
        limit: |r| r.limit = Some(v("2")),
    } same {});
    let texts = [
        EnvValue::Text("a".to_owned()),
        EnvValue::Text("b".to_owned()),
        EnvValue::Resource { resource: "limits.cpu".to_owned(), divisor: None },
        EnvValue::Resource { resource: "limits.memory".to_owned(), divisor: None },
        EnvValue::Resource { resource: "limits.memory".to_owned(), divisor: Some(v("1Mi")) },
    ];
    all_differ(texts.map(|value| with_main(Container { env: vec![env("A", value)], ..main_container() })));
    let pulls = [None, Some(PullPolicy::Always), Some(PullPolicy::IfNotPresent), Some(PullPolicy::Never)];
    all_differ(pulls.map(|pull| with_main(Container { pull, ..main_container() })));
}

#[test]
fn of_a_probe() {
    let stack = |probe| with_main(Container { liveness: Some(probe), ..main_container() });
    every_field!(Probe, Probe::new(Handler::Tcp(PortRef::Number(n(5432)))), stack, {
        handler: |p| p.handler = Handler::Exec(vec!["pg_isready".to_owned()]),
        initial_delay: |p| p.initial_delay = Some(v("5s")),
        period: |p| p.period = Some(v("5s")),
        timeout: |p| p.timeout = Some(v("5s")),
        failures: |p| p.failures = Some(5),
        successes: |p| p.successes = Some(2),
        grace: |p| p.grace = Some(v("5s")),
    } same {});
    let http = |path: &str, https: bool, host: Option<&str>, headers: &[(&str, &str)]| Handler::Http {
        path: path.to_owned(),
        port: PortRef::Name(v("database")),
        https,
        host: host.map(str::to_owned),
        headers: headers.iter().map(|(name, value)| (v(name), (*value).to_owned())).collect(),
    };
    let by_name = || PortRef::Name(v("database"));
    let handlers = [
        Handler::Off,
        Handler::Tcp(by_name()),
        Handler::Tcp(PortRef::Number(n(5432))),
        Handler::Grpc { port: by_name(), service: None },
        Handler::Grpc { port: by_name(), service: Some("db".to_owned()) },
        http("/", false, None, &[]),
        http("/ready", false, None, &[]),
        http("/", true, None, &[]),
        http("/", false, Some("db.example"), &[]),
        http("/", false, None, &[("Accept", "text/plain")]),
    ];
    all_differ(handlers.map(|handler| stack(Probe::new(handler))));
    let hooks = [
        Hook::Do(Handler::Off),
        Hook::Do(Handler::Tcp(by_name())),
        Hook::Do(http("/", false, None, &[])),
        Hook::Sleep(v("5s")),
    ];
    all_differ(hooks.map(|hook| with_main(Container { pre_stop: Some(hook), ..main_container() })));
}

#[test]
fn of_volumes() {
    let stack = |volume| with_app(App { storage: vec![volume], ..rich(Workload::StatefulSet) });
    every_field!(Volume, volume("data", Some("/data")), stack, {
        name: |s| s.name = v("wal"),
        mount: |s| s.mount = None,
        sub_path: |s| s.sub_path = Some(v("db")),
        size: |s| s.size = v("20Gi"),
        class: |s| s.class = Some(v("fast")),
        access: |s| s.access = vec![AccessMode::ReadWriteOncePod],
        block: |s| s.block = true,
        snapshot: |s| s.snapshot = Some(v("yesterday")),
    } same {});
    let content = || FileContent::All(Source::Secret(v("passwords")));
    let stack = |file| with_app(App { files: vec![file], ..rich(Workload::StatefulSet) });
    every_field!(FileMount, file("/etc/secret", content()), stack, {
        path: |f| f.path = v("/etc/other"),
        content: |f| f.content = FileContent::SecretKey(key("passwords", "admin")),
        mode: |f| f.mode = Some(v("0400")),
        optional: |f| f.optional = true,
    } same {});
    let source = || Source::ConfigMap(v("settings"));
    let contents = [
        FileContent::All(source()),
        FileContent::Items(source(), vec![(v("a.conf"), v("b.conf"))]),
        FileContent::Items(source(), vec![(v("a.conf"), v("c.conf"))]),
        FileContent::ConfigKey(key("settings", "a.conf")),
        FileContent::ConfigKey(KeyRef { optional: true, ..key("settings", "a.conf") }),
        FileContent::SecretKey(key("settings", "a.conf")),
    ];
    all_differ(contents.map(|content| stack(file("/etc/a", content))));
    let stack = |scratch| with_app(App { scratch: vec![scratch], ..rich(Workload::StatefulSet) });
    every_field!(Scratch, scratch("tmp", Some("/tmp")), stack, {
        name: |s| s.name = v("other"),
        mount: |s| s.mount = None,
        size: |s| s.size = Some(v("1Gi")),
        memory: |s| s.memory = true,
    } same {});
}

#[test]
fn of_scheduling() {
    let stack = |spread| with_app(App { spread: Some(vec![spread]), ..rich(Workload::StatefulSet) });
    let spread = Spread { over: v("kubernetes.io/hostname"), max_skew: None, required: true, min_domains: None };
    every_field!(Spread, spread, stack, {
        over: |s| s.over = v("topology.kubernetes.io/zone"),
        max_skew: |s| s.max_skew = Some(2),
        required: |s| s.required = false,
        min_domains: |s| s.min_domains = Some(3),
    } same {});
    let stack = |affinity| with_app(App { affinity: Some(affinity), ..rich(Workload::StatefulSet) });
    every_field!(Affinity, Affinity::default(), stack, {
        apart: |a| a.apart = Some(Strength::Preferred),
        near: |a| a.near = vec![(v("other"), Strength::Preferred)],
        away_from: |a| a.away_from = vec![(v("other"), Strength::Required)],
        nodes: |a| a.nodes = vec![(v("disk"), vec![v("ssd")])],
        preferred_nodes: |a| a.preferred_nodes = vec![(v("disk"), vec![v("ssd")])],
    } same {});
    let stack = |toleration| with_app(App { tolerations: vec![toleration], ..rich(Workload::StatefulSet) });
    every_field!(Toleration, Toleration { key: Some(v("a")), ..Toleration::default() }, stack, {
        key: |t| t.key = None,
        value: |t| t.value = Some(v("x")),
        effect: |t| t.effect = Some(TaintEffect::NoExecute),
        duration: |t| t.duration = Some(v("5m")),
    } same {});
    let stack = |dns| with_app(App { dns: Some(dns), ..rich(Workload::StatefulSet) });
    every_field!(Dns, Dns::default(), stack, {
        policy: |d| d.policy = Some(DnsPolicy::None),
        nameservers: |d| d.nameservers = vec![v("10.0.0.10")],
        searches: |d| d.searches = vec![v("svc.cluster.local")],
        options: |d| d.options = vec![("ndots".to_owned(), Some("2".to_owned()))],
    } same {});
    let stack = |disruption| with_app(App { disruption: Some(disruption), ..rich(Workload::StatefulSet) });
    all_differ([Disruption::None, Disruption::MinAvailable(v("1")), Disruption::MaxUnavailable(v("50%"))].map(stack));
    let rolling = |partition, max_unavailable| Update::Rolling { partition, max_unavailable, max_surge: None };
    let stack = |update| with_app(App { update: Some(update), ..rich(Workload::StatefulSet) });
    all_differ([rolling(None, None), rolling(Some(1), None), rolling(None, Some(v("2"))), Update::OnDelete].map(stack));
    let rolling = |max_surge, max_unavailable| Update::Rolling { partition: None, max_unavailable, max_surge };
    let stack = |update| with_app(App { update: Some(update), ..rich(Workload::Deployment) });
    all_differ(
        [rolling(None, None), rolling(Some(v("1")), None), rolling(None, Some(v("2"))), Update::Recreate].map(stack),
    );
}

#[test]
fn of_security() {
    let stack = |security| with_app(App { security, ..rich(Workload::StatefulSet) });
    every_field!(PodSecurity, PodSecurity::default(), stack, {
        user: |s| s.user = Some(1),
        group: |s| s.group = Some(1),
        fs_group: |s| s.fs_group = Some(1),
        fs_group_change: |s| s.fs_group_change = Some(FsGroupChange::Always),
        groups: |s| s.groups = vec![1],
        sysctls: |s| s.sysctls = vec![("net.ipv4.tcp_syncookies".to_owned(), "1".to_owned())],
        main: |s| s.main.read_only_root = Some(true),
        because: |s| s.because = Some("the reason".to_owned()),
    } same {});
    let of_pod =
        |main| with_app(App { security: PodSecurity { main, ..Default::default() }, ..rich(Workload::StatefulSet) });
    let of_container = |security| with_main(Container { security, ..main_container() });
    for stack in [of_pod as fn(ContainerSecurity) -> Stack, of_container] {
        every_field!(ContainerSecurity, ContainerSecurity::default(), stack, {
            user: |s| s.user = Some(1),
            group: |s| s.group = Some(1),
            read_only_root: |s| s.read_only_root = Some(true),
            privileged: |s| s.privileged = true,
            privilege_escalation: |s| s.privilege_escalation = true,
            root: |s| s.root = true,
            add_capabilities: |s| s.add_capabilities = vec![v("NET_BIND_SERVICE")],
            keep_capabilities: |s| s.keep_capabilities = true,
            seccomp_unconfined: |s| s.seccomp_unconfined = true,
            seccomp_profile: |s| s.seccomp_profile = Some(v("profiles/db.json")),
            app_armor_profile: |s| s.app_armor_profile = Some("db".to_owned()),
        } same {});
    }
}
