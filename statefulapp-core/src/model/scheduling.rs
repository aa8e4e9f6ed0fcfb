use crate::value::{Duration, IntOrPercent, IpAddress, LabelKey, LabelValue, SearchDomain, TopologyKey};

/// A PodDisruptionBudget.
#[derive(Clone, Debug, PartialEq)]
pub enum Disruption {
    /// None is written.
    None,
    /// So many pods must stay.
    MinAvailable(IntOrPercent),
    /// So many pods may be away at once.
    MaxUnavailable(IntOrPercent),
}

/// A topology spread constraint over the app's own pods.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// The node label whose values are the domains.
    pub over: TopologyKey,
    /// The largest difference between two domains; default 1.
    pub max_skew: Option<u32>,
    /// Whether a pod that would exceed it waits instead of running anyway.
    pub required: bool,
    /// The least number of domains, only if required.
    pub min_domains: Option<u32>,
}

/// Which nodes and which neighbours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Affinity {
    /// The app's own pods on different hosts.
    pub apart: Option<Strength>,
    /// Apps on whose hosts the pods should run.
    pub near: Vec<(crate::value::AppName, Strength)>,
    /// Apps whose hosts the pods should avoid.
    pub away_from: Vec<(crate::value::AppName, Strength)>,
    /// Labels, one of whose values the node must have.
    pub nodes: Vec<(LabelKey, Vec<LabelValue>)>,
    /// Labels, one of whose values the node should have.
    pub preferred_nodes: Vec<(LabelKey, Vec<LabelValue>)>,
}

/// Whether a wish or a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strength {
    /// A condition: the pod waits.
    Required,
    /// A wish.
    Preferred,
}

/// A taint that the pods tolerate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Toleration {
    /// The taint's key; `None` tolerates every key.
    pub key: Option<LabelKey>,
    /// The taint's value; `None` tolerates every value.
    pub value: Option<LabelValue>,
    /// The effect; `None` tolerates every effect.
    pub effect: Option<TaintEffect>,
    /// How long, for NoExecute.
    pub duration: Option<Duration>,
}

/// What a taint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaintEffect {
    /// New pods stay away.
    NoSchedule,
    /// New pods stay away if they can.
    PreferNoSchedule,
    /// Running pods leave too.
    NoExecute,
}

/// Name resolution in the pods.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dns {
    /// The policy; default ClusterFirst.
    pub policy: Option<DnsPolicy>,
    /// Name servers.
    pub nameservers: Vec<IpAddress>,
    /// Search domains.
    pub searches: Vec<SearchDomain>,
    /// Options of the resolver: `ndots` → `2`.
    pub options: Vec<(String, Option<String>)>,
}

/// Where names are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DnsPolicy {
    /// The cluster's DNS, then the node's.
    ClusterFirst,
    /// The same for pods on the host's network.
    ClusterFirstWithHostNet,
    /// The node's.
    Default,
    /// Only what is given.
    None,
}
