//! Queues.

use super::{ALONE, Act, ByList, Engine, Members, NONE, Role, bound, first};
use crate::plan::{
    Class,
    engines::version::{self, Compatibility},
};

const KAFKA_ID: &str = "the data is formatted for one cluster id: with another one no broker starts on it";
const KAFKA_NODE: &str =
    "the data belongs to one node id (meta.properties): with another one the broker does not start";
const NODE_NAME: &str = "the data is stored under the node's name: with another one the node starts empty";

/// Every partition onto the brokers that stay: planned, started, and looked at until it is done.
const MOVE: [&str; 3] = [
    r#"kubectl exec {peer}{n} -- bash -c 'cd /opt/kafka/bin && ./kafka-topics.sh --bootstrap-server localhost:9092 --list | sed "s/.*/{\"topic\":\"&\"}/" | paste -sd, - | sed "s/.*/{\"version\":1,\"topics\":[&]}/" > /tmp/topics.json && ./kafka-reassign-partitions.sh --bootstrap-server localhost:9092 --generate --topics-to-move-json-file /tmp/topics.json --broker-list {staying} | sed -n "/^Proposed/{n;p}" > /tmp/move.json'"#,
    "kubectl exec {peer}{n} -- /opt/kafka/bin/kafka-reassign-partitions.sh --bootstrap-server localhost:9092 --execute \
     --reassignment-json-file /tmp/move.json",
    "kubectl exec {peer}{n} -- /opt/kafka/bin/kafka-reassign-partitions.sh --bootstrap-server localhost:9092 --verify \
     --reassignment-json-file /tmp/move.json",
];

const DECOMMISSION: &str = "https://kafka.apache.org/documentation/#basic_ops_decommissioning_brokers";

/// Brokers that are no controllers: they have partitions and no vote.
const BROKERS: Members = Members {
    join: Some(Act {
        class: Class::InPlace,
        why: "a new broker holds no partition until kafka-reassign-partitions.sh moves some there",
        before: &[],
        after: &[],
        source: "https://kafka.apache.org/documentation/#basic_ops_cluster_expansion",
    }),
    leave: Some(Act {
        class: Class::Refused,
        why: "a broker whose pod is gone takes its partitions along: move every one of them off first, and keep as many \
              brokers as partitions have copies",
        before: &MOVE,
        after: &[],
        source: DECOMMISSION,
    }),
    ..ALONE
};

pub(super) const KAFKA: Engine = Engine {
    name: "Kafka",
    images: &["kafka", "kafka-native"],
    compatibility: Compatibility::NextSeries,
    series: version::kafka,
    upgrade: "go to 3.9 first, with the metadata kept by Kafka itself (KRaft)",
    data: &["KAFKA_LOG_DIRS", "KAFKA_LOG_DIR"],
    data_default: "/var/lib/kafka/data",
    bound: &[
        bound("CLUSTER_ID", Class::Destroys, KAFKA_ID),
        bound("KAFKA_CLUSTER_ID", Class::Destroys, KAFKA_ID),
        bound("KAFKA_KRAFT_CLUSTER_ID", Class::Destroys, KAFKA_ID),
        bound("KAFKA_NODE_ID", Class::Recreate, KAFKA_NODE),
        bound("KAFKA_BROKER_ID", Class::Recreate, KAFKA_NODE),
        bound("KAFKA_CFG_NODE_ID", Class::Recreate, KAFKA_NODE),
    ],
    members: Members {
        majority: true,
        role: Some(Role {
            variables: &["KAFKA_PROCESS_ROLES", "KAFKA_CFG_PROCESS_ROLES"],
            word: "controller",
            others: &BROKERS,
        }),
        lists: &["KAFKA_CONTROLLER_QUORUM_VOTERS", "KAFKA_CFG_CONTROLLER_QUORUM_VOTERS"],
        by_list: ByList::Once,
        join: Some(Act {
            class: Class::Refused,
            why: "the voters of a list (controller.quorum.voters) are fixed when the cluster is formatted, and a \
                  controller that is not among them does not start. From 4.1 on the list can be given up (kraft.version \
                  1, then controller.quorum.bootstrap.servers instead of it), and then each new controller is made a \
                  voter once it runs; before that, let new pods be brokers only (process.roles=broker), in a StatefulSet \
                  of their own",
            before: &[
                "kubectl exec {peer}{n} -- /opt/kafka/bin/kafka-features.sh --bootstrap-server localhost:9092 upgrade \
                 --feature kraft.version=1",
            ],
            after: &["kubectl exec {pod}{n} -- /opt/kafka/bin/kafka-metadata-quorum.sh --command-config \
                 /opt/kafka/config/server.properties --bootstrap-controller {peer-address} add-controller"],
            source: "https://kafka.apache.org/documentation/#kraft_reconfig",
        }),
        leave: Some(Act {
            class: Class::Refused,
            why: "a controller whose pod is gone still counts as a voter, and the partitions of its broker lose a copy: \
                  move them off first, and take its vote (its directory id is in the status); in a list \
                  (controller.quorum.voters) no vote can be taken, from 4.1 on the list can be given up (kraft.version 1)",
            before: &[
                MOVE[0],
                MOVE[1],
                MOVE[2],
                "kubectl exec {peer}{n} -- /opt/kafka/bin/kafka-metadata-quorum.sh --bootstrap-server localhost:9092 \
                 describe --status",
                "kubectl exec {peer}{n} -- /opt/kafka/bin/kafka-metadata-quorum.sh --bootstrap-server localhost:9092 \
                 remove-controller --controller-id {ordinal} --controller-directory-id DIRECTORY_ID",
            ],
            after: &[],
            source: "https://kafka.apache.org/documentation/#kraft_reconfig",
        }),
        ..ALONE
    },
    // Read there, and in https://cwiki.apache.org/confluence/display/KAFKA/KIP-866+ZooKeeper+to+KRaft+Migration.
    names: Some(
        "the controllers find each other by the names in the list of voters: while they restart one by one there is no majority",
    ),
    manual: "https://kafka.apache.org/documentation/#upgrade",
    ..NONE
};

pub(super) const CONFLUENT_KAFKA: Engine = Engine { images: &["cp-kafka", "cp-server", "confluent-local"], ..KAFKA };

pub(super) const RABBITMQ: Engine = Engine {
    name: "RabbitMQ",
    images: &["rabbitmq"],
    compatibility: Compatibility::NextSeries,
    series: version::rabbitmq,
    back: version::same_minor,
    upgrade: "go through every minor version up to 3.13, with all stable feature flags enabled, and then to 4",
    data_default: "/var/lib/rabbitmq",
    first_start: &[
        first("RABBITMQ_DEFAULT_PASS", "change it there with rabbitmqctl change_password, then restart the clients"),
        first("RABBITMQ_DEFAULT_USER", "make the user there with rabbitmqctl add_user"),
        first("RABBITMQ_DEFAULT_VHOST", "make it there with rabbitmqctl add_vhost"),
    ],
    bound: &[
        bound("RABBITMQ_NODENAME", Class::Destroys, NODE_NAME),
        bound("RABBITMQ_NODE_NAME", Class::Destroys, NODE_NAME),
        bound("RABBITMQ_USE_LONGNAME", Class::Destroys, NODE_NAME),
        bound(
            "RABBITMQ_ERLANG_COOKIE",
            Class::Recreate,
            "nodes of different cookies do not talk to each other: stop all of them, then start them with the new one",
        ),
    ],
    members: Members {
        majority: true,
        join: Some(Act {
            class: Class::InPlace,
            why: "a new node joins by itself; quorum queues that exist get a copy there only by rabbitmq-queues grow",
            before: &[],
            after: &["kubectl exec {pod}{n} -- rabbitmq-queues grow {node} all"],
            source: "https://www.rabbitmq.com/docs/quorum-queues#replica-management",
        }),
        leave: Some(Act {
            class: Class::Refused,
            why: "a node whose pod is gone is still a member of the cluster and of its quorum queues: take its copies, then \
                  its membership, one node at a time",
            before: &["kubectl exec {peer}{n} -- rabbitmq-queues shrink {node}"],
            after: &["kubectl exec {peer}{n} -- rabbitmqctl forget_cluster_node {node}"],
            source: "https://www.rabbitmq.com/docs/clustering#removing-nodes",
        }),
        ..ALONE
    },
    // Read there, and in https://www.rabbitmq.com/docs/quorum-queues#replica-management, https://github.com/docker-library/rabbitmq.
    manual: "https://www.rabbitmq.com/docs/upgrade",
    ..NONE
};

pub(super) const NATS: Engine = Engine {
    name: "NATS",
    images: &["nats"],
    upgrade: "restore the streams from a backup",
    data_default: "/data",
    members: Members {
        majority: true,
        leave: Some(Act {
            class: Class::Refused,
            why: "JetStream counts a server whose pod is gone until it is removed: move its streams off, let one server at \
                  a time go, and remove it as a user of the system account",
            before: &[],
            after: &["nats server cluster peer-remove {pod}"],
            source: "https://docs.nats.io/running-a-nats-service/configuration/clustering/jetstream_clustering/administration",
        }),
        ..ALONE
    },
    manual: "https://docs.nats.io/running-a-nats-service/configuration/clustering/jetstream_clustering",
    ..NONE
};
