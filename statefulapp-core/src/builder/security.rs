use super::keys::{Owner, keys};
use crate::model::{ContainerSecurity, FsGroupChange, PodSecurity};
use crate::value::{Capability, SubPath};
use std::fmt::Display;

/// What pods and containers have in common. `$main` is where it is.
macro_rules! privileges {
    ($self:ident, $main:expr) => {
        keys! { $self:
            /// Whether the container's own file system is read-only.
            set read_only_root: bool => $main.read_only_root;
            /// All privileges of the node. An exception.
            plain privileged: bool => $main.privileged;
            /// Whether a process may get more privileges than its parent. An exception.
            plain privilege_escalation: bool => $main.privilege_escalation;
            /// Whether it may run as user 0. An exception.
            plain root: bool => $main.root;
            /// Capabilities added to none; all but NET_BIND_SERVICE are exceptions.
            several add_capabilities: Capability => $main.add_capabilities;
            /// Whether the container engine's default capabilities are kept. An exception.
            plain keep_capabilities: bool => $main.keep_capabilities;
            /// Whether no seccomp profile is used instead of RuntimeDefault. An exception.
            plain seccomp_unconfined: bool => $main.seccomp_unconfined;
            /// A seccomp profile on the node instead of RuntimeDefault: a path below the kubelet's `seccomp/`.
            parsed seccomp_profile: SubPath => $main.seccomp_profile;
            /// An AppArmor profile that is loaded on the node, instead of the runtime's default.
            typed app_armor_profile: String => $main.app_armor_profile;
        }
    };
}

impl Owner for PodSecurity {
    fn owner(&self) -> String {
        "security".to_owned()
    }
}

impl Owner for ContainerSecurity {
    fn owner(&self) -> String {
        "security".to_owned()
    }
}

/// ```
/// use statefulapp_core::builder::PodSecurity;
///
/// let security = PodSecurity::new().user(999).group(999).fs_group(999).read_only_root(true);
/// let exception = PodSecurity::new().add_capabilities(["SYS_PTRACE"])?.because("the profiler attaches to the server");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl PodSecurity {
    /// What satisfies PodSecurity "restricted".
    pub fn new() -> Self {
        Self::default()
    }

    keys! { self:
        /// The user id of all containers; 0 is an exception.
        set user: u32 => self.user;
        /// The group id of all containers.
        set group: u32 => self.group;
        /// The group that owns the volumes.
        set fs_group: u32 => self.fs_group;
        /// When the volumes' files get that group.
        set fs_group_change: FsGroupChange => self.fs_group_change;
        /// Why an exception is needed. Required with one, and listed in the summary.
        typed because: String => self.because;
    }

    /// Further groups.
    #[must_use]
    pub fn groups(mut self, groups: impl IntoIterator<Item = u32>) -> Self {
        self.groups.extend(groups);
        self
    }

    /// A kernel parameter of the pod.
    #[must_use]
    pub fn sysctl(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.sysctls.push((name.into(), value.to_string()));
        self
    }

    privileges!(self, self.main);
}

/// ```
/// use statefulapp_core::builder::{Container, ContainerSecurity};
///
/// let sidecar = Container::new("exporter")?.security(ContainerSecurity::new().user(65534).read_only_root(true));
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl ContainerSecurity {
    /// As the pod.
    pub fn new() -> Self {
        Self::default()
    }

    keys! { self:
        /// The user id; 0 is an exception.
        set user: u32 => self.user;
        /// The group id.
        set group: u32 => self.group;
    }

    privileges!(self, self);
}
