use super::fields::Fields;
use super::{Cx, config, container, engine, network, scheduling, security, service, storage};
use crate::finding::Path;
use crate::grammar::{self, Kind};
use crate::model::{App, AppGroup, Item, PodManagement, Retain, Retention, Update, Workload};
use crate::tree::{self, Field, Value};
use crate::value::{AppName, Label};

pub(super) fn app(cx: &Cx<'_>, index: usize, item: &tree::Item, workload: Workload) -> Option<Item> {
    let stateful = workload == Workload::StatefulSet;
    let block = if stateful { &grammar::STATEFUL_APP } else { &grammar::APP };
    let name = cx.object_name::<AppName>(index, item);
    let fields = Fields::new(cx, block, &item.fields, Path::item(index), &config::owner(item));
    // An app without a name that can be read is still lowered, so that its other mistakes are found.
    let mut app = App::new(workload, name.clone().unwrap_or(AppName::__checked("unnamed")));
    app.meta = config::meta(&fields, item);
    app.main = container::main(&fields, Label::from(&app.name));
    container::served(&fields, &mut app.main);
    app.init = container::containers(&fields, "init");
    app.sidecars = container::containers(&fields, "sidecars");
    app.replicas = fields.get("replicas");
    app.pull_secrets = config::secrets(&fields, "pull_secrets");
    app.files = storage::files(&fields);
    app.scratch = storage::scratch(&fields);
    app.grace = fields.get("grace");
    app.update = update(&fields, stateful);
    app.min_ready = fields.get("min_ready");
    app.revision_history = fields.get("revision_history");
    app.disruption = scheduling::disruption(&fields);
    app.spread = scheduling::spread(&fields);
    app.affinity = scheduling::affinity(&fields);
    app.node_selector = fields.labels("node_selector");
    app.tolerations = scheduling::tolerations(&fields);
    app.priority_class = fields.get("priority_class");
    app.runtime_class = fields.get("runtime_class");
    app.scheduler = fields.get("scheduler");
    app.service_account = config::account(&fields);
    app.service_account_token = fields.get("service_account_token");
    app.service_links = fields.get("service_links");
    app.restart_on_change = fields.get("restart_on_change");
    app.security = security::pod(&fields);
    app.dns = scheduling::dns(&fields);
    app.network = network::access(&fields);
    app.pod_labels = fields.labels("pod_labels");
    app.pod_annotations = fields.annotations("pod_annotations");
    if stateful {
        app.engine = engine::engine(&fields);
        app.storage = storage::storage(&fields);
        app.service_name = fields.get("service_name");
        app.publish_not_ready = fields.get("publish_not_ready");
        app.pod_management = fields.word("pod_management", PodManagement::WORDS);
        app.retain = retain(&fields);
        app.first_ordinal = fields.get("first_ordinal");
        app.backup = engine::backup(&fields);
    }
    if let Some((node, path, kind)) = fields.node("patch") {
        match node.value {
            Value::Hole(hole) => cx.patches.borrow_mut().push((index, hole)),
            _ => cx.wrong_kind(&path, "patch", kind, node),
        }
    }
    name?;
    Some(Item::App(Box::new(app)))
}

fn update(fields: &Fields<'_, '_>, stateful: bool) -> Option<Update> {
    let (node, path, kind) = fields.node("update")?;
    let cx = fields.cx;
    let (word, inner): (&str, &[Field]) = match &node.value {
        Value::Call(call) if call.args.is_empty() => (&call.name, &call.fields),
        Value::Path(parts) if parts.len() == 1 => (parts.first()?, &[]),
        _ => {
            cx.wrong_kind(&path, "update", kind, node);
            return None;
        }
    };
    let inner = Fields::new(cx, &grammar::UPDATE, inner, path.clone(), "`update`");
    let words: &[(&str, u8)] =
        if stateful { &[("RollingUpdate", 0), ("OnDelete", 1)] } else { &[("RollingUpdate", 0), ("Recreate", 2)] };
    let chosen = super::fields::read_word(cx, node, &path, Kind::Update, "update", words)?;
    // Which of them fit the kind of app, a rule says.
    let unfit: &[&'static str] = if chosen == 0 { &[] } else { &["partition", "max_unavailable", "max_surge"] };
    for key in unfit {
        if let Some((_, path, _)) = inner.node(key) {
            cx.error("key-unfit", path.the_key(), format!("`{key}` does not fit `{word}`"), "remove it");
        }
    }
    Some(match chosen {
        0 => Update::Rolling {
            partition: inner.get("partition"),
            max_unavailable: inner.get("max_unavailable"),
            max_surge: inner.get("max_surge"),
        },
        1 => Update::OnDelete,
        _ => Update::Recreate,
    })
}

fn retain(fields: &Fields<'_, '_>) -> Option<Retain> {
    let (node, path, kind) = fields.node("retain")?;
    let Value::Map(inner) = &node.value else {
        fields.cx.wrong_kind(&path, "retain", kind, node);
        return None;
    };
    let inner = Fields::new(fields.cx, &grammar::RETAIN, inner, path, "`retain`");
    Some(Retain {
        when_deleted: inner.word("when_deleted", Retention::WORDS).unwrap_or_default(),
        when_scaled: inner.word("when_scaled", Retention::WORDS).unwrap_or_default(),
    })
}

pub(super) fn group(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Option<Item> {
    let name = cx.object_name::<Label>(index, item);
    // The members, as an `extern` item has its keys.
    let is_bare = |field: &Field| field.value.value == Value::Absent && grammar::APP_GROUP.key(&field.key).is_none();
    if let Some(first) = item.fields.first().filter(|_| item.fields.iter().all(is_bare)) {
        let at = Path::item(index).key(first.key.clone()).the_key();
        let members: Vec<_> = item.fields.iter().map(|field| field.key.as_str()).collect();
        let help = format!("write `members: [{}]`", members.join(", "));
        cx.error("key-missing", at, format!("the members of {} stand without their key", config::owner(item)), help);
        return None;
    }
    let fields = Fields::new(cx, &grammar::APP_GROUP, &item.fields, Path::item(index), &config::owner(item));
    Some(Item::AppGroup(AppGroup {
        meta: config::meta(&fields, item),
        members: service::apps(&fields, "members"),
        env: container::env(&fields),
        env_from: container::env_from(&fields),
        files: storage::files(&fields),
        start_order: service::apps(&fields, "start_order"),
        name: name?,
    }))
}
