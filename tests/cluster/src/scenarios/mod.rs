//! The scenarios: each one a cluster of its own that has to do what its manifest promises.

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
use std::path::Path;
use std::time::Duration;

/// A scenario of the registry.
pub struct Scenario {
    pub name: &'static str,
    /// The fixture that it applies; its images say what the machine must have.
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
];

/// Seconds as a duration.
pub(crate) const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

impl Scenario {
    /// Why it cannot run on this machine, if it cannot.
    pub fn obstacle(&self) -> Result<Option<String>> {
        if let Some(obstacle) = crate::sandbox::obstacle() {
            return Ok(Some(obstacle));
        }
        let mut objects = Objects::default();
        for fixture in self.fixtures {
            objects
                .add_path(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(format!("{fixture}.yaml")))?;
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
