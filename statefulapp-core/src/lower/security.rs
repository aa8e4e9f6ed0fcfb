use super::fields::Fields;
use super::read::text_like;
use super::service;
use crate::grammar::{self, Kind};
use crate::model::{ContainerSecurity, PodSecurity};
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
    ContainerSecurity {
        user: None,
        group: None,
        read_only_root: fields.get("read_only_root"),
        privileged: fields.or_default("privileged"),
        privilege_escalation: fields.or_default("privilege_escalation"),
        root: fields.or_default("root"),
        add_capabilities: service::list(fields, "add_capabilities", Kind::Capabilities),
        keep_capabilities: fields.or_default("keep_capabilities"),
        seccomp_unconfined: fields.or_default("seccomp_unconfined"),
    }
}
