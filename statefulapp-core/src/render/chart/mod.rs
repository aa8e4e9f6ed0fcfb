//! A Helm chart: the objects as templates, in which exactly the places that parameters decide are expressions.
//!
//! Nothing here knows which field a parameter belongs to. The stack is made for the values that stand for all ([`Param::samples`]),
//! and the objects are compared: what differs depends on the parameter. Where every difference is the value itself, it becomes
//! an expression ([`leaf`]); where it is something that is computed of it (a quorum, a list of peers), or something that the server refuses
//! to change, the chart is refused, with the place and the reason. So no template can give other objects than
//! this program gives for the same values.

mod differ;
mod express;
mod files;
mod leaf;
mod schema;
mod secret;
mod text;

use super::{Error, documents};
use crate::check;
use crate::engine;
use crate::finding::{Finding, Path, Step};
use crate::manifest::{BuildError, Object, Objects, Redacted};
use crate::model::{Param, Stack};
use crate::output::{Document, File, yaml};
use crate::plan::{self, Class};
use crate::summary::Summary;
use differ::Change;
use express::Expressions;
use leaf::Leaf;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The version of a chart that is given none.
pub(crate) const VERSION: &str = "0.1.0";

/// A chart, ready to be written.
pub(super) struct Chart {
    /// The templates of the objects.
    pub(super) documents: Vec<Document>,
    /// The files beside them.
    pub(super) files: Vec<File>,
}

/// The chart of a stack that breaks no rule.
pub(super) fn chart(stack: &Stack, completed: &Stack, version: &str) -> Result<Chart, Error> {
    let name = match &stack.name {
        Some(name) => name.as_str(),
        None => return Err(refused(stack, vec![nameless()])),
    };
    if !files::is_version(version) {
        return Err(refused(stack, vec![bad_version(version)]));
    }
    let objects: Vec<Object> = Objects::new(completed, &Redacted).collect::<Result<_, _>>()?;
    let base = values(&objects);
    let leaves = leaves(stack, &base)?;
    let mut documents = Vec::with_capacity(objects.len());
    let marker = text::Marker::absent_from(&base);
    let expressions = Expressions { params: &stack.params, base: &base, leaves: &leaves };
    for (n, object) in objects.iter().enumerate() {
        let of_object = leaves.iter().filter(|leaf| leaf.object == n);
        let template = match secret::declared(completed, object) {
            Some(declared) => secret::template(completed, declared, object, &marker)?,
            None => text::template(object, of_object, &expressions, &marker)?,
        };
        documents.push(Document { yaml: template, secret: false, ..documents::head(object) });
    }
    let summary = Summary::new(stack)?;
    Ok(Chart { files: files::all(name, version, stack, completed, &summary)?, documents })
}

/// The objects for other values of some parameters.
struct Sample {
    /// The parameters' positions and values.
    set: Vec<(usize, String)>,
    objects: Vec<Value>,
}

/// What differs for other values of the parameters, as expressions.
fn leaves(stack: &Stack, base: &[Value]) -> Result<Vec<Leaf>, Error> {
    let mut problems = Vec::new();
    // Which parameters decide a place.
    let mut places: BTreeMap<(usize, Vec<Step>), BTreeSet<usize>> = BTreeMap::new();
    let mut samples = Vec::new();
    for (n, param) in stack.params.iter().enumerate() {
        let mut said = BTreeSet::new();
        for value in param.samples().into_iter().filter(|value| *value != param.value) {
            let other = made(stack, &[(n, &value)])?;
            for problem in unchangeable(param, &value, base, &other) {
                if said.insert(problem.at_object.clone()) {
                    problems.push(problem.finding);
                }
            }
            match differ::changes(base, &other) {
                Ok(changes) => {
                    for Change { object, steps } in changes {
                        places.entry((object, steps)).or_default().insert(n);
                    }
                    samples.push(Sample { set: vec![(n, value)], objects: other });
                }
                Err(what) => {
                    if said.insert(what.clone()) {
                        problems.push(derived(param, &format!("{what}, for instance for {value:?}")));
                    }
                }
            }
        }
    }
    if !problems.is_empty() {
        return Err(refused(stack, problems));
    }
    // All of them at once, so that places that several decide show what each contributes.
    for round in 0..2 {
        let together: Vec<(usize, String)> = stack
            .params
            .iter()
            .enumerate()
            .filter_map(|(n, param)| Some((n, leaf::distinctive(param, n, round)?)))
            .collect();
        let set: Vec<(usize, &str)> = together.iter().map(|(n, value)| (*n, value.as_str())).collect();
        let objects = made(stack, &set)?;
        samples.push(Sample { set: together, objects });
    }
    let Some(all) = samples.len().checked_sub(2).and_then(|at| samples.get(at)) else {
        return Ok(Vec::new());
    };
    let with = with_values(&stack.params, all.set.iter().map(|(n, value)| (*n, value.as_str())));
    let mut leaves = Vec::new();
    for ((object, steps), decided_by) in places {
        let at = |objects: &[Value]| objects.get(object).and_then(|object| differ::get(object, &steps)).cloned();
        let leaf = match (at(base), at(&all.objects)) {
            (Some(old), Some(new)) => {
                let (old, new) = ((&old, &*stack.params), (&new, &*with));
                leaf::find(object, &steps, &decided_by, old, new).or_else(|| leaf::checksum(object, &steps, base))
            }
            _ => None,
        };
        match leaf {
            Some(leaf) => leaves.push(leaf),
            None => problems.push(computed(stack, base, &samples, object, &steps, &decided_by)),
        }
    }
    if problems.is_empty() {
        // What the templates would give is what this program gives.
        for Sample { set, objects: other } in &samples {
            let params = with_values(&stack.params, set.iter().map(|(n, value)| (*n, value.as_str())));
            let given = leaf::evaluate(base, &leaves, &params);
            for (object, (given, other)) in given.iter().zip(other).enumerate() {
                if given == other {
                    continue;
                }
                let changed = differ::changes(std::slice::from_ref(given), std::slice::from_ref(other));
                let steps = changed.ok().and_then(|changes| changes.into_iter().next()).map(|change| change.steps);
                let decided_by: BTreeSet<usize> = set.iter().map(|(n, _)| *n).collect();
                problems.push(computed(stack, base, &samples, object, &steps.unwrap_or_default(), &decided_by));
            }
        }
    }
    if problems.is_empty() { Ok(leaves) } else { Err(refused(stack, problems)) }
}

/// The objects for other values of some parameters.
fn made(stack: &Stack, set: &[(usize, &str)]) -> Result<Vec<Value>, Error> {
    let params = with_values(&stack.params, set.iter().copied());
    let other =
        stack.remade(params).map_err(|error| BuildError::new("parameter", "", error.message).help(error.help))?;
    let objects: Vec<Object> = Objects::new(&engine::complete(&other), &Redacted).collect::<Result<_, _>>()?;
    Ok(values(&objects))
}

fn with_values<'v>(params: &[Param], set: impl IntoIterator<Item = (usize, &'v str)>) -> Vec<Param> {
    let mut params = params.to_vec();
    for (n, value) in set {
        if let Some(param) = params.get_mut(n) {
            value.clone_into(&mut param.value);
        }
    }
    params
}

fn values(objects: &[Object]) -> Vec<Value> {
    // Objects are structs of strings, numbers and maps with keys of text: they can be serialized.
    objects.iter().map(|object| serde_json::to_value(object).unwrap_or_default()).collect()
}

/// A change that `helm upgrade` cannot make.
struct Unchangeable {
    at_object: String,
    finding: Finding,
}

/// What an upgrade to or from the value would need besides.
fn unchangeable(param: &Param, value: &str, base: &[Value], other: &[Value]) -> Vec<Unchangeable> {
    let mut found = Vec::new();
    for (from, to, old, new) in [(&*param.value, value, base, other), (value, &*param.value, other, base)] {
        for change in plan::plan(old, new).changes.into_iter().filter(|change| change.class >= Class::Recreate) {
            let object = format!("{} {}", change.object.kind, change.object.name);
            found.push(Unchangeable {
                at_object: format!("{object} {}", change.path),
                finding: Finding::error(
                    "chart-immutable",
                    place(param),
                    format!(
                        "`helm upgrade` could not change the parameter `{}` from {from:?} to {to:?}: {object}, {}: {}",
                        param.name, change.path, change.explanation
                    ),
                )
                .help("write the value where it is used, so that `plan` tells what a change of it takes"),
            });
        }
    }
    found
}

/// Something else than the value stands there for some value.
fn computed(
    stack: &Stack,
    base: &[Value],
    samples: &[Sample],
    object: usize,
    steps: &[Step],
    decided_by: &BTreeSet<usize>,
) -> Finding {
    let params: Vec<&Param> = decided_by.iter().filter_map(|n| stack.params.get(*n)).collect();
    let names = params.iter().map(|param| format!("`{}`", param.name)).collect::<Vec<_>>().join(" and ");
    let at = |objects: &[Value]| objects.get(object).and_then(|object| differ::get(object, steps)).map(short);
    let was = at(base).unwrap_or_default();
    let example = samples.iter().find(|Sample { set, objects }| {
        set.iter().any(|(n, _)| decided_by.contains(n)) && at(objects).is_some_and(|other| other != was)
    });
    let example = example.map_or_else(String::new, |Sample { set, objects }| {
        let set = set.iter().filter(|(n, _)| decided_by.contains(n));
        let set: Vec<_> =
            set.filter_map(|(n, value)| Some(format!("{}={value}", stack.params.get(*n)?.name))).collect();
        format!(" ({was}, and {} for {})", at(objects).unwrap_or_default(), set.join(", "))
    });
    let place = base.get(object).map_or_else(String::new, |object| place_of(object, steps));
    match params.first() {
        Some(param) => derived_by(param, &names, &format!("{place}{example} is computed of it")),
        None => Finding::error("chart-derived", Path::head(), place),
    }
}

fn derived(param: &Param, what: &str) -> Finding {
    derived_by(param, &format!("`{}`", param.name), what)
}

fn derived_by(param: &Param, names: &str, what: &str) -> Finding {
    Finding::error("chart-derived", place(param), format!("a chart cannot have the parameter {names}: {what}")).help(
        "restrict the parameter to values for which it is the same, write it out where it can be, or do without a chart: \
         `write --set` computes it",
    )
}

fn place_of(object: &Value, steps: &[Step]) -> String {
    let text = |pointer| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let path = Path { steps: steps.iter().cloned().collect(), ..Path::default() };
    format!("{} {}, {path}", text("/kind"), text("/metadata/name"))
}

fn short(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn place(param: &Param) -> Path {
    Path::head().key("params").key(param.name.clone())
}

fn nameless() -> Finding {
    Finding::error("chart-name", Path::head(), "the stack has no name, and a chart needs one")
        .help("write `stack: \"name\"`")
}

fn bad_version(version: &str) -> Finding {
    Finding::error("chart-version", Path::head(), format!("{version:?} is no version of a chart"))
        .help("write MAJOR.MINOR.PATCH, such as 1.2.3 or 1.2.3-rc.1")
}

fn refused(stack: &Stack, problems: Vec<Finding>) -> Error {
    Error::Findings(check::of_stack(stack, problems))
}

/// A text of one document.
fn to_yaml(value: &Value) -> Result<String, Error> {
    Ok(yaml::to_yaml(value)?)
}

/// For tests and callers that look objects up by what they are.
fn is_kind(object: &Value, kind: &str) -> bool {
    object.get("kind").and_then(Value::as_str) == Some(kind)
}

/// The ConfigMaps of a chart by name.
fn config_maps(objects: &[Value]) -> HashMap<&str, (usize, &Value)> {
    let maps = objects.iter().enumerate().filter(|(_, object)| is_kind(object, "ConfigMap"));
    maps.filter_map(|(n, object)| Some((object.pointer("/metadata/name")?.as_str()?, (n, object)))).collect()
}
