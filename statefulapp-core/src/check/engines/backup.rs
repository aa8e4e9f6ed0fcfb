//! Backups.

use super::known;
use crate::engine::BackupMethod;
use crate::finding::Finding;
use crate::model::Stack;

/// A backup is a dump that can be restored.
pub(in crate::check) fn backup_unsupported(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for known in known(declared, completed) {
        if let (Some(_), BackupMethod::Unsound { why, instead }) = (&known.declared.backup, known.facts.backup) {
            let finding = Finding::error(
                "backup-unsupported",
                known.at.key("backup").the_key(),
                format!("a scheduled dump of {} would not be a backup: {why}", known.facts.title),
            );
            out.push(known.of(finding.help(format!("use {instead}"))));
        }
    }
}
