//! Some items of a stack, as they were declared and as they are completed.

use crate::engine::{self, Completed, Facts, VersionNumber};
use crate::model::{
    App, AppGroup, ConfigMap, CronJob, Ingress, Item, Job, Names, NetworkPolicy, Secret, Service, ServiceAccount,
};
use crate::value::KubernetesVersion;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

/// Some items of a stack, next to each other, as they were declared and as the engines complete them.
///
/// A large stack is looked at in parts: what all rules look at in turn stays in the processor's cache, and only a part of the
/// stack is ever completed at a time. What is elsewhere in the stack is found by its name.
pub(crate) struct View<'a> {
    /// The whole stack, as it was declared.
    pub(crate) stack: Rc<Names<'a>>,
    /// The position of the first of the items.
    first: usize,
    items: &'a [Item],
    completed: Vec<Completed<'a>>,
    /// Apps that are elsewhere in the stack, and that a Service of these items leads to, with their positions.
    reached: Vec<(usize, Completed<'a>)>,
    complete: Complete,
    /// What is known of each item.
    tables: OnceCell<Vec<Option<(&'static Facts, VersionNumber)>>>,
}

/// How an item is completed.
type Complete = for<'a> fn(&Names<'_>, &'a Item) -> Completed<'a>;

/// How many items are looked at together: of some tens of kilobytes each, they are small enough for a cache.
pub(crate) const PART: usize = 128;

/// The whole stack, in parts.
pub(crate) fn views<'a>(stack: &Rc<Names<'a>>) -> impl Iterator<Item = View<'a>> + use<'a> {
    let stack = Rc::clone(stack);
    (0..stack.items.len()).step_by(PART).map(move |first| View::new(&stack, first, PART))
}

impl<'a> View<'a> {
    /// None of the items, for who only looks things up.
    pub(crate) fn none(stack: &Rc<Names<'a>>) -> Self {
        Self::new(stack, 0, 0)
    }

    /// As many items as there are from a position on, `most` at most.
    pub(crate) fn new(stack: &Rc<Names<'a>>, first: usize, most: usize) -> Self {
        Self::of(stack, first, most, |stack, item| Completed::new(stack, item))
    }

    /// The same of a stack that is completed already.
    #[cfg(feature = "manifest")]
    pub(crate) fn of_completed(stack: &Rc<Names<'a>>, first: usize, most: usize) -> Self {
        Self::of(stack, first, most, |_, item| Completed::done(item))
    }

    fn of(stack: &Rc<Names<'a>>, first: usize, most: usize, complete: Complete) -> Self {
        let items = stack.stack().items.get(first..).unwrap_or_default();
        let items = items.get(..most).unwrap_or(items);
        let mut view = Self {
            stack: Rc::clone(stack),
            first,
            items,
            completed: items.iter().map(|item| complete(stack, item)).collect(),
            reached: Vec::new(),
            complete,
            tables: OnceCell::new(),
        };
        for (_, service) in view.services() {
            let app = service.selects.as_ref().and_then(|selects| stack.app_at(selects.app.as_str()));
            if let Some(n) = app.map(|(n, _)| n).filter(|n| view.kept(*n).is_none())
                && let Some(item) = stack.stack().items.get(n)
            {
                view.reached.push((n, complete(stack, item)));
            }
        }
        view
    }

    /// The items with their positions.
    pub(crate) fn items(&self) -> impl Iterator<Item = (usize, &'a Item)> + use<'a> {
        let first = self.first;
        self.items.iter().enumerate().map(move |(n, item)| (first + n, item))
    }

    /// The items with their positions, as declared and as completed.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (usize, &'a Item, &Item)> {
        self.items().zip(&self.completed).map(|((n, item), completed)| (n, item, &*completed.item))
    }

    /// The item at a position as it was completed, if it is one of these.
    pub(crate) fn completed_at(&self, n: usize) -> Option<&Completed<'a>> {
        self.completed.get(n.checked_sub(self.first)?)
    }

    /// The item at a position as it was completed, if it is one of these and an app.
    pub(crate) fn completed_app(&self, n: usize) -> Option<&App> {
        self.completed_at(n)?.app()
    }

    /// The item at a position as it was completed, if that was done.
    fn kept(&self, n: usize) -> Option<&Completed<'a>> {
        let reached = || self.reached.iter().find(|(other, _)| *other == n).map(|(_, completed)| completed);
        self.completed_at(n).or_else(reached)
    }

    /// The item at a position, wherever in the stack it is, as it is completed.
    pub(crate) fn completed(&self, n: usize) -> Option<Cow<'_, Completed<'a>>> {
        match self.kept(n) {
            Some(completed) => Some(Cow::Borrowed(completed)),
            None => Some(Cow::Owned((self.complete)(&self.stack, self.stack.stack().items.get(n)?))),
        }
    }

    /// The app of a name, wherever in the stack it is, as it is completed, with its position.
    pub(crate) fn app(&self, name: &str) -> Option<(usize, Cow<'_, App>)> {
        let (n, _) = self.stack.app_at(name)?;
        let app = match self.completed(n)? {
            Cow::Borrowed(completed) => Cow::Borrowed(completed.app()?),
            Cow::Owned(completed) => Cow::Owned(completed.into_app()?),
        };
        Some((n, app))
    }

    /// What the engines add to these items.
    pub(crate) fn generated(&self) -> impl Iterator<Item = &Item> {
        self.completed.iter().flat_map(|completed| &completed.generated)
    }

    /// What is known of the items, in their order.
    pub(crate) fn tables(&self) -> &[Option<(&'static Facts, VersionNumber)>] {
        let table = |item: &Item| {
            let Item::App(app) = item else { return None };
            let facts = engine::of(app)?;
            Some((facts, engine::version(app, facts)))
        };
        self.tables.get_or_init(|| self.items.iter().map(table).collect())
    }

    /// The Kubernetes version that the stack must run on.
    pub(crate) fn kubernetes(&self) -> KubernetesVersion {
        self.stack.kubernetes()
    }
}

macro_rules! of_kind {
    ($($name:ident: $variant:ident => $kind:ty;)*) => {
        impl<'a> View<'a> {
            $(pub(crate) fn $name(&self) -> impl Iterator<Item = (usize, &'a $kind)> + use<'a> {
                self.items().filter_map(|(n, item)| match item {
                    Item::$variant(item) => Some((n, item)),
                    _ => None,
                }).map(|(n, item)| { let item: &$kind = item; (n, item) })
            })*
        }
    };
}

of_kind! {
    apps: App => App;
    config_maps: ConfigMap => ConfigMap;
    secrets: Secret => Secret;
    services: Service => Service;
    jobs: Job => Job;
    cron_jobs: CronJob => CronJob;
    ingresses: Ingress => Ingress;
    network_policies: NetworkPolicy => NetworkPolicy;
    service_accounts: ServiceAccount => ServiceAccount;
    groups: AppGroup => AppGroup;
}
