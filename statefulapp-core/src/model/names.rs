#[cfg(feature = "manifest")]
use super::ServiceAccount;
use super::{App, AppGroup, ConfigMap, Item, NetworkPolicy, Secret, Service, ServiceKind, Stack};
use std::cell::OnceCell;
use std::hash::{DefaultHasher, Hasher as _};
use std::ops::Deref;

/// A stack in which names are looked up in no time, so that ten thousand apps stay linear. Its methods take the place of the
/// stack's own of the same name.
#[derive(Clone, Debug)]
pub(crate) struct Names<'a> {
    stack: &'a Stack,
    // Positions of items by the hash of a name of theirs, each list in order and made when it is first asked for.
    by_name: OnceCell<Positions>,
    by_governing: OnceCell<Positions>,
    by_served: OnceCell<Positions>,
    by_member: OnceCell<Positions>,
    #[cfg(feature = "manifest")]
    by_account: OnceCell<Positions>,
    policies: OnceCell<Vec<usize>>,
}

/// Positions of items by a hash of their names.
#[derive(Clone, Debug)]
struct Positions {
    /// Hashes and positions, in order.
    sorted: Vec<(u64, usize)>,
    /// Where the hashes begin that have the same first bits.
    starts: Vec<usize>,
    /// How many bits those are not.
    shift: u32,
}

impl Positions {
    fn new(positions: impl Iterator<Item = (u64, usize)>) -> Self {
        let mut sorted: Vec<_> = positions.collect();
        sorted.sort_unstable();
        sorted.dedup();
        let bits = sorted.len().max(2).ilog2();
        let shift = u64::BITS - bits;
        let mut starts = Vec::with_capacity(1 << bits);
        let mut at = 0;
        for first in 0..1_u64 << bits {
            while sorted.get(at).is_some_and(|(hash, _)| hash >> shift < first) {
                at += 1;
            }
            starts.push(at);
        }
        Self { sorted, starts, shift }
    }

    /// The positions of a hash, in their order.
    fn of(&self, hash: u64) -> impl Iterator<Item = usize> + use<'_> {
        let start = usize::try_from(hash >> self.shift).ok().and_then(|first| self.starts.get(first));
        let rest = self.sorted.get(start.copied().unwrap_or(0)..).unwrap_or_default().iter();
        let found = rest.skip_while(move |(of, _)| *of < hash).take_while(move |(of, _)| *of == hash);
        found.map(|(_, n)| *n)
    }
}

impl<'a> Names<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self {
            stack,
            by_name: OnceCell::new(),
            by_governing: OnceCell::new(),
            by_served: OnceCell::new(),
            by_member: OnceCell::new(),
            #[cfg(feature = "manifest")]
            by_account: OnceCell::new(),
            policies: OnceCell::new(),
        }
    }

    /// The stack itself.
    pub(crate) fn stack(&self) -> &'a Stack {
        self.stack
    }

    /// The items that a key gives a name, with their positions, in the order of the stack.
    fn find<'n>(
        &'n self,
        positions: &'n OnceCell<Positions>,
        key: fn(&Item) -> Option<&str>,
        name: &'n str,
    ) -> impl Iterator<Item = (usize, &'a Item)> + use<'a, 'n> {
        let items = self.stack.items.as_slice();
        let positions = positions.get_or_init(|| {
            let named = items.iter().enumerate();
            Positions::new(named.filter_map(|(n, item)| Some((hash(key(item)?), n))))
        });
        let found = positions.of(hash(name)).filter_map(|n| Some((n, items.get(n)?)));
        found.filter(move |(_, item)| key(item) == Some(name))
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

    /// The Secret of this name, with its position.
    pub(crate) fn secret_at(&self, name: &str) -> Option<(usize, &'a Secret)> {
        self.named(name).find_map(|(n, item)| if let Item::Secret(secret) = item { Some((n, secret)) } else { None })
    }

    /// The Secret of this name.
    pub(crate) fn secret(&self, name: &str) -> Option<&'a Secret> {
        self.secret_at(name).map(|(_, secret)| secret)
    }

    /// The Service of this name, with its position.
    pub(crate) fn service_at(&self, name: &str) -> Option<(usize, &'a Service)> {
        self.named(name).find_map(|(n, item)| if let Item::Service(service) = item { Some((n, service)) } else { None })
    }

    /// The app of this name, with its position.
    pub(crate) fn app_at(&self, name: &str) -> Option<(usize, &'a App)> {
        self.named(name).find_map(|(n, item)| if let Item::App(app) = item { Some((n, &**app)) } else { None })
    }

    /// The app of this name.
    pub(crate) fn app(&self, name: &str) -> Option<&'a App> {
        self.app_at(name).map(|(_, app)| app)
    }

    /// The app whose governing Service has this name, with its position.
    pub(crate) fn governed_at(&self, name: &str) -> Option<(usize, &'a App)> {
        let mut apps = self.find(&self.by_governing, governs, name);
        apps.find_map(|(n, item)| if let Item::App(app) = item { Some((n, &**app)) } else { None })
    }

    /// Whether an app's governing Service has this name.
    pub(crate) fn is_governing(&self, name: &str) -> bool {
        self.governed_at(name).is_some()
    }

    /// The NetworkPolicies, with their positions: few among the items of a large stack, and looked for once.
    pub(crate) fn network_policies(&self) -> impl Iterator<Item = (usize, &'a NetworkPolicy)> {
        let all = self.policies.get_or_init(|| self.stack.network_policies().map(|(n, _)| n).collect());
        all.iter().filter_map(|n| match self.stack.items.get(*n) {
            Some(Item::NetworkPolicy(policy)) => Some((*n, policy)),
            _ => None,
        })
    }

    /// Whether a declared Service with an address leads to all pods of an app.
    pub(crate) fn is_served(&self, app: &str) -> bool {
        self.find(&self.by_served, serves, app).next().is_some()
    }

    /// The groups that an app is a member of, in the order of the stack.
    pub(crate) fn groups_of<'n>(&'n self, app: &'n str) -> impl Iterator<Item = &'a AppGroup> + use<'a, 'n> {
        let positions = self.by_member.get_or_init(|| {
            let members =
                |(n, group): (usize, &'a AppGroup)| group.members.iter().map(move |app| (hash(app.as_str()), n));
            Positions::new(self.stack.groups().flat_map(members))
        });
        positions.of(hash(app)).filter_map(move |n| match self.stack.items.get(n) {
            Some(Item::AppGroup(group)) if group.members.iter().any(|member| member.as_str() == app) => Some(group),
            _ => None,
        })
    }
}

#[cfg(feature = "manifest")]
impl<'a> Names<'a> {
    /// The ServiceAccount of this name.
    pub(crate) fn service_account(&self, name: &str) -> Option<&'a ServiceAccount> {
        self.named(name)
            .find_map(|(_, item)| if let Item::ServiceAccount(account) = item { Some(account) } else { None })
    }

    /// Whether the pods of an app have this ServiceAccount, its own or one that it names.
    pub(crate) fn is_account_of_app(&self, name: &str) -> bool {
        self.find(&self.by_account, accounts, name).next().is_some()
    }
}

fn hash(name: &str) -> u64 {
    // Not the map's own hasher, which is another one in each run.
    let mut hasher = DefaultHasher::new();
    hasher.write(name.as_bytes());
    hasher.finish()
}

/// The name of an app's governing Service.
fn governs(item: &Item) -> Option<&str> {
    let Item::App(app) = item else { return None };
    Some(app.service_name())
}

/// The name of the ServiceAccount of an app's pods.
#[cfg(feature = "manifest")]
fn accounts(item: &Item) -> Option<&str> {
    if let Item::App(app) = item { Some(app.account_name()) } else { None }
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
    use crate::model::{Meta, Workload};

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

    #[test]
    fn the_groups_of_an_app_come_in_their_order() {
        let group = |name: &str, members: &[&str]| {
            Item::AppGroup(AppGroup {
                name: name.parse().unwrap(),
                meta: Meta::default(),
                members: members.iter().map(|member| member.parse().unwrap()).collect(),
                env: Vec::new(),
                env_from: Vec::new(),
                files: Vec::new(),
                start_order: Vec::new(),
            })
        };
        let items = vec![group("first", &["a", "b", "a"]), group("other", &["c"]), group("second", &["a"])];
        let stack = Stack { items, ..Stack::default() };
        let names = Names::new(&stack);
        let of = |app| names.groups_of(app).map(|group| group.name.as_str()).collect::<Vec<_>>();
        assert_eq!((of("a"), of("b"), of("d")), (vec!["first", "second"], vec!["first"], vec![]));
    }
}
