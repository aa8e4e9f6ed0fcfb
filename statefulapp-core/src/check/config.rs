//! The size and the keys of ConfigMaps and Secrets.

use crate::finding::{Finding, Path};
use crate::model::{SecretValue, Stack};
use std::collections::HashSet;

/// Values of one object together, as the server counts them.
const MOST: usize = 1 << 20;

/// `kubectl apply` keeps a copy of the object in an annotation, which has at most this size.
const APPLIED: usize = 262_144;

/// A key of an object: its place, its name, and the bytes of its value as far as they are known.
struct Entry<'a> {
    at: Path,
    key: &'a str,
    size: usize,
}

/// The ConfigMaps and Secrets that are written: place, kind, name, entries.
fn objects(stack: &Stack) -> impl Iterator<Item = (Path, &'static str, &str, Vec<Entry<'_>>)> {
    let config_maps = stack.config_maps().filter(|(_, config)| !config.is_extern).map(|(n, config)| {
        let at = Path::item(n);
        let text = config.data.iter().map(|(key, value)| (at.key(key.to_string()), key, value.len()));
        let binary = at.key("meta").key("binary");
        let bytes = config.binary.iter().map(|(key, value)| (binary.key(key.to_string()), key, value.len()));
        let entries = text.chain(bytes).map(|(at, key, size)| Entry { at, key: key.as_str(), size }).collect();
        (at.clone(), "ConfigMap", config.name.as_str(), entries)
    });
    let secrets = stack.secrets().filter(|(_, secret)| !secret.is_extern).map(|(n, secret)| {
        let at = Path::item(n);
        let entry = |(key, value): &'_ (crate::value::DataKey, SecretValue)| match value {
            SecretValue::Literal(text) => (at.key(key.to_string()), text.len()),
            SecretValue::Generate(length) => (at.key(key.to_string()), usize::from(*length)),
            SecretValue::FromEnv(_) | SecretValue::FromFile(_) | SecretValue::Elsewhere(_) => {
                (at.key(key.to_string()), 0)
            }
        };
        let entries = secret.data.iter().map(|data| {
            let (at, size) = entry(data);
            Entry { at, key: data.0.as_str(), size }
        });
        (at.clone(), "Secret", secret.name.as_str(), entries.collect())
    });
    config_maps.chain(secrets)
}

/// The values of an object fit into it.
pub(super) fn data_size(declared: &Stack, _: &Stack, out: &mut Vec<Finding>) {
    for (_, kind, name, entries) in objects(declared) {
        let size: usize = entries.iter().map(|entry| entry.size).sum();
        let Some(largest) = entries.iter().max_by_key(|entry| entry.size) else { continue };
        if size > MOST {
            out.push(
                Finding::error(
                    "data-too-large",
                    largest.at.clone(),
                    format!("{kind} `{name}` has {size} bytes of data, and {MOST} is the most"),
                )
                .help("divide it, or keep large files in an image or a volume"),
            );
        } else if size > APPLIED {
            out.push(
                Finding::warning(
                    "data-beyond-apply",
                    largest.at.clone(),
                    format!("{kind} `{name}` has {size} bytes of data: `kubectl apply` keeps a copy in an annotation, which has {APPLIED}"),
                )
                .help("use `kubectl apply --server-side`, or divide it"),
            );
        }
    }
}

/// A key stands in an object once, as text or as bytes.
pub(super) fn duplicate_data_keys(declared: &Stack, _: &Stack, out: &mut Vec<Finding>) {
    for (at, kind, name, entries) in objects(declared) {
        let mut first = HashSet::new();
        for entry in &entries {
            if !first.insert(entry.key) {
                out.push(
                    Finding::error(
                        "duplicate-data-key",
                        entry.at.clone().the_key(),
                        format!("key `{}` is in {kind} `{name}` already", entry.key),
                    )
                    .help("remove one of the two")
                    .also(at.key(entry.key.to_owned()).the_key(), "first declared"),
                );
            }
        }
    }
}
