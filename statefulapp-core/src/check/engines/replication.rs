//! The `replication` of an engine: its form, and what that takes.

use super::{Known, either, known};
use crate::engine::Form;
use crate::finding::{Finding, Path};
use crate::model::{Replication, Stack};

/// The apps that declare a `replication` which their engine takes, with its place and, if its word is known, its form.
fn replicated<'a>(
    declared: &'a Stack,
    completed: &'a Stack,
) -> impl Iterator<Item = (Known<'a>, &'a Replication, Path, Option<&'static Form>)> {
    known(declared, completed).filter_map(|known| {
        let replication = known.declared.engine.as_ref()?.replication.as_ref()?;
        let at = known.at.key("engine").key("replication");
        let form = known.facts.form(replication);
        (!known.facts.forms.is_empty()).then_some((known, replication, at, form))
    })
}

/// The word for a form is one of the engine's.
pub(super) fn mode(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for (known, replication, at, form) in replicated(declared, completed) {
        let (Some(mode), None) = (&replication.mode, form) else { continue };
        let modes: Vec<&str> = known.facts.forms.iter().map(|form| form.mode).collect();
        let help = match crate::value::suggest(mode, modes.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", either(&modes)),
        };
        let message = format!("{} has no replication `{mode}`", known.facts.title);
        out.push(known.of(Finding::error("replication-mode-unknown", at.key("mode"), message).help(help)));
    }
}

/// The keys of a `replication` block are those of its form, and those that it needs are there.
pub(super) fn options(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for (known, replication, at, form) in replicated(declared, completed) {
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
pub(super) fn version(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for (known, _, at, form) in replicated(declared, completed) {
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
pub(super) fn redis_cluster(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for (known, replication, at, form) in replicated(declared, completed) {
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
