//! Secrets that only the cluster can open, by the `kubeseal` program of
//! [Sealed Secrets](https://github.com/bitnami-labs/sealed-secrets).

use super::{Document, OutputError};
use std::{
    ffi::OsString,
    io::{self, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
};

/// How to run `kubeseal`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sealer {
    /// The program. Default: `kubeseal`, to be found in `PATH`.
    pub program: PathBuf,
    /// Further arguments, for instance `--cert` and the path of the cluster's certificate, so that no cluster is asked.
    pub arguments: Vec<OsString>,
}

impl Default for Sealer {
    fn default() -> Self {
        Self { program: PathBuf::from("kubeseal"), arguments: Vec::new() }
    }
}

/// The SealedSecret of a Secret, which may be read by everybody.
///
/// The Secret goes to the program by its standard input. The result is another one at every run, because it is encrypted
/// with a new key.
///
/// # Errors
///
/// The Secret has no namespace; the program cannot be run or fails, or does not give a SealedSecret with every key.
pub fn seal(document: &Document, sealer: &Sealer) -> Result<Document, OutputError> {
    let failed = |problem: String| OutputError::Seal { name: document.name.clone(), problem };
    // A SealedSecret can be opened in one namespace only, and kubeseal would take that of this machine's `kubectl`.
    let decides = |argument: &OsString| {
        let argument = argument.to_string_lossy();
        ["--namespace", "-n", "--scope"].iter().any(|option| argument.starts_with(option))
    };
    if document.namespace.is_none() && !sealer.arguments.iter().any(decides) {
        return Err(failed(
            "it is sealed for one namespace, and the stack names none: write `namespace: \"…\"` before the items"
                .to_owned(),
        ));
    }
    let program = sealer.program.display();
    let mut child = Command::new(&sealer.program)
        .args(&sealer.arguments)
        .args(["--format", "yaml"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => failed(format!(
                "there is no program `{program}`: install kubeseal \
                 (https://github.com/bitnami-labs/sealed-secrets#kubeseal), or give its path"
            )),
            _ => failed(format!("cannot run `{program}`: {error}")),
        })?;
    let stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // It may write before it has read everything: each in a thread of its own, neither waits for the other. That it
        // does not read everything shows in its status.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(document.yaml.as_bytes())));
        child.wait_with_output()
    });
    let output = output.map_err(|error| failed(format!("cannot run `{program}`: {error}")))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(failed(format!("`{program}` failed ({}): {}", output.status, message.trim())));
    }
    let yaml = String::from_utf8(output.stdout).unwrap_or_default();
    let yaml = yaml.trim_start().strip_prefix("---\n").unwrap_or(&yaml);
    let object: serde_json::Value = serde_yaml::from_str(yaml).unwrap_or_default();
    if object.get("kind").and_then(|kind| kind.as_str()) != Some(KIND) {
        return Err(failed(format!("`{program}` gave something else than a {KIND}: is it kubeseal?")));
    }
    let encrypted = object.pointer("/spec/encryptedData").and_then(|data| data.as_object());
    let missing = keys(document).into_iter().find(|key| !encrypted.is_some_and(|data| data.contains_key(key)));
    if let Some(key) = missing {
        return Err(failed(format!("`{program}` gave a {KIND} without the key `{key}`: is it kubeseal?")));
    }
    let api_version = object.get("apiVersion").and_then(|version| version.as_str()).unwrap_or(API_VERSION);
    Ok(Document {
        kind: KIND.to_owned(),
        api_version: api_version.to_owned(),
        secret: false,
        yaml: yaml.to_owned(),
        ..document.clone()
    })
}

/// The keys of a Secret.
fn keys(secret: &Document) -> Vec<String> {
    let object: serde_json::Value = serde_yaml::from_str(&secret.yaml).unwrap_or_default();
    let members = ["data", "stringData"].into_iter().filter_map(|member| object.get(member)?.as_object().cloned());
    members.flatten().map(|(key, _)| key).collect()
}

const KIND: &str = "SealedSecret";
const API_VERSION: &str = "bitnami.com/v1alpha1";

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sealed_by(script: &str) -> Result<Document, OutputError> {
        let secret = Document {
            kind: "Secret".into(),
            api_version: "v1".into(),
            name: "db".into(),
            namespace: Some("databases".into()),
            secret: true,
            // More than a pipe holds.
            yaml: format!("kind: Secret\nstringData:\n  password: {}\n", "hunter2".repeat(20_000)),
            ..Document::default()
        };
        assert!(!format!("{secret:?}").contains("hunter2"));
        let script = format!("[ \"$*\" = '--format yaml' ] || exit 9; {script}");
        seal(&secret, &Sealer { program: "sh".into(), arguments: vec!["-c".into(), script.into(), "sh".into()] })
    }

    #[test]
    fn a_secret_is_sealed() {
        let sealed = sealed_by(
            "cat >/dev/null; printf -- '---\\napiVersion: bitnami.com/v1alpha1\\nkind: SealedSecret\\nspec: {encryptedData: {password: x}}\\n'",
        );
        let sealed = sealed.unwrap();
        assert_eq!(
            sealed.yaml,
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec: {encryptedData: {password: x}}\n"
        );
        assert_eq!((sealed.kind.as_str(), sealed.secret, sealed.name.as_str()), ("SealedSecret", false, "db"));
        // It may write before it reads.
        let sealed = sealed_by(
            "printf 'kind: SealedSecret\\nspec: {encryptedData: {password: x}}\\n'; sleep 0.01; sed 's/^/# /' | head -c 100000; cat >/dev/null",
        );
        assert!(sealed.is_ok(), "{sealed:?}");
    }

    #[test]
    fn what_goes_wrong_is_told_without_the_secret() {
        for (script, expected) in [
            ("echo 'no certificate' >&2; exit 1", "failed (exit status: 1): no certificate"),
            ("cat", "something else than a SealedSecret"),
            ("cat >/dev/null", "something else than a SealedSecret"),
            ("cat >/dev/null; echo 'kind: SealedSecret'", "a SealedSecret without the key `password`"),
            (
                "echo 'kind: SealedSecret\nspec: {encryptedData: {user: x}}'",
                "a SealedSecret without the key `password`",
            ),
        ] {
            let error = sealed_by(script).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("the Secret `db`"), "{error}");
            assert!(!error.contains("hunter2"));
        }
        let none = Sealer { program: "/nowhere/kubeseal".into(), arguments: Vec::new() };
        let homeless = Document { name: "db".into(), ..Document::default() };
        let error = seal(&homeless, &none).unwrap_err().to_string();
        assert!(error.contains("sealed for one namespace, and the stack names none"), "{error}");
        let document = Document { namespace: Some("databases".into()), ..homeless.clone() };
        assert!(seal(&document, &none).unwrap_err().to_string().contains("install kubeseal"));
        let anywhere = Sealer { arguments: vec!["--scope=cluster-wide".into()], ..none };
        assert!(seal(&homeless, &anywhere).unwrap_err().to_string().contains("install kubeseal"));
    }
}
