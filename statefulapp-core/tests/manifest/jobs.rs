//! Jobs and CronJobs.

use crate::support::*;
use serde_json::{Value, json};
use statefulapp_core::model::*;

#[test]
fn a_job() {
    let mut once = job("once");
    once.run.retries = Some(0);
    once.run.deadline = Some(v("1h"));
    once.run.delete_after = Some(v("1d"));
    let built = build(&stack(vec![Item::Job(Box::new(once))]));
    let spec = &built.get("Job", "once")["spec"];
    assert_eq!(spec["backoffLimit"], 0);
    assert_eq!(spec["activeDeadlineSeconds"], 3600);
    assert_eq!(spec["ttlSecondsAfterFinished"], 86400);
    let pod = built.pod("Job", "once");
    assert_eq!(pod["restartPolicy"], "Never");
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(pod["serviceAccountName"], Value::Null);
    assert_eq!(spec["template"]["metadata"]["labels"]["app.kubernetes.io/name"], "once");
}

#[test]
fn a_cron_job() {
    let mut nightly = cron_job("nightly");
    nightly.time_zone = Some(v("Europe/Berlin"));
    nightly.run.restart_on_failure = true;
    let built = build(&stack(vec![Item::CronJob(Box::new(nightly))]));
    let spec = &built.get("CronJob", "nightly")["spec"];
    assert_eq!(spec["schedule"], "0 2 * * *");
    assert_eq!(spec["timeZone"], "Europe/Berlin");
    assert_eq!(spec["concurrencyPolicy"], "Forbid");
    assert_eq!(spec["suspend"], Value::Null);
    assert_eq!(built.pod("CronJob", "nightly")["restartPolicy"], "OnFailure");
}

#[test]
fn no_service_leads_to_a_job_even_of_the_apps_name() {
    let mut same = job("pg");
    same.meta.labels = pairs(&[("app.kubernetes.io/name", "pg")]);
    // `build` checks that no selector of an app matches.
    let built = build(&stack(vec![item(stateful("pg")), Item::Job(Box::new(same))]));
    let labels = &built.get("Job", "pg")["spec"]["template"]["metadata"]["labels"];
    assert_eq!(labels["app.kubernetes.io/name"], Value::Null);
    let mut other = cron_job("nightly");
    other.meta.labels = pairs(&[("app.kubernetes.io/name", "pg")]);
    build(&stack(vec![item(stateful("pg")), Item::CronJob(Box::new(other))]));
}

#[test]
fn the_reason_of_an_exception_stands_on_the_pods() {
    let mut once = job("once");
    once.run.security.because = Some("it mounts".to_owned());
    let built = build(&stack(vec![Item::Job(Box::new(once))]));
    let annotations = &built.get("Job", "once")["spec"]["template"]["metadata"]["annotations"];
    assert_eq!(*annotations, json!({ "statefulapp.dev/security-because": "it mounts" }));
}

#[test]
fn an_account_that_a_job_names_is_there() {
    let reading = |name: &str, account: &str| {
        let mut job = job(name);
        job.run.service_account = Some(v(account));
        Item::Job(Box::new(job))
    };
    let built = build(&stack(vec![reading("a", "reader"), reading("b", "reader")]));
    assert_eq!(built.names(), ["ServiceAccount reader", "Job a", "Job b"]);
    // An app makes its own, wherever it stands.
    let built = build(&stack(vec![reading("a", "pg"), item(stateful("pg"))]));
    assert_eq!(built.names(), ["Job a", "ServiceAccount pg", "Service pg", "StatefulSet pg"]);
    assert_eq!(build(&stack(vec![reading("a", "default")])).names(), ["Job a"]);
}
