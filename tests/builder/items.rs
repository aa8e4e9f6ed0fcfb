//! Samples of items: their own keys.

use crate::table::{Place, Table, rows};
use crate::world::{
    self, Result, built, cache, declared as item, it, login, postgres, postgres_read, reader, settings, web, web_tls,
};
use statefulapp::builder::*;
use statefulapp::{Param, Stack, grammar, stateful_app};

/// Keys of every container.
macro_rules! container {
    ($place:expr) => {
        rows! { $place;
            image: ["example.com/other:2"] => |it| it.image("example.com/other:2")?;
            pull: [Always] => |it| it.pull(PullPolicy::Always);
            pull: [IfNotPresent] => |it| it.pull(PullPolicy::IfNotPresent);
            pull: [Never] => |it| it.pull(PullPolicy::Never);
            command: [["run", "it"]] => |it| it.command(["run", "it"]);
            args: [["--all", 3]] => |it| it.args(["--all"]).args([3.to_string()]);
            working_dir: ["/srv"] => |it| it.working_dir("/srv")?;
            env: [{ A: "x", B: 7, C: true }] => |it| it.env("A", "x")?.env("B", 7)?.env("C", true)?;
            env: [{ A: login.password, B: settings["LEVEL"], C: optional(login.cookie), D: optional(settings.LEVEL) }] => |it| it
                .env("A", login()?.key("password")?)?
                .env("B", settings()?.key("LEVEL")?)?
                .env("C", login()?.key("cookie")?.optional())?
                .env("D", settings()?.key("LEVEL")?.optional())?;
            env: [{ A: field("status.podIP"), B: resource("limits.memory"), C: resource("limits.memory", 1Mi) }] => |it| it
                .env("A", field("status.podIP")?)?
                .env("B", resource("limits.memory"))?
                .env("C", resource_in("limits.memory", "1Mi")?)?;
            env_from: [[settings, login]] => |it| it.env_from(&settings()?).env_from(&login()?);
            resources: [{ cpu: 500m..1, memory: 1Gi, ephemeral_storage: ..2Gi, "nvidia.com/gpu": 1..1 }] => |it| it
                .cpu("500m".."1")?
                .memory("1Gi")?
                .resource("ephemeral-storage", .."2Gi")?
                .resource("nvidia.com/gpu", 1..1)?;
            resources: [{ cpu: 2.. }] => |it| it.cpu(2..)?;
        }
    };
}

/// Keys of containers that serve something.
macro_rules! served {
    ($place:expr) => {
        rows! { $place;
            ports: [{ database: 5432, metrics: 9187, dns: { number: 53, protocol: UDP } }] => |it| it
                .port("dns", Port::new(53)?.protocol(Protocol::UDP))?;
            startup: [exec("ready", "-h")] => |it| it.startup(Probe::exec(["ready", "-h"]));
            startup: [none] => |it| it.startup(Probe::none());
            liveness: [tcp(database)] => |it| it.liveness(Probe::tcp("database")?);
            readiness: [http("/ready", metrics)] => |it| it.readiness(Probe::http("/ready", "metrics")?);
            readiness: [grpc(9187)] => |it| it.readiness(Probe::grpc(9187)?);
            post_start: [exec("warm")] => |it| it.post_start(Hook::exec(["warm"]));
            post_start: [http("/warm", 9187)] => |it| it.post_start(Hook::http("/warm", 9187)?);
            pre_stop: [tcp(metrics)] => |it| it.pre_stop(Hook::tcp("metrics")?);
            pre_stop: [sleep(5s)] => |it| it.pre_stop(Hook::sleep("5s")?);
        }
    };
}

/// Keys of what has labels, annotations and silenced warnings.
macro_rules! meta {
    ($place:expr) => {
        rows! { $place;
            labels: [{ team: "data", tier: 3 }] => |it| it.label("team", "data")?.label("tier", "3")?;
            labels: [{ team: "data" }] => |it| it.labels([("team", "data")])?;
            annotations: [{ "example.com/a": true }] => |it| it.annotation("example.com/a", "true")?;
            annotations: [{ "example.com/a": "x" }] => |it| it.annotations([("example.com/a", "x")])?;
            allow: [[no_backup]] => |it| it.allow("no_backup")?;
        }
    };
}

/// Keys of pods, of apps and of Jobs.
macro_rules! pod {
    ($place:expr) => {
        rows! { $place;
            pull_secrets: [[registry, "elsewhere"]] => |it| it.pull_secret("registry")?.pull_secret("elsewhere")?;
            files: [{ "/etc/all": settings, "/etc/app.conf": settings["LEVEL"], "/etc/login": login, "/etc/pw": login.password }] => |it| it
                .file("/etc/all", &settings()?)?
                .file("/etc/app.conf", settings()?.key("LEVEL")?)?
                .file("/etc/login", &login()?)?
                .file("/etc/pw", login()?.key("password")?)?;
            scratch: [{ tmp: { mount: "/tmp", size: 1Gi } }] => |it| it.scratch(Scratch::new("tmp")?.mount("/tmp")?.size("1Gi")?);
            init: [{ prepare: { image: "example.com/tool:1" } }] => |it| it.init(Container::new("prepare")?.image("example.com/tool:1")?);
            service_account: [reader] => |it| it.service_account(&reader()?)?;
            service_account: ["other"] => |it| it.service_account("other")?;
            service_account_token: [true] => |it| it.service_account_token(true);
            security: [{ user: 1001 }] => |it| it.security(PodSecurity::new().user(1001));
            node_selector: [{ disk: "ssd" }] => |it| it.node_selector("disk", "ssd")?;
            tolerations: [[{ key: "dedicated" }, {}]] => |it| it
                .toleration(Toleration::new().key("dedicated")?)
                .toleration(Toleration::new());
        }
    };
}

/// Keys of apps of both kinds.
macro_rules! app {
    ($place:expr) => {
        container!($place);
        served!($place);
        pod!($place);
        meta!($place);
        rows! { $place;
            replicas: [5] => |it| it.replicas(5);
            grace: [2m] => |it| it.grace("2m")?;
            sidecars: [{ exporter: { image: "example.com/exporter:1", security: { user: 999 } } }] => |it| it
                .sidecar(Container::new("exporter")?.image("example.com/exporter:1")?.security(ContainerSecurity::new().user(999)));
            update: [RollingUpdate {}] => |it| it.update(RollingUpdate::new());
            min_ready: [10s] => |it| it.min_ready("10s")?;
            revision_history: [3] => |it| it.revision_history(3);
            disruption: [{ max_unavailable: 25% }] => |it| it.disruption(Disruption::max_unavailable("25%")?);
            disruption: [none] => |it| it.disruption(Disruption::None);
            spread: [[zone, host, "example.com/rack"]] => |it| it.spread([Spread::zone(), Spread::host(), Spread::over("example.com/rack")?]);
            spread: [[region]] => |it| it.spread([Spread::region()]);
            spread: [none] => |it| it.spread([]);
            affinity: [{ apart: Required }] => |it| it.affinity(Affinity::new().apart(Strength::Required));
            priority_class: ["high"] => |it| it.priority_class("high")?;
            runtime_class: ["gvisor"] => |it| it.runtime_class("gvisor")?;
            scheduler: ["other"] => |it| it.scheduler("other");
            service_links: [true] => |it| it.service_links(true);
            restart_on_change: [false] => |it| it.restart_on_change(false);
            dns: [{ policy: Default }] => |it| it.dns(Dns::new().policy(DnsPolicy::Default));
            network: [{ from: [web] }] => |it| it.network(NetworkAccess::new().from([&web()?])?);
            pod_labels: [{ team: "data" }] => |it| it.pod_label("team", "data")?;
            pod_annotations: [{ "example.com/a": 1 }] => |it| it.pod_annotation("example.com/a", "1")?;
        }
    };
}

pub(crate) fn samples(table: &Table) {
    stack(table);
    apps(table);
    patches(table);
    services(table);
    data(table);
    jobs(table);
    others(table);
}

fn stack(table: &Table) {
    let text = format!("KEYS\n{}", world::WORLD);
    let new = || Stack::named("shop");
    let place = Place::new(table, &grammar::HEAD, text, "stack: \"shop\"", new, world::items);
    rows! { place;
        stack: ["other"] => |_| Stack::named("other")?;
        namespace: ["databases"] => |it| it.in_namespace("databases")?;
        kubernetes: [1.33] => |it| it.on_kubernetes("1.33")?;
        cluster_domain: ["cluster.example"] => |it| it.in_cluster_domain("cluster.example")?;
        allow: [[no_backup, secret_literal]] => |it| it.allow("no_backup")?.allow("secret-literal")?;
    }

    let alone = || Ok(Stack::named("shop")?.with(App::new("web")?.image("example.com/web:1")?));
    let text = "stack: \"shop\",\nKEYS\nApp web { image: \"example.com/web:1\" }";
    let place = Place::new(table, &grammar::HEAD, text, "", alone, Ok);
    rows! { place;
        params: [{
            a: count(3), b: port(5432), c: bool(true), d: string("info"), e: image("postgres:17.2"), f: quantity(4Gi), g: duration(30s),
            h: hostname("db.example.com"), i: cron("0 2 * * *"), j: name("fast-ssd"),
        }] => |it| Stack::with_params(
            [
                Param::new("a", "count", 3)?,
                Param::new("b", "port", 5432)?,
                Param::new("c", "bool", true)?,
                Param::new("d", "string", "info")?,
                Param::new("e", "image", "postgres:17.2")?,
                Param::new("f", "quantity", "4Gi")?,
                Param::new("g", "duration", "30s")?,
                Param::new("h", "hostname", "db.example.com")?,
                Param::new("i", "cron", "0 2 * * *")?,
                Param::new("j", "name", "fast-ssd")?,
            ],
            move |_| Ok(it.clone()),
        )?;
    }

    let text = "stack: \"shop\", params: { size: count(3) { KEYS } },\nApp web { image: \"example.com/web:1\", replicas: params.size }";
    let new = || Param::new("size", "count", 3);
    let place = Place::new(table, &grammar::PARAM, text, "", new, |param| {
        Stack::with_params([param], |params| {
            let web = App::new("web")?.image("example.com/web:1")?.replicas(params.count("size")?);
            Ok(Stack::named("shop")?.with(web))
        })
    });
    rows! { place;
        doc: ["Number of pods."] => |it| it.doc("Number of pods.");
        min: [2] => |it| it.min(2)?;
        max: [9] => |it| it.max(9)?;
        one_of: [[3, 5]] => |it| it.one_of([3, 5])?;
    }
}

const SERVED: &str = "image: \"example.com/db:1\"; ports: { database: 5432, metrics: 9187 }; replicas: 3; \
                      security: { user: 999, because: \"it is tried\" }";

fn apps(table: &Table) {
    let new = || Ok(it()?.storage(Volume::new("data", "1Gi")?.mount("/data")?));
    let base = format!("{SERVED}; storage: {{ data: {{ mount: \"/data\", size: 1Gi }} }}");
    let place = Place::new(table, &grammar::STATEFUL_APP, item("StatefulApp it { KEYS }"), &base, new, built);
    app!(place);
    rows! { place;
        storage: [{ data: { mount: "/data", size: 1Gi }, wal: { mount: "/wal", size: 2Gi } }] => |it| it
            .storage(Volume::new("wal", "2Gi")?.mount("/wal")?);
        service_name: ["nodes"] => |it| it.service_name("nodes")?;
        publish_not_ready: [false] => |it| it.publish_not_ready(false);
        pod_management: [Parallel] => |it| it.pod_management(PodManagement::Parallel);
        pod_management: [OrderedReady] => |it| it.pod_management(PodManagement::OrderedReady);
        update: [OnDelete] => |it| it.update(Update::OnDelete);
        retain: [{ when_deleted: Delete }] => |it| it.retain(Retain::new().when_deleted(Retention::Delete));
        first_ordinal: [1] => |it| it.first_ordinal(1);
    }

    let new = || {
        let it = StatefulApp::new("it")?.engine(Engine::named("postgres")?.password(login()?.key("password")?)?);
        Ok(it.storage(Volume::new("data", "1Gi")?))
    };
    let base = "engine: postgres { password: login.password }; storage: { data: { size: 1Gi } }";
    let place = Place::new(table, &grammar::STATEFUL_APP, item("StatefulApp it { KEYS }"), base, new, built);
    rows! { place;
        engine: [redis { password: login.password }] => |it| it
            .engine(Engine::new(EngineKind::Redis).password(login()?.key("password")?)?);
        backup: [{ schedule: "0 3 * * *", keep: 7d, bucket: "backups", credentials: login }] => |it| it
            .backup(Backup::new("0 3 * * *", "7d", "backups")?.credentials(&login()?)?);
    }

    let new = || {
        let it = App::new("it")?.image("example.com/db:1")?.port("database", 5432)?.port("metrics", 9187)?.replicas(3);
        Ok(it.security(PodSecurity::new().user(999).because("it is tried")))
    };
    let place = Place::new(table, &grammar::APP, item("App it { KEYS }"), SERVED, new, built);
    app!(place);
    rows! { place;
        update: [Recreate] => |it| it.update(Update::Recreate);
    }
}

/// Functions of the program, which only the macro itself takes.
fn patches(table: &Table) {
    let of_set = |set: &mut statefulapp::k8s_openapi::api::apps::v1::StatefulSet| {
        set.metadata.finalizers = Some(vec!["example.com/audit".to_owned()]);
    };
    let of_deployment = |deployment: &mut statefulapp::k8s_openapi::api::apps::v1::Deployment| {
        deployment.metadata.finalizers = Some(vec!["example.com/audit".to_owned()]);
    };
    let with = stateful_app! {
        StatefulApp it { image: "example.com/db:1", storage: { data: { mount: "/data", size: 1Gi } }, security: { user: 999 }, patch: (of_set) }
    };
    let without = stateful_app! {
        StatefulApp it { image: "example.com/db:1", storage: { data: { mount: "/data", size: 1Gi } }, security: { user: 999 } }
    };
    let it = || -> Result<StatefulApp> {
        let it = StatefulApp::new("it")?.image("example.com/db:1")?.security(PodSecurity::new().user(999));
        Ok(it.storage(Volume::new("data", "1Gi")?.mount("/data")?))
    };
    let alone = |it: Result<StatefulApp>| it.map(|it| Stack::default().with(it));
    let place = Place::new(table, &grammar::STATEFUL_APP, "", "", it, built);
    let both = [alone(it().map(|it| it.patch(of_set))), alone(it())];
    place.declared("patch", "it.patch(of_set)", with.into(), without.into(), both);

    let with = stateful_app! { App it { image: "example.com/db:1", security: { user: 999 }, patch: (of_deployment) } };
    let without = stateful_app! { App it { image: "example.com/db:1", security: { user: 999 } } };
    let it = || Ok(App::new("it")?.image("example.com/db:1")?.security(PodSecurity::new().user(999)));
    let alone = |it: Result<App>| it.map(|it| Stack::default().with(it));
    let place = Place::new(table, &grammar::APP, "", "", it, built);
    let both = [alone(it().map(|it| it.patch(of_deployment))), alone(it())];
    place.declared("patch", "it.patch(of_deployment)", with.into(), without.into(), both);
}

fn services(table: &Table) {
    let new = || Service::new("it")?.selects(&postgres()?)?.port("database");
    let base = "selects: postgres; ports: [database]";
    let place = Place::new(table, &grammar::SERVICE, item("Service it { KEYS }"), base, new, built);
    meta!(place);
    rows! { place;
        selects: [postgres[1]] => |it| it.selects_pod(&postgres()?, 1)?;
        ports: [[database, metrics]] => |it| it.port("metrics")?;
        ports: [[9187]] => |_| Service::new("it")?.selects(&postgres()?)?.port(9187)?;
        type: [NodePort] => |it| it.kind(ServiceKind::NodePort);
        type: [LoadBalancer] => |it| it.kind(ServiceKind::LoadBalancer);
        headless: [true] => |it| it.headless(true);
        cluster_ip: ["10.96.0.10"] => |it| it.cluster_ip("10.96.0.10")?;
        publish_not_ready: [true] => |it| it.publish_not_ready(true);
        sticky: [true] => |it| it.sticky(true);
        sticky: [1h] => |it| it.sticky_for("1h")?;
        internal_traffic: [Local] => |it| it.internal_traffic(TrafficPolicy::Local);
        internal_traffic: [Cluster] => |it| it.internal_traffic(TrafficPolicy::Cluster);
        traffic_distribution: [PreferSameZone] => |it| it.traffic_distribution(TrafficDistribution::PreferSameZone);
        traffic_distribution: [PreferSameNode] => |it| it.traffic_distribution(TrafficDistribution::PreferSameNode);
        traffic_distribution: [PreferClose] => |it| it.traffic_distribution(TrafficDistribution::PreferClose);
    }

    let new = || Ok(Service::new("it")?.selects(&postgres()?)?.port("database")?.kind(ServiceKind::LoadBalancer));
    let base = "selects: postgres; ports: [database]; type: LoadBalancer";
    let place = Place::new(table, &grammar::SERVICE, item("Service it { KEYS }"), base, new, built);
    rows! { place;
        type: [ClusterIP] => |it| it.kind(ServiceKind::ClusterIP);
        external_traffic: [Local] => |it| it.external_traffic(TrafficPolicy::Local);
        external_traffic: [Cluster] => |it| it.external_traffic(TrafficPolicy::Cluster);
        source_ranges: [["10.0.0.0/8", "192.168.0.0/16"]] => |it| it.source_ranges(["10.0.0.0/8", "192.168.0.0/16"])?;
        load_balancer_class: ["example.com/fast"] => |it| it.load_balancer_class("example.com/fast")?;
        each_pod: [true] => |it| it.each_pod(true);
    }

    let new = || Service::new("it")?.selects(&postgres()?)?.port(9187);
    let base = "selects: postgres; ports: [9187]";
    let place = Place::new(table, &grammar::SERVICE, item("Service it { KEYS }"), base, new, built);
    rows! { place;
        selects: [web] => |it| it.selects(&web()?)?;
    }

    let text = item("Service extern it { external_name: \"db.example.com\", KEYS }");
    let new = || Service::existing("it")?.external_name("db.example.com");
    let place = Place::new(table, &grammar::SERVICE, text, "", new, built);
    rows! { place;
        type: [ExternalName] => |it| it.kind(ServiceKind::ExternalName);
    }

    let new = || Service::new("it")?.kind(ServiceKind::ExternalName).external_name("db.example.com");
    let base = "type: ExternalName; external_name: \"db.example.com\"";
    let place = Place::new(table, &grammar::SERVICE, item("Service it { KEYS }"), base, new, built);
    rows! { place;
        external_name: ["other.example"] => |it| it.external_name("other.example")?;
    }
}

fn data(table: &Table) {
    let new = || Secret::new("it")?.from_env("a", "A");
    let place = Place::new(table, &grammar::SECRET, item("Secret it { KEYS }"), "a: from_env(\"A\")", new, built);
    rows! { place;
        password: [generate(24)] => |it| it.generate("password", 24)?;
        password: [from_env("PGPASSWORD")] => |it| it.from_env("password", "PGPASSWORD")?;
        password: [from_file("password.txt")] => |it| it.from_file("password", "password.txt")?;
        password: ["literal"] => |it| it.literal("password", "literal")?;
        "a.key": ["literal"] => |it| it.literal("a.key", "literal")?;
    }

    let new = || ConfigMap::new("it")?.data("a", "x");
    let place = Place::new(table, &grammar::CONFIG_MAP, item("ConfigMap it { KEYS }"), "a: \"x\"", new, built);
    rows! { place;
        "app.conf": ["level = info"] => |it| it.data("app.conf", "level = info")?;
    }

    let text = item("ConfigMap it { meta: { KEYS }, a: \"x\" }");
    let place = Place::new(table, &grammar::DATA_META, text, "", new, built);
    meta!(place);
    rows! { place;
        immutable: [true] => |it| it.immutable(true);
        binary: [{ "a.bin": (A) }] => |it| it.binary("a.bin", *b"A")?;
    }

    let text = item(
        "Secret it { meta: { KEYS }, username: from_env(\"X\"), \"tls.crt\": from_env(\"X\"), \"tls.key\": from_env(\"X\"), \
         \"ssh-privatekey\": from_env(\"X\"), \".dockerconfigjson\": from_env(\"X\") }",
    );
    let new = || {
        Secret::new("it")?
            .from_env("username", "X")?
            .from_env("tls.crt", "X")?
            .from_env("tls.key", "X")?
            .from_env("ssh-privatekey", "X")?
            .from_env(".dockerconfigjson", "X")
    };
    let place = Place::new(table, &grammar::DATA_META, text, "", new, built);
    meta!(place);
    rows! { place;
        immutable: [true] => |it| it.immutable(true);
        type: [Tls] => |it| it.kind(SecretKind::Tls);
        type: [BasicAuth] => |it| it.kind(SecretKind::BasicAuth);
        type: [SshAuth] => |it| it.kind(SecretKind::SshAuth);
        type: [DockerConfigJson] => |it| it.kind(SecretKind::DockerConfigJson);
        type: ["example.com/other"] => |it| it.kind(SecretKind::Other("example.com/other".to_owned()));
    }

    let text = item("Secret it { meta: { KEYS }, \"tls.crt\": from_env(\"X\"), \"tls.key\": from_env(\"X\") }");
    let new = || Ok(Secret::new("it")?.from_env("tls.crt", "X")?.from_env("tls.key", "X")?.kind(SecretKind::Tls));
    let place = Place::new(table, &grammar::DATA_META, text, "type: Tls", new, built);
    rows! { place;
        type: [Opaque] => |it| it.kind(SecretKind::Opaque);
    }

    let text = item("Secret it { meta: { KEYS }, password, token: \"shop/token\" }");
    let new = || {
        let it = Secret::new("it")?.external(ExternalStore::new("vault")?);
        it.elsewhere("password")?.elsewhere_as("token", "shop/token")
    };
    let place = Place::new(table, &grammar::DATA_META, text, "external: { store: \"vault\" }", new, built);
    rows! { place;
        external: [{ store: "other" }] => |it| it.external(ExternalStore::new("other")?);
    }

    let text = item("Secret it { meta: { external: { KEYS } }, password }");
    let new = || ExternalStore::new("vault");
    let place = Place::new(table, &grammar::EXTERNAL, text, "store: \"vault\"", new, |it| {
        built(Secret::new("it")?.external(it).elsewhere("password")?)
    });
    rows! { place;
        store: ["other"] => |_| ExternalStore::new("other")?;
        cluster: [false] => |it| it.cluster(false);
        refresh: [15m] => |it| it.refresh("15m")?;
    }
}

/// Keys of Jobs and CronJobs.
macro_rules! run {
    ($place:expr) => {
        container!($place);
        pod!($place);
        meta!($place);
        rows! { $place;
            restart: [OnFailure] => |it| it.restart(Restart::OnFailure);
            retries: [2] => |it| it.retries(2);
            deadline: [1h] => |it| it.deadline("1h")?;
            completions: [4] => |it| it.completions(4);
            parallelism: [2] => |it| it.parallelism(2);
            delete_after: [1d] => |it| it.delete_after("1d")?;
            suspend: [true] => |it| it.suspend(true);
        }
    };
}

fn jobs(table: &Table) {
    let base = "image: \"example.com/job:1\"; security: { user: 999 }";
    let new = || Ok(Job::new("it")?.image("example.com/job:1")?.security(PodSecurity::new().user(999)));
    let place = Place::new(table, &grammar::JOB, item("Job it { KEYS }"), base, new, built);
    run!(place);

    let new = || {
        let it = Job::new("it")?.image("example.com/job:1")?.security(PodSecurity::new().user(999));
        Ok(it.restart(Restart::OnFailure))
    };
    let of_restart = format!("{base}; restart: OnFailure");
    let place = Place::new(table, &grammar::JOB, item("Job it { KEYS }"), &of_restart, new, built);
    rows! { place;
        restart: [Never] => |it| it.restart(Restart::Never);
    }

    let new = || {
        let it = CronJob::new("it", "0 6 * * *")?.image("example.com/job:1")?;
        Ok(it.security(PodSecurity::new().user(999)))
    };
    let base = format!("{base}; schedule: \"0 6 * * *\"");
    let place = Place::new(table, &grammar::CRON_JOB, item("CronJob it { KEYS }"), &base, new, built);
    run!(place);
    rows! { place;
        schedule: ["@daily"] => |_| CronJob::new("it", "@daily")?.image("example.com/job:1")?.security(PodSecurity::new().user(999));
        time_zone: ["Europe/Berlin"] => |it| it.time_zone("Europe/Berlin")?;
        concurrency: [Allow] => |it| it.concurrency(Concurrency::Allow);
        concurrency: [Forbid] => |it| it.concurrency(Concurrency::Forbid);
        concurrency: [Replace] => |it| it.concurrency(Concurrency::Replace);
        start_deadline: [10m] => |it| it.start_deadline("10m")?;
        keep_succeeded: [5] => |it| it.keep_succeeded(5);
        keep_failed: [2] => |it| it.keep_failed(2);
    }
}

fn others(table: &Table) {
    let new = || {
        let rule = IngressRule::new(&postgres_read()?, "database")?.host("db.example.com")?;
        Ok(Ingress::new("it")?.rule(rule))
    };
    let base = "rules: [{ host: \"db.example.com\", service: postgres_read, port: database }]";
    let place = Place::new(table, &grammar::INGRESS, item("Ingress it { KEYS }"), base, new, built);
    meta!(place);
    rows! { place;
        class: ["nginx"] => |it| it.class("nginx")?;
        rules: [[
            { host: "db.example.com", service: postgres_read, port: database }, { host: "web.example.com", service: web, port: http },
        ]] => |it| it.rule(IngressRule::new(&web()?, "http")?.host("web.example.com")?);
        tls: [{ web_tls: ["db.example.com"] }] => |it| it.tls(&web_tls()?, ["db.example.com"])?;
    }

    let new = || Ok(NetworkPolicy::new("it")?.ingress([]));
    let place =
        Place::new(table, &grammar::NETWORK_POLICY, item("NetworkPolicy it { KEYS }"), "ingress: []", new, built);
    meta!(place);
    rows! { place;
        selects: [postgres] => |it| it.selects(&postgres()?)?;
        ingress: [[{ apps: [web] }, {}]] => |it| it.ingress([NetworkRule::new().apps([&web()?])?, NetworkRule::new()]);
        egress: [[]] => |it| it.egress([]);
        egress: [[{ ports: [53] }]] => |it| it.egress([NetworkRule::new().ports([53])?]);
    }

    let new = || ServiceAccount::new("it");
    let place = Place::new(table, &grammar::SERVICE_ACCOUNT, item("ServiceAccount it { KEYS }"), "", new, built);
    meta!(place);
    rows! { place;
        token: [true] => |it| it.token(true);
        pull_secrets: [[registry]] => |it| it.pull_secret("registry")?;
    }

    let new = || AppGroup::new("it")?.members([&web()?, &cache()?]);
    let place =
        Place::new(table, &grammar::APP_GROUP, item("AppGroup it { KEYS }"), "members: [web, cache]", new, built);
    meta!(place);
    rows! { place;
        members: [[cache, postgres]] => |_| AppGroup::new("it")?.members([&cache()?])?.members([&postgres()?])?;
        env: [{ STAGE: "production" }] => |it| it.env("STAGE", "production")?;
        env_from: [[settings]] => |it| it.env_from(&settings()?);
        files: [{ "/etc/settings": settings }] => |it| it.file("/etc/settings", &settings()?)?;
        start_order: [[cache, web]] => |it| it.start_order([&cache()?, &web()?])?;
    }

    let new = || Raw::new("it", "apiVersion: v1\nkind: Namespace\nmetadata: { name: one }");
    let base = "yaml: \"apiVersion: v1\\nkind: Namespace\\nmetadata: { name: one }\"";
    let place = Place::new(table, &grammar::RAW, item("Raw it { KEYS }"), base, new, built);
    rows! { place;
        yaml: ["apiVersion: v1\nkind: Namespace\nmetadata: { name: two }"] => |_| {
            Raw::new("it", "apiVersion: v1\nkind: Namespace\nmetadata: { name: two }")?
        };
    }
}
