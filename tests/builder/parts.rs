//! Samples of the blocks inside items.

use crate::table::{Place, Table, rows};
use crate::world::{
    Result, built, cache, declared as item, it, it_with, login, postgres, postgres_read, settings, web,
};
use statefulapp::builder::*;
use statefulapp::{Stack, engine, grammar};

pub(crate) fn samples(table: &Table) {
    rules(table);
    ports(table);
    volumes(table);
    probes(table);
    containers(table);
    engines(table);
    scheduling(table);
    security(table);
    access(table);
}

/// Rules of Ingresses and NetworkPolicies.
fn rules(table: &Table) {
    let text = item("Ingress it { rules: [{ KEYS }] }");
    let new = || IngressRule::new(&postgres_read()?, "database");
    let base = "service: postgres_read; port: database";
    let place = Place::new(table, &grammar::INGRESS_RULE, text, base, new, |it| built(Ingress::new("it")?.rule(it)));
    rows! { place;
        host: ["db.example.com"] => |it| it.host("db.example.com")?;
        path: ["/db"] => |it| it.path("/db");
        exact: [true] => |it| it.exact(true);
        service: [postgres] => |_| IngressRule::new(&postgres()?, "database")?;
        port: [5432] => |_| IngressRule::new(&postgres_read()?, 5432)?;
    }

    let text = item("NetworkPolicy it { ingress: [{ KEYS }] }");
    let new = || Ok(NetworkRule::new());
    let place = Place::new(table, &grammar::NETWORK_RULE, text, "", new, policy);
    rows! { place;
        apps: [[web, cache]] => |it| it.apps([&web()?, &cache()?])?;
        pods: [[{ labels: { app: "web" } }, {}]] => |it| it.pods([Pods::new().label("app", "web")?, Pods::new()]);
        addresses: [["10.0.0.0/8", { range: "192.168.0.0/16" }]] => |it| it
            .addresses(["10.0.0.0/8"])?
            .addresses([Addresses::new("192.168.0.0/16")?])?;
        ports: [[5432, database]] => |it| it.ports([5432])?.ports(["database"])?;
    }

    let text = item("NetworkPolicy it { ingress: [{ pods: [{ KEYS }] }] }");
    let place = Place::new(
        table,
        &grammar::PEER_PODS,
        text,
        "",
        || Ok(Pods::new()),
        |it| policy(NetworkRule::new().pods([it])),
    );
    rows! { place;
        labels: [{ app: "web", tier: 1 }] => |it| it.label("app", "web")?.labels([("tier", "1")])?;
        namespaces: [{ team: "shop" }] => |it| it.namespace("team", "shop")?;
        namespaces: [{ team: "shop" }] => |it| it.namespaces([("team", "shop")])?;
        namespaces: [{}] => |it| it.any_namespace();
    }

    let text = item("NetworkPolicy it { ingress: [{ addresses: [{ KEYS }] }] }");
    let new = || Addresses::new("10.0.0.0/8");
    let place = Place::new(table, &grammar::PEER_ADDRESSES, text, "range: \"10.0.0.0/8\"", new, |it| {
        policy(NetworkRule::new().addresses([it])?)
    });
    rows! { place;
        range: ["10.1.0.0/16"] => |_| Addresses::new("10.1.0.0/16")?;
        except: [["10.1.0.0/16"]] => |it| it.except(["10.1.0.0/16"])?;
    }

    let text = item("NetworkPolicy it { ingress: [{ ports: [{ KEYS }] }] }");
    let new = || NetworkPort::new(5432);
    let place = Place::new(table, &grammar::NETWORK_PORT, text, "port: 5432", new, |it| {
        policy(NetworkRule::new().ports([it])?)
    });
    rows! { place;
        port: [database] => |_| NetworkPort::new("database")?;
        end: [5440] => |it| it.end(5440)?;
        protocol: [UDP] => |it| it.protocol(Protocol::UDP);
        protocol: [SCTP] => |it| it.protocol(Protocol::SCTP);
    }
}

fn policy(rule: NetworkRule) -> Result<Stack> {
    built(NetworkPolicy::new("it")?.ingress([rule]))
}

fn ports(table: &Table) {
    let text = it_with("sidecars: { helper: { image: \"example.com/helper:1\", ports: { dns: { KEYS } } } }");
    let new = || Port::new(53);
    let place = Place::new(table, &grammar::PORT, text, "number: 53", new, |port| {
        built(it()?.sidecar(Container::new("helper")?.image("example.com/helper:1")?.port("dns", port)?))
    });
    rows! { place;
        number: [5353] => |_| Port::new(5353)?;
        protocol: [UDP] => |it| it.protocol(Protocol::UDP);
        protocol: [SCTP] => |it| it.protocol(Protocol::SCTP);
        host_port: [53] => |it| it.host_port(53)?;
    }

    // A name that only a Service's port can have leads to the same number.
    let text = item("Service it { selects: postgres, ports: { \"a-name-for-clients\": { KEYS } } }");
    let new = || ServicePort::new("a-name-for-clients")?.number(5432);
    let place = Place::new(table, &grammar::SERVICE_PORT, text, "number: 5432", new, |port| {
        built(Service::new("it")?.selects(&postgres()?)?.port(port)?)
    });
    rows! { place;
        number: [9187] => |it| it.number(9187)?;
        target: [database] => |it| it.target("database")?;
    }

    let text = item("Service it { selects: postgres, type: NodePort, ports: { database: { KEYS } } }");
    let new = || ServicePort::new("database");
    let place = Place::new(table, &grammar::SERVICE_PORT, text, "", new, |port| {
        built(Service::new("it")?.selects(&postgres()?)?.kind(ServiceKind::NodePort).port(port)?)
    });
    rows! { place;
        number: [80] => |it| it.number(80)?;
        target: [metrics] => |it| it.target("metrics")?;
        target: [9187] => |it| it.target(9187)?;
        protocol: [TCP] => |it| it.protocol(Protocol::TCP);
        node_port: [30432] => |it| it.node_port(30432)?;
        app_protocol: ["kubernetes.io/h2c"] => |it| it.app_protocol("kubernetes.io/h2c")?;
    }
}

fn volumes(table: &Table) {
    let text = it_with("storage: { data: { KEYS } }");
    let new = || Volume::new("data", "1Gi")?.mount("/data");
    let base = "size: 1Gi; mount: \"/data\"";
    let place = Place::new(table, &grammar::VOLUME, text, base, new, |volume| built(it()?.storage(volume)));
    rows! { place;
        mount: ["/other"] => |it| it.mount("/other")?;
        size: [2Gi] => |_| Volume::new("data", "2Gi")?.mount("/data")?;
        class: [""] => |it| it.class("")?;
        access: [ReadWriteOnce] => |it| it.access([AccessMode::ReadWriteOnce]);
        access: [[ReadWriteOncePod]] => |it| it.access([AccessMode::ReadWriteOncePod]);
        access: [[ReadOnlyMany, ReadWriteMany]] => |it| it.access([AccessMode::ReadOnlyMany, AccessMode::ReadWriteMany]);
        sub_path: ["pgdata"] => |it| it.sub_path("pgdata")?;
        block: [true] => |it| it.block(true);
        snapshot: ["yesterday"] => |it| it.snapshot("yesterday")?;
    }

    let text = it_with("files: { \"/etc/more\": { KEYS } }");
    let new = || Ok(File::new(&settings()?));
    let place =
        Place::new(table, &grammar::FILE, text, "from: settings", new, |file| built(it()?.file("/etc/more", file)?));
    rows! { place;
        from: [login] => |_| File::new(&login()?);
        from: [settings["LEVEL"]] => |_| File::new(settings()?.key("LEVEL")?);
        from: [login.password] => |_| File::new(login()?.key("password")?);
        items: [{ LEVEL: "level", "postgresql.conf": "conf.d/a" }] => |it| it.item("LEVEL", "level")?.item("postgresql.conf", "conf.d/a")?;
        mode: ["0400"] => |it| it.mode("0400")?;
        optional: [true] => |it| it.optional(true);
    }

    let text = it_with("scratch: { tmp: { KEYS } }");
    let new = || Scratch::new("tmp")?.mount("/tmp");
    let place = Place::new(table, &grammar::SCRATCH, text, "mount: \"/tmp\"", new, |it_is| built(it()?.scratch(it_is)));
    rows! { place;
        mount: ["/other"] => |it| it.mount("/other")?;
        size: [64Mi] => |it| it.size("64Mi")?;
        memory: [true] => |it| it.memory(true);
    }

    let text = it_with(
        "storage: { data: { mount: \"/data\", size: 1Gi } }, \
         sidecars: { helper: { image: \"example.com/helper:1\", mounts: { data: { KEYS } } } }",
    );
    let new = || Mount::new("/seen");
    let place = Place::new(table, &grammar::MOUNT, text, "path: \"/seen\"", new, |mount| {
        let helper = Container::new("helper")?.image("example.com/helper:1")?.mount("data", mount)?;
        built(it()?.storage(Volume::new("data", "1Gi")?.mount("/data")?).sidecar(helper))
    });
    rows! { place;
        path: ["/other"] => |_| Mount::new("/other")?;
        sub_path: ["pgdata"] => |it| it.sub_path("pgdata")?;
        read_only: [true] => |it| it.read_only(true);
    }

    let text = it_with("env_from: [{ KEYS }]");
    let new = || Ok(EnvFrom::new(&settings()?));
    let place =
        Place::new(table, &grammar::ENV_FROM, text, "source: settings", new, |from| built(it()?.env_from(from)));
    rows! { place;
        source: [login] => |_| EnvFrom::new(&login()?);
        prefix: ["APP_"] => |it| it.prefix("APP_")?;
        optional: [true] => |it| it.optional(true);
    }
}

fn probes(table: &Table) {
    let text = it_with("readiness: tcp(database) { KEYS }");
    let place =
        Place::new(table, &grammar::PROBE, text, "", || Probe::tcp("database"), |probe| built(it()?.readiness(probe)));
    rows! { place;
        initial_delay: [30s] => |it| it.initial_delay("30s")?;
        period: [5s] => |it| it.period("5s")?;
        timeout: [3s] => |it| it.timeout("3s")?;
        failures: [5] => |it| it.failures(5);
        successes: [2] => |it| it.successes(2);
    }

    let text = it_with("startup: tcp(database) { KEYS }");
    let place =
        Place::new(table, &grammar::PROBE, text, "", || Probe::tcp("database"), |probe| built(it()?.startup(probe)));
    rows! { place;
        grace: [5s] => |it| it.grace("5s")?;
    }

    let text = it_with("readiness: http(\"/\", metrics) { KEYS }");
    let new = || Http::new("/", "metrics");
    let place =
        Place::new(table, &grammar::PROBE, text, "", new, |request| built(it()?.readiness(Probe::new(request))));
    rows! { place;
        https: [true] => |it| it.https(true);
        host: ["db.example.com"] => |it| it.host("db.example.com");
        headers: [{ Accept: "text/plain", "X-Level": 3 }] => |it| it.header("Accept", "text/plain")?.header("X-Level", "3")?;
    }

    let text = it_with("pre_stop: http(\"/\", metrics) { KEYS }");
    let place = Place::new(table, &grammar::HOOK, text, "", new, |request| built(it()?.pre_stop(Hook::new(request))));
    rows! { place;
        https: [true] => |it| it.https(true);
        host: ["db.example.com"] => |it| it.host("db.example.com");
        headers: [{ Accept: "text/plain" }] => |it| it.header("Accept", "text/plain")?;
    }

    let text = it_with("readiness: grpc(9187) { KEYS }");
    let place = Place::new(
        table,
        &grammar::PROBE,
        text,
        "",
        || Grpc::new(9187),
        |call| built(it()?.readiness(Probe::new(call))),
    );
    rows! { place;
        service: ["orders"] => |it| it.service("orders");
    }
}

fn containers(table: &Table) {
    let text = it_with("storage: { data: { mount: \"/data\", size: 1Gi } }, sidecars: { helper: { KEYS } }");
    let new = || Container::new("helper")?.image("example.com/helper:1");
    let base = "image: \"example.com/helper:1\"";
    let place = Place::new(table, &grammar::CONTAINER, text, base, new, |helper| {
        built(it()?.storage(Volume::new("data", "1Gi")?.mount("/data")?).sidecar(helper))
    });
    rows! { place;
        image: ["example.com/other:2"] => |it| it.image("example.com/other:2")?;
        pull: [Always] => |it| it.pull(PullPolicy::Always);
        command: [["run"]] => |it| it.command(["run"]);
        args: [["--all"]] => |it| it.args(["--all"]);
        working_dir: ["/srv"] => |it| it.working_dir("/srv")?;
        ports: [{ http: 8080 }] => |it| it.port("http", 8080)?;
        env: [{ A: "x" }] => |it| it.env("A", "x")?;
        env_from: [[settings]] => |it| it.env_from(&settings()?);
        mounts: [{ data: "/seen" }] => |it| it.mount("data", "/seen")?;
        resources: [{ memory: 64Mi..128Mi }] => |it| it.memory("64Mi".."128Mi")?;
        resources: [{ "nvidia.com/gpu": 1..1 }] => |it| it.resource("nvidia.com/gpu", 1..1)?;
        startup: [exec("ready")] => |it| it.startup(Probe::exec(["ready"]));
        liveness: [exec("ready")] => |it| it.liveness(Probe::exec(["ready"]));
        readiness: [exec("ready")] => |it| it.readiness(Probe::exec(["ready"]));
        post_start: [exec("warm")] => |it| it.post_start(Hook::exec(["warm"]));
        pre_stop: [sleep(5s)] => |it| it.pre_stop(Hook::sleep("5s")?);
        security: [{ user: 1001 }] => |it| it.security(ContainerSecurity::new().user(1001));
    }
}

/// An app of an engine, and what the engine is told.
fn of_engine(engine: Engine) -> Result<Stack> {
    built(StatefulApp::new("it")?.engine(engine).replicas(1).storage(Volume::new("data", "1Gi")?))
}

fn engines(table: &Table) {
    let text = |engine: &str| {
        item(&format!(
            "StatefulApp it {{ engine: {engine} {{ KEYS }}, replicas: 1, storage: {{ data: {{ size: 1Gi }} }} }}"
        ))
    };
    let new = || {
        let engine = Engine::named("mysql")?.password(login()?.key("password")?)?;
        Ok(engine.root_password(login()?.key("cookie")?)?.user("shop").database("shop"))
    };
    let base = "password: login.password; root_password: login.cookie; user: \"shop\"; database: \"shop\"";
    let place = Place::new(table, &grammar::ENGINE, text("mysql"), base, new, of_engine);
    rows! { place;
        version: ["8.0.43"] => |it| it.version("8.0.43");
        database: ["orders"] => |it| it.database("orders");
        user: ["orders"] => |it| it.user("orders");
        password: [login.replication] => |it| it.password(login()?.key("replication")?)?;
        root_password: [login.replication] => |it| it.root_password(login()?.key("replication")?)?;
        settings: [{ max_connections: 300 }] => |it| it.setting("max_connections", 300);
        replication: [{ user: "replicator", password: login.replication }] => |it| it
            .replication(Replication::new().user("replicator").password(login()?.key("replication")?)?);
    }

    let new = || Engine::named("postgres")?.password(login()?.key("password")?);
    let place = Place::new(table, &grammar::ENGINE, text("postgres"), "password: login.password", new, of_engine);
    rows! { place;
        version: [17.6] => |it| it.version("17.6");
        config: [settings] => |it| it.config(&settings()?)?;
    }

    let new = || Ok(Engine::named("rabbitmq")?.password(login()?.key("password")?)?.user("shop"));
    let base = "password: login.password; user: \"shop\"";
    let place = Place::new(table, &grammar::ENGINE, text("rabbitmq"), base, new, of_engine);
    rows! { place;
        cluster_secret: [login.cookie] => |it| it.cluster_secret(login()?.key("cookie")?)?;
    }

    let new = || Engine::named("kafka");
    let place = Place::new(table, &grammar::ENGINE, text("kafka"), "", new, of_engine);
    rows! { place;
        cluster: ["MkU3OEVBNTcwNTJENDM2Qg"] => |it| it.cluster("MkU3OEVBNTcwNTJENDM2Qg");
    }

    let zookeeper = "StatefulApp zookeeper { engine: zookeeper, replicas: 3, storage: { data: { size: 1Gi } } }";
    let text = text("kafka").replace("StatefulApp it", &format!("{zookeeper}\nStatefulApp it"));
    let new = || Ok(Engine::named("kafka")?.version("7.4.0"));
    let place = Place::new(table, &grammar::ENGINE, text, "version: \"7.4.0\"", new, |engine| {
        let zookeeper = StatefulApp::new("zookeeper")?.engine(Engine::named("zookeeper")?).replicas(3);
        let zookeeper = zookeeper.storage(Volume::new("data", "1Gi")?);
        let it = StatefulApp::new("it")?.engine(engine).replicas(1).storage(Volume::new("data", "1Gi")?);
        Ok(built(zookeeper)?.with(it))
    });
    rows! { place;
        zookeeper: [zookeeper] => |it| it.zookeeper("zookeeper")?;
    }

    every_engine(table);

    let text = item(
        "StatefulApp it { engine: redis { password: login.password, replication: { KEYS } }, replicas: 6, storage: { data: { size: 1Gi } } }",
    );
    let new = || Ok(Replication::new().mode("cluster"));
    let place = Place::new(table, &grammar::REPLICATION, text, "mode: \"cluster\"", new, |replication| {
        let engine = Engine::named("redis")?.password(login()?.key("password")?)?.replication(replication);
        built(StatefulApp::new("it")?.engine(engine).replicas(6).storage(Volume::new("data", "1Gi")?))
    });
    rows! { place;
        mode: ["primary"] => |it| it.mode("primary");
        replicas_per_primary: [0] => |it| it.replicas_per_primary(0);
    }

    let text = item(
        "StatefulApp it { engine: mysql { root_password: login.password, replication: { KEYS } }, replicas: 3, \
         storage: { data: { size: 1Gi } } }",
    );
    let new = || Replication::new().user("replicator").password(login()?.key("replication")?);
    let base = "user: \"replicator\"; password: login.replication";
    let place = Place::new(table, &grammar::REPLICATION, text, base, new, |replication| {
        let engine = Engine::named("mysql")?.root_password(login()?.key("password")?)?.replication(replication);
        built(StatefulApp::new("it")?.engine(engine).replicas(3).storage(Volume::new("data", "1Gi")?))
    });
    rows! { place;
        user: ["copier"] => |it| it.user("copier");
        password: [login.cookie] => |it| it.password(login()?.key("cookie")?)?;
    }

    let text = item(
        "StatefulApp it { engine: postgres { password: login.password }, storage: { data: { size: 1Gi } }, backup: { KEYS } }",
    );
    let new = || Backup::new("0 2 * * *", "30d", "backups")?.credentials(&login()?);
    let base = "schedule: \"0 2 * * *\"; keep: 30d; bucket: \"backups\"; credentials: login";
    let place = Place::new(table, &grammar::BACKUP, text, base, new, |backup| {
        let engine = Engine::named("postgres")?.password(login()?.key("password")?)?;
        built(StatefulApp::new("it")?.engine(engine).storage(Volume::new("data", "1Gi")?).backup(backup))
    });
    rows! { place;
        schedule: ["@daily"] => |_| Backup::new("@daily", "30d", "backups")?.credentials(&login()?)?;
        time_zone: ["Europe/Berlin"] => |it| it.time_zone("Europe/Berlin")?;
        keep: [7d] => |_| Backup::new("0 2 * * *", "7d", "backups")?.credentials(&login()?)?;
        keep_at_least: [5] => |it| it.keep_at_least(5);
        bucket: ["backups/shop"] => |_| Backup::new("0 2 * * *", "30d", "backups/shop")?.credentials(&login()?)?;
        endpoint: ["https://s3.example.com:9000"] => |it| it.endpoint("https://s3.example.com:9000");
        region: ["eu-central-1"] => |it| it.region("eu-central-1");
        credentials: ["elsewhere"] => |it| it.credentials("elsewhere")?;
        scratch: [5Gi] => |it| it.scratch("5Gi")?;
        deadline: [2h] => |it| it.deadline("2h")?;
        restore_test: ["0 4 * * sun"] => |it| it.restore_test("0 4 * * sun")?;
    }
}

/// Each engine by its name.
fn every_engine(table: &Table) {
    for facts in engine::all() {
        let takes = |key: &&str| facts.takes(key);
        let secrets: Vec<&str> = ["password", "root_password"].into_iter().filter(takes).collect();
        let engine = || -> Result<Engine> {
            let mut engine = Engine::named(facts.name)?;
            for key in &secrets {
                let password = login()?.key("password")?;
                engine =
                    if *key == "password" { engine.password(password)? } else { engine.root_password(password)? };
            }
            Ok(engine)
        };
        let keys: String = secrets.iter().map(|key| format!("{key}: login.password, ")).collect();
        // Of one's own image nothing is known, not even a version.
        let known = facts.versions.last().map(|series| series.tag);
        let rest = if known.is_some() { "storage: { data: { size: 1Gi } }" } else { "image: \"example.com/db:1\"" };
        let text = item(&format!("StatefulApp it {{ {rest}, KEYS }}"));
        let of_version = known.map(|tag| format!("version: {tag:?}")).unwrap_or_default();
        let written = format!("{} {{ {keys}{of_version} }}", facts.name);
        let base = if known.is_some() { format!("engine: {} {{ {keys} }}", facts.name) } else { String::new() };
        let new = || {
            let it = StatefulApp::new("it")?;
            if known.is_none() {
                return it.image("example.com/db:1");
            }
            Ok(it.engine(engine()?).storage(Volume::new("data", "1Gi")?))
        };
        let place = Place::new(table, &grammar::STATEFUL_APP, text, &base, new, built);
        place.row("engine", &written, "it.engine(engine)", |it| {
            let engine = engine()?;
            Ok(it.engine(if let Some(tag) = known { engine.version(tag) } else { engine }))
        });
    }
}

fn scheduling(table: &Table) {
    let text = it_with("update: RollingUpdate { KEYS }");
    let new = || Ok(RollingUpdate::new());
    let place = Place::new(table, &grammar::UPDATE, text, "", new, |update| built(it()?.update(update)));
    rows! { place;
        partition: [2] => |it| it.partition(2);
        max_unavailable: [1] => |it| it.max_unavailable(1)?;
    }

    let text = item("App it { image: \"example.com/web:1\", replicas: 3, update: RollingUpdate { KEYS } }");
    let place = Place::new(table, &grammar::UPDATE, text, "", new, |update| {
        built(App::new("it")?.image("example.com/web:1")?.replicas(3).update(update))
    });
    rows! { place;
        max_surge: [25%] => |it| it.max_surge("25%")?;
    }

    let text = it_with("retain: { KEYS }");
    let new = || Ok(Retain::new().when_deleted(Retention::Delete).when_scaled(Retention::Delete));
    let base = "when_deleted: Delete; when_scaled: Delete";
    let place = Place::new(table, &grammar::RETAIN, text, base, new, |retain| built(it()?.retain(retain)));
    rows! { place;
        when_deleted: [Retain] => |it| it.when_deleted(Retention::Retain);
        when_scaled: [Retain] => |it| it.when_scaled(Retention::Retain);
    }
    let text = it_with("retain: { KEYS }");
    let place =
        Place::new(table, &grammar::RETAIN, text, "", || Ok(Retain::new()), |retain| built(it()?.retain(retain)));
    rows! { place;
        when_deleted: [Delete] => |it| it.when_deleted(Retention::Delete);
        when_scaled: [Delete] => |it| it.when_scaled(Retention::Delete);
    }

    let text = it_with("disruption: { KEYS }");
    let new = || Disruption::max_unavailable(1);
    let place = Place::new(table, &grammar::DISRUPTION, text, "max_unavailable: 1", new, |it_is| {
        built(it()?.disruption(it_is))
    });
    rows! { place;
        max_unavailable: [2] => |_| Disruption::max_unavailable(2)?;
    }
    let text = it_with("disruption: { KEYS }");
    let new = || Disruption::min_available(2);
    let place =
        Place::new(table, &grammar::DISRUPTION, text, "min_available: 2", new, |it_is| built(it()?.disruption(it_is)));
    rows! { place;
        min_available: [50%] => |_| Disruption::min_available("50%")?;
    }

    let text = it_with("spread: { zone: { KEYS } }");
    let new = || Ok(Spread::zone().required(true));
    let place =
        Place::new(table, &grammar::SPREAD, text, "required: true", new, |spread| built(it()?.spread([spread])));
    rows! { place;
        max_skew: [2] => |it| it.max_skew(2);
        required: [false] => |it| it.required(false);
        min_domains: [3] => |it| it.min_domains(3);
    }

    let text = it_with("affinity: { KEYS }");
    let new = || Ok(Affinity::new());
    let place = Place::new(table, &grammar::AFFINITY, text, "", new, |affinity| built(it()?.affinity(affinity)));
    rows! { place;
        apart: [Preferred] => |it| it.apart(Strength::Preferred);
        apart: [Required] => |it| it.apart(Strength::Required);
        near: [{ cache: Preferred, web: Required }] => |it| it.near(&cache()?, Strength::Preferred)?.near(&web()?, Strength::Required)?;
        away_from: [[web]] => |it| it.away_from(&web()?, Strength::Required)?;
        nodes: [{ "kubernetes.io/arch": ["arm64", "amd64"] }] => |it| it.nodes("kubernetes.io/arch", ["arm64", "amd64"])?;
        preferred_nodes: [{ disk: ["ssd"] }] => |it| it.preferred_nodes("disk", ["ssd"])?;
    }

    let text = it_with("tolerations: [{ KEYS }]");
    let new = || Toleration::new().key("dedicated");
    let base = "key: \"dedicated\"";
    let place = Place::new(table, &grammar::TOLERATION, text, base, new, |it_is| built(it()?.toleration(it_is)));
    rows! { place;
        key: ["other"] => |it| it.key("other")?;
        value: ["db"] => |it| it.value("db")?;
        effect: [NoSchedule] => |it| it.effect(TaintEffect::NoSchedule);
        effect: [PreferNoSchedule] => |it| it.effect(TaintEffect::PreferNoSchedule);
        effect: [NoExecute] => |it| it.effect(TaintEffect::NoExecute);
    }
    let text = it_with("tolerations: [{ KEYS }]");
    let new = || Ok(Toleration::new().effect(TaintEffect::NoExecute));
    let place =
        Place::new(table, &grammar::TOLERATION, text, "effect: NoExecute", new, |it_is| built(it()?.toleration(it_is)));
    rows! { place;
        duration: [5m] => |it| it.duration("5m")?;
    }

    let text = it_with("dns: { KEYS }");
    let new = || Dns::new().nameservers(["10.96.0.10"]);
    let base = "nameservers: [\"10.96.0.10\"]";
    let place = Place::new(table, &grammar::DNS, text, base, new, |dns| built(it()?.dns(dns)));
    rows! { place;
        policy: [ClusterFirst] => |it| it.policy(DnsPolicy::ClusterFirst);
        policy: [ClusterFirstWithHostNet] => |it| it.policy(DnsPolicy::ClusterFirstWithHostNet);
        policy: [Default] => |it| it.policy(DnsPolicy::Default);
        policy: [None] => |it| it.policy(DnsPolicy::None);
        nameservers: [["10.96.0.10", "10.96.0.11"]] => |it| it.nameservers(["10.96.0.11"])?;
        searches: [["svc.cluster.local"]] => |it| it.searches(["svc.cluster.local"])?;
        options: [{ ndots: 2, "use-vc": true }] => |it| it.option("ndots", 2).flag("use-vc");
    }
}

/// Keys of pods' and of containers' security.
macro_rules! privileges {
    ($place:expr) => {
        rows! { $place;
            user: [1001] => |it| it.user(1001);
            group: [1001] => |it| it.group(1001);
            read_only_root: [true] => |it| it.read_only_root(true);
            privileged: [true] => |it| it.privileged(true);
            privilege_escalation: [true] => |it| it.privilege_escalation(true);
            root: [true] => |it| it.root(true);
            add_capabilities: [[NET_BIND_SERVICE, SYS_PTRACE]] => |it| it.add_capabilities(["NET_BIND_SERVICE", "SYS_PTRACE"])?;
            keep_capabilities: [true] => |it| it.keep_capabilities(true);
            seccomp_unconfined: [true] => |it| it.seccomp_unconfined(true);
            seccomp_profile: ["profiles/db.json"] => |it| it.seccomp_profile("profiles/db.json")?;
            app_armor_profile: ["db"] => |it| it.app_armor_profile("db");
        }
    };
}

fn security(table: &Table) {
    let text = item("StatefulApp it { image: \"example.com/db:1\", security: { KEYS } }");
    let new = || Ok(PodSecurity::new().because("it is tried"));
    let place = Place::new(table, &grammar::SECURITY, text, "because: \"it is tried\"", new, |security| {
        built(StatefulApp::new("it")?.image("example.com/db:1")?.security(security))
    });
    privileges!(place);
    rows! { place;
        fs_group: [1001] => |it| it.fs_group(1001);
        fs_group_change: [Always] => |it| it.fs_group_change(FsGroupChange::Always);
        fs_group_change: [OnRootMismatch] => |it| it.fs_group_change(FsGroupChange::OnRootMismatch);
        groups: [[1001, 1002]] => |it| it.groups([1001, 1002]);
        sysctls: [{ "net.ipv4.tcp_syncookies": 1 }] => |it| it.sysctl("net.ipv4.tcp_syncookies", 1);
        because: ["another reason"] => |it| it.because("another reason");
    }

    let text = it_with("init: { helper: { image: \"example.com/helper:1\", security: { KEYS } } }");
    let new = || Ok(ContainerSecurity::new());
    let place = Place::new(table, &grammar::CONTAINER_SECURITY, text, "", new, |security| {
        built(it()?.init(Container::new("helper")?.image("example.com/helper:1")?.security(security)))
    });
    privileges!(place);
}

fn access(table: &Table) {
    let text = it_with("network: { KEYS }");
    let new = || NetworkAccess::new().from([&web()?]);
    let place = Place::new(table, &grammar::NETWORK, text, "from: [web]", new, |network| built(it()?.network(network)));
    rows! { place;
        from: [[web, cache]] => |it| it.from([&cache()?])?;
        from_namespaces: [[{ team: "a", tier: 1 }, { team: "b" }]] => |it| it
            .from_namespace([("team", "a"), ("tier", "1")])?
            .from_namespace([("team", "b")])?;
        from_addresses: [["10.0.0.0/8"]] => |it| it.from_addresses(["10.0.0.0/8"])?;
        ports: [[database]] => |it| it.ports(["database"])?;
    }
}
