//! Changes of a Job, whose template and completions are frozen, and of a CronJob, which may change freely.

use serde_json::Value;

use crate::plan::{Class, Pair, diff::Difference, object::at};

pub(super) fn compare(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    let suspended = at(pair.old.value, &["spec", "suspend"]) == Some(&Value::Bool(true));
    let indexed = at(pair.new.value, &["spec", "completionMode"]).and_then(Value::as_str) == Some("Indexed");
    let number = |field| at(pair.new.value, &["spec", field]).and_then(Value::as_i64).unwrap_or(1);
    let elastic = indexed && number("completions") == number("parallelism");
    for difference in differences {
        let path = &difference.path;
        match path.name(1) {
            Some("parallelism" | "backoffLimit" | "activeDeadlineSeconds" | "ttlSecondsAfterFinished" | "suspend") => {
                pair.push(
                    Class::InPlace,
                    difference,
                    "may change while the Job runs; a finished Job does not run again",
                );
            }
            Some("podReplacementPolicy" | "maxFailedIndexes") => {
                pair.push(Class::InPlace, difference, "may change while the Job runs");
            }
            // The number that the server filled in stays.
            Some("completions")
                if difference.new.is_none() && at(pair.old.value, &["spec", "completions"]).is_none() => {}
            Some("completions") if elastic => {
                let text = "an Indexed Job may change completions together with parallelism";
                pair.push(Class::InPlace, difference, text);
            }
            Some("template") if suspended && is_scheduling(difference) => {
                let text = "may change as long as the suspended Job has never run (the server refuses it afterwards)";
                pair.push(Class::InPlace, difference, text);
            }
            _ => {
                let text = "the server refuses to change this field of a Job: delete the Job and make it again, and it \
                            runs once more";
                let commands = super::recreate(pair);
                pair.push_with(Class::Recreate, difference, text, commands);
            }
        }
    }
}

/// Where the pods of a suspended Job will run (KEP-2926).
fn is_scheduling(difference: &Difference<'_>) -> bool {
    let path = &difference.path;
    path.starts_with(&["spec", "template", "metadata"])
        || path.starts_with(&["spec", "template", "spec", "nodeSelector"])
        || path.starts_with(&["spec", "template", "spec", "tolerations"])
        || path.starts_with(&["spec", "template", "spec", "schedulingGates"])
        || path.starts_with(&["spec", "template", "spec", "affinity", "nodeAffinity"])
        // The whole affinity, where there was none.
        || path.is(&["spec", "template", "spec", "affinity"])
            && [difference.old, difference.new].into_iter().flatten().all(|affinity| {
                affinity.as_object().is_some_and(|affinity| affinity.keys().all(|key| key == "nodeAffinity"))
            })
}

pub(super) fn compare_cron(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    for difference in differences {
        let text = match difference.path.name(1) {
            Some("jobTemplate") => "the next run uses it; a Job that runs now is not touched",
            Some("suspend") if difference.new == Some(&Value::Bool(true)) => "no further run starts",
            Some("successfulJobsHistoryLimit" | "failedJobsHistoryLimit") => {
                "finished Jobs beyond the limit are deleted"
            }
            _ => "counts from the next run on",
        };
        pair.push(Class::InPlace, difference, text);
    }
}
