use super::{Meta, PortRef, Protocol};
use crate::value::{AppName, Cidr, Duration, Hostname, Label, NodePort, Port, ServicePortName, ValueError};

/// A Service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The name.
    pub name: Label,
    /// Labels, annotations, silenced warnings.
    pub meta: Meta,
    /// Whether it exists in the cluster already.
    pub is_extern: bool,
    /// The pods that it leads to; `None` for ExternalName, or for endpoints made by hand.
    pub selects: Option<Selects>,
    /// The type; default ClusterIP.
    pub kind: ServiceKind,
    /// The ports.
    pub ports: Vec<ServicePort>,
    /// No address of its own: the name resolves to the pods.
    pub headless: bool,
    /// A fixed address of the cluster's service range.
    pub cluster_ip: Option<String>,
    /// Whether pods that are not ready are listed.
    pub publish_not_ready: bool,
    /// Whether a client stays with one pod, and for how long.
    pub sticky: Option<Option<Duration>>,
    /// Only endpoints on the node that the traffic arrives at.
    pub local_traffic: Option<bool>,
    /// The same for traffic from inside the cluster.
    pub internal_local_traffic: Option<bool>,
    /// Addresses that may reach a LoadBalancer.
    pub source_ranges: Vec<Cidr>,
    /// The implementation that makes the load balancer.
    pub load_balancer_class: Option<crate::value::LabelKey>,
    /// The name that an ExternalName stands for.
    pub external_name: Option<Hostname>,
    /// Endpoints near the client are preferred.
    pub traffic_distribution: Option<String>,
    /// A Service for every pod, `<name>-<ordinal>`, so that each can be reached from outside.
    pub each_pod: bool,
}

/// Which pods a Service leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selects {
    /// The app.
    pub app: AppName,
    /// Only the pod of this ordinal.
    pub pod: Option<u32>,
}

/// The type of a Service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ServiceKind {
    /// An address inside the cluster.
    #[default]
    ClusterIP,
    /// A port of every node.
    NodePort,
    /// An address of a load balancer outside.
    LoadBalancer,
    /// A name for another name.
    ExternalName,
}

impl Service {
    /// A Service of this name inside the cluster that leads nowhere yet, and to no port.
    pub fn of(name: Label) -> Self {
        Self {
            name,
            meta: Meta::default(),
            is_extern: false,
            selects: None,
            kind: ServiceKind::ClusterIP,
            ports: Vec::new(),
            headless: false,
            cluster_ip: None,
            publish_not_ready: false,
            sticky: None,
            local_traffic: None,
            internal_local_traffic: None,
            source_ranges: Vec::new(),
            load_balancer_class: None,
            external_name: None,
            traffic_distribution: None,
            each_pod: false,
        }
    }
}

impl ServiceKind {
    /// The name as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            ServiceKind::ClusterIP => "ClusterIP",
            ServiceKind::NodePort => "NodePort",
            ServiceKind::LoadBalancer => "LoadBalancer",
            ServiceKind::ExternalName => "ExternalName",
        }
    }
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePort {
    /// The name; needed when there are several.
    pub name: Option<ServicePortName>,
    /// The number that clients use; default that of the target.
    pub number: Option<Port>,
    /// The container's port: by name, or a number.
    pub target: PortRef,
    /// The protocol; default that of the target.
    pub protocol: Option<Protocol>,
    /// The port of the nodes, for NodePort and LoadBalancer.
    pub node_port: Option<NodePort>,
    /// The application protocol, a hint for meshes and load balancers.
    pub app_protocol: Option<crate::value::LabelKey>,
}

impl ServicePort {
    /// Where a port of this name leads: to its target, else to the app's port of the same name, else to the same number.
    pub(crate) fn leads_to(
        name: &ServicePortName,
        target: Option<PortRef>,
        number: Option<Port>,
    ) -> Result<PortRef, ValueError> {
        match (target, name.as_str().parse(), number) {
            (Some(target), ..) => Ok(target),
            (None, Ok(same), _) => Ok(PortRef::Name(same)),
            (None, Err(_), Some(number)) => Ok(PortRef::Number(number)),
            (None, Err(error), None) => Err(ValueError {
                help: "say where it leads: `target: …`, the name or number of the app's port".to_owned(),
                ..error
            }),
        }
    }
}

/// An Ingress.
#[derive(Clone, Debug, PartialEq)]
pub struct Ingress {
    /// The name.
    pub name: crate::value::Subdomain,
    /// Labels, annotations, silenced warnings.
    pub meta: Meta,
    /// The IngressClass.
    pub class: Option<crate::value::Subdomain>,
    /// What leads where.
    pub rules: Vec<IngressRule>,
    /// Hosts with certificates: the Secret's name and the hosts.
    pub tls: Vec<(crate::value::Subdomain, Vec<Hostname>)>,
}

/// A path of a host that leads to a Service.
#[derive(Clone, Debug, PartialEq)]
pub struct IngressRule {
    /// The host; `None` for every host.
    pub host: Option<Hostname>,
    /// The path; default `/`.
    pub path: String,
    /// Whether the path must match exactly; default by prefix.
    pub exact: bool,
    /// The Service.
    pub service: Label,
    /// Its port.
    pub port: PortRef,
}
