//! Passwords that are known to be none for a server.

use super::{Known, known};
use crate::finding::{Finding, Path};
use crate::model::{EngineKind, FileContent, KeyRef, Names, SecretValue, Source};
use crate::view::View;

/// What a server asks of a secret.
struct Form {
    /// The key of the `engine` block.
    option: &'static str,
    /// What it is, in the words of a message.
    what: &'static str,
    /// Whether a text is one.
    fits: fn(&str) -> bool,
    /// Whether letters and digits, so many of them, are one.
    generated: fn(u16) -> bool,
}

/// The secrets of an engine that have a form.
fn forms(known: &Known<'_>) -> Vec<Form> {
    let replicated = known.declared.engine.as_ref().is_some_and(|engine| engine.replication.is_some());
    match known.facts.kind {
        // <https://github.com/opensearch-project/security/blob/main/src/main/java/org/opensearch/security/tools/democonfig/SecuritySettingsConfigurer.java>
        EngineKind::Opensearch
            if known.version.at_least(&[2, 12]) && known.text_of("DISABLE_SECURITY_PLUGIN") != Some("true") =>
        {
            let fits = |text: &str| {
                let has = |is: fn(&char) -> bool| text.chars().any(|c| is(&c));
                text.chars().count() >= 8
                    && has(char::is_ascii_uppercase)
                    && has(char::is_ascii_lowercase)
                    && has(char::is_ascii_digit)
                    && has(|c| !c.is_ascii_alphanumeric() && *c != '\\')
            };
            let what = "eight characters or more with upper and lower case, a digit and another sign";
            vec![Form { option: "password", what, fits, generated: |_| false }]
        }
        // <https://www.mongodb.com/docs/manual/core/security-internal-authentication/>
        EngineKind::Mongodb => {
            let fits = |text: &str| {
                let key: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
                (6..=1024).contains(&key.len()) && key.iter().all(|c| c.is_ascii_alphanumeric() || "+/=".contains(*c))
            };
            vec![Form { option: "cluster_secret", what: "6 to 1024 characters of base64", fits, generated: |_| true }]
        }
        // <https://www.erlang.org/doc/system/distributed.html>
        EngineKind::Rabbitmq => {
            let fits = |text: &str| {
                (1..=255).contains(&text.len()) && !text.contains(|c: char| c.is_whitespace() || c.is_control())
            };
            vec![Form {
                option: "cluster_secret",
                what: "1 to 255 characters without blanks",
                fits,
                generated: |length| length <= 255,
            }]
        }
        // The image writes it between quotes as it is; the engine's replicas get it quoted.
        EngineKind::Mysql if !replicated => {
            let fits = |text: &str| !text.is_empty() && !text.contains(['\'', '\\']);
            let what = "a text without `'` and `\\`, which the image does not quote";
            ["password", "root_password"].map(|option| Form { option, what, fits, generated: |_| true }).into()
        }
        _ => Vec::new(),
    }
}

/// A password that the declaration knows is one that the server takes.
pub(super) fn forms_fit(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some(engine) = &known.declared.engine else { continue };
        for form in forms(&known) {
            let reference = match form.option {
                "password" => &engine.password,
                "root_password" => &engine.root_password,
                _ => &engine.cluster_secret,
            };
            let Some((at, wrong)) = reference.as_ref().and_then(|key| wrong(&view.stack, key, &form)) else { continue };
            let option = known.at.key("engine").key(form.option);
            let finding = Finding::error(
                "password-unfit",
                at,
                format!("{wrong} is no `{}` of {}: that is {}", form.option, known.facts.title, form.what),
            )
            .help("read one: from_env(\"…\") or from_file(\"…\")")
            .also(option, "used");
            out.push(known.of(finding));
        }
    }
}

/// Where the value of a key is, and what it is, if it is not of a form.
fn wrong(stack: &Names<'_>, key: &KeyRef, form: &Form) -> Option<(Path, String)> {
    let (n, secret) = stack.secret_at(key.name.as_str()).filter(|(_, secret)| !secret.is_extern)?;
    let (_, value) = secret.data.iter().find(|(name, _)| *name == key.key)?;
    let wrong = match value {
        SecretValue::Literal(text) if !(form.fits)(text) => "this text".to_owned(),
        SecretValue::Generate(length) if !(form.generated)(*length) => {
            format!("generate({length}), letters and digits,")
        }
        _ => return None,
    };
    Some((Path::item(n).key(key.key.to_string()), wrong))
}

/// A key file is for the server's user alone, and a Secret in a volume is its group's, too.
/// <https://kubernetes.io/docs/concepts/configuration/secret/#secret-files-permissions>
pub(super) fn key_file_open(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.facts.kind == EngineKind::Mongodb && !known.has_engine()) {
        let Some((at, path)) = super::settings::said(&known, "keyFile") else { continue };
        let mounted = known.declared.files.iter().find(|file| match &file.content {
            FileContent::SecretKey(_) => file.path.as_str() == path,
            FileContent::All(Source::Secret(_)) | FileContent::Items(Source::Secret(_), _) => {
                let mount = file.path.normalised();
                path.strip_prefix(mount.as_ref()).is_some_and(|rest| rest.starts_with('/'))
            }
            _ => false,
        });
        if let Some(file) = mounted.filter(|_| known.app.security.fs_group.is_some()) {
            let finding = Finding::error(
                "key-file-open",
                at,
                format!("{path} is readable by the group of the volume, and MongoDB stops: its permissions are too open"),
            )
            .help("write `engine: mongodb { cluster_secret: … }`, or copy the file in an init container and `chmod 400` it")
            .also(known.at.key("files").key(file.path.to_string()), "mounted");
            out.push(known.of(finding).looked_at(known.at.key("security").key("fs_group")));
        }
    }
}
