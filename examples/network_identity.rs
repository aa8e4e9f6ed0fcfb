//! "Network Identity": every pod has a host name of its own, `cassandra-0.cassandra`.

use statefulapp::{Stack, stateful_app};

fn main() -> std::process::ExitCode {
    statefulapp::cli(stack())
}

/// The declaration.
pub fn stack() -> Stack {
    let cluster = stateful_app! {
        stack: "cassandra",
        allow: [no_backup],

        StatefulApp cassandra {
            engine: cassandra { version: "4.1", cluster: "events" },
            ports: { cql: 9042, internode: 7000 },
            replicas: 3,
            service_name: "cassandra",
            // The members join one at a time; the seed's `Parallel` would let several bootstrap at once, which Cassandra refuses.
            pod_management: OrderedReady,
            storage: { data: { size: 100Gi } },
            resources: { cpu: 1.., memory: 4Gi..4Gi },
        }
    };
    assert_eq!(cluster.cassandra.full_host(0), "cassandra-0.cassandra.default.svc.cluster.local");
    cluster.into()
}
