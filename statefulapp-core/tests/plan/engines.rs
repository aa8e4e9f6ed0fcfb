//! What database engines make of a change that the API server accepts.

use serde_json::{Value, json};
use statefulapp_core::plan::{Class, Plan, plan};

use super::{assert_says, one, only, postgres, set};

fn image(old: &str, new: &str) -> Plan {
    let with = |image: &str| set(bare(), "spec.template.spec.containers.0.image", json!(image));
    one(with(old), with(new))
}

/// A StatefulSet without variables of PostgreSQL.
fn bare() -> Value {
    set(postgres(), "spec.template.spec.containers.0.env", Value::Null)
}

pub(super) fn with_env(image: &str, env: Value) -> Value {
    let object = set(bare(), "spec.template.spec.containers.0.image", json!(image));
    set(object, "spec.template.spec.containers.0.env", env)
}

pub(super) fn with_args(image: &str, args: Value) -> Value {
    let object = set(bare(), "spec.template.spec.containers.0.image", json!(image));
    set(object, "spec.template.spec.containers.0.args", args)
}

#[test]
fn versions_that_can_follow_each_other() {
    use Class::{Destroys, Recreate, Rolling};
    let cases = [
        // PostgreSQL reads only its own major version.
        ("postgres:15.2", "postgres:15.4", Rolling),
        ("postgres:15.2-alpine", "registry.example.com/mirror/postgres:15-alpine", Rolling),
        ("postgres:15", "postgres:16", Destroys),
        ("postgres:16", "postgres:15", Destroys),
        ("postgres:9.5", "postgres:9.6", Destroys),
        ("timescale/timescaledb:2.17-pg15", "timescale/timescaledb:2.18-pg15", Rolling),
        ("timescale/timescaledb:2.17-pg15", "timescale/timescaledb:2.17-pg16", Destroys),
        // One long-term series after the other.
        ("mysql:8.0.36", "mysql:8.4.1", Rolling),
        ("mysql:8.4", "mysql:9.7", Rolling),
        ("mysql:5.7", "mysql:8.4", Recreate),
        ("mysql:8.4", "mysql:8.0", Destroys),
        ("mongo:6.0", "mongo:7.0", Rolling),
        ("mongo:4.4", "mongo:5.0", Rolling),
        ("mongo:5.0", "mongo:7.0", Recreate),
        ("mongo:7.0", "mongo:6.0", Destroys),
        ("elasticsearch:7.17.9", "elasticsearch:8.11.0", Rolling),
        ("elasticsearch:7.17.9", "elasticsearch:9.0.0", Recreate),
        ("elasticsearch:8.11.0", "elasticsearch:7.17.9", Destroys),
        ("cassandra:3.11", "cassandra:4.1", Rolling),
        ("cassandra:3.11", "cassandra:5.0", Recreate),
        ("rabbitmq:3.12", "rabbitmq:3.13", Rolling),
        ("rabbitmq:3.12", "rabbitmq:4.0", Recreate),
        ("quay.io/coreos/etcd:v3.5.9", "quay.io/coreos/etcd:v3.6.0", Rolling),
        ("quay.io/coreos/etcd:v3.4.9", "quay.io/coreos/etcd:v3.6.0", Recreate),
        ("redis:7.2", "redis:8.0", Rolling),
        ("redis:7.2", "redis:6.2", Destroys),
        ("mariadb:10.6", "mariadb:11.4", Rolling),
        ("mariadb:11.4", "mariadb:10.6", Destroys),
        // Another program.
        ("postgres:15", "mysql:8.0", Destroys),
        ("mysql:8.0", "mariadb:11.4", Destroys),
        ("redis:7.2", "valkey/valkey:8.0", Rolling),
        ("redis:7.4", "valkey/valkey:8.0", Destroys),
        ("redis:latest", "valkey/valkey:8.0", Recreate),
        // Within a series some read the data of a later version, others do not.
        ("mysql:8.4.3", "mysql:8.4.1", Rolling),
        ("mysql:8.0.36", "mysql:8.0.35", Destroys),
        ("mysql:9.2", "mysql:9.1", Destroys),
        ("elasticsearch:8.11.0", "elasticsearch:8.10.4", Destroys),
        ("elasticsearch:8.11.1", "elasticsearch:8.11", Rolling),
        ("rabbitmq:4.1", "rabbitmq:4.0", Destroys),
        ("rabbitmq:4.1.2", "rabbitmq:4.1.1", Rolling),
        ("apache/kafka:3.9.0", "apache/kafka:4.1.0", Rolling),
        ("confluentinc/cp-kafka:7.0.1", "confluentinc/cp-kafka:8.0.0", Recreate),
        // Another user, and another order of texts.
        ("postgres:17.2", "postgres:17.2-alpine", Recreate),
        ("postgres:17-bookworm", "postgres:17-trixie", Rolling),
        ("rabbitmq:4.1", "rabbitmq:4.1-alpine", Recreate),
        ("redis:7.2", "redis:7.2-alpine", Rolling),
        ("postgres:15", "bitnami/postgresql:15", Recreate),
        ("postgres:15", "example.org/my-database:1", Recreate),
        // Nothing is known of these.
        ("example.org/a:1", "example.org/b:9", Rolling),
        ("postgres:15", "postgres:latest", Rolling),
    ];
    for (old, new, class) in cases {
        let plan = image(old, new);
        assert_eq!(plan.class(), class, "{old} to {new}: {plan}");
        assert_eq!(plan.changes[0].path, "spec.template.spec.containers[postgres].image");
    }
}

#[test]
fn another_major_version_says_how() {
    let plan = image("postgres:15", "postgres:16");
    assert_says(&only(&plan).explanation, "PostgreSQL 16 does not start on the data of 15");
    assert_says(&only(&plan).explanation, "pg_upgrade");
    let dump = r#"kubectl exec postgres-0 -n databases -- sh -c 'pg_dumpall -U "${POSTGRES_USER:-postgres}"' > postgres.backup"#;
    assert_eq!(only(&plan).commands, [dump]);
    assert_says(&only(&image("postgres:15", "postgres:latest")).explanation, "the tags do not say which version");
}

#[test]
fn a_deployment_counts_when_it_has_a_claim() {
    let deployment = |image: &str, volume: Value| {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "db"}, "spec": {
            "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {
                "volumes": [volume], "containers": [{"name": "db", "image": image,
                    "volumeMounts": [{"name": "data", "mountPath": "/var/lib/postgresql/data"}]}]}}}})
    };
    let claim = json!({"name": "data", "persistentVolumeClaim": {"claimName": "data"}});
    let plan = one(deployment("postgres:15", claim.clone()), deployment("postgres:16", claim));
    assert_eq!(plan.class(), Class::Destroys);
    let scratch = json!({"name": "data", "emptyDir": {}});
    let plan = one(deployment("postgres:15", scratch.clone()), deployment("postgres:16", scratch));
    assert_eq!(plan.class(), Class::Rolling, "it starts empty each time anyway");
}

#[test]
fn a_moved_data_directory_is_an_empty_database() {
    let directory = |path: &str| with_env("postgres:15", json!([{"name": "PGDATA", "value": path}]));
    let plan = one(directory("/var/lib/postgresql/data/pgdata"), directory("/var/lib/postgresql/data/other"));
    assert_eq!(only(&plan).class, Class::Destroys);
    assert_says(
        &only(&plan).explanation,
        "looks for its data in other of volume data instead of pgdata of volume data",
    );

    // The same directory of the volume, mounted elsewhere.
    let moved =
        set(directory("/data/pgdata"), "spec.template.spec.containers.0.volumeMounts.0.mountPath", json!("/data"));
    assert_eq!(one(directory("/var/lib/postgresql/data/pgdata"), moved).class(), Class::Rolling);

    let sub_path = set(bare(), "spec.template.spec.containers.0.volumeMounts.0.subPath", json!("data"));
    assert_eq!(one(bare(), sub_path).class(), Class::Destroys);
    let elsewhere = set(bare(), "spec.template.spec.containers.0.volumeMounts.0.mountPath", json!("/backup"));
    let plan = one(bare(), elsewhere);
    assert_eq!(plan.class(), Class::Destroys);
    assert_says(&plan.to_string(), "which is on no volume any more");
}

#[test]
fn variables_of_the_first_start_change_nothing_afterwards() {
    let database = |name: &str| with_env("postgres:15", json!([{"name": "POSTGRES_DB", "value": name}]));
    let plan = one(database("a"), database("b"));
    assert_eq!(only(&plan).class, Class::Recreate);
    assert_says(&only(&plan).explanation, "reads POSTGRES_DB only while its data directory is empty");
    // The same image, another program's variable.
    let other = |value: &str| with_env("postgres:15", json!([{"name": "MYSQL_DATABASE", "value": value}]));
    assert_eq!(one(other("a"), other("b")).class(), Class::Rolling);
}

#[test]
fn another_user_does_not_own_the_files() {
    let user = |uid: u32| set(bare(), "spec.template.spec.securityContext", json!({"runAsUser": uid, "fsGroup": uid}));
    let plan = one(user(999), user(70));
    assert_eq!(plan.class(), Class::Recreate);
    let change = plan.changes.iter().find(|change| change.class == Class::Recreate).expect("one");
    assert_eq!(change.path, "spec.template.spec.securityContext.runAsUser");
    assert_says(&change.explanation, "chown -R 70");
    // The image's own user, written down.
    assert_eq!(one(bare(), user(999)).class(), Class::Rolling);
    let plan = image("postgres:17-bookworm", "postgres:17-trixie");
    assert_says(&plan.to_string(), "reindexdb --all");
    assert_says(&image("postgres:17", "postgres:18").to_string(), "wants the volume there");
}

#[test]
fn members_keep_the_names_of_each_other() {
    for (image, part) in
        [("etcd:3.6.0", "etcdctl member update"), ("mongo:8.0", "rs.reconfig"), ("zookeeper:3.9", "no majority")]
    {
        let named = |service: &str| set(with_env(image, json!([])), "spec.serviceName", json!(service));
        let plan = one(named("a"), named("b"));
        assert_eq!(plan.class(), Class::Recreate, "{image}");
        assert_says(&only(&plan).explanation, part);
    }
}

fn secret(password: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "postgres-secret", "namespace": "databases"},
           "stringData": {"password": password, "unrelated": "x"}})
}

#[test]
fn a_database_does_not_notice_a_changed_password() {
    let plan = plan(&[postgres(), secret("old")], &[postgres(), secret("new")]);
    let change = only(&plan);
    assert_eq!((change.path.as_str(), change.class), ("data.password", Class::Recreate));
    assert_says(&change.explanation, "ALTER USER");
    let set_password = r#"kubectl exec -it postgres-0 -n databases -- sh -c 'psql -U "${POSTGRES_USER:-postgres}" -d postgres -c "\password"'"#;
    assert_eq!(change.commands[0], set_password);
    assert_says(&change.commands[1], "kubectl rollout restart statefulset/postgres");

    let other = set(secret("old"), "stringData.unrelated", json!("y"));
    let plan = statefulapp_core::plan::plan(&[postgres(), secret("old")], &[postgres(), other]);
    assert_eq!(plan.class(), Class::InPlace);
}

#[test]
fn passwords_from_files_and_whole_secrets_count_too() {
    let file = json!([{"name": "POSTGRES_PASSWORD_FILE", "value": "/run/secrets/pg/password"}]);
    let by_file = set(
        with_env("postgres:15", file),
        "spec.template.spec.volumes",
        json!([
        {"name": "secrets", "secret": {"secretName": "postgres-secret"}}]),
    );
    let by_file = set(
        by_file,
        "spec.template.spec.containers.0.volumeMounts.1",
        json!({"name": "secrets", "mountPath": "/run/secrets/pg"}),
    );
    assert_eq!(plan(&[by_file.clone(), secret("a")], &[by_file, secret("b")]).class(), Class::Recreate);

    let keys = |password: &str| {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "all", "namespace": "databases"},
               "stringData": {"POSTGRES_PASSWORD": password}})
    };
    let all = set(bare(), "spec.template.spec.containers.0.envFrom", json!([{"secretRef": {"name": "all"}}]));
    assert_eq!(plan(&[all.clone(), keys("a")], &[all, keys("b")]).class(), Class::Recreate);
}

#[test]
fn moving_the_same_password_into_a_secret_is_only_a_restart() {
    let literal = |value: &str| with_env("postgres:15", json!([{"name": "POSTGRES_PASSWORD", "value": value}]));
    let reference = json!([{"name": "POSTGRES_PASSWORD",
                            "valueFrom": {"secretKeyRef": {"name": "postgres-secret", "key": "password"}}}]);
    let by_secret = with_env("postgres:15", reference);
    let same = plan(&[literal("hunter2")], &[by_secret.clone(), secret("hunter2")]);
    assert_eq!(same.class(), Class::Rolling, "{same}");
    let other = plan(&[literal("hunter2")], &[by_secret.clone(), secret("hunter3")]);
    assert_eq!(other.class(), Class::Recreate, "{other}");
    let unknown = plan(&[literal("hunter2")], &[by_secret]);
    assert_eq!(unknown.class(), Class::Rolling);
    assert_says(&unknown.to_string(), "if it is another value now");
}

#[test]
fn a_cluster_keeps_its_identity() {
    let kafka = |id: &str| with_env("apache/kafka:3.9.0", json!([{"name": "CLUSTER_ID", "value": id}]));
    assert_eq!(one(kafka("a"), kafka("b")).class(), Class::Destroys);
    let cassandra = |name: &str| with_env("cassandra:5.0", json!([{"name": "CASSANDRA_CLUSTER_NAME", "value": name}]));
    assert_eq!(one(cassandra("a"), cassandra("b")).class(), Class::Recreate);
    let rabbit = |name: &str| with_env("rabbitmq:4.1", json!([{"name": "RABBITMQ_NODENAME", "value": name}]));
    assert_eq!(one(rabbit("a"), rabbit("b")).class(), Class::Destroys);
    let mongo = |set: &str| with_args("mongo:7.0", json!(["--replSet", set]));
    assert_eq!(one(mongo("rs0"), mongo("rs1")).class(), Class::Recreate);
}

#[test]
fn kafka_does_not_leave_zookeeper_by_a_restart() {
    let zookeeper = json!([{"name": "KAFKA_ZOOKEEPER_CONNECT", "value": "zk:2181"}]);
    let own = json!([{"name": "KAFKA_PROCESS_ROLES", "value": "broker,controller"}]);
    let plan =
        one(with_env("confluentinc/cp-kafka:7.4.0", zookeeper.clone()), with_env("confluentinc/cp-kafka:7.9.0", own));
    assert_eq!(plan.class(), Class::Destroys);
    assert_says(&plan.to_string(), "KIP-866");
    // Confluent's 8 is Kafka 4, which knows no ZooKeeper.
    let plan = one(
        with_env("confluentinc/cp-kafka:7.4.0", zookeeper.clone()),
        with_env("confluentinc/cp-kafka:8.0.0", zookeeper),
    );
    assert_eq!(plan.class(), Class::Destroys);
}

#[test]
fn redis_reads_its_append_only_file_first() {
    let plan = one(with_args("redis:7.2", json!([])), with_args("redis:7.2", json!(["--appendonly", "yes"])));
    assert_eq!(plan.class(), Class::Destroys);
    assert_says(&plan.to_string(), "redis-cli config set appendonly yes");
}
