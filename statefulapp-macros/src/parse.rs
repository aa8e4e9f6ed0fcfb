//! Tokens → tree. A bad token is reported once and skipped; everything after it is read.

use crate::diagnostics::Diagnostic;
use crate::spans::Spans;
use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use quote::ToTokens;
use statefulapp_core::finding::Severity;
use statefulapp_core::grammar;
use statefulapp_core::tree::{Call, Field, Id, Item, Node, Tree, Value};
use statefulapp_core::value::suggest;
use std::collections::BTreeMap;
use syn::buffer::{Cursor, TokenBuffer};

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
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The identifiers of a path as written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path {
    pub(crate) idents: Vec<Ident>,
    /// It ends in a dot.
    pub(crate) is_open: bool,
}

/// Reads a block.
pub(crate) fn parse(input: TokenStream) -> Parsed {
    let buffer = TokenBuffer::new2(input);
    let mut parser = Parser { out: Parsed::default(), previous: Span::call_site(), depth: 0 };
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
}

impl Parser {
    fn error(
        &mut self,
        rule: &'static str,
        first: Span,
        last: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.out.diagnostics.push(Diagnostic {
            severity: Severity::Error,
            first,
            last,
            rule,
            message: message.into(),
            help: help.into(),
            notes: Vec::new(),
        });
    }

    fn ident(&mut self, ident: &Ident) -> u32 {
        let id = self.out.spans.id(ident.span(), ident.span());
        self.out.idents.push((id, ident.clone()));
        id
    }

    /// The head and the items.
    fn block(&mut self, mut cursor: Cursor<'_>) {
        while !cursor.eof() {
            let (doc, after) = self.docs(cursor);
            cursor = after;
            if let Some((comma, rest)) = cursor.punct().filter(|(punct, _)| matches!(punct.as_char(), ',' | ';')) {
                // A comma or semicolon after an item is harmless.
                self.previous = comma.span();
                cursor = rest;
                continue;
            }
            let Some((word, rest)) = cursor.ident() else {
                cursor = self.unexpected_item(cursor);
                continue;
            };
            if is_colon(rest) {
                let (field, rest) = self.field(cursor);
                self.out.tree.head.extend(field);
                cursor = self.separator(rest, "the setting");
                continue;
            }
            cursor = self.item(word, rest, doc);
        }
    }

    /// `/// text` above an item, which arrives as `#[doc = "text"]`.
    fn docs<'c>(&mut self, mut cursor: Cursor<'c>) -> (String, Cursor<'c>) {
        let mut lines: Vec<String> = Vec::new();
        while let Some((_, rest)) = cursor.punct().filter(|(punct, _)| punct.as_char() == '#') {
            let Some((inside, delim, rest)) = rest.group(Delimiter::Bracket) else { break };
            let doc = inside
                .ident()
                .filter(|(ident, _)| ident == "doc")
                .and_then(|(_, rest)| rest.punct())
                .and_then(|(_, rest)| rest.literal())
                .and_then(|(literal, _)| text_of(&literal));
            match doc {
                Some(line) => lines.push(line.trim().to_owned()),
                None => self.error(
                    "attribute",
                    delim.open(),
                    delim.close(),
                    "attributes do nothing here",
                    "only `/// text` stands above an item",
                ),
            }
            cursor = rest;
        }
        (lines.join("\n").trim().to_owned(), cursor)
    }

    fn unexpected_item<'c>(&mut self, cursor: Cursor<'c>) -> Cursor<'c> {
        let (tree, _) = match cursor.token_tree() {
            Some(found) => found,
            None => return cursor,
        };
        let (first, last) = ends(&tree);
        self.error(
            "token-unexpected",
            first,
            last,
            format!("unexpected {}", describe(&tree)),
            "an item is `Kind name { key: value }`, a setting `key: value`",
        );
        // The rest up to the next item or setting belongs to the same mistake.
        let mut cursor = cursor;
        while let Some((_, rest)) = cursor.token_tree() {
            cursor = rest;
            if cursor.ident().is_some() {
                break;
            }
        }
        cursor
    }

    /// `Kind [extern] name [as "text" | as (expression)] { … }`.
    fn item<'c>(&mut self, kind: Ident, mut cursor: Cursor<'c>, doc: String) -> Cursor<'c> {
        self.previous = kind.span();
        let mut item = Item { kind: plain(&kind), kind_id: self.ident(&kind), doc, ..Item::default() };
        if grammar::item(&item.kind).is_none() && !starts_item(cursor) {
            // Not an item at all: a stray word, or a key without its colon.
            return self.stray_word(&kind, cursor);
        }
        if let Some((_, rest)) = cursor.ident().filter(|(word, _)| word == "extern") {
            item.is_extern = true;
            cursor = rest;
        }
        match cursor.token_tree() {
            Some((TokenTree::Ident(name), rest)) => {
                self.previous = name.span();
                item.ident = plain(&name);
                item.name = Node { id: self.ident(&name), value: Value::Path(vec![item.ident.clone()]) };
                cursor = rest;
            }
            Some((TokenTree::Literal(name), rest)) if text_of(&name).is_some() => {
                self.previous = name.span();
                let id = self.out.spans.id(name.span(), name.span());
                item.name = Node { id, value: Value::Text(text_of(&name).unwrap_or_default()) };
                cursor = rest;
            }
            _ => {
                let span = kind.span();
                item.name = Node { id: self.out.spans.id(span, span), value: Value::Broken };
                self.error(
                    "name-missing",
                    span,
                    span,
                    format!("this {} has no name", item.kind),
                    format!("write `{} my_name {{ … }}`", item.kind),
                );
            }
        }
        if let Some((word, rest)) = cursor.ident().filter(|(word, _)| word == "as") {
            match rest.group(Delimiter::Parenthesis) {
                Some((inside, delim, rest)) => {
                    item.name = self.hole(inside.token_stream(), delim.open(), delim.close());
                    cursor = rest;
                }
                None => {
                    let text = rest.literal().and_then(|(name, rest)| Some((text_of(&name)?, name.span(), rest)));
                    if let Some((text, span, rest)) = text {
                        self.previous = span;
                        item.name = self.node(span, span, Value::Text(text));
                        cursor = rest;
                    } else {
                        let help = "write `as \"name\"` or `as (expression)`";
                        self.error("name-missing", word.span(), word.span(), "`as` has no name", help);
                        cursor = rest;
                    }
                }
            }
        }
        match cursor.group(Delimiter::Brace) {
            Some((inside, delim, rest)) => {
                self.previous = delim.open();
                item.fields = self.fields(inside);
                self.previous = delim.close();
                cursor = rest;
            }
            None => {
                let span = self.previous;
                self.error(
                    "braces-missing",
                    span,
                    span,
                    format!("this {} has no braces", item.kind),
                    format!("write `{} name {{ key: value }}`", item.kind),
                );
                cursor = skip_to_item(cursor);
            }
        }
        self.out.tree.items.push(item);
        cursor
    }

    fn stray_word<'c>(&mut self, word: &Ident, cursor: Cursor<'c>) -> Cursor<'c> {
        let text = plain(word);
        self.out.strays.push(word.clone());
        let help = if let Some(near) = suggest(&text, grammar::ITEMS.iter().map(|block| block.name)) {
            format!("did you mean `{near} name {{ … }}`?")
        } else if grammar::HEAD.key(&text).is_some() {
            format!("write `{text}: …`")
        } else {
            "an item is `Kind name { key: value }`, a setting `key: value`".to_owned()
        };
        self.error("token-unexpected", word.span(), word.span(), format!("unexpected `{text}`"), help);
        skip_to_item(cursor)
    }

    /// The keys between braces.
    fn fields(&mut self, mut cursor: Cursor<'_>) -> Vec<Field> {
        let mut fields = Vec::new();
        while !cursor.eof() {
            let (field, rest) = self.field(cursor);
            let what = match &field {
                Some(field) => format!("`{}`", field.key),
                None => String::new(),
            };
            let key = field.as_ref().map(|field: &Field| field.key_id);
            fields.extend(field);
            if let (Some(key), Some((word, _))) = (key, rest.ident()) {
                self.out.loose.push((key, word));
            }
            cursor = self.separator(rest, &what);
        }
        fields
    }

    /// `key: value`, or `key` alone. Always reads at least one token.
    fn field<'c>(&mut self, cursor: Cursor<'c>) -> (Option<Field>, Cursor<'c>) {
        let (key, quoted, key_id, rest) = match cursor.token_tree() {
            Some((TokenTree::Ident(key), rest)) => {
                self.previous = key.span();
                (plain(&key), false, self.ident(&key), rest)
            }
            Some((TokenTree::Literal(key), rest)) if text_of(&key).is_some() => {
                self.previous = key.span();
                (text_of(&key).unwrap_or_default(), true, self.out.spans.id(key.span(), key.span()), rest)
            }
            Some((other, rest)) => {
                let (first, last) = ends(&other);
                let help = match &other {
                    TokenTree::Literal(literal) => format!("a key is a word or a string: write \"{literal}\""),
                    _ => "write `key: value`".to_owned(),
                };
                self.error(
                    "token-unexpected",
                    first,
                    last,
                    format!("unexpected {} where a key should stand", describe(&other)),
                    help,
                );
                self.previous = last;
                return (None, skip_to_field(rest));
            }
            None => return (None, cursor),
        };
        let Some((colon, rest)) = rest.punct().filter(|(punct, _)| punct.as_char() == ':') else {
            let value = Node { id: key_id, value: Value::Absent };
            // `key value`: the colon is missing.
            if !rest.eof() && rest.punct().is_none_or(|(punct, _)| punct.as_char() != ',') && !begins_field(rest) {
                let span = self.previous;
                self.error(
                    "colon-missing",
                    span,
                    span,
                    format!("`{key}` has no `:` after it"),
                    format!("write `{key}: value`"),
                );
                let (value, rest) = self.value(rest, &key);
                return (Some(Field { key, quoted, key_id, value }), rest);
            }
            return (Some(Field { key, quoted, key_id, value }), rest);
        };
        self.previous = colon.span();
        let (value, rest) = self.value(rest, &key);
        (Some(Field { key, quoted, key_id, value }), rest)
    }

    /// The comma after a field. What stands there instead is reported, and skipped up to the next one.
    fn separator<'c>(&mut self, cursor: Cursor<'c>, what: &str) -> Cursor<'c> {
        if cursor.eof() {
            return cursor;
        }
        if let Some((comma, rest)) = cursor.punct().filter(|(punct, _)| punct.as_char() == ',') {
            self.previous = comma.span();
            return rest;
        }
        if let Some((semicolon, rest)) = cursor.punct().filter(|(punct, _)| punct.as_char() == ';') {
            self.previous = semicolon.span();
            self.error("separator", semicolon.span(), semicolon.span(), "entries are separated by commas", "write `,`");
            return rest;
        }
        if begins_field(cursor) || starts_docs(cursor) || (what == "the setting" && cursor.ident().is_some()) {
            let span = self.previous;
            let after = if what.is_empty() { String::new() } else { format!(" after {what}") };
            // Settings and items stand on lines of their own: the comma between them may be left out.
            if what != "the setting" || is_colon_after_ident(cursor) {
                self.error("comma-missing", span, span, format!("missing `,`{after}"), "write `,` here");
            }
            return cursor;
        }
        if let Some((tree, rest)) = cursor.token_tree() {
            let (first, last) = ends(&tree);
            let after = if what.is_empty() { String::new() } else { format!(" after the value of {what}") };
            self.error(
                "token-unexpected",
                first,
                last,
                format!("unexpected {}{after}", describe(&tree)),
                "write `,` and the next key; Rust expressions stand in parentheses",
            );
            self.previous = last;
            let rest = skip_to_field(rest);
            return rest.punct().filter(|(punct, _)| punct.as_char() == ',').map_or(rest, |(_, rest)| rest);
        }
        cursor
    }

    fn node(&mut self, first: Span, last: Span, value: Value) -> Node {
        Node { id: self.out.spans.id(first, last), value }
    }

    fn hole(&mut self, tokens: TokenStream, open: Span, close: Span) -> Node {
        let index = self.out.holes.len();
        if tokens.is_empty() {
            self.error(
                "expression-empty",
                open,
                close,
                "these parentheses hold no expression",
                "write a Rust expression in them",
            );
            return self.node(open, close, Value::Broken);
        }
        self.out.holes.push(tokens);
        self.node(open, close, Value::Hole(index))
    }

    /// A value, with `..` if it is a range. Missing values are reported at the token before.
    fn value<'c>(&mut self, cursor: Cursor<'c>, key: &str) -> (Node, Cursor<'c>) {
        let first = cursor.span();
        if let Some((dots, rest)) = range(cursor) {
            self.previous = dots;
            let low = Node { id: self.out.spans.id(first, dots), value: Value::Absent };
            let (high, rest) = self.single(rest, key);
            let last = self.previous;
            return (self.node(first, last, Value::Range(Box::new(low), Box::new(high))), rest);
        }
        let (low, rest) = self.single(cursor, key);
        let Some((dots, rest)) = range(rest) else { return (low, rest) };
        self.previous = dots;
        let ended = rest.eof() || rest.punct().is_some_and(|(punct, _)| punct.as_char() == ',');
        let (high, rest) = if ended {
            (Node { id: self.out.spans.id(dots, dots), value: Value::Absent }, rest)
        } else {
            self.single(rest, key)
        };
        let last = self.previous;
        (self.node(first, last, Value::Range(Box::new(low), Box::new(high))), rest)
    }

    fn single<'c>(&mut self, cursor: Cursor<'c>, key: &str) -> (Node, Cursor<'c>) {
        let missing = |this: &mut Self| {
            let span = this.previous;
            let example = grammar::ALL.iter().find_map(|block| block.key(key)).map_or("", |key| key.kind.example());
            let help =
                if example.is_empty() { format!("write `{key}: value`") } else { format!("write `{key}: {example}`") };
            this.error("value-missing", span, span, format!("`{key}` has no value"), help);
            this.node(span, span, Value::Broken)
        };
        let Some((tree, rest)) = cursor.token_tree() else { return (missing(self), cursor) };
        let (first, last) = ends(&tree);
        match tree {
            TokenTree::Literal(literal) => self.literal(&literal, rest),
            TokenTree::Ident(ident) => {
                if is_colon(rest) && !is_path_separator(rest) {
                    // `image: replicas: 3`: the value is missing, the word is the next key.
                    return (missing(self), cursor);
                }
                self.word(&ident, rest)
            }
            TokenTree::Group(group) => {
                let inside = TokenBuffer::new2(group.stream());
                self.previous = last;
                let node = match group.delimiter() {
                    Delimiter::Parenthesis => self.hole(group.stream(), first, last),
                    Delimiter::Brace => {
                        let fields = self.nested(first, last, |this| {
                            this.previous = group.span_open();
                            this.fields(inside.begin())
                        });
                        self.node(first, last, fields.map_or(Value::Broken, Value::Map))
                    }
                    Delimiter::Bracket => {
                        let nodes = self.nested(first, last, |this| {
                            this.previous = group.span_open();
                            this.list(inside.begin(), key)
                        });
                        self.node(first, last, nodes.map_or(Value::Broken, Value::List))
                    }
                    Delimiter::None => return self.single(inside.begin(), key).0.pipe(|node| (node, rest)),
                };
                self.previous = last;
                (node, rest)
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                '-' => {
                    if let Some((literal, rest)) = rest.literal() {
                        self.previous = literal.span();
                        let word = format!("-{literal}");
                        let rest = percent(rest).map_or(rest, |(_, rest)| rest);
                        return (self.node(first, literal.span(), Value::Word(word)), rest);
                    }
                    self.unreadable(punct.span(), "`-`", rest)
                }
                ',' => (missing(self), cursor),
                other => self.unreadable(punct.span(), &format!("`{other}`"), rest),
            },
        }
    }

    fn unreadable<'c>(&mut self, span: Span, what: &str, rest: Cursor<'c>) -> (Node, Cursor<'c>) {
        self.error(
            "token-unexpected",
            span,
            span,
            format!("unexpected {what} where a value should stand"),
            "Rust expressions stand in parentheses",
        );
        self.previous = span;
        (self.node(span, span, Value::Broken), skip_to_field(rest))
    }

    /// Runs one level deeper, if the block is not absurdly deep.
    fn nested<T>(&mut self, first: Span, last: Span, inside: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEEPEST {
            self.error("too-deep", first, last, "this is nested too deeply", format!("the most is {DEEPEST} levels"));
            return None;
        }
        self.depth += 1;
        let out = inside(self);
        self.depth -= 1;
        Some(out)
    }

    fn literal<'c>(&mut self, literal: &Literal, rest: Cursor<'c>) -> (Node, Cursor<'c>) {
        let span = literal.span();
        self.previous = span;
        if let Some(text) = text_of(literal) {
            return (self.node(span, span, Value::Text(text)), rest);
        }
        let text = literal.to_string();
        if text.starts_with(['\'', 'b', 'c', 'r', '"']) {
            self.error(
                "literal-kind",
                span,
                span,
                format!("`{text}` is not a string or a number"),
                "write a plain string",
            );
            return (self.node(span, span, Value::Broken), rest);
        }
        if let Some((sign, rest)) = percent(rest) {
            self.previous = sign;
            return (self.node(span, sign, Value::Word(format!("{text}%"))), rest);
        }
        (self.node(span, span, Value::Word(text)), rest)
    }

    /// `true`, `include_str!("…")`, `secret.key`, `secret["a-key"]`, `exec("…") { … }`, `postgres { … }`.
    fn word<'c>(&mut self, ident: &Ident, mut rest: Cursor<'c>) -> (Node, Cursor<'c>) {
        let first = ident.span();
        self.previous = first;
        let text = plain(ident);
        if text == "true" || text == "false" {
            return (self.node(first, first, Value::Bool(text == "true")), rest);
        }
        if let Some((_, after)) = rest.punct().filter(|(punct, _)| punct.as_char() == '!')
            && let Some((TokenTree::Group(group), after)) = after.token_tree()
        {
            let last = group.span_close();
            self.previous = last;
            let bang = proc_macro2::Punct::new('!', proc_macro2::Spacing::Alone);
            let mut tokens = ident.to_token_stream();
            tokens.extend([TokenTree::from(bang), group.into()]);
            let index = self.out.holes.len();
            self.out.holes.push(tokens);
            return (self.node(first, last, Value::Hole(index)), after);
        }
        if is_path_separator(rest) {
            // A Rust path. It is read to its end, so that it is one mistake.
            let mut path = text;
            let mut last = first;
            while let Some((tree, after)) = rest.token_tree() {
                match &tree {
                    TokenTree::Punct(punct) if punct.as_char() == ':' => path.push(':'),
                    TokenTree::Ident(ident) => path.push_str(&plain(ident)),
                    _ => break,
                }
                last = ends(&tree).1;
                rest = after;
            }
            self.previous = last;
            self.error(
                "expression-bare",
                first,
                last,
                format!("`{path}` is a Rust path"),
                format!("Rust goes in parentheses: write ({path})"),
            );
            return (self.node(first, last, Value::Broken), skip_to_field(rest));
        }
        let id = self.ident(ident);
        let mut parts = vec![text];
        let mut path = Path { idents: vec![ident.clone()], is_open: false };
        loop {
            if let Some((_, after)) = rest.punct().filter(|(punct, _)| punct.as_char() == '.')
                && range(rest).is_none()
            {
                match after.token_tree() {
                    Some((TokenTree::Ident(part), after)) => {
                        self.previous = part.span();
                        self.ident(&part);
                        parts.push(plain(&part));
                        path.idents.push(part);
                        rest = after;
                        continue;
                    }
                    _ => {
                        let span = self.previous;
                        self.error(
                            "value-missing",
                            span,
                            span,
                            format!("`{}.` ends in a dot", parts.join(".")),
                            "write the key after the dot",
                        );
                        let node = self.node(first, span, Value::Broken);
                        self.out.paths.insert(node.id, Path { is_open: true, ..path });
                        return (node, skip_to_field(after));
                    }
                }
            }
            if let Some((inside, delim, after)) = rest.group(Delimiter::Bracket) {
                let key = inside.literal().filter(|(_, end)| end.eof()).map(|(literal, _)| literal);
                self.previous = delim.close();
                match key {
                    Some(literal) => parts.push(text_of(&literal).unwrap_or_else(|| literal.to_string())),
                    None => {
                        self.error(
                            "value-kind",
                            delim.open(),
                            delim.close(),
                            "brackets take one string or number",
                            "write name[\"key\"]",
                        );
                        return (self.node(first, delim.close(), Value::Broken), after);
                    }
                }
                rest = after;
                continue;
            }
            break;
        }
        let last = self.previous;
        let [name] = parts.as_slice() else {
            let node = self.node(first, last, Value::Path(parts));
            self.out.paths.insert(node.id, path);
            return (node, rest);
        };
        self.out.paths.insert(id, path);
        let name = name.clone();
        let args = rest.group(Delimiter::Parenthesis);
        let after_args = args.map_or(rest, |(_, _, rest)| rest);
        let braces = after_args.group(Delimiter::Brace);
        if args.is_none() && braces.is_none() {
            return (Node { id, value: Value::Path(parts) }, rest);
        }
        let mut call = Call { name, name_id: id, ..Call::default() };
        if let Some((inside, delim, after)) = args {
            let nodes = self.nested(delim.open(), delim.close(), |this| {
                this.previous = delim.open();
                this.list(inside, "argument")
            });
            call.args = nodes.unwrap_or_default();
            self.previous = delim.close();
            rest = after;
        }
        if let Some((inside, delim, after)) = braces {
            let fields = self.nested(delim.open(), delim.close(), |this| {
                this.previous = delim.open();
                this.fields(inside)
            });
            call.fields = fields.unwrap_or_default();
            self.previous = delim.close();
            rest = after;
        }
        (Node { id, value: Value::Call(call) }, rest)
    }

    fn list(&mut self, mut cursor: Cursor<'_>, key: &str) -> Vec<Node> {
        let mut nodes = Vec::new();
        while !cursor.eof() {
            let (node, rest) = self.value(cursor, key);
            nodes.push(node);
            cursor = rest;
            if cursor.eof() {
                break;
            }
            if let Some((comma, rest)) = cursor.punct().filter(|(punct, _)| punct.as_char() == ',') {
                self.previous = comma.span();
                cursor = rest;
                continue;
            }
            let Some((tree, rest)) = cursor.token_tree() else { break };
            if matches!(tree, TokenTree::Literal(_) | TokenTree::Ident(_)) {
                let span = self.previous;
                self.error("comma-missing", span, span, "missing `,` in the list", "write `,` here");
                continue;
            }
            let (first, last) = ends(&tree);
            self.error(
                "token-unexpected",
                first,
                last,
                format!("unexpected {} in the list", describe(&tree)),
                "write `,` between the entries",
            );
            cursor = skip_to_comma(rest);
        }
        nodes
    }
}

/// Method syntax for a plain function.
trait Pipe: Sized {
    fn pipe<T>(self, function: impl FnOnce(Self) -> T) -> T {
        function(self)
    }
}

impl<T> Pipe for T {}

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

fn ends(tree: &TokenTree) -> (Span, Span) {
    match tree {
        TokenTree::Group(group) => (group.span_open(), group.span_close()),
        other => (other.span(), other.span()),
    }
}

fn describe(tree: &TokenTree) -> String {
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

fn is_colon(cursor: Cursor<'_>) -> bool {
    cursor.punct().is_some_and(|(punct, _)| punct.as_char() == ':') && !is_path_separator(cursor)
}

fn is_path_separator(cursor: Cursor<'_>) -> bool {
    let Some((first, rest)) = cursor.punct() else { return false };
    first.as_char() == ':'
        && first.spacing() == proc_macro2::Spacing::Joint
        && rest.punct().is_some_and(|(second, _)| second.as_char() == ':')
}

fn is_colon_after_ident(cursor: Cursor<'_>) -> bool {
    cursor.ident().is_some_and(|(_, rest)| is_colon(rest))
}

/// `..` or `..=`.
fn range(cursor: Cursor<'_>) -> Option<(Span, Cursor<'_>)> {
    let (first, rest) = cursor.punct().filter(|(punct, _)| punct.as_char() == '.')?;
    let (second, rest) = rest.punct().filter(|(punct, _)| punct.as_char() == '.')?;
    if first.spacing() != proc_macro2::Spacing::Joint {
        return None;
    }
    match rest.punct() {
        Some((punct, rest)) if punct.as_char() == '=' && second.spacing() == proc_macro2::Spacing::Joint => {
            Some((punct.span(), rest))
        }
        _ => Some((second.span(), rest)),
    }
}

fn percent(cursor: Cursor<'_>) -> Option<(Span, Cursor<'_>)> {
    cursor.punct().filter(|(punct, _)| punct.as_char() == '%').map(|(punct, rest)| (punct.span(), rest))
}

/// Whether a key stands here: a word or a string with a colon after it.
fn begins_field(cursor: Cursor<'_>) -> bool {
    let Some((tree, rest)) = cursor.token_tree() else { return false };
    let key = match &tree {
        TokenTree::Ident(_) => true,
        TokenTree::Literal(literal) => text_of(literal).is_some(),
        _ => false,
    };
    key && is_colon(rest)
}

fn starts_docs(cursor: Cursor<'_>) -> bool {
    cursor.punct().is_some_and(|(punct, _)| punct.as_char() == '#')
}

/// Whether what follows a kind looks like the rest of an item.
fn starts_item(cursor: Cursor<'_>) -> bool {
    let cursor = cursor.ident().filter(|(word, _)| word == "extern").map_or(cursor, |(_, rest)| rest);
    match cursor.token_tree() {
        Some((TokenTree::Ident(_) | TokenTree::Literal(_), rest)) => {
            rest.group(Delimiter::Brace).is_some() || rest.ident().is_some_and(|(word, _)| word == "as")
        }
        Some((TokenTree::Group(group), _)) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

/// Up to the next comma or the next key.
fn skip_to_field(mut cursor: Cursor<'_>) -> Cursor<'_> {
    while !cursor.eof() && !begins_field(cursor) && cursor.punct().is_none_or(|(punct, _)| punct.as_char() != ',') {
        let Some((_, rest)) = cursor.token_tree() else { break };
        cursor = rest;
    }
    cursor
}

fn skip_to_comma(mut cursor: Cursor<'_>) -> Cursor<'_> {
    while let Some((tree, rest)) = cursor.token_tree() {
        cursor = rest;
        if matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',') {
            break;
        }
    }
    cursor
}

/// Up to the next word that begins an item or a setting.
fn skip_to_item(mut cursor: Cursor<'_>) -> Cursor<'_> {
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
