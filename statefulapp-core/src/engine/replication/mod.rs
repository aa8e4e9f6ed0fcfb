//! Forms of replication that need scripts or jobs: primaries with standbys, replica sets, Redis Cluster.
//!
//! An engine without a form here has one pod; more are an error that says why.

pub(crate) mod mariadb;
pub(crate) mod mysql;
pub(crate) mod postgres;
pub(crate) mod redis;

use super::draft::{Draft, probe, service, service_port};
use crate::model::Item;
use crate::value::Label;

/// What a copy of a whole database comes to on a slow disk or network, in bytes a second.
const COPY_SPEED: u64 = 20_000_000;

/// Gives the first start of a container the time that copying a full volume takes: the table's is for a server that only recovers.
fn copies(draft: &mut Draft<'_>) {
    let Some(check) = &draft.facts.probes.startup else { return };
    let Some(handler) = check.probe(draft).map(|probe| probe.handler) else { return };
    let bytes = draft.app.storage.first().map_or(0, |volume| volume.size.bytes());
    let failures = u32::try_from(bytes / COPY_SPEED / u64::from(check.period)).unwrap_or(u32::MAX);
    draft.startup(probe(handler, check.period, check.timeout, failures.max(check.failures)));
}

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
