use super::Parse;
use super::keys::{Owner, keys, read, texts};
use crate::model::{Handler, Hook, PortRef, Probe};
use crate::value::{Duration, HeaderName, Port, PortName, ValueError};

/// An HTTP request of a probe or a hook.
///
/// ```
/// use statefulapp_core::builder::{Hook, Http, Probe};
///
/// let request = Http::new("/ready", "admin")?.https(true).header("Accept", "text/plain")?;
/// let probe = Probe::new(request.clone());
/// let hook = Hook::new(request);
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Http {
    path: String,
    port: PortRef,
    https: bool,
    host: Option<String>,
    headers: Vec<(HeaderName, String)>,
}

/// A call of gRPC's health service.
///
/// ```
/// use statefulapp_core::builder::{Grpc, Probe};
///
/// let probe = Probe::new(Grpc::new(9090)?.service("orders"));
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Grpc {
    port: PortRef,
    service: Option<String>,
}

impl Owner for Http {
    fn owner(&self) -> String {
        "http".to_owned()
    }
}

impl Http {
    /// A request for a path, at a port by name or number.
    ///
    /// # Errors
    /// The port is text that is no port's name, or a number that is none.
    pub fn new(path: impl Into<String>, port: impl Parse<PortRef>) -> Result<Self, ValueError> {
        Ok(Self { path: path.into(), port: port_of("http", port)?, https: false, host: None, headers: Vec::new() })
    }

    keys! { self:
        /// Whether to use HTTPS; the certificate is not checked.
        plain https: bool => self.https;
        /// The host, by default the pod's address.
        typed host: String => self.host;
    }

    /// A header.
    ///
    /// # Errors
    /// The name is not a header's.
    pub fn header(mut self, name: impl Parse<HeaderName>, value: impl Into<String>) -> Result<Self, ValueError> {
        let name = read(&self, "header", name)?;
        self.headers.push((name, value.into()));
        Ok(self)
    }
}

impl Grpc {
    /// A call at a port.
    ///
    /// # Errors
    /// The port is text that is no port's name, or a number that is none.
    pub fn new(port: impl Parse<PortRef>) -> Result<Self, ValueError> {
        Ok(Self { port: port_of("grpc", port)?, service: None })
    }

    keys! { self:
        /// The service to ask for.
        typed service: String => self.service;
    }
}

fn port_of(form: &str, port: impl Parse<PortRef>) -> Result<PortRef, ValueError> {
    port.parse_value().map_err(|error| ValueError { message: format!("{form}: port {}", error.message), ..error })
}

impl From<Http> for Handler {
    fn from(Http { path, port, https, host, headers }: Http) -> Self {
        Handler::Http { path, port, https, host, headers }
    }
}

impl From<Grpc> for Handler {
    fn from(Grpc { port, service }: Grpc) -> Self {
        Handler::Grpc { port, service }
    }
}

macro_rules! handlers {
    ($($name:ident: $wrap:expr;)*) => {
        $(impl $name {
            /// Runs a program in the container.
            pub fn exec<S: Into<String>>(words: impl IntoIterator<Item = S>) -> Self {
                $wrap(Handler::Exec(texts(words).collect()))
            }

            /// Asks for a path, at a port by name or number; see also [`Http`].
            ///
            /// # Errors
            /// The port is text that is no port's name, or a number that is none.
            pub fn http(path: impl Into<String>, port: impl Parse<PortRef>) -> Result<Self, ValueError> {
                Ok($wrap(Http::new(path, port)?.into()))
            }

            /// Connects to a port, by name or number.
            ///
            /// # Errors
            /// The port is text that is no port's name, or a number that is none.
            pub fn tcp(port: impl Parse<PortRef>) -> Result<Self, ValueError> {
                Ok($wrap(Handler::Tcp(port_of("tcp", port)?)))
            }
        })*
    };
}

handlers! {
    Probe: Probe::new::<Handler>;
    Hook: Hook::Do;
}

impl Owner for Probe {
    fn owner(&self) -> String {
        "probe".to_owned()
    }
}

/// ```
/// use statefulapp_core::builder::Probe;
///
/// let startup = Probe::exec(["pg_isready", "-h", "127.0.0.1"]).period("10s")?.failures(360);
/// let readiness = Probe::http("/ready", "admin")?.timeout("3s")?;
/// let none = Probe::none();
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Probe {
    /// Asks gRPC's health service; see also [`Grpc`].
    ///
    /// # Errors
    /// The port is text that is no port's name, or a number that is none.
    pub fn grpc(port: impl Parse<PortRef>) -> Result<Self, ValueError> {
        Ok(Self::new(Grpc::new(port)?))
    }

    /// No probe, where an engine would bring one.
    pub fn none() -> Self {
        Self::new(Handler::Off)
    }

    keys! { self:
        /// Time from the container's start to the first check.
        parsed initial_delay: Duration => self.initial_delay;
        /// Time between checks.
        parsed period: Duration => self.period;
        /// Time after which a check has failed.
        parsed timeout: Duration => self.timeout;
        /// Failures in a row that count.
        set failures: u32 => self.failures;
        /// Successes in a row that count; only readiness may ask for more than one.
        set successes: u32 => self.successes;
        /// Grace period when this probe kills the container, instead of the app's; not for readiness.
        parsed grace: Duration => self.grace;
    }
}

/// ```
/// use statefulapp_core::builder::Hook;
///
/// let drain = Hook::exec(["nodetool", "drain"]);
/// let wait = Hook::sleep("5s")?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Hook {
    /// Sends a request.
    pub fn new(request: Http) -> Self {
        Hook::Do(request.into())
    }

    /// Waits.
    ///
    /// # Errors
    /// It is not a duration.
    pub fn sleep(time: impl Parse<Duration>) -> Result<Self, ValueError> {
        let named = |error: ValueError| ValueError { message: format!("hook: sleep {}", error.message), ..error };
        time.parse_value().map(Hook::Sleep).map_err(named)
    }
}

macro_rules! port_refs {
    ($($variant:ident: $($type:ty),+;)*) => {
        $($(impl TryFrom<$type> for PortRef {
            type Error = ValueError;

            fn try_from(port: $type) -> Result<Self, ValueError> {
                port.parse_value().map(PortRef::$variant)
            }
        })+)*
    };
}

port_refs! {
    Number: u16, i32, u32, i64;
    Name: &str, String, &String;
}

impl From<Port> for PortRef {
    fn from(port: Port) -> Self {
        PortRef::Number(port)
    }
}

impl From<PortName> for PortRef {
    fn from(name: PortName) -> Self {
        PortRef::Name(name)
    }
}
