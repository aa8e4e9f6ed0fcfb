use super::{ContainerSecurity, Hook, Probe};
use crate::value::{
    DataKey, EnvName, Image, Label, MountPath, Port, PortName, ResourceAmount, ResourceName, SubPath, Subdomain,
};

/// A container: the main one of an app or a job, an init container or a sidecar.
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    /// The name, unique in the pod.
    pub name: Label,
    /// The image; required unless an engine gives it.
    pub image: Option<Image>,
    /// When the image is pulled; default by the server: Always for `latest`, else IfNotPresent.
    pub pull: Option<PullPolicy>,
    /// Replaces the image's entrypoint.
    pub command: Vec<String>,
    /// Replaces the image's arguments.
    pub args: Vec<String>,
    /// The directory to start in.
    pub working_dir: Option<MountPath>,
    /// Ports that something listens on.
    pub ports: Vec<ContainerPort>,
    /// Environment variables.
    pub env: Vec<EnvVar>,
    /// ConfigMaps and Secrets whose every key becomes an environment variable.
    pub env_from: Vec<EnvFrom>,
    /// Volumes of the pod that are mounted here besides those that name their own mount path.
    pub mounts: Vec<Mount>,
    /// Requests and limits.
    pub resources: Vec<Resource>,
    /// Nothing else is probed until this has succeeded.
    pub startup: Option<Probe>,
    /// The container is restarted when this fails.
    pub liveness: Option<Probe>,
    /// The pod is reachable through Services while this succeeds.
    pub readiness: Option<Probe>,
    /// Runs in the container right after it started.
    pub post_start: Option<Hook>,
    /// Runs in the container before the stop signal.
    pub pre_stop: Option<Hook>,
    /// Users and privileges, where they differ from the pod's.
    pub security: ContainerSecurity,
}

impl Container {
    /// A container of this name; everything else is left out.
    pub fn new(name: Label) -> Self {
        Self {
            name,
            image: None,
            pull: None,
            command: Vec::new(),
            args: Vec::new(),
            working_dir: None,
            ports: Vec::new(),
            env: Vec::new(),
            env_from: Vec::new(),
            mounts: Vec::new(),
            resources: Vec::new(),
            startup: None,
            liveness: None,
            readiness: None,
            post_start: None,
            pre_stop: None,
            security: ContainerSecurity::default(),
        }
    }

    /// The port of this name.
    pub fn port(&self, name: &str) -> Option<&ContainerPort> {
        self.ports.iter().find(|port| port.name.as_str() == name)
    }

    /// The variable of this name.
    pub fn env(&self, name: &str) -> Option<&EnvValue> {
        self.env.iter().find(|env| env.name.as_str() == name).map(|env| &env.value)
    }
}

/// When an image is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PullPolicy {
    /// At every start.
    Always,
    /// When the node does not have it.
    IfNotPresent,
    /// Never.
    Never,
}

/// A port that something in the container listens on.
#[derive(Clone, Debug, PartialEq)]
pub struct ContainerPort {
    /// The name, which Services and probes refer to.
    pub name: PortName,
    /// The number.
    pub number: Port,
    /// The protocol; default TCP.
    pub protocol: Protocol,
    /// The same number on the node, which no two pods of a node can share.
    pub host_port: Option<Port>,
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP.
    #[default]
    TCP,
    /// UDP.
    UDP,
    /// SCTP.
    SCTP,
}

impl Protocol {
    /// The name as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::TCP => "TCP",
            Protocol::UDP => "UDP",
            Protocol::SCTP => "SCTP",
        }
    }
}

/// An environment variable.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvVar {
    /// The name.
    pub name: EnvName,
    /// Where the value comes from.
    pub value: EnvValue,
}

/// Where the value of an environment variable comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum EnvValue {
    /// The text itself; `$(NAME)` stands for a variable that is declared before it.
    Text(String),
    /// A key of a Secret.
    SecretKey(KeyRef),
    /// A key of a ConfigMap.
    ConfigKey(KeyRef),
    /// A field of the pod: `metadata.name`, `status.podIP`, …
    Field(FieldPath),
    /// A request or limit of the container: `limits.memory`.
    Resource {
        /// `limits.cpu`, `requests.memory`, …
        resource: String,
        /// The unit: `1`, `1m`, `1Mi`, …
        divisor: Option<crate::value::Quantity>,
    },
}

impl From<String> for EnvValue {
    fn from(text: String) -> Self {
        EnvValue::Text(text)
    }
}

impl From<&str> for EnvValue {
    fn from(text: &str) -> Self {
        EnvValue::Text(text.to_owned())
    }
}

/// A key of a Secret or a ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyRef {
    /// The object's name.
    pub name: Subdomain,
    /// The key in it.
    pub key: DataKey,
    /// Whether the container starts without it; default false.
    pub optional: bool,
}

/// A field of the pod that the downward API offers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldPath(String);

impl FieldPath {
    /// The path as the API writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for FieldPath {
    type Err = crate::value::ValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FIELDS: [&str; 9] = [
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs",
        ];
        let subscript = |prefix: &str| text.strip_prefix(prefix)?.strip_suffix("']");
        let label = subscript("metadata.labels['").map(|key| key.parse::<crate::value::LabelKey>().map(drop));
        let annotation =
            subscript("metadata.annotations['").map(|key| key.parse::<crate::value::AnnotationKey>().map(drop));
        match label.or(annotation) {
            Some(Ok(())) => return Ok(Self(text.to_owned())),
            Some(Err(error)) => return Err(error),
            None if FIELDS.contains(&text) => return Ok(Self(text.to_owned())),
            None => {}
        }
        let near = crate::value::suggest(text, FIELDS.iter().copied());
        Err(crate::value::ValueError {
            rule: "field-unknown",
            message: format!("\"{text}\" is not a field that a container can get"),
            help: match near {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("write one of {}, metadata.labels['…'], metadata.annotations['…']", FIELDS.join(", ")),
            },
        })
    }
}

/// A ConfigMap or a Secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A ConfigMap, by name.
    ConfigMap(Subdomain),
    /// A Secret, by name.
    Secret(Subdomain),
}

impl Source {
    /// The object's name.
    pub fn name(&self) -> &str {
        match self {
            Source::ConfigMap(name) | Source::Secret(name) => name.as_str(),
        }
    }
}

/// All keys of a ConfigMap or Secret as environment variables.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvFrom {
    /// The object.
    pub source: Source,
    /// What stands before every name.
    pub prefix: Option<EnvName>,
    /// Whether the container starts without the object.
    pub optional: bool,
}

/// A volume of the pod, mounted in a container.
#[derive(Clone, Debug, PartialEq)]
pub struct Mount {
    /// The volume's name.
    pub volume: Label,
    /// Where it appears.
    pub path: MountPath,
    /// A directory or file inside the volume instead of its root.
    pub sub_path: Option<SubPath>,
    /// Whether it cannot be written there.
    pub read_only: bool,
}

/// A request and a limit of one resource; either may be missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// `cpu`, `memory`, `ephemeral-storage`, `hugepages-2Mi`, `nvidia.com/gpu`.
    pub name: ResourceName,
    /// What the scheduler sets aside.
    pub request: Option<ResourceAmount>,
    /// What the container cannot exceed.
    pub limit: Option<ResourceAmount>,
}
