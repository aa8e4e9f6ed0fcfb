//! Where clients connect.

use crate::engine;
use crate::fields::{self, at, list, number, text};
use crate::model::{App, Stack};
use serde_json::Value;
use std::collections::HashMap;

/// A name under which something is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Address {
    /// The Service's or Ingress's name.
    pub name: String,
    /// `ClusterIP`, `headless`, `NodePort`, `LoadBalancer`, `ExternalName`, `Ingress`.
    pub kind: String,
    /// The app that it leads to, if it leads to one of this stack.
    pub app: Option<String>,
    /// The host names: of the Service, and, if it is the one that names a StatefulSet's pods, of each pod. With a declared
    /// namespace they are those for the whole cluster, else those inside the namespace.
    pub hosts: Vec<String>,
    /// The ports.
    pub ports: Vec<AddressPort>,
    /// A URL for clients, without a password, where the protocol is known.
    pub urls: Vec<String>,
}

/// A port of an [`Address`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressPort {
    /// The name, if it has one.
    pub name: Option<String>,
    /// The number.
    pub number: u64,
    /// `TCP`, `UDP`, `SCTP`.
    pub protocol: String,
    /// The same on every node of the cluster.
    pub node_port: Option<u64>,
}

/// The label by which Services select an app.
const NAME: &str = "app.kubernetes.io/name";

/// The addresses of a stack's objects.
pub(super) fn of(completed: &Stack, objects: &[Value]) -> Vec<Address> {
    let apps: HashMap<&str, &App> = completed.apps().map(|(_, app)| (app.name.as_str(), app)).collect();
    let sets: HashMap<&str, &Value> = objects
        .iter()
        .filter(|object| fields::kind(object) == "StatefulSet")
        .filter_map(|set| Some((text(set, "/spec/serviceName")?, set)))
        .collect();
    let address = |object: &Value| match fields::kind(object) {
        "Service" if text(object, "/apiVersion") == Some("v1") => Some(service(completed, &apps, &sets, object)),
        "Ingress" => Some(ingress(object)),
        _ => None,
    };
    objects.iter().filter_map(address).collect()
}

fn service(completed: &Stack, apps: &HashMap<&str, &App>, sets: &HashMap<&str, &Value>, service: &Value) -> Address {
    let name = fields::name(service);
    let full = |host: String| match &completed.namespace {
        Some(namespace) => format!("{host}.{namespace}.svc.{}", completed.cluster_domain()),
        None => host,
    };
    let is_headless = text(service, "/spec/clusterIP") == Some("None");
    let kind = match text(service, "/spec/type") {
        _ if is_headless => "headless",
        Some(kind) => kind,
        None => "ClusterIP",
    };
    let selector = |label: &str| at(service, "/spec/selector")?.get(label)?.as_str();
    let app = selector(NAME).filter(|app| apps.contains_key(app));
    let pods = sets.get(name).filter(|_| is_headless).map_or_else(Vec::new, |set| pods(set));
    let hosts = match text(service, "/spec/externalName") {
        Some(external) => vec![external.to_owned()],
        None if pods.is_empty() => vec![full(name.to_owned())],
        None => pods.iter().map(|pod| full(format!("{pod}.{name}"))).collect(),
    };
    let ports: Vec<_> = list(service, "/spec/ports").iter().filter_map(port).collect();
    // Of several pods the first: where only one writes, it is that one.
    let urls = app.and_then(|app| url(apps.get(app)?, hosts.first(), &ports));
    Address {
        name: name.to_owned(),
        kind: kind.to_owned(),
        app: app.map(str::to_owned),
        hosts,
        ports,
        urls: urls.into_iter().collect(),
    }
}

/// The names of a StatefulSet's pods.
fn pods(set: &Value) -> Vec<String> {
    let first = number(set, "/spec/ordinals/start").unwrap_or(0);
    let replicas = number(set, "/spec/replicas").unwrap_or(1);
    (first..first.saturating_add(replicas)).map(|ordinal| format!("{}-{ordinal}", fields::name(set))).collect()
}

fn port(port: &Value) -> Option<AddressPort> {
    Some(AddressPort {
        name: text(port, "/name").map(str::to_owned),
        number: number(port, "/port")?,
        protocol: text(port, "/protocol").unwrap_or("TCP").to_owned(),
        node_port: number(port, "/nodePort"),
    })
}

/// The URL of an engine's clients, if the Service has their port.
fn url(app: &App, host: Option<&String>, ports: &[AddressPort]) -> Option<String> {
    let host = host?;
    let engine = app.engine.as_ref()?;
    let scheme = engine::scheme(engine.kind)?;
    let client = u64::from(app.main.ports.first()?.number.get());
    let port = ports.iter().find(|port| port.number == client).or_else(|| ports.first())?.number;
    let user = engine.user.as_ref().map_or_else(String::new, |user| format!("{user}@"));
    let database = engine.database.as_ref().map_or_else(String::new, |database| format!("/{database}"));
    Some(format!("{scheme}://{user}{host}:{port}{database}"))
}

fn ingress(ingress: &Value) -> Address {
    let secure: Vec<&str> =
        list(ingress, "/spec/tls").iter().flat_map(|tls| list(tls, "/hosts")).filter_map(Value::as_str).collect();
    let mut hosts: Vec<String> = Vec::new();
    let mut urls = Vec::new();
    for rule in list(ingress, "/spec/rules") {
        let host = text(rule, "/host").unwrap_or("*");
        if !hosts.iter().any(|known| known == host) {
            hosts.push(host.to_owned());
        }
        let scheme = if secure.contains(&host) { "https" } else { "http" };
        for path in list(rule, "/http/paths") {
            urls.push(format!("{scheme}://{host}{}", text(path, "/path").unwrap_or("/")));
        }
    }
    Address {
        name: fields::name(ingress).to_owned(),
        kind: "Ingress".to_owned(),
        app: None,
        hosts,
        ports: Vec::new(),
        urls,
    }
}
