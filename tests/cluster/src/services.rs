//! Services with an address of their own: the node listens on it and passes each connection to a pod behind the Service.
//!
//! A simplification of kube-proxy: the pod sees the node's address as the client's.

use crate::cluster::Inner;
use crate::names::endpoints;
use crate::objects::{Key, Objects};
use anyhow::Result;
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The addresses of Services.
#[derive(Default)]
pub struct Services {
    addresses: Mutex<BTreeMap<Key, Ipv4Addr>>,
}

impl Services {
    pub fn address(&self, namespace: &str, name: &str) -> Option<Ipv4Addr> {
        self.addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&(namespace.to_owned(), name.to_owned()))
            .copied()
    }

    /// Gives every new Service that is not headless an address, and listens on its ports.
    pub fn sync(&self, inner: &Arc<Inner>, objects: &Objects) -> Result<()> {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, service) in &objects.services {
            if service.headless() || addresses.contains_key(key) {
                continue;
            }
            let address = inner.network.service_address()?;
            addresses.insert(key.clone(), address);
            for port in &service.ports {
                let listener = TcpListener::bind((address, port.port))?;
                let (weak, key, number) = (Arc::downgrade(inner), key.clone(), port.port);
                let turn = AtomicUsize::new(0);
                thread::spawn(move || {
                    for client in listener.incoming() {
                        let (Ok(client), Some(inner)) = (client, weak.upgrade()) else { break };
                        if let Some(target) = choose(&inner, &key, number, turn.fetch_add(1, Ordering::Relaxed)) {
                            thread::spawn(move || pass(client, target));
                        }
                    }
                });
            }
        }
        Ok(())
    }

    /// The variables that `enableServiceLinks` puts into a pod, and those of the API server's Service.
    pub fn links(&self, objects: &Objects, namespace: &str, all: bool) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let mut add = |name: &str, address: &str, ports: &[(Option<String>, u16)]| {
            let prefix = name.to_ascii_uppercase().replace('-', "_");
            let Some((_, first)) = ports.first() else { return };
            out.push((format!("{prefix}_SERVICE_HOST"), address.to_owned()));
            out.push((format!("{prefix}_SERVICE_PORT"), first.to_string()));
            out.push((format!("{prefix}_PORT"), format!("tcp://{address}:{first}")));
            for (port_name, port) in ports {
                if let Some(port_name) = port_name {
                    let port_name = port_name.to_ascii_uppercase().replace('-', "_");
                    out.push((format!("{prefix}_SERVICE_PORT_{port_name}"), port.to_string()));
                }
                out.push((format!("{prefix}_PORT_{port}_TCP"), format!("tcp://{address}:{port}")));
                out.push((format!("{prefix}_PORT_{port}_TCP_PROTO"), "tcp".to_owned()));
                out.push((format!("{prefix}_PORT_{port}_TCP_PORT"), port.to_string()));
                out.push((format!("{prefix}_PORT_{port}_TCP_ADDR"), address.to_owned()));
            }
        };
        add("kubernetes", "10.96.0.1", &[(Some("https".to_owned()), 443)]);
        if all {
            for ((space, name), service) in &objects.services {
                if space == namespace
                    && let Some(address) = self.address(namespace, name)
                {
                    let ports: Vec<_> = service.ports.iter().map(|port| (port.name.clone(), port.port)).collect();
                    add(name, &address.to_string(), &ports);
                }
            }
        }
        out
    }
}

/// A pod behind the Service and its port.
fn choose(inner: &Inner, key: &Key, port: u16, turn: usize) -> Option<SocketAddr> {
    let objects = inner.objects();
    let service = objects.services.get(key)?;
    let pods = endpoints(inner, &key.0, service);
    let pod = pods.get(turn % pods.len().max(1))?;
    let declared = service.ports.iter().find(|declared| declared.port == port)?;
    let number = match &declared.target_port {
        None => port,
        target => pod.spec.containers.iter().find_map(|container| container.port(target.as_ref()))?,
    };
    Some(SocketAddr::from((pod.address, number)))
}

fn pass(client: TcpStream, target: SocketAddr) {
    let Ok(server) = TcpStream::connect_timeout(&target, Duration::from_secs(5)) else { return };
    let (Ok(mut from_client), Ok(mut to_client)) = (client.try_clone(), client.try_clone()) else { return };
    let (Ok(mut from_server), Ok(mut to_server)) = (server.try_clone(), server.try_clone()) else { return };
    let upstream = thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    let _ = io::copy(&mut from_server, &mut to_client);
    let _ = to_client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    let _ = upstream.join();
}
