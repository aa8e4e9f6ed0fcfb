use super::{Check, Rule};
use crate::finding::Severity::{self, Error, Warning};

/// Every rule that is not the rule of one value alone, in the order of the documentation.
pub static RULES: &[Rule] = &[
    // What the parser and the lowering say.
    rule("key-unknown", Error, "a block takes only the keys of its kind"),
];

/// The functions, in the order in which they run.
pub(super) static CHECKS: &[Check] = &[];

const fn rule(id: &'static str, severity: Severity, summary: &'static str) -> Rule {
    let _ = Warning;
    Rule { id, severity, summary }
}
