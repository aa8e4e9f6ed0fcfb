//! The editor: rust-analyzer over its protocol, with a `$0` where the cursor stands.
//!
//! `RUST_ANALYZER` names the program, else it is looked up in `PATH`. Where there is none, the tests say so.

#[path = "ide/server.rs"]
mod server;

use serde_json::{Value, json};
use server::Server;
use statefulapp::grammar::{self, Block};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, OnceLock};

/// The one server of all tests.
fn server() -> Option<MutexGuard<'static, Server>> {
    static SERVER: OnceLock<Option<Mutex<Server>>> = OnceLock::new();
    let server = SERVER.get_or_init(|| match server::program() {
        Ok(program) => Some(Mutex::new(Server::start(&program))),
        Err(why) => {
            println!("skipped: {why}");
            None
        }
    });
    server.as_ref().map(|server| server.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
}

/// A declaration as somebody writes it, and the cursor.
struct Fixture {
    text: String,
    cursor: (usize, usize),
}

impl Fixture {
    fn new(declaration: &str) -> Self {
        let text = format!(
            "pub fn declared() -> statefulapp::Stack {{\n    let declared = statefulapp::stateful_app! {{\n{declaration}\n    }};\n    \
             declared.into()\n}}\n"
        );
        let before = text.split("$0").next().unwrap_or_default();
        let line = before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
        Self { text: text.replace("$0", ""), cursor: (line, column) }
    }

    /// The text between two positions on one line.
    fn slice(&self, range: &Value) -> String {
        let number = |value: &Value| usize::try_from(value.as_u64().unwrap_or_default()).unwrap_or_default();
        let (start, end) = (&range["start"], &range["end"]);
        let line = self.text.lines().nth(number(&start["line"])).unwrap_or_default();
        let end = if start["line"] == end["line"] { number(&end["character"]) } else { line.len() };
        line[number(&start["character"])..end].to_owned()
    }
}

/// The labels that are offered at the cursor.
fn completions(server: &mut Server, declaration: &str) -> BTreeSet<String> {
    let fixture = Fixture::new(declaration);
    server.open(&fixture.text);
    let answer = server.ask("textDocument/completion", fixture.cursor, json!({}));
    let items = answer["items"].as_array().or(answer.as_array()).cloned().unwrap_or_default();
    items.iter().filter_map(|item| item["label"].as_str()).map(str::to_owned).collect()
}

fn labels<'s>(labels: impl IntoIterator<Item = &'s str>) -> BTreeSet<String> {
    labels.into_iter().map(str::to_owned).collect()
}

fn unused(block: &'static Block, used: &[&str]) -> BTreeSet<String> {
    labels(block.names().filter(|name| !used.contains(name)))
}

macro_rules! completes {
    ($($name:ident: $declaration:expr => $expected:expr;)*) => {
        $(#[test]
        fn $name() {
            let Some(mut server) = $crate::server() else { return };
            let offered = $crate::completions(&mut server, $declaration);
            assert_eq!(offered, $expected, "{}", $declaration);
        })*
    };
}

#[path = "ide/half_written.rs"]
mod half_written;
#[path = "ide/programs.rs"]
mod programs;

completes! {
    a_blank_line_in_an_app_offers_exactly_the_unused_keys:
        "StatefulApp a {\n    image: \"b:1\",\n    $0\n    replicas: 3,\n}"
        => unused(&grammar::STATEFUL_APP, &["image", "replicas"]);
    a_blank_line_after_a_missing_comma:
        "StatefulApp a {\n    image: \"b:1\"\n    $0\n}"
        => unused(&grammar::STATEFUL_APP, &["image"]);
    a_part_of_a_key: "StatefulApp a { image: \"b:1\", repl$0 }" => unused(&grammar::STATEFUL_APP, &["image"]);
    a_part_of_a_key_with_a_value: "StatefulApp a { image: \"b:1\", repl$0: 3 }" => unused(&grammar::STATEFUL_APP, &["image"]);
    a_key_that_begins_another_one: "StatefulApp a { image: \"b:1\", pull$0 }" => unused(&grammar::STATEFUL_APP, &["image", "pull"]);
    the_resources_that_are_left: "StatefulApp a { image: \"b:1\", resources: { cpu: 1, $0 } }" => labels(["ephemeral_storage", "memory"]);
    a_key_that_may_be_absent: "Secret db { password: generate(32) }\nStatefulApp a { image: \"b:1\", env: { A: optional($0) } }" => labels(["db"]);
    a_key_of_a_volume: "StatefulApp a { image: \"b:1\", storage: { data: { mount: \"/data\", $0 } } }" => unused(&grammar::VOLUME, &["mount"]);
    a_key_of_a_probe: "StatefulApp a { image: \"b:1\", liveness: tcp(80) { period: 5s, $0 } }"
        => unused(&grammar::PROBE, &["period", "https", "host", "headers", "service"]);
    a_form_of_a_probe: "StatefulApp a { image: \"b:1\", liveness: $0 }" => labels(["exec", "http", "tcp", "grpc", "none"]);
    the_kinds_of_items: "stack: \"a\",\n$0\nStatefulApp a { image: \"b:1\" }"
        => labels(grammar::ITEMS.iter().map(|block| block.name)).union(&unused(&grammar::HEAD, &["stack"])).cloned().collect();
    a_part_of_a_kind: "Stat$0" => labels(grammar::ITEMS.iter().map(|block| block.name)).union(&unused(&grammar::HEAD, &[])).cloned().collect();
    the_words_of_an_enumeration: "StatefulApp a { image: \"b:1\", pod_management: $0 }" => labels(["OrderedReady", "Parallel"]);
    a_part_of_a_word: "StatefulApp a { image: \"b:1\", pod_management: Par$0, replicas: 2 }" => labels(["OrderedReady", "Parallel"]);
    the_word_of_a_service: "Service b { type: $0 }" => labels(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]);
    the_sources_of_a_variable:
        "Secret db { password: generate(32) }\nConfigMap settings { level: \"info\" }\nStatefulApp a { image: \"b:1\", env: { A: $0 } }"
        => labels(["db", "settings", "field", "resource", "optional"]);
    the_keys_after_the_dot:
        "Secret db { password: generate(32), user: \"u\" }\nStatefulApp a { image: \"b:1\", env: { A: db.$0 } }"
        => labels(["password", "user"]);
    a_part_of_a_key_after_the_dot:
        "Secret db { password: generate(32), user: \"u\" }\nStatefulApp a { image: \"b:1\", env: { A: db.pass$0, B: \"x\" } }"
        => labels(["password", "user"]);
    the_ports_in_a_probe: "StatefulApp a { image: \"b:1\", ports: { database: 5432, admin: 80 }, readiness: tcp($0) }" => labels(["admin", "database"]);
    the_ports_of_the_app_that_a_service_selects:
        "StatefulApp a { image: \"b:1\", ports: { database: 5432 } }\nApp c { image: \"b:1\", ports: { web: 80 } }\nService s { selects: a, ports: [$0] }"
        => labels(["database"]);
    the_apps_that_a_service_selects:
        "StatefulApp a { image: \"b:1\" }\nApp c { image: \"b:1\" }\nSecret db { password: generate(32) }\nService s { selects: $0 }" => labels(["a", "c"]);
    the_config_maps_and_secrets_of_a_file:
        "Secret db { password: generate(32) }\nConfigMap settings { level: \"info\" }\nStatefulApp a { image: \"b:1\", files: { \"/etc/x\": $0 } }"
        => labels(["db", "settings"]);
    the_volumes_of_a_sidecar:
        "StatefulApp a { image: \"b:1\", storage: { data: { mount: \"/data\", size: 1Gi } }, sidecars: { b: { image: \"b:1\", mounts: { $0 } } } }"
        => labels(["data"]);
    the_keys_of_an_engine_that_it_takes:
        "StatefulApp a { engine: etcd { $0 } }"
        => unused(&grammar::ENGINE, &[]).into_iter()
            .filter(|key| statefulapp::engine::by_name("etcd").is_some_and(|facts| facts.takes(key))).collect();
}

#[test]
fn hovering_a_key_shows_what_the_grammar_says() {
    let Some(mut server) = server() else { return };
    let fixture = Fixture::new("StatefulApp a { image: \"b:1\", repl$0icas: 3 }");
    server.open(&fixture.text);
    let hover = server.ask("textDocument/hover", fixture.cursor, json!({}));
    let text = hover["contents"]["value"].as_str().unwrap_or_default();
    let doc = grammar::STATEFUL_APP.key("replicas").expect("a key").doc.trim();
    assert!(text.contains(doc), "{text}");
    assert_eq!(fixture.slice(&hover["range"]), "replicas");
}

/// A declaration with a Secret and an app that others refer to.
const DECLARED: &str = "\
Secret postgres_secret { password: generate(32) }
StatefulApp postgres {
    image: \"postgres:17.2\",
    ports: { database: 5432 },
    env: { POSTGRES_PASSWORD: postgres_secret.password },
    readiness: tcp(database),
}
Service postgres_read { selects: postgres, ports: [database] }";

/// `DECLARED` with the cursor in the middle of the n-th occurrence of a word.
fn at(word: &str, n: usize) -> Fixture {
    let (start, _) = DECLARED.match_indices(word).nth(n).expect("the word");
    let middle = start + word.len() / 2;
    Fixture::new(&format!("{}$0{}", &DECLARED[..middle], &DECLARED[middle..]))
}

/// Where else `DECLARED` has the word, as the lines that it stands in.
fn lines(fixture: &Fixture, places: &[Value]) -> Vec<String> {
    let mut lines: Vec<String> = places
        .iter()
        .map(|place| {
            let line = usize::try_from(place["start"]["line"].as_u64().unwrap_or_default()).unwrap_or_default();
            fixture.text.lines().nth(line).unwrap_or_default().trim().to_owned()
        })
        .collect();
    lines.dedup();
    lines
}

#[test]
fn a_reference_leads_to_its_declaration() {
    let Some(mut server) = server() else { return };
    for (word, reference, declaration) in [
        ("postgres_secret", 1, "Secret postgres_secret"),
        ("password", 1, "Secret postgres_secret"),
        ("postgres,", 0, "StatefulApp postgres"),
        ("database", 1, "ports: { database: 5432 }"),
        ("database", 2, "ports: { database: 5432 }"),
    ] {
        let fixture = at(word, reference);
        server.open(&fixture.text);
        let found = server.ask("textDocument/definition", fixture.cursor, json!({}));
        let found = found.as_array().cloned().unwrap_or_else(|| vec![found]);
        let here: Vec<Value> = found
            .iter()
            .filter(|place| server.is_open_file(&place["uri"]))
            .map(|place| place["range"].clone())
            .collect();
        let lines = lines(&fixture, &here);
        assert!(!lines.is_empty() && lines.iter().all(|line| line.contains(declaration)), "{word}: {found:?}");
    }
}

#[test]
fn references_are_found_from_the_declaration() {
    let Some(mut server) = server() else { return };
    let fixture = at("postgres_secret", 0);
    server.open(&fixture.text);
    let found =
        server.ask("textDocument/references", fixture.cursor, json!({"context": {"includeDeclaration": false}}));
    let ranges: Vec<Value> = found.as_array().expect("places").iter().map(|place| place["range"].clone()).collect();
    // The handle of that name is declared by the same token, so its line may be among them.
    let lines = lines(&fixture, &ranges);
    assert!(
        lines.iter().any(|line| line.contains("env: { POSTGRES_PASSWORD: postgres_secret.password },")),
        "{lines:?}"
    );
    assert!(lines.len() <= 2, "{lines:?}");
    assert!(ranges.iter().all(|range| fixture.slice(range) == "postgres_secret"), "{ranges:?}");
}

#[test]
fn a_declared_name_is_renamed_everywhere() {
    let Some(mut server) = server() else { return };
    for (word, n, new) in
        [("postgres_secret", 0, "db_secret"), ("postgres_secret", 1, "db_secret"), ("postgres ", 0, "db")]
    {
        let fixture = at(word, n);
        server.open(&fixture.text);
        let edits = server.ask("textDocument/rename", fixture.cursor, json!({"newName": new}));
        let renamed = applied(&fixture.text, &edits);
        let word = word.trim();
        let expected = fixture
            .text
            .split_inclusive(|c: char| !c.is_alphanumeric() && c != '_')
            .map(|piece| match piece.strip_prefix(word) {
                Some(rest)
                    if rest.chars().count() == 1 && rest != ":" && rest != "." || piece == format!("{word}.") =>
                {
                    format!("{new}{rest}", rest = piece.strip_prefix(word).unwrap_or_default())
                }
                _ => piece.to_owned(),
            })
            .collect::<String>();
        assert_eq!(renamed, expected, "{edits}");
    }
}

/// The text after the edits of a rename.
fn applied(text: &str, edits: &Value) -> String {
    let changes = edits["changes"].as_object().map(|changes| changes.values().collect::<Vec<_>>()).unwrap_or_default();
    let documents = edits["documentChanges"].as_array().cloned().unwrap_or_default();
    let mut edits: Vec<Value> =
        changes.into_iter().flat_map(|edits| edits.as_array().cloned().unwrap_or_default()).collect();
    edits.extend(documents.iter().flat_map(|document| document["edits"].as_array().cloned().unwrap_or_default()));
    let offset = |position: &Value| {
        let number = |key: &str| usize::try_from(position[key].as_u64().unwrap_or_default()).unwrap_or_default();
        text.split_inclusive('\n').take(number("line")).map(str::len).sum::<usize>() + number("character")
    };
    let mut edits: Vec<(usize, usize, String)> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    edits.sort();
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, &new);
    }
    text
}

#[test]
fn mistakes_are_underlined_on_their_token_and_nothing_else_is() {
    let Some(mut server) = server() else { return };
    for (declaration, expected) in [
        (DECLARED, vec![]),
        ("StatefulApp a { image: \"b:1\", replica: 3 }", vec![("replica", "unknown key `replica`")]),
        (
            "StatefulApp a { image: \"B:1\", ports: { x: 99999 }, env: { A: dbx.password } }",
            vec![
                ("\"B:1\"", "is not an image"),
                ("99999", "is not a port"),
                // Of several tokens rust-analyzer underlines the first, rustc all.
                ("dbx", "unknown Secret or ConfigMap `dbx`"),
            ],
        ),
        ("Servce a { selects: b }", vec![("Servce", "unknown kind `Servce`")]),
        ("StatefulApp a { image: \"b:1\" replicas: 2 }", vec![("\"b:1\"", "missing `,`")]),
    ] {
        let fixture = Fixture::new(declaration);
        server.open(&fixture.text);
        let found = server.diagnostics();
        let found = found.as_array().expect("diagnostics");
        // rust-analyzer sends them in an order of its own.
        let mut found: Vec<_> = found.iter().collect();
        found.sort_by_key(|item| {
            (item["range"]["start"]["line"].as_u64(), item["range"]["start"]["character"].as_u64())
        });
        let found: Vec<(String, &str)> = found
            .iter()
            .map(|item| (fixture.slice(&item["range"]), item["message"].as_str().unwrap_or_default()))
            .collect();
        assert_eq!(found.len(), expected.len(), "{declaration}: {found:#?}");
        for ((place, message), (token, text)) in found.iter().zip(expected) {
            assert_eq!(place, token, "{message}");
            assert!(message.contains(text), "{message}");
        }
    }
}
