//! The forms of replication.

use super::*;

fn replicated(kind: EngineKind, replicas: u32, version: &str, replication: Replication) -> Vec<String> {
    found_in(app(kind, |app, engine| {
        app.replicas = Some(replicas);
        app.storage.push(volume("data", None));
        engine.version = Some(version.to_owned());
        engine.password = Some(key("s", "password"));
        engine.replication = Some(replication);
    }))
}

fn form(mode: &str) -> Replication {
    Replication { mode: (!mode.is_empty()).then(|| mode.to_owned()), ..Replication::default() }
}

fn with_password(mode: &str) -> Replication {
    Replication { password: Some(key("s", "replication")), ..form(mode) }
}

#[test]
fn an_unknown_form_is_refused_whatever_the_engine() {
    let redis = |mode: &str| replicated(EngineKind::Redis, 6, "8.2.9", form(mode));
    assert_eq!(redis("clustr"), ["replication-mode-unknown at redis engine.replication.mode"]);
    assert_eq!(redis("Cluster"), ["replication-mode-unknown at redis engine.replication.mode"]);
    assert_eq!(redis("cluster"), [""; 0]);
    assert_eq!(redis("primary"), [""; 0]);
    let postgres = |mode: &str| replicated(EngineKind::Postgres, 3, "17.2", with_password(mode));
    assert_eq!(postgres("cluster"), ["replication-mode-unknown at postgres engine.replication.mode"]);
    assert_eq!(postgres("streaming"), [""; 0]);
    assert_eq!(postgres(""), [""; 0]);
}

#[test]
fn a_form_takes_its_keys_and_no_others() {
    let postgres = |replication| replicated(EngineKind::Postgres, 3, "17.2", replication);
    assert_eq!(postgres(form("")), ["replication-option-missing at postgres engine.replication"]);
    let odd = Replication { replicas_per_primary: Some(1), ..with_password("") };
    assert_eq!(postgres(odd), ["replication-option-unknown at postgres engine.replication.replicas_per_primary"]);
    let redis = |replication| replicated(EngineKind::Redis, 6, "8.2.9", replication);
    assert_eq!(redis(with_password("cluster")), ["replication-option-unknown at redis engine.replication.password"]);
    let user = Replication { user: Some("r".to_owned()), ..form("primary") };
    assert_eq!(redis(user), ["replication-option-unknown at redis engine.replication.user"]);
    let odd = Replication { replicas_per_primary: Some(1), ..form("primary") };
    assert_eq!(redis(odd), ["replication-option-unknown at redis engine.replication.replicas_per_primary"]);
}

#[test]
fn a_form_is_for_versions_that_have_it() {
    let redis = |version: &str, mode: &str| replicated(EngineKind::Redis, 6, version, form(mode));
    assert_eq!(
        redis("6.2.24", "cluster"),
        ["replication-version at redis engine.replication"],
        "{:?}",
        redis("6.2.24", "cluster")
    );
    assert_eq!(redis("6.2.24", "primary"), [""; 0]);
}

#[test]
fn a_redis_cluster_has_three_primaries_and_whole_groups() {
    let pods = |replicas: u32, each: Option<u32>| {
        let replication = Replication { replicas_per_primary: each, ..form("cluster") };
        replicated(EngineKind::Redis, replicas, "8.2.9", replication)
    };
    for (replicas, each) in [(6, None), (8, None), (3, Some(0)), (4, Some(0)), (9, Some(2)), (6, Some(1))] {
        assert_eq!(pods(replicas, each), [""; 0], "{replicas} {each:?}");
    }
    for (replicas, each) in [(1, None), (4, None), (5, None), (7, None), (2, Some(0)), (6, Some(2)), (10, Some(2))] {
        assert_eq!(pods(replicas, each), ["redis-cluster-pods at redis replicas"], "{replicas} {each:?}");
    }
}

#[test]
fn mysql_replicates_from_8_4_on() {
    let mysql = |version: &str| replicated(EngineKind::Mysql, 3, version, with_password(""));
    assert_eq!(mysql("8.4.11"), [""; 0]);
    assert_eq!(mysql("9.7.2"), [""; 0]);
    assert_eq!(mysql("8.0"), ["replication-version at mysql engine.replication"]);
    assert_eq!(
        replicated(EngineKind::Mysql, 3, "9.7.2", form("gtid")),
        ["replication-option-missing at mysql engine.replication"]
    );
}

fn mongodb(replicas: u32, edit: impl FnOnce(&mut App, &mut Engine)) -> Vec<String> {
    found_in(app(EngineKind::Mongodb, |app, engine| {
        app.replicas = Some(replicas);
        app.storage.push(volume("data", None));
        engine.password = Some(key("s", "password"));
        engine.cluster_secret = Some(key("s", "key"));
        engine.replication = Some(Replication::default());
        edit(app, engine);
    }))
}

#[test]
fn a_replica_set_has_a_key_file_if_it_has_a_password() {
    assert_eq!(mongodb(3, |_, _| ()), [""; 0]);
    assert_eq!(
        mongodb(3, |_, engine| (engine.password, engine.cluster_secret) = (None, None)),
        [""; 0],
        "nobody has to log in"
    );
    assert_eq!(
        mongodb(3, |_, engine| engine.cluster_secret = None),
        ["key-file-missing at mongodb engine.replication"]
    );
    assert_eq!(
        mongodb(3, |_, engine| engine.password = None),
        ["key-file-without-password at mongodb engine.cluster_secret"]
    );
    let alone = mongodb(1, |_, engine| {
        engine.replication = None;
        engine.cluster = Some("rs1".to_owned());
    });
    assert_eq!(
        alone,
        ["replica-set-missing at mongodb engine.cluster", "replica-set-missing at mongodb engine.cluster_secret"]
    );
}

#[test]
fn the_members_of_a_replica_set_are_an_odd_number_that_starts_at_once() {
    assert_eq!(mongodb(1, |_, _| ()), [""; 0]);
    assert_eq!(mongodb(2, |_, _| ()), ["quorum-too-small at mongodb replicas"]);
    assert_eq!(mongodb(4, |_, _| ()), ["quorum-even at mongodb replicas"]);
    assert_eq!(mongodb(51, |_, _| ()), ["replica-set-too-large at mongodb replicas"]);
    assert_eq!(
        mongodb(3, |app, _| app.pod_management = Some(PodManagement::OrderedReady)),
        ["replica-set-ordered at mongodb pod_management"]
    );
    assert_eq!(
        mongodb(3, |_, engine| engine.replication = None).first().map(String::as_str),
        Some("replicas-without-replication at mongodb replicas")
    );
}

#[test]
fn the_services_of_roles_lead_to_their_app() {
    let found = |other: Item| {
        let postgres = app(EngineKind::Postgres, |app, engine| {
            app.replicas = Some(3);
            app.storage.push(volume("data", None));
            engine.version = Some("17.2".to_owned());
            engine.password = Some(key("s", "password"));
            engine.replication = Some(with_password(""));
        });
        found(&stack([item(postgres), other]))
    };
    let service = |name: &str, app: &str, pod| {
        let selects = Some(Selects { app: app.parse().unwrap(), pod });
        Item::Service(Service { selects, ..Service::of(name.parse().unwrap()) })
    };
    let none = [""; 0];
    assert_eq!(found(service("postgres-read", "postgres", None)), none);
    assert_eq!(found(service("postgres-primary", "postgres", Some(0))), none);
    assert_eq!(found(service("postgres-writes", "other", None)), none);
    assert_eq!(found(service("postgres-read", "other", None)), ["generated-name-taken at postgres-read "]);
    assert_eq!(found(service("postgres-read", "postgres", Some(1))), ["generated-name-taken at postgres-read "]);
    assert_eq!(found(service("postgres-primary", "postgres", None)), ["generated-name-taken at postgres-primary "]);

    let mut other = App::new(Workload::StatefulSet, "postgres-primary".parse().unwrap());
    assert_eq!(found(item(other.clone())), ["generated-name-taken at postgres-primary "]);
    other.name = "other".parse().unwrap();
    assert_eq!(found(item(other.clone())), none);
    other.service_name = Some("postgres-primary".parse().unwrap());
    assert_eq!(found(item(other)), ["generated-name-taken at other service_name"]);
}
