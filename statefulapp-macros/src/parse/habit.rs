//! What habits of other languages leave: statements, macros, a name or `extern` before the kind, entries without braces. Each is one
//! mistake, so each is one error, and what it surrounds is read as if it were written right.

use super::field::Key;
use super::item::Docs;
use super::look::{
    begins_field, begins_item, ends, is_colon, is_comma, is_keyword, is_path_separator, punct, range, skip_to_field,
    starts_item, tree, word,
};
use super::written::Written;
use super::{Parser, plain};
use crate::spans::{position, position_after};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use statefulapp_core::grammar;
use statefulapp_core::tree::{Field, Node, Value};
use syn::buffer::{Cursor, TokenBuffer};

impl Parser {
    /// Where an item should stand: what is none, but known from elsewhere.
    pub(super) fn item_of_habit<'c>(
        &mut self,
        first: &Ident,
        after: Cursor<'c>,
        docs: &mut Docs,
    ) -> Option<Cursor<'c>> {
        if let Some((path, group, rest)) = macro_of_items(first, after) {
            let help = "remove it: its items stand here directly";
            self.error("token-unexpected", path, "a declaration does not stand in another one", help);
            self.inside(&group, |this, inside| this.block(inside));
            return Some(rest);
        }
        if let Some(rest) = self.constructor(first, after, docs).or_else(|| self.terraform(first, after, docs)) {
            return Some(rest);
        }
        let is_word_of_rust = is_keyword(first) && !is_colon(after);
        let place = (first.span(), first.span());
        if (first == "extern" || first == "external")
            && let Some((kind, rest)) = after.ident()
            && grammar::item(&plain(&kind)).is_some()
            && starts_item(rest)
        {
            let name = rest.ident().map_or("name".to_owned(), |(name, _)| plain(&name));
            let help = format!("write `{} extern {name} {{ … }}`", plain(&kind));
            self.error("token-unexpected", place, "`extern` stands after the kind", help);
            docs.is_extern = true;
            return Some(self.item(kind, rest, std::mem::take(docs)));
        }
        let (name, rest) = if first == "let" {
            let (word, rest) = after.ident()?;
            if word == "mut" { rest.ident()? } else { (word, rest) }
        } else {
            (first.clone(), after)
        };
        if let Some((last, kind, rest)) = item_after_name(rest) {
            let help = format!("write `{} {} {{ … }}`", plain(&kind), plain(&name));
            self.error("token-unexpected", (first.span(), last), "the name stands after the kind", help);
            let tokens: TokenStream = [TokenTree::from(name), rest.0.clone().into()].into_iter().collect();
            let buffer = TokenBuffer::new2(tokens);
            self.item(kind, buffer.begin(), std::mem::take(docs));
            return Some(rest.1);
        }
        if grammar::item(&plain(first)).is_some()
            && let Some((sign, name, braces)) = sign_before_name(after)
        {
            let help = format!("write `{} {} {{ … }}`", plain(first), plain(&name));
            self.error("token-unexpected", sign, "nothing stands between the kind and the name", help);
            let tokens: TokenStream = [TokenTree::from(name), braces.0.clone().into()].into_iter().collect();
            let buffer = TokenBuffer::new2(tokens);
            self.item(first.clone(), buffer.begin(), std::mem::take(docs));
            return Some(braces.1);
        }
        if !is_word_of_rust {
            return None;
        }
        if begins_item(after) {
            self.previous = first.span();
            self.error("token-unexpected", place, format!("unexpected `{first}`"), "remove it");
            return Some(after);
        }
        Some(self.statement(first, after))
    }

    /// A statement of Rust between the items. The items in its braces are read.
    fn statement<'c>(&mut self, first: &Ident, mut rest: Cursor<'c>) -> Cursor<'c> {
        let mut last = first.span();
        let mut items = None;
        while let Some((token, after)) = tree(rest) {
            if let TokenTree::Group(group) = &token
                && group.delimiter() == Delimiter::Brace
            {
                rest = after;
                items = Some(group.clone());
                break;
            }
            (last, rest) = (ends(&token).1, after);
            if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';') || begins_item(rest) {
                break;
            }
        }
        self.previous = last;
        let items = items.filter(|group| begins_item(TokenBuffer::new2(group.stream()).begin()));
        let help = match items {
            Some(_) => "write it around the macro; stacks of several macros combine with `Stack::merge`",
            None => "write it before the macro",
        };
        self.error("token-unexpected", (first.span(), last), "statements do not stand between items", help);
        if let Some(group) = items {
            self.inside(&group, |this, inside| this.block(inside));
        }
        self.otherwise(rest)
    }

    /// The `else` of a statement that was reported.
    fn otherwise<'c>(&mut self, cursor: Cursor<'c>) -> Cursor<'c> {
        let Some((_, mut rest)) = word(cursor, "else") else { return cursor };
        while let Some((token, after)) = tree(rest) {
            rest = after;
            if let TokenTree::Group(group) = token
                && group.delimiter() == Delimiter::Brace
            {
                self.inside(&group, |this, inside| this.block(inside));
                return self.otherwise(rest);
            }
        }
        rest
    }

    /// Where a key should stand: what is none, but known from elsewhere. Entries that it surrounds are added.
    pub(super) fn field_of_habit<'c>(&mut self, cursor: Cursor<'c>, fields: &mut Vec<Field>) -> Option<Cursor<'c>> {
        if let Some((TokenTree::Group(group), rest)) = tree(cursor) {
            let inside = TokenBuffer::new2(group.stream());
            if !begins_field(inside.begin()) || group.delimiter() == Delimiter::None {
                return None;
            }
            let what = super::item::describe(&TokenTree::Group(group.clone()));
            let place = (group.span_open(), group.span_close());
            let message = format!("unexpected {what} around the entries");
            self.error("token-unexpected", place, message, format!("remove the {what}"));
            self.inside(&group, |this, inside| fields.extend(this.fields(inside)));
            return Some(rest);
        }
        if range(cursor).is_some() {
            let rest = skip_to_field(cursor);
            let written = Written::between(cursor, rest)?;
            self.previous = written.last;
            let message = format!("unexpected `{}`", written.text());
            let help = "remove it: what does not stand here has its default";
            self.error("token-unexpected", (written.first, written.last), message, help);
            return Some(rest);
        }
        if let Some((field, rest)) = self.number_before_name(cursor) {
            fields.push(field);
            return Some(rest);
        }
        let (first, after) = cursor.ident()?;
        let place = (first.span(), first.span());
        if let Some((_, bang)) = punct(after, '!')
            && let Some((TokenTree::Group(group), rest)) = tree(bang)
        {
            self.previous = group.span_close();
            let message = format!("unexpected `{first}!` where a key should stand");
            self.error("token-unexpected", place, message, "a macro stands only for a value: write `key: value`");
            return Some(rest);
        }
        let is_key = is_colon(after) || is_comma(after) || after.eof() || after.literal().is_some();
        let is_equal = punct(after, '=').is_some();
        let is_known = grammar::all().any(|block| block.key(&plain(&first)).is_some());
        if is_key || is_equal || is_known || !is_keyword(&first) {
            return None;
        }
        // `pub(crate)`
        let (place, after) = match after.group(Delimiter::Parenthesis) {
            Some((_, delim, rest)) if begins_field(rest) => ((first.span(), delim.close()), rest),
            _ => (place, after),
        };
        self.previous = place.1;
        if begins_field(after) {
            self.error("token-unexpected", place, format!("unexpected `{first}` before a key"), "remove it");
            return Some(after);
        }
        let (mut rest, mut last, mut entries) = (after, first.span(), None);
        while let Some((token, next)) = tree(rest).filter(|_| !is_comma(rest) && !begins_field(rest)) {
            rest = next;
            if let TokenTree::Group(group) = &token
                && begins_field(TokenBuffer::new2(group.stream()).begin())
            {
                entries = Some(group.clone());
                break;
            }
            last = ends(&token).1;
        }
        self.previous = last;
        let help = "write it before the macro, and what it computes as `key: (expression)`";
        self.error("token-unexpected", (first.span(), last), "statements do not stand between entries", help);
        if let Some(group) = entries {
            self.inside(&group, |this, inside| fields.extend(this.fields(inside)));
        }
        Some(rest)
    }

    /// `80: http`, as where ports are a list of numbers: read as `http: 80`.
    fn number_before_name<'c>(&mut self, cursor: Cursor<'c>) -> Option<(Field, Cursor<'c>)> {
        let (number, after) = cursor.literal()?;
        let text = number.to_string();
        let (_, after) = punct(after, ':').filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        let (name, rest) = after.ident().filter(|(_, rest)| rest.eof() || is_comma(*rest))?;
        self.previous = name.span();
        let key = plain(&name);
        self.error(
            "token-unexpected",
            (number.span(), name.span()),
            format!("the name stands before the number, and `{text}` before `{key}`"),
            format!("write `{key}: {text}`"),
        );
        let value = Node { value: Value::Word(text), id: self.out.spans.id(number.span(), number.span()) };
        Some((Field { key, quoted: false, key_id: self.ident(&name), value }, rest))
    }

    /// The value of a key whose entries stand on lines of their own, further right, without braces.
    pub(super) fn indented<'c>(&mut self, key: &Key, cursor: Cursor<'c>) -> Option<(Node, Cursor<'c>)> {
        let (line, column) = position(self.out.spans.get(key.id).0);
        let (first, second) = tree(cursor)?;
        let at = position(ends(&first).0);
        if line == 0 || at.0 <= line {
            return None;
        }
        let dash = matches!(&first, TokenTree::Punct(punct) if punct.as_char() == '-')
            && tree(second).is_some_and(|(next, _)| position(ends(&next).0) != position_after(ends(&first).1));
        let leftmost = match dash {
            true if at.1 >= column => at.1,
            false if at.1 > column && begins_field(cursor) => column + 1,
            _ => return None,
        };
        let lines = lines_from(cursor, leftmost);
        let rest = lines.last()?.1;
        let texts = lines.iter().filter_map(|(from, to)| Written::between(*from, *to)).map(|line| line.whole());
        let texts: Vec<String> = texts.map(|text| text.trim_end_matches(',').to_owned()).collect();
        let written = Written::between(cursor, rest)?;
        let place = (written.first, written.last);
        self.indented = Some(place.1);
        if !grammar::all().any(|block| block.key(&key.text).is_some()) && self.depth == 0 {
            // No setting at all, which is said of the key.
            self.previous = place.1;
            return Some((self.node(place, Value::Broken), rest));
        }
        if dash {
            let help = "write a list in brackets, or a block in braces".to_owned();
            self.previous = place.1;
            self.error("braces-missing", place, format!("the entries of `{}` have no brackets", key.text), help);
            return Some((self.node(place, Value::Broken), rest));
        }
        let comma = if rest.eof() || is_comma(rest) { "" } else { "," };
        let help = format!("write `{}: {{ {} }}{comma}`", key.text, texts.join(", "));
        self.error("braces-missing", place, format!("the entries of `{}` have no braces", key.text), help);
        let said = self.out.diagnostics.len();
        let tokens: TokenStream = written.into_trees().into_iter().collect();
        let buffer = TokenBuffer::new2(tokens);
        let fields = self.nested(place, |this| this.fields(buffer.begin()));
        // Whoever writes lines writes no commas.
        let mut n = 0;
        self.out.diagnostics.retain(|diagnostic| {
            n += 1;
            n <= said || diagnostic.rule != "comma-missing"
        });
        if self.out.diagnostics.len() > said
            && let Some(mine) = self.out.diagnostics.get_mut(said - 1)
        {
            // What it holds has mistakes of its own.
            mine.help = format!("write `{}: {{ … }}{comma}`", key.text);
        }
        Some((self.node(place, fields.map_or(Value::Broken, Value::Map)), rest))
    }

    /// Reads what stands in a group.
    fn inside(&mut self, group: &Group, read: impl FnOnce(&mut Self, Cursor<'_>)) {
        let inside = TokenBuffer::new2(group.stream());
        self.nested((group.span_open(), group.span_close()), |this| read(this, inside.begin()));
    }
}

/// The lines that begin at or right of a column, each from its first token to the first of the next one; a comma behind the last is
/// not theirs.
fn lines_from(cursor: Cursor<'_>, leftmost: usize) -> Vec<(Cursor<'_>, Cursor<'_>)> {
    let mut lines: Vec<(Cursor<'_>, Cursor<'_>)> = Vec::new();
    let (mut rest, mut line) = (cursor, 0);
    while let Some((token, after)) = rest.token_tree() {
        let at = position(ends(&token).0);
        if at.0 > line {
            if at.1 < leftmost {
                break;
            }
            lines.push((rest, after));
        }
        let is_last_comma = is_comma(rest) && tree(after).is_none_or(|(next, _)| position(ends(&next).0).1 < leftmost);
        if is_last_comma {
            break;
        }
        if let Some(last) = lines.last_mut() {
            last.1 = after;
        }
        (line, rest) = (position_after(ends(&token).1).0, after);
    }
    lines
}

/// Braces, and what stands behind them.
type Braces<'c> = (Group, Cursor<'c>);

/// `:`, `=`, `.`, `::`, `->` before a name and its braces, perhaps another one behind it: the sign, the name, its braces and the rest.
fn sign_before_name(cursor: Cursor<'_>) -> Option<((Span, Span), Ident, Braces<'_>)> {
    let (first, mut rest) = cursor.punct()?;
    let mut place = (first.span(), first.span());
    if let Some((second, after)) = rest.punct() {
        (place.1, rest) = (second.span(), after);
    }
    let (name, mut braces) = rest.ident()?;
    if let Some((again, after)) = punct(braces, ':').or_else(|| punct(braces, '=')) {
        (place.1, braces) = (again, after);
    }
    let is_sign = matches!(first.as_char(), ':' | '=' | '.' | '-');
    match tree(braces)? {
        (TokenTree::Group(group), rest) if is_sign && group.delimiter() == Delimiter::Brace => {
            Some((place, name, (group, rest)))
        }
        _ => None,
    }
}

/// `stateful_app! { … }`, perhaps with a path before it: where its path stands, and its items.
fn macro_of_items<'c>(first: &Ident, mut rest: Cursor<'c>) -> Option<((Span, Span), Group, Cursor<'c>)> {
    let mut last = first.span();
    while is_path_separator(rest) {
        let (word, after) = punct(rest, ':').and_then(|(_, rest)| punct(rest, ':'))?.1.ident()?;
        (last, rest) = (word.span(), after);
    }
    let (_, rest) = punct(rest, '!')?;
    match tree(rest)? {
        (TokenTree::Group(group), rest) => {
            let is_of_items = begins_item(TokenBuffer::new2(group.stream()).begin());
            is_of_items.then_some(((first.span(), last), group, rest))
        }
        _ => None,
    }
}

/// `: StatefulApp { … }` or `= StatefulApp { … }` after a name: the sign, the kind, its braces and the rest.
fn item_after_name(cursor: Cursor<'_>) -> Option<(Span, Ident, Braces<'_>)> {
    let (sign, rest) = punct(cursor, ':').or_else(|| punct(cursor, '='))?;
    let (kind, rest) = rest.ident()?;
    grammar::item(&plain(&kind))?;
    match tree(rest)? {
        (TokenTree::Group(group), rest) if group.delimiter() == Delimiter::Brace => Some((sign, kind, (group, rest))),
        _ => None,
    }
}
