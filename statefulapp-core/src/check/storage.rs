//! Volumes: those that pods keep, and those that live as long as they do.

use super::pods::{completed_pods, pairs, pods};
use super::words::repeated;
use crate::finding::Finding;
use crate::model::AccessMode;
use crate::view::View;

/// Smaller than any file system; most likely a unit is missing.
const SMALLEST_MILLI: i128 = 1000 << 20;

/// Volumes of a pod have different names.
pub(super) fn duplicate_volumes(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        let storage = pod.storage.iter().enumerate().map(|(n, volume)| ("storage", n, &volume.name));
        let scratch = pod.scratch.iter().enumerate().map(|(n, volume)| ("scratch", n, &volume.name));
        let volumes: Vec<_> = storage.chain(scratch).collect();
        let at = |key: &'static str, n: usize| pod.at.key(key).index(n).the_key();
        for [(_, &(key, n, name)), (_, &(first_key, first, _))] in repeated(&volumes, |(_, _, name)| name.as_str()) {
            out.push(
                Finding::error(
                    "duplicate-volume",
                    at(key, n),
                    format!("{} has a volume `{name}` already", pod.describe()),
                )
                .help("rename one of the two")
                .also(at(first_key, first), "first declared"),
            );
        }
    }
}

/// A volume is seen by some container.
pub(super) fn volume_unmounted(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, full) in pairs(view) {
        let storage = full.storage.iter().map(|volume| ("storage", &volume.name, &volume.mount));
        let scratch = full.scratch.iter().map(|volume| ("scratch", &volume.name, &volume.mount));
        for (key, name, mount) in storage.chain(scratch) {
            let mounted = || full.containers().any(|placed| placed.container.mounts.iter().any(|m| m.volume == *name));
            if mount.is_some() || mounted() {
                continue;
            }
            let at = pod.at.key(key).key(name);
            let mut finding = Finding::error(
                "volume-unmounted",
                at.the_key(),
                format!("no container of {} sees volume `{name}`", pod.describe()),
            )
            .help("add `mount: \"/data\"` for the main container, or name the volume in the `mounts` of another one")
            .looked_at(pod.at.key(key).key(name).key("mount"))
            .looked_at(pod.at.key("engine"));
            for placed in pod.containers() {
                finding = finding.looked_at(placed.at.key("mounts").key(name));
            }
            out.push(finding);
        }
    }
}

/// `ReadWriteOncePod` stands alone; a new volume can be written to by somebody.
pub(super) fn access_modes(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, _) in pairs(view) {
        for volume in pod.storage {
            let at = || pod.at.key("storage").key(&volume.name);
            let alone = volume.access.iter().position(|mode| *mode == AccessMode::ReadWriteOncePod);
            let other = volume.access.iter().position(|mode| *mode != AccessMode::ReadWriteOncePod);
            if let (Some(alone), Some(other)) = (alone, other) {
                out.push(
                    Finding::error(
                        "access-alone",
                        at().key("access").index(alone),
                        "`ReadWriteOncePod` excludes every other access mode",
                    )
                    .help("write `access: ReadWriteOncePod` alone, or remove it")
                    .looked_at(at().key("access").index(other)),
                );
            }
            let reads = !volume.access.is_empty() && volume.access.iter().all(|mode| *mode == AccessMode::ReadOnlyMany);
            if reads && volume.snapshot.is_none() {
                out.push(
                    Finding::warning(
                        "access-read-only",
                        at().key("access"),
                        format!("volume `{}` is new, and nobody can write to it", volume.name),
                    )
                    .help("write `access: ReadWriteOnce`, or start from a `snapshot`")
                    .looked_at(at().key("access").index(0))
                    .looked_at(at().key("snapshot")),
                );
            }
        }
    }
}

/// A size is meant in some unit.
pub(super) fn storage_tiny(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        for volume in pod.storage.iter().filter(|volume| volume.size.milli() < SMALLEST_MILLI) {
            let digits: String = volume.size.as_str().chars().take_while(char::is_ascii_digit).collect();
            out.push(
                Finding::warning(
                    "storage-tiny",
                    pod.at.key("storage").key(&volume.name).key("size"),
                    format!(
                        "volume `{}` has {} bytes, less than any file system needs",
                        volume.name,
                        volume.size.bytes()
                    ),
                )
                .help(format!("write a unit: `{}Gi`", if digits.is_empty() { "10" } else { &digits })),
            );
        }
    }
}

/// The most that a scratch volume may hold is something; one in memory says how much of it.
pub(super) fn scratch_sizes(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, full) in pairs(view) {
        for volume in pod.scratch {
            let at = pod.at.key("scratch").key(&volume.name);
            match &volume.size {
                Some(size) if size.milli() <= 0 => out.push(
                    Finding::error(
                        "scratch-size",
                        at.key("size"),
                        format!(
                            "scratch volume `{}` cannot have the size {size}: zero means no limit, and less nothing",
                            volume.name
                        ),
                    )
                    .help("write the most that it may hold, for example `1Gi`, or leave `size` out"),
                ),
                Some(size) if !size.is_whole() => out.push(
                    Finding::error("scratch-size", at.key("size"), format!("{size} is not a whole number of bytes"))
                        .help("write a size, for example `1Gi`"),
                ),
                None if volume.memory && !has_memory_limit(&full) => out.push(
                    Finding::warning(
                        "scratch-memory-unlimited",
                        at.key("memory"),
                        format!("scratch volume `{}` may fill the memory of its node", volume.name),
                    )
                    .help("add a `size`, or a memory limit in `resources`")
                    .looked_at(at.key("size"))
                    .looked_at(pod.at.key("resources").key("memory").index(1)),
                ),
                _ => {}
            }
        }
    }
}

fn has_memory_limit(pod: &super::pods::Pod<'_>) -> bool {
    pod.main.resources.iter().any(|resource| resource.name == "memory" && resource.limit.is_some())
}
