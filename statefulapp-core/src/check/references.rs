//! What a declaration refers to by name: Secrets, ConfigMaps, their keys, ServiceAccounts, apps.

use super::pods::pods;
use super::words::{instead, instead_key, unless_broken};
use crate::finding::{Finding, Path};
use crate::model::{
    AppGroup, Container, EnvFrom, EnvValue, EnvVar, FileContent, FileMount, Item, KeyRef, Names, Peer, Secret,
    SecretKind, Source,
};
use crate::value::{AppName, DataKey, Subdomain};
use crate::view::View;

/// A ConfigMap or Secret with its place and its keys.
struct Object<'a> {
    at: Path,
    keys: Vec<&'a str>,
    is_extern: bool,
}

/// The declared ConfigMaps and Secrets.
struct Objects<'a> {
    stack: &'a Names<'a>,
}

impl<'a> Objects<'a> {
    fn new(stack: &'a Names<'a>) -> Self {
        Self { stack }
    }

    /// The ConfigMap or Secret.
    fn find(&self, source: &Source) -> Option<Object<'a>> {
        match source {
            Source::ConfigMap(name) => self.stack.config_map_at(name.as_str()).map(|(n, config)| {
                let keys = config.keys().map(DataKey::as_str).collect();
                Object { at: Path::item(n), keys, is_extern: config.is_extern }
            }),
            Source::Secret(name) => self.secret(name),
        }
    }

    fn secret(&self, name: &Subdomain) -> Option<Object<'a>> {
        self.stack.secret_at(name.as_str()).map(|(n, secret)| {
            let keys = secret.data.iter().map(|(key, _)| key.as_str()).collect();
            Object { at: Path::item(n), keys, is_extern: secret.is_extern }
        })
    }

    /// The names of all objects of that kind.
    fn names(&self, source: &Source) -> Vec<&'a str> {
        let stack = self.stack.stack();
        match source {
            Source::ConfigMap(_) => stack.config_maps().map(|(_, config)| config.name.as_str()).collect(),
            Source::Secret(_) => stack.secrets().map(|(_, secret)| secret.name.as_str()).collect(),
        }
    }

    /// The object, or a finding that there is none.
    fn get(&self, source: &Source, at: &Path, out: &mut Vec<Finding>) -> Option<Object<'a>> {
        let (kind, rule) = match source {
            Source::ConfigMap(_) => ("ConfigMap", "config-map-unknown"),
            Source::Secret(_) => ("Secret", "secret-unknown"),
        };
        let found = self.find(source);
        if found.is_none() {
            let none = format!("declare it; one that exists in the cluster is `{kind} extern name {{ … }}`");
            let finding = Finding::error(rule, at.clone().word(0), format!("unknown {kind} `{}`", source.name()))
                .help(instead(source.name(), self.names(source), &none));
            out.push(unless_broken(finding, self.stack));
        }
        found
    }

    fn key(&self, source: &Source, key: &DataKey, at: &Path, out: &mut Vec<Finding>) {
        let Some(object) = self.get(source, at, out) else { return };
        if object.keys.contains(&key.as_str()) {
            return;
        }
        let (kind, rule) = match source {
            Source::ConfigMap(_) => ("ConfigMap", "config-key-unknown"),
            Source::Secret(_) => ("Secret", "secret-key-unknown"),
        };
        let none = match object.is_extern {
            true => format!("say what it holds: `{kind} extern … {{ {key} }}`"),
            false => "it has no keys".to_owned(),
        };
        out.push(
            Finding::error(rule, at.clone().word(1), format!("{kind} `{}` has no key `{key}`", source.name()))
                .help(instead_key(key.as_str(), object.keys.iter().copied(), &none))
                .looked_at(object.at.clone())
                .looked_at(object.at.key(key.to_string())),
        );
    }

    fn env(&self, env: &[EnvVar], at: &Path, out: &mut Vec<Finding>) {
        for var in env {
            let at = at.key("env").key(&var.name).index(0);
            match &var.value {
                EnvValue::SecretKey(key) if !key.optional => self.key(&secret(key), &key.key, &at, out),
                EnvValue::ConfigKey(key) if !key.optional => self.key(&config(key), &key.key, &at, out),
                _ => {}
            }
        }
    }

    fn env_from(&self, env_from: &[EnvFrom], at: &Path, out: &mut Vec<Finding>) {
        for (n, from) in env_from.iter().enumerate().filter(|(_, from)| !from.optional) {
            self.get(&from.source, &at.key("env_from").index(n).key("source"), out);
        }
    }

    fn files(&self, files: &[FileMount], at: &Path, out: &mut Vec<Finding>) {
        for file in files.iter().filter(|file| !file.optional) {
            let at = at.key("files").key(file.path.to_string());
            let from = at.key("from");
            match &file.content {
                FileContent::All(source) => drop(self.get(source, &from, out)),
                FileContent::Items(source, items) => {
                    if self.get(source, &from, out).is_some() {
                        for (key, _) in items {
                            self.key(source, key, &at.key("items").key(key.to_string()).the_key(), out);
                        }
                    }
                }
                FileContent::ConfigKey(key) if !key.optional => self.key(&config(key), &key.key, &from, out),
                FileContent::SecretKey(key) if !key.optional => self.key(&secret(key), &key.key, &from, out),
                FileContent::ConfigKey(_) | FileContent::SecretKey(_) => {}
            }
        }
    }

    fn container(&self, container: &Container, at: &Path, out: &mut Vec<Finding>) {
        self.env(&container.env, at, out);
        self.env_from(&container.env_from, at, out);
    }
}

fn secret(key: &KeyRef) -> Source {
    Source::Secret(key.name.clone())
}

fn config(key: &KeyRef) -> Source {
    Source::ConfigMap(key.name.clone())
}

/// Secrets and ConfigMaps that something needs are declared, with the keys that it names.
pub(super) fn data_references(view: &View<'_>, out: &mut Vec<Finding>) {
    let objects = Objects::new(&view.stack);
    for pod in pods(view) {
        for placed in pod.containers() {
            objects.container(placed.container, &placed.at, out);
        }
        objects.files(pod.files, &pod.at, out);
    }
    for (n, group) in view.groups() {
        let AppGroup { env, env_from, files, .. } = group;
        objects.env(env, &Path::item(n), out);
        objects.env_from(env_from, &Path::item(n), out);
        objects.files(files, &Path::item(n), out);
    }
    for (n, app) in view.apps() {
        let Some(engine) = &app.engine else { continue };
        let at = Path::item(n).key("engine");
        let replication = engine.replication.as_ref().and_then(|replication| replication.password.as_ref());
        let keys = [
            (at.key("password"), engine.password.as_ref()),
            (at.key("root_password"), engine.root_password.as_ref()),
            (at.key("cluster_secret"), engine.cluster_secret.as_ref()),
            (at.key("replication").key("password"), replication),
        ];
        for (at, key) in keys.iter().filter_map(|(at, key)| Some((at, (*key)?))) {
            objects.key(&secret(key), &key.key, at, out);
        }
        if let Some(config) = &engine.config {
            objects.get(&Source::ConfigMap(config.clone()), &at.key("config"), out);
        }
    }
}

/// A Secret that is only named, where the cluster may have it, is better declared: then its name and its keys are checked.
pub(super) fn secret_undeclared(view: &View<'_>, out: &mut Vec<Finding>) {
    let objects = Objects::new(&view.stack);
    let mut check = |name: &Subdomain, at: Path| {
        if objects.secret(name).is_none() {
            let finding = Finding::warning(
                "secret-undeclared",
                at,
                format!("Secret `{name}` is not declared, so that nothing says that it exists"),
            );
            let names = objects.names(&Source::Secret(name.clone()));
            let none = format!("declare it: `Secret extern {} {{ … }}`", super::words::written(name.as_str()));
            let help = match crate::value::suggest(name.as_str(), names.iter().copied()) {
                Some(near) => format!("did you mean `{}`? Else {none}", super::words::written(near)),
                None => none,
            };
            out.push(unless_broken(finding.help(help), &view.stack));
        }
    };
    for pod in pods(view) {
        for (n, name) in pod.pull_secrets.iter().enumerate() {
            check(name, pod.at.key("pull_secrets").index(n));
        }
        if let Some(name) = pod.app.and_then(|app| app.backup.as_ref()).and_then(|backup| backup.credentials.as_ref()) {
            check(name, pod.at.key("backup").key("credentials"));
        }
    }
    for (n, account) in view.service_accounts() {
        for (i, name) in account.pull_secrets.iter().enumerate() {
            check(name, Path::item(n).key("pull_secrets").index(i));
        }
    }
    for (n, ingress) in view.ingresses() {
        for (i, (name, _)) in ingress.tls.iter().enumerate() {
            check(name, Path::item(n).key("tls").index(i).the_key());
        }
    }
}

/// A Secret that serves one purpose has the keys of that purpose.
pub(super) fn secret_purpose(view: &View<'_>, out: &mut Vec<Finding>) {
    let objects = Objects::new(&view.stack);
    let mut check = |name: &Subdomain, needed: &[&str], purpose: &str, at: Path| {
        let Some(object) = objects.secret(name) else { return };
        // Of one in the cluster only those keys are known that are declared; none at all says nothing.
        if object.is_extern && object.keys.is_empty() {
            return;
        }
        for key in needed.iter().filter(|key| !object.keys.contains(key)) {
            out.push(
                Finding::error(
                    "secret-key-unknown",
                    at.clone(),
                    format!("Secret `{name}` has no key `{key}`, which {purpose} needs"),
                )
                .help(format!("add `{}` to the Secret", super::words::written(key)))
                .looked_at(object.at.clone())
                .looked_at(object.at.key((*key).to_owned())),
            );
        }
    };
    for (n, app) in view.apps() {
        if let Some(name) = app.backup.as_ref().and_then(|backup| backup.credentials.as_ref()) {
            check(name, &["access_key", "secret_key"], "a backup", Path::item(n).key("backup").key("credentials"));
        }
    }
    for (n, ingress) in view.ingresses() {
        for (i, (name, _)) in ingress.tls.iter().enumerate() {
            check(name, &["tls.crt", "tls.key"], "an Ingress", Path::item(n).key("tls").index(i).the_key());
        }
    }
}

/// The kubelet reads a registry's credentials only from a Secret of a type for them.
pub(super) fn pull_secret_type(view: &View<'_>, out: &mut Vec<Finding>) {
    // The type of one in the cluster is known if it is said.
    let is_other =
        |secret: &Secret| !is_registry(&secret.kind) && (!secret.is_extern || secret.kind != SecretKind::Opaque);
    let mut check = |names: &[Subdomain], at: Path| {
        for (n, name) in names.iter().enumerate() {
            let other = view.stack.secret_at(name.as_str()).filter(|(_, secret)| is_other(secret));
            let Some((secret, kind)) = other.map(|(secret, other)| (secret, other.kind.as_str())) else { continue };
            out.push(
                Finding::error(
                    "pull-secret-type",
                    at.key("pull_secrets").index(n),
                    format!("Secret `{name}` is of type {kind}, and no registry's credentials are read from it"),
                )
                .help("write `meta: { type: DockerConfigJson }` and the key `\".dockerconfigjson\"` in the Secret")
                .looked_at(Path::item(secret))
                .looked_at(Path::item(secret).key("meta").key("type")),
            );
        }
    };
    for pod in pods(view) {
        check(pod.pull_secrets, pod.at.clone());
    }
    for (n, account) in view.service_accounts().filter(|(_, account)| !account.is_extern) {
        check(&account.pull_secrets, Path::item(n));
    }
}

fn is_registry(kind: &SecretKind) -> bool {
    matches!(kind, SecretKind::DockerConfigJson) || kind.as_str() == "kubernetes.io/dockercfg"
}

/// Apps that something refers to are declared.
pub(super) fn app_unknown(view: &View<'_>, out: &mut Vec<Finding>) {
    let mut check = |name: &AppName, with_jobs: bool, at: Path| {
        let known = view.stack.named(name.as_str()).any(|(_, item)| match item {
            Item::App(_) => true,
            // A job's pods carry its name as an app's carry theirs.
            Item::Job(_) | Item::CronJob(_) => with_jobs,
            _ => false,
        });
        if !known {
            let finding = Finding::error("app-unknown", at, format!("unknown app `{name}`")).help(instead(
                name.as_str(),
                view.stack.stack().apps().map(|(_, app)| app.name.as_str()),
                "no app is declared in this block",
            ));
            out.push(unless_broken(finding, &view.stack));
        }
    };
    for (n, app) in view.apps() {
        let at = Path::item(n);
        for (i, name) in app.network.iter().flat_map(|network| &network.from).enumerate() {
            check(name, true, at.key("network").key("from").index(i));
        }
        if let Some(affinity) = &app.affinity {
            for (key, names) in [("near", &affinity.near), ("away_from", &affinity.away_from)] {
                for (i, (name, _)) in names.iter().enumerate() {
                    check(name, false, at.key("affinity").key(key).index(i).the_key());
                }
            }
        }
        if let Some(name) = app.engine.as_ref().and_then(|engine| engine.zookeeper.as_ref()) {
            check(name, false, at.key("engine").key("zookeeper"));
        }
    }
    for (n, service) in view.services() {
        if let Some(selects) = service.selects.as_ref().filter(|_| !service.is_extern) {
            check(&selects.app, false, Path::item(n).key("selects"));
        }
    }
    for (n, policy) in view.network_policies() {
        let at = Path::item(n);
        if let Some(name) = &policy.selects {
            check(name, true, at.key("selects"));
        }
        for (key, rules) in [("ingress", &policy.ingress), ("egress", &policy.egress)] {
            for (i, rule) in rules.iter().flatten().enumerate() {
                let names =
                    rule.peers.iter().filter_map(|peer| if let Peer::App(app) = peer { Some(app) } else { None });
                for (j, name) in names.enumerate() {
                    check(name, true, at.key(key).index(i).key("apps").index(j));
                }
            }
        }
    }
    for (n, group) in view.groups() {
        for (key, names) in [("members", &group.members), ("start_order", &group.start_order)] {
            for (i, name) in names.iter().enumerate() {
                check(name, false, Path::item(n).key(key).index(i));
            }
        }
    }
}
