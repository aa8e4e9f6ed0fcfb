//! The knowledge behind `statefulapp`: values, model, rules, engines, manifests and output. Use it through that crate.
#![deny(missing_docs)]

#[cfg(feature = "manifest")]
pub use k8s_openapi;

#[cfg(feature = "manifest")]
pub mod builder;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod decl;
pub mod engine;
#[cfg(feature = "manifest")]
mod fields;
pub mod finding;
pub mod grammar;
#[cfg(feature = "manifest")]
pub mod graph;
pub mod handle;
pub mod hole;
pub mod lower;
#[cfg(feature = "manifest")]
pub mod manifest;
pub mod model;
#[cfg(feature = "manifest")]
pub mod output;
#[cfg(feature = "manifest")]
pub mod plan;
#[cfg(feature = "manifest")]
pub mod pod_security;
#[cfg(feature = "manifest")]
pub mod render;
pub mod stack;
#[cfg(feature = "manifest")]
pub mod summary;
pub mod tree;
pub mod value;
mod view;
