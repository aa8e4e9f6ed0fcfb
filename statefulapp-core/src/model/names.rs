use super::{App, ConfigMap, Item, Secret, ServiceKind, Stack};
use std::cell::OnceCell;
use std::ops::Deref;

/// A stack in which names are looked up in no time, so that ten thousand apps stay linear. Its methods take the place of the
/// stack's own of the same name.
#[derive(Clone, Debug)]
pub(crate) struct Names<'a> {
    stack: &'a Stack,
    // Positions of items, each list sorted by another name of theirs, when it is first asked for.
    by_name: OnceCell<Vec<usize>>,
    by_governing: OnceCell<Vec<usize>>,
    by_served: OnceCell<Vec<usize>>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack, by_name: OnceCell::new(), by_governing: OnceCell::new(), by_served: OnceCell::new() }
    }

    /// The items that a key gives a name, with their positions, in the order of the stack.
    fn find<'n>(
        &'n self,
        sorted: &'n OnceCell<Vec<usize>>,
        key: fn(&Item) -> Option<&str>,
        name: &'n str,
    ) -> impl Iterator<Item = (usize, &'a Item)> + use<'a, 'n> {
        let items = self.stack.items.as_slice();
        let name_at = move |n: &usize| items.get(*n).and_then(key);
        let sorted = sorted.get_or_init(|| {
            let mut sorted: Vec<_> = (0..items.len()).filter(|n| name_at(n).is_some()).collect();
            sorted.sort_by_key(name_at);
            sorted
        });
        let from = sorted.partition_point(|n| name_at(n) < Some(name));
        let found = sorted.get(from..).unwrap_or_default().iter().take_while(move |n| name_at(n) == Some(name));
        found.filter_map(|n| Some((*n, items.get(*n)?)))
    }

    /// The items of a name, with their positions, in the order of the stack.
    pub(crate) fn named<'n>(&'n self, name: &'n str) -> impl Iterator<Item = (usize, &'a Item)> + use<'a, 'n> {
        self.find(&self.by_name, |item| Some(item.name()), name)
    }

    /// The ConfigMap of this name, with its position.
    pub(crate) fn config_map_at(&self, name: &str) -> Option<(usize, &'a ConfigMap)> {
        self.named(name).find_map(|(n, item)| if let Item::ConfigMap(config) = item { Some((n, config)) } else { None })
    }

    /// The ConfigMap of this name.
    pub(crate) fn config_map(&self, name: &str) -> Option<&'a ConfigMap> {
        self.config_map_at(name).map(|(_, config)| config)
    }

    /// The Secret of this name.
    pub(crate) fn secret(&self, name: &str) -> Option<&'a Secret> {
        self.named(name).find_map(|(_, item)| if let Item::Secret(secret) = item { Some(secret) } else { None })
    }

    /// The app of this name.
    pub(crate) fn app(&self, name: &str) -> Option<&'a App> {
        self.named(name).find_map(|(_, item)| if let Item::App(app) = item { Some(&**app) } else { None })
    }

    /// Whether an app's governing Service has this name.
    pub(crate) fn is_governing(&self, name: &str) -> bool {
        self.find(&self.by_governing, governs, name).next().is_some()
    }

    /// Whether a declared Service with an address leads to all pods of an app.
    pub(crate) fn is_served(&self, app: &str) -> bool {
        self.find(&self.by_served, serves, app).next().is_some()
    }
}

/// The name of an app's governing Service.
fn governs(item: &Item) -> Option<&str> {
    let Item::App(app) = item else { return None };
    Some(app.service_name())
}

/// The app to all of whose pods a Service with an address leads.
fn serves(item: &Item) -> Option<&str> {
    let Item::Service(service) = item else { return None };
    let with_address = !service.headless && !service.each_pod && service.kind == ServiceKind::ClusterIP;
    let to = service.selects.as_ref().filter(|to| with_address && to.pod.is_none())?;
    Some(to.app.as_str())
}

impl Deref for Names<'_> {
    type Target = Stack;

    fn deref(&self) -> &Stack {
        self.stack
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Workload;

    #[test]
    fn the_first_of_a_name_and_a_kind_is_found_as_the_stack_finds_it() {
        let app = |name: &str, replicas| {
            let mut app = App::new(Workload::StatefulSet, name.parse().unwrap());
            app.replicas = Some(replicas);
            Item::App(Box::new(app))
        };
        let items = vec![app("b", 1), Item::Broken, app("a", 2), app("b", 3), app("ab", 4)];
        let stack = Stack { items, ..Stack::default() };
        let names = Names::new(&stack);
        for name in ["a", "ab", "b", "c", ""] {
            assert_eq!(names.app(name), stack.app(name), "{name}");
            assert_eq!(names.is_governing(name), stack.apps().any(|(_, app)| app.service_name() == name), "{name}");
        }
        assert_eq!(names.named("b").map(|(n, _)| n).collect::<Vec<_>>(), [0, 3]);
        assert!(names.config_map("a").is_none() && !names.is_served("a"));
    }
}
