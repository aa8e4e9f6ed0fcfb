//! An app as a whole: its image, its number of pods, its storage, its grace period.

use super::pods::{Role, pairs};
use crate::finding::{Finding, Path};
use crate::model::{App, Update, Workload};
use crate::view::View;

/// The API's numbers of pods are 32-bit, and an ordinal beyond them becomes negative.
const ORDINALS: u64 = 1 << 31;

/// A Deployment gives up on pods that are not available after this time, where nothing else is said.
const PROGRESS_DEADLINE: u32 = 600;

/// Every pod has an image.
pub(super) fn image_missing(view: &View<'_>, out: &mut Vec<Finding>) {
    for (declared, pod) in pairs(view).filter(|(_, completed)| completed.main.image.is_none()) {
        // An engine knows its image, and lacks it only for a version that is none.
        if declared.app.is_some_and(|app| app.engine.as_ref().is_some_and(|engine| engine.version.is_some())) {
            continue;
        }
        let stateful = pod.app.is_some_and(|app| app.workload == Workload::StatefulSet);
        let help = if stateful {
            "add `image: \"repository:tag\"`, or an `engine` that knows its image"
        } else {
            "add `image: \"repository:tag\"`"
        };
        out.push(
            Finding::error("image-missing", pod.at.key("image"), format!("{} has no image", pod.describe()))
                .help(help)
                .looked_at(pod.at.key("engine"))
                .looked_at(pod.at.key("engine").key("version")),
        );
    }
}

/// An image that names a version stays the same for all pods of an app.
pub(super) fn image_floating(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, _) in pairs(view) {
        for placed in pod.containers() {
            let Some(image) = placed.container.image.as_ref().filter(|image| image.is_floating()) else { continue };
            let what = if image.tag().is_some() { "has the tag `latest`" } else { "has no tag" };
            out.push(
                Finding::warning(
                    "image-floating",
                    placed.at.key("image"),
                    format!("image `{image}` {what}: a pod that starts tomorrow may run another version"),
                )
                .help(format!("write the version: \"{}:<version>\"", image.repository())),
            );
        }
    }
}

/// The last pod's number is one that the controller can count to.
pub(super) fn ordinal_overflow(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let end = u64::from(app.first_ordinal()) + u64::from(app.replicas());
        if end > ORDINALS {
            let at = Path::item(n);
            let most = ORDINALS - u64::from(app.replicas()).min(ORDINALS);
            out.push(
                Finding::error(
                    "ordinal-overflow",
                    at.key("first_ordinal"),
                    format!(
                        "the last of {} pods from {} on has the number {}, and the highest is {}",
                        app.replicas(),
                        app.first_ordinal(),
                        end - 1,
                        ORDINALS - 1
                    ),
                )
                .help(format!("write {most} or less"))
                .looked_at(at.key("replicas")),
            );
        }
    }
}

/// A StatefulApp keeps something.
pub(super) fn no_storage(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, full) in pairs(view) {
        let Some(app) = pod.app.filter(|app| app.workload == Workload::StatefulSet) else { continue };
        if full.storage.is_empty() && full.main.mounts.is_empty() {
            out.push(
                Finding::warning(
                    "no-storage",
                    pod.at.key("storage"),
                    format!("StatefulApp `{}` has no storage: what it writes is lost when a pod is replaced", app.name),
                )
                .help("add `storage: { data: { mount: \"/data\", size: 10Gi } }`, or declare an App")
                .looked_at(pod.at.key("engine")),
            );
        }
    }
}

/// Pods get time to stop.
pub(super) fn grace_zero(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        if app.grace.is_some_and(|grace| grace.seconds() == 0) {
            out.push(
                Finding::warning(
                    "grace-zero",
                    Path::item(n).key("grace"),
                    format!(
                        "pods of `{}` are killed without time to stop, and the node does not wait until they are gone",
                        app.name
                    ),
                )
                .help("write for example `grace: 30s`"),
            );
        }
    }
}

/// The image's own user is not known here, and the default security refuses one that is root or has a name only.
pub(super) fn user_unknown(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, full) in pairs(view) {
        let unknown = full.security.user.is_none()
            && full.containers().any(|placed| {
                let own = &placed.container.security;
                placed.security.user.or(own.user).is_none() && !placed.security.root && !own.root
            });
        if unknown {
            let at = pod.at.key("security");
            out.push(
                Finding::warning(
                    "user-unknown",
                    at.key("user"),
                    format!(
                        "{} runs as the user that its image names, and does not start if that is root or has no number",
                        pod.describe()
                    ),
                )
                .help("write the number: `security: { user: 999, group: 999, fs_group: 999 }`")
                .looked_at(at.key("root"))
                .looked_at(pod.at.key("engine")),
            );
        }
    }
}

/// A pod counts as available before the Deployment gives up on it.
pub(super) fn min_ready_beyond_deadline(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps().filter(|(_, app)| app.workload == Workload::Deployment) {
        let Some(min_ready) = app.min_ready.filter(|time| time.seconds() >= PROGRESS_DEADLINE) else { continue };
        out.push(
            Finding::error(
                "min-ready-beyond-deadline",
                Path::item(n).key("min_ready"),
                format!("a Deployment gives up after {PROGRESS_DEADLINE} s, and `min_ready` is {min_ready}"),
            )
            .help(format!("write less than {PROGRESS_DEADLINE}s")),
        );
    }
}

/// What belongs to the other kind of app.
pub(super) fn unfit_keys(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let unfit: &[(&'static str, bool)] = match app.workload {
            Workload::Deployment => &[
                ("engine", app.engine.is_some()),
                ("storage", !app.storage.is_empty()),
                ("service_name", app.service_name.is_some()),
                ("publish_not_ready", app.publish_not_ready.is_some()),
                ("pod_management", app.pod_management.is_some()),
                ("retain", app.retain.is_some()),
                ("first_ordinal", app.first_ordinal.is_some()),
                ("backup", app.backup.is_some()),
            ],
            Workload::StatefulSet => &[],
        };
        for (key, _) in unfit.iter().filter(|(_, unfit)| *unfit) {
            out.push(
                Finding::error(
                    "key-unfit",
                    Path::item(n).key(*key).the_key(),
                    format!("`{key}` does not fit {} `{}`", app.workload.kind(), app.name),
                )
                .help("remove it"),
            );
        }
        out.extend(unfit_update(app, &Path::item(n)));
    }
}

/// An update is one of the workload's.
fn unfit_update(app: &App, at: &Path) -> Option<Finding> {
    let at = at.key("update");
    let (at, key, help) = match (app.update.as_ref()?, app.workload) {
        (Update::Recreate, Workload::StatefulSet) => (at, "Recreate", "write `RollingUpdate` or `OnDelete`"),
        (Update::OnDelete, Workload::Deployment) => (at, "OnDelete", "write `RollingUpdate` or `Recreate`"),
        (Update::Rolling { max_surge: Some(_), .. }, Workload::StatefulSet) => {
            (at.key("max_surge").the_key(), "max_surge", "remove it")
        }
        (Update::Rolling { partition: Some(_), .. }, Workload::Deployment) => {
            (at.key("partition").the_key(), "partition", "remove it")
        }
        _ => return None,
    };
    let kind = app.workload.kind();
    let message = format!("`{key}` does not fit the `update` of {} {kind}", if kind == "App" { "an" } else { "a" });
    Some(Finding::error("key-unfit", at, message).help(help))
}

/// Numbers that the API holds in 32 bits with a sign. The macro refuses larger ones where they stand.
pub(super) fn counts(view: &View<'_>, out: &mut Vec<Finding>) {
    let mut check = |at: &dyn Fn() -> Path, number: Option<u32>| {
        if let Some(number) = number.filter(|number| i32::try_from(*number).is_err()) {
            out.push(
                Finding::error("count-too-large", at(), format!("{number} does not fit the API's numbers"))
                    .help(format!("the most is {}", i32::MAX)),
            );
        }
    };
    for (pod, _) in pairs(view) {
        let at = &pod.at;
        let security = || at.key("security");
        check(&|| security().key("user"), pod.security.user);
        check(&|| security().key("group"), pod.security.group);
        check(&|| security().key("fs_group"), pod.security.fs_group);
        for (n, group) in pod.security.groups.iter().enumerate() {
            check(&|| security().key("groups").index(n), Some(*group));
        }
        for placed in pod.containers() {
            let security = || placed.at.key("security");
            if placed.role != Role::Main {
                check(&|| security().key("user"), placed.security.user);
                check(&|| security().key("group"), placed.security.group);
            }
            let container = placed.container;
            let probes = [
                ("startup", &container.startup),
                ("liveness", &container.liveness),
                ("readiness", &container.readiness),
            ];
            for (key, probe) in probes {
                let Some(probe) = probe else { continue };
                check(&|| placed.at.key(key).key("failures"), probe.failures);
                check(&|| placed.at.key(key).key("successes"), probe.successes);
            }
        }
    }
    for (n, app) in view.apps() {
        let at = Path::item(n);
        check(&|| at.key("replicas"), app.replicas);
        check(&|| at.key("first_ordinal"), app.first_ordinal);
        check(&|| at.key("revision_history"), app.revision_history);
        if let Some(Update::Rolling { partition, .. }) = &app.update {
            check(&|| at.key("update").key("partition"), *partition);
        }
        check(&|| at.key("backup").key("keep_at_least"), app.backup.as_ref().and_then(|backup| backup.keep_at_least));
        let replication = app.engine.as_ref().and_then(|engine| engine.replication.as_ref());
        check(
            &|| at.key("engine").key("replication").key("replicas_per_primary"),
            replication.and_then(|replication| replication.replicas_per_primary),
        );
        for (n, spread) in app.spread.iter().flatten().enumerate() {
            check(&|| at.key("spread").index(n).key("max_skew"), spread.max_skew);
            check(&|| at.key("spread").index(n).key("min_domains"), spread.min_domains);
        }
    }
    let jobs = view.jobs().map(|(n, job)| (n, &job.run)).chain(view.cron_jobs().map(|(n, job)| (n, &job.run)));
    for (n, run) in jobs {
        let at = Path::item(n);
        check(&|| at.key("retries"), run.retries);
        check(&|| at.key("completions"), run.completions);
        check(&|| at.key("parallelism"), run.parallelism);
    }
    for (n, job) in view.cron_jobs() {
        check(&|| Path::item(n).key("keep_succeeded"), job.keep_succeeded);
        check(&|| Path::item(n).key("keep_failed"), job.keep_failed);
    }
}
