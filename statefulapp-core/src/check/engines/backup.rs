//! Backups.

use super::known;
use crate::engine::{BackupMethod, backup_method as method};
use crate::finding::Finding;
use crate::model::Stack;

/// A backup is a dump that can be restored.
pub(super) fn backup_unsupported(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for known in known(declared, completed) {
        if let (Some(_), BackupMethod::Unsound { why, instead }) =
            (&known.declared.backup, method(known.app, known.facts))
        {
            let finding = Finding::error(
                "backup-unsupported",
                known.at.key("backup").the_key(),
                format!("a scheduled dump of {} would not be a backup: {why}", known.facts.title),
            );
            out.push(known.of(finding.help(format!("use {instead}"))));
        }
    }
}

/// A database that can be dumped is dumped, or somebody says that it need not be.
pub(super) fn no_backup(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for known in known(declared, completed) {
        let dumps = matches!(method(known.app, known.facts), BackupMethod::Dump(_));
        if dumps && known.declared.backup.is_none() && !known.declared.storage.is_empty() {
            let finding = Finding::warning(
                "no-backup",
                known.at.clone(),
                format!("`{}` keeps the data of {} and has no backup", known.declared.name, known.facts.title),
            );
            let help = "add `backup: { schedule: \"0 2 * * *\", keep: 30d, bucket: \"…\", credentials: … }`, or \
                        `allow: [no_backup]` if it is backed up by other means";
            out.push(known.of(finding.help(help)));
        }
    }
}
