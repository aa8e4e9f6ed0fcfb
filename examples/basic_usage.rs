//! "Basic Usage" and "Basic Setup": one database with a volume; a second with a name for its hosts.

use statefulapp::{Stack, stateful_app};

fn main() -> std::process::ExitCode {
    statefulapp::cli(stack())
}

/// The declaration.
pub fn stack() -> Stack {
    let databases = stateful_app! {
        stack: "basic",
        allow: [no_backup],

        Secret postgres_secret { password: generate(32) }
        Secret mongodb_secret { password: generate(32), keyfile: generate(64) }

        StatefulApp postgres {
            engine: postgres { version: "17.6", database: "myapp", password: postgres_secret.password },
            storage: { data: { size: 20Gi } },
            resources: { cpu: 250m.., memory: 1Gi..1Gi },
        }

        // Its pods are `mongodb-0.mongodb`, `mongodb-1.mongodb`, `mongodb-2.mongodb`: one replica set.
        StatefulApp mongodb {
            engine: mongodb {
                user: "admin",
                password: mongodb_secret.password,
                replication: {},
                cluster_secret: mongodb_secret.keyfile,
            },
            replicas: 3,
            service_name: "mongodb",
            storage: { data: { size: 20Gi } },
            resources: { cpu: 250m.., memory: 1Gi..1Gi },
        }
    };
    databases.into()
}
