//! The clusters that `tests/cluster` runs with real servers: `cargo run --example cluster_forms DIRECTORY` writes one file each.
//!
//! The secrets are fixed and full of characters that a careless script would trip over: these manifests are for tests.

use statefulapp::model::{Secret, SecretValue};
use statefulapp::value::DataKey;
use statefulapp::{Stack, engine, manifest, output, stateful_app};
use std::path::{Path, PathBuf};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let directory = std::env::args().nth(1).map_or_else(|| PathBuf::from("target/cluster-manifests"), PathBuf::from);
    std::fs::create_dir_all(&directory)?;
    stacks().iter().try_for_each(|(name, stack)| write(&directory, name, stack))
}

/// Every form, by its name.
pub fn stacks() -> Vec<(&'static str, Stack)> {
    vec![
        ("postgres", postgres()),
        ("postgres-backup", postgres_backup()),
        ("mariadb-backup", mariadb_backup()),
        ("mysql-backup", mysql_backup()),
        ("redis-backup", redis_backup()),
        ("etcd-backup", etcd_backup()),
        ("etcd", etcd()),
        ("zookeeper", zookeeper()),
        ("nats", nats()),
        ("redis", redis()),
        ("redis-cluster", redis_cluster()),
        ("redis-replicated", redis_replicated()),
        ("mariadb", mariadb()),
        ("mariadb-replicated", mariadb_replicated()),
        ("mysql-replicated", mysql_replicated()),
        ("mongodb-replicated", mongodb_replicated()),
        ("rabbitmq", rabbitmq()),
    ]
}

fn write(directory: &Path, name: &str, stack: &Stack) -> Result<(), Failure> {
    let mut yaml = String::new();
    for object in manifest::objects(&engine::complete(stack), &fixed)? {
        output::yaml::push_document(&mut yaml, &output::yaml::to_yaml(&object)?);
    }
    std::fs::write(directory.join(format!("{name}.yaml")), yaml)?;
    Ok(())
}

fn fixed(_: &Secret, key: &DataKey, _: &SecretValue) -> Result<manifest::SecretBytes, manifest::BuildError> {
    Ok(match key.as_str() {
        "password" => "app's $(POD_NAME) secret".into(),
        "root" => "ro'ot\\$(X)".into(),
        "replication" => "r:e\\p'l $1".into(),
        "access_key" => "AKIDEXAMPLE".into(),
        "secret_key" => "wJalrXUtnFEMI".into(),
        _ => "abcdefghijklmnopqrstuvwxyz".into(),
    })
}

fn postgres() -> Stack {
    stateful_app! {
        stack: "postgres",
        namespace: "default",
        Secret postgres_secret { password: generate(32), replication: generate(32) }
        StatefulApp postgres {
            engine: postgres {
                version: "17.11",
                database: "myapp",
                user: "app_user",
                password: postgres_secret.password,
                replication: { user: "replicator", password: postgres_secret.replication },
            },
            replicas: 3,
            storage: { data: { size: 256Mi } },
            resources: { cpu: 100m..1, memory: 256Mi..1Gi },
            allow: [no_backup],
        }
    }
    .into()
}

fn postgres_backup() -> Stack {
    stateful_app! {
        stack: "shop",
        namespace: "default",
        Secret postgres_secret { password: generate(32) }
        Secret s3_credentials { access_key: generate(32), secret_key: generate(32) }
        StatefulApp postgres {
            engine: postgres { version: "17.11", database: "myapp", user: "app_user", password: postgres_secret.password },
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 256Mi..1Gi },
            backup: {
                schedule: "0 2 * * *",
                keep: 30d,
                bucket: "backups/databases",
                endpoint: "http://s3.default.svc.cluster.local",
                credentials: s3_credentials,
                deadline: 10m,
                restore_test: "0 4 * * 0",
            },
        }
    }
    .into()
}

fn mariadb_backup() -> Stack {
    stateful_app! {
        stack: "shop",
        namespace: "default",
        Secret mariadb_secret { password: generate(32), root: generate(32) }
        Secret s3_credentials { access_key: generate(32), secret_key: generate(32) }
        StatefulApp mariadb {
            engine: mariadb {
                version: "11.8.8",
                database: "wordpress",
                user: "wp_user",
                password: mariadb_secret.password,
                root_password: mariadb_secret.root,
            },
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 256Mi..1Gi },
            backup: {
                schedule: "0 2 * * *",
                keep: 30d,
                bucket: "backups/databases",
                endpoint: "http://s3.default.svc.cluster.local",
                credentials: s3_credentials,
                deadline: 10m,
                restore_test: "0 4 * * 0",
            },
        }
    }
    .into()
}

fn mysql_backup() -> Stack {
    stateful_app! {
        stack: "shop",
        namespace: "default",
        Secret mysql_secret { app: generate(32), administrator: generate(32) }
        Secret s3_credentials { access_key: generate(32), secret_key: generate(32) }
        StatefulApp mysql {
            engine: mysql {
                version: "9.7.2",
                database: "wordpress",
                user: "wp_user",
                password: mysql_secret.app,
                root_password: mysql_secret.administrator,
            },
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 512Mi..1Gi },
            backup: {
                schedule: "0 2 * * *",
                keep: 30d,
                bucket: "backups/databases",
                endpoint: "http://s3.default.svc.cluster.local",
                credentials: s3_credentials,
                deadline: 10m,
                restore_test: "0 4 * * 0",
            },
        }
    }
    .into()
}

fn redis_backup() -> Stack {
    stateful_app! {
        stack: "shop",
        namespace: "default",
        Secret redis_secret { password: generate(32) }
        Secret s3_credentials { access_key: generate(32), secret_key: generate(32) }
        StatefulApp redis {
            engine: redis { version: "8.2.9", password: redis_secret.password },
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 128Mi..256Mi },
            backup: {
                schedule: "0 2 * * *",
                keep: 30d,
                bucket: "backups/databases",
                endpoint: "http://s3.default.svc.cluster.local",
                credentials: s3_credentials,
                deadline: 10m,
                restore_test: "0 4 * * 0",
            },
        }
    }
    .into()
}

fn etcd_backup() -> Stack {
    stateful_app! {
        stack: "shop",
        namespace: "default",
        Secret s3_credentials { access_key: generate(32), secret_key: generate(32) }
        StatefulApp etcd {
            engine: etcd { version: "v3.5.21" },
            replicas: 3,
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 128Mi..512Mi },
            backup: {
                schedule: "0 2 * * *",
                keep: 30d,
                bucket: "backups/databases",
                endpoint: "http://s3.default.svc.cluster.local",
                credentials: s3_credentials,
                deadline: 10m,
                restore_test: "0 4 * * 0",
            },
        }
    }
    .into()
}

fn etcd() -> Stack {
    stateful_app! {
        stack: "etcd",
        namespace: "default",
        StatefulApp etcd {
            engine: etcd { version: "v3.5.21" },
            replicas: 3,
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 128Mi..512Mi },
            allow: [no_backup],
        }
    }
    .into()
}

fn zookeeper() -> Stack {
    stateful_app! {
        stack: "zookeeper",
        namespace: "default",
        StatefulApp zk {
            engine: zookeeper,
            replicas: 3,
            storage: { data: { size: 1Gi }, datalog: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 512Mi..1Gi },
        }
    }
    .into()
}

fn nats() -> Stack {
    stateful_app! {
        stack: "nats",
        namespace: "default",
        Secret nats_secret { password: generate(32) }
        StatefulApp nats {
            engine: nats { user: "app", password: nats_secret.password },
            replicas: 3,
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 128Mi..256Mi },
        }
    }
    .into()
}

fn redis() -> Stack {
    stateful_app! {
        stack: "redis",
        namespace: "default",
        Secret redis_secret { password: generate(32) }
        StatefulApp redis {
            engine: redis { version: "8.2.9", password: redis_secret.password },
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 128Mi..256Mi },
            allow: [no_backup],
        }
    }
    .into()
}

fn mariadb() -> Stack {
    stateful_app! {
        stack: "mariadb",
        namespace: "default",
        Secret mariadb_secret { password: generate(32), root: generate(32) }
        StatefulApp mariadb {
            engine: mariadb {
                version: "11.8.8",
                database: "wordpress",
                user: "wp_user",
                password: mariadb_secret.password,
                root_password: mariadb_secret.root,
            },
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 256Mi..1Gi },
            allow: [no_backup],
        }
    }
    .into()
}

fn rabbitmq() -> Stack {
    stateful_app! {
        stack: "rabbitmq",
        namespace: "default",
        Secret rabbitmq_secret { password: generate(32), cookie: generate(32) }
        StatefulApp rabbitmq {
            engine: rabbitmq { user: "app", password: rabbitmq_secret.password, cluster_secret: rabbitmq_secret.cookie },
            replicas: 3,
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 256Mi..1Gi },
        }
    }
    .into()
}

fn redis_cluster() -> Stack {
    stateful_app! {
        stack: "redis",
        namespace: "default",
        Secret redis_secret { password: generate(32) }
        StatefulApp redis {
            engine: redis {
                version: "8.2.9",
                password: redis_secret.password,
                replication: cluster { replicas_per_primary: 1 },
            },
            replicas: 6,
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 128Mi..256Mi },
            allow: [no_backup],
        }
    }
    .into()
}

fn redis_replicated() -> Stack {
    stateful_app! {
        stack: "redis",
        namespace: "default",
        Secret redis_secret { password: generate(32) }
        StatefulApp redis {
            engine: redis { version: "8.2.9", password: redis_secret.password, replication: { mode: "primary" } },
            replicas: 3,
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 128Mi..256Mi },
            allow: [no_backup],
        }
    }
    .into()
}

fn mariadb_replicated() -> Stack {
    stateful_app! {
        stack: "mariadb",
        namespace: "default",
        Secret mariadb_secret { password: generate(32), root: generate(32), replication: generate(32) }
        StatefulApp mariadb {
            engine: mariadb {
                version: "11.8.8",
                database: "wordpress",
                user: "wp_user",
                password: mariadb_secret.password,
                root_password: mariadb_secret.root,
                replication: { user: "replicator", password: mariadb_secret.replication },
            },
            replicas: 3,
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 256Mi..1Gi },
            allow: [no_backup],
        }
    }
    .into()
}

fn mysql_replicated() -> Stack {
    stateful_app! {
        stack: "mysql",
        namespace: "default",
        Secret mysql_secret { password: generate(32), root: generate(32), replication: generate(32) }
        StatefulApp mysql {
            engine: mysql {
                version: "9.7.2",
                database: "shop",
                user: "app_user",
                password: mysql_secret.password,
                root_password: mysql_secret.root,
                replication: { user: "replicator", password: mysql_secret.replication },
            },
            replicas: 3,
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 512Mi..1Gi },
            allow: [no_backup],
        }
    }
    .into()
}

/// No server runs it here: no distribution or registry has one.
fn mongodb_replicated() -> Stack {
    stateful_app! {
        stack: "mongodb",
        namespace: "default",
        Secret mongodb_secret { password: generate(32), keyfile: generate(64) }
        StatefulApp mongodb {
            engine: mongodb {
                version: "8.0.29",
                user: "root",
                password: mongodb_secret.password,
                replication: {},
                cluster_secret: mongodb_secret.keyfile,
            },
            replicas: 3,
            storage: { data: { size: 1Gi } },
            resources: { cpu: 100m..1, memory: 512Mi..1Gi },
            allow: [no_backup],
        }
    }
    .into()
}
