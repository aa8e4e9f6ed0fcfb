//! Forms of replication that need scripts or jobs: primaries with standbys, replica sets, Redis Cluster.
//!
//! An engine without a form here has one pod; more are an error that says why.

pub(crate) mod mariadb;
pub(crate) mod mongodb;
pub(crate) mod mysql;
pub(crate) mod postgres;
pub(crate) mod redis;

use super::draft::{Draft, probe, service, service_port};
use crate::model::{App, Container, EnvVar, Item, Job, Meta, PodSecurity, Run};
use crate::value::{Duration, Label};

/// The user that replicas log in as, if the declaration names none.
pub(crate) const USER: &str = "replicator";

/// Gives the first start of a container the time that copying a full volume takes, at a speed in bytes a second: the table's is for a
/// server that only recovers.
fn copies(draft: &mut Draft<'_>, speed: u64) {
    let Some(check) = &draft.facts.probes.startup else { return };
    let Some(handler) = check.probe(draft).map(|probe| probe.handler) else { return };
    let bytes = draft.app.storage.first().map_or(0, |volume| volume.size.bytes());
    let failures = u32::try_from(bytes / speed / u64::from(check.period)).unwrap_or(u32::MAX);
    draft.startup(probe(handler, check.period, check.timeout, failures.max(check.failures)));
}

/// The Service that leads to the first pod, which takes writes.
pub(crate) fn primary_service(app: &str) -> String {
    format!("{app}-primary")
}

/// The Service that leads to every ready pod.
pub(crate) fn read_service(app: &str) -> String {
    format!("{app}-read")
}

/// The Services of an app whose first pod is the primary of the others, each with the pod that it leads to, or all.
pub(crate) fn role_services(app: &App) -> [(String, Option<u32>); 2] {
    let name = app.name.as_str();
    [(primary_service(name), Some(app.first_ordinal())), (read_service(name), None)]
}

fn services(draft: &mut Draft<'_>) {
    let ports: Vec<_> = draft.app.main.ports.iter().map(service_port).collect();
    for (name, pod) in role_services(&draft.app) {
        let Ok(name) = name.parse::<Label>() else { continue };
        if draft.is_free("Service", name.as_str()) {
            let service = service(name, &draft.app, pod, ports.clone());
            draft.add(Item::Service(service));
        }
    }
}

/// The Job `<app>-form`, a command of the app's image, which forms a cluster. It is gone after an hour, so that another image or
/// number of pods can be applied.
fn form(draft: &mut Draft<'_>, command: Vec<String>, env: Vec<EnvVar>) {
    let name = format!("{}-form", draft.app.name);
    let (Ok(job), Ok(peer)) = (name.parse(), name.parse()) else { return };
    if !draft.is_free("Job", &name) {
        return;
    }
    let mut main = Container::new(Label::__checked("form"));
    main.image.clone_from(&draft.app.main.image);
    main.pull = draft.app.main.pull;
    main.command = command;
    main.env = env;
    main.env_from.clone_from(&draft.app.main.env_from);
    main.resources.clone_from(&draft.app.main.resources);
    let security = &draft.app.security;
    let security = PodSecurity {
        user: security.user,
        group: security.group,
        fs_group: security.fs_group,
        ..PodSecurity::default()
    };
    let run = Run {
        main,
        init: Vec::new(),
        files: Vec::new(),
        claims: Vec::new(),
        scratch: Vec::new(),
        restart_on_failure: true,
        retries: Some(6),
        deadline: Some(Duration::__checked(3600)),
        completions: None,
        parallelism: None,
        delete_after: Some(Duration::__checked(3600)),
        suspend: false,
        pull_secrets: draft.app.pull_secrets.clone(),
        service_account: None,
        service_account_token: None,
        security,
        node_selector: draft.app.node_selector.clone(),
        tolerations: draft.app.tolerations.clone(),
    };
    draft.add(Item::Job(Box::new(Job { name: job, meta: Meta::default(), run })));
    if let Some(network) = &mut draft.app.network {
        network.from.push(peer);
    }
}
