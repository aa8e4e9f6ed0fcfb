//! The one error of all values.

use super::rules::{RULES, Strictness};
use std::fmt;

/// Why a text or number is not the value that it should be.
///
/// `Display` writes the message alone; whoever reports it adds `help:` and `rule:` lines.
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
        f.write_str(&self.message)
    }
}

impl std::error::Error for ValueError {}

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
