use crate::value::{Capability, SubPath};

/// Users, groups and privileges of a pod. The default satisfies PodSecurity "restricted".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodSecurity {
    /// The user id of all containers; 0 needs `because`.
    pub user: Option<u32>,
    /// The group id of all containers.
    pub group: Option<u32>,
    /// The group that owns the volumes.
    pub fs_group: Option<u32>,
    /// When the volumes' files get that group; default when the volume's root has another one.
    pub fs_group_change: Option<FsGroupChange>,
    /// Further groups.
    pub groups: Vec<u32>,
    /// Kernel parameters of the pod.
    pub sysctls: Vec<(String, String)>,
    /// What the main container differs in.
    pub main: ContainerSecurity,
    /// Why the pod needs more than "restricted" allows; without it, an exception does not compile.
    pub because: Option<String>,
}

/// Users and privileges of one container.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContainerSecurity {
    /// The user id, where it differs from the pod's.
    pub user: Option<u32>,
    /// The group id, where it differs from the pod's.
    pub group: Option<u32>,
    /// Whether the container's own file system is read-only; default false, since few databases can.
    pub read_only_root: Option<bool>,
    /// All privileges of the node. An exception.
    pub privileged: bool,
    /// More privileges than the parent process. An exception.
    pub privilege_escalation: bool,
    /// Whether the container may run as user 0. An exception.
    pub root: bool,
    /// Capabilities added to none; all but NET_BIND_SERVICE are exceptions.
    pub add_capabilities: Vec<Capability>,
    /// The capabilities of the container engine's default are kept instead of dropped. An exception.
    pub keep_capabilities: bool,
    /// No seccomp profile instead of RuntimeDefault. An exception.
    pub seccomp_unconfined: bool,
    /// A seccomp profile on the node instead of RuntimeDefault.
    pub seccomp_profile: Option<SubPath>,
    /// An AppArmor profile that is loaded on the node.
    pub app_armor_profile: Option<String>,
}

/// When the files of volumes get the group of the pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FsGroupChange {
    /// When the volume's root has another group.
    OnRootMismatch,
    /// At every start.
    Always,
}

impl ContainerSecurity {
    /// What PodSecurity "restricted" would refuse, in the words of the keys.
    pub fn exceptions(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        let mut note = |on: bool, what| {
            if on {
                found.push(what);
            }
        };
        note(self.privileged, "privileged");
        note(self.privilege_escalation, "privilege_escalation");
        note(self.root || self.user == Some(0), "root");
        note(self.keep_capabilities, "keep_capabilities");
        note(self.add_capabilities.iter().any(|c| c.as_str() != "NET_BIND_SERVICE"), "add_capabilities");
        note(self.seccomp_unconfined, "seccomp_unconfined");
        found
    }
}
