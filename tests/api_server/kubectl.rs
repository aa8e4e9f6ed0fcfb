use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// `kubectl` of one cluster and namespace.
pub(crate) struct Kubectl {
    config: OsString,
    namespace: String,
}

impl Kubectl {
    pub(crate) fn new(config: &OsStr, namespace: &str) -> Self {
        Self { config: config.to_owned(), namespace: namespace.to_owned() }
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Makes the namespace, with a level of PodSecurity that it enforces.
    pub(crate) fn make_namespace(&self, level: &str) {
        self.run(&["create", "namespace", &self.namespace], "").expect("a namespace for the test");
        let labels = ["enforce", "warn"].map(|mode| format!("pod-security.kubernetes.io/{mode}={level}"));
        self.run(&["label", "namespace", &self.namespace, &labels[0], &labels[1]], "")
            .expect("labels of the namespace");
    }

    /// Starts the removal of the namespace with all that is in it.
    pub(crate) fn remove_namespace(&self) {
        self.run(&["delete", "namespace", &self.namespace, "--wait=false"], "").expect("the namespace to go");
    }

    /// Succeeds if the server does, and has nothing to warn of.
    pub(crate) fn without_warning(&self, arguments: &[&str], input: &str) -> Result<(), String> {
        let (_, said) = self.run(arguments, input)?;
        if said.trim().is_empty() { Ok(()) } else { Err(format!("`kubectl {}` says {said}", arguments.join(" "))) }
    }

    /// The items of a list.
    pub(crate) fn get(&self, kinds: &str) -> Result<Vec<Value>, String> {
        let (list, _) = self.run(&["get", kinds, "-o", "json"], "")?;
        let mut list: Value = serde_json::from_str(&list).map_err(|error| error.to_string())?;
        match list["items"].take() {
            Value::Array(items) => Ok(items),
            _ => Err(format!("`kubectl get {kinds}` gave no list")),
        }
    }

    /// What counts the changes of an object's specification, for every object that has it.
    pub(crate) fn generations(&self) -> Result<Vec<(String, Value)>, String> {
        let kinds = "statefulsets,deployments,cronjobs,poddisruptionbudgets,networkpolicies,ingresses,services,configmaps,secrets";
        let items = self.get(kinds)?;
        let generation = |item: &Value| {
            // Of what has no such count, the data.
            let count = item["metadata"].get("generation").or(item.get("data")).cloned().unwrap_or_default();
            (format!("{} {}", item["kind"], item["metadata"]["name"]), count)
        };
        Ok(items.iter().map(generation).collect())
    }

    /// Standard output and standard error of a call that succeeds.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Result<(String, String), String> {
        let mut child = Command::new("kubectl")
            .arg("--kubeconfig")
            .arg(&self.config)
            .args(["--namespace", &self.namespace])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("kubectl: {error}"))?;
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).map_err(|error| format!("kubectl: {error}"))?;
        let output = child.wait_with_output().map_err(|error| format!("kubectl: {error}"))?;
        let [stdout, stderr] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        if output.status.success() {
            Ok((stdout, stderr))
        } else {
            Err(format!("`kubectl {}` failed: {stderr}", arguments.join(" ")))
        }
    }
}
