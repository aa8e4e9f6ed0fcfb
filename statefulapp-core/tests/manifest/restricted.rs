//! What PodSecurity "restricted" says of a pod, so that every pod of these tests can be asked.

use serde_json::Value;
pub(crate) use statefulapp_core::pod_security::violations;
use std::path::Path;

/// The checker itself, against what a real API server said.
#[test]
fn the_checker_agrees_with_the_api_server() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given = std::env::var_os("VERDICTS_DIR").map(Into::into);
    let beside = ["../../shared/verdicts", "../../../shared/verdicts", "../tests/verdicts"].map(|path| here.join(path));
    let Some(tables) = given.into_iter().chain(beside).find(|path: &std::path::PathBuf| path.is_dir()) else {
        println!("skipped: no tables of verdicts, set VERDICTS_DIR");
        return;
    };
    let text = std::fs::read_to_string(tables.join("podsecurity.jsonl")).expect("the table");
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    let restricted: Vec<&Value> = rows.iter().filter(|row| row["level"] == "restricted").collect();
    assert!(restricted.len() > 40, "the table is not the one that is meant");
    for row in restricted {
        let violations = violations(&row["spec"]);
        assert_eq!(violations.is_empty(), row["verdict"] == "accept", "{}: {violations:?}", row["value"]);
    }
}
