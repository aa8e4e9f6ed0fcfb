//! How members are started, named and kept.

use super::*;
use crate::value::{IntOrPercent, Label};

/// What the rules about operation say of an engine's app.
fn of(kind: EngineKind, edit: impl FnOnce(&mut App, &mut Engine)) -> Vec<String> {
    let name = crate::engine::facts(kind).name;
    let app = app(kind, |app, engine| {
        app.replicas = Some(3);
        app.storage.push(volume("data", None));
        edit(app, engine);
    });
    let mut found = found_in(app);
    found.iter_mut().for_each(|found| *found = found.replace(&format!(" at {name} "), " at "));
    found
}

fn share(text: &str) -> IntOrPercent {
    text.parse().expect("a number or a share")
}

#[test]
fn members_that_need_a_majority_start_together() {
    for kind in [EngineKind::Etcd, EngineKind::Kafka, EngineKind::Zookeeper] {
        let ordered = |app: &mut App, _: &mut Engine| app.pod_management = Some(PodManagement::OrderedReady);
        assert_eq!(of(kind, ordered), ["peers-wait at pod_management"]);
        assert_eq!(of(kind, |app, _| app.publish_not_ready = Some(false)), ["peers-wait at publish_not_ready"]);
        assert_eq!(of(kind, |app, _| app.pod_management = Some(PodManagement::Parallel)), [""; 0]);
        let one = |app: &mut App, _: &mut Engine| {
            app.replicas = Some(1);
            app.pod_management = Some(PodManagement::OrderedReady);
        };
        assert_eq!(of(kind, one), [""; 0]);
    }
}

#[test]
fn a_majority_stays() {
    let away =
        |most: &str| of(EngineKind::Etcd, |app, _| app.disruption = Some(Disruption::MaxUnavailable(share(most))));
    assert_eq!(away("1"), [""; 0]);
    assert_eq!(away("2"), ["majority-lost at disruption.max_unavailable"]);
    assert_eq!(away("50%"), ["majority-lost at disruption.max_unavailable"]);
    let stay =
        |least: &str| of(EngineKind::Etcd, |app, _| app.disruption = Some(Disruption::MinAvailable(share(least))));
    assert_eq!(stay("2"), [""; 0]);
    assert_eq!(stay("1"), ["majority-lost at disruption.min_available"]);
    let update = |most: &str| {
        let update = Update::Rolling { partition: None, max_unavailable: Some(share(most)), max_surge: None };
        of(EngineKind::Etcd, |app, _| app.update = Some(update))
    };
    assert_eq!(update("1"), [""; 0]);
    assert_eq!(update("3"), ["majority-lost at update.max_unavailable"]);
}

#[test]
fn members_resolve_each_other() {
    let policy = |policy| of(EngineKind::Etcd, |app, _| app.dns = Some(Dns { policy: Some(policy), ..Dns::default() }));
    assert_eq!(policy(DnsPolicy::Default), ["peers-unresolved at dns.policy"]);
    assert_eq!(policy(DnsPolicy::ClusterFirst), [""; 0]);
}

#[test]
fn ids_of_an_ensemble() {
    let from = |first, replicas| {
        of(EngineKind::Zookeeper, |app, _| {
            app.first_ordinal = Some(first);
            app.replicas = Some(replicas);
        })
    };
    assert_eq!(from(0, 3), [""; 0]);
    assert_eq!(from(0, 255), [""; 0]);
    assert_eq!(from(253, 3), [""; 0]);
    assert_eq!(from(254, 3), ["zookeeper-id-range at first_ordinal"]);
    assert_eq!(from(0, 257), ["zookeeper-id-range at replicas"]);
}

#[test]
fn ids_of_a_kafka() {
    let id = |id: &str| of(EngineKind::Kafka, |_, engine| engine.cluster = Some(id.to_owned()));
    for wrong in ["", "events", "MkU3OEVBNTcwNTJENDM2Qh", "MkU3OEVBNTcwNTJENDM2Qg==", "MkU3OEVBNTcwNTJENDM2+g"] {
        assert_eq!(id(wrong), ["kafka-cluster-id at engine.cluster"], "{wrong}");
    }
    assert_eq!(id("5L6g3nShT-eMCtK--X86sw"), [""; 0]);
}

#[test]
fn the_zookeeper_of_a_kafka() {
    let with = |kind: EngineKind| {
        let other = app(kind, |app, _| {
            app.name = "other".parse().expect("a name");
            app.replicas = Some(1);
        });
        let kafka = app(EngineKind::Kafka, |app, engine| {
            app.replicas = Some(1);
            engine.zookeeper = Some("other".parse().expect("a name"));
        });
        let found = found(&stack([item(other), item(kafka)]));
        found.into_iter().filter(|found| found.starts_with("kafka-zookeeper-other")).collect::<Vec<_>>()
    };
    assert_eq!(with(EngineKind::Nats), ["kafka-zookeeper-other at kafka engine.zookeeper"]);
    assert_eq!(with(EngineKind::Zookeeper), [""; 0]);
}

#[test]
fn servers_that_refuse_to_be_root() {
    for kind in [EngineKind::Elasticsearch, EngineKind::Opensearch] {
        let user = |user| {
            let found = of(kind, |app, _| app.security.user = Some(user));
            found.into_iter().filter(|found| found.starts_with("root")).collect::<Vec<_>>()
        };
        assert_eq!(user(0), ["root-refused at security.user"]);
        assert_eq!(user(1000), [""; 0]);
    }
}

#[test]
fn names_that_postgres_keeps() {
    let user = |user: &str| {
        let found = of(EngineKind::Postgres, |app, engine| {
            app.replicas = Some(1);
            engine.user = Some(user.to_owned());
        });
        found.into_iter().filter(|found| found.starts_with("postgres-user")).collect::<Vec<_>>()
    };
    assert_eq!(user("pg_admin"), ["postgres-user-reserved at engine.user"]);
    assert_eq!(user("pgadmin"), [""; 0]);
    let by_hand = postgres(|app| app.main.env.push(env("POSTGRES_USER", "pg_app")));
    assert_eq!(found_in(by_hand), ["postgres-user-reserved at postgres env.POSTGRES_USER"]);
}

#[test]
fn data_on_a_raw_device() {
    let found = of(EngineKind::Etcd, |app, _| {
        app.storage = vec![Volume { name: Label::__checked("data"), block: true, ..volume("data", None) }];
    });
    assert!(found.contains(&"data-on-device at storage.data.block".to_owned()), "{found:?}");
}
