//! The front end: tokens → syntax → model → findings on their tokens. It makes no tokens, so that tests run it without a compiler.

use crate::diagnostics::Diagnostic;
use crate::parse::{self, Parsed};
use crate::spans::position;
use proc_macro2::TokenStream;
use statefulapp_core::check;
use statefulapp_core::finding::{Finding, Part, Path, Step};
use statefulapp_core::lower::{self, Lowered};

/// What the front end understood, before any token is made.
pub(crate) struct Front {
    pub(crate) parsed: Parsed,
    pub(crate) lowered: Lowered,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Tokens → syntax → model → findings, with the findings on their tokens.
pub(crate) fn front(body: TokenStream) -> Front {
    let mut parsed = parse::parse(body);
    let mut lowered = lower::lower(&parsed.tree);
    let checked = check::check(&lowered.stack);
    let mut diagnostics = std::mem::take(&mut parsed.diagnostics);
    for advice in std::mem::take(&mut lowered.advice) {
        if let Some(diagnostic) = diagnostics.iter_mut().find(|diagnostic| diagnostic.node == advice.node) {
            diagnostic.advise(advice);
        }
    }
    let findings = std::mem::take(&mut lowered.findings);
    // A word that is no key here is not mended by a colon behind it.
    diagnostics.retain(|said| {
        said.rule != "colon-missing"
            || said.help.contains('…')
            || !findings.iter().any(|finding| {
                finding.rule == "key-unknown"
                    && position(parsed.spans.get(parsed.tree.locate(&finding.at).id).0) == position(said.first)
            })
    });
    diagnostics.extend(
        findings.into_iter().filter(|finding| is_read(&parsed, &finding.at)).map(|finding| locate(&parsed, finding)),
    );
    let broken: Vec<Path> = lowered.broken.iter().map(|broken| parsed.tree.by_position(broken)).collect();
    diagnostics.extend(
        checked
            .into_iter()
            .filter(|finding| stands(&parsed, &lowered, &broken, finding))
            .map(|finding| locate(&parsed, finding)),
    );
    Front { parsed, lowered, diagnostics }
}

/// Whether what a rule found can be said now: nothing that it looked at is a Rust expression, or was reported already.
fn stands(parsed: &Parsed, lowered: &Lowered, broken: &[Path], finding: &Finding) -> bool {
    finding.places().all(|path| {
        let place = parsed.tree.locate(path);
        let by_position = parsed.tree.by_position(path);
        !place.unknown
            && !place.broken
            && !may_be_shifted(parsed, lowered, path)
            && !parsed.unread.contains(&place.id)
            && !lowered.broken.iter().any(|broken| related(broken, path))
            && !broken.iter().any(|broken| broken.contains(&by_position))
    })
}

/// Whether a place that is counted comes after an entry that could not be understood: then the count may be another one.
fn may_be_shifted(parsed: &Parsed, lowered: &Lowered, path: &Path) -> bool {
    path.steps.iter().enumerate().any(|(depth, step)| {
        let Step::Index(index) = step else { return false };
        let list = Path { item: path.item, steps: path.steps.iter().take(depth).cloned().collect(), ..Path::default() };
        let lost = lowered.broken.iter().filter(|broken| broken.steps.len() == depth + 1 && list.contains(broken));
        let mut lost = lost.filter_map(|broken| parsed.tree.position(broken));
        lost.any(|position| position <= *index)
    })
}

/// Whether the parser has not said that what stands there is no name or key at all.
fn is_read(parsed: &Parsed, path: &Path) -> bool {
    !parsed.unread.contains(&parsed.tree.locate(path).id)
}

/// Whether what is said of a place may only follow from a broken one: it lies in it, or around it. A broken item makes everything in
/// it uncertain, a broken key itself and the blocks that it stands in, but not the whole item.
fn related(broken: &Path, path: &Path) -> bool {
    broken.contains(path) || (!path.steps.is_empty() && path.contains(broken))
}

fn locate(parsed: &Parsed, finding: Finding) -> Diagnostic {
    let id = parsed.tree.locate(&finding.at).id;
    let word = match finding.at.part {
        Part::Word(word) => parsed.paths.get(&id).and_then(|path| path.words.get(word)),
        Part::Key | Part::Value => None,
    };
    let (first, last) = word.map_or_else(|| parsed.spans.get(id), |word| (*word, *word));
    let note = |(path, what): &(Path, String)| {
        let (first, _) = parsed.spans.get(parsed.tree.locate(path).id);
        format!("{what} at line {}", position(first).0)
    };
    let notes = finding.also.iter().map(note).collect();
    let Finding { severity, rule, message, help, .. } = finding;
    Diagnostic { severity, first, last, rule, node: 0, message, help, notes }
}
