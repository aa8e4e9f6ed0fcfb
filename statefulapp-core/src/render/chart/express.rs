//! Parameters as expressions of Helm's template language.

use super::leaf::{self, Form, Leaf, Made, Piece, Reference};
use crate::finding::Step;
use crate::manifest::checksum;
use crate::model::{Param, ParamKind};
use serde_json::Value;
use std::fmt::Write as _;

/// The helper that gives the seconds of a duration.
pub(super) const SECONDS: &str = "statefulapp.seconds";
/// The helper that gives a quantity as a number.
pub(super) const AMOUNT: &str = "statefulapp.amount";

/// What expressions are about.
pub(super) struct Expressions<'a> {
    pub(super) params: &'a [Param],
    pub(super) base: &'a [Value],
    pub(super) leaves: &'a [Leaf],
}

impl Expressions<'_> {
    /// The value of a parameter, as a term that stands inside other expressions.
    fn term(&self, reference: Reference) -> String {
        let Some(param) = self.params.get(reference.param) else { return String::new() };
        let name = format!(".Values.{}", param.name);
        match param.kind {
            // What YAML reads as a number may have become one with a point.
            ParamKind::Count | ParamKind::Port => format!("(int64 {name})"),
            ParamKind::Duration if reference.form == Form::Seconds => {
                format!("(include {} {name})", go_string(SECONDS))
            }
            ParamKind::Image if reference.form == Form::Tag => {
                format!("(regexFind \":[^:/@]+(?:@|$)\" {name} | trimAll \":@\")")
            }
            // `--set cpu=2` gives a number.
            ParamKind::Quantity => format!("(toString {name})"),
            _ => name,
        }
    }

    /// What stands in the place of a number or bool.
    pub(super) fn scalar(&self, reference: Reference) -> String {
        action(&self.term(reference))
    }

    /// What stands in the place of a whole text.
    pub(super) fn text(&self, pieces: &[Piece]) -> String {
        action(&format!("{} | quote", bare(&self.printed(pieces))))
    }

    /// A text as a term.
    fn printed(&self, pieces: &[Piece]) -> String {
        match pieces {
            [Piece::Value(reference)] => self.term(*reference),
            _ => {
                let mut format = String::new();
                let mut arguments = String::new();
                for piece in pieces {
                    format.push_str("%v");
                    // Writing to a String cannot fail.
                    let _ = match piece {
                        Piece::Literal(text) => write!(arguments, " {}", go_string(text)),
                        Piece::Value(reference) => write!(arguments, " {}", self.term(*reference)),
                    };
                }
                format!("(printf {}{arguments})", go_string(&format))
            }
        }
    }

    /// What stands between the literal parts of a text of several lines, if the parameter's values can stand there as they are.
    pub(super) fn inline(&self, reference: Reference) -> Option<String> {
        let param = self.params.get(reference.param)?;
        let is_plain = |value: &String| {
            let plain = |c: char| c.is_ascii_alphanumeric() || " ._:/@+-".contains(c);
            !value.is_empty() && value.trim() == value && value.chars().all(plain)
        };
        let fits = param.kind != ParamKind::Text || (!param.one_of.is_empty() && param.one_of.iter().all(is_plain));
        fits.then(|| action(bare(&self.term(reference))))
    }

    /// What stands in the place of the checksum of ConfigMaps.
    pub(super) fn checksum(&self, used: &[(String, usize)]) -> String {
        let digests = used.iter().map(|(name, at)| (name.as_str(), self.digest(*at))).collect::<Vec<_>>();
        action(&format!("{} | trunc {} | quote", bare(&sum(&digests)), checksum::LENGTH))
    }

    /// The digest of a ConfigMap: a literal, unless a parameter stands in it.
    fn digest(&self, at: usize) -> String {
        let Some(config) = self.base.get(at) else { return String::new() };
        let digests = leaf::digests(config);
        let of_key = |key: &str| {
            let steps = [Step::Key("data".into()), Step::Key(key.to_owned().into())];
            self.leaves.iter().find(|leaf| leaf.object == at && leaf.steps == steps)
        };
        if !digests.iter().any(|(key, _)| of_key(key).is_some()) {
            return go_string(&checksum::of_lines(&digests));
        }
        let terms = digests.iter().map(|(key, digest)| {
            let term = match of_key(key).map(|leaf| &leaf.made_of) {
                Some(Made::Text(pieces)) => format!("({} | sha256sum)", bare(&self.printed(pieces))),
                _ => go_string(digest),
            };
            (key.as_str(), term)
        });
        sum(&terms.collect::<Vec<_>>())
    }
}

/// The SHA-256 of lines `name=digest`, as [`checksum::of_lines`] makes it. A name has no `%` in it.
fn sum(digests: &[(&str, String)]) -> String {
    let lines: String = digests.iter().map(|(name, _)| format!("{name}=%s\n")).collect();
    let terms: String = digests.iter().map(|(_, term)| format!(" {term}")).collect();
    format!("(printf {}{terms} | sha256sum)", go_string(&lines))
}

/// A term without the parentheses around it.
fn bare(term: &str) -> &str {
    term.strip_prefix('(').and_then(|term| term.strip_suffix(')')).unwrap_or(term)
}

fn action(expression: &str) -> String {
    format!("{{{{ {} }}}}", bare(expression))
}

/// A text as a string of the template language.
pub(super) fn go_string(text: &str) -> String {
    let mut string = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => string.push_str("\\\""),
            '\\' => string.push_str("\\\\"),
            '\n' => string.push_str("\\n"),
            '\t' => string.push_str("\\t"),
            '\r' => string.push_str("\\r"),
            c if c.is_control() || c == '\u{feff}' => {
                // Writing to a String cannot fail.
                let _ = write!(string, "\\u{:04x}", u32::from(c));
            }
            c => string.push(c),
        }
    }
    string.push('"');
    string
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_parentheses_are_taken_off() {
        assert_eq!(action("(int64 .Values.a)"), "{{ int64 .Values.a }}");
        assert_eq!(action("int64 .Values.a | quote"), "{{ int64 .Values.a | quote }}");
        assert_eq!(go_string("a\"\\\n\u{1}é%"), r#""a\"\\\n\u0001é%""#);
    }
}
