//! Several pods, Kafka, ZooKeeper, Redis.

use super::*;

#[test]
fn several_servers_alone_are_refused() {
    let three = |image: &str| plain(image, |app| app.replicas = Some(3));
    let rules = |app| {
        found_in(app).into_iter().filter(|f| f.contains("replicas-without") || f.contains("seeds")).collect::<Vec<_>>()
    };
    for image in [
        "postgres:15.2",
        "mysql:8.4",
        "mariadb",
        "mongo:5.0",
        "redis:7-alpine",
        "rabbitmq:3-management",
        "nats",
        "elasticsearch:8.19.20",
        "opensearchproject/opensearch:3",
        "quay.io/coreos/etcd:v3.6.14",
        "zookeeper:3.9",
        "apache/kafka:4.1.1",
    ] {
        let app = three(image);
        let name = app.name.to_string();
        assert_eq!(rules(app), [format!("replicas-without-replication at {name} replicas")], "{image}");
    }
    assert_eq!(rules(three("cassandra:3.11")), ["cassandra-seeds-missing at cassandra replicas"]);
    assert_eq!(rules(three("example.com/team/store:1")), [""; 0]);
}

#[test]
fn the_message_says_what_they_are_and_what_to_write() {
    let app = postgres(|app| app.replicas = Some(3));
    assert_eq!(
        only(&stack([item(app)])),
        "3 pods of PostgreSQL are unrelated databases behind one name\n\
         help: write `engine: postgres { replication: … }`, which makes them one, or `replicas: 1`"
    );
    let engine = app_with(EngineKind::Mysql, 2, |engine| engine.root_password = Some(key("s", "root")));
    let said = only(&stack([item(engine)]));
    assert!(said.starts_with("2 pods of MySQL are unrelated servers behind one name\nhelp: "), "{said}");
}

fn app_with(kind: EngineKind, replicas: u32, edit: impl FnOnce(&mut Engine)) -> App {
    app(kind, |app, engine| {
        app.replicas = Some(replicas);
        app.storage.push(volume("data", None));
        edit(engine);
    })
}

#[test]
fn what_somebody_clustered_by_hand_is_left_alone() {
    let by_hand = |image: &str, edit: &dyn Fn(&mut App)| {
        let app = plain(image, |app| {
            app.replicas = Some(3);
            edit(app);
        });
        found_in(app).into_iter().filter(|f| f.contains("replicas-without")).count()
    };
    assert_eq!(by_hand("mongo:8", &|app| app.main.args = vec!["--replSet".to_owned(), "rs0".to_owned()]), 0);
    assert_eq!(
        by_hand("quay.io/coreos/etcd:v3.6.14", &|app| app
            .main
            .env
            .push(env("ETCD_INITIAL_CLUSTER", "a=http://a:2380"))),
        0
    );
    assert_eq!(by_hand("redis:8", &|app| app.main.command = vec!["/run.sh".to_owned()]), 0);
}

#[test]
fn an_engine_needs_what_its_form_needs() {
    let rabbit = |cookie: bool| {
        found_in(app_with(EngineKind::Rabbitmq, 3, |engine| {
            engine.cluster_secret = cookie.then(|| key("s", "cookie"));
        }))
    };
    assert_eq!(rabbit(false), ["replicas-without-replication at rabbitmq replicas"]);
    assert_eq!(rabbit(true), [""; 0]);
}

#[test]
fn a_quorum_has_three_members_or_an_odd_number() {
    let etcd = |replicas: u32| found_in(app_with(EngineKind::Etcd, replicas, |_| ()));
    assert_eq!(etcd(2), ["quorum-too-small at etcd replicas"]);
    assert_eq!(etcd(4), ["quorum-even at etcd replicas"]);
    for replicas in [1, 3, 5, 7] {
        assert_eq!(etcd(replicas), [""; 0]);
    }
    // With ZooKeeper the brokers do not vote.
    let kafka = app(EngineKind::Kafka, |app, engine| {
        app.replicas = Some(2);
        engine.zookeeper = Some("zk".parse().unwrap());
    });
    let zookeeper = app(EngineKind::Zookeeper, |app, _| app.name = "zk".parse().unwrap());
    assert_eq!(found(&stack([item(kafka), item(zookeeper)])), [""; 0]);
}

#[test]
fn several_nodes_of_elasticsearch_with_a_password_need_a_certificate() {
    let nodes = |replicas: u32, certificate: bool| {
        found_in(app_with(EngineKind::Elasticsearch, replicas, |engine| {
            engine.password = Some(key("es", "password"));
            engine.cluster_secret = certificate.then(|| key("es", "p12"));
        }))
    };
    assert_eq!(nodes(3, false), ["transport-tls-missing at elasticsearch engine.password"]);
    assert_eq!(nodes(3, true), [""; 0]);
    assert_eq!(nodes(1, false), [""; 0]);
}

#[test]
fn cassandra_may_start_at_once_but_is_told() {
    let cassandra = app(EngineKind::Cassandra, |app, _| {
        app.replicas = Some(3);
        app.storage.push(volume("data", None));
        app.pod_management = Some(PodManagement::Parallel);
    });
    assert_eq!(found_in(cassandra), ["cassandra-parallel at cassandra pod_management"]);
}

#[test]
fn a_node_of_a_redis_cluster_announces_its_address() {
    let redis = |args: &[&str]| {
        found_in(plain("redis:8", |app| {
            app.replicas = Some(6);
            app.main.args = args.iter().map(|arg| (*arg).to_owned()).collect();
        }))
    };
    assert_eq!(redis(&["--cluster-enabled", "yes"]), ["redis-cluster-announce at redis args[0]"]);
    assert_eq!(redis(&["--cluster-enabled", "yes", "--cluster-announce-ip", "$(POD_IP)"]), [""; 0]);
}

/// Kafka as the seed has it, and edits.
fn seed_kafka(variables: &[(&str, &str)]) -> App {
    plain("confluentinc/cp-kafka:7.4.0", |app| {
        app.replicas = Some(3);
        app.main.ports = vec![port("kafka", 9092)];
        app.main.env = variables.iter().map(|(name, value)| env(name, value)).collect();
    })
}

const SEED: [(&str, &str); 2] =
    [("KAFKA_ZOOKEEPER_CONNECT", "zookeeper:2181"), ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka:9092")];

#[test]
fn brokers_do_not_share_an_address() {
    assert_eq!(found_in(seed_kafka(&SEED)), ["kafka-advertised-shared at kafka env.KAFKA_ADVERTISED_LISTENERS"]);
    let own = [SEED[0], ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://$(POD_NAME).kafka:9092")];
    assert_eq!(found_in(seed_kafka(&own)), [""; 0]);
    let mut one = seed_kafka(&SEED);
    one.replicas = None;
    one.main.env.push(env("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"));
    assert_eq!(found_in(one), [""; 0]);
}

#[test]
fn zookeeper_is_only_for_old_images_of_confluent() {
    let with = |image: &str| {
        let mut app = seed_kafka(&[SEED[0], ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://$(POD_NAME).kafka:9092")]);
        app.main.image = image.parse().ok();
        found_in(app)
    };
    assert_eq!(with("confluentinc/cp-kafka:7.9.1"), [""; 0]);
    for image in ["apache/kafka:3.9.1", "apache/kafka:4.1.1"] {
        assert_eq!(with(image), ["kafka-zookeeper-gone at kafka env.KAFKA_ZOOKEEPER_CONNECT"], "{image}");
    }
    assert!(
        with("confluentinc/cp-kafka:8.0.0")
            .contains(&"kafka-zookeeper-gone at kafka env.KAFKA_ZOOKEEPER_CONNECT".to_owned())
    );
}

#[test]
fn every_listener_has_a_protocol() {
    let listeners = |more: &[(&str, &str)]| {
        let base = [
            SEED[0],
            ("KAFKA_LISTENERS", "INTERNAL://0.0.0.0:9092,EXTERNAL://0.0.0.0:9093"),
            ("KAFKA_ADVERTISED_LISTENERS", "INTERNAL://$(POD_NAME).kafka:9092,EXTERNAL://$(POD_NAME).kafka:9093"),
        ];
        found_in(seed_kafka(&[&base[..], more].concat()))
    };
    let map = ("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT");
    let wrong = ["kafka-listener-map at kafka env.KAFKA_LISTENERS"];
    assert_eq!(listeners(&[]), wrong);
    assert_eq!(listeners(&[map]), wrong);
    assert_eq!(listeners(&[map, ("KAFKA_INTER_BROKER_LISTENER_NAME", "PLAINTEXT")]), wrong);
    assert_eq!(listeners(&[map, ("KAFKA_INTER_BROKER_LISTENER_NAME", "INTERNAL")]), [""; 0]);
}

#[test]
fn the_engine_follows_the_users_listeners_and_the_controller_needs_one() {
    let kafka = |listeners: &str| {
        found_in(app(EngineKind::Kafka, |app, _| {
            app.replicas = Some(3);
            app.main.env.push(env("KAFKA_LISTENERS", listeners));
        }))
    };
    assert_eq!(kafka("INTERNAL://:9092,EXTERNAL://:9094,CONTROLLER://:9093"), [""; 0]);
    assert_eq!(kafka("INTERNAL://:9092,EXTERNAL://:9093"), ["kafka-listener-map at kafka env.KAFKA_LISTENERS"]);
}

#[test]
fn no_topic_has_more_replicas_than_there_are_brokers() {
    let with = |brokers: u32, name: &str, value: &str| {
        let app = app(EngineKind::Kafka, |app, _| {
            app.replicas = Some(brokers);
            app.main.env.push(env(name, value));
        });
        found_in(app).into_iter().filter(|finding| finding.starts_with("rf-")).collect::<Vec<_>>()
    };
    assert_eq!(
        with(1, "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "3"),
        ["rf-exceeds-replicas at kafka env.KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"]
    );
    assert_eq!(with(3, "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "3"), [""; 0]);
    assert_eq!(
        with(3, "KAFKA_MIN_INSYNC_REPLICAS", "3"),
        ["rf-exceeds-replicas at kafka env.KAFKA_MIN_INSYNC_REPLICAS"]
    );
    assert_eq!(
        with(3, "KAFKA_MIN_INSYNC_REPLICAS", "4"),
        ["rf-exceeds-replicas at kafka env.KAFKA_MIN_INSYNC_REPLICAS"]
    );
    assert_eq!(with(3, "KAFKA_MIN_INSYNC_REPLICAS", "1"), [""; 0]);
    // One broker without an engine: Kafka's own default is three.
    let mut one = seed_kafka(&SEED);
    one.replicas = Some(1);
    assert_eq!(found_in(one), ["rf-exceeds-replicas at kafka env"]);
}

#[test]
fn a_service_called_kafka_does_not_become_a_variable() {
    let kafka = |links: bool| {
        let mut app = seed_kafka(&[SEED[0], ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://$(POD_NAME).brokers:9092")]);
        app.service_name = Some("brokers".parse().unwrap());
        app.service_links = Some(links);
        let service = crate::engine::tests::any_service("kafka", &app);
        found(&stack([item(app), Item::Service(service)]))
    };
    assert_eq!(kafka(true), ["kafka-service-links at kafka service_links"]);
    assert_eq!(kafka(false), [""; 0]);
}

#[test]
fn members_of_an_ensemble_have_ids_of_their_own() {
    let zookeeper = |image: &str, variables: &[(&str, &str)]| {
        found_in(plain(image, |app| {
            app.replicas = Some(3);
            app.main.env = variables.iter().map(|(name, value)| env(name, value)).collect();
        }))
    };
    let list = |form: fn(u32) -> String| (0..3).map(form).collect::<Vec<_>>().join(" ");
    let all = list(|n| format!("server.{}=zookeeper-{n}.zookeeper:2888:3888;2181", n + 1));
    let servers = ("ZOO_SERVERS", all.as_str());
    assert_eq!(zookeeper("zookeeper:3.9", &[servers]), ["zookeeper-id-missing at zookeeper env"]);
    assert_eq!(zookeeper("zookeeper:3.9", &[servers, ("ZOO_MY_ID", "1")]), ["id-shared at zookeeper env.ZOO_MY_ID"]);
    assert_eq!(zookeeper("zookeeper:3.9", &[servers, ("ZOO_MY_ID", "$(POD_INDEX)")]), [""; 0]);
    let all = list(|n| format!("zookeeper-{n}.zookeeper:2888:3888"));
    let seed = [("ZOOKEEPER_CLIENT_PORT", "2181"), ("ZOOKEEPER_SERVERS", all.as_str())];
    assert_eq!(zookeeper("confluentinc/cp-zookeeper:7.4.0", &seed), ["zookeeper-id-missing at zookeeper env"]);
}
