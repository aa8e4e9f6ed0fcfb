use super::fields::{Fields, entries, name_of_key};
use super::read::Read;
use super::{Cx, container};
use crate::finding::Path;
use crate::grammar::{self, Kind};
use crate::model::{AccessMode, EnvValue, FileContent, FileMount, Scratch, Volume};
use crate::tree::{Node, Value};
use crate::value::{Label, MountPath};

pub(super) fn storage(fields: &Fields<'_, '_>) -> Vec<Volume> {
    let cx = fields.cx;
    fields
        .entries("storage", "volume")
        .into_iter()
        .filter_map(|(field, path)| {
            let name = name_of_key::<Label>(cx, field, &path, "volume name");
            let Value::Map(inner) = &field.value.value else {
                cx.no_block(&path, &field.key, Kind::Storage, &field.value);
                return None;
            };
            let inner = Fields::new(cx, &grammar::VOLUME, inner, path, &format!("volume `{}`", field.key));
            Some(Volume {
                mount: inner.get("mount"),
                sub_path: inner.get("sub_path"),
                class: inner.get("class"),
                access: access(&inner),
                block: inner.or_default("block"),
                snapshot: inner.get("snapshot"),
                // A size that is missing or wrong has been reported; the rest of the volume stays, so that what refers to it does.
                size: inner.get("size").or_else(|| "1Gi".parse().ok())?,
                name: name?,
            })
        })
        .collect()
}

fn access(fields: &Fields<'_, '_>) -> Vec<AccessMode> {
    fields
        .list("access")
        .into_iter()
        .filter_map(|(node, path)| {
            super::fields::read_word(fields.cx, node, &path, Kind::Access, "access", AccessMode::WORDS)
        })
        .collect()
}

pub(super) fn files(fields: &Fields<'_, '_>) -> Vec<FileMount> {
    let cx = fields.cx;
    fields
        .entries("files", "path")
        .into_iter()
        .filter_map(|(field, path)| {
            if let Value::Text(mount) = &field.value.value
                && mount.starts_with('/')
                && cx.items.contains_key(field.key.as_str())
            {
                let message = format!("`{}` stands where its path should stand", field.key);
                cx.error("value-kind", path.the_key(), message, format!("write `{mount:?}: {}`", field.key));
                return None;
            }
            let at: Option<MountPath> = super::fields::key_of(cx, field, &path, "path");
            let mount = match &field.value.value {
                Value::Map(inner) => {
                    let inner = Fields::new(cx, &grammar::FILE, inner, path, &format!("file `{}`", field.key));
                    let (node, from, _) = inner.node("from")?;
                    let content = match (content(cx, node, &from, "from")?, inner.node("items")) {
                        (content, None) => content,
                        (FileContent::All(source), Some((node, path, kind))) => FileContent::Items(
                            source,
                            entries(cx, node, &path, kind, "items", "key")
                                .into_iter()
                                .filter_map(|(field, path)| {
                                    let key = super::fields::key_of(cx, field, &path, "key");
                                    let target = Read::read(cx, &field.value, &path, Kind::SubPath, &field.key);
                                    Some((key?, target?))
                                })
                                .collect(),
                        ),
                        (content, Some((_, path, _))) => {
                            cx.error(
                                "items-unfit",
                                path.the_key(),
                                "`items` does not fit one key",
                                "name the whole ConfigMap or Secret in `from`",
                            );
                            content
                        }
                    };
                    FileMount { path: at?, content, mode: inner.get("mode"), optional: inner.or_default("optional") }
                }
                _ => {
                    let content = content(cx, &field.value, &path, &field.key);
                    FileMount { path: at?, content: content?, mode: None, optional: false }
                }
            };
            Some(mount)
        })
        .collect()
}

fn content(cx: &Cx<'_>, node: &Node, path: &Path, noun: &str) -> Option<FileContent> {
    match &node.value {
        Value::Path(parts) if parts.len() > 1 => Some(match container::key_ref(cx, node, path)? {
            EnvValue::SecretKey(key) => FileContent::SecretKey(key),
            EnvValue::ConfigKey(key) => FileContent::ConfigKey(key),
            _ => return None,
        }),
        _ => container::source(cx, node, path, noun).map(FileContent::All),
    }
}

pub(super) fn scratch(fields: &Fields<'_, '_>) -> Vec<Scratch> {
    let cx = fields.cx;
    fields
        .entries("scratch", "volume")
        .into_iter()
        .filter_map(|(field, path)| {
            let name = name_of_key::<Label>(cx, field, &path, "volume name");
            let Value::Map(inner) = &field.value.value else {
                cx.no_block(&path, &field.key, Kind::Scratch, &field.value);
                return None;
            };
            let inner = Fields::new(cx, &grammar::SCRATCH, inner, path, &format!("scratch volume `{}`", field.key));
            Some(Scratch {
                mount: inner.get("mount"),
                size: inner.get("size"),
                memory: inner.or_default("memory"),
                name: name?,
            })
        })
        .collect()
}
