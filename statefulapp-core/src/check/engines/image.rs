//! The image and its version.

use super::{Known, known};
use crate::engine;
use crate::finding::{Finding, Path};
use crate::model::EngineKind;
use crate::view::View;

/// The image is one of the engine's. An image of which nothing is known is taken for one.
pub(super) fn image_mismatch(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let (Some(engine), Some(image)) = (&known.declared.engine, &known.declared.main.image) else { continue };
        let at = known.at.key("image");
        if engine.kind != EngineKind::Custom
            && let Some(other) = engine::by_image(image)
            && other.kind != engine.kind
        {
            out.push(
                Finding::error(
                    "engine-image-mismatch",
                    at.clone(),
                    format!("the image `{image}` is {}, and the engine is {}", other.title, known.facts.title),
                )
                .help(format!("write `engine: {}`, or an image of {}", other.name, known.facts.title))
                .also(known.at.key("engine"), "the engine"),
            );
        } else if let (Some(version), Some(tag)) = (&engine.version, image.tag())
            && let (Some(said), Some(tagged)) = (numbers(version), numbers(tag))
            && !said.iter().zip(&tagged).all(|(a, b)| a == b)
        {
            out.push(
                Finding::error(
                    "engine-image-mismatch",
                    known.at.key("engine").key("version"),
                    format!("the version is `{version}`, and the image's tag is `{tag}`"),
                )
                .help("leave out one of them")
                .also(at, "the image"),
            );
        }
    }
}

fn numbers(tag: &str) -> Option<Vec<u32>> {
    let version = engine::VersionNumber::of_tag(tag)?;
    Some(version.to_string().split('.').filter_map(|number| number.parse().ok()).collect())
}

/// Where the version stands, and what stands there.
fn version<'a>(known: &Known<'a>) -> Option<(Path, &'a str)> {
    match (&known.declared.main.image, &known.declared.engine) {
        (Some(image), _) => Some((known.at.key("image"), image.tag()?)),
        (None, Some(engine)) => Some((known.at.key("engine").key("version"), engine.version.as_deref()?)),
        (None, None) => None,
    }
}

/// The version is one that the table knows.
pub(super) fn version_unknown(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some((at, tag)) = version(&known) else { continue };
        // Of an image of one's own, and of another engine's, the tags mean something else.
        let is_own = |image| engine::by_image(image).is_none_or(|facts| facts.kind != known.facts.kind);
        let is_own = known.declared.main.image.as_ref().is_some_and(is_own);
        if is_own
            || known.facts.versions.is_empty()
            || numbers(tag).is_none()
            || known.facts.series(&known.version).is_some()
        {
            continue;
        }
        let series = supported(known.facts);
        out.push(
            known.of(Finding::warning(
                "engine-version-unknown",
                at,
                format!(
                    "version `{tag}` of {} is not one that is known here: it is taken for the newest",
                    known.facts.title
                ),
            )
            .help(format!("known are {}", series.join(", ")))),
        );
    }
}

/// The version is still mended by its makers.
pub(super) fn version_ended(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some((at, tag)) = version(&known) else { continue };
        let Some(series) = known.facts.series(&known.version).filter(|series| !series.ended.is_empty()) else {
            continue;
        };
        let supported = supported(known.facts);
        out.push(
            known.of(Finding::warning(
                "engine-version-ended",
                at,
                format!("version `{tag}` of {} gets no corrections since {}", known.facts.title, series.ended),
            )
            .help(format!("supported are {}", supported.join(", ")))),
        );
    }
}

/// The tags of the series that are still mended; a bare number stands for several of them.
fn supported(facts: &engine::Facts) -> Vec<&'static str> {
    facts.versions.iter().filter(|series| series.ended.is_empty() && series.tag.contains('.')).map(|s| s.tag).collect()
}
