//! Reading earlier manifests: a directory, a file, standard input, a git revision.

use std::{
    fmt, fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::git;

/// Why manifests cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum PlanError {
    /// A file or directory cannot be read.
    Io {
        /// Which one.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A document is no YAML or JSON.
    Syntax {
        /// The file, as a person would name it.
        file: String,
        /// Which of the file's documents, from 1.
        document: usize,
        /// What is wrong with it, and where.
        message: String,
    },
    /// A document is no Kubernetes object: it has no `apiVersion`, no `kind` or no name.
    NotAnObject {
        /// The file, as a person would name it.
        file: String,
        /// Which of the file's documents, from 1.
        document: usize,
        /// What it lacks.
        message: String,
    },
    /// There is no manifest in the directory, file or revision.
    Empty {
        /// Where.
        place: String,
    },
    /// The directory, or one in it, is a Helm chart: its templates are no manifests.
    Chart {
        /// Which one.
        path: PathBuf,
    },
    /// A git revision cannot be read.
    Git {
        /// What is wrong.
        message: String,
    },
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlanError::Io { path, source } => write!(f, "cannot read `{}`: {source}", path.display()),
            PlanError::Syntax { file, document, message } => write!(f, "{file}, document {document}: {message}"),
            PlanError::NotAnObject { file, document, message } => {
                write!(f, "{file}, document {document} is no Kubernetes object: {message}")
            }
            PlanError::Empty { place } => write!(f, "there is no Kubernetes object in `{place}`"),
            PlanError::Chart { path } => write!(
                f,
                "`{path}` is a Helm chart, whose templates are no manifests\n  help: `helm template RELEASE {path} | … plan -`, or \
                 `helm get manifest RELEASE | … plan -`",
                path = path.display()
            ),
            PlanError::Git { message } => write!(f, "git: {message}"),
        }
    }
}

impl std::error::Error for PlanError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            PlanError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Reads manifests, whatever tool wrote them.
///
/// * a directory: every `.yaml`, `.yml` and `.json` file in it and below, without hidden ones; files of Kustomize and
///   Helm that are no objects are passed over;
/// * a file with one or more objects;
/// * `-`: standard input;
/// * `git:REVISION:PATH`: the same out of a git revision, by the program `git`. As in git, the path is counted from the
///   top of the repository, and `git:HEAD:./deploy` from the current directory.
///
/// Lists (`kind: List`, and what `kubectl get -o yaml` writes) are taken apart.
///
/// # Errors
/// [`PlanError`]: what cannot be read names its file and the number of the document in it. An empty source is an error
/// too: a mistyped directory would otherwise look like a first deployment.
///
/// ```no_run
/// let old = statefulapp_core::plan::read("git:HEAD~1:deploy/")?;
/// # Ok::<(), statefulapp_core::plan::PlanError>(())
/// ```
pub fn read(source: &str) -> Result<Vec<Value>, PlanError> {
    let (documents, strict) = if let Some(revision) = source.strip_prefix("git:") {
        (git::files(revision)?, false)
    } else if source == "-" {
        let mut bytes = Vec::new();
        let failed = |source| PlanError::Io { path: "-".into(), source };
        io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
        (vec![Document::new("standard input".into(), bytes)], true)
    } else {
        let path = Path::new(source);
        let failed = |error| PlanError::Io { path: path.into(), source: error };
        if fs::metadata(path).map_err(failed)?.is_dir() {
            let mut documents = Vec::new();
            directory(path, &mut documents)?;
            (documents, false)
        } else {
            (vec![Document::new(source.into(), fs::read(path).map_err(failed)?)], true)
        }
    };
    let mut objects = Vec::new();
    for document in &documents {
        document.objects(strict, &mut objects)?;
    }
    if objects.is_empty() {
        return Err(PlanError::Empty { place: source.into() });
    }
    Ok(objects)
}

/// Reads objects from a text of YAML or JSON documents; `name` is what errors call it.
///
/// # Errors
/// [`PlanError::Syntax`] and [`PlanError::NotAnObject`].
///
/// ```
/// let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n# nothing here\n";
/// assert_eq!(statefulapp_core::plan::parse("example", text)?.len(), 1);
/// # Ok::<(), statefulapp_core::plan::PlanError>(())
/// ```
pub fn parse(name: &str, text: &str) -> Result<Vec<Value>, PlanError> {
    let mut objects = Vec::new();
    Document::new(name.into(), text.into()).objects(true, &mut objects)?;
    Ok(objects)
}

/// The files of a directory in the order of their names. Symbolic links to directories are not followed: they could
/// lead in a circle.
fn directory(path: &Path, documents: &mut Vec<Document>) -> Result<(), PlanError> {
    let failed = |source| PlanError::Io { path: path.into(), source };
    let mut entries = fs::read_dir(path).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    if entries.iter().any(|entry| entry.file_name() == "Chart.yaml") {
        return Err(PlanError::Chart { path: path.into() });
    }
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let path = entry.path();
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type().map_err(failed)?.is_dir() {
            directory(&path, documents)?;
        } else if Document::is_manifest(&name) && !path.is_dir() {
            let bytes = fs::read(&path).map_err(|source| PlanError::Io { path: path.clone(), source })?;
            documents.push(Document::new(path.display().to_string(), bytes));
        }
    }
    Ok(())
}

/// A file, read but not understood yet.
pub(super) struct Document {
    name: String,
    bytes: Vec<u8>,
}

impl Document {
    pub(super) fn new(name: String, bytes: Vec<u8>) -> Document {
        Document { name, bytes }
    }

    /// Whether a file of this path may hold objects.
    pub(super) fn is_manifest(path: &str) -> bool {
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        let name = path.rsplit('/').next().unwrap_or(path);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let known = ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known));
        !hidden && known && !stem.eq_ignore_ascii_case("kustomization")
    }

    /// Adds the objects of the file. Where many files are searched, a document that is something else is passed over;
    /// where one is named, it is an error.
    fn objects(&self, strict: bool, objects: &mut Vec<Value>) -> Result<(), PlanError> {
        let syntax = |document, message: String| PlanError::Syntax { file: self.name.clone(), document, message };
        let text = match std::str::from_utf8(&self.bytes) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                return Err(syntax(1, format!("not UTF-8 at byte {}", error.valid_up_to())));
            }
        };
        let values = if text.trim_start().starts_with('{') {
            let json = serde_json::Deserializer::from_str(text).into_iter::<Value>().collect::<Result<Vec<_>, _>>();
            // YAML may begin with a brace too.
            json.or_else(|error| yaml(text).map_err(|(document, _)| (document, error.to_string())))
        } else {
            yaml(text)
        };
        let values = values.map_err(|(document, message)| syntax(document, message))?;
        for (number, value) in (1..).zip(values) {
            match value {
                Value::Null => {}
                // What `jq .items` makes of a list.
                Value::Array(items) if items.iter().all(Value::is_object) => {
                    items.into_iter().try_for_each(|item| self.object(item, number, strict, objects))?;
                }
                value => self.object(value, number, strict, objects)?,
            }
        }
        Ok(())
    }

    fn object(&self, value: Value, number: usize, strict: bool, objects: &mut Vec<Value>) -> Result<(), PlanError> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        if api_version.starts_with("kustomize.config.k8s.io/") {
            return Ok(());
        }
        let is_list = kind.ends_with("List") && value.get("items").is_some_and(Value::is_array);
        let lacks = match () {
            () if !value.is_object() => "it is no map of fields",
            () if api_version.is_empty() => "it has no `apiVersion`",
            () if kind.is_empty() => "it has no `kind`",
            () if !is_list && value.pointer("/metadata/name").and_then(Value::as_str).is_none_or(str::is_empty) => {
                "it has no `metadata.name`"
            }
            () => "",
        };
        if !lacks.is_empty() {
            let error = PlanError::NotAnObject { file: self.name.clone(), document: number, message: lacks.into() };
            // A nameless object is a mistake wherever it stands; a file of values is none.
            return if strict || !(api_version.is_empty() || kind.is_empty()) { Err(error) } else { Ok(()) };
        }
        if !is_list {
            let mut value = value;
            whole_numbers(&mut value);
            objects.push(value);
            return Ok(());
        }
        let Value::Object(mut list) = value else { return Ok(()) };
        let Some(Value::Array(items)) = list.remove("items") else { return Ok(()) };
        for mut item in items {
            if let Value::Object(item) = &mut item {
                // The items of a typed list do not repeat what the list says.
                let of_item = kind.strip_suffix("List").filter(|kind| !kind.is_empty());
                if let (Some(of_item), false) = (of_item, item.contains_key("kind")) {
                    item.insert("kind".into(), of_item.into());
                    item.entry("apiVersion").or_insert_with(|| api_version.as_str().into());
                }
            }
            self.object(item, number, true, objects)?;
        }
        Ok(())
    }
}

/// `replicas: 1.0` is 1 to kubectl, which sends it as JSON.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(whole_numbers),
        Value::Array(list) => list.iter_mut().for_each(whole_numbers),
        Value::Number(number) if number.is_f64() => {
            // Without a fraction and an exponent, the text is that of a whole number.
            let text = number.as_f64().map(|float| float.to_string()).unwrap_or_default();
            if let Ok(whole) = text.parse::<i64>() {
                *value = whole.into();
            }
        }
        _ => {}
    }
}

/// The documents of a YAML text; the error names the document.
fn yaml(text: &str) -> Result<Vec<Value>, (usize, String)> {
    let mut values = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let number = values.len() + 1;
        let mut value = serde_yaml::Value::deserialize(document).map_err(|error| (number, error.to_string()))?;
        value.apply_merge().map_err(|error| (number, error.to_string()))?;
        values.push(json(value, ""));
    }
    Ok(values)
}

/// What kubectl reads as a boolean (YAML 1.1), and YAML 1.2 as a text.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// The fields of Kubernetes' objects that hold a boolean: a text there is a word of YAML 1.1, anything else is refused.
const BOOLEANS: &[&str] = &[
    "allocateLoadBalancerNodePorts",
    "allowPrivilegeEscalation",
    "allowVolumeExpansion",
    "attachRequired",
    "automountServiceAccountToken",
    "blockOwnerDeletion",
    "controller",
    "enableServiceLinks",
    "globalDefault",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostUsers",
    "immutable",
    "manualSelector",
    "optional",
    "paused",
    "privileged",
    "publishNotReadyAddresses",
    "readOnly",
    "readOnlyRootFilesystem",
    "runAsNonRoot",
    "setHostnameAsFQDN",
    "shareProcessNamespace",
    "stdin",
    "stdinOnce",
    "suspend",
    "tty",
    "unschedulable",
];

/// Maps whose keys are one's own.
const FREE: &[&str] = &[
    "data",
    "stringData",
    "binaryData",
    "labels",
    "annotations",
    "matchLabels",
    "nodeSelector",
    "parameters",
    "selector",
];

/// YAML as kubectl reads it: keys become text, a file mode such as `0644` is octal, and `no` is a boolean where one stands.
fn json(value: serde_yaml::Value, key: &str) -> Value {
    use serde_yaml::Value as Yaml;
    let field = key;
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => value.into(),
        Yaml::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => number.into(),
            (_, Some(number), _) => number.into(),
            (_, _, number) => number.into(),
        },
        Yaml::String(text) if matches!(key, "mode" | "defaultMode") && text.starts_with('0') => {
            i64::from_str_radix(&text, 8).map_or(Value::String(text), Value::from)
        }
        Yaml::String(text) => match boolean(&text).filter(|_| BOOLEANS.contains(&key)) {
            Some(boolean) => boolean.into(),
            None => text.into(),
        },
        Yaml::Sequence(list) => list.into_iter().map(|value| json(value, "")).collect(),
        Yaml::Mapping(map) => {
            let fields = map.into_iter().map(|(key, value)| {
                let key = match json(key, "") {
                    Value::String(key) => key,
                    other => other.to_string(),
                };
                // In a map of one's own keys no name has a meaning.
                let value = if FREE.contains(&field) { json(value, field) } else { json(value, &key) };
                (key, value)
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Yaml::Tagged(tagged) => json(tagged.value, key),
    }
}
