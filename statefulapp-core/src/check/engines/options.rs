//! What an engine is told.

use crate::engine;
use crate::finding::{Finding, Path};
use crate::view::View;

/// An engine takes only its own options.
pub(super) fn unknown(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let Some(said) = &app.engine else { continue };
        let facts = engine::facts(said.kind);
        let options = [
            ("version", said.version.is_some()),
            ("database", said.database.is_some()),
            ("user", said.user.is_some()),
            ("password", said.password.is_some()),
            ("root_password", said.root_password.is_some()),
            ("config", said.config.is_some()),
            ("replication", said.replication.is_some()),
            ("cluster", said.cluster.is_some()),
            ("cluster_secret", said.cluster_secret.is_some()),
            ("zookeeper", said.zookeeper.is_some()),
            ("settings", !said.settings.is_empty()),
        ];
        for (option, _) in options.iter().filter(|(option, is_there)| *is_there && !facts.takes(option)) {
            let takes: Vec<String> = facts.options.iter().map(|option| format!("`{}`", option.name)).collect();
            out.push(
                Finding::error(
                    "engine-option-unknown",
                    Path::item(n).key("engine").key(*option).the_key(),
                    format!("the engine `{}` takes no `{option}`", facts.name),
                )
                .help(if takes.is_empty() {
                    "remove it".to_owned()
                } else {
                    format!("it takes {}", takes.join(", "))
                }),
            );
        }
    }
}
