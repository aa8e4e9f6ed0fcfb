//! Amounts of cpu, memory and other resources.

use serde_json::Value;

use super::check::{Check, server_refuses};
use crate::{
    plan::object::at,
    value::{LabelKey, Quantity, ResourceAmount},
};

pub(super) fn of_container<'a>(check: &mut Check<'a>, resources: &'a Value) {
    for field in ["limits", "requests"] {
        check.entries(resources, field, |check, name, value| {
            self::name(check, name, value);
            amount(check, name, value);
        });
    }
    compare(check, resources);
}

/// Resources of a whole pod: cpu, memory and huge pages.
pub(super) fn of_pod<'a>(check: &mut Check<'a>, resources: &'a Value) {
    for field in ["limits", "requests"] {
        check.entries(resources, field, |check, name, value| {
            if !matches!(name, "cpu" | "memory") && !name.starts_with("hugepages-") {
                check.refuse("a whole pod has only cpu, memory and huge pages");
            }
            amount(check, name, value);
        });
    }
    compare(check, resources);
}

/// An amount, 0 or more; of what cannot be divided, a whole number.
pub(super) fn amount<'a>(check: &mut Check<'a>, name: &'a str, value: &'a Value) {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null => return,
        _ => return check.refuse("it is no quantity"),
    };
    if let Some(message) = server_refuses::<ResourceAmount>(&text) {
        return check.refuse(message);
    }
    if is_extended(name) && text.parse::<Quantity>().is_ok_and(|amount| !amount.is_whole()) {
        check.refuse("it has to be a whole number");
    }
}

/// A resource that a device plugin offers.
fn is_extended(name: &str) -> bool {
    name.contains('/') && !is_native(name)
}

fn is_native(name: &str) -> bool {
    name.split_once('/').is_some_and(|(domain, _)| domain == "kubernetes.io" || domain.ends_with(".kubernetes.io"))
}

fn name<'a>(check: &mut Check<'a>, name: &'a str, _: &'a Value) {
    if !name.contains('/') {
        if !matches!(name, "cpu" | "memory" | "ephemeral-storage") && !name.starts_with("hugepages-") {
            check.refuse(format_args!("{name:?} is no resource of a container"));
        }
    } else if let Some(message) = server_refuses::<LabelKey>(name) {
        check.refuse(message);
    } else if name.starts_with("requests.") {
        check.refuse(format_args!("{name:?} is no name of an extended resource"));
    }
}

/// No request beyond its limit; and equal to it where nothing can be lent out.
fn compare<'a>(check: &mut Check<'a>, resources: &'a Value) {
    let quantity = |value: &Value| match value {
        Value::String(text) => text.parse::<Quantity>().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    };
    let has = |name| ["limits", "requests"].into_iter().any(|field| at(resources, &[field, name]).is_some());
    check.entries(resources, "requests", |check, name, request| {
        let fixed = is_extended(name) || name.starts_with("hugepages-");
        let limit = at(resources, &["limits", name]);
        if fixed && limit.is_none() {
            return check.refuse("it needs a limit, equal to the request");
        }
        let Some((request, limit)) = quantity(request).zip(limit.and_then(quantity)) else { return };
        if fixed && request != limit {
            check.refuse("request and limit have to be equal");
        } else if request > limit {
            check.refuse(format_args!("the request {request} is more than the limit {limit}"));
        }
    });
    let pages = |field| at(resources, &[field]).and_then(Value::as_object).is_some_and(|map| map.keys().any(|name| name.starts_with("hugepages-")));
    if (pages("limits") || pages("requests")) && !has("cpu") && !has("memory") {
        check.refuse("huge pages need cpu or memory beside them");
    }
}
