//! Defects, in both languages: what does not compile, a built stack is not written with.

use crate::run;
use crate::world::{Result, built, declared, it, it_with, login, postgres, settings, web, web_tls};
use statefulapp::Stack;
use statefulapp::builder::*;

/// A defect in both languages.
struct Defect {
    text: String,
    built: Result<Stack>,
    /// The rule that a built stack breaks.
    rule: &'static str,
    /// Where it does: what stands before the message of a value, or behind the arrow of a finding.
    place: &'static str,
}

/// `"rule", "place": declaration => program;`
macro_rules! defects {
    ($($rule:literal, $place:literal: $text:expr => $built:expr;)*) => {
        vec![$({
            #[allow(clippy::needless_question_mark)]
            let build = || -> Result<Stack> { Ok($built) };
            Defect { text: $text, built: build(), rule: $rule, place: $place }
        }),*]
    };
}

fn defects() -> Vec<Defect> {
    let item = declared;
    defects! {
        // Values: the error stands at the call.
        "image-repository-upper-case", "StatefulApp `it`: image": item("StatefulApp it { image: \"Postgres:15\" }") => built(it()?.image("Postgres:15")?)?;
        "quantity-invalid", "volume `data`: size": it_with("storage: { data: { mount: \"/data\", size: \"10GB\" } }")
            => built(it()?.storage(Volume::new("data", "10GB")?))?;
        "port-range", "StatefulApp `it`: port": it_with("sidecars: { a: { image: \"a:1\", ports: { web: 70000 } } }") => built(it()?.port("web", 70000)?)?;
        "memory-fractional", "StatefulApp `it`: memory": it_with("resources: { memory: \"100m\" }") => built(it()?.memory("100m")?)?;
        "resource-fraction", "StatefulApp `it`: nvidia.com/gpu": it_with("resources: { \"nvidia.com/gpu\": 500m..500m }")
            => built(it()?.resource("nvidia.com/gpu", "500m".."500m")?)?;
        "cron-field-count", "CronJob `it`: schedule": item("CronJob it { schedule: \"daily\", image: \"a:1\" }")
            => built(CronJob::new("it", "daily")?.image("a:1")?)?;
        "rule-unknown", "unknown rule": it_with("allow: [no_bakcup]") => built(it()?.allow("no_bakcup")?)?;
        "allow-error", "is an error": it_with("allow: [image_missing]") => built(it()?.allow("image_missing")?)?;
        "engine-unknown", "unknown engine": it_with("engine: postgre") => built(it()?.engine(Engine::named("postgre")?))?;
        "items-unfit", "file `settings`": it_with("files: { \"/a\": { from: settings[\"LEVEL\"], items: { LEVEL: \"x\" } } }")
            => built(it()?.file("/a", File::new(settings()?.key("LEVEL")?).item("LEVEL", "x")?)?)?;
        "port-name-too-long", "Service `it`: port":
            item("Service it { selects: postgres, ports: { \"a-name-for-clients\": { protocol: TCP } } }")
            => built(Service::new("it")?.selects(&postgres()?)?.port(ServicePort::new("a-name-for-clients")?.protocol(Protocol::TCP))?)?;
        // What several values decide: the error names the item and the place in it.
        "image-missing", "StatefulApp it, image": item("StatefulApp it { replicas: 1 }") => built(StatefulApp::new("it")?)?;
        "engine-option-unknown", "StatefulApp it, engine.database":
            it_with("engine: redis { password: login.password, database: \"a\" }")
            => built(it()?.engine(Engine::named("redis")?.password(login()?.key("password")?)?.database("a")))?;
        "engine-option-unknown", "StatefulApp it, engine.settings":
            it_with("engine: custom { settings: { a: 1 } }") => built(it()?.engine(Engine::named("custom")?.setting("a", 1)))?;
        "key-unfit", "StatefulApp it, update.max_surge": it_with("update: RollingUpdate { max_surge: 1 }")
            => built(it()?.update(RollingUpdate::new().max_surge(1)?))?;
        "key-unfit", "StatefulApp it, security.seccomp_profile": item("StatefulApp it { image: \"a:1\", security: { seccomp_unconfined: true, seccomp_profile: \"a\", because: \"b\" } }")
            => built(it()?.security(PodSecurity::new().seccomp_unconfined(true).seccomp_profile("a")?.because("b")))?;
        "key-unfit", "StatefulApp it, init.a.security.seccomp_profile":
            it_with("init: { a: { image: \"a:1\", security: { seccomp_unconfined: true, seccomp_profile: \"a\" } } }")
            => built(it()?.init(Container::new("a")?.image("a:1")?.security(ContainerSecurity::new().seccomp_unconfined(true).seccomp_profile("a")?)))?;
        "list-empty", "StatefulApp it, affinity.nodes": it_with("affinity: { nodes: { disk: [] } }")
            => built(it()?.affinity(Affinity::new().nodes("disk", [""; 0])?))?;
        "exec-empty", "StatefulApp it, readiness": it_with("readiness: exec()") => built(it()?.readiness(Probe::exec([""; 0])))?;
        "extern-value", "Secret it, b": item("Secret extern it { b: \"x\" }") => built(Secret::existing("it", ["a"])?.literal("b", "x")?)?;
        "extern-value", "ConfigMap it, b": item("ConfigMap extern it { b: \"x\" }") => built(ConfigMap::existing("it", ["a"])?.data("b", "x")?)?;
        "generate-length", "Secret it, a": item("Secret it { a: generate(2) }") => built(Secret::new("it")?.generate("a", 2)?)?;
        "secret-key-unknown", "StatefulApp it, env.A": it_with("env: { A: login.pasword }") => built(it()?.env("A", login()?.key("pasword")?)?)?;
        "secret-unknown", "StatefulApp it, env.A": it_with("env: { A: logon.password }")
            => built(it()?.env("A", Secret::new("logon")?.key("password")?)?)?;
        "config-map-unknown", "StatefulApp it, engine.config": item("StatefulApp it { engine: postgres { password: login.password, config: login }, storage: { data: { size: 1Gi } } }")
            => built(StatefulApp::new("it")?.engine(Engine::named("postgres")?.password(login()?.key("password")?)?.config(&login()?)?).storage(Volume::new("data", "1Gi")?))?;
        "app-unknown", "Service it, selects": item("Service it { selects: postgre, ports: [database] }") => built(Service::new("it")?.selects("postgre")?.port("database")?)?;
        "service-unknown", "Ingress it, rules[0].service": item("Ingress it { rules: [{ service: postgre_read, port: database }] }")
            => built(Ingress::new("it")?.rule(IngressRule::new("postgre-read", "database")?))?;
        "service-port-unknown", "Service it, ports": item("Service it { selects: postgres, ports: [databse] }") => built(Service::new("it")?.selects(&postgres()?)?.port("databse")?)?;
        "count-too-large", "StatefulApp it, replicas": item("StatefulApp it { image: \"a:1\", replicas: 4294967295 }") => built(it()?.replicas(u32::MAX))?;
        "count-too-large", "StatefulApp it, backup.keep_at_least":
            it_with("backup: { schedule: \"@daily\", keep: 1d, bucket: \"a\", keep_at_least: 4294967295 }")
            => built(it()?.backup(Backup::new("@daily", "1d", "a")?.keep_at_least(u32::MAX)))?;
        "key-unfit", "App it, update.partition": item("App it { image: \"a:1\", update: RollingUpdate { partition: 1 } }")
            => built(App::new("it")?.image("a:1")?.update(RollingUpdate::new().partition(1)))?;
        "volume-unknown", "StatefulApp it, init.a.mounts": it_with("init: { a: { image: \"a:1\", mounts: { data: \"/data\" } } }")
            => built(it()?.init(Container::new("a")?.image("a:1")?.mount("data", "/data")?))?;
        "init-served", "StatefulApp it, init.a.readiness": it_with("init: { a: { image: \"a:1\", readiness: exec(\"a\") } }")
            => built(it()?.init(Container::new("a")?.image("a:1")?.readiness(Probe::exec(["a"]))))?;
        "network-policy-empty", "NetworkPolicy it": item("NetworkPolicy it {}") => built(NetworkPolicy::new("it")?)?;
        "start-order-stranger", "AppGroup it, start_order[0]": item("AppGroup it { members: [web], start_order: [postgres] }")
            => built(AppGroup::new("it")?.members([&web()?])?.start_order([&postgres()?])?)?;
        "replication-option-missing", "StatefulApp it, engine.replication":
            item("StatefulApp it { engine: postgres { password: login.password, replication: {} }, storage: { data: { size: 1Gi } } }")
            => built(StatefulApp::new("it")?.engine(Engine::named("postgres")?.password(login()?.key("password")?)?.replication(Replication::new())).storage(Volume::new("data", "1Gi")?))?;
        // Nothing is written for what exists.
        "key-unfit", "ServiceAccount it, token": item("ServiceAccount extern it { token: true }") => built(ServiceAccount::existing("it")?.token(true))?;
        "key-unfit", "Secret it, meta.labels": item("Secret extern it { meta: { labels: { a: \"b\" } }, a }")
            => built(Secret::existing("it", ["a"])?.label("a", "b")?)?;
        "key-unfit", "ConfigMap it, meta.binary": item("ConfigMap extern it { meta: { binary: { a: (A) } } }")
            => built(ConfigMap::existing("it", [""; 0])?.binary("a", *b"A")?)?;
        "key-unfit", "Service it, headless": item("Service extern it { headless: true }") => built(Service::existing("it")?.headless(true))?;
        "pull-secret-type", "StatefulApp it, pull_secrets[0]":
            item("Secret extern a { meta: { type: Tls }, \"tls.crt\", \"tls.key\" } StatefulApp it { image: \"a:1\", pull_secrets: [a] }")
            => built(Secret::existing("a", ["tls.crt", "tls.key"])?.kind(SecretKind::Tls))?
                .with(StatefulApp::new("it")?.image("a:1")?.pull_secret("a")?);
        // What stands twice.
        "duplicate-env", "StatefulApp it, env": it_with("env: { A: \"x\", A: \"y\" }") => built(it()?.env("A", "x")?.env("A", "y")?)?;
        "duplicate-label", "StatefulApp it, labels": it_with("labels: { a: \"x\", a: \"y\" }") => built(it()?.label("a", "x")?.label("a", "y")?)?;
        "duplicate-label", "StatefulApp it, annotations": it_with("annotations: { a: \"x\", a: \"y\" }") => built(it()?.annotation("a", "x")?.annotation("a", "y")?)?;
        "duplicate-label", "StatefulApp it, pod_labels": it_with("pod_labels: { a: \"x\", a: \"y\" }") => built(it()?.pod_label("a", "x")?.pod_label("a", "y")?)?;
        "duplicate-key", "StatefulApp it, node_selector": it_with("node_selector: { a: \"x\", a: \"y\" }") => built(it()?.node_selector("a", "x")?.node_selector("a", "y")?)?;
        "duplicate-key", "Job it, node_selector": item("Job it { image: \"a:1\", node_selector: { a: \"x\", a: \"y\" } }")
            => built(Job::new("it")?.image("a:1")?.node_selector("a", "x")?.node_selector("a", "y")?)?;
        "duplicate-key", "StatefulApp it, affinity.nodes": it_with("affinity: { nodes: { a: [\"x\"], a: [\"y\"] } }")
            => built(it()?.affinity(Affinity::new().nodes("a", ["x"])?.nodes("a", ["y"])?))?;
        "duplicate-key", "StatefulApp it, affinity.near[1]": it_with("affinity: { near: { web: Required, web: Preferred } }")
            => built(it()?.affinity(Affinity::new().near("web", Strength::Required)?.near("web", Strength::Preferred)?))?;
        "duplicate-key", "StatefulApp it, network.from_namespaces": it_with("network: { from_namespaces: [{ a: \"x\", a: \"y\" }] }")
            => built(it()?.network(NetworkAccess::new().from_namespace([("a", "x"), ("a", "y")])?))?;
        "duplicate-key", "NetworkPolicy it, ingress[0].pods[0].labels": item("NetworkPolicy it { ingress: [{ pods: [{ labels: { a: \"x\", a: \"y\" } }] }] }")
            => built(NetworkPolicy::new("it")?.ingress([NetworkRule::new().pods([Pods::new().label("a", "x")?.label("a", "y")?])]))?;
        "duplicate-key", "NetworkPolicy it, egress[0].pods[0].namespaces": item("NetworkPolicy it { egress: [{ pods: [{ namespaces: { a: \"x\", a: \"y\" } }] }] }")
            => built(NetworkPolicy::new("it")?.egress([NetworkRule::new().pods([Pods::new().namespace("a", "x")?.namespace("a", "y")?])]))?;
        "duplicate-port-name", "StatefulApp it, ports": it_with("sidecars: { a: { image: \"a:1\", ports: { web: 80, web: 81 } } }") => built(it()?.port("web", 80)?.port("web", 81)?)?;
        "duplicate-volume", "StatefulApp it, storage": it_with("storage: { a: { size: 1Gi, mount: \"/a\" }, a: { size: 1Gi, mount: \"/b\" } }")
            => built(it()?.storage(Volume::new("a", "1Gi")?.mount("/a")?).storage(Volume::new("a", "1Gi")?.mount("/b")?))?;
        "duplicate-resource", "StatefulApp it, resources": it_with("resources: { cpu: 1, cpu: 2 }") => built(it()?.cpu(1)?.cpu(2)?)?;
        "duplicate-data-key", "ConfigMap it": item("ConfigMap it { a: \"x\", a: \"y\" }") => built(ConfigMap::new("it")?.data("a", "x")?.data("a", "y")?)?;
        "duplicate-data-key", "Secret it": item("Secret it { a: \"x\", a: \"y\" }") => built(Secret::new("it")?.literal("a", "x")?.literal("a", "y")?)?;
        "duplicate-sysctl", "StatefulApp it, security.sysctls": item("StatefulApp it { image: \"a:1\", security: { sysctls: { \"net.ipv4.tcp_syncookies\": 1, \"net.ipv4.tcp_syncookies\": 0 } } }")
            => built(it()?.security(PodSecurity::new().sysctl("net.ipv4.tcp_syncookies", 1).sysctl("net.ipv4.tcp_syncookies", 0)))?;
        "duplicate-key", "StatefulApp it, engine.settings[1]": item("StatefulApp it { engine: postgres { password: login.password, settings: { a: 1, a: 2 } }, storage: { data: { size: 1Gi } } }")
            => built(StatefulApp::new("it")?.engine(Engine::named("postgres")?.password(login()?.key("password")?)?.setting("a", 1).setting("a", 2)).storage(Volume::new("data", "1Gi")?))?;
        "duplicate-key", "StatefulApp it, dns.options[1]": it_with("dns: { options: { ndots: 1, ndots: 2 } }") => built(it()?.dns(Dns::new().option("ndots", 1).option("ndots", 2)))?;
        "duplicate-key", "Ingress it, tls[1]": item("Ingress it { rules: [{ service: postgres_read, port: database }], tls: { web_tls: \"a.example\", web_tls: \"b.example\" } }")
            => built(Ingress::new("it")?.rule(IngressRule::new("postgres-read", "database")?).tls(&web_tls()?, ["a.example"])?.tls(&web_tls()?, ["b.example"])?)?;
        "duplicate-member", "AppGroup it, members": item("AppGroup it { members: [web, web] }") => built(AppGroup::new("it")?.members([&web()?, &web()?])?)?;
        "duplicate-item", "App web": item("App web { image: \"a:1\" }") => built(web()?)?;
        "duplicate-key", "StatefulApp it, readiness.headers[1]": it_with("readiness: http(\"/\", metrics) { headers: { A: \"x\", A: \"y\" } }")
            => built(it()?.readiness(Probe::new(Http::new("/", "metrics")?.header("A", "x")?.header("A", "y")?)))?;
    }
}

/// What the macro says of the same defect where its words are others: it reads a declaration before it knows what stands there.
fn compiled_rule(rule: &str) -> &str {
    match rule {
        "duplicate-member" | "duplicate-item" | "duplicate-key" => rule,
        "secret-unknown" => "reference-unknown",
        rule if rule.starts_with("duplicate-") => "duplicate-key",
        rule => rule,
    }
}

#[test]
fn what_does_not_compile_is_not_written() {
    let mut wrong = Vec::new();
    for Defect { text, built, rule, place } in defects() {
        let compiled = run::built(&text).err().unwrap_or_default();
        if !compiled.lines().any(|line| line.starts_with(&format!("{}: ", compiled_rule(rule)))) {
            wrong.push(format!("{rule} in {place}: the macro says {compiled:?}"));
        }
        let (said, expected) = match &built {
            Err(error) => (format!("{error:#}"), place.to_owned()),
            Ok(stack) => {
                let errors = stack.check().errors().map(|errors| errors.to_string()).unwrap_or_default();
                (errors, format!("\n  --> {place}"))
            }
        };
        if !said.contains(&expected) || !said.contains(&format!("\n  rule: {rule}")) || !said.contains("\n  help: ") {
            wrong.push(format!("{rule} in {place}: the built stack says {said:?}"));
        }
        if let Ok(stack) = built
            && stack.objects_with(&run::values).is_ok()
        {
            wrong.push(format!("{rule} in {place}: the objects are made"));
        }
    }
    assert!(wrong.is_empty(), "{} defects:\n{}", wrong.len(), wrong.join("\n"));
}
