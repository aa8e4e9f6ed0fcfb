//! Kafka.

use super::{Known, known};
use crate::check::names::own_service;
use crate::engine::parse_listeners;
use crate::finding::{Finding, Path};
use crate::model::{EngineKind, Item, Workload};
use crate::view::View;

/// Names of listeners that say their protocol themselves.
const PROTOCOLS: [&str; 4] = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

fn brokers<'a>(view: &'a View<'a>) -> impl Iterator<Item = Known<'a>> {
    known(view).filter(|known| known.facts.kind == EngineKind::Kafka && known.runs_entrypoint())
}

/// ZooKeeper is only for images that still speak it.
/// <https://kafka.apache.org/40/documentation/zk2kraft.html>
pub(super) fn zookeeper_gone(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in brokers(view) {
        let by_engine = known.declared.engine.as_ref().is_some_and(|engine| engine.zookeeper.is_some());
        let at = match known.declared.main.env("KAFKA_ZOOKEEPER_CONNECT") {
            Some(_) => known.env_at("KAFKA_ZOOKEEPER_CONNECT").the_key(),
            None if by_engine => known.at.key("engine").key("zookeeper").the_key(),
            None => continue,
        };
        let confluent = known.facts.image.starts_with("confluentinc/");
        let message = match (confluent, known.version.at_least(&[if confluent { 8 } else { 4 }])) {
            (true, false) => continue,
            (_, true) => format!("{} {} knows no ZooKeeper any more", known.facts.title, known.version),
            (false, false) => format!("the image `{}` runs Kafka without ZooKeeper only", known.facts.image),
        };
        out.push(
            known.of(Finding::error("kafka-zookeeper-gone", at, message)
                .help("leave it out: the brokers keep the metadata themselves; or use confluentinc/cp-kafka:7.9.1")),
        );
    }
}

/// Every listener has a protocol, and the brokers and controllers have theirs.
pub(super) fn listener_map(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in brokers(view) {
        let listeners = "KAFKA_LISTENERS";
        let Some(text) = known.text_of(listeners).or_else(|| known.text_of("KAFKA_ADVERTISED_LISTENERS")) else {
            continue;
        };
        let name = if known.text_of(listeners).is_some() { listeners } else { "KAFKA_ADVERTISED_LISTENERS" };
        let map = "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP";
        if known.has_env(map).is_none() || (known.app.main.env(map).is_some() && known.text_of(map).is_none()) {
            continue;
        }
        let mapped: Vec<&str> = known
            .text_of(map)
            .unwrap_or_default()
            .split(',')
            .filter_map(|e| Some(e.split_once(':')?.0.trim()))
            .collect();
        let names: Vec<String> = parse_listeners(text).into_iter().map(|(name, _)| name).collect();
        let say = |message: String, help: String| {
            let finding = Finding::error("kafka-listener-map", known.env_at(name), message).help(help);
            let names =
                [map, "KAFKA_INTER_BROKER_LISTENER_NAME", "KAFKA_CONTROLLER_LISTENER_NAMES", "KAFKA_PROCESS_ROLES"];
            let finding = names.iter().fold(finding, |finding, name| finding.looked_at(known.env_at(name)));
            known.without_env(finding)
        };
        let plain = |name: &&String| PROTOCOLS.contains(&name.as_str());
        let unmapped =
            names.iter().find(|name| if mapped.is_empty() { !plain(name) } else { !mapped.contains(&name.as_str()) });
        if let Some(unmapped) = unmapped {
            out.push(say(
                format!("the listener `{unmapped}` has no protocol: the broker does not start"),
                format!(
                    "write `{map}: \"{}\"`",
                    names.iter().map(|n| format!("{n}:PLAINTEXT")).collect::<Vec<_>>().join(",")
                ),
            ));
            continue;
        }
        let between = known.text_of("KAFKA_INTER_BROKER_LISTENER_NAME");
        if known.has_env("KAFKA_INTER_BROKER_LISTENER_NAME") == Some(false)
            && known.has_env("KAFKA_SECURITY_INTER_BROKER_PROTOCOL") == Some(false)
            && !names.is_empty()
            && !names.iter().any(|name| name == "PLAINTEXT")
        {
            out.push(say(
                "nothing says which listener the brokers use among themselves, and none is called `PLAINTEXT`"
                    .to_owned(),
                format!("write `KAFKA_INTER_BROKER_LISTENER_NAME: \"{}\"`", names.first().map_or("", String::as_str)),
            ));
        } else if let Some(between) =
            between.filter(|between| !names.iter().any(|name| name == between) && !names.is_empty())
        {
            out.push(say(
                format!("the brokers' listener `{between}` is not one of `{name}`"),
                format!("write `KAFKA_INTER_BROKER_LISTENER_NAME: \"{}\"`", names.first().map_or("", String::as_str)),
            ));
        }
        let controls = known.text_of("KAFKA_PROCESS_ROLES").is_some_and(|roles| roles.contains("controller"));
        let controller = known.text_of("KAFKA_CONTROLLER_LISTENER_NAMES");
        if let Some(controller) = controller.filter(|_| controls && name == listeners) {
            let first = controller.split(',').next().unwrap_or(controller).trim();
            if !names.iter().any(|name| name == first) {
                out.push(say(
                    format!("the controller's listener `{first}` is not one of `{name}`"),
                    format!("add `,{first}://:9093`"),
                ));
            }
        }
    }
}

/// No topic has more replicas than there are brokers, and some may be away.
pub(super) fn replication_factor(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in brokers(view) {
        let brokers = known.declared.replicas();
        let number = |name: &str| known.text_of(name).and_then(|text| text.trim().parse::<u32>().ok());
        let say = |name: &str, message: String, help: String| {
            let settings = known.declared.engine.iter().flat_map(|engine| &engine.settings);
            let variable = |setting: &str| known.facts.variable.is_some_and(|variable| variable(setting) == name);
            let setting = settings.map(|(setting, _)| setting).find(|setting| variable(setting));
            let at: Path = match setting {
                _ if known.declared.main.env(name).is_some() => known.env_at(name),
                Some(setting) => known.at.key("engine").key("settings").key(setting.clone()),
                None => known.at.key("env"),
            };
            known.without_env(
                Finding::error("rf-exceeds-replicas", at, message).help(help).looked_at(known.at.key("replicas")),
            )
        };
        for (factor, default) in [
            ("KAFKA_DEFAULT_REPLICATION_FACTOR", 1),
            ("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", 3),
            ("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", 3),
        ] {
            match (number(factor), known.has_env(factor)) {
                (Some(replicas), _) if replicas > brokers => out.push(say(
                    factor,
                    format!("`{factor}: {replicas}` needs {replicas} brokers, and there are {brokers}: the topic is never made"),
                    format!("write {brokers} or less"),
                )),
                // Only with a variable of its own the image leaves its defaults for Kafka's.
                (None, Some(false)) if default > brokers && factor.contains("OFFSETS") && known.says(&["KAFKA_"]) => out.push(say(
                    factor,
                    format!("consumer groups need a topic with {default} replicas by default, and there are {brokers} brokers: no group works"),
                    format!("write `{factor}: \"{brokers}\"`"),
                )),
                _ => {}
            }
        }
        for (least, factor) in [
            ("KAFKA_MIN_INSYNC_REPLICAS", "KAFKA_DEFAULT_REPLICATION_FACTOR"),
            ("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR"),
        ] {
            let (Some(in_sync), Some(replicas)) = (number(least), number(factor)) else { continue };
            if in_sync > replicas {
                out.push(say(
                    least,
                    format!("`{least}: {in_sync}` of {replicas} replicas can never be in sync: nothing can be written"),
                    format!("write {} or less", replicas.saturating_sub(1).max(1)),
                ));
            } else if in_sync == replicas && replicas > 1 {
                out.push(say(
                    least,
                    format!("`{least}: {in_sync}` asks for all {replicas} replicas: while one broker restarts, nothing can be written"),
                    format!("write {}", replicas - 1),
                ));
            }
        }
    }
}

/// No Service becomes a variable that the image refuses.
/// <https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>
pub(super) fn service_links(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        if known.declared.service_links != Some(true) {
            continue;
        }
        let forbidden = known.facts.environment.forbidden.iter().filter(|forbidden| forbidden.value.is_empty());
        let forbidden: Vec<&str> = forbidden.map(|forbidden| forbidden.name).collect();
        let items = view.stack.items.iter().enumerate().filter(|_| !forbidden.is_empty());
        for completed in items.filter_map(|(n, _)| view.completed(n)) {
            for service in std::iter::once(&*completed.item).chain(&completed.generated).filter_map(with_address) {
                let prefix = service.to_uppercase().replace('-', "_");
                let names = ["PORT", "SERVICE_HOST", "SERVICE_PORT"].map(|name| format!("{prefix}_{name}"));
                let Some(name) = names.iter().find(|name| forbidden.contains(&name.as_str())) else { continue };
                let finding = Finding::error(
                    "kafka-service-links",
                    known.at.key("service_links"),
                    format!("the Service `{service}` becomes the variable `{name}`, and with that the image stops"),
                );
                out.push(known.of(finding.help("leave `service_links` out")));
            }
        }
    }
}

/// The name of the Service with an address that an item is or brings: only those become variables.
fn with_address(item: &Item) -> Option<&str> {
    match item {
        Item::Service(service) if !service.headless => Some(service.name.as_str()),
        // That of a StatefulApp is headless.
        Item::App(app) if app.workload == Workload::Deployment => own_service(app),
        _ => None,
    }
}
