//! ZooKeeper: an ensemble of three whose ids start at 1.

use super::{Scenario, roll, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const SURVIVES: Scenario = Scenario {
    name: "zookeeper/three-servers-survive",
    fixtures: &["zookeeper"],
    limit: seconds(400),
    run: |cluster| survives(cluster, "zookeeper", ["zk-1", "zk-2", "zk-3"]),
};

pub(super) const GENERATED: Scenario = Scenario {
    name: "generated/zookeeper",
    fixtures: &["generated/zookeeper"],
    limit: seconds(400),
    run: |cluster| survives(cluster, "generated/zookeeper", ["zk-0", "zk-1", "zk-2"]),
};

type Pods = [&'static str; 3];

/// One command of the client program, which says what it did among other lines.
fn client(cluster: &Cluster, pod: &str, command: &[&str]) -> Result<String> {
    let argv = [&["zkCli.sh", "-server", "127.0.0.1:2181"], command].concat();
    let output = cluster.exec(pod, &argv)?;
    Ok(format!("{}{}", output.stdout, output.stderr))
}

fn set(cluster: &Cluster, pod: &str, path: &str, value: &str) -> Result<()> {
    cluster.wait(seconds(40), &format!("set {path} on {pod}"), || {
        client(cluster, pod, &["create", path, ""])?;
        client(cluster, pod, &["set", path, value])?;
        Ok(client(cluster, pod, &["get", path])?.lines().any(|line| line == value))
    })
}

fn check_everywhere(cluster: &Cluster, pods: Pods, path: &str, value: &str) -> Result<()> {
    for pod in pods {
        cluster.wait(seconds(40), &format!("{path} is {value} on {pod}"), || {
            // A server may lag behind the quorum: `sync` makes it catch up first.
            client(cluster, pod, &["sync", path])?;
            Ok(client(cluster, pod, &["get", path])?.lines().any(|line| line == value))
        })?;
    }
    Ok(())
}

fn survives(cluster: &Cluster, manifest: &str, pods: Pods) -> Result<()> {
    cluster.apply_fixture(manifest)?;
    cluster.wait_ready("zk", seconds(60))?;
    for (pod, id) in pods.iter().zip(1..) {
        let own = cluster.ask(pod, &["cat", "/data/myid"])?;
        ensure!(own == id.to_string(), "{pod} has id {own}");
    }
    set(cluster, pods[0], "/first", "one")?;
    check_everywhere(cluster, pods, "/first", "one")?;
    for pod in pods {
        cluster.kill_pod(pod)?;
        cluster.wait_ready("zk", seconds(60))?;
        set(cluster, pod, "/after-kill", pod)?;
    }
    check_everywhere(cluster, pods, "/after-kill", pods[2])?;
    cluster.kill_all("zk")?;
    cluster.wait_ready("zk", seconds(60))?;
    check_everywhere(cluster, pods, "/first", "one")?;
    roll(cluster, "zk", &pods, "zookeeper:3.9.99", seconds(200))?;
    set(cluster, pods[1], "/after-all", "yes")?;
    check_everywhere(cluster, pods, "/after-all", "yes")?;
    cluster.shut_down()
}
