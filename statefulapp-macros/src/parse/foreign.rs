//! What is copied from other languages as it stands: comments, lists and manifests in YAML, blocks of Terraform, constructors, templates
//! of Helm. Each is one mistake, so each is one error.

use super::field::Key;
use super::item::{Docs, FORMS, as_ident};
use super::look::{
    begins_field, begins_item, ends, is_colon, is_comma, is_path_separator, punct, starts_item, tree, word,
};
use super::value::{NUMBERS, is_text_with_colon};
use super::written::Written;
use super::{Parser, plain, text_of};
use crate::spans::{position, position_after};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use statefulapp_core::grammar::{self, Kind};
use statefulapp_core::tree::{Node, Value};
use statefulapp_core::value::suggest;
use syn::buffer::{Cursor, TokenBuffer};

impl Parser {
    /// `# text` or `-- text`, up to the end of the line.
    pub(super) fn comment<'c>(&mut self, cursor: Cursor<'c>) -> Option<Cursor<'c>> {
        let (first, after) = cursor.punct()?;
        let sign = match first.as_char() {
            '#' if after.group(Delimiter::Bracket).is_none() && punct(after, '!').is_none() => "#",
            '-' if punct(after, '-').is_some_and(|(_, rest)| rest.ident().is_some()) => "--",
            _ => return None,
        };
        let (line, _) = position(first.span());
        let mut rest = after;
        while let Some((next, after)) = tree(rest).filter(|(next, _)| line > 0 && position(ends(next).0).0 == line) {
            (self.previous, rest) = (ends(&next).1, after);
        }
        let written = Written::between(cursor, rest).filter(|_| rest != after)?;
        let message = format!("`{sign}` begins no comment");
        self.error("token-unexpected", (written.first, written.last), message, "write `//` before a comment");
        Some(rest)
    }

    /// Where an item should stand: an entry of a list, or a manifest, in YAML.
    pub(super) fn yaml<'c>(&mut self, cursor: Cursor<'c>) -> Option<Cursor<'c>> {
        let is_dash = punct(cursor, '-').is_some_and(|(_, rest)| !begins_item(rest));
        let is_manifest = word(cursor, "apiVersion").is_some_and(|(_, rest)| is_colon(rest));
        let (mut line, column) = tree(cursor).map(|(first, _)| position(ends(&first).0))?;
        if line == 0 || !is_dash && !is_manifest {
            return None;
        }
        let mut rest = cursor;
        while let Some((next, after)) = tree(rest) {
            let at = position(ends(&next).0);
            let is_other = match is_dash {
                true => at.1 <= column && punct(rest, '-').is_none(),
                false => begins_item(rest) && rest.ident().is_some_and(|(_, name)| starts_item(name)),
            };
            if at.0 > line && is_other {
                break;
            }
            (self.previous, rest) = (ends(&next).1, after);
            (line, _) = position_after(self.previous);
        }
        let written = Written::between(cursor, rest)?;
        let (first, last) = (written.first, written.last);
        if !is_dash {
            let help = "write `StatefulApp my_name { … }`; any other object stands in `Raw my_name { yaml: \"…\" }`";
            self.error("token-unexpected", (first, last), "a manifest in YAML is no declaration", help);
        } else if written.text() == "---" {
            self.error("token-unexpected", (first, last), "nothing divides documents here", "remove it");
        } else {
            self.error("token-unexpected", (first, first), "a list in YAML's form is no declaration", FORMS);
        }
        Some(rest)
    }

    /// `resource "app" "web" { … }`: a word, and two names before the braces.
    pub(super) fn terraform<'c>(&mut self, first: &Ident, after: Cursor<'c>, docs: &mut Docs) -> Option<Cursor<'c>> {
        let (kind, rest) = after.literal()?;
        let (name, braces) = rest.literal()?;
        let (kind, text) = (text_of(&kind)?, text_of(&name)?);
        braces.group(Delimiter::Brace)?;
        let kinds = || grammar::ITEMS.iter().map(|block| block.name);
        let known = suggest(&kind, kinds()).or_else(|| suggest(&plain(first), kinds()));
        let help = format!("write `{} {} {{ … }}`", known.unwrap_or("Kind"), as_ident(&text));
        let message = format!("`{first}` and two strings begin no item");
        self.error("token-unexpected", (first.span(), name.span()), message, help);
        match known {
            Some(kind) => Some(self.item(Ident::new(kind, first.span()), rest, std::mem::take(docs))),
            None => tree(braces).map(|(_, rest)| rest),
        }
    }

    /// `StatefulApp::new("web").image("b:1")`, `let web = new StatefulApp("web", { … });`, `StatefulApp("web") { … }`.
    pub(super) fn constructor<'c>(&mut self, first: &Ident, after: Cursor<'c>, docs: &mut Docs) -> Option<Cursor<'c>> {
        let (mut kind, mut rest, mut name) = (first.clone(), after, None);
        if ["let", "const", "var"].iter().any(|word| first == word) {
            let (assigned, after) = word(rest, "mut").map_or(rest, |(_, rest)| rest).ident()?;
            (kind, rest) = punct(after, '=')?.1.ident()?;
            name = Some(plain(&assigned));
        }
        if kind == "new" {
            (kind, rest) = rest.ident()?;
        }
        let kind_name = grammar::item(&plain(&kind))?.name;
        let instead_of_name = rest;
        if is_path_separator(rest) {
            rest = punct(rest, ':').and_then(|(_, rest)| punct(rest, ':'))?.1.ident()?.1;
        }
        let (arguments, delim, mut rest) = rest.group(Delimiter::Parenthesis)?;
        if begins_field(arguments) {
            return None;
        }
        let name = name.or_else(|| name_among(arguments))?;
        let help = format!("write `{kind_name} {name} {{ … }}`");
        let braces = tree(rest).filter(|_| rest.group(Delimiter::Brace).is_some());
        self.previous = delim.close();
        match &braces {
            Some((_, after)) => {
                let written = Written::between(instead_of_name, rest)?;
                let message = format!("`{}` is not a name", written.text());
                self.error("name-missing", (written.first, written.last), message, help);
                rest = *after;
            }
            None => {
                // The methods that are called on it.
                while let Some((_, method)) = punct(rest, '.').and_then(|(_, after)| after.ident())
                    && let Some((_, delim, after)) = method.group(Delimiter::Parenthesis)
                {
                    (self.previous, rest) = (delim.close(), after);
                }
                let message = format!("`{kind_name}` is declared, not called");
                self.error("token-unexpected", (first.span(), self.previous), message, help);
            }
        }
        let entries = braces.map(|(braces, _)| braces).or_else(|| last_braces(arguments));
        let is_unknown = entries.is_none();
        let entries = entries.unwrap_or_else(|| Group::new(Delimiter::Brace, TokenStream::new()).into());
        let mut ident = syn::parse_str::<Ident>(&name).ok()?;
        ident.set_span(kind.span());
        let buffer = TokenBuffer::new2([TokenTree::from(ident), entries].into_iter().collect());
        self.item(kind, buffer.begin(), std::mem::take(docs));
        if let Some(item) = self.out.tree.items.last().filter(|_| is_unknown) {
            // What the methods would set is not known.
            self.out.unread.insert(item.name.id);
        }
        Some(rest)
    }

    /// `engine: postgres: { … }`, `env: A: "1"`: a colon too many, or the braces of an entry that are missing.
    pub(super) fn second_key<'c>(&mut self, key: &Key, cursor: Cursor<'c>) -> Option<(Node, Cursor<'c>)> {
        let (word, colon) = cursor
            .ident()
            .filter(|(_, rest)| begins_field(cursor) && !is_text_with_colon(cursor) && is_colon(*rest))?;
        let (sign, rest) = punct(colon, ':')?;
        let same_line = position(word.span()).0 == position(self.previous).0;
        let (value, after) = tree(rest).filter(|_| !is_comma(rest) && same_line)?;
        let text = plain(&word);
        if grammar::all().any(|block| block.key(&text).is_some()) {
            return None;
        }
        let kinds = || grammar::all().filter_map(|block| block.key(&key.text)).map(|key| key.kind);
        let is_form = |kind: Kind| {
            let is_word = || kind.words().iter().chain(kind.calls()).any(|form| form.word == text);
            kind == Kind::Engine || is_word()
        };
        if kinds().any(is_form) {
            if !matches!(&value, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace) {
                return Some(self.several(cursor));
            }
            self.error("token-unexpected", (sign, sign), format!("unexpected `:` after `{text}`"), "remove it");
            let buffer = TokenBuffer::new2([TokenTree::from(word), value.clone()].into_iter().collect());
            let (node, _) = self.value(buffer.begin(), key);
            self.previous = ends(&value).1;
            return Some((node, after));
        }
        if !kinds().any(|kind| kind.what().starts_with("a block of ")) {
            return None;
        }
        let said = self.out.diagnostics.len();
        let (field, rest) = self.field(cursor);
        let written = Written::between(cursor, rest)?;
        let help = match self.out.diagnostics.len() == said {
            true => format!("write `{}: {{ {} }}`", key.text, written.text()),
            false => format!("write `{}: {{ … }}`", key.text),
        };
        let place = (written.first, written.last);
        self.error("braces-missing", place, format!("the entry of `{}` has no braces", key.text), help);
        Some((self.node(place, Value::Map(field.into_iter().collect())), rest))
    }

    /// `args: "a", "b"`: strings behind a value, which are no keys.
    pub(super) fn without_brackets<'c>(&mut self, key: &Key, cursor: Cursor<'c>) -> Option<(Node, Cursor<'c>)> {
        let text = |cursor: Cursor<'c>| {
            let (literal, rest) = cursor.literal()?;
            text_of(&literal).filter(|_| is_comma(rest) || rest.eof()).map(|text| (text, literal.span(), rest))
        };
        let (first, span, mut rest) = text(cursor)?;
        let (mut texts, mut last) = (vec![first], span);
        while let Some((next, span, after)) = punct(rest, ',').and_then(|(_, rest)| text(rest)) {
            (last, rest) = (span, after);
            texts.push(next);
        }
        if texts.len() < 2 {
            return None;
        }
        let quoted: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
        let help = format!("write `{}: [{}]`", key.text, quoted.join(", "));
        self.error("braces-missing", (span, last), format!("the entries of `{}` have no brackets", key.text), help);
        self.previous = last;
        let nodes = texts.into_iter().map(|text| self.node((span, last), Value::Text(text))).collect();
        Some((self.node((span, last), Value::List(nodes)), rest))
    }

    /// `(10Gi)`: a number with a unit is no Rust, and needs no parentheses.
    pub(super) fn unit_in_parentheses(&mut self, group: &Group) -> Option<Node> {
        let mut inside = group.stream().into_iter();
        let (Some(TokenTree::Literal(literal)), None) = (inside.next(), inside.next()) else { return None };
        let text = literal.to_string();
        let is_unit = match syn::Lit::new(literal) {
            syn::Lit::Int(int) => !int.suffix().is_empty() && !NUMBERS.contains(&int.suffix()),
            syn::Lit::Float(float) => !float.suffix().is_empty() && !NUMBERS.contains(&float.suffix()),
            _ => false,
        };
        let place = (group.span_open(), group.span_close());
        if is_unit {
            let message = format!("`{text}` is no Rust, and parentheses hold Rust");
            self.error("literal-kind", place, message, format!("write {text}"));
        }
        is_unit.then(|| self.node(place, Value::Word(text)))
    }

    /// `ports: [http: 80]`: entries with keys in brackets, where a block stands.
    pub(super) fn bracketed(&mut self, group: &Group, key: &str) -> Option<Node> {
        let inside = TokenBuffer::new2(group.stream());
        let takes_block = |kind: Kind| kind.what().starts_with("a block") || kind == Kind::ServicePorts;
        let is_block = grammar::all().filter_map(|block| block.key(key)).any(|key| takes_block(key.kind));
        if !is_block || !begins_field(inside.begin()) || is_text_with_colon(inside.begin()) {
            return None;
        }
        let place = (group.span_open(), group.span_close());
        let said = self.out.diagnostics.len();
        let fields = self.nested(place, |this| this.fields(inside.begin()))?;
        let written = Written::up_to_end(inside.begin()).filter(|_| self.out.diagnostics.len() == said);
        let text = written.map_or("…".to_owned(), |written| written.text());
        let message = format!("the entries of `{key}` stand in brackets instead of braces");
        self.error("braces-missing", place, message, format!("write `{key}: {{ {text} }}`"));
        Some(self.node(place, Value::Map(fields)))
    }

    /// `{{ .Values.replicas }}`.
    pub(super) fn template(&mut self, group: &Group) -> Option<Node> {
        let inside = TokenBuffer::new2(group.stream());
        let (inner, _, _) = inside.begin().group(Delimiter::Brace).filter(|(_, _, end)| end.eof())?;
        if inner.eof() || begins_field(inner) {
            return None;
        }
        let place = (group.span_open(), group.span_close());
        let help = "write `params.name` for a parameter, or a Rust expression in parentheses";
        self.error("token-unexpected", place, "nothing fills templates in here", help);
        Some(self.node(place, Value::Broken))
    }
}

/// What a constructor's arguments name it: a string, or a word that stands alone.
fn name_among(arguments: Cursor<'_>) -> Option<String> {
    let trees: Vec<TokenTree> = arguments.token_stream().into_iter().collect();
    let text = trees.iter().find_map(|tree| match tree {
        TokenTree::Literal(literal) => text_of(literal).map(|text| as_ident(&text)),
        _ => None,
    });
    let word = || match trees.as_slice() {
        [TokenTree::Ident(word)] => Some(plain(word)),
        _ => None,
    };
    text.or_else(word).filter(|name| syn::parse_str::<Ident>(name).is_ok())
}

/// The braces that end a constructor's arguments.
fn last_braces(arguments: Cursor<'_>) -> Option<TokenTree> {
    let last = arguments.token_stream().into_iter().last()?;
    matches!(&last, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace).then_some(last)
}
