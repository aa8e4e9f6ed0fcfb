//! Probes and hooks.

use super::BuildError;
use super::container::{int32, seconds};
use crate::model::{Container, Handler, Hook, PortRef, Probe};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// A probe; `None` if there shall be none. What is left out is left to the server's default.
pub(super) fn probe(
    owner: (&str, &str),
    container: &Container,
    probe: &Probe,
) -> Result<Option<core::Probe>, BuildError> {
    let mut object = core::Probe {
        initial_delay_seconds: probe.initial_delay.as_ref().map(seconds).map(int32),
        period_seconds: probe.period.as_ref().map(seconds).map(int32),
        timeout_seconds: probe.timeout.as_ref().map(seconds).map(int32),
        failure_threshold: probe.failures.map(int32),
        success_threshold: probe.successes.map(int32),
        termination_grace_period_seconds: probe.grace.as_ref().map(seconds),
        ..Default::default()
    };
    match &probe.handler {
        Handler::Exec(command) => object.exec = Some(exec(command)),
        Handler::Http { .. } => object.http_get = http(&probe.handler),
        Handler::Tcp(port) => object.tcp_socket = Some(tcp(port)),
        // The API takes only a number here.
        Handler::Grpc { port, service } => {
            let port = number(owner, container, port)?;
            object.grpc = Some(core::GRPCAction { port, service: service.clone(), ..Default::default() });
        }
        Handler::Off => return Ok(None),
    }
    Ok(Some(object))
}

/// A hook; `None` if there shall be none.
pub(super) fn hook(owner: (&str, &str), hook: &Hook) -> Result<Option<core::LifecycleHandler>, BuildError> {
    let mut object = core::LifecycleHandler::default();
    match hook {
        Hook::Do(Handler::Exec(command)) => object.exec = Some(exec(command)),
        Hook::Do(handler @ Handler::Http { .. }) => object.http_get = http(handler),
        Hook::Do(Handler::Tcp(port)) => object.tcp_socket = Some(tcp(port)),
        Hook::Do(Handler::Grpc { .. }) => {
            return Err(BuildError::new(owner.0, owner.1, "a hook cannot call gRPC")
                .help("write exec(…), http(…), tcp(…) or sleep(…)"));
        }
        Hook::Do(Handler::Off) => return Ok(None),
        Hook::Sleep(time) => object.sleep = Some(core::SleepAction { seconds: seconds(time) }),
    }
    Ok(Some(object))
}

/// A port as probes, Services and NetworkPolicies refer to it.
pub(super) fn port(port: &PortRef) -> IntOrString {
    match port {
        PortRef::Number(number) => IntOrString::Int(i32::from(*number)),
        PortRef::Name(name) => IntOrString::String(name.to_string()),
    }
}

fn exec(command: &[String]) -> core::ExecAction {
    core::ExecAction { command: Some(command.to_vec()) }
}

fn tcp(to: &PortRef) -> core::TCPSocketAction {
    core::TCPSocketAction { port: port(to), ..Default::default() }
}

fn http(handler: &Handler) -> Option<core::HTTPGetAction> {
    let Handler::Http { path, port: to, https, host, headers } = handler else { return None };
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| core::HTTPHeader { name: name.to_string(), value: value.clone() }).collect();
    Some(core::HTTPGetAction {
        path: Some(path.clone()),
        port: port(to),
        scheme: https.then(|| "HTTPS".to_owned()),
        host: host.clone(),
        http_headers: (!headers.is_empty()).then_some(headers),
        ..Default::default()
    })
}

fn number(owner: (&str, &str), container: &Container, port: &PortRef) -> Result<i32, BuildError> {
    match port {
        PortRef::Number(number) => Ok(i32::from(*number)),
        PortRef::Name(name) => match container.port(name.as_str()) {
            Some(port) => Ok(i32::from(port.number)),
            None => {
                Err(BuildError::new(owner.0, owner.1, format!("no port `{name}` in container `{}`", container.name)))
            }
        },
    }
}
