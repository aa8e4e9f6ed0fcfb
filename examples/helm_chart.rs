//! A Helm chart whose values are the declared parameters.
//!
//! `cargo run --example helm_chart -- write chart/ --layout helm` writes the chart; `--set replicas=5 render` gives what an installation with
//! that value would.

use statefulapp::{Stack, stateful_app};
use std::process::ExitCode;

fn main() -> ExitCode {
    statefulapp::cli(shop())
}

/// A shop: its database, and a web application in front of it.
pub fn shop() -> Stack {
    stateful_app! {
        stack: "shop",

        params: {
            replicas: count(3) { min: 2, max: 9, doc: "Pods of the web application." },
            image: image("registry.example.com/shop/web:1.4.0") { doc: "The image of the web application." },
            log_level: string("info") { one_of: ["debug", "info", "warn"] },
            greeting: string("Welcome!") { doc: "What the start page says." },
            host: hostname("shop.example.com") { doc: "Where the shop is reached." },
            memory: quantity(512Mi) { min: 256Mi, max: 1Gi },
            grace: duration(90s) { min: 30s, max: 10m },
            backup_schedule: cron("0 2 * * *"),
            pods_can_be_evicted: bool(true),
        },

        Secret database {
            password: generate(32),
            "license-key": from_env("SHOP_LICENSE"),
        }

        ConfigMap settings {
            "web.conf": "listen = 8080\nbanner = {{ greeting }}\nlevel = info\n",
            greeting: params.greeting,
            level: params.log_level,
        }

        StatefulApp postgres {
            engine: postgres { version: "17.6", database: "shop", user: "shop", password: database.password },
            storage: { data: { size: 20Gi } },
            resources: { cpu: 500m..2, memory: 1Gi..2Gi },
            backup: { schedule: params.backup_schedule, keep: 30d, bucket: "shop-backups", credentials: s3 },
        }

        Secret extern s3 { access_key, secret_key }

        App web {
            image: params.image,
            replicas: params.replicas,
            ports: { http: 8080 },
            env: {
                DATABASE: "postgresql://shop@postgres:5432/shop",
                PASSWORD: database.password,
                LICENSE: database["license-key"],
                PUBLIC_URL: params.host,
                LOG_LEVEL: params.log_level,
            },
            files: { "/etc/shop": settings },
            resources: { memory: params.memory..1Gi },
            grace: params.grace,
            readiness: http("/ready", http),
            security: { user: 1000, group: 1000, fs_group: 1000 },
            pod_annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": params.pods_can_be_evicted },
        }

        Ingress shop { class: "nginx", rules: [{ host: params.host, path: "/", service: web, port: http }] }
    }
    .into()
}
