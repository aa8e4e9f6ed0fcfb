//! Whole programs: what stands around a declaration, and what several of them share.

use super::server::Server;
use super::{Fixture, server};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A program with the cursor where `$0` stands.
fn program(text: &str) -> Fixture {
    let before = text.split("$0").next().unwrap_or_default();
    let line = before.matches('\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    Fixture { text: text.replace("$0", ""), cursor: (line, column) }
}

/// Two declarations; the second one uses handles of the first.
const TWO: &str = "\
use statefulapp::stateful_app;
pub fn both() -> (String, statefulapp::Stack) {
    let first = stateful_app! {
        Secret login { password: generate(32), \"reader-password\": generate(32) }
        StatefulApp postgres {
            engine: postgres { version: \"17.6\", password: login.password },
            ports: { sql: 5432 },
            storage: { data: { size: 1Gi } },
        }
    };
    let second = stateful_app! {
        App web {
            image: \"example.com/web:1\",
            env: {
                PASSWORD: (first.login.password),
                READER: (first.login.reader_password),
                HOST: (first.postgres.service()),
                PORT: (first.postgres.ports.sql),
            },
        }
    };
    (first.postgres.host(0), second.into())
}
";

/// `TWO` with the cursor in the n-th occurrence of a text.
fn two(text: &str, n: usize) -> Fixture {
    let (start, _) = TWO.match_indices(text).nth(n).expect("the text");
    let at = start + text.len() - 2;
    program(&format!("{}$0{}", &TWO[..at], &TWO[at..]))
}

fn line_of(fixture: &Fixture, place: &Value) -> String {
    let line = usize::try_from(place["range"]["start"]["line"].as_u64().unwrap_or_default()).unwrap_or_default();
    fixture.text.lines().nth(line).unwrap_or_default().trim().to_owned()
}

#[test]
fn a_handle_leads_to_what_was_declared() {
    let Some(mut server) = server() else { return };
    for (text, n, declared) in [
        ("first.login", 0, "Secret login {"),
        ("login.password)", 0, "Secret login {"),
        ("first.postgres", 0, "StatefulApp postgres {"),
        ("ports.sql", 0, "ports: { sql: 5432 },"),
    ] {
        let fixture = two(text, n);
        server.open(&fixture.text);
        let found = server.ask("textDocument/definition", fixture.cursor, json!({}));
        let found = found.as_array().cloned().unwrap_or_else(|| vec![found]);
        let lines: Vec<String> = found.iter().map(|place| line_of(&fixture, place)).collect();
        assert!(lines.iter().any(|line| line.starts_with(declared)), "{text}: {lines:?}");
    }
}

#[test]
fn references_are_found_in_another_block() {
    let Some(mut server) = server() else { return };
    for (text, n, expected) in [("Secret login", 0, 4), ("StatefulApp postgres", 0, 4)] {
        let fixture = two(text, n);
        server.open(&fixture.text);
        let found =
            server.ask("textDocument/references", fixture.cursor, json!({"context": {"includeDeclaration": true}}));
        let mut lines: Vec<u64> = found
            .as_array()
            .expect("places")
            .iter()
            .filter_map(|place| place["range"]["start"]["line"].as_u64())
            .collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), expected, "{text}: {lines:?}");
    }
}

#[test]
fn a_word_and_a_form_show_what_they_mean() {
    let Some(mut server) = server() else { return };
    for (declaration, expected) in [
        ("StatefulApp a { image: \"b:1\", pod_management: Para$0llel }", "All at once."),
        ("StatefulApp a { image: \"b:1\", readiness: tc$0p(80) }", "Connects to a port"),
        ("Secret a { password: gene$0rate(32) }", "Made once and kept"),
        ("StatefulApp a { engine: redis { versi$0on: \"7.2\" } }", "ersion"),
        ("Statefu$0lApp a { image: \"b:1\" }", "a StatefulSet and what it needs"),
        ("StatefulApp a { image: \"b:1\", allow: [no_sto$0rage] }", "no_storage"),
    ] {
        let fixture = Fixture::new(declaration);
        server.open(&fixture.text);
        let hover = server.ask("textDocument/hover", fixture.cursor, json!({}));
        let text = hover["contents"]["value"].as_str().unwrap_or_default();
        assert!(text.contains(expected), "{declaration}: {text}");
    }
}

/// The examples, with what they include at its place.
fn examples() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.push(folder.join("postgres_cluster/main.rs"));
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).expect("a text");
        let around = file.parent().expect("a folder").display().to_string();
        (file, text.replace("include_str!(\"", &format!("include_str!(\"{around}/")))
    };
    files.into_iter().map(read).collect()
}

fn said(server: &mut Server, text: &str) -> Vec<String> {
    server.open(text);
    let found = server.diagnostics();
    let of_it = found
        .as_array()
        .expect("diagnostics")
        .iter()
        .filter(|item| item["severity"].as_u64().is_none_or(|level| level <= 2));
    of_it.map(|item| format!("{}: {}", item["range"]["start"], item["message"].as_str().unwrap_or_default())).collect()
}

#[test]
fn right_programs_have_no_mistakes() {
    let Some(mut server) = server() else { return };
    let mut wrong = Vec::new();
    for (file, text) in examples().into_iter().chain([(PathBuf::from("two blocks"), TWO.to_owned())]) {
        let said = said(&mut server, &text);
        if !said.is_empty() {
            wrong.push(format!("{}: {said:#?}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_name_is_renamed_in_its_block_and_around_it() {
    let Some(mut server) = server() else { return };
    for (place, n, old) in [
        ("Secret login", 0, "login"),
        ("first.login", 0, "login"),
        (": login", 0, "login"),
        ("{ password", 0, "password"),
        ("login.password)", 0, "password"),
        ("login.password }", 0, "password"),
        ("first.postgres", 0, "postgres"),
        ("{ sql", 0, "sql"),
        ("ports.sql", 0, "sql"),
    ] {
        let fixture = two(place, n);
        server.open(&fixture.text);
        let edits = server.ask("textDocument/rename", fixture.cursor, json!({"newName": "renamed"}));
        let renamed = super::applied(&fixture.text, &edits);
        // The engine is no name of ours, and a key of the grammar is none.
        let is_other = |before: &str| before.ends_with("engine: ") || before.ends_with("\", ") || before.ends_with("-");
        let mut expected = String::new();
        let mut rest = fixture.text.as_str();
        while let Some(at) = rest.find(old) {
            let (before, after) = (&rest[..at], &rest[at + old.len()..]);
            expected.push_str(before);
            let is_part = before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
                || after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"');
            expected.push_str(if is_part || is_other(&expected) { old } else { "renamed" });
            rest = after;
        }
        expected.push_str(rest);
        assert_eq!(renamed, expected, "{place}");
    }
}
