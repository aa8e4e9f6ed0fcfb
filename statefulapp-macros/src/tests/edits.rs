//! One wrong edit of a right declaration is an error, and an error stands on what was edited.
//!
//! The declarations are the mended examples of all rules and the examples of the crate; together they have every key of the grammar.

use super::rules::{declarations, page};
use crate::front::{self, Front};
use crate::spans::Spans;
use proc_macro2::{Span, TokenStream, TokenTree};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use statefulapp_core::check;
use statefulapp_core::finding::Severity;
use statefulapp_core::grammar::{self, Block, Kind};
use statefulapp_core::tree::{Field, Node, Value};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

/// A declaration without errors.
pub(super) struct Base {
    source: String,
    /// The places that an edit can be made at, by what the grammar says of them.
    places: Vec<Place>,
    tokens: Vec<Token>,
}

/// A token with its place in the source.
#[derive(Clone, Debug)]
struct Token {
    text: String,
    at: Range<usize>,
    depth: usize,
}

/// Something in a declaration whose meaning the grammar knows.
#[derive(Clone, Debug)]
enum Place {
    /// An entry with a key of the block.
    Field { key: Range<usize>, owner: Range<usize>, required: bool, name: &'static str, block: &'static str },
    /// The value of a key.
    Value { of: Kind, at: Range<usize>, is_path: bool, is_plain: bool },
    /// The kind of an item.
    Kind { at: Range<usize> },
    /// A whole item, and where its name stands in it.
    Item { at: Range<usize>, name: Range<usize> },
}

/// What an edit does.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    what: String,
    /// What is replaced.
    from: Range<usize>,
    by: String,
    /// Where an error must stand in the edited source: it touches this.
    expected: Range<usize>,
}

impl Edit {
    /// The source with the edit.
    pub(super) fn applied(&self, base: &Base) -> String {
        let mut source = base.source.clone();
        source.replace_range(self.from.clone(), &self.by);
        source
    }
}

fn range(spans: &Spans, id: u32) -> Range<usize> {
    let (first, last) = spans.get(id);
    first.byte_range().start..last.byte_range().end
}

fn flatten(tokens: TokenStream, depth: usize, flat: &mut Vec<Token>) {
    let token = |text: &str, span: Span| Token { text: text.to_owned(), at: span.byte_range(), depth };
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Brace => ("{", "}"),
                    proc_macro2::Delimiter::Bracket => ("[", "]"),
                    _ => ("(", ")"),
                };
                flat.push(token(open, group.span_open()));
                flatten(group.stream(), depth + 1, flat);
                flat.push(token(close, group.span_close()));
            }
            other => flat.push(token(&other.to_string(), other.span())),
        }
    }
}

impl Base {
    fn new(source: String) -> Self {
        let stream: TokenStream = source.parse().unwrap_or_else(|error| panic!("{error}:\n{source}"));
        let mut tokens = Vec::new();
        flatten(stream.clone(), 0, &mut tokens);
        let front = front::front(stream);
        let errors = errors(&front);
        assert!(errors.is_empty(), "{source}\n{errors:?}");
        let mut base = Self { source, places: Vec::new(), tokens };
        base.walk(&front);
        base
    }

    fn walk(&mut self, front: &Front) {
        let parsed = &front.parsed;
        let whole = 0..self.source.len();
        self.block(&parsed.spans, &grammar::HEAD, &parsed.tree.head, &whole);
        for item in &parsed.tree.items {
            let (kind, name) = (range(&parsed.spans, item.kind_id), range(&parsed.spans, item.name.id));
            let Some(block) = grammar::item(&item.kind) else { continue };
            self.places.push(Place::Kind { at: kind.clone() });
            if !matches!(item.name.value, Value::Hole(_)) {
                self.places.push(Place::Item { at: kind.start..self.end_of_item(kind.start), name: name.clone() });
            }
            self.block(&parsed.spans, block, &item.fields, &name);
            // The settings of an object whose own keys are data.
            let meta = item.fields.iter().find(|field| field.key == "meta" && block.keys.is_empty());
            if let Some(fields) = meta.and_then(|field| field.value.fields()) {
                self.block(&parsed.spans, &grammar::DATA_META, fields, &name);
            }
        }
    }

    fn block(&mut self, spans: &Spans, block: &'static Block, fields: &[Field], owner: &Range<usize>) {
        for field in fields {
            let Some(key) = block.key(&field.key) else { continue };
            let at = range(spans, field.key_id);
            self.places.push(Place::Field {
                key: at.clone(),
                owner: owner.clone(),
                required: key.required,
                name: key.name,
                block: block.module,
            });
            if field.value.value == Value::Absent {
                continue;
            }
            self.value(spans, key.kind, &field.value, &at);
        }
    }

    fn value(&mut self, spans: &Spans, kind: Kind, node: &Node, key: &Range<usize>) {
        let start = range(spans, node.id).start;
        let at = start..self.end_of_value(start);
        let is_path = matches!(&node.value, Value::Path(_));
        let is_plain = matches!(&node.value, Value::Text(_) | Value::Word(_) | Value::Path(_) | Value::Bool(_));
        self.places.push(Place::Value { of: kind, at, is_path, is_plain });
        let Some(block) = kind.block().or(match kind {
            Kind::Engine => Some(&grammar::ENGINE),
            Kind::Params => Some(&grammar::PARAM),
            _ => None,
        }) else {
            return;
        };
        let of_blocks = matches!(
            kind,
            Kind::Ports
                | Kind::Storage
                | Kind::Files
                | Kind::Scratch
                | Kind::Mounts
                | Kind::Containers
                | Kind::Spread
                | Kind::ServicePorts
                | Kind::Params
        );
        match &node.value {
            Value::Map(fields) if of_blocks => {
                for field in fields {
                    if let Some(inner) = field.value.fields() {
                        let block = if kind == Kind::Params { &grammar::PARAM } else { block };
                        self.block(spans, block, inner, &range(spans, field.key_id));
                    }
                }
            }
            Value::Map(fields) => self.block(spans, block, fields, key),
            Value::List(nodes) => {
                for node in nodes {
                    if let Value::Map(fields) = &node.value {
                        self.block(spans, block, fields, &range(spans, node.id));
                    }
                }
            }
            Value::Call(call) => self.block(spans, block, &call.fields, key),
            _ => {}
        }
    }

    fn index(&self, start: usize) -> usize {
        self.tokens.iter().position(|token| token.at.start == start).expect("a token begins there")
    }

    /// The end of the value that begins here: before the next comma, or the end of its block.
    fn end_of_value(&self, start: usize) -> usize {
        let index = self.index(start);
        let depth = self.tokens[index].depth;
        let mut end = self.tokens[index].at.end;
        for token in &self.tokens[index..] {
            if token.depth < depth || (token.depth == depth && token.text == ",") {
                break;
            }
            end = token.at.end;
        }
        end
    }

    fn end_of_item(&self, start: usize) -> usize {
        let index = self.index(start);
        self.tokens[index..]
            .iter()
            .find(|token| token.depth == 0 && token.text == "}")
            .map_or(start, |token| token.at.end)
    }

    /// Whether a Rust expression or a macro's argument holds this place.
    fn is_rust(&self, front: &Front, at: usize) -> bool {
        let holes = front.parsed.holes.iter().filter_map(|hole| {
            let mut tokens = hole.clone().into_iter();
            let first = tokens.next()?;
            let last = tokens.last().unwrap_or_else(|| first.clone());
            Some(first.span().byte_range().start..last.span().byte_range().end + 1)
        });
        holes.into_iter().any(|hole| hole.start <= at && at <= hole.end)
    }

    /// Every edit of the catalogue that can be made.
    pub(super) fn edits(&self) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut edit = |what: String, from: Range<usize>, by: String, expected: Range<usize>| {
            edits.push(Edit { what, from, by, expected });
        };
        let front = front::front(self.source.parse().unwrap());
        for place in &self.places {
            match place {
                Place::Field { key, owner, required, name, .. } => {
                    let text = self.source[key.clone()].to_owned();
                    let whole = key.start..self.end_of_value(key.start);
                    let by = "no_such_key_here".to_owned();
                    edit(format!("rename the key {text}"), key.clone(), by.clone(), key.start..key.start + by.len());
                    let twice = format!("{0}, {0}", &self.source[whole.clone()]);
                    let second = whole.end + 2..whole.end + 2 + text.len();
                    edit(format!("duplicate the entry {text}"), whole.clone(), twice, second);
                    if *required {
                        let next = self.index_after(whole.end);
                        let comma = next.filter(|token| token.text == ",").map_or(whole.end, |token| token.at.end);
                        edit(format!("delete the required {name}"), whole.start..comma, String::new(), owner.clone());
                    }
                    if let Some(colon) = self.index_after(key.end).filter(|token| token.text == ":") {
                        let expected = key.start..self.end_of_value(key.start);
                        edit(format!("remove the colon of {text}"), colon.at.clone(), " ".to_owned(), expected.clone());
                        edit(
                            format!("an equals sign for the colon of {text}"),
                            colon.at.clone(),
                            "=".to_owned(),
                            expected,
                        );
                    }
                }
                Place::Value { of, at, is_path, is_plain } => {
                    for (shape, by) in SHAPES {
                        if !accepts(*of).contains(shape) {
                            let expected = at.start..at.start + by.len();
                            edit(format!("{by} for {}", of.name()), at.clone(), (*by).to_owned(), expected);
                        }
                    }
                    if *is_path && is_reference(*of) {
                        let by = "no_such_thing";
                        let name = at.start..self.tokens[self.index(at.start)].at.end;
                        let rest = at.end - name.end;
                        let expected = at.start..at.start + by.len() + rest;
                        edit("misspell a reference".to_owned(), name, by.to_owned(), expected);
                    }
                    if *is_plain {
                        let expected = at.start..at.end + 2;
                        edit("a literal too many".to_owned(), at.end..at.end, " 7".to_owned(), expected);
                    }
                }
                Place::Kind { at } => {
                    let by = "NoSuchKind";
                    edit("rename the kind".to_owned(), at.clone(), by.to_owned(), at.start..at.start + by.len());
                }
                Place::Item { at, name } => {
                    let text = &self.source[at.clone()];
                    let shift = at.len() + 1;
                    let expected = name.start + shift..name.end + shift;
                    edit("duplicate the item".to_owned(), at.clone(), format!("{text} {text}"), expected);
                }
            }
        }
        for (n, token) in self.tokens.iter().enumerate() {
            let line = self.source[..token.at.end].rfind('\n').map_or(0, |end| end + 1);
            let is_comment = self.source[line..].trim_start().starts_with("///");
            if is_comment || self.is_rust(&front, token.at.start) {
                continue;
            }
            let next = self.tokens.get(n + 1);
            if token.depth > 0 && token.text == "," && next.is_some_and(|next| next.depth == token.depth) {
                let before = self.tokens[n - 1].at.start;
                let after = next.map_or(token.at.end, |next| next.at.end);
                edit("remove a comma".to_owned(), token.at.clone(), " ".to_owned(), before..after);
                edit("a semicolon for a comma".to_owned(), token.at.clone(), ";".to_owned(), token.at.clone());
                edit(
                    "a comma too many".to_owned(),
                    token.at.clone(),
                    ",,".to_owned(),
                    token.at.start..token.at.end + 1,
                );
            }
            for stray in ["?", "@", "'c'", "=", "&"] {
                // Between a hash and its brackets nothing of ours is read.
                let at = token.at.start + 1..token.at.start + 1 + stray.len();
                edit(format!("insert {stray}"), token.at.start..token.at.start, format!(" {stray} "), at);
            }
        }
        edits
    }

    fn index_after(&self, end: usize) -> Option<&Token> {
        self.tokens.iter().find(|token| token.at.start >= end)
    }
}

/// Values of every shape; the texts are none that any key takes.
const SHAPES: &[(Shape, &str)] = &[
    (Shape::Text, "\"no such thing!\""),
    (Shape::Number, "7"),
    (Shape::Negative, "-7"),
    (Shape::Fraction, "7.7"),
    (Shape::Time, "7s"),
    (Shape::Bytes, "7Gi"),
    (Shape::Bool, "true"),
    (Shape::Word, "no_such_thing"),
    (Shape::Path, "no_such.thing"),
    (Shape::List, "[7]"),
    (Shape::Block, "{ no_such_thing: 7 }"),
    (Shape::Call, "no_such_thing(7)"),
    (Shape::Range, "7..8"),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Text,
    Number,
    Negative,
    Fraction,
    Time,
    Bytes,
    Bool,
    Word,
    Path,
    List,
    Block,
    Call,
    Range,
}

/// The shapes that a kind takes, or may take.
fn accepts(kind: Kind) -> &'static [Shape] {
    use Shape::*;
    match kind {
        Kind::Name => &[Word],
        Kind::Text | Kind::SubPath | Kind::SecretSource | Kind::SecretType | Kind::Yaml => &[Text],
        Kind::Bool => &[Bool],
        Kind::Count | Kind::PortNumber | Kind::FileMode | Kind::UserId | Kind::CountOrPercent => &[Number],
        Kind::Size => &[Number, Bytes, Fraction],
        Kind::Bytes | Kind::Amount => &[Number, Bytes, Fraction],
        Kind::AmountRange => &[Number, Bytes, Fraction, Range],
        Kind::Duration | Kind::Age => &[Time],
        Kind::KubernetesVersion => &[Fraction],
        Kind::Sticky => &[Bool, Time],
        Kind::EngineVersion => &[Number, Bytes, Fraction, Time],
        Kind::EnvValue | Kind::ConfigText => &[Text, Number, Negative, Bytes, Fraction, Time, Bool],
        Kind::LabelValue => &[Number, Bytes, Fraction, Time, Bool],
        Kind::PortRef => &[Number, Word],
        Kind::PortRefs | Kind::NetworkPorts => &[Number, Word, List],
        Kind::ServicePorts => &[List, Block],
        Kind::UserIds => &[Number, List],
        Kind::Texts => &[List],
        Kind::Ports
        | Kind::Env
        | Kind::Labels
        | Kind::Annotations
        | Kind::Settings
        | Kind::NodeLabels
        | Kind::Sysctls
        | Kind::DnsOptions
        | Kind::NamespaceLabels
        | Kind::Headers => &[Block],
        // A parameter's value is of the parameter's type.
        Kind::Params | Kind::ParamType | Kind::ParamValue | Kind::ParamValues => {
            &[Text, Number, Negative, Bytes, Fraction, Time, Bool, Word, Path, List, Block, Call, Range]
        }
        _ => &[],
    }
}

fn is_reference(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::SecretRef
            | Kind::SecretKey
            | Kind::ConfigRef
            | Kind::AppRef
            | Kind::Selects
            | Kind::ServiceRef
            | Kind::AccountRef
            | Kind::EnvValue
    )
}

fn errors(front: &Front) -> Vec<(Range<usize>, String)> {
    let errors = front.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(|error| (error.first.byte_range().start..error.last.byte_range().end, error.text())).collect()
}

pub(super) fn bases() -> &'static [Base] {
    static BASES: OnceLock<Vec<Base>> = OnceLock::new();
    BASES.get_or_init(|| sources().into_iter().map(Base::new).collect())
}

/// The mended examples of the rules, and the examples of the crate.
fn sources() -> Vec<String> {
    let mut sources: Vec<String> =
        check::rules().filter_map(page).filter_map(|page| declarations(&page).into_iter().nth(1)).collect();
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut files: Vec<_> = std::fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        find_declarations(text.parse().unwrap(), &text, &mut sources);
    }
    let valid = include_str!("valid.block").split("-----\n").map(str::to_owned);
    sources.extend(valid);
    sources
}

/// The insides of every `stateful_app! { … }` in a program.
fn find_declarations(tokens: TokenStream, text: &str, sources: &mut Vec<String>) {
    let mut before = [String::new(), String::new()];
    for tree in tokens {
        if let TokenTree::Group(group) = &tree {
            if before == ["stateful_app", "!"] {
                let inside = group.span_open().byte_range().end..group.span_close().byte_range().start;
                sources.push(text[inside].to_owned());
            } else {
                find_declarations(group.stream(), text, sources);
            }
        }
        let [_, last] = before;
        before = [last, tree.to_string()];
    }
}

fn touches(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start <= b.end && b.start <= a.end
}

/// What is wrong with the answer to an edit; `None` if nothing is.
fn misjudged(base: &Base, edit: &Edit) -> Option<String> {
    let source = edit.applied(base);
    // What does not lex never reaches a macro.
    let tokens: TokenStream = source.parse().ok()?;
    let errors = errors(&front::front(tokens));
    let found = errors.iter().any(|(at, _)| touches(at, &edit.expected));
    let said = || errors.iter().map(|(at, text)| format!("{at:?} {text}")).collect::<Vec<_>>().join("\n");
    let missed = || format!("{}: {:?}\n{source}\n{}", edit.what, edit.expected, said());
    (!found).then(missed)
}

#[test]
fn every_key_stands_in_some_declaration() {
    let mut missing = Vec::new();
    for block in grammar::all() {
        for key in block.names() {
            let stands = bases().iter().any(|base| {
                base.places.iter().any(
                    |place| matches!(place, Place::Field { name, block: of, .. } if *name == key && *of == block.module),
                )
            });
            if !stands {
                missing.push(format!("{}.{key}", block.module));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn an_error_stands_on_what_was_edited(base in any::<prop::sample::Index>(), picks in prop::collection::vec(any::<prop::sample::Index>(), 4)) {
        let base = base.get(bases());
        let edits = base.edits();
        for pick in picks {
            let wrong = misjudged(base, pick.get(&edits));
            prop_assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
        }
    }
}

/// A word with a slip: two letters swapped, one missing, one twice, or in another case.
fn misspelt(word: &str, slip: usize) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    match slip {
        0 => letters.swap(middle, middle - 1),
        1 => drop(letters.remove(middle)),
        2 => letters.insert(middle, letters[middle]),
        3 => return word.to_uppercase(),
        _ => {
            let mut parts = word.split('_');
            let first = parts.next().unwrap_or_default().to_owned();
            return parts.fold(first, |camel, part| camel + &part[..1].to_uppercase() + &part[1..]);
        }
    }
    letters.into_iter().collect()
}

/// A misspelt key that is no key of its block: its place, what stands there, and the key.
fn slips(base: &Base) -> Vec<(Range<usize>, String, &'static str)> {
    let mut slips = Vec::new();
    for place in &base.places {
        let Place::Field { key, name, block, .. } = place else { continue };
        let is_written = base.source[key.clone()] == **name && name.len() > 3;
        for slip in (0..5).filter(|_| is_written) {
            let other = misspelt(name, slip);
            let is_key = grammar::all().any(|known| known.module == *block && known.key(&other).is_some());
            if !is_key && other != "enum" {
                slips.push((key.clone(), other, *name));
            }
        }
    }
    slips
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn a_misspelt_key_is_one_error(base in any::<prop::sample::Index>(), picks in prop::collection::vec(any::<prop::sample::Index>(), 4)) {
        let base = base.get(bases());
        let slips = slips(base);
        for pick in picks.into_iter().filter(|_| !slips.is_empty()) {
            let (key, other, name) = pick.get(&slips);
            let mut source = base.source.clone();
            source.replace_range(key.clone(), other);
            let errors = errors(&front::front(source.parse().unwrap()));
            let place = key.start..key.start + other.len();
            let is_told = |(at, text): &(Range<usize>, String)| *at == place && text.contains(&format!("did you mean `{name}`?"));
            prop_assert!(errors.len() == 1 && errors.iter().all(is_told), "{name} as {other}\n{source}\n{errors:?}");
        }
    }
}
