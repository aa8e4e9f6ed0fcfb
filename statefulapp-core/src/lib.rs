//! The knowledge behind `statefulapp`: values, model, rules, engines, manifests and output. Use it through that crate.
#![deny(missing_docs)]

#[cfg(feature = "manifest")]
pub mod output;
#[cfg(feature = "manifest")]
pub mod plan;
pub mod value;
