//! Secrets: where their values come from, and which keys a type needs.

use super::json;
use crate::finding::{Finding, Path};
use crate::model::{Secret, SecretKind, SecretValue};
use crate::view::View;

/// The declared Secrets that are written, with their places.
fn secrets<'a>(view: &View<'a>) -> impl Iterator<Item = (Path, &'a Secret)> + use<'a> {
    view.secrets().filter(|(_, secret)| !secret.is_extern).map(|(n, secret)| (Path::item(n), secret))
}

/// A value that stands in the source stands in the repository, the binary and the memory of everyone who builds it.
pub(super) fn secret_literal(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, secret) in secrets(view) {
        for (key, _) in secret.data.iter().filter(|(_, value)| matches!(value, SecretValue::Literal(_))) {
            out.push(
                Finding::warning(
                    "secret-literal",
                    at.key(key.to_string()),
                    format!("the value of `{key}` stands in the source, and so in the repository and in the binary"),
                )
                .help("write generate(32), from_env(\"…\") or from_file(\"…\")"),
            );
        }
    }
}

/// A type of Secret needs its keys.
pub(super) fn secret_type(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, secret) in secrets(view) {
        let has = |key: &str| secret.data.iter().any(|(known, _)| *known == *key);
        let (needed, any): (&[&str], bool) = match (&secret.kind, secret.kind.as_str()) {
            (SecretKind::Tls, _) => (&["tls.crt", "tls.key"], false),
            (SecretKind::BasicAuth, _) => (&["username", "password"], true),
            (SecretKind::SshAuth, _) => (&["ssh-privatekey"], false),
            (SecretKind::DockerConfigJson, _) => (&[".dockerconfigjson"], false),
            (_, "kubernetes.io/dockercfg") => (&[".dockercfg"], false),
            _ => (&[], false),
        };
        let type_at = at.key("meta").key("type");
        let missing: Vec<&str> = match any {
            true if needed.iter().any(|key| has(key)) => Vec::new(),
            true => vec![needed.first().copied().unwrap_or_default()],
            false => needed.iter().copied().filter(|key| !has(key)).collect(),
        };
        for key in missing {
            let what = if any { super::words::list(needed).replace(", ", " or ") } else { format!("`{key}`") };
            let mut finding = Finding::error(
                "secret-type-keys",
                type_at.clone(),
                format!("a Secret of type {} needs the key {what}", secret.kind.as_str()),
            )
            .help(format!("add `{}: from_file(\"…\")`", super::words::written(key)));
            for key in needed {
                finding = finding.looked_at(at.key((*key).to_owned()));
            }
            out.push(finding);
        }
        if secret.kind.as_str() == "kubernetes.io/service-account-token" {
            const OF: &str = "kubernetes.io/service-account.name";
            if !secret.meta.annotations.iter().any(|(key, _)| *key == *OF) {
                out.push(
                    Finding::error(
                        "secret-type-keys",
                        type_at,
                        format!("a Secret of type {} needs the annotation `{OF}`", secret.kind.as_str()),
                    )
                    .help(format!("add `annotations: {{ \"{OF}\": \"name\" }}` to `meta`"))
                    .looked_at(at.key("meta").key("annotations")),
                );
            }
        }
    }
}

/// A value has the form that the type of its Secret asks for.
pub(super) fn secret_form(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, secret) in secrets(view) {
        for (key, value) in &secret.data {
            let form = match (&secret.kind, secret.kind.as_str(), key.as_str()) {
                (SecretKind::DockerConfigJson, _, ".dockerconfigjson")
                | (_, "kubernetes.io/dockercfg", ".dockercfg") => "a JSON object",
                (SecretKind::Tls, _, "tls.crt" | "tls.key") => "a PEM file",
                (SecretKind::SshAuth, _, "ssh-privatekey") => "a private key",
                _ => continue,
            };
            let wrong = match value {
                SecretValue::Generate(_) => true,
                SecretValue::Literal(text) if form == "a JSON object" => !json::is_object(text),
                SecretValue::Literal(text) => text.is_empty() && form == "a private key",
                _ => false,
            };
            if wrong {
                out.push(
                    Finding::error(
                        "secret-form",
                        at.key(key.to_string()),
                        format!("`{key}` of a Secret of type {} is {form}", secret.kind.as_str()),
                    )
                    .help("read it: from_file(\"…\") or from_env(\"…\")")
                    .looked_at(at.key("meta").key("type")),
                );
            }
        }
    }
}

/// A value is read from something that can exist.
pub(super) fn secret_source(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, secret) in secrets(view) {
        for (key, value) in &secret.data {
            let at = at.key(key.to_string()).index(0);
            let (wrong, help) = match value {
                SecretValue::FromEnv(name) if name.is_empty() || name.contains(['=', '\0']) => (
                    format!("no environment variable is called {name:?}"),
                    "write its name, for example from_env(\"DB_PASSWORD\")",
                ),
                SecretValue::FromFile(path) if path.as_os_str().is_empty() => (
                    "from_file(\"\") names no file".to_owned(),
                    "write its path, for example from_file(\"secrets/password\")",
                ),
                SecretValue::Generate(length) if !(8..=256).contains(length) => {
                    out.push(
                        Finding::error(
                            "generate-length",
                            at,
                            format!("a generated secret cannot have {length} characters"),
                        )
                        .help("write a length from 8 to 256"),
                    );
                    continue;
                }
                SecretValue::Elsewhere(_) if secret.external.is_none() => {
                    (format!("`{key}` has no value"), "write generate(32), from_env(\"…\") or from_file(\"…\")")
                }
                SecretValue::Literal(_)
                | SecretValue::FromEnv(_)
                | SecretValue::FromFile(_)
                | SecretValue::Generate(_)
                    if secret.external.is_some() =>
                {
                    (
                        format!("`{key}` has a value here, and `external` says that a store holds it"),
                        "leave only the key, or write the store's name of it as a string",
                    )
                }
                _ => continue,
            };
            out.push(Finding::error("secret-source", at, wrong).help(help));
        }
    }
}
