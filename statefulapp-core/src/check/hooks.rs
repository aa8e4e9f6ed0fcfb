//! Hooks: what runs after a container started and before it stops.

use super::pods::{Pod, pairs, pods};
use crate::finding::{Finding, Path};
use crate::model::{Handler, Hook};
use crate::view::View;

/// The server's default, in seconds.
const GRACE: u32 = 30;

/// What a hook does besides waiting.
pub(super) fn handler(hook: &Option<Hook>) -> Option<&Handler> {
    match hook {
        Some(Hook::Do(handler)) => Some(handler),
        Some(Hook::Sleep(_)) | None => None,
    }
}

/// The sleeps of a pod: the place of the time, the key, the seconds.
fn sleeps(pod: &Pod<'_>) -> Vec<(Path, &'static str, u32)> {
    let mut sleeps = Vec::new();
    for placed in pod.containers() {
        for (key, hook) in [("post_start", &placed.container.post_start), ("pre_stop", &placed.container.pre_stop)] {
            if let Some(Hook::Sleep(time)) = hook {
                sleeps.push((placed.at.key(key).index(0), key, time.seconds()));
            }
        }
    }
    sleeps
}

/// A hook sleeps for a time that the grace period has room for.
pub(super) fn sleep(view: &View<'_>, out: &mut Vec<Finding>) {
    for (declared, pod) in pairs(view) {
        let Some(app) = pod.app else { continue };
        let grace = app.grace.map_or(GRACE, |grace| grace.seconds());
        let declares = declared.app.is_some_and(|app| app.grace.is_some());
        for (at, key, seconds) in sleeps(&pod) {
            let is = if declares { format!("{grace} s") } else { format!("{grace} s by default") };
            if seconds == 0 {
                out.push(
                    Finding::error(
                        "sleep-zero",
                        at,
                        format!("`{key}` sleeps for no time, which servers before 1.34 refuse"),
                    )
                    .help(format!("remove `{key}`, or write for how long")),
                );
            } else if seconds > grace {
                out.push(
                    Finding::error(
                        "sleep-beyond-grace",
                        at,
                        format!("`{key}` sleeps for {seconds} s, and the grace period is {is}"),
                    )
                    .help(format!("write {grace}s or less, or a `grace` of more than {seconds}s"))
                    .looked_at(pod.at.key("grace"))
                    .looked_at(pod.at.key("engine")),
                );
            } else if seconds == grace && key == "pre_stop" {
                out.push(
                    Finding::warning(
                        "pre-stop-takes-grace",
                        at,
                        format!(
                            "`pre_stop` sleeps for the whole grace period, {is}, and the program gets no time to stop"
                        ),
                    )
                    .help(format!("sleep less, or write a `grace` of more than {seconds}s"))
                    .looked_at(pod.at.key("grace"))
                    .looked_at(pod.at.key("engine")),
                );
            }
        }
    }
}

/// A hook is a command, a request, a connection or a sleep.
pub(super) fn hook_handler(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        for placed in pod.containers() {
            for (key, hook) in [("post_start", &placed.container.post_start), ("pre_stop", &placed.container.pre_stop)]
            {
                if matches!(handler(hook), Some(Handler::Grpc { .. })) {
                    out.push(
                        Finding::error("hook-handler", placed.at.key(key), format!("`{key}` cannot call gRPC"))
                            .help("write exec(…), http(…), tcp(…) or sleep(…)"),
                    );
                }
            }
        }
    }
}

/// A pod's `post_start` does not wait for its own server: until it ends, the container does not count as started.
pub(super) fn post_start_waits(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, _) in pairs(view) {
        for placed in pod.containers() {
            let Some(Handler::Exec(words)) = handler(&placed.container.post_start) else { continue };
            let loops = |word: &String| {
                word.split(|c: char| c.is_whitespace() || c == ';').any(|w| matches!(w, "until" | "while"))
            };
            if let Some(n) = words.iter().position(loops) {
                out.push(
                    Finding::warning(
                        "post-start-waits",
                        placed.at.key("post_start").index(n),
                        "`post_start` waits in a loop: until it ends the container counts as not started, and no probe runs",
                    )
                    .help("wait in a `startup` probe, or do the work in a Job that connects from outside"),
                );
            }
        }
    }
}
