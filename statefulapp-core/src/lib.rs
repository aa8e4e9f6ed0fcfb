//! The knowledge behind `statefulapp`: values, model, rules, engines, manifests and output. Use it through that crate.
#![deny(missing_docs)]

#[cfg(feature = "manifest")]
pub use k8s_openapi;

pub mod builder;
pub mod check;
pub mod decl;
pub mod engine;
pub mod finding;
pub mod grammar;
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
pub mod render;
pub mod stack;
pub mod tree;
pub mod value;
