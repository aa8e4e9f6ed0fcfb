//! Security contexts.

use serde_json::Value;

use super::check::Check;
use crate::plan::object::{at, text};

/// User and group ids.
const IDS: std::ops::RangeInclusive<i64> = 0..=2_147_483_647;

pub(super) fn of_pod<'a>(check: &mut Check<'a>, context: &'a Value) {
    ids(check, context);
    check.items(context, "supplementalGroups", |check, id| {
        if id.as_i64().is_some_and(|id| !IDS.contains(&id)) {
            check.refuse("an id is from 0 to 2147483647");
        }
    });
    check.word(context, "supplementalGroupsPolicy", &["Merge", "Strict"]);
    check.word(context, "fsGroupChangePolicy", &["Always", "OnRootMismatch"]);
    check.word(context, "seLinuxChangePolicy", &["MountOption", "Recursive"]);
    check.items(context, "sysctls", |check, sysctl| check.not_empty(sysctl, "name"));
    check.unique(context, "sysctls", "this sysctl", |sysctl| text(sysctl, "name"));
}

pub(super) fn of_container<'a>(check: &mut Check<'a>, context: &'a Value) {
    ids(check, context);
    check.word(context, "procMount", &["Default", "Unmasked"]);
    if at(context, &["allowPrivilegeEscalation"]) == Some(&Value::Bool(false)) {
        if at(context, &["privileged"]) == Some(&Value::Bool(true)) {
            check.refuse_at("allowPrivilegeEscalation", "cannot be false in a privileged container");
        }
        let added = at(context, &["capabilities", "add"]).and_then(Value::as_array);
        if added.is_some_and(|added| added.iter().any(|capability| capability == "CAP_SYS_ADMIN")) {
            check.refuse_at("allowPrivilegeEscalation", "cannot be false with CAP_SYS_ADMIN");
        }
    }
}

fn ids<'a>(check: &mut Check<'a>, context: &'a Value) {
    for field in ["runAsUser", "runAsGroup", "fsGroup"] {
        check.field(context, field, |check, id| {
            if id.as_i64().map_or(id.is_u64(), |id| !IDS.contains(&id)) {
                check.refuse("an id is from 0 to 2147483647");
            }
        });
    }
    for (field, is_file) in [("seccompProfile", true), ("appArmorProfile", false)] {
        check.field(context, field, |check, profile| {
            check.not_empty(profile, "type");
            check.word(profile, "type", &["RuntimeDefault", "Unconfined", "Localhost"]);
            let file = text(profile, "localhostProfile");
            match text(profile, "type") {
                Some("Localhost") if file.is_none() || (file == Some("") && !is_file) => {
                    check.refuse_at("localhostProfile", "is required for the type Localhost");
                }
                Some(kind) if kind != "Localhost" && file.is_some() => {
                    check.refuse_at("localhostProfile", "goes only with the type Localhost");
                }
                Some("Localhost") if is_file => {
                    let file = file.unwrap_or_default();
                    if file.starts_with('/') || file.split('/').any(|part| part == "..") {
                        check.refuse_at("localhostProfile", "it has to be relative, without `..`");
                    }
                }
                _ => {}
            }
        });
    }
}
