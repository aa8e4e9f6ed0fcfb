//! Values that are parsed, not validated: each has one `FromStr` whose rule equals the API server's.
//!
//! A model that is built from these types cannot hold a bad value. Where a rule is *stricter* than the server's, the
//! server accepts the value but it can never work or means something else; [`RULES`] names every rule and says why.
//!
//! ```
//! use statefulapp_core::value::{Port, StorageSize};
//!
//! let size: StorageSize = "100Gi".parse()?;
//! assert_eq!(size.bytes(), 107_374_182_400);
//! assert_eq!(Port::try_from(5432)?.get(), 5432);
//!
//! let error = "10GB".parse::<StorageSize>().unwrap_err();
//! assert_eq!(error.message, r#""10GB" is not a Kubernetes quantity"#);
//! assert_eq!(error.help, "write 10G (10^9 bytes each) or 10Gi (2^30)");
//! # Ok::<(), statefulapp_core::value::ValueError>(())
//! ```

mod amount;
mod capability;
pub(crate) mod command;
mod cron;
mod duration;
mod environment;
mod error;
mod host;
mod image;
mod label;
mod name;
mod number;
mod path;
mod port;
mod quantity;
mod resource_name;
mod rules;
mod suggest;
mod text;
mod time_zone;
mod version;

pub use amount::{CpuAmount, MemoryAmount, ResourceAmount, StorageSize};
pub use capability::Capability;
pub use cron::CronSchedule;
pub use duration::Duration;
pub use environment::{DataKey, EnvName, EnvPrefix, HeaderName};
pub use error::ValueError;
pub use host::{Cidr, Hostname, IpAddress, SearchDomain};
pub use image::Image;
pub use label::{AnnotationKey, LabelKey, LabelValue, TopologyKey};
pub use name::{
    AppName, CronJobName, JobName, Label, PdbName, PortName, ServicePortName, StorageClassName, Subdomain, to_name,
};
pub use number::{FileMode, IntOrPercent, Percent};
pub use path::{ItemPath, MountPath, SubPath};
pub use port::{NodePort, Port};
pub use quantity::Quantity;
pub use resource_name::ResourceName;
pub use rules::{RULES, Strictness};
pub use suggest::suggest;
pub use time_zone::TimeZone;
pub use version::KubernetesVersion;
