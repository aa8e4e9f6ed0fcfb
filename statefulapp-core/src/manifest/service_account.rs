//! ServiceAccounts.

use super::{Index, Object, labels, pod};
use crate::model::Stack;
use k8s_openapi::api::core::v1 as core;

/// Every namespace has it; it is not ours to write.
const DEFAULT: &str = "default";

/// Whether an account is made for those that use it: without one, no pod of theirs is ever created.
pub(super) fn is_own(index: &Index<'_>, name: &str) -> bool {
    name != DEFAULT && index.account(name).is_none()
}

/// The account of an app or a Job, which has no rights and gives no token.
pub(super) fn own(stack: &Stack, name: &str, labels: labels::Map) -> Object {
    core::ServiceAccount {
        metadata: labels::metadata(stack, name, labels, labels::Map::new()),
        automount_service_account_token: Some(false),
        ..Default::default()
    }
    .into()
}

/// A declared account.
pub(super) fn declared(stack: &Stack, account: &crate::model::ServiceAccount) -> Object {
    core::ServiceAccount {
        metadata: labels::item_metadata(stack, account.name.as_str(), &account.meta),
        automount_service_account_token: Some(account.token),
        image_pull_secrets: super::container::list(account.pull_secrets.iter().map(pod::pull_secret).collect()),
        ..Default::default()
    }
    .into()
}
