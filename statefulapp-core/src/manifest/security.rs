//! Users and privileges. The default satisfies PodSecurity "restricted":
//! <https://kubernetes.io/docs/concepts/security/pod-security-standards/>

use super::container::list;
use crate::model::{ContainerSecurity, FsGroupChange, PodSecurity};
use k8s_openapi::api::core::v1 as core;

/// What all containers of a pod have in common.
pub(super) fn pod(security: &PodSecurity) -> core::PodSecurityContext {
    let sysctls = security
        .sysctls
        .iter()
        .map(|(name, value)| core::Sysctl { name: name.clone(), value: value.clone() })
        .collect();
    // Only the first mount changes the owner of every file by default; on a large volume that takes hours each time.
    let change = match security.fs_group_change {
        None | Some(FsGroupChange::OnRootMismatch) => "OnRootMismatch",
        Some(FsGroupChange::Always) => "Always",
    };
    core::PodSecurityContext {
        run_as_non_root: Some(!pod_is_root(security)),
        run_as_user: security.user.map(i64::from),
        run_as_group: security.group.map(i64::from),
        fs_group: security.fs_group.map(i64::from),
        fs_group_change_policy: (security.fs_group.is_some() || security.fs_group_change.is_some())
            .then(|| change.to_owned()),
        supplemental_groups: list(security.groups.iter().copied().map(i64::from).collect()),
        seccomp_profile: Some(seccomp("RuntimeDefault")),
        sysctls: list(sysctls),
        ..Default::default()
    }
}

/// A container's own. `runAsNonRoot` stands here only where it differs from the pod's.
pub(super) fn container(pod: &PodSecurity, own: &ContainerSecurity) -> core::SecurityContext {
    let root = own.root || own.user.or(pod.user) == Some(0);
    let add = list(own.add_capabilities.iter().map(|capability| capability.as_str().to_owned()).collect());
    let drop = (!own.keep_capabilities).then(|| vec!["ALL".to_owned()]);
    core::SecurityContext {
        // The API refuses a privileged container that may not gain privileges.
        allow_privilege_escalation: Some(own.privilege_escalation || own.privileged),
        privileged: own.privileged.then_some(true),
        read_only_root_filesystem: own.read_only_root,
        run_as_non_root: (root != pod_is_root(pod)).then_some(!root),
        run_as_user: own.user.map(i64::from),
        run_as_group: own.group.map(i64::from),
        capabilities: (add.is_some() || drop.is_some()).then_some(core::Capabilities { add, drop }),
        seccomp_profile: match &own.seccomp_profile {
            Some(path) => {
                Some(core::SeccompProfile { localhost_profile: Some(path.to_string()), ..seccomp("Localhost") })
            }
            None => own.seccomp_unconfined.then(|| seccomp("Unconfined")),
        },
        app_armor_profile: own
            .app_armor_profile
            .as_ref()
            .map(|name| core::AppArmorProfile { type_: "Localhost".to_owned(), localhost_profile: Some(name.clone()) }),
        ..Default::default()
    }
}

/// What the pod says of its main container, and what the container says itself.
pub(super) fn merged(of_pod: &ContainerSecurity, own: &ContainerSecurity) -> ContainerSecurity {
    let mut add_capabilities = own.add_capabilities.clone();
    for capability in &of_pod.add_capabilities {
        if !add_capabilities.contains(capability) {
            add_capabilities.push(capability.clone());
        }
    }
    ContainerSecurity {
        user: own.user.or(of_pod.user),
        group: own.group.or(of_pod.group),
        read_only_root: own.read_only_root.or(of_pod.read_only_root),
        privileged: own.privileged || of_pod.privileged,
        privilege_escalation: own.privilege_escalation || of_pod.privilege_escalation,
        root: own.root || of_pod.root,
        add_capabilities,
        keep_capabilities: own.keep_capabilities || of_pod.keep_capabilities,
        seccomp_unconfined: own.seccomp_unconfined || of_pod.seccomp_unconfined,
        seccomp_profile: own.seccomp_profile.clone().or_else(|| of_pod.seccomp_profile.clone()),
        app_armor_profile: own.app_armor_profile.clone().or_else(|| of_pod.app_armor_profile.clone()),
    }
}

fn pod_is_root(security: &PodSecurity) -> bool {
    security.user == Some(0)
}

fn seccomp(kind: &str) -> core::SeccompProfile {
    core::SeccompProfile { type_: kind.to_owned(), ..Default::default() }
}
