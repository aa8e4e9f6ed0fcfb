use super::keys::{Owner, keys, read_name};
use super::{ConfigKey, ConfigMap, Parse, Secret, SecretKey};
use crate::model::{AccessMode, FileContent, FileMount, Scratch, Source, Volume};
use crate::value::{
    DataKey, FileMode, ItemPath, Label, MountPath, Quantity, StorageClassName, StorageSize, SubPath, Subdomain,
    ValueError,
};

/// What the pods of apps and Jobs have. `$pod` is where they are.
macro_rules! pod {
    ($self:ident, $pod:expr) => {
        /// Files in the main container: `&config`, `config.key("app.conf")?`, or a [`File`](crate::builder::File).
        ///
        /// # Errors
        /// The path is not an absolute one.
        pub fn file(
            mut $self,
            path: impl $crate::builder::Parse<$crate::value::MountPath>,
            file: impl Into<$crate::builder::File>,
        ) -> Result<Self, $crate::value::ValueError> {
            let path = $crate::builder::keys::read(&$self, "files", path)?;
            $pod.files.push(file.into().at(path));
            Ok($self)
        }

        $crate::builder::keys::keys! { $self:
            /// A volume that lives as long as the pod (emptyDir).
            one scratch: $crate::model::Scratch => $pod.scratch;
            /// A container that runs to completion before the main one starts.
            one init: $crate::model::Container => $pod.init;
            /// The ServiceAccount: a declared one, or the name of one.
            parsed service_account: $crate::value::Subdomain => $pod.service_account;
            /// Whether the pods get a token for the API server, which is off by default.
            set service_account_token: bool => $pod.service_account_token;
            /// Users, groups and privileges.
            plain security: $crate::model::PodSecurity => $pod.security;
            /// A taint that the pods tolerate.
            one toleration: $crate::model::Toleration => $pod.tolerations;
        }

        /// A Secret with the credentials of the image's registry.
        ///
        /// # Errors
        /// It is text that is no name.
        pub fn pull_secret(
            mut $self,
            secret: impl $crate::builder::Parse<$crate::value::Subdomain>,
        ) -> Result<Self, $crate::value::ValueError> {
            let secret = $crate::builder::keys::read(&$self, "pull_secrets", secret)?;
            $pod.pull_secrets.push(secret);
            Ok($self)
        }

        /// A label that a node must have.
        ///
        /// # Errors
        /// The key or the value is not a label's.
        pub fn node_selector(
            mut $self,
            key: impl $crate::builder::Parse<$crate::value::LabelKey>,
            value: impl $crate::builder::Parse<$crate::value::LabelValue>,
        ) -> Result<Self, $crate::value::ValueError> {
            let pair = $crate::builder::keys::read_pair(&$self, "node_selector", key, value)?;
            $pod.node_selector.push(pair);
            Ok($self)
        }
    };
}

pub(super) use pod;

/// A ConfigMap or Secret as files. Without more to say, `&config` or `config.key("app.conf")?` says the same.
///
/// ```
/// use statefulapp_core::builder::{App, ConfigMap, File};
///
/// let config = ConfigMap::new("config")?.data("app.conf", "level = info")?;
/// let web = App::new("web")?
///     .file("/etc/all", &config)?
///     .file("/etc/app.conf", config.key("app.conf")?)?
///     .file("/etc/some", File::new(&config).item("app.conf", "conf.d/app")?.mode("0400")?)?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    content: FileContent,
    mode: Option<FileMode>,
    optional: bool,
}

impl Owner for File {
    fn owner(&self) -> String {
        format!("file `{}`", self.content.source().name())
    }
}

impl File {
    /// The files of a ConfigMap or Secret, or one key of it.
    pub fn new(from: impl Into<FileContent>) -> Self {
        Self { content: from.into(), mode: None, optional: false }
    }

    keys! { self:
        /// The mode of the files: `"0440"`.
        parsed mode: FileMode => self.mode;
        /// Whether the pod starts without it.
        plain optional: bool => self.optional;
    }

    /// Only the keys that are named so, each under a path of its own.
    ///
    /// # Errors
    /// The key or the path is none, or the file is one key already.
    pub fn item(mut self, key: impl Parse<DataKey>, path: impl Parse<ItemPath>) -> Result<Self, ValueError> {
        let item = super::keys::read_pair(&self, "item", key, path)?;
        match &mut self.content {
            FileContent::Items(_, items) => items.push(item),
            FileContent::All(source) => self.content = FileContent::Items(source.clone(), vec![item]),
            FileContent::ConfigKey(key) | FileContent::SecretKey(key) => {
                return Err(ValueError {
                    rule: "items-unfit",
                    message: format!("file `{}`: an item does not fit one key, `{}`", key.name, key.key),
                    help: "give the whole ConfigMap or Secret".to_owned(),
                });
            }
        }
        Ok(self)
    }

    pub(super) fn at(self, path: MountPath) -> FileMount {
        FileMount { path, content: self.content, mode: self.mode, optional: self.optional }
    }
}

macro_rules! contents {
    ($($type:ty: $value:ident => $make:expr;)*) => {
        $(impl From<$type> for FileContent {
            fn from($value: $type) -> Self {
                $make
            }
        }

        impl From<$type> for File {
            fn from(content: $type) -> Self {
                Self::new(content)
            }
        })*
    };
}

contents! {
    &ConfigMap: config => FileContent::All(config.into());
    &Secret: secret => FileContent::All(secret.into());
    Source: source => FileContent::All(source);
    ConfigKey: key => FileContent::ConfigKey(key.0);
    SecretKey: key => FileContent::SecretKey(key.0);
}

impl Owner for Volume {
    fn owner(&self) -> String {
        format!("volume `{}`", self.name)
    }
}

/// ```
/// use statefulapp_core::builder::{AccessMode, Volume};
///
/// let data = Volume::new("data", "100Gi")?.mount("/data")?.class("fast-ssd")?.access([AccessMode::ReadWriteOncePod]);
/// let error = data.class("Fast SSD").unwrap_err();
/// assert!(error.message.starts_with("volume `data`: class \"Fast SSD\""));
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Volume {
    /// A volume of this name and size.
    ///
    /// # Errors
    /// The name is not a label, or the size not a quantity above 0.
    pub fn new(name: impl Parse<Label>, size: impl Parse<StorageSize>) -> Result<Self, ValueError> {
        let name = read_name("volume", name)?;
        let size = size
            .parse_value()
            .map_err(|error| ValueError { message: format!("volume `{name}`: size {}", error.message), ..error })?;
        Ok(Self {
            name,
            mount: None,
            sub_path: None,
            size,
            class: None,
            access: Vec::new(),
            block: false,
            snapshot: None,
        })
    }

    keys! { self:
        /// Where the main container sees it. An engine knows its own data path.
        parsed mount: MountPath => self.mount;
        /// A directory inside the volume instead of its root.
        parsed sub_path: SubPath => self.sub_path;
        /// The StorageClass, which must exist; `""` for volumes made by hand.
        parsed class: StorageClassName => self.class;
        /// Whether it is a raw block device instead of a file system.
        plain block: bool => self.block;
        /// A VolumeSnapshot to start from.
        parsed snapshot: Subdomain => self.snapshot;
    }

    /// Who may mount it.
    #[must_use]
    pub fn access(mut self, modes: impl IntoIterator<Item = AccessMode>) -> Self {
        self.access.extend(modes);
        self
    }
}

impl Owner for Scratch {
    fn owner(&self) -> String {
        format!("scratch volume `{}`", self.name)
    }
}

/// ```
/// use statefulapp_core::builder::{App, Scratch};
///
/// let web = App::new("web")?.scratch(Scratch::new("tmp")?.mount("/tmp")?.size("64Mi")?.memory(true));
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Scratch {
    /// A volume of this name.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn new(name: impl Parse<Label>) -> Result<Self, ValueError> {
        Ok(Self { name: read_name("scratch volume", name)?, mount: None, size: None, memory: false })
    }

    keys! { self:
        /// Where the main container sees it. Without it, only containers with a mount of its name do.
        parsed mount: MountPath => self.mount;
        /// The most it may hold; the pod is evicted beyond it.
        parsed size: Quantity => self.size;
        /// Whether it is in memory, counted against the memory limit.
        plain memory: bool => self.memory;
    }
}
