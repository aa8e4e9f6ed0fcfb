//! Labels and annotations.

use super::pods::pairs;
use super::words::repeated;
use crate::finding::{Finding, Path};
use crate::model::{Item, Meta};
use crate::value::{AnnotationKey, LabelKey, LabelValue};
use crate::view::View;

/// The selector's label: an object's name, which never changes.
const NAME: &str = "app.kubernetes.io/name";

/// Labels that controllers set on pods, over whatever stands there.
const OF_CONTROLLERS: [&str; 9] = [
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
];

/// Annotations that are made from something else in the declaration.
const OF_THIS_PROJECT: [(&str, &str); 2] = [
    ("statefulapp.dev/security-because", "write `security: { because: \"…\" }`"),
    ("statefulapp.dev/config-checksum", "write `restart_on_change: false` to have none"),
];

/// All annotations of an object together have 256 KiB at most.
const MOST: usize = 262_144;

/// Calls for the labels and annotations of an item, as they stand in it.
pub(super) fn each_meta(view: &View<'_>, mut check: impl FnMut(&Item, &Meta, Path)) {
    for (n, item) in view.items() {
        let Some(meta) = item.meta() else { continue };
        let at = match item {
            Item::ConfigMap(_) | Item::Secret(_) => Path::item(n).key("meta"),
            _ => Path::item(n),
        };
        check(item, meta, at);
    }
}

/// Labels that select pods, or that a controller writes, are not the declaration's to set.
pub(super) fn label_reserved(view: &View<'_>, out: &mut Vec<Finding>) {
    let mut check = |labels: &[(LabelKey, LabelValue)], runs: bool, at: Path| {
        for (key, _) in labels {
            let help = match key.as_str() {
                NAME => "the item's own name stands there, and selects its pods: remove it",
                key if runs && OF_CONTROLLERS.contains(&key) => "a controller sets it on every pod: remove it",
                _ => continue,
            };
            out.push(
                Finding::error(
                    "label-reserved",
                    at.key(key.to_string()).the_key(),
                    format!("label `{key}` is reserved"),
                )
                .help(help),
            );
        }
    };
    each_meta(view, |item, meta, at| {
        let runs = matches!(item, Item::App(_) | Item::Job(_) | Item::CronJob(_) | Item::AppGroup(_));
        if runs {
            check(&meta.labels, true, at.key("labels"));
        }
        if let Item::App(app) = item {
            check(&app.pod_labels, true, at.key("pod_labels"));
        }
    });
}

/// Annotations that this project writes itself.
pub(super) fn annotation_reserved(view: &View<'_>, out: &mut Vec<Finding>) {
    let mut check = |annotations: &[(AnnotationKey, String)], at: Path| {
        for (key, _) in annotations {
            let Some((_, help)) = OF_THIS_PROJECT.iter().find(|(reserved, _)| key.as_str() == *reserved) else {
                continue;
            };
            out.push(
                Finding::error(
                    "annotation-reserved",
                    at.key(key.to_string()).the_key(),
                    format!("annotation `{key}` is reserved"),
                )
                .help(*help),
            );
        }
    };
    each_meta(view, |item, meta, at| {
        check(&meta.annotations, at.key("annotations"));
        if let Item::App(app) = item {
            check(&app.pod_annotations, at.key("pod_annotations"));
        }
    });
}

/// AppArmor by annotation, as before Kubernetes 1.30: the server refuses one of a container that the pod does not have.
pub(super) fn annotation_of_container(view: &View<'_>, out: &mut Vec<Finding>) {
    const PREFIX: &str = "container.apparmor.security.beta.kubernetes.io/";
    for (pod, full) in pairs(view) {
        let Some(app) = pod.app else { continue };
        let of_item = app.meta.annotations.iter().map(|(key, value)| ("annotations", key, value));
        let of_pods = app.pod_annotations.iter().map(|(key, value)| ("pod_annotations", key, value));
        for (block, key, value) in of_item.chain(of_pods) {
            let Some(name) = key.as_str().strip_prefix(PREFIX) else { continue };
            let at = pod.at.key(block).key(key.to_string());
            if !full.containers().any(|placed| placed.container.name.as_str() == name) {
                let names: Vec<_> = full.containers().map(|placed| format!("`{}`", placed.container.name)).collect();
                out.push(
                    Finding::error(
                        "annotation-of-container",
                        at.the_key(),
                        format!("{} has no container `{name}`", pod.describe()),
                    )
                    .help(format!(
                        "its containers are {}; or write `security: {{ app_armor_profile: \"…\" }}`",
                        names.join(", ")
                    )),
                );
            } else if !["runtime/default", "unconfined"].contains(&value.as_str()) && !value.starts_with("localhost/") {
                out.push(
                    Finding::error("annotation-of-container", at, format!("{value:?} is not an AppArmor profile"))
                        .help("write \"localhost/<name>\", \"runtime/default\" or \"unconfined\""),
                );
            }
        }
    }
}

/// A label or annotation stands once.
pub(super) fn duplicate_labels(view: &View<'_>, out: &mut Vec<Finding>) {
    each_meta(view, |item, meta, at| {
        repeated_keys(&meta.labels, "label", &|| at.key("labels"), out);
        repeated_keys(&meta.annotations, "annotation", &|| at.key("annotations"), out);
        if let Item::App(app) = item {
            repeated_keys(&app.pod_labels, "label", &|| at.key("pod_labels"), out);
            repeated_keys(&app.pod_annotations, "annotation", &|| at.key("pod_annotations"), out);
        }
    });
}

fn repeated_keys<K: AsRef<str>, V>(pairs: &[(K, V)], what: &str, at: &dyn Fn() -> Path, out: &mut Vec<Finding>) {
    for [(n, (key, _)), _] in repeated(pairs, |(key, _)| key.as_ref()) {
        let key = key.as_ref();
        out.push(
            Finding::error("duplicate-label", at().index(n).the_key(), format!("{what} `{key}` is declared twice"))
                .help("remove one of the two")
                .also(at().key(key.to_owned()).the_key(), "first declared"),
        );
    }
}

/// The annotations of an object fit into what the server keeps.
pub(super) fn annotation_size(view: &View<'_>, out: &mut Vec<Finding>) {
    let mut check = |annotations: &[(AnnotationKey, String)], doc: &str, at: Path| {
        let doc = if doc.is_empty() { 0 } else { doc.len() + "kubernetes.io/description".len() };
        let size: usize = annotations.iter().map(|(key, value)| key.as_str().len() + value.len()).sum();
        let largest = annotations.iter().max_by_key(|(_, value)| value.len());
        if let Some((key, _)) = largest.filter(|_| size + doc > MOST) {
            out.push(
                Finding::error(
                    "annotation-size",
                    at.key(key.to_string()),
                    format!("the annotations have {} bytes together, and {MOST} is the most", size + doc),
                )
                .help("put the text into a ConfigMap"),
            );
        }
    };
    each_meta(view, |item, meta, at| {
        check(&meta.annotations, &meta.doc, at.key("annotations"));
        if let Item::App(app) = item {
            check(&app.pod_annotations, "", at.key("pod_annotations"));
        }
    });
}
