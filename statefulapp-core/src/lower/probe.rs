use super::fields::{Fields, entries, key_of};
use super::read::{Read, text_like};
use super::{Cx, elsewhere, list};
use crate::finding::Path;
use crate::grammar::{self, Block, Kind};
use crate::model::{Handler, Hook, PortRef, Probe};
use crate::tree::{Call, Value};
use crate::value::suggest;

pub(super) fn probe(fields: &Fields<'_, '_>, key: &'static str) -> Option<Probe> {
    let (node, path, kind) = fields.node(key)?;
    let cx = fields.cx;
    let call = match &node.value {
        Value::Call(call) => call,
        // Says that there shall be none, where an engine would bring one.
        Value::Path(parts) if parts.len() == 1 && parts.first().is_some_and(|word| word == "none") => {
            return Some(Probe::new(Handler::Off));
        }
        _ => {
            cx.wrong_kind(&path, key, kind, node);
            return None;
        }
    };
    is_form(cx, call, &path, key, kind, &["exec", "http", "tcp", "grpc"])?;
    in_parentheses(cx, call, &path)?;
    let always = ["initial_delay", "period", "timeout", "failures", "successes", "grace"];
    let options = options(cx, &grammar::PROBE, call, &path, key, &always);
    let handler = handler(cx, &options, call, &path)?;
    Some(Probe {
        handler,
        initial_delay: options.get("initial_delay"),
        period: options.get("period"),
        timeout: options.get("timeout"),
        failures: options.get("failures"),
        successes: options.get("successes"),
        grace: options.get("grace"),
    })
}

pub(super) fn hook(fields: &Fields<'_, '_>, key: &'static str) -> Option<Hook> {
    let (node, path, kind) = fields.node(key)?;
    let cx = fields.cx;
    let Value::Call(call) = &node.value else {
        cx.wrong_kind(&path, key, kind, node);
        return None;
    };
    is_form(cx, call, &path, key, kind, &["exec", "http", "tcp", "sleep"])?;
    in_parentheses(cx, call, &path)?;
    if call.name == "sleep" {
        let argument = argument(cx, call, &path, 0, "for how long")?;
        most(cx, call, &path, 1);
        cx.no_keys(call, &path);
        return Read::read(cx, argument, &path.index(0), Kind::Duration, "sleep").map(Hook::Sleep);
    }
    let options = options(cx, &grammar::HOOK, call, &path, key, &[]);
    handler(cx, &options, call, &path).map(Hook::Do)
}

/// Whether the word is one of the forms that stand here.
fn is_form(cx: &Cx<'_>, call: &Call, path: &Path, key: &str, kind: Kind, forms: &[&str]) -> Option<()> {
    if forms.contains(&call.name.as_str()) {
        return Some(());
    }
    if kind.calls().iter().any(|form| form.word == call.name) {
        let message = format!("`{}` has no parentheses and no braces", call.name);
        cx.error("arguments", path.clone(), message, "remove what follows it");
        return None;
    }
    let help = suggest(&call.name, forms.iter().copied())
        .map_or_else(|| format!("write one of {}", list(forms)), |near| format!("did you mean `{near}`?"));
    cx.error("word-unknown", path.clone(), format!("unknown `{key}` `{}`", call.name), help);
    None
}

/// Whether the arguments stand in the parentheses, not as keys in the braces.
fn in_parentheses(cx: &Cx<'_>, call: &Call, path: &Path) -> Option<()> {
    let Some(form) = elsewhere::arguments(&call.name, &call.fields).filter(|_| call.args.is_empty()) else {
        return Some(());
    };
    let (at, message) = (path.clone().node(call.id), format!("the arguments of `{}` stand in parentheses", call.name));
    cx.error("arguments", at, message, format!("write {form}"));
    None
}

/// The keys in the braces; those that this form of the call does not take are errors.
fn options<'c, 't>(
    cx: &'c Cx<'t>,
    block: &'static Block,
    call: &'c Call,
    path: &Path,
    key: &str,
    always: &[&str],
) -> Fields<'c, 't> {
    let own = grammar::options(&call.name);
    for field in &call.fields {
        let known = block.key(&field.key).is_some();
        if known && !always.contains(&field.key.as_str()) && !own.contains(&field.key.as_str()) {
            cx.error(
                "key-unfit",
                path.key(field.key.clone()).the_key(),
                format!("`{}` does not fit `{}(…)`", field.key, call.name),
                format!("it takes {}", list(always.iter().chain(own))),
            );
        }
    }
    Fields::new(cx, block, &call.fields, path.clone(), &format!("`{key}`"))
}

fn handler(cx: &Cx<'_>, options: &Fields<'_, '_>, call: &Call, path: &Path) -> Option<Handler> {
    match call.name.as_str() {
        "exec" => {
            if call.args.is_empty() {
                cx.error(
                    "exec-empty",
                    path.clone(),
                    "`exec` needs a command",
                    "for example `exec(\"pg_isready\", \"-q\")`",
                );
                return None;
            }
            let words = match call.args.as_slice() {
                [one] if matches!(one.value, Value::List(_)) => Read::read(cx, one, path, Kind::Texts, "exec")?,
                args => args
                    .iter()
                    .enumerate()
                    .filter_map(|(n, node)| text_like(cx, node, &path.index(n), Kind::Text, "exec"))
                    .collect::<Vec<_>>(),
            };
            Some(Handler::Exec(words))
        }
        "http" => {
            most(cx, call, path, 2);
            // `http("/path", port)`, or `http(port)` for the path `/`.
            let (path_node, port_at) = match call.args.as_slice() {
                [first, _, ..] => (Some(first), 1),
                _ => (None, 0),
            };
            if let [first, second, ..] = call.args.as_slice()
                && matches!((&first.value, &second.value), (Value::Word(_) | Value::Path(_), Value::Text(_)))
            {
                cx.error(
                    "arguments",
                    path.index(0),
                    "`http` takes the path before the port",
                    "write the path first: http(\"/ready\", admin)",
                );
                return None;
            }
            if let [one] = call.args.as_slice()
                && matches!(&one.value, Value::Text(text) if text.starts_with('/'))
            {
                cx.error(
                    "arguments",
                    path.index(0),
                    "`http` does not say the port",
                    "write it after the path: http(\"/ready\", admin)",
                );
                return None;
            }
            let text = match path_node {
                Some(node) => String::read(cx, node, &path.index(0), Kind::Text, "http path")?,
                None => "/".to_owned(),
            };
            let port = port(cx, call, path, port_at)?;
            let headers = options
                .node("headers")
                .map(|(node, path, kind)| {
                    entries(cx, node, &path, kind, "headers", "header")
                        .into_iter()
                        .filter_map(|(field, path)| {
                            let name = key_of(cx, field, &path, "header");
                            let value = text_like(cx, &field.value, &path, Kind::Text, &field.key);
                            Some((name?, value?))
                        })
                        .collect()
                })
                .unwrap_or_default();
            Some(Handler::Http {
                path: text,
                port,
                https: options.or_default("https"),
                host: options.get("host"),
                headers,
            })
        }
        "tcp" => {
            most(cx, call, path, 1);
            port(cx, call, path, 0).map(Handler::Tcp)
        }
        "grpc" => {
            most(cx, call, path, 1);
            Some(Handler::Grpc { port: port(cx, call, path, 0)?, service: options.get("service") })
        }
        _ => None,
    }
}

/// Arguments beyond those that a form takes.
fn most(cx: &Cx<'_>, call: &Call, path: &Path, most: usize) {
    if call.args.len() > most {
        let arguments = if most == 1 { "argument" } else { "arguments" };
        cx.error(
            "arguments",
            path.index(most),
            format!("`{}` takes at most {most} {arguments}", call.name),
            "remove it",
        );
    }
}

fn port(cx: &Cx<'_>, call: &Call, path: &Path, n: usize) -> Option<PortRef> {
    let node = argument(cx, call, path, n, "the port")?;
    Read::read(cx, node, &path.index(n), Kind::PortRef, "port")
}

fn argument<'c>(cx: &Cx<'_>, call: &'c Call, path: &Path, n: usize, what: &str) -> Option<&'c crate::tree::Node> {
    let node = call.args.get(n);
    if node.is_none() {
        cx.error(
            "arguments",
            path.clone(),
            format!("`{}` does not say {what}", call.name),
            match call.name.as_str() {
                "http" => "for example `http(\"/ready\", admin)`",
                "sleep" => "for example `sleep(5s)`",
                _ => "write the port's name or number",
            },
        );
    }
    node
}
