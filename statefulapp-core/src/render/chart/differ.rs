//! Where two lists of objects differ.

use crate::finding::Step;
use serde_json::Value;

/// A value that is another one.
pub(super) struct Change {
    /// The object's position.
    pub(super) object: usize,
    /// The way to the value.
    pub(super) steps: Vec<Step>,
}

/// The values that differ. `Err` says what is there for one of the two only.
pub(super) fn changes(old: &[Value], new: &[Value]) -> Result<Vec<Change>, String> {
    let mut changes = Vec::new();
    for (n, (old, other)) in old.iter().zip(new).enumerate() {
        if identity(old) != identity(other) {
            // One of the two is missing on the other side.
            let missing = if new.iter().any(|new| identity(new) == identity(old)) { other } else { old };
            return Err(format!("it decides whether there is a {}", identity(missing)));
        }
        values(old, other, &mut Vec::new(), &mut |steps| changes.push(Change { object: n, steps: steps.to_vec() }))
            .map_err(|steps| format!("it decides what there is in {}", super::place_of(old, &steps)))?;
    }
    match (old.get(new.len()), new.get(old.len())) {
        (Some(more), _) | (_, Some(more)) => Err(format!("it decides whether there is a {}", identity(more))),
        _ => Ok(changes),
    }
}

fn identity(object: &Value) -> String {
    let text = |pointer| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    format!("{} {}", text("/kind"), text("/metadata/name"))
}

fn values(old: &Value, new: &Value, steps: &mut Vec<Step>, found: &mut dyn FnMut(&[Step])) -> Result<(), Vec<Step>> {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            if old.len() != new.len() || old.keys().any(|key| !new.contains_key(key)) {
                return Err(steps.clone());
            }
            for (key, old) in old {
                steps.push(Step::Key(key.clone().into()));
                values(old, new.get(key).unwrap_or(&Value::Null), steps, found)?;
                steps.pop();
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            if old.len() != new.len() {
                return Err(steps.clone());
            }
            for (n, (old, new)) in old.iter().zip(new).enumerate() {
                steps.push(Step::Index(n));
                values(old, new, steps, found)?;
                steps.pop();
            }
        }
        _ if old == new => {}
        (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => return Err(steps.clone()),
        _ => found(steps),
    }
    Ok(())
}

/// The value that steps lead to.
pub(super) fn get<'v>(value: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(&**key),
        Step::Index(index) => value.get(*index),
    })
}

/// The same, to be changed.
pub(super) fn get_mut<'v>(value: &'v mut Value, steps: &[Step]) -> Option<&'v mut Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(&**key),
        Step::Index(index) => value.get_mut(*index),
    })
}
