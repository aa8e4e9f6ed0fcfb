//! NATS JetStream: three servers, a stream with three replicas, no shell in the image.

use super::{Scenario, roll, seconds};
use crate::cluster::Cluster;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

pub(super) const SURVIVES: Scenario = Scenario {
    name: "nats/jetstream-survives",
    fixtures: &["nats", "nats-box"],
    limit: seconds(400),
    run: |cluster| {
        cluster.apply_fixture("nats-box")?;
        survives(cluster, "nats", "correct horse")
    },
};

pub(super) const GENERATED: Scenario = Scenario {
    name: "generated/nats",
    fixtures: &["generated/nats", "nats-box"],
    limit: seconds(400),
    run: |cluster| {
        cluster.apply_fixture("nats-box")?;
        survives(cluster, "generated/nats", super::PASSWORD)
    },
};

const PODS: [&str; 3] = ["nats-0", "nats-1", "nats-2"];

/// One request to a host, with its answer as JSON.
fn request(cluster: &Cluster, password: &str, host: &str, subject: &str, payload: &str) -> Result<Value> {
    let login = format!("{host}:4222:app:{password}");
    let answer = cluster.ask("nats-box", &["nats-request", &login, subject, payload])?;
    let value: Value = serde_json::from_str(&answer).with_context(|| answer.clone())?;
    if let Some(error) = value.get("error") {
        bail!("{subject}: {error}");
    }
    Ok(value)
}

fn host(pod: &str) -> String {
    format!("{pod}.nats")
}

/// Publishes until the stream acknowledges: only what is acknowledged has to survive.
fn publish(cluster: &Cluster, password: &str, host: &str, text: &str) -> Result<()> {
    cluster.wait(seconds(30), &format!("publish {text} at {host}"), || {
        let answer = request(cluster, password, host, "orders.new", text)?;
        cluster.note(&format!("{text} is acknowledged: {answer}"));
        Ok(answer.get("seq").is_some())
    })
}

fn messages(cluster: &Cluster, password: &str, host: &str) -> Result<u64> {
    let info = request(cluster, password, host, "$JS.API.STREAM.INFO.ORDERS", "")?;
    info.pointer("/state/messages").and_then(Value::as_u64).context("no state")
}

/// The last message on each server, read from that server's own copy.
fn check_everywhere(cluster: &Cluster, password: &str, least: u64) -> Result<()> {
    for pod in PODS {
        cluster.wait(seconds(30), &format!("{least} messages seen from {pod}"), || {
            let found = messages(cluster, password, &host(pod))?;
            ensure!(found >= least, "{found}");
            Ok(true)
        })?;
    }
    cluster.wait(seconds(30), "all replicas are current", || {
        let info = request(cluster, password, "nats-client", "$JS.API.STREAM.INFO.ORDERS", "")?;
        let replicas = info.pointer("/cluster/replicas").and_then(Value::as_array).context("no replicas")?;
        Ok(replicas.len() == 2 && replicas.iter().all(|replica| replica["current"] == true))
    })
}

fn survives(cluster: &Cluster, manifest: &str, password: &str) -> Result<()> {
    cluster.apply_fixture(manifest)?;
    cluster.wait_ready("nats", seconds(60))?;
    cluster.wait_pod_ready("nats-box", seconds(20))?;
    let shell = cluster.exec("nats-0", &["sh", "-c", "true"])?;
    ensure!(shell.code != 0, "the image has no shell, and the container must not have one");
    let wrong = cluster.exec("nats-box", &["nats-request", "nats-0.nats:4222:app:wrong", "x"])?;
    ensure!(wrong.code != 0 && wrong.stderr.contains("Authorization"), "a wrong password was answered: {wrong:?}");

    let stream = r#"{"name":"ORDERS","subjects":["orders.*"],"retention":"limits","storage":"file","num_replicas":3,
        "max_consumers":-1,"max_msgs":-1,"max_bytes":-1,"max_age":0,"discard":"old"}"#;
    cluster.wait(seconds(30), "the stream is created", || {
        request(cluster, password, &host("nats-0"), "$JS.API.STREAM.CREATE.ORDERS", stream).map(|_| true)
    })?;
    publish(cluster, password, &host("nats-0"), "first")?;
    check_everywhere(cluster, password, 1)?;
    for (count, pod) in (2..).zip(PODS) {
        cluster.kill_pod(pod)?;
        publish(cluster, password, "nats-client", pod)?;
        cluster.wait_ready("nats", seconds(60))?;
        check_everywhere(cluster, password, count)?;
    }
    cluster.kill_all("nats")?;
    cluster.wait_ready("nats", seconds(60))?;
    check_everywhere(cluster, password, 4)?;
    publish(cluster, password, "nats-client", "last")?;
    check_everywhere(cluster, password, 5)?;
    roll(cluster, "nats", &PODS, "nats:2.12.99", seconds(120))?;
    check_everywhere(cluster, password, 5)?;
    // More servers find the others through any of them; fewer leave the stream where it was.
    for (replicas, count) in [(5, 6), (3, 7)] {
        cluster.scale("nats", replicas)?;
        cluster.wait_ready("nats", seconds(120))?;
        publish(cluster, password, "nats-client", "scaled")?;
        check_everywhere(cluster, password, count)?;
    }
    let last = request(cluster, password, &host("nats-2"), "$JS.API.STREAM.MSG.GET.ORDERS", r#"{"seq":1}"#)?;
    ensure!(last.pointer("/message/data").and_then(Value::as_str) == Some("Zmlyc3Q="), "the first message is {last}");
    Ok(())
}
