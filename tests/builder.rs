//! The macro and the builder say the same.
//!
//! The grammar is walked: every key of every block has samples, each a declaration and the program that builds the same. Both must
//! give one model and one text of YAML, and another one than without the key. A key that the builder does not have fails here by its name,
//! and so does a word or a form of a value that no sample says.

extern crate proc_macro;

#[path = "builder/beside.rs"]
mod beside;
#[path = "builder/defects.rs"]
mod defects;
#[path = "../statefulapp-macros/src/diagnostics.rs"]
#[allow(dead_code)]
mod diagnostics;
#[path = "../statefulapp-macros/src/front.rs"]
#[allow(dead_code)]
mod front;
#[path = "builder/items.rs"]
mod items;
#[path = "../statefulapp-macros/src/parse/mod.rs"]
#[allow(dead_code)]
mod parse;
#[path = "builder/parts.rs"]
mod parts;
#[path = "keys/run.rs"]
#[allow(dead_code)]
mod run;
#[path = "../statefulapp-macros/src/spans.rs"]
#[allow(dead_code)]
mod spans;
#[path = "builder/table.rs"]
mod table;
#[path = "builder/world.rs"]
mod world;

use statefulapp::grammar::{self, Block, Key, Kind};
use table::{Sample, Table};

fn samples() -> Vec<Sample> {
    let table = Table::default();
    items::samples(&table);
    parts::samples(&table);
    table.into_inner()
}

#[test]
fn the_builder_makes_what_the_macro_makes() {
    let wrong: Vec<String> = samples().iter().filter_map(|sample| sample.judge().err()).collect();
    assert!(wrong.is_empty(), "{} samples:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn the_builder_has_every_key() {
    let samples = samples();
    let mut wrong = Vec::new();
    let mut tried = 0;
    for block in grammar::all() {
        for key in block.keys {
            tried += 1;
            let here: Vec<&Sample> = samples.iter().filter(|sample| sample.is_of(block, key.name)).collect();
            if here.is_empty() {
                wrong.push(format!("`{}` of `{}` has no sample", key.name, block.module));
            } else if !here.iter().any(|sample| sample.names(&methods(block, key))) {
                wrong.push(format!("no method of `{}` is called as its key `{}`", block.module, key.name));
            }
        }
        if block.keys.is_empty() && !samples.iter().any(|sample| sample.block.module == block.module) {
            wrong.push(format!("`{}` has no sample", block.module));
        }
    }
    assert!(tried > 300, "only {tried} keys");
    assert!(wrong.is_empty(), "{} keys:\n{}", wrong.len(), wrong.join("\n"));
}

/// What a key's method may be called, as a call of it begins.
fn methods(block: &Block, key: &Key) -> Vec<String> {
    let mut names = vec![key.name.to_owned()];
    // One of several.
    names.extend(key.name.strip_suffix("es").map(str::to_owned));
    names.extend(key.name.strip_suffix('s').map(str::to_owned));
    // What a block cannot do without is given to it when it is made.
    if key.required {
        names.push("new".to_owned());
    }
    names.extend(match (block.module, key.name) {
        (_, "type") => Some("kind".to_owned()),
        // The names of the fields are those of methods that read.
        ("stack", "stack") => Some("named".to_owned()),
        ("stack", "kubernetes") => Some("on_kubernetes".to_owned()),
        ("stack", "params") => Some("with_params".to_owned()),
        ("stack", name) => Some(format!("in_{name}")),
        _ => None,
    });
    names.into_iter().flat_map(|name| [format!(".{name}("), format!("::{name}(")]).collect()
}

/// Where words stand inside values of another kind.
const INSIDE: &[(Kind, Kind)] =
    &[(Kind::Params, Kind::ParamType), (Kind::Env, Kind::EnvValue), (Kind::Spread, Kind::Topology)];

#[test]
fn the_builder_has_every_word_and_form() {
    let samples = samples();
    let mut wrong = Vec::new();
    let mut tried = 0;
    for kind in Kind::ALL {
        let holds = |key: &Key| key.kind == *kind || INSIDE.contains(&(key.kind, *kind));
        let of_kind = |sample: &&Sample| match sample.block.key(&sample.key) {
            Some(key) => holds(key),
            // The values of a Secret stand under keys of its own.
            None => *kind == Kind::SecretSource && sample.block.module == grammar::SECRET.module,
        };
        for word in kind.words().iter().chain(kind.calls()) {
            tried += 1;
            if !samples.iter().filter(of_kind).any(|sample| sample.says(word.word)) {
                wrong.push(format!("`{}` of {}", word.word, kind.name()));
            }
        }
    }
    assert!(tried > 70, "only {tried} words");
    assert!(wrong.is_empty(), "no sample says these {} words:\n{}", wrong.len(), wrong.join("\n"));
}
