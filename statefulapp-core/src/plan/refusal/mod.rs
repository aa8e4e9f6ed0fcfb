//! stub
use super::{Change, Pair, object::Object};
pub(super) fn compare(_pair: &mut Pair<'_, '_>) {}
pub(super) fn added(_object: Object<'_>, _changes: &mut Vec<Change>, _first: usize) {}
