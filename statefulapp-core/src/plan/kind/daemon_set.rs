//! Changes of a DaemonSet: its selector never changes, a changed template restarts its pods node by node.

use serde_json::Value;

use crate::plan::{Class, Pair, diff::Difference, object::at};

pub(super) fn compare(pair: &mut Pair<'_, '_>, differences: &[&Difference<'_>]) {
    let on_delete = at(pair.new.value, &["spec", "updateStrategy", "type"]).and_then(Value::as_str) == Some("OnDelete");
    for difference in differences {
        match difference.path.name(1) {
            Some("template") if on_delete => {
                let text = "updateStrategy is OnDelete: nothing restarts until you delete the pods";
                pair.push(Class::Rolling, difference, text);
            }
            Some("template") => {
                let (name, namespace) = (pair.new.name, pair.new.namespace_flag());
                let commands = vec![format!("kubectl rollout status daemonset/{name}{namespace}")];
                pair.push_with(Class::Rolling, difference, "restarts its pods, node by node", commands);
            }
            Some("selector") => {
                let text = "the server refuses to change the selector of a DaemonSet: deleting it stops its pods";
                let commands = super::recreate(pair);
                pair.push_with(Class::Recreate, difference, text, commands);
            }
            _ => pair.push(Class::InPlace, difference, "no pod is restarted"),
        }
    }
}
