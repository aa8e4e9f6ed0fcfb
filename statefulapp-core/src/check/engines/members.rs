//! What makes members of several pods, and what a declaration says of it by hand.

use super::settings::said;
use super::{Known, known};
use crate::engine;
use crate::finding::Finding;
use crate::model::EnvValue;
use crate::view::View;

/// The variables that list all members by their names.
const LISTS: [&str; 4] = ["ETCD_INITIAL_CLUSTER", "ZOO_SERVERS", "ZOOKEEPER_SERVERS", "KAFKA_CONTROLLER_QUORUM_VOTERS"];

/// A command of one's own does not replace the one by which an engine tells members who they are.
pub(super) fn command_replaces(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::has_engine) {
        if known.runs_entrypoint() || known.declared.replicas() < 2 {
            continue;
        }
        // What the engine would have written is seen where nobody else wrote anything.
        let mut alone = known.declared.clone();
        alone.main.command.clear();
        if !engine::complete_alone(known.stack, &alone).main.command.is_empty() {
            let finding = Finding::error(
                "command-replaces-engine",
                known.at.key("command").the_key(),
                format!(
                    "this replaces the command by which the engine makes {} pods of {} one",
                    known.declared.replicas(),
                    known.facts.title
                ),
            )
            .help("leave it out, and write options as `args` or `settings`")
            .looked_at(known.at.key("replicas"));
            out.push(known.of(finding));
        }
    }
}

/// A list of members that has some of an app's pods has all of them.
pub(super) fn unlisted(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.declared.replicas() > 1) {
        for name in LISTS {
            let Some(EnvValue::Text(text)) = known.declared.main.env(name) else { continue };
            let app = known.declared;
            let first = app.first_ordinal();
            let listed = |ordinal: u32| {
                let pod = format!("{}-{ordinal}", app.name);
                text.match_indices(&pod).any(|(n, _)| {
                    !text.get(n + pod.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
                })
            };
            let all = first..first.saturating_add(app.replicas());
            let (there, missing): (Vec<u32>, Vec<u32>) = all.partition(|ordinal| listed(*ordinal));
            if let (Some(_), Some(pod)) = (there.first(), missing.first()) {
                let finding = Finding::error(
                    "members-unlisted",
                    known.env_at(name),
                    format!(
                        "`{name}` has some pods of `{}` and not `{}-{pod}`, which is no member then",
                        app.name, app.name
                    ),
                )
                .help(format!("write all {} of them, or leave it to the engine", app.replicas()))
                .looked_at(known.at.key("replicas"))
                .looked_at(known.at.key("first_ordinal"));
                out.push(known.of(finding));
            }
        }
    }
}

/// The first masters of a cluster are pods that there are.
pub(super) fn masters(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::has_engine) {
        for name in ["cluster.initial_master_nodes", "cluster.initial_cluster_manager_nodes"] {
            let Some((at, text)) = said(&known, name).filter(|(_, text)| !text.contains("$(")) else { continue };
            let is_pod = |text: &str| {
                view.stack.apps().any(|(_, app)| {
                    let number = text.strip_prefix(app.name.as_str()).and_then(|rest| rest.strip_prefix('-'));
                    let first = app.first_ordinal();
                    let number = number.and_then(|number| number.parse::<u32>().ok());
                    number.is_some_and(|n| (first..first.saturating_add(app.replicas())).contains(&n))
                })
            };
            // A node may be called what its declaration says.
            let named = known.declared.main.env("node.name").is_some();
            let nodes = text.split([',', ' ', '[', ']', '"']).filter(|node| !node.is_empty());
            if let Some(stranger) = nodes.into_iter().find(|node| !is_pod(node)).filter(|_| !named) {
                let finding = Finding::error(
                    "members-unlisted",
                    at,
                    format!("`{name}` waits for `{stranger}`, and no pod of this block has that name"),
                )
                .help("write the names of the pods, or leave it to the engine")
                .looked_at(known.at.key("replicas"))
                .looked_at(known.at.key("first_ordinal"))
                .looked_at(known.env_at("node.name"));
                out.push(known.of(finding));
            }
        }
    }
}
