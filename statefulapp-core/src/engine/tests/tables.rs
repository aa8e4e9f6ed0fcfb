//! The tables themselves.

use super::super::*;
use crate::value::{EnvName, Image, MountPath, PortName, SubPath};

fn image(text: &str) -> Option<&'static str> {
    by_image(&text.parse::<Image>().unwrap()).map(|facts| facts.image)
}

#[test]
fn images_are_known_under_every_registry_and_mirror_and_no_other_path() {
    for text in [
        "postgres",
        "postgres:17",
        "library/postgres:17",
        "docker.io/postgres:17",
        "docker.io/library/postgres:17",
        "localhost/postgres",
        "registry.example.com:5000/postgres@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "mirror.gcr.io/library/postgres:17",
        "public.ecr.aws/docker/library/postgres:17",
        "mcr.example.com/mirror/docker/library/postgres",
    ] {
        assert_eq!(image(text), Some("postgres"), "{text}");
    }
    for text in
        ["bitnami/postgresql", "example.com/team/postgres", "postgres-exporter", "my-postgres", "zalando/postgres"]
    {
        assert_eq!(image(text), None, "{text}");
    }
    assert_eq!(image("quay.io/coreos/etcd:v3.6.4"), Some("quay.io/coreos/etcd"));
    assert_eq!(image("gcr.io/etcd-development/etcd:v3.6.4"), Some("quay.io/coreos/etcd"));
    assert_eq!(image("elasticsearch:9.5.2"), image("docker.elastic.co/elasticsearch/elasticsearch:9.5.2"));
    assert_eq!(image("cache.example.com/hub/apache/kafka:4.1.1"), Some("apache/kafka"));
    assert_eq!(image("confluentinc/cp-zookeeper:7.4.0"), Some("confluentinc/cp-zookeeper"));
    assert_eq!(image("apache/kafka-native:4.1.1"), None);
}

#[test]
fn every_engine_has_one_table_by_its_name() {
    for facts in all() {
        assert_eq!(by_name(facts.name).map(|found| found.kind), Some(facts.kind));
        assert_eq!(super::super::facts(facts.kind).name, facts.name);
    }
    assert_eq!(all().len(), 14);
    assert!(by_name("postgresql").is_none());
}

#[test]
fn every_word_of_the_tables_is_a_value_of_its_kind() {
    for facts in tables() {
        if !facts.image.is_empty() {
            format!("{}:{}", facts.image, facts.versions[0].tag).parse::<Image>().unwrap();
            assert_eq!(by_image(&facts.image.parse().unwrap()).unwrap().image, facts.image);
        }
        for port in facts.ports {
            port.name.parse::<PortName>().unwrap();
        }
        for path in facts.paths {
            path.mount.parse::<MountPath>().unwrap();
            match path.below {
                Below::SubPath(sub_path) => drop(sub_path.parse::<SubPath>().unwrap()),
                Below::Variable { name, .. } => drop(name.parse::<EnvName>().unwrap()),
                Below::Own => {}
            }
        }
        for path in facts.writable.iter().chain(facts.edited) {
            path.parse::<MountPath>().unwrap();
        }
        for series in facts.versions {
            assert!(series.number().is_of(series.numbers), "{} {}", facts.name, series.tag);
        }
    }
}

#[test]
fn every_table_says_where_it_is_read_and_what_it_takes() {
    for facts in tables().filter(|facts| facts.kind != EngineKind::Custom) {
        assert!(!facts.sources.is_empty(), "{}", facts.name);
        assert!(facts.sources.iter().all(|source| source.url.starts_with("https://")), "{}", facts.name);
        assert!(facts.takes("version") && facts.takes("settings"), "{}", facts.name);
        let known = ["version", "database", "user", "password", "root_password", "replication", "config", "cluster"];
        let known = [&known[..], &["cluster_secret", "zookeeper", "settings"]].concat();
        assert!(facts.options.iter().all(|option| known.contains(&option.name)), "{}", facts.name);
        // A key that may be given does something in one of the forms.
        assert_eq!(facts.takes("replication"), !facts.forms.is_empty(), "{}", facts.name);
        assert!(facts.forms.iter().all(|form| form.needs.iter().all(|key| form.takes.contains(key))), "{}", facts.name);
        // A probe of the table asks a port of the table.
        let probes = [&facts.probes.startup, &facts.probes.readiness, &facts.probes.liveness];
        for check in probes.into_iter().flatten() {
            if let How::Tcp(port) | How::Http(port, _) = check.how {
                assert!(facts.port_named(port).is_some(), "{} {port}", facts.name);
            }
        }
        // The kubelet restarts only what has once started.
        assert!(facts.probes.liveness.is_none() || facts.probes.startup.is_some(), "{}", facts.name);
    }
}

#[test]
fn a_majority_is_more_than_half() {
    let of: Vec<u32> = (1..=7).map(|members| Quorum::Majority.of(members)).collect();
    assert_eq!(of, [1, 2, 2, 3, 3, 4, 4]);
    let spare: Vec<u32> = (1..=7).map(|members| Quorum::Majority.spare(members)).collect();
    assert_eq!(spare, [0, 0, 1, 1, 2, 2, 3]);
}

#[test]
fn the_user_depends_on_the_variant() {
    let user = |engine: &str, tag: &str| by_name(engine).unwrap().user(Some(tag)).map(|user| (user.uid, user.gid));
    assert_eq!(user("postgres", "17.2"), Some((999, 999)));
    assert_eq!(user("postgres", "17.2-alpine3.22"), Some((70, 70)));
    assert_eq!(user("redis", "8-alpine"), Some((999, 1000)));
    assert_eq!(user("rabbitmq", "4.1-management-alpine"), Some((100, 101)));
    assert_eq!(user("elasticsearch", "9.5.2"), Some((1000, 1000)));
}

#[test]
fn only_variables_under_a_closed_prefix_are_known_to_be_read_by_nobody() {
    let postgres = by_name("postgres").unwrap();
    for name in ["POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_WALDIR", "PGDATA", "TZ"] {
        assert!(postgres.reads(name), "{name}");
    }
    for name in ["POSTGRES_REPLICATION_PASSWORD", "POSTGRES_PASSWORT", "POSTGRES_INITDB_WALDIR_FILE"] {
        assert!(!postgres.reads(name), "{name}");
    }
    assert!(by_name("kafka").unwrap().reads("KAFKA_ANYTHING"));
}

#[test]
fn a_version_is_the_numbers_of_the_tag() {
    let at_least = |tag: &str, numbers: &[u32]| VersionNumber::of_tag(tag).unwrap().at_least(numbers);
    assert!(at_least("18", &[18]) && at_least("18.1-alpine", &[18]) && !at_least("17.9", &[18]));
    assert!(at_least("v3.6.4", &[3, 5, 11]) && !at_least("3.5.10", &[3, 5, 11]) && at_least("3.5", &[3, 5, 11]));
    assert_eq!(VersionNumber::of_tag("alpine"), None);
    assert!(VersionNumber::newest().at_least(&[99]));
}
