//! "Did you mean".

/// Below this similarity a suggestion is more often wrong than right.
const SIMILAR: f64 = 0.8;

/// And so it is if more than two of five letters differ.
const DIFFERENT: f64 = 0.4;

/// The candidate that the word was probably meant to be.
///
/// Case, `-`, `_` and `.` do not count; then one letter may differ, then a word that one begins with the other, then the most similar by
/// Jaro-Winkler beyond 0.8, if not too many letters differ. Of equals, the first.
///
/// ```
/// use statefulapp_core::value::suggest;
///
/// let keys = ["replicas", "service_name", "storage"];
/// assert_eq!(suggest("replica", keys), Some("replicas"));
/// assert_eq!(suggest("serviceName", keys), Some("service_name"));
/// assert_eq!(suggest("colour", keys), None);
/// ```
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = plain(word);
    if word.is_empty() {
        return None;
    }
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let score = similarity(&word, &plain(candidate));
        if score > best.map_or(SIMILAR, |(score, _)| score) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn similarity(word: &str, candidate: &str) -> f64 {
    let likeness = strsim::jaro_winkler(word, candidate);
    #[allow(clippy::cast_precision_loss)]
    let differs = strsim::osa_distance(word, candidate) as f64 > DIFFERENT * word.len().max(candidate.len()) as f64;
    let (shorter, longer) = if word.len() < candidate.len() { (word, candidate) } else { (candidate, word) };
    if word == candidate {
        4.0
    } else if word.len() > 3 && strsim::osa_distance(word, candidate) == 1 {
        2.0 + likeness
    } else if shorter.len() >= 3 && longer.starts_with(shorter) {
        1.0 + likeness
    } else if differs {
        0.0
    } else {
        likeness
    }
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_' | '.')).flat_map(char::to_lowercase).collect()
}
