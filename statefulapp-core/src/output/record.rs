//! The record of what a run has written: it lies in the directory, and tells the next run which files are ours.

use super::{OutputError, directory};
use crate::manifest::checksum;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, fs, io, path::Path};

/// The name of the record. It has no extension, because `kubectl apply -f DIR` would try to apply a `.json` file.
pub(super) const RECORD: &str = ".statefulapp";

/// The version of the format that is written, and the newest that can be read.
const FORMAT: u32 = 1;

/// What was written, and by which stack.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Record {
    pub(super) stack: String,
    pub(super) files: BTreeMap<String, Content>,
}

/// What is known of the content of a file that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(super) enum Content {
    /// Its SHA-256.
    Hash([u8; 32]),
    /// Nothing: the record goes into version control, and the hash of a weak password gives it away.
    Secret,
}

/// The record as JSON.
#[derive(Serialize)]
struct Text<'a> {
    format: u32,
    about: &'a str,
    stack: &'a str,
    files: &'a BTreeMap<String, Content>,
}

#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Content {
    pub(super) fn is_secret(self) -> bool {
        self == Self::Secret
    }
}

impl From<Content> for String {
    fn from(content: Content) -> Self {
        match content {
            Content::Hash(hash) => format!("sha256:{}", checksum::hex(&hash)),
            Content::Secret => "secret".to_owned(),
        }
    }
}

impl TryFrom<String> for Content {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.strip_prefix("sha256:") {
            Some(digits) => parse_hex(digits).map(Self::Hash),
            None => (text == "secret").then_some(Self::Secret),
        }
        .ok_or("neither `secret` nor a SHA-256")
    }
}

/// Adds up a file's content.
pub(super) fn hash(hasher: Sha256) -> [u8; 32] {
    hasher.finalize().into()
}

/// The SHA-256 of a file, read piece by piece.
pub(super) fn hash_file(path: &Path) -> io::Result<[u8; 32]> {
    struct Sink(Sha256);
    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut sink = Sink(Sha256::new());
    io::copy(&mut fs::File::open(path)?, &mut sink)?;
    Ok(hash(sink.0))
}

impl Record {
    /// The record of a directory; an empty one if it has none.
    pub(super) fn read(directory: &Path) -> Result<Self, OutputError> {
        let path = directory.join(RECORD);
        let bad = |problem: String| OutputError::Record { path: path.clone(), problem };
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Err(bad("is not a file".to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(OutputError::io("read", &path)(error)),
        }
        let bytes = fs::read(&path).map_err(OutputError::io("read", &path))?;
        let head: Head = serde_json::from_slice(&bytes).map_err(|error| bad(format!("cannot be read ({error})")))?;
        if head.format > FORMAT {
            return Err(bad(format!("has the format {}, which only a newer version can read", head.format)));
        }
        let record: Self = serde_json::from_slice(&bytes).map_err(|error| bad(format!("cannot be read ({error})")))?;
        match record.files.keys().find(|file| directory::check_name(file).is_err()) {
            Some(file) => Err(bad(format!("lists `{}`, which cannot be the name of a file", file.escape_debug()))),
            None => Ok(record),
        }
    }

    /// The record of a directory, unless another stack has written it.
    pub(super) fn read_own(directory: &Path, stack: &str) -> Result<Self, OutputError> {
        let record = Self::read(directory)?;
        if record.stack == stack || record == Self::default() {
            return Ok(record);
        }
        let (directory, theirs, ours) = (directory.to_owned(), record.stack, stack.to_owned());
        Err(OutputError::ForeignStack { directory, theirs, ours })
    }

    /// The same bytes for the same files.
    pub(super) fn to_json(&self) -> String {
        let about = "the files that statefulapp has written here; its next run replaces or removes them";
        let text = Text { format: FORMAT, about, stack: &self.stack, files: &self.files };
        // A struct of strings and numbers can be serialized.
        let mut json = serde_json::to_string_pretty(&text).unwrap_or_default();
        json.push('\n');
        json
    }

    /// Whether a file of that name was written.
    pub(super) fn has(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    /// Whether a file in that directory, or in one within it, was written.
    pub(super) fn has_in(&self, directory: &str) -> bool {
        let prefix = format!("{directory}/");
        self.files.range(prefix.clone()..).next().is_some_and(|(file, _)| file.starts_with(&prefix))
    }
}

fn parse_hex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}
