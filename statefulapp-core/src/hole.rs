//! Rust expressions in a declaration: which types fit which kind of value.

use crate::grammar::types;
use crate::handle::Key;
use crate::tree::{Field, Node, Value};
use crate::value::*;

/// A Rust type whose values can stand in the place of a kind of value, and cannot be bad ones.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot stand here: this place takes `{Kind}`",
    label = "expected `{Kind}`",
    note = "text is parsed where the program can still react: `let image: Image = text.parse()?;`, then `image: (image)`"
)]
pub trait Fits<Kind> {
    /// The value as it would have been written.
    fn into_value(self) -> Value;
}

/// The value of an expression.
#[doc(hidden)]
pub fn hole<Kind, T: Fits<Kind>>(value: T) -> Value {
    value.into_value()
}

/// The value of an expression that computes a name.
#[doc(hidden)]
pub fn name<T: AsRef<str>>(name: T) -> Value {
    Value::Text(name.as_ref().to_owned())
}

macro_rules! fits {
    ($($($type:ty),+ => $($kind:ident),+: $value:ident $make:expr;)*) => {
        $(fits!(@types ($($type),+) ($($kind),+) $value $make);)*
    };
    (@types ($($type:ty),+) $kinds:tt $value:ident $make:expr) => {
        $(fits!(@kinds $type, $kinds $value $make);)+
    };
    (@kinds $type:ty, ($($kind:ident),+) $value:ident $make:expr) => {
        $(impl Fits<types::$kind> for $type {
            fn into_value(self) -> Value {
                let $value = self;
                $make
            }
        })+
    };
}

fits! {
    Image => Image: value Value::Text(value.to_string());
    MountPath => MountPath: value Value::Text(value.to_string());
    SubPath => SubPath: value Value::Text(value.to_string());
    Hostname => Hostname, SearchDomain: value Value::Text(value.to_string());
    SearchDomain => SearchDomain: value Value::Text(value.to_string());
    StorageClassName => StorageClass: value Value::Text(value.to_string());
    CronSchedule => Cron: value Value::Text(value.to_string());
    TimeZone => TimeZone: value Value::Text(value.to_string());
    Cidr => Cidr: value Value::Text(value.to_string());
    IpAddress => Address: value Value::Text(value.to_string());
    FileMode => FileMode: value Value::Text(value.to_string());
    KubernetesVersion => KubernetesVersion: value Value::Text(value.to_string());
    Label, Subdomain, AppName, PortName, ServicePortName => Name: value Value::Text(value.to_string());
    Label, Subdomain => SecretRef, ConfigRef, AccountRef: value Value::Text(value.to_string());
    Port => PortNumber, PortRef: value Value::Word(value.to_string());
    NodePort => NodePort: value Value::Word(value.to_string());
    Duration => Duration, Sticky: value Value::Word(value.to_string());
    StorageSize => Size: value Value::Text(value.to_string());
    Quantity => Bytes, Amount, AmountRange: value Value::Text(value.to_string());
    CpuAmount, MemoryAmount, ResourceAmount => Amount, AmountRange: value Value::Text(value.to_string());
    IntOrPercent, Percent => CountOrPercent: value Value::Word(value.to_string());
    u8, u16, u32 => Count, UserId: value Value::Word(value.to_string());
    bool => Bool, EnvValue, LabelValue, Text: value Value::Bool(value);
    String => Text, Yaml, ConfigText, EnvValue, LabelValue, EngineVersion: value Value::Text(value);
    &str, &String => Text, Yaml, ConfigText, EnvValue, LabelValue, EngineVersion: value Value::Text(value.to_owned());
    Image, MountPath, Hostname, AppName, Label, LabelValue => Text, EnvValue, LabelValue: value Value::Text(value.to_string());
    Port, i8, i16, i32, i64, u8, u16, u32, u64, usize => EnvValue, LabelValue, Text: value Value::Text(value.to_string());
    String => SecretSource: value Value::Text(value);
    &str => SecretSource: value Value::Text(value.to_owned());
    Vec<u8> => Binary: value bytes(&value);
    &[u8] => Binary: value bytes(value);
    Vec<String> => Texts: value Value::List(value.into_iter().map(|text| Node::of(Value::Text(text))).collect());
    Vec<&str> => Texts: value texts(&value);
    &[&str], &[String] => Texts: value texts(value);
    Key => EnvValue, SecretKey: value Value::Key { secret: value.secret, name: value.name, key: value.key };
    &Key => EnvValue, SecretKey: value Value::Key { secret: value.secret, name: value.name.clone(), key: value.key.clone() };
}

impl<const N: usize> Fits<types::Binary> for &[u8; N] {
    fn into_value(self) -> Value {
        bytes(self)
    }
}

impl<const N: usize> Fits<types::Texts> for [&str; N] {
    fn into_value(self) -> Value {
        texts(&self)
    }
}

/// Pairs of names and texts: labels, annotations, variables.
impl<K: AsRef<str>, V: AsRef<str>> Fits<types::Labels> for Vec<(K, V)> {
    fn into_value(self) -> Value {
        pairs(&self)
    }
}

impl<K: AsRef<str>, V: AsRef<str>> Fits<types::Annotations> for Vec<(K, V)> {
    fn into_value(self) -> Value {
        pairs(&self)
    }
}

impl<K: AsRef<str>, V: AsRef<str>> Fits<types::Env> for Vec<(K, V)> {
    fn into_value(self) -> Value {
        pairs(&self)
    }
}

fn pairs<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> Value {
    let field = |(key, value): &(K, V)| Field {
        key: key.as_ref().to_owned(),
        quoted: true,
        key_id: 0,
        value: Node::of(Value::Text(value.as_ref().to_owned())),
    };
    Value::Map(pairs.iter().map(field).collect())
}

fn texts<S: AsRef<str>>(texts: &[S]) -> Value {
    Value::List(texts.iter().map(|text| Node::of(Value::Text(text.as_ref().to_owned()))).collect())
}

fn bytes(bytes: &[u8]) -> Value {
    Value::List(bytes.iter().map(|byte| Node::of(Value::Word(byte.to_string()))).collect())
}
