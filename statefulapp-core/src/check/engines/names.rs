//! The names that an engine is given: of users, databases and clusters, and its version.

use super::{Known, known};
use crate::engine::{Facts, KnownName, replication};
use crate::finding::{Finding, Path};
use crate::model::{Engine, EngineKind};
use crate::value::Image;
use crate::view::View;

/// What stands under a key of the `engine` block.
fn given<'a>(engine: &'a Engine, what: &str) -> Option<&'a str> {
    match what {
        "user" => engine.user.as_deref(),
        "database" => engine.database.as_deref(),
        "cluster" => engine.cluster.as_deref(),
        "replication user" => engine.replication.as_ref()?.user.as_deref(),
        _ => None,
    }
}

/// The name that an app gives, and its place.
fn name<'a>(known: &Known<'a>, name: &KnownName) -> Option<(Path, &'a str)> {
    let engine = known.declared.engine.as_ref();
    if let Some(text) = engine.and_then(|engine| given(engine, name.what)) {
        let at = known.at.key("engine");
        return Some(match name.what {
            "replication user" => (at.key("replication").key("user"), text),
            what => (at.key(what), text),
        });
    }
    let declared = !name.variable.is_empty() && known.declared.main.env(name.variable).is_some();
    declared.then(|| Some((known.env_at(name.variable), known.text_of(name.variable)?)))?
}

/// A name is one that the server takes.
pub(super) fn names(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.has_engine() || known.runs_entrypoint()) {
        let mut seen = Vec::new();
        for table in known.facts.names {
            let Some((at, text)) = name(&known, table).filter(|(at, _)| !seen.contains(at)) else { continue };
            seen.push(at.clone());
            if let Some((message, help)) = wrong(table, text, known.facts.title) {
                out.push(known.of(Finding::error("engine-name-invalid", at, message).help(help)));
            }
        }
    }
}

/// What is wrong with a name, and what to write.
fn wrong(table: &KnownName, text: &str, title: &str) -> Option<(String, String)> {
    let what = table.what;
    let KnownName { most, in_bytes, refused, reserved, .. } = *table;
    let (length, unit) = if in_bytes { (text.len(), "bytes") } else { (text.chars().count(), "characters") };
    if text.is_empty() {
        return Some((format!("the {what} of {title} has no name"), "write a name, or leave it out".to_owned()));
    }
    // What another variable gives is not known here.
    if text.contains("$(") {
        return None;
    }
    if most > 0 && length > most {
        let message = format!("the {what} `{text}` has {length} {unit}, and {title} takes {most}");
        return Some((message, format!("write {most} or fewer")));
    }
    if let Some(odd) = text.chars().find(|c| c.is_control() || refused.contains(*c)) {
        let message = format!("the {what} `{}` has a {odd:?}, which {title} does not take there", text.escape_debug());
        return Some((message, "write letters, digits, `-` and `_`".to_owned()));
    }
    if reserved.contains(&text) {
        return Some((format!("the {what} `{text}` is {title}'s own"), "choose another name".to_owned()));
    }
    None
}

/// Replicas log in as a user of their own: the password of one who is there already would be replaced, or their own refused.
pub(super) fn replication_user(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some(engine) = known.declared.engine.as_ref() else { continue };
        let Some(replication) = engine.replication.as_ref() else { continue };
        let administrator = match known.facts.kind {
            EngineKind::Postgres => engine.user.as_deref().or(known.text_of("POSTGRES_USER")).unwrap_or("postgres"),
            EngineKind::Mysql | EngineKind::Mariadb => "root",
            _ => continue,
        };
        let user = replication.user.as_deref().unwrap_or(replication::USER);
        let variables = ["POSTGRES_USER", "MYSQL_USER", "MARIADB_USER"];
        let others = variables.iter().filter_map(|name| known.text_of(name));
        let mut taken = others.chain(engine.user.as_deref()).chain([administrator]);
        if taken.any(|taken| taken == user) {
            let at = known.at.key("engine");
            let own = at.key("replication").key("user");
            let finding = Finding::error(
                "replication-user-taken",
                if replication.user.is_some() { own.clone() } else { at.key("user") },
                format!("`{user}` is a user of {} already, and replicas log in as one of their own", known.facts.title),
            )
            .help("choose another name for one of the two")
            .looked_at(at.key("user"))
            .looked_at(own);
            let finding = variables.iter().fold(finding, |finding, name| finding.looked_at(known.env_at(name)));
            out.push(known.of(finding));
        }
    }
}

/// The version of an engine is the tag of an image, and says which version that is.
pub(super) fn version(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some(version) = known.declared.engine.as_ref().and_then(|engine| engine.version.as_deref()) else {
            continue;
        };
        if known.declared.main.image.is_some() || known.facts.kind == EngineKind::Custom {
            continue;
        }
        if let Some((why, help)) = no_version(version, known.facts) {
            let finding = Finding::error(
                "engine-version-invalid",
                known.at.key("engine").key("version"),
                format!("{version:?} is no version of {}: {why}", known.facts.title),
            );
            out.push(finding.help(help).looked_at(known.at.key("image")));
        }
    }
}

/// Why no image has a version as its tag, and what to write.
fn no_version(version: &str, facts: &Facts) -> Option<(String, String)> {
    let newest = facts.versions.first().map_or("1", |series| series.tag);
    let write = || format!("write {newest:?}, or leave it out");
    let image = format!("{}:{version}", facts.image).parse::<Image>();
    if version.is_empty() || image.is_err() {
        return Some(("no image can have that tag".to_owned(), write()));
    }
    let (v, number) = version.strip_prefix('v').map_or(("", version), |number| ("v", number));
    let behind = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if behind.len() == number.len() {
        let help =
            format!("{}; a tag that names no version is written `image: \"{}:{version}\"`", write(), facts.image);
        return Some(("it begins with no number".to_owned(), help));
    }
    let usual = if newest.starts_with('v') { "v" } else { "" };
    if v != usual {
        let why = if usual.is_empty() {
            "the tags of its image begin with the number"
        } else {
            "the tags of its image begin with `v`"
        };
        return Some((why.to_owned(), format!("write {:?}", format!("{usual}{number}"))));
    }
    let early = ["rc", "beta", "alpha"].iter().find_map(|word| behind.strip_prefix(word));
    let is_early = early.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if !behind.is_empty() && !behind.starts_with('-') && !is_early {
        let (number, behind) = version.split_at(version.len() - behind.len());
        let number = number.trim_end_matches('.');
        let why = format!("`{behind}` follows its number without a `-`");
        return Some((why, format!("write {number:?} or {:?}", format!("{number}-{behind}"))));
    }
    None
}

/// The version is one that the engine knows how to configure.
pub(super) fn version_too_old(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::has_engine) {
        // The tags of an image of one's own may mean anything.
        let image = known.declared.main.image.as_ref();
        let is_own = image.is_some_and(|image| crate::engine::by_image(image).is_none());
        if is_own || known.version.at_least(known.facts.since) {
            continue;
        }
        let since: Vec<String> = known.facts.since.iter().map(u32::to_string).collect();
        let at = if image.is_some() { known.at.key("image") } else { known.at.key("engine").key("version") };
        let finding = Finding::error(
            "engine-version-too-old",
            at,
            format!(
                "version {} of {} is configured in another way: the engine is for {} and later",
                known.version,
                known.facts.title,
                since.join(".")
            ),
        )
        .help("take a newer version, or write the image and its configuration without `engine`");
        out.push(known.of(finding));
    }
}
