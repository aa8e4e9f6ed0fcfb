//! Settings that the rest of what an engine makes relies on.

use super::{Known, known};
use crate::engine::{How, KnownPort, config_value};
use crate::finding::{Finding, Path};
use crate::model::{EngineKind, EnvValue, Stack};

/// What members know themselves and each other by differs from member to member: the engine sets it.
pub(super) fn per_member(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for known in known(declared, completed).filter(|known| known.declared.replicas() > 1) {
        let Some(engine) = &known.declared.engine else { continue };
        let own = engine.settings.iter().filter(|(name, _)| known.facts.per_member.contains(&name.as_str()));
        for (name, _) in own {
            let finding = Finding::error(
                "setting-per-member",
                known.at.key("engine").key("settings").key(name.clone()).the_key(),
                format!(
                    "`{name}` would be the same for all members of {}, which the engine tells apart by it",
                    known.facts.title
                ),
            )
            .help("leave it out")
            .looked_at(known.at.key("replicas"));
            out.push(known.of(finding));
        }
    }
}

/// A setting of an image that takes certain ones only is one of these, and not one that the engine has set already.
pub(super) fn unread(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for known in known(declared, completed).filter(|known| known.facts.kind == EngineKind::Cassandra) {
        let Some(engine) = &known.declared.engine else { continue };
        for (name, value) in &engine.settings {
            let variable = format!("CASSANDRA_{}", name.to_ascii_uppercase());
            let at = known.at.key("engine").key("settings").key(name.clone()).the_key();
            let set = known.app.main.env(&variable);
            let (message, help) = if !known.facts.reads(&variable) {
                let message =
                    format!("the image of {} reads no `{variable}`, and so no setting `{name}`", known.facts.title);
                (message, "mount a configuration of your own for it, or leave it out".to_owned())
            } else if !matches!(set, Some(EnvValue::Text(text)) if text == value) {
                (format!("`{name}` of {} is set already", known.facts.title), "leave it out".to_owned())
            } else {
                continue;
            };
            let finding = Finding::error("setting-unread", at, message).help(help);
            out.push(known.of(finding).looked_at(known.env_at(&variable)));
        }
    }
}

/// The number in a setting: alone, or at the end of a URL.
fn number(text: &str) -> Option<u16> {
    text.trim().trim_end_matches('/').rsplit(':').next()?.parse().ok()
}

/// Where the server is told to listen on another port, and which.
fn told(known: &Known<'_>, port: &KnownPort) -> Option<(Path, u16)> {
    let setting = port.setting;
    let settings = known.declared.engine.iter().flat_map(|engine| &engine.settings);
    let by_settings = settings
        .filter(|(name, _)| name == setting)
        .find_map(|(name, value)| Some((known.at.key("engine").key("settings").key(name.clone()), number(value)?)));
    let args = &known.declared.main.args;
    let by_args = args.iter().enumerate().find_map(|(n, arg)| {
        let option =
            arg.strip_prefix("--").or_else(|| (n > 0 && args.get(n - 1).is_some_and(|c| c == "-c")).then_some(arg))?;
        let value = match option.split_once('=') {
            Some((name, value)) if name == setting => value,
            None if option == setting => args.get(n + 1)?,
            _ => return None,
        };
        Some((known.at.key("args").index(n), number(value)?))
    });
    let by_env = known.declared.main.env(setting).and_then(|value| match value {
        EnvValue::Text(text) => Some((known.env_at(setting), number(text)?)),
        _ => None,
    });
    let by_file = || {
        let config = known.declared.engine.as_ref()?.config.as_ref()?;
        let (n, config) = known.stack.config_map_at(config.as_str())?;
        let number = |(key, text): &(crate::value::DataKey, String)| {
            Some((Path::item(n).key(key.to_string()), number(config_value(text, setting)?)?))
        };
        config.data.iter().find_map(number)
    };
    by_settings.or(by_args).or(by_env).or_else(by_file)
}

/// A server listens where the probes, the Services, the other members and the Jobs of its engine look for it.
pub(super) fn port_moved(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    for known in known(declared, completed).filter(Known::has_engine) {
        // Kafka listens where its ports say.
        if known.facts.kind == EngineKind::Kafka {
            continue;
        }
        for port in known.facts.ports.iter().filter(|port| !port.optional && !port.setting.is_empty()) {
            let told = told(&known, port);
            let moved = told.as_ref().is_some_and(|(_, number)| *number != port.number);
            let here = known.declared.main.ports.iter().find(|own| own.name.as_str() == port.name);
            let renumbered = here.filter(|own| own.number.get() != port.number);
            let (at, number, help) = match (told, renumbered) {
                (Some((at, number)), _) if moved => {
                    if follows(&known, port, number) {
                        continue;
                    }
                    (at, number, format!("leave it at {}", port.number))
                }
                (_, Some(own)) => {
                    let at = known.at.key("ports").key(own.name.to_string());
                    let help =
                        format!("write {}, or leave the port out: a Service can give it another number", port.number);
                    (at, own.number.get(), help)
                }
                _ => continue,
            };
            let message = format!(
                "`{}` is {number} here, and the engine looks for {} on {}",
                if moved { port.setting } else { port.name },
                known.facts.title,
                port.number
            );
            let mut finding = Finding::error("port-moved", at, message).help(help);
            for key in ["replicas", "ports", "startup", "readiness", "backup"] {
                finding = finding.looked_at(known.at.key(key));
            }
            out.push(known.after_texts(finding));
        }
    }
}

/// Whether everything that looks for the server is the declaration's own: the port of a single pod, and probes that run a command.
fn follows(known: &Known<'_>, port: &KnownPort, number: u16) -> bool {
    let app = known.declared;
    let probes = [
        (&known.facts.probes.startup, app.main.startup.is_some()),
        (&known.facts.probes.readiness, app.main.readiness.is_some()),
    ];
    // One that asks a port asks it by its name, and follows it.
    let runs = |how: &How| matches!(how, How::Exec(_));
    let own = probes.iter().all(|(check, is_own)| *is_own || check.as_ref().is_none_or(|check| !runs(&check.how)));
    let declared = app.main.port(port.name).is_some_and(|own| own.number.get() == number);
    app.replicas() < 2 && app.backup.is_none() && own && declared
}
