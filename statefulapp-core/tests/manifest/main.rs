//! From models to Kubernetes objects. Every stack that is built here must satisfy `support::build`: PodSecurity
//! "restricted", selectors that match, volumes that exist, names that are legal.

#![cfg(feature = "manifest")]

mod apps;
mod config;
#[macro_use]
mod every_field;
mod fields;
mod files;
mod item_fields;
mod jobs;
mod network;
mod restricted;
mod security;
mod services;
mod support;
