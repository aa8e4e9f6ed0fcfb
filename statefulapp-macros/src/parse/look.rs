//! What stands at a cursor, without reading it.

use crate::parse::{plain, text_of};
use crate::spans::{position, position_after};
use proc_macro2::{Delimiter, Ident, Punct, Spacing, Span, TokenTree};
use statefulapp_core::grammar;
use statefulapp_core::value::suggest;
use syn::buffer::Cursor;

/// The next token. A group without delimiters is what a `macro_rules!` variable leaves: around one token it means that token.
pub(super) fn tree(cursor: Cursor<'_>) -> Option<(TokenTree, Cursor<'_>)> {
    let (tree, rest) = cursor.token_tree()?;
    if let TokenTree::Group(group) = &tree
        && group.delimiter() == Delimiter::None
    {
        let mut inside = group.stream().into_iter();
        if let (Some(one), None) = (inside.next(), inside.next()) {
            return Some((one, rest));
        }
    }
    Some((tree, rest))
}

/// The first and the last place of a token.
pub(super) fn ends(tree: &TokenTree) -> (Span, Span) {
    match tree {
        TokenTree::Group(group) => (group.span_open(), group.span_close()),
        other => (other.span(), other.span()),
    }
}

pub(super) fn punct(cursor: Cursor<'_>, wanted: char) -> Option<(Span, Cursor<'_>)> {
    cursor.punct().filter(|(punct, _)| punct.as_char() == wanted).map(|(punct, rest)| (punct.span(), rest))
}

pub(super) fn word<'c>(cursor: Cursor<'c>, wanted: &str) -> Option<(Ident, Cursor<'c>)> {
    cursor.ident().filter(|(word, _)| word == wanted)
}

pub(super) fn is_comma(cursor: Cursor<'_>) -> bool {
    punct(cursor, ',').is_some()
}

/// A colon that is not half of `::`.
pub(super) fn is_colon(cursor: Cursor<'_>) -> bool {
    punct(cursor, ':').is_some() && !is_path_separator(cursor)
}

pub(super) fn is_path_separator(cursor: Cursor<'_>) -> bool {
    let Some((first, rest)) = cursor.punct() else { return false };
    first.as_char() == ':' && first.spacing() == Spacing::Joint && punct(rest, ':').is_some()
}

/// `..` or `..=`.
pub(super) fn range(cursor: Cursor<'_>) -> Option<(Span, Cursor<'_>)> {
    let (first, rest) = cursor.punct().filter(|(punct, _)| punct.as_char() == '.')?;
    let (second, rest) = rest.punct().filter(|(punct, _)| punct.as_char() == '.')?;
    if first.spacing() != Spacing::Joint {
        return None;
    }
    match rest.punct() {
        Some((punct, rest)) if punct.as_char() == '=' && second.spacing() == Spacing::Joint => {
            Some((punct.span(), rest))
        }
        _ => Some((second.span(), rest)),
    }
}

/// Whether a key stands here: a word or a string with a colon after it.
pub(super) fn begins_field(cursor: Cursor<'_>) -> bool {
    let Some((tree, rest)) = tree(cursor) else { return false };
    let key = match &tree {
        TokenTree::Ident(_) => true,
        TokenTree::Literal(literal) => text_of(literal).is_some(),
        _ => false,
    };
    key && is_colon(rest)
}

/// Whether a word and `=` stand here, which other languages begin an entry with.
fn begins_assignment(cursor: Cursor<'_>) -> bool {
    cursor.ident().and_then(|(_, rest)| rest.punct()).is_some_and(|(sign, rest)| {
        let joins = |sign: &Punct| sign.spacing() == Spacing::Joint && rest.punct().is_some();
        sign.as_char() == '=' && !joins(&sign)
    })
}

/// Whether a word stands here that is a key of some block, or on a line of its own: a key that lost its comma, and perhaps its colon.
fn begins_line(previous: Span, cursor: Cursor<'_>) -> bool {
    cursor.ident().is_some_and(|(word, rest)| {
        let text = plain(&word);
        // `params.memory` is a reference, though `params` is a key.
        let is_key = punct(rest, '.').is_none() && grammar::all().any(|block| block.key(&text).is_some());
        (is_key && !is_comma(rest) && !rest.eof()) || position(word.span()).0 > position_after(previous).0
    })
}

/// Whether a value that was read up to here is complete.
pub(super) fn ends_value(previous: Span, cursor: Cursor<'_>) -> bool {
    cursor.eof() || is_comma(cursor) || punct(cursor, ';').is_some() || begins_entry(previous, cursor)
}

/// Whether the next entry of a block stands here, with or without the comma before it.
pub(super) fn begins_entry(previous: Span, cursor: Cursor<'_>) -> bool {
    begins_field(cursor)
        || begins_assignment(cursor)
        || starts_docs(cursor)
        || nested_item(cursor).is_some()
        || begins_line(previous, cursor)
}

pub(super) fn starts_docs(cursor: Cursor<'_>) -> bool {
    punct(cursor, '#').is_some()
}

/// Whether what follows a kind looks like the rest of an item.
pub(super) fn starts_item(cursor: Cursor<'_>) -> bool {
    let cursor = word(cursor, "extern").map_or(cursor, |(_, rest)| rest);
    match tree(cursor) {
        Some((TokenTree::Ident(_) | TokenTree::Literal(_), rest)) => {
            rest.group(Delimiter::Brace).is_some() || word(rest, "as").is_some()
        }
        Some((TokenTree::Group(group), _)) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

/// An item's kind with the rest of an item after it.
pub(super) fn nested_item(cursor: Cursor<'_>) -> Option<(Ident, Cursor<'_>)> {
    let (kind, rest) = cursor.ident()?;
    (grammar::item(&plain(&kind)).is_some() && starts_item(rest)).then_some((kind, rest))
}

/// Whether an item or a setting begins here. A word that is no kind needs a name between it and its braces.
pub(super) fn begins_item(cursor: Cursor<'_>) -> bool {
    let Some((kind, rest)) = cursor.ident() else { return starts_docs(cursor) };
    grammar::item(&plain(&kind)).is_some()
        || (grammar::HEAD.key(&plain(&kind)).is_some() && is_colon(rest))
        || (rest.group(Delimiter::Brace).is_none() && starts_item(rest) && may_be_kind(&kind))
}

/// Whether an unknown word looks like a kind: kinds begin with a capital.
fn may_be_kind(word: &Ident) -> bool {
    let text = plain(word);
    let is_near = || suggest(&text, grammar::ITEMS.iter().map(|block| block.name)).is_some();
    !is_keyword(word) && (text.starts_with(char::is_uppercase) || is_near())
}

/// Whether Rust keeps the word for itself.
pub(super) fn is_keyword(word: &Ident) -> bool {
    let text = word.to_string();
    !matches!(text.as_str(), "true" | "false") && syn::parse_str::<Ident>(&text).is_err()
}

/// Up to the next comma or the next entry.
pub(super) fn skip_to_field(mut cursor: Cursor<'_>) -> Cursor<'_> {
    while !cursor.eof() && !begins_field(cursor) && nested_item(cursor).is_none() && !is_comma(cursor) {
        let Some((_, rest)) = cursor.token_tree() else { break };
        cursor = rest;
    }
    cursor
}

/// Up to the next word that begins an item or a setting.
pub(super) fn skip_to_item(mut cursor: Cursor<'_>) -> Cursor<'_> {
    loop {
        if let Some((word, rest)) = cursor.ident()
            && (is_colon(rest) || grammar::item(&plain(&word)).is_some() || starts_item(rest))
        {
            return cursor;
        }
        match cursor.token_tree() {
            Some((_, rest)) => cursor = rest,
            None => return cursor,
        }
    }
}
