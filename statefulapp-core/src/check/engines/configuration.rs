//! Configuration files of known images.

use super::{Known, known};
use crate::engine::{ConfigFile, config_value};
use crate::finding::{Finding, Path};
use crate::model::{EngineKind, EnvValue, FileContent, FileMount, Source};
use crate::value::DataKey;
use crate::view::View;

/// A configuration file in the container.
struct Mounted<'a> {
    known_file: &'static ConfigFile,
    /// Its path.
    path: String,
    /// The file of the declaration that it is or is in; `None` for one of the engine's `config`.
    declared: Option<&'a FileMount>,
    /// The item that it is a key of.
    config: usize,
    key: &'a DataKey,
    /// What it holds, if that is known.
    text: Option<&'a str>,
}

impl Mounted<'_> {
    /// Where it was declared that it appears.
    fn at(&self, known: &Known<'_>) -> Path {
        match self.declared {
            Some(file) => known.at.key("files").key(file.path.to_string()),
            None => known.at.key("engine").key("config"),
        }
    }

    /// Where its text stands.
    fn text_at(&self) -> Path {
        Path::item(self.config).key(self.key)
    }
}

fn is_named(file: &ConfigFile, name: &str) -> bool {
    if file.name.starts_with('.') { name.ends_with(file.name) } else { name == file.name }
}

/// The configuration files that a completed app has.
fn mounted<'a>(known: &Known<'a>) -> Vec<Mounted<'a>> {
    let mut found = Vec::new();
    for file in &known.app.files {
        let config = match &file.content {
            FileContent::All(Source::ConfigMap(config)) | FileContent::Items(Source::ConfigMap(config), _) => config,
            FileContent::ConfigKey(key) => &key.name,
            _ => continue,
        };
        let Some((n, config)) = known.stack.config_map_at(config.as_str()) else { continue };
        let declared = known.declared.files.iter().find(|own| own.path == file.path);
        let mount = file.path.normalised();
        // A key of the ConfigMap, and its path below the mount.
        let mut add = |key: &'a DataKey, below: &str| {
            let name = if below.is_empty() { mount.as_ref() } else { below };
            let name = name.rsplit('/').next().unwrap_or_default();
            let Some(known_file) = known.facts.files.iter().find(|file| is_named(file, name)) else { return };
            let path = if below.is_empty() { mount.to_string() } else { format!("{mount}/{below}") };
            let text = config.data.iter().find(|(have, _)| have == key).map(|(_, text)| text.as_str());
            found.push(Mounted { known_file, path, declared, config: n, key, text });
        };
        match &file.content {
            FileContent::All(_) => config.keys().for_each(|key| add(key, key.as_str())),
            FileContent::Items(_, items) => items.iter().for_each(|(key, path)| add(key, path.as_str())),
            FileContent::ConfigKey(key) => add(&key.key, ""),
            FileContent::SecretKey(_) => {}
        }
    }
    found
}

/// Whether the server reads a file: from a directory of its own, or because something names it.
fn is_read(known: &Known<'_>, file: &Mounted<'_>) -> bool {
    let directory = file.path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let flag = file.known_file.flag;
    let said = |text: &str| text.contains(&file.path) || (!flag.is_empty() && text.contains(flag));
    let main = &known.app.main;
    let env =
        main.env.iter().any(|env| said(env.name.as_str()) || matches!(&env.value, EnvValue::Text(text) if said(text)));
    file.known_file.directories.contains(&directory)
        || env
        || main.command.iter().chain(&main.args).any(|word| said(word))
        // One file may include the other.
        || known.texts().iter().any(|text| text.text.contains(&file.path))
}

/// A configuration file that is mounted is read.
pub(super) fn config_not_read(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::runs_entrypoint) {
        let mut unread: Vec<Mounted<'_>> = mounted(&known);
        unread.retain(|file| !file.path.starts_with("/docker-entrypoint-initdb.d") && !is_read(&known, file));
        while let Some(first) = unread.first() {
            // One mount, one mistake.
            let at = first.at(&known);
            let (here, others): (Vec<_>, Vec<_>) = unread.into_iter().partition(|file| file.at(&known) == at);
            unread = others;
            let paths: Vec<&str> = here.iter().map(|file| file.path.as_str()).collect();
            out.push(
                known.after_texts(
                    Finding::error(
                        "config-not-read",
                        at,
                        format!("{} reads no configuration from {}", known.facts.title, paths.join(" and ")),
                    )
                    .help(wiring(&here)),
                ),
            );
        }
    }
}

/// What makes the server read files.
fn wiring(files: &[Mounted<'_>]) -> String {
    let Some(first) = files.first() else { return String::new() };
    let flags = files.iter().map(|file| match file.known_file.flag {
        flag @ ("config_file" | "hba_file") => format!("\"-c\", \"{flag}={}\"", file.path),
        "redis.conf" => format!("\"{}\"", file.path),
        flag => format!("\"{flag}\", \"{}\"", file.path),
    });
    match first.known_file.directories {
        [directory, ..] => format!("mount it in \"{directory}\""),
        [] => format!(
            "write `args: [{}]`, or give the ConfigMap as the engine's `config`",
            flags.collect::<Vec<_>>().join(", ")
        ),
    }
}

/// The server listens to the network, and not to itself only.
pub(super) fn listen_addresses(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::runs_entrypoint) {
        for file in mounted(&known) {
            let listen = file.known_file.listen;
            let Some(text) = file.text.filter(|_| !listen.is_empty()) else { continue };
            let by_argument = known.app.main.args.iter().any(|arg| is_argument(arg, listen));
            if by_argument || !is_read(&known, &file) {
                continue;
            }
            let value = config_value(text, listen).or_else(|| config_value(text, &listen.replace('-', "_")));
            let message = match value {
                Some(value) if is_local(value) => {
                    format!("`{listen} = {value}`: no other pod, probe or Service reaches this server")
                }
                None if file.known_file.alone => {
                    format!(
                        "without `{listen}` the server listens to itself only: the image sets it in its own file, not in yours"
                    )
                }
                _ => continue,
            };
            let help = match listen {
                "listen_addresses" => "add `listen_addresses = '*'`",
                "bind" => "write `bind * -::*`",
                _ => "write 0.0.0.0",
            };
            out.push(known.after_texts(Finding::error("listen-addresses", file.text_at(), message).help(help)));
        }
    }
}

/// The same, where a setting, an argument or a variable says it.
pub(super) fn listen_settings(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::runs_entrypoint) {
        let of_files = known.facts.files.iter().map(|file| file.listen).filter(|listen| !listen.is_empty());
        let others = match known.facts.kind {
            EngineKind::Mongodb => "bind_ip",
            EngineKind::Elasticsearch | EngineKind::Opensearch => "network.host",
            _ => "",
        };
        for setting in of_files.chain((!others.is_empty()).then_some(others)) {
            let Some((at, value)) = super::settings::effective(&known, setting).filter(|(_, value)| is_local(value))
            else {
                continue;
            };
            let message = format!("`{setting} = {value}`: no other pod, probe or Service reaches this server");
            let help = "leave it out: the image listens to the network";
            out.push(known.of(Finding::error("listen-addresses", at, message).help(help)));
        }
    }
}

fn is_argument(arg: &str, listen: &str) -> bool {
    let arg = arg.replace('_', "-");
    let listen = listen.replace('_', "-");
    arg.contains(&listen) || (listen == "bindIp" && arg.contains("--bind-ip"))
}

/// Whether all addresses of a list are the server's own.
fn is_local(value: &str) -> bool {
    let mut words = value.split([' ', ',']).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some()
        && words.all(|word| matches!(word.trim_start_matches('-'), "localhost" | "127.0.0.1" | "::1" | "127.0.0.0/8"))
}

/// Whoever connects to PostgreSQL gives a password.
/// <https://www.postgresql.org/docs/current/auth-trust.html>
pub(super) fn pg_hba_trust(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        if known.text_of("POSTGRES_HOST_AUTH_METHOD") == Some("trust") {
            out.push(
                known.of(Finding::warning(
                    "pg-hba-trust",
                    known.env_at("POSTGRES_HOST_AUTH_METHOD"),
                    "everybody who reaches this server is whoever he says he is, without a password",
                )
                .help("give `POSTGRES_PASSWORD` instead")),
            );
        }
        for file in mounted(&known).iter().filter(|file| file.known_file.name == "pg_hba.conf") {
            let Some(text) = file.text else { continue };
            let trusting = text.lines().map(str::trim).filter(|line| line.contains("trust")).find(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                // The method stands behind the address, which may have its mask as a word of its own.
                match words.as_slice() {
                    ["local", _, _, method, ..] => *method == "trust",
                    [kind, _, _, _, method, rest @ ..] if kind.starts_with("host") => {
                        *method == "trust" || rest.first() == Some(&"trust")
                    }
                    _ => false,
                }
            });
            if let Some(line) = trusting {
                let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
                out.push(
                    known.of(Finding::warning(
                        "pg-hba-trust",
                        file.text_at(),
                        format!("`{line}` lets everybody in without a password who reaches the server this way"),
                    )
                    .help("write `scram-sha-256` instead of `trust`; for `local` also `peer`")),
                );
            }
        }
    }
}
