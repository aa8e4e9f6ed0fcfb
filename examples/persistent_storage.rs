//! "Persistent Storage": one volume of a class; several volumes.

use statefulapp::{Stack, stateful_app};

fn main() -> std::process::ExitCode {
    statefulapp::cli(stack())
}

/// The declaration.
pub fn stack() -> Stack {
    let stores = stateful_app! {
        stack: "storage",
        allow: [no_backup],

        Secret mysql_secret { root: generate(32) }
        Secret elastic_secret { password: generate(32) }

        StatefulApp mysql {
            engine: mysql { version: "8.4", root_password: mysql_secret.root },
            storage: { data: { size: 50Gi, class: "fast-ssd" } },
            resources: { cpu: 500m.., memory: 2Gi..2Gi },
        }

        StatefulApp elasticsearch {
            engine: elasticsearch { password: elastic_secret.password },
            storage: {
                es_data: { mount: "/usr/share/elasticsearch/data", size: 100Gi, class: "fast-ssd" },
                es_logs: { mount: "/usr/share/elasticsearch/logs", size: 10Gi, class: "fast-ssd" },
            },
            resources: { cpu: 1.., memory: 4Gi..4Gi },
        }
    };
    stores.into()
}
