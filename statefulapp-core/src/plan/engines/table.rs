//! What is known of database images: which versions read which data, what is read at the first start only, what the
//! stored data is bound to, and what joining and leaving take.
//!
//! Facts of the official images and of the engines' documentation. They are data, so that a richer source of facts
//! about engines can feed this table.

use super::version::{self, Compatibility, Series};
use crate::plan::Class;

/// One engine in one line of images.
pub(super) struct Engine {
    /// The name for people.
    pub(super) name: &'static str,
    /// The last part of the image's repository.
    pub(super) images: &'static [&'static str],
    pub(super) compatibility: Compatibility,
    pub(super) series: Series,
    /// What to do for a version that cannot start on the data.
    pub(super) upgrade: &'static str,
    /// The command that saves all data, run in the first pod; it writes to standard output.
    pub(super) dump: Option<&'static str>,
    /// The variables and flags that say where the data is, and the default.
    pub(super) data: &'static [&'static str],
    pub(super) data_default: &'static str,
    /// Variables that are read only when the data directory is empty.
    pub(super) first_start: &'static [FirstStart],
    /// Variables and flags that the stored data is bound to.
    pub(super) bound: &'static [Bound],
    /// Variables and flags that list the voters.
    pub(super) voters: &'static [&'static str],
    /// What new members take, and what leaving ones do.
    pub(super) grow: Option<&'static str>,
    pub(super) shrink: Option<&'static str>,
    /// Run in each pod that leaves, before it does.
    pub(super) leave: Option<&'static str>,
}

/// A variable that the image reads only at its first start.
pub(super) struct FirstStart {
    pub(super) variable: &'static str,
    /// What to do besides changing it.
    pub(super) instead: &'static str,
    /// The same as a command in the first pod; it asks for the password.
    pub(super) command: Option<&'static str>,
}

/// A setting that the stored data is bound to.
pub(super) struct Bound {
    /// A variable's name, or a flag with its dashes.
    pub(super) setting: &'static str,
    pub(super) class: Class,
    pub(super) why: &'static str,
}

const fn first(variable: &'static str, instead: &'static str) -> FirstStart {
    FirstStart { variable, instead, command: None }
}

const fn password(variable: &'static str, instead: &'static str, command: &'static str) -> FirstStart {
    FirstStart { variable, instead, command: Some(command) }
}

const fn bound(setting: &'static str, class: Class, why: &'static str) -> Bound {
    Bound { setting, class, why }
}

const NONE: Engine = Engine {
    name: "",
    images: &[],
    compatibility: Compatibility::Later,
    series: version::by_minor,
    upgrade: "",
    dump: None,
    data: &[],
    data_default: "",
    first_start: &[],
    bound: &[],
    voters: &[],
    grow: None,
    shrink: None,
    leave: None,
};

const ALTER_USER: &str = "change it there with ALTER USER, then restart the clients";
const CREATE: &str = "make it there with SQL";
const INITDB: &str = "it takes a new data directory: dump and restore";
const OWN_BACKUP: &str = "restore a backup that this version made";

const POSTGRES: Engine = Engine {
    name: "PostgreSQL",
    images: &["postgres", "timescaledb", "timescaledb-ha", "postgis", "pgvector"],
    compatibility: Compatibility::WithinSeries,
    series: version::postgres,
    upgrade: "dump with pg_dumpall and restore into a new volume, or run pg_upgrade",
    dump: Some("pg_dumpall -U postgres"),
    data: &["PGDATA"],
    data_default: "/var/lib/postgresql/data",
    first_start: &[
        password("POSTGRES_PASSWORD", ALTER_USER, r"psql -U postgres -c '\password'"),
        first("POSTGRES_USER", CREATE),
        first("POSTGRES_DB", CREATE),
        first("POSTGRES_INITDB_ARGS", INITDB),
        first("POSTGRES_INITDB_WALDIR", INITDB),
        first("POSTGRES_HOST_AUTH_METHOD", "change pg_hba.conf"),
    ],
    ..NONE
};

const MYSQL_USERS: &[FirstStart] = &[
    password(
        "MYSQL_ROOT_PASSWORD",
        ALTER_USER,
        r#"bash -c 'read -rsp "new password: " p; mysql -u root -p -e "ALTER USER root@localhost IDENTIFIED BY \"$p\""'"#,
    ),
    first("MYSQL_PASSWORD", ALTER_USER),
    first("MYSQL_USER", CREATE),
    first("MYSQL_DATABASE", CREATE),
    password(
        "MARIADB_ROOT_PASSWORD",
        ALTER_USER,
        r#"bash -c 'read -rsp "new password: " p; mariadb -u root -p -e "ALTER USER root@localhost IDENTIFIED BY \"$p\""'"#,
    ),
    first("MARIADB_PASSWORD", ALTER_USER),
    first("MARIADB_USER", CREATE),
    first("MARIADB_DATABASE", CREATE),
    first("MARIADB_REPLICATION_PASSWORD", ALTER_USER),
];

const LOWER_CASE: &str = "the server does not start if it differs from what the data directory was made with";
const KAFKA_ID: &str = "the data is formatted for one cluster id: with another one no broker starts on it";
const KAFKA_NODE: &str =
    "the data belongs to one node id (meta.properties): with another one the broker does not start";
const NODE_NAME: &str = "the data is stored under the node's name: with another one the node starts empty";
const CLUSTER_NAME: &str = "nodes of different names form no cluster, and during a rolling restart both are there";
const EXCLUDE: &str = "move the shards off the nodes that leave (cluster.routing.allocation.exclude._name) and take their \
                       votes away (voting configuration exclusions) before their pods go";

const KAFKA: Engine = Engine {
    name: "Kafka",
    images: &["kafka", "kafka-native"],
    series: version::by_major,
    upgrade: OWN_BACKUP,
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
    voters: &["KAFKA_CONTROLLER_QUORUM_VOTERS", "KAFKA_CFG_CONTROLLER_QUORUM_VOTERS"],
    grow: Some(
        "a new broker holds no partition until kafka-reassign-partitions.sh moves some there, and a new controller has no \
         vote until kafka-metadata-quorum.sh add-controller",
    ),
    shrink: Some(
        "move every partition off the brokers that leave first (kafka-reassign-partitions.sh), and take the votes of \
         their controllers (kafka-metadata-quorum.sh remove-controller): a majority of the voters has to stay",
    ),
    ..NONE
};

/// All engines that the plan knows.
pub(super) const ENGINES: &[Engine] = &[
    POSTGRES,
    Engine {
        images: &["postgresql", "postgresql-repmgr"],
        data: &["POSTGRESQL_DATA_DIR"],
        data_default: "/bitnami/postgresql/data",
        first_start: &[
            first("POSTGRESQL_PASSWORD", ALTER_USER),
            first("POSTGRESQL_POSTGRES_PASSWORD", ALTER_USER),
            first("POSTGRESQL_USERNAME", CREATE),
            first("POSTGRESQL_DATABASE", CREATE),
            first("POSTGRES_PASSWORD", ALTER_USER),
        ],
        ..POSTGRES
    },
    Engine {
        name: "MySQL",
        images: &["mysql", "mysql-server", "percona", "percona-server"],
        compatibility: Compatibility::NextSeries,
        series: version::mysql,
        upgrade: "go from one long-term series to the next (5.7, 8.0, 8.4, 9.7), each started once on the data",
        dump: Some("sh -c 'mysqldump --all-databases --single-transaction -u root -p\"$MYSQL_ROOT_PASSWORD\"'"),
        data: &["--datadir"],
        data_default: "/var/lib/mysql",
        first_start: MYSQL_USERS,
        bound: &[
            bound("--lower-case-table-names", Class::Recreate, LOWER_CASE),
            bound("--lower_case_table_names", Class::Recreate, LOWER_CASE),
        ],
        ..NONE
    },
    Engine {
        name: "MariaDB",
        images: &["mariadb", "mariadb-galera"],
        upgrade: "dump and restore",
        dump: Some("sh -c 'mariadb-dump --all-databases --single-transaction -u root -p\"$MARIADB_ROOT_PASSWORD\"'"),
        data: &["--datadir"],
        data_default: "/var/lib/mysql",
        first_start: MYSQL_USERS,
        ..NONE
    },
    Engine {
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
        grow: Some("add the new members with rs.add(), and keep the number of voters odd"),
        shrink: Some("remove the members with rs.remove() before their pods go, and keep the number of voters odd"),
        ..NONE
    },
    Engine {
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
        ..NONE
    },
    Engine {
        name: "Valkey",
        images: &["valkey", "valkey-cluster"],
        upgrade: OWN_BACKUP,
        data: &["--dir"],
        data_default: "/data",
        ..NONE
    },
    KAFKA,
    Engine { images: &["cp-kafka", "cp-server", "confluent-local"], ..KAFKA },
    Engine {
        name: "ZooKeeper",
        images: &["zookeeper", "cp-zookeeper"],
        upgrade: OWN_BACKUP,
        data: &["ZOO_DATA_DIR"],
        data_default: "/data",
        bound: &[bound(
            "ZOO_MY_ID",
            Class::Recreate,
            "written to the file myid at the first start, and without effect afterwards",
        )],
        voters: &["ZOO_SERVERS", "ZOOKEEPER_SERVERS"],
        grow: Some("every member has to know every other one: change ZOO_SERVERS and the replicas together"),
        shrink: Some("a majority of the earlier members has to stay: shrink by one, with ZOO_SERVERS changed alike"),
        ..NONE
    },
    Engine {
        name: "etcd",
        images: &["etcd"],
        compatibility: Compatibility::NextSeries,
        series: version::etcd,
        upgrade: "go through every minor version (3.4, 3.5, 3.6)",
        data: &["ETCD_DATA_DIR", "--data-dir"],
        data_default: "/default.etcd",
        bound: &[
            bound("ETCD_NAME", Class::Recreate, "a member is known by its name: add it as a new member"),
            bound("--name", Class::Recreate, "a member is known by its name: add it as a new member"),
        ],
        voters: &["ETCD_INITIAL_CLUSTER", "--initial-cluster"],
        grow: Some(
            "etcdctl member add comes first, one member at a time, and the new pod starts with \
             --initial-cluster-state=existing",
        ),
        shrink: Some("etcdctl member remove comes first, one member at a time: a majority has to stay"),
        ..NONE
    },
    Engine {
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
        shrink: Some(EXCLUDE),
        ..NONE
    },
    Engine {
        name: "OpenSearch",
        images: &["opensearch"],
        compatibility: Compatibility::NextSeries,
        series: version::by_major,
        upgrade: "go through the last minor version of every major one",
        data: &["path.data"],
        data_default: "/usr/share/opensearch/data",
        first_start: &[first("OPENSEARCH_INITIAL_ADMIN_PASSWORD", "change it there with the security API")],
        bound: &[bound("cluster.name", Class::Recreate, CLUSTER_NAME)],
        shrink: Some(EXCLUDE),
        ..NONE
    },
    Engine {
        name: "Cassandra",
        images: &["cassandra"],
        compatibility: Compatibility::NextSeries,
        series: version::cassandra,
        upgrade: "go through every major version (3.11, 4.1, 5.0), with nodetool upgradesstables at each",
        data_default: "/var/lib/cassandra",
        bound: &[
            bound(
                "CASSANDRA_CLUSTER_NAME",
                Class::Recreate,
                "the name is stored in the data: no node starts with another",
            ),
            bound("CASSANDRA_DC", Class::Recreate, "a node does not start in another data center than its data is of"),
            bound("CASSANDRA_RACK", Class::Recreate, "a node does not start in another rack than its data is of"),
            bound("CASSANDRA_NUM_TOKENS", Class::Recreate, "a node does not start with another number of tokens"),
        ],
        shrink: Some(
            "each node hands its data over with nodetool decommission before its pod goes, the last one first",
        ),
        leave: Some("nodetool decommission"),
        ..NONE
    },
    Engine {
        name: "RabbitMQ",
        images: &["rabbitmq"],
        compatibility: Compatibility::NextSeries,
        series: version::rabbitmq,
        upgrade: "go through every minor version up to 3.13, with all stable feature flags enabled, and then to 4",
        data_default: "/var/lib/rabbitmq",
        first_start: &[
            first(
                "RABBITMQ_DEFAULT_PASS",
                "change it there with rabbitmqctl change_password, then restart the clients",
            ),
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
        shrink: Some("run rabbitmqctl forget_cluster_node for each node that left: quorum queues count it until then"),
        ..NONE
    },
    Engine {
        name: "NATS",
        images: &["nats"],
        upgrade: "restore the streams from a backup",
        data_default: "/data",
        shrink: Some(
            "move the streams off the servers that leave and run nats server raft peer-remove: JetStream counts them \
             until then",
        ),
        ..NONE
    },
    Engine {
        name: "InfluxDB",
        images: &["influxdb"],
        compatibility: Compatibility::WithinSeries,
        series: version::by_major,
        upgrade: "export and import, or influxd upgrade",
        data_default: "/var/lib/influxdb2",
        first_start: &[first("DOCKER_INFLUXDB_INIT_PASSWORD", "change it there with influx user password")],
        ..NONE
    },
];
