//! However broken a declaration is, it gives errors and never a panic.

use crate::{expand, front};
use proc_macro2::TokenStream;
use proptest::prelude::*;
use statefulapp_core::finding::Severity;

/// Tokens that mean something in a declaration, and some that do not.
const WORDS: &[&str] = &[
    "StatefulApp",
    "App",
    "Secret",
    "ConfigMap",
    "Service",
    "extern",
    "as",
    "postgres",
    "image",
    "ports",
    "replicas",
    "storage",
    "env",
    "startup",
    "exec",
    "generate",
    "stack",
    ":",
    ",",
    ";",
    ".",
    "..",
    "..=",
    "!",
    "%",
    "-",
    "=",
    "::",
    "#",
    "#[doc = \"x\"]",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"text\"",
    "\"\"",
    "5432",
    "100Gi",
    "1.5",
    "'c'",
    "b\"x\"",
    "c\"x\"",
    "true",
    "none",
    "r#type",
    "include_str",
    "(x)",
    "{}",
    "[]",
    "25",
    "'a",
    "size",
    "data",
];

fn tokens() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(WORDS), 0..40).prop_map(|words| words.join(" "))
}

/// The expansion as the facade asks for it.
fn expanded(source: &str) -> String {
    expand::expand(format!("[::statefulapp] {source}").parse().unwrap()).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_tokens_expand(source in tokens()) {
        // What does not lex never reaches a macro.
        let Ok(tokens) = source.parse::<TokenStream>() else { return Ok(()) };
        let front = front::front(tokens);
        let errors = front.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        let text = expanded(&source);
        prop_assert!(!text.contains("failed on this declaration"), "{source}");
        prop_assert_eq!(text.contains("compile_error"), errors, "{}", source);
        prop_assert!(text.parse::<TokenStream>().is_ok());
    }

    /// A block that is right, cut or changed in one token.
    #[test]
    fn damaged_declarations_expand(at in 0usize..400, word in proptest::sample::select(WORDS)) {
        let source = include_str!("postgres.txt");
        let mut pieces: Vec<&str> = source.split_inclusive(char::is_whitespace).collect();
        let at = at % pieces.len();
        pieces[at] = word;
        if pieces.concat().parse::<TokenStream>().is_ok() {
            let text = expanded(&pieces.concat());
            prop_assert!(!text.contains("failed on this declaration"), "{}", text);
        }
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = format!("StatefulApp a {{ env: {} }}", "{ a: [".repeat(200) + &"] }".repeat(200));
    let front = front::front(deep.parse().unwrap());
    assert!(front.diagnostics.iter().any(|diagnostic| diagnostic.rule == "too-deep"));
}
