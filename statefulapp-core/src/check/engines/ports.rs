//! The ports of known images, and the time that their servers need to stop.

use super::super::probes::{handlers, port_at};
use super::{Known, known};
use crate::engine::{self, How, KnownPort, Speaks};
use crate::finding::{Finding, Path};
use crate::model::{ContainerPort, EngineKind, Handler, PortRef};
use crate::view::View;

/// A probe speaks what is spoken on its port.
pub(super) fn probe_kind(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let main = &known.declared.main;
        for (key, probe) in [("startup", &main.startup), ("liveness", &main.liveness), ("readiness", &main.readiness)] {
            let Some(handler) = probe.as_ref().map(|probe| &probe.handler) else { continue };
            let Some((port, at)) = asked(&known, handler, &known.at.key(key)) else { continue };
            let (asks, fits) = match handler {
                Handler::Http { .. } => ("HTTP", !matches!(port.speaks, Speaks::Own(_))),
                Handler::Grpc { .. } => ("gRPC", port.speaks == Speaks::Grpc),
                _ => continue,
            };
            let Speaks::Own(protocol) = port.speaks else {
                if !fits {
                    push(&known, key, at, port, asks, "HTTP", out);
                }
                continue;
            };
            push(&known, key, at, port, asks, protocol, out);
        }
    }
}

fn push(known: &Known<'_>, key: &str, at: Path, port: &KnownPort, asks: &str, spoken: &str, out: &mut Vec<Finding>) {
    let own = [&known.facts.probes.startup, &known.facts.probes.readiness];
    let instead = own.into_iter().flatten().find_map(|check| match check.how {
        How::Exec(words) => {
            Some(format!("exec({})", words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")))
        }
        How::Tcp(_) => Some(format!("tcp({})", port.number)),
        How::Http(..) => None,
    });
    let instead = instead.unwrap_or_else(|| format!("tcp({})", port.number));
    let help = if key == "liveness" {
        format!(
            "leave `liveness` out: a restart in the middle of a recovery only begins it again; for `readiness` write `{instead}`"
        )
    } else {
        format!("write `{key}: {instead}`")
    };
    let finding = Finding::error(
        "probe-kind",
        at,
        format!(
            "`{key}` speaks {asks} to port {}, where {} speaks {spoken}: it never succeeds",
            port.number, known.facts.title
        ),
    );
    out.push(known.of(finding.help(help)));
}

/// The port of the table that a probe asks, and where the probe names it.
fn asked(known: &Known<'_>, handler: &Handler, at: &Path) -> Option<(&'static KnownPort, Path)> {
    let at = at.index(usize::from(matches!(handler, Handler::Http { .. })));
    let number = match handler.port()? {
        PortRef::Number(number) => number.get(),
        PortRef::Name(name) => known.app.main.port(name.as_str())?.number.get(),
    };
    Some((known.facts.port(number)?, at))
}

/// A probe asks a port that the server listens on.
pub(super) fn probe_unserved(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        // An image of one's own may listen elsewhere, and so may whatever runs beside the server.
        let image = known.app.main.image.as_ref();
        let is_own = image.is_none_or(|image| engine::by_image(image).is_none());
        if is_own || known.facts.ports.is_empty() || !known.runs_entrypoint() || known.has_unknown_files() {
            continue;
        }
        for (key, handler) in handlers(&known.declared.main) {
            let Some(PortRef::Number(number)) = handler.port() else { continue };
            let number = number.get();
            let of_sidecar = |port: &ContainerPort| port.number.get() == number;
            let elsewhere = known.declared.sidecars.iter().flat_map(|sidecar| &sidecar.ports).any(of_sidecar);
            let declared = known.app.main.ports.iter().any(of_sidecar);
            if declared || elsewhere || known.facts.port(number).is_some() || mentions(&known, number) {
                continue;
            }
            let open = known.facts.ports.iter().filter(|port| !port.optional).map(|port| port.number.to_string());
            let open: Vec<String> = open.collect();
            let finding = Finding::error(
                "probe-unserved",
                port_at(handler, &known.at.key(key)),
                format!("`{key}` asks port {number}, and nothing makes {} listen there", known.facts.title),
            )
            .help(format!("by itself it listens on {}", open.join(", ")))
            .looked_at(known.at.key("ports"))
            .looked_at(known.at.key("sidecars"));
            out.push(known.after_texts(finding));
        }
    }
}

/// Something listens on a declared port.
pub(super) fn port_unowned(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        // Kafka listens wherever its listeners say, and the engine makes one for each port.
        let by_engine = known.facts.kind == EngineKind::Kafka && known.has_engine();
        if known.facts.ports.is_empty() || !known.runs_entrypoint() || by_engine || known.has_unknown_files() {
            continue;
        }
        for port in &known.declared.main.ports {
            let number = port.number.get();
            if known.facts.port(number).is_some() || mentions(&known, number) {
                continue;
            }
            let open = known.facts.ports.iter().filter(|port| !port.optional).map(|port| port.number.to_string());
            let open: Vec<String> = open.collect();
            let finding = Finding::warning(
                "port-unowned",
                known.at.key("ports").key(port.name.to_string()),
                format!("nothing says that {} listens on port {number}", known.facts.title),
            )
            .help(format!("by itself it listens on {}; remove the port, or configure it", open.join(", ")));
            out.push(known.after_texts(finding));
        }
    }
}

/// Whether a number stands in a text of the declaration, not as a part of a longer one.
fn mentions(known: &Known<'_>, number: u16) -> bool {
    let number = number.to_string();
    let settings = known.declared.engine.iter().flat_map(|engine| &engine.settings).map(|(_, value)| value.as_str());
    let texts = known.texts();
    let mut all = texts.iter().map(|text| text.text).chain(settings);
    all.any(|text| text.split(|c: char| !c.is_ascii_digit()).any(|word| word == number))
}

/// The server has the time that it needs to stop.
pub(super) fn grace(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some(grace) = known.declared.grace.map(|grace| grace.seconds()) else { continue };
        let least = known.facts.grace;
        if grace < least && known.facts.kind != EngineKind::Custom {
            out.push(
                known.of(Finding::warning(
                    "grace-below-engine",
                    known.at.key("grace"),
                    format!(
                        "{} may need more than {grace} s to stop cleanly; killed, it must recover at its next start",
                        known.facts.title
                    ),
                )
                .help(format!("write {least}s or more, or leave it out"))),
            );
        }
    }
}
