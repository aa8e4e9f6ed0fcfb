//! The pure parts of the harness, and which scenarios this machine can run. The scenarios themselves run in the binary
//! `cluster-test`, which needs root and Debian's packages.

use cluster_tests::controllers::stateful_set::{Seen, Step, steps};
use cluster_tests::dns::{Record, Zone, answer};
use cluster_tests::env::{PodFacts, Sources, assemble, expand_words};
use cluster_tests::expand::expand;
use cluster_tests::objects::Objects;
use cluster_tests::probe::{Counter, Verdict};
use cluster_tests::spec::Probe;
use std::collections::BTreeMap;

#[test]
fn scenarios_that_cannot_run_here_say_why() {
    for scenario in cluster_tests::scenarios::ALL {
        match scenario.obstacle().expect(scenario.name) {
            Some(reason) => {
                assert!(!reason.is_empty());
                println!("skipped {}: {reason}", scenario.name);
            }
            None => println!("{}: cluster-test can run it here", scenario.name),
        }
    }
}

#[test]
fn references_expand_as_kubernetes_does() {
    let lookup = |name: &str| match name {
        "A" => Some("one".to_owned()),
        "B" => Some("$(A)".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    };
    for (text, expected) in [
        ("$(A)", "one"),
        ("x$(A)y$(A)z", "xoneyonez"),
        ("$(B)", "$(A)"),
        ("$(EMPTY)", ""),
        ("$(NO)", "$(NO)"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$one"),
        ("$$$$(A)", "$$(A)"),
        ("$A ${A}", "$A ${A}"),
        ("$(A", "$(A"),
        ("a$", "a$"),
        ("$$", "$"),
        ("$()", "$()"),
        ("$(A$(A))", "$(A$(A))"),
    ] {
        assert_eq!(expand(text, lookup), expected, "{text}");
    }
}

const POD: &str = r#"
apiVersion: v1
kind: Secret
metadata: { name: s }
stringData: { password: "p$(HOST)" }
data: { user: cm9v
  dA== }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: c }
data: { mode: fast, "dotted.name": x }
---
apiVersion: v1
kind: Pod
metadata: { name: p, labels: { app: a } }
spec:
  containers:
  - name: one
    image: busybox
    args: ["$(HOST):$(PORT)", "$(LATER)"]
    resources: { limits: { memory: 1Gi } }
    envFrom:
    - { prefix: CFG_, configMapRef: { name: c } }
    - { secretRef: { name: absent, optional: true } }
    env:
    - { name: EARLY, value: "$(HOST)" }
    - { name: HOST, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
    - { name: LABEL, valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }
    - { name: PASSWORD, valueFrom: { secretKeyRef: { name: s, key: password } } }
    - { name: USER, valueFrom: { secretKeyRef: { name: s, key: user } } }
    - { name: PORT, value: "80" }
    - { name: URL, value: "http://$(HOST):$(PORT)/$$(PORT)?$(CFG_mode)" }
    - { name: ABSENT, valueFrom: { configMapKeyRef: { name: c, key: no, optional: true } } }
    - { name: MIB, valueFrom: { resourceFieldRef: { resource: limits.memory, divisor: 1Mi } } }
    - { name: PORT, value: "81" }
"#;

fn environment(yaml: &str) -> Result<(BTreeMap<String, String>, Vec<String>), String> {
    let mut objects = Objects::default();
    objects.add_yaml(yaml).map_err(|error| format!("{error:#}"))?;
    let pod = objects.pods.values().next().ok_or("no pod")?;
    let facts = PodFacts {
        namespace: "default".to_owned(),
        name: "p".to_owned(),
        labels: pod.meta.labels.clone(),
        ..PodFacts::default()
    };
    let sources = Sources {
        facts: &facts,
        spec: &pod.spec,
        config_maps: &objects.config_maps,
        secrets: &objects.secrets,
        service_links: &[],
    };
    let container = &pod.spec.containers[0];
    let variables = assemble(&sources, container).map_err(|error| format!("{error:#}"))?;
    let args = expand_words(&container.args, &variables);
    Ok((variables.into_iter().collect(), args))
}

#[test]
fn environment_is_assembled_in_the_order_of_declaration() {
    let (variables, args) = environment(POD).unwrap();
    let get = |name: &str| variables.get(name).map(String::as_str);
    assert_eq!(get("EARLY"), Some("$(HOST)"), "declared later");
    assert_eq!(get("HOST"), Some("p"));
    assert_eq!(get("LABEL"), Some("a"));
    assert_eq!(get("PASSWORD"), Some("p$(HOST)"), "values of a Secret are not expanded");
    assert_eq!(get("USER"), Some("root"), "base64 may be folded");
    assert_eq!(get("URL"), Some("http://p:80/$(PORT)?fast"));
    assert_eq!(get("CFG_dotted.name"), Some("x"));
    assert_eq!(get("ABSENT"), None);
    assert_eq!(get("MIB"), Some("1024"));
    assert_eq!(get("PORT"), Some("81"), "the last one of a name holds");
    assert_eq!(args, ["p:81", "$(LATER)"]);
}

#[test]
fn missing_sources_are_errors() {
    let text = POD.replace("key: password", "key: passwort");
    assert!(environment(&text).unwrap_err().contains("passwort"));
    let text = POD.replace("name: s, key: user", "name: t, key: user");
    assert!(environment(&text).unwrap_err().contains("\"t\" not found"));
}

#[test]
fn fields_that_the_harness_does_not_know_are_refused() {
    let error = environment(&POD.replace("image: busybox", "image: busybox\n    comand: [x]")).unwrap_err();
    assert!(error.contains("comand"), "{error}");
    for odd in [
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, dta: {}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, lables: {}}}",
        "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: a}, replicas: 3, spec: {}}",
        "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selectors: {}}}",
        "{apiVersion: example.com/v1, kind: Database, metadata: {name: a}}",
    ] {
        assert!(Objects::default().add_yaml(odd).is_err(), "{odd}");
    }
}

struct Fixed;

impl Zone for Fixed {
    fn records(&self, name: &str) -> Option<Vec<Record>> {
        match name {
            "db.default.svc.cluster.local" => {
                Some((2u8..40).map(|last| Record::A([10, 244, 0, last].into())).collect())
            }
            "db-0.db.default.svc.cluster.local" => Some(vec![Record::A([10, 244, 0, 2].into())]),
            "_sql._tcp.db.default.svc.cluster.local" => {
                Some(vec![Record::Srv { port: 5432, target: "db-0.db.default.svc.cluster.local".to_owned() }])
            }
            _ => None,
        }
    }
}

fn ask(name: &str, kind: u16, limit: usize) -> Vec<u8> {
    let mut query = vec![0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        query.push(label.len() as u8);
        query.extend_from_slice(label.as_bytes());
    }
    query.push(0);
    query.extend_from_slice(&kind.to_be_bytes());
    query.extend_from_slice(&[0, 1]);
    answer(&query, &Fixed, limit).expect("an answer")
}

fn code(answer: &[u8]) -> u8 {
    answer[3] & 0x0f
}

fn count(answer: &[u8]) -> u16 {
    u16::from_be_bytes([answer[6], answer[7]])
}

#[test]
fn dns_answers() {
    let one = ask("DB-0.db.default.svc.cluster.local", 1, 512);
    assert_eq!((&one[..2], code(&one), count(&one)), (&[0xab, 0xcd][..], 0, 1));
    assert!(one.ends_with(&[0, 4, 10, 244, 0, 2]));

    let six = ask("db-0.db.default.svc.cluster.local", 28, 512);
    assert_eq!((code(&six), count(&six)), (0, 0), "no IPv6, but the name exists");

    let none = ask("db-9.db.default.svc.cluster.local", 1, 512);
    assert_eq!((code(&none), count(&none)), (3, 0));

    let service = ask("_sql._tcp.db.default.svc.cluster.local", 33, 512);
    assert_eq!(count(&service), 1);
    assert!(service.windows(2).any(|pair| pair == 5432u16.to_be_bytes()));

    let long = ask("db.default.svc.cluster.local", 1, 512);
    assert_eq!((long[2] & 2, count(&long)), (2, 0), "too long for UDP: the client asks again over TCP");
    assert_eq!(count(&ask("db.default.svc.cluster.local", 1, 65_535)), 38);
    assert_eq!(answer(&[0; 5], &Fixed, 512), None);
}

#[test]
fn probes_count_results_in_a_row() {
    let probe = Probe { failure_threshold: Some(3), success_threshold: Some(2), ..Probe::default() };
    let mut counter = Counter::new(&probe, Some(Verdict::Failure));
    assert_eq!(counter.observe(true), None);
    assert_eq!(counter.observe(false), None, "the row is broken");
    assert_eq!(counter.observe(true), None);
    assert_eq!(counter.observe(true), Some(Verdict::Success));
    assert_eq!(counter.observe(false), None);
    assert_eq!(counter.observe(false), None);
    assert_eq!(counter.verdict(), Some(Verdict::Success), "ready until the threshold");
    assert_eq!(counter.observe(false), Some(Verdict::Failure));
}

fn set(extra: &str) -> cluster_tests::objects::StatefulSet {
    let yaml = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{ name: s }}\nspec:\n  selector: {{ matchLabels: {{ a: b }} }}\n  \
         serviceName: s\n  replicas: 3\n{extra}  template:\n    metadata: {{ labels: {{ a: b }} }}\n    \
         spec: {{ containers: [{{ name: c, image: busybox }}] }}\n"
    );
    let mut objects = Objects::default();
    objects.add_yaml(&yaml).unwrap();
    objects.stateful_sets.into_values().next().unwrap()
}

fn pod(ordinal: u32) -> Seen {
    Seen { ordinal, newest: true, available: true, terminating: false, ended: false }
}

#[test]
fn ordered_ready_creates_one_after_the_other() {
    let set = set("");
    assert_eq!(steps(&set, &[]), [Step::Create(0)]);
    assert_eq!(steps(&set, &[Seen { available: false, ..pod(0) }]), []);
    assert_eq!(steps(&set, &[pod(0)]), [Step::Create(1)]);
    assert_eq!(steps(&set, &[pod(0), pod(2)]), [Step::Create(1)]);
    assert_eq!(steps(&set, &[Seen { terminating: true, available: false, ..pod(0) }, pod(1)]), []);
    assert_eq!(steps(&set, &[Seen { ended: true, available: false, ..pod(0) }]), [Step::Delete(0)]);
    assert_eq!(steps(&set, &[pod(0), pod(1), pod(2)]), []);
}

#[test]
fn parallel_creates_all_and_starts_at_the_first_ordinal() {
    let set = set("  podManagementPolicy: Parallel\n  ordinals: { start: 1 }\n");
    assert_eq!(steps(&set, &[]), [Step::Create(1), Step::Create(2), Step::Create(3)]);
    assert_eq!(steps(&set, &[Seen { available: false, ..pod(2) }]), [Step::Create(1), Step::Create(3)]);
    assert_eq!(steps(&set, &[pod(0), pod(1), pod(2), pod(3)]), [Step::Delete(0)]);
}

#[test]
fn scaling_down_takes_the_highest_first() {
    let ordered = set("");
    let five = [pod(0), pod(1), pod(2), pod(3), pod(4)];
    assert_eq!(steps(&ordered, &five), [Step::Delete(4)]);
    assert_eq!(steps(&ordered, &[pod(0), pod(1), pod(2), pod(3), Seen { terminating: true, ..pod(4) }]), []);
    let parallel = set("  podManagementPolicy: Parallel\n");
    assert_eq!(steps(&parallel, &five), [Step::Delete(4), Step::Delete(3)]);
}

#[test]
fn rolling_update_goes_down_to_the_partition_and_waits() {
    let old = |ordinal| Seen { newest: false, ..pod(ordinal) };
    let rolling = set("");
    assert_eq!(steps(&rolling, &[old(0), old(1), old(2)]), [Step::Delete(2)]);
    assert_eq!(steps(&rolling, &[old(0), old(1), Seen { available: false, ..pod(2) }]), []);
    assert_eq!(steps(&rolling, &[old(0), old(1), pod(2)]), [Step::Delete(1)]);
    let broken = Seen { available: false, ..old(2) };
    assert_eq!(steps(&rolling, &[old(0), old(1), broken]), [], "OrderedReady stays at a broken pod");
    let parallel = set("  podManagementPolicy: Parallel\n");
    assert_eq!(steps(&parallel, &[old(0), old(1), broken]), [Step::Delete(2)]);
    let partitioned = set("  updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 2 } }\n");
    assert_eq!(steps(&partitioned, &[old(0), old(1), pod(2)]), []);
    let on_delete = set("  updateStrategy: { type: OnDelete }\n");
    assert_eq!(steps(&on_delete, &[old(0), old(1), old(2)]), []);
}
