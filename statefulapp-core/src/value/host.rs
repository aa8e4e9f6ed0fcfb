//! Hosts and networks.

use super::error::{ValueError, error};
use super::name::is_subdomain;
use super::text::text_value;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// The longest name, the closing dot not counted, and its longest part (RFC 1035).
const NAME: usize = 253;
const PART: usize = 63;

text_value! {
    /// The DNS name of a host: lower-case labels of up to 63 bytes joined by '.', up to 253 bytes, no IPv4 address.
    ///
    /// One closing dot is allowed, as in `spec.externalName` of a Service.
    Hostname, check_host_name
}

text_value! {
    /// A domain that a resolver appends to short names: parts as in a host name, but with '_' too, or a single dot for none.
    SearchDomain, check_search_domain
}

/// An IPv4 or IPv6 address; `Display` writes its canonical form.
///
/// An IPv4 address with leading zeros is refused, because some programs read them as octal, and so is an IPv4 address
/// dressed up as IPv6 (`::ffff:10.0.0.1`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IpAddress(IpAddr);

/// A network in CIDR notation: `10.0.0.0/8`, `fd00::/8`; no bits set beyond the prefix.
///
/// ```
/// use statefulapp_core::value::Cidr;
///
/// let net: Cidr = "10.0.0.0/8".parse()?;
/// assert!(net.contains(&"10.1.0.0/16".parse()?));
/// assert_eq!("10.0.0.1/8".parse::<Cidr>().unwrap_err().help, "write \"10.0.0.0/8\", or \"10.0.0.1/32\" for the one address");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cidr {
    address: IpAddr,
    length: u8,
}

fn check_host_name(text: &str) -> Result<(), ValueError> {
    const WHAT: &str = "is not a host name";
    let name = text.strip_suffix('.').unwrap_or(text);
    if !is_subdomain(name) {
        return Err(bad_host_name(text));
    }
    if name.len() > NAME {
        let wrong = format_args!("is too long for a host name: {} bytes, and it has at most {NAME}", name.len());
        return Err(error("host-name-too-long", text, wrong, "shorten it"));
    }
    if name.split('.').any(|part| part.len() > PART) {
        let wrong = format_args!("{WHAT}: a part between dots has more than {PART} bytes, which DNS cannot hold");
        return Err(error("host-name-part-too-long", text, wrong, "shorten the part"));
    }
    let is_address = name.split('.').count() == 4 && name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if is_address {
        let wrong = format_args!("{WHAT}: it is an IPv4 address, which DNS does not look up");
        return Err(error("host-name-ip-address", text, wrong, "write the host's name"));
    }
    Ok(())
}

fn check_search_domain(text: &str) -> Result<(), ValueError> {
    if text == "." {
        return Ok(());
    }
    // Where a host name may have an inner letter, a search domain may have '_' anywhere.
    let plain = text.replace('_', "x");
    if plain == text { check_host_name(text) } else { check_host_name(&plain).map_err(|_| bad_host_name(text)) }
}

impl SearchDomain {
    /// Whether it is a host name too; others are newer.
    pub fn is_host_name(&self) -> bool {
        check_host_name(self.as_str()).is_ok()
    }
}

#[cold]
fn bad_host_name(text: &str) -> ValueError {
    let trimmed = text.trim();
    let bare = trimmed.split_once("://").map_or(trimmed, |(_, rest)| rest);
    let bare = bare.split(['/', ':', '?']).next().unwrap_or(bare).to_ascii_lowercase();
    let help = if is_subdomain(&bare) && check_host_name(&bare).is_ok() {
        format!("write {bare:?}")
    } else {
        "write lower-case letters, digits, '-' and '.', for instance \"db.example.com\"".to_owned()
    };
    let wrong = if text.is_empty() { "is not a host name: it is empty" } else { "is not a host name" };
    error("host-name-invalid", text, wrong, help)
}

impl IpAddress {
    /// The address.
    pub const fn get(self) -> IpAddr {
        self.0
    }
}

impl FromStr for IpAddress {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        ip(text).map(Self).ok_or_else(|| {
            let help = match without_zeros(text).and_then(|text| ip(&text)) {
                Some(address) => format!("write \"{address}\""),
                None => "write for instance 10.9.8.7 or 2001:db8::1".to_owned(),
            };
            error("ip-address-invalid", text, "is not an IP address", help)
        })
    }
}

fn ip(text: &str) -> Option<IpAddr> {
    match text.parse() {
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_some() => None,
        address => address.ok(),
    }
}

fn without_zeros(text: &str) -> Option<String> {
    let parts: Option<Vec<String>> =
        text.split('.').map(|part| part.parse::<u8>().ok().map(|n| n.to_string())).collect();
    parts.map(|parts| parts.join("."))
}

impl Cidr {
    /// The network's address: that of the smallest host number.
    pub const fn address(self) -> IpAddr {
        self.address
    }

    /// The number of bits that all its addresses share.
    pub const fn prefix_length(self) -> u8 {
        self.length
    }

    /// Whether every address of the other network is one of this, and not all of this are.
    pub fn contains(&self, other: &Self) -> bool {
        self.address.is_ipv4() == other.address.is_ipv4()
            && self.length < other.length
            && network(other.address, self.length) == self.address
    }
}

impl FromStr for Cidr {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let Some((written, length)) = text.split_once('/') else {
            let help = match ip(text) {
                Some(address) => format!("write \"{address}/{}\" for the one address", bits(address)),
                None => HELP.to_owned(),
            };
            return Err(error("cidr-invalid", text, "is not a network: it has no prefix length", help));
        };
        let is_number = length.bytes().all(|b| b.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
        let length = length.parse::<u8>().ok().filter(|_| is_number);
        let (Some(address), Some(length)) = (ip(written), length) else {
            return Err(error("cidr-invalid", text, "is not a network", HELP));
        };
        if length > bits(address) {
            let wrong = format_args!("is not a network: the prefix length is beyond {}", bits(address));
            return Err(error("cidr-invalid", text, wrong, format!("write 0 to {} after the '/'", bits(address))));
        }
        let first = network(address, length);
        if first != address {
            let help = format!("write \"{first}/{length}\", or \"{address}/{}\" for the one address", bits(address));
            let wrong = "is not a network: it has bits set beyond the prefix length";
            return Err(error("cidr-host-bits", text, wrong, help));
        }
        Ok(Self { address, length })
    }
}

const HELP: &str = "write for instance 10.0.0.0/8 or 2001:db8::/32";

const fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address with all bits beyond the prefix cleared.
fn network(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            IpAddr::V4((v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            IpAddr::V6((v6.to_bits() & mask).into())
        }
    }
}

macro_rules! text_to {
    ($($name:ident),*) => {
        $(
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
        )*
    };
}

text_to!(IpAddress, Cidr);

impl fmt::Display for IpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}
