//! A stack at a glance: what it takes of the cluster, how it is reached, what is unwise or unusual about it.
//!
//! Everything is counted in the finished objects, after engines and patches; no Secret is read.
//!
//! ```
//! # use statefulapp_core::{model::{App, Item, Stack, Workload}, summary::Summary};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut app = App::new(Workload::StatefulSet, "db".parse()?);
//! app.main.image = Some("example.org/db:1".parse()?);
//! app.replicas = Some(3);
//! let mut stack = Stack::default();
//! stack.items.push(Item::App(Box::new(app)));
//! let summary = Summary::new(&stack)?;
//! assert_eq!(summary.total.pods, 3);
//! print!("{summary}");
//! # Ok(())
//! # }
//! ```

mod addresses;
mod amount;
mod footprint;
mod json;
mod table;
mod text;

pub use addresses::{Address, AddressPort};
pub use amount::Amount;
pub use footprint::{Footprint, Range};

use crate::engine;
use crate::fields::{self, Pods};
use crate::finding::{Findings, Severity};
use crate::manifest::{BECAUSE, Objects, Redacted};
use crate::model::{Param, Stack};
use crate::pod_security;
use crate::render::Error;
use serde_json::Value;

/// What is worth knowing of a stack. `Display` is the report for people, [`to_json`](Self::to_json) that for programs.
#[derive(Debug)]
#[non_exhaustive]
pub struct Summary {
    /// The stack's name.
    pub stack: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The oldest Kubernetes version that it must run on.
    pub kubernetes: String,
    /// The parameters, with their values.
    pub params: Vec<Param>,
    /// The StatefulSets and Deployments.
    pub apps: Vec<Workload>,
    /// What all pods of all apps take together.
    pub total: Footprint,
    /// What is taken besides while Deployments roll out, all at once.
    pub rolling: Footprint,
    /// The Jobs and CronJobs, which take something while they run.
    pub jobs: Vec<Workload>,
    /// What is taken besides while all jobs run.
    pub jobs_total: Footprint,
    /// Where clients connect.
    pub addresses: Vec<Address>,
    /// Where pods need more than PodSecurity "restricted" allows.
    pub exceptions: Vec<Exception>,
    /// What the rules warn of.
    pub warnings: Findings,
    /// What has to be known of the engines before relying on them.
    pub notes: Vec<Note>,
}

/// What runs pods, and what all of them take together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Workload {
    /// `StatefulSet`, `Deployment`, `Job`, `CronJob`.
    pub kind: String,
    /// The name.
    pub name: String,
    /// When a CronJob runs.
    pub schedule: Option<String>,
    /// What it takes.
    pub takes: Footprint,
    /// What it takes besides while it rolls out.
    pub rolling: Footprint,
}

/// Pods that need more than PodSecurity "restricted" allows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exception {
    /// The workload: `StatefulSet postgres`.
    pub workload: String,
    /// What "restricted" refuses, in the words of the API.
    pub violations: Vec<String>,
    /// The reason that the declaration gives; `None` if a patch or a raw object gives none.
    pub because: Option<String>,
}

/// What has to be known of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The engine: `PostgreSQL`.
    pub engine: String,
    /// The apps that run it.
    pub apps: Vec<String>,
    /// What has to be known.
    pub limits: Vec<String>,
}

impl Summary {
    /// The summary of a stack.
    ///
    /// # Errors
    /// The stack breaks a rule.
    pub fn new(stack: &Stack) -> Result<Self, Error> {
        let completed = stack.completed()?;
        let objects = fields::values(&Objects::new(&completed, &Redacted).collect::<Result<Vec<_>, _>>()?);
        let mut warnings = stack.verify();
        warnings.findings.retain(|finding| finding.severity == Severity::Warning);
        let mut summary = Self {
            stack: stack.name.as_ref().map(ToString::to_string),
            namespace: stack.namespace.as_ref().map(ToString::to_string),
            kubernetes: stack.kubernetes().to_string(),
            params: stack.params.clone(),
            apps: Vec::new(),
            total: Footprint::default(),
            rolling: Footprint::default(),
            jobs: Vec::new(),
            jobs_total: Footprint::default(),
            addresses: addresses::of(&completed, &objects),
            exceptions: Vec::new(),
            warnings,
            notes: notes(&completed),
        };
        for object in &objects {
            if let Some(pods) = fields::pods(object) {
                summary.add(object, &pods);
            }
        }
        Ok(summary)
    }

    fn add(&mut self, object: &Value, pods: &Pods<'_>) {
        let workload = footprint::workload(object, pods);
        if matches!(workload.kind.as_str(), "Job" | "CronJob") {
            self.jobs_total += workload.takes;
            self.jobs.push(workload);
        } else {
            self.total += workload.takes;
            self.rolling += workload.rolling;
            self.apps.push(workload);
        }
        let violations = pod_security::violations(pods.spec);
        if !violations.is_empty() {
            let annotations = [object.pointer("/metadata/annotations"), pods.metadata.get("annotations")];
            let because = annotations.into_iter().flatten().find_map(|annotations| annotations.get(BECAUSE)?.as_str());
            self.exceptions.push(Exception {
                workload: format!("{} {}", fields::kind(object), fields::name(object)),
                violations,
                because: because.map(str::to_owned),
            });
        }
    }
}

fn notes(completed: &Stack) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for (_, app) in completed.apps() {
        let Some(facts) = engine::of(app).filter(|facts| !facts.limits.is_empty()) else { continue };
        match notes.iter_mut().find(|note| note.engine == facts.title) {
            Some(note) => note.apps.push(app.name.to_string()),
            None => notes.push(Note {
                engine: facts.title.to_owned(),
                apps: vec![app.name.to_string()],
                limits: facts.limits.iter().map(|&limit| limit.to_owned()).collect(),
            }),
        }
    }
    notes
}
