//! RabbitMQ: three nodes, a quorum queue, no API server.

use super::{Scenario, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const SURVIVES: Scenario = Scenario {
    name: "rabbitmq/three-nodes-survive",
    fixtures: &["rabbitmq"],
    limit: seconds(300),
    run: |cluster| survives(cluster, "rabbitmq", "pa ss"),
};

pub(super) const GENERATED: Scenario = Scenario {
    name: "generated/rabbitmq",
    fixtures: &["generated/rabbitmq"],
    limit: seconds(300),
    run: |cluster| survives(cluster, "generated/rabbitmq", super::PASSWORD),
};

const PODS: [&str; 3] = ["rabbitmq-0", "rabbitmq-1", "rabbitmq-2"];

/// Waits until every node sees three running nodes.
fn together(cluster: &Cluster) -> Result<()> {
    for pod in PODS {
        cluster.wait(seconds(90), &format!("{pod} sees three nodes"), || {
            let status = cluster.ask(pod, &["rabbitmqctl", "-q", "cluster_status", "--formatter", "json"])?;
            let status: serde_json::Value = serde_json::from_str(&status)?;
            let running = status.get("running_nodes").and_then(serde_json::Value::as_array).map_or(0, Vec::len);
            ensure!(running == 3, "{running}");
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
    together(cluster)?;
    let good = cluster.exec("rabbitmq-1", &["rabbitmqctl", "authenticate_user", "app", password])?;
    ensure!(good.code == 0, "the user does not exist: {}", good.stderr);
    let wrong = cluster.exec("rabbitmq-1", &["rabbitmqctl", "authenticate_user", "app", "wrong"])?;
    ensure!(wrong.code != 0, "a wrong password is accepted");
    publish(cluster, "rabbitmq-0")?;
    let mut sent = 1;
    for pod in PODS {
        cluster.kill_pod(pod)?;
        cluster.wait_ready("rabbitmq", seconds(90))?;
        together(cluster)?;
        publish(cluster, pod)?;
        sent += 1;
        messages(cluster, pod, sent)?;
    }
    cluster.kill_all("rabbitmq")?;
    cluster.wait_ready("rabbitmq", seconds(120))?;
    together(cluster)?;
    messages(cluster, "rabbitmq-2", sent)?;
    publish(cluster, "rabbitmq-1")?;
    messages(cluster, "rabbitmq-0", sent + 1)
}
