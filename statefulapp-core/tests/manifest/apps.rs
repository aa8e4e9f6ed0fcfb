//! What an app brings.

use crate::support::*;
use serde_json::{Value, json};
use statefulapp_core::manifest::{BuildError, Object, PatchTarget, objects};
use statefulapp_core::model::*;

#[test]
fn everything_in_its_order() {
    let mut pg = stateful("pg");
    pg.replicas = Some(3);
    pg.network = Some(NetworkAccess::default());
    let built =
        build(&stack(vec![Item::ConfigMap(config_map("a", &[])), item(pg), item(app(Workload::Deployment, "web"))]));
    let expected = [
        "ConfigMap a",
        "ServiceAccount pg",
        "Service pg",
        "PodDisruptionBudget pg",
        "NetworkPolicy pg",
        "StatefulSet pg",
        "ServiceAccount web",
        "Service web",
        "Deployment web",
    ];
    assert_eq!(built.names(), expected);
}

#[test]
fn the_same_model_gives_the_same_objects() {
    let stack = || stack(vec![item(stateful("pg")), Item::Secret(secret("a", &[("b", "c"), ("d", "e")]))]);
    assert_eq!(objects(&stack(), &values), objects(&stack(), &values));
}

#[test]
fn labels() {
    let mut pg = stateful("pg");
    pg.meta.labels = pairs(&[("component", "database"), ("app.kubernetes.io/name", "mine")]);
    pg.pod_labels = pairs(&[("pod", "only"), ("app.kubernetes.io/name", "mine")]);
    let built = build(&stack(vec![item(pg)]));
    let set = built.get("StatefulSet", "pg");
    let mut expected = json!({
        "app.kubernetes.io/name": "pg",
        "app.kubernetes.io/instance": "shop",
        "app.kubernetes.io/part-of": "shop",
        "app.kubernetes.io/managed-by": "statefulapp",
        "component": "database",
    });
    assert_eq!(built.get("Service", "pg")["metadata"]["labels"], expected);
    expected["pod"] = json!("only");
    assert_eq!(set["spec"]["template"]["metadata"]["labels"], expected);
    expected.as_object_mut().expect("labels").remove("pod");
    expected["app.kubernetes.io/version"] = json!("17.2");
    assert_eq!(set["metadata"]["labels"], expected);
    assert_eq!(set["spec"]["selector"], json!({ "matchLabels": { "app.kubernetes.io/name": "pg" } }));
}

#[test]
fn without_a_stack_the_app_is_its_own_instance() {
    let mut stack = stack(vec![item(stateful("pg"))]);
    stack.name = None;
    let built = build(&stack);
    let labels = &built.get("StatefulSet", "pg")["metadata"]["labels"];
    assert_eq!(labels["app.kubernetes.io/instance"], "pg");
    assert_eq!(labels["app.kubernetes.io/part-of"], Value::Null);
}

#[test]
fn only_a_tag_that_is_a_label_is_a_version() {
    let digest = format!("postgres@sha256:{}", "a".repeat(64));
    for (image, version) in
        [("postgres:17.2-alpine", json!("17.2-alpine")), ("a:1_", Value::Null), (&digest, Value::Null)]
    {
        let mut pg = stateful("pg");
        pg.main.image = Some(v(image));
        let built = build(&stack(vec![item(pg)]));
        assert_eq!(
            built.get("StatefulSet", "pg")["metadata"]["labels"]["app.kubernetes.io/version"],
            version,
            "{image}"
        );
    }
}

#[test]
fn nothing_that_is_immutable_depends_on_the_stack_or_the_image() {
    let set = |name: &str, image: &str| {
        let mut pg = stateful("pg");
        pg.main.image = Some(v(image));
        pg.meta.labels = pairs(&[("release", "x")]);
        pg.storage = vec![volume("data", Some("/data"))];
        let mut stack = stack(vec![item(pg), Item::AppGroup(group(name, &["pg"]))]);
        stack.name = Some(v(name));
        let built = build(&stack);
        let spec = built.get("StatefulSet", "pg")["spec"].clone();
        ["selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates"].map(|key| spec[key].clone())
    };
    assert_eq!(set("a", "postgres:16"), set("b", "postgres:17"));
}

#[test]
fn a_stateful_set_says_what_decides_over_data() {
    let mut pg = stateful("pg");
    pg.storage = vec![Volume { class: Some(v("fast")), ..volume("data", Some("/data")) }];
    let built = build(&stack(vec![item(pg)]));
    let spec = &built.get("StatefulSet", "pg")["spec"];
    assert_eq!(spec["replicas"], 1);
    assert_eq!(spec["serviceName"], "pg");
    assert_eq!(spec["podManagementPolicy"], "OrderedReady");
    assert_eq!(spec["updateStrategy"], json!({ "type": "RollingUpdate", "rollingUpdate": { "partition": 0 } }));
    assert_eq!(
        spec["persistentVolumeClaimRetentionPolicy"],
        json!({ "whenDeleted": "Retain", "whenScaled": "Retain" })
    );
    assert_eq!(spec["template"]["spec"]["terminationGracePeriodSeconds"], 30);
    let claim = &spec["volumeClaimTemplates"][0];
    assert_eq!(claim["metadata"], json!({ "name": "data" }));
    assert_eq!(
        claim["spec"],
        json!({
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "fast",
            "resources": { "requests": { "storage": "10Gi" } },
        })
    );
}

#[test]
fn a_claim_from_a_snapshot_and_an_empty_class() {
    let mut pg = stateful("pg");
    pg.storage = vec![Volume { class: Some(v("")), snapshot: Some(v("yesterday")), ..volume("data", Some("/data")) }];
    let built = build(&stack(vec![item(pg)]));
    let claim = &built.get("StatefulSet", "pg")["spec"]["volumeClaimTemplates"][0]["spec"];
    assert_eq!(claim["storageClassName"], "");
    let source = json!({ "apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "yesterday" });
    assert_eq!(claim["dataSource"], source);
}

#[test]
fn a_block_device_is_not_mounted() {
    let mut pg = stateful("pg");
    pg.storage = vec![Volume { block: true, ..volume("raw", Some("/dev/data")) }];
    pg.sidecars = vec![Container { mounts: vec![mount("raw", "/dev/same")], ..container("side") }];
    let built = build(&stack(vec![item(pg)]));
    assert_eq!(built.get("StatefulSet", "pg")["spec"]["volumeClaimTemplates"][0]["spec"]["volumeMode"], "Block");
    let main = built.main("StatefulSet", "pg");
    assert_eq!(main["volumeDevices"], json!([{ "name": "raw", "devicePath": "/dev/data" }]));
    assert_eq!(main["volumeMounts"], Value::Null);
    assert_eq!(built.pod("StatefulSet", "pg")["containers"][1]["volumeDevices"][0]["devicePath"], "/dev/same");
}

#[test]
fn a_deployment_says_how_it_updates() {
    let built = build(&stack(vec![item(app(Workload::Deployment, "web"))]));
    let spec = &built.get("Deployment", "web")["spec"];
    let expected = json!({ "type": "RollingUpdate", "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": "25%" } });
    assert_eq!(spec["strategy"], expected);
    assert_eq!(spec["replicas"], 1);
}

#[test]
fn what_a_workload_cannot_do_is_an_error() {
    let fails = |change: fn(&mut App), workload| {
        let mut app = app(workload, "x");
        change(&mut app);
        objects(&stack(vec![item(app)]), &values).expect_err("an error").to_string()
    };
    let update = |a: &mut App| a.update = Some(Update::Recreate);
    assert!(fails(update, Workload::StatefulSet).contains("recreate"));
    assert!(fails(|a| a.update = Some(Update::OnDelete), Workload::Deployment).contains("on_delete"));
    let storage = |a: &mut App| a.storage = vec![volume("data", Some("/data"))];
    assert_eq!(
        fails(storage, Workload::Deployment),
        "the volume `data` would have to outlive its pod\n  --> App `x`\n  help: declare a StatefulApp, or write \
         scratch instead of storage"
    );
    assert!(fails(|a| a.main.image = None, Workload::StatefulSet).contains("has no image"));
    let hook = |a: &mut App| {
        let port = PortRef::Number(n(1));
        a.main.pre_stop = Some(Hook::Do(Handler::Grpc { port, service: None }));
    };
    assert!(fails(hook, Workload::StatefulSet).contains("gRPC"));
    let probe = |a: &mut App| {
        let port = PortRef::Name(v("nope"));
        a.main.liveness = Some(Probe::new(Handler::Grpc { port, service: None }));
    };
    assert!(fails(probe, Workload::StatefulSet).contains("no port `nope`"));
}

#[test]
fn a_grpc_probe_has_a_number() {
    let mut pg = stateful("pg");
    pg.main.readiness = Some(Probe::new(Handler::Grpc { port: PortRef::Name(v("database")), service: None }));
    let built = build(&stack(vec![item(pg)]));
    assert_eq!(built.main("StatefulSet", "pg")["readinessProbe"], json!({ "grpc": { "port": 5432 } }));
}

#[test]
fn a_budget_only_where_a_node_can_still_be_drained() {
    let budget = |replicas, disruption, kubernetes: &str| {
        let pg = App { replicas: Some(replicas), disruption, ..stateful("pg") };
        let mut stack = stack(vec![item(pg)]);
        stack.kubernetes = Some(v(kubernetes));
        build(&stack).find("PodDisruptionBudget", "pg").map(|budget| budget["spec"].clone())
    };
    let selector = json!({ "matchLabels": { "app.kubernetes.io/name": "pg" } });
    assert_eq!(budget(1, None, "1.31"), None);
    assert_eq!(budget(3, Some(Disruption::None), "1.31"), None);
    assert_eq!(
        budget(3, None, "1.31"),
        Some(json!({ "maxUnavailable": 1, "selector": selector, "unhealthyPodEvictionPolicy": "AlwaysAllow" }))
    );
    assert_eq!(budget(3, None, "1.26"), Some(json!({ "maxUnavailable": 1, "selector": selector })));
    let percent = budget(1, Some(Disruption::MinAvailable(v("50%"))), "1.26");
    assert_eq!(percent, Some(json!({ "minAvailable": "50%", "selector": selector })));
}

#[test]
fn pods_spread_by_default() {
    let spread = |replicas, spread| {
        let built = build(&stack(vec![item(App { replicas: Some(replicas), spread, ..stateful("pg") })]));
        let spread = list(&built.pod("StatefulSet", "pg")["topologySpreadConstraints"]).to_vec();
        spread.iter().map(|s| (text(&s["topologyKey"]).to_owned(), text(&s["whenUnsatisfiable"]).to_owned())).collect()
    };
    let wish = |key: &str| (key.to_owned(), "ScheduleAnyway".to_owned());
    let both: Vec<(String, String)> = spread(2, None);
    assert_eq!(both, [wish("topology.kubernetes.io/zone"), wish("kubernetes.io/hostname")]);
    assert_eq!(spread(1, None), Vec::<(String, String)>::new());
    assert_eq!(spread(3, Some(Vec::new())), Vec::<(String, String)>::new());
}

#[test]
fn a_group_is_in_its_members() {
    let mut pg = stateful("pg");
    pg.meta.labels = pairs(&[("tier", "gold")]);
    pg.main.env = vec![env("B", "own"), env("C", "$(A)")];
    pg.files = vec![file("/etc/a", FileContent::All(Source::ConfigMap(v("own"))))];
    let mut backend = group("backend", &["pg"]);
    backend.meta.labels = pairs(&[("tier", "silver"), ("team", "db")]);
    backend.meta.annotations = pairs(&[("contact", "db")]);
    backend.meta.doc = "of the group".to_owned();
    backend.env = vec![env("A", "group"), env("B", "group")];
    backend.files = vec![
        file("/etc/a", FileContent::All(Source::ConfigMap(v("shared")))),
        file("/etc/b", FileContent::All(Source::ConfigMap(v("shared")))),
    ];
    backend.env_from = vec![EnvFrom { source: Source::ConfigMap(v("shared")), prefix: None, optional: false }];
    let built = build(&stack(vec![Item::AppGroup(backend), item(pg), item(stateful("alone"))]));
    let set = built.get("StatefulSet", "pg");
    assert_eq!(set["metadata"]["labels"]["tier"], "gold");
    assert_eq!(set["metadata"]["labels"]["team"], "db");
    assert_eq!(set["metadata"]["labels"]["app.kubernetes.io/part-of"], "backend");
    assert_eq!(set["metadata"]["annotations"], json!({ "contact": "db" }));
    let main = built.main("StatefulSet", "pg");
    let names: Vec<_> = list(&main["env"]).iter().map(|e| (text(&e["name"]), text(&e["value"]))).collect();
    assert_eq!(names, [("A", "group"), ("B", "own"), ("C", "$(A)")]);
    assert_eq!(main["envFrom"], json!([{ "configMapRef": { "name": "shared" } }]));
    let mounts: Vec<_> =
        list(&main["volumeMounts"]).iter().map(|m| (text(&m["mountPath"]), text(&m["name"]))).collect();
    assert_eq!(mounts, [("/etc/a", "config-own"), ("/etc/b", "config-shared")]);
    assert_eq!(built.get("StatefulSet", "alone")["metadata"]["labels"]["team"], Value::Null);
}

#[test]
fn a_member_waits_for_those_before_it() {
    let order =
        AppGroup { start_order: vec![v("pg"), v("web"), v("worker")], ..group("backend", &["pg", "web", "worker"]) };
    let pg = App { service_name: Some(v("pg-headless")), ..stateful("pg") };
    let mut worker = app(Workload::Deployment, "worker");
    worker.main.resources = vec![
        Resource { name: v("memory"), request: Some(v("1Gi")), limit: Some(v("1Gi")) },
        Resource { name: v("nvidia.com/gpu"), request: None, limit: Some(v("1")) },
    ];
    worker.init = vec![container("migrate")];
    let built =
        build(&stack(vec![Item::AppGroup(order), item(pg), item(app(Workload::Deployment, "web")), item(worker)]));
    assert_eq!(built.pod("StatefulSet", "pg")["initContainers"], Value::Null);
    let init = list(&built.pod("Deployment", "worker")["initContainers"]);
    let names: Vec<_> = init.iter().map(|c| text(&c["name"])).collect();
    assert_eq!(names, ["wait-for-pg", "wait-for-web", "migrate"]);
    assert_eq!(init[0]["command"][2], "until nc -z -w 2 pg-headless 5432; do sleep 2; done");
    assert_eq!(init[1]["command"][2], "until nc -z -w 2 web 5432; do sleep 2; done");
    assert_eq!(init[0]["resources"], json!({ "requests": { "memory": "1Gi" }, "limits": { "memory": "1Gi" } }));
}

#[test]
fn a_patch_has_the_last_word() {
    let pg = App {
        patch: Patch::new(|target| {
            if let PatchTarget::StatefulSet(set) = target {
                set.metadata.annotations.get_or_insert_default().insert("patched".to_owned(), "yes".to_owned());
            }
        }),
        ..stateful("pg")
    };
    let web =
        App { patch: Patch::stateful_set(|_| unreachable!("it is a Deployment")), ..app(Workload::Deployment, "web") };
    let built = build(&stack(vec![item(pg), item(web)]));
    assert_eq!(built.get("StatefulSet", "pg")["metadata"]["annotations"]["patched"], "yes");
}

#[test]
fn objects_know_their_app_and_hide_their_data() {
    let mut pg = stateful("pg");
    pg.network = Some(NetworkAccess::default());
    pg.replicas = Some(2);
    pg.service_account = Some(v("reader"));
    let all = objects(
        &stack(vec![
            item(pg),
            Item::Service(service("read", "pg")),
            Item::Secret(secret("password", &[("a", "hunter2")])),
        ]),
        &values,
    )
    .expect("objects");
    let apps: Vec<_> = all.iter().map(|object| (object.kind(), object.app())).collect();
    let expected = [
        ("ServiceAccount", Some("pg")),
        ("Service", Some("pg")),
        ("PodDisruptionBudget", Some("pg")),
        ("NetworkPolicy", Some("pg")),
        ("StatefulSet", Some("pg")),
        ("Service", Some("pg")),
        ("Secret", None),
    ];
    assert_eq!(apps, expected);
    assert_eq!(all.iter().map(Object::is_secret).collect::<Vec<_>>(), [false, false, false, false, false, false, true]);
    let debug = format!("{all:?}");
    assert!(debug.contains("Secret password") && !debug.contains("hunter2"), "{debug}");
    let secret: k8s_openapi::api::core::v1::Secret = all[6].clone().try_into().expect("a Secret");
    assert_eq!(Object::from(secret), all[6]);
}

#[test]
fn an_error_names_the_item() {
    let error = BuildError::new("Secret", "a", "no value").help("write one");
    assert_eq!(error.to_string(), "no value\n  --> Secret `a`\n  help: write one");
}
