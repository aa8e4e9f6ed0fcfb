use super::field::Key;
use super::look::{begins_field, ends, ends_value, is_colon, is_comma, nested_item, punct, range, skip_to_field, tree};
use super::written::{Written, touches};
use super::{Parser, text_of};
use proc_macro2::{Delimiter, Literal, Span, TokenTree};
use quote::ToTokens;
use statefulapp_core::grammar;
use statefulapp_core::tree::{Id, Node, Value};
use syn::buffer::{Cursor, TokenBuffer};

/// The suffixes that Rust gives numbers.
pub(super) const NUMBERS: [&str; 14] =
    ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64"];

/// What the values in the parentheses of a call belong to.
pub(super) const ARGUMENT: &str = "argument";

/// What a value belongs to.
#[derive(Clone, Copy)]
pub(super) struct Of<'k> {
    key: &'k str,
    id: Id,
    /// One of the entries of a list, before which no key can stand.
    is_entry: bool,
}

impl Parser {
    /// The value of a key. Missing values are reported at the token before.
    pub(super) fn value<'c>(&mut self, cursor: Cursor<'c>, key: &Key) -> (Node, Cursor<'c>) {
        self.whole(cursor, Of { key: &key.text, id: key.id, is_entry: false }, ends_value)
    }

    /// A value and nothing behind it, up to where it ends.
    fn whole<'c>(
        &mut self,
        cursor: Cursor<'c>,
        of: Of<'_>,
        ends: impl Fn(Span, Cursor<'_>) -> bool,
    ) -> (Node, Cursor<'c>) {
        let said = self.out.diagnostics.len();
        if let Some((node, rest)) = self.ranged(cursor, of) {
            // After a string, a list or a block, a word is a key that lost its comma and its colon.
            let is_complete =
                matches!(node.value, Value::Text(_) | Value::List(_) | Value::Map(_) | Value::Call(_) | Value::Bool(_));
            if ends(self.previous, rest) || (is_complete && rest.punct().is_none()) || self.out.diagnostics.len() > said
            {
                return (node, rest);
            }
            if let Some((word, _)) = rest.ident().filter(|_| !of.is_entry) {
                self.out.loose.push((of.id, word));
            }
        }
        self.out.diagnostics.truncate(said);
        self.several(cursor)
    }

    /// Several tokens where one value should stand: a bare Rust expression, or a text without quotes.
    pub(super) fn several<'c>(&mut self, cursor: Cursor<'c>) -> (Node, Cursor<'c>) {
        let mut rest = cursor;
        while let Some((tree, after)) = tree(rest) {
            (rest, self.previous) = (after, ends(&tree).1);
            // After an operator something has to follow.
            let is_operator = matches!(tree, TokenTree::Punct(_));
            let ends = match is_operator {
                true => is_comma(rest) || begins_field(rest),
                false => ends_value(self.previous, rest),
            };
            // What stands together without white space is one text, whatever is in it.
            if ends && !(begins_field(rest) && is_text_with_colon(rest) && touches(self.previous, rest)) {
                break;
            }
        }
        let Some(written) = Written::between(cursor, rest) else { return (Node::default(), rest) };
        let place = (written.first, written.last);
        let text = written.text();
        let quoted = text.trim_start_matches('\'');
        let (is_text, is_expression) = (
            written.may_be_text() && !written.begins_with_operator() && written.is_one_word(),
            written.may_be_expression(),
        );
        let (rule, message, help) = match (written.divided_unit(), is_text, is_expression) {
            (Some(joined), _, _) => {
                ("token-unexpected", format!("`{text}` is not one value"), format!("write {joined}"))
            }
            (None, true, true) => (
                "expression-bare",
                format!("`{text}` is not one value"),
                format!("write \"{text}\" for the text, or ({text}) for a Rust expression"),
            ),
            (None, false, true) => (
                "expression-bare",
                format!("`{text}` is a Rust expression"),
                format!("Rust goes in parentheses: write ({text})"),
            ),
            (None, true, false) => {
                ("token-unexpected", format!("`{text}` has no quotes"), format!("write \"{quoted}\""))
            }
            (None, false, false) => (
                "token-unexpected",
                format!("`{text}` is not one value"),
                "write one value, then `,`; Rust expressions stand in parentheses".to_owned(),
            ),
        };
        self.error(rule, place, message, help);
        let is_text = written.may_be_text() && !written.begins_with_operator();
        // As the text of a value: without the mark of a lifetime.
        let text = written.whole().trim_start_matches('\'').to_owned();
        (self.reported(place, Value::Unquoted { text, is_text, is_rust: is_expression }), rest)
    }

    /// A value that was reported just now; the meaning of its place may say better what to write.
    fn reported(&mut self, place: (Span, Span), value: Value) -> Node {
        let node = self.node(place, value);
        if let Some(diagnostic) = self.out.diagnostics.last_mut() {
            diagnostic.node = node.id;
        }
        node
    }

    /// A value, with `..` if it is a range.
    fn ranged<'c>(&mut self, cursor: Cursor<'c>, of: Of<'_>) -> Option<(Node, Cursor<'c>)> {
        let first = cursor.span();
        let (low, rest) = match range(cursor) {
            Some((dots, _)) => (Node { id: self.out.spans.id(first, dots), value: Value::Absent }, cursor),
            None => self.single(cursor, of)?,
        };
        let Some((dots, rest)) = range(rest) else { return Some((low, rest)) };
        let is_open = low.value == Value::Absent;
        self.previous = dots;
        let (high, rest) = if !is_open && ends_value(dots, rest) {
            (Node { id: self.out.spans.id(dots, dots), value: Value::Absent }, rest)
        } else {
            self.single(rest, of)?
        };
        let place = (first, self.previous);
        Some((self.node(place, Value::Range(Box::new(low), Box::new(high))), rest))
    }

    fn missing(&mut self, key: &str) -> Node {
        let place = (self.previous, self.previous);
        let example = grammar::all().find_map(|block| block.key(key)).map_or("", |key| key.kind.example());
        let example = if example.is_empty() { "…" } else { example };
        self.error("value-missing", place, format!("`{key}` has no value"), format!("write `{key}: {example}`"));
        self.node(place, Value::Broken)
    }

    /// One value, or `None` if what stands there is none.
    fn single<'c>(&mut self, cursor: Cursor<'c>, of: Of<'_>) -> Option<(Node, Cursor<'c>)> {
        let Of { key, is_entry, .. } = of;
        let begins_next =
            !is_entry && (begins_field(cursor) && !is_text_with_colon(cursor) || nested_item(cursor).is_some());
        if cursor.eof() || is_comma(cursor) || punct(cursor, ';').is_some() || begins_next {
            // `image: replicas: 3`: the value is missing, the word is the next key. But `image: postgres:17` is one text.
            return Some((self.missing(key), cursor));
        }
        let (tree, rest) = tree(cursor)?;
        let place = ends(&tree);
        match tree {
            TokenTree::Literal(literal) => Some(self.literal(&literal, rest)),
            // A text without quotes.
            TokenTree::Ident(_) if is_colon(rest) => None,
            TokenTree::Ident(ident) => self.word(&ident, rest),
            TokenTree::Group(group) => {
                let inside = TokenBuffer::new2(group.stream());
                self.previous = place.1;
                let node = match group.delimiter() {
                    Delimiter::Parenthesis if let Some(node) = self.unit_in_parentheses(&group) => node,
                    Delimiter::Parenthesis => self.parenthesised(group.stream(), place, group.span()),
                    Delimiter::Brace if let Some(node) = self.template(&group) => node,
                    Delimiter::Brace => {
                        let fields = self.nested(place, |this| this.fields(inside.begin()));
                        self.node(place, fields.map_or(Value::Broken, Value::Map))
                    }
                    Delimiter::Bracket if let Some(node) = self.bracketed(&group, key) => node,
                    Delimiter::Bracket => {
                        let nodes = self.nested(place, |this| this.list(inside.begin(), key));
                        self.node(place, nodes.map_or(Value::Broken, Value::List))
                    }
                    Delimiter::None => self.fragment(group.stream(), inside.begin(), of, place),
                };
                self.previous = place.1;
                Some((node, rest))
            }
            TokenTree::Punct(punct) if punct.as_char() == '-' => {
                let (literal, rest) = rest.literal()?;
                self.previous = literal.span();
                let (sign, last, rest) =
                    percent(rest).map_or(("", literal.span(), rest), |(sign, rest)| ("%", sign, rest));
                self.previous = last;
                Some((self.node((place.0, last), Value::Word(format!("-{literal}{sign}"))), rest))
            }
            TokenTree::Punct(_) => None,
        }
    }

    /// What a `macro_rules!` variable stands for: a value, or else a Rust expression.
    fn fragment(
        &mut self,
        tokens: proc_macro2::TokenStream,
        inside: Cursor<'_>,
        of: Of<'_>,
        place: (Span, Span),
    ) -> Node {
        let (said, holes) = (self.out.diagnostics.len(), self.out.holes.len());
        match self.ranged(inside, of) {
            Some((node, rest)) if rest.eof() && self.out.diagnostics.len() == said => node,
            _ => {
                self.out.diagnostics.truncate(said);
                self.out.holes.truncate(holes);
                self.hole(tokens, place)
            }
        }
    }

    fn literal<'c>(&mut self, literal: &Literal, rest: Cursor<'c>) -> (Node, Cursor<'c>) {
        let place = (literal.span(), literal.span());
        self.previous = literal.span();
        if let Some(text) = text_of(literal) {
            return (self.node(place, Value::Text(text)), rest);
        }
        let text = literal.to_string();
        if let Some(plain) = as_plain(literal) {
            self.error(
                "literal-kind",
                place,
                format!("`{text}` is neither a string nor a number"),
                format!("write {plain}"),
            );
            let text = plain.trim_matches('"').to_owned();
            return (self.reported(place, Value::Unquoted { text, is_text: true, is_rust: false }), rest);
        }
        if let Some((sign, rest)) = percent(rest) {
            self.previous = sign;
            return (self.node((place.0, sign), Value::Word(format!("{text}%"))), rest);
        }
        (self.node(place, Value::Word(text)), rest)
    }

    /// Values with commas between them.
    pub(super) fn list(&mut self, mut cursor: Cursor<'_>, key: &str) -> Vec<Node> {
        let mut nodes = Vec::new();
        while !cursor.eof() {
            if let Some((comma, rest)) = punct(cursor, ',') {
                self.previous = comma;
                self.error("token-unexpected", (comma, comma), "unexpected `,` in the list", "remove it");
                cursor = rest;
                continue;
            }
            if key == ARGUMENT
                && begins_field(cursor)
                && !is_text_with_colon(cursor)
                && let Some((name, colon)) = tree(cursor)
                && let Some((sign, rest)) = punct(colon, ':')
            {
                self.previous = sign;
                let message = format!("unexpected `{name}:` before an argument");
                self.error("token-unexpected", (name.span(), sign), message, "remove it");
                cursor = rest;
                continue;
            }
            // An entry is no key: a word or a string after it begins the next one.
            let ends = |previous, rest: Cursor<'_>| {
                ends_value(previous, rest)
                    || matches!(tree(rest), Some((TokenTree::Literal(_) | TokenTree::Ident(_), _)))
            };
            let (node, rest) = self.whole(cursor, Of { key, id: 0, is_entry: true }, ends);
            nodes.push(node);
            cursor = rest;
            if cursor.eof() {
                break;
            }
            if let Some((comma, rest)) = punct(cursor, ',') {
                self.previous = comma;
                cursor = rest;
                continue;
            }
            if let Some((semicolon, rest)) = punct(cursor, ';') {
                self.previous = semicolon;
                self.error("separator", (semicolon, semicolon), "entries are divided by commas", "write `,`");
                cursor = rest;
                continue;
            }
            let Some((next, rest)) = tree(cursor) else { break };
            if matches!(next, TokenTree::Punct(_)) {
                let place = super::look::ends(&next);
                self.error(
                    "token-unexpected",
                    place,
                    format!("unexpected `{next}` in the list"),
                    "write `,` between the entries",
                );
                let rest = skip_to_field(rest);
                cursor = punct(rest, ',').map_or(rest, |(_, rest)| rest);
                continue;
            }
            self.error("comma-missing", (self.previous, self.previous), "missing `,` in the list", "write `,` here");
        }
        nodes
    }

    /// `name!(…)`.
    pub(super) fn macro_call<'c>(
        &mut self,
        name: &proc_macro2::Ident,
        cursor: Cursor<'c>,
    ) -> Option<(Node, Cursor<'c>)> {
        let (_, after) = punct(cursor, '!')?;
        let (TokenTree::Group(group), after) = tree(after)? else { return None };
        let place = (name.span(), group.span_close());
        self.previous = place.1;
        let bang = proc_macro2::Punct::new('!', proc_macro2::Spacing::Alone);
        let mut tokens = name.to_token_stream();
        tokens.extend([TokenTree::from(bang), group.into()]);
        Some((self.hole(tokens, place), after))
    }
}

/// A literal of Rust that is neither text nor a number with a unit, as one that is.
fn as_plain(literal: &Literal) -> Option<String> {
    let number = |digits: &str, suffix: &str| NUMBERS.contains(&suffix).then(|| digits.to_owned());
    let quoted = |bytes: &[u8]| format!("{:?}", String::from_utf8_lossy(bytes));
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Some(format!("{:?}", text.value())),
        syn::Lit::ByteStr(text) => Some(quoted(&text.value())),
        syn::Lit::CStr(text) => Some(quoted(text.value().to_bytes())),
        syn::Lit::Byte(byte) => Some(quoted(&[byte.value()])),
        syn::Lit::Char(char) => Some(format!("{:?}", char.value().to_string())),
        syn::Lit::Int(int) => number(int.base10_digits(), int.suffix()),
        syn::Lit::Float(float) => number(float.base10_digits(), float.suffix()),
        _ => None,
    }
}

/// Whether a word or a string, a colon and something else stand together without white space: `postgres:17.2`.
pub(super) fn is_text_with_colon(cursor: Cursor<'_>) -> bool {
    let mut rest = cursor;
    for _ in 0..3 {
        match rest.token_tree() {
            Some((TokenTree::Group(_), _)) | None => return false,
            Some((_, after)) => rest = after,
        }
    }
    Written::between(cursor, rest).is_some_and(|written| written.is_one_word() && written.is_placed())
}

fn percent(cursor: Cursor<'_>) -> Option<(Span, Cursor<'_>)> {
    punct(cursor, '%')
}
