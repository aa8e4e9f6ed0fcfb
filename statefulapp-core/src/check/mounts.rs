//! Where the containers of a pod see its volumes.

use super::pods::{Placed, Pod, Role, completed_pods, of_app, pods};
use super::words::repeated;
use crate::finding::{Finding, Path};
use crate::model::{FileContent, FileMount, Names};
use crate::value::{Label, MountPath};
use crate::view::View;
use std::borrow::Cow;

/// Folders that an image cannot do without, or that the container runtime fills itself.
const SYSTEM: [&str; 12] =
    ["/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr", "/usr/bin", "/usr/lib", "/usr/sbin"];

/// The kernel's own file systems: the container runtime refuses mounts inside them.
const KERNEL: [&str; 2] = ["/proc/", "/sys/"];

/// A volume at a path in a container.
struct Seen<'a> {
    of: Mounting<'a>,
    path: &'a MountPath,
    normal: Cow<'a, str>,
    content: Content<'a>,
}

/// What mounts it.
#[derive(Clone, Copy)]
enum Mounting<'a> {
    /// A volume of the pod, by its block and its name.
    Volume(&'static str, &'a Label),
    /// One of the files, by its position.
    File(usize),
    /// An entry of the container's `mounts`, by the name of its volume.
    Mount(&'a Label),
}

/// What is there.
#[derive(Clone, Copy)]
enum Content<'a> {
    Volume,
    /// A folder of files that cannot be written to.
    Files(&'a FileMount),
    /// One file.
    File,
}

impl<'a> Seen<'a> {
    fn new(of: Mounting<'a>, path: &'a MountPath, content: Content<'a>) -> Self {
        Self { of, path, normal: path.normalised(), content }
    }

    /// Where it is declared.
    fn at(&self, pod: &Pod<'_>, placed: &Placed<'_>) -> Path {
        match self.of {
            Mounting::Volume(key, name) => pod.at.key(key).key(name).key("mount"),
            Mounting::File(n) => pod.at.key("files").index(n).the_key(),
            Mounting::Mount(name) => placed.at.key("mounts").key(name).key("path"),
        }
    }
}

/// Everything that a container sees, in the order in which one reads a declaration.
fn seen<'a>(pod: &Pod<'a>, placed: &Placed<'a>) -> Vec<Seen<'a>> {
    let mut seen = Vec::new();
    if placed.role == Role::Main {
        let storage = pod.storage.iter().map(|volume| ("storage", &volume.name, &volume.mount));
        let scratch = pod.scratch.iter().map(|volume| ("scratch", &volume.name, &volume.mount));
        let volume = |(key, name, mount): (_, _, &'a Option<MountPath>)| {
            Some(Seen::new(Mounting::Volume(key, name), mount.as_ref()?, Content::Volume))
        };
        seen.extend(storage.chain(scratch).filter_map(volume));
        let file = |(n, file): (_, &'a FileMount)| Seen::new(Mounting::File(n), &file.path, content(file));
        seen.extend(pod.files.iter().enumerate().map(file));
    }
    let mounts = placed.container.mounts.iter();
    seen.extend(mounts.map(|mount| Seen::new(Mounting::Mount(&mount.volume), &mount.path, Content::Volume)));
    seen
}

fn content(file: &FileMount) -> Content<'_> {
    match &file.content {
        FileContent::All(_) | FileContent::Items(..) => Content::Files(file),
        FileContent::ConfigKey(_) | FileContent::SecretKey(_) => Content::File,
    }
}

/// A path of a container shows one volume.
pub(super) fn duplicate_mounts(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        for placed in pod.containers() {
            for [(_, seen), (_, first)] in repeated(&seen(&pod, &placed), |seen| seen.normal.as_ref()) {
                let as_text = if seen.path == first.path { String::new() } else { format!(", as \"{}\"", first.path) };
                out.push(
                    Finding::error(
                        "duplicate-mount-path",
                        seen.at(&pod, &placed),
                        format!("\"{}\" is mounted in {} already{as_text}", seen.path, placed.describe()),
                    )
                    .help("choose another path")
                    .also(first.at(&pod, &placed), "first mounted"),
                );
            }
        }
    }
    group_files(view, out);
}

/// A group's files meet the mounts of its members, except those of the same path as text: there the member's own win.
fn group_files(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, group) in view.groups().filter(|(_, group)| !group.files.is_empty()) {
        for (member, app) in group.members.iter().filter_map(|member| view.app(member.as_str())) {
            let pod = of_app(member, &app);
            for (i, file) in group.files.iter().enumerate() {
                let own = pod.files.iter().any(|own| own.path == file.path);
                let Some(main) = pod.containers().next().filter(|_| !own) else { continue };
                if let Some(other) = seen(&pod, &main).into_iter().find(|seen| seen.normal == file.path.normalised()) {
                    out.push(
                        Finding::error(
                            "duplicate-mount-path",
                            Path::item(n).key("files").index(i).the_key(),
                            format!("\"{}\" is mounted in {} already", file.path, pod.describe()),
                        )
                        .help("choose another path")
                        .also(other.at(&pod, &main), "mounted")
                        .looked_at(pod.at.clone()),
                    );
                }
            }
        }
    }
}

/// A mount needs a folder or file to stand on, and in a volume of files none can be made.
pub(super) fn nested_mounts(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        for placed in pod.containers() {
            let seen = seen(&pod, &placed);
            for inner in &seen {
                let outer = seen
                    .iter()
                    .filter_map(|outer| Some((outer, inside(&outer.normal, &inner.normal)?)))
                    .max_by_key(|(outer, _)| outer.normal.len());
                let Some((outer, relative)) = outer else { continue };
                let why = match outer.content {
                    Content::Volume => continue,
                    Content::File => "is a file",
                    Content::Files(file) if has(file, relative, &view.stack) => continue,
                    Content::Files(_) => {
                        "is a folder of files that cannot be written to, and nothing of that name is in it"
                    }
                };
                out.push(
                    Finding::error(
                        "mount-inside-files",
                        inner.at(&pod, &placed),
                        format!("\"{}\" cannot be mounted: \"{}\" {why}", inner.path, outer.path),
                    )
                    .help("mount it beside, or choose single keys as files instead of the whole folder")
                    .also(outer.at(&pod, &placed), "the outer one is mounted"),
                );
            }
        }
    }
}

/// The path of the inner mount below the outer one.
fn inside<'p>(outer: &str, inner: &'p str) -> Option<&'p str> {
    inner.strip_prefix(outer)?.strip_prefix('/')
}

/// Whether a file or folder of this name is in a folder of files.
fn has(file: &FileMount, relative: &str, stack: &Names<'_>) -> bool {
    let first = relative.split('/').next().unwrap_or(relative);
    match &file.content {
        FileContent::Items(_, items) => items
            .iter()
            .any(|(_, path)| path.normalised() == relative || inside(relative, &path.normalised()).is_some()),
        FileContent::All(source) => {
            let config =
                stack.config_map(source.name()).filter(|_| matches!(source, crate::model::Source::ConfigMap(_)));
            let secret = stack.secret(source.name()).filter(|_| matches!(source, crate::model::Source::Secret(_)));
            // The keys of an object in the cluster may be more than the declared ones.
            config.is_some_and(|config| config.is_extern || config.keys().any(|key| *key == *first))
                || secret.is_some_and(|secret| secret.is_extern || secret.data.iter().any(|(key, _)| *key == *first))
        }
        FileContent::ConfigKey(_) | FileContent::SecretKey(_) => false,
    }
}

/// A volume over a folder of the system hides the programs that the container starts with.
pub(super) fn system_mounts(view: &View<'_>, out: &mut Vec<Finding>) {
    let mut check = |at: &dyn Fn() -> Path, path: &MountPath, content: Content<'_>| {
        let normal = path.normalised();
        let is_file = matches!(content, Content::File);
        let wrong = if KERNEL.iter().any(|folder| normal.starts_with(folder)) {
            "is inside a file system of the kernel, and no container runtime mounts anything there"
        } else if SYSTEM.contains(&normal.as_ref()) && !is_file {
            "would hide what the image and the container runtime have there"
        } else {
            return;
        };
        out.push(
            Finding::error("mount-over-system", at(), format!("\"{path}\" {wrong}"))
                .help("write a folder of its own, for example \"/data\""),
        );
    };
    for pod in completed_pods(view) {
        for placed in pod.containers() {
            for seen in seen(&pod, &placed) {
                check(&|| seen.at(&pod, &placed), seen.path, seen.content);
            }
        }
    }
    for (n, group) in view.groups() {
        for (i, file) in group.files.iter().enumerate() {
            check(&|| Path::item(n).key("files").index(i).the_key(), &file.path, content(file));
        }
    }
}

/// A container names volumes that its pod has.
pub(super) fn volume_unknown(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        let known = || {
            pod.storage
                .iter()
                .map(|volume| volume.name.as_str())
                .chain(pod.scratch.iter().map(|volume| volume.name.as_str()))
        };
        for placed in pod.containers() {
            for mount in placed.container.mounts.iter().filter(|mount| known().all(|name| mount.volume != *name)) {
                let name = mount.volume.to_string();
                let mut finding = Finding::error(
                    "volume-unknown",
                    placed.at.key("mounts").key(name.clone()).the_key(),
                    format!("unknown volume `{name}` in {}", placed.describe()),
                );
                for key in ["storage", "scratch"] {
                    finding = finding.looked_at(pod.at.key(key).key(name.clone()));
                }
                out.push(finding.help(super::words::instead(&name, known(), "declare it in `storage` or `scratch`")));
            }
        }
    }
}

/// A raw device has no folders, and is not written to as files are.
pub(super) fn block_as_folder(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        for volume in pod.storage.iter().filter(|volume| volume.block) {
            let block = pod.at.key("storage").key(&volume.name);
            let mut report = |at: Path, key: &str| {
                out.push(
                    Finding::error(
                        "block-as-folder",
                        at.the_key(),
                        format!("`{key}` does not fit volume `{}`: a raw device has no folders", volume.name),
                    )
                    .help(format!("remove `{key}`, or remove `block` from the volume"))
                    .looked_at(block.key("block")),
                );
            };
            if volume.sub_path.is_some() {
                report(block.key("sub_path"), "sub_path");
            }
            for placed in pod.containers() {
                for mount in placed.container.mounts.iter().filter(|mount| mount.volume == volume.name) {
                    let at = placed.at.key("mounts").key(&volume.name);
                    if mount.sub_path.is_some() {
                        report(at.key("sub_path"), "sub_path");
                    }
                    if mount.read_only {
                        report(at.key("read_only"), "read_only");
                    }
                }
            }
        }
    }
}
