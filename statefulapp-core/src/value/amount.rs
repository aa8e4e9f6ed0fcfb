//! What a quantity is an amount of.

use super::error::{ValueError, error};
use super::quantity::{Quantity, cpu_help, whole_bytes_help};

macro_rules! amount {
    ($(#[$meta:meta])* $name:ident, $check:path, $help:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Quantity);

        impl $name {
            /// Parses a text that lives as long as the program, without a copy of it.
            ///
            /// # Errors
            /// As `FromStr`: the rule that the text breaks.
            pub fn from_static(text: &'static str) -> Result<Self, ValueError> {
                Self::try_from(Quantity::from_static(text).map_err(|error| helped(error, text, $help))?)
            }

            /// For the macro's expansion: a text that was parsed when the program was compiled, and its thousandths.
            #[doc(hidden)]
            pub const fn __checked(text: &'static str, milli: i128) -> Self {
                Self(Quantity::__checked(text, milli))
            }

            /// The amount without its kind.
            pub const fn quantity(&self) -> &Quantity {
                &self.0
            }

            /// The text, as written.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            /// The amount in thousandths.
            pub const fn milli(&self) -> i128 {
                self.0.milli()
            }

            /// The sum, in the notation of the first amount; nothing beyond 2^63-1.
            pub fn checked_add(&self, other: &Self) -> Option<Self> {
                self.0.checked_add(&other.0).map(Self)
            }

            /// The amount so many times, in the same notation; nothing beyond 2^63-1.
            pub fn checked_mul(&self, times: u32) -> Option<Self> {
                let product = self.0.checked_mul(times)?;
                $check(&product).ok()?;
                Some(Self(product))
            }
        }

        impl TryFrom<Quantity> for $name {
            type Error = ValueError;

            fn try_from(quantity: Quantity) -> Result<Self, ValueError> {
                $check(&quantity)?;
                Ok(Self(quantity))
            }
        }

        impl std::str::FromStr for $name {
            type Err = ValueError;

            fn from_str(text: &str) -> Result<Self, ValueError> {
                text.parse::<Quantity>().map_err(|error| helped(error, text, $help))?.try_into()
            }
        }

        impl TryFrom<&str> for $name {
            type Error = ValueError;

            fn try_from(text: &str) -> Result<Self, ValueError> {
                text.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = ValueError;

            fn try_from(text: String) -> Result<Self, ValueError> {
                text.parse()
            }
        }

        impl TryFrom<&String> for $name {
            type Error = ValueError;

            fn try_from(text: &String) -> Result<Self, ValueError> {
                text.parse()
            }
        }

        impl From<$name> for Quantity {
            fn from(amount: $name) -> Quantity {
                amount.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

amount! {
    /// The size of a volume: whole bytes, more than 0.
    ///
    /// ```
    /// use statefulapp_core::value::StorageSize;
    ///
    /// let size: StorageSize = "100Gi".parse()?;
    /// assert!(size > "100G".parse()?);
    /// assert!("0".parse::<StorageSize>().is_err());
    /// # Ok::<(), statefulapp_core::value::ValueError>(())
    /// ```
    StorageSize, check_storage, |_| None
}

amount! {
    /// An amount of cpu, 0 or more: `1` is one cpu, `500m` a half.
    CpuAmount, check_cpu, cpu_help
}

amount! {
    /// An amount of memory: whole bytes, 0 or more.
    MemoryAmount, check_memory, |_| None
}

amount! {
    /// An amount of any other resource, 0 or more.
    ResourceAmount, check_resource, |_| None
}

/// A number of things, such as GPUs.
impl TryFrom<i32> for ResourceAmount {
    type Error = ValueError;

    fn try_from(number: i32) -> Result<Self, ValueError> {
        number.to_string().parse()
    }
}

impl StorageSize {
    /// The size in bytes.
    pub fn bytes(&self) -> u64 {
        self.0.value_bytes().unsigned_abs()
    }
}

impl MemoryAmount {
    /// The amount in bytes.
    pub fn bytes(&self) -> u64 {
        self.0.value_bytes().unsigned_abs()
    }
}

/// An error whose help fits what is measured, if there is such a help.
#[cold]
fn helped(error: ValueError, text: &str, help: fn(&str) -> Option<String>) -> ValueError {
    match help(text) {
        Some(help) => ValueError { help, ..error },
        None => error,
    }
}

fn check_storage(quantity: &Quantity) -> Result<(), ValueError> {
    if quantity.milli() <= 0 {
        let wrong = "is not a storage size: it must be greater than zero";
        return Err(error(
            "storage-not-positive",
            quantity.as_str(),
            wrong,
            "write the size of the volume, for instance 10Gi",
        ));
    }
    if !quantity.is_whole() {
        let wrong = "is not a storage size: it is not a whole number of bytes";
        return Err(error("storage-fractional", quantity.as_str(), wrong, whole_bytes_help(quantity)));
    }
    Ok(())
}

fn check_cpu(quantity: &Quantity) -> Result<(), ValueError> {
    if quantity.milli() < 0 { Err(negative("cpu-negative", quantity, "cpu")) } else { Ok(()) }
}

fn check_memory(quantity: &Quantity) -> Result<(), ValueError> {
    if quantity.milli() < 0 {
        return Err(negative("memory-negative", quantity, "memory"));
    }
    if !quantity.is_whole() {
        let wrong = "is not an amount of memory: it is not a whole number of bytes";
        return Err(error("memory-fractional", quantity.as_str(), wrong, whole_bytes_help(quantity)));
    }
    Ok(())
}

fn check_resource(quantity: &Quantity) -> Result<(), ValueError> {
    if quantity.milli() < 0 { Err(negative("resource-negative", quantity, "a resource")) } else { Ok(()) }
}

#[cold]
fn negative(rule: &'static str, quantity: &Quantity, of: &str) -> ValueError {
    let text = quantity.as_str();
    error(
        rule,
        text,
        format_args!("is not an amount of {of}: it is negative"),
        format!("write {}", text.trim_start_matches('-').trim_end_matches('.')),
    )
}
