//! Declare stateful Kubernetes applications in Rust: what compiles, the API server accepts and the cluster can really run.
#![deny(missing_docs)]

#[cfg(feature = "cli")]
pub use statefulapp_core::cli::cli;
pub use statefulapp_core::k8s_openapi;
pub use statefulapp_core::model::Stack;
pub use statefulapp_core::output::Report;
pub use statefulapp_core::render::{Error, Options};
pub use statefulapp_core::{
    builder, check, engine, finding, grammar, graph, handle, manifest, model, output, plan, render, summary, value,
};

/// Declares a stack.
#[macro_export]
macro_rules! stateful_app {
    ($($declaration:tt)*) => {
        $crate::__private::expand! { [$crate] $($declaration)* }
    };
}

/// What expanded code names. Not an interface: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use statefulapp_core::decl::{Field as F, Item, Stack as Declaration, Value as V};
    pub use statefulapp_core::grammar::types;
    pub use statefulapp_core::handle::{self, Key};
    pub use statefulapp_core::hole::{hole, name};
    pub use statefulapp_core::lower::build;
    pub use statefulapp_core::manifest::{patch_deployment, patch_stateful_set};
    pub use statefulapp_core::model::Stack;
    pub use statefulapp_core::tree::Value as Hole;
    pub use statefulapp_core::value::{AppName, CronJobName, JobName, Label, Port, Subdomain};
    pub use statefulapp_macros::expand;
}
