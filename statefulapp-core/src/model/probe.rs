use crate::value::{Duration, HeaderName, Port, PortName};

/// A check that the kubelet makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// What is done.
    pub handler: Handler,
    /// Time from the container's start to the first check; default 0.
    pub initial_delay: Option<Duration>,
    /// Time between checks; default 10 s.
    pub period: Option<Duration>,
    /// Time after which a check has failed; default 1 s.
    pub timeout: Option<Duration>,
    /// Failures in a row that count; default 3.
    pub failures: Option<u32>,
    /// Successes in a row that count; default 1, and for liveness and startup nothing else.
    pub successes: Option<u32>,
    /// Grace period when this probe kills the container; not for readiness.
    pub grace: Option<Duration>,
}

impl Probe {
    /// A probe with the server's defaults.
    pub fn new<H: Into<Handler>>(handler: H) -> Self {
        Self {
            handler: handler.into(),
            initial_delay: None,
            period: None,
            timeout: None,
            failures: None,
            successes: None,
            grace: None,
        }
    }

    /// Seconds from the container's start until so many failures that it counts.
    pub fn budget_seconds(&self) -> u64 {
        let or = |value: &Option<Duration>, default| value.as_ref().map_or(default, |value| u64::from(value.seconds()));
        or(&self.initial_delay, 0) + or(&self.period, 10) * u64::from(self.failures.unwrap_or(3))
    }
}

/// What a probe or a hook does.
#[derive(Clone, Debug, PartialEq)]
pub enum Handler {
    /// Runs a command in the container; exit code 0 is success.
    Exec(Vec<String>),
    /// Sends an HTTP request; 200 to 399 is success.
    Http {
        /// The path.
        path: String,
        /// The port.
        port: PortRef,
        /// HTTPS instead of HTTP; the certificate is not checked.
        https: bool,
        /// The host; default the pod's address.
        host: Option<String>,
        /// Headers.
        headers: Vec<(HeaderName, String)>,
    },
    /// Opens a TCP connection.
    Tcp(PortRef),
    /// Calls the gRPC health service.
    Grpc {
        /// The port.
        port: PortRef,
        /// The service to ask for.
        service: Option<String>,
    },
    /// Nothing: there shall be no probe where an engine would bring one.
    Off,
}

impl Handler {
    /// The port that it talks to.
    pub fn port(&self) -> Option<&PortRef> {
        match self {
            Handler::Exec(_) | Handler::Off => None,
            Handler::Http { port, .. } | Handler::Tcp(port) | Handler::Grpc { port, .. } => Some(port),
        }
    }
}

/// A port, by number or by the name of a declared one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PortRef {
    /// The number.
    Number(Port),
    /// The name of a port of the container.
    Name(PortName),
}

/// What runs after a container started or before it stops.
#[derive(Clone, Debug, PartialEq)]
pub enum Hook {
    /// A command, a request or a connection.
    Do(Handler),
    /// Waits.
    Sleep(Duration),
}
