//! What the API server refuses in objects that the rules have not seen: patched ones and raw ones.

use crate::finding::{Finding, Path};
use crate::manifest::{Object, Objects, Redacted};
use crate::model::{Item, Stack};
use crate::plan;

/// The rule that patched and raw objects break.
const RULE: &str = "object-refused";

/// What the server refuses, and what is no object at all.
pub(super) fn findings(stack: &Stack) -> Vec<Finding> {
    let mut objects = Objects::completing(stack, &Redacted);
    let mut findings = Vec::new();
    for (index, item) in stack.items.iter().enumerate() {
        let key = match item {
            Item::App(app) if app.patch.is_some() => "patch",
            Item::Raw(_) => "yaml",
            _ => continue,
        };
        let at = Path::item(index).key(key);
        match objects.of_item(index) {
            Ok(objects) => {
                for object in objects.iter().filter(|object| is_edited(item, object)) {
                    findings.extend(refused(object).into_iter().map(|text| Finding::error(RULE, at.clone(), text)));
                }
            }
            Err(error) => findings.push(Finding::error(RULE, at, error.message).help(error.help)),
        }
    }
    findings
}

/// Of an app's objects a patch edits the workload.
fn is_edited(item: &Item, object: &Object) -> bool {
    match item {
        Item::App(_) => matches!(object, Object::StatefulSet(_) | Object::Deployment(_)),
        _ => true,
    }
}

fn refused(object: &Object) -> Vec<String> {
    let value = match serde_json::to_value(object) {
        Ok(value) => value,
        Err(error) => return vec![format!("{object:?} cannot be written: {error}")],
    };
    let text = |(path, why): (String, String)| format!("the API server refuses {object:?}: {path}: {why}");
    plan::refused(&value).into_iter().map(text).collect()
}
