//! MongoDB, Redis, Cassandra, RabbitMQ, NATS and etcd.

use super::*;

fn three(kind: EngineKind, edit: impl FnOnce(&mut App, &mut Engine)) -> Stack {
    stack([item(app(kind, |app, engine| {
        app.replicas = Some(3);
        app.storage.push(volume("data", None));
        app.main.resources.push(memory("4Gi"));
        edit(app, engine);
    }))])
}

fn one(kind: EngineKind, edit: impl FnOnce(&mut App, &mut Engine)) -> Stack {
    three(kind, |app, engine| {
        app.replicas = None;
        edit(app, engine);
    })
}

#[test]
fn mongodb() {
    let stack = one(EngineKind::Mongodb, |_, engine| {
        engine.database = Some("app_db".to_owned());
        engine.password = Some(key("mongo-secret", "password"));
    });
    same(
        &describe(&stack),
        r#"
image mongo:8.0.29
user (999) (999) (999)
args --wiredTigerCacheSizeGB 1.50
port mongodb 27017
env MONGO_INITDB_ROOT_USERNAME=root
env MONGO_INITDB_ROOT_PASSWORD=(secret)
env MONGO_INITDB_DATABASE=app_db
volume data /data/db sub db
startup tcp mongodb every 10 s, 360 times
readiness mongosh --quiet --eval db.adminCommand('ping').ok every 20 s, 3 times
grace 120 s
Parallel
"#,
    );
}

#[test]
fn the_shell_of_old_mongodb_has_another_name() {
    let app = completed(&one(EngineKind::Mongodb, |_, engine| engine.version = Some("5.0".to_owned())));
    assert!(matches!(&app.main.readiness.unwrap().handler, Handler::Exec(words) if words[0] == "mongo"));
}

#[test]
fn redis() {
    let stack = one(EngineKind::Redis, |app, engine| {
        app.main.image = "redis:7-alpine".parse().ok();
        engine.password = Some(key("redis", "password"));
        engine.settings = vec![("maxmemory-policy".to_owned(), "allkeys-lru".to_owned())];
    });
    same(
        &describe(&stack),
        r#"
image redis:7-alpine
user (999) (1000) (1000)
args --requirepass $(REDISCLI_AUTH) --maxmemory-policy allkeys-lru --appendonly yes --maxmemory 3221225472
port redis 6379
env REDISCLI_AUTH=(secret)
volume data /data sub redis
startup sh -c [ "`redis-cli ping`" = PONG ] every 10 s, 360 times
readiness sh -c [ "`redis-cli ping`" = PONG ] every 10 s, 3 times
grace 120 s
Parallel
"#,
    );
}

#[test]
fn the_configuration_file_of_redis_comes_first_and_wins() {
    let mut stack = one(EngineKind::Redis, |_, engine| engine.config = Some("redis-config".parse().unwrap()));
    stack.items.push(config_map("redis-config", &[("redis.conf", "appendonly no\nmaxmemory 1gb\n")]));
    assert_eq!(completed(&stack).main.args, ["/usr/local/etc/redis/redis.conf"]);
}

#[test]
fn cassandra() {
    same(
        &describe(&three(EngineKind::Cassandra, |_, engine| engine.cluster = Some("prod".to_owned()))),
        r#"
image cassandra:5.0.9
user (999) (999) (999)
port cql 9042
port internode 7000
env POD_IP=status.podIP
env CASSANDRA_SEEDS=cassandra-0.cassandra,cassandra-1.cassandra
env CASSANDRA_CLUSTER_NAME=prod
env CASSANDRA_ENDPOINT_SNITCH=GossipingPropertyFileSnitch
env CASSANDRA_DC=dc1
env CASSANDRA_RACK=rack1
env MAX_HEAP_SIZE=2048M
env HEAP_NEWSIZE=512M
volume data /var/lib/cassandra sub cassandra
readiness bash -c nodetool status | grep -q "^UN  *$POD_IP " every 15 s, 4 times
pre-stop nodetool drain
grace 120 s
OrderedReady
away 1
service cassandra-client: cql
"#,
    );
}

#[test]
fn some_node_of_cassandra_is_no_seed() {
    let seeds = |replicas: u32| {
        let app = alone(app(EngineKind::Cassandra, |app, _| app.replicas = Some(replicas)));
        value(&app, "CASSANDRA_SEEDS").split(',').count()
    };
    assert_eq!([1, 2, 3, 4, 5, 9].map(seeds), [1, 1, 2, 3, 3, 3]);
}

#[test]
fn rabbitmq() {
    let stack = three(EngineKind::Rabbitmq, |_, engine| {
        engine.version = Some("4.1-management".to_owned());
        engine.user = Some("app".to_owned());
        engine.password = Some(key("rabbit", "password"));
        engine.cluster_secret = Some(key("rabbit", "cookie"));
        engine.settings = vec![("disk_free_limit.absolute".to_owned(), "2GB".to_owned())];
    });
    same(
        &describe(&stack),
        r#"
image rabbitmq:4.1-management
user (999) (999) (999)
port amqp 5672
port epmd 4369
port distribution 25672
port prometheus 15692
port management 15672
env POD_NAME=metadata.name
env POD_NAMESPACE=metadata.namespace
env RABBITMQ_DEFAULT_USER=app
env RABBITMQ_DEFAULT_PASS=(secret)
env RABBITMQ_USE_LONGNAME=true
env RABBITMQ_NODENAME=rabbit@$(POD_NAME).rabbitmq.$(POD_NAMESPACE).svc.cluster.local
volume data /var/lib/rabbitmq sub rabbitmq
file /etc/rabbitmq/enabled_plugins rabbitmq-config
file /etc/rabbitmq/conf.d/30-cluster.conf rabbitmq-config
init erlang-cookie: sh -ec rm -f /var/lib/rabbitmq/.erlang.cookie | umask 077 | printf %s "$ERLANG_COOKIE" > /var/lib/rabbitmq/.erlang.cookie
startup tcp amqp every 10 s, 360 times
readiness tcp amqp every 10 s, 3 times
grace 120 s
Parallel
away 1
service rabbitmq-client: amqp
config rabbitmq-config enabled_plugins: [rabbitmq_prometheus,rabbitmq_peer_discovery_k8s,rabbitmq_management].
config rabbitmq-config cluster.conf: cluster_formation.peer_discovery_backend = k8s | cluster_formation.target_cluster_size_hint = 3 | cluster_partition_handling = pause_minority | total_memory_available_override_value = 4294967296 | disk_free_limit.absolute = 2GB
"#,
    );
}

#[test]
fn before_4_1_rabbitmq_has_a_list_of_its_members() {
    let mut stack = three(EngineKind::Rabbitmq, |app, engine| {
        engine.version = Some("4.0.9".to_owned());
        app.replicas = Some(2);
    });
    let text = describe(&stack);
    assert!(text.contains("env RABBITMQ_NODENAME=rabbit@$(POD_NAME).rabbitmq\n"), "{text}");
    assert!(text.contains("classic_config.nodes.1 = rabbit@rabbitmq-0.rabbitmq | "), "{text}");
    assert!(text.contains("classic_config.nodes.2 = rabbit@rabbitmq-1.rabbitmq | "), "{text}");
    stack.namespace = Some("queues".parse().unwrap());
    let text = describe(&stack);
    assert!(text.contains("env RABBITMQ_NODENAME=rabbit@$(POD_NAME).rabbitmq.queues.svc.cluster.local\n"), "{text}");
    assert!(text.contains("nodes.2 = rabbit@rabbitmq-1.rabbitmq.queues.svc.cluster.local | "), "{text}");
}

#[test]
fn the_plugin_of_rabbitmq_knows_the_first_ordinal() {
    let text = describe(&three(EngineKind::Rabbitmq, |app, _| app.first_ordinal = Some(3)));
    assert!(text.contains("cluster_formation.k8s.ordinal_start = 3"), "{text}");
}

#[test]
fn nats() {
    let stack = three(EngineKind::Nats, |_, engine| {
        engine.user = Some("app".to_owned());
        engine.password = Some(key("nats", "password"));
    });
    same(
        &describe(&stack),
        r#"
image nats:2.14.5
user (1000) (1000) (1000)
args --config /etc/nats-config/nats.conf --name $(POD_NAME) --user app --pass $(NATS_PASSWORD)
port nats 4222
port cluster 6222
port monitor 8222
env POD_NAME=metadata.name
env NATS_PASSWORD=(secret)
env GOMEMLIMIT=3686MiB
volume data /data
file /etc/nats-config/nats.conf nats-config
scratch pid /var/run/nats -
startup http monitor /healthz every 10 s, 90 times
readiness http monitor /healthz?js-server-only=true every 10 s, 3 times
liveness http monitor /healthz?js-enabled-only=true every 30 s, 3 times
pre-stop nats-server -sl=ldm=/var/run/nats/nats.pid
grace 60 s
Parallel
away 1
service nats-client: nats
config nats-config nats.conf: port: 4222 | http_port: 8222 | pid_file: "/var/run/nats/nats.pid" | lame_duck_duration: 30s | lame_duck_grace_period: 10s | jetstream { |   store_dir: "/data" |   max_file_store: 10737418240 | } | cluster { |   name: "nats" |   port: 6222 |   routes: [ |     "nats://nats-0.nats:6222" |     "nats://nats-1.nats:6222" |     "nats://nats-2.nats:6222" |   ] | }
"#,
    );
}

#[test]
fn one_nats_server_has_no_cluster_and_without_a_volume_no_jetstream() {
    let text = describe(&stack([item(app(EngineKind::Nats, |_, _| ()))]));
    assert!(!text.contains("cluster {") && !text.contains("jetstream"), "{text}");
}

#[test]
fn further_configuration_of_nats_is_included_last() {
    let mut stack = three(EngineKind::Nats, |_, engine| engine.config = Some("more".parse().unwrap()));
    stack.items.push(config_map("more", &[("accounts.conf", "accounts {}")]));
    let text = describe(&stack);
    assert!(text.contains("file /etc/nats-config/include more"), "{text}");
    assert!(text.trim_end().ends_with("include \"./include/accounts.conf\""), "{text}");
}

#[test]
fn etcd() {
    same(
        &describe(&three(EngineKind::Etcd, |_, engine| {
            engine.settings = vec![("quota-backend-bytes".to_owned(), "8589934592".to_owned())];
        })),
        r#"
image quay.io/coreos/etcd:v3.6.14
user (1000) (1000) (1000)
port client 2379
port peer 2380
port metrics 8080
env POD_NAME=metadata.name
env ETCD_DATA_DIR=/var/lib/etcd/member-data
env ETCD_NAME=$(POD_NAME)
env ETCD_QUOTA_BACKEND_BYTES=8589934592
env ETCD_LISTEN_CLIENT_URLS=http://0.0.0.0:2379
env ETCD_ADVERTISE_CLIENT_URLS=http://$(POD_NAME).etcd:2379
env ETCD_LISTEN_PEER_URLS=http://0.0.0.0:2380
env ETCD_INITIAL_ADVERTISE_PEER_URLS=http://$(POD_NAME).etcd:2380
env ETCD_LISTEN_METRICS_URLS=http://0.0.0.0:8080
env ETCD_INITIAL_CLUSTER=etcd-0=http://etcd-0.etcd:2380,etcd-1=http://etcd-1.etcd:2380,etcd-2=http://etcd-2.etcd:2380
env ETCD_INITIAL_CLUSTER_STATE=new
env ETCD_INITIAL_CLUSTER_TOKEN=shop-etcd
volume data /var/lib/etcd
startup http metrics /livez every 5 s, 720 times
readiness http metrics /readyz every 5 s, 3 times
liveness http metrics /livez every 10 s, 3 times
grace 60 s
Parallel
away 1
apart Required
service etcd-client: client
"#,
    );
}

#[test]
fn a_generated_name_gives_way_to_a_declared_one() {
    let mut stack = three(EngineKind::Nats, |_, _| ());
    stack.items.push(config_map("nats-config", &[]));
    let nats = completed(&stack);
    let client = super::super::draft::service("nats-client".parse().unwrap(), &nats, Some(0), vec![]);
    stack.items.push(Item::Service(client));
    let completed = complete(&stack);
    let names: Vec<_> = completed.items.iter().skip(3).map(|item| (item.kind(), item.name())).collect();
    assert_eq!(names, [("ConfigMap", "nats-engine-config")]);
}
