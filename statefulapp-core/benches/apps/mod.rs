//! Many PostgreSQL servers, each with its Services, ConfigMap and Secret.

use statefulapp_core::model::*;
use std::str::FromStr;

fn v<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn key(name: &str, key: &str) -> KeyRef {
    KeyRef { name: v(name), key: v(key), optional: false }
}

fn exec(command: &[&str]) -> Handler {
    Handler::Exec(command.iter().map(|word| (*word).to_owned()).collect())
}

/// The app of `examples/postgres_cluster`, with a Service for reads.
fn postgres(n: usize) -> [Item; 4] {
    let (name, config, secret) =
        (format!("postgres-{n}"), format!("postgres-{n}-config"), format!("postgres-{n}-secret"));
    let mut app = App::new(Workload::StatefulSet, v(&name));
    let mut engine = Engine::new(EngineKind::Postgres);
    engine.version = Some("15.2".to_owned());
    engine.database = Some("myapp".to_owned());
    engine.user = Some("postgres".to_owned());
    engine.password = Some(key(&secret, "password"));
    engine.config = Some(v(&config));
    engine.replication = Some(Replication {
        mode: None,
        user: Some("replicator".to_owned()),
        password: Some(key(&secret, "replication-password")),
        replicas_per_primary: None,
    });
    app.engine = Some(engine);
    app.replicas = Some(3);
    app.service_name = Some(v(&format!("{name}-headless")));
    app.main.ports = vec![ContainerPort {
        name: v("database"),
        number: statefulapp_core::value::Port::try_from(5432i64).unwrap(),
        protocol: Protocol::TCP,
        host_port: None,
    }];
    app.main.resources = [("cpu", "2", "4"), ("memory", "4Gi", "8Gi")]
        .map(|(name, request, limit)| Resource { name: v(name), request: Some(v(request)), limit: Some(v(limit)) })
        .into();
    app.main.readiness = Some(Probe {
        initial_delay: Some(v("30s")),
        timeout: Some(v("5s")),
        ..Probe::new(exec(&["pg_isready", "-h", "127.0.0.1", "-p", "5432"]))
    });
    app.storage = vec![Volume {
        name: v("data"),
        mount: None,
        sub_path: None,
        size: v("100Gi"),
        class: Some(v("fast-ssd")),
        access: Vec::new(),
        block: false,
        snapshot: None,
    }];
    app.grace = Some(v("120s"));
    app.meta.labels = vec![(v("app"), v("postgres")), (v("component"), v("database"))];
    app.meta.annotations =
        vec![(v("backup.io/enabled"), "true".to_owned()), (v("monitoring.io/scrape"), "true".to_owned())];
    app.service_account = Some(v(&format!("{name}-sa")));
    app.meta.allow = vec!["no-backup".to_owned()];
    let config = ConfigMap {
        name: v(&config),
        meta: Meta::default(),
        is_extern: false,
        data: vec![
            (v("postgresql.conf"), include_str!("../../../examples/postgres_cluster/postgresql.conf").to_owned()),
            (v("pg_hba.conf"), include_str!("../../../examples/postgres_cluster/pg_hba.conf").to_owned()),
        ],
        binary: Vec::new(),
        immutable: false,
    };
    let secret = Secret {
        name: v(&secret),
        meta: Meta { allow: vec!["secret-literal".to_owned()], ..Meta::default() },
        is_extern: false,
        kind: SecretKind::Opaque,
        data: ["password", "replication-password"]
            .map(|key| (v(key), SecretValue::Literal("correct horse battery staple".to_owned())))
            .into(),
        immutable: false,
        external: None,
    };
    let service = Service {
        selects: Some(Selects { app: v(&name), pod: None }),
        ports: vec![ServicePort {
            name: None,
            number: None,
            target: PortRef::Name(v("database")),
            protocol: None,
            node_port: None,
            app_protocol: None,
        }],
        ..Service::of(v(&format!("{name}-read")))
    };
    [Item::ConfigMap(config), Item::Secret(secret), Item::App(Box::new(app)), Item::Service(service)]
}

/// A stack of as many PostgreSQL servers.
pub(crate) fn stack(apps: usize) -> Stack {
    let mut stack = Stack::default();
    stack.name = Some(v("many"));
    stack.items = (0..apps).flat_map(postgres).collect();
    stack
}
