use super::look::{begins_field, ends_value, is_path_separator, punct, range, skip_to_field, tree};
use super::value::{ARGUMENT, is_text_with_colon};
use super::written::{Written, joined};
use super::{Parser, Path, plain, text_of};
use proc_macro2::{Delimiter, Ident, TokenTree};
use statefulapp_core::grammar;
use statefulapp_core::tree::{Call, Node, Value};
use syn::buffer::Cursor;

impl Parser {
    /// `true`, `include_str!("…")`, `secret.key`, `secret["a-key"]`, `exec("…") { … }`, `postgres { … }`. `None` if what begins with
    /// the word is Rust.
    pub(super) fn word<'c>(&mut self, ident: &Ident, mut rest: Cursor<'c>) -> Option<(Node, Cursor<'c>)> {
        let first = ident.span();
        self.previous = first;
        let text = plain(ident);
        if text == "true" || text == "false" {
            return Some((self.node((first, first), Value::Bool(text == "true")), rest));
        }
        if punct(rest, '!').is_some() {
            return self.macro_call(ident, rest);
        }
        if is_path_separator(rest) {
            return None;
        }
        let id = self.ident(ident);
        let mut parts = vec![text];
        let mut path = Path { idents: vec![ident.clone()], words: vec![first], is_open: false };
        loop {
            if let Some((dot, after)) = punct(rest, '.').filter(|_| range(rest).is_none()) {
                if let Some((TokenTree::Ident(part), after)) = tree(after) {
                    self.previous = part.span();
                    self.ident(&part);
                    parts.push(plain(&part));
                    path.words.push(part.span());
                    path.idents.push(part);
                    rest = after;
                    continue;
                }
                if !ends_value(dot, after) {
                    return None;
                }
                let last = self.previous;
                self.error(
                    "value-missing",
                    (last, last),
                    format!("`{}.` ends in a dot", parts.join(".")),
                    "write the key after the dot",
                );
                let node = self.node((first, last), Value::Broken);
                self.out.paths.insert(node.id, Path { is_open: true, ..path });
                return Some((node, skip_to_field(after)));
            }
            let Some((inside, delim, after)) = rest.group(Delimiter::Bracket) else { break };
            self.previous = delim.close();
            let Some((literal, _)) = inside.literal().filter(|(_, end)| end.eof()) else {
                let (place, help) = match (inside.ident().filter(|(_, end)| end.eof()), joined(inside)) {
                    (Some((key, _)), _) => {
                        ((first, delim.close()), format!("write {}.{}", parts.join("."), plain(&key)))
                    }
                    (None, Some((key, end))) if end.eof() => {
                        ((first, delim.close()), format!("write {}[\"{}\"]", parts.join("."), key.whole()))
                    }
                    _ => ((delim.open(), delim.close()), "for example `login[\"a-key\"]`".to_owned()),
                };
                self.error("value-kind", place, "brackets take one string or number", help);
                return Some((self.node((first, delim.close()), Value::Broken), after));
            };
            parts.push(text_of(&literal).unwrap_or_else(|| literal.to_string()));
            path.words.push(literal.span());
            rest = after;
        }
        let last = self.previous;
        let [name] = parts.as_slice() else {
            let node = self.node((first, last), Value::Path(parts));
            self.out.paths.insert(node.id, path);
            return Some((node, rest));
        };
        self.out.paths.insert(id, path);
        let name = name.clone();
        let args = rest.group(Delimiter::Parenthesis);
        let after_args = args.map_or(rest, |(_, _, rest)| rest);
        let braces = after_args.group(Delimiter::Brace);
        if args.is_none() && braces.is_none() {
            return Some((Node { id, value: Value::Path(parts) }, rest));
        }
        let mut call = Call { name, name_id: id, ..Call::default() };
        if let Some((inside, delim, after)) = args {
            let place = (delim.open(), delim.close());
            if begins_field(inside) && !is_text_with_colon(inside) && !is_form(&call.name) {
                let text = Written::up_to_end(inside).map_or("…".to_owned(), |written| written.text());
                let fields = self.nested(place, |this| this.fields(inside));
                let message = format!("the keys of `{}` stand in parentheses instead of braces", call.name);
                self.error("braces-missing", place, message, format!("write `{} {{ {text} }}`", call.name));
                call.fields = fields.unwrap_or_default();
            } else {
                call.args = self.nested(place, |this| this.list(inside, ARGUMENT)).unwrap_or_default();
            }
            rest = after;
        }
        if let Some((inside, delim, after)) = braces {
            let fields = self.nested((delim.open(), delim.close()), |this| this.fields(inside));
            call.fields.extend(fields.unwrap_or_default());
            rest = after;
        }
        call.id = self.out.spans.id(first, self.previous);
        Some((Node { id, value: Value::Call(call) }, rest))
    }
}

/// Whether some key takes a call of this name.
fn is_form(name: &str) -> bool {
    grammar::Kind::ALL.iter().any(|kind| kind.calls().iter().any(|form| form.word == name))
}
