//! What an item needs to know of the others, looked up once so that ten thousand apps stay linear.

use crate::model::{App, AppGroup, ConfigMap, EnvFrom, EnvVar, FileMount, Item, Meta, ServiceAccount, Stack};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

pub(super) struct Index<'a> {
    pub(super) stack: &'a Stack,
    apps: HashMap<&'a str, &'a App>,
    config_maps: HashMap<&'a str, &'a ConfigMap>,
    accounts: HashMap<&'a str, &'a ServiceAccount>,
    app_accounts: HashSet<&'a str>,
    services: HashSet<&'a str>,
    groups: HashMap<&'a str, Vec<&'a AppGroup>>,
    /// The digests of ConfigMaps, each made once however many apps use it.
    pub(super) digests: RefCell<HashMap<&'a str, super::checksum::Digest>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(stack: &'a Stack) -> Self {
        let mut index = Self {
            stack,
            apps: HashMap::new(),
            config_maps: HashMap::new(),
            accounts: HashMap::new(),
            app_accounts: HashSet::new(),
            services: HashSet::new(),
            groups: HashMap::new(),
            digests: RefCell::default(),
        };
        for item in &stack.items {
            match item {
                Item::App(app) => {
                    index.apps.insert(app.name.as_str(), app);
                    index.app_accounts.insert(account_of(app));
                }
                Item::ConfigMap(config) => drop(index.config_maps.insert(config.name.as_str(), config)),
                Item::ServiceAccount(account) => drop(index.accounts.insert(account.name.as_str(), account)),
                Item::Service(service) => drop(index.services.insert(service.name.as_str())),
                Item::AppGroup(group) => {
                    for member in &group.members {
                        index.groups.entry(member.as_str()).or_default().push(group);
                    }
                }
                _ => {}
            }
        }
        index
    }

    pub(super) fn app(&self, name: &str) -> Option<&'a App> {
        self.apps.get(name).copied()
    }

    /// A ConfigMap whose data is declared here.
    pub(super) fn config_map(&self, name: &str) -> Option<&'a ConfigMap> {
        self.config_maps.get(name).copied().filter(|config| !config.is_extern)
    }

    /// A ServiceAccount that is declared, here or `extern`.
    pub(super) fn account(&self, name: &str) -> Option<&'a ServiceAccount> {
        self.accounts.get(name).copied()
    }

    /// Whether an app has this ServiceAccount, its own or one that it names.
    pub(super) fn has_app_account(&self, name: &str) -> bool {
        self.app_accounts.contains(name)
    }

    /// Whether a Service of this name is declared, here or `extern`.
    pub(super) fn has_service(&self, name: &str) -> bool {
        self.services.contains(name)
    }

    /// The app together with what its groups give it.
    pub(super) fn member<'i>(&'i self, app: &'a App) -> Member<'a, 'i> {
        Member { app, groups: self.groups.get(app.name.as_str()).map_or(&[], Vec::as_slice) }
    }
}

/// The ServiceAccount of an app's pods.
pub(super) fn account_of(app: &App) -> &str {
    app.service_account.as_ref().map_or(app.name.as_str(), |account| account.as_str())
}

/// An app and its groups. What the app says itself wins over a group, an earlier group over a later one.
#[derive(Clone, Copy)]
pub(super) struct Member<'a, 'i> {
    pub(super) app: &'a App,
    pub(super) groups: &'i [&'a AppGroup],
}

impl<'a, 'i> Member<'a, 'i> {
    /// What it is part of besides the stack.
    pub(super) fn part_of(self) -> Option<&'a str> {
        self.groups.first().map(|group| group.name.as_str())
    }

    /// Labels and annotations, the weakest first.
    pub(super) fn metas(self) -> impl Iterator<Item = &'a Meta> + use<'a, 'i> {
        self.groups.iter().rev().map(|group| &group.meta).chain(std::iter::once(&self.app.meta))
    }

    /// The main container's environment: the groups' before the app's, so that the app's can refer to it as `$(NAME)`.
    pub(super) fn env(self) -> Vec<&'a EnvVar> {
        let own = &self.app.main.env;
        if self.groups.is_empty() {
            return own.iter().collect();
        }
        let mut env: Vec<&EnvVar> = Vec::new();
        for var in self.groups.iter().flat_map(|group| &group.env) {
            if !own.iter().any(|o| o.name == var.name) && !env.iter().any(|e| e.name == var.name) {
                env.push(var);
            }
        }
        env.extend(own);
        env
    }

    /// The main container's `envFrom`: of two equal names the last wins, so the app's come last, the first group's before.
    pub(super) fn env_from(self) -> Vec<&'a EnvFrom> {
        self.groups.iter().rev().flat_map(|group| &group.env_from).chain(&self.app.main.env_from).collect()
    }

    /// The main container's files.
    pub(super) fn files(self) -> Vec<&'a FileMount> {
        let mut files: Vec<&FileMount> = self.app.files.iter().collect();
        for file in self.groups.iter().flat_map(|group| &group.files) {
            if !files.iter().any(|f| f.path == file.path) {
                files.push(file);
            }
        }
        files
    }
}
