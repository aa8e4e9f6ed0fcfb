//! From a completed model to Kubernetes objects.
//!
//! [`objects`] knows nothing of engines: what an engine adds (environment, probes, Jobs, Services) already stands in the
//! model when it gets here. What it adds itself is what every application of this project brings: labels, a selector
//! that never changes, a governing Service, a ServiceAccount without a token, a security context that PodSecurity
//! "restricted" accepts, a disruption budget, a checksum of the configuration. `docs/objects.md` lists them all.
//!
//! Same model, same objects, in the same order: that of the items, and within an app ServiceAccount, Service,
//! PodDisruptionBudget, NetworkPolicy, workload.

#![allow(clippy::needless_update, reason = "newer versions of the API have fields that older ones lack")]

mod app;
pub(crate) mod checksum;
mod claim;
mod config;
mod container;
mod deployment;
mod disruption;
mod env;
mod error;
mod index;
mod ingress;
mod job;
mod labels;
mod network_policy;
mod object;
mod patch;
mod pod;
mod probe;
mod raw;
mod scheduling;
mod secret;
mod security;
mod service;
mod service_account;
mod start_order;
mod stateful_set;
mod volume;

pub(crate) use app::BECAUSE;
pub use error::BuildError;
pub use object::Object;
pub use patch::{PatchFunction, PatchTarget, patch_deployment, patch_stateful_set};
pub use secret::{Redacted, SecretBytes, SecretSource};

use crate::model::{Item, Stack};
use index::Index;

/// The Kubernetes objects of a completed stack, the values of its Secrets from `secrets`.
///
/// The order is that of the items; nothing in it depends on time or chance. The stack should have passed the rules:
/// what they refuse may give objects here that the API server refuses.
///
/// # Errors
/// A value of a Secret cannot be had, a raw object is not one, or the model lacks what no default can replace: an image,
/// the number of a port.
pub fn objects(stack: &Stack, secrets: &dyn SecretSource) -> Result<Vec<Object>, BuildError> {
    Objects::new(stack, secrets).collect()
}

/// The objects of [`objects`], made one item after the other, so that a stack of any size takes the memory of its model.
pub struct Objects<'a> {
    index: Index<'a>,
    secrets: &'a dyn SecretSource,
    made: app::Made<'a>,
    items: std::slice::Iter<'a, Item>,
    /// The objects of the current item.
    ready: std::vec::IntoIter<Object>,
}

impl<'a> Objects<'a> {
    /// The objects of all items.
    pub fn new(stack: &'a Stack, secrets: &'a dyn SecretSource) -> Self {
        Self {
            index: Index::new(stack),
            secrets,
            made: app::Made::default(),
            items: stack.items.iter(),
            ready: Vec::new().into_iter(),
        }
    }

    /// The objects of one item.
    ///
    /// # Errors
    /// See [`objects`].
    pub(crate) fn of_item(&mut self, item: &'a Item) -> Result<Vec<Object>, BuildError> {
        let (index, made) = (&self.index, &mut self.made);
        let mut objects = Vec::new();
        match item {
            Item::App(app) => app::objects(index, app, made, &mut objects)?,
            Item::ConfigMap(config) => objects.extend(config::config_map(index.stack, config)),
            Item::Secret(secret) => objects.extend(config::secret(index.stack, secret, self.secrets)?),
            Item::Service(service) => service::declared(index, service, &mut objects)?,
            Item::Job(job) => {
                objects.extend(job::account(index, made, (job.name.as_str(), &job.meta, &job.run)));
                objects.push(job::job(index, job)?);
            }
            Item::CronJob(job) => {
                objects.extend(job::account(index, made, (job.name.as_str(), &job.meta, &job.run)));
                objects.push(job::cron_job(index, job)?);
            }
            Item::Ingress(ingress) => objects.push(ingress::ingress(index, ingress)),
            Item::NetworkPolicy(policy) => objects.push(network_policy::declared(index.stack, policy)),
            Item::ServiceAccount(account) => objects.extend(service_account::declared(index.stack, account)),
            Item::Raw(raw) => objects.push(raw::object(index.stack, raw)?),
            // A group is in its members; a broken item was reported where it stands.
            Item::AppGroup(_) | Item::Broken => {}
        }
        Ok(objects)
    }
}

impl Iterator for Objects<'_> {
    type Item = Result<Object, BuildError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(object) = self.ready.next() {
                return Some(Ok(object));
            }
            let item = self.items.next()?;
            match self.of_item(item) {
                Ok(objects) => self.ready = objects.into_iter(),
                Err(error) => {
                    // Nothing comes after an error.
                    self.items = [].iter();
                    return Some(Err(error));
                }
            }
        }
    }
}

impl std::fmt::Debug for Objects<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Objects({} items left)", self.items.len())
    }
}

/// The specification of an object, which newer versions of the API require and older ones declare as optional.
fn spec_of<T, S: From<T>>(spec: T) -> S {
    spec.into()
}
