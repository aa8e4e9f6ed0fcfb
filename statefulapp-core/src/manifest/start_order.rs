//! Members of a group that wait for those before them.

use super::Index;
use super::index::Member;
use crate::model::{App, Container, Protocol, Workload};
use crate::value::{Image, Label};

/// A small image with a shell and `nc`, of Docker's official ones.
const IMAGE: &str = "busybox:1.37";

/// Its image names no user; this is `nobody`.
const USER: u32 = 65_534;

/// Init containers that end when the first TCP port of each earlier member answers.
pub(super) fn waits(index: &Index<'_>, member: Member<'_, '_>) -> Vec<Container> {
    let mut waits: Vec<Container> = Vec::new();
    for group in member.groups {
        let Some(place) = group.start_order.iter().position(|name| *name == member.app.name) else { continue };
        let earlier = group.start_order.iter().take(place).filter_map(|name| index.app(name.as_str()));
        for wait in earlier.filter_map(|before| wait(member.app, &before)) {
            if !waits.iter().any(|w| w.name == wait.name) {
                waits.push(wait);
            }
        }
    }
    waits
}

fn wait(app: &App, before: &App) -> Option<Container> {
    let port = before.main.ports.iter().find(|port| port.protocol == Protocol::TCP)?.number;
    let host = match before.workload {
        Workload::StatefulSet => before.service_name(),
        Workload::Deployment => before.name.as_str(),
    };
    let name: Label = format!("wait-for-{}", before.name).parse().ok()?;
    let mut wait = Container::new(name);
    wait.image = Some(IMAGE.parse::<Image>().ok()?);
    let script = format!("until nc -z -w 2 {host} {port}; do sleep 2; done");
    wait.command = vec!["sh".to_owned(), "-c".to_owned(), script];
    wait.security.user = Some(USER);
    // A pod is only "Guaranteed" if every container says what it takes; of init containers only the largest counts.
    let basic = |name: &str| matches!(name, "cpu" | "memory");
    wait.resources = app.main.resources.iter().filter(|resource| basic(resource.name.as_str())).cloned().collect();
    Some(wait)
}
