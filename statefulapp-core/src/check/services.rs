//! Services: what fits which type, and which pods they lead to.

use super::words::written;
use crate::finding::{Finding, Path};
use crate::model::{Service, ServiceKind, Workload};
use crate::value::IpAddress;
use crate::view::View;
use std::net::IpAddr;

/// The longest name of an object with an address in the DNS.
const LABEL: usize = 63;

/// The session affinity of the server lasts from a second to a day.
const STICKY: std::ops::RangeInclusive<u32> = 1..=86_400;

/// The declared Services that are written, with their places.
fn services<'a>(view: &View<'a>) -> impl Iterator<Item = (Path, &'a Service)> + use<'a> {
    view.services().filter(|(_, service)| !service.is_extern).map(|(n, service)| (Path::item(n), service))
}

/// A key that a Service's type does not use is refused or ignored by the server.
pub(super) fn unfit_keys(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, service) in services(view) {
        let kind = service.kind;
        let outside = matches!(kind, ServiceKind::NodePort | ServiceKind::LoadBalancer);
        let name_only = kind == ServiceKind::ExternalName;
        let balanced = kind == ServiceKind::LoadBalancer;
        let headless = service.headless;
        let of_type = format!("a Service of type {}", kind.as_str());
        let keys = [
            ("headless", headless && kind != ServiceKind::ClusterIP, &of_type),
            ("external_name", service.external_name.is_some() && !name_only, &of_type),
            ("external_traffic", service.local_traffic.is_some() && !outside, &of_type),
            ("source_ranges", !service.source_ranges.is_empty() && !balanced, &of_type),
            ("load_balancer_class", service.load_balancer_class.is_some() && !balanced, &of_type),
            ("cluster_ip", service.cluster_ip.is_some() && name_only, &of_type),
            ("selects", service.selects.is_some() && name_only, &of_type),
            ("ports", !service.ports.is_empty() && name_only, &of_type),
            ("sticky", service.sticky.is_some() && name_only, &of_type),
            ("publish_not_ready", service.publish_not_ready && name_only, &of_type),
            ("internal_traffic", service.internal_local_traffic.is_some() && name_only, &of_type),
            ("traffic_distribution", service.traffic_distribution.is_some() && name_only, &of_type),
        ];
        let unfit = keys.iter().filter(|(_, is_unfit, _)| *is_unfit).map(|(key, _, what)| (*key, what.as_str()));
        let of_headless = [("cluster_ip", service.cluster_ip.is_some()), ("sticky", service.sticky.is_some())];
        let of_headless = of_headless
            .into_iter()
            .filter(|(_, is_there)| *is_there && headless && kind == ServiceKind::ClusterIP)
            .map(|(key, _)| (key, "a headless Service, which has no address of its own"));
        for (key, what) in unfit.chain(of_headless) {
            let is_type = key != "headless" && what == of_type;
            out.push(
                Finding::error("service-key-unfit", at.key(key).the_key(), format!("`{key}` does not fit {what}"))
                    .help(help(key, kind))
                    .looked_at(at.key(key))
                    .looked_at(at.key(if is_type { "type" } else { "headless" }))
                    .looked_at(at.key("type")),
            );
        }
        if name_only && service.external_name.is_none() {
            out.push(
                Finding::error(
                    "external-name-missing",
                    at.key("external_name"),
                    format!("Service `{}` is of type ExternalName and stands for no name", service.name),
                )
                .help("add `external_name: \"db.example.com\"`")
                .looked_at(at.key("type")),
            );
        }
    }
}

fn help(key: &str, kind: ServiceKind) -> String {
    match (key, kind) {
        ("headless", ServiceKind::ExternalName) => "remove one of the two".to_owned(),
        ("headless", _) => "remove it, or remove `type`".to_owned(),
        ("external_name", _) => "remove it, or write `type: ExternalName`".to_owned(),
        ("external_traffic", ServiceKind::ClusterIP) => {
            "remove it, or write `type: LoadBalancer` or NodePort".to_owned()
        }
        ("source_ranges" | "load_balancer_class", ServiceKind::ClusterIP | ServiceKind::NodePort) => {
            "remove it, or write `type: LoadBalancer`".to_owned()
        }
        _ => "remove it".to_owned(),
    }
}

/// A fixed address is one that a Service can have.
pub(super) fn cluster_ip(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, service) in services(view) {
        let Some(text) = &service.cluster_ip else { continue };
        let at = at.key("cluster_ip");
        let wrong = match text.parse::<IpAddress>() {
            Err(_) if text.eq_ignore_ascii_case("none") => {
                Some(("is how the API writes a headless Service", "write `headless: true`"))
            }
            Err(_) => Some(("is not an address", "write an address of the cluster's service range, or leave it out")),
            Ok(address) if !is_usable(address.get()) => Some((
                "is an address that no Service can have",
                "write an address of the cluster's service range, or leave it out",
            )),
            Ok(_) => None,
        };
        if let Some((wrong, help)) = wrong {
            out.push(Finding::error("cluster-ip-invalid", at, format!("\"{text}\" {wrong}")).help(help));
        }
    }
}

fn is_usable(address: IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(address) => address.is_link_local() || address.is_broadcast(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    !(address.is_loopback() || address.is_multicast() || address.is_unspecified() || link_local)
}

/// A client stays with a pod for a second to a day.
pub(super) fn sticky(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, service) in services(view) {
        if let Some(Some(time)) =
            service.sticky.filter(|time| time.is_some_and(|time| !STICKY.contains(&time.seconds())))
        {
            out.push(
                Finding::error(
                    "sticky-range",
                    at.key("sticky"),
                    format!("a client cannot stay with one pod for {time}"),
                )
                .help("write 1s to 24h, or `true` for 3 hours"),
            );
        }
    }
}

/// A Service that selects one pod selects one that there is.
pub(super) fn selected_pod(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, service) in services(view) {
        let Some((selects, pod)) = service.selects.as_ref().and_then(|selects| Some((selects, selects.pod?))) else {
            continue;
        };
        let Some((n, app)) = view.app(selects.app.as_str()) else { continue };
        let finding = match app.workload {
            Workload::Deployment => Finding::error(
                "selects-no-pod",
                at.key("selects"),
                format!("the pods of App `{}` have no numbers", app.name),
            )
            .help(format!("write `selects: {}`, or declare a StatefulApp", written(app.name.as_str()))),
            Workload::StatefulSet => {
                let end = u64::from(app.first_ordinal()) + u64::from(app.replicas());
                if (u64::from(app.first_ordinal())..end).contains(&u64::from(pod)) {
                    continue;
                }
                let help = match app.replicas() {
                    0 => "it has no pods".to_owned(),
                    _ => format!("its pods are {} to {}", app.first_ordinal(), end - 1),
                };
                Finding::error("selects-no-pod", at.key("selects"), format!("`{}` has no pod {pod}", app.name))
                    .help(help)
                    .looked_at(Path::item(n).key("replicas"))
                    .looked_at(Path::item(n).key("first_ordinal"))
            }
        };
        out.push(finding.looked_at(Path::item(n)));
    }
}

/// A Service for each pod is one of a StatefulApp, reached from outside, and its names are not too long.
pub(super) fn each_pod(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, service) in services(view).filter(|(_, service)| service.each_pod) {
        let each = at.key("each_pod");
        let Some(selects) = &service.selects else {
            out.push(
                Finding::error("each-pod-unfit", each, "`each_pod` needs the app whose pods are meant")
                    .help("add `selects: app`")
                    .looked_at(at.key("selects")),
            );
            continue;
        };
        let Some((n, app)) = view.app(selects.app.as_str()) else { continue };
        let wrong = if app.workload == Workload::Deployment {
            Some((
                format!("the pods of App `{}` have no numbers", app.name),
                "remove `each_pod`, or declare a StatefulApp",
            ))
        } else if selects.pod.is_some() {
            Some((
                "`each_pod` makes Services for all pods, and `selects` names one".to_owned(),
                "remove one of the two",
            ))
        } else if service.cluster_ip.is_some() && app.replicas() > 1 {
            Some(("`each_pod` makes several Services, which cannot have one address".to_owned(), "remove `cluster_ip`"))
        } else {
            None
        };
        if let Some((message, help)) = wrong {
            out.push(
                Finding::error("each-pod-unfit", each, message)
                    .help(help)
                    .looked_at(at.key("selects"))
                    .looked_at(at.key("cluster_ip"))
                    .looked_at(Path::item(n).key("replicas"))
                    .looked_at(Path::item(n)),
            );
            continue;
        }
        let end = u64::from(app.first_ordinal()) + u64::from(app.replicas());
        let longest = format!("{}-{}", service.name, end.saturating_sub(1));
        if longest.len() > LABEL {
            out.push(
                Finding::error(
                    "each-pod-name-too-long",
                    at.clone(),
                    format!(
                        "`{longest}` is too long for a Service: {} bytes, and it has at most {LABEL}",
                        longest.len()
                    ),
                )
                .help(format!(
                    "shorten the name to {} bytes",
                    LABEL.saturating_sub(longest.len() - service.name.as_str().len())
                ))
                .looked_at(Path::item(n).key("replicas"))
                .looked_at(Path::item(n).key("first_ordinal"))
                .looked_at(each),
            );
        }
        // Each Service takes the next number.
        const LAST_NODE_PORT: u64 = 32_767;
        for (i, port) in service.ports.iter().enumerate() {
            let Some(first) = port.node_port else { continue };
            let last = u64::from(first.get()) + u64::from(app.replicas()).saturating_sub(1);
            if last > LAST_NODE_PORT {
                out.push(
                    Finding::error(
                        "each-pod-node-ports",
                        super::service_ports::place(&at, i, port).key("node_port"),
                        format!(
                            "{} Services from node port {first} on need {last}, and {LAST_NODE_PORT} is the highest",
                            app.replicas()
                        ),
                    )
                    .help(format!(
                        "write {} or less",
                        LAST_NODE_PORT + 1 - u64::from(app.replicas()).min(LAST_NODE_PORT)
                    ))
                    .looked_at(Path::item(n).key("replicas")),
                );
            }
        }
    }
}

/// A Service that selects nothing leads nowhere until somebody makes endpoints by hand.
pub(super) fn without_endpoints(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, service) in services(view) {
        // One that has nothing at all has no ports either, which is said elsewhere.
        let says_something = !service.ports.is_empty() || service.headless;
        if service.selects.is_none() && service.kind != ServiceKind::ExternalName && says_something {
            out.push(
                Finding::warning(
                    "service-without-endpoints",
                    at.key("selects"),
                    format!(
                        "Service `{}` selects no pods, and leads nowhere until somebody makes endpoints for it",
                        service.name
                    ),
                )
                .help("add `selects: app`")
                .looked_at(at.key("type")),
            );
        }
    }
}

/// The old name of a distribution still works.
pub(super) fn traffic_distribution(view: &View<'_>, out: &mut Vec<Finding>) {
    const NEW: crate::value::KubernetesVersion = crate::value::KubernetesVersion::new(1, 34);
    for (at, service) in services(view) {
        let Some(text) = &service.traffic_distribution else { continue };
        let at = at.key("traffic_distribution");
        match text.as_str() {
            "PreferClose" if view.kubernetes() >= NEW => out.push(
                Finding::warning(
                    "traffic-distribution-deprecated",
                    at,
                    "`PreferClose` is the old name of `PreferSameZone`",
                )
                .help("write `PreferSameZone`")
                .looked_at(Path::head().key("kubernetes")),
            ),
            "PreferClose" | "PreferSameZone" | "PreferSameNode" => {}
            other => out.push(
                Finding::error("word-unknown", at, format!("unknown `traffic_distribution` `{other}`"))
                    .help("write `PreferSameZone` or `PreferSameNode`"),
            ),
        }
    }
}
