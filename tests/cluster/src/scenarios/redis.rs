//! Redis: one server with a password; a cluster of six.

use super::{Scenario, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const SINGLE: Scenario =
    Scenario { name: "redis/single-survives", fixtures: &["redis"], limit: seconds(60), run: single };

fn single(cluster: &Cluster) -> Result<()> {
    cluster.apply_fixture("redis")?;
    cluster.wait_ready("redis", seconds(30))?;
    ensure!(cluster.ask("redis-0", &["redis-cli", "set", "k", "v"])? == "OK");
    let wrong = cluster.ask("redis-0", &["redis-cli", "--no-auth-warning", "-a", "wrong", "get", "k"])?;
    ensure!(wrong.contains("NOAUTH"), "a wrong password was answered with {wrong}");
    let remote = cluster.ask("redis-0", &["redis-cli", "-h", "redis-0.redis", "get", "k"])?;
    ensure!(remote == "v", "by its name: {remote}");
    cluster.crash_container("redis-0")?;
    cluster.wait(seconds(20), "the container is started again", || Ok(cluster.restarts("redis-0") == 1))?;
    cluster.wait_ready("redis", seconds(30))?;
    ensure!(cluster.ask("redis-0", &["redis-cli", "get", "k"])? == "v", "lost with its container");
    cluster.kill_all("redis")?;
    cluster.wait_ready("redis", seconds(30))?;
    ensure!(cluster.ask("redis-0", &["redis-cli", "get", "k"])? == "v", "lost with its pod");
    cluster.shut_down()
}
