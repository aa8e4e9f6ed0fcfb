//! Redis: one server with a password; a cluster of six.

use super::{Scenario, roll, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const SINGLE: Scenario = Scenario {
    name: "redis/single-survives",
    fixtures: &["redis"],
    limit: seconds(60),
    run: |cluster| single(cluster, "redis"),
};

pub(super) const GENERATED: Scenario = Scenario {
    name: "generated/redis",
    fixtures: &["generated/redis"],
    limit: seconds(60),
    run: |cluster| single(cluster, "generated/redis"),
};

fn single(cluster: &Cluster, manifest: &str) -> Result<()> {
    cluster.apply_fixture(manifest)?;
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

pub(super) const CLUSTER: Scenario = Scenario {
    name: "redis/cluster-survives",
    fixtures: &["redis-cluster"],
    limit: seconds(500),
    run: |c| cluster(c, "redis-cluster"),
};

pub(super) const GENERATED_CLUSTER: Scenario = Scenario {
    name: "generated/redis-cluster",
    fixtures: &["generated/redis-cluster"],
    limit: seconds(500),
    run: |c| cluster(c, "generated/redis-cluster"),
};

pub(super) const GENERATED_REPLICATED: Scenario = Scenario {
    name: "generated/redis-replicated",
    fixtures: &["generated/redis-replicated"],
    limit: seconds(400),
    run: replicated,
};

const PODS: [&str; 6] = ["redis-0", "redis-1", "redis-2", "redis-3", "redis-4", "redis-5"];

/// Writes a key from a pod, following redirections, until it is taken.
fn set(cluster: &Cluster, pod: &str, key: &str, value: &str) -> Result<()> {
    cluster.wait(seconds(60), &format!("{key} is set from {pod}"), || {
        let answer = cluster.ask(pod, &["redis-cli", "-e", "-c", "set", key, value])?;
        ensure!(answer == "OK", "{answer}");
        Ok(true)
    })
}

fn get(cluster: &Cluster, pod: &str, key: &str, value: &str) -> Result<()> {
    cluster.wait(seconds(60), &format!("{key} is {value} from {pod}"), || {
        let answer = cluster.ask(pod, &["redis-cli", "-e", "-c", "get", key])?;
        ensure!(answer == value, "{answer}");
        Ok(true)
    })
}

/// Every node sees all slots served, and every key is on a master and its replica.
fn whole(cluster: &Cluster, keys: usize) -> Result<()> {
    for pod in PODS {
        cluster.wait(seconds(60), &format!("{pod} sees the whole cluster"), || {
            let info = cluster.ask(pod, &["redis-cli", "-e", "cluster", "info"])?;
            let nodes = cluster.ask(pod, &["redis-cli", "-e", "cluster", "nodes"])?;
            ensure!(info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:6"), "{info}");
            ensure!(!nodes.contains("fail") && !nodes.contains("disconnected"), "{nodes}");
            Ok(true)
        })?;
    }
    cluster.wait(seconds(60), "every key has its replica", || {
        let mut sum = 0;
        for pod in PODS {
            sum += cluster.ask(pod, &["redis-cli", "-e", "dbsize"])?.parse::<usize>()?;
        }
        ensure!(sum == 2 * keys, "{sum} copies of {keys} keys");
        Ok(true)
    })
}

fn cluster(cluster: &Cluster, manifest: &str) -> Result<()> {
    cluster.apply_fixture(manifest)?;
    cluster.wait_ready("redis", seconds(40))?;
    ensure!(cluster.wait_job("redis-form", seconds(60))?, "the Job failed: {}", cluster.job_logs("redis-form"));
    let mut keys = 0;
    for _ in 0..30 {
        keys += 1;
        set(cluster, "redis-0", &format!("key-{keys}"), &keys.to_string())?;
    }
    whole(cluster, keys)?;
    for pod in ["redis-0", "redis-4", "redis-2"] {
        cluster.kill_pod(pod)?;
        cluster.wait_ready("redis", seconds(40))?;
        keys += 1;
        set(cluster, pod, &format!("key-{keys}"), &keys.to_string())?;
        whole(cluster, keys)?;
    }
    cluster.kill_all("redis")?;
    cluster.wait_ready("redis", seconds(40))?;
    whole(cluster, keys)?;
    for key in 1..=keys {
        get(cluster, "redis-3", &format!("key-{key}"), &key.to_string())?;
    }
    set(cluster, "redis-1", "key-1", "new")?;
    get(cluster, "redis-5", "key-1", "new")?;
    cluster.shut_down()
}

/// A primary and two read replicas.
fn replicated(cluster: &Cluster) -> Result<()> {
    const PODS: [&str; 3] = ["redis-0", "redis-1", "redis-2"];
    cluster.apply_fixture("generated/redis-replicated")?;
    cluster.wait_ready("redis", seconds(40))?;
    let write = |value: &str| {
        cluster.wait(seconds(40), "the primary takes a value", || {
            let answer = cluster.ask("redis-1", &["redis-cli", "-e", "-h", "redis-primary", "set", "k", value])?;
            ensure!(answer == "OK", "{answer}");
            Ok(true)
        })
    };
    let everywhere = |value: &str| {
        PODS.iter().try_for_each(|pod| {
            cluster.wait(seconds(60), &format!("{value} on {pod}"), || {
                Ok(cluster.ask(pod, &["redis-cli", "-e", "get", "k"])? == value)
            })
        })
    };
    write("first")?;
    everywhere("first")?;
    let refused = cluster.exec("redis-1", &["redis-cli", "-e", "set", "k", "x"])?;
    ensure!(format!("{refused:?}").contains("READONLY"), "a replica took a value: {refused:?}");
    for pod in PODS {
        cluster.kill_pod(pod)?;
        cluster.wait_ready("redis", seconds(40))?;
        write(pod)?;
        everywhere(pod)?;
    }
    cluster.kill_all("redis")?;
    cluster.wait_ready("redis", seconds(40))?;
    everywhere("redis-2")?;
    roll(cluster, "redis", &PODS, "redis:8.2.10", seconds(120))?;
    write("last")?;
    everywhere("last")?;
    for replicas in [5, 3] {
        cluster.scale("redis", replicas)?;
        cluster.wait_ready("redis", seconds(90))?;
        let value = replicas.to_string();
        write(&value)?;
        everywhere(&value)?;
        for pod in ["redis-3", "redis-4"].iter().filter(|_| replicas == 5) {
            cluster.wait(seconds(60), &format!("{pod} follows"), || {
                Ok(cluster.ask(pod, &["redis-cli", "-e", "get", "k"])? == value)
            })?;
            // Until its first file is written, a server does not heed SIGTERM, and the kubelet waits for the whole grace period.
            cluster.wait(seconds(60), &format!("{pod} has its file"), || {
                Ok(cluster.ask(pod, &["redis-cli", "-e", "info", "persistence"])?.contains("aof_rewrite_in_progress:0"))
            })?;
        }
    }
    Ok(())
}
