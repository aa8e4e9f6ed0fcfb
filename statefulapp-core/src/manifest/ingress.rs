//! Ingresses.

use super::container::list;
use super::{Index, Object, labels};
use crate::model::{App, Ingress, IngressRule, PortRef, Workload};
use k8s_openapi::api::networking::v1 as net;

/// An Ingress, its rules put together by host in the order in which the hosts come first.
pub(super) fn ingress(index: &Index<'_>, ingress: &Ingress) -> Object {
    let mut hosts: Vec<(Option<&str>, Vec<net::HTTPIngressPath>)> = Vec::new();
    for rule in &ingress.rules {
        let host = rule.host.as_ref().map(|host| host.as_str());
        match hosts.iter_mut().find(|(known, _)| *known == host) {
            Some((_, paths)) => paths.push(path(index, rule)),
            None => hosts.push((host, vec![path(index, rule)])),
        }
    }
    let rule = |(host, paths): (Option<&str>, Vec<_>)| net::IngressRule {
        host: host.map(str::to_owned),
        http: Some(net::HTTPIngressRuleValue { paths }),
    };
    let tls = ingress.tls.iter().map(|(secret, hosts)| net::IngressTLS {
        secret_name: Some(secret.to_string()),
        hosts: list(hosts.iter().map(ToString::to_string).collect()),
    });
    net::Ingress {
        metadata: labels::item_metadata(index.stack, ingress.name.as_str(), &ingress.meta),
        spec: Some(net::IngressSpec {
            ingress_class_name: ingress.class.as_ref().map(ToString::to_string),
            rules: list(hosts.into_iter().map(rule).collect()),
            tls: list(tls.collect()),
            ..Default::default()
        }),
        ..Default::default()
    }
    .into()
}

/// The Service; where an app is named instead, the Service that it brings.
fn service(index: &Index<'_>, name: &str) -> String {
    match index.app_without_service(name) {
        Some(app @ App { workload: Workload::StatefulSet, .. }) => app.service_name(),
        _ => name,
    }
    .to_owned()
}

fn path(index: &Index<'_>, rule: &IngressRule) -> net::HTTPIngressPath {
    let port = match &rule.port {
        PortRef::Number(number) => net::ServiceBackendPort { number: Some(i32::from(*number)), name: None },
        PortRef::Name(name) => net::ServiceBackendPort { number: None, name: Some(name.to_string()) },
    };
    net::HTTPIngressPath {
        path: Some(rule.path.clone()),
        path_type: if rule.exact { "Exact" } else { "Prefix" }.to_owned(),
        backend: net::IngressBackend {
            service: Some(net::IngressServiceBackend { name: service(index, rule.service.as_str()), port: Some(port) }),
            ..Default::default()
        },
    }
}
