//! MariaDB: the first ordinal is the primary, the others are read-only replicas by GTID. No automatic failover.
//!
//! A replica begins as a dump of the primary, and becomes one again when the primary no longer has the log that it misses, so that the
//! log need not be kept for ever, and a server that had no log before can get replicas.

use super::super::draft::Draft;
use super::super::mysql;
use crate::model::Replication;

/// Where the sockets of passing servers are: gone with the pod. The script knows it too.
const RUN: &str = "/run/replication";

/// What a dump is read and written with on a slow machine, in bytes a second.
const DUMP_SPEED: u64 = 4_000_000;

/// What runs before the image's entrypoint.
const SCRIPT: &str = concat!(include_str!("copies.sh"), include_str!("mariadb.sh"));

/// Adds the server's log, the account and the Services for writing and reading.
pub(in crate::engine) fn complete(draft: &mut Draft<'_>, replication: &Replication) {
    let first = draft.app.first_ordinal();
    let primary = draft.host(first);
    draft.pod_name();
    draft.env("PRIMARY_HOST", primary);
    draft.env("PRIMARY_ORDINAL", first.to_string());
    draft.env("REPLICATION_USER", replication.user.as_deref().unwrap_or(super::USER));
    draft.env_secret("REPLICATION_PASSWORD", &replication.password);
    draft.scratch("replication", RUN, true, Some(1 << 20));
    for (name, value) in [
        ("log-bin", "binlog"),
        // Long enough for a replica that is away over a weekend; later it copies the primary again.
        ("expire-logs-days", "3"),
        ("sync-binlog", "1"),
        ("gtid-strict-mode", "1"),
        ("relay-log", "relay"),
        ("relay-log-recovery", "1"),
        // A primary whose machine failed answers nothing: the default is a minute.
        ("slave-net-timeout", "15"),
    ] {
        mysql::option(draft, name, value);
    }
    super::copies(draft, DUMP_SPEED);
    draft.before(SCRIPT, "docker-entrypoint.sh", &["mariadbd"]);
    super::services(draft);
}
