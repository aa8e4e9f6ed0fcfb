//! Defaults of the objects that make pods.

use serde_json::{Map, Value, json};

use super::{default, each, pod, with, with_or_drop};

pub(super) fn stateful_set(spec: &mut Map<String, Value>) {
    default(spec, "replicas", json!(1));
    default(spec, "podManagementPolicy", json!("OrderedReady"));
    default(spec, "revisionHistoryLimit", json!(10));
    default(spec, "minReadySeconds", json!(0));
    with_or_drop(spec, "ordinals", |ordinals| default(ordinals, "start", json!(0)));
    with_or_drop(spec, "persistentVolumeClaimRetentionPolicy", |policy| {
        default(policy, "whenDeleted", json!("Retain"));
        default(policy, "whenScaled", json!("Retain"));
    });
    with_or_drop(spec, "updateStrategy", |strategy| {
        default(strategy, "type", json!("RollingUpdate"));
        with_or_drop(strategy, "rollingUpdate", |rolling| default(rolling, "partition", json!(0)));
    });
    each(spec, "volumeClaimTemplates", |claim| {
        // The server does not keep the first two and fills in the last one; nothing else of the metadata is looked at.
        for key in ["kind", "apiVersion", "status"] {
            claim.remove(key);
        }
        with(claim, &["metadata"], |metadata| default(metadata, "namespace", json!("")));
        with(claim, &["spec"], super::storage::claim_template);
    });
    with(spec, &["template"], pod::template);
}

pub(super) fn deployment(spec: &mut Map<String, Value>) {
    default(spec, "replicas", json!(1));
    default(spec, "revisionHistoryLimit", json!(10));
    default(spec, "progressDeadlineSeconds", json!(600));
    default(spec, "minReadySeconds", json!(0));
    with_or_drop(spec, "strategy", |strategy| {
        default(strategy, "type", json!("RollingUpdate"));
        with_or_drop(strategy, "rollingUpdate", |rolling| {
            default(rolling, "maxUnavailable", json!("25%"));
            default(rolling, "maxSurge", json!("25%"));
        });
    });
    with(spec, &["template"], pod::template);
}

pub(super) fn daemon_set(spec: &mut Map<String, Value>) {
    default(spec, "revisionHistoryLimit", json!(10));
    default(spec, "minReadySeconds", json!(0));
    with_or_drop(spec, "updateStrategy", |strategy| {
        default(strategy, "type", json!("RollingUpdate"));
        with_or_drop(strategy, "rollingUpdate", |rolling| {
            default(rolling, "maxUnavailable", json!(1));
            default(rolling, "maxSurge", json!(0));
        });
    });
    with(spec, &["template"], pod::template);
}

pub(super) fn replica_set(spec: &mut Map<String, Value>) {
    default(spec, "replicas", json!(1));
    default(spec, "minReadySeconds", json!(0));
    with(spec, &["template"], pod::template);
}

pub(super) fn job(spec: &mut Map<String, Value>) {
    // Without both numbers each is 1; with a parallelism alone, there is no number of completions.
    if spec.get("completions").is_none() && spec.get("parallelism").is_none() {
        spec.insert("completions".into(), json!(1));
    }
    default(spec, "parallelism", json!(1));
    default(spec, "backoffLimit", json!(6));
    let replaces = if spec.contains_key("podFailurePolicy") { "Failed" } else { "TerminatingOrFailed" };
    default(spec, "podReplacementPolicy", json!(replaces));
    default(spec, "completionMode", json!("NonIndexed"));
    default(spec, "suspend", json!(false));
    default(spec, "manualSelector", json!(false));
    if spec.get("manualSelector") != Some(&json!(true)) {
        generated_labels(spec);
    }
    with(spec, &["template"], pod::template);
}

/// The labels by which a Job's controller finds its pods: the server makes them, no manifest writes them.
fn generated_labels(spec: &mut Map<String, Value>) {
    let generated = |labels: &mut Map<String, Value>| {
        labels.retain(|key, _| {
            !matches!(
                key.as_str(),
                "controller-uid" | "job-name" | "batch.kubernetes.io/controller-uid" | "batch.kubernetes.io/job-name"
            )
        });
    };
    with_or_drop(spec, "selector", |selector| with_or_drop(selector, "matchLabels", generated));
    with(spec, &["template"], |template| {
        with_or_drop(template, "metadata", |metadata| with_or_drop(metadata, "labels", generated));
    });
}

pub(super) fn cron_job(spec: &mut Map<String, Value>) {
    default(spec, "concurrencyPolicy", json!("Allow"));
    default(spec, "suspend", json!(false));
    default(spec, "successfulJobsHistoryLimit", json!(3));
    default(spec, "failedJobsHistoryLimit", json!(1));
    with(spec, &["jobTemplate", "spec"], job);
}
