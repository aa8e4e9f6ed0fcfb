//! Completion of a declaration with what is known of its engines.

use super::draft::Draft;
use super::{Facts, UsedBy, backup};
use crate::model::{Affinity, App, Container, Disruption, EngineKind, Item, Names, Run, Stack, Strength, Workload};
use crate::value::{Duration, Image, IntOrPercent};
use std::borrow::Cow;

/// The stack with everything filled in that an engine knows and the declaration leaves out.
///
/// Nothing that is written is changed. The same stack gives the same result. It never fails: where the declaration makes
/// something impossible, it is left out, and the rules of [`crate::check`] say so. Items keep their positions; generated ones are
/// appended.
pub fn complete(stack: &Stack) -> Stack {
    let names = Names::new(stack);
    let mut generated = Vec::new();
    let mut items = Vec::with_capacity(stack.items.len());
    for item in &stack.items {
        let mut completed = Completed::new(&names, item);
        items.push(completed.item.into_owned());
        generated.append(&mut completed.generated);
    }
    items.append(&mut generated);
    let Stack { name, namespace, kubernetes, cluster_domain, params, allow, items: _, origins, unread } = stack;
    Stack {
        name: name.clone(),
        namespace: namespace.clone(),
        kubernetes: *kubernetes,
        cluster_domain: cluster_domain.clone(),
        params: params.clone(),
        allow: allow.clone(),
        items,
        origins: origins.clone(),
        unread: unread.clone(),
    }
}

/// An item as the engines complete it. A large stack is completed item by item, so that it is never in memory twice.
#[derive(Clone, Debug)]
pub(crate) struct Completed<'a> {
    /// The item itself.
    pub(crate) item: Cow<'a, Item>,
    /// The items that come with it.
    pub(crate) generated: Vec<Item>,
}

impl<'a> Completed<'a> {
    /// An item of the stack.
    pub(crate) fn new(stack: &Names<'_>, item: &'a Item) -> Self {
        let mut generated = Vec::new();
        let item = match item {
            Item::App(app) => {
                let mut app = complete_app(stack, app, &mut generated);
                images(&app.main.image, app.init.iter_mut().chain(&mut app.sidecars));
                Cow::Owned(Item::App(Box::new(app)))
            }
            Item::Job(job) if lacks_image(&job.run) => {
                let mut job = job.clone();
                images(&job.run.main.image, job.run.init.iter_mut());
                Cow::Owned(Item::Job(job))
            }
            Item::CronJob(job) if lacks_image(&job.run) => {
                let mut job = job.clone();
                images(&job.run.main.image, job.run.init.iter_mut());
                Cow::Owned(Item::CronJob(job))
            }
            item => Cow::Borrowed(item),
        };
        Self { item, generated }
    }

    /// An item of a stack that is completed already.
    #[cfg(feature = "manifest")]
    pub(crate) fn done(item: &'a Item) -> Self {
        Self { item: Cow::Borrowed(item), generated: Vec::new() }
    }

    /// The app, for who keeps it.
    pub(crate) fn into_app(self) -> Option<App> {
        if let Item::App(app) = self.item.into_owned() { Some(*app) } else { None }
    }

    /// The item, if it is an app.
    pub(crate) fn app(&self) -> Option<&App> {
        if let Item::App(app) = &*self.item { Some(app) } else { None }
    }
}

/// One app as it would be completed in a stack that holds it.
pub(crate) fn complete_alone(stack: &Names<'_>, app: &App) -> App {
    complete_app(stack, app, &mut Vec::new())
}

fn lacks_image(run: &Run) -> bool {
    run.init.iter().any(|container| container.image.is_none())
}

/// A container without an image has the main one's: a migration is usually a command of the same program.
fn images<'c>(main: &Option<Image>, others: impl Iterator<Item = &'c mut Container>) {
    for container in others.filter(|container| container.image.is_none()) {
        container.image.clone_from(main);
    }
}

/// The app as completed; the objects that come with it are added to `generated`.
fn complete_app(stack: &Names<'_>, declared: &App, generated: &mut Vec<Item>) -> App {
    let mut app = declared.clone();
    let Some(facts) = super::of(declared) else { return app };
    let Some(engine) = &declared.engine else {
        user(&mut app, facts);
        grace(&mut app, facts);
        generated.extend(backup::complete(stack, &mut app, facts));
        return app;
    };
    if engine.kind == EngineKind::Custom {
        return app;
    }
    image(&mut app, facts);
    user(&mut app, facts);
    grace(&mut app, facts);
    let mut draft = Draft::new(stack, app, engine, facts);
    draft.place_volumes();
    for port in facts.ports.iter().filter(|port| !port.optional) {
        // Kafka names its ports after its listeners.
        if facts.kind != EngineKind::Kafka && (port.used_by != UsedBy::Members || facts.clusters()) {
            draft.open(port);
        }
    }
    (facts.complete)(&mut draft);
    probes(&mut draft);
    if draft.app.workload == Workload::StatefulSet {
        placement(&mut draft.app, facts);
        // Where only one server takes writes, its form has Services of its own.
        if facts.clusters() && !facts.single_writer {
            draft.client_service();
        }
    }
    read_only_root(&mut draft);
    let (mut app, items) = draft.finish();
    generated.extend(items);
    generated.extend(backup::complete(stack, &mut app, facts));
    app
}

fn image(app: &mut App, facts: &'static Facts) {
    if app.main.image.is_none() {
        let tag =
            app.engine.as_ref().and_then(|engine| engine.version.as_deref()).unwrap_or(super::default_tag(app, facts));
        app.main.image = format!("{}:{tag}", facts.image).parse().ok();
    }
}

fn user(app: &mut App, facts: &Facts) {
    let Some(user) = facts.user(app.main.image.as_ref().and_then(|image| image.tag())) else { return };
    // A user who names another user names the group with it.
    if app.security.user.is_none() && app.security.main.user.is_none() {
        app.security.user = Some(user.uid);
        app.security.group.get_or_insert(user.gid);
    }
    app.security.fs_group.get_or_insert(user.gid);
}

fn grace(app: &mut App, facts: &Facts) {
    app.grace.get_or_insert(Duration::__checked(facts.grace));
}

fn probes(draft: &mut Draft<'_>) {
    let probes = &draft.facts.probes;
    if let Some(probe) = probes.startup.as_ref().and_then(|check| check.probe(draft)) {
        draft.startup(probe);
    }
    if let Some(probe) = probes.readiness.as_ref().and_then(|check| check.probe(draft)) {
        draft.readiness(probe);
    }
    if let Some(probe) = probes.liveness.as_ref().and_then(|check| check.probe(draft)) {
        draft.app.main.liveness.get_or_insert(probe);
    }
}

/// Where the pods run, in which order they start, and how many may be away.
fn placement(app: &mut App, facts: &Facts) {
    app.pod_management.get_or_insert(facts.pod_management);
    app.publish_not_ready.get_or_insert(true);
    let pods = app.replicas();
    if pods > 1 {
        app.disruption.get_or_insert_with(|| Disruption::MaxUnavailable(IntOrPercent::__checked_int(facts.away(pods))));
        // As a wish, all pods spread over hosts anyway.
        if facts.cluster.apart {
            app.affinity.get_or_insert_with(Affinity::default).apart.get_or_insert(Strength::Required);
        }
    }
}

/// With a read-only root file system, what the image writes to becomes an empty volume.
fn read_only_root(draft: &mut Draft<'_>) {
    if draft.app.security.main.read_only_root != Some(true) {
        return;
    }
    for path in draft.facts.writable {
        let name = format!("empty{}", path.replace(['/', '.', '_'], "-"));
        draft.empty(name.trim_end_matches('-'), path);
    }
}
