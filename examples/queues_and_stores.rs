//! The other engines: RabbitMQ, NATS, Redis, etcd, OpenSearch.

use statefulapp::{Stack, stateful_app};

fn main() -> std::process::ExitCode {
    statefulapp::cli(stack())
}

/// The declaration.
pub fn stack() -> Stack {
    let stores = stateful_app! {
        stack: "stores",
        namespace: "stores",
        allow: [no_backup],

        Secret rabbit { password: generate(32), cookie: generate(32) }
        Secret nats_secret { password: generate(32) }
        Secret redis_secret { password: generate(32) }
        Secret search { password: from_env("OPENSEARCH_PASSWORD") }

        StatefulApp rabbitmq {
            engine: rabbitmq { user: "app", password: rabbit.password, cluster_secret: rabbit.cookie },
            replicas: 3,
            storage: { data: { size: 10Gi } },
            resources: { cpu: 500m.., memory: 2Gi..2Gi },
        }

        StatefulApp nats {
            engine: nats { user: "app", password: nats_secret.password },
            replicas: 3,
            storage: { data: { size: 10Gi } },
            resources: { cpu: 250m.., memory: 512Mi..512Mi },
        }

        StatefulApp redis {
            engine: redis { password: redis_secret.password },
            storage: { data: { size: 5Gi } },
            resources: { cpu: 250m.., memory: 1Gi..1Gi },
        }

        StatefulApp etcd {
            engine: etcd,
            replicas: 3,
            storage: { data: { size: 8Gi } },
            resources: { cpu: 250m.., memory: 512Mi..512Mi },
        }

        StatefulApp opensearch {
            engine: opensearch { password: search.password },
            replicas: 3,
            storage: { data: { size: 50Gi } },
            resources: { cpu: 1.., memory: 4Gi..4Gi },
        }
    };
    stores.into()
}
