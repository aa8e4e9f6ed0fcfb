//! Why a stack has no manifests.

use crate::finding::Findings;
use crate::manifest::BuildError;
use crate::output::{OutputError, yaml};
use std::fmt;

/// Why a stack has no manifests, all reasons of one sort at once. Nothing was written, but for [`Stream`](Self::Stream).
///
/// Both `Display` and `Debug` are a report for people, so that `main` may return it. The value of a Secret is never in it.
#[non_exhaustive]
pub enum Error {
    /// What the rules find, and what the API server refuses in patched and raw objects.
    Findings(Findings),
    /// An object cannot be built.
    Build(BuildError),
    /// Secrets whose values cannot be had: a variable that is not set, a file that is not there.
    Secrets(Vec<BuildError>),
    /// Secrets that are made once and then kept, and nothing says where.
    NotKept(NotKept),
    /// The directory, or the file with kept secrets.
    Output(OutputError),
    /// The stream that [`Stack::write_yaml`](crate::model::Stack::write_yaml) writes to. A part of the objects was written.
    Stream(std::io::Error),
}

/// Values of Secrets that are to be made once and kept, where nothing keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotKept {
    /// The keys, as `secret.key`.
    pub keys: Vec<String>,
    /// What does not keep them.
    pub place: Place,
}

/// What does not keep the values of Secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Standard output, or the memory of a program.
    Stream,
    /// A directory whose Secrets are sealed.
    Sealed,
    /// A directory that is only read here.
    Directory,
    /// A directory that is about to become a Helm chart, which has no values.
    Chart,
    /// A directory that was a Helm chart, whose cluster made them.
    Cluster,
}

impl fmt::Display for NotKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, are) = match &*self.keys {
            [] => ("a value", " is".to_owned()),
            [only] => (&**only, " is".to_owned()),
            [first, more @ ..] => (&**first, format!(" and {} more are", more.len())),
        };
        let (why, help) = match self.place {
            Place::Stream => (
                "this output does not keep them",
                "add `--keep FILE` (`Stack::yaml_keeping` in Rust), or write to a directory, which keeps them",
            ),
            Place::Sealed => ("sealed Secrets cannot be read again", "add `--keep FILE` (`Options::keep` in Rust)"),
            Place::Chart => (
                "a chart does not keep them, and those that the directory has would be lost",
                "add `--keep FILE` (`Options::keep` in Rust), or write the chart to another directory",
            ),
            Place::Cluster => (
                "the directory is a chart, and the cluster that it was installed in made them",
                "give them: `kubectl get secret NAME -o yaml > FILE` and `--keep FILE`; if the chart was never installed, \
                 write to another directory",
            ),
            Place::Directory => {
                ("the directory has no value yet", "write the directory first, or keep the values in a file")
            }
        };
        write!(f, "`{first}`{are} made by `generate` once and must be the same at every run, but {why}\n  help: {help}")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Findings(findings) => findings.fmt(f),
            Error::Build(error) => write!(f, "error: {error}"),
            Error::Secrets(errors) => {
                for (n, error) in errors.iter().enumerate() {
                    write!(f, "{}error: {error}", if n > 0 { "\n" } else { "" })?;
                }
                Ok(())
            }
            Error::NotKept(error) => write!(f, "error: {error}"),
            Error::Output(error) => write!(f, "error: {error}"),
            Error::Stream(error) => write!(f, "error: the objects cannot be written: {error}"),
        }
    }
}

/// The report on lines of its own, behind the `Error:` that Rust writes for a failed `main`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stack cannot be written\n\n{self}")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Output(error) => error.source(),
            Error::Stream(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Findings> for Error {
    fn from(findings: Findings) -> Self {
        Error::Findings(findings)
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Error::Build(error)
    }
}

/// An object that could not be built on its way into a file is that error again.
impl From<OutputError> for Error {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Build(error) => Error::Build(error),
            other => Error::Output(other),
        }
    }
}

impl From<yaml::Error> for Error {
    fn from(error: yaml::Error) -> Self {
        Error::Output(error.into())
    }
}
