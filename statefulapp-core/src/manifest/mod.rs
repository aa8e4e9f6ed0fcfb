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

use crate::model::{Item, Names, Stack};
use crate::view::{PART, View};
use index::Index;
use std::cell::RefCell;
use std::collections::HashMap;
use std::iter;
use std::rc::Rc;

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
    stack: Rc<Names<'a>>,
    secrets: &'a dyn SecretSource,
    /// How the items are completed.
    part: fn(&Rc<Names<'a>>, usize, usize) -> View<'a>,
    /// The items around the last one.
    view: View<'a>,
    made: app::Made,
    digests: RefCell<HashMap<String, checksum::Digest>>,
    /// The position of the next item.
    next: usize,
    /// The objects of the current item.
    ready: std::vec::IntoIter<Object>,
}

impl<'a> Objects<'a> {
    /// The objects of all items of a completed stack.
    pub fn new(stack: &'a Stack, secrets: &'a dyn SecretSource) -> Self {
        Self::of(stack, secrets, View::of_completed)
    }

    /// The objects of all items of a stack as it was declared: each item is completed when it is its turn, and what the engines
    /// add comes behind it.
    pub(crate) fn completing(stack: &'a Stack, secrets: &'a dyn SecretSource) -> Self {
        Self::of(stack, secrets, View::new)
    }

    fn of(stack: &'a Stack, secrets: &'a dyn SecretSource, part: fn(&Rc<Names<'a>>, usize, usize) -> View<'a>) -> Self {
        let stack = Rc::new(Names::new(stack));
        Self {
            view: View::none(&stack),
            stack,
            secrets,
            part,
            made: app::Made::default(),
            digests: RefCell::default(),
            next: 0,
            ready: Vec::new().into_iter(),
        }
    }

    /// The objects of the item at a position, and of what an engine adds to it.
    ///
    /// # Errors
    /// See [`objects`].
    pub(crate) fn of_item(&mut self, n: usize) -> Result<Vec<Object>, BuildError> {
        if self.view.completed_at(n).is_none() {
            self.view = (self.part)(&self.stack, n - n % PART, PART);
        }
        let Self { view, made, secrets, digests, .. } = self;
        let mut objects = Vec::new();
        let Some(completed) = view.completed_at(n) else { return Ok(objects) };
        let index = &Index::new(view, &completed.generated, digests);
        for (k, item) in iter::once(&*completed.item).chain(&completed.generated).enumerate() {
            add(index, ((n, k), item), *secrets, made, &mut objects)?;
        }
        Ok(objects)
    }
}

/// Adds the objects of an item.
fn add<'a>(
    index: &Index<'a>,
    (id, item): (app::ItemId, &'a Item),
    secrets: &dyn SecretSource,
    made: &mut app::Made,
    out: &mut Vec<Object>,
) -> Result<(), BuildError> {
    let stack = index.stack;
    match item {
        Item::App(app) => app::objects(index, (id, app), made, out)?,
        Item::ConfigMap(config) if !config.is_extern => out.push(config::config_map(stack, config)),
        Item::Secret(secret) if !secret.is_extern => out.push(config::secret(stack, secret, secrets)?),
        Item::Service(service) => service::declared(index, service, out)?,
        Item::Job(job) => {
            job::account(index, made, (id, job.name.as_str(), &job.meta, &job.run), out);
            out.push(job::job(index, job)?);
        }
        Item::CronJob(job) => {
            job::account(index, made, (id, job.name.as_str(), &job.meta, &job.run), out);
            out.push(job::cron_job(index, job)?);
        }
        Item::Ingress(ingress) => out.push(ingress::ingress(index, ingress)),
        Item::NetworkPolicy(policy) => out.push(network_policy::declared(stack, policy)),
        Item::ServiceAccount(account) if !account.is_extern => out.push(service_account::declared(stack, account)),
        Item::Raw(raw) => out.push(raw::object(stack, raw)?),
        // What is `extern` is in the cluster already; a group is in its members; a broken item was reported where it stands.
        Item::ConfigMap(_) | Item::Secret(_) | Item::ServiceAccount(_) | Item::AppGroup(_) | Item::Broken => {}
    }
    Ok(())
}

impl Iterator for Objects<'_> {
    type Item = Result<Object, BuildError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(object) = self.ready.next() {
                return Some(Ok(object));
            }
            if self.next >= self.stack.items.len() {
                return None;
            }
            self.next += 1;
            match self.of_item(self.next - 1) {
                Ok(objects) => self.ready = objects.into_iter(),
                Err(error) => {
                    // Nothing comes after an error.
                    self.next = usize::MAX;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl std::fmt::Debug for Objects<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Objects({} items left)", self.stack.items.len().saturating_sub(self.next))
    }
}

/// The specification of an object, which newer versions of the API require and older ones declare as optional.
fn spec_of<T, S: From<T>>(spec: T) -> S {
    spec.into()
}
