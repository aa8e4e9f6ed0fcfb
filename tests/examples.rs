//! Every example: its stack breaks no rule, its manifests are the reviewed ones in `tests/golden/`, and another reader of YAML reads the
//! same objects. `BLESS=1` writes the manifests anew; read the difference before you commit it.

#![allow(dead_code, unreachable_pub)]

use statefulapp::manifest::{self, Object, Redacted};
use statefulapp::model::{Item, Raw};
use statefulapp::{Stack, engine, output};
use std::path::Path;

#[path = "../examples/cluster_forms.rs"]
mod cluster_forms;
mod stacks;

/// A stack is completed in parts of 128 items: with so many between each two, each is in a part of its own.
#[test]
fn objects_are_the_same_from_the_whole_and_from_parts() {
    let sorted = |objects: Vec<Object>| {
        let is_between = |object: &Object| object.kind() == "Between";
        let objects = objects.iter().filter(|object| !is_between(object));
        let mut sorted: Vec<String> = objects.map(|object| output::yaml::to_yaml(object).unwrap()).collect();
        sorted.sort();
        sorted
    };
    for (name, stack) in stacks::examples().into_iter().chain(cluster_forms::stacks()) {
        let whole = sorted(manifest::objects(&engine::complete(&stack), &Redacted).unwrap());
        assert_eq!(whole, sorted(stack.objects_with(&Redacted).unwrap()), "{name}");
        // What depends on parameters is made anew from the declaration, which has no items between.
        if !stack.params.is_empty() {
            continue;
        }
        let mut apart = stack.clone();
        apart.items.clear();
        for (n, item) in stack.items.iter().enumerate() {
            apart.items.push(item.clone());
            apart.items.extend((0..127).map(|m| between(127 * n + m)));
        }
        assert_eq!(whole, sorted(apart.objects_with(&Redacted).unwrap()), "{name}");
    }
}

fn between(n: usize) -> Item {
    let name = format!("between-{n}");
    Item::Raw(Raw { yaml: format!("apiVersion: example.com/v1\nkind: Between\nmetadata:\n  name: {name}\n"), name })
}

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
