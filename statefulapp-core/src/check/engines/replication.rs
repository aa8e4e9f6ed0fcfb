//! The `replication` of an engine: its form, and what that takes.

use super::{Known, either, known};
use crate::check::words::written;
use crate::engine::{self, Form};
use crate::finding::{Finding, Path};
use crate::model::{EngineKind, PodManagement, Replication, Selects};
use crate::view::View;

/// The apps that declare a `replication` which their engine takes, with its place and, if its word is known, its form.
fn replicated<'a>(
    view: &'a View<'a>,
) -> impl Iterator<Item = (Known<'a>, &'a Replication, Path, Option<&'static Form>)> {
    known(view).filter_map(|known| {
        let replication = known.declared.engine.as_ref()?.replication.as_ref()?;
        let at = known.at.key("engine").key("replication");
        let form = known.facts.form(replication);
        (!known.facts.forms.is_empty()).then_some((known, replication, at, form))
    })
}

/// The word for a form is one of the engine's.
pub(super) fn mode(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, replication, at, form) in replicated(view) {
        let (Some(mode), None) = (&replication.mode, form) else { continue };
        // As words of the language, which stand for their kebab-case.
        let modes: Vec<String> = known.facts.forms.iter().map(|form| form.mode.replace('-', "_")).collect();
        let modes: Vec<&str> = modes.iter().map(String::as_str).collect();
        let help = match crate::value::suggest(&mode.replace('-', "_"), modes.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", either(&modes)),
        };
        let message = format!("{} has no replication `{mode}`", known.facts.title);
        out.push(known.of(Finding::error("replication-mode-unknown", at.key("mode"), message).help(help)));
    }
}

/// The keys of a `replication` block are those of its form, and those that it needs are there.
pub(super) fn options(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, replication, at, form) in replicated(view) {
        let Some(form) = form else { continue };
        let given = [
            ("user", replication.user.is_some()),
            ("password", replication.password.is_some()),
            ("replicas_per_primary", replication.replicas_per_primary.is_some()),
        ];
        let title = known.facts.title;
        for (key, given) in given {
            if given && !form.takes.contains(&key) {
                let message = format!("the replication `{}` of {title} takes no `{key}`", form.mode);
                let help = if form.takes.is_empty() {
                    "leave it out".to_owned()
                } else {
                    format!("it takes {}", either(form.takes))
                };
                let finding = Finding::error("replication-option-unknown", at.key(key).the_key(), message);
                out.push(known.of(finding.help(help).looked_at(at.key("mode"))));
            } else if !given && form.needs.contains(&key) {
                let finding = Finding::error(
                    "replication-option-missing",
                    at.clone().the_key(),
                    format!("the replication of {title} has no `{key}`, which its pods log in to the primary with"),
                );
                let help = format!("add `{key}: …`, a key of a Secret of its own");
                out.push(known.of(finding.help(help).looked_at(at.key("mode")).looked_at(at.key(key))));
            }
        }
    }
}

/// The version has the form.
pub(super) fn version(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, _, at, form) in replicated(view) {
        let Some(form) = form.filter(|form| !known.version.at_least(form.since)) else { continue };
        let since: Vec<String> = form.since.iter().map(u32::to_string).collect();
        let finding = Finding::error(
            "replication-version",
            at.clone().the_key(),
            format!("the replication `{}` is for {} {} and later", form.mode, known.facts.title, since.join(".")),
        );
        out.push(known.of(finding.help("take a newer version, or leave `replication` out").looked_at(at.key("mode"))));
    }
}

/// A Redis Cluster has three primaries, and every one of them as many replicas as it should.
/// <https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/>
pub(super) fn redis_cluster(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, replication, at, form) in replicated(view) {
        if form.is_none_or(|form| form.mode != "cluster") {
            continue;
        }
        let group = replication.replicas_per_primary.unwrap_or(1).saturating_add(1);
        let pods = known.declared.replicas();
        if pods < group.saturating_mul(3) || !pods.is_multiple_of(group) {
            let finding = Finding::error(
                "redis-cluster-pods",
                known.at.key("replicas"),
                format!("{pods} pods are no Redis Cluster of three or more primaries with {} replicas each", group - 1),
            );
            let least = group.saturating_mul(3);
            let next = pods.max(least).div_ceil(group).saturating_mul(group);
            let help = format!("write {next}: {group} pods for each of {} primaries", next / group);
            let finding = finding.help(help).looked_at(at.key("mode")).looked_at(at.key("replicas_per_primary"));
            out.push(known.of(finding));
        }
    }
}

/// A replica set has what its members log in to each other with, and nothing that only a replica set has stands alone.
/// <https://www.mongodb.com/docs/manual/tutorial/deploy-replica-set-with-keyfile-access-control/>
pub(super) fn replica_set(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some(engine) = known.declared.engine.as_ref().filter(|engine| engine.kind == EngineKind::Mongodb) else {
            continue;
        };
        let at = known.at.key("engine");
        let keys = ["replication", "cluster", "cluster_secret", "password"];
        let say = |rule, key: &'static str, message: &str, help: &str| {
            let finding = Finding::error(rule, at.key(key).the_key(), message).help(help);
            keys.iter().filter(|other| **other != key).fold(known.of(finding), |f, key| f.looked_at(at.key(*key)))
        };
        if engine.replication.is_none() {
            let given = [("cluster", engine.cluster.is_some()), ("cluster_secret", engine.cluster_secret.is_some())];
            for (key, _) in given.into_iter().filter(|(_, given)| *given) {
                let message = format!("`{key}` is for the members of a replica set, and this is none");
                out.push(say("replica-set-missing", key, &message, "add `replication: {}`, or leave it out"));
            }
        } else if engine.password.is_some() && engine.cluster_secret.is_none() {
            out.push(say(
                "key-file-missing",
                "replication",
                "the members of a replica set with a password have nothing to log in to each other with",
                "add `cluster_secret: …`, a key of a Secret with 6 to 1024 letters and digits",
            ));
        } else if engine.password.is_none() && engine.cluster_secret.is_some() {
            out.push(say(
                "key-file-without-password",
                "cluster_secret",
                "a key file makes everybody log in, and there is no user to log in as",
                "add `password: …`, or leave the key file out",
            ));
        }
    }
}

/// Members that are formed into one when all of them answer do not wait for each other to be ready.
pub(super) fn ordered(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, _, at, _) in replicated(view) {
        if known.facts.kind == EngineKind::Mongodb
            && known.declared.pod_management == Some(PodManagement::OrderedReady)
            && known.declared.replicas() > 1
        {
            let finding = Finding::error(
                "replica-set-ordered",
                known.at.key("pod_management"),
                "the first member is not ready before the set is formed, and the others start only when it is",
            );
            let finding = finding.help("leave it out: all members start at once").looked_at(known.at.key("replicas"));
            out.push(known.of(finding.looked_at(at)));
        }
    }
}

/// <https://www.mongodb.com/docs/manual/core/replica-set-members/>
const MOST_MEMBERS: u32 = 50;

/// A replica set has at most fifty members.
pub(super) fn replica_set_size(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, _, at, _) in replicated(view) {
        let replicas = known.declared.replicas();
        if known.facts.kind == EngineKind::Mongodb && replicas > MOST_MEMBERS {
            let finding = Finding::error(
                "replica-set-too-large",
                known.at.key("replicas"),
                format!("a replica set has at most {MOST_MEMBERS} members, not {replicas}"),
            );
            out.push(known.of(finding.help("write fewer: more than seven only hold copies").looked_at(at)));
        }
    }
}

/// The Services of the primary and of its replicas lead there, whoever declares them.
pub(super) fn role_services(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, ..) in replicated(view).filter(|(.., form)| form.is_some_and(|form| form.services)) {
        let app = &known.declared.name;
        for (name, pod) in engine::replication::role_services(known.declared) {
            let what = if pod.is_some() { "the primary" } else { "any server" };
            let why = format!("by it {what} of `{app}` is reached");
            let declared = view.stack.service_at(&name).filter(|(_, service)| !service.is_extern);
            let selects = Selects { app: app.clone(), pod };
            let finding = if let Some((n, service)) = declared {
                if service.selects.as_ref() == Some(&selects) && !service.each_pod {
                    continue;
                }
                let pods = pod.map_or(String::new(), |pod| format!("[{pod}]"));
                Finding::error(
                    "generated-name-taken",
                    Path::item(n),
                    format!("the name of Service `{name}` is taken: {why}, and this one leads elsewhere"),
                )
                .help(format!("rename it, or write `selects: {}{pods}`", written(app.as_str())))
                .looked_at(Path::item(n).key("selects"))
                .looked_at(Path::item(n).key("each_pod"))
            } else if let Some((n, other)) = view.stack.governed_at(&name).filter(|(_, other)| other.name != *app) {
                let kind = other.workload.kind();
                let finding = Finding::error(
                    "generated-name-taken",
                    if other.service_name.is_some() { Path::item(n).key("service_name") } else { Path::item(n) },
                    format!("the name of the Service of {kind} `{}` is taken: {why}", other.name),
                );
                finding
                    .help("give it another name")
                    .looked_at(Path::item(n))
                    .looked_at(Path::item(n).key("service_name"))
            } else {
                continue;
            };
            out.push(
                known.of(finding).looked_at(known.at.clone()).looked_at(known.at.key("engine").key("replication")),
            );
        }
    }
}
