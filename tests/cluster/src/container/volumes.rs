//! The volumes of a pod: directories below the pod's own, and claims that outlive it.

use super::LaunchMount;
use crate::env::{PodFacts, expand_text, field_value, resource_value};
use crate::objects::{Data, Key};
use crate::quantity;
use crate::spec::{Container, Item, PodSpec, Projected, ProjectedSource, Volume};
use anyhow::{Context, Result, bail};
use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown, symlink};
use std::path::{Path, PathBuf};

/// Where the content comes from.
pub struct VolumeSources<'a> {
    pub facts: &'a PodFacts,
    pub spec: &'a PodSpec,
    pub config_maps: &'a BTreeMap<Key, Data>,
    pub secrets: &'a BTreeMap<Key, Data>,
    /// The directory of each claim that the pod may name.
    pub claims: &'a BTreeMap<String, PathBuf>,
}

/// The volumes of one pod as directories of the machine.
pub struct PodVolumes {
    directories: BTreeMap<String, (PathBuf, bool)>,
    memory: Vec<PathBuf>,
    pub shared_memory: PathBuf,
}

/// A file of a configMap, secret, projected or downwardAPI volume.
struct Entry {
    path: String,
    content: Vec<u8>,
    mode: u32,
}

impl PodVolumes {
    /// Makes all volumes below the directory.
    pub fn make(sources: &VolumeSources<'_>, directory: &Path) -> Result<Self> {
        let mut volumes =
            Self { directories: BTreeMap::new(), memory: Vec::new(), shared_memory: directory.join("shm") };
        // containerd's size for a pod's /dev/shm, shared by its containers.
        volumes.memory_directory(&directory.join("shm"), 64 * 1024 * 1024)?;
        for volume in &sources.spec.volumes {
            let path = directory.join("volumes").join(&volume.name);
            let made = volumes
                .make_one(sources, volume, path)
                .with_context(|| format!("MountVolume.SetUp failed for volume \"{}\"", volume.name))?;
            volumes.directories.insert(volume.name.clone(), made);
        }
        Ok(volumes)
    }

    fn make_one(&mut self, sources: &VolumeSources<'_>, volume: &Volume, path: PathBuf) -> Result<(PathBuf, bool)> {
        let security = &sources.spec.security_context;
        if let Some(claim) = &volume.persistent_volume_claim {
            let path = sources
                .claims
                .get(&claim.claim_name)
                .with_context(|| format!("persistentvolumeclaim \"{}\" not found", claim.claim_name))?;
            let on_root_mismatch = security.fs_group_change_policy.as_deref() == Some("OnRootMismatch");
            if let Some(group) = security.fs_group
                && !(on_root_mismatch && root_matches(path, group)?)
            {
                give_to_group(path, group, 0o660)?;
            }
            return Ok((path.clone(), claim.read_only));
        }
        if let Some(empty) = &volume.empty_dir {
            if empty.medium.as_deref() == Some("Memory") {
                let size = empty.size_limit.as_ref().map(quantity::units).transpose()?.unwrap_or(1 << 30);
                self.memory_directory(&path, size)?;
            } else {
                fs::create_dir_all(&path)?;
            }
            fs::set_permissions(&path, Permissions::from_mode(0o777))?;
            if let Some(group) = security.fs_group {
                give_to_group(&path, group, 0o660)?;
            }
            return Ok((path, false));
        }
        let projected = if let Some(config_map) = &volume.config_map {
            let source = ProjectedSource { config_map: Some(config_map.clone()), ..Default::default() };
            Projected { sources: vec![source], default_mode: config_map.default_mode }
        } else if let Some(secret) = &volume.secret {
            let source = ProjectedSource { secret: Some(secret.clone()), ..Default::default() };
            Projected { sources: vec![source], default_mode: secret.default_mode }
        } else if let Some(downward) = &volume.downward_api {
            let source = ProjectedSource { downward_api: Some(downward.clone()), ..Default::default() };
            Projected { sources: vec![source], default_mode: downward.default_mode }
        } else if let Some(projected) = &volume.projected {
            projected.clone()
        } else {
            bail!("the harness does not know this kind of volume");
        };
        write_files(&path, &entries(sources, &projected)?)?;
        if let Some(group) = security.fs_group {
            give_to_group(&path, group, 0o440)?;
        }
        Ok((path, true))
    }

    fn memory_directory(&mut self, path: &Path, size: u64) -> Result<()> {
        fs::create_dir_all(path)?;
        let options = std::ffi::CString::new(format!("size={size},mode=1777"))?;
        mount("tmpfs", path, "tmpfs", MountFlags::empty(), Some(options.as_c_str()))?;
        self.memory.push(path.to_path_buf());
        Ok(())
    }

    /// The mounts of a container, outer paths first.
    pub fn mounts(&self, container: &Container, environment: &[(String, String)]) -> Result<Vec<LaunchMount>> {
        let mut mounts = Vec::new();
        for declared in &container.volume_mounts {
            let (directory, read_only) =
                self.directories.get(&declared.name).with_context(|| format!("no volume \"{}\"", declared.name))?;
            let sub_path = match (&declared.sub_path, &declared.sub_path_expr) {
                (Some(path), _) => path.clone(),
                (None, Some(expression)) => expand_text(expression, environment),
                (None, None) => String::new(),
            };
            let source = if sub_path.is_empty() { directory.clone() } else { directory.join(&sub_path) };
            if !source.exists() {
                // The kubelet makes it with the mode of the volume; the group follows a setgid directory.
                let mode = fs::metadata(directory)?.permissions();
                fs::create_dir_all(&source)?;
                fs::set_permissions(&source, mode)?;
            }
            let source = fs::canonicalize(source)?;
            mounts.push(LaunchMount {
                source,
                target: PathBuf::from(&declared.mount_path),
                read_only: declared.read_only || *read_only,
            });
        }
        mounts.sort_by_key(|mount| mount.target.components().count());
        Ok(mounts)
    }

    /// Takes the volumes in memory away.
    pub fn unmount(&self) {
        for path in &self.memory {
            let _ = unmount(path, UnmountFlags::DETACH);
        }
    }
}

/// A new volume as a storage driver gives it: a file system that root owns, with `lost+found`.
pub fn new_claim(path: &Path) -> Result<()> {
    fs::create_dir_all(path.join("lost+found"))?;
    fs::set_permissions(path, Permissions::from_mode(0o755))?;
    fs::set_permissions(path.join("lost+found"), Permissions::from_mode(0o700))?;
    Ok(())
}

/// Whether a volume's root already is the group's, so that `OnRootMismatch` leaves the rest alone.
fn root_matches(path: &Path, group: u32) -> Result<bool> {
    let found = fs::metadata(path)?;
    Ok(found.gid() == group && found.mode() & 0o660 == 0o660 && found.mode() & 0o2000 != 0)
}

/// What the kubelet does for `fsGroup`: the group owns everything, with the bits of the mask added.
fn give_to_group(path: &Path, group: u32, mask: u32) -> Result<()> {
    let found = fs::symlink_metadata(path)?;
    lchown(path, None, Some(group))?;
    if found.is_symlink() {
        return Ok(());
    }
    let added = if found.is_dir() { mask | 0o2110 } else { mask };
    fs::set_permissions(path, Permissions::from_mode(found.mode() & 0o7777 | added))?;
    if found.is_dir() {
        for entry in fs::read_dir(path)? {
            give_to_group(&entry?.path(), group, mask)?;
        }
    }
    Ok(())
}

/// Writes files as the kubelet's atomic writer does: links to `..data`, which is a link to a dated directory.
fn write_files(path: &Path, entries: &[Entry]) -> Result<()> {
    let dated = path.join("..2026_01_01_00_00_00.1");
    fs::create_dir_all(&dated)?;
    fs::set_permissions(path, Permissions::from_mode(0o777))?;
    fs::set_permissions(&dated, Permissions::from_mode(0o755))?;
    symlink("..2026_01_01_00_00_00.1", path.join("..data"))?;
    for entry in entries {
        let file = dated.join(&entry.path);
        fs::create_dir_all(file.parent().unwrap_or(&dated))?;
        fs::write(&file, &entry.content)?;
        fs::set_permissions(&file, Permissions::from_mode(entry.mode))?;
        let first = entry.path.split('/').next().unwrap_or(&entry.path);
        let link = path.join(first);
        if fs::symlink_metadata(&link).is_err() {
            symlink(format!("..data/{first}"), link)?;
        }
    }
    Ok(())
}

fn entries(sources: &VolumeSources<'_>, projected: &Projected) -> Result<Vec<Entry>> {
    let default_mode = projected.default_mode.unwrap_or(0o644);
    let mut out = Vec::new();
    for source in &projected.sources {
        let (kind, name, items, optional, store) = if let Some(config_map) = &source.config_map {
            ("configmap", config_map.name.clone(), &config_map.items, config_map.optional, sources.config_maps)
        } else if let Some(secret) = &source.secret {
            let name = secret.secret_name.clone().or_else(|| secret.name.clone()).unwrap_or_default();
            ("secret", name, &secret.items, secret.optional, sources.secrets)
        } else if let Some(downward) = &source.downward_api {
            for item in &downward.items {
                let content = match (&item.field_ref, &item.resource_field_ref) {
                    (Some(field), _) => field_value(sources.facts, field)?,
                    (None, Some(resource)) => {
                        let first = sources.spec.containers.first().context("no container")?;
                        resource_value(sources.spec, first, resource)?
                    }
                    (None, None) => bail!("downwardAPI item without a source"),
                };
                let mode = item.mode.unwrap_or(default_mode);
                out.push(Entry { path: item.path.clone(), content: content.into_bytes(), mode });
            }
            continue;
        } else {
            bail!("the harness gives no service account tokens");
        };
        let Some(data) = store.get(&(sources.facts.namespace.clone(), name.clone())) else {
            if optional {
                continue;
            }
            bail!("{kind} \"{name}\" not found");
        };
        let whole: Vec<Item> =
            data.entries.keys().map(|key| Item { key: key.clone(), path: key.clone(), mode: None }).collect();
        for item in items.as_ref().unwrap_or(&whole) {
            let Some(content) = data.entries.get(&item.key) else {
                if optional {
                    continue;
                }
                bail!("{kind} \"{name}\" references non-existent key: {}", item.key);
            };
            let mode = item.mode.unwrap_or(default_mode);
            out.push(Entry { path: item.path.clone(), content: content.clone(), mode });
        }
    }
    Ok(out)
}
