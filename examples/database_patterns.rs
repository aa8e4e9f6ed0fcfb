//! "Database Patterns": a primary with replicas; shards by a Rust loop.

use statefulapp::{Stack, stateful_app};

fn main() -> std::process::ExitCode {
    match stack() {
        Ok(stack) => statefulapp::cli(stack),
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

/// The declaration: one replicated database, and three shards.
pub fn stack() -> Result<Stack, Box<dyn std::error::Error>> {
    // Who is the primary is a matter of replication, not of a variable that nobody reads.
    let replicated = stateful_app! {
        stack: "patterns",
        allow: [no_backup],

        Secret login { password: generate(32), replication: generate(32) }

        StatefulApp postgres {
            engine: postgres { database: "orders", password: login.password, replication: { password: login.replication } },
            replicas: 3,
            storage: { data: { size: 50Gi } },
            resources: { cpu: 500m.., memory: 2Gi..2Gi },
        }
    };
    let mut all = Stack::from(replicated);
    for shard in 0..3 {
        let shard = stateful_app! {
            allow: [no_backup],

            Secret login as (format!("postgres-shard-{shard}").parse()?) { password: generate(32) }

            StatefulApp postgres as (format!("postgres-shard-{shard}").parse()?) {
                engine: postgres { database: format!("shard_{shard}"), password: login.password },
                env: { SHARD_ID: (shard) },
                storage: { data: { size: 50Gi } },
                resources: { cpu: 500m.., memory: 2Gi..2Gi },
            }
        };
        all.merge(shard.into())?;
    }
    Ok(all)
}
