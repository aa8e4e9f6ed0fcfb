//! Fields of an object as JSON, whatever version of the API it is of. What is absent or null is nothing.

use crate::manifest::Object;
use serde_json::Value;

/// The pods that an object runs.
pub(crate) struct Pods<'a> {
    /// The pods' metadata.
    pub(crate) metadata: &'a Value,
    pub(crate) spec: &'a Value,
}

/// The value at a pointer such as `/spec/replicas`.
pub(crate) fn at<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    value.pointer(pointer).filter(|value| !value.is_null())
}

/// The text at a pointer.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    at(value, pointer)?.as_str()
}

/// The number at a pointer.
pub(crate) fn number(value: &Value, pointer: &str) -> Option<u64> {
    at(value, pointer)?.as_u64()
}

/// Whether there is a `true` at the pointer.
pub(crate) fn is_true(value: &Value, pointer: &str) -> bool {
    at(value, pointer) == Some(&Value::Bool(true))
}

/// The elements of the list at a pointer.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    at(value, pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The entries of the map at a pointer.
pub(crate) fn entries<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let map = at(value, pointer).and_then(Value::as_object);
    map.into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

/// The object's kind.
pub(crate) fn kind(object: &Value) -> &str {
    text(object, "/kind").unwrap_or_default()
}

/// The object's name.
pub(crate) fn name(object: &Value) -> &str {
    text(object, "/metadata/name").unwrap_or_default()
}

/// The pods that an object runs, if it is of a kind that does.
pub(crate) fn pods(object: &Value) -> Option<Pods<'_>> {
    let api_version = text(object, "/apiVersion")?;
    let template = match (api_version.split_once('/')?.0, kind(object)) {
        ("apps", "StatefulSet" | "Deployment" | "DaemonSet") | ("batch", "Job") => "/spec/template",
        ("batch", "CronJob") => "/spec/jobTemplate/spec/template",
        _ => return None,
    };
    let template = at(object, template)?;
    Some(Pods { metadata: template.get("metadata").unwrap_or(&Value::Null), spec: at(template, "/spec")? })
}

/// All containers of a pod, with whether each runs beside the others all the time.
pub(crate) fn containers(pod: &Value) -> impl Iterator<Item = (&Value, bool)> {
    let init = list(pod, "/initContainers").iter().map(|init| (init, text(init, "/restartPolicy") == Some("Always")));
    init.chain(list(pod, "/containers").iter().map(|container| (container, true)))
}

/// Objects as JSON. Nothing that a stack builds fails.
pub(crate) fn values<'a>(objects: impl IntoIterator<Item = &'a Object>) -> Vec<Value> {
    objects.into_iter().filter_map(|object| serde_json::to_value(object).ok()).collect()
}
