//! Backups.

use super::{Known, known};
use crate::engine::{BackupMethod, backup_method as method, backup_names as names};
use crate::finding::Finding;
use crate::model::Backup;
use crate::value::CronJobName;
use crate::view::View;

/// The most that a CronJob's name can have.
const CRON_JOB_NAME: usize = 52;

/// A backup is a dump that can be restored.
pub(super) fn backup_unsupported(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, _) in backed_up(view) {
        if let BackupMethod::Unsound { why, instead } = method(known.app, known.facts) {
            let finding = Finding::error(
                "backup-unsupported",
                known.at.key("backup").the_key(),
                format!("a scheduled dump of {} would not be a backup: {why}", known.facts.title),
            );
            out.push(known.of(finding.help(format!("use {instead}"))));
        }
    }
}

fn backed_up<'a>(view: &'a View<'a>) -> impl Iterator<Item = (Known<'a>, &'a Backup)> {
    known(view).filter_map(|known| {
        let backup = known.declared.backup.as_ref()?;
        Some((known, backup))
    })
}

/// A database that can be dumped is dumped, or somebody says that it need not be.
pub(super) fn no_backup(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
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

/// What is backed up is on a volume: what a pod takes with it when it goes is lost before the next run.
pub(super) fn without_storage(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, _) in backed_up(view) {
        let dumps = matches!(method(known.app, known.facts), BackupMethod::Dump(_));
        if dumps && known.app.storage.is_empty() && known.app.main.mounts.is_empty() {
            let finding = Finding::error(
                "backup-without-storage",
                known.at.key("backup").the_key(),
                format!("`{}` keeps the data of {} in its container, which a restart empties: the next backup is of an empty server", known.declared.name, known.facts.title),
            )
            .help("add `storage: { data: { size: 10Gi } }`")
            .looked_at(known.at.key("storage"));
            out.push(known.of(finding));
        }
    }
}

/// The CronJobs of a backup have names that a CronJob can have.
pub(super) fn name_too_long(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, backup) in backed_up(view) {
        let longest = names(known.app, known.facts, backup).into_iter().max_by_key(String::len).unwrap_or_default();
        if longest.len() > CRON_JOB_NAME && longest.parse::<CronJobName>().is_err() {
            let room = CRON_JOB_NAME - (longest.len() - known.app.name.as_str().len());
            let finding = Finding::error(
                "backup-name-too-long",
                known.at.clone(),
                format!(
                    "the CronJob `{longest}` of the backup has {} bytes in its name, and {} are the most",
                    longest.len(),
                    CRON_JOB_NAME
                ),
            );
            out.push(known.of(finding.help(format!("give the app a name of {room} bytes or less"))));
        }
    }
}

/// The bucket is a name, perhaps with a path below it.
pub(super) fn bucket(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, backup) in backed_up(view) {
        let text = backup.bucket.as_str();
        let odd = |c: char| c.is_whitespace() || c.is_control() || "\\\"'`{}^[]<>%#|~?*:".contains(c);
        let parts = || text.strip_suffix('/').unwrap_or(text).split('/');
        let name = parts().next().unwrap_or_default();
        let (wrong, help) = if text.is_empty() {
            ("is no bucket", "write the bucket's name, or `BUCKET/PATH`".to_owned())
        } else if text.contains("://") {
            let bare = text.split("://").nth(1).unwrap_or_default();
            ("is a URL", format!("write \"{bare}\"; the server's URL is `endpoint`"))
        } else if text.contains(odd) {
            (
                "has a character that no bucket and no path should have",
                "write letters, digits, `-`, `.`, `_` and `/`".to_owned(),
            )
        } else if parts().any(|part| matches!(part, "" | "." | "..")) {
            ("has an empty part", "write `BUCKET/PATH`, without a slash in front".to_owned())
        } else if !(3..=63).contains(&name.len())
            || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
        {
            (
                "begins with what is no bucket's name",
                "a bucket's name has 3 to 63 letters, digits, `-` or `.`".to_owned(),
            )
        } else {
            continue;
        };
        let at = known.at.key("backup").key("bucket");
        out.push(Finding::error("backup-bucket", at, format!("`bucket` \"{text}\" {wrong}")).help(help));
    }
}

/// The endpoint is a URL that the client can use.
pub(super) fn endpoint(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, backup) in backed_up(view) {
        let Some(text) = backup.endpoint.as_deref() else { continue };
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.map(|rest| rest.split('/').next().unwrap_or_default());
        let odd = |c: char| c.is_whitespace() || c.is_control() || "?#\\\"'".contains(c);
        let (wrong, help) = match host {
            None => ("has no `https://` or `http://`", format!("write \"https://{text}\"")),
            Some("") => ("names no server", "write \"https://HOST\"".to_owned()),
            Some(host) if host.contains('@') => {
                ("holds a login", "declare it as `credentials`, and write the URL without it".to_owned())
            }
            _ if text.contains(odd) => ("is no URL of a server", "write \"https://HOST:PORT\"".to_owned()),
            Some(host) if !port_fits(host) => {
                ("has a port that is none", "write \"https://HOST:PORT\" with 1 to 65535".to_owned())
            }
            _ => continue,
        };
        let at = known.at.key("backup").key("endpoint");
        out.push(Finding::error("backup-endpoint", at, format!("`endpoint` \"{text}\" {wrong}")).help(help));
    }
}

fn port_fits(host: &str) -> bool {
    // In brackets is an IPv6 address.
    let after = host.rsplit_once(']').map_or(host, |(_, after)| after);
    after.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// A time in which backups fail does not take the last one.
pub(super) fn keeps_none(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, backup) in backed_up(view) {
        if backup.keep_at_least == Some(0) {
            let at = known.at.key("backup").key("keep_at_least");
            out.push(
                Finding::error("backup-keeps-none", at, "`keep_at_least: 0` lets the last backup go")
                    .help("write 1 or more, or leave it out for 3"),
            );
        }
    }
}

/// The Jobs of a backup log in with what the server's variables say.
pub(super) fn login(view: &View<'_>, out: &mut Vec<Finding>) {
    for (known, _) in backed_up(view) {
        for env in &known.app.main.env {
            let Some(name) = env.name.as_str().strip_suffix("_FILE").filter(|name| name.contains("PASSWORD")) else {
                continue;
            };
            if known.has_env(name) == Some(false) {
                let finding = Finding::error(
                    "backup-login",
                    known.env_at(env.name.as_str()),
                    format!("the Jobs of the backup do not see the file of `{}`", env.name),
                );
                let help = format!("write `{name}: SECRET.KEY` instead, or `password` in `engine`");
                out.push(known.of(finding.help(help)).looked_at(known.at.key("env_from")));
            }
        }
    }
}
