//! Builders: the same model without the macro, for programs that compute everything.
//!
//! Each method takes a value of the right type, or text that is parsed by the same rule as in the macro. The macro and the builder
//! give equal stacks for equal input.
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
//!     .memory("4Gi", "8Gi")?
//!     .startup(Probe::exec(["pg_isready", "-h", "127.0.0.1"]).period("10s")?.failures(360))
//!     .grace("120s")?;
//! let read = Service::new("postgres-read")?.selects(&postgres).port("database")?;
//! let stack = Stack::named("postgres-cluster")?.with(secret).with(postgres).with(read);
//! assert!(stack.check().errors().is_none());
//! # Ok::<(), statefulapp_core::value::ValueError>(())
//! ```

mod app;
mod data;
mod job;
mod parts;
mod service;

pub use app::{App, Container, StatefulApp};
pub use data::{ConfigMap, Secret};
pub use job::{CronJob, Job};
pub use parts::{Backup, Engine, Probe, Volume};
pub use service::Service;

use crate::model::{Item, Stack};
use crate::value::{Label, ValueError};

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

impl Stack {
    /// A stack of this name, without items.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn named(name: impl Parse<Label>) -> Result<Self, ValueError> {
        Ok(Self { name: Some(name.parse_value()?), ..Self::default() })
    }

    /// The namespace of all objects.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn in_namespace(mut self, namespace: impl Parse<Label>) -> Result<Self, ValueError> {
        self.namespace = Some(namespace.parse_value()?);
        Ok(self)
    }

    /// The stack with one more item.
    #[must_use]
    pub fn with(mut self, item: impl Into<Item>) -> Self {
        self.items.push(item.into());
        self
    }
}
