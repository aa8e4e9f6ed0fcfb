//! A picture of a stack: apps, services, volumes, secrets, and who uses what.
//!
//! One model, [`Graph`], and three notations: Mermaid for Markdown, SVG for a browser, DOT for Graphviz. Secrets are
//! there by name only: none is read.
//!
//! ```
//! # use statefulapp_core::{graph::Graph, model::{App, Item, Stack, Workload}};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut app = App::new(Workload::StatefulSet, "db".parse()?);
//! app.main.image = Some("example.org/db:1".parse()?);
//! let mut stack = Stack::default();
//! stack.items.push(Item::App(Box::new(app)));
//! assert!(Graph::new(&stack)?.to_mermaid().contains("selects"));
//! # Ok(())
//! # }
//! ```

mod build;
mod dot;
mod hosts;
mod layout;
mod mermaid;
mod style;
mod svg;
mod text_width;

use crate::fields;
use crate::manifest::{Objects, Redacted};
use crate::model::Stack;
use crate::render::Error;
use serde_json::Value;

/// What there is, and who uses what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The stack's name.
    pub title: String,
    /// What there is, in the order of the declaration.
    pub nodes: Vec<Node>,
    /// Who uses what.
    pub edges: Vec<Edge>,
}

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub sort: Sort,
    /// The kind of the object: `StatefulSet`, `CronJob`, …
    pub kind: String,
    /// The name.
    pub name: String,
    /// What else is worth knowing, a line each: image, number of pods, size.
    pub details: Vec<String>,
    /// Whether it exists in the cluster already and is not written.
    pub is_extern: bool,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// What is reached from outside.
    Ingress,
    /// A name for pods.
    Service,
    /// Pods that run all the time.
    App,
    /// Pods that run to completion.
    Job,
    /// A volume that is kept.
    Volume,
    /// Configuration.
    ConfigMap,
    /// A secret.
    Secret,
}

/// From one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    /// The position of the node that uses the other.
    pub from: usize,
    /// The position of the other.
    pub to: usize,
    /// How.
    pub relation: Relation,
}

/// How one thing uses another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// An Ingress leads to a Service.
    Routes,
    /// A Service leads to pods.
    Selects,
    /// Pods connect to a Service: its name stands in their environment or arguments.
    Connects,
    /// A NetworkPolicy lets pods connect to others.
    MayConnect,
    /// A Job makes dumps of an app, or restores them.
    BacksUp,
    /// Pods see it as files.
    Mounts,
    /// Pods have it in their environment, an Ingress has its certificate in it, a registry asks for it.
    Uses,
}

impl Relation {
    /// All of them, in the order of a legend.
    pub const ALL: [Relation; 7] = [
        Relation::Routes,
        Relation::Selects,
        Relation::Connects,
        Relation::MayConnect,
        Relation::BacksUp,
        Relation::Mounts,
        Relation::Uses,
    ];

    /// The verb: `selects`.
    pub fn verb(self) -> &'static str {
        match self {
            Relation::Routes => "routes to",
            Relation::Selects => "selects",
            Relation::Connects => "connects to",
            Relation::MayConnect => "may connect to",
            Relation::BacksUp => "backs up",
            Relation::Mounts => "mounts",
            Relation::Uses => "uses",
        }
    }
}

impl Graph {
    /// The graph of a stack.
    ///
    /// # Errors
    /// The stack breaks a rule.
    pub fn new(stack: &Stack) -> Result<Self, Error> {
        let completed = stack.completed()?;
        let objects = fields::values(&Objects::new(&completed, &Redacted).collect::<Result<Vec<_>, _>>()?);
        let title = stack.name.as_ref().map_or_else(String::new, ToString::to_string);
        Ok(Self::of_objects(title, &objects))
    }

    /// The graph of Kubernetes objects as JSON, whoever wrote them; of one namespace.
    pub fn of_objects(title: impl Into<String>, objects: &[Value]) -> Self {
        build::graph(title.into(), objects)
    }
}
