//! One declaration, several environments: a Rust function edits the stack; another block uses its typed handles.

use statefulapp::model::{Item, Stack};
use statefulapp::stateful_app;

fn main() -> std::process::ExitCode {
    let production = std::env::args().all(|argument| argument != "--dev");
    statefulapp::cli(stack(production))
}

/// The declaration for production, or a smaller one.
pub fn stack(production: bool) -> Stack {
    let db = stateful_app! {
        stack: "shop",
        allow: [no_backup],

        Secret login { password: generate(32) }

        StatefulApp postgres {
            engine: postgres { database: "myapp", user: "shop", password: login.password },
            storage: { data: { size: 100Gi, class: "fast-ssd" } },
            resources: { cpu: 1.., memory: 4Gi..4Gi },
        }
    };
    let web = stateful_app! {
        App web {
            image: "registry.example.com/shop:2.3.1",
            replicas: (if production { 3u32 } else { 1 }),
            ports: { http: 8080 },
            env: { DATABASE_URL: (db.postgres.url("myapp")), PGPASSWORD: (&db.login.password) },
            readiness: http("/ready", http),
            security: { user: 10001, group: 10001 },
        }
    };
    let mut stack = Stack::from(db);
    if stack.merge(web.into()).is_err() {
        unreachable!("the two blocks declare different names");
    }
    if !production {
        smaller(&mut stack);
    }
    stack
}

/// Less of everything, and volumes of the default class.
fn smaller(stack: &mut Stack) {
    for item in &mut stack.items {
        if let Item::App(app) = item {
            app.main.resources.clear();
            for volume in &mut app.storage {
                volume.class = None;
            }
        }
    }
}
