use super::{Meta, PortRef, Protocol};
use crate::value::{AppName, Cidr, LabelKey, LabelValue, Subdomain};

/// Who may connect to an app; becomes a NetworkPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkAccess {
    /// Apps whose pods may connect. The app's own pods always may.
    pub from: Vec<AppName>,
    /// Namespaces, by their labels, whose pods may connect.
    pub from_namespaces: Vec<Vec<(LabelKey, LabelValue)>>,
    /// Address ranges that may connect.
    pub from_addresses: Vec<Cidr>,
    /// The ports that are open to them; empty for all declared ones.
    pub ports: Vec<crate::value::PortName>,
}

/// A NetworkPolicy.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkPolicy {
    /// The name.
    pub name: Subdomain,
    /// Labels, annotations, silenced warnings.
    pub meta: Meta,
    /// The app whose pods it is about; `None` for every pod of the namespace.
    pub selects: Option<AppName>,
    /// What may come in; `None` leaves incoming traffic alone, an empty list forbids it.
    pub ingress: Option<Vec<NetworkRule>>,
    /// What may go out; `None` leaves outgoing traffic alone, an empty list forbids it.
    pub egress: Option<Vec<NetworkRule>>,
}

/// Peers and ports that may talk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkRule {
    /// The peers; empty for everyone.
    pub peers: Vec<Peer>,
    /// The ports; empty for all.
    pub ports: Vec<NetworkPort>,
}

/// One side of a connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Peer {
    /// The pods of an app of this stack.
    App(AppName),
    /// Pods with these labels, in namespaces with those (`None`: in the policy's own namespace).
    Pods {
        /// Labels of the pods; empty for all.
        labels: Vec<(LabelKey, LabelValue)>,
        /// Labels of the namespaces; empty for all.
        namespaces: Option<Vec<(LabelKey, LabelValue)>>,
    },
    /// Addresses.
    Addresses {
        /// The range.
        cidr: Cidr,
        /// Ranges inside it that are left out.
        except: Vec<Cidr>,
    },
}

/// A port of a [`NetworkRule`].
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkPort {
    /// The port.
    pub port: PortRef,
    /// The last of a range of ports.
    pub end: Option<crate::value::Port>,
    /// The protocol.
    pub protocol: Protocol,
}
