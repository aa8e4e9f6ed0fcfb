use super::Parse;
use super::keys::{Owner, read, read_name, silence};
use crate::model::{Item, Stack};
use crate::value::{Hostname, KubernetesVersion, Label, ValueError};

impl Owner for Stack {
    fn owner(&self) -> String {
        match &self.name {
            Some(name) => format!("stack `{name}`"),
            None => "stack".to_owned(),
        }
    }
}

impl Stack {
    /// A stack of this name, without items.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn named(name: impl Parse<Label>) -> Result<Self, ValueError> {
        Ok(Self { name: Some(read_name("stack", name)?), ..Self::default() })
    }

    /// The namespace of all objects.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn in_namespace(mut self, namespace: impl Parse<Label>) -> Result<Self, ValueError> {
        self.namespace = Some(read(&self, "namespace", namespace)?);
        Ok(self)
    }

    /// The oldest Kubernetes version that it must run on: the key `kubernetes` of the macro.
    ///
    /// # Errors
    /// It is not a version.
    pub fn on_kubernetes(mut self, version: impl Parse<KubernetesVersion>) -> Result<Self, ValueError> {
        self.kubernetes = Some(read(&self, "kubernetes", version)?);
        Ok(self)
    }

    /// The DNS domain of the cluster.
    ///
    /// # Errors
    /// It is not a host name.
    pub fn in_cluster_domain(mut self, domain: impl Parse<Hostname>) -> Result<Self, ValueError> {
        self.cluster_domain = Some(read(&self, "cluster_domain", domain)?);
        Ok(self)
    }

    silence!(self, self.allow);

    /// The stack with one more item.
    #[must_use]
    pub fn with(mut self, item: impl Into<Item>) -> Self {
        self.items.push(item.into());
        self
    }

    /// The stack with more items.
    #[must_use]
    pub fn with_all<I: Into<Item>>(mut self, items: impl IntoIterator<Item = I>) -> Self {
        self.items.extend(items.into_iter().map(Into::into));
        self
    }
}
