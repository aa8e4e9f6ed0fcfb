use super::read::Read;
use super::{Cx, either, elsewhere, list, tick};
use crate::finding::{Finding, Path, Step};
use crate::grammar::{self, Block, Kind};
use crate::model::Meta;
use crate::tree::{Field, Id, Node, Value};
use crate::value::{AnnotationKey, LabelKey, LabelValue, suggest};

/// The keys of one block, checked against the grammar.
pub(super) struct Fields<'c, 't> {
    pub(super) cx: &'c Cx<'t>,
    block: &'static Block,
    fields: &'c [Field],
    /// The block's place.
    pub(super) path: Path,
}

impl<'c, 't> Fields<'c, 't> {
    /// Reports unknown, repeated and missing keys. `owner` is what the block belongs to, for messages: `app \`postgres\``.
    pub(super) fn new(cx: &'c Cx<'t>, block: &'static Block, fields: &'c [Field], path: Path, owner: &str) -> Self {
        Self::among(cx, block, &|_| true, fields, path, owner)
    }

    /// The same for a block of which only some keys fit here: what is no key at all is not answered with one of the others.
    pub(super) fn among(
        cx: &'c Cx<'t>,
        block: &'static Block,
        fits: &dyn Fn(&str) -> bool,
        fields: &'c [Field],
        path: Path,
        owner: &str,
    ) -> Self {
        repeated(cx, fields, &path, "key");
        let inlined = elsewhere::inlined(block, fields);
        let is_inlined =
            |key_id: Id| inlined.iter().flat_map(|inlined| &inlined.fields).any(|field| field.key_id == key_id);
        for inlined in &inlined {
            let [first, ..] = inlined.fields.as_slice() else { continue };
            let (at, key) = (path.key(first.key.clone()).the_key(), inlined.key.name);
            let names = list(inlined.fields.iter().map(|field| &field.key));
            cx.broken.borrow_mut().push(path.key(key));
            let message = format!("the keys {names} stand in {owner} and belong in `{key}`");
            cx.error("key-unknown", at, message, format!("write `{}`", inlined.entry()));
        }
        for field in fields {
            if block.key(&field.key).is_none() && !is_inlined(field.key_id) {
                unknown(cx, block, fits, fields, field, &path, owner);
            }
        }
        for key in block.keys.iter().filter(|key| key.required) {
            let is_elsewhere = inlined.iter().any(|inlined| inlined.key.name == key.name);
            if !is_elsewhere
                && !fields
                    .iter()
                    .any(|field| field.key == key.name || meant(block, fits, fields, field) == Some(key.name))
            {
                let example = key.kind.example();
                // The name of the block stands before it.
                let named = matches!(path.steps.last(), Some(Step::Key(_)));
                cx.error(
                    "key-missing",
                    if named { path.clone().the_key() } else { path.clone() },
                    format!("{owner} has no `{}`", key.name),
                    if example.is_empty() {
                        format!("add `{}`", key.name)
                    } else {
                        format!("add `{}: {example}`", key.name)
                    },
                );
            }
        }
        Self { cx, block, fields, path }
    }

    /// Whether a key is there, or one that it was probably meant to be.
    pub(super) fn has(&self, key: &str) -> bool {
        self.fields
            .iter()
            .any(|field| field.key == key || meant(self.block, &|_| true, self.fields, field) == Some(key))
    }

    /// Where this key is misspelt, what the whole block means is not known.
    pub(super) fn decided_by(&self, key: &str) {
        if self.has(key) && !self.fields.iter().any(|field| field.key == key) {
            self.cx.broken.borrow_mut().push(self.path.clone());
        }
    }

    /// The value of a key as written.
    pub(super) fn node(&self, key: &str) -> Option<(&'c Node, Path, Kind)> {
        debug_assert!(self.block.key(key).is_some(), "the grammar has no key `{key}` in `{}`", self.block.name);
        let kind = self.block.key(key)?.kind;
        let field = self.fields.iter().find(|field| field.key == key)?;
        if field.value.value == Value::Absent {
            self.cx.error(
                "value-missing",
                self.path.key(key.to_owned()).the_key(),
                format!("`{key}` has no value"),
                format!("write `{key}: {}`", kind.example()),
            );
            return None;
        }
        Some((&field.value, self.path.key(key.to_owned()), kind))
    }

    /// The value of a key, if it is there and can be understood.
    pub(super) fn get<T: Read>(&self, key: &'static str) -> Option<T> {
        let (node, path, kind) = self.node(key)?;
        T::read(self.cx, node, &path, kind, key)
    }

    /// The same, or the default.
    pub(super) fn or_default<T: Read + Default>(&self, key: &'static str) -> T {
        self.get(key).unwrap_or_default()
    }

    /// A word of an enumeration.
    pub(super) fn word<T: Copy>(&self, key: &'static str, meaning: &[(&str, T)]) -> Option<T> {
        let (node, path, kind) = self.node(key)?;
        read_word(self.cx, node, &path, kind, key, meaning)
    }

    /// The entries of a map, without repeated ones.
    pub(super) fn entries(&self, key: &'static str, what: &str) -> Vec<(&'c Field, Path)> {
        let Some((node, path, kind)) = self.node(key) else { return Vec::new() };
        entries(self.cx, node, &path, kind, key, what)
    }

    /// The entries of a list; a single value stands for a list of one.
    pub(super) fn list(&self, key: &'static str) -> Vec<(&'c Node, Path)> {
        let Some((node, path, _)) = self.node(key) else { return Vec::new() };
        match &node.value {
            Value::List(nodes) => nodes.iter().enumerate().map(|(n, node)| (node, path.index(n))).collect(),
            _ => vec![(node, path)],
        }
    }

    /// `labels` and `annotations` and `allow`, which most blocks have.
    pub(super) fn meta(&self, doc: &str) -> Meta {
        Meta {
            labels: self.labels("labels"),
            annotations: self.annotations("annotations"),
            doc: doc.to_owned(),
            allow: self.rules(),
        }
    }

    pub(super) fn labels(&self, key: &'static str) -> Vec<(LabelKey, LabelValue)> {
        let Some((node, path, kind)) = self.node(key) else { return Vec::new() };
        labels(self.cx, node, &path, kind, key)
    }

    pub(super) fn annotations(&self, key: &'static str) -> Vec<(AnnotationKey, String)> {
        self.entries(key, "annotation")
            .into_iter()
            .filter_map(|(field, path)| {
                let name = key_of(self.cx, field, &path, "annotation");
                let value = super::read::text_like(self.cx, &field.value, &path, Kind::Text, &field.key);
                Some((name?, value?))
            })
            .collect()
    }

    /// Rule ids: `[image_floating]` or `["image-floating"]`.
    pub(super) fn rules(&self) -> Vec<String> {
        self.list("allow")
            .into_iter()
            .filter_map(|(node, path)| {
                let written = match &node.value {
                    Value::Path(parts) if parts.len() == 1 => parts.first()?.as_str(),
                    Value::Text(text) => text.as_str(),
                    _ => {
                        self.cx.wrong_kind(&path, "allow", Kind::Rules, node);
                        return None;
                    }
                };
                match crate::check::warning(written) {
                    Ok(id) => Some(id),
                    Err(error) => {
                        self.cx.error(error.rule, path, error.message, error.help);
                        None
                    }
                }
            })
            .collect()
    }
}

/// The entries of a map, without repeated ones.
pub(super) fn entries<'c>(
    cx: &Cx<'_>,
    node: &'c Node,
    path: &Path,
    kind: Kind,
    noun: &str,
    what: &str,
) -> Vec<(&'c Field, Path)> {
    let Value::Map(fields) = &node.value else {
        if let Value::Hole(hole) = node.value {
            cx.hole(hole, path, noun, kind, node);
        } else {
            cx.wrong_kind(path, noun, kind, node);
        }
        return Vec::new();
    };
    if let Some(form) = elsewhere::nameless(kind, fields) {
        let message = format!("{} holds entries with names, not the keys of one", tick(noun));
        cx.error("value-kind", path.clone(), message, format!("write {form}"));
        return Vec::new();
    }
    repeated(cx, fields, path, what);
    let mut seen = Vec::new();
    fields
        .iter()
        .filter(|field| {
            let first = !seen.contains(&field.key.as_str());
            seen.push(field.key.as_str());
            first
        })
        .map(|field| (field, path.key(field.key.clone())))
        .collect()
}

pub(super) fn labels(cx: &Cx<'_>, node: &Node, path: &Path, kind: Kind, noun: &str) -> Vec<(LabelKey, LabelValue)> {
    entries(cx, node, path, kind, noun, "label")
        .into_iter()
        .filter_map(|(field, path)| {
            let name = key_of(cx, field, &path, "label");
            let value = super::read::text_like(cx, &field.value, &path, Kind::LabelValue, &field.key);
            let value = value.and_then(|text| match text.parse() {
                Ok(value) => Some(value),
                Err(error) => {
                    cx.invalid(&path, "label value", error);
                    None
                }
            });
            Some((name?, value?))
        })
        .collect()
}

/// A key that is a value of its own: a port's name, a variable's name. An identifier is taken as written.
pub(super) fn key_of<T: std::str::FromStr<Err = crate::value::ValueError>>(
    cx: &Cx<'_>,
    field: &Field,
    path: &Path,
    noun: &str,
) -> Option<T> {
    parse_key(cx, &field.key, path, noun)
}

/// A key that names an object inside the app: an identifier stands for its kebab-case.
pub(super) fn name_of_key<T: std::str::FromStr<Err = crate::value::ValueError>>(
    cx: &Cx<'_>,
    field: &Field,
    path: &Path,
    noun: &str,
) -> Option<T> {
    if field.quoted {
        parse_key(cx, &field.key, path, noun)
    } else {
        parse_key(cx, &crate::value::to_name(&field.key), path, noun)
    }
}

fn parse_key<T: std::str::FromStr<Err = crate::value::ValueError>>(
    cx: &Cx<'_>,
    text: &str,
    path: &Path,
    noun: &str,
) -> Option<T> {
    match text.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            cx.invalid(&path.clone().the_key(), noun, error);
            None
        }
    }
}

pub(super) fn read_word<T: Copy>(
    cx: &Cx<'_>,
    node: &Node,
    path: &Path,
    kind: Kind,
    noun: &str,
    meaning: &[(&str, T)],
) -> Option<T> {
    let word = match &node.value {
        Value::Path(parts) if parts.len() == 1 => parts.first()?.as_str(),
        Value::Text(text) => text.as_str(),
        // Only an update has settings of its own.
        Value::Call(call) if kind == Kind::Update => call.name.as_str(),
        Value::Hole(hole) => {
            return cx.hole(*hole, path, noun, kind, node).then(|| meaning.first().map(|(_, value)| *value))?;
        }
        _ => {
            cx.wrong_kind(path, noun, kind, node);
            return None;
        }
    };
    if let Some((_, value)) = meaning.iter().find(|(name, _)| *name == word) {
        return Some(*value);
    }
    let words = meaning.iter().map(|(name, _)| *name);
    let help = match suggest(word, words) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write {}", either(meaning.iter().map(|(name, _)| *name))),
    };
    cx.error("word-unknown", path.clone(), format!("unknown {} `{word}`", tick(noun)), help);
    None
}

/// Every key after the first of its name is an error.
fn repeated(cx: &Cx<'_>, fields: &[Field], path: &Path, what: &str) {
    for (n, field) in fields.iter().enumerate() {
        if fields.iter().take(n).any(|first| first.key == field.key) {
            // The place of a repeated key cannot be told from the first one's by name, so its node is named.
            let finding = Finding::error(
                "duplicate-key",
                path.key(field.key.clone()).the_key().node(field.key_id),
                format!("{what} `{}` is declared twice", field.key),
            )
            .help("remove one of the two")
            .also(path.key(field.key.clone()).the_key(), "first declared");
            cx.findings.borrow_mut().push(finding);
        }
    }
}

/// The key of the block that a word was probably meant to be, if it is none.
fn meant(block: &'static Block, fits: &dyn Fn(&str) -> bool, fields: &[Field], field: &Field) -> Option<&'static str> {
    if block.key(&field.key).is_some() {
        return None;
    }
    let names = || block.names().filter(|name| fits(name));
    let unused = || names().filter(|name| !fields.iter().any(|field| field.key == *name));
    let known = grammar::known_elsewhere(&field.key, block).filter(|near| fits(near));
    // What is a key elsewhere is rather misplaced than misspelt.
    let is_misspelt = |near: &&str| owners(&field.key, block).is_empty() || is_slip(&field.key, near);
    let near = || {
        suggest(&field.key, unused()).or_else(|| suggest(&field.key, names())).or_else(|| begun(&field.key, unused()))
    };
    known.or_else(|| near().filter(is_misspelt))
}

fn unknown(
    cx: &Cx<'_>,
    block: &'static Block,
    fits: &dyn Fn(&str) -> bool,
    fields: &[Field],
    field: &Field,
    path: &Path,
    owner: &str,
) {
    let at = path.key(field.key.clone()).the_key();
    let names = || block.names().filter(|name| fits(name));
    let owners = owners(&field.key, block);
    let near = meant(block, fits, fields, field);
    let help = if let Some(engine) = crate::engine::by_name(&field.key).filter(|_| block.key("engine").is_some()) {
        // What an engine would bring is not missing.
        cx.broken.borrow_mut().push(path.key("engine"));
        format!("write `engine: {} {{ … }}`", engine.name)
    } else if let Some(advice) = grammar::advice(&field.key, block) {
        present(cx, block, field, path);
        advice.to_owned()
    } else if let Some(near) = near.filter(|near| fields.iter().any(|field| field.key == *near)) {
        format!("`{near}` is there already: remove one of the two")
    } else if let Some(near) = near {
        // What is then said to be missing is there, under this name.
        cx.broken.borrow_mut().push(path.key(near));
        format!("did you mean `{near}`?")
    } else if !owners.is_empty() {
        format!("`{}` belongs in {}", field.key, owners.join(", "))
    } else if names().next().is_none() {
        "remove it".to_owned()
    } else if names().count() <= MOST_LISTED {
        format!("the keys are {}", list(names()))
    } else {
        format!("docs/grammar.md lists the keys of {}", block.name)
    };
    cx.error("key-unknown", at, format!("unknown key `{}` in {owner}", field.key), help);
}

/// More keys than this are no help.
const MOST_LISTED: usize = 12;

/// Where else a key of this name stands, in the words of a message.
fn owners(key: &str, block: &Block) -> Vec<String> {
    let mut owners: Vec<String> = Vec::new();
    for owner in grammar::owners(key, block) {
        let owner = if owner.module == grammar::HEAD.module {
            "the settings before the items".to_owned()
        } else {
            format!("`{}`", owner.name)
        };
        if owner != format!("`{}`", block.name) && !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    owners
}

/// Keys of a block that stand too deep are not missing.
fn present(cx: &Cx<'_>, block: &Block, field: &Field, path: &Path) {
    for inner in field.value.fields().unwrap_or_default() {
        if block.key(&inner.key).is_some() {
            cx.broken.borrow_mut().push(path.key(inner.key.clone()));
        }
        present(cx, block, inner, path);
    }
}

/// The only key that begins so: half of a key, while it is written.
fn begun<'k>(written: &str, mut keys: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let one = keys.find(|key| written.len() > 1 && key.starts_with(written))?;
    keys.all(|key| !key.starts_with(written)).then_some(one)
}

/// Whether one letter makes the difference.
fn is_slip(written: &str, key: &str) -> bool {
    let (written, key) = (written.to_lowercase(), key.to_lowercase());
    written.len().abs_diff(key.len()) <= 1 && strsim::osa_distance(&written, &key) <= 1
}
