//! Where the data is.

use super::{Known, known};
use crate::engine::{Below, DataPath, Root};
use crate::finding::{Finding, Path};
use crate::model::EnvValue;
use crate::view::View;

/// The data of a known image is on a volume, and not in its root.
pub(super) fn data_directory(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        if known.declared.storage.is_empty() || !known.runs_entrypoint() || known.has_unknown_files() {
            continue;
        }
        let Some(path) = known.facts.paths(&known.version).next() else { continue };
        let Some(directory) = directory(&known, path) else { continue };
        match covering(&known, path, &directory) {
            None => off_volume(&known, path, &directory, out),
            Some(volume) => in_root(&known, path, &directory, &volume, out),
        }
    }
}

/// A volume that shows a directory.
struct Covering {
    /// Its place.
    at: Path,
    /// Where it is mounted.
    mount: String,
    /// Whether its root is there, and not a directory of it.
    is_root: bool,
    /// Whether it stays when the pod goes.
    stays: bool,
}

/// Where the server writes, if that can be known.
fn directory(known: &Known<'_>, path: &DataPath) -> Option<String> {
    if let Below::Variable { name, .. } = path.below {
        match known.app.main.env(name) {
            Some(EnvValue::Text(text)) if !text.contains("$(") => return Some(text.trim_end_matches('/').to_owned()),
            Some(_) => return None,
            None if known.has_env(name) != Some(false) => return None,
            None => {}
        }
    }
    let moved = known.says(path.moved_by)
        || known
            .declared
            .engine
            .iter()
            .flat_map(|engine| &engine.settings)
            .any(|(name, _)| path.moved_by.iter().any(|word| name.contains(word.trim_matches(['-', ' ', '\n']))));
    if known.has_engine() && path.below == Below::Own {
        // Where the engine tells it to.
        return Some(path.mount.to_owned());
    }
    let major = known.version.major().to_string();
    (!moved).then(|| path.unset.replace("<major>", &major))
}

/// The volume whose mount is the nearest around a directory; `None` if that is the container's own file system.
fn covering(known: &Known<'_>, path: &DataPath, directory: &str) -> Option<Covering> {
    let around =
        |mount: &str| directory == mount || directory.strip_prefix(mount).is_some_and(|rest| rest.starts_with('/'));
    let storage = known.app.storage.iter().filter_map(|volume| {
        Some(Covering {
            at: known.at.key("storage").key(volume.name.to_string()),
            mount: volume.mount.as_ref()?.normalised().into_owned(),
            is_root: volume.sub_path.is_none(),
            stays: true,
        })
    });
    let scratch = known.app.scratch.iter().filter_map(|scratch| {
        Some(Covering {
            at: known.at.key("scratch").key(scratch.name.to_string()),
            mount: scratch.mount.as_ref()?.normalised().into_owned(),
            is_root: true,
            stays: false,
        })
    });
    let mounts = known.app.main.mounts.iter().map(|mount| Covering {
        at: known.at.key("mounts"),
        mount: mount.path.normalised().into_owned(),
        is_root: mount.sub_path.is_none(),
        stays: known.app.storage.iter().any(|volume| volume.name == mount.volume),
    });
    // The image's own volume lies over what a volume further up has there.
    let image = path.image_volume.then(|| Covering {
        at: Path::default(),
        mount: path.mount.to_owned(),
        is_root: true,
        stays: false,
    });
    let nearest = image.into_iter().chain(scratch).chain(storage).chain(mounts).filter(|volume| around(&volume.mount));
    nearest.max_by_key(|volume| volume.mount.len()).filter(|volume| volume.stays)
}

fn off_volume(known: &Known<'_>, path: &DataPath, directory: &str, out: &mut Vec<Finding>) {
    let Some(volume) = known.declared.storage.first() else { return };
    let help = match path.below {
        Below::Variable { name, directory } => {
            let mount = volume.mount.as_ref().map_or_else(|| path.mount.into(), |mount| mount.normalised());
            format!("mount a volume at \"{}\", or write `{name}: \"{mount}/{directory}\"`", path.mount)
        }
        _ => format!("mount a volume at \"{}\"", path.mount),
    };
    let at = known.at.key("storage").key(volume.name.to_string()).key("mount");
    out.push(
        known.depends(
            Finding::error(
                "data-not-on-volume",
                at,
                format!(
                    "{} keeps {} in {directory}, which is on no volume: it is gone with the container",
                    known.facts.title, path.what
                ),
            )
            .help(help),
            path,
        ),
    );
}

fn in_root(known: &Known<'_>, path: &DataPath, directory: &str, volume: &Covering, out: &mut Vec<Finding>) {
    if !volume.is_root || volume.mount != directory || path.root == Root::Fine {
        return;
    }
    let help = match path.below {
        Below::Variable { name, directory } => format!("write `{name}: \"{}/{directory}\"` in `env`", volume.mount),
        Below::SubPath(directory) => format!("write `sub_path: \"{directory}\"` in the volume"),
        Below::Own => "write a `sub_path` in the volume".to_owned(),
    };
    let title = known.facts.title;
    let finding = match path.root {
        Root::Refused => Finding::error(
            "data-at-mount-root",
            volume.at.key("mount"),
            format!(
                "the data of {title} is the root of a volume, where a file system has `lost+found`: it does not start on that"
            ),
        ),
        _ => Finding::warning(
            "lost-and-found",
            volume.at.key("mount"),
            format!("the data of {title} is the root of a volume: it may take a `lost+found` there for its own"),
        ),
    };
    out.push(known.depends(finding.help(help).looked_at(volume.at.key("sub_path")), path));
}

impl Known<'_> {
    /// A finding about a directory depends on all that decides where it is.
    fn depends(&self, finding: Finding, path: &DataPath) -> Finding {
        let mut finding = self.after_texts(finding).looked_at(self.at.key("env_from"));
        if let Below::Variable { name, .. } = path.below {
            finding = finding.looked_at(self.env_at(name));
        }
        for volume in &self.declared.storage {
            finding = finding.looked_at(self.at.key("storage").key(volume.name.to_string()).key("mount"));
        }
        finding
    }
}

/// An image that edits its own files has a root file system that can be written.
pub(super) fn read_only_root(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        if let Some(first) = known.facts.edited.first()
            && known.declared.security.main.read_only_root == Some(true)
        {
            let mounted = known.app.files.iter().map(|file| file.path.normalised()).any(|path| path == *first)
                || known.app.main.mounts.iter().any(|mount| mount.path.normalised() == *first);
            if !mounted && known.runs_entrypoint() {
                out.push(
                    known.of(Finding::error(
                        "read-only-root",
                        known.at.key("security").key("read_only_root"),
                        format!(
                            "the image of {} changes files in {first} when it starts, and stops if it cannot",
                            known.facts.title
                        ),
                    )
                    .help("leave `read_only_root` out")
                    .looked_at(known.at.key("command"))),
                );
            }
        }
    }
}
