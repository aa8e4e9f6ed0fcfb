//! The command line, run in the test's own process: output, exit codes, what happens to secrets and closed pipes.

use serde_json::Value;
use statefulapp_core::cli::{Terminal, run};
use statefulapp_core::model::*;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

fn v<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// A database with a password, and a web application in front.
fn shop() -> Stack {
    let mut db = App::new(Workload::StatefulSet, v("db"));
    db.main.image = Some(v("example.org/db:1"));
    db.main.ports = vec![port("database", 5432)];
    db.main.env = vec![EnvVar {
        name: v("PASSWORD"),
        value: EnvValue::SecretKey(KeyRef { name: v("login"), key: v("password"), optional: false }),
    }];
    db.replicas = Some(3);
    db.storage = vec![Volume {
        name: v("data"),
        mount: Some(v("/data")),
        sub_path: None,
        size: v("10Gi"),
        class: None,
        access: Vec::new(),
        block: false,
        snapshot: None,
    }];
    let mut web = App::new(Workload::Deployment, v("web"));
    web.main.image = Some(v("example.org/web:1"));
    web.main.ports = vec![port("http", 8080)];
    web.main.env = vec![EnvVar { name: v("DATABASE"), value: "tcp://db-0.db:5432".into() }];
    let login = Secret {
        name: v("login"),
        meta: Meta::default(),
        is_extern: false,
        kind: SecretKind::Opaque,
        data: vec![(v("password"), SecretValue::Generate(32))],
        immutable: false,
        external: None,
    };
    let mut stack = Stack::default();
    stack.name = Some(v("shop"));
    stack.items = vec![Item::App(Box::new(db)), Item::App(Box::new(web)), Item::Secret(login)];
    stack
}

fn port(name: &str, number: u16) -> ContainerPort {
    let number = statefulapp_core::value::Port::try_from(i64::from(number)).unwrap();
    ContainerPort { name: v(name), number, protocol: Protocol::TCP, host_port: None }
}

struct Ran {
    code: u8,
    out: String,
    err: String,
}

fn ran(stack: &Stack, arguments: &[&str]) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["/usr/bin/shop"].iter().chain(arguments).map(OsString::from);
    let code = run(stack, arguments, &mut Terminal::plain(&mut out, &mut err));
    Ran { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

fn done(stack: &Stack, arguments: &[&str]) -> String {
    let ran = ran(stack, arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}: {}", ran.out);
    ran.out
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn help_has_examples_and_a_wrong_command_line_is_64() {
    let help = done(&shop(), &["--help"]);
    for part in ["stack `shop`", "Usage: shop <COMMAND>", "render | kubectl apply --server-side -f -", "Exit codes:"] {
        assert!(help.contains(part), "{part}\n{help}");
    }
    for command in ["render", "write", "plan", "graph", "completions"] {
        assert!(done(&shop(), &[command, "--help"]).contains("Example"), "{command}");
    }
    for wrong in [&["nothing"][..], &["plan"], &["render", "--format", "xml"], &["render", "--only", "db"], &[]] {
        let ran = ran(&shop(), wrong);
        assert_eq!((ran.code, ran.out.as_str()), (64, ""), "{wrong:?}");
        assert!(!ran.err.is_empty());
    }
}

#[test]
fn render_writes_yaml_and_json() {
    let place = tempfile::tempdir().unwrap();
    let keep = place.path().join("keep.yaml");
    let yaml = done(&shop(), &["render", "--keep", text(&keep)]);
    assert_eq!(yaml, done(&shop(), &["render", "--keep", text(&keep)]));
    let json = done(&shop(), &["render", "--keep", text(&keep), "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["kind"], "List");
    let kinds = |kind: &str| yaml.lines().filter(|line| *line == format!("kind: {kind}")).count();
    assert_eq!(json["items"].as_array().unwrap().len(), yaml.split("\n---\n").count());
    assert_eq!((kinds("StatefulSet"), kinds("Secret")), (1, 1));
}

#[test]
fn generated_secrets_need_a_place_and_the_error_says_which() {
    let refused = ran(&shop(), &["render"]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    assert!(refused.err.starts_with("error: `login.password` is made"), "{}", refused.err);
    assert!(refused.err.contains("--keep FILE"));

    // A directory that was written before keeps them, too.
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("deploy");
    done(&shop(), &["write", text(&directory)]);
    let yaml = done(&shop(), &["render", "--keep", text(&directory)]);
    let secret = std::fs::read_to_string(directory.join("20-secret-login.yaml")).unwrap();
    assert!(yaml.contains(secret.trim()));
    let mut more = shop();
    if let Item::Secret(login) = &mut more.items[2] {
        login.data.push((v("other"), SecretValue::Generate(8)));
    }
    let refused = ran(&more, &["render", "--keep", text(&directory)]);
    assert!(
        refused.err.contains("`login.other`") && refused.err.contains("write the directory first"),
        "{}",
        refused.err
    );
}

#[test]
fn one_object_needs_no_secret_of_another() {
    let set = done(&shop(), &["render", "--only", "sts/db"]);
    assert!(set.contains("kind: StatefulSet") && !set.contains("---"));
    let json: Value =
        serde_json::from_str(&done(&shop(), &["render", "--only", "StatefulSet/db", "--format", "json"])).unwrap();
    assert_eq!(json["spec"]["replicas"], 3);
    let two = done(&shop(), &["render", "--only", "sts/db", "--only", "svc/db"]);
    assert_eq!(two.split("---\n").count(), 2);
    assert_eq!(ran(&shop(), &["render", "--only", "secret/login"]).code, 1);
    let unknown = ran(&shop(), &["render", "--only", "sts/dbb"]);
    assert!(unknown.err.contains("did you mean `statefulset/db`?"), "{}", unknown.err);
}

#[test]
fn write_reports_every_file() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("deploy");
    let first = done(&shop(), &["write", text(&directory)]);
    assert!(first.contains("+ 60-statefulset-db.yaml\n") && first.contains("0 removed"), "{first}");
    assert!(done(&shop(), &["write", text(&directory)]).contains("is up to date"));
    std::fs::write(directory.join("60-statefulset-db.yaml"), "edited").unwrap();
    let third = done(&shop(), &["write", text(&directory), "--layout", "by-app"]);
    assert!(third.contains("+ db/60-statefulset-db.yaml\n"), "{third}");
    assert!(third.contains("- 60-statefulset-db.yaml  (it was edited by hand"), "{third}");
    assert_eq!(ran(&shop(), &["write", text(&directory), "--layout", "tar"]).code, 64);
    assert_eq!(ran(&shop(), &["write", "/proc/nowhere/deploy"]).code, 1);
}

#[test]
fn plan_needs_no_secret_and_ends_with_its_class() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("deploy");
    done(&shop(), &["write", text(&directory)]);
    assert_eq!(done(&shop(), &["plan", text(&directory)]), "no changes\n");

    let mut next = shop();
    let Item::App(db) = &mut next.items[0] else { panic!() };
    db.main.image = Some(v("example.org/db:2"));
    let plan = ran(&next, &["plan", text(&directory)]);
    assert_eq!(plan.code, 2, "{}", plan.out);
    assert!(plan.out.contains("rolling restart"));
    let json: Value = serde_json::from_str(&ran(&next, &["plan", text(&directory), "--json"]).out).unwrap();
    assert_eq!(json["exitCode"], 2);

    // A literal that changed is seen, and not shown.
    let Item::Secret(login) = &mut next.items[2] else { panic!() };
    login.data[0].1 = SecretValue::Literal("NEW-MARKER".into());
    let plan = ran(&next, &["plan", text(&directory)]);
    assert!(
        plan.out.contains("password") && plan.out.contains("redacted") && !plan.out.contains("NEW-MARKER"),
        "{}",
        plan.out
    );

    // What comes from a variable that is not set counts as unchanged.
    let mut from_env = shop();
    let Item::Secret(login) = &mut from_env.items[2] else { panic!() };
    login.data[0].1 = SecretValue::FromEnv("STATEFULAPP_TEST_UNSET".into());
    assert_eq!(done(&from_env, &["plan", text(&directory)]), "no changes\n");

    let missing = ran(&shop(), &["plan", "/nowhere"]);
    assert_eq!(missing.code, 1);
    assert!(missing.err.starts_with("error: cannot read `/nowhere`"), "{}", missing.err);
}

#[test]
fn a_secret_that_was_sealed_is_no_change() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("deploy");
    done(&shop(), &["write", text(&directory)]);
    let sealed = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: login}\n\
                  spec: {encryptedData: {password: AgBx}}\n";
    std::fs::write(directory.join("20-secret-login.yaml"), sealed).unwrap();
    assert_eq!(done(&shop(), &["plan", text(&directory)]), "no changes\n");
}

#[test]
fn summary_counts_and_names_addresses() {
    let text = done(&shop(), &["summary"]);
    for part in ["db                   StatefulSet  3", "30Gi", "rolling update adds", "db-0.db … db-2.db", "http 8080"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let json: Value = serde_json::from_str(&done(&shop(), &["summary", "--json"])).unwrap();
    assert_eq!(json["total"]["pods"], 4);
    assert_eq!(json["rollingUpdateAdds"]["pods"], 1);
    assert_eq!(json["total"]["storage"], "30Gi");
    assert_eq!(json["addresses"][0]["hosts"], serde_json::json!(["db-0.db", "db-1.db", "db-2.db"]));
}

#[test]
fn graph_has_three_notations() {
    assert!(done(&shop(), &["graph"]).starts_with("flowchart LR\n"));
    let svg = done(&shop(), &["graph", "--format", "svg"]);
    assert!(svg.starts_with("<svg ") && svg.contains("Deployment web connects to Service db"), "{svg}");
    assert!(done(&shop(), &["graph", "--format", "dot"]).contains("label=\"mounts\""));
}

#[test]
fn check_ends_with_1_if_something_is_wrong() {
    assert_eq!(ran(&shop(), &["check"]).code, 0);
    let mut stack = shop();
    stack.items.push(Item::Raw(Raw { name: "thing".into(), yaml: "kind: Thing".into() }));
    let wrong = ran(&stack, &["check"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.out.contains("--> Raw thing"), "{}", wrong.out);
}

#[test]
fn completions_know_the_program_and_its_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let script = done(&shop(), &["completions", shell]);
        assert!(script.contains("shop") && script.contains("render"), "{shell}");
    }
}

/// A reader that goes away, or a disk that is full.
struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_no_error_and_a_full_disk_is() {
    for arguments in [&["graph"][..], &["summary"], &["--help"], &["completions", "bash"]] {
        let arguments: Vec<OsString> = ["shop"].iter().chain(arguments).map(OsString::from).collect();
        for (kind, code) in [(io::ErrorKind::BrokenPipe, 0), (io::ErrorKind::StorageFull, 1)] {
            let (mut out, mut err) = (Broken(kind), Vec::new());
            assert_eq!(run(&shop(), arguments.clone(), &mut Terminal::plain(&mut out, &mut err)), code);
            assert_eq!(err.is_empty(), code == 0);
        }
    }
}
