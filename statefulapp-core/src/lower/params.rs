//! Parameters: what `params` declares, and their values in the places that refer to them.

use super::fields::Fields;
use super::{Cx, read};
use crate::finding::{Finding, Path};
use crate::grammar::{self, Kind};
use crate::model::{Param, unknown_param};
use crate::tree::{Call, Field, Node, Tree, Value};
use crate::value::{ValueError, suggest};
use std::borrow::Cow;

/// The setting that declares parameters, and the first word of a reference to one.
const PARAMS: &str = "params";

/// A place that a parameter decides.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Use {
    /// The parameter's name.
    pub(crate) name: String,
    /// The reference to it.
    pub(crate) at: Path,
}

/// The declared parameters, with those values that are set.
pub(super) fn declared(cx: &Cx<'_>, tree: &Tree, set: &[Param]) -> Vec<Param> {
    let Some(field) = tree.head.iter().find(|field| field.key == PARAMS) else { return Vec::new() };
    let path = Path::head().key(PARAMS);
    if let Some((n, _)) = tree.items.iter().enumerate().find(|(_, item)| item.ident == PARAMS) {
        cx.push(
            Finding::error("param-name", Path::item(n), "`params` is the name of the parameters")
                .help("rename the item")
                .also(path.clone().the_key(), "parameters are declared"),
        );
    }
    let mut params: Vec<Param> = Vec::new();
    for (field, path) in super::fields::entries(cx, &field.value, &path, Kind::Params, PARAMS, "parameter") {
        if let Some(mut param) = param(cx, field, &path) {
            if let Some(other) = set.iter().find(|other| other.name == param.name) {
                param.value.clone_from(&other.value);
            }
            params.push(param);
        }
    }
    params
}

/// `replicas: count(3) { min: 1, max: 9, doc: "…" }`.
fn param(cx: &Cx<'_>, field: &Field, path: &Path) -> Option<Param> {
    let invalid = |at: &Path, error: ValueError| {
        cx.error(error.rule, at.clone(), format!("parameter `{}`: {}", field.key, error.message), error.help);
    };
    let Value::Call(Call { name, args, fields, .. }) = &field.value.value else {
        cx.wrong_kind(path, &field.key, Kind::ParamType, &field.value);
        return None;
    };
    let [default] = args.as_slice() else {
        let help = format!("write the default: `{name}(…)`");
        cx.error("arguments", path.clone(), format!("the parameter `{}` has no default, or several", field.key), help);
        return None;
    };
    let default_at = path.index(0);
    let text = written(cx, default, &default_at, &field.key)?;
    let param = match Param::new(field.key.clone(), name, text) {
        Ok(param) => param,
        Err(error) => {
            let at = match error.rule {
                "param-name" => path.clone().the_key(),
                "param-type" => path.clone(),
                _ => default_at,
            };
            invalid(&at, error);
            return None;
        }
    };
    let rules = Fields::new(cx, &grammar::PARAM, fields, path.clone(), &format!("parameter `{}`", field.key));
    let mut param = param.doc(rules.get::<String>("doc").unwrap_or_default());
    for key in ["min", "max"] {
        let Some((node, at, _)) = rules.node(key) else { continue };
        let text = written(cx, node, &at, key)?;
        let changed = if key == "min" { param.clone().min(text) } else { param.clone().max(text) };
        match changed {
            Ok(changed) => param = changed,
            // The rule is what it is; then the default is wrong.
            Err(error) => {
                let is_of_default =
                    error.rule == "param-value" && error.message.starts_with(&format!("{:?}", param.value));
                invalid(if is_of_default { &default_at } else { &at }, error);
                return None;
            }
        }
    }
    let mut values = Vec::new();
    for (node, at) in rules.list("one_of") {
        let text = written(cx, node, &at, "one_of")?;
        if let Err(error) = Param::new(field.key.clone(), name, &text) {
            invalid(&at, error);
            return None;
        }
        values.push(text);
    }
    if values.is_empty() {
        return Some(param);
    }
    match param.one_of(values) {
        Ok(param) => Some(param),
        Err(error) => {
            invalid(&default_at, error);
            None
        }
    }
}

/// A value as it is written in a declaration: a literal, a string, a bool.
fn written(cx: &Cx<'_>, node: &Node, at: &Path, noun: &str) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Word(word) => Some(word.replace('_', "")),
        Value::Bool(bool) => Some(bool.to_string()),
        // What is in a chart cannot depend on the machine that makes it.
        Value::Hole(_) => {
            cx.error(
                "param-value",
                at.clone(),
                format!("`{noun}` is a Rust expression, and a parameter has to be known when the program is compiled"),
                "write a literal; in Rust, `Stack::with_params` takes computed ones",
            );
            None
        }
        _ => {
            // An example would be one of another type.
            cx.not_a(at, noun, Kind::ParamValue.what(), "", node);
            None
        }
    }
}

/// The tree with values in the place of references, and where these were.
pub(super) fn resolve<'t>(cx: &Cx<'_>, tree: &'t Tree, params: &[Param]) -> (Cow<'t, Tree>, Vec<Use>) {
    let is_declared = tree.head.iter().any(|field| field.key == PARAMS);
    // An item of that name is what the word means, if no parameters are declared.
    if !is_declared && tree.items.iter().any(|item| item.ident == PARAMS) {
        return (Cow::Borrowed(tree), Vec::new());
    }
    if !tree.items.iter().any(|item| item.fields.iter().any(|field| refers(&field.value))) {
        return (Cow::Borrowed(tree), Vec::new());
    }
    let mut tree = tree.clone();
    let mut resolver = Resolver { cx, params, uses: Vec::new(), in_secret: false };
    for (n, item) in tree.items.iter_mut().enumerate() {
        for field in &mut item.fields {
            resolver.in_secret = item.kind == "Secret" && field.key != "meta";
            resolver.node(&mut field.value, &Path::item(n).key(field.key.clone()));
        }
    }
    let uses = resolver.uses;
    (Cow::Owned(tree), uses)
}

/// What a value is made of, with the steps that lead there.
fn children(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::List(nodes) => nodes.iter().collect(),
        Value::Map(fields) => fields.iter().map(|field| &field.value).collect(),
        Value::Call(call) => call.args.iter().chain(call.fields.iter().map(|field| &field.value)).collect(),
        Value::Range(low, high) => vec![low, high],
        _ => Vec::new(),
    }
}

fn refers(node: &Node) -> bool {
    match &node.value {
        Value::Path(parts) => matches!(parts.as_slice(), [first, _, ..] if first == PARAMS),
        _ => children(node).into_iter().any(refers),
    }
}

struct Resolver<'r, 't> {
    cx: &'r Cx<'t>,
    params: &'r [Param],
    uses: Vec<Use>,
    /// Whether the place is the value of a Secret.
    in_secret: bool,
}

impl Resolver<'_, '_> {
    fn node(&mut self, node: &mut Node, at: &Path) {
        match &mut node.value {
            Value::Path(parts) => {
                if let [first, name, more @ ..] = parts.as_slice()
                    && first == PARAMS
                {
                    node.value = self.value(name, more, at);
                }
            }
            Value::List(nodes) => {
                for (n, node) in nodes.iter_mut().enumerate() {
                    self.node(node, &at.index(n));
                }
            }
            Value::Map(fields) => self.fields(fields, at),
            Value::Call(call) => {
                for (n, node) in call.args.iter_mut().enumerate() {
                    self.node(node, &at.index(n));
                }
                self.fields(&mut call.fields, at);
            }
            Value::Range(low, high) => {
                self.node(low, &at.index(0));
                self.node(high, &at.index(1));
            }
            _ => {}
        }
    }

    fn fields(&mut self, fields: &mut [Field], at: &Path) {
        for field in fields {
            self.node(&mut field.value, &at.key(field.key.clone()));
        }
    }

    fn value(&mut self, name: &str, more: &[String], at: &Path) -> Value {
        let error = |rule: &'static str, at: Path, message: String, help: String| {
            self.cx.error(rule, at, message, help);
            Value::Broken
        };
        let Some(param) = self.params.iter().find(|param| param.name == name) else {
            let tree = self.cx.tree.head.iter().find(|field| field.key == PARAMS);
            let is_broken =
                tree.and_then(|field| field.value.fields()).is_some_and(|f| f.iter().any(|f| f.key == name));
            if is_broken {
                // Its declaration is wrong, and that is said there.
                self.cx.broken.borrow_mut().push(at.clone());
                return Value::Broken;
            }
            let mut heads = self.cx.tree.head.iter().map(|field| field.key.as_str());
            if tree.is_none() && heads.any(|key| suggest(key, [PARAMS]).is_some()) {
                // The key is misspelt, and that is said there.
                self.cx.broken.borrow_mut().push(at.clone());
                return Value::Broken;
            }
            let unknown = unknown_param(self.params, name);
            return error(unknown.rule, at.clone().word(1), unknown.message, unknown.help);
        };
        if let [first, ..] = more {
            return error(
                "param-unknown",
                at.clone(),
                format!("a parameter has no parts, and `{first}` is none"),
                format!("write `params.{name}`"),
            );
        }
        if self.in_secret {
            return error(
                "param-in-secret",
                at.clone(),
                format!("the parameter `{name}` is the value of a Secret, and the values of a chart are no secrets"),
                "write generate(32), from_env(\"…\") or from_file(\"…\")".to_owned(),
            );
        }
        self.uses.push(Use { name: name.to_owned(), at: at.clone() });
        param.kind.node(&param.value)
    }
}

/// What is said of the value at a reference is meant for its reader: the literal does not stand there.
pub(super) fn explain(findings: &mut [Finding], params: &[Param], uses: &[Use]) {
    for finding in findings {
        let used = uses.iter().find(|used| used.at == finding.at);
        if let Some(param) = used.and_then(|used| params.iter().find(|param| param.name == used.name)) {
            finding.help =
                format!("`params.{}` is {}, by default {}", param.name, param.kind.what(), read::shown(&param.value));
        }
    }
}
