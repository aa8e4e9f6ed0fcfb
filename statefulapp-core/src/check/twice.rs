//! What stands twice in a map. A declaration has it refused where it is read; a program can build it.

use super::pods::pods;
use crate::finding::{Finding, Path};
use crate::model::{Container, Handler, Hook, Item, Peer, Probe};
use crate::value::{LabelKey, LabelValue};
use crate::view::View;
use std::collections::HashSet;

/// The findings so far, and what is looked at.
struct Twice<'o> {
    out: &'o mut Vec<Finding>,
}

impl Twice<'_> {
    fn keys<'a>(&mut self, what: &str, at: &Path, keys: impl IntoIterator<Item = &'a str>) {
        let mut first = HashSet::new();
        for (n, key) in keys.into_iter().enumerate() {
            if !first.insert(key) {
                let at = at.index(n).the_key();
                self.out.push(
                    Finding::error("duplicate-key", at, format!("{what} `{key}` is declared twice"))
                        .help("remove one of the two"),
                );
            }
        }
    }

    fn labels(&mut self, at: &Path, labels: &[(LabelKey, LabelValue)]) {
        self.keys("label", at, labels.iter().map(|(key, _)| key.as_str()));
    }

    fn headers(&mut self, at: &Path, container: &Container) {
        let of_probe = |probe: &Option<Probe>| probe.as_ref().map(|probe| probe.handler.clone());
        let of_hook = |hook: &Option<Hook>| match hook {
            Some(Hook::Do(handler)) => Some(handler.clone()),
            _ => None,
        };
        let handlers = [
            ("startup", of_probe(&container.startup)),
            ("liveness", of_probe(&container.liveness)),
            ("readiness", of_probe(&container.readiness)),
            ("post_start", of_hook(&container.post_start)),
            ("pre_stop", of_hook(&container.pre_stop)),
        ];
        for (key, handler) in handlers {
            if let Some(Handler::Http { headers, .. }) = handler {
                self.keys("header", &at.key(key).key("headers"), headers.iter().map(|(name, _)| name.as_str()));
            }
        }
    }
}

/// A key stands once in a block: of two values only one could count.
pub(super) fn duplicate_keys(view: &View<'_>, out: &mut Vec<Finding>) {
    let mut twice = Twice { out };
    for pod in pods(view) {
        for placed in pod.containers() {
            twice.headers(&placed.at, placed.container);
        }
    }
    for (n, item) in view.items() {
        let at = Path::item(n);
        match item {
            Item::App(app) => {
                twice.labels(&at.key("node_selector"), &app.node_selector);
                if let Some(affinity) = &app.affinity {
                    let at = at.key("affinity");
                    for (key, apps) in [("near", &affinity.near), ("away_from", &affinity.away_from)] {
                        twice.keys("app", &at.key(key), apps.iter().map(|(app, _)| app.as_str()));
                    }
                    for (key, nodes) in [("nodes", &affinity.nodes), ("preferred_nodes", &affinity.preferred_nodes)] {
                        twice.keys("label", &at.key(key), nodes.iter().map(|(label, _)| label.as_str()));
                    }
                }
                let namespaces = app.network.iter().flat_map(|network| &network.from_namespaces);
                for (i, labels) in namespaces.enumerate() {
                    twice.labels(&at.key("network").key("from_namespaces").index(i), labels);
                }
                let options = app.dns.iter().flat_map(|dns| &dns.options);
                twice.keys("option", &at.key("dns").key("options"), options.map(|(name, _)| name.as_str()));
                let settings = app.engine.iter().flat_map(|engine| &engine.settings);
                twice.keys("setting", &at.key("engine").key("settings"), settings.map(|(name, _)| name.as_str()));
            }
            Item::Job(job) => twice.labels(&at.key("node_selector"), &job.run.node_selector),
            Item::CronJob(job) => twice.labels(&at.key("node_selector"), &job.run.node_selector),
            Item::Ingress(ingress) => {
                twice.keys("Secret", &at.key("tls"), ingress.tls.iter().map(|(secret, _)| secret.as_str()));
            }
            Item::NetworkPolicy(policy) => {
                for (key, rules) in [("ingress", &policy.ingress), ("egress", &policy.egress)] {
                    for (i, rule) in rules.iter().flatten().enumerate() {
                        let pods = rule.peers.iter().filter_map(|peer| match peer {
                            Peer::Pods { labels, namespaces } => Some((labels, namespaces)),
                            Peer::App(_) | Peer::Addresses { .. } => None,
                        });
                        for (j, (labels, namespaces)) in pods.enumerate() {
                            let at = at.key(key).index(i).key("pods").index(j);
                            twice.labels(&at.key("labels"), labels);
                            twice.labels(&at.key("namespaces"), namespaces.as_deref().unwrap_or_default());
                        }
                    }
                }
            }
            _ => {}
        }
    }
}
