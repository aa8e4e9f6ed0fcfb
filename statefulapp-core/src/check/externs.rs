//! What exists in the cluster already: nothing is written for it, so that nothing but its name and its keys is read.

use crate::finding::{Finding, Path};
use crate::model::{Item, Meta, SecretValue};
use crate::view::View;

/// What exists has its values in the cluster.
pub(super) fn values(view: &View<'_>, out: &mut Vec<Finding>) {
    let mut refuse = |at: Path, kind: &str| {
        out.push(
            Finding::error("extern-value", at, format!("an extern {kind} has no values here"))
                .help("leave only the key: it says what the object in the cluster holds"),
        );
    };
    for (n, item) in view.items() {
        let at = Path::item(n);
        match item {
            Item::ConfigMap(config) if config.is_extern => {
                for (key, _) in config.data.iter().filter(|(_, text)| !text.is_empty()) {
                    refuse(at.key(key.to_string()), "ConfigMap");
                }
            }
            Item::Secret(secret) if secret.is_extern => {
                for (key, _) in secret.data.iter().filter(|(_, value)| *value != SecretValue::Elsewhere(None)) {
                    refuse(at.key(key.to_string()), "Secret");
                }
            }
            _ => {}
        }
    }
}

/// No key is accepted and ignored. What is read is the type of a Secret, and the ports and the type of a Service.
pub(super) fn unfit_keys(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, item) in view.items() {
        let of_meta =
            |meta: &Meta| [("labels", !meta.labels.is_empty()), ("annotations", !meta.annotations.is_empty())];
        let (at, mut keys) = match item {
            Item::ConfigMap(config) if config.is_extern => {
                let own = [("immutable", config.immutable), ("binary", !config.binary.is_empty())];
                (Path::item(n).key("meta"), own.to_vec())
            }
            Item::Secret(secret) if secret.is_extern => {
                let own = [("immutable", secret.immutable), ("external", secret.external.is_some())];
                (Path::item(n).key("meta"), own.to_vec())
            }
            Item::ServiceAccount(account) if account.is_extern => {
                let own = [("token", account.token), ("pull_secrets", !account.pull_secrets.is_empty())];
                (Path::item(n), own.to_vec())
            }
            Item::Service(service) if service.is_extern => {
                let own = [
                    ("headless", service.headless),
                    ("cluster_ip", service.cluster_ip.is_some()),
                    ("publish_not_ready", service.publish_not_ready),
                    ("sticky", service.sticky.is_some()),
                    ("external_traffic", service.local_traffic.is_some()),
                    ("internal_traffic", service.internal_local_traffic.is_some()),
                    ("source_ranges", !service.source_ranges.is_empty()),
                    ("load_balancer_class", service.load_balancer_class.is_some()),
                    ("traffic_distribution", service.traffic_distribution.is_some()),
                    ("each_pod", service.each_pod),
                ];
                (Path::item(n), own.to_vec())
            }
            _ => continue,
        };
        keys.extend(item.meta().into_iter().flat_map(of_meta));
        for (key, _) in keys.into_iter().filter(|(_, is_there)| *is_there) {
            out.push(
                Finding::error(
                    "key-unfit",
                    at.key(key).the_key(),
                    format!("`{key}` does not fit an extern {}: nothing is written for it", item.kind()),
                )
                .help("remove it"),
            );
        }
    }
}
