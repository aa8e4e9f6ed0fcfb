//! Amounts of cpu, memory and other resources.

use serde_json::Value;

use super::check::{Check, server_refuses};
use crate::{
    plan::object::at,
    value::{Quantity, ResourceAmount, ResourceName},
};

pub(super) fn of_container<'a>(check: &mut Check<'a>, resources: &'a Value) {
    for field in ["limits", "requests"] {
        check.entries(resources, field, |check, name, value| {
            if let Some(message) = server_refuses::<ResourceName>(name) {
                check.refuse(message);
            }
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
    let Some(text) = written(value) else {
        if !value.is_null() {
            check.refuse("it is no quantity");
        }
        return;
    };
    if let Some(message) = server_refuses::<ResourceAmount>(&text) {
        return check.refuse(message);
    }
    let Some(amount) = milli(value) else { return };
    if amount < 0 {
        check.refuse("an amount is not negative");
    }
    let name = name.parse::<ResourceName>().ok();
    if name.as_ref().is_some_and(ResourceName::is_extended) && amount % 1000 != 0 {
        check.refuse("it has to be a whole number");
    }
    if name.and_then(|name| name.page_size()).is_some_and(|page| amount <= 0 || amount % page.milli() != 0) {
        check.refuse("it has to be a multiple of the size of the page");
    }
}

/// An amount as text; the API takes numbers too.
pub(super) fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The thousandths that the server reads, also where the text is not what anyone means.
pub(super) fn milli(value: &Value) -> Option<i128> {
    let text = written(value)?;
    match text.parse::<Quantity>() {
        Ok(quantity) => Some(quantity.milli()),
        // A suffix without a number is 0.
        Err(error) if error.rule == "quantity-no-number" => Some(0),
        // Beyond 64 bits it is cut off.
        Err(error) if error.rule == "quantity-too-large" => {
            let most = i128::from(i64::MAX) * 1000;
            Some(if text.trim().starts_with('-') { -most } else { most })
        }
        Err(_) => None,
    }
}

/// A resource that a device plugin offers.
fn is_extended(name: &str) -> bool {
    name.parse::<ResourceName>().is_ok_and(|name| name.is_extended())
}

/// No request beyond its limit; and equal to it where nothing can be lent out.
fn compare<'a>(check: &mut Check<'a>, resources: &'a Value) {
    let has = |name| ["limits", "requests"].into_iter().any(|field| at(resources, &[field, name]).is_some());
    check.entries(resources, "requests", |check, name, request| {
        let fixed = is_extended(name) || name.starts_with("hugepages-");
        let limit = at(resources, &["limits", name]);
        if fixed && limit.is_none() {
            return check.refuse("it needs a limit, equal to the request");
        }
        let Some((request, limit)) = milli(request).zip(limit.and_then(milli)) else { return };
        if fixed && request != limit {
            check.refuse("request and limit have to be equal");
        } else if request > limit {
            check.refuse("the request is more than the limit");
        }
    });
    let pages = |field| {
        at(resources, &[field])
            .and_then(Value::as_object)
            .is_some_and(|map| map.keys().any(|name| name.starts_with("hugepages-")))
    };
    if (pages("limits") || pages("requests")) && !has("cpu") && !has("memory") {
        check.refuse("huge pages need cpu or memory beside them");
    }
}
