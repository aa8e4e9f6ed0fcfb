//! Paths inside containers and volumes.

use super::error::{ValueError, error};
use super::text::text_value;
use std::borrow::Cow;

/// Linux: PATH_MAX counts the closing NUL, NAME_MAX does not.
const PATH: usize = 4095;
const NAME: usize = 255;

text_value! {
    /// Where a volume is mounted in a container: an absolute path without ':' and without a `..` part, not `/` itself.
    ///
    /// The server accepts any text. Two paths are equal as text; [`normalised`](Self::normalised) tells whether they
    /// are the same place.
    ///
    /// ```
    /// use statefulapp_core::value::MountPath;
    ///
    /// let path: MountPath = "/data//x/".parse()?;
    /// assert_eq!(path.normalised(), "/data/x");
    /// assert_eq!("data".parse::<MountPath>().unwrap_err().help, r#"write "/data""#);
    /// # Ok::<(), statefulapp_core::value::ValueError>(())
    /// ```
    MountPath, check_mount_path
}

text_value! {
    /// A place inside a volume: a relative path without a `..` part.
    SubPath, check_sub_path
}

text_value! {
    /// Where a key of a ConfigMap or Secret appears in its volume: a [`SubPath`] that does not begin with "..", because the
    /// kubelet keeps files of its own under such names.
    ItemPath, check_item_path
}

impl MountPath {
    /// The place: without doubled or closing slashes and without `.` parts.
    pub fn normalised(&self) -> Cow<'_, str> {
        normalised(self.as_str())
    }
}

impl ItemPath {
    /// The place: without doubled or closing slashes and without `.` parts.
    pub fn normalised(&self) -> Cow<'_, str> {
        normalised(self.as_str())
    }
}

impl SubPath {
    /// The place: without doubled or closing slashes and without `.` parts; empty for the volume itself.
    pub fn normalised(&self) -> Cow<'_, str> {
        normalised(self.as_str())
    }
}

fn normalised(path: &str) -> Cow<'_, str> {
    let is_absolute = path.starts_with('/');
    let relative = path.strip_prefix('/').unwrap_or(path);
    if relative.split('/').all(|part| !part.is_empty() && part != ".") || path == "/" {
        return Cow::Borrowed(path);
    }
    let parts: Vec<&str> = relative.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    Cow::Owned(if is_absolute { format!("/{}", parts.join("/")) } else { parts.join("/") })
}

fn check_mount_path(text: &str) -> Result<(), ValueError> {
    if text.is_empty() {
        return Err(error(
            "mount-path-empty",
            text,
            "is not a mount path: it is empty",
            "write for instance \"/data\"",
        ));
    }
    if text.contains('\0') {
        return Err(error("mount-path-nul", text, "is not a mount path: it has a NUL byte", "write a path without it"));
    }
    if text.contains(':') {
        return Err(error("mount-path-colon", text, "is not a mount path: it has a ':'", colon_help(text)));
    }
    if !text.starts_with('/') {
        let trimmed = text.trim();
        let absolute = if trimmed.starts_with('/') { trimmed.to_owned() } else { format!("/{trimmed}") };
        let is_meant = !trimmed.starts_with(['~', '$', '.', '\\']) && check_mount_path(&absolute).is_ok();
        let help = if is_meant {
            format!("write {absolute:?}")
        } else {
            "write the whole path, for instance \"/data\"".to_owned()
        };
        return Err(error("mount-path-relative", text, "is not a mount path: it is not absolute", help));
    }
    if text.split('/').any(|part| part == "..") {
        let wrong = "is not a mount path: it has a \"..\" part";
        return Err(error("mount-path-parent", text, wrong, format!("write {:?}", without_parents(text))));
    }
    if text.split('/').all(|part| part.is_empty() || part == ".") {
        let wrong = "is not a mount path: a volume there hides the image's own files";
        return Err(error("mount-path-root", text, wrong, "write a folder, for instance \"/data\""));
    }
    too_long(text, "mount-path-too-long", "mount path")
}

fn check_sub_path(text: &str) -> Result<(), ValueError> {
    if text.is_empty() {
        let help = "leave it out to mount the whole volume";
        return Err(error("sub-path-empty", text, "is not a sub-path: it is empty", help));
    }
    if text.starts_with('/') {
        let wrong = "is not a sub-path: it is absolute, and must be relative to its volume";
        let relative = text.trim_start_matches('/');
        let help = match check_sub_path(relative) {
            Ok(()) => format!("write {relative:?}"),
            Err(_) => "write a path inside the volume, for instance \"pgdata\"".to_owned(),
        };
        return Err(error("sub-path-absolute", text, wrong, help));
    }
    if text.split('/').any(|part| part == "..") {
        let help = "write a path inside the volume, for instance \"pgdata\"";
        return Err(error("sub-path-parent", text, "is not a sub-path: it has a \"..\" part", help));
    }
    if text.contains('\0') {
        return Err(error("sub-path-nul", text, "is not a sub-path: it has a NUL byte", "write a path without it"));
    }
    too_long(text, "sub-path-too-long", "sub-path")
}

fn check_item_path(text: &str) -> Result<(), ValueError> {
    check_sub_path(text)?;
    if text.starts_with("..") {
        let wrong = "is not a path of a file in a volume: it begins with \"..\"";
        return Err(error("item-path-dots", text, wrong, format!("write {:?}", text.trim_start_matches('.'))));
    }
    Ok(())
}

fn too_long(text: &str, rule: &'static str, what: &str) -> Result<(), ValueError> {
    if text.len() <= PATH && text.split('/').all(|part| part.len() <= NAME) {
        return Ok(());
    }
    let wrong = format_args!("is too long for a {what}: at most {PATH} bytes, {NAME} between slashes");
    Err(error(rule, text, wrong, "shorten it"))
}

/// Docker's `host:container:mode` is what a colon usually comes from.
fn colon_help(text: &str) -> String {
    match text.split(':').find(|part| part.starts_with('/') && part.len() > 1) {
        Some(path) if check_mount_path(path).is_ok() => format!("write {path:?}"),
        _ => "write a path without ':', for instance \"/data\"".to_owned(),
    }
}

fn without_parents(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    if parts.is_empty() { "/data".to_owned() } else { format!("/{}", parts.join("/")) }
}
