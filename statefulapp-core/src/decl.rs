//! The declaration as text: what `stateful_app!` expands to.
//!
//! A text is one token, whatever it says: rustc neither resolves nor types nor generates anything for it, as it would for the same
//! tree written as expressions. Each node is a letter and what belongs to it; a text has its length before it, so nothing is
//! quoted. It is read by the version that wrote it, and is no interface.

use crate::tree::{Call, Field, Item, Node, Tree, Value};
use std::fmt::Write as _;

/// The settings before the items, and each item, as texts.
pub fn write(tree: &Tree) -> Vec<String> {
    let mut head = Writer::default();
    head.fields(&tree.head);
    let items = tree.items.iter().map(|item| {
        let mut out = Writer::default();
        out.item(item);
        out.0
    });
    std::iter::once(head.0).chain(items).collect()
}

/// The tree of such texts, its holes filled with the values of their expressions.
pub fn read(texts: &[&str], holes: &[Value]) -> Tree {
    let reader = |text| Reader { rest: text, holes };
    let (head, items) = texts.split_first().map_or(("", texts), |(head, items)| (*head, items));
    Tree { head: reader(head).fields(), items: items.iter().map(|item| reader(item).item()).collect() }
}

#[derive(Default)]
struct Writer(String);

impl Writer {
    fn number(&mut self, number: usize) {
        // Writing to a String cannot fail.
        _ = write!(self.0, "{number}:");
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.push_str(text);
    }

    fn flag(&mut self, flag: bool) {
        self.0.push(if flag { 'y' } else { 'n' });
    }

    fn item(&mut self, item: &Item) {
        let Item { kind, kind_id: _, is_extern, name, ident, doc, fields } = item;
        self.text(kind);
        self.flag(*is_extern);
        self.node(name);
        self.text(ident);
        self.text(doc);
        self.fields(fields);
    }

    fn fields(&mut self, fields: &[Field]) {
        self.number(fields.len());
        for Field { key, quoted, key_id: _, value } in fields {
            self.text(key);
            self.flag(*quoted);
            self.node(value);
        }
    }

    fn nodes(&mut self, nodes: &[Node]) {
        self.number(nodes.len());
        nodes.iter().for_each(|node| self.node(node));
    }

    fn node(&mut self, node: &Node) {
        let letter = |out: &mut Self, letter| out.0.push(letter);
        match &node.value {
            // What is broken never gets here, and a key exists only when the program runs.
            Value::Broken | Value::Unquoted { .. } | Value::Absent | Value::Key { .. } => letter(self, 'a'),
            Value::Text(text) => {
                letter(self, 't');
                self.text(text);
            }
            Value::Word(word) => {
                letter(self, 'w');
                self.text(word);
            }
            Value::Bool(bool) => self.flag(*bool),
            Value::Path(parts) => {
                letter(self, 'p');
                self.number(parts.len());
                parts.iter().for_each(|part| self.text(part));
            }
            Value::Range(low, high) => {
                letter(self, 'r');
                self.node(low);
                self.node(high);
            }
            Value::List(nodes) => {
                letter(self, 'l');
                self.nodes(nodes);
            }
            Value::Map(fields) => {
                letter(self, 'm');
                self.fields(fields);
            }
            Value::Call(Call { name, name_id: _, id: _, args, fields }) => {
                letter(self, 'c');
                self.text(name);
                self.nodes(args);
                self.fields(fields);
            }
            Value::Hole(index) => {
                letter(self, 'h');
                self.number(*index);
            }
        }
    }
}

/// Reads what [`Writer`] wrote. Of another text it makes something, and comes to an end.
struct Reader<'d> {
    rest: &'d str,
    holes: &'d [Value],
}

impl<'d> Reader<'d> {
    fn letter(&mut self) -> char {
        let mut chars = self.rest.chars();
        let letter = chars.next().unwrap_or('a');
        self.rest = chars.as_str();
        letter
    }

    fn number(&mut self) -> usize {
        let (number, rest) = self.rest.split_once(':').unwrap_or_default();
        self.rest = rest;
        number.parse().unwrap_or(0)
    }

    fn str(&mut self) -> &'d str {
        let length = self.number();
        let (text, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = rest;
        text
    }

    fn text(&mut self) -> String {
        self.str().to_owned()
    }

    /// As many as the number before them says.
    fn all<T>(&mut self, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut all = Vec::new();
        for _ in 0..self.number() {
            if self.rest.is_empty() {
                break;
            }
            all.push(one(self));
        }
        all
    }

    fn item(&mut self) -> Item {
        Item {
            kind: self.text(),
            kind_id: 0,
            is_extern: self.letter() == 'y',
            name: self.node(),
            ident: self.text(),
            doc: self.text(),
            fields: self.fields(),
        }
    }

    fn fields(&mut self) -> Vec<Field> {
        self.all(|this| Field { key: this.text(), quoted: this.letter() == 'y', key_id: 0, value: this.node() })
    }

    fn nodes(&mut self) -> Vec<Node> {
        self.all(Self::node)
    }

    fn node(&mut self) -> Node {
        Node::of(match self.letter() {
            't' => Value::Text(self.text()),
            'w' => Value::Word(self.text()),
            'y' => Value::Bool(true),
            'n' => Value::Bool(false),
            'p' => Value::Path(self.all(Self::text)),
            'r' => Value::Range(Box::new(self.node()), Box::new(self.node())),
            'l' => Value::List(self.nodes()),
            'm' => Value::Map(self.fields()),
            'c' => {
                Value::Call(Call { name: self.text(), name_id: 0, id: 0, args: self.nodes(), fields: self.fields() })
            }
            'h' => self.holes.get(self.number()).cloned().unwrap_or_default(),
            _ => Value::Absent,
        })
    }
}
