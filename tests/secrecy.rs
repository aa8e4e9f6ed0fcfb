//! No value of a Secret is in anything that is shown, and none that is read at run time is in the program.
//!
//! The markers are made when the test runs; the program under test is this one, started again with them.

use statefulapp::manifest::Redacted;
use statefulapp::{Stack, stateful_app};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::Path;
use std::process::Command;

/// Set for the program that is started again: the directory to write.
const PLACE: &str = "STATEFULAPP_SECRECY_PLACE";
const VARIABLE: &str = "STATEFULAPP_SECRECY_VALUE";
const LITERAL: &str = "literal-marker-75f2";

/// The value of this file is read by the program when it runs, never by the compiler.
const FILE: &str = "tests/secrecy/value.txt";

fn stack() -> Stack {
    let stack = stateful_app! {
        stack: "secrecy",
        allow: [secret_literal],

        Secret login {
            password: from_env("STATEFULAPP_SECRECY_VALUE"),
            file: from_file("tests/secrecy/value.txt"),
            literal: "literal-marker-75f2",
            generated: generate(32),
        }

        StatefulApp db {
            image: "example.org/db:1",
            security: { user: 1000 },
            storage: { data: { mount: "/data", size: 1Gi } },
            env: { PASSWORD: login.password, LITERAL: login.literal },
            env_from: [login],
        }
    };
    stack.into()
}

/// Everything that shows a stack, and errors that are about its Secrets.
fn show(stack: &Stack, old: &str) {
    println!("{stack:?}\n{:?}", stack.items);
    println!("{}", stack.check());
    println!("{:?} {}", stack.verify(), stack.verify());
    let objects = stack.objects_with(&Redacted).unwrap();
    println!("{objects:?}");
    println!("{:?} {}", stack.objects().unwrap_err(), stack.yaml().unwrap_err());
    println!("{:?}", stack.write("/proc/nowhere"));
    let summary = statefulapp::summary::Summary::new(stack).unwrap();
    println!("{summary} {summary:?} {}", summary.to_json());
    let graph = statefulapp::graph::Graph::new(stack).unwrap();
    println!("{graph:?} {} {} {}", graph.to_mermaid(), graph.to_svg(), graph.to_dot());

    // Every value is another one than before, so that a plan has something to say of each.
    let old = statefulapp::plan::read(old).unwrap();
    let mut changed = old.clone();
    for secret in changed.iter_mut().filter(|object| object["kind"] == "Secret") {
        for value in secret["stringData"].as_object_mut().unwrap().values_mut() {
            *value = "other".into();
        }
    }
    let plan = statefulapp::plan::plan(&changed, &old);
    assert!(!plan.changes.is_empty());
    println!("{plan} {plan:?} {}", plan.to_json());
}

#[test]
fn nothing_that_is_shown_holds_a_secret() {
    if let Some(place) = std::env::var_os(PLACE) {
        let stack = stack();
        let directory = Path::new(&place).join("deploy");
        println!("{:?}", stack.write(&directory).unwrap());
        return show(&stack, directory.to_str().unwrap());
    }
    let marker = format!("{:016x}", RandomState::new().build_hasher().finish());
    let place = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "nothing_that_is_shown_holds_a_secret", "--nocapture"])
        .env(PLACE, place.path())
        .env(VARIABLE, &marker)
        .output()
        .unwrap();
    let shown = [output.stdout, output.stderr].concat();
    let shown = String::from_utf8(shown).unwrap();
    assert!(output.status.success(), "{shown}");

    let secret = std::fs::read_to_string(place.path().join("deploy/20-secret-login.yaml")).unwrap();
    let generated = secret.lines().find_map(|line| line.trim().strip_prefix("generated: ")).unwrap();
    let file = std::fs::read_to_string(FILE).unwrap();
    let values = [marker.as_str(), file.trim(), LITERAL, generated.trim_matches('"')];
    for value in values {
        // Where they belong they are.
        assert!(secret.contains(value), "{value}\n{secret}");
        assert!(!shown.contains(value), "{value}\n{shown}");
    }
    assert!(shown.contains("secret-literal"), "the literal has its warning");
}

/// Reads the marker from the file, which this source does not hold either.
#[test]
fn the_program_holds_literals_only() {
    let file = std::fs::read_to_string(FILE).unwrap();
    let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let holds = |text: &str| program.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(!holds(file.trim()), "a file that is read at run time is in the program");
    assert!(holds(LITERAL) && holds(VARIABLE), "this test would not find a value that is there");
}
