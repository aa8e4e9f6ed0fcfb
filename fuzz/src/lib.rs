//! What must hold for the macro whatever stands between its braces, and texts to begin with.

extern crate proc_macro;

/// The macro's own sources: a procedural macro exports nothing else.
#[path = "../../statefulapp-macros/src/codegen.rs"]
mod codegen;
#[path = "../../statefulapp-macros/src/diagnostics.rs"]
mod diagnostics;
#[path = "../../statefulapp-macros/src/expand.rs"]
mod expand;
#[path = "../../statefulapp-macros/src/front.rs"]
mod front;
#[path = "../../statefulapp-macros/src/ide.rs"]
mod ide;
#[path = "../../statefulapp-macros/src/parse/mod.rs"]
mod parse;
mod seeds;
#[path = "../../statefulapp-macros/src/spans.rs"]
mod spans;

pub use seeds::seeds;

use proc_macro2::{TokenStream, TokenTree};
use statefulapp_core::check;
use statefulapp_core::finding::Severity;

/// Compilers give up on deeper nesting themselves.
const DEEPEST: usize = 200;

/// Runs the macro over a text, and panics if something does not hold.
pub fn check(text: &str) {
    if depth(text) > DEEPEST {
        return;
    }
    // What does not lex never reaches a macro.
    let Ok(tokens) = text.parse::<TokenStream>() else { return };
    let front = front::front(tokens.clone());
    let mut errors = 0;
    for diagnostic in &front.diagnostics {
        errors += usize::from(diagnostic.severity == Severity::Error);
        assert!(!diagnostic.message.is_empty(), "a diagnostic says nothing");
        assert!(check::rule(diagnostic.rule).is_some(), "no rule is called {}", diagnostic.rule);
        let (first, last) = (diagnostic.first.byte_range(), diagnostic.last.byte_range());
        assert!(
            cfg!(fuzzing) || first.start <= last.end && last.end <= text.len(),
            "{} stands outside",
            diagnostic.rule
        );
        // Under libFuzzer, proc-macro2 keeps no places.
        if !cfg!(fuzzing) && !text.trim().is_empty() && diagnostic.severity == Severity::Error {
            assert!(last.end > first.start, "{}: {} stands nowhere", diagnostic.rule, diagnostic.message);
        }
    }

    let input = || format!("[::statefulapp] {text}").parse::<TokenStream>().unwrap_or_default();
    let expansion = expand::expand(input());
    let written = expansion.to_string();
    assert_eq!(written, expand::expand(input()).to_string(), "the same input gives something else");
    assert!(!written.contains("failed on this declaration"), "a phase panicked");
    let mine = without(expansion.clone(), &front.parsed.holes);
    assert_eq!(mine.contains("compile_error"), errors > 0, "{errors} errors, and the expansion has others");
    assert_eq!(
        mine.contains("__private build "),
        errors == 0,
        "{errors} errors, and the value is not the one for that"
    );
    assert!(mine.matches("compile_error").count() <= 20, "more than twenty errors");
    // What the user's own expressions are is rustc's business.
    if front.parsed.holes.iter().all(|hole| syn::parse2::<syn::Expr>(hole.clone()).is_ok()) {
        let read = syn::parse2::<syn::Expr>(expansion);
        assert!(read.is_ok(), "the expansion is no expression: {:?}", read.err().map(|error| error.to_string()));
    }
}

/// The identifiers of the expansion, those of the user's expressions left out.
fn without(expansion: TokenStream, holes: &[TokenStream]) -> String {
    let mut words = String::new();
    identifiers(expansion, &mut words);
    for hole in holes {
        let mut of_hole = String::new();
        identifiers(hole.clone(), &mut of_hole);
        words = words.replacen(&of_hole, "", 1);
    }
    words
}

fn identifiers(tokens: TokenStream, words: &mut String) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => identifiers(group.stream(), words),
            TokenTree::Ident(ident) => {
                words.push_str(&ident.to_string());
                words.push(' ');
            }
            _ => {}
        }
    }
}

fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}
