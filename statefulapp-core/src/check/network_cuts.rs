//! What NetworkPolicies cut off that an app cannot do without. Policies add up: what any of them lets through, goes through.

use crate::engine::{self, UsedBy};
use crate::finding::{Finding, Path};
use crate::model::{App, Item, NetworkPolicy, NetworkPort, NetworkRule, Peer, PortRef, Protocol, Workload};
use crate::view::View;

/// The label with a pod's app, or Job, by which both are selected.
const NAME: &str = "app.kubernetes.io/name";

/// Where names are asked for.
const DNS: u16 = 53;

/// An app with the policies that are about its pods.
struct Guarded<'a> {
    item: usize,
    /// The app as completed.
    app: &'a App,
    policies: Vec<(usize, &'a NetworkPolicy)>,
}

/// The rules of one direction.
struct Way<'a> {
    key: &'static str,
    /// The policies that are about it.
    policies: Vec<(usize, &'a [NetworkRule])>,
}

fn guarded<'a>(view: &'a View<'a>) -> impl Iterator<Item = Guarded<'a>> {
    view.apps().filter_map(|(n, _)| Guarded::new(view, n, view.completed_app(n)?))
}

/// The same, of apps whose pods need each other.
fn members<'a>(view: &'a View<'a>) -> impl Iterator<Item = Guarded<'a>> {
    guarded(view).filter(|guarded| guarded.app.workload == Workload::StatefulSet && guarded.app.replicas() > 1)
}

impl<'a> Guarded<'a> {
    /// An app that policies are about.
    fn new(view: &'a View<'a>, item: usize, app: &'a App) -> Option<Self> {
        let is_about =
            |policy: &NetworkPolicy| policy.selects.as_ref().is_none_or(|name| name.as_str() == app.name.as_str());
        let policies: Vec<_> = view.stack.network_policies().filter(|(_, policy)| is_about(policy)).collect();
        (!policies.is_empty()).then_some(Self { item, app, policies })
    }

    /// The rules of a direction; `None` if no policy is about it.
    fn way(&self, key: &'static str) -> Option<Way<'a>> {
        // The app's own policy lets its pods in, and the Jobs that come with it.
        if key == "ingress" && self.app.network.is_some() {
            return None;
        }
        let rules = |policy: &'a NetworkPolicy| if key == "ingress" { &policy.ingress } else { &policy.egress };
        let policies: Vec<_> =
            self.policies.iter().filter_map(|(n, policy)| Some((*n, rules(policy).as_deref()?))).collect();
        (!policies.is_empty()).then_some(Way { key, policies })
    }

    /// The ports that members talk to each other on, as far as they are known: those for members, else those for clients.
    fn ports(&self) -> Vec<(&'a str, u16)> {
        let Some(facts) = self.app.engine.as_ref().and_then(|_| engine::of(self.app)) else { return Vec::new() };
        let of = |who: UsedBy| {
            let ports = self
                .app
                .main
                .ports
                .iter()
                .filter(move |port| facts.port(port.number.get()).is_some_and(|known| known.used_by == who));
            ports.map(|port| (port.name.as_str(), port.number.get())).collect::<Vec<_>>()
        };
        let members = of(UsedBy::Members);
        if members.is_empty() { of(UsedBy::Clients) } else { members }
    }

    /// Whether a rule is about a port of the app's own.
    fn opens(&self, rule: &NetworkRule, number: u16) -> bool {
        let is_it = |port: &NetworkPort| match &port.port {
            PortRef::Name(name) => self.app.main.port(name.as_str()).is_some_and(|port| port.number.get() == number),
            PortRef::Number(_) => covers(port, number, Protocol::TCP),
        };
        rule.ports.is_empty() || rule.ports.iter().any(is_it)
    }

    /// A finding about a direction depends on all of its rules.
    fn warn(&self, rule: &'static str, way: &Way<'_>, message: String, help: String) -> Option<Finding> {
        // The policy that is about this app, if there is one, is where the rule is missing.
        let own = |(n, _): &&(usize, &[NetworkRule])| {
            self.policies.iter().any(|(m, policy)| m == n && policy.selects.is_some())
        };
        let (n, _) = way.policies.iter().find(own).or(way.policies.first())?;
        let finding = Finding::warning(rule, Path::item(*n).key(way.key), message).help(help);
        let at = Path::item(self.item);
        let mut finding = finding
            .looked_at(at.key("replicas"))
            .looked_at(at.key("network"))
            .looked_at(at.key("engine"))
            .looked_at(at);
        for (n, rules) in &way.policies {
            let at = Path::item(*n);
            finding = finding.looked_at(at.key("selects"));
            for i in 0..rules.len() {
                for key in ["apps", "pods", "addresses", "ports"] {
                    finding = finding.looked_at(at.key(way.key).index(i).key(key));
                }
            }
        }
        Some(finding)
    }
}

impl<'a> Way<'a> {
    fn rules(&self) -> impl Iterator<Item = &'a NetworkRule> {
        self.policies.iter().flat_map(|(_, rules)| *rules)
    }
}

fn covers(port: &NetworkPort, number: u16, protocol: Protocol) -> bool {
    let PortRef::Number(first) = &port.port else { return false };
    let last = port.end.map_or(first.get(), |end| end.get());
    port.protocol == protocol && (first.get()..=last).contains(&number)
}

/// Whether the pods of an app or a Job of this name may be among a rule's peers. Of labels and addresses only another's name is
/// known not to be theirs.
fn may_be(rule: &NetworkRule, name: &str) -> bool {
    let peer = |peer: &Peer| match peer {
        Peer::App(app) => app.as_str() == name,
        Peer::Pods { labels, .. } => labels.iter().all(|(key, value)| key.as_str() != NAME || value.as_str() == name),
        Peer::Addresses { .. } => true,
    };
    rule.peers.is_empty() || rule.peers.iter().any(peer)
}

/// Members of one StatefulApp may talk to each other.
pub(super) fn peers(view: &View<'_>, out: &mut Vec<Finding>) {
    for guarded in members(view) {
        let app = guarded.app;
        let name = super::words::written(app.name.as_str());
        for way in ["ingress", "egress"].into_iter().filter_map(|key| guarded.way(key)) {
            let open: Vec<_> = way.rules().filter(|rule| may_be(rule, app.name.as_str())).collect();
            let shut = |(_, number): &(&str, u16)| !open.iter().any(|rule| guarded.opens(rule, *number));
            let shut: Vec<String> =
                guarded.ports().into_iter().filter(shut).map(|(name, number)| format!("{number} (`{name}`)")).collect();
            let message = if open.is_empty() {
                format!("the pods of `{}` may not connect to each other", app.name)
            } else if !shut.is_empty() {
                format!("the pods of `{}` may not connect to each other on port {}", app.name, shut.join(" and "))
            } else {
                continue;
            };
            let help = format!("add the rule `{{ apps: [{name}] }}`");
            out.extend(guarded.warn("network-policy-cuts-peers", &way, message, help));
        }
    }
}

/// Members find each other by their names.
pub(super) fn names(view: &View<'_>, out: &mut Vec<Finding>) {
    // The DNS of the cluster is no app of the stack, and in its own namespace.
    let may_be_dns = |rule: &&NetworkRule| {
        let peer = |peer: &Peer| match peer {
            Peer::App(_) | Peer::Pods { namespaces: None, .. } => false,
            Peer::Pods { .. } | Peer::Addresses { .. } => true,
        };
        rule.peers.is_empty() || rule.peers.iter().any(peer)
    };
    for guarded in members(view) {
        let Some(way) = guarded.way("egress") else { continue };
        let lets = |protocol: Protocol| {
            let opens =
                |rule: &NetworkRule| rule.ports.is_empty() || rule.ports.iter().any(|port| covers(port, DNS, protocol));
            way.rules().filter(may_be_dns).any(opens)
        };
        let (missing, so) = match (lets(Protocol::UDP), lets(Protocol::TCP)) {
            (true, true) => continue,
            (true, false) => ("TCP", "and answers that are too long for UDP do not arrive"),
            (false, true) => ("UDP", "and do not find each other"),
            (false, false) => ("UDP and TCP", "and do not find each other"),
        };
        let message =
            format!("the pods of `{}` may not ask for names on port {DNS} over {missing}, {so}", guarded.app.name);
        let help = "add the rule `{ ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }] }`".to_owned();
        out.extend(guarded.warn("network-policy-cuts-names", &way, message, help));
    }
}

/// The Jobs that come with an app, which form its cluster or back it up, may connect to it.
pub(super) fn jobs(view: &View<'_>, out: &mut Vec<Finding>) {
    for guarded in guarded(view) {
        let Some(way) = guarded.way("ingress") else { continue };
        let prefix = format!("{}-", guarded.app.name);
        let generated = view.completed_at(guarded.item).map_or(&[][..], |completed| &completed.generated);
        let is_job = |item: &&Item| matches!(item, Item::Job(_) | Item::CronJob(_));
        // What ends in a test of a restore has a server of its own.
        let asks =
            |name: &&str| name.strip_prefix(&prefix).is_some_and(|rest| matches!(rest, "form" | "backup" | "restore"));
        for job in generated.iter().filter(is_job).map(Item::name).filter(asks) {
            if !way.rules().any(|rule| may_be(rule, job)) {
                let message = format!("`{job}`, which comes with `{}`, may not connect to it", guarded.app.name);
                let help = format!("add the rule `{{ pods: [{{ labels: {{ \"{NAME}\": \"{job}\" }} }}] }}`");
                let finding = guarded.warn("network-policy-cuts-jobs", &way, message, help);
                out.extend(finding.map(|finding| finding.looked_at(Path::item(guarded.item).key("backup"))));
            }
        }
    }
}

/// A Kafka may connect to the ZooKeeper that it is told to use.
pub(super) fn dependencies(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let Some(needed) = app.engine.as_ref().and_then(|engine| engine.zookeeper.as_ref()) else { continue };
        let Some((m, other)) = view.stack.app_at(needed.as_str()) else { continue };
        let message = format!("`{}` is told to use `{needed}`, and may not connect to it", app.name);
        let by_app = other.network.as_ref().is_some_and(|access| {
            let open = !access.from_namespaces.is_empty() || !access.from_addresses.is_empty();
            !open && !access.from.contains(&app.name)
        });
        let policies = Guarded::new(view, m, other);
        let way = policies.as_ref().and_then(|guarded| Some((guarded, guarded.way("ingress")?)));
        let finding = match way {
            // Policies add up with what the app says itself.
            _ if other.network.is_some() && !by_app => continue,
            Some((_, way)) if way.rules().any(|rule| may_be(rule, app.name.as_str())) => continue,
            Some((guarded, way)) => {
                let help = format!("add the rule `{{ apps: [{}] }}`", super::words::written(app.name.as_str()));
                guarded.warn("network-policy-cuts-clients", &way, message, help)
            }
            None if by_app => {
                let at = Path::item(m).key("network");
                let help = format!("add `{}` to `from`", super::words::written(app.name.as_str()));
                let finding = Finding::warning("network-policy-cuts-clients", at.clone(), message).help(help);
                let keys = ["from", "from_namespaces", "from_addresses"];
                Some(keys.iter().fold(finding, |finding, key| finding.looked_at(at.key(*key))))
            }
            None => continue,
        };
        let zookeeper = Path::item(n).key("engine").key("zookeeper");
        out.extend(finding.map(|finding| finding.looked_at(zookeeper).looked_at(Path::item(n))));
    }
}
