//! A PostgreSQL cluster: a primary, two streaming standbys, configuration, secrets, and a Service for reads.
//!
//! `cargo run --example postgres_cluster` writes `postgres-cluster/`. A second run writes the same bytes: generated
//! passwords are kept. With arguments it is a command line: `cargo run --example postgres_cluster -- summary`.

use statefulapp::{Stack, stateful_app};
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let (stack, address) = cluster();
    if std::env::args().len() > 1 {
        return Ok(statefulapp::cli(stack));
    }
    let report = stack.write("postgres-cluster/")?;
    println!("PostgreSQL cluster generated:");
    for file in &report.files {
        println!("  {file}");
    }
    println!("Deploy:  kubectl apply -f postgres-cluster/");
    println!("Connect: {address}");
    Ok(ExitCode::SUCCESS)
}

/// The declaration, and where the primary answers.
pub fn cluster() -> (Stack, String) {
    let cluster = stateful_app! {
        stack: "postgres-cluster",

        ConfigMap postgres_config {
            "postgresql.conf": include_str!("postgresql.conf"),
            "pg_hba.conf": include_str!("pg_hba.conf"),
        }

        Secret postgres_secret {
            password: generate(32),
            "replication-password": generate(32),
        }

        /// The primary is pod 0, the others follow it. There is no automatic failover.
        StatefulApp postgres {
            engine: postgres {
                version: "15.2",
                database: "myapp",
                user: "postgres",
                password: postgres_secret.password,
                replication: { user: "replicator", password: postgres_secret["replication-password"] },
                config: postgres_config,
            },
            replicas: 3,
            service_name: "postgres-headless",
            ports: { database: 5432 },
            storage: { data: { size: 100Gi, class: "fast-ssd" } },
            resources: { cpu: 2000m..4000m, memory: 4Gi..8Gi },
            readiness: exec("pg_isready", "-h", "127.0.0.1", "-p", "5432") { initial_delay: 30s, timeout: 5s },
            grace: 120s,
            labels: { app: "postgres", component: "database" },
            annotations: { "backup.io/enabled": true, "monitoring.io/scrape": true },
            service_account: "postgres-sa",
            allow: [no_backup],
        }
    };

    let address = format!("{}:{}", cluster.postgres.host(0), cluster.postgres.ports.database);
    (cluster.into(), address)
}
