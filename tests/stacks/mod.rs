//! The stacks of all examples.

use statefulapp::Stack;

#[path = "../../examples/backup.rs"]
mod backup;
#[path = "../../examples/basic_usage.rs"]
mod basic_usage;
#[path = "../../examples/builder.rs"]
mod builder;
#[path = "../../examples/database_helpers.rs"]
mod database_helpers;
#[path = "../../examples/database_patterns.rs"]
mod database_patterns;
#[path = "../../examples/environments.rs"]
mod environments;
#[path = "../../examples/helm_chart.rs"]
mod helm_chart;
#[path = "../../examples/kafka_cluster.rs"]
mod kafka_cluster;
#[path = "../../examples/kafka_external.rs"]
mod kafka_external;
#[path = "../../examples/lifecycle.rs"]
mod lifecycle;
#[path = "../../examples/network_identity.rs"]
mod network_identity;
#[path = "../../examples/persistent_storage.rs"]
mod persistent_storage;
#[path = "../../examples/postgres_cluster/main.rs"]
mod postgres_cluster;
#[path = "../../examples/queues_and_stores.rs"]
mod queues_and_stores;

/// Every example but `cluster_forms`, by its name.
pub(crate) fn examples() -> Vec<(&'static str, Stack)> {
    vec![
        ("backup", backup::stack()),
        ("basic_usage", basic_usage::stack()),
        ("builder", builder::stack(&builder::tenants()).expect("texts that are values")),
        ("database_helpers", database_helpers::stack()),
        ("database_patterns", database_patterns::stack().expect("names that are computed")),
        ("environments", environments::stack(true)),
        ("helm_chart", helm_chart::shop()),
        ("kafka_cluster", kafka_cluster::stack()),
        ("kafka_external", kafka_external::stack()),
        ("lifecycle", lifecycle::stack()),
        ("network_identity", network_identity::stack()),
        ("persistent_storage", persistent_storage::stack()),
        ("postgres_cluster", postgres_cluster::cluster().0),
        ("queues_and_stores", queues_and_stores::stack()),
    ]
}
