use super::look::{begins_item, ends, is_colon, punct, skip_to_item, starts_docs, starts_item, tree, word};
use super::written::{Written, joined};
use super::{Parser, plain, text_of};
use proc_macro2::{Delimiter, Ident, Span, TokenTree};
use statefulapp_core::grammar;
use statefulapp_core::tree::{Item, Node, Value};
use statefulapp_core::value::{suggest, to_name};
use syn::buffer::Cursor;

pub(super) const FORMS: &str = "an item is `Kind name { key: value }`, a setting `key: value`";

/// The rustdoc above something.
#[derive(Default)]
pub(super) struct Docs {
    text: String,
    places: Vec<(Span, Span)>,
    /// `extern` stands before the kind.
    pub(super) is_extern: bool,
}

impl Parser {
    /// The head and the items.
    pub(super) fn block(&mut self, mut cursor: Cursor<'_>) {
        while !cursor.eof() {
            if let Some(rest) = self.comment(cursor).or_else(|| self.yaml(cursor)) {
                cursor = rest;
                continue;
            }
            let (mut docs, after) = self.docs(cursor);
            cursor = after;
            if let Some((span, rest)) = punct(cursor, ',').or_else(|| punct(cursor, ';')) {
                // A comma or semicolon after an item is harmless.
                self.previous = span;
                self.undocumented(&docs);
                cursor = rest;
                continue;
            }
            if let Some((kind, rest)) = self.quoted_kind(cursor) {
                cursor = self.item(kind, rest, docs);
                continue;
            }
            let Some((first, rest)) = cursor.ident() else {
                self.undocumented(&docs);
                cursor = self.unexpected_item(cursor);
                continue;
            };
            if let Some(rest) = self.item_of_habit(&first, rest, &mut docs) {
                self.undocumented(&docs);
                cursor = rest;
                continue;
            }
            if is_setting(&first, rest) {
                self.undocumented(&docs);
                let (field, rest) = self.field(cursor);
                let what = field.as_ref().map(|field| field.key.clone());
                self.out.tree.head.extend(field);
                // Settings and items stand on lines of their own: the comma between them may be left out.
                let next_item = rest.ident().is_some_and(|(word, after)| !is_setting(&word, after));
                cursor = if next_item { rest } else { self.separator(rest, what.as_deref()) };
                continue;
            }
            cursor = self.item(first, rest, docs);
        }
    }

    /// A kind in quotes before the rest of an item.
    fn quoted_kind<'c>(&mut self, cursor: Cursor<'c>) -> Option<(Ident, Cursor<'c>)> {
        let (literal, rest) = cursor.literal()?;
        let text = text_of(&literal).filter(|text| grammar::item(text).is_some() && starts_item(rest))?;
        let place = (literal.span(), literal.span());
        self.error("token-unexpected", place, "a kind stands without quotes", format!("write {text}"));
        Some((Ident::new(&text, literal.span()), rest))
    }

    /// `/// text` above an item, which arrives as `#[doc = "text"]`.
    pub(super) fn docs<'c>(&mut self, mut cursor: Cursor<'c>) -> (Docs, Cursor<'c>) {
        let mut docs = Docs::default();
        let mut lines: Vec<String> = Vec::new();
        while let Some((hash, after)) = punct(cursor, '#') {
            let inner = punct(after, '!');
            let Some((inside, delim, rest)) = inner.map_or(after, |(_, rest)| rest).group(Delimiter::Bracket) else {
                break;
            };
            let place = (hash, delim.close());
            let line = word(inside, "doc")
                .and_then(|(_, rest)| rest.punct())
                .and_then(|(_, rest)| rest.literal())
                .and_then(|(literal, _)| text_of(&literal));
            match line {
                Some(_) if inner.is_some() => self.undocumented(&Docs { places: vec![place], ..Docs::default() }),
                Some(line) => {
                    lines.push(line.trim().to_owned());
                    docs.places.push(place);
                }
                None => self.error(
                    "attribute",
                    place,
                    "attributes do nothing here",
                    "remove it; only `/// text` stands above an item",
                ),
            }
            self.previous = place.1;
            cursor = rest;
        }
        docs.text = lines.join("\n").trim().to_owned();
        (docs, cursor)
    }

    /// Rustdoc that stands above no item.
    pub(super) fn undocumented(&mut self, docs: &Docs) {
        if let (Some((first, _)), Some((_, last))) = (docs.places.first(), docs.places.last()) {
            self.error(
                "attribute",
                (*first, *last),
                "this comment documents no item",
                "write `//`, or put it above an item as `///`",
            );
        }
    }

    fn unexpected_item<'c>(&mut self, cursor: Cursor<'c>) -> Cursor<'c> {
        let Some((tree, mut rest)) = tree(cursor) else { return cursor };
        let place = ends(&tree);
        if let TokenTree::Group(group) = &tree {
            let inside = syn::buffer::TokenBuffer::new2(group.stream());
            let is_visible = group.delimiter() != Delimiter::None;
            if begins_item(inside.begin()) {
                if is_visible {
                    let help = "remove them: the braces of the macro are enough";
                    let message = format!("these {} hold the whole declaration", describe(&tree));
                    self.error("token-unexpected", (place.0, place.0), message, help);
                }
                self.nested(place, |this| this.block(inside.begin()));
                return rest;
            }
        }
        let help = if begins_item(rest) { "remove it" } else { FORMS };
        self.error("token-unexpected", place, format!("unexpected {}", describe(&tree)), help);
        // The rest up to the next item or setting belongs to the same mistake; so does a method that is called.
        let is_method = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '.');
        while !rest.eof() && (rest.ident().is_none() || is_method && !begins_item(rest)) && !starts_docs(rest) {
            let Some((_, after)) = rest.token_tree() else { break };
            rest = after;
        }
        rest
    }

    /// `Kind [extern] name [as "text" | as (expression)] { … }`.
    pub(super) fn item<'c>(&mut self, kind: Ident, mut cursor: Cursor<'c>, docs: Docs) -> Cursor<'c> {
        self.previous = kind.span();
        let mut item = Item {
            kind: plain(&kind),
            kind_id: self.ident(&kind),
            doc: docs.text.clone(),
            is_extern: docs.is_extern,
            ..Item::default()
        };
        if grammar::item(&item.kind).is_none() && !starts_item(cursor) {
            // Not an item at all: a stray word, or a key without its colon.
            self.undocumented(&docs);
            return self.stray_word(&kind, cursor);
        }
        if let Some((extern_, rest)) = word(cursor, "extern") {
            self.previous = extern_.span();
            item.is_extern = true;
            cursor = rest;
        } else if let Some((external, rest)) =
            word(cursor, "external").filter(|(_, rest)| rest.group(Delimiter::Brace).is_none() && starts_item(*rest))
        {
            let place = (external.span(), external.span());
            self.error("token-unexpected", place, "`external` is no word of the language", "write extern");
            item.is_extern = true;
            cursor = rest;
        }
        let said = self.out.diagnostics.len();
        cursor = self.name(&mut item, &kind, cursor);
        if let Some((as_, rest)) = word(cursor, "as") {
            if let Value::Text(first) = &item.name.value {
                let help = format!("write `{} my_name as {} {{ … }}`", item.kind, as_text(rest));
                let message = format!("\"{first}\" and `as` are two names");
                let place = self.out.spans.get(item.name.id);
                self.error("token-unexpected", place, message, help);
            }
            cursor = self.computed_name(&mut item, &as_, rest);
        }
        if let Some((extern_, rest)) = word(cursor, "extern").filter(|_| !item.is_extern) {
            self.previous = extern_.span();
            item.is_extern = true;
            let help = format!("write `{} extern {} {{ … }}`", item.kind, item.ident);
            let place = (extern_.span(), extern_.span());
            self.error("token-unexpected", place, "`extern` stands before the name", help);
            cursor = rest;
        }
        cursor = self.braces(&mut item, cursor);
        self.name_inside(&item, said);
        self.out.tree.items.push(item);
        cursor
    }

    /// A name that stands as a key in the braces: one mistake with the name that is missing before them.
    fn name_inside(&mut self, item: &Item, said: usize) {
        let Some(inside) = item.fields.iter().find(|field| field.key == "name") else { return };
        let text = match &inside.value.value {
            Value::Text(text) => text.clone(),
            Value::Path(parts) => parts.join("_"),
            // `"web".to_string()`
            Value::Unquoted { text, .. } => text.split('"').nth(1).unwrap_or("my_name").to_owned(),
            _ => return,
        };
        let missing = self.out.diagnostics.iter_mut().skip(said).find(|diagnostic| diagnostic.rule == "name-missing");
        if let Some(missing) = missing {
            missing.help = format!("write `{} {} {{ … }}`, without the key `name`", item.kind, as_ident(&text));
            self.out.unread.insert(inside.key_id);
            self.out.diagnostics.retain(|diagnostic| diagnostic.node == 0 || diagnostic.node != inside.value.id);
        }
    }

    fn name<'c>(&mut self, item: &mut Item, kind: &Ident, cursor: Cursor<'c>) -> Cursor<'c> {
        match tree(cursor) {
            Some((TokenTree::Ident(name), rest)) if name != "as" => match joined(cursor) {
                Some((written, rest)) => {
                    let text = written.text();
                    item.ident = as_ident(&written.whole());
                    let id = self.out.spans.id(written.first, written.last);
                    if let Ok(mut ident) = syn::parse_str::<Ident>(&item.ident) {
                        ident.set_span(name.span());
                        self.out.idents.push((id, ident));
                    }
                    item.name = Node { id, value: Value::Path(vec![item.ident.clone()]) };
                    self.error(
                        "token-unexpected",
                        (written.first, written.last),
                        format!("`{text}` is not one word"),
                        format!("write `{}`, which stands for \"{}\"", item.ident, to_name(&item.ident)),
                    );
                    self.previous = written.last;
                    rest
                }
                None => {
                    self.previous = name.span();
                    item.ident = plain(&name);
                    item.name = Node { id: self.ident(&name), value: Value::Path(vec![item.ident.clone()]) };
                    rest
                }
            },
            Some((TokenTree::Literal(name), rest)) if text_of(&name).is_some() => {
                self.previous = name.span();
                let text = text_of(&name).unwrap_or_default();
                item.name = self.node((name.span(), name.span()), Value::Text(text));
                rest
            }
            _ => {
                // What stands there instead, up to the braces.
                let rest = if word(cursor, "as").is_some() { cursor } else { up_to_braces(cursor) };
                let written = Written::between(cursor, rest);
                let place =
                    written.as_ref().map_or((kind.span(), kind.span()), |written| (written.first, written.last));
                item.name = self.node(place, Value::Broken);
                self.out.unread.insert(item.name.id);
                match written {
                    None => self.error(
                        "name-missing",
                        place,
                        format!("this {} has no name", item.kind),
                        format!("write `{} my_name {{ … }}`", item.kind),
                    ),
                    Some(written) => {
                        self.previous = written.last;
                        let text = written.text();
                        let plain = text.trim_matches('\'');
                        let help = if written.may_be_name() {
                            format!("write \"{plain}\"")
                        } else {
                            format!("write `{0} my_name {{ … }}`, or `{0} my_name as (expression) {{ … }}`", item.kind)
                        };
                        self.error("name-missing", place, format!("`{text}` is not a name"), help);
                    }
                }
                // Braces that are missing, too, belong to the same mistake.
                rest
            }
        }
    }

    /// What stands after `as`.
    fn computed_name<'c>(&mut self, item: &mut Item, as_: &Ident, cursor: Cursor<'c>) -> Cursor<'c> {
        if let Some((inside, delim, rest)) = cursor.group(Delimiter::Parenthesis) {
            item.name = self.parenthesised(inside.token_stream(), (delim.open(), delim.close()), delim.join());
            self.previous = delim.close();
            return rest;
        }
        let text = cursor.literal().and_then(|(name, rest)| Some((text_of(&name)?, name.span(), rest)));
        if let Some((text, span, rest)) = text {
            self.previous = span;
            item.name = self.node((span, span), Value::Text(text));
            return rest;
        }
        let rest = up_to_braces(cursor);
        match Written::between(cursor, rest) {
            None => {
                let place = (as_.span(), as_.span());
                self.error("name-missing", place, "`as` has no name", "write `as \"name\"` or `as (expression)`");
            }
            Some(written) => {
                let (place, text) = ((written.first, written.last), written.text());
                self.previous = written.last;
                self.error(
                    "name-missing",
                    place,
                    format!("`{text}` is neither a string nor in parentheses"),
                    format!("write `as \"{text}\"` for the name, or `as ({text})` for a Rust expression"),
                );
            }
        }
        self.out.unread.insert(item.name.id);
        rest
    }

    fn braces<'c>(&mut self, item: &mut Item, cursor: Cursor<'c>) -> Cursor<'c> {
        let rest = kind_again(cursor).unwrap_or_else(|| up_to_braces(cursor));
        let name = match &item.name.value {
            Value::Text(text) => format!("{text:?}"),
            _ if item.ident.is_empty() => "name".to_owned(),
            _ => item.ident.clone(),
        };
        let extern_ = if item.is_extern { "extern " } else { "" };
        let help = format!("write `{} {extern_}{name} {{ … }}`", item.kind);
        let between = Written::between(cursor, rest);
        if let Some((inside, delim, after)) = rest.group(Delimiter::Brace) {
            if let Some(written) = between {
                let text = written.text();
                let message = format!("unexpected `{text}` before the braces");
                self.error("token-unexpected", (written.first, written.last), message, help);
            }
            let place = (delim.open(), delim.close());
            item.fields = self.nested(place, |this| this.fields(inside)).unwrap_or_default();
            return after;
        }
        if item.name.value == Value::Broken {
            return rest;
        }
        self.out.unread.insert(item.name.id);
        if let Some((TokenTree::Group(group), after)) = tree(cursor) {
            let place = (group.span_open(), group.span_close());
            let instead = describe(&TokenTree::Group(group.clone()));
            let message = format!("the keys of this {} stand in {instead} instead of braces", item.kind);
            self.error("braces-missing", place, message, help);
            let inside = syn::buffer::TokenBuffer::new2(group.stream());
            // Braces in them are those of the item.
            let inner = inside.begin().group(Delimiter::Brace).filter(|(_, _, end)| end.eof());
            let inside = inner.map_or(inside.begin(), |(inside, _, _)| inside);
            item.fields = self.nested(place, |this| this.fields(inside)).unwrap_or_default();
            return skip_to_item(after);
        }
        let place = (self.previous, self.previous);
        self.error("braces-missing", place, format!("this {} has no braces", item.kind), help);
        skip_to_item(rest)
    }

    fn stray_word<'c>(&mut self, word: &Ident, cursor: Cursor<'c>) -> Cursor<'c> {
        let text = plain(word);
        self.out.strays.push(word.clone());
        let help = if begins_item(cursor) {
            "remove it".to_owned()
        } else if let Some(near) = suggest(&text, grammar::ITEMS.iter().map(|block| block.name)) {
            format!("did you mean `{near} name {{ … }}`?")
        } else if grammar::HEAD.key(&text).is_some() {
            format!("write `{text}: …`")
        } else {
            FORMS.to_owned()
        };
        self.error("token-unexpected", (word.span(), word.span()), format!("unexpected `{text}`"), help);
        skip_to_item(cursor)
    }
}

/// What stands after `as`, for a message.
fn as_text(cursor: Cursor<'_>) -> String {
    tree(cursor).map_or("…".to_owned(), |(tree, _)| tree.to_string())
}

/// Whether a setting stands here: a word and a colon, or one of the settings and no item.
fn is_setting(word: &Ident, rest: Cursor<'_>) -> bool {
    let is_block = || grammar::item(&plain(word)).is_none() && rest.group(Delimiter::Brace).is_some();
    is_colon(rest) || (grammar::HEAD.key(&plain(word)).is_some() && !rest.eof() && (!starts_item(rest) || is_block()))
}

/// Something as an identifier.
pub(super) fn as_ident(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

/// `= App` or `: App` between a name and its braces: the kind, once more.
fn kind_again(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let (_, rest) = punct(cursor, '=').or_else(|| punct(cursor, ':'))?;
    let (kind, rest) = rest.ident()?;
    (grammar::item(&plain(&kind)).is_some() && rest.group(Delimiter::Brace).is_some()).then_some(rest)
}

/// Up to the braces of an item, or to where the next one begins.
fn up_to_braces(mut cursor: Cursor<'_>) -> Cursor<'_> {
    while !cursor.eof() && cursor.group(Delimiter::Brace).is_none() && !begins_item(cursor) {
        let Some((_, rest)) = cursor.token_tree() else { break };
        cursor = rest;
    }
    cursor
}

pub(super) fn describe(tree: &TokenTree) -> String {
    match tree {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Parenthesis => "parentheses".to_owned(),
            Delimiter::Brace => "braces".to_owned(),
            Delimiter::Bracket => "brackets".to_owned(),
            Delimiter::None => "tokens".to_owned(),
        },
        other => format!("`{other}`"),
    }
}
