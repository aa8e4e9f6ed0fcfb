use super::keys::{Owner, keys, read};
use super::{Parse, SecretKey};
use crate::model::{Backup, Engine, Replication};
use crate::value::{AppName, CronSchedule, Duration, StorageSize, Subdomain, TimeZone, ValueError};
use std::fmt::Display;

impl Owner for Engine {
    fn owner(&self) -> String {
        format!("engine {}", crate::engine::facts(self.kind).name)
    }
}

/// ```
/// use statefulapp_core::builder::{Engine, EngineKind, Replication, Secret};
///
/// let login = Secret::new("login")?.generate("password", 32)?.generate("replication", 32)?;
/// let engine = Engine::new(EngineKind::Postgres)
///     .version("17.6")
///     .database("shop")
///     .password(login.key("password")?)?
///     .replication(Replication::new().password(login.key("replication")?)?)
///     .setting("max_connections", 200);
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
///
/// An engine whose name is data is `Engine::named("postgres")?`.
impl Engine {
    /// The engine of this name: `postgres`, `kafka`, `custom`.
    ///
    /// # Errors
    /// There is none.
    pub fn named(name: &str) -> Result<Self, ValueError> {
        crate::engine::named(name).map(|facts| Self::new(facts.kind))
    }

    keys! { self:
        /// The version: the image's tag.
        typed version: String => self.version;
        /// The database that is made at the first start.
        typed database: String => self.database;
        /// The user that is made at the first start.
        typed user: String => self.user;
        /// The user's password; where there is only one user, that one's.
        parsed password: SecretKey => self.password;
        /// The administrator's password.
        parsed root_password: SecretKey => self.root_password;
        /// Configuration files: a ConfigMap.
        parsed config: Subdomain => self.config;
        /// Replication or clustering that needs credentials of its own.
        set replication: Replication => self.replication;
        /// The cluster's name or identity.
        typed cluster: String => self.cluster;
        /// The secret that the members share: Erlang cookie, keyfile.
        parsed cluster_secret: SecretKey => self.cluster_secret;
        /// Kafka: the ZooKeeper app, for images that still speak it.
        parsed zookeeper: AppName => self.zookeeper;
    }

    /// A further setting, in the engine's own words.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.settings.push((name.into(), value.to_string()));
        self
    }
}

impl Owner for Replication {
    fn owner(&self) -> String {
        "replication".to_owned()
    }
}

/// ```
/// use statefulapp_core::builder::Replication;
///
/// let cluster = Replication::new().mode("cluster").replicas_per_primary(1);
/// ```
impl Replication {
    /// The engine's only form, or the one that [`mode`](Self::mode) says.
    pub fn new() -> Self {
        Self::default()
    }

    keys! { self:
        /// The form, where the engine has several.
        typed mode: String => self.mode;
        /// The user that replicas connect as.
        typed user: String => self.user;
        /// That user's password.
        parsed password: SecretKey => self.password;
        /// Redis Cluster: replicas for each primary.
        set replicas_per_primary: u32 => self.replicas_per_primary;
    }
}

impl Owner for Backup {
    fn owner(&self) -> String {
        "backup".to_owned()
    }
}

/// ```
/// use statefulapp_core::builder::{Backup, Secret};
///
/// let s3 = Secret::existing("s3", ["access_key", "secret_key"])?;
/// let backup = Backup::new("0 2 * * *", "30d", "backups/shop")?.credentials(&s3)?.restore_test("0 4 * * sun")?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Backup {
    /// A backup at these times, kept so long, in this bucket.
    ///
    /// # Errors
    /// The schedule or the duration is not one.
    pub fn new(
        schedule: impl Parse<CronSchedule>,
        keep: impl Parse<Duration>,
        bucket: impl Into<String>,
    ) -> Result<Self, ValueError> {
        struct New;
        impl Owner for New {
            fn owner(&self) -> String {
                "backup".to_owned()
            }
        }
        Ok(Self {
            schedule: read(&New, "schedule", schedule)?,
            time_zone: None,
            keep: read(&New, "keep", keep)?,
            keep_at_least: None,
            bucket: bucket.into(),
            endpoint: None,
            region: None,
            credentials: None,
            scratch: None,
            deadline: None,
            restore_test: None,
        })
    }

    keys! { self:
        /// The time zone of the schedule.
        parsed time_zone: TimeZone => self.time_zone;
        /// However old they are, so many stay.
        set keep_at_least: u32 => self.keep_at_least;
        /// The server's URL, where it is not Amazon's.
        typed endpoint: String => self.endpoint;
        /// The region.
        typed region: String => self.region;
        /// A Secret with the keys `access_key` and `secret_key`.
        parsed credentials: Subdomain => self.credentials;
        /// Space for one dump, by default the size of the data volume.
        parsed scratch: StorageSize => self.scratch;
        /// Time after which a backup has failed.
        parsed deadline: Duration => self.deadline;
        /// When a restore into an empty server is tried.
        parsed restore_test: CronSchedule => self.restore_test;
    }
}
