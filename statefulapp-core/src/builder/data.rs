use super::Parse;
use super::keys::{Owner, keys, meta, read, read_name};
use crate::model::{
    ConfigMap, EnvValue, ExternalStore, Item, KeyRef, Meta, Raw, Secret, SecretKind, SecretValue, ServiceAccount,
    Source,
};
use crate::value::{DataKey, Duration, Subdomain, ValueError};
use std::path::PathBuf;

/// A key of a Secret: a variable, a file, a password of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretKey(pub(super) KeyRef);

/// A key of a ConfigMap: a variable or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigKey(pub(super) KeyRef);

impl SecretKey {
    /// The value of a variable that is left out where the key is missing.
    #[must_use]
    pub fn optional(self) -> EnvValue {
        EnvValue::SecretKey(KeyRef { optional: true, ..self.0 })
    }
}

impl ConfigKey {
    /// The value of a variable that is left out where the key is missing.
    #[must_use]
    pub fn optional(self) -> EnvValue {
        EnvValue::ConfigKey(KeyRef { optional: true, ..self.0 })
    }
}

impl From<SecretKey> for EnvValue {
    fn from(key: SecretKey) -> Self {
        EnvValue::SecretKey(key.0)
    }
}

impl From<ConfigKey> for EnvValue {
    fn from(key: ConfigKey) -> Self {
        EnvValue::ConfigKey(key.0)
    }
}

impl From<SecretKey> for KeyRef {
    fn from(key: SecretKey) -> Self {
        key.0
    }
}

macro_rules! objects {
    ($($name:ident)*) => {
        $(impl Owner for $name {
            fn owner(&self) -> String {
                format!(concat!(stringify!($name), " `{}`"), self.name)
            }
        }

        impl From<$name> for Item {
            fn from(item: $name) -> Item {
                Item::$name(item)
            }
        }

        impl From<&$name> for Subdomain {
            fn from(item: &$name) -> Subdomain {
                item.name.clone()
            }
        })*
    };
}

objects!(Secret ConfigMap ServiceAccount);

impl From<&Secret> for Source {
    fn from(secret: &Secret) -> Source {
        Source::Secret(secret.name.clone())
    }
}

impl From<&ConfigMap> for Source {
    fn from(config: &ConfigMap) -> Source {
        Source::ConfigMap(config.name.clone())
    }
}

/// ```
/// use statefulapp_core::builder::{Secret, SecretKind};
///
/// let login = Secret::new("login")?.generate("password", 32)?.from_env("token", "API_TOKEN")?;
/// let registry = Secret::new("registry")?
///     .kind(SecretKind::DockerConfigJson)
///     .from_file(".dockerconfigjson", "secrets/docker.json")?;
/// let in_the_cluster = Secret::existing("s3", ["access_key", "secret_key"])?;
/// assert!(login.key("password").is_ok());
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Secret {
    /// A Secret of this name, without keys.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
        Ok(Self {
            name: read_name("Secret", name)?,
            meta: Meta::default(),
            is_extern: false,
            kind: SecretKind::Opaque,
            data: Vec::new(),
            immutable: false,
            external: None,
        })
    }

    /// One that exists in the cluster already, with these keys: nothing is written for it. In the macro it is `extern`.
    ///
    /// # Errors
    /// The name or a key is not one.
    pub fn existing<K: Parse<DataKey>>(
        name: impl Parse<Subdomain>,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Self, ValueError> {
        let mut secret = Self { is_extern: true, ..Self::new(name)? };
        for key in keys {
            secret = secret.elsewhere(key)?;
        }
        Ok(secret)
    }

    /// A key whose value is made once from the operating system's random source and then kept: 8 to 256 characters.
    ///
    /// # Errors
    /// The key is not one.
    pub fn generate(self, key: impl Parse<DataKey>, length: u16) -> Result<Self, ValueError> {
        self.value(key, SecretValue::Generate(length))
    }

    /// A key whose value is an environment variable of this program, read when manifests are written.
    ///
    /// # Errors
    /// The key is not one.
    pub fn from_env(self, key: impl Parse<DataKey>, variable: impl Into<String>) -> Result<Self, ValueError> {
        self.value(key, SecretValue::FromEnv(variable.into()))
    }

    /// A key whose value is a file, read when manifests are written.
    ///
    /// # Errors
    /// The key is not one.
    pub fn from_file(self, key: impl Parse<DataKey>, path: impl Into<PathBuf>) -> Result<Self, ValueError> {
        self.value(key, SecretValue::FromFile(path.into()))
    }

    /// A key whose value stands here, and so in the program.
    ///
    /// # Errors
    /// The key is not one.
    pub fn literal(self, key: impl Parse<DataKey>, value: impl Into<String>) -> Result<Self, ValueError> {
        self.value(key, SecretValue::Literal(value.into()))
    }

    /// A key that the [`external`](Self::external) store has under the same name.
    ///
    /// # Errors
    /// The key is not one.
    pub fn elsewhere(self, key: impl Parse<DataKey>) -> Result<Self, ValueError> {
        self.value(key, SecretValue::Elsewhere(None))
    }

    /// A key that the [`external`](Self::external) store has under another name.
    ///
    /// # Errors
    /// The key is not one.
    pub fn elsewhere_as(self, key: impl Parse<DataKey>, name: impl Into<String>) -> Result<Self, ValueError> {
        self.value(key, SecretValue::Elsewhere(Some(name.into())))
    }

    fn value(mut self, key: impl Parse<DataKey>, value: SecretValue) -> Result<Self, ValueError> {
        let key = read(&self, "key", key)?;
        self.data.push((key, value));
        Ok(self)
    }

    keys! { self:
        /// The type, which is a keyword of Rust.
        plain kind: SecretKind => self.kind;
        /// Whether the data can never change.
        plain immutable: bool => self.immutable;
        /// A store of the External Secrets Operator that holds the values: then an ExternalSecret is written.
        set external: ExternalStore => self.external;
    }

    meta!(self, self.meta);

    /// One of its keys, for a variable, a file or an engine.
    ///
    /// # Errors
    /// The key is not one.
    pub fn key(&self, key: impl Parse<DataKey>) -> Result<SecretKey, ValueError> {
        Ok(SecretKey(KeyRef { name: self.name.clone(), key: read(self, "key", key)?, optional: false }))
    }
}

/// ```
/// use statefulapp_core::builder::{ExternalStore, Secret};
///
/// let login = Secret::new("login")?
///     .external(ExternalStore::new("vault")?.refresh("15m")?)
///     .elsewhere_as("password", "databases/login")?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl ExternalStore {
    /// The ClusterSecretStore of this name.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(store: impl Parse<Subdomain>) -> Result<Self, ValueError> {
        Ok(Self { store: read_name("external store", store)?, cluster: true, refresh: None })
    }

    keys! { self:
        /// Whether it is a ClusterSecretStore, which is the default, or a SecretStore of the namespace.
        plain cluster: bool => self.cluster;
        /// How often it is read again.
        parsed refresh: Duration => self.refresh;
    }
}

impl Owner for ExternalStore {
    fn owner(&self) -> String {
        format!("external store `{}`", self.store)
    }
}

/// ```
/// use statefulapp_core::builder::ConfigMap;
///
/// let config = ConfigMap::new("config")?.data("app.conf", "level = info\n")?.binary("logo.png", [0x89, 0x50])?;
/// let in_the_cluster = ConfigMap::existing("settings", ["LEVEL"])?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl ConfigMap {
    /// A ConfigMap of this name, without keys.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
        Ok(Self {
            name: read_name("ConfigMap", name)?,
            meta: Meta::default(),
            is_extern: false,
            data: Vec::new(),
            binary: Vec::new(),
            immutable: false,
        })
    }

    /// One that exists in the cluster already, with these keys: nothing is written for it. In the macro it is `extern`.
    ///
    /// # Errors
    /// The name or a key is not one.
    pub fn existing<K: Parse<DataKey>>(
        name: impl Parse<Subdomain>,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Self, ValueError> {
        let mut config = Self { is_extern: true, ..Self::new(name)? };
        for key in keys {
            config = config.data(key, "")?;
        }
        Ok(config)
    }

    /// A key and its text.
    ///
    /// # Errors
    /// The key is not one.
    pub fn data(mut self, key: impl Parse<DataKey>, text: impl Into<String>) -> Result<Self, ValueError> {
        let key = read(&self, "key", key)?;
        self.data.push((key, text.into()));
        Ok(self)
    }

    /// A key and its bytes, for what is not UTF-8.
    ///
    /// # Errors
    /// The key is not one.
    pub fn binary(mut self, key: impl Parse<DataKey>, bytes: impl Into<Vec<u8>>) -> Result<Self, ValueError> {
        let key = read(&self, "key", key)?;
        self.binary.push((key, bytes.into()));
        Ok(self)
    }

    keys! { self:
        /// Whether the data can never change.
        plain immutable: bool => self.immutable;
    }

    meta!(self, self.meta);

    /// One of its keys, for a variable or a file.
    ///
    /// # Errors
    /// The key is not one.
    pub fn key(&self, key: impl Parse<DataKey>) -> Result<ConfigKey, ValueError> {
        Ok(ConfigKey(KeyRef { name: self.name.clone(), key: read(self, "key", key)?, optional: false }))
    }
}

/// ```
/// use statefulapp_core::builder::{App, ServiceAccount};
///
/// let reader = ServiceAccount::new("reader")?.token(true);
/// let web = App::new("web")?.service_account(&reader)?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl ServiceAccount {
    /// A ServiceAccount of this name.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
        Ok(Self {
            name: read_name("ServiceAccount", name)?,
            meta: Meta::default(),
            is_extern: false,
            token: false,
            pull_secrets: Vec::new(),
        })
    }

    /// One that exists in the cluster already: nothing is written for it. In the macro it is `extern`.
    ///
    /// # Errors
    /// The name is not one.
    pub fn existing(name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
        Ok(Self { is_extern: true, ..Self::new(name)? })
    }

    keys! { self:
        /// Whether pods that use it get a token for the API server.
        plain token: bool => self.token;
    }

    /// A Secret with the credentials of a registry.
    ///
    /// # Errors
    /// It is text that is no name.
    pub fn pull_secret(mut self, secret: impl Parse<Subdomain>) -> Result<Self, ValueError> {
        let secret = read(&self, "pull_secrets", secret)?;
        self.pull_secrets.push(secret);
        Ok(self)
    }

    meta!(self, self.meta);
}

/// ```
/// use statefulapp_core::builder::Raw;
///
/// let raw = Raw::new("team", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: team\n")?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Raw {
    /// An object as YAML: one document with `apiVersion`, `kind` and `metadata.name`. The name is for messages and file names.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(name: impl Parse<Subdomain>, yaml: impl Into<String>) -> Result<Self, ValueError> {
        let name: Subdomain = read_name("Raw", name)?;
        Ok(Self { name: name.into(), yaml: yaml.into() })
    }
}

impl From<Raw> for Item {
    fn from(raw: Raw) -> Item {
        Item::Raw(raw)
    }
}
