//! Which object goes into which file.

use super::{Document, File, OutputError, kinds, yaml};
use crate::value::suggest;
use serde_json::json;
use std::{collections::BTreeSet, fmt, str::FromStr};

/// The file that tells `kubectl apply -k` and `kustomize` which files there are, in the order to apply them. It has no
/// extension (both know that name, too), because `kubectl apply -f DIR` would try to apply a `kustomization.yaml`, and fail.
pub const KUSTOMIZATION: &str = "Kustomization";

/// The one file of [`Layout::OneFile`], and that of its secrets.
const MANIFESTS: &str = "manifests.yaml";
const SECRETS: &str = "secrets.yaml";

/// The directory of a chart's templates.
pub(crate) const TEMPLATES: &str = "templates";

/// How objects are spread over files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Layout {
    /// One file for each object, `60-statefulset-postgres.yaml`: the number is that of the kind, so that
    /// `kubectl apply -f DIR` meets the objects in a good order. The name has the namespace, too, if there are several.
    #[default]
    Flat,
    /// One file, `manifests.yaml`, and one with the Secrets, `secrets.yaml`.
    OneFile,
    /// The files of [`Layout::Flat`], those of an app in a directory of its name.
    ByApp,
    /// A Helm chart whose values are the stack's parameters: the files of [`Layout::Flat`] are its templates.
    Helm,
}

impl Layout {
    /// All layouts, with the names that [`FromStr`] and [`Display`](fmt::Display) have for them.
    pub const ALL: [(&'static str, Self); 4] =
        [("flat", Self::Flat), ("one-file", Self::OneFile), ("by-app", Self::ByApp), ("helm", Self::Helm)];

    /// The files of the documents, one after the other: nothing but names is held, and for [`Layout::OneFile`] the
    /// Secrets. The last one is the [`KUSTOMIZATION`]; a chart has none, and its documents are to be templates already.
    ///
    /// `several_namespaces` (see [`several_namespaces`]) puts the namespace into the names of files. The documents of
    /// `OneFile` stay in the order in which they come; [`sort`] gives a good one.
    pub fn files<I>(self, documents: I, several_namespaces: bool) -> Files<I::IntoIter>
    where
        I: IntoIterator<Item = Result<Document, OutputError>>,
    {
        let documents = documents.into_iter();
        Files {
            layout: self,
            several_namespaces,
            documents,
            names: BTreeSet::new(),
            secrets: String::new(),
            last: Last::None,
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, layout)| layout == self).map_or("", |(name, _)| name);
        out.pad(name)
    }
}

impl FromStr for Layout {
    type Err = UnknownLayout;

    fn from_str(name: &str) -> Result<Self, UnknownLayout> {
        let found = Self::ALL.iter().find(|(of, _)| *of == name);
        found.map(|(_, layout)| *layout).ok_or_else(|| UnknownLayout(name.to_owned()))
    }
}

/// There is no layout of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLayout(String);

impl fmt::Display for UnknownLayout {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Layout::ALL.map(|(name, _)| name);
        match suggest(&self.0, names) {
            Some(near) => write!(out, "there is no layout `{}`: did you mean `{near}`?", self.0),
            None => write!(out, "there is no layout `{}`: write one of `{}`", self.0, names.join("`, `")),
        }
    }
}

impl std::error::Error for UnknownLayout {}

/// Sorts documents so that each comes after those that it needs: by kind, namespace and name.
pub fn sort(documents: &mut [Document]) {
    documents.sort_by(|a, b| (&a.namespace, &a.name, &a.kind).cmp(&(&b.namespace, &b.name, &b.kind)));
    documents.sort_by_cached_key(kinds::rank_of);
}

/// Whether the documents are in more than one namespace.
pub fn several_namespaces<'a>(documents: impl IntoIterator<Item = &'a Document>) -> bool {
    let mut namespaces = documents.into_iter().filter(|document| !kinds::is_cluster_wide(document));
    let first = namespaces.next().map(|document| &document.namespace);
    namespaces.any(|document| Some(&document.namespace) != first)
}

/// The files of documents: see [`Layout::files`].
#[derive(Debug)]
pub struct Files<I> {
    layout: Layout,
    several_namespaces: bool,
    documents: I,
    /// Rank and name of the files that were given out.
    names: BTreeSet<(u8, String)>,
    /// The Secrets of [`Layout::OneFile`].
    secrets: String,
    last: Last,
}

/// Which of the files that come last was given out last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    None,
    Secrets,
    Kustomization,
}

impl<I: Iterator<Item = Result<Document, OutputError>>> Iterator for Files<I> {
    type Item = Result<File, OutputError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.last == Last::None {
            match self.documents.next() {
                Some(Ok(document)) => {
                    if let Some(file) = self.file(document).transpose() {
                        return Some(file);
                    }
                }
                Some(Err(error)) => return Some(Err(error)),
                None => {
                    self.last = Last::Secrets;
                    if !self.secrets.is_empty() {
                        self.names.insert((1, SECRETS.to_owned()));
                        let content = std::mem::take(&mut self.secrets);
                        return Some(Ok(File { path: SECRETS.to_owned(), content, secret: true }));
                    }
                }
            }
        }
        if self.last == Last::Kustomization || self.layout == Layout::Helm {
            return None;
        }
        self.last = Last::Kustomization;
        Some(self.kustomization())
    }
}

impl<I> Files<I> {
    /// The document's file or part of a file; nothing if it is held back.
    fn file(&mut self, document: Document) -> Result<Option<File>, OutputError> {
        let secret = document.secret;
        if self.layout == Layout::OneFile {
            if secret {
                yaml::push_document(&mut self.secrets, &document.yaml);
                return Ok(None);
            }
            let mut content = String::new();
            let is_first = self.names.insert((0, MANIFESTS.to_owned()));
            if !is_first {
                content.push_str("---\n");
            }
            content.push_str(&document.yaml);
            return Ok(Some(File { path: MANIFESTS.to_owned(), content, secret }));
        }
        let mut path = kinds::file_name(&document, self.several_namespaces);
        if let Some(app) = document.app.as_deref().filter(|_| self.layout == Layout::ByApp) {
            path = format!("{}/{path}", kinds::part(app));
        }
        if self.layout == Layout::Helm {
            path = format!("{TEMPLATES}/{path}");
        }
        if !self.names.insert((kinds::rank_of(&document), path.clone())) {
            return Err(OutputError::Duplicate { file: path });
        }
        Ok(Some(File { path, content: document.yaml, secret }))
    }

    fn kustomization(&self) -> Result<File, OutputError> {
        let resources: Vec<_> = self.names.iter().map(|(_, name)| name).collect();
        let content = yaml::to_yaml(&json!({
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            // Without it, kustomize has an order of its own.
            "sortOptions": {"order": "fifo"},
            "resources": resources,
        }))?;
        Ok(File { path: KUSTOMIZATION.to_owned(), content, secret: false })
    }
}
