//! A declaration, and what comes out of it.

use crate::front::front;
use proc_macro2::TokenStream;
use statefulapp::grammar::Kind;
use statefulapp::manifest::{BuildError, SecretBytes};
use statefulapp::model::{Secret, SecretValue};
use statefulapp::value::DataKey;
use statefulapp_core::finding::Severity;
use statefulapp_core::lower;
use statefulapp_core::output::yaml;
use statefulapp_core::tree::{Field, Node, Value};

/// What comes out of a declaration.
pub(crate) enum Outcome {
    Output(String),
    Errors(String),
}

/// Where the effect of a key shows.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Looking {
    /// In the manifests.
    Objects,
    /// In what the rules say, for `allow`.
    Findings,
}

impl Looking {
    pub(crate) fn at(kind: Kind) -> Self {
        if kind == Kind::Rules { Self::Findings } else { Self::Objects }
    }
}

/// Front end → model → completed → objects → YAML.
pub(crate) fn run(text: &str, looking: Looking) -> Outcome {
    let Ok(tokens) = text.parse::<TokenStream>() else { return Outcome::Errors("does not lex".to_owned()) };
    let front = front(tokens);
    let of = |severity| {
        let of_it = front.diagnostics.iter().filter(move |diagnostic| diagnostic.severity == severity);
        of_it.map(|diagnostic| format!("{}: {}", diagnostic.rule, diagnostic.message)).collect::<Vec<_>>().join("\n")
    };
    let errors = of(Severity::Error);
    if !errors.is_empty() {
        return Outcome::Errors(errors);
    }
    if looking == Looking::Findings {
        return Outcome::Output(of(Severity::Warning));
    }
    // As when the program runs: with values in the places of the Rust expressions.
    let mut tree = front.parsed.tree.clone();
    for item in &mut tree.items {
        fill(&mut item.fields, &front.parsed.holes);
    }
    let lowered = lower::lower(&tree);
    let objects = match lowered.stack.objects_with(&values) {
        Ok(objects) => objects,
        Err(error) => return Outcome::Errors(format!("at run time: {error}")),
    };
    let mut output: String =
        objects.iter().map(|object| yaml::to_yaml(object).expect("an object is written")).collect();
    // Parameters are for those who change their values: the command line and the chart.
    if !lowered.stack.params.is_empty() {
        output.push_str(&format!("# parameters: {:?}\n", lowered.stack.params));
    }
    // A patch is a function of the program; what it does to the object is tested with the model.
    for (item, hole) in &lowered.patches {
        output.push_str(&format!("# patched: {item}, {}\n", front.parsed.holes[*hole]));
    }
    Outcome::Output(output)
}

/// Stands for the bytes of a file: the expression's own text. A patch stays an expression.
fn fill(fields: &mut [Field], holes: &[TokenStream]) {
    for field in fields.iter_mut().filter(|field| field.key != "patch") {
        fill_node(&mut field.value, holes);
    }
}

fn fill_node(node: &mut Node, holes: &[TokenStream]) {
    match &mut node.value {
        Value::Hole(hole) => {
            let byte = |byte: u8| Node { id: 0, value: Value::Word(byte.to_string()) };
            node.value = Value::List(holes[*hole].to_string().bytes().map(byte).collect());
        }
        Value::Map(fields) => fill(fields, holes),
        Value::Call(call) => fill(&mut call.fields, holes),
        Value::List(nodes) => nodes.iter_mut().for_each(|node| fill_node(node, holes)),
        _ => {}
    }
}

/// Where the value of a Secret comes from, as its value.
fn values(_: &Secret, _: &DataKey, value: &SecretValue) -> Result<SecretBytes, BuildError> {
    Ok(match value {
        SecretValue::Literal(text) => text.as_str().into(),
        other => format!("{other:?}").into(),
    })
}
