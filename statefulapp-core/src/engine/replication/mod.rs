//! Forms of replication that need scripts or jobs: primaries with standbys, replica sets, Redis Cluster.
//!
//! An engine without a form here has one pod; more are an error that says why.

pub(crate) mod postgres;
