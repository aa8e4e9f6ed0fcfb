//! From a stack to what `kubectl` takes: objects, YAML, a directory.
//!
//! ```text
//! rules → engines complete → objects → patches → what the server refuses → documents → YAML or files
//! ```
//!
//! ```
//! # use statefulapp_core::model::Stack;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let stack = Stack::default();
//! # let place = tempfile::tempdir()?;
//! # let directory = place.path().join("deploy");
//! let report = stack.write(&directory)?;
//! for file in &report.files {
//!     println!("{file}");
//! }
//! # Ok(())
//! # }
//! ```

mod chart;
mod documents;
mod error;
mod refused;
mod sorted;
mod values;

pub use error::{Error, NotKept, Place};

use crate::check;
use crate::engine;
use crate::finding::Findings;
use crate::manifest::{Object, Objects, SecretSource};
use crate::model::Stack;
use crate::output::secrets::Secrets;
use crate::output::{Keep, Layout, OutputDirectory, Report, Sealer, WriteOptions, yaml};
use documents::Documents;
use sorted::Sorted;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What a directory of a stack without a name is recorded as.
const UNNAMED: &str = "unnamed";

/// How [`Stack::write_with`] writes a directory.
///
/// ```
/// use statefulapp_core::{output::Layout, render::Options};
///
/// let options = Options { layout: Layout::ByApp, ..Options::default() };
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How objects are spread over files; default one file for each.
    pub layout: Layout,
    /// A file that keeps what `generate` makes, besides the directory. What it holds wins over the directory's Secrets.
    pub keep: Option<PathBuf>,
    /// The version of the chart that [`Layout::Helm`] makes; default 0.1.0.
    pub chart_version: Option<String>,
    /// Seals the Secrets, so that the directory holds none in clear text; then `generate` needs `keep`.
    pub seal: Option<Sealer>,
}

impl Stack {
    /// Everything that is wrong with the stack: what the rules find, and what the API server refuses in patched and raw
    /// objects, which the rules do not see.
    pub fn verify(&self) -> Findings {
        let completed = engine::complete(self);
        let mut findings = check::findings_in(self, &completed);
        // A stack with errors may give objects that are wrong for the same reasons.
        if !findings.has_errors() {
            findings = check::of_stack(self, [findings.findings, refused::findings(&completed)].concat());
        }
        findings
    }

    /// The Kubernetes objects, in the order of the items. Values from the environment and from files are read now.
    ///
    /// # Errors
    /// The stack breaks a rule, a Secret's value cannot be had, or is made by `generate`, which needs
    /// [`objects_with`](Self::objects_with).
    pub fn objects(&self) -> Result<Vec<Object>, Error> {
        let completed = self.completed()?;
        let secrets = self.unkept_secrets(&completed)?;
        Ok(Objects::new(&completed, &secrets).collect::<Result<_, _>>()?)
    }

    /// The Kubernetes objects, with the values of Secrets from elsewhere: [`Secrets`] with what was kept,
    /// [`Redacted`](crate::manifest::Redacted) for a look at everything else.
    ///
    /// # Errors
    /// The stack breaks a rule, or the source has no value.
    pub fn objects_with(&self, secrets: &dyn SecretSource) -> Result<Vec<Object>, Error> {
        let completed = self.completed()?;
        Ok(Objects::new(&completed, secrets).collect::<Result<_, _>>()?)
    }

    /// The objects as one YAML stream, in an order in which a cluster can take them.
    ///
    /// # Errors
    /// Those of [`objects`](Self::objects): a stack with `generate` needs [`yaml_keeping`](Self::yaml_keeping) or
    /// [`write`](Self::write).
    pub fn yaml(&self) -> Result<String, Error> {
        self.yaml_by(None)
    }

    /// The same, with a file that keeps what `generate` makes: it is written, with new values, before this returns. A
    /// directory that [`write`](Self::write) has written does as well, if it has all values.
    ///
    /// # Errors
    /// Those of [`objects`](Self::objects), and the file cannot be read or written.
    pub fn yaml_keeping(&self, keep: impl AsRef<Path>) -> Result<String, Error> {
        self.yaml_by(Some(keep.as_ref()))
    }

    fn yaml_by(&self, keep: Option<&Path>) -> Result<String, Error> {
        let mut text = String::new();
        self.stream(keep, &mut |part| {
            text.push_str(part);
            Ok(())
        })?;
        Ok(text)
    }

    /// Writes what [`yaml`](Self::yaml) gives, or with `keep` what [`yaml_keeping`](Self::yaml_keeping) gives, one object
    /// after the other: neither all objects nor the whole text are ever in memory.
    ///
    /// ```
    /// # use statefulapp_core::model::Stack;
    /// # let stack = Stack::default();
    /// stack.write_yaml(&mut std::io::stdout(), None)?;
    /// # Ok::<(), statefulapp_core::render::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`yaml_keeping`](Self::yaml_keeping), before anything is written; and the stream takes no more.
    pub fn write_yaml(&self, out: &mut dyn io::Write, keep: Option<&Path>) -> Result<(), Error> {
        let mut out = io::BufWriter::with_capacity(1 << 16, out);
        self.stream(keep, &mut |part| out.write_all(part.as_bytes()))?;
        out.flush().map_err(Error::Stream)
    }

    fn stream(&self, keep: Option<&Path>, write: &mut dyn FnMut(&str) -> io::Result<()>) -> Result<(), Error> {
        let completed = self.completed()?;
        let secrets = match keep {
            Some(keep) => self.kept_secrets(&completed, keep)?,
            None => self.unkept_secrets(&completed)?,
        };
        documents::stream(&completed, &secrets, write)
    }

    /// Writes a directory: one file for each object, and a `Kustomization`. See [`crate::output::write`] for what happens
    /// to what is there already. Secrets that an earlier run generated are kept.
    ///
    /// # Errors
    /// The stack breaks a rule, a Secret's value cannot be had, or the directory cannot be written; then it is as it was.
    pub fn write(&self, directory: impl AsRef<Path>) -> Result<Report, Error> {
        self.write_with(directory, &Options::default())
    }

    /// Writes a directory in another layout, keeping generated secrets elsewhere too, or sealed.
    ///
    /// # Errors
    /// As [`write`](Self::write), and the `kubeseal` program is missing or fails.
    pub fn write_with(&self, directory: impl AsRef<Path>, options: &Options) -> Result<Report, Error> {
        self.write_observed(directory.as_ref(), options, &mut |_| ())
    }

    /// Calls `observe` with the number of objects so far.
    pub(crate) fn write_observed(
        &self,
        directory: &Path,
        options: &Options,
        observe: &mut dyn FnMut(usize),
    ) -> Result<Report, Error> {
        let completed = self.completed()?;
        if options.layout == Layout::Helm {
            return self.write_chart(&completed, directory, options);
        }
        if options.seal.is_some() && options.keep.is_none() {
            values::require_kept(&completed, None, Place::Sealed)?;
        }
        let directory = OutputDirectory::open(directory, self.record_name(), &WriteOptions::default())?;
        let mut keep = directory.kept()?;
        if let Some(file) = &options.keep {
            keep = Keep::from_file(file)?.or(keep);
        }
        if directory.was_chart() {
            values::require_kept(&completed, Some(&keep), Place::Cluster)?;
        }
        let secrets = self.values(&completed, keep, options.keep.as_deref())?;
        let several = documents::several_namespaces(&completed);
        let (layout, seal) = (options.layout, options.seal.as_ref());
        let report = if layout == Layout::OneFile {
            let documents = Documents::new(Sorted::new(&completed, &secrets)?, seal, observe);
            directory.write(layout.files(documents, several))
        } else {
            let documents = Documents::new(Objects::new(&completed, &secrets), seal, observe);
            directory.write(layout.files(documents, several))
        };
        Ok(report?)
    }

    /// Writes a Helm chart. The values of Secrets are no part of it.
    fn write_chart(&self, completed: &Stack, directory: &Path, options: &Options) -> Result<Report, Error> {
        let chart = chart::chart(self, completed, options.chart_version.as_deref().unwrap_or(chart::VERSION))?;
        let directory = OutputDirectory::open(directory, self.record_name(), &WriteOptions::default())?;
        // What an earlier run generated and this one does not keep would be lost.
        let kept = directory.kept()?;
        match &options.keep {
            Some(file) if kept != Keep::new() => Keep::from_file(file)?.or(kept).save(file)?,
            Some(_) => {}
            None => values::require_none_kept(completed, &kept)?,
        }
        let several = documents::several_namespaces(completed);
        let documents = options.layout.files(chart.documents.into_iter().map(Ok), several);
        Ok(directory.write(chart.files.into_iter().map(Ok).chain(documents))?)
    }

    /// The stack as the engines complete it, if nothing is wrong with it.
    pub(crate) fn completed(&self) -> Result<Stack, Error> {
        let completed = engine::complete(self);
        let wrong = |findings: Findings| findings.errors().map_or(Ok(()), Err);
        wrong(check::findings_in(self, &completed))?;
        wrong(check::of_stack(self, refused::findings(&completed)))?;
        Ok(completed)
    }

    /// The values of Secrets where nothing keeps generated ones.
    pub(crate) fn unkept_secrets(&self, completed: &Stack) -> Result<Secrets, Error> {
        values::require_kept(completed, None, Place::Stream)?;
        self.values(completed, Keep::new(), None)
    }

    /// The values of Secrets with those that a file keeps, or a directory that was written before.
    pub(crate) fn kept_secrets(&self, completed: &Stack, place: &Path) -> Result<Secrets, Error> {
        if !place.is_dir() {
            return self.values(completed, Keep::from_file(place)?, Some(place));
        }
        let keep = Keep::from_dir(place, self.record_name())?;
        values::require_kept(completed, Some(&keep), Place::Directory)?;
        self.values(completed, keep, None)
    }

    /// The values of Secrets, all of which can be had; new ones are in the file when this returns.
    fn values(&self, completed: &Stack, keep: Keep, file: Option<&Path>) -> Result<Secrets, Error> {
        let namespace = self.namespace.as_ref().map(|namespace| namespace.as_str());
        let secrets = Secrets::new(keep, namespace);
        values::require_all(completed, &secrets)?;
        let Some(file) = file else { return Ok(secrets) };
        let keep = secrets.into_keep();
        keep.save(file)?;
        Ok(Secrets::new(keep, namespace))
    }

    /// What a directory of this stack is recorded as.
    fn record_name(&self) -> &str {
        self.name.as_ref().map_or(UNNAMED, |name| name.as_str())
    }
}

/// The objects as pretty JSON: one alone, or a `List` of several.
///
/// # Errors
/// Never, for the objects of a stack.
pub(crate) fn json(objects: &[&Object]) -> Result<String, Error> {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "camelCase")]
    struct List<'a> {
        api_version: &'static str,
        kind: &'static str,
        items: &'a [&'a Object],
    }
    Ok(match objects {
        [object] => yaml::to_json(object)?,
        items => yaml::to_json(&List { api_version: "v1", kind: "List", items })?,
    })
}
