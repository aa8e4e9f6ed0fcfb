//! From a stack to YAML and directories: what is written, what is kept, what is refused.

use statefulapp_core::manifest::Redacted;
use statefulapp_core::model::*;
use statefulapp_core::output::Layout;
use statefulapp_core::render::{Error, Options};
use std::fs;

fn v<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn secret(name: &str, data: Vec<(&str, SecretValue)>) -> Item {
    Item::Secret(Secret {
        name: v(name),
        meta: Meta::default(),
        is_extern: false,
        kind: SecretKind::Opaque,
        data: data.into_iter().map(|(key, value)| (v(key), value)).collect(),
        immutable: false,
        external: None,
    })
}

fn app(name: &str) -> App {
    let mut app = App::new(Workload::StatefulSet, v(name));
    app.main.image = Some(v("example.org/db:1"));
    app
}

fn stack(items: Vec<Item>) -> Stack {
    let mut stack = Stack::default();
    stack.name = Some(v("shop"));
    stack.items = items;
    stack
}

fn generated() -> Stack {
    stack(vec![Item::App(Box::new(app("db"))), secret("login", vec![("password", SecretValue::Generate(32))])])
}

#[test]
fn the_stream_is_in_an_order_in_which_a_cluster_can_take_it() {
    let stack = stack(vec![
        Item::App(Box::new(app("db"))),
        secret("login", vec![("user", SecretValue::Literal("app".into()))]),
    ]);
    let yaml = stack.yaml().unwrap();
    let kinds: Vec<_> = yaml.lines().filter_map(|line| line.strip_prefix("kind: ")).collect();
    assert_eq!(kinds, ["ServiceAccount", "Secret", "Service", "StatefulSet"]);
    assert_eq!(stack.yaml().unwrap(), yaml);
    assert_eq!(stack.objects().unwrap().len(), 4);
}

#[test]
fn generated_secrets_need_a_place() {
    let stack = generated();
    let error = stack.yaml().unwrap_err().to_string();
    assert!(error.contains("`login.password`") && error.contains("`--keep FILE`"), "{error}");
    assert!(matches!(stack.objects(), Err(Error::NotKept(_))));
    assert_eq!(stack.objects_with(&Redacted).unwrap().len(), 4);

    let place = tempfile::tempdir().unwrap();
    let keep = place.path().join("keep.yaml");
    let first = stack.yaml_keeping(&keep).unwrap();
    assert_eq!(stack.yaml_keeping(&keep).unwrap(), first);
    let value = first.lines().find_map(|line| line.trim().strip_prefix("password: ")).unwrap();
    assert!(fs::read_to_string(&keep).unwrap().contains(value.trim_matches('"')));
}

#[test]
fn a_directory_keeps_them() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("deploy");
    let first = generated().write(&directory).unwrap();
    let files = [
        ".gitignore",
        "15-serviceaccount-db.yaml",
        "20-secret-login.yaml",
        "40-service-db.yaml",
        "60-statefulset-db.yaml",
        "Kustomization",
    ];
    assert_eq!(first.files, files);
    assert!(generated().write(&directory).unwrap().unchanged);

    // The same values in another layout, and in a file beside.
    let value = fs::read_to_string(directory.join("20-secret-login.yaml")).unwrap();
    let keep = place.path().join("keep.yaml");
    let options = Options { layout: Layout::OneFile, keep: Some(keep.clone()), ..Options::default() };
    let second = generated().write_with(&directory, &options).unwrap();
    assert_eq!(second.files, [".gitignore", "Kustomization", "manifests.yaml", "secrets.yaml"]);
    assert_eq!(fs::read_to_string(directory.join("secrets.yaml")).unwrap(), value);
    let manifests = fs::read_to_string(directory.join("manifests.yaml")).unwrap();
    let kinds: Vec<_> = manifests.lines().filter_map(|line| line.strip_prefix("kind: ")).collect();
    assert_eq!(kinds, ["ServiceAccount", "Service", "StatefulSet"]);

    // The file alone makes the same directory elsewhere.
    let other = place.path().join("other");
    generated().write_with(&other, &Options { keep: Some(keep), ..Options::default() }).unwrap();
    assert_eq!(fs::read_to_string(other.join("20-secret-login.yaml")).unwrap(), value);
}

#[test]
fn sealed_output_needs_a_file_for_what_is_generated() {
    let place = tempfile::tempdir().unwrap();
    let options = Options { seal: Some(Default::default()), ..Options::default() };
    let error = generated().write_with(place.path().join("deploy"), &options).unwrap_err().to_string();
    assert!(error.contains("sealed Secrets cannot be read again"), "{error}");
    assert!(!place.path().join("deploy").exists());
}

#[test]
fn all_missing_values_are_reported_together_and_nothing_is_written() {
    let stack = stack(vec![secret(
        "login",
        vec![
            ("a", SecretValue::FromEnv("STATEFULAPP_TEST_UNSET_A".into())),
            ("b", SecretValue::FromFile("/nowhere/b".into())),
            ("c", SecretValue::Literal("SECRET-MARKER".into())),
        ],
    )]);
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("deploy");
    let error = stack.write(&directory).unwrap_err();
    let text = format!("{error}\n{error:?}");
    assert!(text.contains("STATEFULAPP_TEST_UNSET_A") && text.contains("/nowhere/b"), "{text}");
    assert!(!text.contains("SECRET-MARKER"));
    assert!(!directory.exists());
}

#[test]
fn what_is_wrong_names_the_item() {
    let raw = |yaml: &str| stack(vec![Item::Raw(Raw { name: "thing".into(), yaml: yaml.into() })]);
    let error = raw("kind: Thing\nmetadata: {name: a}\n").yaml().unwrap_err().to_string();
    assert!(error.contains("apiVersion") && error.contains("--> Raw thing, yaml"), "{error}");
    assert!(raw("apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n").yaml().is_ok());
}

#[test]
fn raw_objects_of_another_namespace_show_it_in_the_names_of_files() {
    let mut stack = generated();
    let yaml = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a, namespace: other}\n";
    stack.items.push(Item::Raw(Raw { name: "a".into(), yaml: yaml.into() }));
    let place = tempfile::tempdir().unwrap();
    let report = stack.write(place.path().join("deploy")).unwrap();
    assert!(report.files.contains(&"90-thing.example.com-other.a.yaml".to_owned()), "{:?}", report.files);
}

#[test]
fn an_external_secret_is_fetched_by_the_cluster() {
    let mut stack = stack(vec![secret(
        "login",
        vec![("password", SecretValue::Elsewhere(None)), ("user", SecretValue::Elsewhere(Some("db#user".into())))],
    )]);
    if let Item::Secret(secret) = &mut stack.items[0] {
        secret.external = Some(ExternalStore { store: v("vault"), cluster: true, refresh: None });
    }
    let yaml = stack.yaml().unwrap();
    for line in ["kind: ExternalSecret", "kind: ClusterSecretStore", "name: vault", "property: user"] {
        assert!(yaml.contains(line), "{line}\n{yaml}");
    }
}
