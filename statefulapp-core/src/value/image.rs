//! Container images.

use super::error::{ValueError, error, shown};
use super::text::text_value;

/// The longest repository path, the registry not counted.
const PATH: usize = 255;
const TAG: usize = 128;
/// The algorithms that the kubelet knows, and their lengths in hex digits.
const DIGESTS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];
/// The registry of an image that names none.
const DEFAULT_REGISTRY: &str = "docker.io";

text_value! {
    /// A container image, `[registry[:port]/]path[:tag][@digest]`, by the kubelet's grammar.
    ///
    /// The server accepts any text in a StatefulSet; what the kubelet cannot parse then stays in `InvalidImageName`.
    ///
    /// ```
    /// use statefulapp_core::value::Image;
    ///
    /// let image: Image = "bitnami/postgresql:16".parse()?;
    /// assert_eq!(image.repository(), "bitnami/postgresql");
    /// assert_eq!(image.tag(), Some("16"));
    /// assert_eq!(image.full_repository(), "docker.io/bitnami/postgresql");
    /// assert_eq!("Postgres:15".parse::<Image>().unwrap_err().help, r#"write "postgres:15""#);
    /// # Ok::<(), statefulapp_core::value::ValueError>(())
    /// ```
    Image, check_image
}

impl Image {
    /// The repository as written, with the registry if one is written: `ghcr.io/a/b` of `ghcr.io/a/b:1`.
    pub fn repository(&self) -> &str {
        Parts::of(self.as_str()).repository
    }

    /// The repository with its registry, as the container runtime pulls it: `docker.io/library/postgres` of `postgres`.
    pub fn full_repository(&self) -> String {
        let (registry, path) = registry_and_path(self.repository());
        format!("{registry}/{}{path}", library(registry, path))
    }

    /// The last part of the repository: `postgresql` of `bitnami/postgresql:16`.
    pub fn short_name(&self) -> &str {
        let repository = self.repository();
        repository.rsplit_once('/').map_or(repository, |(_, name)| name)
    }

    /// The tag, if one is written.
    pub fn tag(&self) -> Option<&str> {
        Parts::of(self.as_str()).tag
    }

    /// The digest with its algorithm, if one is written: `sha256:…`.
    pub fn digest(&self) -> Option<&str> {
        Parts::of(self.as_str()).digest
    }

    /// Whether the image can be another one tomorrow: no digest, and no tag or `latest`.
    pub fn is_floating(&self) -> bool {
        let parts = Parts::of(self.as_str());
        parts.digest.is_none() && parts.tag.is_none_or(|tag| tag == "latest")
    }
}

/// An image taken apart at its separators, not checked.
struct Parts<'a> {
    repository: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        // A ':' before the last '/' belongs to the registry's port.
        let name_at = rest.rfind('/').map_or(0, |slash| slash + 1);
        let colon = rest.get(name_at..).and_then(|name| name.find(':')).map(|colon| name_at + colon);
        let (repository, tag) = match colon {
            Some(colon) => (rest.get(..colon).unwrap_or(rest), rest.get(colon + 1..)),
            None => (rest, None),
        };
        Self { repository, tag, digest }
    }
}

/// The registry that the kubelet takes, and the path that is left.
fn registry_and_path(repository: &str) -> (&str, &str) {
    match repository.split_once('/') {
        Some(("index.docker.io", path)) => (DEFAULT_REGISTRY, path),
        Some((first, path)) if is_taken_for_registry(first) => (first, path),
        _ => (DEFAULT_REGISTRY, repository),
    }
}

/// What Docker Hub puts before a path of one part.
fn library(registry: &str, path: &str) -> &'static str {
    if registry == DEFAULT_REGISTRY && !path.contains('/') { "library/" } else { "" }
}

fn full_length(registry: &str, path: &str) -> usize {
    library(registry, path).len() + path.len()
}

fn is_taken_for_registry(first: &str) -> bool {
    first == "localhost" || first.contains(['.', ':']) || first.bytes().any(|b| b.is_ascii_uppercase())
}

fn check_image(text: &str) -> Result<(), ValueError> {
    if text.is_empty() {
        return Err(error("image-empty", text, "is not an image: it is empty", "write for instance \"postgres:17\""));
    }
    if is_image(text) { Ok(()) } else { Err(bad_image(text)) }
}

fn is_image(text: &str) -> bool {
    let Parts { repository, tag, digest } = Parts::of(text);
    let (registry, path) = registry_and_path(repository);
    is_registry(registry)
        && path.split('/').all(is_path_part)
        && full_length(registry, path) <= PATH
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest)
        && !is_bare_id(text)
}

fn is_registry(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let Some((address, rest)) = rest.split_once(']') else { return false };
            if address.is_empty() || !address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':') {
                return false;
            }
            return rest.is_empty() || rest.strip_prefix(':').is_some_and(is_number);
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    port.is_none_or(is_number) && host.split('.').all(is_host_part)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_host_part(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Lower-case letters and digits, separated by one '.', one or two '_', or any number of '-'.
fn is_path_part(text: &str) -> bool {
    let mut separator = "";
    let mut rest = text;
    loop {
        let word = rest.find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit()).unwrap_or(rest.len());
        let after = rest.get(word..).unwrap_or_default();
        let gap = after.find(|c: char| !matches!(c, '.' | '_' | '-')).unwrap_or(after.len());
        // A word stands before every separator and at the end.
        if word == 0 || !(matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|b| b == b'-')) {
            return false;
        }
        if after.is_empty() {
            return true;
        }
        if gap == 0 {
            return false;
        }
        separator = after.get(..gap).unwrap_or_default();
        rest = after.get(gap..).unwrap_or_default();
    }
}

fn is_tag(text: &str) -> bool {
    text.len() <= TAG
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        DIGESTS.iter().any(|(name, length)| *name == algorithm && *length == hex.len())
            && hex.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
    })
}

/// 64 hex digits are taken for the id of a local image.
fn is_bare_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
}

/// Says what is wrong with the first part that is.
#[cold]
fn bad_image(text: &str) -> ValueError {
    let parts = Parts::of(text);
    let trimmed = text.trim();
    if trimmed != text {
        return error("image-blank", text, "is not an image: it has blanks around it", suggestion(trimmed));
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let wrong = format_args!("is not an image: it begins with the scheme {scheme:?}, and an image is no URL");
        return error("image-scheme", text, wrong, suggestion(rest));
    }
    if is_bare_id(text) {
        let wrong = "is not an image: 64 hex digits are the id of a local image";
        return error(
            "image-invalid",
            text,
            wrong,
            format!("write the repository before it, repository@sha256:{text}"),
        );
    }
    let (registry, path) = registry_and_path(parts.repository);
    if !is_registry(registry) {
        let wrong = format_args!("is not an image: {registry:?} is not a registry, host or host:port");
        return error(
            "image-registry-invalid",
            text,
            wrong,
            "write for instance \"registry.example.com:5000/team/app:1.0\"",
        );
    }
    if !path.split('/').all(is_path_part) {
        return bad_path(text, path);
    }
    if full_length(registry, path) > PATH {
        let wrong = format_args!("is too long: a repository has at most {PATH} bytes after its registry");
        return error("image-too-long", text, wrong, "shorten it");
    }
    match (parts.tag, parts.digest) {
        (Some(""), _) => {
            let wrong = "is not an image: the tag after ':' is empty";
            error("image-tag-invalid", text, wrong, format!("write the tag, {}:<tag>", parts.repository))
        }
        (Some(tag), _) if !is_tag(tag) => {
            let wrong = format_args!("is not an image: {tag:?} is not a tag");
            let tidy: String =
                tag.chars().map(|c| if is_tag(&c.to_string()) || matches!(c, '.' | '-') { c } else { '-' }).collect();
            let help = if tag.len() <= TAG && is_tag(&tidy) {
                format!("write letters, digits, '_', '.' and '-', for instance \"{}:{tidy}\"", parts.repository)
            } else {
                format!("write up to {TAG} letters, digits, '_', '.' and '-', with a letter, digit or '_' first")
            };
            error("image-tag-invalid", text, wrong, help)
        }
        (_, Some(digest)) => bad_digest(text, digest),
        _ => error("image-invalid", text, "is not an image", GENERAL_HELP),
    }
}

const GENERAL_HELP: &str = "write [registry/]repository:tag, for instance \"ghcr.io/team/app:1.0\"";

fn suggestion(text: &str) -> String {
    if is_image(text) { format!("write {text:?}") } else { GENERAL_HELP.to_owned() }
}

fn bad_path(text: &str, path: &str) -> ValueError {
    if path.bytes().any(|b| b.is_ascii_uppercase()) {
        let lower = text.replacen(path, &path.to_ascii_lowercase(), 1);
        return error(
            "image-repository-upper-case",
            text,
            "is not an image: a repository is lower case",
            suggestion(&lower),
        );
    }
    let part = path.split('/').find(|part| !is_path_part(part)).unwrap_or(path);
    let wrong = match part.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '.' | '_' | '-')) {
        _ if part.is_empty() => "is not an image: a part of its path is empty".to_owned(),
        Some(':') => "is not an image: the tag comes after the last '/'".to_owned(),
        Some(c) => format!("is not an image: {} is not allowed in a repository", shown(c)),
        None => format!("is not an image: in {part:?}, separators stand alone between letters and digits"),
    };
    error("image-invalid", text, wrong, GENERAL_HELP)
}

fn bad_digest(text: &str, digest: &str) -> ValueError {
    let known = digest.split_once(':').and_then(|(name, hex)| {
        DIGESTS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(name, length)| (name, *length, hex))
    });
    let Some((name, length, hex)) = known else {
        let wrong = format_args!("is not an image: {digest:?} is not a digest");
        return error("image-digest-invalid", text, wrong, "write @sha256: and 64 lower-case hex digits");
    };
    let lower = format!("{name}:{}", hex.to_ascii_lowercase());
    if hex.len() != length {
        let wrong = format_args!("is not an image: a {name} digest has {length} hex digits, not {}", hex.len());
        return error("image-digest-invalid", text, wrong, "copy the whole digest");
    }
    if is_digest(&lower) {
        let help = format!("write {:?}", text.replacen(digest, &lower, 1));
        return error("image-digest-invalid", text, "is not an image: a digest is lower case", help);
    }
    let wrong = format_args!("is not an image: {digest:?} is not a digest, it has more than hex digits");
    error("image-digest-invalid", text, wrong, "copy the whole digest")
}
