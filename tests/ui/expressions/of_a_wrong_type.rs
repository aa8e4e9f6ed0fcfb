//! Each kind of place says in its own words what it takes, and what to write.
#![allow(deprecated)]

use statefulapp::stateful_app;

type Built = Result<statefulapp::Stack, Box<dyn std::error::Error>>;

fn parsed(text: &str, port: u16, seconds: u64) -> Built {
    let stack = stateful_app! {
        kubernetes: (text),
        App web {
            image: (text.to_owned()),
            ports: { http: (port), admin: (8080) },
            min_ready: (seconds),
            scratch: { tmp: { mount: (text), size: (1 << 30) } },
            update: RollingUpdate { max_surge: (0.25) },
            service_account: (Some(text)),
        }
        CronJob nightly { image: "b:1", schedule: (text), time_zone: (text) }
    };
    Ok(stack.into())
}

fn others(number: i64, text: &str) -> Built {
    let stack = stateful_app! {
        Secret login { password: (number) }
        App web {
            image: "b:1",
            replicas: (number),
            command: (text),
            args: ["-v", (Some(text))],
            env: { LEVEL: (Some(text)), OTHER: (&[1]) },
            labels: { team: (()) },
            service_links: (text),
            security: { user: (number) },
        }
        StatefulApp postgres {
            engine: postgres { version: (17), password: (text) },
            storage: { data: { size: (text), class: (text) } },
        }
    };
    Ok(stack.into())
}

fn names(n: u32, text: String) -> Built {
    let stack = stateful_app! {
        StatefulApp shard as (format!("shard-{n}")) { image: "b:1" }
        Service front as (text) { selects: shard, ports: [x] }
    };
    Ok(stack.into())
}

fn main() {}
