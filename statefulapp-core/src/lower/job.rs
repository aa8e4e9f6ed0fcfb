use super::fields::Fields;
use super::{Cx, config, container, scheduling, security, storage};
use crate::finding::Path;
use crate::grammar;
use crate::model::{Concurrency, CronJob, Item, Job, Run};
use crate::tree;
use crate::value::{CronJobName, JobName};

pub(super) fn job(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Option<Item> {
    let name = cx.object_name::<JobName>(index, item);
    let fields = Fields::new(cx, &grammar::JOB, &item.fields, Path::item(index), &config::owner(item));
    let run = Run { suspend: fields.or_default("suspend"), ..run(&fields, name.as_ref().map(|name| name.as_str())) };
    Some(Item::Job(Box::new(Job { name: name?, meta: config::meta(&fields, item), run })))
}

pub(super) fn cron_job(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Option<Item> {
    let name = cx.object_name::<CronJobName>(index, item);
    let fields = Fields::new(cx, &grammar::CRON_JOB, &item.fields, Path::item(index), &config::owner(item));
    let run = run(&fields, name.as_ref().map(|name| name.as_str()));
    let (meta, schedule) = (config::meta(&fields, item), fields.get("schedule"));
    Some(Item::CronJob(Box::new(CronJob {
        meta,
        time_zone: fields.get("time_zone"),
        concurrency: fields.word("concurrency", Concurrency::WORDS),
        start_deadline: fields.get("start_deadline"),
        suspend: fields.or_default("suspend"),
        keep_succeeded: fields.get("keep_succeeded"),
        keep_failed: fields.get("keep_failed"),
        run,
        name: name?,
        schedule: schedule?,
    })))
}

/// What a Job's pods do.
fn run(fields: &Fields<'_, '_>, name: Option<&str>) -> Run {
    let plain = Run::of(name.unwrap_or("job"));
    Run {
        main: container::main(fields, plain.main.name.clone()),
        init: container::containers(fields, "init"),
        files: storage::files(fields),
        scratch: storage::scratch(fields),
        restart_on_failure: fields.word("restart", &[("OnFailure", true), ("Never", false)]).unwrap_or_default(),
        retries: fields.get("retries"),
        deadline: fields.get("deadline"),
        completions: fields.get("completions"),
        parallelism: fields.get("parallelism"),
        delete_after: fields.get("delete_after"),
        pull_secrets: config::secrets(fields, "pull_secrets"),
        service_account: config::account(fields),
        service_account_token: fields.get("service_account_token"),
        security: security::pod(fields),
        node_selector: fields.labels("node_selector"),
        tolerations: scheduling::tolerations(fields),
        ..plain
    }
}
