use super::{Parse, app};
use crate::model::{self, EnvValue, Item, KeyRef, Meta, SecretKind, SecretValue, Source};
use crate::value::{DataKey, LabelKey, LabelValue, Subdomain, ValueError};
use std::path::PathBuf;

/// A Secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Secret(pub model::Secret);

impl Secret {
    /// A Secret of this name, without keys.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
        Ok(Self(model::Secret {
            name: name.parse_value()?,
            meta: Meta::default(),
            is_extern: false,
            kind: SecretKind::Opaque,
            data: Vec::new(),
            immutable: false,
            external: None,
        }))
    }

    /// A Secret that exists in the cluster already.
    ///
    /// # Errors
    /// The name or a key is not one.
    pub fn existing(name: impl Parse<Subdomain>, keys: &[&str]) -> Result<Self, ValueError> {
        let mut secret = Self::new(name)?;
        secret.0.is_extern = true;
        for key in keys {
            secret = secret.value(*key, SecretValue::Elsewhere(None))?;
        }
        Ok(secret)
    }

    /// A key whose value is made once from the operating system's random source and then kept. `length` is 8 to 256 characters.
    ///
    /// # Errors
    /// The key is not one, or the length is out of range.
    pub fn generate(self, key: impl Parse<DataKey>, length: u16) -> Result<Self, ValueError> {
        if !(8..=256).contains(&length) {
            return Err(ValueError {
                rule: "generate-length",
                message: format!("a generated secret cannot have {length} characters"),
                help: "write a length from 8 to 256".to_owned(),
            });
        }
        self.value(key, SecretValue::Generate(length))
    }

    /// A key whose value is an environment variable, read when manifests are written.
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

    /// A label.
    ///
    /// # Errors
    /// The key or the value is not a label's.
    pub fn label(mut self, key: impl Parse<LabelKey>, value: impl Parse<LabelValue>) -> Result<Self, ValueError> {
        app::label(&mut self.0.meta, key, value)?;
        Ok(self)
    }

    /// One of its keys, as the value of a variable.
    ///
    /// # Errors
    /// The key is not one.
    pub fn key(&self, key: impl Parse<DataKey>) -> Result<EnvValue, ValueError> {
        self.reference(key).map(app::secret_key)
    }

    /// One of its keys, for an engine.
    ///
    /// # Errors
    /// The key is not one.
    pub fn reference(&self, key: impl Parse<DataKey>) -> Result<KeyRef, ValueError> {
        Ok(KeyRef { name: self.0.name.clone(), key: key.parse_value()?, optional: false })
    }

    fn value(mut self, key: impl Parse<DataKey>, value: SecretValue) -> Result<Self, ValueError> {
        self.0.data.push((key.parse_value()?, value));
        Ok(self)
    }
}

/// A ConfigMap.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigMap(pub model::ConfigMap);

impl ConfigMap {
    /// A ConfigMap of this name, without keys.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
        Ok(Self(model::ConfigMap {
            name: name.parse_value()?,
            meta: Meta::default(),
            is_extern: false,
            data: Vec::new(),
            binary: Vec::new(),
            immutable: false,
        }))
    }

    /// A key and its text.
    ///
    /// # Errors
    /// The key is not one.
    pub fn data(mut self, key: impl Parse<DataKey>, text: impl Into<String>) -> Result<Self, ValueError> {
        self.0.data.push((key.parse_value()?, text.into()));
        Ok(self)
    }

    /// A label.
    ///
    /// # Errors
    /// The key or the value is not a label's.
    pub fn label(mut self, key: impl Parse<LabelKey>, value: impl Parse<LabelValue>) -> Result<Self, ValueError> {
        app::label(&mut self.0.meta, key, value)?;
        Ok(self)
    }

    /// One of its keys, as the value of a variable.
    ///
    /// # Errors
    /// The key is not one.
    pub fn key(&self, key: impl Parse<DataKey>) -> Result<EnvValue, ValueError> {
        Ok(EnvValue::ConfigKey(KeyRef { name: self.0.name.clone(), key: key.parse_value()?, optional: false }))
    }
}

impl From<&Secret> for Source {
    fn from(secret: &Secret) -> Source {
        Source::Secret(secret.0.name.clone())
    }
}

impl From<&ConfigMap> for Source {
    fn from(config: &ConfigMap) -> Source {
        Source::ConfigMap(config.0.name.clone())
    }
}

impl From<Secret> for Item {
    fn from(secret: Secret) -> Item {
        Item::Secret(secret.0)
    }
}

impl From<ConfigMap> for Item {
    fn from(config: ConfigMap) -> Item {
        Item::ConfigMap(config.0)
    }
}
