use super::{ConfigMap, Parse, Secret};
use crate::model::{self, AccessMode, EngineKind, Handler, KeyRef, PortRef, Replication};
use crate::value::{
    CronSchedule, Duration, Label, MountPath, Port, PortName, StorageClassName, StorageSize, SubPath, ValueError,
};

/// A volume that each pod keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume(pub model::Volume);

impl Volume {
    /// A volume of this name and size.
    ///
    /// # Errors
    /// The name is not a label, or the size not a quantity above 0.
    pub fn new(name: impl Parse<Label>, size: impl Parse<StorageSize>) -> Result<Self, ValueError> {
        Ok(Self(model::Volume {
            name: name.parse_value()?,
            mount: None,
            sub_path: None,
            size: size.parse_value()?,
            class: None,
            access: Vec::new(),
            block: false,
            snapshot: None,
        }))
    }

    /// Where the main container sees it.
    ///
    /// # Errors
    /// The path is not absolute.
    pub fn mount(mut self, path: impl Parse<MountPath>) -> Result<Self, ValueError> {
        self.0.mount = Some(path.parse_value()?);
        Ok(self)
    }

    /// A directory inside the volume instead of its root.
    ///
    /// # Errors
    /// The path is not a relative one.
    pub fn sub_path(mut self, path: impl Parse<SubPath>) -> Result<Self, ValueError> {
        self.0.sub_path = Some(path.parse_value()?);
        Ok(self)
    }

    /// The StorageClass.
    ///
    /// # Errors
    /// The name is not one.
    pub fn class(mut self, class: impl Parse<StorageClassName>) -> Result<Self, ValueError> {
        self.0.class = Some(class.parse_value()?);
        Ok(self)
    }

    /// Who may mount it.
    #[must_use]
    pub fn access(mut self, mode: AccessMode) -> Self {
        self.0.access.push(mode);
        self
    }
}

/// A probe.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe(pub model::Probe);

impl Probe {
    /// Runs a command in the container.
    pub fn exec<S: Into<String>>(words: impl IntoIterator<Item = S>) -> Self {
        Self(model::Probe::new(Handler::Exec(words.into_iter().map(Into::into).collect())))
    }

    /// Opens a connection to a port, by name.
    ///
    /// # Errors
    /// The name is not a port's.
    pub fn tcp(port: impl Parse<PortName>) -> Result<Self, ValueError> {
        Ok(Self(model::Probe::new(Handler::Tcp(PortRef::Name(port.parse_value()?)))))
    }

    /// Sends an HTTP request to a port, by name.
    ///
    /// # Errors
    /// The name is not a port's.
    pub fn http(path: impl Into<String>, port: impl Parse<PortName>) -> Result<Self, ValueError> {
        let port = PortRef::Name(port.parse_value()?);
        Ok(Self(model::Probe::new(Handler::Http {
            path: path.into(),
            port,
            https: false,
            host: None,
            headers: Vec::new(),
        })))
    }

    /// Calls the gRPC health service on a port, by number.
    ///
    /// # Errors
    /// The number is not a port.
    pub fn grpc(port: impl Parse<Port>) -> Result<Self, ValueError> {
        Ok(Self(model::Probe::new(Handler::Grpc { port: PortRef::Number(port.parse_value()?), service: None })))
    }

    /// Time from the container's start to the first check.
    ///
    /// # Errors
    /// It is not a duration.
    pub fn initial_delay(mut self, time: impl Parse<Duration>) -> Result<Self, ValueError> {
        self.0.initial_delay = Some(time.parse_value()?);
        Ok(self)
    }

    /// Time between checks.
    ///
    /// # Errors
    /// It is not a duration.
    pub fn period(mut self, time: impl Parse<Duration>) -> Result<Self, ValueError> {
        self.0.period = Some(time.parse_value()?);
        Ok(self)
    }

    /// Time after which a check has failed.
    ///
    /// # Errors
    /// It is not a duration.
    pub fn timeout(mut self, time: impl Parse<Duration>) -> Result<Self, ValueError> {
        self.0.timeout = Some(time.parse_value()?);
        Ok(self)
    }

    /// Failures in a row that count.
    #[must_use]
    pub fn failures(mut self, failures: u32) -> Self {
        self.0.failures = Some(failures);
        self
    }
}

impl From<Probe> for model::Probe {
    fn from(probe: Probe) -> Self {
        probe.0
    }
}

/// What an app is.
#[derive(Clone, Debug, PartialEq)]
pub struct Engine(pub model::Engine);

impl Engine {
    /// An engine with nothing said of it.
    pub fn new(kind: EngineKind) -> Self {
        Self(model::Engine::new(kind))
    }

    /// The version: the image's tag.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.0.version = Some(version.into());
        self
    }

    /// The database that is made at the first start.
    #[must_use]
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.0.database = Some(name.into());
        self
    }

    /// The user that is made at the first start.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.0.user = Some(name.into());
        self
    }

    /// The user's password: `secret.reference("password")?`.
    #[must_use]
    pub fn password(mut self, key: KeyRef) -> Self {
        self.0.password = Some(key);
        self
    }

    /// The administrator's password.
    #[must_use]
    pub fn root_password(mut self, key: KeyRef) -> Self {
        self.0.root_password = Some(key);
        self
    }

    /// Configuration files.
    #[must_use]
    pub fn config(mut self, config: &ConfigMap) -> Self {
        self.0.config = Some(config.0.name.clone());
        self
    }

    /// Replication with a password of its own.
    #[must_use]
    pub fn replication(mut self, password: KeyRef) -> Self {
        self.0.replication = Some(Replication { password: Some(password), ..Replication::default() });
        self
    }

    /// The secret that the members share.
    #[must_use]
    pub fn cluster_secret(mut self, key: KeyRef) -> Self {
        self.0.cluster_secret = Some(key);
        self
    }

    /// A setting, in the engine's own words.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.settings.push((name.into(), value.into()));
        self
    }
}

/// Scheduled dumps.
#[derive(Clone, Debug, PartialEq)]
pub struct Backup(pub model::Backup);

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
        Ok(Self(model::Backup {
            schedule: schedule.parse_value()?,
            time_zone: None,
            keep: keep.parse_value()?,
            keep_at_least: None,
            bucket: bucket.into(),
            endpoint: None,
            region: None,
            credentials: None,
            scratch: None,
            deadline: None,
            restore_test: None,
        }))
    }

    /// A Secret with `access_key` and `secret_key`.
    #[must_use]
    pub fn credentials(mut self, secret: &Secret) -> Self {
        self.0.credentials = Some(secret.0.name.clone());
        self
    }

    /// The server's URL, where it is not Amazon's.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.0.endpoint = Some(url.into());
        self
    }
}
