//! The annotation that restarts pods when their configuration changes.
//!
//! A process reads its configuration when it starts; a changed ConfigMap reaches mounted files at some time, environment
//! variables never. A checksum in the pod template makes the change a rolling update.
//!
//! Secrets are left out: the hash of a weak password in an annotation, which more people may read than the Secret, can be
//! searched for the password.

use super::Index;
use crate::model::{ConfigMap, Container, EnvFrom, EnvValue, EnvVar, FileMount, Source};
use sha2::Digest as _;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The annotation's key.
pub(crate) const ANNOTATION: &str = "statefulapp.dev/config-checksum";

/// The digest of one ConfigMap, in hexadecimal digits.
pub(super) type Digest = String;

/// The checksum of every ConfigMap of the stack that the pods use; `None` if they use none.
pub(super) fn of_pods<'a>(
    index: &Index<'a>,
    env: &[&'a EnvVar],
    env_from: &[&'a EnvFrom],
    files: &[&'a FileMount],
    containers: impl Iterator<Item = &'a Container>,
) -> Option<String> {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    used.extend(env.iter().copied().filter_map(of_env));
    used.extend(env_from.iter().filter_map(|from| of_source(&from.source)));
    used.extend(files.iter().filter_map(|file| match &file.content {
        crate::model::FileContent::ConfigKey(key) => Some(key.name.as_str()),
        crate::model::FileContent::All(source) | crate::model::FileContent::Items(source, _) => of_source(source),
        crate::model::FileContent::SecretKey(_) => None,
    }));
    for container in containers {
        used.extend(container.env.iter().filter_map(of_env));
        used.extend(container.env_from.iter().filter_map(|from| of_source(&from.source)));
    }

    let digests: Vec<(String, String)> = used
        .into_iter()
        .filter_map(|name| index.config_map(name))
        .map(|config| {
            let mut digests = index.digests.borrow_mut();
            let digest = digests.entry(config.name.as_str()).or_insert_with(|| of_data(config));
            (config.name.to_string(), digest.clone())
        })
        .collect();
    (!digests.is_empty()).then(|| {
        let mut checksum = of_lines(&digests);
        checksum.truncate(LENGTH);
        checksum
    })
}

/// How many digits of the checksum the annotation has.
pub(crate) const LENGTH: usize = 16;

/// The SHA-256 of names with their digests, a line `name=digest` each: what a chart can compute as well.
pub(crate) fn of_lines(digests: &[(String, String)]) -> String {
    of_bytes(digests.iter().map(|(name, digest)| format!("{name}={digest}\n")).collect::<String>().as_bytes())
}

/// The SHA-256 of a value, in hexadecimal digits.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn of_env(var: &EnvVar) -> Option<&str> {
    match &var.value {
        EnvValue::ConfigKey(key) => Some(key.name.as_str()),
        _ => None,
    }
}

fn of_source(source: &Source) -> Option<&str> {
    match source {
        Source::ConfigMap(name) => Some(name.as_str()),
        Source::Secret(_) => None,
    }
}

/// The order of the keys does not matter to a ConfigMap, so neither to its digest.
fn of_data(config: &ConfigMap) -> Digest {
    let texts = config.data.iter().map(|(key, value)| (key.to_string(), of_bytes(value.as_bytes())));
    let bytes = config.binary.iter().map(|(key, value)| (key.to_string(), of_bytes(value)));
    let mut data: Vec<_> = texts.chain(bytes).collect();
    data.sort_unstable();
    of_lines(&data)
}
