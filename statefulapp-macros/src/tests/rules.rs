//! Every rule has a page with an example that breaks it and one that does not; both are true.

use crate::diagnostics::Diagnostic;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use statefulapp_core::check::{self, Rule};
use statefulapp_core::finding::Severity;
use statefulapp_core::value::Strictness;
use std::path::PathBuf;

fn pages() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/rules")
}

pub(super) fn page(rule: &Rule) -> Option<String> {
    std::fs::read_to_string(pages().join(format!("{}.md", rule.id))).ok()
}

/// The declarations in the examples of a page, in their order.
pub(super) fn declarations(page: &str) -> Vec<String> {
    let blocks = page.split("```rust").skip(1).filter_map(|rest| rest.split("```").next());
    blocks
        .filter_map(|block| block.split_once("stateful_app! {\n"))
        .filter_map(|(_, rest)| rest.rsplit_once("\n};"))
        .map(|(declaration, _)| declaration.to_owned())
        .collect()
}

fn tokens(source: &str) -> TokenStream {
    source.parse().unwrap_or_else(|error| panic!("{error}:\n{source}"))
}

fn diagnostics(tokens: TokenStream) -> Vec<Diagnostic> {
    crate::front::front(tokens).diagnostics
}

fn of(severity: Severity, diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).map(|diagnostic| diagnostic.rule).collect()
}

/// What stands under the title of a page.
fn standing(rule: &Rule) -> String {
    match (rule.severity, rule.strictness) {
        (Severity::Warning, _) => format!("*A warning; `allow: [{}]` silences it.*", rule.id.replace('-', "_")),
        (Severity::Error, Strictness::Server) => "*An error, as with the API server.*".to_owned(),
        (Severity::Error, Strictness::Stricter) => "*An error, where the API server is laxer.*".to_owned(),
    }
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let mut wrong = Vec::new();
    for rule in check::rules() {
        match page(rule) {
            None => wrong.push(format!("{} has no page", rule.id)),
            Some(page) if !page.starts_with(&format!("# {}\n\n{}\n\n", rule.id, standing(rule))) => {
                wrong.push(format!("{} does not begin with its title and: {}", rule.id, standing(rule)));
            }
            Some(_) => {}
        }
    }
    for entry in std::fs::read_dir(pages()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let id = name.strip_suffix(".md").unwrap_or(&name);
        if id != "README" && check::rule(id).is_none() {
            wrong.push(format!("{id} is a page of no rule"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ids_are_used_once_in_the_table() {
    let mut ids: Vec<_> = check::rules().map(|rule| rule.id).collect();
    ids.sort_unstable();
    for pair in ids.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
}

#[test]
fn examples_break_their_rule_and_mended_ones_none() {
    let mut wrong = Vec::new();
    for rule in check::rules() {
        let Some(page) = page(rule) else { continue };
        let examples = declarations(&page);
        let [bad, good] = examples.as_slice() else {
            // A rule that no declaration can break has an example in Rust.
            if !examples.is_empty() || !page.contains("```rust\n") {
                wrong.push(format!("{}: not two examples, but {}", rule.id, examples.len()));
            }
            continue;
        };
        let (bad, good) = (diagnostics(tokens(bad)), diagnostics(tokens(good)));
        let (errors, warnings) = (of(Severity::Error, &bad), of(Severity::Warning, &bad));
        match rule.severity {
            Severity::Error if errors != [rule.id] => wrong.push(format!("{}: breaks {errors:?}", rule.id)),
            Severity::Warning if !errors.is_empty() => wrong.push(format!("{}: breaks {errors:?}", rule.id)),
            Severity::Warning if warnings.iter().filter(|id| **id == rule.id).count() != 1 => {
                wrong.push(format!("{}: warns of {warnings:?}", rule.id));
            }
            _ => {}
        }
        let (errors, warnings) = (of(Severity::Error, &good), of(Severity::Warning, &good));
        if !errors.is_empty() || warnings.contains(&rule.id) {
            wrong.push(format!("{}: mended, it breaks {errors:?}, warns of {warnings:?}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The value that decided a finding could be one that a Rust expression gives: then nothing is said at compile time.
#[test]
fn what_an_expression_decides_is_left_to_the_run_time() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for rule in check::rules() {
        let examples = page(rule).map(|page| declarations(&page)).unwrap_or_default();
        let [bad, good] = examples.as_slice() else { continue };
        let Some(unknown) = with_expressions(tokens(bad), tokens(good)) else { continue };
        let found = diagnostics(unknown.clone());
        let syntax = ["value-kind", "token-unexpected", "expression-bare", "env-value", "word-unknown"];
        if found.iter().any(|diagnostic| syntax.contains(&diagnostic.rule)) {
            // The place takes no expression.
            continue;
        }
        tried += 1;
        if found.iter().any(|diagnostic| diagnostic.rule == rule.id) {
            wrong.push(format!("{}: {unknown}", rule.id));
        }
    }
    assert!(tried > 60, "only {tried} examples differ in a value");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first declaration with `(x)` for each literal in which the two differ; `None` if they differ in anything else, or in
/// nothing.
fn with_expressions(bad: TokenStream, good: TokenStream) -> Option<TokenStream> {
    let mut differs = false;
    let merged = merge(bad, good, &mut differs)?;
    differs.then_some(merged)
}

fn merge(bad: TokenStream, good: TokenStream, differs: &mut bool) -> Option<TokenStream> {
    let (bad, good): (Vec<_>, Vec<_>) = (bad.into_iter().collect(), good.into_iter().collect());
    if bad.len() != good.len() {
        return None;
    }
    let mut merged = Vec::new();
    for (n, (bad_token, good_token)) in bad.iter().zip(&good).enumerate() {
        let is_key = matches!(bad.get(n + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        merged.push(match (bad_token, good_token) {
            (TokenTree::Group(a), TokenTree::Group(b)) if a.delimiter() == b.delimiter() => {
                TokenTree::Group(Group::new(a.delimiter(), merge(a.stream(), b.stream(), differs)?))
            }
            (a, b) if a.to_string() == b.to_string() => a.clone(),
            (TokenTree::Literal(_) | TokenTree::Ident(_), TokenTree::Literal(_) | TokenTree::Ident(_))
                if is_value(bad_token) && is_value(good_token) && !is_key =>
            {
                *differs = true;
                Group::new(Delimiter::Parenthesis, "x".parse().ok()?).into()
            }
            _ => return None,
        });
    }
    Some(merged.into_iter().collect())
}

/// A literal, `true` or `false`.
fn is_value(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Literal(_)) || matches!(token.to_string().as_str(), "true" | "false")
}

/// The table of all rules is the table of the code.
#[test]
fn the_list_of_rules_is_true() {
    let mut text = String::from(
        "# Rules\n\nWhat a declaration is held against. The macro runs the rules when the program is compiled, and a program runs them \
         again\nbefore it writes anything. Each has an id, by which `allow` silences a warning, and a page.\n\n\
         *Server*: the API server refuses the same. *Stricter*: the API server accepts it, but it can never work or means something else.\n",
    );
    let (of_values, of_stack): (Vec<&Rule>, Vec<&Rule>) =
        check::rules().partition(|rule| statefulapp_core::value::RULES.iter().any(|(id, ..)| *id == rule.id));
    for (title, rules) in [("The declaration", of_stack), ("Values", of_values)] {
        text.push_str(&format!("\n## {title}\n\n| rule | | asks that |\n|---|---|---|\n"));
        for rule in rules {
            let kind = match (rule.severity, rule.strictness) {
                (Severity::Warning, _) => "warning",
                (_, Strictness::Server) => "server",
                (_, Strictness::Stricter) => "stricter",
            };
            text.push_str(&format!(
                "| [{id}]({id}.md) | {kind} | {} |\n",
                rule.summary.replace('|', "\\|"),
                id = rule.id
            ));
        }
    }
    let path = pages().join("README.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/rules/README.md is not what the table says: BLESS=1 rewrites it");
}

/// Ids that the code reports and that the table has are the same.
#[test]
fn every_id_in_the_code_is_in_the_table() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut code = String::new();
    for folder in [
        "statefulapp-core/src/check",
        "statefulapp-core/src/engine",
        "statefulapp-core/src/lower",
        "statefulapp-core/src/model",
        "statefulapp-core/src/render",
        "statefulapp-core/src/value",
        "statefulapp-macros/src",
    ] {
        read(&root.join(folder), &mut code);
    }
    let mut wrong = Vec::new();
    for rule in check::rules() {
        if !code.contains(&format!("\"{}\"", rule.id)) {
            wrong.push(format!("{} is reported nowhere", rule.id));
        }
    }
    for call in ["::error(", "::warning(", ".error(", " error(", "rule: "] {
        for (at, _) in code.match_indices(call) {
            let rest = code[at + call.len()..].trim_start();
            let Some((id, _)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) else { continue };
            let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if is_id && check::rule(id).is_none() && id != "internal" {
                wrong.push(format!("{id} is not in the table"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The sources of a folder, without the tables and the tests.
fn read(folder: &std::path::Path, code: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && name != "tests" {
            read(&path, code);
        } else if name.ends_with(".rs") && !matches!(name, "table.rs" | "rules.rs" | "tests.rs") {
            code.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
