//! Tokens → tree. A bad token is reported once and skipped; everything after it is read.

mod field;
mod foreign;
mod habit;
mod item;
mod look;
mod path;
mod value;
mod written;

use crate::diagnostics::Diagnostic;
use crate::spans::Spans;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Span, TokenStream, TokenTree};
use statefulapp_core::finding::Severity;
use statefulapp_core::tree::{Id, Node, Tree, Value};
use std::collections::{BTreeMap, BTreeSet};
use syn::buffer::TokenBuffer;

/// What stands in a block.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) tree: Tree,
    pub(crate) spans: Spans,
    /// The Rust expressions, by number.
    pub(crate) holes: Vec<TokenStream>,
    /// The identifiers that the editor is told of: the user's own tokens.
    pub(crate) idents: Vec<(Id, Ident)>,
    /// The identifiers of each path, by its node; a path that ends in a dot is here too.
    pub(crate) paths: BTreeMap<Id, Path>,
    /// Words where an item or a setting should stand.
    pub(crate) strays: Vec<Ident>,
    /// Words after the value of a key, where the next key should stand: the key's node and the word.
    pub(crate) loose: Vec<(Id, Ident)>,
    /// Names and keys that were reported: what else is said of them would only be a consequence.
    pub(crate) unread: BTreeSet<Id>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The identifiers of a path as written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path {
    pub(crate) idents: Vec<Ident>,
    /// Where each of its words stands, those in brackets too.
    pub(crate) words: Vec<Span>,
    /// It ends in a dot.
    pub(crate) is_open: bool,
}

/// Reads a block.
pub(crate) fn parse(input: TokenStream) -> Parsed {
    let buffer = TokenBuffer::new2(input);
    let mut parser = Parser { out: Parsed::default(), previous: Span::call_site(), depth: 0, indented: None };
    parser.block(buffer.begin());
    parser.out
}

/// Deeper than any declaration, and shallow enough for the stack of a compiler's thread.
const DEEPEST: usize = 64;

struct Parser {
    out: Parsed,
    /// The last token that was read.
    previous: Span,
    depth: usize,
    /// The end of the last value that stood in lines instead of braces: whoever writes those writes no commas.
    indented: Option<Span>,
}

impl Parser {
    fn error(
        &mut self,
        rule: &'static str,
        (first, last): (Span, Span),
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.out.diagnostics.push(Diagnostic {
            severity: Severity::Error,
            first,
            last,
            rule,
            node: 0,
            message: message.into(),
            help: help.into(),
            notes: Vec::new(),
        });
    }

    fn ident(&mut self, ident: &Ident) -> Id {
        let id = self.out.spans.id(ident.span(), ident.span());
        self.out.idents.push((id, ident.clone()));
        id
    }

    fn node(&mut self, (first, last): (Span, Span), value: Value) -> Node {
        Node { id: self.out.spans.id(first, last), value }
    }

    /// A Rust expression.
    fn hole(&mut self, tokens: TokenStream, place: (Span, Span)) -> Node {
        let index = self.out.holes.len();
        self.out.holes.push(tokens);
        self.node(place, Value::Hole(index))
    }

    /// A Rust expression in its parentheses, at the place of both.
    fn parenthesised(&mut self, tokens: TokenStream, place: (Span, Span), whole: Span) -> Node {
        if tokens.is_empty() {
            let message = "these parentheses hold no expression";
            self.error("expression-empty", place, message, "write a Rust expression in them");
            return self.node(place, Value::Broken);
        }
        if let Some(divider) = divider(&tokens) {
            let help = match divider.as_char() {
                ';' => format!("statements stand in braces: write ({{ {tokens} }})"),
                _ => "write one expression; a list stands in brackets".to_owned(),
            };
            let message = format!("unexpected `{divider}`: the parentheses hold one Rust expression");
            self.error("expression-several", (divider.span(), divider.span()), message, help);
            return self.node(place, Value::Broken);
        }
        // With its parentheses, an error about its type underlines all of it; of the macro's own site, they are not unused ones.
        let mut group = Group::new(Delimiter::Parenthesis, tokens);
        group.set_span(whole.resolved_at(Span::mixed_site()));
        self.hole(TokenTree::from(group).into(), place)
    }

    /// Runs one level deeper, if the block is not absurdly deep.
    fn nested<T>(&mut self, group: (Span, Span), inside: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEEPEST {
            self.error("too-deep", group, "this is nested too deeply", format!("the most is {DEEPEST} levels"));
            return None;
        }
        self.depth += 1;
        self.previous = group.0;
        let out = inside(self);
        self.previous = group.1;
        self.depth -= 1;
        Some(out)
    }
}

/// What divides several expressions where one should stand. After `<` or `|` a comma may belong to types or parameters.
fn divider(tokens: &TokenStream) -> Option<Punct> {
    let mut is_certain = true;
    tokens.clone().into_iter().find_map(|tree| match tree {
        TokenTree::Punct(punct) => {
            is_certain &= !matches!(punct.as_char(), '<' | '|');
            (punct.as_char() == ';' || punct.as_char() == ',' && is_certain).then_some(punct)
        }
        _ => None,
    })
}

/// The identifier without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or_else(|| text.clone(), str::to_owned)
}

/// The text of a string literal.
fn text_of(literal: &Literal) -> Option<String> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) if text.suffix().is_empty() => Some(text.value()),
        _ => None,
    }
}
