//! Where pods may run.

use std::collections::HashSet;

use serde_json::Value;

use super::check::{Check, server_refuses};
use crate::{
    plan::object::{at, list, text},
    value::{Label, LabelKey, LabelValue},
};

pub(super) fn check<'a>(check: &mut Check<'a>, spec: &'a Value) {
    check.labels(spec, "nodeSelector");
    check.items(spec, "tolerations", toleration);
    spread(check, spec);
    check.field(spec, "affinity", |check, affinity| {
        check.field(affinity, "nodeAffinity", node_affinity);
        for field in ["podAffinity", "podAntiAffinity"] {
            check.field(affinity, field, |check, affinity| {
                check.items(affinity, "requiredDuringSchedulingIgnoredDuringExecution", pod_term);
                check.items(affinity, "preferredDuringSchedulingIgnoredDuringExecution", |check, preferred| {
                    weight(check, preferred);
                    check.required(preferred, "podAffinityTerm", pod_term);
                });
            });
        }
    });
}

fn toleration<'a>(check: &mut Check<'a>, toleration: &'a Value) {
    let operator = text(toleration, "operator").unwrap_or_default();
    check.word_or_default(toleration, "operator", &["Exists", "Equal"]);
    check.text_or_empty::<LabelKey>(toleration, "key");
    if text(toleration, "key").is_none_or(str::is_empty) && operator != "Exists" {
        check.refuse_at("operator", "without a key it has to be Exists");
    }
    let value = text(toleration, "value").unwrap_or_default();
    if operator == "Exists" && !value.is_empty() {
        check.refuse_at("value", "does not go with the operator Exists");
    }
    check.text::<LabelValue>(toleration, "value");
    check.word_or_default(toleration, "effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"]);
    if at(toleration, &["tolerationSeconds"]).is_some() && text(toleration, "effect") != Some("NoExecute") {
        check.refuse_at("effect", "with tolerationSeconds it has to be NoExecute");
    }
}

fn spread<'a>(check: &mut Check<'a>, spec: &'a Value) {
    let mut seen = HashSet::new();
    check.items(spec, "topologySpreadConstraints", |check, constraint| {
        if at(constraint, &["maxSkew"]).and_then(Value::as_i64).unwrap_or(0) < 1 {
            check.refuse_at("maxSkew", "has to be 1 or more");
        }
        check.not_empty(constraint, "topologyKey");
        check.not_empty(constraint, "whenUnsatisfiable");
        check.word(constraint, "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]);
        for field in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
            check.word(constraint, field, &["Honor", "Ignore"]);
        }
        check.number(constraint, "minDomains", 1..=i64::from(i32::MAX));
        let action = text(constraint, "whenUnsatisfiable").unwrap_or_default();
        if at(constraint, &["minDomains"]).is_some() && action != "DoNotSchedule" {
            check.refuse_at("minDomains", "goes only with DoNotSchedule");
        }
        check.selector(constraint, "labelSelector");
        label_keys(check, constraint, &["matchLabelKeys"]);
        for key in list(constraint, &["matchLabelKeys"]).iter().filter_map(Value::as_str) {
            let selected = at(constraint, &["labelSelector", "matchLabels", key]).is_some();
            let expressions = list(constraint, &["labelSelector", "matchExpressions"]);
            if selected || expressions.iter().any(|expression| text(expression, "key") == Some(key)) {
                check.refuse_at("matchLabelKeys", format_args!("{key:?} is in the labelSelector too"));
            }
        }
        if !seen.insert((text(constraint, "topologyKey"), action)) {
            check.refuse("this topology key and action are there twice");
        }
    });
}

/// Keys of labels that a selector gets from the pod itself.
fn label_keys<'a>(check: &mut Check<'a>, of: &'a Value, fields: &[&'a str]) {
    for field in fields {
        if !list(of, &[field]).is_empty() && at(of, &["labelSelector"]).is_none() {
            check.refuse_at(field, "needs a labelSelector");
        }
        check.items(of, field, |check, key| check.is::<LabelKey>(key));
    }
    if let [first, second] = fields {
        for key in list(of, &[first]).iter().filter(|key| list(of, &[second]).contains(key)) {
            check.refuse_at(second, format_args!("{key} is in both lists of keys"));
        }
    }
}

fn weight<'a>(check: &mut Check<'a>, preferred: &'a Value) {
    if !(1..=100).contains(&at(preferred, &["weight"]).and_then(Value::as_i64).unwrap_or(0)) {
        check.refuse_at("weight", "is from 1 to 100");
    }
}

fn pod_term<'a>(check: &mut Check<'a>, term: &'a Value) {
    check.not_empty(term, "topologyKey");
    check.text_or_empty::<LabelKey>(term, "topologyKey");
    check.selector(term, "labelSelector");
    check.selector(term, "namespaceSelector");
    check.items(term, "namespaces", |check, name| check.is::<Label>(name));
    label_keys(check, term, &["matchLabelKeys", "mismatchLabelKeys"]);
}

fn node_affinity<'a>(check: &mut Check<'a>, affinity: &'a Value) {
    check.field(affinity, "requiredDuringSchedulingIgnoredDuringExecution", |check, required| {
        if list(required, &["nodeSelectorTerms"]).is_empty() {
            check.refuse_at("nodeSelectorTerms", "is required");
        }
        check.items(required, "nodeSelectorTerms", node_term);
    });
    check.items(affinity, "preferredDuringSchedulingIgnoredDuringExecution", |check, preferred| {
        weight(check, preferred);
        check.required(preferred, "preference", node_term);
    });
}

fn node_term<'a>(check: &mut Check<'a>, term: &'a Value) {
    check.items(term, "matchExpressions", |check, expression| {
        check.required_text::<LabelKey>(expression, "key");
        let values = list(expression, &["values"]).len();
        match text(expression, "operator").unwrap_or_default() {
            "In" | "NotIn" if values == 0 => check.refuse_at("values", "is required"),
            "Exists" | "DoesNotExist" if values > 0 => check.refuse_at("values", "does not go with the operator"),
            "Gt" | "Lt" if values != 1 => check.refuse_at("values", "the operator takes one value"),
            "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
            other => check.refuse_at("operator", format_args!("{other:?} is no operator of a node selector")),
        }
        check.items(expression, "values", |check, value| {
            if let Some(message) = value.as_str().and_then(server_refuses::<LabelValue>) {
                check.refuse(message);
            }
        });
    });
    check.items(term, "matchFields", |check, field| {
        if text(field, "key") != Some("metadata.name") {
            check.refuse_at("key", "only metadata.name is a field of a node");
        }
        if !matches!(text(field, "operator"), Some("In" | "NotIn")) {
            check.refuse_at("operator", "it has to be In or NotIn");
        }
        if list(field, &["values"]).len() != 1 {
            check.refuse_at("values", "it takes one value");
        }
    });
}
