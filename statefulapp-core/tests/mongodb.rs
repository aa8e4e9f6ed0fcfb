//! The script that forms a MongoDB replica set, run by Node.js against a model of one: no real server can be had everywhere.

use std::path::Path;
use std::process::Command;

#[test]
fn the_replica_set_is_formed_whatever_was_there() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = here.join("tests/mongodb/form.test.js");
    let script = here.join("src/engine/replication/mongodb-form.js");
    let output = match Command::new("node").arg(cases).arg(script).output() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: no node ({error})");
            return;
        }
    };
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains(" cases"), "{said}");
}
