//! Tokens for the editor: uses of documented constants, one for each key that the user wrote, with the user's own identifier.
//!
//! rustc drops all of it (`cfg(rust_analyzer)` is false there); rust-analyzer completes, shows and renames by it.

use crate::parse::Parsed;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use statefulapp_core::grammar::{self, Block, Kind};
use statefulapp_core::tree::{Field, Id, Item, Node, Value};
use std::collections::BTreeMap;

/// The editor's tokens. They come first, and on every path.
pub(crate) fn tokens(krate: &TokenStream, parsed: &Parsed) -> TokenStream {
    let mut ide =
        Ide { krate, idents: parsed.idents.iter().map(|(id, ident)| (*id, ident)).collect(), out: TokenStream::new() };
    ide.fields(&grammar::HEAD, &parsed.tree.head);
    for item in &parsed.tree.items {
        ide.item(item);
    }
    let (out, names) = (&ide.out, ide.names(parsed));
    quote! {
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(rust_analyzer)]
            #[allow(unused, deprecated, non_upper_case_globals, non_snake_case)]
            mod __ide {
                #names
                #out
            }
        };
    }
}

struct Ide<'p> {
    krate: &'p TokenStream,
    idents: BTreeMap<Id, &'p Ident>,
    out: TokenStream,
}

impl Ide<'_> {
    fn item(&mut self, item: &Item) {
        let krate = self.krate;
        if let (Some(block), Some(kind)) = (grammar::item(&item.kind), self.idents.get(&item.kind_id)) {
            let module = Ident::new(block.module, Span::mixed_site());
            self.out.extend(quote! { const _: () = { use #krate::grammar::items::#kind as _; use #krate::grammar::keys::#module as _; }; });
            self.fields(block, &item.fields);
        }
    }

    fn fields(&mut self, block: &'static Block, fields: &[Field]) {
        if block.keys.is_empty() {
            return;
        }
        let krate = self.krate;
        let module = Ident::new(block.module, Span::mixed_site());
        let mut known = Vec::new();
        let mut unknown = Vec::new();
        for field in fields.iter().filter(|field| !field.quoted) {
            let Some(ident) = self.idents.get(&field.key_id) else { continue };
            if block.key(&field.key).is_some() { known.push(*ident) } else { unknown.push(*ident) }
        }
        let unused = block
            .names()
            .filter(|name| !fields.iter().any(|field| field.key == *name))
            .map(|name| syn::parse_str::<Ident>(name).unwrap_or_else(|_| Ident::new_raw(name, Span::mixed_site())))
            .collect::<Vec<_>>();
        self.out.extend(quote! {
            const _: () = {
                mod __link { #(pub use #krate::grammar::keys::#module::#known as _;)* }
                mod __keys {
                    use #krate::grammar::keys::#module::{ #(#unused,)* };
                    use self::{ #(#unknown as _,)* };
                }
            };
        });
        for field in fields {
            if let Some(key) = block.key(&field.key) {
                self.value(key.kind, &field.value);
            }
        }
    }

    fn value(&mut self, kind: Kind, node: &Node) {
        let krate = self.krate;
        match &node.value {
            Value::Path(parts) if parts.len() == 1 && !kind.words().is_empty() => {
                if let Some(word) = self.idents.get(&node.id) {
                    let kind = Ident::new(kind.name(), Span::mixed_site());
                    self.out.extend(
                        quote! { const _: () = { use #krate::grammar::words::#kind::*; use self::#word as _; }; },
                    );
                }
            }
            Value::Path(_) => {
                if let Some(name) = self.idents.get(&node.id) {
                    self.out.extend(quote! { const _: () = { use super::__ide::__names::#name as _; }; });
                }
            }
            Value::List(nodes) => nodes.iter().for_each(|node| self.entry(kind, node)),
            Value::Map(fields) => match kind.block() {
                // A map of blocks, or the block itself: whichever the keys fit.
                Some(block) if is_map(kind) => fields.iter().for_each(|field| self.block(block, &field.value)),
                Some(block) => self.fields(block, fields),
                None => fields.iter().for_each(|field| self.value(Kind::EnvValue, &field.value)),
            },
            Value::Call(call) => {
                if let Some(block) = kind.block() {
                    self.fields(block, &call.fields);
                } else if kind == Kind::Engine {
                    self.fields(&grammar::ENGINE, &call.fields);
                }
                call.args.iter().for_each(|node| self.value(Kind::EnvValue, node));
            }
            _ => {}
        }
    }

    fn entry(&mut self, kind: Kind, node: &Node) {
        match kind.block() {
            Some(block) => self.block(block, node),
            None => self.value(kind, node),
        }
    }

    fn block(&mut self, block: &'static Block, node: &Node) {
        match &node.value {
            Value::Map(fields) => self.fields(block, fields),
            _ => self.value(Kind::EnvValue, node),
        }
    }

    /// The declared names as constants, so that references can be followed and renamed.
    fn names(&self, parsed: &Parsed) -> TokenStream {
        let krate = self.krate;
        let names = parsed.tree.items.iter().filter_map(|item| {
            let name = self.idents.get(&item.name.id)?;
            let kind = Ident::new(grammar::item(&item.kind)?.name, Span::mixed_site());
            Some(quote! { pub const #name: #krate::grammar::items::#kind = #krate::grammar::items::#kind; })
        });
        quote! { pub mod __names { #(#names)* } }
    }
}

/// Whether the kind is a map from free names to blocks.
fn is_map(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Ports
            | Kind::ServicePorts
            | Kind::Storage
            | Kind::Files
            | Kind::Scratch
            | Kind::Mounts
            | Kind::Containers
            | Kind::Spread
    )
}
