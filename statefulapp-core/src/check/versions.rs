//! What needs a newer Kubernetes than the stack has to run on.
//!
//! A field counts from the version on in which its feature gate is on by default: before, the server drops it without a word.

use super::pods::pods;
use crate::finding::{Finding, Path};
use crate::model::{
    AccessMode, Container, DEFAULT_KUBERNETES, EnvValue, Handler, Hook, Probe, Retention, Service, Update, Workload,
};
use crate::value::{KubernetesVersion, Label};
use crate::view::View;

/// A feature of Kubernetes: what it is called in messages, since when it is on, and where that is written.
struct Feature {
    what: &'static str,
    since: KubernetesVersion,
    source: &'static str,
}

/// Each with the minor version of Kubernetes 1.
macro_rules! features {
    ($($name:ident: $what:literal, $minor:literal, $source:literal;)*) => {
        $(static $name: Feature =
            Feature { what: $what, since: KubernetesVersion::new(1, $minor), source: $source };)*
    };
}

features! {
    MAX_UNAVAILABLE: "`max_unavailable` of a StatefulApp", 37, "KEP-961";
    RETENTION: "deleting claims", 27, "KEP-1847";
    ORDINALS: "`first_ordinal`", 27, "KEP-3335";
    MIN_READY: "`min_ready` of a StatefulApp", 23, "KEP-2599";
    MIN_DOMAINS: "`min_domains`", 27, "KEP-3022";
    ONE_POD: "`ReadWriteOncePod`", 27, "KEP-2485";
    SLEEP: "`sleep(…)`", 30, "KEP-3960";
    GRPC: "`grpc(…)`", 24, "KEP-2727";
    PROBE_GRACE: "`grace` of a probe", 25, "KEP-2238";
    HOST_IPS: "the field status.hostIPs", 29, "KEP-2681";
    POD_INDEX: "the label apps.kubernetes.io/pod-index", 28, "KEP-4017";
    TIME_ZONE: "`time_zone` of a CronJob", 25, "KEP-3140";
    END_PORT: "a range of ports", 22, "KEP-2079";
    CLOSE: "`traffic_distribution`", 31, "KEP-4444";
    SAME_ZONE: "`PreferSameZone` and `PreferSameNode`", 34, "KEP-3015";
    SERVICE_NAME: "a Service whose name does not begin with a letter", 36, "KEP-5311";
    DNS_SEARCHES: "more than 6 search domains", 26, "KEP-2595";
    SEARCH_UNDERSCORE: "a search domain with `_` or of a single dot", 33, "KEP-4427";
    APP_ARMOR: "`app_armor_profile`", 30, "KEP-24";
}

/// The oldest version that has every API which the objects are written in: PodDisruptionBudget and CronJob.
const OLDEST: KubernetesVersion = KubernetesVersion::new(1, 21);

/// A place that needs a feature.
struct Use {
    at: Path,
    of: &'static Feature,
    also: Vec<Path>,
}

/// Everything that is declared exists in the Kubernetes that it must run on.
pub(super) fn needs_kubernetes(view: &View<'_>, out: &mut Vec<Finding>) {
    let version = view.kubernetes();
    let at = Path::head().key("kubernetes");
    if version < OLDEST {
        out.push(
            Finding::error(
                "kubernetes-too-old",
                at,
                format!("Kubernetes {version} lacks the APIs that the objects are written in"),
            )
            .help(format!("write {OLDEST} or newer")),
        );
        return;
    }
    let says = match view.stack.kubernetes {
        Some(version) => format!("this stack declares {version}"),
        None => format!("this stack does not say, which means {DEFAULT_KUBERNETES}"),
    };
    let mut uses = Vec::new();
    of_apps(view, &mut uses);
    of_pods(view, &mut uses);
    of_others(view, &mut uses);
    for Use { at: place, of, also } in uses.into_iter().filter(|used| used.of.since > version) {
        let finding = Finding::error(
            "needs-kubernetes",
            place,
            format!("{} needs Kubernetes {}; {says} ({})", of.what, of.since, of.source),
        )
        .help(format!("write `kubernetes: {}` if it runs on no older one, or remove it", of.since))
        .looked_at(at.clone());
        out.push(also.into_iter().fold(finding, Finding::looked_at));
    }
}

fn of_apps(view: &View<'_>, uses: &mut Vec<Use>) {
    for (n, app) in view.apps() {
        let at = Path::item(n);
        let mut uses_of = |at: &dyn Fn() -> Path, of, is_used: bool| {
            if is_used {
                uses.push(Use { at: at(), of, also: Vec::new() });
            }
        };
        let stateful = app.workload == Workload::StatefulSet;
        let away = matches!(&app.update, Some(Update::Rolling { max_unavailable: Some(_), .. }));
        uses_of(&|| at.key("update").key("max_unavailable").the_key(), &MAX_UNAVAILABLE, stateful && away);
        if let Some(retain) = app.retain {
            let retain_at = at.key("retain");
            uses_of(&|| retain_at.key("when_deleted"), &RETENTION, retain.when_deleted == Retention::Delete);
            uses_of(&|| retain_at.key("when_scaled"), &RETENTION, retain.when_scaled == Retention::Delete);
        }
        uses_of(&|| at.key("first_ordinal").the_key(), &ORDINALS, app.first_ordinal.is_some_and(|first| first > 0));
        uses_of(&|| at.key("min_ready").the_key(), &MIN_READY, stateful && app.min_ready.is_some());
        for (i, spread) in app.spread.iter().flatten().enumerate() {
            uses_of(
                &|| at.key("spread").index(i).key("min_domains").the_key(),
                &MIN_DOMAINS,
                spread.min_domains.is_some(),
            );
        }
        for volume in &app.storage {
            let access = || at.key("storage").key(&volume.name).key("access");
            for (i, mode) in volume.access.iter().enumerate() {
                uses_of(&|| access().index(i), &ONE_POD, *mode == AccessMode::ReadWriteOncePod);
            }
        }
        let searches = app.dns.as_ref().map_or(0, |dns| dns.searches.len());
        uses_of(&|| at.key("dns").key("searches").the_key(), &DNS_SEARCHES, searches > 6);
        for (i, search) in app.dns.iter().flat_map(|dns| &dns.searches).enumerate() {
            uses_of(&|| at.key("dns").key("searches").index(i), &SEARCH_UNDERSCORE, !search.is_host_name());
        }
        // The Service that the app brings.
        let brings = app.service_name.is_some() || stateful || !app.main.ports.is_empty();
        let begins_with_letter = match &app.service_name {
            Some(name) => name.begins_with_letter(),
            None => Label::from(&app.name).begins_with_letter(),
        };
        if brings && !begins_with_letter {
            uses.push(Use { at: at.key("service_name"), of: &SERVICE_NAME, also: vec![at.clone()] });
        }
    }
}

fn of_pods(view: &View<'_>, uses: &mut Vec<Use>) {
    for pod in pods(view) {
        for placed in pod.containers() {
            if placed.security.app_armor_profile.is_some() {
                let at = placed.at.key("security").key("app_armor_profile").the_key();
                uses.push(Use { at, of: &APP_ARMOR, also: Vec::new() });
            }
            of_container(placed.container, &placed.at, uses);
        }
    }
}

fn of_container(container: &Container, at: &Path, uses: &mut Vec<Use>) {
    let mut uses_of = |at: &dyn Fn() -> Path, of, is_used: bool| {
        if is_used {
            uses.push(Use { at: at(), of, also: Vec::new() });
        }
    };
    let probes =
        [("startup", &container.startup), ("liveness", &container.liveness), ("readiness", &container.readiness)];
    for (key, probe) in probes {
        let Some(Probe { handler, grace, .. }) = probe else { continue };
        uses_of(&|| at.key(key), &GRPC, matches!(handler, Handler::Grpc { .. }));
        uses_of(&|| at.key(key).key("grace").the_key(), &PROBE_GRACE, grace.is_some());
    }
    for (key, hook) in [("post_start", &container.post_start), ("pre_stop", &container.pre_stop)] {
        uses_of(&|| at.key(key), &SLEEP, matches!(hook, Some(Hook::Sleep(_))));
    }
    for var in &container.env {
        let EnvValue::Field(field) = &var.value else { continue };
        let at = || at.key("env").key(&var.name).index(0);
        uses_of(&at, &HOST_IPS, field.as_str() == "status.hostIPs");
        uses_of(&at, &POD_INDEX, field.as_str() == "metadata.labels['apps.kubernetes.io/pod-index']");
    }
}

fn of_others(view: &View<'_>, uses: &mut Vec<Use>) {
    let mut uses_of = |at: &dyn Fn() -> Path, of, is_used: bool| {
        if is_used {
            uses.push(Use { at: at(), of, also: Vec::new() });
        }
    };
    for (n, job) in view.cron_jobs() {
        uses_of(&|| Path::item(n).key("time_zone").the_key(), &TIME_ZONE, job.time_zone.is_some());
    }
    for (n, app) in view.apps() {
        let is_zoned = app.backup.as_ref().is_some_and(|backup| backup.time_zone.is_some());
        uses_of(&|| Path::item(n).key("backup").key("time_zone").the_key(), &TIME_ZONE, is_zoned);
    }
    for (n, policy) in view.network_policies() {
        for (key, rules) in [("ingress", &policy.ingress), ("egress", &policy.egress)] {
            for (i, rule) in rules.iter().flatten().enumerate() {
                for (j, port) in rule.ports.iter().enumerate() {
                    let at = || Path::item(n).key(key).index(i).key("ports").index(j).key("end");
                    uses_of(&|| at().the_key(), &END_PORT, port.end.is_some());
                }
            }
        }
    }
    for (n, service) in view.services().filter(|(_, service)| !service.is_extern) {
        let at = Path::item(n);
        let Service { name, traffic_distribution, .. } = service;
        uses_of(&|| at.clone(), &SERVICE_NAME, !name.begins_with_letter());
        let same = traffic_distribution.as_ref().is_some_and(|text| text != "PreferClose");
        let traffic = || at.key("traffic_distribution");
        uses_of(&traffic, &SAME_ZONE, same);
        uses_of(&|| traffic().the_key(), &CLOSE, !same && traffic_distribution.is_some());
    }
}
