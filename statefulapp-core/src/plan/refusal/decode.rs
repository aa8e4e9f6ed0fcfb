//! Whether the server can decode an object at all: unknown fields and wrong JSON types are refused before any rule.
//!
//! The generated types of Kubernetes are the schema: what they ignore or cannot read, the server does not know. They
//! read the object where it is, through a reader that knows what the server is lenient about.

use std::{cell::RefCell, fmt};

use k8s_openapi::api;
use serde::{
    de::{
        DeserializeOwned, DeserializeSeed, Error as _, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
        value::StrDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::check::Refusal;
use crate::plan::{
    diff::{Path, Step, step},
    object::Object,
};

/// What the server cannot decode. Kinds and versions that are not known here pass.
pub(super) fn check(object: &Object<'_>, found: &mut Vec<Refusal>) {
    let by: fn(Reader<'_, '_>) -> Result<(), Error> = match (object.api_version, object.kind) {
        ("apps/v1", "StatefulSet") => read::<api::apps::v1::StatefulSet>,
        ("apps/v1", "Deployment") => read::<api::apps::v1::Deployment>,
        ("apps/v1", "DaemonSet") => read::<api::apps::v1::DaemonSet>,
        ("batch/v1", "Job") => read::<api::batch::v1::Job>,
        ("batch/v1", "CronJob") => read::<api::batch::v1::CronJob>,
        ("v1", "Service") => read::<api::core::v1::Service>,
        ("v1", "ConfigMap") => read::<api::core::v1::ConfigMap>,
        ("v1", "Secret") => read::<api::core::v1::Secret>,
        ("v1", "ServiceAccount") => read::<api::core::v1::ServiceAccount>,
        ("v1", "Namespace") => read::<api::core::v1::Namespace>,
        ("v1", "PersistentVolumeClaim") => read::<api::core::v1::PersistentVolumeClaim>,
        ("policy/v1", "PodDisruptionBudget") => read::<api::policy::v1::PodDisruptionBudget>,
        ("networking.k8s.io/v1", "NetworkPolicy") => read::<api::networking::v1::NetworkPolicy>,
        ("networking.k8s.io/v1", "Ingress") => read::<api::networking::v1::Ingress>,
        ("storage.k8s.io/v1", "StorageClass") => read::<api::storage::v1::StorageClass>,
        _ => return,
    };
    let refusals = RefCell::new(Vec::new());
    // An error is among the refusals already, with the place where it arose.
    let _ = by(Reader { value: object.value, at: &Place::Root, found: &refusals });
    found.append(&mut refusals.into_inner());
}

fn read<T: DeserializeOwned>(reader: Reader<'_, '_>) -> Result<(), Error> {
    T::deserialize(reader).map(drop)
}

/// Where the reader is: the way up to the root of the object.
enum Place<'de, 'p> {
    Root,
    Field { of: &'p Place<'de, 'p>, key: &'de str },
    Element { of: &'p Place<'de, 'p>, index: usize, value: &'de Value },
}

impl<'de> Place<'de, '_> {
    fn key(&self) -> &'de str {
        match self {
            Place::Field { key, .. } => key,
            _ => "",
        }
    }

    /// The key of the map or list that this value is in.
    fn parent_key(&self) -> &'de str {
        match self {
            Place::Field { of, .. } | Place::Element { of, .. } => of.key(),
            Place::Root => "",
        }
    }

    fn path(&self) -> Path<'de> {
        let (of, step) = match self {
            Place::Root => return Path::default(),
            Place::Field { of, key } => (of, Step::Key(key)),
            Place::Element { of, index, value } => (of, step(of.key(), *index, value)),
        };
        let mut path = of.path();
        path.0.push(step);
        path
    }
}

#[derive(Clone, Copy)]
struct Reader<'de, 'p> {
    value: &'de Value,
    at: &'p Place<'de, 'p>,
    found: &'p RefCell<Vec<Refusal>>,
}

impl Reader<'_, '_> {
    fn refuse(&self, message: String) {
        self.found.borrow_mut().push(Refusal { path: self.at.path().to_string(), message });
    }

    /// Notes an error where it arises, and hands it on.
    fn located<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        result.map_err(|error| {
            if let Some(message) = error.0 {
                self.refuse(without_value(&message));
            }
            Error(None)
        })
    }

    /// The API takes an amount as a number too.
    fn is_amount(&self) -> bool {
        matches!(self.at.parent_key(), "requests" | "limits" | "capacity" | "overhead")
            || matches!(self.at.key(), "sizeLimit" | "divisor")
    }

    /// Bytes as text: a rule of its own looks at them, which knows what base64 the server takes.
    fn is_bytes(&self) -> bool {
        matches!(self.at.parent_key(), "data" | "binaryData")
    }
}

impl<'de> serde::Deserializer<'de> for Reader<'de, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let result = match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) if self.is_amount() => visitor.visit_string(number.to_string()),
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => visitor.visit_i64(number),
                (_, Some(number)) => visitor.visit_u64(number),
                _ => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
            Value::String(_) if self.is_bytes() => visitor.visit_borrowed_str(""),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(list) => visitor.visit_seq(Elements { reader: self, list: list.iter().enumerate() }),
            Value::Object(map) => visitor.visit_map(Fields { reader: self, map: map.iter(), next: None }),
        };
        self.located(result)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    /// The types ignore what they do not know.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.refuse(format!("unknown field `{}`", self.at.key()));
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier
    }
}

struct Elements<'de, 'p> {
    reader: Reader<'de, 'p>,
    list: std::iter::Enumerate<std::slice::Iter<'de, Value>>,
}

impl<'de> SeqAccess<'de> for Elements<'de, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some((index, value)) = self.list.next() else { return Ok(None) };
        let at = Place::Element { of: self.reader.at, index, value };
        seed.deserialize(Reader { value, at: &at, found: self.reader.found }).map(Some)
    }
}

struct Fields<'de, 'p> {
    reader: Reader<'de, 'p>,
    map: serde_json::map::Iter<'de>,
    next: Option<(&'de str, &'de Value)>,
}

impl<'de> MapAccess<'de> for Fields<'de, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        // The API reads null as absent, and throws away what the template of a claim says of its own kind.
        let of_claim = self.reader.at.parent_key() == "volumeClaimTemplates";
        let ignored = |name: &str| of_claim && matches!(name, "kind" | "apiVersion");
        let Some((key, value)) = self.map.find(|(key, value)| !value.is_null() && !ignored(key)) else {
            return Ok(None);
        };
        self.next = Some((key, value));
        let key: StrDeserializer<'_, Error> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let (key, value) = self.next.take().ok_or_else(|| Error::custom("a value without a key"))?;
        let at = Place::Field { of: self.reader.at, key };
        seed.deserialize(Reader { value, at: &at, found: self.reader.found })
    }
}

/// What a type says to a value that it cannot read; `None` once it is noted.
#[derive(Debug)]
struct Error(Option<String>);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or_default())
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Error {
        Error(Some(message.to_string()))
    }
}

/// `invalid type: string "x", expected i32`: the value may be a password that someone forgot to quote.
fn without_value(message: &str) -> String {
    let (what, expected) = message.rsplit_once(", expected ").unwrap_or((message, ""));
    let what = what.trim_start_matches("invalid type: ").trim_start_matches("invalid value: ");
    let kind = what.split([' ', '`', '"']).next().unwrap_or_default();
    match expected {
        "" => "it does not have the form that the API asks for".into(),
        expected => format!("it is a JSON {kind}, and the API asks for {expected}"),
    }
}
