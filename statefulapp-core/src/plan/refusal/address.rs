//! Addresses and ranges of addresses.

use std::net::IpAddr;

use serde_json::Value;

use super::check::Check;

/// An address; Rust's parser refuses leading zeros, as the server does.
pub(super) fn ip<'a>(check: &mut Check<'a>, value: &'a Value) {
    let text = value.as_str().unwrap_or_default();
    if text.parse::<IpAddr>().is_err() {
        check.refuse(format_args!("{text:?} is no IP address"));
    }
}

/// A range such as `10.0.0.0/8`, without bits behind the prefix.
pub(super) fn range<'a>(check: &mut Check<'a>, value: &'a Value) {
    let text = value.as_str().unwrap_or_default();
    match parse(text) {
        None => check.refuse(format_args!("{text:?} is no range of addresses, such as 10.0.0.0/8")),
        Some((address, length)) if masked(address, length) != bits(address) => {
            check.refuse(format_args!("{text} has bits behind its prefix"));
        }
        Some(_) => {}
    }
}

/// Whether the second range lies within the first and is smaller.
pub(super) fn is_strictly_within(outer: &str, inner: &str) -> bool {
    let Some(((outer, outer_length), (inner, inner_length))) = parse(outer).zip(parse(inner)) else { return true };
    outer.is_ipv4() == inner.is_ipv4()
        && inner_length > outer_length
        && masked(inner, outer_length) == masked(outer, outer_length)
}

fn parse(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let is_plain = length.bytes().all(|byte| byte.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    let length: u32 = length.parse().ok().filter(|_| is_plain)?;
    (length <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, length))
}

/// The address in the upper bits of a number.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn masked(address: IpAddr, length: u32) -> u128 {
    bits(address) & u128::MAX.checked_shl(128 - length).unwrap_or(0)
}
