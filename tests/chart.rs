//! Helm charts. `helm` itself (`HELM`, else in `PATH`) renders them, and gives, object by object, what this program gives for the same
//! values. Where there is no helm, those tests say so.

#![allow(dead_code, unreachable_pub)]

use serde_json::{Value, json};
use statefulapp::builder::{App, ConfigMap};
use statefulapp::manifest::Redacted;
use statefulapp::output::Layout;
use statefulapp::render::Options;
use statefulapp::{Param, Stack, stateful_app};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "../examples/helm_chart.rs"]
mod helm_chart;

fn helm() -> Option<PathBuf> {
    let program = std::env::var_os("HELM").map_or_else(|| PathBuf::from("helm"), PathBuf::from);
    match Command::new(&program).arg("version").output() {
        Ok(_) => Some(program),
        Err(error) => {
            println!("skipped: {} cannot be run ({error}); HELM names another", program.display());
            None
        }
    }
}

fn options() -> Options {
    Options { layout: Layout::Helm, ..Options::default() }
}

/// A chart in a directory of its own.
struct Chart {
    place: tempfile::TempDir,
    stack: Stack,
}

impl Chart {
    fn of(stack: Stack) -> Self {
        let place = tempfile::tempdir().unwrap();
        if let Err(error) = stack.write_with(place.path().join("chart"), &options()) {
            panic!("{error}");
        }
        Self { place, stack }
    }

    fn path(&self) -> PathBuf {
        self.place.path().join("chart")
    }

    /// Runs helm; its standard output, or what it complains of.
    fn helm(&self, program: &Path, command: &str, arguments: &[&str]) -> Result<String, String> {
        let mut run = Command::new(program);
        run.env("HOME", self.place.path()).arg(command);
        if command != "lint" {
            run.arg("release");
        }
        let output = run.arg(self.path()).args(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        if output.status.success() {
            Ok(text(output.stdout))
        } else {
            Err(format!("{}{}", text(output.stdout), text(output.stderr)))
        }
    }

    /// Helm gives for these values what the stack gives.
    fn same(&self, program: &Path, set: &[(&str, &str)]) {
        let mut stack = self.stack.clone();
        let mut values = serde_json::Map::new();
        for (name, value) in set {
            stack.set_param(name, value).unwrap();
            let typed = match stack.params.iter().find(|param| param.name == *name).map(|param| param.kind.word()) {
                Some("count" | "port") => json!(value.parse::<u32>().unwrap()),
                Some("bool") => json!(*value == "true"),
                _ => json!(value),
            };
            values.insert((*name).to_owned(), typed);
        }
        let file = self.place.path().join("values.yaml");
        std::fs::write(&file, ascii(&Value::from(values))).unwrap();
        let namespace = stack.namespace.as_ref().map_or("default", |namespace| namespace.as_str()).to_owned();
        let secrets = secret_values(&stack);
        let arguments = ["-n", &namespace, "-f", file.to_str().unwrap(), "--set-json", &secrets];
        let given = self.helm(program, "template", &arguments).unwrap_or_else(|error| panic!("{set:?}: {error}"));
        let given = statefulapp::plan::parse("helm", &given).unwrap();
        let expected = stack.objects_with(&Redacted).unwrap();
        let expected = expected.iter().map(|object| serde_json::to_value(object).unwrap()).collect();
        let (given, expected) = (by_name(given), by_name(expected));
        assert_eq!(given.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{set:?}");
        for (name, object) in &expected {
            let (given, expected) = (&given[name], object);
            assert!(given == expected, "{set:?}, {name}:\n{given:#}\nand not\n{expected:#}");
        }
    }
}

/// As YAML, whose readers take fewer characters as they are than those of JSON.
fn ascii(value: &Value) -> String {
    let escaped = |c: char| match c {
        ' '..='~' => c.to_string(),
        c => format!("\\U{:08x}", u32::from(c)),
    };
    value.to_string().chars().map(escaped).collect()
}

/// Something for every value of a Secret that a chart asks for.
fn secret_values(stack: &Stack) -> String {
    let mut secrets = serde_json::Map::new();
    for (_, secret) in stack.secrets() {
        let given = secret.data.iter().filter(|(_, value)| {
            use statefulapp::model::SecretValue::{FromEnv, FromFile};
            matches!(value, FromEnv(_) | FromFile(_))
        });
        let values: serde_json::Map<_, _> = given.map(|(key, _)| (key.to_string(), json!("given"))).collect();
        if !values.is_empty() {
            secrets.insert(secret.name.to_string(), json!({ "values": values }));
        }
    }
    if secrets.is_empty() { "global={}".to_owned() } else { format!("secrets={}", Value::from(secrets)) }
}

/// Objects by kind and name. Of Secrets the keys only, and nothing of how a chart keeps them.
fn by_name(objects: Vec<Value>) -> BTreeMap<String, Value> {
    let text = |object: &Value, pointer: &str| object.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    let count = objects.len();
    let objects: BTreeMap<_, _> = objects
        .into_iter()
        .map(|mut object| {
            if text(&object, "/kind") == "Secret" {
                let keys: std::collections::BTreeSet<_> = ["data", "stringData"]
                    .iter()
                    .filter_map(|member| object[*member].as_object().cloned())
                    .flat_map(|entries| entries.into_iter().map(|(key, _)| key))
                    .collect();
                object["data"] = json!(keys);
                object.as_object_mut().unwrap().remove("stringData");
                let annotations = object.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut);
                let is_empty = annotations.is_some_and(|annotations| {
                    annotations.remove("helm.sh/resource-policy");
                    annotations.is_empty()
                });
                if is_empty {
                    object["metadata"].as_object_mut().unwrap().remove("annotations");
                }
            }
            (format!("{} {}", text(&object, "/kind"), text(&object, "/metadata/name")), object)
        })
        .collect();
    assert_eq!(objects.len(), count);
    objects
}

/// Texts that mean something to YAML, to templates, or to Go.
const TEXTS: [&str; 14] = [
    "",
    " ",
    "yes",
    "007",
    "1e3",
    "null",
    "a: b # c",
    "{{ .Values.replicas }}",
    "{{/* */}}`\"'\\%s%d",
    "one\ntwo\n\n",
    "\ttab\r\nline",
    "é\u{1f600}\u{200b}\u{7f}\u{85}",
    "- [a, {b: c}]",
    "{{- end }}",
];

/// Data of users that is full of braces, and texts that are put together.
fn composed() -> Stack {
    let params = [
        Param::new("level", "string", "info").unwrap().one_of(["debug", "info"]).unwrap(),
        Param::new("text", "string", "{{ x }}").unwrap().doc("Any text,\nof {{ any }} sort: # \u{85}yes"),
        Param::new("connections", "count", 100).unwrap().min(10).unwrap().max(1000).unwrap(),
        Param::new("listen", "port", 8080).unwrap(),
        Param::new("timeout", "duration", "1h30m").unwrap().min("1m").unwrap().max("2d").unwrap(),
        Param::new("on", "bool", "false").unwrap(),
    ];
    let make = |params: &statefulapp::model::Params| {
        let level = params.get("level")?;
        let config = ConfigMap::new("settings")?
            .data(
                "a.conf",
                format!(
                    "{{{{ keep }}}}\nmax={}\n{{{}}}\n{{{{{{ {level} }}}}}}\nlevel={level}\n",
                    params.get("connections")?,
                    params.get("connections")?
                ),
            )?
            .data("free.conf", format!("first\ntext={}\n", params.get("text")?))?
            .data("fixed.conf", "{\n{{\n{{{\n{{{{ a }}\n{{- b -}}\n{{/* c */}}\n`\n")?;
        let web = App::new("web")?
            .image("registry.example.com/web:1.0")?
            .port("http", 8080)?
            .env("LEVEL", format!("-{level}-{level}"))?
            .env("TEXT", format!("{{{}", params.get("text")?))?
            .env("BOTH", format!("{level}:{}", params.get("connections")?))?
            .env("SEXAGESIMAL", format!("12:{}", params.get("connections")?))?
            .env("TIMEOUT", params.get("timeout")?)?
            .env("ON", params.get("on")?)?
            .env("LISTEN", params.get("listen")?)?
            .env_from(&config);
        Ok(Stack::named("composed")?.in_namespace("web")?.with(web).with(config))
    };
    Stack::with_params(params, make).unwrap()
}

/// Parameters inside what an engine writes.
fn engines() -> Stack {
    stateful_app! {
        stack: "engines",
        params: {
            connections: count(200) { min: 50, max: 500 },
            timeout: duration(30s) { max: 1h },
            partition: count(0) { max: 1 },
        },

        Secret login { password: generate(32), token: from_file("token.txt"), user: "shop", meta: { allow: [secret_literal] } }

        StatefulApp postgres {
            engine: postgres {
                version: "17.6", database: "shop", user: "shop", password: login.password,
                settings: { max_connections: params.connections },
            },
            storage: { data: { size: 20Gi } },
            update: RollingUpdate { partition: params.partition },
            readiness: exec("true") { timeout: params.timeout, period: params.timeout },
            allow: [no_backup],
        }
    }
    .into()
}

#[test]
fn helm_gives_what_this_program_gives() {
    let Some(helm) = helm() else { return };
    let shop = Chart::of(helm_chart::shop());
    shop.same(&helm, &[]);
    for set in [
        &[("replicas", "9")][..],
        &[("log_level", "debug")],
        &[("image", "localhost:5000/web:v2@sha256:0000000000000000000000000000000000000000000000000000000000000007")],
        &[("host", "other.example.org"), ("memory", "1Gi"), ("grace", "10m"), ("replicas", "2")],
        &[("backup_schedule", "*/5 1,2 1-28 * mon-fri"), ("pods_can_be_evicted", "false"), ("grace", "1m30s")],
    ] {
        shop.same(&helm, set);
    }
    for text in TEXTS {
        shop.same(&helm, &[("greeting", text)]);
    }
    let composed = Chart::of(composed());
    composed.same(&helm, &[]);
    composed.same(
        &helm,
        &[("level", "debug"), ("connections", "10"), ("on", "true"), ("listen", "1"), ("timeout", "1d2h")],
    );
    for text in TEXTS {
        composed.same(&helm, &[("text", text), ("connections", "1000")]);
    }
    let engines = Chart::of(engines());
    engines.same(&helm, &[]);
    engines.same(&helm, &[("connections", "50"), ("timeout", "1m1s"), ("partition", "1")]);
}

#[test]
fn helm_finds_nothing_wrong_with_the_charts() {
    let Some(helm) = helm() else { return };
    for stack in [helm_chart::shop(), composed(), engines()] {
        let chart = Chart::of(stack);
        let secrets = secret_values(&chart.stack);
        let said =
            chart.helm(&helm, "lint", &["--strict", "--set-json", &secrets]).unwrap_or_else(|error| panic!("{error}"));
        assert!(said.contains("0 chart(s) failed"), "{said}");
    }
}

/// What a parameter refuses, helm refuses.
#[test]
fn helm_refuses_what_this_program_refuses() {
    let Some(helm) = helm() else { return };
    let chart = Chart::of(helm_chart::shop());
    let secrets = secret_values(&chart.stack);
    for (name, value) in [
        ("replicas", "abc"),
        ("replicas", "1"),
        ("replicas", "10"),
        ("replicas", "2.5"),
        ("log_level", "trace"),
        ("image", "registry.example.com/web"),
        ("image", "Web:1"),
        ("image", "web:1 2"),
        ("host", "UPPER.example.com"),
        ("host", "a..b"),
        ("memory", "128Mi"),
        ("memory", "1.5Gi"),
        ("memory", "1GB"),
        ("grace", "29s"),
        ("grace", "1h"),
        ("grace", "90"),
        ("backup_schedule", "61 * * * *"),
        ("backup_schedule", "sometimes"),
        ("pods_can_be_evicted", "maybe"),
        ("replica", "3"),
    ] {
        assert!(chart.stack.clone().with_param(name, value).is_err(), "{name}={value}");
        let set = format!("{name}={value}");
        let refused = chart.helm(&helm, "template", &["--set-json", &secrets, "--set", &set]).unwrap_err();
        assert!(refused.contains(name), "{set}: {refused}");
    }
}

#[test]
fn secrets_are_made_or_asked_for() {
    let chart = Chart::of(helm_chart::shop());
    let template = std::fs::read_to_string(chart.path().join("templates/20-secret-database.yaml")).unwrap();
    assert!(template.contains("lookup \"v1\" \"Secret\" .Release.Namespace \"database\""), "{template}");
    assert!(template.contains("get $old \"password\" | default (randAlphaNum 32 | b64enc)"), "{template}");
    assert!(template.contains("helm.sh/resource-policy: keep"), "{template}");
    assert!(!chart.path().join(".gitignore").exists());
    let error = statefulapp::plan::read(chart.path().to_str().unwrap()).unwrap_err().to_string();
    assert!(error.contains("is a Helm chart, whose templates are no manifests"), "{error}");
    let Some(helm) = helm() else { return };
    let missing = chart.helm(&helm, "template", &[]).unwrap_err();
    assert!(missing.contains("secrets.database.values.license-key is needed at the first install"), "{missing}");
    let upgrade =
        chart.helm(&helm, "template", &["--is-upgrade", "--set", "secrets.database.values.license-key=x"]).unwrap_err();
    assert!(upgrade.contains("the Secret database is not there, and what it held was generated"), "{upgrade}");
    let existing = chart.helm(&helm, "template", &["--is-upgrade", "--set", "secrets.database.existing=true"]).unwrap();
    assert!(!existing.contains("kind: Secret"), "{existing}");
    let twice = || chart.helm(&helm, "template", &["--set", "secrets.database.values.license-key=x"]).unwrap();
    assert_ne!(twice(), twice(), "no cluster, no memory");
}

/// A directory that becomes a chart, or was one, loses no value and makes none anew.
#[test]
fn generated_values_survive_a_change_of_layout() {
    let place = tempfile::tempdir().unwrap();
    let (directory, keep) = (place.path().join("deploy"), place.path().join("keep.yaml"));
    let stack: Stack = stateful_app! { stack: "db",
        Secret login { password: generate(32) }
        App web { image: "web:1", env: { PASSWORD: login.password }, allow: [user_unknown] }
    }
    .into();
    stack.write(&directory).unwrap();
    let secret = std::fs::read_to_string(directory.join("20-secret-login.yaml")).unwrap();
    let password = secret.lines().find_map(|line| line.trim().strip_prefix("password: ")).unwrap().to_owned();

    let error = stack.write_with(&directory, &options()).unwrap_err().to_string();
    assert!(error.contains("`login.password` is made by `generate` once"), "{error}");
    assert!(error.contains("those that the directory has would be lost"), "{error}");
    assert_eq!(std::fs::read_to_string(directory.join("20-secret-login.yaml")).unwrap(), secret);

    let kept = Options { keep: Some(keep.clone()), ..options() };
    stack.write_with(&directory, &kept).unwrap();
    assert!(std::fs::read_to_string(&keep).unwrap().contains(&password));
    assert!(!directory.join("20-secret-login.yaml").exists() && !directory.join("Kustomization").exists());
    for file in ["values.yaml", "templates/20-secret-login.yaml", ".statefulapp"] {
        assert!(!std::fs::read_to_string(directory.join(file)).unwrap().contains(&password), "{file}");
    }

    let error = stack.write(&directory).unwrap_err().to_string();
    assert!(error.contains("the cluster that it was installed in made them"), "{error}");
    let back = Options { keep: Some(keep), ..Options::default() };
    stack.write_with(&directory, &back).unwrap();
    assert_eq!(std::fs::read_to_string(directory.join("20-secret-login.yaml")).unwrap(), secret);
    assert!(!directory.join("Chart.yaml").exists() && !directory.join("templates").exists());
}

fn refused(stack: Stack) -> String {
    let place = tempfile::tempdir().unwrap();
    let error = stack.write_with(place.path().join("chart"), &options()).unwrap_err().to_string();
    assert!(!place.path().join("chart").exists());
    error
}

/// Whatever a template could not follow is refused, with the place that would go stale.
#[test]
fn what_is_computed_is_refused() {
    let members = stateful_app! { stack: "config",
        params: { members: count(3) { one_of: [3, 5] } },
        StatefulApp config {
            engine: etcd { version: "v3.6.5" }, replicas: params.members, storage: { data: { size: 10Gi } },
            allow: [no_password, no_backup],
        }
    };
    let error = refused(members.into());
    assert!(error.contains("rule: chart-derived") || error.contains("rule: chart-immutable"), "{error}");
    assert!(error.contains("--> params.members"), "{error}");

    let budget = stateful_app! { stack: "web",
        params: { replicas: count(3) { min: 1, max: 5 } },
        App web { image: "web:1", replicas: params.replicas, allow: [user_unknown] }
    };
    let error = refused(budget.into());
    assert!(error.contains("it decides whether there is a PodDisruptionBudget web"), "{error}");

    let heap = stateful_app! { stack: "search",
        params: { memory: quantity(4Gi) { min: 2Gi, max: 16Gi } },
        StatefulApp search {
            engine: elasticsearch { version: "9.1.2" }, replicas: 1, storage: { data: { size: 10Gi } },
            resources: { cpu: 1.., memory: params.memory..params.memory },
            allow: [no_password, no_backup],
        }
    };
    let error = refused(heap.into());
    assert!(error.contains("a chart cannot have the parameter `memory`: StatefulSet search, spec.template"), "{error}");

    let file = ConfigMap::new("sum").unwrap();
    let sum = Stack::with_params(
        [Param::new("a", "count", 1).unwrap().max(9).unwrap(), Param::new("b", "count", 1).unwrap().max(9).unwrap()],
        move |params| {
            let sum = (params.count("a")? + params.count("b")?).to_string();
            Ok(Stack::named("sum")?.with(file.clone().data("sum", sum)?))
        },
    );
    let error = refused(sum.unwrap());
    assert!(error.contains("ConfigMap sum, data.sum"), "{error}");

    // The same for nearly all values is not the same.
    let threshold = Stack::with_params([Param::new("a", "count", 1).unwrap().max(20).unwrap()], |params| {
        let mode = if params.count("a")? == 13 { "other" } else { "usual" };
        Ok(Stack::named("threshold")?.with(ConfigMap::new("mode")?.data("mode", mode)?))
    });
    let error = refused(threshold.unwrap());
    assert!(error.contains("(\"usual\", and \"other\" for a=13)"), "{error}");
}

#[test]
fn what_an_upgrade_cannot_change_is_refused() {
    let size = stateful_app! { stack: "files",
        params: { size: quantity(10Gi) { min: 1Gi, max: 1Ti } },
        StatefulApp files {
            image: "files:1", storage: { data: { mount: "/data", size: params.size } }, allow: [user_unknown],
        }
    };
    let error = refused(size.into());
    assert!(error.contains("rule: chart-immutable") && error.contains("spec.volumeClaimTemplates"), "{error}");

    let class = stateful_app! { stack: "files",
        params: { class: name("fast") { one_of: ["fast", "slow"] } },
        StatefulApp files {
            image: "files:1", storage: { data: { mount: "/data", size: 1Gi, class: params.class } }, allow: [user_unknown],
        }
    };
    let error = refused(class.into());
    assert!(error.contains("from \"fast\" to \"slow\"") && error.contains("rule: chart-immutable"), "{error}");

    let service = stateful_app! { stack: "files",
        params: { service: name("files") { one_of: ["files", "store"] } },
        StatefulApp files {
            image: "files:1", service_name: params.service, storage: { data: { mount: "/data", size: 1Gi } },
            allow: [user_unknown],
        }
    };
    assert!(refused(service.into()).contains("rule: chart-"));
    assert!(refused(Stack::default()).contains("rule: chart-name"));
}
