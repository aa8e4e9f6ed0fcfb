//! Parameters: every value that one may have must fit wherever it is used.
//!
//! The rules are run once for each of some values: for all where there are few, else for the ends and those between.

use crate::finding::{Finding, Path, Severity};
use crate::lower;
use crate::model::{Names, Param, Stack};
use std::collections::HashSet;
use std::rc::Rc;

/// A value that its rules allow breaks no rule of a place.
pub(super) fn unfit(declared: &Rc<Names<'_>>, out: &mut Vec<Finding>) {
    if declared.params.is_empty() || declared.origins.is_empty() {
        return;
    }
    // With an error in the declaration itself, other values have it too.
    let mut without = declared.stack().clone();
    without.origins = Vec::new();
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    if super::check(&without).iter().any(is_error) {
        return;
    }
    for (n, param) in declared.params.iter().enumerate() {
        let mut seen = HashSet::new();
        for value in param.samples().into_iter().filter(|value| *value != param.value) {
            let mut params = declared.params.clone();
            if let Some(param) = params.get_mut(n) {
                param.value.clone_from(&value);
            }
            let found = match declared.remade(params) {
                Ok(mut other) => {
                    other.origins = Vec::new();
                    super::check(&other)
                }
                Err(error) => vec![Finding::error(error.rule, Path::head(), error.message).help(error.help)],
            };
            for finding in found.into_iter().filter(is_error) {
                if seen.insert(finding.rule) {
                    out.push(of_value(declared, param, &value, finding));
                }
            }
        }
    }
}

/// What a rule says for one value of a parameter, at the place that refers to it.
fn of_value(declared: &Stack, param: &Param, value: &str, finding: Finding) -> Finding {
    let uses = uses(declared, &param.name);
    let near = uses.iter().find(|place| finding.at.contains(place) || place.contains(&finding.at));
    let at = near.or_else(|| uses.iter().find(|place| place.item == finding.at.item)).or(uses.first());
    let at = at.cloned().unwrap_or_else(|| finding.at.clone());
    let value = if param.one_of.is_empty() && value.is_empty() { "\"\"".to_owned() } else { format!("{value:?}") };
    let mut help = format!("restrict it where it is declared: {}", restriction(param));
    if !finding.help.is_empty() {
        help = format!("{help}\nnote: for that value: {}", finding.help);
    }
    let mut unfit = Finding::error(
        "param-unfit",
        at,
        format!("parameter `{}` may be {value}, and then: {} ({})", param.name, finding.message, finding.rule),
    )
    .help(help);
    unfit.looked_at = finding.places().cloned().collect();
    unfit.looked_at.push(Path::head().key("params").key(param.name.clone()));
    unfit
}

fn restriction(param: &Param) -> &'static str {
    if param.kind.is_ordered() { "`min`, `max` or `one_of`" } else { "`one_of`, or a narrower type" }
}

/// The places that refer to a parameter.
fn uses(declared: &Stack, name: &str) -> Vec<Path> {
    let mut places = Vec::new();
    for (tree, first) in declared.origins.iter().filter_map(|origin| origin.tree()) {
        for used in lower::lower_with(tree, &declared.params).uses {
            if used.name == name {
                places.push(Path { item: used.at.item.map(|item| item + first), ..used.at });
            }
        }
    }
    places
}

/// A parameter that decides nothing is a mistake of its author, or misleads its user.
pub(super) fn unused(declared: &Rc<Names<'_>>, out: &mut Vec<Finding>) {
    for (tree, _) in declared.origins.iter().filter_map(|origin| origin.tree()) {
        let lowered = lower::lower_with(tree, &[]);
        for param in &lowered.stack.params {
            if !lowered.uses.iter().any(|used| used.name == param.name) {
                out.push(
                    Finding::warning(
                        "param-unused",
                        Path::head().key("params").key(param.name.clone()).the_key(),
                        format!("the parameter `{}` decides nothing", param.name),
                    )
                    .help(format!("write `params.{}` where its value belongs, or remove it", param.name)),
                );
            }
        }
    }
}
