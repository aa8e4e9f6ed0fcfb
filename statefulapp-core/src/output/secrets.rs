//! Where the values of Secrets come from when a program runs.
//!
//! A value that was made (`generate(32)`) must be made only once: the database that was started with it does not hear of
//! another. So it is kept: in the directory that a run writes, or in a file ([`Keep`]). Values from the environment and
//! from files are read at every run. No value is in an error or in the output of `Debug`.

use super::{OutputError, keep::Keep};
use crate::{
    manifest::{BuildError, SecretBytes, SecretSource},
    model::{Secret, SecretValue},
    value::DataKey,
};
use std::{
    cell::RefCell,
    fmt, fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// The characters of a generated value. They mean nothing to a shell, in a URL, in YAML or in a configuration file.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// How long a generated value may be.
const LENGTHS: std::ops::RangeInclusive<u16> = 8..=256;

/// The API server refuses a Secret that is larger: 1 MiB.
const MAX_SIZE: u64 = 1 << 20;

/// Why a key of a Secret has no value. The value itself is never in it.
#[derive(Debug)]
#[non_exhaustive]
pub enum SecretError {
    /// The environment variable is not set.
    Unset {
        /// Its name.
        variable: String,
    },
    /// The environment variable or the file has nothing in it.
    Empty {
        /// Which one, with its kind.
        source: String,
    },
    /// The environment variable is not Unicode.
    NotUnicode {
        /// Its name.
        variable: String,
    },
    /// The file cannot be read.
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is larger than a Secret can be.
    TooLarge {
        /// Its path.
        path: PathBuf,
    },
    /// A value is to be made that is too short to be safe, or too long to be of use.
    Length {
        /// How many characters it is to have.
        length: u16,
    },
    /// The operating system has no random numbers.
    Random(getrandom::Error),
    /// A value is to be made, but an earlier run has made some that are lost, and this may be one of them.
    Lost {
        /// The file that had them.
        path: PathBuf,
    },
    /// A file with kept values cannot be used.
    Kept {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

impl SecretError {
    /// What to do.
    fn help(&self) -> String {
        match self {
            Self::Unset { variable } => format!("set it, for instance `{variable}=… cargo run`"),
            Self::Empty { .. } => "give it a value: an empty password protects nothing".to_owned(),
            Self::NotUnicode { .. } => "use `from_file`, which takes any bytes".to_owned(),
            Self::Unreadable { .. } => {
                "create the file; its path is relative to the directory that the program runs in".to_owned()
            }
            Self::TooLarge { .. } => "put it on a volume, or split it".to_owned(),
            Self::Length { .. } => format!("write a length from {} to {}", LENGTHS.start(), LENGTHS.end()),
            Self::Random(_) => "run it on a system that has them".to_owned(),
            Self::Lost { path } => format!(
                "restore `{}`, or give the values with `--keep FILE`; if they are nowhere in use any more, delete the \
                 file's line from the record `.statefulapp`",
                path.display()
            ),
            Self::Kept { .. } => "mend it by hand, or restore it from a copy".to_owned(),
        }
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset { variable } => write!(out, "the environment variable `{variable}` is not set")?,
            Self::Empty { source } => write!(out, "{source} is empty")?,
            Self::NotUnicode { variable } => write!(out, "the environment variable `{variable}` is not Unicode")?,
            Self::Unreadable { path, source } => write!(out, "cannot read the file `{}`: {source}", path.display())?,
            Self::TooLarge { path } => {
                write!(out, "the file `{}` is larger than 1 MiB, which no Secret can be", path.display())?;
            }
            Self::Length { length } => write!(out, "a generated value cannot have {length} characters")?,
            Self::Random(error) => write!(out, "the operating system gives no random numbers: {error}")?,
            Self::Lost { path } => write!(
                out,
                "an earlier run has kept generated values in `{}`, which is missing, and a new one may not fit what the \
                 database was started with",
                path.display()
            )?,
            Self::Kept { path, problem } => write!(out, "the kept secrets in `{}` {problem}", path.display())?,
        }
        write!(out, ": {}", self.help())
    }
}

impl std::error::Error for SecretError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// A new value of so many letters and digits, from the operating system's random source.
///
/// Each character is one of 62 with the same probability, which is 5.95 bits: 8 characters have 47 bits, 32 have 190,
/// 256 have 1524.
///
/// # Errors
///
/// The length is not from 8 to 256, or the system has no random numbers.
pub fn generate(length: u16) -> Result<SecretBytes, SecretError> {
    if !LENGTHS.contains(&length) {
        return Err(SecretError::Length { length });
    }
    let mut value = Vec::with_capacity(length.into());
    let mut random = [0; 64];
    while value.len() < usize::from(length) {
        getrandom::fill(&mut random).map_err(SecretError::Random)?;
        // 248 is the largest multiple of 62 in a byte: a remainder beyond it would favour the first characters.
        let fair = random.iter().filter(|byte| **byte < 248);
        let characters = fair.filter_map(|byte| ALPHABET.get(usize::from(byte % 62)));
        value.extend(characters.take(usize::from(length) - value.len()));
    }
    Ok(value.into())
}

/// The value of an environment variable, exactly.
///
/// # Errors
///
/// It is not set, empty, or not Unicode.
pub fn from_env(variable: &str) -> Result<SecretBytes, SecretError> {
    match std::env::var(variable) {
        Ok(value) if value.is_empty() => {
            Err(SecretError::Empty { source: format!("the environment variable `{variable}`") })
        }
        Ok(value) => Ok(value.into()),
        Err(std::env::VarError::NotPresent) => Err(SecretError::Unset { variable: variable.to_owned() }),
        Err(std::env::VarError::NotUnicode(_)) => Err(SecretError::NotUnicode { variable: variable.to_owned() }),
    }
}

/// What is in a file, exactly: a line break at its end is part of the value, as it is for
/// `kubectl create secret --from-file`.
///
/// # Errors
///
/// It cannot be read, is empty or larger than 1 MiB.
pub fn from_file(path: &Path) -> Result<SecretBytes, SecretError> {
    let unreadable = |source| SecretError::Unreadable { path: path.to_owned(), source };
    let file = fs::File::open(path).map_err(unreadable)?;
    let mut value = Vec::new();
    file.take(MAX_SIZE + 1).read_to_end(&mut value).map_err(unreadable)?;
    if value.is_empty() {
        return Err(SecretError::Empty { source: format!("the file `{}`", path.display()) });
    }
    if value.len() as u64 > MAX_SIZE {
        return Err(SecretError::TooLarge { path: path.to_owned() });
    }
    Ok(value.into())
}

/// The values of all Secrets of a stack, for [`objects`](crate::manifest::objects): generated ones from what was kept,
/// the others from where the declaration says.
#[derive(Debug)]
pub struct Secrets {
    namespace: Option<String>,
    keep: RefCell<Keep>,
}

impl Secrets {
    /// With what was kept, for a stack in this namespace.
    pub fn new(keep: Keep, namespace: Option<&str>) -> Self {
        Self { namespace: namespace.map(str::to_owned), keep: RefCell::new(keep) }
    }

    /// What was kept and what was made since.
    pub fn into_keep(self) -> Keep {
        self.keep.into_inner()
    }

    fn read(&self, secret: &Secret, key: &DataKey, value: &SecretValue) -> Result<Option<SecretBytes>, OutputError> {
        Ok(Some(match value {
            SecretValue::Literal(text) => text.as_str().into(),
            SecretValue::FromEnv(variable) => from_env(variable)?,
            SecretValue::FromFile(path) => from_file(path)?,
            SecretValue::Generate(length) => {
                let (namespace, name) = (self.namespace.as_deref(), secret.name.as_str());
                self.keep.borrow_mut().get_or_generate(namespace, name, key.as_str(), *length)?
            }
            SecretValue::Elsewhere(_) => return Ok(None),
        }))
    }
}

impl SecretSource for Secrets {
    fn value(&self, secret: &Secret, key: &DataKey, value: &SecretValue) -> Result<SecretBytes, BuildError> {
        let error = |message: String| BuildError::new("Secret", secret.name.as_str(), message);
        match self.read(secret, key, value) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(error(format!("the key `{key}` exists elsewhere and has no value to be written"))),
            Err(problem) => Err(error(format!("the key `{key}` has no value: {problem}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn generated_values_are_uniform_and_of_the_length() {
        let mut counts = BTreeMap::new();
        for length in [8, 9, 31, 64, 65, 256] {
            assert_eq!(generate(length).unwrap().into_bytes().len(), usize::from(length));
        }
        for byte in (0..400).flat_map(|_| generate(256).unwrap().into_bytes()) {
            *counts.entry(byte).or_insert(0u32) += 1;
        }
        assert_eq!(counts.len(), 62);
        // 1651 of each are expected, with a standard deviation of 40; the limits are ten of these away.
        assert!(counts.values().all(|count| (1250..2060).contains(count)), "{counts:?}");
        assert!(counts.keys().all(u8::is_ascii_alphanumeric));
        assert_ne!(generate(8).unwrap(), generate(8).unwrap());
        for length in [0, 7, 257, u16::MAX] {
            assert!(generate(length).unwrap_err().to_string().contains("from 8 to 256"));
        }
    }

    #[test]
    fn files_are_read_exactly() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("value");
        for value in [&b"secret\n"[..], b"\n", b"\0\xff", b" x "] {
            fs::write(&path, value).unwrap();
            assert_eq!(from_file(&path).unwrap().into_bytes(), value);
        }
        fs::write(&path, "").unwrap();
        assert!(from_file(&path).unwrap_err().to_string().contains("value` is empty"));
        fs::write(&path, vec![b'x'; (1 << 20) + 1]).unwrap();
        assert!(from_file(&path).unwrap_err().to_string().contains("larger than 1 MiB"));
        let error = from_file(&directory.path().join("none")).unwrap_err().to_string();
        assert!(error.contains("none`") && error.contains("create the file"), "{error}");
    }

    #[test]
    fn variables_that_are_not_set_are_named() {
        let error = from_env("STATEFULAPP_TEST_UNSET").unwrap_err().to_string();
        assert!(error.contains("`STATEFULAPP_TEST_UNSET` is not set: set it"), "{error}");
        // Cargo sets this one for tests.
        assert_eq!(from_env("CARGO_PKG_NAME").unwrap().into_bytes(), b"statefulapp-core");
    }
}
