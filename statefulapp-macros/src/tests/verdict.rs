//! What the front end says of a declaration, for the tests that ask only whether it compiles.

use crate::expand;
use statefulapp_core::finding::Severity;

/// The rules that a declaration breaks, errors only.
pub(super) fn errors(source: &str) -> Vec<&'static str> {
    let tokens = match source.parse() {
        Ok(tokens) => tokens,
        Err(_) => return vec!["does-not-lex"],
    };
    let diagnostics = expand::front(tokens).diagnostics;
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| diagnostic.rule)
        .collect()
}

#[test]
fn a_small_app_compiles() {
    assert_eq!(errors("StatefulApp a { image: \"b:1\" }"), Vec::<&str>::new());
}
