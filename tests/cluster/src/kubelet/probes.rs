//! Runs the probes and hooks of a container.

use crate::container::ExecTarget;
use crate::images::Image;
use crate::kubelet::Pod;
use crate::probe;
use crate::spec::{Container, Handler, HttpGet, Probe};
use std::net::Ipv4Addr;
use std::time::Duration;

/// One check. The error says what was seen.
pub(super) fn check(
    pod: &Pod,
    container: &Container,
    image: &Image,
    target: &ExecTarget,
    probe: &Probe,
    timeout: Duration,
) -> Result<(), String> {
    if let Some(action) = &probe.exec {
        // Probes' commands are not expanded: only command, args and env are.
        let output = target.exec(&action.command, None, timeout).map_err(|error| format!("{error:#}"))?;
        return match output.code {
            _ if output.timed_out => Err(format!("timed out after {timeout:?}")),
            0 => Ok(()),
            code => Err(format!("exit {code}: {}{}", output.stdout.trim(), output.stderr.trim())),
        };
    }
    if let Some(get) = &probe.http_get {
        return http(pod, container, image, get, timeout);
    }
    if let Some(socket) = &probe.tcp_socket {
        let port = container.port(socket.port.as_ref()).ok_or("no such port")?;
        return probe::tcp(address(pod, socket.host.as_deref())?, port, timeout);
    }
    Err("a probe without an action that the harness knows".to_owned())
}

/// Runs a postStart or preStop hook to its end.
pub(super) fn hook(
    pod: &Pod,
    container: &Container,
    image: &Image,
    target: &ExecTarget,
    handler: &Handler,
    timeout: Duration,
) -> Result<(), String> {
    if let Some(action) = &handler.exec {
        let output = target.exec(&action.command, None, timeout).map_err(|error| format!("{error:#}"))?;
        return match output.code {
            0 => Ok(()),
            code => Err(format!("exit {code}: {}{}", output.stdout.trim(), output.stderr.trim())),
        };
    }
    if let Some(sleep) = &handler.sleep {
        std::thread::sleep(Duration::from_secs(sleep.seconds).min(timeout));
        return Ok(());
    }
    if let Some(get) = &handler.http_get {
        return http(pod, container, image, get, timeout);
    }
    if let Some(socket) = &handler.tcp_socket {
        let port = container.port(socket.port.as_ref()).ok_or("no such port")?;
        return probe::tcp(address(pod, socket.host.as_deref())?, port, timeout);
    }
    Err("a hook without an action".to_owned())
}

fn http(pod: &Pod, container: &Container, image: &Image, get: &HttpGet, timeout: Duration) -> Result<(), String> {
    let port = container.port(get.port.as_ref()).ok_or("no such port")?;
    let declared = get.path.as_deref().unwrap_or("/");
    let path = image.http_paths.iter().find(|(from, _)| *from == declared).map_or(declared, |(_, to)| to);
    probe::http(address(pod, get.host.as_deref())?, port, get, path, timeout)
}

fn address(pod: &Pod, host: Option<&str>) -> Result<Ipv4Addr, String> {
    match host {
        None => Ok(pod.address),
        Some(host) => host.parse().map_err(|_| format!("host `{host}` of a probe is not an address")),
    }
}
