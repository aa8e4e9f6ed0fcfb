//! What an item needs to know of the others.

use super::checksum::Digest;
use crate::model::{App, AppGroup, ConfigMap, EnvFrom, EnvVar, FileMount, Item, Meta, ServiceAccount, Stack};
use crate::view::View;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

/// An item's place among the others, and what comes with it.
#[derive(Clone, Copy)]
pub(super) struct Index<'a> {
    pub(super) stack: &'a Stack,
    view: &'a View<'a>,
    /// What an engine adds to the item.
    generated: &'a [Item],
    /// The digests of declared ConfigMaps, each made once however many apps use it.
    pub(super) digests: &'a RefCell<HashMap<String, Digest>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(
        view: &'a View<'a>,
        generated: &'a [Item],
        digests: &'a RefCell<HashMap<String, Digest>>,
    ) -> Self {
        Self { stack: view.stack.stack(), view, generated, digests }
    }

    /// Whether there is an app of this name.
    pub(super) fn has_app(&self, name: &str) -> bool {
        self.view.stack.app(name).is_some()
    }

    /// An app as it is completed.
    pub(super) fn app(&self, name: &str) -> Option<Cow<'a, App>> {
        self.view.app(name).map(|(_, app)| app)
    }

    /// The app of this name, if no Service has that name, declared or added to the app.
    pub(super) fn app_without_service(&self, name: &str) -> Option<&'a App> {
        let (n, app) = self.view.stack.app_at(name)?;
        let completed = self.view.completed(n)?;
        (!self.has_service(name) && !completed.generated.iter().any(|item| is_service(item, name))).then_some(app)
    }

    /// A declared ConfigMap whose data is known.
    pub(super) fn config_map(&self, name: &str) -> Option<&'a ConfigMap> {
        self.view.stack.config_map(name).filter(|config| !config.is_extern)
    }

    /// A ConfigMap that an engine adds to the item.
    pub(super) fn generated_config_map(&self, name: &str) -> Option<&'a ConfigMap> {
        self.generated.iter().find_map(|item| match item {
            Item::ConfigMap(config) if config.name.as_str() == name => Some(config),
            _ => None,
        })
    }

    /// A ServiceAccount that is declared, here or `extern`.
    pub(super) fn account(&self, name: &str) -> Option<&'a ServiceAccount> {
        self.view.stack.service_account(name)
    }

    /// Whether an app has this ServiceAccount, its own or one that it names.
    pub(super) fn has_app_account(&self, name: &str) -> bool {
        self.view.stack.is_account_of_app(name)
    }

    /// Whether a Service of this name is declared, here or `extern`, or added to the item.
    pub(super) fn has_service(&self, name: &str) -> bool {
        self.view.stack.service_at(name).is_some() || self.generated.iter().any(|item| is_service(item, name))
    }

    /// The groups of an app.
    pub(super) fn groups(&self, app: &App) -> Vec<&'a AppGroup> {
        self.view.stack.groups_of(app.name.as_str()).collect()
    }
}

fn is_service(item: &Item, name: &str) -> bool {
    matches!(item, Item::Service(service) if service.name.as_str() == name)
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
