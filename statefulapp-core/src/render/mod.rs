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
mod spool;
mod values;

pub use error::{Error, NotKept, Place};

use crate::check;
use crate::engine;
use crate::finding::Findings;
use crate::manifest::{BuildError, Object, Objects, SecretSource};
use crate::model::Stack;
use crate::output::secrets::Secrets;
use crate::output::{Keep, Layout, OutputDirectory, Report, Sealer, WriteOptions, yaml};
use documents::Documents;
use spool::Spool;
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
        let mut findings = check::findings(self);
        // A stack with errors may give objects that are wrong for the same reasons.
        if !findings.has_errors() {
            findings = check::of_stack(self, [findings.findings, refused::findings(self)].concat());
        }
        findings
    }

    /// The Kubernetes objects, in the order of the items. Values from the environment and from files are read now.
    ///
    /// # Errors
    /// The stack breaks a rule, a Secret's value cannot be had, or is made by `generate`, which needs
    /// [`objects_with`](Self::objects_with).
    pub fn objects(&self) -> Result<Vec<Object>, Error> {
        self.require()?;
        let secrets = self.unkept_secrets()?;
        Ok(Objects::completing(self, &secrets).collect::<Result<_, _>>()?)
    }

    /// The Kubernetes objects, with the values of Secrets from elsewhere: [`Secrets`] with what was kept,
    /// [`Redacted`](crate::manifest::Redacted) for a look at everything else.
    ///
    /// # Errors
    /// The stack breaks a rule, or the source has no value.
    pub fn objects_with(&self, secrets: &dyn SecretSource) -> Result<Vec<Object>, Error> {
        self.require()?;
        Ok(Objects::completing(self, secrets).collect::<Result<_, _>>()?)
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
        self.stream(keep, Spool::in_memory(), &mut |part| {
            text.push_str(part);
            Ok(())
        })?;
        Ok(text)
    }

    /// Writes what [`yaml`](Self::yaml) gives, or with `keep` what [`yaml_keeping`](Self::yaml_keeping) gives, one object
    /// after the other: neither all objects nor the whole text are ever in memory. What is longer than 64 MiB waits for its
    /// turn in a temporary file without a name; Secrets never do.
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
        self.stream(keep, Spool::new(), &mut |part| out.write_all(part.as_bytes()))?;
        out.flush().map_err(Error::Stream)
    }

    fn stream(
        &self,
        keep: Option<&Path>,
        spool: Spool,
        write: &mut dyn FnMut(&str) -> io::Result<()>,
    ) -> Result<(), Error> {
        self.require()?;
        let secrets = match keep {
            Some(keep) => self.kept_secrets(keep)?,
            None => self.unkept_secrets()?,
        };
        documents::stream(Objects::completing(self, &secrets), spool, write)
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
        if options.layout == Layout::Helm {
            return self.write_chart(&self.completed()?, directory, options);
        }
        self.require()?;
        if options.seal.is_some() && options.keep.is_none() {
            values::require_kept(self, None, Place::Sealed)?;
        }
        let directory = OutputDirectory::open(directory, self.record_name(), &WriteOptions::default())?;
        let mut keep = directory.kept()?;
        if let Some(file) = &options.keep {
            keep = Keep::from_file(file)?.or(keep);
        }
        if directory.was_chart() {
            values::require_kept(self, Some(&keep), Place::Cluster)?;
        }
        let secrets = self.values(keep, options.keep.as_deref())?;
        let several = documents::several_namespaces(self);
        let (layout, seal) = (options.layout, options.seal.as_ref());
        let documents = Documents::new(Objects::completing(self, &secrets), seal, observe);
        let report = if layout == Layout::OneFile {
            let mut spool = Spool::new();
            for document in documents {
                spool.push(&document?)?;
            }
            directory.write(layout.files(spool.sorted(), several))
        } else {
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

    /// An error if anything is wrong with the stack.
    pub(crate) fn require(&self) -> Result<(), Error> {
        check::require(self)?;
        check::of_stack(self, refused::findings(self)).errors().map_or(Ok(()), |errors| Err(errors.into()))
    }

    /// The stack as the engines complete it, if nothing is wrong with it.
    pub(crate) fn completed(&self) -> Result<Stack, Error> {
        self.require()?;
        Ok(engine::complete(self))
    }

    /// The values of Secrets where nothing keeps generated ones.
    pub(crate) fn unkept_secrets(&self) -> Result<Secrets, Error> {
        values::require_kept(self, None, Place::Stream)?;
        self.values(Keep::new(), None)
    }

    /// The values of Secrets with those that a file keeps, or a directory that was written before.
    pub(crate) fn kept_secrets(&self, place: &Path) -> Result<Secrets, Error> {
        if !place.is_dir() {
            return self.values(Keep::from_file(place)?, Some(place));
        }
        let keep = Keep::from_dir(place, self.record_name())?;
        values::require_kept(self, Some(&keep), Place::Directory)?;
        self.values(keep, None)
    }

    /// The values of Secrets, all of which can be had; new ones are in the file when this returns.
    fn values(&self, keep: Keep, file: Option<&Path>) -> Result<Secrets, Error> {
        let namespace = self.namespace.as_ref().map(|namespace| namespace.as_str());
        let secrets = Secrets::new(keep, namespace);
        values::require_all(self, &secrets)?;
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

/// Writes the objects as pretty JSON, one after the other: one alone, or a `List` of several.
///
/// # Errors
/// An object cannot be built, and the stream takes no more.
pub(crate) fn write_json(
    mut objects: impl Iterator<Item = Result<Object, BuildError>>,
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    let (first, mut next) = (objects.next().transpose()?, objects.next().transpose()?);
    let Some(first) = first else {
        return out.write_all(LIST.replace('…', "").as_bytes()).and_then(|()| out.flush()).map_err(Error::Stream);
    };
    let first = yaml::to_json(&first)?;
    if next.is_none() {
        return out.write_all(first.as_bytes()).and_then(|()| out.flush()).map_err(Error::Stream);
    }
    let (before, after) = LIST.split_once('…').unwrap_or_default();
    let item = |json: &str| format!("\n    {}", json.trim_end().replace('\n', "\n    "));
    out.write_all(before.as_bytes()).and_then(|()| out.write_all(item(&first).as_bytes())).map_err(Error::Stream)?;
    while let Some(object) = next {
        let json = item(&yaml::to_json(&object)?);
        out.write_all(b",").and_then(|()| out.write_all(json.as_bytes())).map_err(Error::Stream)?;
        next = objects.next().transpose()?;
    }
    write!(out, "\n  {after}").and_then(|()| out.flush()).map_err(Error::Stream)
}

/// A list of objects, which stand at the dots.
const LIST: &str = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": […]\n}\n";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{App, Item, Workload};

    #[test]
    fn json_is_one_document_however_many_objects_there_are() {
        let mut app = App::new(Workload::Deployment, "web".parse().unwrap());
        app.main.image = Some("nginx:1.29".parse().unwrap());
        let stack = Stack { items: vec![Item::App(Box::new(app))], ..Stack::default() };
        let objects = stack.objects().unwrap();
        assert!(objects.len() > 1);
        for n in 0..=objects.len() {
            let mut json = Vec::new();
            write_json(objects.iter().take(n).cloned().map(Ok), &mut json).unwrap();
            let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
            let expected: Vec<_> = objects.iter().take(n).map(|object| serde_json::to_value(object).unwrap()).collect();
            if let [one] = expected.as_slice() {
                assert_eq!(value, *one);
            } else {
                assert_eq!(value, serde_json::json!({ "apiVersion": "v1", "kind": "List", "items": expected }));
                let text = String::from_utf8(json).unwrap();
                assert_eq!(text.matches("\n    {").count(), n, "{text}");
            }
        }
    }
}
