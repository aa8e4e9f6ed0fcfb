//! PostgreSQL: the first ordinal is the primary, the others are streaming standbys with a slot each. No automatic failover.
//!
//! An init container prepares the data directory at every start: on the primary it initialises the database and keeps the
//! replication role's password, on the others it copies the primary, and copies it again if the log that it needs is gone.

use super::super::draft::Draft;
use crate::model::{EnvValue, EnvVar, Mount, Replication};
use crate::value::{EnvName, Label, MountPath};

/// Where the standby's password file is: in memory, and gone with the pod.
const RUN: &str = "/run/replication";

/// Where the generated `pg_hba.conf` is, apart from the user's configuration, whose directory is read-only.
const HBA: &str = "/etc/postgresql-replication/pg_hba.conf";

/// What an init container runs.
const SCRIPT: &str = include_str!("postgres.sh");

/// Adds the standbys' settings, the init container and the Services for writing and reading.
pub(in crate::engine) fn complete(draft: &mut Draft<'_>, replication: &Replication) {
    let user = replication.user.as_deref().unwrap_or(super::USER);
    let primary = draft.host(draft.app.first_ordinal());
    draft.pod_name();
    draft.pod_index();
    draft.scratch("replication", RUN, true, Some(1 << 20));
    let conninfo =
        format!("primary_conninfo=host={primary} user={user} passfile={RUN}/pgpass application_name=$(POD_NAME)");
    draft.arg("primary_conninfo", &["-c", &conninfo]);
    draft.arg("primary_slot_name", &["-c", "primary_slot_name=standby_$(POD_INDEX)"]);
    if draft.version.at_least(&[13]) && !draft.has_arg("max_slot_wal_keep_size") {
        // A standby that is away must not fill the primary's volume; beyond this it copies the primary again.
        let size = draft.app.storage.first().map_or(4 << 30, |volume| volume.size.bytes() / 4) >> 20;
        draft.arg("max_slot_wal_keep_size", &["-c", &format!("max_slot_wal_keep_size={}MB", size.max(64))]);
    }
    // A standby and a copy in progress take one each, besides the server's own reserve.
    let senders = draft.replicas().saturating_mul(2).saturating_add(4);
    if senders > 10 {
        draft.arg("max_wal_senders", &["-c", &format!("max_wal_senders={senders}")]);
        draft.arg("max_replication_slots", &["-c", &format!("max_replication_slots={senders}")]);
    }
    if !draft.has_arg("hba_file=") {
        // Before version 14 the server keeps passwords as MD5, which `scram-sha-256` would refuse.
        let method = if draft.version.at_least(&[14]) { "scram-sha-256" } else { "md5" };
        draft.config_file("pg_hba.conf", HBA, hba(user, method));
        draft.arg("hba_file=", &["-c", &format!("hba_file={HBA}")]);
    }
    init(draft, replication, user, &primary);
    super::services(draft);
}

fn hba(user: &str, method: &str) -> String {
    let mut text = String::from("# Who may connect: everybody with a password, and the standbys.\n");
    for (kind, database, role, address) in [
        ("local", "all", "all", ""),
        ("host", "all", "all", "127.0.0.1/32"),
        ("host", "all", "all", "::1/128"),
        ("host", "all", "all", "all"),
        ("host", "replication", &format!("\"{user}\""), "all"),
    ] {
        text.push_str(&format!("{kind:<6}{database:<13}{role:<14}{address:<14}{method}\n"));
    }
    text
}

fn init(draft: &mut Draft<'_>, replication: &Replication, user: &str, primary: &str) {
    let Some(volume) = draft.app.storage.iter().find(|volume| volume.mount.is_some()) else { return };
    let (Some(path), volume, sub_path) = (volume.mount.clone(), volume.name.clone(), volume.sub_path.clone()) else {
        return;
    };
    let text = |name: &'static str, value: &str| EnvVar { name: EnvName::__checked(name), value: value.into() };
    let mut env = draft.environment();
    env.push(text("REPLICATION_USER", user));
    if let Some(password) = &replication.password {
        env.push(EnvVar {
            name: EnvName::__checked("REPLICATION_PASSWORD"),
            value: EnvValue::SecretKey(password.clone()),
        });
    }
    env.push(text("PRIMARY_HOST", primary));
    env.push(text("PRIMARY_ORDINAL", &draft.app.first_ordinal().to_string()));
    env.push(text("PGPASSFILE", &format!("{RUN}/pgpass")));
    let scratch = |name: &'static str, path: &'static str| Mount {
        volume: Label::__checked(name),
        path: MountPath::__checked(path),
        sub_path: None,
        read_only: false,
    };
    let mounts = vec![Mount { volume, path, sub_path, read_only: false }, scratch("replication", RUN)];
    draft.init_bash("init-data", SCRIPT, env, mounts);
}
