//! Probes, hooks and init containers.

use super::*;
use crate::value::Label;

fn http(port: u16) -> Probe {
    Probe::new(Handler::Http {
        path: "/".to_owned(),
        port: PortRef::Number(port.try_into().unwrap()),
        https: false,
        host: None,
        headers: Vec::new(),
    })
}

#[test]
fn a_probe_speaks_what_is_spoken_on_its_port() {
    let declared = postgres(|app| app.main.liveness = Some(http(5432)));
    assert_eq!(found_in(declared), ["probe-kind at postgres liveness[1]"]);
    let named = postgres(|app| {
        app.main.ports.push(port("database", 5432));
        app.main.readiness =
            Some(Probe::new(Handler::Grpc { port: PortRef::Name("database".parse().unwrap()), service: None }));
    });
    assert_eq!(
        only(&stack([item(named)])),
        "`readiness` speaks gRPC to port 5432, where PostgreSQL speaks PostgreSQL's protocol: it never succeeds\n\
         help: write `readiness: exec(\"pg_isready\", \"-h\", \"127.0.0.1\")`"
    );
    let nats = app(EngineKind::Nats, |app, _| app.main.liveness = Some(http(8222)));
    assert_eq!(found_in(nats), [""; 0]);
    let search = app(EngineKind::Elasticsearch, |app, _| app.main.readiness = Some(http(9200)));
    assert_eq!(found_in(search), [""; 0]);
    let tcp =
        postgres(|app| app.main.readiness = Some(Probe::new(Handler::Tcp(PortRef::Number(5432.try_into().unwrap())))));
    assert_eq!(found_in(tcp), [""; 0]);
}

#[test]
fn a_program_is_in_the_image() {
    let readiness = |image: &str, words: &[&str]| {
        found_in(plain(image, |app| {
            app.main.env = if image.starts_with("mysql") { vec![env("MYSQL_ROOT_PASSWORD", "x")] } else { Vec::new() };
            app.main.readiness = Some(Probe::new(exec(words)));
        }))
    };
    assert_eq!(readiness("mysql:8.4", &["pg_isready"]), ["program-missing at mysql readiness[0]"]);
    assert_eq!(
        readiness("mysql:8.4", &["sh", "-c", "pg_isready -h localhost"]),
        ["program-missing at mysql readiness[2]"]
    );
    assert_eq!(readiness("mysql:8.4", &["/usr/bin/mysqladmin", "ping", "-h", "127.0.0.1"]), [""; 0]);
    assert_eq!(readiness("mysql:8.4", &["/scripts/check.sh"]), [""; 0]);
    assert_eq!(readiness("nats:2.14", &["sh", "-c", "true"]), ["program-missing at nats readiness[0]"]);
    assert_eq!(readiness("nats:2.14-alpine", &["sh", "-c", "true"]), [""; 0]);
    assert_eq!(readiness("quay.io/coreos/etcd:v3.6.14", &["etcdctl", "endpoint", "health"]), [""; 0]);
    assert_eq!(readiness("example.com/team/store:1", &["pg_isready"]), [""; 0]);
}

#[test]
fn a_hook_that_stops_the_server_is_needless() {
    let stop = |words: &[&str]| found_in(postgres(|app| app.main.pre_stop = Some(Hook::Do(exec(words)))));
    assert_eq!(stop(&["pg_ctl", "stop", "-m", "fast"]), ["pre-stop-needless at postgres pre_stop"]);
    assert_eq!(
        stop(&["sh", "-c", "pg_ctl stop -D /var/lib/postgresql/data/pgdata -m fast"]),
        ["pre-stop-needless at postgres pre_stop"]
    );
    assert_eq!(stop(&["sh", "-c", "sleep 5"]), [""; 0]);
}

#[test]
fn no_hook_asks_a_server_that_only_begins() {
    let start = |words: &[&str]| found_in(postgres(|app| app.main.post_start = Some(Hook::Do(exec(words)))));
    assert_eq!(start(&["pg_isready"]), ["post-start-too-early at postgres post_start[0]"]);
    assert_eq!(start(&["sh", "-c", "psql -c 'select 1'"]), ["post-start-too-early at postgres post_start[2]"]);
    assert_eq!(start(&["sh", "-c", "echo started"]), [""; 0]);
    let waits = start(&["sh", "-c", "until pg_isready; do sleep 1; done"]);
    assert!(!waits.iter().any(|finding| finding.contains("too-early")), "{waits:?}");
}

#[test]
fn an_init_container_asks_no_server_of_its_own_pod() {
    let init = |words: &[&str], variables: &[(&str, &str)]| {
        found_in(postgres(|app| {
            let mut container = Container::new("init-db".parse::<Label>().unwrap());
            container.image = "postgres:17".parse().ok();
            container.command = words.iter().map(|word| (*word).to_owned()).collect();
            container.env = variables.iter().map(|(name, value)| env(name, value)).collect();
            app.init.push(container);
        }))
    };
    assert_eq!(init(&["sh", "-c", "createdb myapp"], &[]), ["init-needs-server at postgres init.init-db.command[2]"]);
    assert_eq!(init(&["createdb", "myapp"], &[]), ["init-needs-server at postgres init.init-db.command[0]"]);
    assert_eq!(
        init(&["psql", "-h", "localhost", "-c", "select 1"], &[]),
        ["init-needs-server at postgres init.init-db.command[0]"]
    );
    assert_eq!(init(&["sh", "-c", "until pg_isready -h other-db; do sleep 1; done"], &[]), [""; 0]);
    assert_eq!(init(&["pg_isready", "--host=other-db"], &[]), [""; 0]);
    assert_eq!(init(&["psql", "postgresql://other/db"], &[]), [""; 0]);
    assert_eq!(init(&["createdb", "myapp"], &[("PGHOST", "other")]), [""; 0]);
    assert_eq!(init(&["chown", "-R", "999:999", "/var/lib/mysql"], &[]), [""; 0]);
}
