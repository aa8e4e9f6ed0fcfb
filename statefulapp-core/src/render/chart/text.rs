//! Objects as text with expressions in the places of parameters.

use super::Error;
use super::express::Expressions;
use super::leaf::{Leaf, Made, Piece};
use crate::finding::Step;
use crate::manifest::Object;
use crate::output::yaml;
use serde_json::Value;
use std::fmt::Write as _;

/// Words that stand for expressions while an object is written: letters and digits, so that no quotes are put around them.
pub(super) struct Marker(String);

impl Marker {
    /// One that no object has in it.
    pub(super) fn absent_from(objects: &[Value]) -> Self {
        let texts: Vec<String> = objects.iter().map(Value::to_string).collect();
        let mut word = String::from("EXPRESSION");
        while texts.iter().any(|text| text.contains(&word)) {
            word.push('X');
        }
        Self(word)
    }

    pub(super) fn word(&self, n: usize) -> String {
        format!("{}{n}Z", self.0)
    }
}

/// An object's template.
pub(super) fn template<'l>(
    object: &Object,
    leaves: impl Iterator<Item = &'l Leaf>,
    expressions: &Expressions<'_>,
    marker: &Marker,
) -> Result<String, Error> {
    let mut texts: Vec<(Vec<Step>, String)> = Vec::new();
    let mut actions: Vec<String> = Vec::new();
    for leaf in leaves {
        let text = match &leaf.made_of {
            Made::Scalar(reference) => {
                actions.push(expressions.scalar(*reference));
                marker.word(actions.len() - 1)
            }
            Made::Checksum(used) => {
                actions.push(expressions.checksum(used));
                marker.word(actions.len() - 1)
            }
            Made::Text(pieces) => match lines(pieces, expressions, &mut actions, marker) {
                Some(text) => text,
                None => {
                    actions.push(expressions.text(pieces));
                    marker.word(actions.len() - 1)
                }
            },
        };
        texts.push((leaf.steps.clone(), text));
    }
    Ok(with_actions(&yaml::to_yaml_with(object, &texts)?, &actions, marker))
}

/// A text of several lines stays a block that people can read, if what is put into it cannot break the block.
fn lines(
    pieces: &[Piece],
    expressions: &Expressions<'_>,
    actions: &mut Vec<String>,
    marker: &Marker,
) -> Option<String> {
    let is_block = pieces.iter().any(|piece| matches!(piece, Piece::Literal(text) if text.contains('\n')));
    if !is_block {
        return None;
    }
    let mut text = String::new();
    let mut inline = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Value(reference) => {
                text.push_str(&marker.word(actions.len() + inline.len()));
                inline.push(expressions.inline(*reference)?);
            }
        }
    }
    actions.extend(inline);
    Some(text)
}

/// The text with expressions where the words are, and with what else would begin an expression as literal text.
pub(super) fn with_actions(text: &str, actions: &[String], marker: &Marker) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&marker.0) {
        let (before, from) = rest.split_at(at);
        let after = from.get(marker.0.len()..).unwrap_or_default();
        let number = after.split('Z').next().unwrap_or_default();
        let action = number.parse::<usize>().ok().and_then(|n| actions.get(n));
        let before = escape(before);
        match before.strip_suffix('{') {
            // A brace before the expression's own two.
            Some(before) => {
                let _ = write!(out, "{before}{{{{ \"{{\" }}}}");
            }
            None => out.push_str(&before),
        }
        out.push_str(action.map_or("", String::as_str));
        rest = after.get(number.len() + 1..).unwrap_or_default();
    }
    out.push_str(&escape(rest));
    out
}

/// Text in which nothing begins an expression.
pub(super) fn escape(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}
