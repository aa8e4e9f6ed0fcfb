//! Every example: its stack breaks no rule, its manifests are the reviewed ones in `tests/golden/`, and another reader of YAML reads the
//! same objects. `BLESS=1` writes the manifests anew; read the difference before you commit it.

#![allow(dead_code, unreachable_pub)]

use statefulapp::manifest::{self, Redacted};
use statefulapp::{Stack, engine, output};
use std::path::Path;

mod stacks;

#[test]
fn manifests_are_the_reviewed_ones() {
    for (name, stack) in stacks::examples() {
        reviewed(name, &stack);
    }
}

fn reviewed(name: &str, stack: &Stack) {
    if let Some(errors) = stack.check().errors() {
        panic!("{name}:\n{errors}");
    }
    let objects = manifest::objects(&engine::complete(stack), &Redacted).unwrap();
    let mut documents = Vec::new();
    for object in &objects {
        let yaml = output::yaml::to_yaml(object).unwrap();
        let read: serde_json::Value = serde_yaml::from_str(&yaml).unwrap();
        assert_eq!(read, serde_json::to_value(object).unwrap(), "{name}: another reader reads another object\n{yaml}");
        documents.push(yaml);
    }
    let text = output::yaml::join(documents.iter().map(String::as_str));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.yaml"));
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    if golden != text {
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
        } else {
            panic!("{} is not what the example makes; `BLESS=1 cargo test --test examples` writes it", path.display());
        }
    }
}
