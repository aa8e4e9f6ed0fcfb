//! What messages have in common.

use crate::finding::{Finding, Path};
use crate::model::{Item, Stack};
use crate::value::{suggest, to_name};
use std::collections::HashMap;
use std::hash::Hash;

/// `a`, `b`, `c`.
pub(super) fn list<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    words.into_iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A name as one would write it in a declaration: an identifier if one stands for it, else a string.
pub(super) fn written(name: &str) -> String {
    let ident = name.replace('-', "_");
    let is_ident = name.starts_with(|c: char| c.is_ascii_lowercase()) && to_name(&ident) == name && !name.contains('.');
    if is_ident { ident } else { format!("\"{name}\"") }
}

/// What to write instead of an unknown name: the nearest one, else the declared ones, else `none`.
pub(super) fn instead<'a>(name: &str, declared: impl IntoIterator<Item = &'a str>, none: &str) -> String {
    let declared: Vec<&str> = declared.into_iter().collect();
    match suggest(name, declared.iter().copied()) {
        Some(near) => format!("did you mean `{}`?", written(near)),
        None if declared.is_empty() => none.to_owned(),
        None => format!("declared: {}", list(declared.iter().map(|name| written(name)))),
    }
}

/// The same for a key, which is taken as written.
pub(super) fn instead_key<'a>(key: &str, declared: impl IntoIterator<Item = &'a str>, none: &str) -> String {
    let declared: Vec<&str> = declared.into_iter().collect();
    match suggest(key, declared.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if declared.is_empty() => none.to_owned(),
        None => format!("its keys are {}", list(declared)),
    }
}

/// Those that have the key of one before them, each with the first that has it, with their positions.
pub(super) fn repeated<'a, T, K: Eq + Hash>(all: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<[(usize, &'a T); 2]> {
    // Nearly all lists are so short that looking through them is faster than a map.
    const SHORT: usize = 16;
    let mut map = HashMap::new();
    let mut first = |n: usize, one: &'a T| {
        let key_of_one = key(one);
        if all.len() <= SHORT {
            all.iter().enumerate().take(n).find(|(_, other)| key(other) == key_of_one)
        } else {
            let first = *map.entry(key_of_one).or_insert((n, one));
            (first.0 < n).then_some(first)
        }
    };
    all.iter().enumerate().filter_map(|(n, one)| Some([(n, one), first(n, one)?])).collect()
}

/// Marks that what is said to be missing could be one of the items that could not be understood.
pub(super) fn unless_broken(mut finding: Finding, stack: &Stack) -> Finding {
    for (n, item) in stack.items.iter().enumerate() {
        if matches!(item, Item::Broken) {
            finding = finding.looked_at(Path::item(n));
        }
    }
    finding
}
