//! Numbers of ports.

use super::error::{ValueError, error};
use std::fmt;
use std::num::NonZeroU16;

/// The server's default range (`--service-node-port-range`).
const NODE_PORTS: std::ops::RangeInclusive<u16> = 30000..=32767;

/// The number of a port, 1 to 65535.
///
/// ```
/// use statefulapp_core::value::Port;
///
/// assert_eq!(Port::try_from(5432)?.get(), 5432);
/// assert!(Port::try_from(0).is_err());
/// assert_eq!("8080".parse::<Port>()?.to_string(), "8080");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Port(NonZeroU16);

/// The port of every node that leads to a Service, 30000 to 32767 (the server's default range).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodePort(Port);

impl Port {
    /// The port of this number; `None` for 0.
    pub const fn new(number: u16) -> Option<Self> {
        match NonZeroU16::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// For the macro's expansion: a number that was checked when the program was compiled.
    #[doc(hidden)]
    pub const fn __checked(number: u16) -> Self {
        match NonZeroU16::new(number) {
            Some(number) => Self(number),
            None => Self(NonZeroU16::MIN),
        }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl NodePort {
    /// For the macro's expansion: a number that was checked when the program was compiled.
    #[doc(hidden)]
    pub const fn __checked(number: u16) -> Self {
        Self(Port::__checked(number))
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl TryFrom<i64> for Port {
    type Error = ValueError;

    fn try_from(number: i64) -> Result<Self, ValueError> {
        u16::try_from(number).ok().and_then(Self::new).ok_or_else(|| {
            error(
                "port-range",
                &number.to_string(),
                "is not a port: it is not from 1 to 65535",
                "write a number from 1 to 65535",
            )
        })
    }
}

impl TryFrom<i64> for NodePort {
    type Error = ValueError;

    fn try_from(number: i64) -> Result<Self, ValueError> {
        match u16::try_from(number) {
            Ok(port) if NODE_PORTS.contains(&port) => Ok(Self::__checked(port)),
            _ => {
                let wrong = "is not a node port: it is not from 30000 to 32767";
                let help = "write a number from 30000 to 32767, or leave it out and the server chooses one";
                Err(error("node-port-range", &number.to_string(), wrong, help))
            }
        }
    }
}

macro_rules! port_conversions {
    ($name:ident, $what:literal) => {
        impl TryFrom<u16> for $name {
            type Error = ValueError;

            fn try_from(number: u16) -> Result<Self, ValueError> {
                Self::try_from(i64::from(number))
            }
        }

        impl TryFrom<i32> for $name {
            type Error = ValueError;

            fn try_from(number: i32) -> Result<Self, ValueError> {
                Self::try_from(i64::from(number))
            }
        }

        impl TryFrom<u32> for $name {
            type Error = ValueError;

            fn try_from(number: u32) -> Result<Self, ValueError> {
                Self::try_from(i64::from(number))
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

        impl std::str::FromStr for $name {
            type Err = ValueError;

            fn from_str(text: &str) -> Result<Self, ValueError> {
                let bare = text.strip_prefix('-').unwrap_or(text);
                if bare.is_empty() || !bare.bytes().all(|b| b.is_ascii_digit()) {
                    let wrong = concat!("is not a ", $what, ": it is not a number");
                    return Err(error("port-invalid", text, wrong, "write a number, for instance 5432"));
                }
                // What does not fit into 64 bits is out of range too.
                Self::try_from(text.parse::<i64>().unwrap_or(i64::MAX))
            }
        }

        impl From<$name> for u16 {
            fn from(port: $name) -> u16 {
                port.get()
            }
        }

        impl From<$name> for i32 {
            fn from(port: $name) -> i32 {
                i32::from(port.get())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.get().fmt(f)
            }
        }
    };
}

port_conversions!(Port, "port");
port_conversions!(NodePort, "node port");

impl From<NodePort> for Port {
    fn from(port: NodePort) -> Port {
        port.0
    }
}
