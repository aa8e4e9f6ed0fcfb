//! "Initialization and Lifecycle": what runs before the server, and around its start and stop.
//!
//! The database is made by the engine's `database`, not by an init container, which would run before there is a server. PostgreSQL's
//! image stops fast and clean by its own stop signal, so it needs no `pre_stop`.

use statefulapp::{Stack, stateful_app};

fn main() -> std::process::ExitCode {
    statefulapp::cli(stack())
}

/// The declaration.
pub fn stack() -> Stack {
    let apps = stateful_app! {
        stack: "lifecycle",
        allow: [no_backup],

        Secret postgres_secret { password: generate(32) }

        StatefulApp postgres {
            engine: postgres { version: "17.6", database: "myapp", password: postgres_secret.password },
            storage: { data: { size: 20Gi } },
            resources: { cpu: 250m.., memory: 1Gi..1Gi },
            grace: 180s,
        }

        StatefulApp worker {
            image: "registry.example.com/worker:1.4.2",
            ports: { admin: 8080 },
            storage: { queue: { mount: "/var/lib/worker", size: 5Gi } },
            security: { user: 10001, group: 10001, fs_group: 10001 },
            init: {
                migrate: {
                    command: ["/app/worker", "migrate"],
                    mounts: { queue: "/var/lib/worker" },
                },
            },
            startup: http("/healthz", admin) { period: 2s, failures: 60 },
            readiness: http("/readyz", admin),
            post_start: exec("/app/worker", "announce"),
            pre_stop: sleep(5s),
            grace: 60s,
        }
    };
    apps.into()
}
