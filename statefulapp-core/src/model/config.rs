use super::Meta;
use crate::value::{DataKey, Subdomain};
use std::path::PathBuf;

/// A ConfigMap.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigMap {
    /// The name.
    pub name: Subdomain,
    /// Labels, annotations, silenced warnings.
    pub meta: Meta,
    /// Whether it exists in the cluster already: its keys are known, nothing is written.
    pub is_extern: bool,
    /// The keys and their texts.
    pub data: Vec<(DataKey, String)>,
    /// The keys and their bytes, for what is not UTF-8.
    pub binary: Vec<(DataKey, Vec<u8>)>,
    /// Whether the data can never change.
    pub immutable: bool,
}

impl ConfigMap {
    /// Its keys.
    pub fn keys(&self) -> impl Iterator<Item = &DataKey> {
        self.data.iter().map(|(key, _)| key).chain(self.binary.iter().map(|(key, _)| key))
    }
}

/// A Secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Secret {
    /// The name.
    pub name: Subdomain,
    /// Labels, annotations, silenced warnings.
    pub meta: Meta,
    /// Whether it exists in the cluster already: its keys are known, nothing is written.
    pub is_extern: bool,
    /// The type; default Opaque.
    pub kind: SecretKind,
    /// The keys and where their values come from.
    pub data: Vec<(DataKey, SecretValue)>,
    /// Whether the data can never change.
    pub immutable: bool,
    /// A store of the External Secrets Operator that holds the values; then an ExternalSecret is written instead of a Secret.
    pub external: Option<ExternalStore>,
}

/// The type of a Secret and with it the keys that it must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SecretKind {
    /// Any keys.
    #[default]
    Opaque,
    /// `tls.crt` and `tls.key`.
    Tls,
    /// `username` or `password`.
    BasicAuth,
    /// `ssh-privatekey`.
    SshAuth,
    /// `.dockerconfigjson`.
    DockerConfigJson,
    /// Any other type.
    Other(String),
}

impl SecretKind {
    /// The type as the API writes it.
    pub fn as_str(&self) -> &str {
        match self {
            SecretKind::Opaque => "Opaque",
            SecretKind::Tls => "kubernetes.io/tls",
            SecretKind::BasicAuth => "kubernetes.io/basic-auth",
            SecretKind::SshAuth => "kubernetes.io/ssh-auth",
            SecretKind::DockerConfigJson => "kubernetes.io/dockerconfigjson",
            SecretKind::Other(text) => text,
        }
    }
}

/// Where the value of a secret key comes from.
#[derive(Clone, PartialEq)]
pub enum SecretValue {
    /// Stands in the source, and so in the binary.
    Literal(String),
    /// An environment variable, read when the program writes manifests.
    FromEnv(String),
    /// A file, read when the program writes manifests.
    FromFile(PathBuf),
    /// Made once from the operating system's random source, then kept: so many characters.
    Generate(u16),
    /// The key exists in the cluster or in the external store (there under this name).
    Elsewhere(Option<String>),
}

/// Shows the kind of source, never a value.
impl std::fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SecretValue::Literal(_) => f.write_str("Literal(…)"),
            SecretValue::FromEnv(name) => write!(f, "FromEnv({name:?})"),
            SecretValue::FromFile(path) => write!(f, "FromFile({path:?})"),
            SecretValue::Generate(length) => write!(f, "Generate({length})"),
            SecretValue::Elsewhere(name) => write!(f, "Elsewhere({name:?})"),
        }
    }
}

/// A store of the External Secrets Operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalStore {
    /// The SecretStore's or ClusterSecretStore's name.
    pub store: Subdomain,
    /// ClusterSecretStore instead of SecretStore.
    pub cluster: bool,
    /// How often it is read again; default 1 h.
    pub refresh: Option<crate::value::Duration>,
}

/// A ServiceAccount.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceAccount {
    /// The name.
    pub name: Subdomain,
    /// Labels, annotations, silenced warnings.
    pub meta: Meta,
    /// Whether it exists in the cluster already.
    pub is_extern: bool,
    /// Whether pods that use it get a token for the API server; default false.
    pub token: bool,
    /// Secrets with registry credentials.
    pub pull_secrets: Vec<Subdomain>,
}

/// Any other object, written as it is after a check that it is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    /// The object's name, for error messages and file names.
    pub name: String,
    /// The object as YAML: one document with `apiVersion`, `kind` and `metadata.name`.
    pub yaml: String,
}
