//! The boilerplate of values that are a checked text.

/// Declares a newtype of a text. `$check` is `fn(&str) -> Result<(), ValueError>`.
macro_rules! text_value {
    ($(#[$meta:meta])* $name:ident, $check:path) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(std::borrow::Cow<'static, str>);

        impl $name {
            /// Parses a text that lives as long as the program, without a copy of it.
            ///
            /// # Errors
            /// As `FromStr`: the rule that the text breaks.
            pub fn from_static(text: &'static str) -> Result<Self, $crate::value::ValueError> {
                $check(text)?;
                Ok(Self(std::borrow::Cow::Borrowed(text)))
            }

            /// For the macro's expansion: a text that was parsed when the program was compiled.
            #[doc(hidden)]
            pub const fn __checked(text: &'static str) -> Self {
                Self(std::borrow::Cow::Borrowed(text))
            }
        }

        $crate::value::text::text_conversions!($name, |text: String| {
            $check(&text)?;
            Ok($name(std::borrow::Cow::Owned(text)))
        }, |text: &str| {
            $check(text)?;
            Ok($name(std::borrow::Cow::Owned(text.to_owned())))
        }, 0);

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
    };
}

/// The conversions of a value whose field `$field` is a `Cow<'static, str>`.
macro_rules! text_conversions {
    ($name:ident, $owned:expr, $borrowed:expr, $field:tt) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.$field
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::value::ValueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $borrowed(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::value::ValueError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                $borrowed(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::value::ValueError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                $owned(text)
            }
        }

        impl TryFrom<&String> for $name {
            type Error = $crate::value::ValueError;

            fn try_from(text: &String) -> Result<Self, Self::Error> {
                $borrowed(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.$field.into_owned()
            }
        }

        impl From<&$name> for std::borrow::Cow<'static, str> {
            fn from(value: &$name) -> Self {
                value.$field.clone()
            }
        }
    };
}

/// Every value of the first type is one of the second.
macro_rules! widens {
    ($($narrow:ident => $wide:ident),* $(,)?) => {
        $(impl From<$narrow> for $wide {
            fn from(value: $narrow) -> $wide {
                $wide(value.0)
            }
        })*
    };
}

pub(super) use {text_conversions, text_value, widens};
