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

/// Every row of the tables of pitfalls has a proof that exists: a rule, whose page has examples that are tests, or a test in a file.
#[test]
fn every_pitfall_has_a_proof() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/pitfalls.md")).unwrap();
    let mut counts = Vec::new();
    for table in text.split("\n## ").skip(1) {
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
        for (n, row) in rows.iter().enumerate() {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let [number, defect, here, proof] = cells.as_slice() else { panic!("not four cells: {row}") };
            assert_eq!(*number, (n + 1).to_string(), "the rows are numbered: {row}");
            assert!(!defect.is_empty() && !here.is_empty(), "{row}");
            assert!(!here.ends_with("cannot be written:"), "it says why: {row}");
            proofs(root, proof, row);
        }
        counts.push(rows.len());
    }
    // The defects of the original, its examples that would fail, and the pains of StatefulSets.
    assert_eq!(counts, [32, 19, 17]);
}

/// What a cell names: links to the pages of rules, and files with a test in each.
fn proofs(root: &Path, cell: &str, row: &str) {
    let mut found = 0;
    for proof in cell.split(", ") {
        let words: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        match words.as_slice() {
            [rule] => {
                assert_eq!(proof, format!("[`{rule}`](rules/{rule}.md)"), "{row}");
                assert!(statefulapp::check::rules().any(|known| known.id == *rule), "there is no rule `{rule}`: {row}");
                let page = std::fs::read_to_string(root.join("docs/rules").join(format!("{rule}.md")));
                assert!(page.is_ok_and(|page| page.contains("```rust")), "`{rule}` has no page with an example: {row}");
            }
            [file, test] => {
                let code =
                    std::fs::read_to_string(root.join(file)).unwrap_or_else(|_| panic!("there is no {file}: {row}"));
                assert!(code.contains(&format!("fn {test}(")), "{file} has no test `{test}`: {row}");
            }
            _ => panic!("{proof} is neither a rule nor a test: {row}"),
        }
        found += 1;
    }
    assert!(found > 0, "without a proof: {row}");
}
