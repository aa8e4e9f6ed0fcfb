//! Schedules and time zones. stub
use serde_json::Value;
use super::check::Check;
pub(super) fn schedule<'a>(_check: &mut Check<'a>, _value: &'a Value) {}
pub(super) fn time_zone<'a>(_check: &mut Check<'a>, _value: &'a Value) {}
