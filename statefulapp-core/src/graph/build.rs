//! From Kubernetes objects to nodes and edges.

use super::{Edge, Graph, Node, Relation, Sort, hosts};
use crate::fields::{self, at, containers, entries, kind, list, name, number, text};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The label by which a Service selects one pod of a StatefulSet; the controller sets it.
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";

pub(super) fn graph(title: String, objects: &[Value]) -> Graph {
    let mut builder = Builder { graph: Graph { title, ..Graph::default() }, ..Builder::default() };
    for object in objects {
        builder.nodes_of(object);
    }
    let labels = Labels::new(&builder, objects);
    for object in objects {
        builder.edges_of(object, &labels);
    }
    builder.connect(objects);
    builder.graph
}

#[derive(Default)]
struct Builder {
    graph: Graph,
    /// Where each is: by sort and name; volumes by `app/volume`.
    index: HashMap<(Sort, String), usize>,
    seen: HashSet<Edge>,
}

impl Builder {
    fn nodes_of(&mut self, object: &Value) {
        match kind(object) {
            "StatefulSet" | "Deployment" | "DaemonSet" if fields::pods(object).is_some() => self.app(object),
            "Job" | "CronJob" if fields::pods(object).is_some() => {
                let schedule = text(object, "/spec/schedule").map(str::to_owned);
                self.node(Sort::Job, object, schedule.into_iter().collect());
            }
            "Service" if is_core(object) => {
                let kind = match text(object, "/spec/clusterIP") {
                    Some("None") => "headless",
                    _ => text(object, "/spec/type").unwrap_or("ClusterIP"),
                };
                let ports: Vec<_> =
                    list(object, "/spec/ports").iter().filter_map(|port| number(port, "/port")).collect();
                let ports: Vec<_> = ports.iter().map(u64::to_string).collect();
                let ports = if ports.is_empty() { String::new() } else { format!(" · {}", ports.join(", ")) };
                self.node(Sort::Service, object, vec![format!("{kind}{ports}")]);
            }
            "Ingress" => {
                let hosts = list(object, "/spec/rules").iter().map(|rule| text(rule, "/host").unwrap_or("*"));
                let mut hosts: Vec<String> = hosts.map(str::to_owned).collect();
                hosts.dedup();
                self.node(Sort::Ingress, object, hosts);
            }
            "ConfigMap" if is_core(object) => {
                let keys = entries(object, "/data").chain(entries(object, "/binaryData")).count();
                self.node(Sort::ConfigMap, object, vec![count(keys, "key")]);
            }
            "Secret" if is_core(object) => self.node(Sort::Secret, object, Vec::new()),
            "SealedSecret" => self.node(Sort::Secret, object, vec!["sealed".to_owned()]),
            "ExternalSecret" => {
                let store = text(object, "/spec/secretStoreRef/name").unwrap_or_default();
                let secret = text(object, "/spec/target/name").unwrap_or_else(|| name(object));
                self.add(
                    Sort::Secret,
                    secret,
                    Node {
                        sort: Sort::Secret,
                        kind: kind(object).to_owned(),
                        name: secret.to_owned(),
                        details: vec![format!("from the store {store}")],
                        is_extern: false,
                    },
                );
            }
            "PersistentVolumeClaim" if is_core(object) => self.node(Sort::Volume, object, volume_details(object, 1)),
            _ => {}
        }
    }

    fn app(&mut self, object: &Value) {
        let pods = number(object, "/spec/replicas").unwrap_or(1);
        let main = fields::pods(object).and_then(|pods| {
            let all = list(pods.spec, "/containers");
            all.iter().find(|container| text(container, "/name") == Some(name(object))).or_else(|| all.first())
        });
        let image = main.and_then(|main| text(main, "/image")).unwrap_or_default();
        let pods_text = count(usize::try_from(pods).unwrap_or(usize::MAX), "pod");
        self.node(Sort::App, object, vec![image.to_owned(), pods_text]);
        for claim in list(object, "/spec/volumeClaimTemplates") {
            let node = Node {
                sort: Sort::Volume,
                kind: "Volume".to_owned(),
                name: name(claim).to_owned(),
                details: volume_details(claim, pods),
                is_extern: false,
            };
            self.add(Sort::Volume, &format!("{}/{}", name(object), name(claim)), node);
        }
    }

    fn node(&mut self, sort: Sort, object: &Value, details: Vec<String>) {
        let details = details.into_iter().filter(|line| !line.is_empty()).collect();
        let (kind, name) = (kind(object).to_owned(), name(object).to_owned());
        self.add(sort, &name.clone(), Node { sort, kind, name, details, is_extern: false });
    }

    fn add(&mut self, sort: Sort, key: &str, node: Node) {
        let index = self.graph.nodes.len();
        // Of two objects of one name the first is meant; a server has one only.
        if let std::collections::hash_map::Entry::Vacant(entry) = self.index.entry((sort, key.to_owned())) {
            entry.insert(index);
            self.graph.nodes.push(node);
        }
    }

    fn find(&self, sort: Sort, key: &str) -> Option<usize> {
        self.index.get(&(sort, key.to_owned())).copied()
    }

    /// The node of this name; one that is not declared exists in the cluster already.
    fn get(&mut self, sort: Sort, name: &str) -> usize {
        if let Some(index) = self.find(sort, name) {
            return index;
        }
        let kind = match sort {
            Sort::Volume => "PersistentVolumeClaim".to_owned(),
            sort => format!("{sort:?}"),
        };
        self.add(sort, name, Node { sort, kind, name: name.to_owned(), details: Vec::new(), is_extern: true });
        self.graph.nodes.len().saturating_sub(1)
    }

    fn edge(&mut self, from: usize, to: usize, relation: Relation) {
        let edge = Edge { from, to, relation };
        if from != to && self.seen.insert(edge) {
            self.graph.edges.push(edge);
        }
    }

    fn edges_of(&mut self, object: &Value, labels: &Labels<'_>) {
        let sort = match kind(object) {
            "Service" if is_core(object) => {
                if let Some(from) = self.find(Sort::Service, name(object)) {
                    for app in labels.selected(at(object, "/spec/selector")) {
                        self.edge(from, app, Relation::Selects);
                    }
                }
                return;
            }
            "Ingress" => return self.ingress(object),
            "NetworkPolicy" => return self.policy(object, labels),
            "StatefulSet" | "Deployment" | "DaemonSet" => Sort::App,
            "Job" | "CronJob" => Sort::Job,
            _ => return,
        };
        let (Some(from), Some(pods)) = (self.find(sort, name(object)), fields::pods(object)) else { return };
        self.pods(from, pods.spec);
        for claim in list(object, "/spec/volumeClaimTemplates") {
            if let Some(volume) = self.find(Sort::Volume, &format!("{}/{}", name(object), name(claim))) {
                self.edge(from, volume, Relation::Mounts);
            }
        }
    }

    fn pods(&mut self, from: usize, pod: &Value) {
        for volume in list(pod, "/volumes") {
            let projected = list(volume, "/projected/sources");
            for source in std::iter::once(volume).chain(projected) {
                for (pointer, sort) in [
                    ("/configMap/name", Sort::ConfigMap),
                    ("/secret/secretName", Sort::Secret),
                    ("/secret/name", Sort::Secret),
                    ("/persistentVolumeClaim/claimName", Sort::Volume),
                ] {
                    if let Some(name) = text(source, pointer) {
                        let to = self.get(sort, name);
                        self.edge(from, to, Relation::Mounts);
                    }
                }
            }
        }
        for (container, _) in containers(pod) {
            let from_all = list(container, "/envFrom").iter();
            let from_key = list(container, "/env").iter().filter_map(|variable| at(variable, "/valueFrom"));
            for source in from_all.chain(from_key) {
                for (pointer, sort) in [
                    ("/configMapRef/name", Sort::ConfigMap),
                    ("/secretRef/name", Sort::Secret),
                    ("/configMapKeyRef/name", Sort::ConfigMap),
                    ("/secretKeyRef/name", Sort::Secret),
                ] {
                    if let Some(name) = text(source, pointer) {
                        let to = self.get(sort, name);
                        self.edge(from, to, Relation::Uses);
                    }
                }
            }
        }
        for secret in list(pod, "/imagePullSecrets") {
            if let Some(name) = text(secret, "/name") {
                let to = self.get(Sort::Secret, name);
                self.edge(from, to, Relation::Uses);
            }
        }
    }

    fn ingress(&mut self, object: &Value) {
        let Some(from) = self.find(Sort::Ingress, name(object)) else { return };
        let paths = list(object, "/spec/rules").iter().flat_map(|rule| list(rule, "/http/paths"));
        let backends = paths.filter_map(|path| at(path, "/backend")).chain(at(object, "/spec/defaultBackend"));
        for service in backends.filter_map(|backend| text(backend, "/service/name")) {
            let to = self.get(Sort::Service, service);
            self.edge(from, to, Relation::Routes);
        }
        for secret in list(object, "/spec/tls").iter().filter_map(|tls| text(tls, "/secretName")) {
            let to = self.get(Sort::Secret, secret);
            self.edge(from, to, Relation::Uses);
        }
    }

    fn policy(&mut self, object: &Value, labels: &Labels<'_>) {
        let own = labels.selected(at(object, "/spec/podSelector/matchLabels"));
        for (rules, peers, is_in) in [("/spec/ingress", "/from", true), ("/spec/egress", "/to", false)] {
            for peer in list(object, rules).iter().flat_map(|rule| list(rule, peers)) {
                // In other namespaces are other pods.
                if at(peer, "/namespaceSelector").is_some() {
                    continue;
                }
                for other in labels.selected(at(peer, "/podSelector/matchLabels")) {
                    for &own in &own {
                        let (from, to) = if is_in { (other, own) } else { (own, other) };
                        self.edge(from, to, Relation::MayConnect);
                    }
                }
            }
        }
    }

    /// Who has the name of which Service in its environment, command or arguments.
    fn connect(&mut self, objects: &[Value]) {
        let selects: HashSet<(usize, usize)> = self
            .graph
            .edges
            .iter()
            .filter(|edge| edge.relation == Relation::Selects)
            .map(|edge| (edge.from, edge.to))
            .collect();
        let mut apps: HashMap<usize, Vec<usize>> = HashMap::new();
        for (service, app) in &selects {
            apps.entry(*service).or_default().push(*app);
        }
        for object in objects {
            let Some(pods) = fields::pods(object) else { continue };
            let sort = if matches!(kind(object), "Job" | "CronJob") { Sort::Job } else { Sort::App };
            let Some(from) = self.find(sort, name(object)) else { continue };
            let is_service = |host: &str| self.find(Sort::Service, host);
            let services: HashSet<usize> =
                texts(pods.spec).flat_map(|text| hosts::services(text, &is_service)).collect();
            let mut services: Vec<_> = services.into_iter().collect();
            services.sort_unstable();
            let mut backed_up = HashSet::new();
            for service in services {
                // Members of an app find each other by its own Service.
                if selects.contains(&(service, from)) {
                    continue;
                }
                let of = apps.get(&service).map_or(&[][..], Vec::as_slice);
                let backed = of.iter().copied().find(|app| sort == Sort::Job && self.is_backup(from, *app));
                match backed {
                    Some(app) => drop(backed_up.insert(app)),
                    None => self.edge(from, service, Relation::Connects),
                }
            }
            for app in backed_up {
                self.edge(from, app, Relation::BacksUp);
            }
        }
    }

    /// A Job of an app's `backup` has the app's name before its own.
    fn is_backup(&self, job: usize, app: usize) -> bool {
        let name = |index: usize| self.graph.nodes.get(index).map_or("", |node| &node.name);
        let rest = name(job).strip_prefix(name(app));
        rest.is_some_and(|rest| rest.starts_with("-backup") || rest.starts_with("-restore"))
    }
}

/// Every text that may hold a host name.
fn texts(pod: &Value) -> impl Iterator<Item = &str> {
    containers(pod).flat_map(|(container, _)| {
        let words = ["/command", "/args"].into_iter().flat_map(move |pointer| list(container, pointer));
        let values = list(container, "/env").iter().filter_map(|variable| text(variable, "/value"));
        words.filter_map(Value::as_str).chain(values)
    })
}

/// The labels of all pods, so that a selector finds them without looking at each.
struct Labels<'a> {
    /// By one label: the node and all its labels.
    by_label: HashMap<(&'a str, &'a str), Vec<Labelled<'a>>>,
}

#[derive(Clone, Copy)]
struct Labelled<'a> {
    node: usize,
    name: &'a str,
    labels: &'a Value,
}

impl<'a> Labels<'a> {
    fn new(builder: &Builder, objects: &'a [Value]) -> Self {
        let mut by_label: HashMap<_, Vec<_>> = HashMap::new();
        for object in objects {
            let Some(pods) = fields::pods(object) else { continue };
            let sort = if matches!(kind(object), "Job" | "CronJob") { Sort::Job } else { Sort::App };
            let (Some(node), Some(labels)) = (builder.find(sort, name(object)), at(pods.metadata, "/labels")) else {
                continue;
            };
            for (key, value) in entries(labels, "") {
                let labelled = Labelled { node, name: name(object), labels };
                by_label.entry((key, value.as_str().unwrap_or_default())).or_default().push(labelled);
            }
        }
        Self { by_label }
    }

    /// The nodes whose pods have all these labels; a selector that is empty selects nothing that is worth an edge.
    fn selected(&self, selector: Option<&Value>) -> Vec<usize> {
        let Some(selector) = selector.and_then(Value::as_object) else { return Vec::new() };
        let pod = selector.get(POD_NAME).and_then(Value::as_str);
        let mut wanted = selector.iter().filter(|(key, _)| *key != POD_NAME);
        let Some((key, value)) = wanted.next() else { return Vec::new() };
        let candidates = self.by_label.get(&(key.as_str(), value.as_str().unwrap_or_default()));
        let is_pod_of = |name: &str| pod.is_none_or(|pod| pod.rsplit_once('-').is_some_and(|(app, _)| app == name));
        let fits = |candidate: &&Labelled<'_>| {
            is_pod_of(candidate.name) && wanted.clone().all(|(key, value)| candidate.labels.get(key) == Some(value))
        };
        candidates.into_iter().flatten().filter(fits).map(|candidate| candidate.node).collect()
    }
}

fn is_core(object: &Value) -> bool {
    text(object, "/apiVersion") == Some("v1")
}

fn volume_details(claim: &Value, pods: u64) -> Vec<String> {
    let size = text(claim, "/spec/resources/requests/storage").unwrap_or("?");
    let size = if pods == 1 { size.to_owned() } else { format!("{pods} × {size}") };
    let class = text(claim, "/spec/storageClassName").filter(|class| !class.is_empty());
    std::iter::once(size).chain(class.map(|class| format!("class {class}"))).collect()
}

fn count(number: usize, of: &str) -> String {
    match number {
        1 => format!("1 {of}"),
        number => format!("{number} {of}s"),
    }
}
