//! Names of objects: of those that are declared, and of those that come with them.

use super::words::written;
use crate::finding::{Finding, Path};
use crate::model::{App, Item, Names, Selects, Service, Workload};
use crate::view::View;
use std::collections::HashMap;
use std::rc::Rc;

/// Two objects of one kind have different names; a StatefulApp and an App share their names, since both bring Services.
pub(super) fn duplicate_items(stack: &Rc<Names<'_>>, out: &mut Vec<Finding>) {
    for (n, item) in stack.items.iter().enumerate() {
        let Some((before, other)) = same_name(stack, item).filter(|(before, _)| *before < n) else { continue };
        let (kind, other) = (item.kind(), other.kind());
        let message = if other == kind {
            format!("{kind} `{}` is declared twice", item.name())
        } else {
            format!("{kind} `{}` has the name of a {other}, and both bring objects of that name", item.name())
        };
        out.push(
            Finding::error("duplicate-item", Path::item(n), message)
                .help("rename one of the two")
                .also(Path::item(before), "first declared"),
        );
    }
}

/// What an engine brings has a name of its own.
pub(super) fn generated_items(view: &View<'_>, out: &mut Vec<Finding>) {
    for item in view.generated() {
        if let Some((taken, _)) = same_name(&view.stack, item) {
            out.push(generated(taken, item.kind(), item.name(), "an engine of this block brings one of that name"));
        }
    }
}

/// The first declared item that shares its name with this one.
fn same_name<'a>(stack: &Names<'a>, item: &Item) -> Option<(usize, &'a Item)> {
    let space = name_space(item)?;
    stack.named(item.name()).find(|(_, other)| name_space(other) == Some(space))
}

fn name_space(item: &Item) -> Option<&'static str> {
    match item {
        Item::App(_) => Some("App"),
        Item::Raw(_) | Item::Broken => None,
        item => Some(item.kind()),
    }
}

/// What apps and Services bring does not meet what is declared.
pub(super) fn generated_names(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, taken) in view.services() {
        let name = taken.name.as_str();
        let of_pods = name.rsplit_once('-').and_then(|(of, _)| view.stack.service_at(of));
        let Some((m, service)) = of_pods.filter(|(_, of)| of.each_pod && !of.is_extern) else { continue };
        let app = service.selects.as_ref().and_then(|selects| view.stack.app(selects.app.as_str()));
        if app.is_some_and(|app| is_pod_service(service, app, name)) {
            let why = format!("`each_pod` of Service `{}` makes one of that name", service.name);
            out.push(generated(n, "Service", name, &why).looked_at(Path::item(m).key("each_pod")));
        }
    }
    for (n, policy) in view.network_policies() {
        let app = view.stack.app(policy.name.as_str());
        let Some(app) = app.filter(|app| app.network.is_some()) else { continue };
        let why = format!("the key `network` of {} `{}` makes one of that name", app.workload.kind(), app.name);
        out.push(generated(n, "NetworkPolicy", policy.name.as_str(), &why));
    }
}

/// Whether a name is that of one of the Services that `each_pod` makes.
pub(super) fn is_pod_service(service: &Service, app: &App, name: &str) -> bool {
    let ordinal = name.strip_prefix(service.name.as_str()).and_then(|rest| rest.strip_prefix('-'));
    let ordinal =
        ordinal.filter(|text| *text == "0" || !text.starts_with('0')).and_then(|text| text.parse::<u32>().ok());
    ordinal.is_some_and(|ordinal| {
        (u64::from(app.first_ordinal())..u64::from(app.first_ordinal()) + u64::from(app.replicas()))
            .contains(&u64::from(ordinal))
    })
}

fn generated(at: usize, kind: &str, name: &str, why: &str) -> Finding {
    Finding::error("generated-name-taken", Path::item(at), format!("the name of {kind} `{name}` is taken: {why}"))
        .help("give it another name")
}

/// Two apps do not bring Services of one name: each leads to other pods.
pub(super) fn service_names(stack: &Rc<Names<'_>>, out: &mut Vec<Finding>) {
    let mut first: HashMap<&str, (usize, &App)> = HashMap::new();
    for (n, app) in stack.apps() {
        let Some(name) = own_service(app) else { continue };
        let Some(&(before, other)) = first.get(name) else {
            first.insert(name, (n, app));
            continue;
        };
        if other.name == app.name {
            continue;
        }
        // The name that was chosen is the one to change.
        let (at, with, with_app) = if app.service_name.is_some() { (n, before, other) } else { (before, n, app) };
        out.push(
            Finding::error(
                "service-name-taken",
                Path::item(at).key("service_name"),
                format!("{} `{}` brings a Service `{name}` too", with_app.workload.kind(), with_app.name),
            )
            .help("choose another `service_name`")
            .also(Path::item(with).key("service_name"), "the other one is declared")
            .looked_at(Path::item(at))
            .looked_at(Path::item(with)),
        );
    }
}

/// The name of the Service that an app brings.
pub(super) fn own_service(app: &App) -> Option<&str> {
    match app.workload {
        Workload::StatefulSet => Some(app.service_name()),
        Workload::Deployment if app.main.ports.is_empty() && app.sidecars.iter().all(|c| c.ports.is_empty()) => None,
        Workload::Deployment => Some(app.name.as_str()),
    }
}

/// A declared Service of a governing Service's name takes its place, so it does what that one does: gives each pod a host name.
pub(super) fn governing_services(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps().filter(|(_, app)| app.workload == Workload::StatefulSet) {
        let Some((at, service)) = view.stack.service_at(app.service_name()) else { continue };
        if !service.is_extern {
            governing_service(Path::item(at), service, Path::item(n), app, out);
        }
    }
}

fn governing_service(at: Path, service: &Service, of: Path, app: &App, out: &mut Vec<Finding>) {
    let whole = Selects { app: app.name.clone(), pod: None };
    let role = format!("Service `{}` has the name of the governing Service of `{}`", service.name, app.name);
    let rename = match &app.service_name {
        Some(_) => "or rename one of the two".to_owned(),
        None => format!(
            "or rename it, or write `service_name: \"{}-headless\"` in `{}`",
            app.name,
            written(app.name.as_str())
        ),
    };
    let wrong = if service.selects.as_ref() != Some(&whole) {
        Finding::error(
            "governing-service-other-pods",
            at.key("selects"),
            format!("{role}, and does not select all its pods, so that they have no host names"),
        )
        .help(format!("write `selects: {}`, {rename}", written(app.name.as_str())))
    } else if service.each_pod {
        Finding::error(
            "governing-service-other-pods",
            at.key("each_pod").the_key(),
            format!("{role}, and `each_pod` makes Services of other names instead"),
        )
        .help(format!("remove `each_pod`, {rename}"))
    } else if !service.headless {
        Finding::error(
            "governing-service-not-headless",
            at.key("headless"),
            format!("{role}, and is not headless, so that the pods have no host names"),
        )
        .help(format!("write `headless: true`, {rename}"))
    } else if !service.publish_not_ready && app.publish_not_ready != Some(false) && app.replicas() > 1 {
        Finding::warning(
            "governing-service-unready",
            at.key("publish_not_ready"),
            format!("{role}, and hides pods that are not ready, so that peers do not find each other while they start"),
        )
        .help("write `publish_not_ready: true`")
        .looked_at(of.key("replicas"))
        .looked_at(of.key("publish_not_ready"))
    } else {
        return;
    };
    let wrong = ["selects", "each_pod", "headless"].into_iter().fold(wrong, |wrong, key| wrong.looked_at(at.key(key)));
    out.push(wrong.looked_at(at).looked_at(of.key("service_name")).looked_at(of));
}
