//! Services.

use super::container::{int32, list, protocol, seconds};
use super::index::Member;
use super::probe::port as target_port;
use super::{BuildError, Index, Object, labels};
use crate::model::{
    App, ContainerPort, PortRef, Protocol, Selects, Service, ServiceKind, ServicePort, Stack, Workload,
};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// `clusterIP` of a headless Service.
const HEADLESS: &str = "None";

/// The Service that an app brings: a StatefulSet's governing one, a Deployment's own one if it has ports.
pub(super) fn own<'a, 'i>(stack: &'i Stack, member: Member<'a, 'i>) -> Option<(&'a str, impl Fn() -> core::Service)> {
    let app = member.app;
    let name = match app.workload {
        Workload::StatefulSet => app.service_name(),
        Workload::Deployment if all_ports(app).next().is_none() => return None,
        Workload::Deployment => app.name.as_str(),
    };
    Some((name, move || own_named(stack, member, name)))
}

fn own_named(stack: &Stack, member: Member<'_, '_>, name: &str) -> core::Service {
    let app = member.app;
    let spec = match app.workload {
        Workload::StatefulSet => core::ServiceSpec {
            cluster_ip: Some(HEADLESS.to_owned()),
            // Members look for each other before any of them is ready.
            publish_not_ready_addresses: Some(app.publish_not_ready.unwrap_or(true)),
            ..Default::default()
        },
        Workload::Deployment => core::ServiceSpec::default(),
    };
    core::Service {
        metadata: labels::metadata(stack, name, labels::of_app(stack, member), labels::Map::new()),
        spec: Some(core::ServiceSpec {
            type_: Some(ServiceKind::ClusterIP.as_str().to_owned()),
            selector: Some(labels::selector(app.name.as_str())),
            ports: list(ports(app)),
            ..spec
        }),
        ..Default::default()
    }
}

/// A declared Service, or one for each pod.
pub(super) fn declared(index: &Index<'_>, service: &Service, out: &mut Vec<Object>) -> Result<(), BuildError> {
    if service.is_extern {
        return Ok(());
    }
    let app = service.selects.as_ref().and_then(|selects| index.app(selects.app.as_str()));
    if !service.each_pod {
        let selector = |selects: &Selects| match selects.pod {
            Some(pod) => labels::pod_selector(selects.app.as_str(), pod),
            None => labels::selector(selects.app.as_str()),
        };
        let name = service.name.as_str();
        let selector = service.selects.as_ref().map(selector);
        out.push(object(index.stack, service, name.to_owned(), selector, app.as_deref(), 0)?);
        return Ok(());
    }
    let Some(app) = app.as_deref() else {
        return Err(error(service, "a Service for each pod needs an app of this stack").help("write selects: <app>"));
    };
    for offset in 0..app.replicas() {
        let ordinal = app.first_ordinal().saturating_add(offset);
        let name = format!("{}-{ordinal}", service.name);
        let selector = labels::pod_selector(app.name.as_str(), ordinal);
        out.push(object(index.stack, service, name, Some(selector), Some(app), offset)?);
    }
    Ok(())
}

fn object(
    stack: &Stack,
    service: &Service,
    name: String,
    selector: Option<labels::Map>,
    app: Option<&App>,
    offset: u32,
) -> Result<Object, BuildError> {
    let ports: Result<Vec<_>, _> = service.ports.iter().map(|port| declared_port(service, port, app, offset)).collect();
    let policy = |local: bool| if local { "Local" } else { "Cluster" }.to_owned();
    let timeout = service.sticky.as_ref().and_then(|sticky| sticky.as_ref());
    let mut metadata = labels::item_metadata(stack, service.name.as_str(), &service.meta);
    metadata.name = Some(name);
    let object = core::Service {
        metadata,
        spec: Some(core::ServiceSpec {
            type_: Some(service.kind.as_str().to_owned()),
            cluster_ip: if service.headless { Some(HEADLESS.to_owned()) } else { service.cluster_ip.clone() },
            selector,
            ports: list(ports?),
            publish_not_ready_addresses: service.publish_not_ready.then_some(true),
            session_affinity: service.sticky.is_some().then(|| "ClientIP".to_owned()),
            session_affinity_config: timeout.map(|timeout| core::SessionAffinityConfig {
                client_ip: Some(core::ClientIPConfig { timeout_seconds: Some(int32(seconds(timeout))) }),
            }),
            external_traffic_policy: service.local_traffic.map(policy),
            internal_traffic_policy: service.internal_local_traffic.map(policy),
            load_balancer_source_ranges: list(service.source_ranges.iter().map(ToString::to_string).collect()),
            load_balancer_class: service.load_balancer_class.as_ref().map(ToString::to_string),
            external_name: service.external_name.as_ref().map(ToString::to_string),
            traffic_distribution: service.traffic_distribution.clone(),
            ..Default::default()
        }),
        ..Default::default()
    };
    Ok(object.into())
}

fn declared_port(
    service: &Service,
    port: &ServicePort,
    app: Option<&App>,
    offset: u32,
) -> Result<core::ServicePort, BuildError> {
    let target = app.and_then(|app| all_ports(app).find(|target| is_target(target, port)));
    let number = match (port.number, &port.target, target) {
        (Some(number), _, _) => i32::from(number),
        (None, PortRef::Number(number), _) => i32::from(*number),
        (None, PortRef::Name(_), Some(target)) => i32::from(target.number),
        (None, PortRef::Name(name), None) => {
            return Err(error(service, format!("the number of port `{name}` is not known")).help("write its number"));
        }
    };
    let name = match (&port.name, &port.target) {
        (Some(name), _) => Some(name.to_string()),
        (None, PortRef::Name(name)) => Some(name.to_string()),
        (None, PortRef::Number(_)) => None,
    };
    // Each of the Services for one pod has a node port of its own: the numbers from the declared one on.
    let node_port = match port.node_port {
        None => None,
        Some(first) => match u32::from(first.get()).checked_add(offset).and_then(|n| u16::try_from(n).ok()) {
            Some(number) => Some(i32::from(number)),
            None => return Err(error(service, format!("there is no node port {first} + {offset}"))),
        },
    };
    Ok(core::ServicePort {
        name,
        port: number,
        target_port: Some(target_port(&port.target)),
        protocol: protocol(port.protocol.or(target.map(|target| target.protocol)).unwrap_or_default()),
        node_port,
        app_protocol: port.app_protocol.as_ref().map(ToString::to_string),
    })
}

/// The ports of an app's own Service. A Service has a number or a name only once, whoever listens on it.
fn ports(app: &App) -> Vec<core::ServicePort> {
    let mut seen: Vec<&ContainerPort> = Vec::new();
    for port in all_ports(app) {
        let twice = |other: &&ContainerPort| {
            other.name == port.name || (other.number, other.protocol) == (port.number, port.protocol)
        };
        if !seen.iter().any(twice) {
            seen.push(port);
        }
    }
    seen.into_iter()
        .map(|port| core::ServicePort {
            name: Some(port.name.to_string()),
            port: i32::from(port.number),
            target_port: Some(IntOrString::String(port.name.to_string())),
            protocol: protocol(port.protocol),
            ..Default::default()
        })
        .collect()
}

/// The ports of the containers that run all the time, the main one first.
pub(super) fn all_ports(app: &App) -> impl Iterator<Item = &ContainerPort> {
    std::iter::once(&app.main).chain(&app.sidecars).flat_map(|container| &container.ports)
}

/// Whether a Service's port leads to a container's. A number may be open for two protocols.
fn is_target(target: &ContainerPort, port: &ServicePort) -> bool {
    let named = match &port.target {
        PortRef::Number(number) => target.number == *number,
        PortRef::Name(name) => target.name == *name,
    };
    let protocol: Option<Protocol> = port.protocol;
    named && protocol.is_none_or(|protocol| protocol == target.protocol)
}

fn error(service: &Service, message: impl Into<String>) -> BuildError {
    BuildError::new("Service", service.name.as_str(), message)
}
