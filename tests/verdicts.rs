//! The tables of a real API server's verdicts, row by row through the macro's front end.
//!
//! A row's object is said in the language, as a person would who wants exactly this object; then the front end runs over the text,
//! and "no error" is compared with the verdict. Every disagreement fails, except where the language is stricter by a rule that
//! says why. The tables are in `VERDICTS_DIR`, else `tests/verdicts/`, else `../shared/verdicts`.

extern crate proc_macro;

#[path = "../statefulapp-macros/src/diagnostics.rs"]
#[allow(dead_code)]
mod diagnostics;
#[path = "../statefulapp-macros/src/front.rs"]
#[allow(dead_code)]
mod front;
#[path = "../statefulapp-macros/src/parse/mod.rs"]
#[allow(dead_code)]
mod parse;
#[path = "verdicts/say/mod.rs"]
mod say;
#[path = "../statefulapp-macros/src/spans.rs"]
// The macro's own feature is none of this package.
#[allow(dead_code, unexpected_cfgs)]
mod spans;
#[path = "verdicts/stricter.rs"]
mod stricter;
#[path = "verdicts/table.rs"]
mod table;
/// The table of updates is the plan's, and so is its test.
#[path = "../statefulapp-core/tests/update_verdicts.rs"]
mod update_verdicts;
#[path = "verdicts/yaml_strings.rs"]
mod yaml_strings;

use proc_macro2::TokenStream;
use say::Style;
use serde_json::Value;
use statefulapp_core::finding::Severity;
use statefulapp_core::{check, value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use stricter::{STRICTER, Stricter};
use table::{Case, Level};

/// The rules that a declaration breaks, errors only.
fn errors(declaration: &str) -> Vec<&'static str> {
    let Ok(tokens) = declaration.parse::<TokenStream>() else { return vec!["does-not-lex"] };
    let diagnostics = front::front(tokens).diagnostics;
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(|diagnostic| diagnostic.rule).collect()
}

/// What the front end says of a case.
enum Ours {
    Accepted,
    /// The rules that it breaks, and the declaration.
    Refused(Vec<&'static str>, String),
    /// Why the language cannot say it.
    Unsayable(String),
}

fn ours(case: &Case) -> Ours {
    let styles = |because: bool| {
        [false, true].map(|bare| Style { bare, because, literal_security: case.pod_security.is_some() })
    };
    // At the level "restricted" an exception is refused whatever its reason; elsewhere it needs one.
    let attempts = match (case.pod_security, case.accepted) {
        (Some(Level::Restricted), _) | (Some(Level::Looser), false) => vec![styles(false)],
        _ => vec![styles(false), styles(true)],
    };
    let mut refused = None;
    for styles in attempts {
        let mut texts = Vec::new();
        for style in styles {
            match say::declaration(&case.objects, case.kubernetes, style) {
                Ok(text) => texts.push(text),
                Err(why) => return Ours::Unsayable(why),
            }
        }
        texts.dedup();
        // An amount means the same as a bare literal and as a string: both must compile.
        match texts.into_iter().map(|text| (errors(&text), text)).find(|(rules, _)| !rules.is_empty()) {
            None => return Ours::Accepted,
            Some((rules, text)) => refused = refused.or(Some(Ours::Refused(rules, text))),
        }
    }
    refused.unwrap_or(Ours::Accepted)
}

/// Why a rule is stricter than the server in the places of a table.
fn why_stricter(table: &str, rule: &str) -> Option<&'static str> {
    let of_value = |(id, strictness, _): &&(&str, value::Strictness, &str)| {
        *id == rule && *strictness == value::Strictness::Stricter
    };
    let value = value::RULES.iter().find(of_value).map(|(_, _, why)| *why);
    let here = |stricter: &&Stricter| {
        stricter.rule == rule && (stricter.tables.is_empty() || stricter.tables.contains(&table))
    };
    let stricter = STRICTER.iter().find(here).map(|stricter| stricter.why);
    let other = check::rule(rule).filter(|rule| rule.strictness == value::Strictness::Stricter);
    value.or(stricter).or(other.map(|rule| rule.summary))
}

/// Refusals that are the cluster's own, whatever is declared: a part of the message and what they are about.
const OF_THE_CLUSTER: &[(&str, &str)] = &[
    ("failed to allocate IP", "an address that this cluster's Services cannot have"),
    ("is not configured on this cluster", "an address that this cluster's Services cannot have"),
];

/// What became of a table's rows.
#[derive(Default)]
struct Outcome {
    rows: usize,
    agree: usize,
    stricter: BTreeMap<&'static str, usize>,
    /// Reason: rows that the server accepts, rows that it refuses.
    unsayable: BTreeMap<String, (usize, usize)>,
    wrong: Vec<String>,
}

impl Outcome {
    fn of(table: &str, rows: &[Value]) -> Self {
        let mut outcome = Self { rows: rows.len(), ..Self::default() };
        for (n, row) in rows.iter().enumerate() {
            let case = match table::case(table, row) {
                Some(Ok(case)) => case,
                Some(Err(why)) => {
                    outcome.unsayable(why, row["verdict"] == "accept");
                    continue;
                }
                None => {
                    outcome.wrong.push(format!("{table}:{}: nobody knows this kind of row: {}", n + 1, short(row)));
                    continue;
                }
            };
            let message = row["message"].as_str().unwrap_or_default();
            if let Some((_, why)) = OF_THE_CLUSTER.iter().find(|(part, _)| message.contains(part)) {
                outcome.unsayable((*why).to_owned(), case.accepted);
                continue;
            }
            match ours(&case) {
                Ours::Unsayable(why) => outcome.unsayable(why, case.accepted),
                Ours::Accepted if case.accepted => outcome.agree += 1,
                Ours::Refused(..) if !case.accepted => outcome.agree += 1,
                Ours::Accepted => outcome.wrong.push(format!("{table}:{}: LOOSER: {}", n + 1, short(row))),
                Ours::Refused(rules, text) => match rules.iter().find(|rule| why_stricter(table, rule).is_none()) {
                    None => *outcome.stricter.entry(rules[0]).or_default() += 1,
                    Some(rule) => {
                        outcome.wrong.push(format!(
                            "{table}:{}: stricter by `{rule}`: {}\n    {}",
                            n + 1,
                            short(row),
                            text.trim_end()
                        ));
                    }
                },
            }
        }
        outcome
    }

    fn unsayable(&mut self, why: String, accepted: bool) {
        let (yes, no) = self.unsayable.entry(why).or_default();
        *(if accepted { yes } else { no }) += 1;
    }

    fn print(&self, table: &str) -> String {
        let mut text = String::new();
        let unsayable: usize = self.unsayable.values().map(|(yes, no)| yes + no).sum();
        if unsayable < self.rows {
            let stricter: usize = self.stricter.values().sum();
            let _ = write!(text, "{table} agree {} of {}", self.agree, self.rows - unsayable);
            let _ = write!(text, ", stricter {stricter}");
            if stricter > 0 {
                let rules: Vec<String> = self.stricter.iter().map(|(rule, n)| format!("{rule}: {n}")).collect();
                let _ = write!(text, " ({})", rules.join(", "));
            }
            if !self.wrong.is_empty() {
                let _ = write!(text, ", WRONG {}", self.wrong.len());
            }
            text.push('\n');
        }
        for (why, (yes, no)) in &self.unsayable {
            let n = yes + no;
            let _ =
                writeln!(text, "{table} not in the language: {n} rows ({why}; the server accepts {yes}, refuses {no})");
        }
        text
    }
}

fn short(row: &Value) -> String {
    let mut row = row.clone();
    if let Some(map) = row.as_object_mut() {
        map.retain(|key, value| !(value == "" || ["warning", "code", "stored", "canonical"].contains(&key.as_str())));
    }
    let text = row.to_string();
    text.char_indices().nth(600).map_or(text.clone(), |(end, _)| format!("{}…", &text[..end]))
}

/// The folder with the tables.
fn folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("VERDICTS_DIR") {
        return folder.into();
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let has_tables = |folder: &PathBuf| {
        let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.any(|entry| entry.path().extension().is_some_and(|extension| extension == "jsonl"))
    };
    // Beside the project, or beside a folder that holds several work trees of it.
    let beside = root.ancestors().skip(1).map(|folder| folder.join("shared/verdicts"));
    let mut near = std::iter::once(root.join("tests/verdicts")).chain(beside);
    near.find(has_tables).expect("tables in VERDICTS_DIR, tests/verdicts or ../shared/verdicts")
}

fn tables() -> Vec<(String, Vec<Value>)> {
    let folder = folder();
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut tables: Vec<_> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let rows = text.lines().filter(|line| !line.trim().is_empty()).enumerate().map(|(n, line)| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{}:{}: {error}", path.display(), n + 1))
            });
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, rows.collect())
        })
        .collect();
    tables.sort_by(|(a, _), (b, _)| a.cmp(b));
    tables
}

#[test]
fn every_row_of_every_table() {
    let mut wrong = Vec::new();
    let (mut rows, mut agree, mut stricter, mut unsayable) = (0, 0, 0, 0);
    for (table, values) in tables() {
        if ["yaml-strings", "update"].contains(&table.as_str()) {
            continue;
        }
        let outcome = Outcome::of(&table, &values);
        print!("{}", outcome.print(&table));
        rows += outcome.rows;
        agree += outcome.agree;
        stricter += outcome.stricter.values().sum::<usize>();
        unsayable += outcome.unsayable.values().map(|(yes, no)| yes + no).sum::<usize>();
        wrong.extend(outcome.wrong);
    }
    println!(
        "all tables: {rows} rows, agree {agree}, stricter {stricter}, not in the language {unsayable}, wrong {}",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{} rows disagree:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_risky_string_survives_yaml() {
    for (table, rows) in tables().into_iter().filter(|(table, _)| table == "yaml-strings") {
        let outcome = yaml_strings::round_trips(&rows);
        let refused: BTreeMap<_, usize> = outcome.refused.iter().fold(BTreeMap::new(), |mut count, rule| {
            *count.entry(*rule).or_default() += 1;
            count
        });
        let all = outcome.survive + outcome.refused.len() + outcome.wrong.len();
        print!("{table} agree {} of {all}, stricter {}", outcome.survive, outcome.refused.len());
        println!(" ({} strings in 4 places each; {refused:?})", rows.len());
        assert!(outcome.wrong.is_empty(), "{} strings changed:\n{}", outcome.wrong.len(), outcome.wrong.join("\n"));
        let unexplained: Vec<_> = refused.keys().filter(|rule| why_stricter(&table, rule).is_none()).collect();
        assert!(unexplained.is_empty(), "refused without a reason: {unexplained:?}");
    }
}
