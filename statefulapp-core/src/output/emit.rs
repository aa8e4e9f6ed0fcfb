//! The tree of an object as YAML text in block style, laid out as `kubectl get -o yaml` does.
//!
//! The layout is written here and not by serde-saphyr: it is the same for every object, and this takes less than half
//! the time. How a string is written is decided in [`scalar`](super::scalar).

use super::{
    ordered::{Key, Node, Ordered, read},
    scalar,
};
use std::fmt::Write as _;

/// The tree as one document, with a line break at its end.
pub(super) fn document(tree: &Ordered) -> String {
    // Field names and indentation are about as much again as the values, twice.
    let mut emitter = Emitter { text: &tree.text, out: String::with_capacity(tree.text.len().saturating_mul(3)) };
    match &tree.root {
        Node::List(nodes) if !nodes.is_empty() => emitter.list(nodes, 0, false),
        Node::Entries(entries) if !entries.is_empty() => emitter.entries(entries, 0, false),
        scalar => emitter.scalar(scalar, STEP),
    }
    emitter.out
}

struct Emitter<'a> {
    text: &'a str,
    out: String,
}

impl Emitter<'_> {
    /// The entries of a map whose keys stand at `column`; the first one's line has been begun if `begun`.
    fn entries(&mut self, entries: &[(Key, Node)], column: usize, mut begun: bool) {
        for (key, node) in entries {
            if !std::mem::take(&mut begun) {
                self.indent(column);
            }
            match key {
                Key::Field(name) => self.out.push_str(name),
                Key::Text(range) => self.key(read(self.text, range), column),
            }
            self.out.push(':');
            match node {
                Node::List(nodes) if !nodes.is_empty() => {
                    self.out.push('\n');
                    self.list(nodes, column, false);
                }
                Node::Entries(entries) if !entries.is_empty() => {
                    self.out.push('\n');
                    self.entries(entries, column + STEP, false);
                }
                scalar => {
                    self.out.push(' ');
                    self.scalar(scalar, column + STEP);
                }
            }
        }
    }

    /// The key of a map, up to its colon.
    fn key(&mut self, key: &str, column: usize) {
        let start = self.out.len();
        scalar::write_key(&mut self.out, key);
        // A reader looks no further for the colon; a longer key has to announce itself.
        if self.out.len() - start > 1000 {
            self.out.insert_str(start, "? ");
            self.out.push('\n');
            self.indent(column);
        }
    }

    /// The elements of a list whose dashes stand at `column`; the first one's line has been begun if `begun`.
    fn list(&mut self, nodes: &[Node], column: usize, mut begun: bool) {
        for node in nodes {
            if !std::mem::take(&mut begun) {
                self.indent(column);
            }
            self.out.push_str("- ");
            match node {
                Node::List(nodes) if !nodes.is_empty() => self.list(nodes, column + STEP, true),
                Node::Entries(entries) if !entries.is_empty() => self.entries(entries, column + STEP, true),
                scalar => self.scalar(scalar, column + STEP),
            }
        }
    }

    /// A value on the line that has been begun, and the end of that line; further lines stand at `column`.
    fn scalar(&mut self, node: &Node, column: usize) {
        match node {
            Node::Null => self.out.push_str("null"),
            Node::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            // Writing to a string cannot fail.
            Node::Signed(value) => _ = write!(self.out, "{value}"),
            Node::Unsigned(value) => _ = write!(self.out, "{value}"),
            Node::Float(value) => scalar::write_float(&mut self.out, *value),
            Node::Text(range) => {
                return scalar::write_value(&mut self.out, read(self.text, range), column);
            }
            Node::List(_) => self.out.push_str("[]"),
            Node::Entries(_) => self.out.push_str("{}"),
        }
        self.out.push('\n');
    }

    fn indent(&mut self, column: usize) {
        scalar::indent(&mut self.out, column);
    }
}

/// How much deeper the parts of a value stand.
const STEP: usize = 2;
