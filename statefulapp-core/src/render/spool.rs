//! Documents put in order: by when a cluster can take them.
//!
//! They are made in the order of the declaration, one item after the other, and applied in another one. Where they wait for
//! their turn is memory for as long as they are few, else a temporary file that no directory names.

use crate::output::{self, Document, OutputError};
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;

/// How much text is kept in memory, in bytes.
const IN_MEMORY: usize = 64 << 20;

/// Documents that wait for their turn.
pub(super) struct Spool {
    /// The most text that is kept in memory.
    most: usize,
    text: Text,
    /// Secrets never lie on a disk, even where nothing names them.
    secrets: String,
    places: Vec<Place>,
    /// The namespaces, of which there are few: a place says which of them.
    namespaces: Vec<Option<String>>,
    /// The API versions and the kinds, with their ranks.
    kinds: Vec<(String, String, u8)>,
}

/// What decides when a document comes, and where its text is. A large stack has many: each is small.
struct Place {
    /// The positions among the namespaces and the kinds.
    namespace: u32,
    kind: u32,
    name: Box<str>,
    from: usize,
    length: u32,
    secret: bool,
}

enum Text {
    Memory(String),
    /// A file, and how much is in it.
    File(BufWriter<File>, usize),
}

impl Spool {
    /// Nothing yet. What is too much for the memory goes to a temporary file.
    pub(super) fn new() -> Self {
        Self::of(IN_MEMORY)
    }

    /// Nothing yet, and nothing goes to a file: for who holds the whole text anyway.
    pub(super) fn in_memory() -> Self {
        Self::of(usize::MAX)
    }

    fn of(most: usize) -> Self {
        let text = Text::Memory(String::new());
        Self { most, text, secrets: String::new(), places: Vec::new(), namespaces: Vec::new(), kinds: Vec::new() }
    }

    /// Takes a document.
    ///
    /// # Errors
    /// There is no place for temporary files, or it is full.
    pub(super) fn push(&mut self, document: &Document) -> Result<(), OutputError> {
        let yaml = document.yaml.as_str();
        let from = if document.secret {
            self.secrets.push_str(yaml);
            self.secrets.len() - yaml.len()
        } else {
            self.text.push(yaml, self.most).map_err(temporary)?
        };
        let place = Place {
            namespace: position(
                &mut self.namespaces,
                |known| *known == document.namespace,
                || document.namespace.clone(),
            ),
            kind: position(
                &mut self.kinds,
                |(api_version, kind, _)| *kind == document.kind && *api_version == document.api_version,
                || {
                    let Document { api_version, kind, .. } = document;
                    (api_version.clone(), kind.clone(), output::rank(api_version, kind))
                },
            ),
            name: document.name.as_str().into(),
            from,
            // No object of a cluster is larger than a few megabytes.
            length: u32::try_from(yaml.len()).unwrap_or(u32::MAX),
            secret: document.secret,
        };
        self.places.push(place);
        Ok(())
    }

    /// Hands out the texts in order, each with whether it is a Secret in clear text.
    ///
    /// # Errors
    /// The temporary file is full or cannot be read, and those of `each`.
    pub(super) fn each<E: From<OutputError>>(self, mut each: impl FnMut(&str, bool) -> Result<(), E>) -> Result<(), E> {
        let mut sorted = self.sorted();
        while let Some((text, secret)) = sorted.next_text()? {
            each(text, secret)?;
        }
        Ok(())
    }

    /// The documents in order, without anything but their texts.
    pub(super) fn sorted(self) -> Sorted {
        let Self { text, secrets, mut places, namespaces, kinds, .. } = self;
        let namespace = |place: &Place| namespaces.get(place.namespace as usize);
        let kind = |place: &Place| kinds.get(place.kind as usize);
        places.sort_by(|a, b| {
            let (of_a, of_b) = (kind(a), kind(b));
            let by_rank = of_a.map(|(.., rank)| rank).cmp(&of_b.map(|(.., rank)| rank));
            let by_name = || (namespace(a), &a.name).cmp(&(namespace(b), &b.name));
            by_rank.then_with(by_name).then_with(|| of_a.map(|(_, kind, _)| kind).cmp(&of_b.map(|(_, kind, _)| kind)))
        });
        Sorted { text, secrets, places: places.into_iter(), read: String::new() }
    }
}

/// The position of the one among a few, which is added if it is not there yet.
fn position<T>(all: &mut Vec<T>, is: impl FnMut(&T) -> bool, new: impl FnOnce() -> T) -> u32 {
    let position = all.iter().position(is).unwrap_or_else(|| {
        all.push(new());
        all.len() - 1
    });
    u32::try_from(position).unwrap_or(u32::MAX)
}

impl Text {
    /// Appends a text; where it begins.
    fn push(&mut self, text: &str, most: usize) -> io::Result<usize> {
        if let Self::Memory(all) = self
            && all.len().saturating_add(text.len()) > most
        {
            let mut file = BufWriter::with_capacity(1 << 18, tempfile::tempfile()?);
            file.write_all(all.as_bytes())?;
            *self = Self::File(file, all.len());
        }
        match self {
            Self::Memory(all) => {
                all.push_str(text);
                Ok(all.len() - text.len())
            }
            Self::File(file, length) => {
                file.write_all(text.as_bytes())?;
                *length += text.len();
                Ok(*length - text.len())
            }
        }
    }
}

/// The documents of a [`Spool`], in order.
pub(super) struct Sorted {
    text: Text,
    secrets: String,
    places: std::vec::IntoIter<Place>,
    /// What was read from the file.
    read: String,
}

impl Sorted {
    fn next_text(&mut self) -> Result<Option<(&str, bool)>, OutputError> {
        let Some(Place { from, length, secret, .. }) = self.places.next() else { return Ok(None) };
        let at = from..from.saturating_add(length as usize);
        let text = match &mut self.text {
            _ if secret => self.secrets.get(at).unwrap_or_default(),
            Text::Memory(text) => text.get(at).unwrap_or_default(),
            Text::File(file, _) => {
                read(file, &at, &mut self.read).map_err(temporary)?;
                &self.read
            }
        };
        Ok(Some((text, secret)))
    }
}

impl Iterator for Sorted {
    type Item = Result<Document, OutputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.next_text().transpose()?;
        Some(text.map(|(yaml, secret)| Document { yaml: yaml.to_owned(), secret, ..Document::default() }))
    }
}

/// Reads a part of the file. What is still to be written is written when the file is first read.
fn read(file: &mut BufWriter<File>, at: &Range<usize>, into: &mut String) -> io::Result<()> {
    file.seek(SeekFrom::Start(at.start as u64))?;
    let mut bytes = std::mem::take(into).into_bytes();
    bytes.resize(at.len(), 0);
    file.get_mut().read_exact(&mut bytes)?;
    *into = String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(())
}

fn temporary(source: io::Error) -> OutputError {
    OutputError::Temporary { directory: std::env::temp_dir(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(kind: &str, name: &str, yaml: &str) -> Document {
        let api_version = if kind == "StatefulSet" { "apps/v1" } else { "v1" };
        Document {
            kind: kind.to_owned(),
            api_version: api_version.to_owned(),
            name: name.to_owned(),
            secret: kind == "Secret",
            yaml: yaml.to_owned(),
            ..Document::default()
        }
    }

    #[test]
    fn the_order_is_the_same_in_memory_and_in_a_file_and_no_secret_is_in_it() {
        let documents = [
            document("StatefulSet", "b", "set b ä\n"),
            document("Secret", "b", "secret b\n"),
            document("Service", "b", "service b\n"),
            document("StatefulSet", "a", "set a\n"),
            document("Secret", "a", "secret a\n"),
            document("ConfigMap", "a", ""),
        ];
        for most in [0, 1, 10, 20, usize::MAX] {
            let mut spool = Spool::of(most);
            for document in &documents {
                spool.push(document).unwrap();
            }
            assert_eq!(matches!(spool.text, Text::File(..)), most < usize::MAX);
            if let Text::File(file, length) = &mut spool.text {
                let mut text = String::new();
                read(file, &(0..*length), &mut text).unwrap();
                assert_eq!(text, "set b ä\nservice b\nset a\n");
            }
            let mut all = Vec::new();
            spool
                .each(|text, secret| {
                    all.push((text.to_owned(), secret));
                    Ok::<_, OutputError>(())
                })
                .unwrap();
            let all: Vec<_> = all.iter().map(|(text, secret)| (text.as_str(), *secret)).collect();
            let expected = [
                ("secret a\n", true),
                ("secret b\n", true),
                ("", false),
                ("service b\n", false),
                ("set a\n", false),
                ("set b ä\n", false),
            ];
            assert_eq!(all, expected);
        }
    }
}
