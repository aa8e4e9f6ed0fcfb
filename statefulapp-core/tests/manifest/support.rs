//! Models by hand, and what must be true of the objects of every one of them.

use crate::restricted::violations;
use serde_json::Value;
use statefulapp_core::manifest::{BuildError, Object, SecretBytes, objects};
use statefulapp_core::model::*;
use statefulapp_core::value::{DataKey, ValueError};
use std::collections::HashSet;
use std::fmt::Debug;
use std::str::FromStr;

pub(crate) fn v<T: FromStr>(text: &str) -> T
where
    T::Err: Debug,
{
    text.parse().unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// A number that is checked: a port, for instance.
pub(crate) fn n<T: TryFrom<i64, Error = ValueError>>(number: i64) -> T {
    T::try_from(number).expect("in range")
}

pub(crate) fn pairs<K: FromStr, V: FromStr>(pairs: &[(&str, &str)]) -> Vec<(K, V)>
where
    K::Err: Debug,
    V::Err: Debug,
{
    pairs.iter().map(|(key, value)| (v(key), v(value))).collect()
}

pub(crate) fn app(workload: Workload, name: &str) -> App {
    let mut app = App::new(workload, v(name));
    app.main.image = Some(v("postgres:17.2"));
    app.main.ports = vec![port("database", 5432)];
    app
}

pub(crate) fn stateful(name: &str) -> App {
    app(Workload::StatefulSet, name)
}

pub(crate) fn container(name: &str) -> Container {
    let mut container = Container::new(v(name));
    container.image = Some(v("tool:1"));
    container
}

pub(crate) fn port(name: &str, number: i64) -> ContainerPort {
    ContainerPort { name: v(name), number: n(number), protocol: Protocol::TCP, host_port: None }
}

pub(crate) fn env(name: &str, value: impl Into<EnvValue>) -> EnvVar {
    EnvVar { name: v(name), value: value.into() }
}

pub(crate) fn key(name: &str, key: &str) -> KeyRef {
    KeyRef { name: v(name), key: v(key), optional: false }
}

pub(crate) fn volume(name: &str, mount: Option<&str>) -> Volume {
    Volume {
        name: v(name),
        mount: mount.map(v),
        sub_path: None,
        size: v("10Gi"),
        class: None,
        access: Vec::new(),
        block: false,
        snapshot: None,
    }
}

pub(crate) fn file(path: &str, content: FileContent) -> FileMount {
    FileMount { path: v(path), content, mode: None, optional: false }
}

pub(crate) fn scratch(name: &str, mount: Option<&str>) -> Scratch {
    Scratch { name: v(name), mount: mount.map(v), size: None, memory: false }
}

pub(crate) fn mount(volume: &str, path: &str) -> Mount {
    Mount { volume: v(volume), path: v(path), sub_path: None, read_only: false }
}

pub(crate) fn config_map(name: &str, data: &[(&str, &str)]) -> ConfigMap {
    ConfigMap {
        name: v(name),
        meta: Meta::default(),
        is_extern: false,
        data: data.iter().map(|(key, text)| (v(key), (*text).to_owned())).collect(),
        binary: Vec::new(),
        immutable: false,
    }
}

pub(crate) fn secret(name: &str, data: &[(&str, &str)]) -> Secret {
    Secret {
        name: v(name),
        meta: Meta::default(),
        is_extern: false,
        kind: SecretKind::Opaque,
        data: data.iter().map(|(key, text)| (v(key), SecretValue::Literal((*text).to_owned()))).collect(),
        immutable: false,
        external: None,
    }
}

pub(crate) fn service(name: &str, app: &str) -> Service {
    Service {
        selects: Some(Selects { app: v(app), pod: None }),
        ports: vec![service_port("database")],
        ..Service::of(v(name))
    }
}

pub(crate) fn service_port(target: &str) -> ServicePort {
    ServicePort {
        name: None,
        number: None,
        target: PortRef::Name(v(target)),
        protocol: None,
        node_port: None,
        app_protocol: None,
    }
}

pub(crate) fn run(image: &str) -> Run {
    let mut main = container("main");
    main.image = Some(v(image));
    Run { main, ..Run::of("main") }
}

pub(crate) fn job(name: &str) -> Job {
    Job { name: v(name), meta: Meta::default(), run: run("tool:1") }
}

pub(crate) fn cron_job(name: &str) -> CronJob {
    CronJob {
        name: v(name),
        meta: Meta::default(),
        schedule: v("0 2 * * *"),
        time_zone: None,
        concurrency: None,
        start_deadline: None,
        suspend: false,
        keep_succeeded: None,
        keep_failed: None,
        run: run("tool:1"),
    }
}

pub(crate) fn group(name: &str, members: &[&str]) -> AppGroup {
    AppGroup {
        name: v(name),
        meta: Meta::default(),
        members: members.iter().map(|name| v(name)).collect(),
        env: Vec::new(),
        env_from: Vec::new(),
        files: Vec::new(),
        start_order: Vec::new(),
    }
}

pub(crate) fn stack(items: Vec<Item>) -> Stack {
    let mut stack = Stack::default();
    stack.name = Some(v("shop"));
    stack.namespace = Some(v("prod"));
    stack.items = items;
    stack
}

pub(crate) fn item(app: App) -> Item {
    Item::App(Box::new(app))
}

/// Literals as they are; a value that is not UTF-8 for a file.
pub(crate) fn values(secret: &Secret, key: &DataKey, value: &SecretValue) -> Result<SecretBytes, BuildError> {
    match value {
        SecretValue::Literal(text) => Ok(text.as_str().into()),
        SecretValue::FromFile(_) => Ok(vec![0xff, 0x00].into()),
        _ => Err(BuildError::new("Secret", secret.name.as_str(), format!("no value for `{key}`"))),
    }
}

/// Objects as JSON.
pub(crate) struct Built(pub(crate) Vec<Value>);

impl Built {
    /// The object; there has to be one.
    pub(crate) fn get(&self, kind: &str, name: &str) -> &Value {
        self.find(kind, name).unwrap_or_else(|| panic!("no {kind} {name} in {:?}", self.names()))
    }

    pub(crate) fn find(&self, kind: &str, name: &str) -> Option<&Value> {
        self.0.iter().find(|object| object["kind"] == kind && object["metadata"]["name"] == name)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0.iter().map(|object| format!("{} {}", text(&object["kind"]), text(&object["metadata"]["name"]))).collect()
    }

    /// The pod of a workload or Job.
    pub(crate) fn pod(&self, kind: &str, name: &str) -> &Value {
        &template(self.get(kind, name)).expect("a pod template")["spec"]
    }

    pub(crate) fn main(&self, kind: &str, name: &str) -> &Value {
        &self.pod(kind, name)["containers"][0]
    }
}

/// Builds, and asks of every object what must be true of it.
pub(crate) fn build(stack: &Stack) -> Built {
    let built = build_with_exceptions(stack);
    for object in &built.0 {
        if let Some(template) = template(object) {
            assert_eq!(violations(&template["spec"]), Vec::<String>::new(), "{object}");
        }
    }
    built
}

/// The same without PodSecurity "restricted".
pub(crate) fn build_with_exceptions(stack: &Stack) -> Built {
    let objects: Vec<Object> = objects(stack, &values).expect("objects");
    let built = Built(objects.iter().map(|object| serde_json::to_value(object).expect("JSON")).collect());
    for (object, value) in objects.iter().zip(&built.0) {
        assert_eq!(object.kind(), value["kind"]);
        assert_eq!(object.api_version(), value["apiVersion"]);
        assert_eq!(object.name(), value["metadata"]["name"]);
        assert_eq!(object.namespace(), value["metadata"]["namespace"].as_str());
    }
    invariants(stack, &built);
    built
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn template(object: &Value) -> Option<&Value> {
    ["/spec/template", "/spec/jobTemplate/spec/template"].iter().find_map(|path| object.pointer(path))
}

/// Whether the labels satisfy a selector of equal labels.
pub(crate) fn selects(selector: &Value, labels: &Value) -> bool {
    selector.as_object().expect("a selector").iter().all(|(key, value)| labels[key] == *value)
}

fn invariants(stack: &Stack, built: &Built) {
    let mut seen = HashSet::new();
    for object in &built.0 {
        let name = text(&object["metadata"]["name"]);
        assert!(seen.insert(format!("{} {name}", object["kind"])), "{name} twice");
        assert!(is_subdomain(name), "{name}");
        let namespace = stack.namespace.as_ref().map(|namespace| namespace.as_str());
        assert_eq!(object["metadata"]["namespace"].as_str(), namespace);
        let labels = &object["metadata"]["labels"];
        assert_eq!(labels["app.kubernetes.io/managed-by"], "statefulapp", "{name}");
        if let Some(template) = template(object) {
            pod(object, template);
        }
        if let Some(selector) = object.pointer("/spec/selector/matchLabels") {
            // Of StatefulSet and Deployment: it is immutable, so nothing but the name is in it.
            assert_eq!(selector.as_object().expect("labels").len(), 1);
            if let Some(template) = template(object) {
                assert!(selects(selector, &template["metadata"]["labels"]), "{name}");
            }
        }
        for claim in list(&object["spec"]["volumeClaimTemplates"]) {
            let keys: Vec<_> = claim["metadata"].as_object().expect("metadata").keys().collect();
            assert_eq!(keys, ["name"]);
        }
    }
    // No selector ever matches the pods of a Job.
    for job in built.0.iter().filter(|object| text(&object["kind"]).ends_with("Job")) {
        let labels = &template(job).expect("a template")["metadata"]["labels"];
        for app in stack.apps().map(|(_, app)| app.name.as_str()) {
            assert_ne!(labels["app.kubernetes.io/name"], app);
        }
    }
    for service in built.0.iter().filter(|object| object["kind"] == "Service") {
        service_leads_somewhere(built, service);
    }
}

fn service_leads_somewhere(built: &Built, service: &Value) {
    let Some(selector) = service["spec"]["selector"].as_object() else { return };
    let mut selector = selector.clone();
    // The controller sets this one.
    let pod_name = selector.remove("statefulset.kubernetes.io/pod-name");
    let workloads: Vec<&Value> = built
        .0
        .iter()
        .filter(|object| object["kind"] == "StatefulSet" || object["kind"] == "Deployment")
        .filter(|object| selects(&Value::Object(selector.clone()), &object["spec"]["template"]["metadata"]["labels"]))
        .collect();
    let [workload] = workloads[..] else { panic!("{service} selects {} workloads", workloads.len()) };
    if let Some(pod_name) = pod_name {
        assert!(text(&pod_name).starts_with(text(&workload["metadata"]["name"])));
    }
    let containers = list(&workload["spec"]["template"]["spec"]["containers"]);
    for port in list(&service["spec"]["ports"]) {
        if let Some(target) = port["targetPort"].as_str() {
            let found = containers.iter().flat_map(|c| list(&c["ports"])).any(|p| p["name"] == target);
            assert!(found, "no port {target} behind {service}");
        }
    }
}

fn pod(object: &Value, template: &Value) {
    let spec = &template["spec"];
    let claims = list(&object["spec"]["volumeClaimTemplates"]);
    let mut volumes: Vec<&str> = claims.iter().map(|claim| text(&claim["metadata"]["name"])).collect();
    volumes.extend(list(&spec["volumes"]).iter().map(|volume| text(&volume["name"])));
    let unique: HashSet<_> = volumes.iter().collect();
    assert_eq!(unique.len(), volumes.len(), "{volumes:?}");
    assert!(volumes.iter().all(|name| is_label(name)), "{volumes:?}");
    let mut names = HashSet::new();
    for container in list(&spec["initContainers"]).iter().chain(list(&spec["containers"])) {
        let name = text(&container["name"]);
        assert!(is_label(name) && names.insert(name), "{name}");
        let mut paths = HashSet::new();
        for seen in list(&container["volumeMounts"]).iter().chain(list(&container["volumeDevices"])) {
            assert!(volumes.contains(&text(&seen["name"])), "{seen} in {name}: {volumes:?}");
            let path = if seen["mountPath"].is_null() { &seen["devicePath"] } else { &seen["mountPath"] };
            assert!(paths.insert(text(path)), "{path} twice in {name}");
        }
    }
    for constraint in list(&spec["topologySpreadConstraints"]) {
        assert!(selects(&constraint["labelSelector"]["matchLabels"], &template["metadata"]["labels"]));
    }
    assert!(spec["enableServiceLinks"].is_boolean());
    assert!(spec["automountServiceAccountToken"].is_boolean());
}

pub(crate) fn is_label(name: &str) -> bool {
    name.len() <= 63 && is_subdomain(name) && !name.contains('.')
}

fn is_subdomain(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    name.len() <= 253 && name.split('.').all(part)
}
