use super::{Block, Fields, Said, Say, chosen, container, lit, open, seconds};
use serde_json::{Value, json};

pub(super) fn job(say: &mut Say, object: &Value) -> Said<()> {
    let fields = open("", object)?;
    let name = name(&fields)?;
    let mut block = Block::default();
    let spec = fields.sub("spec")?.ok_or("a Job without a spec")?;
    fields.close()?;
    if let Some(suspend) = spec.get("suspend") {
        block.put("suspend", lit(suspend));
    }
    run(say, &mut block, &spec)?;
    spec.close()?;
    say.item("Job", "the_job", &name, &block);
    Ok(())
}

pub(super) fn cron_job(say: &mut Say, object: &Value) -> Said<()> {
    let fields = open("", object)?;
    let name = name(&fields)?;
    let spec = fields.sub("spec")?.ok_or("a CronJob without a spec")?;
    fields.close()?;
    let mut block = Block::default();
    for (field, key) in [("schedule", "schedule"), ("timeZone", "time_zone")] {
        if let Some(text) = spec.get(field) {
            block.put(key, lit(text));
        }
    }
    if let Some(word) = chosen(spec.get("concurrencyPolicy")) {
        block.put("concurrency", lit(word));
    }
    if let Some(time) = spec.get("startingDeadlineSeconds") {
        block.put("start_deadline", seconds(time)?);
    }
    let counts = [
        ("suspend", "suspend"),
        ("successfulJobsHistoryLimit", "keep_succeeded"),
        ("failedJobsHistoryLimit", "keep_failed"),
    ];
    for (field, key) in counts {
        if let Some(value) = spec.get(field) {
            block.put(key, lit(value));
        }
    }
    let template = spec.sub("jobTemplate")?.ok_or("a CronJob without a template")?;
    let inner = template.sub("spec")?.ok_or("a CronJob without a template")?;
    inner.nothing("suspend", &[json!(false)])?;
    run(say, &mut block, &inner)?;
    inner.close()?;
    template.close()?;
    spec.close()?;
    say.item("CronJob", "the_cron_job", &name, &block);
    Ok(())
}

fn name(fields: &Fields<'_>) -> Said<Value> {
    fields.get("kind");
    let metadata = fields.sub("metadata")?.ok_or("an object without metadata")?;
    let name = metadata.get("name").ok_or("an object without a name")?;
    metadata.close()?;
    Ok(name.clone())
}

fn run(say: &mut Say, block: &mut Block, spec: &Fields<'_>) -> Said<()> {
    let times = [("activeDeadlineSeconds", "deadline"), ("ttlSecondsAfterFinished", "delete_after")];
    for (field, key) in times {
        if let Some(time) = spec.get(field) {
            block.put(key, seconds(time)?);
        }
    }
    for (field, key) in [("backoffLimit", "retries"), ("completions", "completions"), ("parallelism", "parallelism")] {
        if let Some(count) = spec.get(field) {
            block.put(key, lit(count));
        }
    }
    spec.nothing("completionMode", &[json!("NonIndexed")])?;
    spec.nothing("podReplacementPolicy", &[json!("TerminatingOrFailed")])?;
    let template = spec.sub("template")?.ok_or("a Job without a template")?;
    let pod = template.sub("spec")?.ok_or("a template without a spec")?;
    template.close()?;
    match chosen(pod.get("restartPolicy")) {
        Some(word) => block.put("restart", lit(word)),
        None => return Err("a Job's pod that is always restarted".to_owned()),
    }
    let [container] = pod.list("containers")? else { return Err("a Job of several containers".to_owned()) };
    pod.close()?;
    let container = open("containers[]", container)?;
    container.get("name");
    container::common(say, block, &container)?;
    container.close()
}
