//! The scenarios: each one a cluster of its own that has to do what its manifest promises.

mod backup;
mod etcd;
mod mariadb;
mod nats;
mod postgres;
mod rabbitmq;
mod redis;
mod s3;
mod zookeeper;

use crate::cluster::Cluster;
use crate::images;
use crate::objects::Objects;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A scenario of the registry.
pub struct Scenario {
    pub name: &'static str,
    /// The manifests that it applies: a file of `fixtures/`, or `generated/NAME`, which the generator wrote. Their images say
    /// what the machine must have.
    pub fixtures: &'static [&'static str],
    /// The longest that it may take.
    pub limit: Duration,
    pub run: fn(&Cluster) -> Result<()>,
}

/// All scenarios, in the order that they run.
pub static ALL: &[Scenario] = &[
    etcd::SURVIVES,
    nats::SURVIVES,
    zookeeper::SURVIVES,
    redis::SINGLE,
    redis::CLUSTER,
    postgres::SINGLE,
    postgres::REPLICATED,
    mariadb::SINGLE,
    mariadb::REPLICATED,
    rabbitmq::SURVIVES,
    s3::UPLOAD,
    etcd::GENERATED,
    nats::GENERATED,
    zookeeper::GENERATED,
    redis::GENERATED,
    redis::GENERATED_CLUSTER,
    redis::GENERATED_REPLICATED,
    mariadb::GENERATED,
    mariadb::GENERATED_REPLICATED,
    rabbitmq::GENERATED,
    postgres::GENERATED,
    backup::POSTGRES,
    backup::MARIADB,
    backup::REDIS,
    backup::ETCD,
];

/// The value of every key `password` of the generated Secrets.
pub(crate) const PASSWORD: &str = "app's $(POD_NAME) secret";

/// The value of every key `root` of the generated Secrets.
pub(crate) const ROOT_PASSWORD: &str = "ro'ot\\$(X)";

/// Seconds as a duration.
pub(crate) const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

/// Where a manifest is. `MANIFESTS` names the directory of the generated ones, `target/cluster-manifests` unless it is set.
pub fn manifest(name: &str) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    match name.strip_prefix("generated/") {
        None => here.join("fixtures").join(format!("{name}.yaml")),
        Some(name) => {
            let directory = std::env::var_os("MANIFESTS").map(PathBuf::from);
            let directory = directory.unwrap_or_else(|| here.join("../../target/cluster-manifests"));
            directory.join(format!("{name}.yaml"))
        }
    }
}

impl Scenario {
    /// Why it cannot run on this machine, if it cannot.
    pub fn obstacle(&self) -> Result<Option<String>> {
        if let Some(obstacle) = crate::sandbox::obstacle() {
            return Ok(Some(obstacle));
        }
        let mut objects = Objects::default();
        for fixture in self.fixtures {
            let path = manifest(fixture);
            if !path.exists() {
                return Ok(Some(format!("no {} (cargo run --example cluster_forms writes it)", path.display())));
            }
            objects.add_path(&path)?;
        }
        let templates = objects
            .stateful_sets
            .values()
            .map(|set| &set.template.spec)
            .chain(objects.deployments.values().map(|deployment| &deployment.template.spec))
            .chain(objects.jobs.values().map(|job| &job.template.spec))
            .chain(objects.cron_jobs.values().map(|cron| &cron.job_template.spec.template.spec))
            .chain(objects.pods.values().map(|pod| &pod.spec));
        let mut missing: Vec<String> = templates
            .flat_map(|spec| spec.all_containers())
            .flat_map(|container| images::missing(&container.image))
            .collect();
        missing.sort();
        missing.dedup();
        if missing.is_empty() {
            return Ok(None);
        }
        Ok(Some(format!("this machine has no {} (tests/cluster/install.sh installs it)", missing.join(", "))))
    }
}
