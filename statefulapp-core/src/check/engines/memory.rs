//! Heaps and caches within the memory limit.

use super::{Known, known};
use crate::engine::{config_value, memory_limit};
use crate::finding::{Finding, Path};
use crate::model::EnvValue;
use crate::view::View;

/// Variables with options of a Java virtual machine.
const JAVA: [&str; 12] = [
    "KAFKA_HEAP_OPTS",
    "KAFKA_OPTS",
    "ES_JAVA_OPTS",
    "OPENSEARCH_JAVA_OPTS",
    "JAVA_OPTS",
    "JVM_OPTS",
    "JVM_EXTRA_OPTS",
    "JVMFLAGS",
    "SERVER_JVMFLAGS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
];

/// The bytes of an amount: `4g`, `512 MB`, `1Gi`, `1073741824`. `unit` is that of a bare number.
fn bytes(text: &str, unit: u64) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, suffix) = text.split_at_checked(end)?;
    let scale = match suffix.trim().to_ascii_lowercase().trim_end_matches("ib").trim_end_matches(['b', 'i']) {
        "" if suffix.is_empty() => unit,
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        "t" => 1 << 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(scale)
}

/// A heap fits into the memory limit, with room for all else that a virtual machine takes.
pub(super) fn heap(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in view.apps().map(|(n, app)| (Path::item(n), app)) {
        let (at, app) = pod;
        let Some(limit) = memory_limit(&app.main) else { continue };
        for env in &app.main.env {
            let EnvValue::Text(text) = &env.value else { continue };
            let heap = match env.name.as_str() {
                name if JAVA.contains(&name) => {
                    text.split_whitespace().filter_map(|word| bytes(word.strip_prefix("-Xmx")?, 1)).next_back()
                }
                "MAX_HEAP_SIZE" => bytes(text, 1),
                "ZK_SERVER_HEAP" => bytes(text, 1 << 20),
                _ => None,
            };
            if let Some(heap) = heap.filter(|heap| *heap >= limit) {
                out.push(too_much(
                    &at,
                    at.key("env").key(env.name.to_string()),
                    "jvm-heap-exceeds-limit",
                    "heap",
                    heap,
                    limit,
                ));
            }
        }
    }
}

fn too_much(item: &Path, at: Path, rule: &'static str, what: &str, size: u64, limit: u64) -> Finding {
    let mib = |bytes: u64| bytes >> 20;
    Finding::error(
        rule,
        at,
        format!(
            "a {what} of {} MiB does not fit into the memory limit of {} MiB: the kernel kills the server",
            mib(size),
            mib(limit)
        ),
    )
    .help(format!("write {} MiB or less, or raise the limit", mib(limit / 2)))
    .looked_at(item.key("resources").key("memory"))
    .looked_at(item.key("resources").key("memory").index(1))
}

/// A cache of a known server fits into the memory limit.
pub(super) fn cache(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some(limit) = memory_limit(&known.declared.main) else { continue };
        for name in known.facts.memory {
            // PostgreSQL counts bare numbers in pages of 8 KiB.
            let unit = if *name == "shared_buffers" { 8 << 10 } else { 1 };
            if let Some((size, at)) = setting(&known, name).and_then(|(value, at)| Some((bytes(&value, unit)?, at)))
                && size >= limit
            {
                out.push(known.of(too_much(&known.at, at, "cache-exceeds-memory", &format!("`{name}`"), size, limit)));
            }
        }
    }
}

/// What the declaration gives to a setting: in the engine's settings, an argument, or a configuration file.
fn setting(known: &Known<'_>, name: &str) -> Option<(String, Path)> {
    let spellings = [name.to_owned(), name.replace('_', "-")];
    let settings = known.declared.engine.iter().flat_map(|engine| &engine.settings);
    for (key, value) in settings {
        if spellings.contains(key) {
            return Some((value.clone(), known.at.key("engine").key("settings").key(key.clone())));
        }
    }
    let args = &known.declared.main.args;
    for (n, arg) in args.iter().enumerate() {
        let at = known.at.key("args").index(n);
        let bare = arg.trim_start_matches('-');
        for spelling in &spellings {
            if let Some(value) = bare.strip_prefix(spelling.as_str()).and_then(|rest| rest.strip_prefix('=')) {
                return Some((value.to_owned(), at));
            }
            if bare == spelling && arg.starts_with("--") {
                return args.get(n + 1).map(|value| (value.clone(), known.at.key("args").index(n + 1)));
            }
        }
    }
    let is_file = |text: &super::Text<'_>| text.text.contains('\n') || text.text.contains('=');
    known.texts().into_iter().filter(is_file).find_map(|text| {
        let value = spellings.iter().find_map(|spelling| config_value(text.text, spelling))?;
        Some((value.to_owned(), text.at))
    })
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn amounts_are_read_in_every_spelling() {
        for (text, expected) in [
            ("4g", Some(4 << 30)),
            ("512m", Some(512 << 20)),
            ("256MB", Some(256 << 20)),
            ("1 GB", Some(1 << 30)),
            ("1Gi", Some(1 << 30)),
            ("1GiB", Some(1 << 30)),
            ("100", Some(800)),
            ("100B", Some(100)),
            ("lots", None),
            ("25%", None),
        ] {
            assert_eq!(bytes(text, 8), expected, "{text}");
        }
    }
}
