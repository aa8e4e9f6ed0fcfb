//! Declare stateful Kubernetes applications in Rust.
#![deny(missing_docs)]
