//! The ports of Services.

use super::words::{instead, list};
use crate::finding::{Finding, Path};
use crate::model::{App, ContainerPort, Names, PortRef, Protocol, Service, ServiceKind, ServicePort};
use crate::view::View;
use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

/// A Service with its place and the app that it leads to.
struct Leads<'a> {
    at: Path,
    service: &'a Service,
    app: Option<(usize, Cow<'a, App>)>,
}

/// The declared Services that are written.
fn services<'a>(view: &'a View<'a>) -> impl Iterator<Item = Leads<'a>> {
    view.services().filter(|(_, service)| is_written(service)).map(|(n, service)| Leads::new(view, n, service))
}

fn is_written(service: &Service) -> bool {
    !service.is_extern && service.kind != ServiceKind::ExternalName
}

/// The place of a port: by its name, by which a list names it too, else by its position.
pub(super) fn place(service: &Path, n: usize, port: &ServicePort) -> Path {
    match &port.name {
        Some(name) => service.key("ports").key(name),
        None => service.key("ports").index(n),
    }
}

/// The place of what a port leads to: the target, or the name that stands for it.
fn target_place(service: &Path, n: usize, port: &ServicePort) -> Path {
    let same =
        matches!((&port.name, &port.target), (Some(name), PortRef::Name(target)) if name.as_str() == target.as_str());
    let place = place(service, n, port);
    if same { place.the_key() } else { place.key("target") }
}

impl<'a> Leads<'a> {
    fn new(view: &'a View<'a>, n: usize, service: &'a Service) -> Self {
        let app = service.selects.as_ref().and_then(|selects| view.app(selects.app.as_str()));
        Self { at: Path::item(n), service, app }
    }

    /// The app's ports that something listens on all the time.
    fn ports(&self) -> impl Iterator<Item = &ContainerPort> {
        self.app.iter().flat_map(|(n, app)| super::pods::of_app(*n, app).ports())
    }

    /// The app's port that a Service's port leads to, whatever its protocol.
    fn target(&self, port: &ServicePort) -> Option<&ContainerPort> {
        let is = |target: &&ContainerPort| match &port.target {
            PortRef::Name(name) => target.name == *name,
            PortRef::Number(number) => target.number == *number,
        };
        let fits = |target: &&ContainerPort| port.protocol.is_none_or(|protocol| protocol == target.protocol);
        self.ports().filter(is).find(fits).or_else(|| self.ports().find(is))
    }

    /// The number that clients use.
    fn number(&self, port: &ServicePort) -> Option<u16> {
        match (port.number, &port.target) {
            (Some(number), _) => Some(number.get()),
            (None, PortRef::Number(number)) => Some(number.get()),
            (None, PortRef::Name(_)) => self.target(port).map(|target| target.number.get()),
        }
    }

    fn protocol(&self, port: &ServicePort) -> Protocol {
        port.protocol.or(self.target(port).map(|target| target.protocol)).unwrap_or_default()
    }

    /// Adds that the app's ports decided.
    fn seen(&self, finding: Finding, name: &str) -> Finding {
        let Some((n, app)) = &self.app else { return finding };
        let pod = super::pods::of_app(*n, app);
        let places = pod.places_of_port(name).into_iter();
        // Without a name, each port could be the one.
        let all = if name.is_empty() { pod.port_places() } else { Vec::new() };
        places.chain(all).fold(finding, Finding::looked_at)
    }
}

/// A Service leads to ports that its app has.
pub(super) fn targets(view: &View<'_>, out: &mut Vec<Finding>) {
    for leads in services(view) {
        for (n, port) in leads.service.ports.iter().enumerate() {
            let at = target_place(&leads.at, n, port);
            match (&leads.app, leads.target(port), &port.target) {
                (Some((_, app)), None, PortRef::Name(name)) => {
                    let names = leads.ports().map(|port| port.name.as_str());
                    let none = format!("`{}` declares no ports", app.name);
                    let finding =
                        Finding::error("service-port-unknown", at, format!("`{}` has no port `{name}`", app.name))
                            .help(instead(name.as_str(), names, &none));
                    out.push(leads.seen(finding, name.as_str()));
                }
                (Some((_, app)), None, PortRef::Number(number)) => {
                    let ports = list(leads.ports().map(|port| format!("{} ({})", port.name, port.number)));
                    let finding = Finding::warning(
                        "service-port-undeclared",
                        at,
                        format!("`{}` does not declare that something listens on port {number}", app.name),
                    )
                    .help(if ports.is_empty() {
                        format!("declare it in the app: `ports: {{ name: {number} }}`")
                    } else {
                        format!("its ports are {ports}")
                    });
                    out.push(leads.seen(finding, "").looked_at(place(&leads.at, n, port)));
                }
                (Some((_, app)), Some(target), _) => {
                    if let Some(protocol) = port.protocol.filter(|protocol| *protocol != target.protocol) {
                        let finding = Finding::error(
                            "service-port-protocol",
                            place(&leads.at, n, port).key("protocol"),
                            format!(
                                "port `{}` of `{}` is {}, not {}",
                                target.name,
                                app.name,
                                target.protocol.as_str(),
                                protocol.as_str()
                            ),
                        )
                        .help("remove `protocol`: that of the app's port counts");
                        out.push(leads.seen(finding, target.name.as_str()));
                    }
                }
                (None, _, PortRef::Name(name)) if port.number.is_none() && leads.service.selects.is_none() => out.push(
                    Finding::error(
                        "service-port-number-missing",
                        at,
                        format!(
                            "port `{name}` of Service `{}` has no number: it selects no app that has such a port",
                            leads.service.name
                        ),
                    )
                    .help("write its number, or add `selects`")
                    .looked_at(leads.at.key("selects")),
                ),
                _ => {}
            }
        }
    }
}

/// A Service has ports, unless its name alone is used.
pub(super) fn missing(view: &View<'_>, out: &mut Vec<Finding>) {
    for leads in services(view).filter(|leads| leads.service.ports.is_empty() && !leads.service.headless) {
        let names = list(leads.ports().map(|port| super::words::written(port.name.as_str())));
        out.push(
            Finding::error(
                "service-ports-missing",
                leads.at.key("ports"),
                format!("Service `{}` has no ports", leads.service.name),
            )
            .help(if names.is_empty() {
                "add `ports: [name]`, by the names of the app's ports".to_owned()
            } else {
                format!("add `ports: […]` with some of {names}")
            })
            .looked_at(leads.at.key("headless"))
            .looked_at(leads.at.key("type")),
        );
    }
}

/// Of several ports each has a name of its own.
pub(super) fn names(view: &View<'_>, out: &mut Vec<Finding>) {
    for leads in services(view) {
        let several = leads.service.ports.len() > 1;
        let ports = leads.at.key("ports");
        let mut first: HashMap<&str, usize> = HashMap::new();
        for (n, port) in leads.service.ports.iter().enumerate() {
            match &port.name {
                None if several => out.push(
                    Finding::error(
                        "service-port-name-missing",
                        ports.index(n),
                        format!(
                            "port {} of Service `{}` has no name, and of several ports each needs one",
                            n + 1,
                            leads.service.name
                        ),
                    )
                    .help("name it: `ports: { name: { target: … } }`, or refer to the app's port by its name"),
                ),
                None => {}
                Some(name) => match first.get(name.as_str()) {
                    None => drop(first.insert(name.as_str(), n)),
                    Some(&before) => out.push(
                        Finding::error(
                            "duplicate-service-port-name",
                            ports.index(n).the_key(),
                            format!("Service `{}` has a port `{name}` already", leads.service.name),
                        )
                        .help("rename one of the two")
                        .also(ports.index(before).the_key(), "first declared"),
                    ),
                },
            }
        }
    }
}

/// A number is open once for a protocol.
pub(super) fn numbers(view: &View<'_>, out: &mut Vec<Finding>) {
    for leads in services(view) {
        let mut first: HashMap<(u16, Protocol), Path> = HashMap::new();
        for (n, port) in leads.service.ports.iter().enumerate() {
            let Some(number) = leads.number(port) else { continue };
            // The same name twice is one mistake, and leads to the first of the two.
            let before = leads.service.ports.get(..n).unwrap_or_default();
            if port.name.is_some() && before.iter().any(|before| before.name == port.name) {
                continue;
            }
            let protocol = leads.protocol(port);
            let at = place(&leads.at, n, port);
            let at = if port.number.is_some() { at.key("number") } else { at };
            match first.get(&(number, protocol)) {
                None => drop(first.insert((number, protocol), at)),
                Some(before) => {
                    let finding = Finding::error(
                        "duplicate-service-port",
                        at,
                        format!("port {number}/{} of Service `{}` is taken", protocol.as_str(), leads.service.name),
                    )
                    .help("give it another `number`")
                    .also(before.clone(), "first declared");
                    out.push(leads.seen(finding, leads.target(port).map_or("", |target| target.name.as_str())));
                }
            }
        }
    }
}

/// A headless Service gives addresses of pods: nobody turns one number into another.
pub(super) fn headless_numbers(view: &View<'_>, out: &mut Vec<Finding>) {
    for leads in services(view).filter(|leads| leads.service.headless) {
        for (n, port) in leads.service.ports.iter().enumerate() {
            let target = match &port.target {
                PortRef::Number(number) => Some(number.get()),
                PortRef::Name(_) => leads.target(port).map(|target| target.number.get()),
            };
            let (Some(number), Some(target)) = (port.number.map(|number| number.get()), target) else { continue };
            if number != target {
                let finding = Finding::warning(
                    "headless-port-number",
                    place(&leads.at, n, port).key("number"),
                    format!("a headless Service leads to the pods themselves, where {target} is open and not {number}"),
                )
                .help(format!("write {target}, or remove `headless`"))
                .looked_at(leads.at.key("headless"))
                .looked_at(place(&leads.at, n, port).key("target"));
                out.push(leads.seen(finding, leads.target(port).map_or("", |target| target.name.as_str())));
            }
        }
    }
}

/// Ports of the nodes belong to types that have them, each once in the cluster.
pub(super) fn node_ports(stack: &Rc<Names<'_>>, out: &mut Vec<Finding>) {
    let view = View::none(stack);
    let has_some = |service: &Service| is_written(service) && service.ports.iter().any(|port| port.node_port.is_some());
    let mut first: HashMap<(u16, Protocol), Path> = HashMap::new();
    for (n, service) in stack.services().filter(|(_, service)| has_some(service)) {
        let leads = Leads::new(&view, n, service);
        let outside = matches!(leads.service.kind, ServiceKind::NodePort | ServiceKind::LoadBalancer);
        for (n, port) in leads.service.ports.iter().enumerate() {
            let Some(node_port) = port.node_port else { continue };
            let at = place(&leads.at, n, port).key("node_port");
            if !outside {
                out.push(
                    Finding::error(
                        "service-key-unfit",
                        at.the_key(),
                        format!("`node_port` does not fit a Service of type {}", leads.service.kind.as_str()),
                    )
                    .help("remove it, or write `type: NodePort`")
                    .looked_at(leads.at.key("type")),
                );
                continue;
            }
            let protocol = leads.protocol(port);
            match first.get(&(node_port.get(), protocol)) {
                None => drop(first.insert((node_port.get(), protocol), at)),
                Some(before) => out.push(
                    Finding::error(
                        "duplicate-node-port",
                        at,
                        format!("node port {node_port}/{} is taken", protocol.as_str()),
                    )
                    .help("choose another number, or leave it out and the server chooses one")
                    .also(before.clone(), "first declared"),
                ),
            }
        }
    }
}
