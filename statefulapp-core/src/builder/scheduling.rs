use super::Parse;
use super::keys::{Owner, keys, read, read_all, read_name};
use crate::model::{
    Affinity, Disruption, Dns, DnsPolicy, Retain, Retention, Spread, Strength, TaintEffect, Toleration, Update,
};
use crate::value::{
    AppName, Duration, IntOrPercent, IpAddress, LabelKey, LabelValue, SearchDomain, TopologyKey, ValueError,
};
use std::fmt::Display;

macro_rules! owners {
    ($($type:ty: $name:literal;)*) => {
        $(impl Owner for $type {
            fn owner(&self) -> String {
                $name.to_owned()
            }
        })*
    };
}

owners! {
    RollingUpdate: "update";
    Spread: "spread";
    Affinity: "affinity";
    Toleration: "toleration";
    Dns: "dns";
}

/// Pods are replaced step by step. The other updates are `Update::OnDelete` and `Update::Recreate`.
///
/// ```
/// use statefulapp_core::builder::{RollingUpdate, StatefulApp, Update};
///
/// let canary = StatefulApp::new("web")?.replicas(3).update(RollingUpdate::new().partition(2));
/// let by_hand = StatefulApp::new("db")?.update(Update::OnDelete);
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RollingUpdate {
    partition: Option<u32>,
    max_unavailable: Option<IntOrPercent>,
    max_surge: Option<IntOrPercent>,
}

impl RollingUpdate {
    /// With the defaults of the server.
    pub fn new() -> Self {
        Self::default()
    }

    keys! { self:
        /// StatefulApp: pods below this ordinal keep the old template.
        set partition: u32 => self.partition;
        /// How many pods may be away at once. For a StatefulApp from Kubernetes 1.37 on.
        parsed max_unavailable: IntOrPercent => self.max_unavailable;
        /// App: how many pods more than `replicas` there may be meanwhile.
        parsed max_surge: IntOrPercent => self.max_surge;
    }
}

impl From<RollingUpdate> for Update {
    fn from(RollingUpdate { partition, max_unavailable, max_surge }: RollingUpdate) -> Self {
        Update::Rolling { partition, max_unavailable, max_surge }
    }
}

/// ```
/// use statefulapp_core::builder::{Retain, Retention};
///
/// let temporary = Retain::new().when_deleted(Retention::Delete);
/// ```
impl Retain {
    /// The claims and their data stay in both cases.
    pub fn new() -> Self {
        Self { when_deleted: Retention::Retain, when_scaled: Retention::Retain }
    }

    keys! { self:
        /// When the StatefulSet is deleted.
        plain when_deleted: Retention => self.when_deleted;
        /// When it is scaled down.
        plain when_scaled: Retention => self.when_scaled;
    }
}

impl Default for Retain {
    fn default() -> Self {
        Self::new()
    }
}

/// ```
/// use statefulapp_core::builder::Disruption;
///
/// let budget = Disruption::max_unavailable("25%")?;
/// assert!(Disruption::min_available("a few").is_err());
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
///
/// `Disruption::None` writes no budget.
impl Disruption {
    /// So many pods must stay: a number or a percentage.
    ///
    /// # Errors
    /// It is neither.
    pub fn min_available(pods: impl Parse<IntOrPercent>) -> Result<Self, ValueError> {
        read_pods("min_available", pods).map(Disruption::MinAvailable)
    }

    /// So many pods may be away at once: a number or a percentage.
    ///
    /// # Errors
    /// It is neither.
    pub fn max_unavailable(pods: impl Parse<IntOrPercent>) -> Result<Self, ValueError> {
        read_pods("max_unavailable", pods).map(Disruption::MaxUnavailable)
    }
}

fn read_pods(key: &str, pods: impl Parse<IntOrPercent>) -> Result<IntOrPercent, ValueError> {
    let named = |error: ValueError| ValueError { message: format!("disruption: {key} {}", error.message), ..error };
    pods.parse_value().map_err(named)
}

/// ```
/// use statefulapp_core::builder::{Spread, StatefulApp};
///
/// let db = StatefulApp::new("db")?.spread([Spread::zone().max_skew(1).required(true), Spread::over("example.com/rack")?]);
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Spread {
    /// Over the values of a node label.
    ///
    /// # Errors
    /// It is not a label.
    pub fn over(topology: impl Parse<TopologyKey>) -> Result<Self, ValueError> {
        Ok(Self::by(read_name("spread", topology)?))
    }

    /// Over zones: the label `topology.kubernetes.io/zone`.
    pub fn zone() -> Self {
        Self::by(TopologyKey::__checked("topology.kubernetes.io/zone"))
    }

    /// Over nodes: the label `kubernetes.io/hostname`.
    pub fn host() -> Self {
        Self::by(TopologyKey::__checked("kubernetes.io/hostname"))
    }

    /// Over regions: the label `topology.kubernetes.io/region`.
    pub fn region() -> Self {
        Self::by(TopologyKey::__checked("topology.kubernetes.io/region"))
    }

    fn by(over: TopologyKey) -> Self {
        Self { over, max_skew: None, required: false, min_domains: None }
    }

    keys! { self:
        /// The largest difference between two domains.
        set max_skew: u32 => self.max_skew;
        /// Whether a pod that would exceed it waits instead of running anyway.
        plain required: bool => self.required;
        /// The least number of domains, only if required.
        set min_domains: u32 => self.min_domains;
    }
}

/// ```
/// use statefulapp_core::builder::{Affinity, Strength};
///
/// let affinity = Affinity::new()
///     .apart(Strength::Required)
///     .near("cache", Strength::Preferred)?
///     .nodes("kubernetes.io/arch", ["arm64", "amd64"])?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Affinity {
    /// Nothing asked for.
    pub fn new() -> Self {
        Self::default()
    }

    keys! { self:
        /// Whether the app's own pods run on different hosts.
        set apart: Strength => self.apart;
    }

    /// An app on whose hosts the pods should run.
    ///
    /// # Errors
    /// It is text that is no name.
    pub fn near(mut self, app: impl Parse<AppName>, strength: Strength) -> Result<Self, ValueError> {
        let app = read(&self, "near", app)?;
        self.near.push((app, strength));
        Ok(self)
    }

    /// An app whose hosts the pods should avoid.
    ///
    /// # Errors
    /// It is text that is no name.
    pub fn away_from(mut self, app: impl Parse<AppName>, strength: Strength) -> Result<Self, ValueError> {
        let app = read(&self, "away_from", app)?;
        self.away_from.push((app, strength));
        Ok(self)
    }

    /// A label, one of whose values the node must have.
    ///
    /// # Errors
    /// The key or a value is not a label's.
    pub fn nodes<V: Parse<LabelValue>>(
        mut self,
        label: impl Parse<LabelKey>,
        values: impl IntoIterator<Item = V>,
    ) -> Result<Self, ValueError> {
        let label = read(&self, "nodes", label)?;
        let values = read_all(&self, "nodes", values)?;
        self.nodes.push((label, values));
        Ok(self)
    }

    /// A label, one of whose values the node should have.
    ///
    /// # Errors
    /// The key or a value is not a label's.
    pub fn preferred_nodes<V: Parse<LabelValue>>(
        mut self,
        label: impl Parse<LabelKey>,
        values: impl IntoIterator<Item = V>,
    ) -> Result<Self, ValueError> {
        let label = read(&self, "preferred_nodes", label)?;
        let values = read_all(&self, "preferred_nodes", values)?;
        self.preferred_nodes.push((label, values));
        Ok(self)
    }
}

/// ```
/// use statefulapp_core::builder::{TaintEffect, Toleration};
///
/// let toleration = Toleration::new().key("dedicated")?.value("databases")?.effect(TaintEffect::NoSchedule);
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Toleration {
    /// Of every taint, until a key, a value or an effect is said.
    pub fn new() -> Self {
        Self::default()
    }

    keys! { self:
        /// The taint's key.
        parsed key: LabelKey => self.key;
        /// The taint's value.
        parsed value: LabelValue => self.value;
        /// The effect.
        set effect: TaintEffect => self.effect;
        /// How long, for NoExecute.
        parsed duration: Duration => self.duration;
    }
}

/// ```
/// use statefulapp_core::builder::{Dns, DnsPolicy};
///
/// let dns = Dns::new()
///     .policy(DnsPolicy::None)
///     .nameservers(["10.96.0.10"])?
///     .searches(["databases.svc.cluster.local"])?
///     .option("ndots", 2)
///     .flag("use-vc");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Dns {
    /// As the cluster has it.
    pub fn new() -> Self {
        Self::default()
    }

    keys! { self:
        /// Where names are looked up.
        set policy: DnsPolicy => self.policy;
        /// Name servers, at most 3.
        several nameservers: IpAddress => self.nameservers;
        /// Search domains.
        several searches: SearchDomain => self.searches;
    }

    /// An option of the resolver with a value: `ndots`.
    #[must_use]
    pub fn option(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.options.push((name.into(), Some(value.to_string())));
        self
    }

    /// An option of the resolver without one: `use-vc`.
    #[must_use]
    pub fn flag(mut self, name: impl Into<String>) -> Self {
        self.options.push((name.into(), None));
        self
    }
}
