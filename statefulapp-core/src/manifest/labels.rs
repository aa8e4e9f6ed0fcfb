//! The recommended labels, and what else stands in every object's metadata.
//!
//! <https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>

use super::index::Member;
use crate::model::{Meta, Stack};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use std::collections::BTreeMap;

pub(super) type Map = BTreeMap<String, String>;

/// The one label of every selector. It holds the app's name and nothing that an edit of the stack could change, since a
/// selector is immutable.
pub(super) const NAME: &str = "app.kubernetes.io/name";
const INSTANCE: &str = "app.kubernetes.io/instance";
const PART_OF: &str = "app.kubernetes.io/part-of";
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
const VERSION: &str = "app.kubernetes.io/version";
/// The controller sets it on every pod of a StatefulSet.
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
const DESCRIPTION: &str = "kubernetes.io/description";

/// The longest value of a label; an object's name may be longer.
const MAX_VALUE: usize = 63;

/// What selects the pods of an app, and no other pod.
pub(super) fn selector(app: &str) -> Map {
    Map::from([(NAME.to_owned(), app.to_owned())])
}

/// What selects one pod of a StatefulSet.
pub(super) fn pod_selector(app: &str, ordinal: u32) -> Map {
    let mut labels = selector(app);
    labels.insert(POD_NAME.to_owned(), format!("{app}-{ordinal}"));
    labels
}

/// [`selector`] in the form of most objects.
pub(super) fn label_selector(app: &str) -> LabelSelector {
    LabelSelector { match_labels: Some(selector(app)), ..Default::default() }
}

/// The labels of everything that belongs to an app.
pub(super) fn of_app(stack: &Stack, member: Member<'_, '_>) -> Map {
    let name = member.app.name.as_str();
    let mut labels = recommended(stack, name, member.part_of());
    for meta in member.metas() {
        add(&mut labels, &meta.labels);
    }
    // The selector depends on it: no label of the user's replaces it.
    labels.insert(NAME.to_owned(), name.to_owned());
    labels
}

/// The labels of any other item.
pub(super) fn of_item(stack: &Stack, name: &str, meta: &Meta) -> Map {
    let mut labels = recommended(stack, name, None);
    add(&mut labels, &meta.labels);
    labels
}

/// The labels of a Job's pods. They never carry an app's name, or the app's Services would lead to them.
pub(super) fn of_job_pod(index: &super::Index<'_>, name: &str, meta: &Meta) -> Map {
    let mut labels = of_item(index.stack, name, meta);
    if index.has_app(name) {
        labels.remove(NAME);
    } else {
        labels.insert(NAME.to_owned(), name.to_owned());
    }
    labels
}

/// Adds labels; a later one replaces an earlier one.
pub(super) fn add<K: AsRef<str>, V: AsRef<str>>(labels: &mut Map, more: &[(K, V)]) {
    for (key, value) in more {
        labels.insert(key.as_ref().to_owned(), value.as_ref().to_owned());
    }
}

/// Labels as they stand in a selector or in `nodeSelector`.
pub(super) fn map<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> Map {
    let mut labels = Map::new();
    add(&mut labels, pairs);
    labels
}

/// The version label, of the workload only: in a template it would restart pods, in a selector it would break it.
pub(super) fn add_version(labels: &mut Map, member: Member<'_, '_>) {
    let tag = member.app.main.image.as_ref().and_then(|image| image.tag());
    if let Some(tag) = tag.filter(|tag| tag.parse::<crate::value::LabelValue>().is_ok()) {
        labels.entry(VERSION.to_owned()).or_insert_with(|| tag.to_owned());
    }
}

/// Annotations; the documentation is one of them.
pub(super) fn annotations<'a>(metas: impl Iterator<Item = &'a Meta>) -> Map {
    let mut annotations = Map::new();
    for meta in metas {
        if !meta.doc.is_empty() {
            annotations.insert(DESCRIPTION.to_owned(), meta.doc.clone());
        }
        add(&mut annotations, &meta.annotations);
    }
    annotations
}

/// The annotations of an app's workload. The documentation of a group is about the group.
pub(super) fn app_annotations(member: Member<'_, '_>) -> Map {
    let mut annotations = Map::new();
    for meta in member.groups.iter().rev().map(|group| &group.meta) {
        add(&mut annotations, &meta.annotations);
    }
    annotations.extend(self::annotations(std::iter::once(&member.app.meta)));
    annotations
}

/// Metadata of an object of the stack's namespace.
pub(super) fn metadata(stack: &Stack, name: impl Into<String>, labels: Map, annotations: Map) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.into()),
        namespace: stack.namespace.as_ref().map(ToString::to_string),
        labels: some(labels),
        annotations: some(annotations),
        ..Default::default()
    }
}

/// Metadata of an item that is no app.
pub(super) fn item_metadata(stack: &Stack, name: &str, meta: &Meta) -> ObjectMeta {
    metadata(stack, name, of_item(stack, name, meta), annotations(std::iter::once(meta)))
}

/// Nothing is written for an empty map.
pub(super) fn some(map: Map) -> Option<Map> {
    (!map.is_empty()).then_some(map)
}

fn recommended(stack: &Stack, name: &str, group: Option<&str>) -> Map {
    let stack_name = stack.name.as_ref().map(|name| name.as_str());
    let mut labels = Map::from([(MANAGED_BY.to_owned(), "statefulapp".to_owned())]);
    let mut add = |key: &str, value: &str| {
        if value.len() <= MAX_VALUE {
            labels.insert(key.to_owned(), value.to_owned());
        }
    };
    add(NAME, name);
    add(INSTANCE, stack_name.unwrap_or(name));
    if let Some(part_of) = group.or(stack_name) {
        add(PART_OF, part_of);
    }
    labels
}
