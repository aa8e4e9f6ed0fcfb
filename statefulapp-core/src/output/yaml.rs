//! Objects as YAML and JSON.
//!
//! The text is the same for the same object, whatever the machine, the locale and the time. Strings are written so that
//! `kubectl` (whose reader knows YAML 1.1), a YAML 1.2 reader and this crate read the same string:
//! `yes`, `0o7`, `12:30` and their like are quoted, a text of several lines is a literal block where that reads back
//! exactly, and a long line is never folded.

use super::{emit, ordered::Ordered};
use crate::finding::{Path, Step};
use serde::Serialize;
use std::fmt;

/// A value that cannot be written: a number that is not finite, or a map whose keys are not strings. The objects of
/// k8s-openapi never fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    message: String,
}

impl Error {
    pub(super) fn new(message: String) -> Self {
        Self { message }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot write the object: {}", self.message)
    }
}

impl std::error::Error for Error {}

impl serde::ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}

/// The object as one YAML document, without a `---`, with a line break at its end.
///
/// The fields of structs (all Kubernetes objects) are in the order in which people write them: `apiVersion`, `kind`,
/// `metadata`, `spec`; `name` first; unknown ones by the alphabet. The entries of maps (labels, the data of a
/// ConfigMap) keep the order in which they come.
///
/// # Errors
///
/// See [`Error`]; objects of k8s-openapi never fail.
///
/// # Examples
///
/// ```
/// use statefulapp_core::output::yaml;
/// use k8s_openapi::api::core::v1::ConfigMap;
///
/// let mut config = ConfigMap::default();
/// config.metadata.name = Some("settings".into());
/// config.data = Some([("debug".into(), "yes".into()), ("motd".into(), "hello\nworld\n".into())].into());
/// assert_eq!(
///     yaml::to_yaml(&config)?,
///     "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  debug: \"yes\"\n  motd: |\n    hello\n    world\n",
/// );
/// # Ok::<(), yaml::Error>(())
/// ```
pub fn to_yaml<T: Serialize + ?Sized>(object: &T) -> Result<String, Error> {
    Ok(emit::document(&Ordered::new(object)?))
}

/// The object as YAML, with texts in the place of some of its values.
pub(crate) fn to_yaml_with<T: Serialize + ?Sized>(object: &T, texts: &[(Vec<Step>, String)]) -> Result<String, Error> {
    let mut ordered = Ordered::new(object)?;
    for (steps, text) in texts {
        if !ordered.set(steps, text) {
            return Err(Error::new(format!(
                "there is no `{}`",
                Path { steps: steps.iter().cloned().collect(), ..Path::default() }
            )));
        }
    }
    Ok(emit::document(&ordered))
}

/// The object as pretty JSON with the fields in the order of [`to_yaml`], with a line break at its end.
///
/// # Errors
///
/// See [`Error`]; objects of k8s-openapi never fail.
pub fn to_json<T: Serialize + ?Sized>(object: &T) -> Result<String, Error> {
    let ordered = Ordered::new(object)?;
    let mut json = serde_json::to_string_pretty(&ordered).map_err(|error| Error::new(error.to_string()))?;
    json.push('\n');
    Ok(json)
}

/// What stands between two documents of a stream.
pub(crate) const BETWEEN: &str = "---\n";

/// Joins documents to one stream: a line `---` between each two.
///
/// ```
/// use statefulapp_core::output::yaml::join;
///
/// assert_eq!(join(["a: 1\n", "b: 2\n"]), "a: 1\n---\nb: 2\n");
/// ```
pub fn join<'a>(documents: impl IntoIterator<Item = &'a str>) -> String {
    let mut stream = String::new();
    for document in documents {
        push_document(&mut stream, document);
    }
    stream
}

/// Appends a document to a stream of documents, behind a line `---` if it is not the first.
pub fn push_document(stream: &mut String, document: &str) {
    if !stream.is_empty() {
        stream.push_str(BETWEEN);
    }
    stream.push_str(document);
    if !document.ends_with('\n') {
        stream.push('\n');
    }
}
