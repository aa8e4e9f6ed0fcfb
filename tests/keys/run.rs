//! A declaration, and what comes out of it.

use crate::front::{Front, front};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use statefulapp::Stack;
use statefulapp::grammar::Kind;
use statefulapp::manifest::{BuildError, Object, SecretBytes};
use statefulapp::model::{Secret, SecretValue};
use statefulapp::value::DataKey;
use statefulapp_core::finding::Severity;
use statefulapp_core::lower::{self, Lowered};
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
    let front = match accepted(text) {
        Ok(front) => front,
        Err(errors) => return Outcome::Errors(errors),
    };
    if looking == Looking::Findings {
        return Outcome::Output(said(&front, Severity::Warning));
    }
    let lowered = at_run_time(&front);
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

/// The objects of a declaration that compiles; `None` for one that does not.
pub(crate) fn objects(text: &str) -> Option<Result<Vec<Object>, String>> {
    built(text).ok().map(|(_, objects)| objects)
}

/// The model of a declaration that compiles, as when the program runs, and its objects.
pub(crate) fn built(text: &str) -> Result<(Stack, Result<Vec<Object>, String>), String> {
    let stack = at_run_time(&accepted(text)?).stack;
    let objects = stack.objects_with(&values).map_err(|error| error.to_string());
    Ok((stack, objects))
}

/// What the front end understood, if it has no error.
fn accepted(text: &str) -> Result<Front, String> {
    let Ok(tokens) = text.parse::<TokenStream>() else { return Err("does not lex".to_owned()) };
    let front = front(tokens);
    let errors = said(&front, Severity::Error);
    if errors.is_empty() { Ok(front) } else { Err(errors) }
}

fn said(front: &Front, severity: Severity) -> String {
    let of_it = front.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity);
    of_it.map(|diagnostic| format!("{}: {}", diagnostic.rule, diagnostic.message)).collect::<Vec<_>>().join("\n")
}

/// The declaration as when the program runs: with values in the places of the Rust expressions.
fn at_run_time(front: &Front) -> Lowered {
    let mut tree = front.parsed.tree.clone();
    let objects = lower::lower(&tree).holes.into_iter().filter(|(_, kind)| *kind == Kind::Yaml).map(|(hole, _)| hole);
    let given = Given { holes: &front.parsed.holes, objects: objects.collect() };
    for item in &mut tree.items {
        given.fill(&mut item.fields);
    }
    lower::lower(&tree)
}

struct Given<'a> {
    holes: &'a [TokenStream],
    /// Where whole objects stand.
    objects: Vec<usize>,
}

impl Given<'_> {
    fn fill(&self, fields: &mut [Field]) {
        for field in fields.iter_mut().filter(|field| field.key != "patch") {
            self.fill_node(&mut field.value);
        }
    }

    /// What an expression gives: an object where one stands, else bytes, which are the expression's own text. A patch stays an expression.
    fn fill_node(&self, node: &mut Node) {
        match &mut node.value {
            Value::Hole(hole) if self.objects.contains(hole) => {
                node.value = Value::Text("apiVersion: v1\nkind: Namespace\nmetadata: { name: given }".to_owned());
            }
            Value::Hole(hole) => {
                let byte = |byte: u8| Node { id: 0, value: Value::Word(byte.to_string()) };
                node.value = Value::List(expression(&self.holes[*hole]).bytes().map(byte).collect());
            }
            Value::Map(fields) => self.fill(fields),
            Value::Call(call) => self.fill(&mut call.fields),
            Value::List(nodes) => nodes.iter_mut().for_each(|node| self.fill_node(node)),
            _ => {}
        }
    }
}

/// Where the value of a Secret comes from, as its value.
pub(crate) fn values(_: &Secret, key: &DataKey, value: &SecretValue) -> Result<SecretBytes, BuildError> {
    Ok(match value {
        SecretValue::Literal(text) => text.as_str().into(),
        // This one has to be JSON.
        other if key.as_str() == ".dockerconfigjson" => {
            format!("{{\"auths\": {{{:?}: {{}}}}}}", format!("{other:?}")).into()
        }
        other => format!("{other:?}").into(),
    })
}

/// The text of a Rust expression, without the parentheses that it stands in.
fn expression(hole: &TokenStream) -> String {
    match hole.clone().into_iter().next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => group.stream().to_string(),
        _ => hole.to_string(),
    }
}
