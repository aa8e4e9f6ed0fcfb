//! Stores of documents, keys and columns.

use super::{ALONE, Act, Engine, Members, NONE, OWN_BACKUP, bound, first, password};
use crate::plan::{
    Class,
    engines::version::{self, Compatibility},
};

const CLUSTER_NAME: &str = "nodes of different names form no cluster, and during a rolling restart both are there";

/// Elasticsearch and OpenSearch: shards and votes leave before the pod does.
const SHARDS: Members = Members {
    majority: true,
    leave: Some(Act {
        class: Class::Refused,
        why: "a node whose pod is gone takes its shards and its vote along: move the shards off, wait until \
              _cat/allocation shows none there, take its vote, and let one node at a time go (with security switched on \
              curl needs https:// and a user)",
        before: &[
            "kubectl exec {peer}{n} -- curl -s -X PUT localhost:9200/_cluster/settings -H 'Content-Type: \
             application/json' -d '{\"persistent\":{\"cluster.routing.allocation.exclude._name\":\"{pod}\"}}'",
            "kubectl exec {peer}{n} -- curl -s 'localhost:9200/_cat/allocation?v'",
            "kubectl exec {peer}{n} -- curl -s -X POST \
             'localhost:9200/_cluster/voting_config_exclusions?node_names={pod}'",
        ],
        after: &[
            "kubectl exec {peer}{n} -- curl -s -X DELETE localhost:9200/_cluster/voting_config_exclusions",
            "kubectl exec {peer}{n} -- curl -s -X PUT localhost:9200/_cluster/settings -H 'Content-Type: \
             application/json' -d '{\"persistent\":{\"cluster.routing.allocation.exclude._name\":null}}'",
        ],
        source: "https://www.elastic.co/docs/deploy-manage/maintenance/add-and-remove-elasticsearch-nodes",
    }),
    ..ALONE
};

pub(super) const MONGODB: Engine = Engine {
    name: "MongoDB",
    images: &["mongo", "mongodb", "mongodb-community-server", "mongodb-enterprise-server"],
    compatibility: Compatibility::NextSeries,
    series: version::mongo,
    upgrade: "go through every major version (4.4, 5.0, 6.0, 7.0, 8.0), setting featureCompatibilityVersion at each",
    dump: Some("mongodump --archive --gzip"),
    data: &["--dbpath"],
    data_default: "/data/db",
    first_start: &[
        password(
            "MONGO_INITDB_ROOT_PASSWORD",
            "change it there with db.changeUserPassword(), then restart the clients",
            "mongosh admin -u root --eval 'db.changeUserPassword(\"root\", passwordPrompt())'",
        ),
        first("MONGO_INITDB_ROOT_USERNAME", "make the user there with db.createUser()"),
        first("MONGO_INITDB_DATABASE", "the first write makes a database"),
    ],
    bound: &[bound(
        "--replSet",
        Class::Recreate,
        "the name is stored in the data: with another one no member starts as part of the set",
    )],
    back: version::same_minor,
    members: Members {
        majority: true,
        join: Some(Act {
            class: Class::Recreate,
            why: "a new pod is no member of the set until it is added, one at a time, at most 7 of them with a vote",
            before: &[],
            after: &[
                "kubectl exec -it {peer}{n} -- mongosh 'mongodb://{peer-address}/admin?replicaSet={set}' -u root \
                 --eval 'rs.add(\"{host}:27017\")'",
            ],
            source: "https://www.mongodb.com/docs/manual/tutorial/expand-replica-set/",
        }),
        leave: Some(Act {
            class: Class::Refused,
            why: "a member whose pod is gone keeps its vote until rs.remove, one at a time and before its pod stops",
            before: &[
                "kubectl exec -it {peer}{n} -- mongosh 'mongodb://{peer-address}/admin?replicaSet={set}' -u root \
                 --eval 'rs.remove(\"{host}:27017\")'",
            ],
            after: &[],
            source: "https://www.mongodb.com/docs/manual/tutorial/remove-replica-set-member/",
        }),
        ..ALONE
    },
    // Read there, and in https://www.mongodb.com/docs/manual/tutorial/expand-replica-set/, https://www.mongodb.com/docs/manual/tutorial/remove-replica-set-member/, https://github.com/docker-library/mongo.
    names: Some(
        "the set keeps the host names of its members in its configuration: change them with rs.reconfig, one at a time",
    ),
    manual: "https://www.mongodb.com/docs/manual/release-notes/8.0-upgrade-replica-set/",
};

/// Redis Cluster: every node has slots, and with them keys that nobody else has.
const SLOTS: Members = Members {
    majority: true,
    with: Some("--cluster-enabled"),
    join: Some(Act {
        class: Class::Recreate,
        why: "a new node has no slots until it is added to the cluster and slots are moved there",
        before: &[],
        after: &[
            "kubectl exec {peer}{n} -- redis-cli --cluster add-node $(kubectl get pod {pod}{n} -o \
             jsonpath='{.status.podIP}'):6379 127.0.0.1:6379",
            "kubectl exec {peer}{n} -- redis-cli --cluster rebalance 127.0.0.1:6379 --cluster-use-empty-masters",
        ],
        source: "https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/",
    }),
    leave: Some(Act {
        class: Class::Refused,
        why: "a primary whose pod is gone takes its slots, and the keys in them, along: move its slots off, then remove it, \
              one node at a time, and keep at least three primaries",
        before: &[
            "kubectl exec {peer}{n} -- redis-cli --cluster rebalance 127.0.0.1:6379 --cluster-weight $(kubectl exec \
             {pod}{n} -- redis-cli cluster myid)=0",
            "kubectl exec {peer}{n} -- redis-cli --cluster del-node 127.0.0.1:6379 $(kubectl exec {pod}{n} -- redis-cli \
             cluster myid)",
        ],
        after: &[],
        source: "https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/",
    }),
    ..ALONE
};

pub(super) const REDIS: Engine = Engine {
    name: "Redis",
    images: &["redis", "redis-stack-server", "redis-cluster"],
    upgrade: OWN_BACKUP,
    data: &["--dir"],
    data_default: "/data",
    bound: &[bound(
        "--cluster-enabled",
        Class::Recreate,
        "a server in cluster mode and one outside of it do not share data: make a new cluster and copy the keys",
    )],
    members: SLOTS,
    // Read there, and in https://github.com/docker-library/redis.
    manual: "https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/",
    ..NONE
};

pub(super) const VALKEY: Engine = Engine {
    name: "Valkey",
    images: &["valkey", "valkey-cluster"],
    upgrade: OWN_BACKUP,
    data: &["--dir"],
    data_default: "/data",
    members: SLOTS,
    // Read there, and in https://valkey.io/topics/cluster-tutorial/.
    manual: "https://valkey.io/topics/persistence/",
    ..NONE
};

pub(super) const ELASTICSEARCH: Engine = Engine {
    name: "Elasticsearch",
    images: &["elasticsearch"],
    compatibility: Compatibility::NextSeries,
    series: version::by_major,
    upgrade: "go through the last minor version of every major one (6.8, 7.17, 8.19), and reindex what is older",
    data: &["path.data"],
    data_default: "/usr/share/elasticsearch/data",
    first_start: &[first(
        "ELASTIC_PASSWORD",
        "change it there with elasticsearch-reset-password or the security API, then restart the clients",
    )],
    bound: &[bound("cluster.name", Class::Recreate, CLUSTER_NAME)],
    back: version::never,
    members: SHARDS,
    // Read there, and in https://www.elastic.co/docs/deploy-manage/maintenance/add-and-remove-elasticsearch-nodes.
    manual: "https://www.elastic.co/docs/deploy-manage/upgrade",
    ..NONE
};

pub(super) const OPENSEARCH: Engine = Engine {
    name: "OpenSearch",
    images: &["opensearch"],
    compatibility: Compatibility::NextSeries,
    series: version::by_major,
    upgrade: "go through the last minor version of every major one",
    data: &["path.data"],
    data_default: "/usr/share/opensearch/data",
    first_start: &[first("OPENSEARCH_INITIAL_ADMIN_PASSWORD", "change it there with the security API")],
    bound: &[bound("cluster.name", Class::Recreate, CLUSTER_NAME)],
    back: version::never,
    members: SHARDS,
    // Read there, and in https://docs.opensearch.org/latest/tuning-your-cluster/discovery-cluster-formation/voting-configuration/.
    manual: "https://docs.opensearch.org/latest/install-and-configure/upgrade-opensearch/index/",
    ..NONE
};

pub(super) const CASSANDRA: Engine = Engine {
    name: "Cassandra",
    images: &["cassandra"],
    compatibility: Compatibility::NextSeries,
    series: version::cassandra,
    upgrade: "go through every major version (3.11, 4.1, 5.0), with nodetool upgradesstables at each",
    data_default: "/var/lib/cassandra",
    bound: &[
        bound("CASSANDRA_CLUSTER_NAME", Class::Recreate, "the name is stored in the data: no node starts with another"),
        bound("CASSANDRA_DC", Class::Recreate, "a node does not start in another data center than its data is of"),
        bound("CASSANDRA_RACK", Class::Recreate, "a node does not start in another rack than its data is of"),
        bound("CASSANDRA_NUM_TOKENS", Class::Recreate, "a node does not start with another number of tokens"),
    ],
    back: version::same_minor,
    members: Members {
        join: Some(Act {
            class: Class::InPlace,
            why: "a new node joins by itself and takes its share of the data; the others free the space only by nodetool \
                  cleanup",
            before: &[],
            after: &["kubectl exec {peer}{n} -- nodetool cleanup"],
            source: "https://cassandra.apache.org/doc/stable/cassandra/managing/operating/topo_changes.html",
        }),
        leave: Some(Act {
            class: Class::Refused,
            why: "each node hands its data over with nodetool decommission before its pod goes, the last one first, and \
                  as many nodes have to stay as the keyspaces have copies",
            before: &["kubectl exec {pod}{n} -- nodetool decommission"],
            after: &[],
            source: "https://cassandra.apache.org/doc/stable/cassandra/managing/operating/topo_changes.html",
        }),
        ..ALONE
    },
    // Read there, and in https://github.com/docker-library/cassandra.
    manual: "https://github.com/apache/cassandra/blob/trunk/NEWS.txt",
    ..NONE
};
