use super::Parse;
use super::container::short_forms;
use super::keys::{Owner, keys, labels, meta, read_name};
use crate::model::{Item, Meta, NetworkAccess, NetworkPolicy, NetworkPort, NetworkRule, Peer, PortRef, Protocol};
use crate::value::{AppName, Cidr, LabelKey, LabelValue, Port, PortName, Subdomain, ValueError};

impl Owner for NetworkAccess {
    fn owner(&self) -> String {
        "network".to_owned()
    }
}

/// ```
/// use statefulapp_core::builder::{App, NetworkAccess, StatefulApp};
///
/// let web = App::new("web")?;
/// let db = StatefulApp::new("db")?.port("database", 5432)?.network(
///     NetworkAccess::new().from([&web])?.from_namespace([("team", "data")])?.ports(["database"])?,
/// );
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl NetworkAccess {
    /// Only the app's own pods.
    pub fn new() -> Self {
        Self::default()
    }

    keys! { self:
        /// Apps of this stack whose pods may connect.
        several from: AppName => self.from;
        /// Address ranges that may connect.
        several from_addresses: Cidr => self.from_addresses;
        /// The ports that are open to them, by default all.
        several ports: PortName => self.ports;
    }

    /// Namespaces with all of these labels, whose pods may connect.
    ///
    /// # Errors
    /// A key or a value is not a label's.
    pub fn from_namespace<K: Parse<LabelKey>, V: Parse<LabelValue>>(
        mut self,
        labels: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, ValueError> {
        let pair = |(key, value)| super::keys::read_pair(&self, "from_namespaces", key, value);
        let labels = labels.into_iter().map(pair).collect::<Result<_, _>>()?;
        self.from_namespaces.push(labels);
        Ok(self)
    }
}

impl Owner for NetworkPolicy {
    fn owner(&self) -> String {
        format!("NetworkPolicy `{}`", self.name)
    }
}

/// ```
/// use statefulapp_core::builder::{App, NetworkPolicy, NetworkRule, StatefulApp};
///
/// let (web, db) = (App::new("web")?, StatefulApp::new("db")?.port("database", 5432)?);
/// let policy = NetworkPolicy::new("db-from-web")?
///     .selects(&db)?
///     .ingress([NetworkRule::new().apps([&web])?.ports(["database"])?])
///     .egress([]);
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl NetworkPolicy {
    /// A policy of this name, about every pod of the namespace until [`selects`](Self::selects) says which.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
        Ok(Self {
            name: read_name("NetworkPolicy", name)?,
            meta: Meta::default(),
            selects: None,
            ingress: None,
            egress: None,
        })
    }

    keys! { self:
        /// The app whose pods it is about.
        parsed selects: AppName => self.selects;
    }

    /// What may come in; `[]` forbids everything, left out it is not about incoming traffic.
    #[must_use]
    pub fn ingress(mut self, rules: impl IntoIterator<Item = NetworkRule>) -> Self {
        self.ingress.get_or_insert_default().extend(rules);
        self
    }

    /// What may go out; `[]` forbids everything, left out it is not about outgoing traffic.
    #[must_use]
    pub fn egress(mut self, rules: impl IntoIterator<Item = NetworkRule>) -> Self {
        self.egress.get_or_insert_default().extend(rules);
        self
    }

    meta!(self, self.meta);
}

impl From<NetworkPolicy> for Item {
    fn from(policy: NetworkPolicy) -> Item {
        Item::NetworkPolicy(policy)
    }
}

impl Owner for NetworkRule {
    fn owner(&self) -> String {
        "rule".to_owned()
    }
}

/// ```
/// use statefulapp_core::builder::{Addresses, NetworkPort, NetworkRule, Pods};
///
/// let rule = NetworkRule::new()
///     .pods([Pods::new().label("app", "web")?.namespace("team", "shop")?])
///     .addresses([Addresses::new("10.0.0.0/8")?.except(["10.1.0.0/16"])?])?
///     .ports([NetworkPort::new(8000)?.end(8080)?])?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl NetworkRule {
    /// Everyone, on every port, until peers or ports are said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Apps of this stack.
    ///
    /// # Errors
    /// One of them is text that is no name.
    pub fn apps<V: Parse<AppName>>(self, apps: impl IntoIterator<Item = V>) -> Result<Self, ValueError> {
        let apps = super::keys::read_all(&self, "apps", apps)?;
        Ok(self.peers(apps.into_iter().map(Peer::App)))
    }

    /// Pods and namespaces by their labels.
    #[must_use]
    pub fn pods(self, pods: impl IntoIterator<Item = Pods>) -> Self {
        self.peers(pods.into_iter().map(|Pods { labels, namespaces }| Peer::Pods { labels, namespaces }))
    }

    /// Address ranges: `["10.0.0.0/8"]`, or [`Addresses`].
    ///
    /// # Errors
    /// One of them is text that is no range.
    pub fn addresses<V: Parse<Addresses>>(self, ranges: impl IntoIterator<Item = V>) -> Result<Self, ValueError> {
        let ranges = super::keys::read_all(&self, "addresses", ranges)?;
        Ok(self.peers(ranges.into_iter().map(|Addresses { range, except }| Peer::Addresses { cidr: range, except })))
    }

    /// The order in which peers are named means nothing; they stand as the macro writes them: apps, pods, addresses.
    fn peers(mut self, peers: impl Iterator<Item = Peer>) -> Self {
        self.peers.extend(peers);
        self.peers.sort_by_key(|peer| match peer {
            Peer::App(_) => 0,
            Peer::Pods { .. } => 1,
            Peer::Addresses { .. } => 2,
        });
        self
    }

    keys! { self:
        /// Ports: numbers, or names of the pods' ports, or [`NetworkPort`]s.
        several ports: NetworkPort => self.ports;
    }
}

/// Pods by their labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pods {
    labels: Vec<(LabelKey, LabelValue)>,
    namespaces: Option<Vec<(LabelKey, LabelValue)>>,
}

impl Owner for Pods {
    fn owner(&self) -> String {
        "pods".to_owned()
    }
}

impl Pods {
    /// All pods of the policy's own namespace, until labels are said.
    pub fn new() -> Self {
        Self::default()
    }

    labels!(self, label labels, self.labels, "A label of the pods.", "Labels of the pods.");

    labels!(
        self,
        namespace namespaces,
        self.namespaces.get_or_insert_default(),
        "A label of the pods' namespaces.",
        "Labels of the pods' namespaces."
    );

    /// Pods of every namespace. In the macro it is `namespaces: {}`.
    #[must_use]
    pub fn any_namespace(mut self) -> Self {
        self.namespaces = Some(Vec::new());
        self
    }
}

/// A range of addresses with exceptions. The range alone says the same of one without.
#[derive(Clone, Debug, PartialEq)]
pub struct Addresses {
    range: Cidr,
    except: Vec<Cidr>,
}

impl Owner for Addresses {
    fn owner(&self) -> String {
        format!("addresses {}", self.range)
    }
}

impl Addresses {
    /// This range.
    ///
    /// # Errors
    /// It is not one.
    pub fn new(range: impl Parse<Cidr>) -> Result<Self, ValueError> {
        Ok(Self { range: range.parse_value()?, except: Vec::new() })
    }

    keys! { self:
        /// Ranges inside it that are left out.
        several except: Cidr => self.except;
    }
}

impl Owner for NetworkPort {
    fn owner(&self) -> String {
        match &self.port {
            PortRef::Name(name) => format!("port `{name}`"),
            PortRef::Number(number) => format!("port {number}"),
        }
    }
}

impl NetworkPort {
    /// A TCP port: its number, or the name of a port of the pods.
    ///
    /// # Errors
    /// It is text that is no port's name, or a number that is none.
    pub fn new(port: impl Parse<PortRef>) -> Result<Self, ValueError> {
        Ok(Self { port: port.parse_value()?, end: None, protocol: Protocol::TCP })
    }

    keys! { self:
        /// The last of a range of ports.
        parsed end: Port => self.end;
        /// The protocol.
        plain protocol: Protocol => self.protocol;
    }
}

short_forms! {
    Addresses: &str, String, &String => range Self::new(range);
    NetworkPort: u16, i32, u32, i64, &str, String, &String => port Self::new(port);
}

impl From<Cidr> for Addresses {
    fn from(range: Cidr) -> Self {
        Self { range, except: Vec::new() }
    }
}
