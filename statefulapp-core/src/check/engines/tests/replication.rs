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
