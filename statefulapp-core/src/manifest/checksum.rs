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

    let digest = |name: &&'a str| {
        let Some(config) = index.config_map(name) else { return index.generated_config_map(name).map(of_data) };
        let mut digests = index.digests.borrow_mut();
        Some(digests.entry((*name).to_owned()).or_insert_with(|| of_data(config)).clone())
    };
    let digests: Vec<(&str, Digest)> = used.into_iter().filter_map(|name| Some((name, digest(&name)?))).collect();
    (!digests.is_empty()).then(|| {
        let mut checksum = of_lines(&digests);
        checksum.truncate(LENGTH);
        checksum
    })
}

/// How many digits of the checksum the annotation has.
pub(crate) const LENGTH: usize = 16;

/// The SHA-256 of names with their digests, a line `name=digest` each: what a chart can compute as well.
pub(crate) fn of_lines<N: AsRef<str>>(digests: &[(N, String)]) -> String {
    let mut hash = sha2::Sha256::new();
    for (name, digest) in digests {
        for part in [name.as_ref(), "=", digest, "\n"] {
            hash.update(part);
        }
    }
    hex(&hash.finalize())
}

/// The SHA-256 of a value, in hexadecimal digits.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    hex(&sha2::Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(2 * bytes.len());
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    hex.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
    hex
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
    let texts = config.data.iter().map(|(key, value)| (key.as_str(), of_bytes(value.as_bytes())));
    let bytes = config.binary.iter().map(|(key, value)| (key.as_str(), of_bytes(value)));
    let mut data: Vec<_> = texts.chain(bytes).collect();
    data.sort_unstable();
    of_lines(&data)
}
