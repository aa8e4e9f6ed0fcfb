//! MariaDB: the first ordinal is the primary, the others replicate from it as the image sets it up. No automatic failover.
//!
//! A new replica reads the primary's log from its beginning, so the log is never purged by age.

use super::super::draft::Draft;
use crate::model::Replication;

/// What runs before the image's entrypoint.
const SCRIPT: &str = include_str!("mariadb.sh");

/// Adds the server's log, the account and the Services for writing and reading.
pub(in crate::engine) fn complete(draft: &mut Draft<'_>, replication: &Replication) {
    let first = draft.app.first_ordinal();
    let primary = draft.host(first);
    draft.pod_name();
    draft.env("PRIMARY_HOST", primary);
    draft.env("PRIMARY_ORDINAL", first.to_string());
    draft.env("MARIADB_REPLICATION_USER", replication.user.as_deref().unwrap_or(super::USER));
    draft.env_secret("MARIADB_REPLICATION_PASSWORD", &replication.password);
    for (name, value) in [
        ("--log-bin", "binlog"),
        ("--relay-log", "relay"),
        ("--relay-log-recovery", "1"),
        ("--sync-binlog", "1"),
        ("--expire-logs-days", "0"),
    ] {
        if !draft.has_arg(name) {
            draft.arg(name, &[&format!("{name}={value}")]);
        }
    }
    draft.before(SCRIPT, "docker-entrypoint.sh", &["mariadbd"]);
    super::services(draft);
}
