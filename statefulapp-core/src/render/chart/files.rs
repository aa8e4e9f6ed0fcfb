//! The files of a chart beside its templates.

use super::express::{AMOUNT, SECONDS, go_string};
use super::text::escape;
use super::{Error, schema, secret, to_yaml};
use crate::model::{Param, ParamKind, SecretValue, Stack};
use crate::output::{File, TEMPLATES};
use crate::summary::Summary;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// All of them.
pub(super) fn all(
    name: &str,
    version: &str,
    stack: &Stack,
    completed: &Stack,
    summary: &Summary,
) -> Result<Vec<File>, Error> {
    let file = |path: &str, content: String| File { path: path.to_owned(), content, secret: false };
    let mut files = vec![
        file("Chart.yaml", chart(name, version, stack)?),
        file("values.yaml", values(name, stack, completed)?),
        file("values.schema.json", format!("{:#}\n", schema::schema(stack, completed))),
        file(".helmignore", ".gitignore\n.helmignore\n.statefulapp\n".to_owned()),
        file(&format!("{TEMPLATES}/NOTES.txt"), notes(stack, completed, summary)),
    ];
    let helpers = helpers(&stack.params);
    if !helpers.is_empty() {
        files.push(file(&format!("{TEMPLATES}/_helpers.tpl"), helpers));
    }
    let checks = checks(&stack.params);
    if !checks.is_empty() {
        files.push(file(&format!("{TEMPLATES}/checks.yaml"), checks));
    }
    Ok(files)
}

/// Whether a text is a version by SemVer 2, which Helm asks for.
pub(super) fn is_version(text: &str) -> bool {
    let number = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
    };
    let words = |text: &str, numbers: bool| {
        text.split('.').all(|word| {
            let digits = word.bytes().all(|b| b.is_ascii_digit());
            !word.is_empty()
                && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && (!numbers || !digits || number(word))
        })
    };
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    let (core, before) = text.split_once('-').map_or((text, None), |(core, before)| (core, Some(before)));
    core.split('.').count() == 3
        && core.split('.').all(number)
        && before.is_none_or(|before| words(before, true))
        && build.is_none_or(|build| words(build, false))
}

fn chart(name: &str, version: &str, stack: &Stack) -> Result<String, Error> {
    // Line by line, since a map has no order of its own.
    let lines = [
        ("apiVersion", json!("v2")),
        ("name", json!(name)),
        ("description", json!(format!("The Kubernetes objects of the stack {name}"))),
        ("type", json!("application")),
        ("version", json!(version)),
        // With pre-releases: managed clusters call themselves v1.33.4-gke.100.
        ("kubeVersion", json!(format!(">={}.0-0", stack.kubernetes()))),
    ];
    lines.into_iter().map(|(key, value)| to_yaml(&json!({ key: value }))).collect()
}

/// The default values, with what they are for.
fn values(name: &str, stack: &Stack, completed: &Stack) -> Result<String, Error> {
    let mut text = format!("# Values of the chart {name}; values.schema.json says what they may be.\n");
    for param in &stack.params {
        text.push('\n');
        for line in param.doc.lines() {
            comment(&mut text, "", line);
        }
        let rules = param.rules();
        let rules = if rules.is_empty() { String::new() } else { format!(": {rules}") };
        comment(&mut text, "", &format!("{}{rules}", param.kind.what().replace('`', "")));
        text.push_str(&to_yaml(&json!({ &*param.name: value(param) }))?);
    }
    let secrets: Vec<_> = secret::written(completed).collect();
    if !secrets.is_empty() {
        text.push_str("\nsecrets:\n");
    }
    for declared in secrets {
        let generated = declared.data.iter().filter(|(_, value)| matches!(value, SecretValue::Generate(_)));
        let generated: Vec<_> = generated.map(|(key, _)| key.to_string()).collect();
        if !generated.is_empty() {
            comment(
                &mut text,
                "  ",
                &format!("{} is made in the cluster at the first install, and kept.", generated.join(", ")),
            );
            comment(
                &mut text,
                "  ",
                "`helm template` and what uses it (Argo CD) cannot find it again: make the Secret before, and set existing.",
            );
        }
        let _ = writeln!(text, "  {}:", quoted(declared.name.as_str())?);
        comment(
            &mut text,
            "    ",
            "true: the Secret is there already, with all its keys, and no business of this chart.",
        );
        text.push_str("    existing: false\n");
        let given: Vec<_> =
            declared.data.iter().filter(|(_, value)| !matches!(value, SecretValue::Generate(_))).collect();
        let _ = writeln!(text, "    values:{}", if given.is_empty() { " {}" } else { "" });
        for (key, value) in given {
            let (default, about) = match value {
                SecretValue::Literal(text) => (text.as_str(), None),
                SecretValue::FromEnv(variable) => {
                    ("", Some(format!("Needed at the first install, then kept (the variable {variable}).")))
                }
                SecretValue::FromFile(path) => (
                    "",
                    Some(format!("Needed at the first install, then kept (--set-file, the file {}).", path.display())),
                ),
                SecretValue::Generate(_) | SecretValue::Elsewhere(_) => continue,
            };
            if let Some(about) = about {
                comment(&mut text, "      ", &about);
            }
            let _ = writeln!(text, "      {}: {}", quoted(key.as_str())?, json!(default));
        }
    }
    Ok(text)
}

fn comment(text: &mut String, indent: &str, line: &str) {
    // A line break of any sort would end the comment.
    let line: String = line
        .chars()
        .map(|c| if c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    let _ = writeln!(text, "{}", format!("{indent}# {line}").trim_end());
}

/// A name as the key of a map.
fn quoted(name: &str) -> Result<String, Error> {
    let line = to_yaml(&json!({ name: 0 }))?;
    Ok(line.strip_suffix(": 0\n").unwrap_or(&line).to_owned())
}

fn value(param: &Param) -> Value {
    match param.kind {
        ParamKind::Count | ParamKind::Port => param.value.parse::<u32>().map_or(Value::Null, Value::from),
        ParamKind::Bool => json!(param.value == "true"),
        _ => json!(param.value),
    }
}

/// What is said after an installation.
fn notes(stack: &Stack, completed: &Stack, summary: &Summary) -> String {
    let mut text = String::new();
    let name = stack.name.as_ref().map_or("", |name| name.as_str());
    let _ = writeln!(text, "{name} is installed.\n");
    let namespace = stack.namespace.as_ref().map_or("{{ .Release.Namespace }}", |name| name.as_str());
    text.push_str("Wait until it is ready:\n");
    for app in &summary.apps {
        let _ =
            writeln!(text, "  kubectl -n {namespace} rollout status {}/{}", app.kind.to_ascii_lowercase(), app.name);
    }
    if !summary.addresses.is_empty() {
        text.push_str("\nAddresses inside the cluster:\n");
    }
    for address in summary.addresses.iter().filter(|address| !address.ports.is_empty()) {
        let ports: Vec<_> = address.ports.iter().map(|port| port.number.to_string()).collect();
        let _ = writeln!(text, "  {} {}", escape(&address.name), ports.join(", "));
    }
    let generated = secret::written(completed)
        .flat_map(|secret| secret.data.iter().map(move |(key, value)| (secret, key, value)))
        .filter(|(_, _, value)| matches!(value, SecretValue::Generate(_)));
    for (n, (secret, key, _)) in generated.enumerate() {
        if n == 0 {
            text.push_str("\nPasswords that were made here, and stay when the release is uninstalled:\n");
        }
        let key = key.as_str().replace('.', "\\.");
        let _ = writeln!(
            text,
            "  kubectl -n {namespace} get secret {} -o jsonpath='{{.data.{key}}}' | base64 -d",
            secret.name
        );
    }
    text
}

/// The functions that templates use.
fn helpers(params: &[Param]) -> String {
    let has = |kind| params.iter().any(|param| param.kind == kind);
    let mut text = String::new();
    if has(ParamKind::Duration) {
        let _ = writeln!(
            text,
            r#"{{{{- /* The seconds of a duration such as 1h30m. */ -}}}}
{{{{- define "{SECONDS}" -}}}}
{{{{- $seconds := 0 -}}}}
{{{{- range $unit, $length := dict "w" 604800 "d" 86400 "h" 3600 "m" 60 "s" 1 -}}}}
{{{{- $part := regexFind (print "[0-9]+" $unit) $ -}}}}
{{{{- $seconds = add $seconds (mul $length (trimSuffix $unit $part | default "0" | int64)) -}}}}
{{{{- end -}}}}
{{{{- $seconds -}}}}
{{{{- end }}}}"#
        );
    }
    if has(ParamKind::Quantity) {
        let _ = writeln!(
            text,
            r#"{{{{- /* A quantity such as 500m or 4Gi, as a number. */ -}}}}
{{{{- define "{AMOUNT}" -}}}}
{{{{- $units := dict "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 -}}}}
{{{{- $number := regexFind "^[0-9.]+" (toString .) -}}}}
{{{{- mulf (float64 $number) (get $units (trimPrefix $number (toString .)) | default 1.0) -}}}}
{{{{- end }}}}"#
        );
    }
    text
}

/// Rules that the schema cannot express: an order of texts. The template gives no object.
fn checks(params: &[Param]) -> String {
    let mut text = String::new();
    for param in params {
        for (bound, is_wrong, what) in [(&param.min, "lt", "the least is"), (&param.max, "gt", "the most is")] {
            let (Some(bound), Some(number)) = (bound, bound.as_deref().and_then(|bound| param.kind.number(bound)))
            else {
                continue;
            };
            let name = &param.name;
            let condition = match param.kind {
                ParamKind::Duration => format!("{is_wrong} (include \"{SECONDS}\" .Values.{name} | int64) {number}"),
                // In thousandths, so that both are whole numbers.
                ParamKind::Quantity => {
                    format!("{is_wrong} (mulf 1000 (include \"{AMOUNT}\" .Values.{name} | float64)) {number}.0")
                }
                _ => continue,
            };
            let message = go_string(&format!("{name}: {what} {bound}, and it is "));
            let _ =
                writeln!(text, "{{{{- if {condition} }}}}{{{{ fail (print {message} .Values.{name}) }}}}{{{{ end }}}}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn versions() {
        for good in ["0.1.0", "1.2.3-rc.1", "1.2.3-0a.x-y+build.007", "10.20.30"] {
            assert!(is_version(good), "{good}");
        }
        for bad in
            ["", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "1.2.3-a..b", "1.2.3 "]
        {
            assert!(!is_version(bad), "{bad}");
        }
    }
}
