//! The front end, in-process. Each file of `src/tests/` holds declarations; under a wrong token stands `^^^` and the diagnostic. The
//! test strips the annotations, runs the front end and draws them anew. `BLESS=1` rewrites the files. `DECLARATIONS=folder` draws
//! those of another folder.

use crate::diagnostics::{self, Diagnostic};
use crate::{expand, front};
use proc_macro2::TokenStream;
use statefulapp_core::finding::Severity;
use std::fmt::Write as _;
use std::path::PathBuf;

mod broken;
mod budget;
mod edits;
mod parts;
mod repairs;
mod rules;

/// The declaration with its diagnostics drawn under the tokens.
fn draw(source: &str) -> String {
    let tokens: TokenStream = match source.parse() {
        Ok(tokens) => tokens,
        Err(error) => return format!("{source}//~ does not lex: {error}\n"),
    };
    let mut diagnostics = front::front(tokens).diagnostics;
    diagnostics::show(&mut diagnostics);
    let mut drawn = String::new();
    for (n, line) in source.lines().enumerate() {
        drawn.push_str(line);
        drawn.push('\n');
        for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.first.start().line == n + 1) {
            annotate(&mut drawn, diagnostic);
        }
    }
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.first.start().line == 0) {
        annotate(&mut drawn, diagnostic);
    }
    drawn
}

fn annotate(drawn: &mut String, diagnostic: &Diagnostic) {
    let (start, end) = (diagnostic.first.start(), diagnostic.last.end());
    let width = if end.line == start.line { end.column.saturating_sub(start.column).max(1) } else { 1 };
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    // The marker begins with `//~`, which no declaration does; a token that stands further left is drawn from there.
    let column = start.column.max(3);
    let gap = " ".repeat(column - 3);
    let mut lines = diagnostic.text();
    if end.line != start.line {
        let _ = write!(lines, "\n(up to line {})", end.line);
    }
    let mut lines = lines.lines().map(str::to_owned).collect::<Vec<_>>().into_iter();
    let _ = writeln!(drawn, "//~{gap}{} {severity}: {}", "^".repeat(width), lines.next().unwrap_or_default());
    for line in lines {
        let _ = writeln!(drawn, "//~{gap}{} {line}", " ".repeat(width));
    }
}

/// The declaration without its annotations.
fn strip(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("//~")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn annotated_declarations() {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/tests");
    let folder = std::env::var_os("DECLARATIONS").map_or(own, PathBuf::from);
    let mut wrong = Vec::new();
    let mut files = 0;
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "txt")) {
        files += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let drawn: Vec<String> = text.split("-----\n").map(|case| draw(&strip(case))).collect();
        let drawn = drawn.join("-----\n");
        if drawn != text {
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&path, &drawn).unwrap();
            } else {
                wrong.push(format!("{}:\n{drawn}", path.display()));
            }
        }
    }
    assert!(files > 0, "no annotated declarations");
    assert!(wrong.is_empty(), "these differ (BLESS=1 rewrites them after review):\n{}", wrong.join("\n"));
}

#[test]
fn the_expansion_is_editor_tokens_then_errors_then_the_value() {
    for (source, errors) in
        [("stack: \"a\", StatefulApp a { image: \"b:1\" }", 0), ("StatefulApp a { imag: \"b:1\", replicas: -1 }", 2)]
    {
        let text = expand::expand(source.parse().unwrap()).to_string();
        let ide = text.find("rust_analyzer").unwrap();
        let value = text.find("struct Declared").unwrap();
        assert_eq!(text.matches("compile_error").count(), errors, "{text}");
        if let Some(error) = text.find("compile_error") {
            assert!(ide < error && error < value, "{text}");
        }
    }
}

#[test]
fn more_than_twenty_errors_are_counted() {
    let keys: String = (0..30).map(|n| format!("k{n}x: 1, ")).collect();
    let text = expand::expand(format!("StatefulApp a {{ image: \"b:1\", {keys} }}").parse().unwrap()).to_string();
    assert_eq!(text.matches("compile_error").count(), 20);
    assert!(text.contains("and 10 more errors"), "{text}");
}
