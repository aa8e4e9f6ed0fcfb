//! The user that a server runs as.

use super::known;
use crate::engine;
use crate::finding::Finding;
use crate::model::EngineKind;
use crate::view::View;

/// A server that looks its own user up runs as one that its image has.
/// <https://github.com/docker-library/docs/blob/master/postgres/content.md#arbitrary---user-notes>
pub(super) fn not_in_image(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.runs_entrypoint()) {
        let Some(image) = known.app.main.image.as_ref().filter(|image| engine::by_image(image).is_some()) else {
            continue;
        };
        // Where the root file system is read-only, the engine makes the directories that the server writes to.
        let replaced = known.has_engine() && known.app.security.main.read_only_root == Some(true);
        let writes = !known.facts.writable.is_empty() && known.facts.kind == EngineKind::Kafka;
        if replaced && writes {
            continue;
        }
        let Some(user) = known.facts.user(image.tag()).filter(|user| !user.alone.is_empty()) else { continue };
        let Some(declared) = known.declared.security.main.user.or(known.declared.security.user) else { continue };
        // Root becomes the image's own user, or may write everywhere.
        if declared != 0 && declared != user.uid {
            let finding = Finding::error(
                "user-not-in-image",
                known.at.key("security").key("user"),
                format!("`{image}` does not start as the user {declared}: {}", user.alone),
            )
            .help(format!("leave it out, or write `user: {}, group: {}`", user.uid, user.gid))
            .looked_at(known.at.key("security").key("read_only_root"));
            out.push(known.of(finding));
        }
    }
}
