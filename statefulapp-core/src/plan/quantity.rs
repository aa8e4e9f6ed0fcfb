//! Comparing amounts as the server does.

use std::cmp::Ordering;

use crate::value::Quantity;

/// Whether two texts are the same amount, as `1Gi` and `1024Mi` are.
pub(super) fn same(a: &str, b: &str) -> bool {
    match order(a, b) {
        Some(order) => order.is_eq(),
        None => a == b,
    }
}

/// Whether the server stores both texts as the same bytes.
pub(super) fn same_notation(a: &str, b: &str) -> bool {
    match (a.parse::<Quantity>(), b.parse::<Quantity>()) {
        (Ok(a), Ok(b)) => a.canonical() == b.canonical(),
        _ => a == b,
    }
}

/// The order of two amounts; `None` if one is not a quantity.
pub(super) fn order(a: &str, b: &str) -> Option<Ordering> {
    Some(a.parse::<Quantity>().ok()?.cmp(&b.parse::<Quantity>().ok()?))
}
