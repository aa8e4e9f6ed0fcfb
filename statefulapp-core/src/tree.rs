//! What was written: the items, keys and values of a declaration, before anything is known of their meaning.
//!
//! The macro parses tokens into this tree, numbers its nodes and keeps the span of each number. It expands to the tree as
//! text ([`decl`](crate::decl)); at run time that becomes this tree again, with the values of the Rust expressions in the places of
//! the holes.

use crate::finding::{Part, Path, Step};
use crate::value::to_name;

/// The number of a node; the macro keeps the token of each. 0 at run time, where there are no tokens.
pub type Id = u32;

/// A whole declaration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// The settings before the items: `stack`, `namespace`, `kubernetes`, `param`s.
    pub head: Vec<Field>,
    /// The items, in the order of the source.
    pub items: Vec<Item>,
}

/// One item: `Kind name { … }`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// The kind as written: `StatefulApp`.
    pub kind: String,
    /// The node of the kind.
    pub kind_id: Id,
    /// `extern`: the object exists in the cluster already.
    pub is_extern: bool,
    /// The name: an identifier that stands for its kebab-case, a string, or (`as (…)`) a Rust expression.
    pub name: Node,
    /// The identifier that names the item in the block; empty if it has none.
    pub ident: String,
    /// The rustdoc above the item, its lines joined.
    pub doc: String,
    /// The keys inside the braces.
    pub fields: Vec<Field>,
}

/// A key and its value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    /// The key as written, without quotes.
    pub key: String,
    /// Whether the key was written as a string: such a key stands for itself.
    pub quoted: bool,
    /// The node of the key.
    pub key_id: Id,
    /// The value.
    pub value: Node,
}

/// A value and its number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// The node's number.
    pub id: Id,
    /// The value.
    pub value: Value,
}

/// A value as written.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing that could be understood stands there; the parser has said so.
    #[default]
    Broken,
    /// Several tokens where one value should stand, as written; the parser has said so.
    Unquoted {
        /// The tokens.
        text: String,
        /// They could be a text without its quotes.
        is_text: bool,
        /// They could be a Rust expression.
        is_rust: bool,
    },
    /// Nothing was written: `{ access_key, secret_key }` has keys without values.
    Absent,
    /// A string.
    Text(String),
    /// A bare literal or number, letter by letter: `3`, `100Gi`, `1h30m`, `25%`, `-1`.
    Word(String),
    /// `true` or `false`.
    Bool(bool),
    /// A bare path, which is a reference: `postgres_secret.password`, `a["b-c"]`, or a word of an enumeration: `Parallel`.
    Path(Vec<String>),
    /// `low..high`, either end may be missing.
    Range(Box<Node>, Box<Node>),
    /// `[a, b]`.
    List(Vec<Node>),
    /// `{ key: value }`.
    Map(Vec<Field>),
    /// `name(arguments) { key: value }`; also `name { key: value }`, which has no arguments.
    Call(Call),
    /// A Rust expression, by its number; its value is known when the program runs.
    Hole(usize),
    /// A key of a Secret or ConfigMap that a Rust expression named by a handle.
    Key {
        /// A Secret instead of a ConfigMap.
        secret: bool,
        /// The object's name.
        name: String,
        /// The key in it.
        key: String,
    },
}

/// `exec("pg_isready") { period: 10s }`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    /// The word before the parentheses or braces.
    pub name: String,
    /// The node of the word.
    pub name_id: Id,
    /// The node of the whole.
    pub id: Id,
    /// The values in the parentheses.
    pub args: Vec<Node>,
    /// The keys in the braces.
    pub fields: Vec<Field>,
}

impl Value {
    /// What it is, in the words of an error message.
    pub fn describe(&self) -> &'static str {
        match self {
            Value::Broken | Value::Unquoted { .. } => "something unreadable",
            Value::Absent => "nothing",
            Value::Text(_) => "a string",
            Value::Word(word) if word.bytes().all(|b| b.is_ascii_digit()) => "a number",
            Value::Word(_) => "a literal",
            Value::Bool(_) => "a bool",
            Value::Path(_) => "a reference",
            Value::Range(..) => "a range",
            Value::List(_) => "a list",
            Value::Map(_) => "a block",
            Value::Call(_) => "a call",
            Value::Hole(_) | Value::Key { .. } => "a Rust expression",
        }
    }
}

/// Where a [`Path`] leads in a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The node that stands there, or the nearest one around it.
    pub id: Id,
    /// A Rust expression stands there, or around it: unknown until the program runs.
    pub unknown: bool,
    /// Nothing readable stands there: what is said of it would only be a consequence.
    pub broken: bool,
}

impl Tree {
    /// The node that a path leads to; where the declaration does not go as deep, the nearest key or name around it.
    pub fn locate(&self, path: &Path) -> Place {
        if path.node != 0 {
            return Place { id: path.node, unknown: false, broken: false };
        }
        let (mut id, mut fields, mut node): (Id, Option<&[Field]>, Option<&Node>) = match path.item {
            None => (0, Some(&self.head), None),
            Some(index) => match self.items.get(index) {
                Some(item) if path.steps.is_empty() && path.part == Part::Key => {
                    return Place { id: item.kind_id, unknown: false, broken: false };
                }
                Some(item) if path.steps.is_empty() => return Place::of(&item.name),
                Some(item) => (item.name.id, Some(&item.fields), None),
                None => (0, None, None),
            },
        };
        for (n, step) in path.steps.iter().enumerate() {
            let last = n + 1 == path.steps.len();
            match find(fields, node, step) {
                Some(Found::Field(field)) => {
                    if last && path.part == Part::Key {
                        return Place { id: field.key_id, unknown: false, broken: false };
                    }
                    let has_value = field.value.value != Value::Absent;
                    id = if last && has_value { field.value.id } else { field.key_id };
                    (node, fields) = (Some(&field.value), field.value.fields());
                }
                Some(Found::Node(child)) => {
                    id = child.id;
                    (node, fields) = (Some(child), child.fields());
                }
                // The declaration does not go deeper: the place is what was reached, and its value if that is a leaf.
                None => {
                    return match node {
                        Some(reached) if reached.fields().is_none() => Place::of(reached),
                        Some(reached) => Place { id, ..Place::of(reached) },
                        None => Place { id, unknown: false, broken: false },
                    };
                }
            }
        }
        match node {
            Some(node) => Place { id, ..Place::of(node) },
            None => Place { id, unknown: false, broken: false },
        }
    }

    /// The same place by positions, however its steps name the entries: `ports[0]` and `ports.http` are one. What is not there has its name.
    pub fn by_position(&self, path: &Path) -> Path {
        let start = Path { item: path.item, ..Path::default() };
        let (mut written, mut found) = (start.clone(), start);
        for step in path.steps.iter() {
            written = match step {
                Step::Key(key) => written.key(key.clone()),
                Step::Index(index) => written.index(*index),
            };
            found = match (self.position(&written), step) {
                (Some(position), _) => found.index(position),
                (None, Step::Key(key)) => found.key(key.clone()),
                (None, Step::Index(index)) => found.index(*index),
            };
        }
        found
    }

    /// The position of an entry in the block or list around it.
    pub fn position(&self, path: &Path) -> Option<usize> {
        let (last, around) = path.steps.split_last()?;
        let key = match last {
            Step::Index(index) => return Some(*index),
            Step::Key(key) => key,
        };
        let around = Path { item: path.item, steps: around.iter().cloned().collect(), ..Path::default() };
        let fields = match (around.steps.is_empty(), path.item) {
            (true, Some(item)) => self.items.get(item).map(|item| item.fields.as_slice()),
            (true, None) => Some(self.head.as_slice()),
            // The places of a call that are counted are its arguments.
            (false, _) => match &self.get(&around)?.value {
                Value::Map(fields) => Some(fields.as_slice()),
                _ => None,
            },
        };
        let fields = fields?;
        let named = |field: &Field| !field.quoted && to_name(&field.key) == *key;
        fields.iter().position(|field| field.key == *key).or_else(|| fields.iter().position(named))
    }

    /// Whether something was written at this place of an item.
    pub fn has(&self, path: &Path) -> bool {
        self.get(path).is_some()
    }

    fn get(&self, path: &Path) -> Option<&Node> {
        let item = self.items.get(path.item?)?;
        let mut fields: Option<&[Field]> = Some(&item.fields);
        let mut node: Option<&Node> = None;
        for step in path.steps.iter() {
            let next = match find(fields, node, step)? {
                Found::Field(field) => &field.value,
                Found::Node(child) => child,
            };
            (node, fields) = (Some(next), next.fields());
        }
        Some(node.unwrap_or(&item.name))
    }
}

/// What a step leads to.
enum Found<'t> {
    Field(&'t Field),
    Node(&'t Node),
}

/// Where a step leads from a block or a value. A key is found as written, else as the name that an identifier stands for; in
/// a list, where it names an entry. An index is that of an entry of a list, a block, a call's arguments or a range's ends.
fn find<'t>(fields: Option<&'t [Field]>, node: Option<&'t Node>, step: &Step) -> Option<Found<'t>> {
    match (step, node.map(|node| &node.value)) {
        (Step::Key(key), Some(Value::List(list))) => list.iter().find(|node| node.is_named(key)).map(Found::Node),
        (Step::Key(key), _) => {
            let fields = fields?;
            let named = |field: &&Field| !field.quoted && to_name(&field.key) == *key;
            fields.iter().find(|field| field.key == *key).or_else(|| fields.iter().find(named)).map(Found::Field)
        }
        (Step::Index(index), Some(Value::Map(map))) => map.get(*index).map(Found::Field),
        (Step::Index(index), Some(_)) => node?.child(*index).map(Found::Node),
        (Step::Index(_), None) => None,
    }
}

impl Place {
    fn of(node: &Node) -> Self {
        Self {
            id: node.id,
            unknown: matches!(node.value, Value::Hole(_)),
            broken: matches!(node.value, Value::Broken | Value::Unquoted { .. }),
        }
    }
}

impl Node {
    /// A node without a number.
    pub fn of(value: Value) -> Self {
        Self { id: 0, value }
    }

    /// The keys of a block, or in the braces of a call.
    pub fn fields(&self) -> Option<&[Field]> {
        match &self.value {
            Value::Map(fields) => Some(fields),
            Value::Call(call) => Some(&call.fields),
            _ => None,
        }
    }

    /// The word, if it is one word.
    pub fn word(&self) -> Option<&str> {
        match &self.value {
            Value::Path(parts) => match parts.as_slice() {
                [word] => Some(word),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it, or something inside it, could not be read.
    pub fn is_broken(&self) -> bool {
        let any = |nodes: &[Node]| nodes.iter().any(Node::is_broken);
        let fields = |fields: &[Field]| fields.iter().any(|field| field.value.is_broken());
        match &self.value {
            Value::Broken | Value::Unquoted { .. } => true,
            Value::List(list) => any(list),
            Value::Map(map) => fields(map),
            Value::Call(call) => any(&call.args) || fields(&call.fields),
            Value::Range(low, high) => low.is_broken() || high.is_broken(),
            _ => false,
        }
    }

    fn child(&self, index: usize) -> Option<&Node> {
        match (&self.value, index) {
            (Value::List(list), _) => list.get(index),
            // An argument that was left out is nearest to the last one.
            (Value::Call(call), _) => call.args.get(index).or(call.args.last()),
            (Value::Range(low, _), 0) => Some(low),
            (Value::Range(_, high), 1) => Some(high),
            // A single value stands for a list of one, and for both ends of a range.
            (Value::Text(_) | Value::Word(_) | Value::Path(_) | Value::Hole(_) | Value::Key { .. }, _) => Some(self),
            _ => None,
        }
    }

    /// Whether it is this name, or an identifier that stands for it.
    fn is_named(&self, name: &str) -> bool {
        match &self.value {
            Value::Text(text) => text == name,
            Value::Path(parts) => matches!(parts.as_slice(), [ident] if ident == name || to_name(ident) == name),
            _ => false,
        }
    }
}
