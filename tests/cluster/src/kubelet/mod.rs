//! The kubelet: runs one pod from its creation to its end, on a thread of its own.

mod launch;
mod probes;
mod run;

use crate::container::ExecTarget;
use crate::env::PodFacts;
use crate::objects::StringMap;
use crate::spec::PodSpec;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub use run::run_pod;

/// Who made a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    StatefulSet { name: String, ordinal: u32 },
    Deployment { name: String },
    Job { name: String },
    Nobody,
}

/// A pod: what was asked for, and how it is.
pub struct Pod {
    pub facts: PodFacts,
    pub address: Ipv4Addr,
    pub owner: Owner,
    pub revision: String,
    pub spec: PodSpec,
    /// Directories of the claims, by claim name.
    pub claims: BTreeMap<String, PathBuf>,
    pub service_links: Vec<(String, String)>,
    status: Mutex<Status>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Pending,
    Running,
    Succeeded,
    Failed,
}

/// The pod's status, and the wish that it ends.
#[derive(Clone, Debug)]
pub struct Status {
    pub phase: Phase,
    pub containers: BTreeMap<String, ContainerStatus>,
    /// Since when every container is ready.
    pub ready_since: Option<Instant>,
    /// What the kubelet waits for or failed at.
    pub message: String,
    pub stop: Option<Stop>,
    /// All processes ended and the network is gone.
    pub gone: bool,
}

/// The wish that a pod ends.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    pub grace: Duration,
    /// Without preStop and signal, as when a machine fails.
    pub at_once: bool,
}

#[derive(Clone, Debug, Default)]
pub struct ContainerStatus {
    pub running: bool,
    pub started: bool,
    pub ready: bool,
    pub restarts: u32,
    pub last_exit: Option<i32>,
    pub target: Option<ExecTarget>,
    pub reason: String,
}

impl Pod {
    pub fn new(
        facts: PodFacts,
        address: Ipv4Addr,
        owner: Owner,
        revision: String,
        spec: PodSpec,
        claims: BTreeMap<String, PathBuf>,
        service_links: Vec<(String, String)>,
    ) -> Self {
        let status = Status {
            phase: Phase::Pending,
            containers: BTreeMap::new(),
            ready_since: None,
            message: String::new(),
            stop: None,
            gone: false,
        };
        Self {
            facts,
            address,
            owner,
            revision,
            spec,
            claims,
            service_links,
            status: Mutex::new(status),
            changed: Condvar::new(),
        }
    }

    pub fn labels(&self) -> &StringMap {
        &self.facts.labels
    }

    pub fn status(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the status and wakes who waits for it.
    pub fn update<T>(&self, change: impl FnOnce(&mut Status) -> T) -> T {
        let mut status = self.status();
        let out = change(&mut status);
        drop(status);
        self.changed.notify_all();
        out
    }

    /// Waits until something changed, or for the time.
    pub fn wait(&self, time: Duration) {
        let status = self.status();
        drop(self.changed.wait_timeout(status, time));
    }

    pub fn ready(&self) -> bool {
        let status = self.status();
        status.ready_since.is_some() && !status.gone
    }

    pub fn terminating(&self) -> bool {
        self.status().stop.is_some()
    }

    /// Ends the pod; a later call may only shorten the grace.
    pub fn stop(&self, stop: Stop) {
        self.update(|status| {
            if status.stop.is_none_or(|old| !old.at_once) {
                status.stop = Some(stop);
            }
        });
    }

    /// Recomputes whether the pod is ready from its containers.
    fn refresh_ready(&self) {
        self.update(|status| {
            let all = self.spec.containers.iter().all(|container| {
                status.containers.get(&container.name).is_some_and(|status| status.running && status.ready)
            });
            let sidecars = self.spec.init_containers.iter().filter(|container| container.sidecar()).all(|container| {
                status.containers.get(&container.name).is_some_and(|status| status.running && status.ready)
            });
            match (all && sidecars, status.ready_since) {
                (true, None) => status.ready_since = Some(Instant::now()),
                (false, Some(_)) => status.ready_since = None,
                _ => {}
            }
        });
    }
}
