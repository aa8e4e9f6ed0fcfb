//! Kafka and ZooKeeper, of Apache and of Confluent.

use super::*;
use crate::value::KubernetesVersion;

fn brokers(replicas: u32, edit: impl FnOnce(&mut App, &mut Engine)) -> App {
    app(EngineKind::Kafka, |app, engine| {
        app.replicas = Some(replicas);
        app.storage.push(volume("data", None));
        edit(app, engine);
    })
}

#[test]
fn three_brokers_that_are_controllers() {
    same(
        &describe(&stack([item(brokers(3, |_, _| ()))])),
        r#"
image apache/kafka:4.1.1
user (1000) (1000) (1000)
port kafka 9092
port controller 9093
env POD_NAME=metadata.name
env POD_NAMESPACE=metadata.namespace
env KAFKA_LOG_DIRS=/var/lib/kafka/data/kafka-logs
env CLUSTER_ID=FdZ_1gaTTRm_0ZI5AwWw-w
env KAFKA_NODE_ID=metadata.labels['apps.kubernetes.io/pod-index']
env KAFKA_PROCESS_ROLES=broker,controller
env KAFKA_CONTROLLER_QUORUM_VOTERS=0@kafka-0.kafka:9093,1@kafka-1.kafka:9093,2@kafka-2.kafka:9093
env KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER
env KAFKA_LISTENERS=PLAINTEXT://:9092,CONTROLLER://:9093
env KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://$(POD_NAME).kafka.$(POD_NAMESPACE).svc.cluster.local:9092
env KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
env KAFKA_INTER_BROKER_LISTENER_NAME=PLAINTEXT
env KAFKA_DEFAULT_REPLICATION_FACTOR=3
env KAFKA_MIN_INSYNC_REPLICAS=2
env KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=3
env KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=3
env KAFKA_TRANSACTION_STATE_LOG_MIN_ISR=2
volume data /var/lib/kafka/data
startup tcp kafka every 10 s, 720 times
readiness tcp kafka every 10 s, 3 times
grace 120 s
Parallel
away 1
service kafka-client: kafka
"#,
    );
}

#[test]
fn the_voters_are_all_pods_by_their_names() {
    let voters = |replicas: u32, namespace: Option<&str>, edit: &dyn Fn(&mut App)| {
        let mut stack = stack([item(brokers(replicas, |app, _| edit(app)))]);
        stack.namespace = namespace.map(|name| name.parse().unwrap());
        value(&completed(&stack), "KAFKA_CONTROLLER_QUORUM_VOTERS").to_owned()
    };
    assert_eq!(voters(1, None, &|_| ()), "0@kafka-0.kafka:9093");
    let in_queues = voters(2, Some("queues"), &|app| app.service_name = "brokers".parse().ok());
    let host = |n: u32| format!("{n}@kafka-{n}.brokers.queues.svc.cluster.local:9093");
    assert_eq!(in_queues, [host(0), host(1)].join(","));
    assert_eq!(voters(2, None, &|app| app.first_ordinal = Some(5)), "5@kafka-5.kafka:9093,6@kafka-6.kafka:9093");
}

#[test]
fn topics_have_as_many_replicas_as_there_are_brokers_and_no_more_than_three() {
    for (replicas, factor, in_sync) in [(1, "1", "1"), (2, "2", "1"), (3, "3", "2"), (5, "3", "2")] {
        let app = alone(brokers(replicas, |_, _| ()));
        assert_eq!(value(&app, "KAFKA_DEFAULT_REPLICATION_FACTOR"), factor);
        assert_eq!(value(&app, "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"), factor);
        assert_eq!(value(&app, "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR"), in_sync);
        assert_eq!(value(&app, "KAFKA_MIN_INSYNC_REPLICAS"), in_sync);
    }
}

#[test]
fn ports_called_internal_and_external_are_two_listeners() {
    let app = alone(brokers(3, |app, _| {
        app.main.ports = vec![port("internal", 9092), port("external", 9093), port("jmx", 9101)];
    }));
    let host = "$(POD_NAME).kafka.$(POD_NAMESPACE).svc.cluster.local";
    // The controllers' port gives way.
    assert_eq!(value(&app, "KAFKA_LISTENERS"), "INTERNAL://:9092,EXTERNAL://:9093,CONTROLLER://:9094");
    assert_eq!(value(&app, "KAFKA_ADVERTISED_LISTENERS"), format!("INTERNAL://{host}:9092,EXTERNAL://{host}:9093"));
    assert_eq!(value(&app, "KAFKA_INTER_BROKER_LISTENER_NAME"), "INTERNAL");
    assert_eq!(
        value(&app, "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"),
        "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT"
    );
    assert_eq!(value(&app, "KAFKA_JMX_PORT"), "9101");
    assert!(value(&app, "KAFKA_CONTROLLER_QUORUM_VOTERS").starts_with("0@kafka-0.kafka:9094,"));
}

#[test]
fn with_a_node_port_for_each_pod_the_external_listener_is_that_of_the_node() {
    let kafka = brokers(3, |app, _| app.main.ports = vec![port("internal", 9092), port("external", 9094)]);
    let mut outside = super::super::draft::service("kafka-external".parse().unwrap(), &kafka, None, vec![]);
    outside.kind = ServiceKind::NodePort;
    outside.each_pod = true;
    outside.ports = vec![ServicePort {
        name: None,
        number: None,
        target: PortRef::Name("external".parse().unwrap()),
        protocol: None,
        node_port: Some(30094.try_into().unwrap()),
        app_protocol: None,
    }];
    let app = completed(&stack([item(kafka), Item::Service(outside)]));
    assert_eq!(value(&app, "HOST_IP"), "status.hostIP");
    assert!(!value(&app, "KAFKA_ADVERTISED_LISTENERS").contains("EXTERNAL"));
    assert_eq!(
        app.main.command[2],
        "((node_port = ${POD_NAME##*-} + 30094))\n\
         export KAFKA_ADVERTISED_LISTENERS=\"$KAFKA_ADVERTISED_LISTENERS,EXTERNAL://$HOST_IP:$node_port\"\n\
         exec /etc/kafka/docker/run \"$@\"\n"
    );
}

#[test]
fn before_1_28_the_id_comes_from_the_name() {
    let mut stack = stack([item(brokers(3, |_, _| ()))]);
    stack.kubernetes = Some(KubernetesVersion::new(1, 27));
    let app = completed(&stack);
    assert_eq!(value(&app, "KAFKA_NODE_ID"), "(none)");
    assert_eq!(app.main.command[2], "export KAFKA_NODE_ID=${POD_NAME##*-}\nexec /etc/kafka/docker/run \"$@\"\n");
}

#[test]
fn settings_become_variables_as_the_image_spells_them() {
    let app = alone(brokers(1, |_, engine| {
        engine.cluster = Some("4L6g3nShT-eMCtK--X86sw".to_owned());
        engine.settings = [("log.retention.hours", "168"), ("min_insync_replicas", "1"), ("a.b-c_d", "x")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
    }));
    assert_eq!(value(&app, "CLUSTER_ID"), "4L6g3nShT-eMCtK--X86sw");
    assert_eq!(value(&app, "KAFKA_LOG_RETENTION_HOURS"), "168");
    assert_eq!(value(&app, "KAFKA_MIN_INSYNC_REPLICAS"), "1");
    assert_eq!(value(&app, "KAFKA_A_B___C__D"), "x");
}

#[test]
fn with_zookeeper_it_is_confluents_image_and_no_controller() {
    let kafka = brokers(3, |app, engine| {
        engine.zookeeper = Some("zk".parse().unwrap());
        app.main.resources.push(memory("2Gi"));
    });
    let mut zookeeper = app(EngineKind::Zookeeper, |app, _| {
        app.replicas = Some(3);
        app.service_name = Some("zk-peers".parse().unwrap());
    });
    zookeeper.name = "zk".parse().unwrap();
    same(
        &describe(&stack([item(kafka)].into_iter().chain([item(zookeeper)]))),
        r#"
image confluentinc/cp-kafka:7.9.1
user (1000) (1000) (1000)
port kafka 9092
env POD_NAME=metadata.name
env POD_NAMESPACE=metadata.namespace
env KAFKA_LOG_DIRS=/var/lib/kafka/data/kafka-logs
env KAFKA_BROKER_ID=metadata.labels['apps.kubernetes.io/pod-index']
env KAFKA_ZOOKEEPER_CONNECT=zk-0.zk-peers:2181,zk-1.zk-peers:2181,zk-2.zk-peers:2181
env KAFKA_LISTENERS=PLAINTEXT://:9092
env KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://$(POD_NAME).kafka.$(POD_NAMESPACE).svc.cluster.local:9092
env KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=PLAINTEXT:PLAINTEXT
env KAFKA_INTER_BROKER_LISTENER_NAME=PLAINTEXT
env KAFKA_DEFAULT_REPLICATION_FACTOR=3
env KAFKA_MIN_INSYNC_REPLICAS=2
env KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=3
env KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=3
env KAFKA_TRANSACTION_STATE_LOG_MIN_ISR=2
env KAFKA_HEAP_OPTS=-Xms1024m -Xmx1024m
volume data /var/lib/kafka/data
startup tcp kafka every 10 s, 720 times
readiness tcp kafka every 10 s, 3 times
grace 120 s
Parallel
away 1
image zookeeper:3.9.5
user (1000) (1000) (1000)
command bash -ec ((ZOO_MY_ID = ${POD_NAME##*-} + 1)) | export ZOO_MY_ID | exec /docker-entrypoint.sh "$@" |  zookeeper
args zkServer.sh start-foreground
port client 2181
port follower 2888
port election 3888
env POD_NAME=metadata.name
env ZOO_SERVERS=server.1=zk-0.zk-peers:2888:3888;2181 server.2=zk-1.zk-peers:2888:3888;2181 server.3=zk-2.zk-peers:2888:3888;2181
env ZOO_STANDALONE_ENABLED=false
env ZOO_AUTOPURGE_PURGEINTERVAL=24
env ZOO_CFG_EXTRA=quorumListenOnAllIPs=true
startup bash -c exec 3<>/dev/tcp/127.0.0.1/2181 && echo srvr >&3 && timeout 4 grep -q '^Mode: ' <&3 every 10 s, 360 times
readiness bash -c exec 3<>/dev/tcp/127.0.0.1/2181 && echo srvr >&3 && timeout 4 grep -q '^Mode: ' <&3 every 10 s, 3 times
grace 60 s
Parallel
away 1
service kafka-client: kafka
service zk-client: client
"#,
    );
}

#[test]
fn confluents_image_with_its_own_quorum() {
    let app = alone(brokers(3, |app, _| app.main.image = "confluentinc/cp-kafka:8.0.0".parse().ok()));
    assert_eq!(value(&app, "KAFKA_PROCESS_ROLES"), "broker,controller");
    assert_eq!(value(&app, "CLUSTER_ID").len(), 22);
    assert_eq!(value(&app, "KAFKA_ZOOKEEPER_CONNECT"), "(none)");
}

#[test]
fn zookeeper() {
    let zookeeper = app(EngineKind::Zookeeper, |app, engine| {
        app.replicas = Some(3);
        app.storage = vec![volume("data", None), volume("log", None)];
        engine.settings = vec![("maxSessionTimeout".to_owned(), "60000".to_owned())];
        app.main.resources.push(memory("1Gi"));
    });
    same(
        &describe(&stack([item(zookeeper)])),
        r#"
image zookeeper:3.9.5
user (1000) (1000) (1000)
command bash -ec ((ZOO_MY_ID = ${POD_NAME##*-} + 1)) | export ZOO_MY_ID | exec /docker-entrypoint.sh "$@" |  zookeeper
args zkServer.sh start-foreground
port client 2181
port follower 2888
port election 3888
env POD_NAME=metadata.name
env ZOO_SERVERS=server.1=zookeeper-0.zookeeper:2888:3888;2181 server.2=zookeeper-1.zookeeper:2888:3888;2181 server.3=zookeeper-2.zookeeper:2888:3888;2181
env ZOO_STANDALONE_ENABLED=false
env ZOO_AUTOPURGE_PURGEINTERVAL=24
env ZOO_CFG_EXTRA=quorumListenOnAllIPs=true maxSessionTimeout=60000
env ZK_SERVER_HEAP=512
volume data /data sub data
volume log /datalog sub datalog
startup bash -c exec 3<>/dev/tcp/127.0.0.1/2181 && echo srvr >&3 && timeout 4 grep -q '^Mode: ' <&3 every 10 s, 360 times
readiness bash -c exec 3<>/dev/tcp/127.0.0.1/2181 && echo srvr >&3 && timeout 4 grep -q '^Mode: ' <&3 every 10 s, 3 times
grace 60 s
Parallel
away 1
service zookeeper-client: client
"#,
    );
}

#[test]
fn zookeepers_ids_begin_with_1_and_need_no_shell_if_the_ordinals_do() {
    let app = alone(app(EngineKind::Zookeeper, |app, _| {
        app.replicas = Some(2);
        app.first_ordinal = Some(1);
    }));
    assert_eq!(value(&app, "ZOO_MY_ID"), "metadata.labels['apps.kubernetes.io/pod-index']");
    assert!(app.main.command.is_empty());
    assert_eq!(
        value(&app, "ZOO_SERVERS"),
        "server.1=zookeeper-1.zookeeper:2888:3888;2181 server.2=zookeeper-2.zookeeper:2888:3888;2181"
    );
}

#[test]
fn one_volume_of_zookeeper_holds_snapshots_and_log_apart() {
    let app = alone(app(EngineKind::Zookeeper, |app, _| app.storage.push(volume("data", None))));
    assert_eq!(app.storage[0].sub_path.as_ref().unwrap().as_str(), "data");
    let mount = &app.main.mounts[0];
    assert_eq!((mount.volume.as_str(), mount.path.as_str()), ("data", "/datalog"));
    assert_eq!(mount.sub_path.as_ref().unwrap().as_str(), "datalog");
}

#[test]
fn zookeeper_of_confluent() {
    let zookeeper = app(EngineKind::Zookeeper, |app, _| {
        app.main.image = "confluentinc/cp-zookeeper:7.4.0".parse().ok();
        app.replicas = Some(3);
        app.storage =
            vec![volume("data", Some("/var/lib/zookeeper/data")), volume("log", Some("/var/lib/zookeeper/log"))];
    });
    same(
        &describe(&stack([item(zookeeper)])),
        r#"
image confluentinc/cp-zookeeper:7.4.0
user (1000) (1000) (1000)
command bash -ec ((ZOOKEEPER_SERVER_ID = ${POD_NAME##*-} - 0 + 1)) | export ZOOKEEPER_SERVER_ID | exec /etc/confluent/docker/run "$@" |  zookeeper
port client 2181
port follower 2888
port election 3888
env POD_NAME=metadata.name
env ZOOKEEPER_CLIENT_PORT=2181
env ZOOKEEPER_TICK_TIME=2000
env ZOOKEEPER_AUTOPURGE_PURGE_INTERVAL=24
env ZOOKEEPER_QUORUM_LISTEN_ON_ALL_IPS=true
env ZOOKEEPER_SERVERS=zookeeper-0.zookeeper:2888:3888;zookeeper-1.zookeeper:2888:3888;zookeeper-2.zookeeper:2888:3888
volume data /var/lib/zookeeper/data sub data
volume log /var/lib/zookeeper/log sub log
startup bash -c exec 3<>/dev/tcp/127.0.0.1/2181 && echo srvr >&3 && timeout 4 grep -q '^Mode: ' <&3 every 10 s, 360 times
readiness bash -c exec 3<>/dev/tcp/127.0.0.1/2181 && echo srvr >&3 && timeout 4 grep -q '^Mode: ' <&3 every 10 s, 3 times
grace 60 s
Parallel
away 1
service zookeeper-client: client
"#,
    );
}
