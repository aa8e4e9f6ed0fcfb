//! ConfigMaps and Secrets as files, and what makes pods restart when they change.

use crate::support::*;
use serde_json::{Value, json};
use statefulapp_core::model::*;

fn config(name: &str) -> Source {
    Source::ConfigMap(v(name))
}

fn pod(files: Vec<FileMount>, fs_group: Option<u32>) -> Value {
    let mut pg = App { files, ..stateful("pg") };
    pg.security.fs_group = fs_group;
    build(&stack(vec![item(pg)])).pod("StatefulSet", "pg").clone()
}

#[test]
fn a_directory_of_all_keys() {
    let pod = pod(vec![file("/etc/pg", FileContent::All(config("pg.conf")))], None);
    assert_eq!(pod["volumes"], json!([{ "name": "config-pg-conf", "configMap": { "name": "pg.conf" } }]));
    let mounts = json!([{ "name": "config-pg-conf", "mountPath": "/etc/pg", "readOnly": true }]);
    assert_eq!(pod["containers"][0]["volumeMounts"], mounts);
}

#[test]
fn single_keys_share_a_volume() {
    let one = |path: &str, name: &str| file(path, FileContent::ConfigKey(key("pg", name)));
    let pod =
        pod(vec![one("/etc/pg/a.conf", "a.conf"), one("/etc/pg/b.conf", "b.conf"), one("/etc/a", "a.conf")], None);
    let items = json!([{ "key": "a.conf", "path": "a.conf" }, { "key": "b.conf", "path": "b.conf" }]);
    assert_eq!(pod["volumes"], json!([{ "name": "config-pg", "configMap": { "name": "pg", "items": items } }]));
    let mounts: Vec<_> = list(&pod["containers"][0]["volumeMounts"])
        .iter()
        .map(|m| (text(&m["mountPath"]), text(&m["subPath"]), m["readOnly"] == true))
        .collect();
    assert_eq!(
        mounts,
        [("/etc/pg/a.conf", "a.conf", true), ("/etc/pg/b.conf", "b.conf", true), ("/etc/a", "a.conf", true)]
    );
}

#[test]
fn what_differs_has_a_volume_of_its_own() {
    let all = |path: &str| file(path, FileContent::All(config("pg")));
    let pod = pod(
        vec![
            all("/a"),
            all("/b"),
            FileMount { mode: Some(v("0600")), ..all("/c") },
            FileMount { optional: true, ..all("/d") },
            file("/e", FileContent::Items(config("pg"), vec![(v("a"), v("x/a"))])),
            file("/f", FileContent::ConfigKey(key("pg", "a"))),
            file("/g", FileContent::All(Source::Secret(v("pg")))),
        ],
        None,
    );
    let volumes: Vec<_> = list(&pod["containers"][0]["volumeMounts"]).iter().map(|m| text(&m["name"])).collect();
    let expected = ["config-pg", "config-pg", "config-pg-2", "config-pg-3", "config-pg-4", "config-pg-5", "secret-pg"];
    assert_eq!(volumes, expected);
    assert_eq!(pod["volumes"][1]["configMap"]["defaultMode"], 0o600);
    assert_eq!(pod["volumes"][2]["configMap"]["optional"], true);
    assert_eq!(pod["volumes"][3]["configMap"]["items"], json!([{ "key": "a", "path": "x/a" }]));
}

#[test]
fn a_secret_is_readable_by_the_pods_and_no_more() {
    let secret = || vec![file("/a", FileContent::All(Source::Secret(v("pg"))))];
    let mode = |fs_group| pod(secret(), fs_group)["volumes"][0]["secret"]["defaultMode"].clone();
    assert_eq!(mode(Some(999)), 0o440);
    // The files belong to root and no container is root: with 0440 nobody could read them.
    assert_eq!(mode(None), 0o444);
}

#[test]
fn volume_names_are_labels_whatever_the_object_is_called() {
    let long = |tail: &str| format!("{}.{tail}", "a".repeat(100));
    let mut pg = stateful("pg");
    pg.storage = vec![volume("config-x", Some("/data"))];
    pg.scratch = vec![scratch("secret-x", Some("/tmp"))];
    pg.files = vec![
        file("/a", FileContent::All(config(&long("b")))),
        file("/b", FileContent::All(config(&long("c")))),
        file("/c", FileContent::All(config("x"))),
        file("/d", FileContent::All(Source::Secret(v("x")))),
        file("/e", FileContent::All(config("a.b"))),
        file("/f", FileContent::All(config("a-b"))),
    ];
    // `build` checks that all are labels and differ.
    let built = build(&stack(vec![item(pg)]));
    let names: Vec<_> = list(&built.pod("StatefulSet", "pg")["volumes"]).iter().map(|v| text(&v["name"])).collect();
    assert_eq!(names[2..6], ["config-x-2", "secret-x-2", "config-a-b", "config-a-b-2"]);
}

#[test]
fn scratch_volumes() {
    let mut pg = stateful("pg");
    pg.scratch = vec![
        Scratch { memory: true, size: Some(v("1Gi")), ..scratch("shm", Some("/dev/shm")) },
        scratch("shared", None),
    ];
    pg.main.mounts = vec![Mount { read_only: true, sub_path: Some(v("a")), ..mount("shared", "/shared") }];
    let built = build(&stack(vec![item(pg)]));
    let pod = built.pod("StatefulSet", "pg");
    assert_eq!(
        pod["volumes"],
        json!([
            { "name": "shm", "emptyDir": { "medium": "Memory", "sizeLimit": "1Gi" } },
            { "name": "shared", "emptyDir": {} },
        ])
    );
    assert_eq!(
        pod["containers"][0]["volumeMounts"],
        json!([
            { "name": "shm", "mountPath": "/dev/shm" },
            { "name": "shared", "mountPath": "/shared", "subPath": "a", "readOnly": true },
        ])
    );
}

const CHECKSUM: &str = "/spec/template/metadata/annotations/statefulapp.dev~1config-checksum";

fn checksum(app: App, configs: Vec<ConfigMap>) -> Option<String> {
    let mut items = vec![item(app)];
    items.extend(configs.into_iter().map(Item::ConfigMap));
    build(&stack(items)).get("StatefulSet", "pg").pointer(CHECKSUM).map(|sum| text(sum).to_owned())
}

#[test]
fn changed_configuration_restarts_the_pods() {
    let uses: [fn(&mut App); 5] = [
        |a| a.main.env = vec![env("A", EnvValue::ConfigKey(key("c", "k")))],
        |a| a.main.env_from = vec![EnvFrom { source: Source::ConfigMap(v("c")), prefix: None, optional: false }],
        |a| a.files = vec![file("/a", FileContent::All(config("c")))],
        |a| a.files = vec![file("/a", FileContent::ConfigKey(key("c", "k")))],
        |a| {
            let env = vec![env("A", EnvValue::ConfigKey(key("c", "k")))];
            a.init = vec![Container { env, ..container("first") }];
        },
    ];
    for (number, uses) in uses.into_iter().enumerate() {
        let mut pg = stateful("pg");
        uses(&mut pg);
        let sum = |data: &[(&str, &str)]| checksum(pg.clone(), vec![config_map("c", data)]);
        let one = sum(&[("k", "1")]).unwrap_or_else(|| panic!("no checksum for use {number}"));
        assert_eq!(one.len(), 16);
        assert_eq!(Some(&one), sum(&[("k", "1")]).as_ref());
        assert_ne!(Some(&one), sum(&[("k", "2")]).as_ref());
        assert_ne!(sum(&[("ab", "c")]), sum(&[("a", "bc")]));
        // The order of keys means nothing to a ConfigMap.
        assert_eq!(sum(&[("k", "1"), ("l", "2")]), sum(&[("l", "2"), ("k", "1")]));
        let off = App { restart_on_change: Some(false), ..pg.clone() };
        assert_eq!(checksum(off, vec![config_map("c", &[("k", "1")])]), None);
        // What is not declared here, or not used, has no checksum.
        assert_eq!(checksum(pg.clone(), vec![ConfigMap { is_extern: true, ..config_map("c", &[]) }]), None);
        assert_eq!(checksum(pg.clone(), Vec::new()), None);
        assert_eq!(checksum(stateful("pg"), vec![config_map("c", &[("k", "1")])]), None);
    }
}

#[test]
fn secrets_are_in_no_checksum() {
    let mut pg = stateful("pg");
    pg.main.env = vec![env("A", EnvValue::SecretKey(key("c", "k")))];
    pg.main.env_from = vec![EnvFrom { source: Source::Secret(v("c")), prefix: None, optional: false }];
    pg.files =
        vec![file("/a", FileContent::All(Source::Secret(v("c")))), file("/b", FileContent::SecretKey(key("c", "k")))];
    // Even with a ConfigMap of the same name.
    assert_eq!(checksum(pg, vec![config_map("c", &[("k", "1")])]), None);
}
