//! ConfigMaps and Secrets as files.

use super::pods::pods;
use crate::finding::{Finding, Path};
use crate::model::{FileContent, FileMount};
use crate::value::{DataKey, ItemPath};
use crate::view::View;

/// Keys of one mount appear under paths that do not collide.
pub(super) fn item_paths(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        of_files(pod.files, &pod.at, out);
    }
    for (n, group) in view.groups() {
        of_files(&group.files, &Path::item(n), out);
    }
}

fn of_files(files: &[FileMount], at: &Path, out: &mut Vec<Finding>) {
    for file in files {
        if let FileContent::Items(_, items) = &file.content {
            of_items(items, &at.key("files").key(file.path.to_string()).key("items"), out);
        }
    }
}

fn of_items(items: &[(DataKey, ItemPath)], at: &Path, out: &mut Vec<Finding>) {
    for (n, (key, path)) in items.iter().enumerate() {
        let clash = items.iter().take(n).find(|(_, before)| clash(&before.normalised(), &path.normalised()));
        if let Some((first, before)) = clash {
            out.push(
                Finding::error(
                    "duplicate-item-path",
                    at.key(key.to_string()),
                    format!("\"{path}\" collides with \"{before}\", the path of key `{first}`"),
                )
                .help("give each key a path of its own")
                .also(at.key(first.to_string()), "the other one is declared"),
            );
        }
    }
}

/// Whether two paths are one, or one is a folder that the other needs as a file.
fn clash(a: &str, b: &str) -> bool {
    let inside = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    a == b || inside(a, b) || inside(b, a)
}

/// A mount of chosen keys chooses some.
pub(super) fn items_empty(view: &View<'_>, out: &mut Vec<Finding>) {
    let mut check = |files: &[FileMount], at: &Path| {
        for file in files {
            if matches!(&file.content, FileContent::Items(_, items) if items.is_empty()) {
                out.push(
                    Finding::error(
                        "list-empty",
                        at.key("files").key(file.path.to_string()).key("items"),
                        format!("`items` chooses no key for \"{}\", and the server then takes all of them", file.path),
                    )
                    .help("name the keys, or leave `items` out for all"),
                );
            }
        }
    };
    for pod in pods(view) {
        check(pod.files, &pod.at);
    }
    for (n, group) in view.groups() {
        check(&group.files, &Path::item(n));
    }
}
