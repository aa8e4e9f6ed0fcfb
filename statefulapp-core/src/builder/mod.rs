//! Builders: the same model without the macro, for programs that compute everything.
//!
//! ```
//! use statefulapp_core::builder::{Probe, Secret, Service, StatefulApp, Volume};
//! use statefulapp_core::model::Stack;
//!
//! let secret = Secret::new("postgres-secret")?.generate("password", 32)?;
//! let postgres = StatefulApp::new("postgres")?
//!     .image("postgres:15.2")?
//!     .service_name("postgres-headless")?
//!     .port("database", 5432)?
//!     .env("POSTGRES_DB", "myapp")?
//!     .env("POSTGRES_PASSWORD", secret.key("password")?)?
//!     .env("PGDATA", "/var/lib/postgresql/data/pgdata")?
//!     .storage(Volume::new("data", "100Gi")?.mount("/var/lib/postgresql/data")?.class("fast-ssd")?)
//!     .memory("4Gi".."8Gi")?
//!     .startup(Probe::exec(["pg_isready", "-h", "127.0.0.1"]).period("10s")?.failures(360))
//!     .grace("120s")?;
//! let read = Service::new("postgres-read")?.selects(&postgres)?.port("database")?;
//! let stack = Stack::named("postgres-cluster")?.with(secret).with(postgres).with(read);
//! assert!(stack.check().errors().is_none());
//! # Ok::<(), statefulapp_core::value::ValueError>(())
//! ```
//!
//! Every key of the language has its method, which sets one field of the [model](crate::model):
//!
//! * A key that holds one thing is a method of its name: `.grace("120s")?`. Where text is parsed, by the same rule as in the macro, the
//!   method returns a `Result`; a value of the right type is taken, too.
//! * A key that holds several things, each with a name or keys of its own, is a method of its singular that adds one: `.port(…)`,
//!   `.label(…)`, `.sidecar(…)`. Labels and annotations also come from a map: `.labels(…)`.
//! * A list of plain values is given at once, or in parts: `.args(["--verbose"])`, `.members([&web])?`.
//! * A block of keys is a type: [`Volume`], [`Probe`], [`PodSecurity`]. What is required is an argument of `new`.
//! * A word is an enumeration: `Protocol::UDP`; from data, `"UDP".parse::<Protocol>()?`.
//! * `type`, a keyword of Rust, is `kind`; `extern` is `existing`; `/// text` is `doc`.
//! * Other items are given by reference (`&secret`), or by name where they stand in another stack.
//!
//! The items of a [`Stack`] are [`StatefulApp`], [`App`], [`Service`], [`ConfigMap`], [`Secret`], [`Job`], [`CronJob`], [`Ingress`],
//! [`NetworkPolicy`], [`ServiceAccount`], [`AppGroup`] and [`Raw`]. A stack that depends on parameters is made by [`Stack::with_params`].
//!
//! The rules run on a stack that is built as on one that is declared, when it is checked or written: [`Stack::check`] says what they
//! find. Text that is no value is a [`ValueError`]: whose it is, what is wrong, what to write instead, and the rule's id.
//!
//! The fields of the model are public. What a method has set, the next line of the program can read and change.

mod app;
mod container;
mod data;
mod engine;
mod group;
mod job;
mod keys;
mod network;
mod pod;
mod probe;
mod scheduling;
mod security;
mod service;
mod stack;

#[doc(inline)]
pub use crate::model::{
    AccessMode, Affinity, AppGroup, Backup, Concurrency, ConfigMap, ContainerSecurity, CronJob, Disruption, Dns,
    DnsPolicy, Engine, EngineKind, EnvFrom, ExternalStore, FsGroupChange, Hook, Ingress, IngressRule, Job,
    NetworkAccess, NetworkPolicy, NetworkPort, NetworkRule, PodManagement, PodSecurity, Probe, Protocol, PullPolicy,
    Raw, Replication, Retain, Retention, Scratch, Secret, SecretKind, Service, ServiceAccount, ServiceKind, Spread,
    Strength, TaintEffect, Toleration, Update, Volume,
};
pub use app::{App, StatefulApp};
pub use container::{Amounts, Container, Mount, Port, field, resource, resource_in};
pub use data::{ConfigKey, SecretKey};
pub use job::Restart;
pub use network::{Addresses, Pods};
pub use pod::File;
pub use probe::{Grpc, Http};
pub use scheduling::RollingUpdate;
pub use service::{ServicePort, TrafficDistribution, TrafficPolicy};

#[doc(no_inline)]
pub use crate::model::{Param, Stack};

use crate::value::ValueError;

/// A value, or what can be parsed as one.
///
/// Text, numbers and values of the right type fit; the error is that of the value's rule.
pub trait Parse<T> {
    /// The value.
    ///
    /// # Errors
    /// The rule that the text breaks.
    fn parse_value(self) -> Result<T, ValueError>;
}

impl<T, V> Parse<T> for V
where
    V: TryInto<T>,
    ValueError: From<V::Error>,
{
    fn parse_value(self) -> Result<T, ValueError> {
        Ok(self.try_into()?)
    }
}
