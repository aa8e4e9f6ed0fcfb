//! Variants of one image: another user, another C library.

use serde_json::Value;

use super::{Fact, first_pod, name_and_tag};
use crate::{
    engine,
    plan::{
        Class, Pair,
        object::{at, text},
    },
    value::Image,
};

/// The Debian releases that tags name, from the first on.
const DEBIAN: &[&str] = &["stretch", "buster", "bullseye", "bookworm", "trixie", "forky"];

/// Whether the server is another user than the one whose files are on the volume: the field that says so, and what follows.
pub(super) fn user(pair: &Pair<'_, '_>, old: &Value, new: &Value) -> Option<(String, Fact)> {
    let spec = |workload| at(workload, &["spec", "template", "spec"]);
    let said = |workload, container| {
        let of = |value| at(value, &["securityContext", "runAsUser"]).and_then(Value::as_u64);
        of(container).map(|uid| (uid, true)).or_else(|| spec(workload).and_then(of).map(|uid| (uid, false)))
    };
    let of_image = |container: &Value| {
        let image: Image = text(container, "image")?.parse().ok()?;
        let user = engine::by_image(&image)?.user(image.tag())?;
        Some(u64::from(user.uid))
    };
    let (was, now) = (said(pair.old.value, old), said(pair.new.value, new));
    let before = was.map(|(uid, _)| uid).or_else(|| of_image(old))?;
    let after = now.map(|(uid, _)| uid).or_else(|| of_image(new))?;
    if before == after {
        return None;
    }
    let field = match (was, now) {
        (None, None) => "image".to_owned(),
        (_, Some((_, true))) | (Some((_, true)), None) => "securityContext.runAsUser".to_owned(),
        _ => "..securityContext.runAsUser".to_owned(),
    };
    let text = format!(
        "the server runs as user {after} instead of {before}, whose files are on the volume, and fsGroup gives away no more \
         than their group (PostgreSQL, for one, does not start on files of another user): give them to {after} first, with \
         all pods stopped, by a pod that runs chown -R {after} as root"
    );
    Some((field, Fact { class: Class::Recreate, text, commands: vec![] }))
}

/// Another C library sorts text by other rules, and an index over text is of one order (PostgreSQL).
pub(super) fn collation(pair: &Pair<'_, '_>, engine: &str, old_image: &str, new_image: &str) -> Option<Fact> {
    if engine != "PostgreSQL" {
        return None;
    }
    let [old, new] = [old_image, new_image].map(|image| name_and_tag(image).1);
    let library = |tag: &str| tag.contains("alpine");
    let release = |tag: &str| DEBIAN.iter().position(|name| tag.contains(name));
    let (class, why) = if library(old) != library(new) {
        (Class::Recreate, "the image has another C library")
    } else if release(old).zip(release(new)).is_some_and(|(old, new)| old != new) {
        (Class::Rolling, "the image has another version of the C library")
    } else {
        return None;
    };
    let text = format!(
        "{why}, which sorts text by other rules: indexes over text give wrong answers until they are built again; see \
         https://wiki.postgresql.org/wiki/Locale_data_changes"
    );
    let command = r#"sh -c 'reindexdb --all -U "${POSTGRES_USER:-postgres}"'"#;
    let command = format!("kubectl exec {}{} -- {command}", first_pod(&pair.new), pair.new.namespace_flag());
    Some(Fact { class, text, commands: vec![command] })
}
