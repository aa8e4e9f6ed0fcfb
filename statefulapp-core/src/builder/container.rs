use super::keys::{Owner, keys, read, read_name};
use super::{ConfigMap, Parse, Secret, SecretKey};
use crate::handle;
use crate::model::{self, EnvFrom, EnvValue, KeyRef, Protocol, Source};
use crate::value::{EnvName, Label, MountPath, Port as PortNumber, Quantity, ResourceAmount, SubPath, ValueError};
use std::ops::{Range, RangeFrom, RangeTo};

/// What every container has. `$main` is where it is.
macro_rules! container {
    ($self:ident, $main:expr) => {
        $crate::builder::keys::keys! { $self:
            /// The image.
            parsed image: $crate::value::Image => $main.image;
            /// When the image is pulled.
            set pull: $crate::model::PullPolicy => $main.pull;
            /// Replaces the image's entrypoint.
            texts command: String => $main.command;
            /// Replaces the image's arguments.
            texts args: String => $main.args;
            /// The directory that it starts in.
            parsed working_dir: $crate::value::MountPath => $main.working_dir;
        }

        $crate::builder::container::environment!($self, $main);

        /// Request and limit of the CPU: see [`resource`](Self::resource).
        ///
        /// # Errors
        /// An amount is none of CPU.
        pub fn cpu(
            $self,
            amounts: impl $crate::builder::Parse<$crate::builder::Amounts>,
        ) -> Result<Self, $crate::value::ValueError> {
            $self.resource("cpu", amounts)
        }

        /// Request and limit of the memory: see [`resource`](Self::resource).
        ///
        /// # Errors
        /// An amount is none of memory.
        pub fn memory(
            $self,
            amounts: impl $crate::builder::Parse<$crate::builder::Amounts>,
        ) -> Result<Self, $crate::value::ValueError> {
            $self.resource("memory", amounts)
        }

        /// Request and limit of a resource: `"500m"` is a request, `"500m".."1"` a request and a limit, `.."1"` a limit.
        ///
        /// # Errors
        /// The name is not a resource's, or an amount does not fit it.
        pub fn resource(
            mut $self,
            name: impl $crate::builder::Parse<$crate::value::ResourceName>,
            amounts: impl $crate::builder::Parse<$crate::builder::Amounts>,
        ) -> Result<Self, $crate::value::ValueError> {
            let resource = $crate::builder::container::resource_of(&$self, name, amounts)?;
            $main.resources.push(resource);
            Ok($self)
        }
    };
}

/// What apps and sidecars have besides: ports, probes, hooks.
macro_rules! served {
    ($self:ident, $main:expr) => {
        /// A port that something in it listens on: a number, or a [`Port`](crate::builder::Port).
        ///
        /// # Errors
        /// The name is not one of a port, or the number is none.
        pub fn port(
            mut $self,
            name: impl $crate::builder::Parse<$crate::value::PortName>,
            port: impl $crate::builder::Parse<$crate::builder::Port>,
        ) -> Result<Self, $crate::value::ValueError> {
            let (name, port) = $crate::builder::keys::read_pair(&$self, "port", name, port)?;
            let $crate::builder::Port { number, protocol, host_port } = port;
            $main.ports.push($crate::model::ContainerPort { name, number, protocol, host_port });
            Ok($self)
        }

        $crate::builder::keys::keys! { $self:
            /// Until this probe has succeeded once, no other runs.
            typed startup: $crate::model::Probe => $main.startup;
            /// It is restarted when this probe fails.
            typed liveness: $crate::model::Probe => $main.liveness;
            /// The pod is reachable through Services while this probe succeeds.
            typed readiness: $crate::model::Probe => $main.readiness;
            /// Runs in it right after it started.
            typed post_start: $crate::model::Hook => $main.post_start;
            /// Runs in it before the stop signal.
            typed pre_stop: $crate::model::Hook => $main.pre_stop;
        }
    };
}

/// Variables.
macro_rules! environment {
    ($self:ident, $place:expr) => {
        /// An environment variable: text, a number, `secret.key("password")?`, or a [`field`](crate::builder::field).
        ///
        /// # Errors
        /// The name is not a variable's.
        pub fn env(
            mut $self,
            name: impl $crate::builder::Parse<$crate::value::EnvName>,
            value: impl $crate::builder::Parse<$crate::model::EnvValue>,
        ) -> Result<Self, $crate::value::ValueError> {
            let (name, value) = $crate::builder::keys::read_pair(&$self, "env", name, value)?;
            $place.env.push($crate::model::EnvVar { name, value });
            Ok($self)
        }

        $crate::builder::keys::keys! { $self:
            /// A ConfigMap or Secret whose every key becomes a variable: `&settings`, or an [`EnvFrom`](crate::builder::EnvFrom).
            one env_from: $crate::model::EnvFrom => $place.env_from;
        }
    };
}

pub(super) use {container, environment, served};

/// A resource with its amounts, each by the rule of the resource.
pub(super) fn resource_of(
    owner: &impl Owner,
    name: impl Parse<crate::value::ResourceName>,
    amounts: impl Parse<Amounts>,
) -> Result<model::Resource, ValueError> {
    let name = read(owner, "resource", name)?;
    let Amounts { request, limit } = read(owner, name.as_str(), amounts)?;
    for amount in request.iter().chain(&limit) {
        name.takes(amount)
            .map_err(|error| ValueError { message: format!("{}: {name} {}", owner.owner(), error.message), ..error })?;
    }
    Ok(model::Resource { name, request, limit })
}

/// An init container or a sidecar.
///
/// ```
/// use statefulapp_core::builder::{App, Container};
///
/// let web = App::new("web")?
///     .image("registry.example.com/web:2.3.1")?
///     .init(Container::new("migrate")?.command(["migrate", "up"]).memory("64Mi".."128Mi")?);
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Container(pub model::Container);

impl Owner for Container {
    fn owner(&self) -> String {
        format!("container `{}`", self.0.name)
    }
}

impl Container {
    /// A container of this name.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn new(name: impl Parse<Label>) -> Result<Self, ValueError> {
        Ok(Self(model::Container::new(read_name("container", name)?)))
    }

    container!(self, self.0);
    served!(self, self.0);

    /// A volume of the pod in it: at a path, or as a [`Mount`].
    ///
    /// # Errors
    /// The name is not a label, or the path not absolute.
    pub fn mount(mut self, volume: impl Parse<Label>, mount: impl Parse<Mount>) -> Result<Self, ValueError> {
        let (volume, mount) = super::keys::read_pair(&self, "mount", volume, mount)?;
        let Mount { path, sub_path, read_only } = mount;
        self.0.mounts.push(model::Mount { volume, path, sub_path, read_only });
        Ok(self)
    }

    /// Users and privileges, where they differ from the pod's.
    #[must_use]
    pub fn security(mut self, security: model::ContainerSecurity) -> Self {
        self.0.security = security;
        self
    }
}

impl From<Container> for model::Container {
    fn from(container: Container) -> Self {
        container.0
    }
}

/// A port that something listens on. A number alone says the same of a TCP port.
///
/// ```
/// use statefulapp_core::builder::{App, Port};
/// use statefulapp_core::model::Protocol;
///
/// let resolver = App::new("resolver")?.port("http", 8080)?.port("dns", Port::new(53)?.protocol(Protocol::UDP))?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    pub(super) number: PortNumber,
    pub(super) protocol: Protocol,
    pub(super) host_port: Option<PortNumber>,
}

impl Owner for Port {
    fn owner(&self) -> String {
        format!("port {}", self.number)
    }
}

impl Port {
    /// A TCP port of this number.
    ///
    /// # Errors
    /// The number is not a port.
    pub fn new(number: impl Parse<PortNumber>) -> Result<Self, ValueError> {
        Ok(Self { number: number.parse_value()?, protocol: Protocol::TCP, host_port: None })
    }

    keys! { self:
        /// The protocol.
        plain protocol: Protocol => self.protocol;
        /// The same number on the node, which no two pods of a node can share.
        parsed host_port: PortNumber => self.host_port;
    }
}

/// Where a container sees a volume. A path alone says the same.
///
/// ```
/// use statefulapp_core::builder::{Container, Mount};
///
/// let reader = Container::new("reader")?
///     .mount("data", "/data")?
///     .mount("settings", Mount::new("/etc/app")?.sub_path("app")?.read_only(true))?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Mount {
    path: MountPath,
    sub_path: Option<SubPath>,
    read_only: bool,
}

impl Owner for Mount {
    fn owner(&self) -> String {
        format!("mount {}", self.path)
    }
}

impl Mount {
    /// At this path.
    ///
    /// # Errors
    /// The path is not absolute.
    pub fn new(path: impl Parse<MountPath>) -> Result<Self, ValueError> {
        Ok(Self { path: path.parse_value()?, sub_path: None, read_only: false })
    }

    keys! { self:
        /// A directory or file inside the volume instead of its root.
        parsed sub_path: SubPath => self.sub_path;
        /// Whether it cannot be written there.
        plain read_only: bool => self.read_only;
    }
}

/// A request, a limit, or both: `"500m"`, `.."1"`, `"500m".."1"`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Amounts {
    request: Option<ResourceAmount>,
    limit: Option<ResourceAmount>,
}

/// What can be written for a value says the same of what holds only that value.
macro_rules! short_forms {
    ($($type:ty: $($from:ty),+ => $value:ident $make:expr;)*) => {
        $($(impl TryFrom<$from> for $type {
            type Error = ValueError;

            fn try_from($value: $from) -> Result<Self, ValueError> {
                $make
            }
        })+)*
    };
}
pub(super) use short_forms;

short_forms! {
    Port: u16, i32, u32, i64, &str, String, &String => number Self::new(number);
    Mount: &str, String, &String => path Self::new(path);
    Amounts: i32, &str, String, &String => amount Ok(Self { request: Some(amount.parse_value()?), limit: None });
}

impl From<PortNumber> for Port {
    fn from(number: PortNumber) -> Self {
        Self { number, protocol: Protocol::TCP, host_port: None }
    }
}

impl From<MountPath> for Mount {
    fn from(path: MountPath) -> Self {
        Self { path, sub_path: None, read_only: false }
    }
}

impl From<ResourceAmount> for Amounts {
    fn from(request: ResourceAmount) -> Self {
        Self { request: Some(request), limit: None }
    }
}

impl<V: Parse<ResourceAmount>> TryFrom<Range<V>> for Amounts {
    type Error = ValueError;

    fn try_from(amounts: Range<V>) -> Result<Self, ValueError> {
        Ok(Self { request: Some(amounts.start.parse_value()?), limit: Some(amounts.end.parse_value()?) })
    }
}

impl<V: Parse<ResourceAmount>> TryFrom<RangeFrom<V>> for Amounts {
    type Error = ValueError;

    fn try_from(amounts: RangeFrom<V>) -> Result<Self, ValueError> {
        Ok(Self { request: Some(amounts.start.parse_value()?), limit: None })
    }
}

impl<V: Parse<ResourceAmount>> TryFrom<RangeTo<V>> for Amounts {
    type Error = ValueError;

    fn try_from(amounts: RangeTo<V>) -> Result<Self, ValueError> {
        Ok(Self { request: None, limit: Some(amounts.end.parse_value()?) })
    }
}

impl Owner for EnvFrom {
    fn owner(&self) -> String {
        format!("env_from `{}`", self.source.name())
    }
}

/// ```
/// use statefulapp_core::builder::{App, ConfigMap, EnvFrom};
///
/// let settings = ConfigMap::new("settings")?.data("LEVEL", "info")?;
/// let web = App::new("web")?.env_from(EnvFrom::new(&settings).prefix("WEB_")?);
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl EnvFrom {
    /// Every key of a ConfigMap or Secret.
    pub fn new(source: impl Into<Source>) -> Self {
        Self { source: source.into(), prefix: None, optional: false }
    }

    keys! { self:
        /// What stands before every name.
        parsed prefix: EnvName => self.prefix;
        /// Whether the container starts without it.
        plain optional: bool => self.optional;
    }
}

impl From<&Secret> for EnvFrom {
    fn from(secret: &Secret) -> Self {
        Self::new(secret)
    }
}

impl From<&ConfigMap> for EnvFrom {
    fn from(config: &ConfigMap) -> Self {
        Self::new(config)
    }
}

/// A field of the pod, as the value of a variable: `metadata.name`, `status.podIP`.
///
/// ```
/// use statefulapp_core::builder::{App, field};
///
/// let web = App::new("web")?.env("POD_IP", field("status.podIP")?)?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
///
/// # Errors
/// It is no field that a container can get.
pub fn field(path: &str) -> Result<EnvValue, ValueError> {
    path.parse().map(EnvValue::Field)
}

/// A request or limit of the container, as the value of a variable: `limits.memory`, in the unit that the resource has.
pub fn resource(resource: impl Into<String>) -> EnvValue {
    EnvValue::Resource { resource: resource.into(), divisor: None }
}

/// The same in another unit: `resource_in("limits.memory", "1Mi")?` is a number of mebibytes.
///
/// # Errors
/// The unit is not a quantity.
pub fn resource_in(resource: impl Into<String>, unit: impl Parse<Quantity>) -> Result<EnvValue, ValueError> {
    Ok(EnvValue::Resource { resource: resource.into(), divisor: Some(unit.parse_value()?) })
}

macro_rules! texts_of {
    ($($type:ty),*) => {
        $(impl From<$type> for EnvValue {
            fn from(value: $type) -> Self {
                EnvValue::Text(value.to_string())
            }
        })*
    };
}

texts_of!(&String, bool, i32, i64, u16, u32, u64, usize, PortNumber);

/// A key that another block's handle names.
impl TryFrom<&handle::Key> for EnvValue {
    type Error = ValueError;

    fn try_from(key: &handle::Key) -> Result<Self, ValueError> {
        let of = KeyRef { name: key.name.parse()?, key: key.key.parse()?, optional: false };
        Ok(if key.secret { EnvValue::SecretKey(of) } else { EnvValue::ConfigKey(of) })
    }
}

impl TryFrom<handle::Key> for EnvValue {
    type Error = ValueError;

    fn try_from(key: handle::Key) -> Result<Self, ValueError> {
        Self::try_from(&key)
    }
}

impl TryFrom<&handle::Key> for SecretKey {
    type Error = ValueError;

    fn try_from(key: &handle::Key) -> Result<Self, ValueError> {
        match EnvValue::try_from(key)? {
            EnvValue::SecretKey(key) => Ok(SecretKey(key)),
            _ => Err(ValueError {
                rule: "secret-unknown",
                message: format!("`{}` is a ConfigMap, not a Secret", key.name),
                help: "declare a Secret, and give a key of it".to_owned(),
            }),
        }
    }
}
