//! ZooKeeper: an ensemble of three whose ids start at 1.

use super::{Scenario, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const SURVIVES: Scenario =
    Scenario { name: "zookeeper/three-servers-survive", fixtures: &["zookeeper"], limit: seconds(200), run: survives };

const PODS: [&str; 3] = ["zk-1", "zk-2", "zk-3"];

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

fn check_everywhere(cluster: &Cluster, path: &str, value: &str) -> Result<()> {
    for pod in PODS {
        cluster.wait(seconds(40), &format!("{path} is {value} on {pod}"), || {
            // A server may lag behind the quorum: `sync` makes it catch up first.
            client(cluster, pod, &["sync", path])?;
            Ok(client(cluster, pod, &["get", path])?.lines().any(|line| line == value))
        })?;
    }
    Ok(())
}

fn survives(cluster: &Cluster) -> Result<()> {
    cluster.apply_fixture("zookeeper")?;
    cluster.wait_ready("zk", seconds(60))?;
    for (pod, id) in PODS.iter().zip(1..) {
        let own = cluster.ask(pod, &["cat", "/data/myid"])?;
        ensure!(own == id.to_string(), "{pod} has id {own}");
    }
    set(cluster, "zk-1", "/first", "one")?;
    check_everywhere(cluster, "/first", "one")?;
    for pod in PODS {
        cluster.kill_pod(pod)?;
        cluster.wait_ready("zk", seconds(60))?;
        set(cluster, pod, "/after-kill", pod)?;
    }
    check_everywhere(cluster, "/after-kill", "zk-3")?;
    cluster.kill_all("zk")?;
    cluster.wait_ready("zk", seconds(60))?;
    check_everywhere(cluster, "/first", "one")?;
    set(cluster, "zk-2", "/after-all", "yes")?;
    check_everywhere(cluster, "/after-all", "yes")?;
    cluster.shut_down()
}
