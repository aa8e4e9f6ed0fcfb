use super::BuildError;
use crate::model::{Secret, SecretValue};
use crate::value::DataKey;
use std::fmt;

/// The value of a key of a Secret. `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<String> for SecretBytes {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl From<&str> for SecretBytes {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.0.len())
    }
}

/// Where the values of Secrets come from when objects are built.
///
/// It is asked once for each key of each Secret that is written: not for `extern` ones, and not for those that an
/// external store holds. A function of the three arguments is a source too.
pub trait SecretSource {
    /// The value of a key.
    ///
    /// # Errors
    /// The variable or the file is missing, or the key exists elsewhere. The message must not hold a value.
    fn value(&self, secret: &Secret, key: &DataKey, value: &SecretValue) -> Result<SecretBytes, BuildError>;
}

impl<F> SecretSource for F
where
    F: Fn(&Secret, &DataKey, &SecretValue) -> Result<SecretBytes, BuildError>,
{
    fn value(&self, secret: &Secret, key: &DataKey, value: &SecretValue) -> Result<SecretBytes, BuildError> {
        self(secret, key, value)
    }
}

/// Stands for every value with `<redacted>`, for summaries and plans: nothing is read, nothing generated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Redacted;

impl SecretSource for Redacted {
    fn value(&self, _: &Secret, _: &DataKey, _: &SecretValue) -> Result<SecretBytes, BuildError> {
        Ok("<redacted>".into())
    }
}
