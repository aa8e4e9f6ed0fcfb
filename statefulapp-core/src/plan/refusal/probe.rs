//! Probes and lifecycle hooks.

use serde_json::Value;

use super::check::{Check, server_refuses};
use crate::{
    plan::object::{at, list},
    value::{HeaderName, PortName},
};

pub(super) fn check<'a>(check: &mut Check<'a>, container: &'a Value, grace: i64) {
    for name in ["startupProbe", "livenessProbe", "readinessProbe"] {
        check.field(container, name, |check, probe| {
            for field in
                ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "failureThreshold", "successThreshold"]
            {
                check.count(probe, field);
            }
            if name == "readinessProbe" {
                check.field(probe, "terminationGracePeriodSeconds", |check, _| {
                    check.refuse("a readiness probe stops nothing")
                });
            } else {
                check.number(probe, "successThreshold", 0..=1);
                check.number(probe, "terminationGracePeriodSeconds", 1..=i64::MAX);
            }
            handler(check, probe, &["exec", "httpGet", "tcpSocket", "grpc"], grace);
        });
    }
    check.field(container, "lifecycle", |check, lifecycle| {
        for hook in ["postStart", "preStop"] {
            check.field(lifecycle, hook, |check, hook| {
                handler(check, hook, &["exec", "httpGet", "tcpSocket", "sleep"], grace);
            });
        }
    });
}

fn handler<'a>(check: &mut Check<'a>, of: &'a Value, kinds: &[&'a str], grace: i64) {
    match kinds.iter().filter(|kind| at(of, &[kind]).is_some()).count() {
        0 => check.refuse(format_args!("it needs one of {}", kinds.join(", "))),
        1 => {}
        _ => check.refuse(format_args!("it may have only one of {}", kinds.join(", "))),
    }
    check.field(of, "exec", |check, exec| {
        if list(exec, &["command"]).is_empty() {
            check.refuse_at("command", "is required");
        }
    });
    check.field(of, "httpGet", |check, get| {
        port(check, get);
        check.word_or_default(get, "scheme", &["HTTP", "HTTPS"]);
        check.items(get, "httpHeaders", |check, header| check.required_text::<HeaderName>(header, "name"));
    });
    check.field(of, "tcpSocket", port);
    check.field(of, "grpc", |check, grpc| {
        if at(grpc, &["port"]).is_none() {
            check.refuse_at("port", "is required");
        }
        check.number(grpc, "port", 1..=65535);
    });
    check.field(of, "sleep", |check, sleep| {
        let seconds = at(sleep, &["seconds"]).and_then(Value::as_i64).unwrap_or(0);
        if seconds < 0 || seconds > grace {
            check.refuse_at(
                "seconds",
                format_args!("{seconds} is not from 0 to terminationGracePeriodSeconds ({grace})"),
            );
        }
    });
}

/// A number, or the name of a port; whether a container has it, the server does not ask.
pub(super) fn port<'a>(check: &mut Check<'a>, of: &'a Value) {
    check.number(of, "port", 1..=65535);
    check.required(of, "port", |check, port| {
        if let Some(message) = port.as_str().and_then(server_refuses::<PortName>) {
            check.refuse(message);
        }
    });
}
