//! Tokens as the user wrote them, for messages that quote them.

use super::look::{ends, tree};
use crate::spans::{position, position_after};
use proc_macro2::{Delimiter, Span, TokenTree};
use statefulapp_core::value::Duration;
use syn::buffer::Cursor;

/// Longer than this a quotation says less than the underline.
const LONGEST: usize = 60;

/// Some tokens in a row.
pub(super) struct Written {
    trees: Vec<TokenTree>,
    pub(super) first: Span,
    pub(super) last: Span,
}

impl Written {
    /// The tokens from one place to another; `None` if there are none.
    pub(super) fn between(mut from: Cursor<'_>, to: Cursor<'_>) -> Option<Self> {
        let mut trees = Vec::new();
        while from != to {
            let Some((tree, rest)) = from.token_tree() else { break };
            trees.push(tree);
            from = rest;
        }
        let (first, last) = (ends(trees.first()?).0, ends(trees.last()?).1);
        Some(Self { trees, first, last })
    }

    /// The tokens up to the end of their group.
    pub(super) fn up_to_end(from: Cursor<'_>) -> Option<Self> {
        let mut to = from;
        while let Some((_, rest)) = to.token_tree() {
            to = rest;
        }
        Self::between(from, to)
    }

    pub(super) fn into_trees(self) -> Vec<TokenTree> {
        self.trees
    }

    /// The text, with a blank where there is white space.
    pub(super) fn whole(&self) -> String {
        let mut text = String::new();
        write(&self.trees, &mut text);
        text
    }

    /// The text for a message: `…` if it is long.
    pub(super) fn text(&self) -> String {
        let text = self.whole();
        if text.chars().count() > LONGEST { "…".to_owned() } else { text }
    }

    /// Whether anybody knows where the tokens stand.
    pub(super) fn is_placed(&self) -> bool {
        position(self.first).0 > 0
    }

    /// Whether no white space stands between the tokens.
    pub(super) fn is_one_word(&self) -> bool {
        self.trees.windows(2).all(|pair| matches!(pair, [left, right] if touch(left, right)))
    }

    /// A number and its unit, which white space divides: `10 Gi`.
    pub(super) fn divided_unit(&self) -> Option<String> {
        match self.trees.as_slice() {
            [TokenTree::Literal(number), TokenTree::Ident(unit)] => {
                let text = format!("{number}{unit}");
                // `30 days`, as the type of such values has it.
                let said = text.parse::<Duration>().err().map(|error| error.help);
                let known =
                    said.as_deref().and_then(|help| help.strip_prefix("write ")).filter(|help| !help.contains(' '));
                Some(known.map_or(text.clone(), str::to_owned))
            }
            _ => None,
        }
    }

    /// Whether this could be the text of a value that lost its quotes.
    pub(super) fn may_be_text(&self) -> bool {
        let is_path =
            |pair: &[TokenTree]| pair.iter().all(|tree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ':'));
        let is_quoted = |tree: &TokenTree| match tree {
            TokenTree::Group(_) => true,
            TokenTree::Literal(literal) => literal.to_string().contains(['"', '\'']),
            _ => false,
        };
        !self.trees.iter().any(is_quoted) && !self.trees.windows(2).any(is_path)
    }

    /// Whether this could be a name that lost its quotes, or has those of a character.
    pub(super) fn may_be_name(&self) -> bool {
        match self.trees.as_slice() {
            [TokenTree::Literal(literal)] if literal.to_string().starts_with('\'') => true,
            _ => {
                let text = self.whole();
                let is_of_names = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '\'');
                self.is_one_word()
                    && text.chars().all(is_of_names)
                    && text.trim_start_matches('\'').starts_with(char::is_alphanumeric)
            }
        }
    }

    /// Whether this could be a Rust expression: operands with operators between them.
    pub(super) fn may_be_expression(&self) -> bool {
        const KEYWORDS: [&str; 7] = ["if", "match", "loop", "unsafe", "move", "async", "const"];
        if matches!(self.trees.first(), Some(TokenTree::Ident(word)) if KEYWORDS.iter().any(|keyword| word == keyword))
        {
            return true;
        }
        if self.is_flag() || self.is_more_than_a_literal() || self.assigns() {
            return false;
        }
        let (mut has_operand, mut is_colon) = (false, false);
        for tree in &self.trees {
            let after_colon = is_colon;
            is_colon = matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ':');
            has_operand = match tree {
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    // Only `::`.
                    let joint = punct.spacing() == proc_macro2::Spacing::Joint;
                    if !joint && !after_colon {
                        return false;
                    }
                    false
                }
                TokenTree::Punct(punct) => match (punct.as_char(), has_operand) {
                    ('&' | '*' | '-' | '|' | '<', _) => false,
                    ('!', _) | ('+' | '/' | '%' | '=' | '>' | '^' | '.', true) => false,
                    ('?', true) => true,
                    _ => return false,
                },
                TokenTree::Group(_) => true,
                TokenTree::Ident(word) if has_operand => {
                    if word != "as" {
                        return false;
                    }
                    false
                }
                TokenTree::Literal(_) if has_operand => return false,
                _ => true,
            };
        }
        has_operand
    }

    /// `--verbose`
    fn is_flag(&self) -> bool {
        let is_dash = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '-');
        matches!(self.trees.as_slice(), [first, second, ..] if is_dash(first) && is_dash(second))
    }

    /// `17.2.1`, `2?`: a literal has no parts, and nothing that could fail.
    fn is_more_than_a_literal(&self) -> bool {
        let is = |tree: &TokenTree, sign: char| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign);
        self.trees.windows(2).enumerate().any(|(n, pair)| match pair {
            [TokenTree::Literal(_), sign] => {
                is(sign, '?') || is(sign, '.') && matches!(self.trees.get(n + 2), Some(TokenTree::Literal(_)))
            }
            _ => false,
        })
    }

    /// Whether a single `=` stands in it: a type before a value, `String = "b:1"`, is what nobody means as an expression.
    fn assigns(&self) -> bool {
        let mut is_joint = false;
        self.trees.iter().any(|tree| {
            let after_joint = std::mem::take(&mut is_joint);
            let TokenTree::Punct(punct) = tree else { return false };
            is_joint = punct.spacing() == proc_macro2::Spacing::Joint;
            punct.as_char() == '=' && !is_joint && !after_joint
        })
    }

    /// Whether it begins as no text does: with an operator of Rust.
    pub(super) fn begins_with_operator(&self) -> bool {
        matches!(self.trees.first(), Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '&' | '*' | '!' | '|'))
    }
}

/// Words with `-`, `.` or `/` between them, without white space, where one word should stand: `app.kubernetes.io/name`, `/etc/app`.
pub(super) fn joined(cursor: Cursor<'_>) -> Option<(Written, Cursor<'_>)> {
    let (mut last, mut rest) = tree(cursor)?;
    let mut is_joined = false;
    if matches!(&last, TokenTree::Punct(slash) if slash.as_char() == '/')
        && let Some((first @ TokenTree::Ident(_), after)) = tree(rest)
        && touch(&last, &first)
    {
        (last, rest, is_joined) = (first, after, true);
    }
    while let Some((joint, after)) = tree(rest)
        && matches!(&joint, TokenTree::Punct(punct) if matches!(punct.as_char(), '-' | '.' | '/'))
        && let Some((next, after)) = tree(after)
        && matches!(next, TokenTree::Ident(_) | TokenTree::Literal(_))
        && touch(&last, &joint)
        && touch(&joint, &next)
    {
        (last, rest, is_joined) = (next, after, true);
    }
    Written::between(cursor, rest).filter(|_| is_joined).map(|written| (written, rest))
}

/// Whether no white space stands before what stands at the cursor.
pub(super) fn touches(previous: Span, cursor: Cursor<'_>) -> bool {
    tree(cursor).is_some_and(|(next, _)| position_after(previous) == position(ends(&next).0))
}

/// Whether no white space stands between two tokens. Where places are unknown, there seems to be none.
fn touch(left: &TokenTree, right: &TokenTree) -> bool {
    position_after(ends(left).1) == position(ends(right).0)
}

fn write(trees: &[TokenTree], text: &mut String) {
    let mut previous: Option<&TokenTree> = None;
    for tree in trees {
        if let Some(previous) = previous {
            let both_words = text.ends_with(is_word) && tree.to_string().starts_with(is_word);
            if both_words || !touch(previous, tree) {
                text.push(' ');
            }
        }
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                let inside: Vec<_> = group.stream().into_iter().collect();
                let is_close = |tree: &TokenTree| position_after(group.span_open()) == position(ends(tree).0);
                let blank = if open == "{" && inside.first().is_some_and(|first| !is_close(first)) { " " } else { "" };
                text.push_str(open);
                text.push_str(blank);
                write(&inside, text);
                text.push_str(blank);
                text.push_str(close);
            }
            other => text.push_str(&other.to_string()),
        }
        previous = Some(tree);
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
