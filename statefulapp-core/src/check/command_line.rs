//! Command lines that stand in one word, where a program and its arguments should be words of their own.

use super::pods::{Placed, pods};
use crate::finding::{Finding, Path};
use crate::model::{Handler, Hook};
use crate::value::command;
use crate::view::View;

/// No shell divides a command: its first word is the program.
pub(super) fn program_blank(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        for placed in pod.containers() {
            for (at, program) in programs(&placed) {
                if is_command_line(program) {
                    let message = format!(
                        "no program of {} is called {program:?}: nothing divides it into words",
                        placed.describe()
                    );
                    out.push(
                        Finding::error("program-blank", at, message).help(format!("write {}", command::words(program))),
                    );
                }
            }
        }
    }
}

/// The programs that a container starts, with their places.
fn programs<'p>(placed: &Placed<'p>) -> Vec<(Path, &'p str)> {
    let container = placed.container;
    let probes =
        [("startup", &container.startup), ("liveness", &container.liveness), ("readiness", &container.readiness)];
    let hooks = [("post_start", &container.post_start), ("pre_stop", &container.pre_stop)];
    let of_probes = probes.into_iter().filter_map(|(key, probe)| Some((key, &probe.as_ref()?.handler)));
    let of_hooks = hooks.into_iter().filter_map(|(key, hook)| match hook {
        Some(Hook::Do(handler)) => Some((key, handler)),
        _ => None,
    });
    let of_handlers = of_probes.chain(of_hooks).filter_map(|(key, handler)| match handler {
        Handler::Exec(words) => Some((key, words)),
        _ => None,
    });
    let all = std::iter::once(("command", &container.command)).chain(of_handlers);
    all.filter_map(|(key, words)| Some((placed.at.key(key).index(0), words.first()?.as_str()))).collect()
}

/// Whether this is a command line, not the path of a program: paths may have blanks.
fn is_command_line(program: &str) -> bool {
    let program = program.trim();
    program.contains(char::is_whitespace) && (!program.starts_with('/') || program.contains(" -"))
}
