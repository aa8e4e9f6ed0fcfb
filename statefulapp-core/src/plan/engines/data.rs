//! Where an engine's data is: on which volume, in which of its directories.

use serde_json::Value;

use super::{Fact, table::Engine, variable, version};
use crate::plan::{
    Class, Pair,
    object::{at, list, text},
};

/// A directory of a volume.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    volume: String,
    directory: String,
}

/// Whether the container mounts a claim.
pub(super) fn is_on_volume(workload: &Value, container: &Value) -> bool {
    let mounts = list(container, &["volumeMounts"]);
    mounts.iter().filter_map(|mount| text(mount, "name")).any(|volume| is_persistent(workload, volume))
}

fn is_persistent(workload: &Value, volume: &str) -> bool {
    let templates = list(workload, &["spec", "volumeClaimTemplates"]);
    let volumes = list(workload, &["spec", "template", "spec", "volumes"]);
    let is_claim =
        |found: &Value| text(found, "name") == Some(volume) && at(found, &["persistentVolumeClaim"]).is_some();
    templates.iter().any(|claim| at(claim, &["metadata", "name"]).and_then(Value::as_str) == Some(volume))
        || volumes.iter().any(is_claim)
}

/// The value of a variable, or of a flag in `command` and `args` (`--flag=value`, `--flag value`).
pub(super) fn setting(container: &Value, name: &str) -> Option<String> {
    if !name.starts_with("--") {
        return text(variable(container, name)?, "value").map(str::to_owned);
    }
    let words = list(container, &["command"]).iter().chain(list(container, &["args"])).filter_map(Value::as_str);
    let mut found = false;
    for word in words {
        if found {
            return Some(word.to_owned());
        }
        match word.split_once('=') {
            Some((flag, value)) if flag == name => return Some(value.to_owned()),
            _ => found = word == name,
        }
    }
    None
}

/// The data directory, and the setting that says so.
fn directory<'e>(engine: &'e Engine, container: &Value) -> (String, Option<&'e str>) {
    let said = engine.data.iter().find_map(|name| Some((setting(container, name)?, Some(*name))));
    said.unwrap_or_else(|| {
        let major = text(container, "image").and_then(version).map_or(0, |version| version.major);
        if engine.data_default == "/var/lib/postgresql/data" && major >= 18 {
            // From 18 on the image keeps every major version in a directory of its own.
            return (format!("/var/lib/postgresql/{major}/docker"), None);
        }
        (engine.data_default.into(), None)
    })
}

/// The directory of a persistent volume that a path of the container leads to.
fn place(workload: &Value, container: &Value, path: &str) -> Option<Place> {
    let path = path.trim_end_matches('/');
    let below = |mount: &Value| {
        let point = text(mount, "mountPath")?.trim_end_matches('/');
        let rest = path.strip_prefix(point)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| (point.len(), rest.trim_matches('/').to_owned()))
    };
    let mounts = list(container, &["volumeMounts"]).iter().filter_map(|mount| Some((mount, below(mount)?)));
    let (mount, (_, rest)) = mounts.max_by_key(|(_, (depth, _))| *depth)?;
    let volume = text(mount, "name").filter(|volume| is_persistent(workload, volume))?;
    let sub_path = text(mount, "subPath").or_else(|| text(mount, "subPathExpr")).unwrap_or_default();
    let parts = [sub_path.trim_matches('/'), rest.as_str()];
    let parts = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    Some(Place { volume: volume.into(), directory: parts.join("/") })
}

/// Whether the engine looks for its data elsewhere than it was: the field that says so, and what follows.
pub(super) fn moved(
    pair: &Pair<'_, '_>,
    [before, after]: [&Engine; 2],
    [old, new]: [&Value; 2],
) -> Option<(String, Fact)> {
    let ((old_directory, _), (new_directory, setting)) = (directory(before, old), directory(after, new));
    let was = place(pair.old.value, old, &old_directory)?;
    if !is_persistent(pair.new.value, &was.volume) {
        // The removed volume is a change of its own.
        return None;
    }
    let now = place(pair.new.value, new, &new_directory);
    if now.as_ref() == Some(&was) {
        return None;
    }
    let shown = |place: &Place| match place.directory.as_str() {
        "" => format!("the top of volume {}", place.volume),
        directory => format!("{directory} of volume {}", place.volume),
    };
    let name = after.name;
    let text = match &now {
        Some(now) => {
            format!("{name} looks for its data in {} instead of {}, and starts empty", shown(now), shown(&was))
        }
        None => format!(
            "{name} keeps its data in {new_directory}, which is on no volume any more: it starts empty, and loses what it \
             writes with its container; the data stays in {}",
            shown(&was)
        ),
    };
    let field = match setting {
        Some(flag) if flag.starts_with("--") => "args".to_owned(),
        Some(variable) if old_directory != new_directory => format!("env[{variable}]"),
        _ => "volumeMounts".to_owned(),
    };
    Some((field, Fact { class: Class::Destroys, text, commands: vec![] }))
}

/// The variable that names a file of this volume: `POSTGRES_PASSWORD_FILE` for the key that it is mounted from.
pub(super) fn file_variable<'a>(container: &'a Value, volume: &str, key: &str) -> Option<&'a str> {
    let mounts = list(container, &["volumeMounts"]);
    let mount = mounts.iter().find(|mount| text(mount, "name") == Some(volume))?;
    let directory = text(mount, "mountPath")?.trim_end_matches('/');
    let is_file = |path: &str| {
        let rest = path.strip_prefix(directory);
        rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('/') == Some(key))
    };
    let variables = list(container, &["env"]).iter();
    let mut variables = variables.filter_map(|variable| Some((text(variable, "name")?, text(variable, "value")?)));
    variables.find_map(|(name, path)| (name.ends_with("_FILE") && is_file(path)).then_some(name))
}
