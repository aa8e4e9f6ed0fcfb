//! The scenarios: each one a cluster of its own that has to do what its manifest promises.

mod backup;
mod etcd;
mod mariadb;
mod mysql;
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
    etcd::GROWS,
    nats::GENERATED,
    zookeeper::GENERATED,
    redis::GENERATED,
    redis::GENERATED_CLUSTER,
    redis::GENERATED_REPLICATED,
    mariadb::GENERATED,
    mariadb::GENERATED_REPLICATED,
    mariadb::GENERATED_ADOPTED,
    mariadb::GENERATED_INTERRUPTED,
    mysql::GENERATED_REPLICATED,
    mysql::GENERATED_INTERRUPTED,
    rabbitmq::GENERATED,
    postgres::GENERATED,
    postgres::CRASHES,
    postgres::SCALES,
    backup::POSTGRES,
    backup::MARIADB,
    backup::MYSQL,
    backup::REDIS,
    backup::ETCD,
];

/// The value of every key `password` of the generated Secrets.
pub(crate) const PASSWORD: &str = "app's $(POD_NAME) secret";

/// The value of every key `root` of the generated Secrets.
pub(crate) const ROOT_PASSWORD: &str = "ro'ot\\$(X)";

/// Another tag for all pods: each is replaced, and the set is complete again.
pub(crate) fn roll(cluster: &Cluster, stateful_set: &str, pods: &[&str], image: &str, limit: Duration) -> Result<()> {
    cluster.set_image(stateful_set, image)?;
    cluster.wait_ready(stateful_set, limit)?;
    for pod in pods {
        anyhow::ensure!(cluster.image(pod)? == image, "{pod} still has {}", cluster.image(pod)?);
    }
    Ok(())
}

/// Numbers that look random and are the same in every run: xorshift64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Below the limit.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// A moment to do something at; nothing is concluded from the time that it takes.
    pub(crate) fn moment(&mut self, milliseconds: u64) {
        std::thread::sleep(Duration::from_millis(self.below(milliseconds)));
    }
}

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
