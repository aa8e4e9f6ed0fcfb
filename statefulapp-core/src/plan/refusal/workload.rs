//! What the server refuses in the objects that make pods.

use serde_json::Value;

use super::{
    check::{Check, selects},
    pod::{self, Restart},
    storage,
};
use crate::{
    plan::object::at,
    value::{CronSchedule, Label, Percent, TimeZone},
};

pub(super) fn stateful_set<'a>(check: &mut Check<'a>, spec: &'a Value) {
    for field in ["replicas", "minReadySeconds"] {
        check.count(spec, field);
    }
    check.field(spec, "ordinals", |check, ordinals| check.count(ordinals, "start"));
    check.word_or_default(spec, "podManagementPolicy", &["OrderedReady", "Parallel"]);
    check.field(spec, "persistentVolumeClaimRetentionPolicy", |check, policy| {
        for field in ["whenDeleted", "whenScaled"] {
            check.word_or_default(policy, field, &["Retain", "Delete"]);
        }
    });
    check.field(spec, "updateStrategy", |check, strategy| {
        check.word_or_default(strategy, "type", &["RollingUpdate", "OnDelete"]);
        check.field(strategy, "rollingUpdate", |check, rolling| {
            check.count(rolling, "partition");
            if strategy.get("type").and_then(Value::as_str) == Some("OnDelete") {
                check.refuse("goes only with the type RollingUpdate");
            }
        });
    });
    check.text_or_empty::<Label>(spec, "serviceName");
    selector(check, spec, true);
    check.items(spec, "volumeClaimTemplates", |check, claim| {
        check.required(claim, "metadata", |check, metadata| check.required_text::<Label>(metadata, "name"));
        check.required(claim, "spec", storage::claim_template);
    });
    let templates = at(spec, &["volumeClaimTemplates"]).and_then(Value::as_array);
    let claims: Vec<_> =
        templates.into_iter().flatten().filter_map(|claim| claim.pointer("/metadata/name")?.as_str()).collect();
    check.required(spec, "template", |check, template| pod::template(check, template, Restart::Always, &claims));
}

pub(super) fn deployment<'a>(check: &mut Check<'a>, spec: &'a Value) {
    for field in ["replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"] {
        check.count(spec, field);
    }
    let seconds = |field, default| at(spec, &[field]).and_then(Value::as_i64).unwrap_or(default);
    if seconds("progressDeadlineSeconds", 600) <= seconds("minReadySeconds", 0) {
        check.refuse_at("progressDeadlineSeconds", "has to be more than minReadySeconds");
    }
    check.field(spec, "strategy", |check, strategy| {
        check.word_or_default(strategy, "type", &["RollingUpdate", "Recreate"]);
        check.field(strategy, "rollingUpdate", |check, rolling| {
            if strategy.get("type").and_then(Value::as_str) == Some("Recreate") {
                check.refuse("does not go with the type Recreate");
            }
            surge(check, rolling);
        });
    });
    selector(check, spec, true);
    check.required(spec, "template", |check, template| pod::template(check, template, Restart::Always, &[]));
}

pub(super) fn replica_set<'a>(check: &mut Check<'a>, spec: &'a Value) {
    for field in ["replicas", "minReadySeconds"] {
        check.count(spec, field);
    }
    selector(check, spec, true);
    check.required(spec, "template", |check, template| pod::template(check, template, Restart::Always, &[]));
}

pub(super) fn autoscaler<'a>(check: &mut Check<'a>, spec: &'a Value) {
    let number = |field| at(spec, &[field]).and_then(Value::as_i64);
    let (least, most) = (number("minReplicas").unwrap_or(1), number("maxReplicas").unwrap_or(0));
    if most < 1 {
        check.refuse_at("maxReplicas", "has to be 1 or more");
    } else if most < least {
        check.refuse_at("maxReplicas", "is less than minReplicas");
    }
    // None at all only with a metric that does not come from the pods (HPAScaleToZero, off by default).
    check.number(spec, "minReplicas", 1..=i64::from(i32::MAX));
    check.required(spec, "scaleTargetRef", |check, target| {
        for field in ["kind", "name"] {
            check.not_empty(target, field);
        }
    });
}

pub(super) fn daemon_set<'a>(check: &mut Check<'a>, spec: &'a Value) {
    for field in ["minReadySeconds", "revisionHistoryLimit"] {
        check.count(spec, field);
    }
    check.field(spec, "updateStrategy", |check, strategy| {
        check.word_or_default(strategy, "type", &["RollingUpdate", "OnDelete"]);
        check.field(strategy, "rollingUpdate", |check, rolling| {
            for field in ["maxUnavailable", "maxSurge"] {
                check.field(rolling, field, number_or_percent);
            }
            if strategy.get("type").and_then(Value::as_str) != Some("OnDelete") {
                match (is_none(rolling, "maxUnavailable", 1), is_none(rolling, "maxSurge", 0)) {
                    (false, false) => check.refuse_at("maxSurge", "goes only with maxUnavailable 0"),
                    (true, true) => check.refuse_at("maxUnavailable", "may not be 0 when maxSurge is 0"),
                    _ => {}
                }
            }
        });
    });
    selector(check, spec, true);
    check.required(spec, "template", |check, template| pod::template(check, template, Restart::Always, &[]));
}

fn surge<'a>(check: &mut Check<'a>, rolling: &'a Value) {
    for field in ["maxUnavailable", "maxSurge"] {
        check.field(rolling, field, number_or_percent);
    }
    if is_none(rolling, "maxUnavailable", 1) && is_none(rolling, "maxSurge", 1) {
        check.refuse_at("maxUnavailable", "may not be 0 when maxSurge is 0");
    }
}

/// Whether a number or a percentage is 0, with the server's default where it is left out.
fn is_none(rolling: &Value, field: &str, default: i64) -> bool {
    match at(rolling, &[field]) {
        Some(Value::Number(number)) => number.as_i64() == Some(0),
        Some(Value::String(percent)) => percent.trim_end_matches('%').parse() == Ok(0),
        _ => default == 0,
    }
}

/// A number from 0, or `0%` to `100%`.
pub(super) fn number_or_percent<'a>(check: &mut Check<'a>, value: &'a Value) {
    match value {
        Value::Number(number) if number.as_i64().is_some_and(|number| number < 0) => {
            check.refuse(format_args!("{number} is less than 0"));
        }
        // A number in quotes is refused, as any text that is no percentage.
        value => check.is::<Percent>(value),
    }
}

/// The selector has to be there, select something, and select the template's own pods.
fn selector<'a>(check: &mut Check<'a>, spec: &'a Value, needed: bool) {
    check.selector(spec, "selector");
    let labels = at(spec, &["template", "metadata", "labels"]);
    match at(spec, &["selector"]) {
        None if needed => check.refuse_at("selector", "is required"),
        Some(selector) => {
            let nothing = |field| {
                at(selector, &[field])
                    .is_none_or(|part| part == &Value::Array(vec![]) || part == &serde_json::json!({}))
            };
            if nothing("matchLabels") && nothing("matchExpressions") {
                check.refuse_at("selector", "an empty selector is refused");
            } else if !selects(selector, labels) {
                check.refuse_at("template", "the selector does not match the labels of the template");
            }
        }
        None => {}
    }
}

pub(super) fn job<'a>(check: &mut Check<'a>, spec: &'a Value) {
    for field in ["parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"] {
        check.number(spec, field, 0..=i64::MAX);
    }
    check.word(spec, "completionMode", &["NonIndexed", "Indexed"]);
    check.word(spec, "podReplacementPolicy", &["TerminatingOrFailed", "Failed"]);
    let indexed = at(spec, &["completionMode"]).and_then(Value::as_str) == Some("Indexed");
    if indexed && at(spec, &["completions"]).is_none() {
        check.refuse_at("completions", "is required when completionMode is Indexed");
    }
    if at(spec, &["manualSelector"]) == Some(&Value::Bool(true)) {
        selector(check, spec, true);
    }
    check.required(spec, "template", |check, template| pod::template(check, template, Restart::OnFailureOrNever, &[]));
}

pub(super) fn cron_job<'a>(check: &mut Check<'a>, spec: &'a Value) {
    check.not_empty(spec, "schedule");
    check.text::<CronSchedule>(spec, "schedule");
    check.text::<TimeZone>(spec, "timeZone");
    check.word_or_default(spec, "concurrencyPolicy", &["Allow", "Forbid", "Replace"]);
    for field in ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
        check.number(spec, field, 0..=i64::MAX);
    }
    check.required(spec, "jobTemplate", |check, template| {
        check.field(template, "metadata", |check, metadata| {
            check.labels(metadata, "labels");
            super::meta::annotations(check, metadata);
        });
        check.required(template, "spec", |check, spec| {
            for field in ["selector", "manualSelector"] {
                check.field(spec, field, |check, _| check.refuse("the CronJob generates it"));
            }
            job(check, spec);
        });
    });
}
