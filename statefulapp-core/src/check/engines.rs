//! Rules about engines: an app whose image is known is held against the table of its engine.

mod backup;
mod cluster;
mod configuration;
mod data;
mod environment;
mod health;
mod image;
mod kafka;
mod members;
mod memory;
mod names;
mod operation;
mod options;
mod ports;
mod programs;
mod redis;
mod replication;
mod secrets;
mod settings;
mod user;

use super::Check;
use crate::engine::{self, Facts, VersionNumber};
use crate::finding::{Finding, Path};
use crate::model::{App, Container, EnvValue, FileContent, Handler, Hook, Item, Names, Source};
use crate::view::View;

/// The functions, in the order in which they run.
pub(super) static CHECKS: &[Check] = &[
    options::unknown,
    image::image_mismatch,
    image::version_unknown,
    image::version_ended,
    names::version,
    names::version_too_old,
    names::names,
    names::replication_user,
    user::not_in_image,
    cluster::members,
    cluster::quorum,
    cluster::alone,
    cluster::without_storage,
    settings::per_member,
    settings::unread,
    settings::port_moved,
    settings::data_moved,
    settings::secret_in_clear,
    settings::replication,
    members::command_replaces,
    members::unlisted,
    members::masters,
    secrets::forms_fit,
    replication::mode,
    replication::role_services,
    replication::options,
    replication::version,
    replication::redis_cluster,
    replication::replica_set,
    replication::ordered,
    replication::replica_set_size,
    cluster::transport_tls,
    cluster::cassandra_parallel,
    cluster::redis_announce,
    redis::follower_in_cluster,
    redis::follower_without_password,
    redis::announced_name,
    secrets::key_file_open,
    operation::peers_wait,
    operation::majority_kept,
    operation::peers_resolve,
    operation::zookeeper_ids,
    operation::kafka_zookeeper,
    operation::kafka_cluster_id,
    operation::root_refused,
    operation::postgres_user_reserved,
    operation::data_on_device,
    environment::required,
    environment::forbidden,
    environment::unread,
    environment::exclusive,
    environment::alone,
    environment::per_pod,
    environment::no_password,
    data::data_directory,
    data::read_only_root,
    configuration::config_not_read,
    configuration::listen_addresses,
    configuration::listen_settings,
    configuration::pg_hba_trust,
    kafka::zookeeper_gone,
    kafka::listener_map,
    kafka::replication_factor,
    kafka::service_links,
    ports::probe_kind,
    ports::probe_unserved,
    health::during_init,
    health::slow_program,
    health::startup_short,
    health::recovery_killed,
    health::four_letters,
    ports::port_unowned,
    ports::grace,
    backup::backup_unsupported,
    backup::no_backup,
    backup::without_storage,
    backup::name_too_long,
    backup::bucket,
    backup::endpoint,
    backup::keeps_none,
    backup::login,
    programs::program_missing,
    programs::pre_stop_needless,
    programs::post_start_too_early,
    programs::init_needs_server,
    memory::heap,
    memory::cache,
];

/// An app whose image or engine is known.
struct Known<'a> {
    /// The stack as declared.
    stack: &'a Names<'a>,
    at: Path,
    /// The app as declared.
    declared: &'a App,
    /// The app as completed.
    app: &'a App,
    facts: &'static Facts,
    version: VersionNumber,
}

/// A text somewhere in the declaration of an app, and its place.
struct Text<'a> {
    at: Path,
    text: &'a str,
}

/// The apps of which something is known.
fn known<'a>(view: &'a View<'a>) -> impl Iterator<Item = Known<'a>> {
    view.pairs().zip(view.tables()).filter_map(|((n, declared, completed), table)| {
        let (Item::App(declared), Item::App(app), &Some((facts, version))) = (declared, completed, table) else {
            return None;
        };
        Some(Known { stack: &view.stack, at: Path::item(n), declared, app, facts, version })
    })
}

impl<'a> Known<'a> {
    /// A finding depends on what the app is.
    fn of(&self, finding: Finding) -> Finding {
        let engine = self.at.key("engine");
        finding.looked_at(self.at.key("image")).looked_at(engine.clone()).looked_at(engine.key("version"))
    }

    /// Whether the engine completes it.
    fn has_engine(&self) -> bool {
        self.declared.engine.is_some()
    }

    /// Whether the image's own entrypoint runs.
    fn runs_entrypoint(&self) -> bool {
        self.declared.main.command.is_empty()
    }

    /// The place of a variable of the main container.
    fn env_at(&self, name: &str) -> Path {
        self.at.key("env").key(name.to_owned())
    }

    /// A variable's text in the completed app.
    fn text_of(&self, name: &str) -> Option<&'a str> {
        match self.app.main.env(name) {
            Some(EnvValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether the completed app's environment has a variable; `None` if whole objects are in it whose keys are not known.
    fn has_env(&self, name: &str) -> Option<bool> {
        if engine::declared_environment(self.stack, &self.app.main).contains(name) {
            return Some(true);
        }
        let unknown = self.app.main.env_from.iter().any(|from| match &from.source {
            Source::ConfigMap(config) => {
                self.stack.config_map(config.as_str()).is_none_or(|c| c.is_extern && c.data.is_empty())
            }
            Source::Secret(secret) => {
                self.stack.secret(secret.as_str()).is_none_or(|s| s.is_extern && s.data.is_empty())
            }
        });
        if unknown { None } else { Some(false) }
    }

    /// A finding about an absent variable depends on the whole environment.
    fn without_env(&self, finding: Finding) -> Finding {
        let mut finding = self.of(finding).looked_at(self.at.key("env")).looked_at(self.at.key("env_from"));
        for option in self.facts.options {
            finding = finding.looked_at(self.at.key("engine").key(option.name));
        }
        for (n, from) in self.declared.main.env_from.iter().enumerate() {
            finding = finding.looked_at(self.at.key("env_from").index(n));
            finding = self.item_named(from.source.name()).into_iter().fold(finding, Finding::looked_at);
        }
        finding
    }

    fn item_named(&self, name: &str) -> Option<Path> {
        let is = |item: &Item| matches!(item, Item::ConfigMap(_) | Item::Secret(_));
        self.stack.named(name).find(|(_, item)| is(item)).map(|(n, _)| Path::item(n))
    }

    /// Everything that the declaration says about how the main program runs: command, arguments, environment, scripts and
    /// configuration files.
    fn texts(&self) -> Vec<Text<'a>> {
        let declared: &'a App = self.declared;
        let mut texts = Vec::new();
        container_texts(&declared.main, &self.at, &mut texts);
        for container in &declared.init {
            container_texts(container, &self.at.key("init").key(&container.name), &mut texts);
        }
        for file in &declared.files {
            let (config, only) = match &file.content {
                FileContent::All(Source::ConfigMap(name)) => (name, None),
                FileContent::Items(Source::ConfigMap(name), _) => (name, None),
                FileContent::ConfigKey(key) => (&key.name, Some(&key.key)),
                _ => continue,
            };
            self.config_texts(config.as_str(), only.map(|key| key.as_str()), &mut texts);
        }
        if let Some(config) = declared.engine.as_ref().and_then(|engine| engine.config.as_ref()) {
            self.config_texts(config.as_str(), None, &mut texts);
        }
        texts
    }

    fn config_texts(&self, name: &str, only: Option<&str>, texts: &mut Vec<Text<'a>>) {
        let Some((n, config)) = self.stack.config_map_at(name) else { return };
        for (key, text) in &config.data {
            if only.is_none_or(|only| *key == *only) {
                texts.push(Text { at: Path::item(n).key(key.to_string()), text });
            }
        }
    }

    /// Whether one of the words stands in a text of the declaration.
    fn says(&self, words: &[&str]) -> bool {
        let texts = self.texts();
        words.iter().any(|word| texts.iter().any(|text| text.text.contains(word)))
    }

    /// Whether the declaration uses files whose content nobody here knows.
    fn has_unknown_files(&self) -> bool {
        self.declared.files.iter().any(|file| match &file.content.source() {
            Source::ConfigMap(name) => self.stack.config_map(name.as_str()).is_none_or(|config| config.is_extern),
            Source::Secret(_) => false,
        })
    }

    /// A finding about something that is said nowhere depends on everything that is said.
    fn after_texts(&self, finding: Finding) -> Finding {
        let finding = self.of(finding).looked_at(self.at.key("args")).looked_at(self.at.key("command"));
        self.texts().into_iter().fold(finding, |finding, text| finding.looked_at(text.at))
    }
}

fn container_texts<'a>(container: &'a Container, at: &Path, texts: &mut Vec<Text<'a>>) {
    for (key, words) in [("command", &container.command), ("args", &container.args)] {
        texts.extend(words.iter().enumerate().map(|(n, text)| Text { at: at.key(key).index(n), text }));
    }
    for env in &container.env {
        let at = at.key("env").key(&env.name);
        texts.push(Text { at: at.clone(), text: env.name.as_str() });
        if let EnvValue::Text(text) = &env.value {
            texts.push(Text { at, text });
        }
    }
}

/// The commands of a container's probes and hooks, with their keys.
fn commands(container: &Container) -> impl Iterator<Item = (&'static str, &[String])> {
    let Container { startup, liveness, readiness, post_start, pre_stop, .. } = container;
    let probes = [("startup", startup), ("liveness", liveness), ("readiness", readiness)];
    let hooks = [("post_start", post_start), ("pre_stop", pre_stop)];
    let probes = probes.into_iter().filter_map(|(key, probe)| Some((key, &probe.as_ref()?.handler)));
    let hooks = hooks.into_iter().filter_map(|(key, hook)| match hook.as_ref()? {
        Hook::Do(handler) => Some((key, handler)),
        Hook::Sleep(_) => None,
    });
    probes.chain(hooks).filter_map(|(key, handler)| match handler {
        Handler::Exec(words) => Some((key, words.as_slice())),
        _ => None,
    })
}

/// `a`, `b` or `c`.
fn either<S: AsRef<str>>(words: &[S]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests;
