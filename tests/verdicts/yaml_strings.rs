//! Strings that are risky in YAML: declared in four places, written as manifests, read back by another library.

use crate::front::front;
use proc_macro2::{Literal, TokenStream};
use serde_json::Value;
use statefulapp::manifest::{self, SecretBytes};
use statefulapp::{engine, output};
use statefulapp_core::finding::Severity;

/// What became of the strings.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) survive: usize,
    /// Places where a rule refuses the string: the rule.
    pub(crate) refused: Vec<&'static str>,
    pub(crate) wrong: Vec<String>,
}

/// Sends every string through every place.
pub(crate) fn round_trips(rows: &[Value]) -> Outcome {
    let mut outcome = Outcome::default();
    for row in rows {
        let Some(text) = row["value"].as_str() else {
            outcome.wrong.push(format!("not a string: {row}"));
            continue;
        };
        let literal = Literal::string(text);
        for place in PLACES {
            let declaration = place.declaration.replace("TEXT", &literal.to_string());
            match written(&declaration) {
                Err(rule) => outcome.refused.push(rule),
                Ok(documents) => {
                    let found = documents.iter().filter(|document| document["kind"] == place.kind);
                    let found: Vec<_> = found.filter_map(|document| document.pointer(place.pointer)).collect();
                    match found.as_slice() {
                        [Value::String(found)] if found == text => outcome.survive += 1,
                        found => outcome.wrong.push(format!("{text:?} at {} became {found:?}", place.pointer)),
                    }
                }
            }
        }
    }
    outcome
}

struct Place {
    declaration: &'static str,
    kind: &'static str,
    pointer: &'static str,
}

const PLACES: &[Place] = &[
    Place { declaration: "ConfigMap c { k: TEXT }", kind: "ConfigMap", pointer: "/data/k" },
    Place {
        declaration: "StatefulApp a { image: \"a:1\", env: { A: TEXT } }",
        kind: "StatefulSet",
        pointer: "/spec/template/spec/containers/0/env/0/value",
    },
    Place {
        declaration: "StatefulApp a { image: \"a:1\", annotations: { k: TEXT } }",
        kind: "StatefulSet",
        pointer: "/metadata/annotations/k",
    },
    Place {
        declaration: "StatefulApp a { image: \"a:1\", args: [TEXT] }",
        kind: "StatefulSet",
        pointer: "/spec/template/spec/containers/0/args/0",
    },
];

/// The manifests of a declaration as somebody else reads them, or the rule that it breaks.
fn written(declaration: &str) -> Result<Vec<Value>, &'static str> {
    let tokens: TokenStream = declaration.parse().map_err(|_| "does-not-lex")?;
    let front = front(tokens);
    if let Some(error) = front.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(error.rule);
    }
    let stack = engine::complete(&front.lowered.stack);
    let secrets = |_: &_, _: &_, _: &_| Ok(SecretBytes::from("secret"));
    let objects = manifest::objects(&stack, &secrets).expect("a stack without errors has objects");
    Ok(objects
        .iter()
        .map(|object| {
            let yaml = output::yaml::to_yaml(object).expect("an object is written");
            serde_yaml::from_str(&yaml).unwrap_or_else(|error| panic!("{declaration}: {error}\n{yaml}"))
        })
        .collect())
}
