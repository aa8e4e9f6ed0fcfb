//! What a manifest, a compose file or a chart would write in a place, in the form that stands there here.

use super::read::written as key_of_item;
use crate::grammar::{self, Block, Kind};
use crate::tree::{Call, Field, Node, Value};
use crate::value::{Image, MountPath, StorageSize, command};
use std::borrow::Cow;

/// Longer than this, an example says more.
const LONGEST: usize = 160;

/// What other languages call the text of a file.
const READERS: [&str; 6] = ["file", "from_file", "include_str", "include", "read_file", "read"];

/// The same thing in the form of the kind, if it is known from elsewhere.
pub(super) fn form(kind: Kind, value: &Value) -> Option<String> {
    let text = match (kind, value) {
        (Kind::Engine, Value::Map(fields)) => engine(fields),
        (Kind::Engine, Value::List(nodes)) => match nodes.as_slice() {
            [one] => one.word().and_then(super::repair::engine),
            _ => None,
        },
        (Kind::ConfigText, Value::Call(call)) if READERS.contains(&call.name.as_str()) => match call.args.as_slice() {
            [Node { value: Value::Text(file), .. }] => Some(format!("include_str!({file:?})")),
            _ => None,
        },
        (Kind::Image, Value::Map(fields)) => image(fields),
        (Kind::Image, Value::Call(call)) => match call.args.as_slice() {
            [tag] if Kind::ParamType.calls().iter().all(|form| form.word != call.name) => {
                image_of(&call.name, text_of(tag)?)
            }
            _ => None,
        },
        (Kind::Probe | Kind::Hook, Value::Map(fields)) => handler(kind, fields),
        (Kind::EnvValue, Value::Map(fields)) => key_ref(fields),
        (Kind::EnvValue, Value::Call(call)) => match call.args.as_slice() {
            [] => key_ref(&call.fields),
            [secret, key] => reference(text_of(secret)?, text_of(key)?),
            _ => None,
        },
        (Kind::Ports | Kind::Env | Kind::Headers, Value::List(nodes)) => {
            named(nodes, |rest| scalar(kind, rest)).or_else(|| assigned(nodes))
        }
        (Kind::Storage | Kind::Scratch | Kind::Containers | Kind::Mounts, Value::List(nodes)) => {
            named(nodes, |rest| block(rest.iter().copied()))
        }
        (Kind::ServicePorts, Value::List(nodes)) => service_ports(nodes),
        (Kind::IngressRules, Value::Map(fields)) => hosts(fields),
        (Kind::Amount | Kind::AmountRange | Kind::Memory, Value::Map(fields)) => {
            let of = |names: &[&str]| fields.iter().find(|field| names.contains(&field.key.as_str()));
            range(of(&["request", "requests", "min"])?, of(&["limit", "limits", "max"])?)
        }
        (Kind::Spread, Value::Map(fields)) => spread(fields).map(|entry| format!("{{ {entry} }}")),
        (Kind::Spread, Value::List(nodes)) => {
            let entries: Vec<_> = nodes.iter().map(|node| spread(node.fields()?)).collect::<Option<_>>()?;
            Some(format!("{{ {} }}", entries.join(", ")))
        }
        (_, Value::List(nodes)) if is_of_texts(kind) => assigned(nodes),
        (_, Value::Text(_)) if is_of_texts(kind) || kind == Kind::Env => {
            assigned(std::slice::from_ref(&Node::of(value.clone())))
        }
        _ => None,
    };
    text.filter(|text| text.chars().count() <= LONGEST)
}

/// Whether the entries are texts with any keys.
fn is_of_texts(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Labels | Kind::Annotations | Kind::Settings | Kind::Sysctls | Kind::DnsOptions | Kind::NamespaceLabels
    )
}

/// An entry of a block of such entries, for which its one important value stands: `storage: { data: 10Gi }`.
pub(super) fn entry(kind: Kind, value: &Value) -> Option<String> {
    let (Value::Text(text) | Value::Word(text)) = value else { return None };
    match kind {
        // A bare number could be anything.
        Kind::Storage if text.ends_with(char::is_alphabetic) && text.parse::<StorageSize>().is_ok() => {
            Some(format!("{{ size: {text} }}"))
        }
        Kind::Scratch if text.parse::<MountPath>().is_ok() => Some(format!("{{ mount: {text:?} }}")),
        Kind::Containers if text.parse::<Image>().is_ok() => Some(format!("{{ image: {text:?} }}")),
        _ => None,
    }
}

/// A block whose entries have names, where the keys of one entry stand: `storage: { mount: "/data", size: 10Gi }`.
pub(super) fn nameless(kind: Kind, fields: &[Field]) -> Option<String> {
    let inner = match kind {
        Kind::Storage | Kind::Scratch | Kind::Containers | Kind::Files => kind.block()?,
        _ => return None,
    };
    let is_key = |field: &Field| inner.key(&field.key).is_some() && field.value.fields().is_none();
    if fields.is_empty() || !fields.iter().all(is_key) {
        return None;
    }
    let example = kind.example().strip_prefix("{ ")?;
    let name = example.split(": ").next()?;
    let text = block(fields.iter()).filter(|text| text.chars().count() <= LONGEST);
    Some(format!("{{ {name}: {} }}", text.as_deref().unwrap_or("{ … }")))
}

/// `{ registry: "ghcr.io", repository: "team/app", tag: "1.2" }`
fn image(fields: &[Field]) -> Option<String> {
    let of = |names: &[&str]| {
        fields.iter().find(|field| names.contains(&field.key.as_str())).and_then(|field| text_of(&field.value))
    };
    let repository = of(&["repository", "name", "image"])?;
    let repository = of(&["registry"]).map_or(repository.to_owned(), |registry| format!("{registry}/{repository}"));
    image_of(&repository, of(&["tag", "version"])?)
}

fn image_of(repository: &str, tag: &str) -> Option<String> {
    let image = format!("{repository}:{tag}");
    image.parse::<Image>().is_ok().then(|| format!("{image:?}"))
}

/// Requests and limits, each for itself, as a range for each resource.
pub(super) fn ranges(fields: &[Field]) -> Option<String> {
    let side = |name: &str| fields.iter().find(|field| field.key == name).and_then(|field| field.value.fields());
    let (requests, limits) = (side("requests"), side("limits"));
    if requests.is_none() && limits.is_none() {
        return None;
    }
    let (requests, limits) = (requests.unwrap_or_default(), limits.unwrap_or_default());
    let of = |fields: &[Field], key: &str| {
        fields.iter().find(|field| field.key == key).and_then(|field| text_of(&field.value)).map(str::to_owned)
    };
    let mut written = Vec::new();
    for field in requests.iter().chain(limits) {
        let name = key(field);
        let is_there = written.iter().any(|entry: &String| entry.starts_with(&format!("{name}: ")));
        if is_there {
            continue;
        }
        written.push(match (of(requests, &field.key), of(limits, &field.key)) {
            (Some(low), Some(high)) => format!("{name}: {low}..{high}"),
            (Some(low), None) => format!("{name}: {low}"),
            (None, Some(high)) => format!("{name}: ..{high}"),
            (None, None) => return Some("{ cpu: 500m..1, memory: 2Gi..4Gi }".to_owned()),
        });
    }
    Some(format!("{{ {} }}", written.join(", ")))
}

/// `{ settings: { prefix: "X_" }, login }` where a list of sources stands.
pub(super) fn sources(fields: &[Field]) -> Option<String> {
    let is_key = |field: &Field| {
        grammar::ENV_FROM.key(&field.key).is_some()
            || grammar::known_elsewhere(&field.key, &grammar::ENV_FROM).is_some()
    };
    if fields.is_empty() || fields.iter().any(is_key) {
        return None;
    }
    let sources = fields.iter().map(|field| match field.value.fields() {
        Some(inner) if !inner.is_empty() => {
            let inside = block(inner.iter())?;
            Some(format!("{{ source: {},{} }}", field.key, inside.strip_prefix('{')?.strip_suffix(" }")?))
        }
        _ => Some(field.key.clone()),
    });
    sources.collect::<Option<Vec<_>>>().map(|sources| format!("[{}]", sources.join(", ")))
}

/// `{ name: postgres, version: "17" }`, `{ postgres: { version: "17" } }`.
fn engine(fields: &[Field]) -> Option<String> {
    let is_name = |field: &&Field| matches!(field.key.as_str(), "name" | "type" | "kind" | "engine");
    if let Some(name) = fields.iter().find(is_name) {
        let engine = super::repair::engine(text_of(&name.value)?)?;
        let rest = block(fields.iter().filter(|field| field.key_id != name.key_id || field.key != name.key))?;
        return Some(if rest == "{ }" { engine } else { format!("{engine} {rest}") });
    }
    match fields {
        [one] => {
            let engine = super::repair::engine(&one.key)?;
            let inside = one.value.fields().and_then(|inner| block(inner.iter()));
            Some(inside.map_or(engine.clone(), |inside| format!("{engine} {inside}")))
        }
        _ => None,
    }
}

/// `{ exec: { command: ["x"] } }`, `{ http: "/ready", port: 80 }`, also without the form's own braces: `http { path: "/ready", port: 80 }`.
fn handler(kind: Kind, fields: &[Field]) -> Option<String> {
    let forms = [
        ("exec", "exec"),
        ("httpGet", "http"),
        ("http", "http"),
        ("tcpSocket", "tcp"),
        ("tcp", "tcp"),
        ("grpc", "grpc"),
        ("sleep", "sleep"),
    ];
    let (field, form) = fields
        .iter()
        .find_map(|field| forms.iter().find(|(word, _)| *word == field.key).map(|(_, form)| (field, *form)))?;
    kind.calls().iter().find(|known| known.word == form)?;
    let call = match field.value.fields() {
        Some(inner) => arguments(form, inner)?,
        None => {
            let rest: Vec<&Field> = fields.iter().filter(|other| other.key != field.key).collect();
            match (form, rest.iter().find(|other| other.key == "port")) {
                ("http", Some(port)) => format!("http({}, {})", node(&field.value)?, node(&port.value)?),
                ("http", None) => return None,
                ("exec", _) => format!("exec({})", list(&field.value)?),
                _ => format!("{form}({})", node(&field.value)?),
            }
        }
    };
    let is_used = |other: &Field| other.key == field.key || field.value.fields().is_none() && other.key == "port";
    Some(if fields.iter().all(is_used) { call } else { format!("{call} {{ … }}") })
}

/// A form with the arguments that stand in its braces.
pub(super) fn arguments(form: &str, fields: &[Field]) -> Option<String> {
    let of = |names: &[&str]| fields.iter().find(|field| names.contains(&field.key.as_str()));
    let port = || of(&["port"]).and_then(|port| node(&port.value));
    let (call, used): (_, &[&str]) = match form {
        "exec" => (format!("exec({})", list(&of(&["command", "exec"])?.value)?), &["command", "exec"]),
        "http" => {
            let path = of(&["path"]).map_or(Some("\"/\"".to_owned()), |path| node(&path.value))?;
            (format!("http({path}, {})", port()?), &["path", "port"])
        }
        "tcp" | "grpc" => (format!("{form}({})", port()?), &["port"]),
        _ => return None,
    };
    let is_used = |field: &Field| used.contains(&field.key.as_str());
    Some(if fields.iter().all(is_used) { call } else { format!("{call} {{ … }}") })
}

/// `{ valueFrom: { secretKeyRef: { name: "login", key: "password" } } }` as `login.password`.
fn key_ref(fields: &[Field]) -> Option<String> {
    let of = |names: &[&str]| fields.iter().find(|field| names.contains(&field.key.as_str())).map(|field| &field.value);
    if let Some(inner) = of(&["valueFrom", "value_from", "secretKeyRef", "configMapKeyRef"]).and_then(Node::fields) {
        return key_ref(inner);
    }
    if let Some(path) = of(&["fieldRef"]).and_then(Node::fields).and_then(|inner| inner.first()) {
        return Some(format!("field({})", node(&path.value)?));
    }
    reference(text_of(of(&["name"])?)?, text_of(of(&["key"])?)?)
}

fn reference(item: &str, key: &str) -> Option<String> {
    let ident: String = item.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let key = Field { key: key.to_owned(), quoted: true, ..Field::default() };
    Some(key_of_item(&ident, &key))
}

/// A list of blocks with names, as a block of them.
fn named(nodes: &[Node], value: impl Fn(&[&Field]) -> Option<String>) -> Option<String> {
    let entries = nodes.iter().map(|node| {
        let fields = node.fields()?;
        let name = text_of(&fields.iter().find(|field| field.key == "name")?.value)?;
        let rest: Vec<&Field> = fields.iter().filter(|field| field.key != "name").collect();
        Some(format!("{}: {}", name_as_key(name), value(&rest)?))
    });
    let entries: Option<Vec<_>> = entries.collect();
    entries.filter(|entries| !entries.is_empty()).map(|entries| format!("{{ {} }}", entries.join(", ")))
}

fn range(low: &Field, high: &Field) -> Option<String> {
    Some(format!("{}..{}", text_of(&low.value)?, text_of(&high.value)?))
}

/// `topologyKey: "topology.kubernetes.io/zone", maxSkew: 1`
fn spread(fields: &[Field]) -> Option<String> {
    let of = |names: &[&str]| fields.iter().find(|field| names.contains(&field.key.as_str())).map(|field| &field.value);
    let label = text_of(of(&["topologyKey"])?)?;
    let is_it = |word: &&grammar::Word| word.word == label || word.doc.contains(&format!("`{label}`"));
    let known = Kind::Topology.words().iter().find(is_it);
    let mut inside = Vec::new();
    if let Some(skew) = of(&["maxSkew"]) {
        inside.push(format!("max_skew: {}", node(skew)?));
    }
    if of(&["whenUnsatisfiable"]).and_then(text_of) == Some("DoNotSchedule") {
        inside.push("required: true".to_owned());
    }
    let key = known.map_or_else(|| name_as_key(label), |word| Cow::Borrowed(word.word));
    Some(format!("{key}: {{ {} }}", inside.join(", ")))
}

/// `[{ port: 80, targetPort: http }]`
fn service_ports(nodes: &[Node]) -> Option<String> {
    let entries = nodes.iter().map(|entry| {
        let fields = entry.fields()?;
        let of = |name: &str| fields.iter().find(|field| field.key == name).map(|field| &field.value);
        let target = of("targetPort").or(of("target_port")).or(of("target")).and_then(text_of);
        let is_name = |text: &&str| text.starts_with(|c: char| c.is_ascii_alphabetic());
        let name = of("name").and_then(text_of).or(target).filter(is_name)?;
        Some(format!("{}: {}", name_as_key(name), node(of("port").or(of("number"))?)?))
    });
    let entries: Vec<String> = entries.collect::<Option<_>>()?;
    Some(format!("{{ {} }}", entries.join(", ")))
}

/// `{ "db.example.com/path": web.http }`
fn hosts(fields: &[Field]) -> Option<String> {
    let rules = fields.iter().map(|field| {
        let (host, path) =
            field.key.split_once('/').map_or((field.key.as_str(), None), |(host, path)| (host, Some(path)));
        let Value::Path(parts) = &field.value.value else { return None };
        let [service, port] = parts.as_slice() else { return None };
        let path = path.filter(|path| !path.is_empty()).map_or(String::new(), |path| format!("path: \"/{path}\", "));
        Some(format!("{{ host: {host:?}, {path}service: {service}, port: {port} }}"))
    });
    let rules: Vec<String> = rules.collect::<Option<_>>()?;
    Some(format!("[{}]", rules.join(", ")))
}

/// What stands beside the name of a port or a variable.
fn scalar(kind: Kind, rest: &[&Field]) -> Option<String> {
    let of = |names: &[&str]| rest.iter().find(|field| names.contains(&field.key.as_str())).map(|field| &field.value);
    match kind {
        Kind::Ports => {
            let number = node(of(&["containerPort", "container_port", "port", "number"])?)?;
            Some(match of(&["protocol"]).and_then(text_of) {
                Some(protocol) if protocol != "TCP" => format!("{{ number: {number}, protocol: {protocol} }}"),
                _ => number,
            })
        }
        _ => match of(&["value"]) {
            Some(value) => node(value),
            None => key_ref(&rest.iter().map(|field| (*field).clone()).collect::<Vec<_>>()),
        },
    }
}

/// `["A=1", "B: 2"]` as a block.
fn assigned(nodes: &[Node]) -> Option<String> {
    let entries = nodes.iter().map(|node| {
        let Value::Text(text) = &node.value else { return None };
        let (key, value) = text.split_once(['=', ':'])?;
        let key = key.trim();
        let is_key = !key.is_empty() && !key.contains(char::is_whitespace);
        is_key.then(|| format!("{}: {:?}", name_as_key(key), value.trim()))
    });
    let entries: Option<Vec<_>> = entries.collect();
    entries.filter(|entries| !entries.is_empty()).map(|entries| format!("{{ {} }}", entries.join(", ")))
}

/// The text of a string, a word or a number.
fn text_of(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) | Value::Word(text) => Some(text),
        Value::Path(parts) => match parts.as_slice() {
            [one] => Some(one),
            _ => None,
        },
        _ => None,
    }
}

/// The words of a command.
fn list(value: &Node) -> Option<String> {
    match &value.value {
        Value::List(nodes) => nodes.iter().map(node).collect::<Option<Vec<_>>>().map(|words| words.join(", ")),
        Value::Text(text) => Some(command::words(text)),
        _ => None,
    }
}

fn key(field: &Field) -> Cow<'_, str> {
    if field.quoted { name_as_key(&field.key) } else { Cow::Borrowed(&field.key) }
}

fn name_as_key(name: &str) -> Cow<'_, str> {
    let is_word =
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    if is_word { Cow::Borrowed(name) } else { Cow::Owned(format!("{name:?}")) }
}

/// Entries as they are written, in braces.
pub(super) fn block<'f>(fields: impl Iterator<Item = &'f Field>) -> Option<String> {
    let entries = fields.map(|field| match &field.value.value {
        Value::Absent => Some(key(field).into_owned()),
        _ => Some(format!("{}: {}", key(field), node(&field.value)?)),
    });
    let entries: Vec<String> = entries.collect::<Option<_>>()?;
    Some(if entries.is_empty() { "{ }".to_owned() } else { format!("{{ {} }}", entries.join(", ")) })
}

fn node(node: &Node) -> Option<String> {
    value(&node.value)
}

/// A value as it is written; `None` where that is not known.
pub(super) fn value(value: &Value) -> Option<String> {
    let all = |nodes: &[Node]| nodes.iter().map(node).collect::<Option<Vec<_>>>().map(|nodes| nodes.join(", "));
    match value {
        Value::Text(text) => Some(format!("{text:?}")),
        Value::Word(word) => Some(word.clone()),
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Path(parts) => {
            let is_word = |part: &String| part.chars().all(|c| c.is_alphanumeric() || c == '_');
            parts.iter().all(is_word).then(|| parts.join("."))
        }
        Value::List(nodes) => Some(format!("[{}]", all(nodes)?)),
        Value::Map(fields) => block(fields.iter()),
        Value::Range(low, high) => {
            let end = |node: &Node| if node.value == Value::Absent { Some(String::new()) } else { self::node(node) };
            Some(format!("{}..{}", end(low)?, end(high)?))
        }
        Value::Call(Call { name, args, fields, .. }) => {
            let arguments = if args.is_empty() { String::new() } else { format!("({})", all(args)?) };
            let braces = if fields.is_empty() { String::new() } else { format!(" {}", block(fields.iter())?) };
            Some(format!("{name}{arguments}{braces}"))
        }
        _ => None,
    }
}

/// A key of this block that is not there, and the keys of its own block that stand here instead: `host` and `service` of `rules`.
pub(super) struct Inlined<'f> {
    pub(super) key: &'static grammar::Key,
    pub(super) fields: Vec<&'f Field>,
}

/// Several keys of one block that stand in the block around it, for each such block.
pub(super) fn inlined<'f>(block: &'static Block, fields: &'f [Field]) -> Vec<Inlined<'f>> {
    let is_there = |name: &str| fields.iter().any(|field| field.key == name);
    let inner = |key: &grammar::Key| match key.kind {
        // An image is no engine's.
        Kind::Engine if is_there("image") => None,
        Kind::Engine => Some(&grammar::ENGINE),
        kind => kind.block(),
    };
    let of_inner = |key: &grammar::Key, field: &Field| {
        block.key(&field.key).is_none() && inner(key).is_some_and(|inner| inner.key(&field.key).is_some())
    };
    let candidates: Vec<_> = block.keys.iter().filter(|key| !is_there(key.name)).collect();
    // A key of two blocks does not say which is meant, nor does one that is advised otherwise.
    let is_certain = |field: &Field| {
        grammar::advice(&field.key, block).is_none()
            && candidates.iter().filter(|candidate| of_inner(candidate, field)).count() == 1
    };
    let mut found: Vec<Inlined<'f>> = Vec::new();
    for key in &candidates {
        let is_taken = |field: &Field| found.iter().flat_map(|other| &other.fields).any(|other| other.key == field.key);
        let fields: Vec<&Field> = fields.iter().filter(|field| of_inner(key, field) && !is_taken(field)).collect();
        if fields.iter().filter(|field| is_certain(field)).count() > 1 {
            found.push(Inlined { key, fields });
        }
    }
    found
}

impl Inlined<'_> {
    /// The entry that holds them.
    pub(super) fn entry(&self) -> String {
        let inside = block(self.fields.iter().copied()).filter(|text| text.chars().count() <= LONGEST);
        let inside = inside.unwrap_or_else(|| "{ … }".to_owned());
        let example = self.key.kind.example();
        let name = example.strip_prefix("{ ").and_then(|rest| rest.split_once(": {")).map(|(name, _)| name);
        let value = match name {
            _ if self.key.kind == Kind::Engine => format!("postgres {inside}"),
            Some(name) => format!("{{ {name}: {inside} }}"),
            None if example.starts_with('[') => format!("[{inside}]"),
            None => inside,
        };
        format!("{}: {value}", self.key.name)
    }
}
