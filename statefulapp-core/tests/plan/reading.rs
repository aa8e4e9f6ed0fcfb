//! Reading what any tool wrote: directories, files, git revisions.

use std::{fs, path::Path, process::Command};

use statefulapp_core::plan::{PlanError, parse, read};

use super::assert_says;
use serde_json::json;

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: '1'}\n";

fn names(text: &str) -> Vec<String> {
    let objects = parse("test", text).expect("readable");
    objects.iter().map(|object| object["metadata"]["name"].as_str().expect("a name").to_owned()).collect()
}

fn write(directory: &Path, name: &str, text: &str) {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(path, text).expect("a file");
}

#[test]
fn documents_lists_and_json() {
    let second = CONFIG.replace("name: a", "name: b");
    assert_eq!(names(&format!("---\n{CONFIG}---\n# nothing\n---\n{second}...\n")), ["a", "b"]);
    let list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: x}}\n";
    assert_eq!(names(list), ["x"]);
    // What the API itself answers: the items do not repeat their kind.
    let typed = r#"{"apiVersion": "apps/v1", "kind": "StatefulSetList", "items": [{"metadata": {"name": "x"}}]}"#;
    let objects = parse("test", typed).expect("readable");
    assert_eq!(
        (objects[0]["kind"].as_str(), objects[0]["apiVersion"].as_str()),
        (Some("StatefulSet"), Some("apps/v1"))
    );
    let two = r#"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}
{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "b"}}"#;
    assert_eq!(names(two), ["a", "b"]);
    assert_eq!(names("\u{feff}{apiVersion: v1, kind: Secret, metadata: {name: braces}}"), ["braces"]);
}

#[test]
fn yaml_as_kubectl_reads_it() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {1: x, true: y}\nmode: 0644\nanchor: &a {b: 1}\nmerged: {<<: *a}\n";
    let object = &parse("test", text).expect("readable")[0];
    assert_eq!(object["data"]["1"], "x");
    assert_eq!(object["data"]["true"], "y");
    assert_eq!(object["mode"], 0o644);
    assert_eq!(object["merged"]["b"], 1);

    // Words of YAML 1.1 are booleans where the API has one, and texts where it has none.
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {tty: 'no'}}\nspec:\n  hostNetwork: off\n  \
                enableServiceLinks: No\n  containers: [{name: a, stdin: yes, env: [{name: A, value: 'no'}]}]\n";
    let spec = &parse("test", text).expect("readable")[0]["spec"];
    assert_eq!((&spec["hostNetwork"], &spec["enableServiceLinks"]), (&json!(false), &json!(false)));
    assert_eq!(
        (&spec["containers"][0]["stdin"], &spec["containers"][0]["env"][0]["value"]),
        (&json!(true), &json!("no"))
    );
    assert_eq!(parse("test", text).expect("readable")[0]["metadata"]["labels"]["tty"], "no");
}

#[test]
fn what_editors_and_shells_do_to_a_file() {
    let windows = CONFIG.replace('\n', "\r\n");
    assert_eq!(names(&format!("\u{feff}# by hand\r\n---\r\n---\r\n{windows}...\r\n---\r\n")), ["a"]);
    // `kubectl get -o json | jq .items`.
    assert_eq!(names(r#"[{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}]"#), ["a"]);
    assert!(parse("test", "[1, 2]").is_err());
    assert!(parse("test", r#"[{"apiVersion": "v1"}]"#).is_err());
}

#[test]
fn errors_name_the_file_and_the_document() {
    let error = parse("deploy/a.yaml", &format!("{CONFIG}---\n{CONFIG}---\na: [")).expect_err("no YAML");
    assert_says(&error.to_string(), "deploy/a.yaml, document 3: ");
    let error = parse("a.yaml", &format!("{CONFIG}---\nkind: Secret\nmetadata: {{name: x}}\n")).expect_err("no object");
    assert_eq!(error.to_string(), "a.yaml, document 2 is no Kubernetes object: it has no `apiVersion`");
    let error = parse("a.yaml", "apiVersion: v1\nkind: Secret\n").expect_err("no name");
    assert_says(&error.to_string(), "it has no `metadata.name`");
    let error = parse("a.yaml", "just text").expect_err("no object");
    assert_says(&error.to_string(), "it is no map of fields");
    let error = parse("a.json", "{\"a\": ").expect_err("no JSON");
    assert_says(&error.to_string(), "a.json, document 1: ");
    let error = read("/no/such/directory").expect_err("nothing there");
    assert!(matches!(error, PlanError::Io { .. }));
    assert_says(&error.to_string(), "`/no/such/directory`");
}

#[test]
fn an_error_tells_no_secret() {
    let error =
        parse("a.yaml", "apiVersion: v1\nkind: Secret\nstringData:\n  password: hunter2\n  password: hunter3\n");
    let text = error.expect_err("a key twice").to_string();
    assert!(!text.contains("hunter"), "{text}");
}

#[test]
fn directories_are_searched() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    write(path, "b.yaml", &CONFIG.replace("name: a", "name: b"));
    write(path, "a.yml", CONFIG);
    write(path, "deep/er/c.json", r#"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "c"}}"#);
    write(path, "kustomization.yaml", "resources: [a.yml]\n");
    write(path, "values.yaml", "replicas: 3\n");
    write(path, "notes.txt", "not: [yaml");
    write(path, ".hidden/x.yaml", "not: [yaml");
    write(path, "empty.yaml", "# later\n");
    let objects = read(path.to_str().expect("text")).expect("readable");
    let names: Vec<_> = objects.iter().map(|object| object["metadata"]["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["a", "b", "c"]);

    // One file that is named is meant.
    let error = read(path.join("values.yaml").to_str().expect("text")).expect_err("no object");
    assert!(matches!(error, PlanError::NotAnObject { document: 1, .. }), "{error}");
    // A nameless object is a mistake wherever it is.
    write(path, "deep/d.yaml", "apiVersion: v1\nkind: Secret\n");
    let error = read(path.to_str().expect("text")).expect_err("no name");
    assert_says(&error.to_string(), "d.yaml, document 1");
}

#[test]
fn an_empty_directory_is_an_error() {
    let directory = tempfile::tempdir().expect("a directory");
    let error = read(directory.path().to_str().expect("text")).expect_err("nothing there");
    assert!(matches!(error, PlanError::Empty { .. }));
    assert_says(&error.to_string(), "there is no Kubernetes object in");
}

#[test]
fn a_link_in_a_circle_ends() {
    let directory = tempfile::tempdir().expect("a directory");
    write(directory.path(), "a.yaml", CONFIG);
    #[cfg(unix)]
    std::os::unix::fs::symlink(directory.path(), directory.path().join("again")).expect("a link");
    assert_eq!(read(directory.path().to_str().expect("text")).expect("readable").len(), 1);
}

fn git(directory: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(directory)
        .args(["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .expect("the program git");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// One test for all that is asked of git: the working directory belongs to the whole process.
#[test]
fn git_revisions() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    git(path, &["init", "-q", "-b", "main"]);
    write(path, "deploy/a.yaml", CONFIG);
    write(path, "deploy/deep er/b.yaml", &CONFIG.replace("name: a", "name: b"));
    write(path, "deploy/values.yaml", "replicas: 3\n");
    write(path, "README.md", "no manifest");
    git(path, &["add", "-A"]);
    git(path, &["commit", "-q", "-m", "first: one"]);
    git(path, &["tag", "v1"]);
    write(path, "deploy/a.yaml", &CONFIG.replace("'1'", "'2'"));
    git(path, &["commit", "-q", "-a", "-m", "second"]);

    std::env::set_current_dir(path.join("deploy")).expect("a directory");
    let value = |source: &str| read(source).unwrap_or_else(|error| panic!("{source}: {error}"))[0]["data"]["a"].clone();
    assert_eq!(value("git:HEAD:deploy/"), "2");
    assert_eq!(value("git:HEAD~1:deploy"), "1");
    assert_eq!(value("git:HEAD^{/first: one}:deploy"), "1");
    assert_eq!(value("git:v1:deploy/a.yaml"), "1");
    assert_eq!(value("git:HEAD:./"), "2");
    assert_eq!(value("git:HEAD:./a.yaml"), "2");
    assert_eq!(read("git:HEAD:").expect("readable").len(), 2);

    let error = |source: &str| read(source).expect_err("an error").to_string();
    assert_eq!(error("git:HEAD"), "git: write git:REVISION:PATH, for instance git:HEAD~1:deploy/");
    assert_says(&error("git:nope:deploy"), "git: `nope` is no revision here");
    assert_says(&error("git:HEAD:nope"), "git: revision `HEAD` has nothing at `nope`");
    // No option reaches git.
    assert_says(&error("git:--output=x:deploy"), "`--output=x` is no revision");
    assert_says(&error("git:HEAD:--help"), "has nothing at `--help`");
    // In a list of many files, a broken one is named.
    write(path, "deploy/broken.yaml", "a: [");
    git(path, &["add", "-A"]);
    git(path, &["commit", "-q", "-m", "third"]);
    assert_says(&error("git:HEAD:deploy"), "git:HEAD:deploy/broken.yaml, document 1: ");

    let elsewhere = tempfile::tempdir().expect("a directory");
    std::env::set_current_dir(elsewhere.path()).expect("a directory");
    assert_says(&error("git:HEAD:deploy"), "git: ");
}
