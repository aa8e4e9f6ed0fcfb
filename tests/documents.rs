//! Generated documents are what the code says. `BLESS=1` writes them anew.

use std::path::Path;

fn same(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if written != text {
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, text).unwrap();
        } else {
            panic!("{} is not what the code says; `BLESS=1 cargo test --test documents` writes it", path.display());
        }
    }
}

#[test]
fn the_reference_of_the_language() {
    same("docs/grammar.md", &statefulapp::grammar::reference());
}

/// What the table of pitfalls names exists: the rules, whose pages' examples are tests, and the files.
#[test]
fn the_pitfalls_name_rules_and_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/pitfalls.md")).unwrap();
    let mut named = 0;
    for line in text.lines().filter(|line| line.starts_with('|')) {
        for word in line.split('`').skip(1).step_by(2) {
            let is_rule = word.contains('-') && word.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase());
            if is_rule {
                named += 1;
                assert!(statefulapp::check::rules().any(|rule| rule.id == word), "there is no rule `{word}`");
            } else if word.contains('/') && !word.contains([' ', ':']) {
                assert!(root.join(word).exists(), "there is no {word}");
            }
        }
    }
    assert!(named > 50, "only {named} rules");
}
