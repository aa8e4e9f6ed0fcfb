//! The differences of two JSON values, field by field.
//!
//! Lists that have a key in Kubernetes (containers by name, ports by number, …) are compared by that key, so that one
//! added container is one difference and not a change of every later element. The order of such a list is a difference
//! of its own: the order of containers is part of the pod template's hash.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::LazyLock,
};

use serde_json::{Map, Value};

use super::{canonical, quantity};

/// A step from a value to one of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Key(&'a str),
    /// An element of a list, by its name.
    Item(String),
    Index(usize),
}

/// Where a value stands in its object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Path<'a>(pub(super) Vec<Step<'a>>);

impl Path<'_> {
    /// Whether the path begins with these keys; `*` stands for any step.
    pub(super) fn starts_with(&self, keys: &[&str]) -> bool {
        keys.len() <= self.0.len()
            && keys.iter().zip(&self.0).all(|(key, step)| *key == "*" || matches!(step, Step::Key(k) if k == key))
    }

    /// Whether the path is these keys; `*` stands for any step.
    pub(super) fn is(&self, keys: &[&str]) -> bool {
        keys.len() == self.0.len() && self.starts_with(keys)
    }

    /// The last key of an object on the way.
    pub(super) fn last_key(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(*key),
            _ => None,
        })
    }

    /// The key at this position from the front, or the name of the list element.
    pub(super) fn name(&self, position: usize) -> Option<&str> {
        match self.0.get(position)? {
            Step::Key(key) => Some(key),
            Step::Item(name) => Some(name),
            Step::Index(_) => None,
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if key.contains(['.', '/', ' ', '"']) => write!(f, "[{key:?}]")?,
                Step::Key(key) if position == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Item(name) => write!(f, "[{name}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// One place where two objects differ.
#[derive(Debug, Clone)]
pub(super) struct Difference<'a> {
    pub(super) path: Path<'a>,
    pub(super) old: Option<&'a Value>,
    pub(super) new: Option<&'a Value>,
    /// The list at `path` has the same elements in another order.
    pub(super) order: bool,
    /// The same amount, such as `1Gi` and `1073741824`, that the server stores in two notations.
    pub(super) notation: bool,
}

/// Whether the same amount in another notation is a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    Ignored,
    /// In the pod template: its hash is taken from the stored bytes, where `1Gi` and `1073741824` differ (`1024Mi` does
    /// not: the server stores it as `1Gi`).
    CountsInTemplate,
}

/// All differences of two objects, in the order of the new one's fields.
pub(super) fn objects<'a>(old: &'a Value, new: &'a Value, notation: Notation) -> Vec<Difference<'a>> {
    static EMPTY: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    let mut walk = Walk { path: vec![], found: vec![], notation, empty: &EMPTY };
    walk.values(Some(old), Some(new));
    walk.found
}

struct Walk<'a> {
    path: Vec<Step<'a>>,
    found: Vec<Difference<'a>>,
    notation: Notation,
    empty: &'a Map<String, Value>,
}

impl<'a> Walk<'a> {
    fn values(&mut self, old: Option<&'a Value>, new: Option<&'a Value>) {
        match (old, new) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => self.maps(old, new),
            // A map of one's own keys: each key is a difference, also where the whole map comes or goes.
            (Some(Value::Object(old)), None) if self.is_dictionary() => self.maps(old, self.empty),
            (None, Some(Value::Object(new))) if self.is_dictionary() => self.maps(self.empty, new),
            (Some(Value::Array(a)), Some(Value::Array(b))) => self.lists(old, new, a, b),
            (Some(Value::String(a)), Some(Value::String(b))) if a != b && self.is_quantity() => {
                if !quantity::same(a, b) {
                    self.found(old, new);
                } else if self.notation == Notation::CountsInTemplate
                    && Path(self.path.clone()).starts_with(&["spec", "template"])
                    && !quantity::same_notation(a, b)
                {
                    self.found(old, new);
                    if let Some(difference) = self.found.last_mut() {
                        difference.notation = true;
                    }
                }
            }
            (old, new) if old == new => {}
            (old, new) => self.found(old, new),
        }
    }

    fn found(&mut self, old: Option<&'a Value>, new: Option<&'a Value>) {
        let path = Path(self.path.clone());
        self.found.push(Difference { path, old, new, order: false, notation: false });
    }

    fn maps(&mut self, old: &'a Map<String, Value>, new: &'a Map<String, Value>) {
        for (key, value) in new {
            self.step(Step::Key(key), old.get(key), Some(value));
        }
        for (key, value) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
            self.step(Step::Key(key), Some(value), None);
        }
    }

    fn step(&mut self, step: Step<'a>, old: Option<&'a Value>, new: Option<&'a Value>) {
        self.path.push(step);
        self.values(old, new);
        self.path.pop();
    }

    fn lists(&mut self, old: Option<&'a Value>, new: Option<&'a Value>, a: &'a [Value], b: &'a [Value]) {
        let field = match self.path.last() {
            Some(Step::Key(field)) => *field,
            _ => "",
        };
        let Some((old_keys, new_keys)) = keys(field, a).zip(keys(field, b)) else {
            // Elements without a key have no identity: a list of objects is compared by position, one of plain values
            // as a whole.
            if a.iter().chain(b).all(Value::is_object) && a.len() == b.len() {
                for (index, (old, new)) in a.iter().zip(b).enumerate() {
                    self.step(Step::Index(index), Some(old), Some(new));
                }
            } else if a != b {
                self.found(old, new);
            }
            return;
        };
        let index: HashMap<&str, &'a Value> = old_keys.iter().map(String::as_str).zip(a).collect();
        let mut matched = Vec::with_capacity(b.len());
        for (key, value) in new_keys.iter().zip(b) {
            let before = index.get(key.as_str()).copied();
            if before.is_some() {
                matched.push(key.as_str());
            }
            self.step(Step::Item(label(field, key, value)), before, Some(value));
        }
        let kept: HashSet<&str> = matched.iter().copied().collect();
        for (key, value) in old_keys.iter().zip(a).filter(|(key, _)| !kept.contains(key.as_str())) {
            self.step(Step::Item(label(field, key, value)), Some(value), None);
        }
        let in_old_order = old_keys.iter().map(String::as_str).filter(|key| kept.contains(key));
        if !in_old_order.eq(matched.iter().copied()) {
            self.found(old, new);
            if let Some(difference) = self.found.last_mut() {
                difference.order = true;
            }
        }
    }

    fn is_dictionary(&self) -> bool {
        matches!(self.path.last(), Some(Step::Key("metadata" | "labels" | "annotations" | "data" | "binaryData")))
    }

    fn is_quantity(&self) -> bool {
        let mut keys = self.path.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(*key),
            _ => None,
        });
        matches!(keys.next(), Some("sizeLimit" | "divisor"))
            || keys.next().is_some_and(|key| canonical::AMOUNTS.contains(&key))
    }
}

/// The keys of a list's elements; `None` if the list has no key, or not every element has one of its own.
fn keys(field: &str, list: &[Value]) -> Option<Vec<String>> {
    let keys = list.iter().map(|element| key(field, element)).collect::<Option<Vec<_>>>()?;
    let mut seen = HashSet::new();
    keys.iter().all(|key| seen.insert(key.as_str())).then_some(keys)
}

/// The step to an element of the list in this field, as differences name it.
pub(super) fn step<'a>(field: &'a str, index: usize, element: &Value) -> Step<'a> {
    match key(field, element) {
        Some(key) => Step::Item(label(field, &key, element)),
        None => Step::Index(index),
    }
}

/// What people call an element: its name if it has one, else its key.
fn label(field: &str, key: &str, element: &Value) -> String {
    let name = element.get("name").and_then(Value::as_str).filter(|_| field != "volumeMounts");
    name.unwrap_or_else(|| key.trim_end_matches("/TCP")).into()
}

/// The key of an element of the list in this field, as the API's schema declares it (`x-kubernetes-list-map-keys`).
fn key(field: &str, element: &Value) -> Option<String> {
    let text = |name: &str| element.get(name).and_then(Value::as_str).map(str::to_owned);
    match field {
        "containers" | "initContainers" | "ephemeralContainers" | "volumes" | "env" | "imagePullSecrets" => {
            text("name")
        }
        "volumeClaimTemplates" => element.get("metadata")?.get("name")?.as_str().map(Into::into),
        "volumeMounts" => text("mountPath"),
        "volumeDevices" => text("devicePath"),
        "hostAliases" => text("ip"),
        "topologySpreadConstraints" => Some(format!("{}/{}", text("topologyKey")?, text("whenUnsatisfiable")?)),
        "ports" => {
            let number = element.get("containerPort").or_else(|| element.get("port"))?;
            let protocol = text("protocol").unwrap_or_else(|| "TCP".into());
            Some(format!("{}/{protocol}", number.as_u64()?))
        }
        _ => None,
    }
}
