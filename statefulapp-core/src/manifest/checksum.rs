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
pub(super) const ANNOTATION: &str = "statefulapp.dev/config-checksum";

pub(super) type Digest = [u8; 32];

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

    let mut hash = sha2::Sha256::new();
    let mut any = false;
    for config in used.into_iter().filter_map(|name| index.config_map(name)) {
        any = true;
        let digest = *index.digests.borrow_mut().entry(config.name.as_str()).or_insert_with(|| of_data(config));
        text(&mut hash, config.name.as_str().as_bytes());
        hash.update(digest);
    }
    any.then(|| {
        hash.finalize().iter().take(8).fold(String::new(), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
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
    let texts = config.data.iter().map(|(key, value)| (key.as_str(), value.as_bytes()));
    let mut data: Vec<_> = texts.chain(config.binary.iter().map(|(key, value)| (key.as_str(), &value[..]))).collect();
    data.sort_unstable();
    let mut hash = sha2::Sha256::new();
    for (key, value) in data {
        text(&mut hash, key.as_bytes());
        text(&mut hash, value);
    }
    hash.finalize().into()
}

/// With its length, so that no two lists of texts run together to the same bytes.
fn text(hash: &mut sha2::Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}
