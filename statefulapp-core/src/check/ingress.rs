//! Ingresses.

use super::services::by_name;
use super::words::{instead, list, unless_broken};
use crate::finding::{Finding, Path};
use crate::model::{Ingress, IngressRule, PortRef, Service, ServiceKind, Stack, Workload};
use std::collections::HashMap;

/// A Service that a rule can lead to: the numbers and names of its ports, and where they are declared.
struct Backend {
    ports: Vec<(Option<String>, Option<u16>)>,
    at: Path,
    /// Nothing is known of the ports.
    open: bool,
}

fn backends(declared: &Stack, completed: &Stack) -> HashMap<String, Backend> {
    let apps = by_name(completed);
    let mut found = HashMap::new();
    for (n, app) in completed.apps().filter(|(n, _)| *n < declared.items.len()) {
        let ports: Vec<_> = super::pods::of_app(n, app)
            .ports()
            .map(|port| (Some(port.name.to_string()), Some(port.number.get())))
            .collect();
        let backend = || Backend { ports: ports.clone(), at: Path::item(n), open: false };
        // An app's name stands for the Service that it brings.
        found.insert(app.name.to_string(), backend());
        if app.workload == Workload::StatefulSet {
            found.insert(app.service_name().to_owned(), backend());
        }
    }
    let services = completed.services().collect::<Vec<_>>();
    for (n, service) in services {
        let of = |service: &Service| -> Vec<(Option<String>, Option<u16>)> {
            let app = service.selects.as_ref().and_then(|selects| apps.get(selects.app.as_str()));
            let ports = service.ports.iter().map(|port| {
                let number = port.number.map(|number| number.get()).or_else(|| match &port.target {
                    PortRef::Number(number) => Some(number.get()),
                    PortRef::Name(name) => {
                        let (n, app) = app?;
                        super::pods::of_app(*n, app)
                            .ports()
                            .find(|port| port.name == *name)
                            .map(|port| port.number.get())
                    }
                });
                (port.name.as_ref().map(ToString::to_string), number)
            });
            ports.collect()
        };
        let ports = of(service);
        let open = (service.is_extern && ports.is_empty()) || service.kind == ServiceKind::ExternalName;
        if service.each_pod {
            let app = service.selects.as_ref().and_then(|selects| apps.get(selects.app.as_str()));
            for ordinal in app
                .into_iter()
                .flat_map(|(_, app)| (0..app.replicas().min(1000)).map(|i| app.first_ordinal().saturating_add(i)))
            {
                found.insert(
                    format!("{}-{ordinal}", service.name),
                    Backend { ports: ports.clone(), at: Path::item(n), open },
                );
            }
        } else {
            found.insert(service.name.to_string(), Backend { ports, at: Path::item(n), open });
        }
    }
    found
}

/// A rule leads to a port of a Service that there is.
pub(super) fn ingress_backends(declared: &Stack, completed: &Stack, out: &mut Vec<Finding>) {
    if declared.ingresses().next().is_none() {
        return;
    }
    let backends = backends(declared, completed);
    for (n, ingress) in declared.ingresses() {
        for (i, rule) in ingress.rules.iter().enumerate() {
            let at = Path::item(n).key("rules").index(i);
            let Some(backend) = backends.get(rule.service.as_str()) else {
                let mut names: Vec<&str> = backends.keys().map(String::as_str).collect();
                names.sort_unstable();
                let none = "declare it; one that exists in the cluster is `Service extern name { … }`";
                let finding =
                    Finding::error("service-unknown", at.key("service"), format!("unknown Service `{}`", rule.service))
                        .help(instead(rule.service.as_str(), names, none));
                out.push(unless_broken(finding, declared));
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
pub(super) fn ingress_paths(declared: &Stack, _: &Stack, out: &mut Vec<Finding>) {
    for (n, ingress) in declared.ingresses() {
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
pub(super) fn duplicate_ingress_rules(declared: &Stack, _: &Stack, out: &mut Vec<Finding>) {
    for (n, ingress) in declared.ingresses() {
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
pub(super) fn ingress_tls(declared: &Stack, _: &Stack, out: &mut Vec<Finding>) {
    for (n, ingress) in declared.ingresses() {
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
