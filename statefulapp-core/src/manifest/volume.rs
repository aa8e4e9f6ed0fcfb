//! The volumes of a pod, and where its containers see them.

use super::container::list;
use crate::model::{ClaimVolume, FileContent, FileMount, Mount, PodSecurity, Scratch, Source, Volume};
use crate::value::{DataKey, FileMode, ItemPath};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use sha2::Digest as _;
use std::collections::HashSet;

/// Names longer than this are cut and get a hash, which leaves room for a number in the 63 characters of a name.
const MAX_NAME: usize = 58;

/// Readable for the owner, root, and for the pod's `fsGroup`.
const SECRET_MODE: i32 = 0o440;

/// Without an `fsGroup` the files belong to root alone, and no container runs as root: only "others" can read.
const SECRET_MODE_WITHOUT_GROUP: i32 = 0o444;

/// The volumes of a pod.
#[derive(Default)]
pub(super) struct Volumes<'a> {
    shared: Vec<Shared<'a>>,
    claims: &'a [ClaimVolume],
    scratch: &'a [Scratch],
    /// The raw devices, which are not mounted.
    block: HashSet<&'a str>,
    /// Where the main container sees them.
    main: Vec<Seen<'a>>,
}

/// A volume of files: several places may show it.
struct Shared<'a> {
    name: String,
    source: Source,
    pick: Pick<'a>,
    mode: Option<&'a FileMode>,
    optional: bool,
}

/// Which keys are in it.
enum Pick<'a> {
    All,
    Items(&'a [(DataKey, ItemPath)]),
    /// Each mounted by itself.
    Single(Vec<&'a DataKey>),
}

/// A volume at a place.
struct Seen<'a> {
    volume: Name<'a>,
    path: &'a str,
    sub_path: Option<&'a str>,
    read_only: bool,
}

enum Name<'a> {
    Given(&'a str),
    Shared(usize),
}

impl<'a> Volumes<'a> {
    pub(super) fn new(
        storage: &'a [Volume],
        files: &[&'a FileMount],
        claims: &'a [ClaimVolume],
        scratch: &'a [Scratch],
    ) -> Self {
        let mut volumes = Self {
            claims,
            scratch,
            block: storage.iter().filter(|volume| volume.block).map(|volume| volume.name.as_str()).collect(),
            ..Self::default()
        };
        volumes.main.extend(storage.iter().filter_map(|volume| {
            Some(Seen {
                volume: Name::Given(volume.name.as_str()),
                path: volume.mount.as_ref()?.as_str(),
                sub_path: volume.sub_path.as_ref().map(|path| path.as_str()),
                read_only: false,
            })
        }));
        let mut taken: HashSet<String> = storage.iter().map(|volume| volume.name.to_string()).collect();
        taken.extend(claims.iter().map(|volume| volume.name.to_string()));
        taken.extend(scratch.iter().map(|volume| volume.name.to_string()));
        for file in files {
            volumes.add_file(file, &mut taken);
        }
        volumes.main.extend(scratch.iter().filter_map(|volume| {
            Some(Seen {
                volume: Name::Given(volume.name.as_str()),
                path: volume.mount.as_ref()?.as_str(),
                sub_path: None,
                read_only: false,
            })
        }));
        volumes
    }

    fn add_file(&mut self, file: &'a FileMount, taken: &mut HashSet<String>) {
        let source = file.content.source();
        let (pick, single, optional) = match &file.content {
            FileContent::All(_) => (Pick::All, None, file.optional),
            FileContent::Items(_, items) => (Pick::Items(items), None, file.optional),
            FileContent::ConfigKey(key) | FileContent::SecretKey(key) => {
                (Pick::Single(vec![&key.key]), Some(&key.key), file.optional || key.optional)
            }
        };
        let mode = file.mode.as_ref();
        let same = |shared: &Shared<'_>| {
            shared.source == source
                && shared.mode == mode
                && shared.optional == optional
                && match (&shared.pick, &pick) {
                    (Pick::All, Pick::All) | (Pick::Single(_), Pick::Single(_)) => true,
                    (Pick::Items(a), Pick::Items(b)) => a == b,
                    _ => false,
                }
        };
        let index = match self.shared.iter().position(same) {
            Some(index) => index,
            None => {
                let name = unique(&source, taken);
                self.shared.push(Shared { name, source, pick, mode, optional });
                self.shared.len() - 1
            }
        };
        if let (Some(key), Some(Shared { pick: Pick::Single(keys), .. })) = (single, self.shared.get_mut(index))
            && !keys.contains(&key)
        {
            keys.push(key);
        }
        self.main.push(Seen {
            volume: Name::Shared(index),
            path: file.path.as_str(),
            sub_path: single.map(DataKey::as_str),
            read_only: true,
        });
    }

    /// The pod's own volumes; those that it keeps come from the claim templates.
    pub(super) fn objects(&self, security: &PodSecurity) -> Option<Vec<core::Volume>> {
        let files = self.shared.iter().map(|shared| shared.object(security));
        list(files.chain(self.claims.iter().map(claim)).chain(self.scratch.iter().map(empty_dir)).collect())
    }

    /// Where the main container sees volumes without saying so itself.
    pub(super) fn of_main(&self) -> (Vec<core::VolumeMount>, Vec<core::VolumeDevice>) {
        self.split(self.main.iter())
    }

    /// The mounts that a container names.
    pub(super) fn mounts(&self, mounts: &[Mount]) -> (Vec<core::VolumeMount>, Vec<core::VolumeDevice>) {
        let seen: Vec<_> = mounts
            .iter()
            .map(|mount| Seen {
                volume: Name::Given(mount.volume.as_str()),
                path: mount.path.as_str(),
                sub_path: mount.sub_path.as_ref().map(|path| path.as_str()),
                read_only: mount.read_only,
            })
            .collect();
        self.split(seen.iter())
    }

    fn split<'s>(&self, seen: impl Iterator<Item = &'s Seen<'s>>) -> (Vec<core::VolumeMount>, Vec<core::VolumeDevice>) {
        let (mut mounts, mut devices) = (Vec::new(), Vec::new());
        for seen in seen {
            let name = match seen.volume {
                Name::Given(name) => name,
                Name::Shared(index) => self.shared.get(index).map_or("", |shared| &shared.name),
            };
            let (name, path) = (name.to_owned(), seen.path.to_owned());
            if self.block.contains(name.as_str()) {
                devices.push(core::VolumeDevice { name, device_path: path });
            } else {
                let (expression, plain) = match seen.sub_path {
                    Some(path) if path.contains("$(") => (Some(path.to_owned()), None),
                    path => (None, path.map(str::to_owned)),
                };
                mounts.push(core::VolumeMount {
                    name,
                    mount_path: path,
                    sub_path: plain,
                    sub_path_expr: expression,
                    read_only: seen.read_only.then_some(true),
                    ..Default::default()
                });
            }
        }
        (mounts, devices)
    }
}

impl Shared<'_> {
    fn object(&self, security: &PodSecurity) -> core::Volume {
        let item = |key: &DataKey, path: &str| core::KeyToPath {
            key: key.to_string(),
            path: path.to_owned(),
            ..Default::default()
        };
        let items = match &self.pick {
            Pick::All => None,
            Pick::Items(items) => Some(items.iter().map(|(key, path)| item(key, path.as_str())).collect()),
            Pick::Single(keys) => Some(keys.iter().map(|key| item(key, key.as_str())).collect()),
        };
        let mode = self.mode.map(|mode| i32::from(mode.get()));
        let optional = self.optional.then_some(true);
        let mut volume = core::Volume { name: self.name.clone(), ..Default::default() };
        match &self.source {
            Source::ConfigMap(name) => {
                volume.config_map = Some(core::ConfigMapVolumeSource {
                    name: name.to_string(),
                    items,
                    default_mode: mode,
                    optional,
                    ..Default::default()
                });
            }
            Source::Secret(name) => {
                let default = if security.fs_group.is_some() { SECRET_MODE } else { SECRET_MODE_WITHOUT_GROUP };
                volume.secret = Some(core::SecretVolumeSource {
                    secret_name: Some(name.to_string()),
                    items,
                    default_mode: Some(mode.unwrap_or(default)),
                    optional,
                    ..Default::default()
                });
            }
        }
        volume
    }
}

fn claim(volume: &ClaimVolume) -> core::Volume {
    core::Volume {
        name: volume.name.to_string(),
        persistent_volume_claim: Some(core::PersistentVolumeClaimVolumeSource {
            claim_name: volume.claim.to_string(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn empty_dir(scratch: &Scratch) -> core::Volume {
    core::Volume {
        name: scratch.name.to_string(),
        empty_dir: Some(core::EmptyDirVolumeSource {
            medium: scratch.memory.then(|| "Memory".to_owned()),
            size_limit: scratch.size.as_ref().map(|size| Quantity(size.as_str().to_owned())),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// A volume's name from that of its source: the same for the same declaration, a label, and not taken yet.
fn unique(source: &Source, taken: &mut HashSet<String>) -> String {
    let kind = match source {
        Source::ConfigMap(_) => "config",
        Source::Secret(_) => "secret",
    };
    let mut name = format!("{kind}-{}", source.name().replace('.', "-"));
    if name.len() > MAX_NAME {
        let hash = sha2::Sha256::digest(source.name().as_bytes());
        let hash = hash.iter().take(4).fold(0u32, |hash, byte| hash << 8 | u32::from(*byte));
        // Names are ASCII, so that no character is cut.
        name.truncate(MAX_NAME - 9);
        name = format!("{}-{hash:08x}", name.trim_end_matches('-'));
    }
    let mut free = name.clone();
    let mut number = 1;
    while !taken.insert(free.clone()) {
        number += 1;
        free = format!("{name}-{number}");
    }
    free
}
