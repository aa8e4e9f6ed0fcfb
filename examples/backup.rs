//! "Backup and Recovery": daily at two, kept for thirty days, in a bucket; and the Job that restores.

use statefulapp::{Stack, stateful_app};

fn main() -> std::process::ExitCode {
    statefulapp::cli(stack())
}

/// The declaration.
pub fn stack() -> Stack {
    let database = stateful_app! {
        stack: "backup",

        Secret postgres_secret { password: generate(32) }
        Secret extern s3_credentials { access_key, secret_key }

        StatefulApp postgres {
            engine: postgres { version: "17.6", database: "myapp", password: postgres_secret.password },
            storage: { data: { size: 100Gi } },
            resources: { cpu: 500m.., memory: 2Gi..2Gi },
            backup: { schedule: "0 2 * * *", keep: 30d, bucket: "backup-bucket", credentials: s3_credentials },
        }
    };
    database.into()
}
