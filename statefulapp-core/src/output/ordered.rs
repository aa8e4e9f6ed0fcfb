//! A serialized object with its fields in the order of [`order`](super::order).
//!
//! k8s-openapi serializes the fields of a struct alphabetically. To reorder them they have to be held for a moment: as
//! this tree, in which the text of all strings lies in one buffer, so that an object costs few allocations.

use super::{order, yaml::Error};
use crate::finding::Step;
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use std::ops::Range;

/// The tree and the text that its nodes point into.
pub(super) struct Ordered {
    pub(super) text: String,
    pub(super) root: Node,
}

impl Ordered {
    /// Serializes the value, field by field, into a tree.
    pub(super) fn new<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        let mut text = String::with_capacity(1024);
        let root = value.serialize(Builder { text: &mut text })?;
        Ok(Self { text, root })
    }
}

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        View { text: &self.text, node: &self.root }.serialize(serializer)
    }
}

impl Ordered {
    /// Puts a text in the place of a value; whether there is one.
    pub(super) fn set(&mut self, steps: &[Step], value: &str) -> bool {
        let Self { text, root } = self;
        let mut node = root;
        for step in steps {
            let found = match (node, step) {
                (Node::List(nodes), Step::Index(index)) => nodes.get_mut(*index),
                (Node::Entries(entries), Step::Key(name)) => entries
                    .iter_mut()
                    .find(|(key, _)| match key {
                        Key::Field(field) => *field == name,
                        Key::Text(range) => read(text, range) == name,
                    })
                    .map(|(_, node)| node),
                _ => None,
            };
            match found {
                Some(found) => node = found,
                None => return false,
            }
        }
        *node = Node::Text(Builder { text }.push(value));
        true
    }
}

/// A value.
pub(super) enum Node {
    Null,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(Range<usize>),
    List(Vec<Node>),
    /// In the order in which they are written.
    Entries(Vec<(Key, Node)>),
}

/// What a value is the value of.
pub(super) enum Key {
    /// The field of a struct: its name is known when the program is compiled and is not copied.
    Field(&'static str),
    /// The key of a map, which the user chose.
    Text(Range<usize>),
}

/// The part of `text` that a node points to.
pub(super) fn read<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

struct View<'a> {
    text: &'a str,
    node: &'a Node,
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.text;
        match self.node {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Signed(value) => serializer.serialize_i64(*value),
            Node::Unsigned(value) => serializer.serialize_u64(*value),
            Node::Float(value) => serializer.serialize_f64(*value),
            Node::Text(range) => serializer.serialize_str(read(text, range)),
            Node::List(nodes) => {
                let mut list = serializer.serialize_seq(Some(nodes.len()))?;
                for node in nodes {
                    list.serialize_element(&View { text, node })?;
                }
                list.end()
            }
            Node::Entries(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, node) in entries {
                    let key = match key {
                        Key::Field(name) => name,
                        Key::Text(range) => read(text, range),
                    };
                    map.serialize_entry(key, &View { text, node })?;
                }
                map.end()
            }
        }
    }
}

/// Serializes into a [`Node`], and its strings into `text`.
struct Builder<'a> {
    text: &'a mut String,
}

impl Builder<'_> {
    fn push(self, value: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(value);
        start..self.text.len()
    }
}

/// The elements of a list that have been serialized.
struct ListBuilder<'a> {
    text: &'a mut String,
    nodes: Vec<Node>,
    variant: Option<&'static str>,
}

/// The entries of a map: they keep the order in which they come, which is that of the keys of a `BTreeMap`.
struct MapBuilder<'a> {
    text: &'a mut String,
    entries: Vec<(Key, Node)>,
    key: Option<Key>,
}

/// The fields of a struct, each with its rank.
struct FieldsBuilder<'a> {
    text: &'a mut String,
    fields: Vec<(u16, &'static str, Node)>,
    variant: Option<&'static str>,
}

/// An externally tagged enum: the variant is the one key of a map.
fn tagged(variant: Option<&'static str>, node: Node) -> Node {
    match variant {
        Some(variant) => Node::Entries(vec![(Key::Field(variant), node)]),
        None => node,
    }
}

impl<'a> Serializer for Builder<'a> {
    type Ok = Node;
    type Error = Error;
    type SerializeSeq = ListBuilder<'a>;
    type SerializeTuple = ListBuilder<'a>;
    type SerializeTupleStruct = ListBuilder<'a>;
    type SerializeTupleVariant = ListBuilder<'a>;
    type SerializeMap = MapBuilder<'a>;
    type SerializeStruct = FieldsBuilder<'a>;
    type SerializeStructVariant = FieldsBuilder<'a>;

    fn serialize_bool(self, value: bool) -> Result<Node, Error> {
        Ok(Node::Bool(value))
    }
    fn serialize_i8(self, value: i8) -> Result<Node, Error> {
        Ok(Node::Signed(value.into()))
    }
    fn serialize_i16(self, value: i16) -> Result<Node, Error> {
        Ok(Node::Signed(value.into()))
    }
    fn serialize_i32(self, value: i32) -> Result<Node, Error> {
        Ok(Node::Signed(value.into()))
    }
    fn serialize_i64(self, value: i64) -> Result<Node, Error> {
        Ok(Node::Signed(value))
    }
    fn serialize_u8(self, value: u8) -> Result<Node, Error> {
        Ok(Node::Unsigned(value.into()))
    }
    fn serialize_u16(self, value: u16) -> Result<Node, Error> {
        Ok(Node::Unsigned(value.into()))
    }
    fn serialize_u32(self, value: u32) -> Result<Node, Error> {
        Ok(Node::Unsigned(value.into()))
    }
    fn serialize_u64(self, value: u64) -> Result<Node, Error> {
        Ok(Node::Unsigned(value))
    }
    fn serialize_f32(self, value: f32) -> Result<Node, Error> {
        // By way of its digits: widening would write 0.1 as 0.10000000149011612.
        self.serialize_f64(value.to_string().parse().unwrap_or(f64::from(value)))
    }
    fn serialize_f64(self, value: f64) -> Result<Node, Error> {
        if value.is_finite() {
            Ok(Node::Float(value))
        } else {
            Err(Error::new(format!("the number `{value}` is not finite")))
        }
    }
    fn serialize_char(self, value: char) -> Result<Node, Error> {
        Ok(Node::Text(self.push(value.encode_utf8(&mut [0; 4]))))
    }
    fn serialize_str(self, value: &str) -> Result<Node, Error> {
        Ok(Node::Text(self.push(value)))
    }
    fn serialize_bytes(self, value: &[u8]) -> Result<Node, Error> {
        Ok(Node::List(value.iter().map(|byte| Node::Unsigned((*byte).into())).collect()))
    }
    fn serialize_none(self) -> Result<Node, Error> {
        Ok(Node::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Node, Error> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<Node, Error> {
        Ok(Node::Null)
    }
    fn serialize_unit_struct(self, _name: &'static str) -> Result<Node, Error> {
        Ok(Node::Null)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Node, Error> {
        Ok(Node::Text(self.push(variant)))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Node, Error> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Node, Error> {
        Ok(tagged(Some(variant), value.serialize(self)?))
    }
    fn serialize_seq(self, len: Option<usize>) -> Result<ListBuilder<'a>, Error> {
        Ok(ListBuilder { text: self.text, nodes: Vec::with_capacity(len.unwrap_or(0)), variant: None })
    }
    fn serialize_tuple(self, len: usize) -> Result<ListBuilder<'a>, Error> {
        self.serialize_seq(Some(len))
    }
    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<ListBuilder<'a>, Error> {
        self.serialize_seq(Some(len))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<ListBuilder<'a>, Error> {
        Ok(ListBuilder { variant: Some(variant), ..self.serialize_seq(Some(len))? })
    }
    fn serialize_map(self, len: Option<usize>) -> Result<MapBuilder<'a>, Error> {
        Ok(MapBuilder { text: self.text, entries: Vec::with_capacity(len.unwrap_or(0)), key: None })
    }
    fn serialize_struct(self, _: &'static str, len: usize) -> Result<FieldsBuilder<'a>, Error> {
        Ok(FieldsBuilder { text: self.text, fields: Vec::with_capacity(len), variant: None })
    }
    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<FieldsBuilder<'a>, Error> {
        Ok(FieldsBuilder { variant: Some(variant), ..self.serialize_struct(name, len)? })
    }
}

impl serde::ser::SerializeSeq for ListBuilder<'_> {
    type Ok = Node;
    type Error = Error;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.nodes.push(value.serialize(Builder { text: self.text })?);
        Ok(())
    }
    fn end(self) -> Result<Node, Error> {
        Ok(tagged(self.variant, Node::List(self.nodes)))
    }
}

impl serde::ser::SerializeTuple for ListBuilder<'_> {
    type Ok = Node;
    type Error = Error;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        serde::ser::SerializeSeq::serialize_element(self, value)
    }
    fn end(self) -> Result<Node, Error> {
        serde::ser::SerializeSeq::end(self)
    }
}

impl serde::ser::SerializeTupleStruct for ListBuilder<'_> {
    type Ok = Node;
    type Error = Error;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        serde::ser::SerializeSeq::serialize_element(self, value)
    }
    fn end(self) -> Result<Node, Error> {
        serde::ser::SerializeSeq::end(self)
    }
}

impl serde::ser::SerializeTupleVariant for ListBuilder<'_> {
    type Ok = Node;
    type Error = Error;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        serde::ser::SerializeSeq::serialize_element(self, value)
    }
    fn end(self) -> Result<Node, Error> {
        serde::ser::SerializeSeq::end(self)
    }
}

impl serde::ser::SerializeMap for MapBuilder<'_> {
    type Ok = Node;
    type Error = Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let start = self.text.len();
        let key = match key.serialize(Builder { text: self.text })? {
            Node::Text(range) => range,
            // JSON, which is what the API server reads in the end, has no other keys than strings.
            Node::Bool(value) => Builder { text: self.text }.push(&value.to_string()),
            Node::Signed(value) => Builder { text: self.text }.push(&value.to_string()),
            Node::Unsigned(value) => Builder { text: self.text }.push(&value.to_string()),
            Node::Null | Node::Float(_) | Node::List(_) | Node::Entries(_) => {
                self.text.truncate(start);
                return Err(Error::new("the key of a map is not a string".to_owned()));
            }
        };
        self.key = Some(Key::Text(key));
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let node = value.serialize(Builder { text: self.text })?;
        let key = self.key.take().ok_or_else(|| Error::new("a map has a value without a key".to_owned()))?;
        self.entries.push((key, node));
        Ok(())
    }
    fn end(self) -> Result<Node, Error> {
        Ok(Node::Entries(self.entries))
    }
}

impl serde::ser::SerializeStruct for FieldsBuilder<'_> {
    type Ok = Node;
    type Error = Error;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        let node = value.serialize(Builder { text: self.text })?;
        self.fields.push((order::rank(name), name, node));
        Ok(())
    }
    fn end(mut self) -> Result<Node, Error> {
        self.fields.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let entries = self.fields.into_iter().map(|(_, name, node)| (Key::Field(name), node)).collect();
        Ok(tagged(self.variant, Node::Entries(entries)))
    }
}

impl serde::ser::SerializeStructVariant for FieldsBuilder<'_> {
    type Ok = Node;
    type Error = Error;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        serde::ser::SerializeStruct::serialize_field(self, name, value)
    }
    fn end(self) -> Result<Node, Error> {
        serde::ser::SerializeStruct::end(self)
    }
}
