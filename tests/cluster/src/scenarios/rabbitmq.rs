//! RabbitMQ: three nodes, a quorum queue, no API server.

use super::{Scenario, roll, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const SURVIVES: Scenario = Scenario {
    name: "rabbitmq/three-nodes-survive",
    fixtures: &["rabbitmq"],
    limit: seconds(900),
    run: |cluster| survives(cluster, "rabbitmq", "pa ss"),
};

pub(super) const GENERATED: Scenario = Scenario {
    name: "generated/rabbitmq",
    fixtures: &["generated/rabbitmq"],
    limit: seconds(900),
    run: |cluster| survives(cluster, "generated/rabbitmq", super::PASSWORD),
};

const PODS: [&str; 3] = ["rabbitmq-0", "rabbitmq-1", "rabbitmq-2"];
const MORE: [&str; 5] = ["rabbitmq-0", "rabbitmq-1", "rabbitmq-2", "rabbitmq-3", "rabbitmq-4"];

/// Waits until every node sees all of them running.
fn together(cluster: &Cluster, pods: &[&str]) -> Result<()> {
    for pod in pods {
        cluster.wait(seconds(120), &format!("{pod} sees {} nodes", pods.len()), || {
            let status = cluster.ask(pod, &["rabbitmqctl", "-q", "cluster_status", "--formatter", "json"])?;
            let status: serde_json::Value = serde_json::from_str(&status)?;
            let running = status.get("running_nodes").and_then(serde_json::Value::as_array).map_or(0, Vec::len);
            ensure!(running == pods.len(), "{running}");
            Ok(true)
        })?;
    }
    Ok(())
}

/// The messages of the queue, as one node sees them.
fn messages(cluster: &Cluster, pod: &str, expected: u32) -> Result<()> {
    cluster.wait(seconds(60), &format!("{expected} messages seen from {pod}"), || {
        let listed =
            cluster.ask(pod, &["rabbitmqctl", "-q", "--no-table-headers", "list_queues", "name", "messages"])?;
        ensure!(listed.split_whitespace().eq(["orders", &expected.to_string()]), "{listed}");
        Ok(true)
    })
}

/// Publishes with confirmation, by the server's own client library.
fn publish(cluster: &Cluster, pod: &str) -> Result<()> {
    let script = r#"{ok, C} = amqp_connection:start({amqp_params_direct, <<"app">>, none, <<"/">>, node(), {amqp_adapter_info, undefined, undefined, undefined, undefined, <<"test">>, {'Direct', {0,9,1}}, []}, []}),
        {ok, Ch} = amqp_connection:open_channel(C),
        amqp_channel:call(Ch, {'queue.declare', 0, <<"orders">>, false, true, false, false, false, [{<<"x-queue-type">>, longstr, <<"quorum">>}]}),
        amqp_channel:call(Ch, {'confirm.select', false}),
        amqp_channel:call(Ch, {'basic.publish', 0, <<>>, <<"orders">>, false, false}, {amqp_msg, {'P_basic', undefined, undefined, undefined, 2, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined}, <<"x">>}),
        R = amqp_channel:wait_for_confirms(Ch, 10), amqp_connection:close(C), R."#;
    cluster.wait(seconds(60), &format!("a message is confirmed by {pod}"), || {
        let answer = cluster.ask(pod, &["rabbitmqctl", "eval", script])?;
        ensure!(answer == "true", "{answer}");
        Ok(true)
    })
}

fn survives(cluster: &Cluster, manifest: &str, password: &str) -> Result<()> {
    cluster.apply_fixture(manifest)?;
    cluster.wait_ready("rabbitmq", seconds(120))?;
    together(cluster, &PODS)?;
    let good = cluster.exec("rabbitmq-1", &["rabbitmqctl", "authenticate_user", "app", password])?;
    ensure!(good.code == 0, "the user does not exist: {}", good.stderr);
    let wrong = cluster.exec("rabbitmq-1", &["rabbitmqctl", "authenticate_user", "app", "wrong"])?;
    ensure!(wrong.code != 0, "a wrong password is accepted");
    publish(cluster, "rabbitmq-0")?;
    let mut sent = 1;
    for pod in PODS {
        cluster.kill_pod(pod)?;
        cluster.wait_ready("rabbitmq", seconds(90))?;
        together(cluster, &PODS)?;
        publish(cluster, pod)?;
        sent += 1;
        messages(cluster, pod, sent)?;
    }
    cluster.kill_all("rabbitmq")?;
    cluster.wait_ready("rabbitmq", seconds(120))?;
    together(cluster, &PODS)?;
    messages(cluster, "rabbitmq-2", sent)?;
    publish(cluster, "rabbitmq-1")?;
    messages(cluster, "rabbitmq-0", sent + 1)?;
    roll(cluster, "rabbitmq", &PODS, "rabbitmq:4.3.99", seconds(300))?;
    together(cluster, &PODS)?;
    messages(cluster, "rabbitmq-1", sent + 1)?;

    // More nodes join by themselves; those that go are forgotten by name.
    cluster.scale("rabbitmq", 5)?;
    cluster.wait_ready("rabbitmq", seconds(240))?;
    together(cluster, &MORE)?;
    publish(cluster, "rabbitmq-4")?;
    cluster.scale("rabbitmq", 3)?;
    cluster.wait(seconds(240), "two pods are gone", || Ok(cluster.pod_names().len() == 3))?;
    for pod in ["rabbitmq-3", "rabbitmq-4"] {
        let own = cluster.ask("rabbitmq-0", &["sh", "-c", "echo \"$RABBITMQ_NODENAME\""])?;
        let node = own.replacen("rabbitmq-0", pod, 1);
        cluster.ask("rabbitmq-0", &["rabbitmqctl", "-q", "forget_cluster_node", &node])?;
    }
    together(cluster, &PODS)?;
    messages(cluster, "rabbitmq-2", sent + 2)
}
