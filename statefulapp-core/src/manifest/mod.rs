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
use k8s_openapi::Resource;
use k8s_openapi::api::{batch::v1 as batch, core::v1 as core, networking::v1 as networking};

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
        let mut objects = Vec::new();
        self.visit(item, &mut |_, build| {
            objects.push(build()?);
            Ok(())
        })?;
        Ok(objects)
    }

    /// One of the objects of an item, by its position among them.
    ///
    /// # Errors
    /// See [`objects`].
    pub(crate) fn nth_of_item(&mut self, item: &'a Item, n: usize) -> Result<Option<Object>, BuildError> {
        let (mut count, mut object) = (0, None);
        self.visit(item, &mut |_, build| {
            if count == n {
                object = Some(build()?);
            }
            count += 1;
            Ok(())
        })?;
        Ok(object)
    }

    /// Goes through the objects of an item, in their order: what is known of each before it is built, and how to build it. The
    /// same item has the same objects every time.
    ///
    /// # Errors
    /// Those of `visit`, and what the objects lack that say how many they are.
    pub(crate) fn visit(&mut self, item: &'a Item, visit: &mut Visit<'_>) -> Result<(), BuildError> {
        let (index, made) = (&self.index, &mut self.made);
        let stack = index.stack;
        match item {
            Item::App(app) => app::objects(index, app, made, visit),
            Item::ConfigMap(config) if !config.is_extern => {
                let head = Head::of::<core::ConfigMap>(config.name.as_str());
                visit(Some(head), &|| Ok(config::config_map(stack, config)))
            }
            Item::Secret(secret) if !secret.is_extern => {
                let head = Head::of::<core::Secret>(secret.name.as_str());
                let head = Some(head).filter(|_| secret.external.is_none());
                visit(head, &|| config::secret(stack, secret, self.secrets))
            }
            Item::Service(service) => service::declared(index, service, visit),
            Item::Job(job) => {
                let name = job.name.as_str();
                job::account(index, made, (name, &job.meta, &job.run), visit)?;
                visit(Some(Head::of::<batch::Job>(name)), &|| job::job(index, job))
            }
            Item::CronJob(job) => {
                let name = job.name.as_str();
                job::account(index, made, (name, &job.meta, &job.run), visit)?;
                visit(Some(Head::of::<batch::CronJob>(name)), &|| job::cron_job(index, job))
            }
            Item::Ingress(ingress) => {
                let head = Head::of::<networking::Ingress>(ingress.name.as_str());
                visit(Some(head), &|| Ok(ingress::ingress(index, ingress)))
            }
            Item::NetworkPolicy(policy) => {
                let head = Head::of::<networking::NetworkPolicy>(policy.name.as_str());
                visit(Some(head), &|| Ok(network_policy::declared(stack, policy)))
            }
            Item::ServiceAccount(account) if !account.is_extern => {
                let head = Head::of::<core::ServiceAccount>(account.name.as_str());
                visit(Some(head), &|| Ok(service_account::declared(stack, account)))
            }
            Item::Raw(raw) => visit(None, &|| raw::object(stack, raw)),
            // What is `extern` is in the cluster already; a group is in its members; a broken item was reported where it stands.
            Item::ConfigMap(_) | Item::Secret(_) | Item::ServiceAccount(_) | Item::AppGroup(_) | Item::Broken => Ok(()),
        }
    }
}

/// What is known of an object before it is built: all but its namespace, which is the stack's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) name: &'a str,
}

impl<'a> Head<'a> {
    fn of<T: Resource>(name: &'a str) -> Self {
        Self { api_version: T::API_VERSION, kind: T::KIND, name }
    }
}

/// Sees an object that can be built. There is no head where only the finished object says what it is: a patch or a raw text may
/// give it any name.
pub(crate) type Visit<'v> =
    dyn FnMut(Option<Head<'_>>, &dyn Fn() -> Result<Object, BuildError>) -> Result<(), BuildError> + 'v;

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
