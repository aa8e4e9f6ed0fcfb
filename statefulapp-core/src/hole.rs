//! Rust expressions in a declaration: which types fit which kind of value.
//!
//! Each kind has a trait of its own, so that rustc's message about a wrong type speaks of that kind and says what to write.

use crate::grammar::Kind;
use crate::handle::Key;
use crate::tree::{Field, Node, Value};
use crate::value::*;

macro_rules! kinds {
    (
        parsed { $($parsed:ident = $usual_parsed:ty: $parsed_message:literal, $parsed_label:literal;)* }
        others { $($other:ident = $usual_other:ty: $other_message:literal, $other_label:literal, $other_note:literal;)* }
        names { $($name:ident: $name_message:literal;)* }
    ) => {
        /// Per kind of value, the Rust types whose values can stand in its place, and cannot be bad ones.
        pub mod fits {
            use super::Value;

            $(
                /// Types for a value that is parsed.
                #[diagnostic::on_unimplemented(
                    message = $parsed_message,
                    label = $parsed_label,
                    note = "it is parsed, in a function that returns a `Result`: write `(text.parse()?)`, or `(value.to_string().parse()?)`"
                )]
                pub trait $parsed {
                    /// The value as it would have been written.
                    fn value(self) -> Value;
                }
            )*
            $(
                /// Types for this kind.
                #[diagnostic::on_unimplemented(message = $other_message, label = $other_label, note = $other_note)]
                pub trait $other {
                    /// The value as it would have been written.
                    fn value(self) -> Value;
                }
            )*

            /// Per kind of name, the one type that can compute it.
            pub mod names {
                use super::Value;

                $(
                    /// The type of such a name.
                    #[diagnostic::on_unimplemented(
                        message = $name_message,
                        label = "expected a name that was parsed",
                        note = "text is parsed, in a function that returns a `Result`: write `as (format!(\"shard-{{n}}\").parse()?)`"
                    )]
                    pub trait $name {
                        /// The value as it would have been written.
                        fn value(self) -> Value;
                    }
                    #[diagnostic::do_not_recommend]
                    impl $name for crate::value::$name {
                        fn value(self) -> Value {
                            Value::Text(self.to_string())
                        }
                    }
                )*
            }
        }

        /// The type of an expression that leaves it to its place, as `text.parse()?` does.
        pub mod usual {
            use crate::{handle, value};

            $(
                #[allow(missing_docs)]
                pub type $parsed = $usual_parsed;
            )*
            $(
                #[allow(missing_docs)]
                pub type $other = $usual_other;
            )*

            /// The types of names.
            pub mod names {
                $(pub use crate::value::$name;)*
            }
        }

        /// The kinds that a Rust expression can stand for, and what rustc says of one of another type.
        const KINDS: &[(Kind, &str)] = &[$((Kind::$parsed, $parsed_message),)* $((Kind::$other, $other_message),)*];
    };
}

/// Whether a Rust expression can stand in the place of this kind of value.
pub fn takes(kind: Kind) -> bool {
    kind == Kind::Function || KINDS.iter().any(|(of, _)| *of == kind)
}

kinds! {
    parsed {
        Image = value::Image: "a value of type `{Self}` cannot stand for an image", "expected `statefulapp::value::Image`";
        MountPath = value::MountPath: "a value of type `{Self}` cannot stand for an absolute path", "expected `statefulapp::value::MountPath`";
        SubPath = value::SubPath: "a value of type `{Self}` cannot stand for a relative path", "expected `statefulapp::value::SubPath`";
        Hostname = value::Hostname: "a value of type `{Self}` cannot stand for a host name", "expected `statefulapp::value::Hostname`";
        SearchDomain = value::SearchDomain: "a value of type `{Self}` cannot stand for a search domain", "expected `statefulapp::value::SearchDomain`";
        StorageClass = value::StorageClassName: "a value of type `{Self}` cannot stand for a storage class", "expected `statefulapp::value::StorageClassName`";
        Cron = value::CronSchedule: "a value of type `{Self}` cannot stand for a cron schedule", "expected `statefulapp::value::CronSchedule`";
        TimeZone = value::TimeZone: "a value of type `{Self}` cannot stand for a time zone", "expected `statefulapp::value::TimeZone`";
        Cidr = value::Cidr: "a value of type `{Self}` cannot stand for an address range", "expected `statefulapp::value::Cidr`";
        Address = value::IpAddress: "a value of type `{Self}` cannot stand for an address", "expected `statefulapp::value::IpAddress`";
        FileMode = value::FileMode: "a value of type `{Self}` cannot stand for a file mode", "expected `statefulapp::value::FileMode`";
        KubernetesVersion = value::KubernetesVersion: "a value of type `{Self}` cannot stand for a Kubernetes version", "expected `statefulapp::value::KubernetesVersion`";
        PortNumber = value::Port: "a value of type `{Self}` cannot stand for a port number", "expected `statefulapp::value::Port`";
        PortRef = value::Port: "a value of type `{Self}` cannot stand for a port", "expected `statefulapp::value::Port`";
        NodePort = value::NodePort: "a value of type `{Self}` cannot stand for a node port number", "expected `statefulapp::value::NodePort`";
        Duration = value::Duration: "a value of type `{Self}` cannot stand for a duration", "expected `statefulapp::value::Duration`";
        Age = value::Duration: "a value of type `{Self}` cannot stand for an age", "expected `statefulapp::value::Duration`";
        Sticky = value::Duration: "a value of type `{Self}` cannot stand for `true` or a duration", "expected `statefulapp::value::Duration`";
        Size = value::StorageSize: "a value of type `{Self}` cannot stand for a storage size", "expected `statefulapp::value::StorageSize`";
        Bytes = value::Quantity: "a value of type `{Self}` cannot stand for a size", "expected `statefulapp::value::Quantity`";
    }
    others {
        Name = value::Label:
            "a value of type `{Self}` cannot stand for a name",
            "expected `statefulapp::value::Label`",
            "text is parsed, in a function that returns a `Result`: write `(text.parse::<statefulapp::value::Label>()?)`";
        SecretRef = value::Label:
            "a value of type `{Self}` cannot stand for a Secret",
            "expected `statefulapp::value::Label`",
            "text is parsed, in a function that returns a `Result`: write `(text.parse::<statefulapp::value::Label>()?)`";
        ConfigRef = value::Label:
            "a value of type `{Self}` cannot stand for a ConfigMap",
            "expected `statefulapp::value::Label`",
            "text is parsed, in a function that returns a `Result`: write `(text.parse::<statefulapp::value::Label>()?)`";
        AccountRef = value::Label:
            "a value of type `{Self}` cannot stand for a ServiceAccount",
            "expected `statefulapp::value::Label`",
            "text is parsed, in a function that returns a `Result`: write `(text.parse::<statefulapp::value::Label>()?)`";
        Amount = value::Quantity:
            "a value of type `{Self}` cannot stand for an amount",
            "expected `statefulapp::value::Quantity`",
            "text is parsed, in a function that returns a `Result`: write `(text.parse::<statefulapp::value::Quantity>()?)`";
        Memory = value::Quantity:
            "a value of type `{Self}` cannot stand for an amount of bytes",
            "expected `statefulapp::value::Quantity`",
            "text is parsed, in a function that returns a `Result`: write `(text.parse::<statefulapp::value::Quantity>()?)`";
        AmountRange = value::Quantity:
            "a value of type `{Self}` cannot stand for an amount or a range of amounts",
            "expected `statefulapp::value::Quantity`",
            "text is parsed, in a function that returns a `Result`: write `(text.parse::<statefulapp::value::Quantity>()?)`";
        CountOrPercent = value::IntOrPercent:
            "a value of type `{Self}` cannot stand for a number or a percentage",
            "expected `statefulapp::value::IntOrPercent`",
            "text is parsed, in a function that returns a `Result`: write `(text.parse::<statefulapp::value::IntOrPercent>()?)`";
        Count = u32:
            "a value of type `{Self}` cannot stand for a whole number",
            "expected `u32`",
            "write a `u32`: of another number `(u32::try_from(number)?)`, of text `(text.parse::<u32>()?)`";
        Length = u32:
            "a value of type `{Self}` cannot stand for a number of characters",
            "expected `u32`",
            "write a `u32`: of another number `(u32::try_from(number)?)`, of text `(text.parse::<u32>()?)`";
        UserId = u32:
            "a value of type `{Self}` cannot stand for a user or group id",
            "expected `u32`",
            "write a `u32`: of another number `(u32::try_from(number)?)`, of text `(text.parse::<u32>()?)`";
        Bool = bool:
            "a value of type `{Self}` cannot stand for `true` or `false`",
            "expected `bool`",
            "write a `bool`: of text `(text == \"true\")`";
        Text = String:
            "a value of type `{Self}` cannot stand for a string",
            "expected `String` or `&str`",
            "write a `String`: `(value.to_string())`";
        Yaml = String:
            "a value of type `{Self}` cannot stand for a string with one YAML document",
            "expected `String` or `&str`",
            "write a `String`: `(value.to_string())`";
        ConfigText = String:
            "a value of type `{Self}` cannot stand for a string",
            "expected `String` or `&str`",
            "write a `String`: `(value.to_string())`";
        EngineVersion = String:
            "a value of type `{Self}` cannot stand for a version",
            "expected `String` or `&str`",
            "write a `String`: `(value.to_string())`";
        LabelValue = String:
            "a value of type `{Self}` cannot stand for a string, a number or a bool",
            "expected `String` or `&str`",
            "write a `String`: `(value.to_string())`";
        EnvValue = String:
            "a value of type `{Self}` cannot stand for a string, a number, a bool, a key of a Secret or ConfigMap, field(…) or resource(…)",
            "expected `String` or `&str`",
            "write a `String`, `(value.to_string())`, or the handle of a key, `(stack.login.password)`";
        SecretSource = String:
            "a value of type `{Self}` cannot stand for `generate(…)`, `from_env(…)`, `from_file(…)` or a string",
            "expected `String` or `&str`",
            "write a `String`: `(value.to_string())`";
        SecretKey = handle::Key:
            "a value of type `{Self}` cannot stand for a key of a Secret",
            "expected `statefulapp::handle::Key`",
            "write the handle of a key: `(stack.login.password)`";
        Binary = Vec<u8>:
            "a value of type `{Self}` cannot stand for the bytes of a key",
            "expected `Vec<u8>` or `&[u8]`",
            "write bytes: `(text.as_bytes())`, or `include_bytes!(\"file\")`";
        Texts = Vec<String>:
            "a value of type `{Self}` cannot stand for a list of strings",
            "expected `Vec<String>`",
            "write a list of strings: `(vec![text.to_string()])`";
        Labels = Vec<(String, String)>:
            "a value of type `{Self}` cannot stand for a block of labels",
            "expected `Vec<(String, String)>`",
            "write a list of pairs of strings: `(map.into_iter().collect::<Vec<_>>())`";
        Annotations = Vec<(String, String)>:
            "a value of type `{Self}` cannot stand for a block of annotations",
            "expected `Vec<(String, String)>`",
            "write a list of pairs of strings: `(map.into_iter().collect::<Vec<_>>())`";
        Env = Vec<(String, String)>:
            "a value of type `{Self}` cannot stand for a block of variables",
            "expected `Vec<(String, String)>`",
            "write a list of pairs of strings: `(map.into_iter().collect::<Vec<_>>())`";
    }
    names {
        AppName: "a value of type `{Self}` cannot be the name of an app";
        Label: "a value of type `{Self}` cannot be the name of a Service or an AppGroup";
        JobName: "a value of type `{Self}` cannot be the name of a Job";
        CronJobName: "a value of type `{Self}` cannot be the name of a CronJob";
        Subdomain: "a value of type `{Self}` cannot be the name of an object";
    }
}

macro_rules! fits {
    ($($($type:ty),+ => $($kind:ident),+: $value:ident $make:expr;)*) => {
        $(fits!(@types ($($type),+) ($($kind),+) $value $make);)*
    };
    (@types ($($type:ty),+) $kinds:tt $value:ident $make:expr) => {
        $(fits!(@kinds $type, $kinds $value $make);)+
    };
    (@kinds $type:ty, ($($kind:ident),+) $value:ident $make:expr) => {
        $(#[diagnostic::do_not_recommend]
        impl fits::$kind for $type {
            fn value(self) -> Value {
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
    Duration => Duration, Age, Sticky: value Value::Word(value.to_string());
    StorageSize => Size: value Value::Text(value.to_string());
    Quantity => Bytes, Amount, AmountRange, Memory: value Value::Text(value.to_string());
    CpuAmount, MemoryAmount, ResourceAmount => Amount, AmountRange, Memory: value Value::Text(value.to_string());
    IntOrPercent, Percent => CountOrPercent: value Value::Word(value.to_string());
    u32 => Count, Length, UserId: value Value::Word(value.to_string());
    bool => Bool, EnvValue, LabelValue, Text: value Value::Bool(value);
    String => Text, Yaml, ConfigText, EnvValue, LabelValue, EngineVersion: value Value::Text(value);
    &str, &String => Text, Yaml, ConfigText, EnvValue, LabelValue, EngineVersion: value Value::Text(value.to_owned());
    Image, MountPath, Hostname, AppName, Label, LabelValue => Text, EnvValue, LabelValue: value Value::Text(value.to_string());
    Port, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64, char => EnvValue, LabelValue, Text: value Value::Text(value.to_string());
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

#[diagnostic::do_not_recommend]
impl<const N: usize> fits::Binary for &[u8; N] {
    fn value(self) -> Value {
        bytes(self)
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> fits::Texts for [&str; N] {
    fn value(self) -> Value {
        texts(&self)
    }
}

/// Pairs of names and texts: labels, annotations, variables.
#[diagnostic::do_not_recommend]
impl<K: AsRef<str>, V: AsRef<str>> fits::Labels for Vec<(K, V)> {
    fn value(self) -> Value {
        pairs(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<K: AsRef<str>, V: AsRef<str>> fits::Annotations for Vec<(K, V)> {
    fn value(self) -> Value {
        pairs(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<K: AsRef<str>, V: AsRef<str>> fits::Env for Vec<(K, V)> {
    fn value(self) -> Value {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rustc_speaks_of_a_kind_as_we_do() {
        // The kind is that of the block around the bytes.
        for (kind, message) in KINDS.iter().filter(|(kind, _)| *kind != Kind::Binary) {
            assert_eq!(*message, format!("a value of type `{{Self}}` cannot stand for {}", kind.what()));
        }
    }
}
