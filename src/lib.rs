//! Declare stateful Kubernetes applications in Rust: what compiles, the API server accepts and the cluster can really run.
//!
//! [`stateful_app!`] declares a [`Stack`]; [`builder`] makes one without the macro. [`Stack::write`] writes the manifests to a
//! directory, [`Stack::yaml`] returns them, [`cli`](fn@cli) gives a program the commands `render`, `write`, `plan`, `summary` and `graph`.
#![deny(missing_docs)]

#[cfg(feature = "cli")]
pub use statefulapp_core::cli::cli;
pub use statefulapp_core::k8s_openapi;
pub use statefulapp_core::model::{Param, Stack};
pub use statefulapp_core::output::Report;
pub use statefulapp_core::render::{Error, Options};
pub use statefulapp_core::{
    builder, check, engine, finding, grammar, graph, handle, manifest, model, output, plan, render, summary, value,
};

/// Declares a stack: settings and items, checked when the program compiles.
///
/// The value derefs to [`Stack`] and has a handle for each named item. `docs/grammar.md` has every item and key; every mistake is one
/// error, on its token, with the id of its rule.
///
/// ```
/// use statefulapp::stateful_app;
///
/// let cluster = stateful_app! {
///     stack: "shop",
///     namespace: "databases",
///
///     Secret login { password: generate(32) }
///
///     StatefulApp postgres {
///         engine: postgres { version: "17.6", database: "shop", password: login.password },
///         storage: { data: { size: 20Gi } },
///         allow: [no_backup],
///     }
/// };
/// assert_eq!(cluster.postgres.full_host(0), "postgres-0.postgres.databases.svc.cluster.local");
/// assert!(cluster.check().errors().is_none());
/// ```
///
/// ```compile_fail
/// let cluster = statefulapp::stateful_app! {
///     StatefulApp postgres { image: "postgres:17.6", storage: { data: { mount: "/data", size: "10GB" } } }
/// };
/// ```
#[macro_export]
macro_rules! stateful_app {
    ($($declaration:tt)*) => {
        $crate::__private::expand! { [$crate] $($declaration)* }
    };
}

/// What expanded code names. Not an interface: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use statefulapp_core::handle::{self, Key};
    pub use statefulapp_core::hole::{fits, usual};
    pub use statefulapp_core::lower::build;
    pub use statefulapp_core::manifest::{patch_deployment, patch_stateful_set};
    pub use statefulapp_core::model::{Param, Stack};
    pub use statefulapp_core::tree::Value as Hole;
    pub use statefulapp_core::value::Port;
    pub use statefulapp_macros::expand;
}

/// The README's example, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
