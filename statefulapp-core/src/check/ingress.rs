//! Ingresses.

use super::names::is_pod_service;
use super::words::{instead, list, unless_broken};
use crate::engine::Completed;
use crate::finding::{Finding, Path};
use crate::model::{App, Ingress, IngressRule, Item, PortRef, Service, ServiceKind, Workload};
use crate::view::View;
use std::collections::HashMap;

/// A Service that a rule can lead to: the numbers and names of its ports, and where they are declared.
struct Backend {
    ports: Vec<(Option<String>, Option<u16>)>,
    at: Path,
    /// Nothing is known of the ports.
    open: bool,
}

/// The Service of a name. What an engine brings takes the place of what an app's name stands for.
fn backend(view: &View<'_>, name: &str) -> Option<Backend> {
    if let Some((n, service)) = view.stack.service_at(name).filter(|(_, service)| !service.each_pod) {
        return Some(of_service(view, n, service));
    }
    let (of, _) = name.rsplit_once('-').unwrap_or_default();
    if let Some((n, service)) = view.stack.service_at(of).filter(|(_, service)| service.each_pod) {
        let app = service.selects.as_ref().and_then(|selects| view.stack.app(selects.app.as_str()));
        if app.is_some_and(|app| is_pod_service(service, app, name)) {
            return Some(of_service(view, n, service));
        }
    }
    let named = view.stack.app_at(name).or_else(|| view.stack.governed_at(name));
    // What an engine adds begins with the name of its app.
    let ends = name.match_indices('-').map(|(end, _)| end).chain([name.len()]).rev();
    let before = ends.filter_map(|end| view.stack.app_at(name.get(..end)?));
    let generated = before.map(|(n, _)| n).find_map(|n| of_generated(view, n, name));
    generated.or_else(|| {
        // An app's name stands for the Service that it brings.
        let (n, _) = named?;
        let completed = view.completed(n)?;
        Some(Backend { ports: ports_of(n, completed.app()?), at: Path::item(n), open: false })
    })
}

/// The Service of a name that an engine adds to an app.
fn of_generated(view: &View<'_>, app: usize, name: &str) -> Option<Backend> {
    let completed = view.completed(app)?;
    let service = generated_services(&completed).find(|service| service.name.as_str() == name)?;
    Some(of_service(view, app, service))
}

fn generated_services<'c>(completed: &'c Completed<'_>) -> impl Iterator<Item = &'c Service> {
    let generated = completed.generated.iter();
    generated.filter_map(|item| if let Item::Service(service) = item { Some(service) } else { None })
}

type Ports = Vec<(Option<String>, Option<u16>)>;

fn ports_of(n: usize, app: &App) -> Ports {
    let ports = super::pods::of_app(n, app).ports();
    ports.map(|port| (Some(port.name.to_string()), Some(port.number.get()))).collect()
}

fn of_service(view: &View<'_>, n: usize, service: &Service) -> Backend {
    let app = service.selects.as_ref().and_then(|selects| view.app(selects.app.as_str()));
    let ports = service.ports.iter().map(|port| {
        let number = port.number.map(|number| number.get()).or_else(|| match &port.target {
            PortRef::Number(number) => Some(number.get()),
            PortRef::Name(name) => {
                let (n, app) = app.as_ref()?;
                super::pods::of_app(*n, app).ports().find(|port| port.name == *name).map(|port| port.number.get())
            }
        });
        (port.name.as_ref().map(ToString::to_string), number)
    });
    let ports: Ports = ports.collect();
    let open = (service.is_extern && ports.is_empty()) || service.kind == ServiceKind::ExternalName;
    Backend { ports, at: Path::item(n), open }
}

/// The names of all Services that a rule can lead to, sorted.
fn names(view: &View<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for (n, item) in view.stack.items.iter().enumerate() {
        match item {
            Item::Service(service) if service.each_pod => {
                let app = service.selects.as_ref().and_then(|selects| view.stack.app(selects.app.as_str()));
                let pods = app.into_iter().flat_map(|app| app.pods().take(1000));
                names.extend(pods.map(|pod| format!("{}-{pod}", service.name)));
            }
            Item::Service(service) => names.push(service.name.to_string()),
            Item::App(app) => {
                names.push(app.name.to_string());
                if app.workload == Workload::StatefulSet {
                    names.push(app.service_name().to_owned());
                }
                let completed = view.completed(n);
                let services = completed.iter().flat_map(|completed| generated_services(completed));
                names.extend(services.map(|service| service.name.to_string()));
            }
            _ => {}
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// A rule leads to a port of a Service that there is.
pub(super) fn ingress_backends(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, ingress) in view.ingresses() {
        for (i, rule) in ingress.rules.iter().enumerate() {
            let at = Path::item(n).key("rules").index(i);
            let Some(backend) = &backend(view, rule.service.as_str()) else {
                let none = "declare it; one that exists in the cluster is `Service extern name { … }`";
                let names = names(view);
                let finding =
                    Finding::error("service-unknown", at.key("service"), format!("unknown Service `{}`", rule.service))
                        .help(instead(rule.service.as_str(), names.iter().map(String::as_str), none));
                out.push(unless_broken(finding, &view.stack));
                continue;
            };
            let known = backend.ports.iter().any(|(name, number)| match &rule.port {
                PortRef::Name(wanted) => name.as_deref() == Some(wanted.as_str()),
                PortRef::Number(wanted) => *number == Some(wanted.get()) || (number.is_none() && name.is_some()),
            });
            if !known && !backend.open {
                out.push(port_unknown(&at, rule, backend));
            }
        }
    }
}

fn port_unknown(at: &Path, rule: &IngressRule, backend: &Backend) -> Finding {
    let (wanted, help) = match &rule.port {
        PortRef::Name(name) => {
            let names = backend.ports.iter().filter_map(|(name, _)| name.as_deref());
            (name.to_string(), instead(name.as_str(), names, "it has no named ports"))
        }
        PortRef::Number(number) => {
            let numbers = list(backend.ports.iter().filter_map(|(_, number)| number.map(|number| number.to_string())));
            (
                number.to_string(),
                if numbers.is_empty() { "it has no ports".to_owned() } else { format!("its ports are {numbers}") },
            )
        }
    };
    Finding::error("service-port-unknown", at.key("port"), format!("Service `{}` has no port `{wanted}`", rule.service))
        .help(help)
        .looked_at(at.key("service"))
        .looked_at(backend.at.clone())
        .looked_at(backend.at.key("ports"))
        .looked_at(backend.at.key("engine"))
}

/// A path is one that the server takes: absolute, and written in the one way.
pub(super) fn ingress_paths(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, ingress) in view.ingresses() {
        for (i, rule) in ingress.rules.iter().enumerate() {
            let at = Path::item(n).key("rules").index(i).key("path");
            let path = &rule.path;
            let lower = path.to_ascii_lowercase();
            let wrong = if !path.starts_with('/') {
                Some(("does not begin with \"/\"", format!("write {:?}", format!("/{path}"))))
            } else if lower.contains("//") || lower.contains("%2f") {
                Some(("has two \"/\" in a row, or one in disguise", "write each \"/\" once".to_owned()))
            } else if ["/./", "/../"].iter().any(|part| path.contains(part))
                || path.ends_with("/..")
                || path.ends_with("/.")
            {
                Some(("has a \".\" or \"..\" part", "write the path without it".to_owned()))
            } else {
                None
            };
            if let Some((wrong, help)) = wrong {
                out.push(Finding::error("ingress-path", at, format!("\"{path}\" {wrong}")).help(help));
            }
        }
    }
}

/// A host and path lead to one Service.
pub(super) fn duplicate_ingress_rules(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, ingress) in view.ingresses() {
        let at = Path::item(n).key("rules");
        if ingress.rules.is_empty() {
            out.push(
                Finding::error(
                    "list-empty",
                    at.clone(),
                    format!("Ingress `{}` has no rules and leads nowhere", ingress.name),
                )
                .help("add a rule: `{ host: \"db.example.com\", service: web, port: http }`"),
            );
        }
        let mut first: HashMap<(Option<&str>, &str, bool), usize> = HashMap::new();
        for (i, rule) in ingress.rules.iter().enumerate() {
            let key = (rule.host.as_ref().map(|host| host.as_str()), rule.path.as_str(), rule.exact);
            match first.get(&key) {
                None => drop(first.insert(key, i)),
                Some(&before) => out.push(
                    Finding::error(
                        "duplicate-ingress-rule",
                        at.index(i).key("path"),
                        format!(
                            "\"{}{}\" leads to `{}` already",
                            key.0.unwrap_or("*"),
                            rule.path,
                            service(ingress, before)
                        ),
                    )
                    .help("remove one of the two, or give it another path")
                    .also(at.index(before).key("path"), "first declared")
                    .looked_at(at.index(i).key("host"))
                    .looked_at(at.index(before).key("host"))
                    .looked_at(at.index(i).key("exact"))
                    .looked_at(at.index(before).key("exact")),
                ),
            }
        }
    }
}

fn service(ingress: &Ingress, n: usize) -> &str {
    ingress.rules.get(n).map_or("", |rule| rule.service.as_str())
}

/// A certificate is for a host of the rules.
pub(super) fn ingress_tls(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, ingress) in view.ingresses() {
        // A rule without a host is for every host.
        let hosts: Option<Vec<&str>> =
            ingress.rules.iter().map(|rule| rule.host.as_ref().map(|host| host.as_str())).collect();
        let Some(hosts) = hosts else { continue };
        for (i, (secret, covered)) in ingress.tls.iter().enumerate() {
            let at = Path::item(n).key("tls").index(i);
            for (j, host) in
                covered.iter().enumerate().filter(|(_, host)| !hosts.iter().any(|rule| covers(host.as_str(), rule)))
            {
                let mut finding = Finding::warning(
                    "ingress-tls-host",
                    at.index(j),
                    format!("no rule is for the host \"{host}\", which `{secret}` is the certificate of"),
                )
                .help(format!("the hosts are {}", list(&hosts)));
                for r in 0..ingress.rules.len() {
                    finding = finding.looked_at(Path::item(n).key("rules").index(r).key("host"));
                }
                out.push(finding);
            }
        }
    }
}

/// `*.example.com` covers one more part.
fn covers(certificate: &str, host: &str) -> bool {
    let one_more = |suffix: &str| host.strip_suffix(suffix).is_some_and(|part| !part.is_empty() && !part.contains('.'));
    certificate == host || certificate.strip_prefix('*').is_some_and(one_more)
}
