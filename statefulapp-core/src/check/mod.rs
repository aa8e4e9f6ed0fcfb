//! The rules: each a small function over the model, with an id, a reason and a page in `docs/rules/`.
//!
//! The macro runs them at compile time, a running program runs them again over the model as it is then. A rule reads the stack as it
//! was declared, and as the engines completed it; the positions of declared items are the same in both.
//!
//! A finding stands on the smallest place that must change, and names every other place whose value decided it: what is a Rust
//! expression is unknown at compile time, and then the finding is left to the run time.

mod apps;
mod command_line;
mod config;
mod containers;
mod disruption;
mod engines;
mod env;
mod externs;
mod files;
mod groups;
mod hooks;
mod ingress;
mod jobs;
mod json;
mod labels;
mod mounts;
mod names;
mod network;
mod network_cuts;
mod params;
mod pods;
mod ports;
mod probes;
mod references;
mod resources;
mod scheduling;
mod secrets;
mod security;
mod service_ports;
mod services;
mod storage;
mod table;
mod texts;
mod twice;
mod update;
mod versions;
mod words;

pub use table::RULES;

use crate::finding::{Finding, Findings, Severity};
use crate::model::{Names, Stack};
use crate::value::{Strictness, ValueError, suggest};
use crate::view::{View, views};
use std::rc::Rc;

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its id: kebab-case, stable.
    pub id: &'static str,
    /// Whether it is an error, or a warning that `allow` silences.
    pub severity: Severity,
    /// Whether the API server refuses the same, or only this project does.
    pub strictness: Strictness,
    /// What it asks for, in one line.
    pub summary: &'static str,
}

/// A rule's function: reads some of a stack's items as declared and as completed, and reports.
pub(crate) type Check = fn(&View<'_>, &mut Vec<Finding>);

/// The function of a rule about the whole stack, which reads it as declared.
pub(crate) type CheckOfStack = fn(&Rc<Names<'_>>, &mut Vec<Finding>);

/// The rule of this id: one of [`RULES`], or that of a value ([`crate::value::RULES`]).
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

/// Every rule: those of the declaration, then those of the values.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().chain(table::VALUES)
}

/// The id of a warning that `allow` silences: `image_floating`, or `image-floating` as the rule is called.
///
/// # Errors
/// There is no such rule, or it is an error.
pub fn warning(written: &str) -> Result<String, ValueError> {
    let id = written.replace('_', "-");
    match rule(&id) {
        Some(rule) if rule.severity == Severity::Warning => Ok(id),
        Some(_) => Err(ValueError {
            rule: "allow-error",
            message: format!("`{written}` is an error and cannot be silenced"),
            help: "remove it: only warnings can be silenced".to_owned(),
        }),
        None => {
            let warnings = rules().filter(|rule| rule.severity == Severity::Warning).map(|rule| rule.id);
            let help = match suggest(&id, warnings) {
                Some(near) => format!("did you mean `{}`?", near.replace('-', "_")),
                None => "docs/rules/README.md lists the warnings".to_owned(),
            };
            Err(ValueError { rule: "rule-unknown", message: format!("unknown rule `{written}`"), help })
        }
    }
}

/// Everything that the rules find in a stack, in the order of its items. Silenced warnings are left out.
pub fn check(stack: &Stack) -> Vec<Finding> {
    checked(stack, &|finding| finding.severity == Severity::Error || !is_allowed(stack, finding))
}

/// Those of the findings that are kept, in the order of the items.
fn checked(stack: &Stack, is_kept: &dyn Fn(&Finding) -> bool) -> Vec<Finding> {
    let checks: Vec<Check> = table::CHECKS.iter().chain(engines::CHECKS).copied().collect();
    let mut findings: Vec<Finding> = stack.unread.iter().filter(|finding| is_kept(finding)).cloned().collect();
    findings.extend(found(stack, table::OF_STACK, &checks, is_kept));
    findings.sort_by_key(|finding| finding.at.item);
    findings
}

/// What these rules find, rule by rule.
fn found(
    stack: &Stack,
    of_stack: &[CheckOfStack],
    of_items: &[Check],
    is_kept: &dyn Fn(&Finding) -> bool,
) -> Vec<Finding> {
    let names = Rc::new(Names::new(stack));
    let mut findings = Vec::new();
    for check in of_stack {
        check(&names, &mut findings);
    }
    findings.retain(is_kept);
    // Part by part, so that a large stack is never completed as a whole; nor are its silenced warnings kept to the end.
    let mut by_rule: Vec<Vec<Finding>> = vec![Vec::new(); of_items.len()];
    let mut of_part = Vec::new();
    for view in views(&names) {
        for (check, found) in of_items.iter().zip(&mut by_rule) {
            check(&view, &mut of_part);
            found.extend(of_part.drain(..).filter(is_kept));
        }
    }
    findings.extend(by_rule.into_iter().flatten());
    findings
}

/// The same as an error: `Err` if anything is found that keeps the stack from being written.
///
/// # Errors
/// All findings that are errors.
pub fn require(stack: &Stack) -> Result<(), Findings> {
    let errors = checked(stack, &|finding| finding.severity == Severity::Error);
    of_stack(stack, errors).errors().map_or(Ok(()), Err)
}

/// Everything that the rules find, with the names of the items, ready to be shown.
pub fn findings(stack: &Stack) -> Findings {
    of_stack(stack, check(stack))
}

/// Findings about a stack, with the names of its items.
pub(crate) fn of_stack(stack: &Stack, findings: Vec<Finding>) -> Findings {
    // Names are only printed, and a large stack has many.
    let names = |item: &crate::model::Item| format!("{} {}", item.kind(), item.name());
    let items = if findings.is_empty() { Vec::new() } else { stack.items.iter().map(names).collect() };
    Findings { items, findings }
}

fn is_allowed(stack: &Stack, finding: &Finding) -> bool {
    let item = finding.at.item.and_then(|index| stack.items.get(index)).and_then(|item| item.meta());
    stack.allow.iter().chain(item.iter().flat_map(|meta| &meta.allow)).any(|id| id == finding.rule)
}
