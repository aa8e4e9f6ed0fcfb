use super::fields::Fields;
use super::read::text_like;
use super::service;
use crate::grammar::{self, Kind};
use crate::model::{ContainerSecurity, FsGroupChange, PodSecurity};
use crate::tree::Value;

/// `security` of an app or a job.
pub(super) fn pod(fields: &Fields<'_, '_>) -> PodSecurity {
    let Some((node, path, kind)) = fields.node("security") else { return PodSecurity::default() };
    let cx = fields.cx;
    let Value::Map(inner) = &node.value else {
        cx.wrong_kind(&path, "security", kind, node);
        return PodSecurity::default();
    };
    let inner = Fields::new(cx, &grammar::SECURITY, inner, path, "`security`");
    PodSecurity {
        user: inner.get("user"),
        group: inner.get("group"),
        fs_group: inner.get("fs_group"),
        fs_group_change: inner.word("fs_group_change", FsGroupChange::WORDS),
        groups: service::list(&inner, "groups", Kind::UserId),
        sysctls: inner
            .entries("sysctls", "parameter")
            .into_iter()
            .filter_map(|(field, path)| {
                Some((field.key.clone(), text_like(cx, &field.value, &path, Kind::Text, &field.key)?))
            })
            .collect(),
        // The pod's own user stands in `user`, not in the container's.
        main: ContainerSecurity { user: None, group: None, ..privileges(&inner) },
        because: inner.get("because"),
    }
}

/// `security` of an init container or a sidecar.
pub(super) fn container(fields: &Fields<'_, '_>, key: &'static str) -> ContainerSecurity {
    let Some((node, path, kind)) = fields.node(key) else { return ContainerSecurity::default() };
    let Value::Map(inner) = &node.value else {
        fields.cx.wrong_kind(&path, key, kind, node);
        return ContainerSecurity::default();
    };
    let inner = Fields::new(fields.cx, &grammar::CONTAINER_SECURITY, inner, path, "`security`");
    ContainerSecurity { user: inner.get("user"), group: inner.get("group"), ..privileges(&inner) }
}

fn privileges(fields: &Fields<'_, '_>) -> ContainerSecurity {
    let privileged = fields.or_default("privileged");
    let escalation = fields.get("privilege_escalation");
    if privileged && escalation == Some(false) {
        fields.cx.error(
            "key-unfit",
            fields.path.key("privilege_escalation").the_key(),
            "`privilege_escalation: false` does not fit `privileged: true`: a process that has all privileges can get no more",
            "remove one of the two",
        );
    }
    ContainerSecurity {
        user: None,
        group: None,
        read_only_root: fields.get("read_only_root"),
        privileged,
        privilege_escalation: escalation.unwrap_or_default(),
        root: fields.or_default("root"),
        add_capabilities: service::list(fields, "add_capabilities", Kind::Capabilities),
        keep_capabilities: fields.or_default("keep_capabilities"),
        seccomp_unconfined: fields.or_default("seccomp_unconfined"),
        seccomp_profile: fields.get("seccomp_profile"),
        app_armor_profile: fields.get("app_armor_profile"),
    }
}
