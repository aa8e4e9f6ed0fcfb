//! The values of Secrets that an earlier run has made.

use super::{
    OutputError,
    record::Record,
    secrets::{SecretError, generate},
    system,
    work::{Target, Work},
    yaml,
};
use crate::manifest::SecretBytes;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

/// The namespace, or nothing; the name of the Secret; the key.
type Place = (String, String, String);

/// Values of Secrets that are kept from one run to the next.
///
/// They come from the Secrets of the directory that an earlier run has written ([`Keep::from_dir`],
/// [`OutputDirectory::kept`](super::OutputDirectory::kept)), or from a file ([`Keep::from_file`]) that is a YAML stream of
/// Secrets too, so that `kubectl` can read and write it.
///
/// A kept value stays whatever the declaration says: `generate(64)` in the place of `generate(32)` changes nothing, since
/// the database was started with the old value. To have a new one, change it in the database and delete the key from the
/// Secret's file.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Keep {
    values: BTreeMap<Place, Vec<u8>>,
    /// Files that had values and are missing.
    lost: Vec<PathBuf>,
}

/// How many there are, never what they are.
impl fmt::Debug for Keep {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Keep({} values)", self.values.len())
    }
}

impl Keep {
    /// Nothing is kept.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the Secrets of a directory hold that an earlier run of the stack has written; nothing if there is none.
    ///
    /// A program that writes the directory afterwards should ask
    /// [`OutputDirectory::kept`](super::OutputDirectory::kept), so that no other run comes between.
    ///
    /// # Errors
    ///
    /// Another stack has written the directory, or a Secret in it cannot be read.
    pub fn from_dir(directory: &Path, stack: &str) -> Result<Self, OutputError> {
        Self::from_record(directory, &Record::read_own(directory, stack)?)
    }

    pub(super) fn from_record(directory: &Path, record: &Record) -> Result<Self, OutputError> {
        let mut keep = Self::new();
        for (file, _) in record.files.iter().filter(|(_, content)| content.is_secret()) {
            let path = directory.join(file);
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_file() => {
                    let text = fs::read_to_string(&path).map_err(OutputError::io("read", &path))?;
                    keep.read(&text, &path)?;
                }
                Ok(_) => keep.lost.push(path),
                Err(error) if error.kind() == io::ErrorKind::NotFound => keep.lost.push(path),
                Err(error) => return Err(OutputError::io("read", &path)(error)),
            }
        }
        Ok(keep)
    }

    /// What a file holds; nothing if it does not exist.
    ///
    /// # Errors
    ///
    /// It cannot be read, or has something in it that is not a Secret.
    pub fn from_file(path: &Path) -> Result<Self, OutputError> {
        let mut keep = Self::new();
        match fs::read_to_string(path) {
            Ok(text) => keep.read(&text, path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(OutputError::io("read", path)(error)),
        }
        Ok(keep)
    }

    /// The value of a key.
    pub fn get(&self, namespace: Option<&str>, name: &str, key: &str) -> Option<&[u8]> {
        let at = |namespace: &str| self.values.get(&(namespace.to_owned(), name.to_owned(), key.to_owned()));
        // A stack that names its namespace later was in one before, too: the same Secret.
        let found = namespace.and_then(at).or_else(|| at(""));
        found.map(Vec::as_slice).filter(|value| !value.is_empty())
    }

    /// The value of a key, made now if there is none.
    ///
    /// # Errors
    ///
    /// There is none, and a file with kept values is missing; or it cannot be made (see [`generate`]).
    pub fn get_or_generate(
        &mut self,
        namespace: Option<&str>,
        name: &str,
        key: &str,
        length: u16,
    ) -> Result<SecretBytes, SecretError> {
        if let Some(value) = self.get(namespace, name, key) {
            return Ok(value.to_vec().into());
        }
        if let Some(path) = self.lost.first() {
            return Err(SecretError::Lost { path: path.clone() });
        }
        let value = generate(length)?;
        let place = (namespace.unwrap_or_default().to_owned(), name.to_owned(), key.to_owned());
        self.values.insert(place, value.clone().into_bytes());
        Ok(value)
    }

    /// Adds what another one has; a value that both have stays as it is here.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        for (place, value) in other.values {
            self.values.entry(place).or_insert(value);
        }
        self.lost.extend(other.lost);
        self
    }

    /// From now on, makes new values though earlier ones are lost.
    #[must_use]
    pub fn without_the_lost(mut self) -> Self {
        self.lost.clear();
        self
    }

    /// Writes all values to the file, in one step and readable for its owner only. Do it before they are used.
    ///
    /// Values that the file has and this has not stay in it: a Secret that is declared again later gets its old value.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or another run has put another value into it in the meantime.
    pub fn save(&self, path: &Path) -> Result<(), OutputError> {
        let target = Target::of_file(path)?;
        let path = &target.directory;
        let work = Work::acquire(&target, Duration::from_secs(10))?;
        let there = Self::from_file(path)?;
        let differs = |(place, value): (&Place, &Vec<u8>)| self.values.get(place).is_some_and(|ours| ours != value);
        if there.values.iter().any(differs) {
            let problem = "were changed by another run in the meantime".to_owned();
            return Err(SecretError::Kept { path: path.clone(), problem }.into());
        }
        let is_private = fs::metadata(path).is_ok_and(|metadata| system::is_private(&metadata));
        let all = self.clone().or(there.clone());
        if is_private && all.values == there.values {
            return Ok(());
        }
        let new = work.path.join(super::stage::BUILDING);
        _ = fs::remove_file(&new);
        let written = system::create(&new, true).and_then(|mut file| {
            file.write_all(all.to_yaml()?.as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, path)?;
            system::sync(&target.parent)
        });
        written.inspect_err(|_| _ = fs::remove_file(&new)).map_err(OutputError::io("write", path))
    }

    /// The values as Secrets.
    fn to_yaml(&self) -> io::Result<String> {
        let mut secrets: BTreeMap<(&str, &str), [Map<String, Value>; 2]> = BTreeMap::new();
        for ((namespace, name, key), value) in &self.values {
            let [texts, bytes] = secrets.entry((namespace, name)).or_default();
            match std::str::from_utf8(value) {
                Ok(text) => texts.insert(key.clone(), text.into()),
                Err(_) => bytes.insert(key.clone(), BASE64.encode(value).into()),
            };
        }
        let mut stream = "# Secrets in clear text that statefulapp has made and keeps.\n".to_owned();
        for (number, ((namespace, name), [texts, bytes])) in secrets.into_iter().enumerate() {
            let mut object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
            let members = [("stringData", texts), ("data", bytes)];
            for (member, values) in members.into_iter().filter(|(_, values)| !values.is_empty()) {
                object[member] = values.into();
            }
            if !namespace.is_empty() {
                object["metadata"]["namespace"] = namespace.into();
            }
            if number > 0 {
                stream.push_str("---\n");
            }
            stream.push_str(&yaml::to_yaml(&object).map_err(io::Error::other)?);
        }
        Ok(stream)
    }

    /// Adds the Secrets of a YAML stream. No error has a part of the text in it, since that may be a secret.
    fn read(&mut self, text: &str, path: &Path) -> Result<(), SecretError> {
        let bad = |problem: String| SecretError::Kept { path: path.to_owned(), problem };
        for document in serde_yaml::Deserializer::from_str(text) {
            let object: Value = serde::Deserialize::deserialize(document).map_err(|error: serde_yaml::Error| {
                let line = error.location().map_or(0, |location| location.line());
                bad(format!("are not YAML (line {line})"))
            })?;
            if object.is_null() {
                continue;
            }
            let text_at = |pointer| object.pointer(pointer).and_then(Value::as_str);
            let (Some("Secret"), Some("v1"), Some(name)) =
                (text_at("/kind"), text_at("/apiVersion"), text_at("/metadata/name"))
            else {
                return Err(bad("have something between them that is not a Secret with a name".to_owned()));
            };
            let namespace = text_at("/metadata/namespace").unwrap_or_default();
            // Where both have a key, the API server takes `stringData`.
            for member in ["data", "stringData"] {
                let Some(entries) = object.get(member).filter(|entries| !entries.is_null()) else { continue };
                let Some(entries) = entries.as_object() else {
                    return Err(bad(format!("have a `{member}` in `{name}` that is not a map")));
                };
                for (key, value) in entries {
                    let Some(value) = value.as_str() else {
                        return Err(bad(format!(
                            "have a value of `{key}` in `{name}` that is not a string (quote it)"
                        )));
                    };
                    let value = match member {
                        "data" => BASE64
                            .decode(value.split_ascii_whitespace().collect::<String>())
                            .map_err(|_| bad(format!("have a value of `{key}` in `{name}` that is not base64")))?,
                        _ => value.as_bytes().to_vec(),
                    };
                    self.values.insert((namespace.to_owned(), name.to_owned(), key.clone()), value);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(keep: &mut Keep, name: &str) -> String {
        String::from_utf8(keep.get_or_generate(Some("db"), name, "password", 32).unwrap().into_bytes()).unwrap()
    }

    #[test]
    fn a_value_is_made_once_and_kept_in_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keep.yaml");
        let mut keep = Keep::from_file(&path).unwrap();
        let first = value(&mut keep, "a");
        assert_eq!(first.len(), 32);
        assert_eq!(value(&mut keep, "a"), first);
        keep.save(&path).unwrap();
        assert!(system::is_private(&fs::metadata(&path).unwrap()) || cfg!(not(unix)));

        let mut keep = Keep::from_file(&path).unwrap();
        assert_eq!(value(&mut keep, "a"), first);
        // Another length is no reason for another value.
        assert_eq!(keep.get_or_generate(Some("db"), "a", "password", 64).unwrap().into_bytes(), first.as_bytes());
        let second = value(&mut keep, "b");
        keep.save(&path).unwrap();
        // What a run does not need stays in the file.
        Keep::new().save(&path).unwrap();
        let mut keep = Keep::from_file(&path).unwrap();
        assert_eq!([value(&mut keep, "a"), value(&mut keep, "b")], [first, second]);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        assert_eq!(format!("{keep:?}"), "Keep(2 values)");
    }

    #[test]
    fn two_runs_do_not_overwrite_each_other() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keep.yaml");
        let [mut one, mut two] = [Keep::new(), Keep::new()];
        let first = value(&mut one, "a");
        value(&mut two, "a");
        one.save(&path).unwrap();
        assert!(two.save(&path).unwrap_err().to_string().contains("changed by another run"));
        assert_eq!(value(&mut Keep::from_file(&path).unwrap(), "a"), first);
    }

    #[test]
    fn secrets_of_any_writer_are_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keep.yaml");
        let text = "---\n# kubectl\napiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: db}\ndata:\n  \
                    password: c2VjcmV0Cg==\n  both: b2xk\nstringData: {both: new, \"yes\": 'no'}\n---\n---\napiVersion: v1\n\
                    kind: Secret\nmetadata: {name: b}\ndata: {bytes: /wA=}\n";
        fs::write(&path, text).unwrap();
        let keep = Keep::from_file(&path).unwrap();
        assert_eq!(keep.get(Some("db"), "a", "password"), Some(&b"secret\n"[..]));
        assert_eq!(keep.get(Some("db"), "a", "both"), Some(&b"new"[..]));
        assert_eq!(keep.get(Some("db"), "a", "yes"), Some(&b"no"[..]));
        assert_eq!(keep.get(Some("other"), "a", "yes"), None);
        // Written when the stack had not yet a namespace.
        assert_eq!(keep.get(Some("db"), "b", "bytes"), Some(&b"\xff\0"[..]));
        keep.save(&path).unwrap();
        assert_eq!(Keep::from_file(&path).unwrap(), keep);
    }

    #[test]
    fn errors_hold_no_secret() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keep.yaml");
        let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n";
        for (text, expected) in [
            (format!("{head}stringData:\n  password: 1234567\n"), "`password` in `a` that is not a string"),
            (format!("{head}data:\n  password: \"hunter2 !\"\n"), "`password` in `a` that is not base64"),
            (format!("{head}data: hunter2\n"), "`data` in `a` that is not a map"),
            (format!("{head}stringData:\n  password: [hunter2\n"), "not YAML (line "),
            (format!("{head}stringData:\n  password: *hunter2\n"), "not YAML (line "),
            ("hunter2".to_owned(), "not a Secret"),
        ] {
            fs::write(&path, text).unwrap();
            let error = Keep::from_file(&path).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(expected), "{shown}");
            assert!(!shown.contains("hunter2") && !shown.contains("1234567"), "{shown}");
        }
    }
}
