//! etcd: three members that only know each other's stable names.

use super::{Scenario, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const SURVIVES: Scenario = Scenario {
    name: "etcd/three-members-survive",
    fixtures: &["etcd"],
    limit: seconds(120),
    run: |cluster| survives(cluster, "etcd"),
};

pub(super) const GENERATED: Scenario = Scenario {
    name: "generated/etcd",
    fixtures: &["generated/etcd"],
    limit: seconds(150),
    run: |cluster| survives(cluster, "generated/etcd"),
};

const PODS: [&str; 3] = ["etcd-0", "etcd-1", "etcd-2"];

fn put(cluster: &Cluster, pod: &str, key: &str, value: &str) -> Result<()> {
    cluster.wait(seconds(20), &format!("put {key} on {pod}"), || {
        cluster.ask(pod, &["etcdctl", "put", key, value]).map(|answer| answer == "OK")
    })
}

fn check_everywhere(cluster: &Cluster, key: &str, value: &str) -> Result<()> {
    for pod in PODS {
        cluster.wait(seconds(30), &format!("{key} is {value} on {pod}"), || {
            Ok(cluster.ask(pod, &["etcdctl", "get", key, "--print-value-only"])? == value)
        })?;
    }
    Ok(())
}

fn survives(cluster: &Cluster, manifest: &str) -> Result<()> {
    cluster.apply_fixture(manifest)?;
    cluster.wait_ready("etcd", seconds(60))?;
    let members = cluster.ask("etcd-0", &["etcdctl", "member", "list"])?;
    ensure!(members.lines().count() == 3, "members: {members}");
    for pod in PODS {
        put(cluster, pod, &format!("from/{pod}"), pod)?;
        check_everywhere(cluster, &format!("from/{pod}"), pod)?;
    }
    for pod in PODS {
        let before = cluster.address(pod)?;
        cluster.kill_pod(pod)?;
        cluster.wait_ready("etcd", seconds(60))?;
        ensure!(cluster.address(pod)? != before, "{pod} has its old address");
        put(cluster, pod, "after-kill", pod)?;
        check_everywhere(cluster, "after-kill", pod)?;
    }
    cluster.kill_all("etcd")?;
    cluster.wait_ready("etcd", seconds(60))?;
    check_everywhere(cluster, "after-kill", "etcd-2")?;
    for pod in PODS {
        check_everywhere(cluster, &format!("from/{pod}"), pod)?;
    }
    put(cluster, "etcd-1", "after-all", "yes")?;
    check_everywhere(cluster, "after-all", "yes")?;
    cluster.shut_down()
}
