//! This version of the manifests against earlier ones, offline.
