//! Probes: what they talk to, and when.

use super::pods::{Placed, Pod, pairs};
use super::words::instead;
use crate::finding::{Finding, Path};
use crate::model::{Container, ContainerPort, Handler, PortRef, Probe, Protocol, Workload};
use crate::value::Port;
use crate::view::View;

/// The server's defaults, in seconds.
const PERIOD: u32 = 10;
const TIMEOUT: u32 = 1;

/// Ports of databases and queues that answer HTTP with an error or not at all.
const NOT_HTTP: [(u16, &str); 12] = [
    (1433, "SQL Server"),
    (2181, "ZooKeeper"),
    (3306, "MySQL"),
    (4222, "NATS"),
    (5432, "PostgreSQL"),
    (5672, "AMQP"),
    (6379, "Redis"),
    (7000, "Cassandra"),
    (9042, "Cassandra"),
    (9092, "Kafka"),
    (11211, "memcached"),
    (27017, "MongoDB"),
];

/// A probe that was declared.
struct Declared<'a> {
    key: &'static str,
    at: Path,
    probe: &'a Probe,
}

/// Calls for every declared probe.
fn each(view: &View<'_>, mut check: impl FnMut(&Declared<'_>)) {
    for pod in super::pods::pods(view) {
        for placed in pod.served() {
            let Container { startup, liveness, readiness, .. } = placed.container;
            for (key, probe) in [("startup", startup), ("liveness", liveness), ("readiness", readiness)] {
                if let Some(probe) = probe {
                    check(&Declared { key, at: placed.at.key(key), probe });
                }
            }
        }
    }
}

/// What the probes and hooks of a container do, by key.
pub(super) fn handlers(container: &Container) -> impl Iterator<Item = (&'static str, &Handler)> {
    let Container { startup, liveness, readiness, post_start, pre_stop, .. } = container;
    let probes = [("startup", startup), ("liveness", liveness), ("readiness", readiness)];
    let hooks = [("post_start", post_start), ("pre_stop", pre_stop)];
    probes
        .into_iter()
        .filter_map(|(key, probe)| Some((key, &probe.as_ref()?.handler)))
        .chain(hooks.into_iter().filter_map(|(key, hook)| Some((key, super::hooks::handler(hook)?))))
}

/// The place of the port in a call: `tcp(port)`, `http("/path", port)`.
pub(super) fn port_at(handler: &Handler, at: &Path) -> Path {
    at.index(usize::from(matches!(handler, Handler::Http { .. })))
}

/// What a probe or a hook talks to is a port of its container that understands it.
pub(super) fn targets(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, full) in pairs(view) {
        for placed in pod.served() {
            let container = placed.container;
            let whole = &full;
            let full = full.container(placed.role, container.name.as_str()).unwrap_or(container);
            for (key, handler) in handlers(container) {
                let target = Target { key, handler, at: placed.at.key(key), placed: &placed, full, pod: whole };
                target.check(out);
            }
        }
    }
}

/// What a probe or hook talks to.
struct Target<'a> {
    key: &'static str,
    handler: &'a Handler,
    at: Path,
    placed: &'a Placed<'a>,
    full: &'a Container,
    /// All containers of the pod.
    pod: &'a Pod<'a>,
}

impl Target<'_> {
    fn check(&self, out: &mut Vec<Finding>) {
        match self.handler.port() {
            Some(PortRef::Name(name)) => match self.full.port(name.as_str()) {
                Some(port) => self.protocol(port, out),
                None => out.push(self.unknown(name.as_str())),
            },
            Some(PortRef::Number(number)) => self.number(*number, out),
            None => {}
        }
        if let Handler::Http { path, .. } = self.handler
            && !path.is_empty()
            && !path.starts_with('/')
        {
            out.push(
                Finding::error(
                    "http-path-relative",
                    self.at.index(0),
                    format!("`{}` asks for \"{path}\", and a path begins with \"/\"", self.key),
                )
                .help(format!("write {:?}", format!("/{}", path.trim_start_matches('/')))),
            );
        }
    }

    fn unknown(&self, name: &str) -> Finding {
        let of = self.placed.describe();
        let names = self.full.ports.iter().map(|port| port.name.as_str());
        let elsewhere = self.pod.ports().find(|port| port.name == *name);
        let help = match elsewhere {
            Some(port) => format!("another container has it: write its number, {}", port.number),
            None => instead(name, names, "declare it in `ports`, or write the number"),
        };
        Finding::error(
            "port-unknown",
            port_at(self.handler, &self.at),
            format!("unknown port `{name}` in `{}` of {of}", self.key),
        )
        .help(help)
        .looked_at(self.placed.at.key("ports").key(name.to_owned()))
    }

    fn number(&self, number: Port, out: &mut Vec<Finding>) {
        let known = || self.pod.ports().filter(|port| port.number == number);
        if known().next().is_none() {
            let places = self.placed.at.key("ports");
            let numbers = self.full.ports.iter().map(|port| format!("{} ({})", port.name, port.number));
            let declared = super::words::list(numbers);
            let finding = Finding::warning(
                "port-undeclared",
                port_at(self.handler, &self.at),
                format!(
                    "`{}` talks to port {number}, and no container declares that something listens there",
                    self.key
                ),
            )
            .help(if declared.is_empty() {
                format!("declare it: `ports: {{ name: {number} }}`")
            } else {
                format!("declared: {declared}")
            })
            .looked_at(places)
            .looked_at(self.placed.at.key("engine"));
            out.push(self.pod.port_places().into_iter().fold(finding, Finding::looked_at));
        } else if known().all(|port| port.protocol != Protocol::TCP) {
            known().take(1).for_each(|port| self.protocol(port, out));
        } else {
            self.database(number, out);
        }
    }

    fn protocol(&self, port: &ContainerPort, out: &mut Vec<Finding>) {
        if port.protocol == Protocol::TCP {
            return self.database(port.number, out);
        }
        out.push(
            Finding::error(
                "probe-protocol",
                port_at(self.handler, &self.at),
                format!("`{}` needs TCP, and port `{}` is {}", self.key, port.name, port.protocol.as_str()),
            )
            .help("name a TCP port, or write exec(…)")
            .looked_at(self.placed.at.key("ports").key(&port.name))
            .looked_at(self.placed.at.key("ports").key(&port.name).key("protocol")),
        );
    }

    /// HTTP to a database that speaks something else.
    fn database(&self, number: Port, out: &mut Vec<Finding>) {
        // What is known of an image is more than a guess by the number: `probe-kind`.
        let facts = self.full.image.as_ref().and_then(crate::engine::by_image);
        if facts.is_some_and(|facts| facts.port(number.get()).is_some()) {
            return;
        }
        let known = NOT_HTTP.iter().find(|(port, _)| *port == number.get());
        if let (Handler::Http { .. }, Some((_, what))) = (self.handler, known) {
            out.push(
                Finding::warning(
                    "http-to-database",
                    self.at.clone(),
                    format!(
                        "`{}` speaks HTTP to port {number}, where {what} usually listens and answers no HTTP",
                        self.key
                    ),
                )
                .help("write exec(…) with the database's own check, or tcp(…)")
                .looked_at(port_at(self.handler, &self.at)),
            );
        }
    }
}

/// Zero stands for the default, which is another number.
pub(super) fn zeros(view: &View<'_>, out: &mut Vec<Finding>) {
    each(view, |of| {
        let zero = |time: Option<crate::value::Duration>| time.is_some_and(|time| time.seconds() == 0);
        let keys = [
            ("period", zero(of.probe.period), "10 s"),
            ("timeout", zero(of.probe.timeout), "1 s"),
            ("failures", of.probe.failures == Some(0), "3"),
            ("successes", of.probe.successes == Some(0), "1"),
        ];
        for (key, _, default) in keys.iter().filter(|(_, is_zero, _)| *is_zero) {
            out.push(
                Finding::error(
                    "probe-zero",
                    of.at.key(*key),
                    format!("`{key}` of `{}` is zero, which the server takes for the default, {default}", of.key),
                )
                .help(format!("leave `{key}` out, or write 1 or more")),
            );
        }
    });
}

/// Only readiness may ask for several successes.
pub(super) fn successes(view: &View<'_>, out: &mut Vec<Finding>) {
    each(view, |of| {
        let Some(successes) = of.probe.successes.filter(|successes| *successes > 1) else { return };
        if of.key != "readiness" {
            out.push(
                Finding::error(
                    "probe-successes",
                    of.at.key("successes"),
                    format!("`{}` counts one success, not {successes}", of.key),
                )
                .help("remove it; only `readiness` may ask for more"),
            );
        }
    });
}

/// A probe's own grace period is for probes that kill, and lasts a second at least.
pub(super) fn grace(view: &View<'_>, out: &mut Vec<Finding>) {
    each(view, |of| {
        let Some(grace) = of.probe.grace else { return };
        let at = of.at.key("grace");
        if of.key == "readiness" {
            out.push(
                Finding::error(
                    "probe-grace",
                    at.the_key(),
                    "`readiness` kills no container, so that it has no `grace`",
                )
                .help("remove it"),
            );
        } else if grace.seconds() == 0 {
            out.push(
                Finding::error(
                    "probe-grace",
                    at,
                    format!("`grace` of `{}` is zero, and it lasts a second at least", of.key),
                )
                .help("write 1s or more, or leave it out for the grace period of the pod"),
            );
        }
    });
}

/// A check ends before the next one begins.
pub(super) fn timeout_beyond_period(view: &View<'_>, out: &mut Vec<Finding>) {
    each(view, |of| {
        let seconds = |time: Option<crate::value::Duration>, default| time.map_or(default, |time| time.seconds());
        let (period, timeout) = (seconds(of.probe.period, PERIOD), seconds(of.probe.timeout, TIMEOUT));
        if timeout > period && period > 0 {
            out.push(
                Finding::warning(
                    "probe-timeout-beyond-period",
                    of.at.key("timeout"),
                    format!("a check of `{}` may last {timeout} s, and the next is due after {period} s", of.key),
                )
                .help(format!("write a `timeout` of {period}s at most, or a longer `period`"))
                .looked_at(of.at.key("period")),
            );
        }
    });
}

/// A liveness probe without a startup probe kills a database that recovers after a crash.
pub(super) fn liveness_without_startup(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, full) in pairs(view) {
        let Some(app) = pod.app.filter(|app| app.workload == Workload::StatefulSet) else { continue };
        let is_on = |probe: &Option<Probe>| probe.as_ref().is_some_and(|probe| probe.handler != Handler::Off);
        let Some(liveness) = pod.main.liveness.as_ref().filter(|probe| probe.handler != Handler::Off) else { continue };
        if !is_on(&full.main.startup) {
            out.push(
                Finding::warning(
                    "liveness-without-startup",
                    pod.at.key("liveness").the_key(),
                    format!(
                        "`{}` is killed when it needs more than {} s to start, as it may after a crash",
                        app.name,
                        liveness.budget_seconds()
                    ),
                )
                .help("add a `startup` probe that gives it time: `startup: exec(…) { period: 10s, failures: 360 }`")
                .looked_at(pod.at.key("startup"))
                .looked_at(pod.at.key("engine"))
                .looked_at(pod.at.key("liveness").key("period"))
                .looked_at(pod.at.key("liveness").key("failures"))
                .looked_at(pod.at.key("liveness").key("initial_delay")),
            );
        }
    }
}

/// A command has a program.
pub(super) fn exec_empty(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in super::pods::pods(view) {
        for placed in pod.containers() {
            for (key, handler) in handlers(placed.container) {
                let Handler::Exec(words) = handler else { continue };
                if words.first().is_none_or(String::is_empty) {
                    out.push(
                        Finding::error(
                            "exec-empty",
                            placed.at.key(key).index(0),
                            format!("`exec` in `{key}` has no program"),
                        )
                        .help("write the program, for example \"pg_isready\"")
                        .looked_at(placed.at.key(key)),
                    );
                }
            }
        }
    }
}
