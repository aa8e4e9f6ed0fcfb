//! What the methods have in common: each sets one field of the model, under the name of its key.

use super::Parse;
use crate::value::ValueError;

/// What an error of a builder names: `StatefulApp `postgres``.
pub(super) trait Owner {
    fn owner(&self) -> String;
}

/// A value of a key. The error names whose key it is.
pub(super) fn read<T>(owner: &impl Owner, key: &str, value: impl Parse<T>) -> Result<T, ValueError> {
    value.parse_value().map_err(|error| at(&owner.owner(), key, error))
}

/// The values of a key that takes several.
pub(super) fn read_all<T, V: Parse<T>>(
    owner: &impl Owner,
    key: &str,
    values: impl IntoIterator<Item = V>,
) -> Result<Vec<T>, ValueError> {
    values.into_iter().map(|value| read(owner, key, value)).collect()
}

/// A name and what it is given.
pub(super) fn read_pair<K, V>(
    owner: &impl Owner,
    key: &str,
    name: impl Parse<K>,
    value: impl Parse<V>,
) -> Result<(K, V), ValueError> {
    Ok((read(owner, key, name)?, read(owner, key, value)?))
}

/// The name of something new.
pub(super) fn read_name<T>(kind: &str, name: impl Parse<T>) -> Result<T, ValueError> {
    name.parse_value().map_err(|error| at(kind, "name", error))
}

fn at(owner: &str, key: &str, error: ValueError) -> ValueError {
    ValueError { message: format!("{owner}: {key} {}", error.message), ..error }
}

/// Texts of any form.
pub(super) fn texts<S: Into<String>>(texts: impl IntoIterator<Item = S>) -> impl Iterator<Item = String> {
    texts.into_iter().map(Into::into)
}

/// Declares methods that set one field each. The word before a key says what it takes:
/// `parsed` a value or text, `set` a value, `plain` a value of a field that always has one, `typed` what becomes a value, `several` values
/// or texts, `texts` texts, `one` one more.
macro_rules! keys {
    ($self:ident: $($(#[$doc:meta])* $form:ident $key:ident: $type:ty => $place:expr;)*) => {
        $($crate::builder::keys::keys!(@$form $self, ($(#[$doc])*) $key, $type, $place);)*
    };
    (@parsed $self:ident, ($($doc:tt)*) $key:ident, $type:ty, $place:expr) => {
        $($doc)*
        ///
        /// # Errors
        /// It is text that is no such value.
        pub fn $key(mut $self, $key: impl $crate::builder::Parse<$type>) -> Result<Self, $crate::value::ValueError> {
            $place = Some($crate::builder::keys::read::<$type>(&$self, stringify!($key), $key)?.into());
            Ok($self)
        }
    };
    (@typed $self:ident, ($($doc:tt)*) $key:ident, $type:ty, $place:expr) => {
        $($doc)*
        #[must_use]
        pub fn $key(mut $self, $key: impl Into<$type>) -> Self {
            $place = Some($key.into());
            $self
        }
    };
    (@set $self:ident, ($($doc:tt)*) $key:ident, $type:ty, $place:expr) => {
        $($doc)*
        #[must_use]
        pub fn $key(mut $self, $key: $type) -> Self {
            $place = Some($key);
            $self
        }
    };
    (@plain $self:ident, ($($doc:tt)*) $key:ident, $type:ty, $place:expr) => {
        $($doc)*
        #[must_use]
        pub fn $key(mut $self, $key: $type) -> Self {
            $place = $key;
            $self
        }
    };
    (@several $self:ident, ($($doc:tt)*) $key:ident, $type:ty, $place:expr) => {
        $($doc)*
        ///
        /// # Errors
        /// One of them is text that is no such value.
        pub fn $key<V: $crate::builder::Parse<$type>>(
            mut $self,
            $key: impl IntoIterator<Item = V>,
        ) -> Result<Self, $crate::value::ValueError> {
            let values = $crate::builder::keys::read_all::<$type, V>(&$self, stringify!($key), $key)?;
            $place.extend(values);
            Ok($self)
        }
    };
    (@texts $self:ident, ($($doc:tt)*) $key:ident, $type:ty, $place:expr) => {
        $($doc)*
        #[must_use]
        pub fn $key<S: Into<$type>>(mut $self, $key: impl IntoIterator<Item = S>) -> Self {
            $place.extend($crate::builder::keys::texts($key));
            $self
        }
    };
    (@one $self:ident, ($($doc:tt)*) $key:ident, $type:ty, $place:expr) => {
        $($doc)*
        #[must_use]
        pub fn $key(mut $self, $key: impl Into<$type>) -> Self {
            $place.push($key.into());
            $self
        }
    };
}

/// Labels, annotations, rustdoc and silenced warnings, which items have.
macro_rules! meta {
    ($self:ident, $meta:expr) => {
        $crate::builder::keys::labels!($self, label labels, $meta.labels, "A label.", "Labels.");
        $crate::builder::keys::annotations!($self, annotation annotations, $meta.annotations, "An annotation.", "Annotations.");

        /// What it is for: the annotation `kubernetes.io/description`, which rustdoc becomes in the macro.
        #[must_use]
        pub fn doc(mut $self, doc: impl Into<String>) -> Self {
            $meta.doc = doc.into();
            $self
        }

        $crate::builder::keys::silence!($self, $meta.allow);
    };
}

macro_rules! silence {
    ($self:ident, $allow:expr) => {
        /// Silences a warning here: `no_backup`.
        ///
        /// # Errors
        /// There is no such rule, or it is an error.
        pub fn allow(mut $self, rule: &str) -> Result<Self, $crate::value::ValueError> {
            $allow.push($crate::check::warning(rule)?);
            Ok($self)
        }
    };
}

/// Labels: one, or those of a map.
macro_rules! labels {
    ($self:ident, $one:ident $all:ident, $place:expr, $one_doc:literal, $all_doc:literal) => {
        #[doc = $one_doc]
        ///
        /// # Errors
        /// The key or the value is not a label's.
        pub fn $one(
            mut $self,
            key: impl $crate::builder::Parse<$crate::value::LabelKey>,
            value: impl $crate::builder::Parse<$crate::value::LabelValue>,
        ) -> Result<Self, $crate::value::ValueError> {
            let pair = $crate::builder::keys::read_pair(&$self, stringify!($one), key, value)?;
            $place.push(pair);
            Ok($self)
        }

        #[doc = $all_doc]
        ///
        /// # Errors
        /// A key or a value is not a label's.
        pub fn $all<K, V>(
            mut $self,
            pairs: impl IntoIterator<Item = (K, V)>,
        ) -> Result<Self, $crate::value::ValueError>
        where
            K: $crate::builder::Parse<$crate::value::LabelKey>,
            V: $crate::builder::Parse<$crate::value::LabelValue>,
        {
            for (key, value) in pairs {
                $self = $self.$one(key, value)?;
            }
            Ok($self)
        }
    };
}

/// Annotations: one, or those of a map.
macro_rules! annotations {
    ($self:ident, $one:ident $all:ident, $place:expr, $one_doc:literal, $all_doc:literal) => {
        #[doc = $one_doc]
        ///
        /// # Errors
        /// The key is not an annotation's.
        pub fn $one(
            mut $self,
            key: impl $crate::builder::Parse<$crate::value::AnnotationKey>,
            value: impl Into<String>,
        ) -> Result<Self, $crate::value::ValueError> {
            let key = $crate::builder::keys::read(&$self, stringify!($one), key)?;
            $place.push((key, value.into()));
            Ok($self)
        }

        #[doc = $all_doc]
        ///
        /// # Errors
        /// A key is not an annotation's.
        pub fn $all<K, V>(
            mut $self,
            pairs: impl IntoIterator<Item = (K, V)>,
        ) -> Result<Self, $crate::value::ValueError>
        where
            K: $crate::builder::Parse<$crate::value::AnnotationKey>,
            V: Into<String>,
        {
            for (key, value) in pairs {
                $self = $self.$one(key, value)?;
            }
            Ok($self)
        }
    };
}

pub(super) use {annotations, keys, labels, meta, silence};
