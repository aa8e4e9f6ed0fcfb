use super::KeyRef;
use crate::value::{CronSchedule, Duration, Subdomain};

/// What an app is, so that what is known of its image completes the declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Engine {
    /// Which one.
    pub kind: EngineKind,
    /// The version: the image's tag, `17.2`, `8.0-alpine`. Default: the newest that the table knows.
    pub version: Option<String>,
    /// The database that is made at the first start.
    pub database: Option<String>,
    /// The user that is made at the first start.
    pub user: Option<String>,
    /// The user's password (where there is only one user, that one's).
    pub password: Option<KeyRef>,
    /// The administrator's password, where it is another one.
    pub root_password: Option<KeyRef>,
    /// Configuration files.
    pub config: Option<Subdomain>,
    /// Replication or clustering that needs credentials of its own.
    pub replication: Option<Replication>,
    /// The cluster's name or identity, where the members must agree on one.
    pub cluster: Option<String>,
    /// The secret that members share: Erlang cookie, keyfile, …
    pub cluster_secret: Option<KeyRef>,
    /// Kafka: the ZooKeeper app, for images that still speak it.
    pub zookeeper: Option<crate::value::AppName>,
    /// Further settings, in the engine's own words.
    pub settings: Vec<(String, String)>,
}

impl Engine {
    /// An engine with nothing said of it.
    pub fn new(kind: EngineKind) -> Self {
        Self {
            kind,
            version: None,
            database: None,
            user: None,
            password: None,
            root_password: None,
            config: None,
            replication: None,
            cluster: None,
            cluster_secret: None,
            zookeeper: None,
            settings: Vec::new(),
        }
    }
}

/// The engines that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EngineKind {
    /// PostgreSQL, image `postgres`.
    Postgres,
    /// MySQL, image `mysql`.
    Mysql,
    /// MariaDB, image `mariadb`.
    Mariadb,
    /// MongoDB, image `mongo`.
    Mongodb,
    /// Redis, image `redis`.
    Redis,
    /// Apache Kafka in KRaft mode, image `apache/kafka`.
    Kafka,
    /// Apache ZooKeeper, image `zookeeper`.
    Zookeeper,
    /// Apache Cassandra, image `cassandra`.
    Cassandra,
    /// RabbitMQ, image `rabbitmq`.
    Rabbitmq,
    /// NATS with JetStream, image `nats`.
    Nats,
    /// Elasticsearch, image `docker.elastic.co/elasticsearch/elasticsearch`.
    Elasticsearch,
    /// OpenSearch, image `opensearchproject/opensearch`.
    Opensearch,
    /// etcd, image `quay.io/coreos/etcd`.
    Etcd,
    /// An image of one's own, of which nothing is known.
    Custom,
}

/// Replication or clustering, and its credentials.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replication {
    /// The form, where the engine has several: `group`, `gtid`, `cluster`, `replica-set`.
    pub mode: Option<String>,
    /// The user that replicas connect as.
    pub user: Option<String>,
    /// That user's password.
    pub password: Option<KeyRef>,
    /// Redis Cluster: replicas for each primary.
    pub replicas_per_primary: Option<u32>,
}

/// Scheduled dumps to S3-compatible storage, and the restore Job made from the same declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Backup {
    /// When.
    pub schedule: CronSchedule,
    /// The time zone of the schedule; default the control plane's, usually UTC.
    pub time_zone: Option<crate::value::TimeZone>,
    /// How long a backup is kept.
    pub keep: Duration,
    /// However old they are, so many stay; default 3.
    pub keep_at_least: Option<u32>,
    /// The bucket, and below it a path: `backup-bucket/postgres`.
    pub bucket: String,
    /// The server's URL, where it is not Amazon's.
    pub endpoint: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// A Secret with `access_key` and `secret_key`.
    pub credentials: Option<Subdomain>,
    /// Space for one dump; default the size of the data volume.
    pub scratch: Option<crate::value::StorageSize>,
    /// Time after which a backup has failed; default 6 h.
    pub deadline: Option<Duration>,
    /// When a restore into an empty server is tried.
    pub restore_test: Option<CronSchedule>,
}
