//! The pod network: one bridge, and per pod a network namespace with an address of its own.

use crate::sandbox::run;
use anyhow::{Result, bail};
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};

/// The node's address on the bridge, the gateway of all pods.
pub const NODE: Ipv4Addr = Ipv4Addr::new(10, 244, 0, 1);
/// The cluster's name server.
pub const DNS: Ipv4Addr = Ipv4Addr::new(10, 96, 0, 10);

const BRIDGE: &str = "sa-bridge";

/// Gives out pod addresses and namespaces.
pub struct Network {
    next_pod: AtomicU32,
    next_service: AtomicU32,
}

impl Network {
    pub fn new() -> Result<Self> {
        // Without an address of its own a bridge takes the lowest of its ports, and so changes it as pods come and go:
        // their neighbour tables would lead to nobody for half a minute.
        run("ip", &["link", "add", BRIDGE, "address", "02:00:0a:f4:00:01", "type", "bridge"])?;
        run("ip", &["addr", "add", &format!("{NODE}/16"), "dev", BRIDGE])?;
        run("ip", &["link", "set", BRIDGE, "up"])?;
        run("ip", &["addr", "add", &format!("{DNS}/32"), "dev", "lo"])?;
        Ok(Self { next_pod: AtomicU32::new(2), next_service: AtomicU32::new(20) })
    }

    /// An address that no pod has had before.
    pub fn pod_address(&self) -> Result<Ipv4Addr> {
        let number = self.next_pod.fetch_add(1, Ordering::Relaxed);
        if number > 65_000 {
            bail!("no pod addresses left");
        }
        Ok(Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 244, 0, 0)) + number))
    }

    /// An address for a Service; the node listens on it.
    pub fn service_address(&self) -> Result<Ipv4Addr> {
        let number = self.next_service.fetch_add(1, Ordering::Relaxed);
        let address = Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 96, 0, 0)) + number);
        run("ip", &["addr", "add", &format!("{address}/32"), "dev", "lo"])?;
        Ok(address)
    }

    /// Makes a pod's namespace with loopback and an interface on the bridge; gives its name.
    pub fn attach(&self, address: Ipv4Addr) -> Result<String> {
        let number = u32::from(address) & 0xffff;
        let namespace = format!("sa-{number}");
        let link = format!("sa-v{number}");
        run("ip", &["netns", "add", &namespace])?;
        run("ip", &["link", "add", &link, "type", "veth", "peer", "name", "eth0", "netns", &namespace])?;
        run("ip", &["link", "set", &link, "master", BRIDGE, "up"])?;
        run("ip", &["-n", &namespace, "link", "set", "lo", "up"])?;
        run("ip", &["-n", &namespace, "addr", "add", &format!("{address}/16"), "dev", "eth0"])?;
        run("ip", &["-n", &namespace, "link", "set", "eth0", "up"])?;
        run("ip", &["-n", &namespace, "route", "add", "default", "via", &NODE.to_string()])?;
        Ok(namespace)
    }

    /// Removes a pod's namespace and interface.
    pub fn detach(&self, namespace: &str) {
        // Deleting the link first takes the address off the network even while a process still holds the namespace.
        let _ = run("ip", &["link", "del", &namespace.replace("sa-", "sa-v")]);
        let _ = run("ip", &["netns", "del", namespace]);
    }
}
