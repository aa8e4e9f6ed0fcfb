//! Runs what a Kubernetes manifest says on this machine, with real servers.
//!
//! It reads YAML as the API server, the controllers and a kubelet would, and starts the containers' commands as processes in
//! network, mount, pid, ipc and uts namespaces, with the programs of Debian's packages in the place of images. It knows nothing
//! of the generator that wrote the YAML. See `README.md` for what is exact and what is simplified.

pub mod cluster;
pub mod container;
pub mod controllers;
pub mod dns;
pub mod env;
pub mod expand;
pub mod images;
pub mod kubelet;
pub mod names;
pub mod network;
pub mod objects;
pub mod probe;
pub mod quantity;
pub mod sandbox;
pub mod scenarios;
pub mod services;
pub mod spec;
