//! Writing: objects as YAML, a directory of them that is replaced in one step, and secrets that are kept.
//!
//! ```text
//! objects ─yaml::to_yaml→ Document ─Layout::files→ File ─write→ directory
//! ```
//!
//! Everything is done one object at a time, so that a stack of any size takes the memory of its names. `docs/output.md`
//! tells a user what comes out.

mod carry;
mod directory;
mod emit;
mod error;
mod gitignore;
mod keep;
mod kinds;
mod layout;
mod order;
mod ordered;
mod record;
mod retire;
mod scalar;
mod seal;
pub mod secrets;
mod stage;
mod system;
mod work;
pub mod yaml;

pub use directory::{File, OutputDirectory, Report, WriteOptions, write};
pub use error::OutputError;
pub use keep::Keep;
pub(crate) use kinds::rank;
pub(crate) use layout::TEMPLATES;
pub use layout::{Files, KUSTOMIZATION, Layout, UnknownLayout, several_namespaces, sort};
pub use seal::{Sealer, seal};

/// An object as it is to be written.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// `StatefulSet`, `Service`, …
    pub kind: String,
    /// `apps/v1`, `v1`, …
    pub api_version: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// The app that it belongs to, if it belongs to one: the directory in [`Layout::ByApp`].
    pub app: Option<String>,
    /// Whether it holds secrets in clear text.
    pub secret: bool,
    /// The object in YAML, as [`yaml::to_yaml`] gives it.
    pub yaml: String,
}

/// Names the object and shows none of its content.
impl std::fmt::Debug for Document {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, namespace, name, .. } = self;
        match namespace {
            Some(namespace) => write!(out, "Document({kind} {namespace}/{name})"),
            None => write!(out, "Document({kind} {name})"),
        }
    }
}
