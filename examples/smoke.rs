//! Smoke.
use statefulapp::stateful_app;

fn main() {
    let n = 3u32;
    let cluster = stateful_app! {
        stack: "postgres-cluster",
        namespace: "databases",
        ConfigMap postgres_config { "postgresql.conf": include_str!("smoke.rs") }
        Secret postgres_secret { username: "postgres", password: generate(32), "replication-password": generate(32) }
        StatefulApp postgres {
            image: "postgres:15.2",
            replicas: (n),
            service_name: "postgres-headless",
            ports: { database: 5432 },
            env: { POSTGRES_DB: "myapp", POSTGRES_PASSWORD: postgres_secret.password },
            storage: { data: { mount: "/var/lib/postgresql/data", size: 100Gi, class: "fast-ssd" } },
            files: { "/etc/postgresql": postgres_config },
            resources: { cpu: 2000m..4000m, memory: 4Gi..8Gi },
            startup: exec("pg_isready", "-h", "127.0.0.1") { period: 10s, failures: 360 },
            grace: 120s,
            annotations: { "backup.io/enabled": true },
        }
        Service postgres_read { selects: postgres, ports: [database] }
    };
    println!(
        "{} {} {}",
        cluster.postgres.host(0),
        cluster.postgres.ports.database,
        cluster.postgres_secret.password.key()
    );
    println!("{:#?}", *cluster);
}
