//! What a help says to write, mends: where it names the text literally, the error is gone when that text stands there.
//!
//! The mistakes are the annotated declarations, the examples that break a rule, and wrong edits of right declarations.

use super::edits::bases;
use super::rules::{declarations, page};
use super::strip;
use crate::diagnostics::Diagnostic;
use crate::front;
use proc_macro2::{TokenStream, TokenTree};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use statefulapp_core::check;
use statefulapp_core::finding::Severity;
use std::ops::Range;
use std::path::PathBuf;

/// What a help says to do with the underlined text.
#[derive(Debug, PartialEq)]
enum Repair {
    /// Write this instead.
    Replace(String),
    /// Write this behind it.
    Append(String),
    /// Write this instead of the whole entry.
    Entry(String),
}

/// The repairs that a help names literally; any of them shall do.
fn repairs(help: &str) -> Vec<Repair> {
    if let Some(word) = help.strip_prefix("did you mean `").and_then(|rest| rest.strip_suffix("`?")) {
        return literal(word).map(Repair::Replace).into_iter().collect();
    }
    if let Some(example) = help.strip_prefix("for example `").and_then(|rest| rest.strip_suffix('`')) {
        return literal(example).map(Repair::Replace).into_iter().collect();
    }
    if help == "write `,` here" {
        return vec![Repair::Append(",".to_owned())];
    }
    if help == "remove it" || help.starts_with("remove it; only `/// text`") {
        return vec![Repair::Replace(String::new())];
    }
    let Some(rest) = help.strip_prefix("Rust goes in parentheses: write ").or(help.strip_prefix("write ")) else {
        return Vec::new();
    };
    if let Some(quoted) =
        rest.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).filter(|text| !text.contains('`'))
    {
        let is_entry = quoted.contains(": ");
        return literal(quoted).map(if is_entry { Repair::Entry } else { Repair::Replace }).into_iter().collect();
    }
    // `"a" for the text, or (a) for a Rust expression`, `1G (10^9 bytes each) or 1Gi (2^30)`
    let (first, more) = value(rest);
    let second =
        more.split_once(" or ").filter(|_| more.starts_with(" for ") || more.starts_with(" (")).map(|(_, rest)| rest);
    let ends =
        more.is_empty() || more.starts_with(" (") || more.starts_with(" or less") || more.starts_with(" for the text");
    let values = std::iter::once(first).chain(second.map(|rest| value(rest).0)).filter(|_| ends);
    values.filter_map(literal).map(Repair::Replace).collect()
}

/// The text, if it stands for itself.
fn literal(text: &str) -> Option<String> {
    let is_placeholder = text.is_empty() || text.contains('…') || text.contains("my_name");
    (!is_placeholder).then(|| text.to_owned())
}

/// The value that a help begins with, and what follows.
fn value(help: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    let mut is_text = false;
    let mut is_escaped = false;
    for (at, c) in help.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' => is_text = !is_text,
            '(' | '[' | '{' if !is_text => depth += 1,
            ')' | ']' | '}' if !is_text => depth = depth.saturating_sub(1),
            ' ' | ',' if !is_text && depth == 0 => {
                let (value, rest) = help.split_at(at);
                // A word may be the first of a sentence.
                let is_value =
                    value.starts_with(|c: char| c.is_ascii_digit() || "\"([{".contains(c)) || value.ends_with(')');
                return if is_value { (value, rest) } else { ("", rest) };
            }
            _ => {}
        }
    }
    (help, "")
}

/// An error with its place.
struct Found {
    at: Range<usize>,
    error: Diagnostic,
    /// A rule over what several places mean, not the form of one.
    is_of_meaning: bool,
}

/// The errors of a source; `None` if it does not lex.
fn errors(source: &str) -> Option<Vec<Found>> {
    let tokens: TokenStream = source.parse().ok()?;
    let front = front::front(tokens);
    let meant: Vec<_> = check::check(&front.lowered.stack).into_iter().map(|finding| finding.message).collect();
    let errors = front.diagnostics.into_iter().filter(|found| found.severity == Severity::Error);
    let found = errors.map(|error| Found {
        at: error.first.byte_range().start..error.last.byte_range().end,
        is_of_meaning: meant.contains(&error.message),
        error,
    });
    Some(found.collect())
}

/// The entry around a place: from its key to the next comma, or to the end of its block.
fn entry(source: &str, at: &Range<usize>, key: &str) -> Option<Range<usize>> {
    let quoted = format!("\"{}\"", key.trim_matches('"'));
    let mut around = None;
    entries(source.parse().ok()?, &mut |range, first| {
        let is_it = first == key || first == quoted || first == key.trim_matches('"');
        if is_it && range.start <= at.start && at.end <= range.end + 1 {
            around = Some(range);
        }
    });
    around
}

/// Every run of tokens between commas, with its first one.
fn entries(tokens: TokenStream, found: &mut impl FnMut(Range<usize>, &str)) {
    let mut run: Option<(Range<usize>, String)> = None;
    for tree in tokens {
        if matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ',') {
            if let Some((range, first)) = run.take() {
                found(range, &first);
            }
            continue;
        }
        let at = tree.span().byte_range();
        match &mut run {
            Some((range, _)) => range.end = at.end,
            None => run = Some((at, tree.to_string())),
        }
        if let TokenTree::Group(group) = tree {
            entries(group.stream(), found);
        }
    }
    if let Some((range, first)) = run {
        found(range, &first);
    }
}

/// What is wrong with the helps of a source, and how many were tried.
fn untrue(source: &str) -> (usize, Vec<String>) {
    let mut tried = 0;
    let mut untrue = Vec::new();
    let before = errors(source).unwrap_or_default();
    for Found { at, error, is_of_meaning } in &before {
        for repair in repairs(&error.help) {
            let is_string = source.get(at.clone()).is_some_and(|text| text.starts_with('"'));
            let (from, by) = match &repair {
                // A word for a word in quotes.
                Repair::Replace(by) if is_string && error.help.starts_with("did you mean") => {
                    (at.clone(), format!("{by:?}"))
                }
                Repair::Replace(by) => (at.clone(), by.clone()),
                Repair::Append(by) => (at.end..at.end, by.clone()),
                Repair::Entry(by) => {
                    let key = by.split(": ").next().unwrap_or_default();
                    let Some(entry) = entry(source, at, key) else { continue };
                    (entry, by.clone())
                }
            };
            let mut mended = source.to_owned();
            let place = from.start..from.start + by.len();
            mended.replace_range(from, &by);
            let Some(after) = errors(&mended) else {
                untrue.push(format!("{}\n{repair:?} does not lex:\n{mended}", error.text()));
                continue;
            };
            tried += 1;
            let stands = after.iter().find(|again| {
                // Removed text has no place that an error could stand on.
                let touches = again.at.start < place.end && place.start < again.at.end;
                let is_it = again.error.message == error.message;
                // Well-formed now, it may still be wrong for another place; and a second mistake on it was there before.
                let is_another = again.is_of_meaning && !is_of_meaning
                    || again.error.rule.ends_with("-unknown") && !error.rule.ends_with("-unknown")
                    || again.error.rule == "comma-missing"
                    || before.iter().any(|old| old.error.message == again.error.message);
                is_it && again.at.start == place.start || touches && !is_it && !is_another
            });
            if let Some(again) = stands {
                untrue.push(format!("{}\n{repair:?} gives:\n{}\n{mended}", error.text(), again.error.text()));
            }
        }
    }
    (tried, untrue)
}

#[test]
fn a_help_is_read() {
    let replace = |texts: &[&str]| texts.iter().map(|text| Repair::Replace((*text).to_owned())).collect::<Vec<_>>();
    assert_eq!(repairs("write 10G (10^9 bytes each) or 10Gi (2^30)"), replace(&["10G", "10Gi"]));
    assert_eq!(repairs("write \"a b\" for the text, or (a b) for a Rust expression"), replace(&["\"a b\"", "(a b)"]));
    assert_eq!(repairs("write a number from 1 to 65535"), replace(&[]));
    assert_eq!(repairs("write generate(32), from_env(\"…\") or from_file(\"…\")"), replace(&[]));
    assert_eq!(repairs("write `image: \"b:1\"`"), [Repair::Entry("image: \"b:1\"".to_owned())]);
}

#[test]
fn what_a_help_says_to_write_mends() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/tests");
    let mut cases: Vec<String> =
        check::rules().filter_map(page).filter_map(|page| declarations(&page).into_iter().next()).collect();
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|extension| extension == "txt") {
            let text = std::fs::read_to_string(&file).unwrap();
            cases.extend(text.split("-----\n").map(strip));
        }
    }
    let (tried, wrong): (Vec<usize>, Vec<Vec<String>>) = cases.iter().map(|case| untrue(case)).unzip();
    let (tried, wrong) = (tried.iter().sum::<usize>(), wrong.concat());
    assert!(tried > 250, "only {tried} helps say literally what to write");
    assert!(wrong.is_empty(), "{} of {tried} helps do not mend:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn what_a_help_says_to_write_mends_a_wrong_edit(base in any::<prop::sample::Index>(), picks in prop::collection::vec(any::<prop::sample::Index>(), 4)) {
        let base = base.get(bases());
        let edits = base.edits();
        for pick in picks {
            let source = pick.get(&edits).applied(base);
            // A literal too many makes two values of one: what is said of the first cannot mend both.
            if source.contains(" 'c' ") {
                continue;
            }
            let (_, wrong) = untrue(&source);
            prop_assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
        }
    }
}
