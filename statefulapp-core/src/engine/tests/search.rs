//! Elasticsearch and OpenSearch.

use super::*;

fn nodes(kind: EngineKind, replicas: u32, edit: impl FnOnce(&mut App, &mut Engine)) -> App {
    app(kind, |app, engine| {
        app.replicas = Some(replicas);
        app.storage.push(volume("data", None));
        edit(app, engine);
    })
}

#[test]
fn elasticsearch() {
    let app = nodes(EngineKind::Elasticsearch, 3, |app, _| {
        app.storage.push(volume("es-logs", None));
        app.main.resources.push(memory("4Gi"));
    });
    let mut stack = stack([item(app)]);
    stack.namespace = Some("search".parse().unwrap());
    same(
        &describe(&stack),
        r#"
image docker.elastic.co/elasticsearch/elasticsearch:9.5.2
user (1000) (1000) (1000)
command bash -ec if ! ls -A /usr/share/elasticsearch/data | grep -q .; then |   exec env "cluster.initial_master_nodes=$INITIAL_MASTERS" /bin/tini -- /usr/local/bin/docker-entrypoint.sh "$@" | fi | exec /bin/tini -- /usr/local/bin/docker-entrypoint.sh "$@" |  elasticsearch
args eswrapper
port http 9200
port transport 9300
env POD_NAME=metadata.name
env xpack.security.enabled=false
env node.name=$(POD_NAME)
env cluster.name=elasticsearch
env network.host=0.0.0.0
env node.store.allow_mmap=false
env ES_JAVA_OPTS=-Xms2048m -Xmx2048m
env discovery.seed_hosts=elasticsearch.search.svc.cluster.local
env INITIAL_MASTERS=elasticsearch-0,elasticsearch-1,elasticsearch-2
volume data /usr/share/elasticsearch/data sub data
volume es-logs /usr/share/elasticsearch/logs sub logs
startup tcp http every 10 s, 360 times
readiness tcp http every 10 s, 3 times
grace 120 s
Parallel
away 1
service elasticsearch-client: http
"#,
    );
}

#[test]
fn a_password_and_a_certificate_turn_security_on() {
    let app = alone(nodes(EngineKind::Elasticsearch, 3, |_, engine| {
        engine.password = Some(key("es", "password"));
        engine.cluster_secret = Some(key("es", "transport.p12"));
    }));
    assert_eq!(value(&app, "xpack.security.enabled"), "true");
    assert_eq!(value(&app, "xpack.security.transport.ssl.enabled"), "true");
    let path = "/usr/share/elasticsearch/config/certs/transport.p12";
    assert_eq!(value(&app, "xpack.security.transport.ssl.keystore.path"), path);
    assert_eq!(app.files[0].path.as_str(), path);
}

#[test]
fn one_node_with_a_password_needs_no_certificate() {
    let app = alone(nodes(EngineKind::Elasticsearch, 1, |_, engine| engine.password = Some(key("es", "password"))));
    assert_eq!(value(&app, "discovery.type"), "single-node");
    assert_eq!(value(&app, "discovery.seed_hosts"), "(none)");
    assert!(app.main.command.is_empty());
}

#[test]
fn the_first_masters_are_only_told_to_an_empty_node() {
    let script = alone(nodes(EngineKind::Elasticsearch, 3, |_, _| ())).main.command[2].clone();
    assert_eq!(
        script,
        "if ! ls -A /usr/share/elasticsearch/data | grep -q .; then\n  \
         exec env \"cluster.initial_master_nodes=$INITIAL_MASTERS\" /bin/tini -- /usr/local/bin/docker-entrypoint.sh \"$@\"\n\
         fi\n\
         exec /bin/tini -- /usr/local/bin/docker-entrypoint.sh \"$@\"\n"
    );
    let own = alone(nodes(EngineKind::Elasticsearch, 3, |app, _| {
        app.main.env.push(env("cluster.initial_master_nodes", "a"));
    }));
    assert!(own.main.command.is_empty());
}

#[test]
fn opensearch() {
    let app = nodes(EngineKind::Opensearch, 3, |app, engine| {
        engine.password = Some(key("os", "password"));
        app.main.resources.push(memory("2Gi"));
    });
    same(
        &describe(&stack([item(app)])),
        r#"
image opensearchproject/opensearch:3.7.0
user (1000) (1000) (1000)
command bash -ec if ! ls -A /usr/share/opensearch/data | grep -q .; then |   exec env "cluster.initial_cluster_manager_nodes=$INITIAL_MASTERS" ./opensearch-docker-entrypoint.sh "$@" | fi | exec ./opensearch-docker-entrypoint.sh "$@" |  opensearch
args opensearch
port http 9200
port transport 9300
env POD_NAME=metadata.name
env OPENSEARCH_INITIAL_ADMIN_PASSWORD=(secret)
env node.name=$(POD_NAME)
env cluster.name=opensearch
env network.host=0.0.0.0
env node.store.allow_mmap=false
env OPENSEARCH_JAVA_OPTS=-Xms1024m -Xmx1024m
env discovery.seed_hosts=opensearch
env INITIAL_MASTERS=opensearch-0,opensearch-1,opensearch-2
volume data /usr/share/opensearch/data sub data
startup tcp http every 10 s, 360 times
readiness tcp http every 10 s, 3 times
grace 120 s
Parallel
away 1
service opensearch-client: http
"#,
    );
}
