//! Redis: a primary with read replicas, or Redis Cluster.
//!
//! A cluster is formed once by a Job that may be interrupted and repeated. Each pod announces its address and its host name, and
//! looks for its peers for as long as it runs, because all addresses may have changed since the last start.

use super::super::draft::Draft;
use crate::model::{Container, Item, Job, Meta, PodSecurity, Replication, Run};
use crate::value::{Duration, EnvName, Label};

/// Whether the declared form is Redis Cluster.
pub(in crate::engine) fn is_cluster(replication: &Replication) -> bool {
    replication.mode.as_deref() == Some("cluster")
}

/// Adds what the form needs.
pub(in crate::engine) fn complete(draft: &mut Draft<'_>, replication: &Replication) {
    let first = draft.app.first_ordinal();
    draft.pod_name();
    // Replicas and peers log in with the clients' password.
    if draft.engine.password.is_some() {
        draft.arg("masterauth", &["--masterauth", "$(REDISCLI_AUTH)"]);
    }
    if is_cluster(replication) {
        cluster(draft, replication);
        return;
    }
    draft.env("PRIMARY_HOST", draft.host(first));
    draft.env("PRIMARY_ORDINAL", first.to_string());
    let host = draft.own_host();
    draft.arg("replica-announce-ip", &["--replica-announce-ip", &host]);
    start(draft, include_str!("redis-primary.sh"));
    super::services(draft);
}

fn cluster(draft: &mut Draft<'_>, replication: &Replication) {
    let address = draft.pod_ip();
    let host = draft.own_full_host();
    draft.open_number("cluster-bus", 16379);
    for (name, value) in [
        ("cluster-enabled", "yes"),
        ("cluster-config-file", "nodes.conf"),
        ("cluster-node-timeout", "5000"),
        ("cluster-announce-ip", address),
        ("cluster-announce-hostname", &host),
        ("cluster-preferred-endpoint-type", "hostname"),
    ] {
        if !draft.has_arg(name) {
            draft.arg(name, &[&format!("--{name}"), value]);
        }
    }
    let peers: Vec<String> = draft.ordinals().map(|ordinal| draft.host(ordinal)).collect();
    draft.env("PEERS", peers.join(" "));
    let masters = draft.replicas() / replication.replicas_per_primary.unwrap_or(1).saturating_add(1);
    start(draft, include_str!("redis-cluster.sh"));
    form(draft, &peers.join(" "), masters);
    draft.client_service();
}

/// The image has no Bash in its Alpine variant.
fn start(draft: &mut Draft<'_>, script: &str) {
    if draft.app.main.command.is_empty() {
        draft.app.main.command = ["sh", "-c", script, "redis"].map(str::to_owned).into();
    }
}

/// The Job that forms the cluster. It is gone after an hour, so that another image or number of pods can be applied.
fn form(draft: &mut Draft<'_>, peers: &str, masters: u32) {
    let name = format!("{}-form", draft.app.name);
    let (Ok(job), Ok(peer)) = (name.parse(), name.parse()) else { return };
    if !draft.is_free("Job", &name) {
        return;
    }
    let mut main = Container::new(Label::__checked("form"));
    main.image.clone_from(&draft.app.main.image);
    main.pull = draft.app.main.pull;
    main.command = ["sh", "-c", include_str!("redis-form.sh")].map(str::to_owned).into();
    main.env = draft.environment();
    main.env.retain(|env| matches!(env.name.as_str(), "REDISCLI_AUTH"));
    main.env_from.clone_from(&draft.app.main.env_from);
    for (name, value) in [("PEERS", peers), ("MASTERS", &masters.to_string())] {
        main.env.push(crate::model::EnvVar { name: EnvName::__checked(name), value: value.into() });
    }
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
