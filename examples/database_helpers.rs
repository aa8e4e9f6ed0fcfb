//! "Database-Specific Helpers": what an engine is told, and everything else that it knows.

use statefulapp::{Stack, stateful_app};

fn main() -> std::process::ExitCode {
    statefulapp::cli(stack())
}

/// The declaration.
pub fn stack() -> Stack {
    let databases = stateful_app! {
        stack: "helpers",
        allow: [no_backup],

        Secret postgres_secret { password: generate(32) }
        Secret mysql_secret { password: generate(32), root: generate(32) }
        Secret mongo_secret { password: generate(32) }

        StatefulApp postgres {
            engine: postgres { database: "myapp", user: "app_user", password: postgres_secret.password },
            ports: { database: 5432 },
            storage: { data: { size: 20Gi } },
            resources: { cpu: 250m.., memory: 1Gi..1Gi },
        }

        StatefulApp mysql {
            engine: mysql {
                database: "wordpress",
                user: "wp_user",
                password: mysql_secret.password,
                root_password: mysql_secret.root,
            },
            ports: { database: 3306 },
            storage: { data: { size: 20Gi } },
            resources: { cpu: 250m.., memory: 1Gi..1Gi },
        }

        StatefulApp mongodb {
            engine: mongodb { database: "app_db", user: "app_user", password: mongo_secret.password },
            ports: { mongodb: 27017 },
            storage: { data: { size: 20Gi } },
            resources: { cpu: 250m.., memory: 1Gi..1Gi },
        }
    };
    databases.into()
}
