//! Templates that the server accepts and no pod can run: the first pod that gets one never becomes ready, and the roll-out
//! stops there.

use serde_json::Value;

use super::{
    Class, Pair,
    cluster::pod_template,
    object::{at, list, text},
};

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    if !pair.new.identity().is_workload() {
        return;
    }
    let probes = |object| pod_template(object).map(|(template, _)| lost_probes(template)).unwrap_or_default();
    let before = probes(&pair.old);
    for (path, port) in probes(&pair.new) {
        if before.iter().any(|(earlier, _)| *earlier == path) {
            continue;
        }
        let text = format!(
            "no port of the container is called {port:?}, so the probe never succeeds: the first pod that gets this template \
             is never ready, and the roll-out stops there"
        );
        pair.raise(Class::Refused, &path, text, vec![]);
    }
}

/// Probes of a port by a name that the container does not have, with the field's path.
fn lost_probes(template: &Value) -> Vec<(String, String)> {
    let mut lost = Vec::new();
    for container in list(template, &["spec", "containers"]) {
        let ports = list(container, &["ports"]);
        let has = |name: &str| ports.iter().any(|port| text(port, "name") == Some(name));
        // Of a liveness probe that it cannot make the kubelet makes nothing.
        for probe in ["startupProbe", "readinessProbe"] {
            for handler in ["httpGet", "tcpSocket"] {
                let port = at(container, &[probe, handler, "port"]).and_then(Value::as_str);
                if let Some(port) = port.filter(|port| !has(port)) {
                    let name = text(container, "name").unwrap_or_default();
                    let path = format!("spec.template.spec.containers[{name}].{probe}.{handler}.port");
                    lost.push((path, port.to_owned()));
                }
            }
        }
    }
    lost
}
