//! The Kafka cluster: with ZooKeeper, as images up to version 7 need it, and with KRaft, as one writes it today.

use statefulapp::{Stack, stateful_app};

fn main() -> std::process::ExitCode {
    statefulapp::cli(stack())
}

/// The declaration.
pub fn stack() -> Stack {
    let cluster = stateful_app! {
        stack: "kafka-cluster",
        namespace: "queues",
        allow: [no_backup, engine_version_ended],

        StatefulApp zookeeper {
            engine: zookeeper,
            replicas: 3,
            storage: { data: { size: 10Gi }, log: { size: 5Gi } },
            resources: { cpu: 250m.., memory: 1Gi..1Gi },
        }

        // Brokers of the old kind, told where their ZooKeeper is.
        StatefulApp kafka {
            engine: kafka { version: "7.4.0", zookeeper: zookeeper },
            replicas: 3,
            storage: { data: { size: 100Gi } },
            resources: { cpu: 1000m.., memory: 2Gi..2Gi },
        }

        // The quorum is in the brokers themselves.
        StatefulApp kraft {
            engine: kafka,
            replicas: 3,
            storage: { data: { size: 100Gi } },
            resources: { cpu: 1000m.., memory: 2Gi..2Gi },
        }
    };
    cluster.into()
}
