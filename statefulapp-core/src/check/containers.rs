//! The containers of a pod together, and what each may have.

use super::pods::{Pod, Role, completed_pods, pairs};
use crate::finding::{Finding, Path};
use crate::model::{Container, Handler};
use crate::view::View;
use std::collections::HashMap;

/// Containers of one pod have different names.
pub(super) fn duplicate_containers(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        if pod.sidecars.is_empty() && pod.init.is_empty() {
            continue;
        }
        let mut first: HashMap<&str, Path> = HashMap::from([(pod.main.name.as_str(), pod.at.clone())]);
        for (key, containers) in [("sidecars", pod.sidecars), ("init", pod.init)] {
            for (n, container) in containers.iter().enumerate() {
                let at = pod.at.key(key).index(n).the_key();
                match first.get(container.name.as_str()) {
                    None => drop(first.insert(container.name.as_str(), at)),
                    Some(before) => out.push(duplicate(&pod, container, at, before)),
                }
            }
        }
    }
}

fn duplicate(pod: &Pod<'_>, container: &Container, at: Path, before: &Path) -> Finding {
    let message = if *before == pod.at {
        format!("container `{}` has the name of the main container", container.name)
    } else {
        format!("container `{}` is declared twice in {}", container.name, pod.describe())
    };
    Finding::error("duplicate-container", at, message).help("rename it").also(before.clone(), "first declared")
}

/// An init container ends before the pod is served: nothing probes it, and no Service leads to it.
pub(super) fn init_served(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in super::pods::pods(view) {
        for placed in pod.containers().filter(|placed| placed.role == Role::Init) {
            let container = placed.container;
            let on = |probe: &Option<crate::model::Probe>| probe.as_ref().is_some_and(|p| p.handler != Handler::Off);
            let keys = [
                ("ports", !container.ports.is_empty()),
                ("startup", on(&container.startup)),
                ("liveness", on(&container.liveness)),
                ("readiness", on(&container.readiness)),
                ("post_start", container.post_start.is_some()),
                ("pre_stop", container.pre_stop.is_some()),
            ];
            for (key, _) in keys.iter().filter(|(_, is_there)| *is_there) {
                out.push(
                    Finding::error(
                        "init-served",
                        placed.at.key(*key).the_key(),
                        format!(
                            "init container `{}` cannot have `{key}`: it ends before the pod is served",
                            container.name
                        ),
                    )
                    .help(match pod.app {
                        Some(_) => "remove it, or declare the container in `sidecars`",
                        None => "remove it",
                    }),
                );
            }
        }
    }
}

/// An init container that starts the main container's program would have to end.
pub(super) fn init_starts_main(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, _) in pairs(view).filter(|(pod, _)| pod.app.is_some()) {
        for placed in pod.containers().filter(|placed| placed.role == Role::Init) {
            let Container { name, image, command, args, .. } = placed.container;
            if image.is_none() && command.is_empty() && args.is_empty() {
                out.push(
                    Finding::warning(
                        "init-starts-main",
                        placed.at.key("command"),
                        format!("init container `{name}` starts the main container's program, and the pod waits until it ends"),
                    )
                    .help("add the `command` that it shall run, or an `image` of its own")
                    .looked_at(placed.at.key("image"))
                    .looked_at(placed.at.key("args")),
                );
            }
        }
    }
}

/// A command begins with a program.
pub(super) fn command_empty(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in super::pods::pods(view) {
        for placed in pod.containers() {
            if placed.container.command.first().is_some_and(String::is_empty) {
                out.push(
                    Finding::error(
                        "command-empty",
                        placed.at.key("command").index(0),
                        format!("the command of {} begins with an empty word, which is no program", placed.describe()),
                    )
                    .help("write the program, or leave `command` out to start what the image starts"),
                );
            }
        }
    }
}
