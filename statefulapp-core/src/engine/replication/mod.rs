//! Forms of replication that need scripts or jobs: primaries with standbys, replica sets, Redis Cluster.
//!
//! An engine without a form here has one pod; more are an error that says why.

pub(crate) mod mariadb;
pub(crate) mod postgres;
pub(crate) mod redis;

use super::draft::{Draft, service, service_port};
use crate::model::Item;
use crate::value::Label;

/// `<app>-primary` leads to the first pod, `<app>-read` to every ready one.
fn services(draft: &mut Draft<'_>) {
    let ports: Vec<_> = draft.app.main.ports.iter().map(service_port).collect();
    let first = draft.app.first_ordinal();
    for (suffix, pod) in [("primary", Some(first)), ("read", None)] {
        let Ok(name) = format!("{}-{suffix}", draft.app.name).parse::<Label>() else { continue };
        if draft.is_free("Service", name.as_str()) {
            let service = service(name, &draft.app, pod, ports.clone());
            draft.add(Item::Service(service));
        }
    }
}
