//! The pods that a stack declares, and where their parts stand.

use crate::finding::Path;
use crate::model::{
    App, Container, ContainerPort, ContainerSecurity, FileMount, Item, PodSecurity, Run, Scratch, Toleration, Volume,
};
use crate::value::Subdomain;
use crate::view::View;
use std::borrow::Cow;

/// The template of an app's or a job's pods.
pub(super) struct Pod<'a> {
    pub(super) kind: &'static str,
    pub(super) name: &'a str,
    /// The item's place.
    pub(super) at: Path,
    /// The app, if it is one.
    pub(super) app: Option<&'a App>,
    pub(super) main: &'a Container,
    pub(super) init: &'a [Container],
    pub(super) sidecars: &'a [Container],
    pub(super) storage: &'a [Volume],
    pub(super) files: &'a [FileMount],
    pub(super) scratch: &'a [Scratch],
    pub(super) security: &'a PodSecurity,
    pub(super) tolerations: &'a [Toleration],
    pub(super) pull_secrets: &'a [Subdomain],
}

/// What a container is in its pod.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// The one whose keys stand in the item itself.
    Main,
    /// Beside the main one.
    Sidecar,
    /// Before the main one.
    Init,
}

/// A container and its place.
pub(super) struct Placed<'a> {
    pub(super) role: Role,
    /// Where its keys stand.
    pub(super) at: Path,
    pub(super) container: &'a Container,
    /// Its privileges: the main container's stand in the pod's `security`.
    pub(super) security: &'a ContainerSecurity,
}

impl<'a> Pod<'a> {
    /// The main container, the sidecars, the init containers.
    pub(super) fn containers(&self) -> impl Iterator<Item = Placed<'a>> {
        let of = |role, key: &'static str, containers: &'a [Container]| {
            containers.iter().map(move |container| Placed {
                role,
                at: self.at.key(key).key(&container.name),
                container,
                security: &container.security,
            })
        };
        let main =
            Placed { role: Role::Main, at: self.at.clone(), container: self.main, security: &self.security.main };
        std::iter::once(main).chain(of(Role::Sidecar, "sidecars", self.sidecars)).chain(of(
            Role::Init,
            "init",
            self.init,
        ))
    }

    /// Those that run all the time: the main container and the sidecars.
    pub(super) fn served(&self) -> impl Iterator<Item = Placed<'a>> {
        self.containers().filter(|placed| placed.role != Role::Init)
    }

    /// The container of this role and name.
    pub(super) fn container(&self, role: Role, name: &str) -> Option<&'a Container> {
        match role {
            Role::Main => Some(self.main),
            Role::Sidecar => self.sidecars.iter().find(|container| container.name == *name),
            Role::Init => self.init.iter().find(|container| container.name == *name),
        }
    }

    /// The places where a port of this name could be declared.
    pub(super) fn places_of_port(&self, name: &str) -> Vec<Path> {
        let mut places = vec![self.at.clone(), self.at.key("engine")];
        places.extend(self.served().map(|placed| placed.port(name.to_owned())));
        places
    }

    /// The places that say which ports there are.
    pub(super) fn port_places(&self) -> Vec<Path> {
        let mut places = Vec::new();
        for placed in self.served() {
            places.push(placed.at.key("ports"));
            places.extend(placed.container.ports.iter().map(|port| placed.port(&port.name)));
        }
        places
    }

    /// Every port that something in the pod listens on.
    pub(super) fn ports(&self) -> impl Iterator<Item = &'a ContainerPort> + use<'a> {
        let (main, sidecars) = (self.main, self.sidecars);
        std::iter::once(main).chain(sidecars).flat_map(|container| &container.ports)
    }

    /// The item in the words of a message.
    pub(super) fn describe(&self) -> String {
        format!("{} `{}`", self.kind, self.name)
    }
}

impl Placed<'_> {
    /// The container in the words of a message.
    pub(super) fn describe(&self) -> String {
        match self.role {
            Role::Main => "the main container".to_owned(),
            Role::Sidecar => format!("sidecar `{}`", self.container.name),
            Role::Init => format!("init container `{}`", self.container.name),
        }
    }

    /// The place of a port's number.
    pub(super) fn port(&self, name: impl Into<Cow<'static, str>>) -> Path {
        self.at.key("ports").key(name).key("number")
    }
}

/// The pods of the items, as they were declared.
pub(super) fn pods<'a>(view: &View<'a>) -> impl Iterator<Item = Pod<'a>> + use<'a> {
    view.items().filter_map(|(n, item)| pod(n, item))
}

/// The pods of the items, each as it was declared and as it was completed.
pub(super) fn pairs<'a>(view: &'a View<'a>) -> impl Iterator<Item = (Pod<'a>, Pod<'a>)> {
    view.pairs().filter_map(|(n, declared, completed)| Some((pod(n, declared)?, pod(n, completed)?)))
}

/// The pods of the items, as they were completed.
pub(super) fn completed_pods<'a>(view: &'a View<'a>) -> impl Iterator<Item = Pod<'a>> {
    view.pairs().filter_map(|(n, _, completed)| pod(n, completed))
}

fn pod(n: usize, item: &Item) -> Option<Pod<'_>> {
    let of_run = |name, run| of_run(n, item.kind(), name, run);
    match item {
        Item::App(app) => Some(of_app(n, app)),
        Item::Job(job) => Some(of_run(job.name.as_str(), &job.run)),
        Item::CronJob(job) => Some(of_run(job.name.as_str(), &job.run)),
        _ => None,
    }
}

/// The pod of an app at this position.
pub(super) fn of_app(item: usize, app: &App) -> Pod<'_> {
    Pod {
        kind: app.workload.kind(),
        name: app.name.as_str(),
        at: Path::item(item),
        app: Some(app),
        main: &app.main,
        init: &app.init,
        sidecars: &app.sidecars,
        storage: &app.storage,
        files: &app.files,
        scratch: &app.scratch,
        security: &app.security,
        tolerations: &app.tolerations,
        pull_secrets: &app.pull_secrets,
    }
}

fn of_run<'a>(item: usize, kind: &'static str, name: &'a str, run: &'a Run) -> Pod<'a> {
    Pod {
        kind,
        name,
        at: Path::item(item),
        app: None,
        main: &run.main,
        init: &run.init,
        sidecars: &[],
        storage: &[],
        files: &run.files,
        scratch: &run.scratch,
        security: &run.security,
        tolerations: &run.tolerations,
        pull_secrets: &run.pull_secrets,
    }
}
