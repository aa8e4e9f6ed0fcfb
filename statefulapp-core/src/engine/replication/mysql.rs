//! MySQL: the first ordinal is the source, the others are read-only replicas by GTID. No automatic failover.
//!
//! A replica begins as a copy that the CLONE plugin makes of the primary, and becomes one again when the primary no longer has
//! the log that it misses, so that the log need not be kept for ever.

use super::super::draft::Draft;
use super::super::mysql;
use crate::model::Replication;

/// Where the server's first statements are: in memory, and gone with the pod. The script knows it too.
const RUN: &str = "/run/replication";

/// What a copy of the files comes to on a slow disk or network, in bytes a second.
const COPY_SPEED: u64 = 20_000_000;

/// What runs before the image's entrypoint.
const SCRIPT: &str = concat!(include_str!("copies.sh"), include_str!("mysql.sh"));

/// Adds the server's options, the account and the Services for writing and reading.
pub(in crate::engine) fn complete(draft: &mut Draft<'_>, replication: &Replication) {
    let first = draft.app.first_ordinal();
    let primary = draft.host(first);
    let own = draft.own_host();
    draft.env("PRIMARY_HOST", primary);
    draft.env("PRIMARY_ORDINAL", first.to_string());
    draft.env("REPLICATION_USER", replication.user.as_deref().unwrap_or(super::USER));
    draft.env_secret("REPLICATION_PASSWORD", &replication.password);
    draft.scratch("replication", RUN, true, Some(1 << 20));
    for (name, value) in [
        ("gtid-mode", "ON"),
        ("enforce-gtid-consistency", "ON"),
        ("log-bin", "binlog"),
        // Long enough for a replica that is away over a weekend; later it copies the primary again.
        ("binlog-expire-logs-seconds", "259200"),
        ("relay-log", "relay"),
        ("relay-log-recovery", "ON"),
        ("skip-replica-start", "ON"),
        // A primary whose machine failed answers nothing: the default is a minute.
        ("replica-net-timeout", "15"),
        ("report-host", own.as_str()),
    ] {
        mysql::option(draft, name, value);
    }
    draft.arg("mysql_clone", &["--plugin-load-add=mysql_clone.so"]);
    super::copies(draft, COPY_SPEED);
    draft.before(SCRIPT, "docker-entrypoint.sh", &["mysqld"]);
    super::services(draft);
}
