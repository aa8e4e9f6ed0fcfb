//! What a value is made of: literal text and values of parameters.

use super::differ;
use crate::finding::Step;
use crate::manifest::checksum;
use crate::model::{Param, ParamKind};
use crate::value::{Duration, Image};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A value that parameters decide.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leaf {
    /// The object's position.
    pub(super) object: usize,
    /// The way to the value in it.
    pub(super) steps: Vec<Step>,
    /// What stands there.
    pub(super) made_of: Made,
}

/// What a value is made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Made {
    /// A number or a bool.
    Scalar(Reference),
    /// A text.
    Text(Vec<Piece>),
    /// The checksum of ConfigMaps: their names, each with its position.
    Checksum(Vec<(String, usize)>),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Literal(String),
    Value(Reference),
}

/// The value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reference {
    /// The parameter's position.
    pub(super) param: usize,
    pub(super) form: Form,
}

/// How a value of a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Whole,
    /// A duration as its number of seconds.
    Seconds,
    /// Of an image the tag: the label `app.kubernetes.io/version`.
    Tag,
}

impl Form {
    const ALL: [Self; 3] = [Self::Whole, Self::Seconds, Self::Tag];
}

impl Reference {
    /// The value as text.
    fn text(self, params: &[Param]) -> Option<String> {
        let param = params.get(self.param)?;
        match (self.form, param.kind) {
            (Form::Whole, _) => Some(param.value.clone()),
            (Form::Seconds, ParamKind::Duration) => Some(param.value.parse::<Duration>().ok()?.seconds().to_string()),
            (Form::Tag, ParamKind::Image) => param.value.parse::<Image>().ok()?.tag().map(str::to_owned),
            _ => None,
        }
    }

    /// The value as a number or bool.
    fn scalar(self, params: &[Param]) -> Option<Value> {
        let text = self.text(params)?;
        match params.get(self.param)?.kind {
            ParamKind::Bool => Some(Value::Bool(text == "true")),
            ParamKind::Count | ParamKind::Port => text.parse::<i64>().ok().map(Value::from),
            ParamKind::Duration if self.form == Form::Seconds => text.parse::<i64>().ok().map(Value::from),
            _ => None,
        }
    }
}

/// A value of a parameter that differs from its own, and for each parameter another one if possible.
pub(super) fn distinctive(param: &Param, position: usize, round: usize) -> Option<String> {
    let others: Vec<String> =
        param.samples().into_iter().filter(|value| *value != param.value && !value.is_empty()).collect();
    // Of free texts the one with everything that is special to YAML and to templates.
    if param.kind == ParamKind::Text && param.one_of.is_empty() && round == 0 {
        return others.into_iter().find(|value| value.contains("{{"));
    }
    let at = (position * 7 + round * 3).checked_rem(others.len())?;
    others.into_iter().nth(at)
}

/// What the value is made of, by what stands there with the parameters' own values and with others.
pub(super) fn find(
    object: usize,
    steps: &[Step],
    decided_by: &BTreeSet<usize>,
    old: (&Value, &[Param]),
    new: (&Value, &[Param]),
) -> Option<Leaf> {
    let references: Vec<Reference> =
        decided_by.iter().flat_map(|&param| Form::ALL.map(|form| Reference { param, form })).collect();
    let made_of = match (old.0, new.0) {
        (Value::String(before), Value::String(after)) => {
            let references: Vec<_> = references
                .into_iter()
                .filter_map(|reference| Some((reference, reference.text(old.1)?, reference.text(new.1)?)))
                .filter(|(_, old, new)| old != new)
                .collect();
            Made::Text(pieces(before, after, &references)?)
        }
        (before, after) => {
            let fits = |reference: &Reference| {
                reference.scalar(old.1).as_ref() == Some(before) && reference.scalar(new.1).as_ref() == Some(after)
            };
            Made::Scalar(references.into_iter().find(fits)?)
        }
    };
    Some(Leaf { object, steps: steps.to_vec(), made_of })
}

/// Reads two texts side by side: where one has the old value and the other the new one, that is the parameter.
fn pieces(mut before: &str, mut after: &str, references: &[(Reference, String, String)]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    while !(before.is_empty() && after.is_empty()) {
        let found = references.iter().find_map(|(reference, old, new)| {
            Some((*reference, before.strip_prefix(old.as_str())?, after.strip_prefix(new.as_str())?))
        });
        if let Some((reference, rest, new_rest)) = found {
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Value(reference));
            (before, after) = (rest, new_rest);
            continue;
        }
        let next = before.chars().next()?;
        after = after.strip_prefix(next)?;
        before = before.get(next.len_utf8()..)?;
        literal.push(next);
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Some(pieces)
}

/// The checksum of the ConfigMaps that the pods beside it use, if the value is one.
pub(super) fn checksum(object: usize, steps: &[Step], base: &[Value]) -> Option<Leaf> {
    let (last, template) = steps.split_last()?;
    if *last != Step::Key(checksum::ANNOTATION.into()) {
        return None;
    }
    // …template.metadata.annotations.
    let (_, template) = template.split_last()?;
    let (_, template) = template.split_last()?;
    let mut names = BTreeSet::new();
    config_names(differ::get(base.get(object)?, template)?.get("spec")?, &mut names);
    let maps = super::config_maps(base);
    let used = names.into_iter().filter_map(|name| Some((name.to_owned(), maps.get(name)?.0))).collect();
    Some(Leaf { object, steps: steps.to_vec(), made_of: Made::Checksum(used) })
}

/// The names of the ConfigMaps that pods refer to.
fn config_names<'v>(value: &'v Value, names: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                if matches!(key.as_str(), "configMap" | "configMapRef" | "configMapKeyRef") {
                    names.extend(value.get("name").and_then(Value::as_str));
                }
                config_names(value, names);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| config_names(value, names)),
        _ => {}
    }
}

/// The objects with these values of the parameters, as the templates give them.
pub(super) fn evaluate(base: &[Value], leaves: &[Leaf], params: &[Param]) -> Vec<Value> {
    let mut objects = base.to_vec();
    let (checksums, others): (Vec<_>, Vec<_>) =
        leaves.iter().partition(|leaf| matches!(leaf.made_of, Made::Checksum(_)));
    for leaf in others.into_iter().chain(checksums) {
        let value = match &leaf.made_of {
            Made::Scalar(reference) => reference.scalar(params).unwrap_or_default(),
            Made::Text(pieces) => Value::String(
                pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Literal(text) => text.clone(),
                        Piece::Value(reference) => reference.text(params).unwrap_or_default(),
                    })
                    .collect(),
            ),
            Made::Checksum(used) => {
                let digest = |at: &usize| objects.get(*at).map(digests).map(|digests| checksum::of_lines(&digests));
                let digests: Vec<_> = used.iter().filter_map(|(name, at)| Some((name.clone(), digest(at)?))).collect();
                let mut text = checksum::of_lines(&digests);
                text.truncate(checksum::LENGTH);
                Value::String(text)
            }
        };
        if let Some(place) = objects.get_mut(leaf.object).and_then(|object| differ::get_mut(object, &leaf.steps)) {
            *place = value;
        }
    }
    objects
}

/// The keys of a ConfigMap with the digests of their values, in their order.
pub(super) fn digests(config: &Value) -> Vec<(String, String)> {
    use base64::Engine as _;
    let mut digests = BTreeMap::new();
    let entries = |member: &str| config.get(member).and_then(Value::as_object).into_iter().flatten();
    for (key, value) in entries("data") {
        digests.insert(key.clone(), checksum::of_bytes(value.as_str().unwrap_or_default().as_bytes()));
    }
    for (key, value) in entries("binaryData") {
        let bytes = base64::engine::general_purpose::STANDARD.decode(value.as_str().unwrap_or_default());
        digests.insert(key.clone(), checksum::of_bytes(&bytes.unwrap_or_default()));
    }
    digests.into_iter().collect()
}
