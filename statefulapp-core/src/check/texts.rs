//! Texts that the API server takes in one way and not in another.

use super::labels::each_meta;
use super::pods::pods;
use super::probes::handlers;
use crate::finding::{Finding, Path};
use crate::model::{EnvValue, Handler, Item};
use crate::view::View;

/// A character that YAML has no place for, though JSON has: `kubectl apply --server-side` sends JSON that the server reads as YAML.
/// <https://yaml.org/spec/1.2.2/#51-character-set>
fn odd(text: &str) -> Option<char> {
    // Nearly all texts are plain ones, and a bundle of them is looked through at once.
    if text.bytes().all(|byte| byte < 0x7f) {
        return None;
    }
    text.chars().find(|c| matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}'))
}

/// A text survives a server-side apply.
pub(super) fn beyond_apply(view: &View<'_>, out: &mut Vec<Finding>) {
    let mut check = |at: Path, text: &str, binary: bool| {
        let Some(odd) = odd(text) else { return };
        let (is, what) = match odd {
            // A text in quotes turns one into a blank.
            '\u{85}' => ("a line break of YAML", "makes a blank of it"),
            _ => ("no character of YAML", "refuses the object"),
        };
        let help = if binary {
            "keep it in a Secret, which is written in base64, or write the character in a way of the file's own"
        } else {
            "remove it, or use `kubectl apply` without `--server-side`"
        };
        let message = format!("U+{:04X} is {is}: `kubectl apply --server-side` {what}", u32::from(odd));
        out.push(Finding::warning("text-beyond-apply", at, message).help(help));
    };
    for pod in pods(view) {
        for placed in pod.containers() {
            let container = placed.container;
            for (key, words) in [("command", &container.command), ("args", &container.args)] {
                words.iter().enumerate().for_each(|(n, word)| check(placed.at.key(key).index(n), word, false));
            }
            for env in &container.env {
                if let EnvValue::Text(text) = &env.value {
                    check(placed.at.key("env").key(env.name.to_string()), text, false);
                }
            }
            for (key, handler) in handlers(container) {
                if let Handler::Exec(words) = handler {
                    words.iter().enumerate().for_each(|(n, word)| check(placed.at.key(key).index(n), word, false));
                }
            }
        }
        for (key, value) in pod.app.iter().filter_map(|app| app.engine.as_ref()).flat_map(|engine| &engine.settings) {
            check(pod.at.key("engine").key("settings").key(key.clone()), value, false);
        }
    }
    for (n, config) in view.config_maps() {
        for (key, text) in &config.data {
            check(Path::item(n).key(key.to_string()), text, true);
        }
    }
    each_meta(view, |item, meta, at| {
        for (key, text) in &meta.annotations {
            check(at.key("annotations").key(key.to_string()), text, false);
        }
        if let Item::App(app) = item {
            for (key, text) in &app.pod_annotations {
                check(at.key("pod_annotations").key(key.to_string()), text, false);
            }
        }
    });
}
