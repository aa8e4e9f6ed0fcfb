//! What the server refuses in a pod template.

use std::collections::HashSet;

use serde_json::Value;

use super::{check::Check, container, scheduling, security, volume};
use crate::{
    plan::object::{at, list, text},
    value::{IpAddress, Label, LabelKey, StorageClassName, Subdomain},
};

/// Which restart policies the kind of workload takes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Restart {
    Always,
    OnFailureOrNever,
    Any,
}

/// A pod that no workload makes.
pub(super) fn of_its_own<'a>(check: &mut Check<'a>, spec: &'a Value) {
    pod(check, spec, Restart::Any, &[]);
}

/// What the containers of a pod can refer to.
pub(super) struct Pod<'a> {
    pub(super) volumes: HashSet<&'a str>,
    pub(super) on_host: bool,
    pub(super) grace: i64,
}

pub(super) fn template<'a>(check: &mut Check<'a>, template: &'a Value, restart: Restart, claims: &[&'a str]) {
    check.field(template, "metadata", |check, metadata| {
        check.labels(metadata, "labels");
        super::meta::annotations(check, metadata);
    });
    check.required(template, "spec", |check, spec| pod(check, spec, restart, claims));
}

fn pod<'a>(check: &mut Check<'a>, spec: &'a Value, restart: Restart, claims: &[&'a str]) {
    match restart {
        Restart::Always => {
            check.word_or_default(spec, "restartPolicy", &["Always"]);
            check.field(spec, "activeDeadlineSeconds", |check, _| check.refuse("only the pods of a Job may have one"));
        }
        // The default, Always, is refused too.
        Restart::OnFailureOrNever if text(spec, "restartPolicy").is_none_or(str::is_empty) => {
            check.refuse_at("restartPolicy", "a Job needs OnFailure or Never");
        }
        Restart::Any => check.word_or_default(spec, "restartPolicy", &["Always", "OnFailure", "Never"]),
        Restart::OnFailureOrNever => check.word(spec, "restartPolicy", &["OnFailure", "Never"]),
    }
    check.number(spec, "activeDeadlineSeconds", 1..=i64::from(i32::MAX));
    check.word_or_default(spec, "dnsPolicy", &["ClusterFirst", "Default", "ClusterFirstWithHostNet", "None"]);
    check.word(spec, "preemptionPolicy", &["PreemptLowerPriority", "Never"]);
    check.text_or_empty::<Subdomain>(spec, "serviceAccountName");
    check.text_or_empty::<Subdomain>(spec, "nodeName");
    check.text_or_empty::<StorageClassName>(spec, "priorityClassName");
    check.text::<Subdomain>(spec, "runtimeClassName");
    check.field(spec, "os", |check, os| check.word(os, "name", &["linux", "windows"]));
    check.items(spec, "readinessGates", |check, gate| check.required_text::<LabelKey>(gate, "conditionType"));
    check.items(spec, "schedulingGates", |check, gate| check.required_text::<LabelKey>(gate, "name"));
    dns(check, spec);
    check.items(spec, "hostAliases", |check, alias| {
        check.field(alias, "ip", Check::is::<IpAddress>);
        check.items(alias, "hostnames", |check, name| check.is::<Subdomain>(name));
    });
    if at(spec, &["shareProcessNamespace"]) == Some(&Value::Bool(true))
        && at(spec, &["hostPID"]) == Some(&Value::Bool(true))
    {
        check.refuse_at("shareProcessNamespace", "does not go with hostPID");
    }
    check.entries(spec, "overhead", super::resources::amount);
    check.field(spec, "resources", super::resources::of_pod);
    check.field(spec, "securityContext", security::of_pod);
    scheduling::check(check, spec);

    volume::check(check, spec);
    let volumes = list(spec, &["volumes"]).iter().filter_map(|volume| text(volume, "name"));
    let pod = Pod {
        volumes: volumes.chain(claims.iter().copied()).collect(),
        on_host: at(spec, &["hostNetwork"]) == Some(&Value::Bool(true)),
        grace: at(spec, &["terminationGracePeriodSeconds"]).and_then(Value::as_i64).unwrap_or(30),
    };
    if list(spec, &["containers"]).is_empty() {
        check.refuse_at("containers", "is required");
    }
    let mut names = HashSet::new();
    let mut host_ports = HashSet::new();
    for field in ["initContainers", "containers"] {
        check.items(spec, field, |check, found| {
            check.required_text::<Label>(found, "name");
            if text(found, "name").is_some_and(|name| !names.insert(name)) {
                check.refuse_at("name", "another container has this name");
            }
            container::check(check, found, &pod, field == "initContainers");
            let unmasked = at(found, &["securityContext", "procMount"]).and_then(Value::as_str) == Some("Unmasked");
            if unmasked && at(spec, &["hostUsers"]) != Some(&Value::Bool(false)) {
                check.refuse_at("securityContext", "procMount Unmasked needs hostUsers: false");
            }
        });
    }
    check.items(spec, "containers", |check, found| container::host_ports(check, found, &mut host_ports));
    check.unique(spec, "imagePullSecrets", "this name", |secret| text(secret, "name"));
}

fn dns<'a>(check: &mut Check<'a>, spec: &'a Value) {
    let servers = list(spec, &["dnsConfig", "nameservers"]).len();
    if text(spec, "dnsPolicy") == Some("None") && servers == 0 {
        check.refuse_at("dnsConfig", "dnsPolicy None needs at least one name server");
    }
    check.field(spec, "dnsConfig", |check, config| {
        if servers > 3 {
            check.refuse_at("nameservers", "more than 3 name servers");
        }
        check.items(config, "nameservers", Check::is::<IpAddress>);
        check.items(config, "options", |check, option| check.not_empty(option, "name"));
        if list(config, &["searches"]).len() > 32 {
            check.refuse_at("searches", "more than 32 search domains");
        }
        check.items(config, "searches", |check, domain| {
            let bare = domain.as_str().map(|domain| domain.strip_suffix('.').unwrap_or(domain)).unwrap_or_default();
            // Underscores are allowed there (relaxed since 1.32), and a single dot.
            let bare = bare.replace('_', "-");
            let bare = bare.trim_start_matches('-');
            if !bare.is_empty()
                && let Some(message) = super::check::server_refuses::<Subdomain>(bare)
            {
                check.refuse(message);
            }
        });
    });
}
