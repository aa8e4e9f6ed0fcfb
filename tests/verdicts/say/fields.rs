use super::Said;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The fields of an object. Every one must be looked at: what nobody asked for, the language has no words for.
pub(super) struct Fields<'v> {
    at: String,
    map: &'v Map<String, Value>,
    seen: RefCell<BTreeSet<&'v str>>,
}

/// Opens an object. `at` is its place in the words of the API, without indexes.
pub(super) fn open<'v>(at: &str, value: &'v Value) -> Said<Fields<'v>> {
    let map = value.as_object().ok_or_else(|| format!("`{at}` that is no object"))?;
    Ok(Fields { at: at.to_owned(), map, seen: RefCell::default() })
}

impl<'v> Fields<'v> {
    /// The value of a field; `null` is the same as no value.
    pub(super) fn get(&self, key: &str) -> Option<&'v Value> {
        let (key, value) = self.map.get_key_value(key)?;
        self.seen.borrow_mut().insert(key);
        (!value.is_null()).then_some(value)
    }

    /// An object inside.
    pub(super) fn sub(&self, key: &str) -> Said<Option<Fields<'v>>> {
        self.get(key).map(|value| open(&self.path(key), value)).transpose()
    }

    /// A list inside; empty if there is none.
    pub(super) fn list(&self, key: &str) -> Said<&'v [Value]> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Value::Array(values)) => Ok(values),
            Some(_) => Err(format!("`{}` that is no list", self.path(key))),
        }
    }

    /// Fields that mean nothing with one of these values: the API's default, or what the language always writes.
    pub(super) fn nothing(&self, key: &str, values: &[Value]) -> Said<()> {
        match self.get(key) {
            Some(value) if !values.contains(value) => Err(format!("`{}`", self.path(key))),
            _ => Ok(()),
        }
    }

    /// All fields were looked at.
    pub(super) fn close(self) -> Said<()> {
        match self.map.keys().find(|key| !self.seen.borrow().contains(key.as_str())) {
            Some(key) => Err(format!("`{}`", self.path(key))),
            None => Ok(()),
        }
    }

    pub(super) fn path(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) }
    }
}
