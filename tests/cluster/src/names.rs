//! The names of the cluster: what its DNS answers from the objects and pods as they are now.

use crate::cluster::Inner;
use crate::dns::{Record, Zone};
use crate::kubelet::{Phase, Pod};
use crate::objects::{Service, selects};
use std::net::Ipv4Addr;
use std::sync::{Arc, Weak};

/// The zone `cluster.local` and the reverse zone of the pod network.
pub struct Names(pub Weak<Inner>);

impl Zone for Names {
    fn records(&self, name: &str) -> Option<Vec<Record>> {
        let inner = self.0.upgrade()?;
        if let Some(reverse) = name.strip_suffix(".in-addr.arpa") {
            return self.reverse(&inner, reverse);
        }
        let within = name.strip_suffix(".svc.cluster.local")?;
        let labels: Vec<&str> = within.split('.').collect();
        let namespace = *labels.last()?;
        let objects = inner.objects();
        let service = |name: &str| objects.services.get(&(namespace.to_owned(), name.to_owned()));
        match labels.as_slice() {
            [name, _] => {
                let found = service(name)?;
                if !found.headless() {
                    return Some(inner.services.address(namespace, name).map(Record::A).into_iter().collect());
                }
                let mut addresses = endpoints(&inner, namespace, found);
                // CoreDNS gives them in another order each time.
                let turn = inner.next_id() as usize % addresses.len().max(1);
                addresses.rotate_left(turn);
                Some(addresses.iter().map(|pod| Record::A(pod.address)).collect())
            }
            [port, protocol, name, _] if port.starts_with('_') => {
                let found = service(name)?;
                let port = found.ports.iter().find(|declared| {
                    declared.name.as_deref() == port.get(1..)
                        && declared.protocol.as_deref().unwrap_or("TCP").eq_ignore_ascii_case(&protocol[1..])
                })?;
                let host = |pod: &Arc<Pod>| format!("{}.{name}.{namespace}.svc.cluster.local", pod.facts.name);
                let pods = endpoints(&inner, namespace, found);
                Some(pods.iter().map(|pod| Record::Srv { port: port.port, target: host(pod) }).collect())
            }
            [host, name, _] => {
                let found = service(name).filter(|service| service.headless())?;
                let pods = endpoints(&inner, namespace, found);
                let pods: Vec<_> = pods
                    .iter()
                    .filter(|pod| {
                        pod.spec.hostname.as_deref() == Some(*host) && pod.spec.subdomain.as_deref() == Some(*name)
                    })
                    .collect();
                if pods.is_empty() {
                    return None;
                }
                Some(pods.iter().map(|pod| Record::A(pod.address)).collect())
            }
            _ => None,
        }
    }
}

impl Names {
    fn reverse(&self, inner: &Inner, reverse: &str) -> Option<Vec<Record>> {
        let mut octets: Vec<&str> = reverse.split('.').collect();
        octets.reverse();
        let address: Ipv4Addr = octets.join(".").parse().ok()?;
        let pod = inner.pods().into_iter().find(|pod| pod.address == address)?;
        let (hostname, subdomain) = (pod.spec.hostname.as_ref()?, pod.spec.subdomain.as_ref()?);
        Some(vec![Record::Ptr(format!("{hostname}.{subdomain}.{}.svc.cluster.local", pod.facts.namespace))])
    }
}

/// The pods behind a Service: the ready ones, or all that have an address.
pub fn endpoints(inner: &Inner, namespace: &str, service: &Service) -> Vec<Arc<Pod>> {
    let mut pods = inner.pods();
    pods.retain(|pod| {
        let status = pod.status();
        let alive = !status.gone && !matches!(status.phase, Phase::Succeeded | Phase::Failed);
        let ready = status.ready_since.is_some() && status.stop.is_none();
        alive
            && (ready || service.publish_not_ready_addresses)
            && pod.facts.namespace == namespace
            && selects(&service.selector, pod.labels())
    });
    pods
}
