//! The declaration as static data: what `stateful_app!` expands to. Everything here can stand in a `static`.

use crate::tree;

/// A whole declaration. See [`tree::Tree`].
#[derive(Clone, Copy, Debug)]
pub struct Stack {
    /// The settings before the items.
    pub head: &'static [Field],
    /// The items.
    pub items: &'static [Item],
}

/// An item. See [`tree::Item`].
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The kind.
    pub kind: &'static str,
    /// `extern`.
    pub is_extern: bool,
    /// The identifier in the block.
    pub ident: &'static str,
    /// The name.
    pub name: Value,
    /// The rustdoc.
    pub doc: &'static str,
    /// The keys.
    pub fields: &'static [Field],
}

/// A key, whether it was quoted, and its value.
#[derive(Clone, Copy, Debug)]
pub struct Field(pub &'static str, pub bool, pub Value);

/// A value. See [`tree::Value`].
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// Nothing was written.
    Absent,
    /// A string.
    Text(&'static str),
    /// A bare literal.
    Word(&'static str),
    /// A bool.
    Bool(bool),
    /// A reference.
    Path(&'static [&'static str]),
    /// A range.
    Range(&'static [Value; 2]),
    /// A list.
    List(&'static [Value]),
    /// A block.
    Map(&'static [Field]),
    /// A call.
    Call(&'static str, &'static [Value], &'static [Field]),
    /// A Rust expression.
    Hole(usize),
}

impl Stack {
    /// The tree, its holes filled.
    pub fn tree(&self, holes: &[tree::Value]) -> tree::Tree {
        tree::Tree {
            head: fields(self.head, holes),
            items: self
                .items
                .iter()
                .map(|item| tree::Item {
                    kind: item.kind.to_owned(),
                    kind_id: 0,
                    is_extern: item.is_extern,
                    name: node(&item.name, holes),
                    ident: item.ident.to_owned(),
                    doc: item.doc.to_owned(),
                    fields: fields(item.fields, holes),
                })
                .collect(),
        }
    }
}

fn fields(fields: &[Field], holes: &[tree::Value]) -> Vec<tree::Field> {
    fields
        .iter()
        .map(|Field(key, quoted, value)| tree::Field {
            key: (*key).to_owned(),
            quoted: *quoted,
            key_id: 0,
            value: node(value, holes),
        })
        .collect()
}

fn node(value: &Value, holes: &[tree::Value]) -> tree::Node {
    let all = |values: &[Value]| values.iter().map(|value| node(value, holes)).collect::<Vec<_>>();
    tree::Node::of(match value {
        Value::Absent => tree::Value::Absent,
        Value::Text(text) => tree::Value::Text((*text).to_owned()),
        Value::Word(word) => tree::Value::Word((*word).to_owned()),
        Value::Bool(bool) => tree::Value::Bool(*bool),
        Value::Path(path) => tree::Value::Path(path.iter().map(|part| (*part).to_owned()).collect()),
        Value::Range([low, high]) => tree::Value::Range(Box::new(node(low, holes)), Box::new(node(high, holes))),
        Value::List(list) => tree::Value::List(all(list)),
        Value::Map(map) => tree::Value::Map(fields(map, holes)),
        Value::Call(name, args, map) => tree::Value::Call(tree::Call {
            name: (*name).to_owned(),
            name_id: 0,
            args: all(args),
            fields: fields(map, holes),
        }),
        Value::Hole(index) => holes.get(*index).cloned().unwrap_or_default(),
    })
}
