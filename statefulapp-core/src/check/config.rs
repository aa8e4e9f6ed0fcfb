//! The size and the keys of ConfigMaps and Secrets.

use super::words::repeated;
use crate::finding::{Finding, Path};
use crate::model::SecretValue;
use crate::value::DataKey;
use crate::view::View;

/// Values of one object together, as the server counts them.
const MOST: usize = 1 << 20;

/// `kubectl apply` keeps a copy of the object in an annotation, which has at most this size.
const APPLIED: usize = 262_144;

/// A key of an object: its name, and the bytes of its value as far as they are known.
struct Entry<'a> {
    key: &'a DataKey,
    size: usize,
    is_binary: bool,
}

/// A ConfigMap or Secret that is written.
struct Object<'a> {
    at: Path,
    kind: &'static str,
    name: &'a str,
    entries: Vec<Entry<'a>>,
}

impl Object<'_> {
    fn place(&self, entry: &Entry<'_>) -> Path {
        let block = if entry.is_binary { &self.at.key("meta").key("binary") } else { &self.at };
        block.key(entry.key)
    }
}

/// The ConfigMaps and Secrets that are written.
fn objects<'a>(view: &View<'a>) -> impl Iterator<Item = Object<'a>> + use<'a> {
    let config_maps = view.config_maps().filter(|(_, config)| !config.is_extern).map(|(n, config)| {
        let text = config.data.iter().map(|(key, value)| Entry { key, size: value.len(), is_binary: false });
        let bytes = config.binary.iter().map(|(key, value)| Entry { key, size: value.len(), is_binary: true });
        let entries = text.chain(bytes).collect();
        Object { at: Path::item(n), kind: "ConfigMap", name: config.name.as_str(), entries }
    });
    let secrets = view.secrets().filter(|(_, secret)| !secret.is_extern).map(|(n, secret)| {
        let size = |value: &SecretValue| match value {
            SecretValue::Literal(text) => text.len(),
            SecretValue::Generate(length) => usize::from(*length),
            SecretValue::FromEnv(_) | SecretValue::FromFile(_) | SecretValue::Elsewhere(_) => 0,
        };
        let entries = secret.data.iter().map(|(key, value)| Entry { key, size: size(value), is_binary: false });
        Object { at: Path::item(n), kind: "Secret", name: secret.name.as_str(), entries: entries.collect() }
    });
    config_maps.chain(secrets)
}

/// The values of an object fit into it.
pub(super) fn data_size(view: &View<'_>, out: &mut Vec<Finding>) {
    for object in objects(view) {
        let Object { kind, name, entries, .. } = &object;
        let size: usize = entries.iter().map(|entry| entry.size).sum();
        let Some(largest) = entries.iter().max_by_key(|entry| entry.size) else { continue };
        if size > MOST {
            out.push(
                Finding::error(
                    "data-too-large",
                    object.place(largest),
                    format!("{kind} `{name}` has {size} bytes of data, and {MOST} is the most"),
                )
                .help("divide it, or keep large files in an image or a volume"),
            );
        } else if size > APPLIED {
            out.push(
                Finding::warning(
                    "data-beyond-apply",
                    object.place(largest),
                    format!("{kind} `{name}` has {size} bytes of data: `kubectl apply` keeps a copy in an annotation, which has {APPLIED}"),
                )
                .help("use `kubectl apply --server-side`, or divide it"),
            );
        }
    }
}

/// A key stands in an object once, as text or as bytes.
pub(super) fn duplicate_data_keys(view: &View<'_>, out: &mut Vec<Finding>) {
    for object in objects(view) {
        let Object { at, kind, name, entries } = &object;
        for [(_, entry), _] in repeated(entries, |entry| entry.key) {
            out.push(
                Finding::error(
                    "duplicate-data-key",
                    object.place(entry).the_key(),
                    format!("key `{}` is in {kind} `{name}` already", entry.key),
                )
                .help("remove one of the two")
                .also(at.key(entry.key).the_key(), "first declared"),
            );
        }
    }
}
