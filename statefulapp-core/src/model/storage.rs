use super::{KeyRef, Source};
use crate::value::{DataKey, FileMode, ItemPath, Label, MountPath, Quantity, StorageClassName, StorageSize, SubPath};

/// A volume that each pod keeps: a volume claim template.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// The name; the claim is called `<volume>-<app>-<ordinal>`.
    pub name: Label,
    /// Where the main container sees it; an engine knows its own data path.
    pub mount: Option<MountPath>,
    /// A directory inside the volume instead of its root.
    pub sub_path: Option<SubPath>,
    /// The size that is asked for.
    pub size: StorageSize,
    /// The StorageClass; default the cluster's default class, `""` none (volumes made by hand).
    pub class: Option<StorageClassName>,
    /// Who may mount it; default ReadWriteOnce.
    pub access: Vec<AccessMode>,
    /// A raw block device instead of a file system.
    pub block: bool,
    /// A VolumeSnapshot to start from.
    pub snapshot: Option<crate::value::Subdomain>,
}

/// Who may mount a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessMode {
    /// One node reads and writes.
    ReadWriteOnce,
    /// One pod reads and writes.
    ReadWriteOncePod,
    /// Many nodes read.
    ReadOnlyMany,
    /// Many nodes read and write.
    ReadWriteMany,
}

impl AccessMode {
    /// The name as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            AccessMode::ReadWriteOnce => "ReadWriteOnce",
            AccessMode::ReadWriteOncePod => "ReadWriteOncePod",
            AccessMode::ReadOnlyMany => "ReadOnlyMany",
            AccessMode::ReadWriteMany => "ReadWriteMany",
        }
    }
}

/// A ConfigMap or Secret as files in the main container.
#[derive(Clone, Debug, PartialEq)]
pub struct FileMount {
    /// Where it appears: a directory, or one file if `content` is one key.
    pub path: MountPath,
    /// What appears there.
    pub content: FileContent,
    /// The mode of the files; default 0644, for a Secret 0440.
    pub mode: Option<FileMode>,
    /// Whether the pod starts without it.
    pub optional: bool,
}

/// What appears at a path.
#[derive(Clone, Debug, PartialEq)]
pub enum FileContent {
    /// Every key of the object as a file of that name.
    All(Source),
    /// Some keys, each under a path of its own.
    Items(Source, Vec<(DataKey, ItemPath)>),
    /// One key of a ConfigMap as one file.
    ConfigKey(KeyRef),
    /// One key of a Secret as one file.
    SecretKey(KeyRef),
}

impl FileContent {
    /// The object that it comes from.
    pub fn source(&self) -> Source {
        match self {
            FileContent::All(source) | FileContent::Items(source, _) => source.clone(),
            FileContent::ConfigKey(key) => Source::ConfigMap(key.name.clone()),
            FileContent::SecretKey(key) => Source::Secret(key.name.clone()),
        }
    }
}

/// A volume that lives as long as the pod.
#[derive(Clone, Debug, PartialEq)]
pub struct Scratch {
    /// The name.
    pub name: Label,
    /// Where the main container sees it; `None`: only containers that list it in `mounts`.
    pub mount: Option<MountPath>,
    /// The most it may hold; the pod is evicted beyond it.
    pub size: Option<Quantity>,
    /// In memory, counted against the container's memory limit.
    pub memory: bool,
}
