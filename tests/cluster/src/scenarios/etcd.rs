//! etcd: three members that only know each other's stable names.

use super::{Scenario, roll, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const SURVIVES: Scenario = Scenario {
    name: "etcd/three-members-survive",
    fixtures: &["etcd"],
    limit: seconds(300),
    run: |cluster| survives(cluster, "etcd"),
};

pub(super) const GENERATED: Scenario = Scenario {
    name: "generated/etcd",
    fixtures: &["generated/etcd"],
    limit: seconds(400),
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
    // Another tag, first for the last member alone.
    cluster.set_partition("etcd", 2)?;
    cluster.set_image("etcd", "quay.io/coreos/etcd:v3.5.22")?;
    cluster
        .wait(seconds(90), "the last member has the new tag", || Ok(cluster.image("etcd-2")?.ends_with("v3.5.22")))?;
    cluster.wait_ready("etcd", seconds(90))?;
    ensure!(!cluster.image("etcd-1")?.ends_with("v3.5.22"), "the partition was ignored");
    cluster.set_partition("etcd", 0)?;
    roll(cluster, "etcd", &PODS, "quay.io/coreos/etcd:v3.5.23", seconds(120))?;
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

pub(super) const GROWS: Scenario =
    Scenario { name: "generated/etcd-grows", fixtures: &["generated/etcd"], limit: seconds(400), run: grows };

/// The documented procedure, one member at a time: 3, 4, 5, and back to 3.
fn grows(cluster: &Cluster) -> Result<()> {
    cluster.apply_fixture("generated/etcd")?;
    cluster.wait_ready("etcd", seconds(90))?;
    put(cluster, "etcd-0", "first", "one")?;
    let host = |ordinal: u32| format!("http://etcd-{ordinal}.etcd.default.svc.cluster.local:2380");
    let list = |members: u32| {
        (0..members).map(|ordinal| format!("etcd-{ordinal}={}", host(ordinal))).collect::<Vec<_>>().join(",")
    };
    let members = |number: u32| {
        for ordinal in 0..number {
            cluster.wait(seconds(60), &format!("etcd-{ordinal} knows {number} started members"), || {
                let listed = cluster.ask(&format!("etcd-{ordinal}"), &["etcdctl", "member", "list"])?;
                let started = listed.lines().filter(|line| line.contains(", started, ")).count();
                ensure!(started == number as usize && listed.lines().count() == started, "{listed}");
                Ok(true)
            })?;
        }
        Ok::<(), anyhow::Error>(())
    };
    for new in [3, 4] {
        // Members that have just found each other are not told of another one yet.
        cluster.wait(seconds(60), "a new member is taken in", || {
            let (name, url) = (format!("etcd-{new}"), format!("--peer-urls={}", host(new)));
            cluster.ask("etcd-0", &["etcdctl", "member", "add", &name, &url]).map(|_| true)
        })?;
        // The state and the list matter to the new member alone: those that run have theirs on disk.
        cluster.set_partition("etcd", new)?;
        if new == 3 {
            cluster.set_env("etcd", "ETCD_INITIAL_CLUSTER_STATE", "existing")?;
        }
        cluster.set_env("etcd", "ETCD_INITIAL_CLUSTER", &list(new + 1))?;
        cluster.scale("etcd", new + 1)?;
        cluster.wait_ready("etcd", seconds(120))?;
        members(new + 1)?;
        put(cluster, &format!("etcd-{new}"), &format!("from/{new}"), "x")?;
    }
    for old in [4_u32, 3] {
        let listed = cluster.ask("etcd-0", &["etcdctl", "member", "list"])?;
        let line = listed.lines().find(|line| line.contains(&format!(", etcd-{old}, "))).unwrap_or_default();
        let id = line.split(',').next().unwrap_or_default().to_owned();
        cluster.ask("etcd-0", &["etcdctl", "member", "remove", &id])?;
        cluster.scale("etcd", old)?;
        cluster.delete_claim(&format!("data-etcd-{old}"));
        cluster.wait(seconds(90), "the pod is gone", || Ok(cluster.address(&format!("etcd-{old}")).is_err()))?;
        members(old)?;
    }
    check_everywhere(cluster, "first", "one")?;
    check_everywhere(cluster, "from/4", "x")?;
    // The next declaration has the list of three again, and all are started anew with it.
    cluster.set_partition("etcd", 0)?;
    cluster.set_env("etcd", "ETCD_INITIAL_CLUSTER", &list(3))?;
    cluster.kill_all("etcd")?;
    cluster.wait_ready("etcd", seconds(120))?;
    check_everywhere(cluster, "from/3", "x")
}
