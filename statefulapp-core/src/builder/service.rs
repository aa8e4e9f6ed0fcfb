use super::Parse;
use super::container::short_forms;
use super::keys::{Owner, keys, meta, read, read_all, read_name};
use crate::model::{self, Ingress, IngressRule, Item, Meta, PortRef, Protocol, Selects, Service, ServiceKind};
use crate::value::{
    AppName, Cidr, Duration, Hostname, IpAddress, Label, LabelKey, NodePort, Port, ServicePortName, Subdomain,
    ValueError,
};

impl Owner for Service {
    fn owner(&self) -> String {
        format!("Service `{}`", self.name)
    }
}

/// ```
/// use statefulapp_core::builder::{Service, ServiceKind, ServicePort, StatefulApp};
///
/// let db = StatefulApp::new("db")?.port("database", 5432)?;
/// let read = Service::new("db-read")?.selects(&db)?.port("database")?;
/// let outside = Service::new("db-outside")?
///     .selects_pod(&db, 0)?
///     .kind(ServiceKind::NodePort)
///     .port(ServicePort::new("database")?.number(5432)?.node_port(30432)?)?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Service {
    /// A Service of this name.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn new(name: impl Parse<Label>) -> Result<Self, ValueError> {
        Ok(Self::of(read_name("Service", name)?))
    }

    /// One that exists in the cluster already: nothing is written for it. In the macro it is `extern`.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn existing(name: impl Parse<Label>) -> Result<Self, ValueError> {
        Ok(Self { is_extern: true, ..Self::new(name)? })
    }

    /// The app that it leads to.
    ///
    /// # Errors
    /// It is text that is no name.
    pub fn selects(mut self, app: impl Parse<AppName>) -> Result<Self, ValueError> {
        self.selects = Some(Selects { app: read(&self, "selects", app)?, pod: None });
        Ok(self)
    }

    /// One pod of an app.
    ///
    /// # Errors
    /// It is text that is no name.
    pub fn selects_pod(mut self, app: impl Parse<AppName>, ordinal: u32) -> Result<Self, ValueError> {
        self.selects = Some(Selects { app: read(&self, "selects", app)?, pod: Some(ordinal) });
        Ok(self)
    }

    /// A port: the name or number of one of the app's, or a [`ServicePort`].
    ///
    /// # Errors
    /// It is text that is no port's name, or a number that is none.
    pub fn port(mut self, port: impl Parse<model::ServicePort>) -> Result<Self, ValueError> {
        let port = read(&self, "port", port)?;
        self.ports.push(port);
        Ok(self)
    }

    keys! { self:
        /// How it is reached, by default at an address inside the cluster. The key is `type`, which is a keyword of Rust.
        plain kind: ServiceKind => self.kind;
        /// Whether it has no address of its own, so that its name resolves to the pods.
        plain headless: bool => self.headless;
        /// Whether pods that are not ready are listed.
        plain publish_not_ready: bool => self.publish_not_ready;
        /// Addresses that may reach a LoadBalancer.
        several source_ranges: Cidr => self.source_ranges;
        /// The implementation that makes the load balancer. It cannot be changed later.
        parsed load_balancer_class: LabelKey => self.load_balancer_class;
        /// The name that an ExternalName stands for.
        parsed external_name: Hostname => self.external_name;
        /// A Service for every pod, `<name>-<ordinal>`, so that each can be reached from outside.
        plain each_pod: bool => self.each_pod;
    }

    /// A fixed address of the cluster's service range.
    ///
    /// # Errors
    /// It is not an address.
    pub fn cluster_ip(mut self, address: impl Parse<IpAddress>) -> Result<Self, ValueError> {
        self.cluster_ip = Some(read::<IpAddress>(&self, "cluster_ip", address)?.to_string());
        Ok(self)
    }

    /// A client stays with one pod, for so long.
    ///
    /// # Errors
    /// It is not a duration.
    pub fn sticky_for(mut self, time: impl Parse<Duration>) -> Result<Self, ValueError> {
        self.sticky = Some(Some(read(&self, "sticky", time)?));
        Ok(self)
    }

    /// Whether a client stays with one pod, for 3 hours.
    #[must_use]
    pub fn sticky(mut self, sticky: bool) -> Self {
        self.sticky = sticky.then_some(None);
        self
    }

    /// Where traffic from outside goes.
    #[must_use]
    pub fn external_traffic(mut self, policy: TrafficPolicy) -> Self {
        self.local_traffic = Some(policy == TrafficPolicy::Local);
        self
    }

    /// Where traffic from inside the cluster goes.
    #[must_use]
    pub fn internal_traffic(mut self, policy: TrafficPolicy) -> Self {
        self.internal_local_traffic = Some(policy == TrafficPolicy::Local);
        self
    }

    /// Which endpoints are preferred.
    #[must_use]
    pub fn traffic_distribution(mut self, distribution: TrafficDistribution) -> Self {
        self.traffic_distribution = Some(distribution.as_str().to_owned());
        self
    }

    meta!(self, self.meta);
}

/// Where traffic of a Service goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrafficPolicy {
    /// Any endpoint.
    Cluster,
    /// Only endpoints on the node that the traffic arrives at.
    Local,
}

/// Which endpoints of a Service are preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrafficDistribution {
    /// Endpoints of the client's zone.
    PreferSameZone,
    /// Endpoints of the client's node.
    PreferSameNode,
    /// The old name of `PreferSameZone`.
    PreferClose,
}

impl TrafficDistribution {
    /// The name as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            TrafficDistribution::PreferSameZone => "PreferSameZone",
            TrafficDistribution::PreferSameNode => "PreferSameNode",
            TrafficDistribution::PreferClose => "PreferClose",
        }
    }
}

impl From<Service> for Item {
    fn from(service: Service) -> Item {
        Item::Service(service)
    }
}

impl From<&Service> for Label {
    fn from(service: &Service) -> Label {
        service.name.clone()
    }
}

/// A port of a Service. A name or number alone is one that leads to the app's port of that name or number.
///
/// ```
/// use statefulapp_core::builder::{App, Service, ServicePort};
///
/// let web = App::new("web")?.port("http", 8080)?;
/// let service = Service::new("shop")?.selects(&web)?.port(ServicePort::new("web")?.number(80)?.target("http")?)?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePort {
    name: ServicePortName,
    number: Option<Port>,
    target: Option<PortRef>,
    protocol: Option<Protocol>,
    node_port: Option<NodePort>,
    app_protocol: Option<LabelKey>,
}

impl Owner for ServicePort {
    fn owner(&self) -> String {
        format!("port `{}`", self.name)
    }
}

impl ServicePort {
    /// A port of this name.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn new(name: impl Parse<ServicePortName>) -> Result<Self, ValueError> {
        Ok(Self {
            name: read_name("port", name)?,
            number: None,
            target: None,
            protocol: None,
            node_port: None,
            app_protocol: None,
        })
    }

    keys! { self:
        /// The number that clients use, by default that of the target.
        parsed number: Port => self.number;
        /// The app's port that it leads to, by name or number; by default the one of the same name.
        parsed target: PortRef => self.target;
        /// The protocol, by default that of the target.
        set protocol: Protocol => self.protocol;
        /// The port of every node, for NodePort and LoadBalancer.
        parsed node_port: NodePort => self.node_port;
        /// The application protocol, a hint for meshes and load balancers: `kubernetes.io/h2c`, `http`.
        parsed app_protocol: LabelKey => self.app_protocol;
    }
}

impl TryFrom<ServicePort> for model::ServicePort {
    type Error = ValueError;

    fn try_from(port: ServicePort) -> Result<Self, ValueError> {
        let ServicePort { name, number, target, protocol, node_port, app_protocol } = port;
        let target = Self::leads_to(&name, target, number)?;
        Ok(Self { name: Some(name), number, target, protocol, node_port, app_protocol })
    }
}

/// The port of the app, under its own name and number.
impl From<PortRef> for model::ServicePort {
    fn from(target: PortRef) -> Self {
        let name = match &target {
            PortRef::Name(name) => name.as_str().parse().ok(),
            PortRef::Number(_) => None,
        };
        Self { name, number: None, target, protocol: None, node_port: None, app_protocol: None }
    }
}

short_forms! {
    model::ServicePort: u16, i32, u32, i64, &str, String, &String => port Ok(PortRef::try_from(port)?.into());
}

impl Owner for Ingress {
    fn owner(&self) -> String {
        format!("Ingress `{}`", self.name)
    }
}

/// ```
/// use statefulapp_core::builder::{App, Ingress, IngressRule, Secret};
///
/// let web = App::new("web")?.port("http", 8080)?;
/// let certificate = Secret::existing("shop-tls", ["tls.crt", "tls.key"])?;
/// let shop = Ingress::new("shop")?
///     .class("nginx")?
///     .rule(IngressRule::new(&web, "http")?.host("shop.example.com")?)
///     .tls(&certificate, ["shop.example.com"])?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Ingress {
    /// An Ingress of this name.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
        Ok(Self {
            name: read_name("Ingress", name)?,
            meta: Meta::default(),
            class: None,
            rules: Vec::new(),
            tls: Vec::new(),
        })
    }

    keys! { self:
        /// The IngressClass, which must exist.
        parsed class: Subdomain => self.class;
        /// A host and path that lead to a Service.
        one rule: IngressRule => self.rules;
    }

    /// A certificate: a Secret and the hosts that it is for.
    ///
    /// # Errors
    /// It is text that is no name, or a host is none.
    pub fn tls<H: Parse<Hostname>>(
        mut self,
        secret: impl Parse<Subdomain>,
        hosts: impl IntoIterator<Item = H>,
    ) -> Result<Self, ValueError> {
        let secret = read(&self, "tls", secret)?;
        let hosts = read_all(&self, "tls", hosts)?;
        self.tls.push((secret, hosts));
        Ok(self)
    }

    meta!(self, self.meta);
}

impl Owner for IngressRule {
    fn owner(&self) -> String {
        format!("rule for `{}`", self.service)
    }
}

impl IngressRule {
    /// Every path of every host, until those are said, leads to this port of a Service, or of the Service that an app brings.
    ///
    /// # Errors
    /// They are texts that are no names, or the port is a number that is none.
    pub fn new(service: impl Parse<Label>, port: impl Parse<PortRef>) -> Result<Self, ValueError> {
        let service = read_name("rule", service)?;
        let port = port.parse_value().map_err(|error| ValueError {
            message: format!("rule for `{service}`: port {}", error.message),
            ..error
        })?;
        Ok(Self { host: None, path: "/".to_owned(), exact: false, service, port })
    }

    keys! { self:
        /// The host.
        parsed host: Hostname => self.host;
        /// Whether the path must match exactly; by default what lies below it does too.
        plain exact: bool => self.exact;
    }

    /// The path.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }
}

impl From<Ingress> for Item {
    fn from(ingress: Ingress) -> Item {
        Item::Ingress(ingress)
    }
}
