//! Every field of an item that is no app reaches the objects.

use crate::every_field::*;
use crate::support::*;
use statefulapp_core::model::*;

fn meta() -> Meta {
    Meta { doc: "what it is for".to_owned(), ..Meta::default() }
}

fn with_app(items: impl IntoIterator<Item = Item>) -> Stack {
    let mut all = vec![item(App { replicas: Some(2), ..stateful("pg") }), item(stateful("other"))];
    all.extend(items);
    stack(all)
}

#[test]
fn of_configuration() {
    every_field!(ConfigMap, config_map("settings", &[("a", "1")]), |c| stack(vec![Item::ConfigMap(c)]), {
        name: |c| c.name = v("others"),
        meta: |c| c.meta = meta(),
        is_extern: |c| c.is_extern = true,
        data: |c| c.data = vec![(v("a"), "2".to_owned())],
        binary: |c| c.binary = vec![(v("b"), vec![0xff])],
        immutable: |c| c.immutable = true,
    } same {});
    let store = || ExternalStore { store: v("vault"), cluster: false, refresh: None };
    for external in [None, Some(store())] {
        let mut base = secret("passwords", &[]);
        base.external = external;
        every_field!(Secret, base, |s| stack(vec![Item::Secret(s)]), {
            name: |s| s.name = v("others"),
            meta: |s| s.meta = meta(),
            is_extern: |s| s.is_extern = true,
            kind: |s| s.kind = SecretKind::Tls,
            data: |s| {
                let value = match s.external {
                    Some(_) => SecretValue::Elsewhere(None),
                    None => SecretValue::Literal("x".to_owned()),
                };
                s.data = vec![(v("a"), value)];
            },
            immutable: |s| s.immutable = true,
            external: |s| s.external = Some(ExternalStore { store: v("aws"), cluster: false, refresh: None }),
        } same {});
    }
    let stack_of = |store| stack(vec![Item::Secret(Secret { external: Some(store), ..secret("passwords", &[]) })]);
    every_field!(ExternalStore, store(), stack_of, {
        store: |s| s.store = v("aws"),
        cluster: |s| s.cluster = true,
        refresh: |s| s.refresh = Some(v("5m")),
    } same {});
    let account = ServiceAccount {
        name: v("reader"),
        meta: Meta::default(),
        is_extern: false,
        token: false,
        pull_secrets: Vec::new(),
    };
    every_field!(ServiceAccount, account, |a| stack(vec![Item::ServiceAccount(a)]), {
        name: |a| a.name = v("others"),
        meta: |a| a.meta = meta(),
        is_extern: |a| a.is_extern = true,
        token: |a| a.token = true,
        pull_secrets: |a| a.pull_secrets = vec![v("registry")],
    } same {});
    let raw = Raw { name: "x".to_owned(), yaml: "{apiVersion: v1, kind: Pod, metadata: {name: x}}".to_owned() };
    every_field!(Raw, raw, |raw| stack(vec![Item::Raw(raw)]), {
        yaml: |r| r.yaml = "{apiVersion: v1, kind: Pod, metadata: {name: y}}".to_owned(),
    } same { name: "for messages", });
}

#[test]
fn of_a_service() {
    let load_balancer = || Service { kind: ServiceKind::LoadBalancer, ..service("read", "pg") };
    let stack = |service| with_app([Item::Service(service)]);
    every_field!(Service, load_balancer(), stack, {
        name: |s| s.name = v("others"),
        meta: |s| s.meta = meta(),
        is_extern: |s| s.is_extern = true,
        selects: |s| s.selects = Some(Selects { app: v("other"), pod: None }),
        kind: |s| s.kind = ServiceKind::NodePort,
        ports: |s| s.ports.clear(),
        headless: |s| s.headless = true,
        cluster_ip: |s| s.cluster_ip = Some("10.96.0.50".to_owned()),
        publish_not_ready: |s| s.publish_not_ready = true,
        sticky: |s| s.sticky = Some(None),
        local_traffic: |s| s.local_traffic = Some(true),
        internal_local_traffic: |s| s.internal_local_traffic = Some(true),
        source_ranges: |s| s.source_ranges = vec![v("10.0.0.0/8")],
        load_balancer_class: |s| s.load_balancer_class = Some(v("example.com/lb")),
        external_name: |s| s.external_name = Some(v("db.example.com")),
        traffic_distribution: |s| s.traffic_distribution = Some("PreferSameZone".to_owned()),
        each_pod: |s| s.each_pod = true,
    } same {});
    let selects = |selects| stack(Service { selects: Some(selects), ..load_balancer() });
    every_field!(Selects, Selects { app: v("pg"), pod: None }, selects, {
        app: |s| s.app = v("other"),
        pod: |s| s.pod = Some(0),
    } same {});
    let of_port = |port| stack(Service { ports: vec![port], ..load_balancer() });
    every_field!(ServicePort, service_port("database"), of_port, {
        name: |p| p.name = Some(v("db")),
        number: |p| p.number = Some(n(1234)),
        target: |p| p.target = PortRef::Number(n(5432)),
        protocol: |p| { p.protocol = Some(Protocol::UDP); p.number = Some(n(5432)) },
        node_port: |p| p.node_port = Some(n(30000)),
        app_protocol: |p| p.app_protocol = Some(v("kubernetes.io/h2c")),
    } same {});
    all_differ([None, Some(None), Some(Some(v("1h")))].map(|sticky| stack(Service { sticky, ..load_balancer() })));
}

#[test]
fn of_an_ingress() {
    let rule = || IngressRule {
        host: None,
        path: "/".to_owned(),
        exact: false,
        service: v("read"),
        port: PortRef::Number(n(5432)),
    };
    let base = Ingress { name: v("web"), meta: Meta::default(), class: None, rules: vec![rule()], tls: Vec::new() };
    every_field!(Ingress, base.clone(), |ingress| stack(vec![Item::Ingress(ingress)]), {
        name: |i| i.name = v("others"),
        meta: |i| i.meta = meta(),
        class: |i| i.class = Some(v("nginx")),
        rules: |i| i.rules.clear(),
        tls: |i| i.tls = vec![(v("cert"), vec![v("example.com")])],
    } same {});
    let of_rule = |rule| stack(vec![Item::Ingress(Ingress { rules: vec![rule], ..base.clone() })]);
    every_field!(IngressRule, rule(), of_rule, {
        host: |r| r.host = Some(v("example.com")),
        path: |r| r.path = "/a".to_owned(),
        exact: |r| r.exact = true,
        service: |r| r.service = v("others"),
        port: |r| r.port = PortRef::Name(v("database")),
    } same {});
}

#[test]
fn of_networks() {
    let base =
        NetworkPolicy { name: v("closed"), meta: Meta::default(), selects: None, ingress: None, egress: Some(vec![]) };
    every_field!(NetworkPolicy, base.clone(), |p| stack(vec![Item::NetworkPolicy(p)]), {
        name: |p| p.name = v("others"),
        meta: |p| p.meta = meta(),
        selects: |p| p.selects = Some(v("pg")),
        ingress: |p| p.ingress = Some(Vec::new()),
        egress: |p| p.egress = None,
    } same {});
    let of_rule = |rule| stack(vec![Item::NetworkPolicy(NetworkPolicy { ingress: Some(vec![rule]), ..base.clone() })]);
    let port = || NetworkPort { port: PortRef::Number(n(80)), end: None, protocol: Protocol::TCP };
    every_field!(NetworkRule, NetworkRule::default(), of_rule, {
        peers: |r| r.peers = vec![Peer::App(v("pg"))],
        ports: |r| r.ports = vec![NetworkPort { port: PortRef::Number(n(80)), end: None, protocol: Protocol::TCP }],
    } same {});
    every_field!(NetworkPort, port(), |port| of_rule(NetworkRule { peers: Vec::new(), ports: vec![port] }), {
        port: |p| p.port = PortRef::Name(v("web")),
        end: |p| p.end = Some(n(90)),
        protocol: |p| p.protocol = Protocol::UDP,
    } same {});
    let peers = [
        Peer::App(v("pg")),
        Peer::Pods { labels: Vec::new(), namespaces: None },
        Peer::Pods { labels: Vec::new(), namespaces: Some(Vec::new()) },
        Peer::Pods { labels: pairs(&[("a", "b")]), namespaces: Some(Vec::new()) },
        Peer::Pods { labels: pairs(&[("a", "b")]), namespaces: Some(pairs(&[("team", "x")])) },
        Peer::Addresses { cidr: v("10.0.0.0/8"), except: Vec::new() },
        Peer::Addresses { cidr: v("10.0.0.0/8"), except: vec![v("10.1.0.0/16")] },
    ];
    all_differ(peers.map(|peer| of_rule(NetworkRule { peers: vec![peer], ports: Vec::new() })));
    let base = || NetworkAccess { from: vec![v("other")], ..NetworkAccess::default() };
    let of_access = |access| {
        let mut app = stateful("pg");
        app.main.ports.push(port_9090());
        app.network = Some(access);
        stack(vec![item(app)])
    };
    every_field!(NetworkAccess, base(), of_access, {
        from: |a| a.from.clear(),
        from_namespaces: |a| a.from_namespaces = vec![pairs(&[("team", "x")])],
        from_addresses: |a| a.from_addresses = vec![v("10.0.0.0/8")],
        ports: |a| a.ports = vec![v("metrics")],
    } same {});
}

fn port_9090() -> ContainerPort {
    port("metrics", 9090)
}

#[test]
fn of_jobs() {
    every_field!(Job, job("once"), |job| stack(vec![Item::Job(Box::new(job))]), {
        name: |j| j.name = v("others"),
        meta: |j| j.meta = meta(),
        run: |j| j.run.suspend = true,
    } same {});
    every_field!(CronJob, cron_job("nightly"), |job| stack(vec![Item::CronJob(Box::new(job))]), {
        name: |j| j.name = v("others"),
        meta: |j| j.meta = meta(),
        schedule: |j| j.schedule = v("0 3 * * *"),
        time_zone: |j| j.time_zone = Some(v("Europe/Berlin")),
        concurrency: |j| j.concurrency = Some(Concurrency::Replace),
        start_deadline: |j| j.start_deadline = Some(v("5m")),
        suspend: |j| j.suspend = true,
        keep_succeeded: |j| j.keep_succeeded = Some(1),
        keep_failed: |j| j.keep_failed = Some(2),
        run: |j| j.run.suspend = true,
    } same {});
    let of_run = |run| stack(vec![Item::Job(Box::new(Job { run, ..job("once") }))]);
    every_field!(Run, run("tool:1"), of_run, {
        main: |r| r.main.args = vec!["-v".to_owned()],
        init: |r| r.init = vec![container("first")],
        files: |r| r.files = vec![file("/etc/a", FileContent::All(Source::Secret(v("a"))))],
        claims: |r| r.claims = vec![ClaimVolume { name: v("data"), claim: v("data-db-0") }],
        scratch: |r| r.scratch = vec![scratch("tmp", None)],
        restart_on_failure: |r| r.restart_on_failure = true,
        retries: |r| r.retries = Some(0),
        deadline: |r| r.deadline = Some(v("1h")),
        completions: |r| r.completions = Some(2),
        parallelism: |r| r.parallelism = Some(2),
        delete_after: |r| r.delete_after = Some(v("1d")),
        suspend: |r| r.suspend = true,
        pull_secrets: |r| r.pull_secrets = vec![v("registry")],
        service_account: |r| r.service_account = Some(v("reader")),
        service_account_token: |r| r.service_account_token = Some(true),
        security: |r| r.security.user = Some(1),
        node_selector: |r| r.node_selector = pairs(&[("disk", "ssd")]),
        tolerations: |r| r.tolerations = vec![Toleration::default()],
    } same {});
}

#[test]
fn of_a_group() {
    let base = AppGroup { start_order: vec![v("other")], ..group("backend", &["pg"]) };
    every_field!(AppGroup, base, |group| with_app([Item::AppGroup(group)]), {
        name: |g| g.name = v("others"),
        meta: |g| g.meta.labels = pairs(&[("tier", "gold")]),
        members: |g| g.members.clear(),
        env: |g| g.env = vec![env("A", "1")],
        env_from: |g| g.env_from = vec![EnvFrom { source: Source::Secret(v("a")), prefix: None, optional: false }],
        files: |g| g.files = vec![file("/etc/a", FileContent::All(Source::Secret(v("a"))))],
        start_order: |g| g.start_order.push(v("pg")),
    } same {});
}
