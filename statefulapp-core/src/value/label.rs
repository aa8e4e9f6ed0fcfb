//! Labels and annotations.

use super::error::{ValueError, error, shown, tidied};
use super::name::is_subdomain;
use super::text::{text_value, widens};

/// The longest name part of a key, and the longest value.
const NAME: usize = 63;
/// The longest prefix of a key.
const PREFIX: usize = 253;

text_value! {
    /// The key of a label: `[prefix/]name`. The name has letters, digits, '-', '_' and '.', with a letter or digit at
    /// both ends, up to 63 bytes; the prefix is a subdomain of up to 253.
    ///
    /// ```
    /// use statefulapp_core::value::LabelKey;
    ///
    /// assert!("app.kubernetes.io/name".parse::<LabelKey>().is_ok());
    /// assert!("Example.com/name".parse::<LabelKey>().is_err());
    /// ```
    LabelKey, check_label_key
}

text_value! {
    /// The value of a label: empty, or letters, digits, '-', '_' and '.', with a letter or digit at both ends, up to
    /// 63 bytes.
    LabelValue, check_label_value
}

text_value! {
    /// The key of an annotation: as a [`LabelKey`], but the prefix may have upper case.
    AnnotationKey, check_annotation_key
}

text_value! {
    /// The node label that spreads or gathers pods, such as `topology.kubernetes.io/zone`: a [`LabelKey`].
    TopologyKey, check_topology_key
}

widens! {
    LabelKey => AnnotationKey,
    LabelKey => TopologyKey,
    TopologyKey => LabelKey,
}

impl LabelKey {
    /// The part before the '/', if any.
    pub fn prefix(&self) -> Option<&str> {
        self.as_str().split_once('/').map(|(prefix, _)| prefix)
    }
}

/// Both rules of one kind of key.
struct Key {
    what: &'static str,
    invalid: &'static str,
    too_long: &'static str,
}

const LABEL: Key = Key { what: "a label key", invalid: "label-key-invalid", too_long: "label-key-too-long" };
const ANNOTATION: Key =
    Key { what: "an annotation key", invalid: "annotation-key-invalid", too_long: "annotation-key-too-long" };
const TOPOLOGY: Key = Key { what: "a topology key", invalid: "topology-key-invalid", too_long: "topology-key-invalid" };

fn check_label_key(text: &str) -> Result<(), ValueError> {
    qualified_name(text, text, &LABEL)
}

fn check_topology_key(text: &str) -> Result<(), ValueError> {
    qualified_name(text, text, &TOPOLOGY)
}

fn check_annotation_key(text: &str) -> Result<(), ValueError> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return qualified_name(text, &text.to_ascii_lowercase(), &ANNOTATION);
    }
    // The two characters that are lowered to an ASCII letter: the server lets them pass.
    if text.contains(['\u{130}', '\u{212a}']) {
        let plain = text.replace('\u{130}', "I").replace('\u{212a}', "K");
        qualified_name(text, &plain.to_ascii_lowercase(), &ANNOTATION)?;
        let wrong = "is not an annotation key: it has a letter that only looks like one of ASCII";
        return Err(error("annotation-key-not-ascii", text, wrong, format!("write {plain:?}")));
    }
    qualified_name(text, text, &ANNOTATION)
}

fn check_label_value(text: &str) -> Result<(), ValueError> {
    if text.is_empty() || (text.len() <= NAME && is_name(text)) { Ok(()) } else { Err(bad_label_value(text)) }
}

/// Checks `key`, which is `text` with its case changed where case is free.
fn qualified_name(text: &str, key: &str, kind: &Key) -> Result<(), ValueError> {
    if is_qualified_name(key) { Ok(()) } else { Err(bad_key(text, key, kind)) }
}

/// `[prefix/]name`, as the keys of labels and the names of resources are.
pub(super) fn is_qualified_name(key: &str) -> bool {
    let (prefix, name) = prefix_and_name(key);
    prefix.is_none_or(|prefix| prefix.len() <= PREFIX && is_subdomain(prefix)) && name.len() <= NAME && is_name(name)
}

fn prefix_and_name(key: &str) -> (Option<&str>, &str) {
    key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name))
}

/// Letters, digits, '-', '_' and '.', with a letter or digit at both ends.
fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|b| is_name_char(char::from(*b)))
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cold]
fn bad_key(text: &str, key: &str, kind: &Key) -> ValueError {
    let what = kind.what;
    let (prefix, name) = prefix_and_name(key);
    if let Some(prefix) = prefix {
        if text.matches('/').count() > 1 {
            let help = "write prefix/name with one '/', for instance \"example.com/name\"";
            return error(kind.invalid, text, format_args!("is not {what}: it has more than one '/'"), help);
        }
        if !is_subdomain(prefix) {
            let wrong = format_args!("is not {what}: the prefix {prefix:?} is not a DNS subdomain");
            let lower = text.replace(prefix, &prefix.to_ascii_lowercase());
            let help = if is_qualified_name(&lower) {
                format!("write {lower:?}")
            } else {
                "write a prefix of lower-case letters, digits, '-' and '.', for instance \"example.com/name\""
                    .to_owned()
            };
            return error(kind.invalid, text, wrong, help);
        }
        if prefix.len() > PREFIX {
            let wrong = format_args!("is not {what}: the prefix has {} bytes, at most {PREFIX}", prefix.len());
            return error(kind.too_long, text, wrong, "shorten the prefix");
        }
    }
    if is_name(name) {
        let wrong = format_args!("is not {what}: the name has {} bytes, at most {NAME}", name.len());
        return error(kind.too_long, text, wrong, "shorten the name");
    }
    let wrong = format_args!("is not {what}: {}", name_fault(name));
    let help = match (prefix, tidy_name(name)) {
        (_, None) => "write letters, digits, '-', '_' and '.', for instance \"app.kubernetes.io/name\"".to_owned(),
        (Some(prefix), Some(tidy)) => format!("write {:?}", format!("{prefix}/{tidy}")),
        (None, Some(tidy)) => format!("write {tidy:?}"),
    };
    error(kind.invalid, text, wrong, help)
}

#[cold]
fn bad_label_value(text: &str) -> ValueError {
    if is_name(text) {
        let wrong = format_args!("is too long for a label value: {} bytes, and it has at most {NAME}", text.len());
        return error(
            "label-value-too-long",
            text,
            wrong,
            "shorten it, or make it an annotation, which takes any text",
        );
    }
    let help = match tidy_name(text) {
        None => "write letters, digits, '-', '_' and '.', or make it an annotation, which takes any text".to_owned(),
        Some(tidy) => format!("write {tidy:?}, or make it an annotation, which takes any text"),
    };
    error("label-value-invalid", text, format_args!("is not a label value: {}", name_fault(text)), help)
}

fn name_fault(name: &str) -> String {
    match name.chars().find(|c| !is_name_char(*c)) {
        _ if name.is_empty() => "the name is empty".to_owned(),
        Some(c) => format!("{} is not an ASCII letter, a digit, '-', '_' or '.'", shown(c)),
        None => "it must begin and end with a letter or digit".to_owned(),
    }
}

/// The name that was probably meant, cut to fit.
fn tidy_name(text: &str) -> Option<String> {
    let mut tidy = tidied(text, is_name_char, '-')?;
    tidy.truncate(NAME);
    let tidy = tidy.trim_matches(['-', '_', '.']);
    (!tidy.is_empty()).then(|| tidy.to_owned())
}
