use super::item::describe;
use super::look::{
    begins_entry, begins_field, ends, is_colon, is_comma, is_path_separator, nested_item, punct, skip_to_field,
    starts_docs, tree,
};
use super::written::{Written, joined};
use super::{Parser, plain, text_of};
use crate::spans::{position, position_after};
use proc_macro2::{Delimiter, Span, TokenTree};
use statefulapp_core::grammar;
use statefulapp_core::tree::{Field, Id, Node, Value};
use syn::buffer::Cursor;

/// A key as written.
pub(super) struct Key {
    pub(super) text: String,
    quoted: bool,
    pub(super) id: Id,
}

impl Parser {
    /// The keys between braces.
    pub(super) fn fields(&mut self, mut cursor: Cursor<'_>) -> Vec<Field> {
        let mut fields = Vec::new();
        while !cursor.eof() {
            if let Some(rest) = self.comment(cursor) {
                cursor = rest;
                continue;
            }
            if starts_docs(cursor) {
                let (docs, rest) = self.docs(cursor);
                self.undocumented(&docs);
                if rest == cursor {
                    cursor = self.unexpected_key(cursor);
                } else {
                    cursor = rest;
                }
                continue;
            }
            if let Some((comma, rest)) = punct(cursor, ',') {
                self.previous = comma;
                self.error("token-unexpected", (comma, comma), "unexpected `,` where a key should stand", "remove it");
                cursor = rest;
                continue;
            }
            if let Some((kind, rest)) = nested_item(cursor) {
                let place = (kind.span(), kind.span());
                let message = format!("the {} stands inside of another block", plain(&kind));
                self.error("token-unexpected", place, message, "declare it beside the items, not in one of them");
                cursor = self.item(kind, rest, super::item::Docs::default());
                if let Some((comma, rest)) = punct(cursor, ',') {
                    self.previous = comma;
                    cursor = rest;
                }
                continue;
            }
            if let Some(rest) = self.field_of_habit(cursor, &mut fields) {
                cursor = punct(rest, ',').map_or(rest, |(_, rest)| rest);
                continue;
            }
            let (field, rest) = self.field(cursor);
            let Some(field) = field else {
                // Said already; the comma belongs to it.
                cursor = punct(rest, ',').map_or(rest, |(_, rest)| rest);
                continue;
            };
            if let Some((word, _)) = rest.ident() {
                self.out.loose.push((field.key_id, word));
            }
            let key = field.key.clone();
            fields.push(field);
            cursor = self.separator(rest, Some(&key));
        }
        fields
    }

    /// `key: value`, or `key` alone. Always reads at least one token.
    pub(super) fn field<'c>(&mut self, cursor: Cursor<'c>) -> (Option<Field>, Cursor<'c>) {
        let Some((key, rest)) = self.key(cursor) else { return (None, self.unexpected_key(cursor)) };
        let (value, rest) = self.after_key(&key, rest);
        (Some(Field { key: key.text, quoted: key.quoted, key_id: key.id, value }), rest)
    }

    fn key<'c>(&mut self, cursor: Cursor<'c>) -> Option<(Key, Cursor<'c>)> {
        if let Some((written, rest)) = joined(cursor).filter(|(_, rest)| is_colon(*rest)) {
            let text = written.whole();
            return Some((self.unquoted_key((written.first, written.last), &text, &text, "is not one word"), rest));
        }
        if let Some((written, rest)) = divided_key(cursor) {
            let (shown, text) = (written.whole(), written.whole().replace(' ', "_"));
            return Some((self.unquoted_key((written.first, written.last), &shown, &text, "is not one word"), rest));
        }
        match tree(cursor)? {
            (TokenTree::Ident(key), rest) => {
                self.previous = key.span();
                Some((Key { text: plain(&key), quoted: false, id: self.ident(&key) }, rest))
            }
            (TokenTree::Literal(key), rest) => {
                let place = (key.span(), key.span());
                self.previous = key.span();
                match text_of(&key) {
                    Some(text) => Some((Key { text, quoted: true, id: self.out.spans.id(place.0, place.1) }, rest)),
                    None if is_colon(rest) => {
                        let what = "is neither a word nor a string";
                        Some((self.unquoted_key(place, &key.to_string(), &key.to_string(), what), rest))
                    }
                    None => None,
                }
            }
            _ => None,
        }
    }

    /// A key that lost its quotes. It is reported, and read as if it had them.
    fn unquoted_key(&mut self, place: (Span, Span), shown: &str, text: &str, what: &str) -> Key {
        self.error(
            "token-unexpected",
            place,
            format!("the key `{shown}` {what}"),
            format!("write \"{}\"", text.replace('"', "")),
        );
        self.previous = place.1;
        let id = self.out.spans.id(place.0, place.1);
        self.out.unread.insert(id);
        Key { text: text.replace('"', ""), quoted: true, id }
    }

    /// Something that is no key, up to the next comma or key.
    fn unexpected_key<'c>(&mut self, cursor: Cursor<'c>) -> Cursor<'c> {
        let rest = tree(cursor).map_or(cursor, |(_, rest)| skip_to_field(rest));
        if let Some(written) = Written::between(cursor, rest) {
            self.previous = written.last;
            let help = match tree(cursor) {
                Some((TokenTree::Literal(literal), _)) => {
                    format!("a key is a word or a string: write \"{literal}\": …")
                }
                _ if begins_field(rest) => "remove it".to_owned(),
                _ => "write `key: value`".to_owned(),
            };
            let message = format!("unexpected `{}` where a key should stand", written.text());
            self.error("token-unexpected", (written.first, written.last), message, help);
        }
        rest
    }

    /// The colon and the value.
    fn after_key<'c>(&mut self, key: &Key, cursor: Cursor<'c>) -> (Node, Cursor<'c>) {
        let span = self.previous;
        if is_colon(cursor)
            && let Some((colon, mut rest)) = punct(cursor, ':')
        {
            self.previous = colon;
            if let Some((again, after)) = punct(rest, ':').or_else(|| punct(rest, '=')) {
                self.previous = again;
                self.error(
                    "token-unexpected",
                    (again, again),
                    format!("unexpected `{}`", if is_colon(rest) { ':' } else { '=' }),
                    "remove it",
                );
                rest = after;
            }
            if let Some(entries) = self.indented(key, rest).or_else(|| self.second_key(key, rest)) {
                return entries;
            }
            return self.without_brackets(key, rest).unwrap_or_else(|| self.value(rest, key));
        }
        if let Some((place, sign, rest)) = instead_of_colon(cursor).filter(|(_, _, rest)| !is_colon(*rest)) {
            self.previous = place.1;
            let said = self.out.diagnostics.len();
            let (value, after) = self.value(rest, key);
            let message = format!("`{}` has `{sign}` where `:` should stand", key.text);
            let is_right = self.out.diagnostics.len() == said;
            self.error("colon-missing", place, message, entry(key, rest, after, is_right));
            return (value, after);
        }
        let absent = Node { id: key.id, value: Value::Absent };
        if cursor.eof() || is_comma(cursor) || punct(cursor, ';').is_some() || begins_entry(span, cursor) {
            return (absent, cursor);
        }
        if let Some(rest) = up_to_colon(cursor) {
            if let Some(written) = Written::between(cursor, rest) {
                self.previous = written.last;
                let message = format!("unexpected `{}` before the `:` of `{}`", written.text(), key.text);
                self.error("token-unexpected", (written.first, written.last), message, "remove it");
            }
            return self.after_key(key, rest);
        }
        if cursor.punct().is_some() {
            // Whatever it is, it is no value: what follows says so.
            return (Node { id: key.id, value: Value::Broken }, cursor);
        }
        // `key value`: the colon is missing.
        let call = cursor
            .group(Delimiter::Parenthesis)
            .filter(|(inside, _, _)| inside.token_tree().is_some_and(|(_, rest)| rest.eof()));
        let said = self.out.diagnostics.len();
        let (value, rest, from, to) = match call {
            // `image("postgres:17")`, as a method would be called.
            Some((inside, delim, rest)) => {
                let (value, end) = self.value(inside, key);
                self.previous = delim.close();
                (value, rest, inside, end)
            }
            None => {
                let (value, rest) = self.value(cursor, key);
                (value, rest, cursor, rest)
            }
        };
        let is_right = self.out.diagnostics.len() == said;
        if cursor.group(Delimiter::Parenthesis).is_some() {
            // What they hold is no expression, and nobody meant one.
            self.out.diagnostics.truncate(said);
        }
        let written = entry(key, from, to, is_right);
        self.error("colon-missing", (span, span), format!("`{}` has no `:` after it", key.text), written);
        (value, rest)
    }

    /// Whether the value before this place was said to be missing: then the comma belongs to it.
    fn lacks_value(&self) -> bool {
        let last = self.out.diagnostics.last().filter(|last| last.rule == "value-missing");
        last.is_some_and(|last| position(last.last) == position(self.previous))
    }

    /// Whether the value before this place was written in lines.
    fn is_indented(&self) -> bool {
        self.indented.is_some_and(|last| position_after(last) == position_after(self.previous))
    }

    /// Whether the entry before this place was said to have no colon: then the comma stands in what it says to write.
    fn lacks_colon(&mut self, key: Option<&str>) -> bool {
        let last = self.out.diagnostics.last_mut().filter(|last| {
            last.rule == "colon-missing" && key.is_some_and(|key| last.message.starts_with(&format!("`{key}` ")))
        });
        let Some(last) = last else { return false };
        if last.help.ends_with('`') {
            last.help.insert(last.help.len() - 1, ',');
        }
        true
    }

    /// The comma after a field. What stands there instead is reported, and skipped up to the next one.
    pub(super) fn separator<'c>(&mut self, cursor: Cursor<'c>, key: Option<&str>) -> Cursor<'c> {
        if cursor.eof() {
            return cursor;
        }
        if let Some((comma, rest)) = punct(cursor, ',') {
            self.previous = comma;
            return rest;
        }
        if let Some((semicolon, rest)) = punct(cursor, ';') {
            self.previous = semicolon;
            self.error("separator", (semicolon, semicolon), "entries are divided by commas", "write `,`");
            return rest;
        }
        if nested_item(cursor).is_some() {
            // Said where it stands.
            return cursor;
        }
        if let Some(rest) = self.comment(cursor) {
            return self.separator(rest, key);
        }
        if begins_entry(self.previous, cursor) {
            if self.lacks_value() || self.lacks_colon(key) || self.is_indented() {
                return cursor;
            }
            let after = key.map(|key| format!(" after `{key}`")).unwrap_or_default();
            self.error(
                "comma-missing",
                (self.previous, self.previous),
                format!("missing `,`{after}"),
                "write `,` here",
            );
            return cursor;
        }
        let Some((tree, rest)) = tree(cursor) else { return cursor };
        let after = key.map(|key| format!(" after the value of `{key}`")).unwrap_or_default();
        let place = ends(&tree);
        self.error(
            "token-unexpected",
            place,
            format!("unexpected {}{after}", describe(&tree)),
            "write `,` and the next key; Rust expressions stand in parentheses",
        );
        let rest = skip_to_field(rest);
        self.previous = Written::between(cursor, rest).map_or(place.1, |written| written.last);
        punct(rest, ',').map_or(rest, |(_, rest)| rest)
    }
}

/// `=`, `==`, `=>`, `:=`, `->`, `<-`, `::`: what other languages write.
fn instead_of_colon(cursor: Cursor<'_>) -> Option<((Span, Span), String, Cursor<'_>)> {
    let (first, rest) = cursor.punct()?;
    let second = rest.punct().filter(|_| first.spacing() == proc_macro2::Spacing::Joint);
    match (first.as_char(), second) {
        ('=' | '-', Some((second, rest))) if second.as_char() == '>' => {
            Some(((first.span(), second.span()), format!("{}>", first.as_char()), rest))
        }
        ('<', Some((second, rest))) if second.as_char() == '-' => {
            Some(((first.span(), second.span()), "<-".to_owned(), rest))
        }
        ('=', Some((second, rest))) if second.as_char() == '=' => {
            Some(((first.span(), second.span()), "==".to_owned(), rest))
        }
        (':', Some((second, rest))) if second.as_char() == '=' || is_path_separator(cursor) => {
            Some(((first.span(), second.span()), format!(":{}", second.as_char()), rest))
        }
        ('=', _) => Some(((first.span(), first.span()), "=".to_owned(), rest)),
        _ => None,
    }
}

/// Words on one line before a colon, none of them a key of any block: a key with white space in it.
fn divided_key(cursor: Cursor<'_>) -> Option<(Written, Cursor<'_>)> {
    let (first, mut rest) = cursor.ident()?;
    let mut last = first;
    let is_key = |word: &proc_macro2::Ident| grammar::all().any(|block| block.key(&plain(word)).is_some());
    while !is_key(&last)
        && !is_colon(rest)
        && let Some((word, after)) = rest.ident()
        && position(word.span()).0 == position(last.span()).0
    {
        (last, rest) = (word, after);
    }
    let written = Written::between(cursor, rest)?;
    (is_colon(rest) && !is_key(&last) && !written.is_one_word()).then_some((written, rest))
}

/// The colon behind a sign or two that do not belong there.
fn up_to_colon(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut rest = cursor;
    for n in 0..2 {
        rest = match tree(rest)? {
            (TokenTree::Punct(_), rest) => rest,
            (TokenTree::Literal(literal), rest) if n == 0 && text_of(&literal).is_none() => rest,
            (TokenTree::Group(group), rest) if n == 0 && group.delimiter() != Delimiter::Brace => rest,
            _ => return None,
        };
        if is_colon(rest) {
            return Some(rest);
        }
    }
    None
}

/// How the entry is written; a value that has mistakes of its own is left out.
fn entry(key: &Key, from: Cursor<'_>, to: Cursor<'_>, is_right: bool) -> String {
    let value = Written::between(from, to).filter(|_| is_right).map_or("…".to_owned(), |written| written.text());
    let quote = if key.quoted { "\"" } else { "" };
    format!("write `{quote}{}{quote}: {value}`", key.text)
}
