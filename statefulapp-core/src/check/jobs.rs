//! Jobs and CronJobs.

use crate::finding::{Finding, Path};
use crate::model::Run;
use crate::view::View;

/// The controller looks for runs that are due every ten seconds.
const LOOKS: u32 = 10;

fn runs<'a>(view: &View<'a>) -> impl Iterator<Item = (Path, &'static str, &'a str, &'a Run)> + use<'a> {
    let jobs = view.jobs().map(|(n, job)| (Path::item(n), "Job", job.name.as_str(), &job.run));
    let cron_jobs = view.cron_jobs().map(|(n, job)| (Path::item(n), "CronJob", job.name.as_str(), &job.run));
    jobs.chain(cron_jobs)
}

/// A Job has time to run.
pub(super) fn deadline(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, kind, name, run) in runs(view) {
        if run.deadline.is_some_and(|time| time.seconds() == 0) {
            out.push(
                Finding::error(
                    "job-deadline",
                    at.key("deadline"),
                    format!("{kind} `{name}` has failed before it begins"),
                )
                .help("write for how long it may run, for example `1h`, or leave it out"),
            );
        }
    }
}

/// A backup has time to run.
pub(super) fn backup_deadline(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        if app.backup.as_ref().and_then(|backup| backup.deadline).is_some_and(|time| time.seconds() == 0) {
            out.push(
                Finding::error(
                    "job-deadline",
                    Path::item(n).key("backup").key("deadline"),
                    format!("every backup of `{}` has failed before it begins", app.name),
                )
                .help("write for how long it may run, for example `1h`, or leave it out"),
            );
        }
    }
}

/// A Job runs pods.
pub(super) fn pods(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, kind, name, run) in runs(view) {
        if run.completions == Some(0) {
            out.push(
                Finding::warning(
                    "job-without-pods",
                    at.key("completions"),
                    format!("{kind} `{name}` is complete before any pod runs"),
                )
                .help("write 1 or more"),
            );
        } else if run.parallelism == Some(0) && !run.suspend {
            out.push(
                Finding::warning(
                    "job-without-pods",
                    at.key("parallelism"),
                    format!("{kind} `{name}` starts no pod and never ends"),
                )
                .help("write 1 or more, or `suspend: true` to start it later")
                .looked_at(at.key("suspend")),
            );
        }
    }
}

/// A run that is late may start as long as the controller needs to see it.
pub(super) fn start_deadline(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, job) in view.cron_jobs() {
        let Some(time) = job.start_deadline.filter(|time| time.seconds() < LOOKS) else { continue };
        out.push(
            Finding::error(
                "start-deadline",
                Path::item(n).key("start_deadline"),
                format!("CronJob `{}` may start {time} late, and the controller looks only every {LOOKS} s: it may never run", job.name),
            )
            .help("write 10s or more"),
        );
    }
}
