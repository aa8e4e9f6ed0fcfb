//! The environment of known images.

use super::{Known, commands, either, known};
use crate::engine::{self, Facts, Required};
use crate::finding::{Finding, Path};
use crate::model::{EngineKind, EnvValue};
use crate::value::suggest;
use crate::view::View;
use std::borrow::Cow;

/// Where a variable is given: in `env`, or by a key of the engine.
fn place(known: &Known<'_>, name: &str, option: &str) -> Path {
    if known.declared.main.env(name).is_none() && known.has_engine() && !option.is_empty() {
        known.at.key("engine").key(option.to_owned())
    } else {
        known.env_at(name)
    }
}

fn applies(known: &Known<'_>, required: &Required) -> bool {
    (required.since.is_empty() || known.version.at_least(required.since))
        && (required.before.is_empty() || !known.version.at_least(required.before))
        && (required.with.is_empty() || known.has_env(required.with) == Some(true))
}

/// What an image must find at its first start is there.
pub(super) fn required(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::runs_entrypoint) {
        for required in known.facts.environment.required.iter().filter(|required| applies(&known, required)) {
            // What no key of the engine gives, the engine gives by itself.
            if known.has_engine() && required.option.is_empty() {
                continue;
            }
            let missing = required.one_of.iter().all(|name| known.has_env(name) == Some(false));
            let otherwise = required.or.iter().any(|(name, value)| known.text_of(name) == Some(value));
            if !missing || otherwise {
                continue;
            }
            let by_engine = known.has_engine() && known.facts.takes(required.option);
            let at = if by_engine { known.at.key("engine") } else { known.at.key("env") };
            let help = match required.one_of {
                _ if by_engine => format!("add `{}: my_secret.key` to the engine", required.option),
                // What differs from pod to pod cannot simply be written.
                _ if required.option.is_empty() => format!("write `engine: {}`, which fills it in", known.facts.name),
                [first, ..] => format!("add {} to `env`", either(&[*first])),
                [] => String::new(),
            };
            let names = either(&required.one_of.iter().filter(|name| !name.ends_with("_FILE")).collect::<Vec<_>>());
            let message = format!("without {names} {}", required.otherwise);
            let finding = Finding::error(required.rule, at.the_key(), message).help(help);
            let finding = required.or.iter().fold(finding, |f, (name, _)| f.looked_at(known.env_at(name)));
            out.push(known.without_env(finding));
        }
    }
}

/// What an image refuses is not there.
pub(super) fn forbidden(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::runs_entrypoint) {
        for forbidden in known.facts.environment.forbidden {
            let refused = match forbidden.value {
                "" => known.app.main.env(forbidden.name).is_some(),
                value => known.text_of(forbidden.name) == Some(value),
            };
            if refused {
                let value =
                    if forbidden.value.is_empty() { String::new() } else { format!(": \"{}\"", forbidden.value) };
                out.push(
                    known.of(Finding::error(
                        forbidden.rule,
                        place(&known, forbidden.name, "user"),
                        format!("`{}{value}`: {}", forbidden.name, forbidden.why),
                    )
                    .help(forbidden.instead)),
                );
            }
        }
    }
}

/// A variable under a prefix of the image's is one that the image reads.
pub(super) fn unread(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::runs_entrypoint) {
        // Scripts of the first start may read anything.
        let scripts = |file: &crate::model::FileMount| file.path.as_str().starts_with("/docker-entrypoint-initdb.d");
        if known.declared.files.iter().any(scripts) {
            continue;
        }
        for env in &known.declared.main.env {
            let name = env.name.as_str();
            let used = || {
                let texts = known.texts();
                let reference = format!("$({name})");
                let shell = [format!("${name}"), format!("${{{name}")];
                let says = |text: &str| text.contains(&reference) || shell.iter().any(|form| text.contains(form));
                texts.iter().any(|text| says(text.text))
                    || commands(&known.declared.main).any(|(_, words)| words.iter().any(|word| says(word)))
            };
            let foreign = foreign(&known, name);
            if (known.facts.reads(name) && foreign.is_none()) || used() {
                continue;
            }
            let environment = &known.facts.environment;
            let files: Vec<String> = environment.files.iter().map(|name| format!("{name}_FILE")).collect();
            let candidates =
                environment.known.iter().chain(environment.files).copied().chain(files.iter().map(String::as_str));
            let help = match suggest(name, candidates) {
                Some(near) if strsim::normalized_damerau_levenshtein(name, near) > 0.75 => {
                    format!("did you mean `{near}`?")
                }
                _ => format!("the image of {} reads nothing of this name: remove it", known.facts.title),
            };
            let message = match foreign {
                Some(other) => {
                    format!("`{name}` is a variable of {}, and {} does not read it", other.title, known.facts.title)
                }
                None => {
                    format!("`{name}` is read by nobody: it is not a variable of the image `{}`", known.facts.image)
                }
            };
            let finding = Finding::error("env-unread", known.env_at(name).the_key(), message);
            out.push(known.after_texts(finding.help(help)));
        }
    }
}

/// The engine whose variable this is, if it is another's and not this one's too.
fn foreign(known: &Known<'_>, name: &str) -> Option<&'static Facts> {
    // An image of one's own may read anything.
    let is_own = known.declared.main.image.as_ref().is_some_and(|image| engine::by_image(image).is_none());
    if is_own || known.facts.kind == EngineKind::Custom || known.facts.owns(name) {
        return None;
    }
    engine::tables().find(|other| other.kind != known.facts.kind && other.owns(name))
}

/// Of two variables that exclude each other there is one.
pub(super) fn exclusive(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::runs_entrypoint) {
        let environment = &known.facts.environment;
        let files = environment.files.iter().map(|name| (*name, Cow::Owned(format!("{name}_FILE"))));
        let pairs = environment.exclusive.iter().map(|(a, b)| (*a, Cow::Borrowed(*b)));
        let is_there = |(first, _): &(&str, _)| known.app.main.env(first).is_some();
        for (first, second) in files.chain(pairs).filter(is_there) {
            if known.app.main.env(&second).is_some() {
                out.push(
                    known.of(Finding::error(
                        "env-exclusive",
                        known.env_at(&second).the_key(),
                        format!("`{first}` and `{second}` exclude each other: with both, the image stops"),
                    )
                    .help("remove one of them")
                    .also(known.env_at(first), "the other one")),
                );
            }
        }
    }
}

/// Of two variables that belong together none is alone.
pub(super) fn alone(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::runs_entrypoint) {
        for pair in known.facts.environment.together {
            let has = |name: &str| {
                let file = format!("{name}_FILE");
                (known.has_env(name)? || known.has_env(&file)?).then_some(true).or(Some(false))
            };
            let (there, missing) = match (has(pair.first), has(pair.second)) {
                (Some(true), Some(false)) => (pair.first, pair.second),
                (Some(false), Some(true)) => (pair.second, pair.first),
                _ => continue,
            };
            let option = if there == pair.first { "user" } else { "password" };
            let at = place(&known, there, option);
            let message = format!("`{there}` is there without `{missing}`: {}", pair.otherwise);
            let finding = if pair.stops {
                Finding::error("env-alone", at, message)
            } else {
                Finding::warning("env-ineffective", at, message)
            };
            out.push(known.without_env(finding.help(format!("add `{missing}`, or remove `{there}`"))));
        }
    }
}

/// What tells members apart differs from pod to pod.
pub(super) fn per_pod(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        if known.declared.replicas() < 2 {
            continue;
        }
        for (name, rule) in known.facts.environment.per_pod {
            // Only a reference can differ; a script may still put one in.
            let Some(EnvValue::Text(text)) = known.declared.main.env(name) else { continue };
            if text.contains("$(") || !known.runs_entrypoint() {
                continue;
            }
            let (what, help) = match *rule {
                "kafka-advertised-shared" => (
                    "all brokers tell clients and each other the same address, and the second one that starts is refused",
                    "write the pod's own name: `$(POD_NAME).<service_name>:9092`, with `POD_NAME: field(\"metadata.name\")` before it, or leave it to `engine: kafka`",
                ),
                _ => ("all pods have the same identity", "write it as `$(POD_NAME)`, or leave it to the engine"),
            };
            out.push(
                known.of(Finding::error(rule, known.env_at(name), format!("with `{name}: \"{text}\"` {what}"))
                    .help(help)
                    .looked_at(known.at.key("replicas"))
                    .looked_at(known.at.key("command"))),
            );
        }
    }
}

/// Clients have to log in.
pub(super) fn no_password(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let locks = known.facts.locks;
        let locked = || locks.iter().any(|name| known.has_env(name) != Some(false)) || known.says(locks);
        let engine = known.declared.engine.as_ref();
        if locks.is_empty()
            || engine.is_some_and(|engine| engine.password.is_some())
            || locked()
            || known.has_unknown_files()
        {
            continue;
        }
        let by_engine = known.has_engine();
        let at = if by_engine { known.at.key("engine").the_key() } else { known.at.clone() };
        let finding = Finding::warning(
            "no-password",
            at,
            format!("everybody who reaches this {} may read and write", known.facts.title),
        )
        .help(if by_engine {
            "add `password: my_secret.password` to the engine"
        } else {
            "give it a password, as its documentation says"
        });
        out.push(known.without_env(known.after_texts(finding)));
    }
}
