//! Settings that the rest of what an engine makes relies on.

use super::{Known, known};
use crate::engine::{How, KnownPort, config_value};
use crate::finding::{Finding, Path};
use crate::model::{EngineKind, EnvValue};
use crate::view::View;

/// What members know themselves and each other by differs from member to member: the engine sets it.
pub(super) fn per_member(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.has_engine() && known.declared.replicas() > 1) {
        let settings = known.declared.engine.iter().flat_map(|engine| &engine.settings);
        // A prefix stands for all that begin with it.
        let of_prefix =
            |name: &&str| known.facts.per_member.iter().any(|own| own.ends_with('.') && name.starts_with(own));
        let prefixed = settings.map(|(name, _)| name.as_str()).filter(of_prefix);
        for setting in known.facts.per_member.iter().copied().chain(prefixed) {
            // A variable of its own may be a field of the pod.
            let Some((at, _)) = said(&known, setting).filter(|(_, value)| !value.contains("$(")) else { continue };
            let at = if known.at.key("engine").contains(&at) { at.the_key() } else { at };
            let finding = Finding::error(
                "setting-per-member",
                at,
                format!(
                    "`{setting}` is what the members of {} know themselves or each other by: the engine sets it",
                    known.facts.title
                ),
            )
            .help("leave it out")
            .looked_at(known.at.key("replicas"));
            out.push(known.of(finding));
        }
    }
}

/// A setting has a name that can be one, and becomes what nothing else is already.
pub(super) fn unread(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some(engine) = &known.declared.engine else { continue };
        for (name, value) in &engine.settings {
            let at = known.at.key("engine").key("settings").key(name.clone()).the_key();
            let say = |message: String, help: &str| {
                known.of(Finding::error("setting-unread", at.clone(), message).help(help))
            };
            let title = known.facts.title;
            if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '=') {
                out.push(say(
                    format!("no setting of {title} is called {name:?}"),
                    "write its name, as the documentation has it",
                ));
                continue;
            }
            // What differs from member to member has a rule of its own.
            let Some(variable) = known.facts.variable.filter(|_| !is_per_member(&known, name)) else { continue };
            let variable = variable(name);
            if !known.facts.reads(&variable) {
                let message = format!("the image of {title} reads no `{variable}`, and so no setting `{name}`");
                out.push(say(message, "mount a configuration of your own for it, or leave it out"));
            } else if !matches!(known.app.main.env(&variable), Some(EnvValue::Text(text)) if text == value) {
                let message = format!("`{name}` of {title} is set already, by the engine or as `{variable}` in `env`");
                out.push(say(message, "leave it out").looked_at(known.env_at(&variable)));
            }
        }
    }
}

/// Dashes and underscores mean the same.
fn same(a: &str, b: &str) -> bool {
    let dashed = |c| if c == '_' { '-' } else { c };
    a.chars().map(dashed).eq(b.chars().map(dashed))
}

fn is_per_member(known: &Known<'_>, name: &str) -> bool {
    known.declared.replicas() > 1 && known.facts.per_member.iter().any(|setting| same(setting, name))
}

/// The number in a setting: alone, or at the end of a URL.
fn number(text: &str) -> Option<u16> {
    text.trim().trim_end_matches('/').rsplit(':').next()?.parse().ok()
}

/// What the server is told: by `settings`, by an argument or by a variable, and where.
pub(super) fn said<'a>(known: &Known<'a>, setting: &str) -> Option<(Path, &'a str)> {
    let same = |name: &str| same(name, setting);
    let declared = known.declared;
    let settings = declared.engine.iter().flat_map(|engine| &engine.settings);
    let by_settings = settings
        .filter(|(name, _)| same(name))
        .map(|(name, value)| (known.at.key("engine").key("settings").key(name.clone()), value.as_str()));
    let args = &declared.main.args;
    let by_args = args.iter().enumerate().filter_map(|(n, arg)| {
        let behind_c = n > 0 && args.get(n - 1).is_some_and(|before| before == "-c");
        let option = arg.strip_prefix("--").or_else(|| behind_c.then_some(arg.as_str()))?;
        let value = match option.split_once(['=', ' ']) {
            Some((name, value)) if same(name) => value,
            None if same(option) => args.get(n + 1).map_or("", String::as_str),
            _ => return None,
        };
        Some((known.at.key("args").index(n), value))
    });
    let by_env = declared.main.env.iter().filter_map(|env| match &env.value {
        EnvValue::Text(text) if same(env.name.as_str()) => Some((known.env_at(env.name.as_str()), text.as_str())),
        _ => None,
    });
    by_settings.chain(by_args).chain(by_env).next()
}

/// The same, if it arrives: what the engine sets as a variable, no setting changes, and a rule of its own says so.
pub(super) fn effective<'a>(known: &Known<'a>, setting: &str) -> Option<(Path, &'a str)> {
    let (at, value) = said(known, setting)?;
    let of_settings = known.at.key("engine").key("settings").contains(&at);
    let arrives = |variable: fn(&str) -> String| matches!(known.app.main.env(&variable(setting)), Some(EnvValue::Text(text)) if text == value);
    (!of_settings || known.facts.variable.is_none_or(arrives)).then_some((at, value))
}

/// What the engine's configuration files say.
fn of_files<'a>(known: &Known<'a>, setting: &str) -> Option<(Path, &'a str)> {
    let config = known.declared.engine.as_ref()?.config.as_ref()?;
    let (n, config) = known.stack.config_map_at(config.as_str())?;
    let values = config.data.iter();
    values.into_iter().find_map(|(key, text)| Some((Path::item(n).key(key.to_string()), config_value(text, setting)?)))
}

/// Where the server is told to listen on another port, and which.
fn told(known: &Known<'_>, port: &KnownPort) -> Option<(Path, u16)> {
    let number = |(at, text): (Path, &str)| Some((at, number(text)?));
    said(known, port.setting).and_then(number).or_else(|| of_files(known, port.setting).and_then(number))
}

/// Data that a setting moves is still on a volume.
pub(super) fn data_moved(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::has_engine) {
        let Some(path) = known.facts.paths(&known.version).next().filter(|path| !path.setting.is_empty()) else {
            continue;
        };
        let Some((at, directory)) = effective(&known, path.setting)
            .or_else(|| of_files(&known, path.setting))
            .filter(|(_, text)| text.starts_with('/'))
        else {
            continue;
        };
        let directory = directory.trim_end_matches('/');
        let mounts = known.app.storage.iter().filter_map(|volume| volume.mount.as_ref());
        let mut mounts =
            mounts.chain(known.app.main.mounts.iter().map(|mount| &mount.path)).map(|mount| mount.normalised());
        let covers =
            |mount: &str| directory == mount || directory.strip_prefix(mount).is_some_and(|rest| rest.starts_with('/'));
        if !known.app.storage.is_empty() && !mounts.any(|mount| covers(&mount)) {
            let finding = Finding::error(
                "data-not-on-volume",
                at,
                format!(
                    "`{}` puts {} of {} into {directory}, where no volume is",
                    path.setting, path.what, known.facts.title
                ),
            )
            .help(format!("leave it out: the volume is at {}", path.mount))
            .looked_at(known.at.key("storage"));
            out.push(known.of(finding));
        }
    }
}

/// A password stands in a Secret, and not in a setting or an argument.
pub(super) fn secret_in_clear(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let settings = known.declared.engine.iter().flat_map(|engine| &engine.settings).map(|(name, _)| name.as_str());
        let of_settings = settings.filter(|name| name.to_ascii_lowercase().ends_with("password"));
        let of_redis = ["requirepass", "masterauth"].into_iter().filter(|_| known.facts.kind == EngineKind::Redis);
        for name in of_settings.chain(of_redis) {
            let Some((at, _)) = said(&known, name).filter(|(_, value)| !value.is_empty() && !value.contains("$("))
            else {
                continue;
            };
            let finding = Finding::error(
                "secret-in-clear",
                at,
                format!("`{name}` is a password, and stands in the source and in the manifests"),
            )
            .help("declare `Secret name { password: generate(32) }`, and write it as `password: name.password` of the engine or as a variable `$(NAME)`");
            out.push(known.of(finding));
        }
    }
}

/// What replication cannot do without is not switched off.
pub(super) fn replication(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.declared.replicas() > 1) {
        let replication = known.declared.engine.as_ref().and_then(|engine| engine.replication.as_ref());
        let Some(form) = replication.and_then(|replication| known.facts.form(replication)) else { continue };
        for (setting, values) in form.without {
            let Some((at, value)) = said(&known, setting) else { continue };
            if values.is_empty() || values.iter().any(|wrong| wrong.eq_ignore_ascii_case(value.trim())) {
                let shown =
                    if value.is_empty() || value.starts_with('-') { String::new() } else { format!(" = {value}") };
                let finding = Finding::error(
                    "replication-switched-off",
                    at,
                    format!("with `{setting}{shown}` the pods of {} do not follow each other", known.facts.title),
                )
                .help("leave it out")
                .looked_at(known.at.key("replicas"))
                .looked_at(known.at.key("engine").key("replication"));
                out.push(known.of(finding));
            }
        }
    }
}

/// A server listens where the probes, the Services, the other members and the Jobs of its engine look for it.
pub(super) fn port_moved(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::has_engine) {
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
