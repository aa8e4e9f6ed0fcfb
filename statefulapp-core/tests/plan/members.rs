//! Members that join and leave: a bare change of `replicas` that breaks a quorum is refused, with the procedure.

use serde_json::{Value, json};
use statefulapp_core::plan::{Class, Plan};

use super::{
    assert_says,
    engines::{with_args, with_env},
    one, only, set,
};

fn replicas(object: &Value, old: u32, new: u32) -> Plan {
    let with = |count: u32| set(object.clone(), "spec.replicas", json!(count));
    one(with(old), with(new))
}

fn of(image: &str) -> Value {
    with_env(image, json!([]))
}

/// etcd with its list of so many members, and the state that it starts with.
fn etcd(members: u32, state: &str) -> Value {
    let list: Vec<_> =
        (0..members).map(|n| format!("postgres-{n}=http://postgres-{n}.peers.databases.svc:2380")).collect();
    let env = json!([{"name": "ETCD_INITIAL_CLUSTER", "value": list.join(",")},
                     {"name": "ETCD_INITIAL_CLUSTER_STATE", "value": state}]);
    set(with_env("quay.io/coreos/etcd:v3.6.0", env), "spec.replicas", json!(members))
}

fn zookeeper(servers: u32, pods: u32) -> Value {
    let list: Vec<_> = (0..servers).map(|n| format!("server.{}=postgres-{n}.peers:2888:3888;2181", n + 1)).collect();
    let env = json!([{"name": "ZOO_SERVERS", "value": list.join(" ")}]);
    set(with_env("zookeeper:3.9", env), "spec.replicas", json!(pods))
}

#[test]
fn a_bare_number_of_pods_is_no_change_of_members() {
    use Class::{InPlace, Recreate, Refused};
    for (image, old, new, class) in [
        ("quay.io/coreos/etcd:v3.6.0", 3, 5, Refused),
        ("quay.io/coreos/etcd:v3.6.0", 5, 3, Refused),
        ("quay.io/coreos/etcd:v3.6.0", 3, 1, Refused),
        ("zookeeper:3.9", 3, 5, Refused),
        ("zookeeper:3.9", 3, 2, Refused),
        ("apache/kafka:4.0.0", 3, 5, Refused),
        ("apache/kafka:4.0.0", 3, 2, Refused),
        ("confluentinc/cp-kafka:7.9.0", 3, 1, Refused),
        ("mongo:7.0", 3, 1, Refused),
        ("mongo:7.0", 3, 5, Recreate),
        ("cassandra:5.0", 3, 2, Refused),
        ("cassandra:5.0", 3, 4, InPlace),
        ("rabbitmq:4.1", 3, 1, Refused),
        ("rabbitmq:4.1", 1, 3, InPlace),
        ("elasticsearch:8.11.0", 3, 2, Refused),
        ("elasticsearch:8.11.0", 2, 3, InPlace),
        ("opensearchproject/opensearch:2.19.0", 3, 1, Refused),
        ("nats:2.12", 3, 1, Refused),
        ("postgres:15", 1, 3, InPlace),
        ("redis:7.2", 3, 1, InPlace),
        // All stop, or start again: nobody joins and nobody leaves.
        ("mongo:7.0", 3, 0, InPlace),
        ("quay.io/coreos/etcd:v3.6.0", 0, 3, InPlace),
    ] {
        let plan = replicas(&of(image), old, new);
        assert_eq!((only(&plan).class, only(&plan).path.as_str()), (class, "spec.replicas"), "{image}: {plan}");
    }
}

#[test]
fn a_refusal_is_seen_in_every_output() {
    let plan = replicas(&etcd(3, "new"), 3, 5);
    assert_eq!((plan.class(), plan.exit_code()), (Class::Refused, 3));
    assert_eq!(plan.to_json()["changes"][0]["class"], "refused");
    assert_says(&plan.to_string(), "StatefulSet databases/postgres: refused\n");
    assert_says(&plan.to_string(), "https://etcd.io/docs/v3.6/op-guide/runtime-configuration/");
}

#[test]
fn etcd_grows_by_one_announced_member_at_a_time() {
    let plan = one(etcd(3, "new"), etcd(5, "existing"));
    let change = plan.changes.iter().find(|change| change.path == "spec.replicas").expect("replicas change");
    assert_eq!(change.class, Class::Refused);
    let entry = |n: u32| format!("postgres-{n}=http://postgres-{n}.peers.databases.svc:2380");
    let list = |n: u32| (0..n).map(entry).collect::<Vec<_>>().join(",");
    let step = |n: u32| {
        [
            format!(
                "kubectl set env statefulset/postgres -n databases ETCD_INITIAL_CLUSTER='{}' ETCD_INITIAL_CLUSTER_STATE=existing",
                list(n)
            ),
            "kubectl rollout status statefulset/postgres -n databases".to_owned(),
            format!(
                "kubectl exec postgres-0 -n databases -- etcdctl member add postgres-{} \
                 --peer-urls=http://postgres-{0}.peers.databases.svc:2380",
                n - 1
            ),
            format!("kubectl scale statefulset postgres -n databases --replicas={n}"),
            "kubectl rollout status statefulset/postgres -n databases".to_owned(),
        ]
    };
    let apply = "kubectl apply --server-side -f NEW/".to_owned();
    assert_eq!(change.commands, [step(4).as_slice(), &step(5), std::slice::from_ref(&apply)].concat());

    // Whoever says `existing`, and one more, knows the procedure: the announcement is what is left to do.
    let plan = one(etcd(3, "new"), etcd(4, "existing"));
    assert_eq!(plan.class(), Class::Recreate);
    let change = plan.changes.iter().find(|change| change.path == "spec.replicas").expect("replicas change");
    assert_says(&change.commands[0], "etcdctl member add postgres-3");
    assert_eq!(change.commands[1], apply);
    assert_says(&change.explanation, "4 members survive the loss of 1, no more than 3 do");
}

#[test]
fn etcd_members_are_removed_before_their_pods() {
    let plan = one(etcd(5, "new"), etcd(3, "new"));
    let change = plan.changes.iter().find(|change| change.path == "spec.replicas").expect("replicas change");
    let remove = |n: u32| {
        format!(
            "kubectl exec postgres-0 -n databases -- etcdctl member remove $(kubectl exec postgres-0 -n databases -- etcdctl \
             member list | awk -F', ' '$3 == \"postgres-{n}\" {{print $1}}')"
        )
    };
    let step = |n: u32| {
        [
            remove(n),
            format!("kubectl scale statefulset postgres -n databases --replicas={n}"),
            format!("kubectl wait --for=delete pod/postgres-{n} -n databases --timeout=10m"),
        ]
    };
    let apply = "kubectl apply --server-side -f NEW/".to_owned();
    assert_eq!(change.commands, [step(4).as_slice(), &step(3), std::slice::from_ref(&apply)].concat());
    assert!(!change.explanation.contains("no majority"), "3 of 5 go on: {}", change.explanation);
    let plan = replicas(&of("etcd:3.6.0"), 5, 2);
    assert_says(&only(&plan).explanation, "the 2 that stay are no majority of 5: it stops");
    let plan = one(etcd(3, "new"), etcd(2, "new"));
    let change = plan.changes.iter().find(|change| change.path == "spec.replicas").expect("replicas change");
    assert_eq!(change.commands, [remove(2), apply]);
}

#[test]
fn zookeeper_goes_one_server_at_a_time_with_its_list() {
    for (old, new, class) in [
        (zookeeper(3, 3), zookeeper(4, 4), Class::Rolling),
        (zookeeper(4, 4), zookeeper(3, 3), Class::Rolling),
        (zookeeper(3, 3), zookeeper(5, 5), Class::Refused),
        (zookeeper(5, 5), zookeeper(3, 3), Class::Refused),
        (zookeeper(3, 3), zookeeper(3, 4), Class::Refused),
        (zookeeper(3, 3), zookeeper(4, 3), Class::Refused),
        // The only server would wait for a second one that waits for it.
        (zookeeper(1, 1), zookeeper(2, 2), Class::Refused),
    ] {
        let plan = one(old, new);
        assert_eq!(plan.class(), class, "{plan}");
    }
    let plan = one(zookeeper(3, 3), zookeeper(5, 5));
    let change = plan.changes.iter().find(|change| change.path == "spec.replicas").expect("replicas change");
    assert_says(&change.commands[0], "ZOO_SERVERS='server.1=postgres-0.peers:2888:3888;2181 server.2=");
    assert_says(&change.commands[2], "--replicas=4");
    let plan = one(zookeeper(5, 5), zookeeper(3, 3));
    let change = plan.changes.iter().find(|change| change.path == "spec.replicas").expect("replicas change");
    assert_says(&change.commands[0], "--replicas=4");
    assert_says(&change.commands[2], "server.4=postgres-3.peers:2888:3888;2181'");
}

#[test]
fn brokers_without_a_vote_may_come() {
    let role = |roles: &str| with_env("apache/kafka:4.1.0", json!([{"name": "KAFKA_PROCESS_ROLES", "value": roles}]));
    assert_eq!(replicas(&role("broker"), 3, 5).class(), Class::InPlace);
    assert_eq!(replicas(&role("controller"), 3, 5).class(), Class::Refused);
    assert_eq!(replicas(&role("broker,controller"), 3, 5).class(), Class::Refused);
}

#[test]
fn brokers_that_go_take_their_partitions_along() {
    for roles in ["broker", "broker,controller"] {
        let kafka = with_env("apache/kafka:4.1.0", json!([{"name": "KAFKA_PROCESS_ROLES", "value": roles}]));
        let plan = replicas(&kafka, 4, 3);
        assert_eq!(plan.class(), Class::Refused, "{roles}");
        assert_says(&only(&plan).commands.join("\n"), "kafka-reassign-partitions.sh");
        assert_eq!(only(&plan).commands.join("\n").contains("remove-controller"), roles.contains("controller"));
    }
}

#[test]
fn a_list_of_voters_is_changed_by_the_engine_alone() {
    let voters =
        |list: &str| with_env("apache/kafka:4.0.0", json!([{"name": "KAFKA_CONTROLLER_QUORUM_VOTERS", "value": list}]));
    let plan = one(voters("0@a:9093,1@b:9093,2@c:9093"), voters("0@a:9093"));
    assert_eq!(only(&plan).class, Class::Refused);
    assert_says(&only(&plan).explanation, "from 3 voters to 1");
}

#[test]
fn redis_cluster_moves_its_slots() {
    let cluster = with_args("redis:7.2", json!(["--cluster-enabled", "yes"]));
    let plan = replicas(&cluster, 6, 8);
    assert_eq!(plan.class(), Class::Recreate);
    assert_says(&only(&plan).commands.join("\n"), "--cluster add-node");
    let plan = replicas(&cluster, 8, 6);
    assert_eq!(plan.class(), Class::Refused);
    assert_says(
        &only(&plan).commands[0],
        "--cluster-weight $(kubectl exec postgres-7 -n databases -- redis-cli cluster myid)=0",
    );
    // The last command before a pod goes takes it out of the cluster.
    assert_says(&only(&plan).commands[1], "--cluster del-node");
    assert_says(&only(&plan).commands[2], "--replicas=7");
}

#[test]
fn nodes_are_called_what_their_cluster_calls_them() {
    let name = "rabbit@$(POD_NAME).peers.databases.svc.cluster.local";
    let rabbit = with_env("rabbitmq:4.1", json!([{"name": "RABBITMQ_NODENAME", "value": name}]));
    let plan = replicas(&rabbit, 3, 2);
    let node = "rabbit@postgres-2.peers.databases.svc.cluster.local";
    assert_eq!(
        only(&plan).commands,
        [
            format!("kubectl exec postgres-0 -n databases -- rabbitmq-queues shrink {node}"),
            "kubectl apply --server-side -f NEW/".into(),
            format!("kubectl exec postgres-0 -n databases -- rabbitmqctl forget_cluster_node {node}"),
        ]
    );
    let mongo = with_args("mongo:7.0", json!(["--replSet", "orders"]));
    let plan = replicas(&mongo, 3, 4);
    let add = "kubectl exec -it postgres-0 -n databases -- mongosh \
               'mongodb://postgres-0.postgres-headless:27017/admin?replicaSet=orders' -u root --eval \
               'rs.add(\"postgres-3.postgres-headless:27017\")'";
    assert_eq!(only(&plan).commands.last().map(String::as_str), Some(add));
}

#[test]
fn a_standby_that_leaves_leaves_its_slot() {
    let standby = with_args("postgres:17", json!(["-c", "primary_slot_name=standby_$(POD_INDEX)"]));
    let plan = replicas(&standby, 3, 2);
    assert_eq!(plan.class(), Class::InPlace);
    assert_says(&only(&plan).commands[0], r#"pg_drop_replication_slot('\''standby_2'\'')"#);
}

#[test]
fn moved_ordinals_are_members_that_leave_and_members_that_join() {
    let plan = one(etcd(3, "new"), set(etcd(3, "new"), "spec.ordinals", json!({"start": 1})));
    assert_eq!(plan.class(), Class::Destroys, "the volumes stay behind too: {plan}");
    assert_says(&plan.to_string(), "etcdctl member remove");
}
