use super::fields::Fields;
use super::read::text_like;
use super::{Cx, container};
use crate::finding::Path;
use crate::grammar::{self, Kind};
use crate::model::{Backup, Engine, Replication, Source};
use crate::tree::{Field, Node, Value};
use crate::value::to_name;

/// `engine: postgres { … }`, or its bare name.
pub(super) fn engine(fields: &Fields<'_, '_>) -> Option<Engine> {
    let (node, path, kind) = fields.node("engine")?;
    let cx = fields.cx;
    let (word, inner): (&str, &[Field]) = match &node.value {
        Value::Call(call) if call.args.is_empty() => (&call.name, &call.fields),
        Value::Path(parts) if parts.len() == 1 => (parts.first()?, &[]),
        _ => {
            cx.wrong_kind(&path, "engine", kind, node);
            return None;
        }
    };
    let facts = match crate::engine::named(word) {
        Ok(facts) => facts,
        Err(error) => {
            cx.error(error.rule, path, error.message, error.help);
            return None;
        }
    };
    let inner = Fields::among(cx, &grammar::ENGINE, &|key| facts.takes(key), inner, path, &format!("engine `{word}`"));
    Some(Engine {
        version: version(&inner),
        database: inner.get("database"),
        user: inner.get("user"),
        password: container::secret_key(&inner, "password"),
        root_password: container::secret_key(&inner, "root_password"),
        config: config(&inner),
        replication: replication(&inner),
        cluster: inner.get("cluster"),
        cluster_secret: container::secret_key(&inner, "cluster_secret"),
        zookeeper: inner
            .node("zookeeper")
            .and_then(|(node, path, _)| super::service::app_ref(cx, node, &path, "zookeeper")),
        settings: inner
            .entries("settings", "setting")
            .into_iter()
            .filter_map(|(field, path)| {
                Some((field.key.clone(), text_like(cx, &field.value, &path, Kind::Text, &field.key)?))
            })
            .collect(),
        ..Engine::new(facts.kind)
    })
}

/// A tag. `17.2` is one too, letter by letter.
fn version(fields: &Fields<'_, '_>) -> Option<String> {
    let (node, path, kind) = fields.node("version")?;
    text_like(fields.cx, node, &path, kind, "version")
}

fn config(fields: &Fields<'_, '_>) -> Option<crate::value::Subdomain> {
    let (node, path, _) = fields.node("config")?;
    match container::source(fields.cx, node, &path, "config")? {
        Source::ConfigMap(name) => Some(name),
        Source::Secret(name) => {
            fields.cx.error(
                "config-map-unknown",
                path,
                format!("`{}` is a Secret, not a ConfigMap", name.as_str()),
                "declare a ConfigMap for the configuration",
            );
            None
        }
    }
}

fn replication(fields: &Fields<'_, '_>) -> Option<Replication> {
    let (node, path, kind) = fields.node("replication")?;
    let (mode, inner): (Option<String>, &[Field]) = match &node.value {
        Value::Map(inner) => (None, inner),
        Value::Call(call) if call.args.is_empty() => (Some(to_name(&call.name)), &call.fields),
        Value::Path(parts) if parts.len() == 1 => (parts.first().map(|word| to_name(word)), &[]),
        _ => {
            fields.cx.wrong_kind(&path, "replication", kind, node);
            return None;
        }
    };
    let inner = Fields::new(fields.cx, &grammar::REPLICATION, inner, path, "`replication`");
    if let (Some(word), Some((_, at, _))) = (&mode, inner.node("mode")) {
        let message = format!("the form of replication stands twice: `{word}` before the braces, and `mode` inside");
        fields.cx.error("duplicate-key", at.the_key(), message, "remove one of the two");
    }
    Some(Replication {
        mode: mode.or_else(|| match inner.node("mode")? {
            // A word means the same as before the braces.
            (Node { value: Value::Path(parts), .. }, ..) if parts.len() == 1 => parts.first().map(|word| to_name(word)),
            _ => inner.get("mode"),
        }),
        user: inner.get("user"),
        password: container::secret_key(&inner, "password"),
        replicas_per_primary: inner.get("replicas_per_primary"),
    })
}

/// `backup: { … }`.
pub(super) fn backup(fields: &Fields<'_, '_>) -> Option<Backup> {
    let (node, path, kind) = fields.node("backup")?;
    let cx = fields.cx;
    let Value::Map(inner) = &node.value else {
        cx.wrong_kind(&path, "backup", kind, node);
        return None;
    };
    let inner = Fields::new(cx, &grammar::BACKUP, inner, path, "`backup`");
    let credentials = credentials(cx, &inner);
    let (schedule, keep, bucket) = (inner.get("schedule"), inner.get("keep"), inner.get("bucket"));
    Some(Backup {
        time_zone: inner.get("time_zone"),
        keep_at_least: inner.get("keep_at_least"),
        endpoint: inner.get("endpoint"),
        region: inner.get("region"),
        credentials,
        scratch: inner.get("scratch"),
        deadline: inner.get("deadline"),
        restore_test: inner.get("restore_test"),
        schedule: schedule?,
        keep: keep?,
        bucket: bucket?,
    })
}

fn credentials(cx: &Cx<'_>, fields: &Fields<'_, '_>) -> Option<crate::value::Subdomain> {
    let (node, path, _): (_, Path, _) = fields.node("credentials")?;
    super::config::secret_name(cx, node, &path, "credentials")
}
