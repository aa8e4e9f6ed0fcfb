//! The one error of all values.

use super::rules::{RULES, Strictness};
use std::fmt;

/// Why a text or number is not the value that it should be.
///
/// `Display` writes the message alone, for whoever adds `help:` and `rule:` lines of their own; `{:#}` has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// The stable id of the rule in kebab-case, one of [`RULES`].
    pub rule: &'static str,
    /// The value in double quotes, and what is wrong with it.
    pub message: String,
    /// What to write instead, literally where that can be known.
    pub help: String,
}

impl ValueError {
    /// Whether the server refuses such a value too, or only this project does.
    pub fn strictness(&self) -> Strictness {
        RULES.iter().find(|(id, ..)| *id == self.rule).map_or(Strictness::Server, |(_, strictness, _)| *strictness)
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if f.alternate() {
            write!(f, "\n  help: {}\n  rule: {}", self.help, self.rule)?;
        }
        Ok(())
    }
}

impl std::error::Error for ValueError {}

/// A value of the right type needs no parsing.
impl From<std::convert::Infallible> for ValueError {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// An error about `text`: the message is the quoted text followed by `wrong`.
#[cold]
pub(super) fn error(rule: &'static str, text: &str, wrong: impl fmt::Display, help: impl Into<String>) -> ValueError {
    ValueError { rule, message: format!("{} {wrong}", quoted(text)), help: help.into() }
}

/// The text in double quotes with invisible characters escaped, cut where nobody would read on.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 100;
    match text.char_indices().nth(LONGEST) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or(text)),
    }
}

/// A character in a message: one that is not ASCII may look like one that is, so its number is added.
pub(super) fn shown(c: char) -> String {
    if c.is_ascii() || c.escape_debug().len() > 1 {
        format!("{c:?}")
    } else {
        format!("{c:?} (U+{:04X})", u32::from(c))
    }
}

/// What was probably meant: the allowed characters, with one separator for each run of others between them. Nothing if a
/// letter of another alphabet would be lost.
pub(super) fn tidied(text: &str, is_allowed: fn(char) -> bool, separator: char) -> Option<String> {
    if text.chars().any(|c| !c.is_ascii() && c.is_alphanumeric()) {
        return None;
    }
    let parts: Vec<&str> = text.split(|c| !is_allowed(c)).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { None } else { Some(parts.join(separator.encode_utf8(&mut [0; 4]))) }
}
