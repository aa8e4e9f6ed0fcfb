//! Jobs and CronJobs.

use super::app::{ItemId, Made};
use super::container::{int32, seconds};
use super::pod::Parts;
use super::{BuildError, Index, Object, labels, pod, service_account, spec_of};
use crate::model::{Concurrency, CronJob, Job, Meta, Run};
use k8s_openapi::api::batch::v1 as batch;
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// The ServiceAccount that a Job names and nobody else makes.
pub(super) fn account<'a>(
    index: &Index<'a>,
    made: &mut Made,
    (id, name, meta, run): (ItemId, &str, &Meta, &'a Run),
    out: &mut Vec<Object>,
) {
    let Some(account) = run.service_account.as_ref().map(|account| account.as_str()) else { return };
    let own = service_account::is_own(index, account) && !index.has_app_account(account);
    if own && made.account(account, id) {
        out.push(service_account::own(index.stack, account, labels::of_item(index.stack, name, meta)));
    }
}

/// A Job.
pub(super) fn job(index: &Index<'_>, job: &Job) -> Result<Object, BuildError> {
    let name = job.name.as_str();
    Ok(batch::Job {
        metadata: labels::item_metadata(index.stack, name, &job.meta),
        spec: Some(spec(index, ("Job", name), &job.meta, &job.run)?),
        ..Default::default()
    }
    .into())
}

/// A CronJob. Two runs at once are what a backup must never do, so that is the default.
pub(super) fn cron_job(index: &Index<'_>, job: &CronJob) -> Result<Object, BuildError> {
    let name = job.name.as_str();
    let concurrency = match job.concurrency.unwrap_or(Concurrency::Forbid) {
        Concurrency::Allow => "Allow",
        Concurrency::Forbid => "Forbid",
        Concurrency::Replace => "Replace",
    };
    let template_labels = labels::of_item(index.stack, name, &job.meta);
    Ok(batch::CronJob {
        metadata: labels::item_metadata(index.stack, name, &job.meta),
        spec: spec_of(batch::CronJobSpec {
            schedule: job.schedule.to_string(),
            time_zone: job.time_zone.as_ref().map(ToString::to_string),
            concurrency_policy: Some(concurrency.to_owned()),
            starting_deadline_seconds: job.start_deadline.as_ref().map(seconds),
            suspend: job.suspend.then_some(true),
            successful_jobs_history_limit: job.keep_succeeded.map(int32),
            failed_jobs_history_limit: job.keep_failed.map(int32),
            job_template: batch::JobTemplateSpec {
                metadata: Some(ObjectMeta { labels: Some(template_labels), ..Default::default() }),
                spec: Some(spec(index, ("CronJob", name), &job.meta, &job.run)?),
            },
        }),
        ..Default::default()
    }
    .into())
}

fn spec(index: &Index<'_>, owner: (&str, &str), meta: &Meta, run: &Run) -> Result<batch::JobSpec, BuildError> {
    let env: Vec<_> = run.main.env.iter().collect();
    let env_from: Vec<_> = run.main.env_from.iter().collect();
    let files: Vec<_> = run.files.iter().collect();
    let mut spec = pod::spec(
        index,
        &Parts {
            owner,
            first: Vec::new(),
            init: &run.init,
            main: &run.main,
            env: &env,
            env_from: &env_from,
            sidecars: &[],
            storage: &[],
            files: &files,
            claims: &run.claims,
            scratch: &run.scratch,
            security: &run.security,
            service_account: run.service_account.as_ref().map(|account| account.as_str()),
            token: run.service_account_token,
            service_links: false,
            pull_secrets: &run.pull_secrets,
            node_selector: &run.node_selector,
            tolerations: &run.tolerations,
        },
    )?;
    // The server's default, Always, is one that a Job may not have.
    spec.restart_policy = Some(if run.restart_on_failure { "OnFailure" } else { "Never" }.to_owned());
    let metadata = ObjectMeta {
        labels: Some(labels::of_job_pod(index, owner.1, meta)),
        annotations: run
            .security
            .because
            .as_ref()
            .map(|because| labels::Map::from([(super::app::BECAUSE.to_owned(), because.clone())])),
        ..Default::default()
    };
    Ok(batch::JobSpec {
        backoff_limit: run.retries.map(int32),
        active_deadline_seconds: run.deadline.as_ref().map(seconds),
        completions: run.completions.map(int32),
        parallelism: run.parallelism.map(int32),
        ttl_seconds_after_finished: run.delete_after.as_ref().map(seconds).map(int32),
        suspend: run.suspend.then_some(true),
        template: PodTemplateSpec { metadata: Some(metadata), spec: Some(spec) },
        ..Default::default()
    })
}
