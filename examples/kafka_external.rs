//! "Kafka with external access": two listeners, the second reachable from outside, each broker by a Service of its own.

use statefulapp::{Stack, stateful_app};

fn main() -> std::process::ExitCode {
    statefulapp::cli(stack())
}

/// The declaration.
pub fn stack() -> Stack {
    let cluster = stateful_app! {
        stack: "kafka-external",
        namespace: "queues",
        allow: [no_backup],

        StatefulApp kafka {
            engine: kafka,
            replicas: 3,
            ports: { internal: 9092, external: 9094 },
            storage: { data: { size: 100Gi } },
            resources: { cpu: 1.., memory: 2Gi..2Gi },
        }

        Service kafka_external { selects: kafka, type: NodePort, each_pod: true, ports: { external: { node_port: 31090 } } }
    };
    cluster.into()
}
