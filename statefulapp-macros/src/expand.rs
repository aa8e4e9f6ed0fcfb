//! The pipeline: tokens → syntax → model → findings → tokens for the editor, errors, value — always all three.

use crate::diagnostics::{self, Diagnostic};
use crate::front::{Front, front};
use crate::{codegen, ide};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote;
use statefulapp_core::finding::Severity;

/// Expands `[$crate] declaration`.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let (krate, body) = split(input);
    // A panic is a bug of this crate; its user gets a readable error and a value of the right type all the same.
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| declaration(&krate, body)));
    caught.unwrap_or_else(|_| {
        let mut bug = vec![Diagnostic {
            severity: Severity::Error,
            first: Span::call_site(),
            last: Span::call_site(),
            rule: "internal",
            node: 0,
            message: "statefulapp failed on this declaration".to_owned(),
            help: "this is a bug of statefulapp: please report the declaration".to_owned(),
            notes: Vec::new(),
        }];
        let error = diagnostics::tokens(&mut bug);
        quote!({ #error #krate::__private::Stack::default() })
    })
}

/// The facade's path, which `stateful_app!` puts first, and the declaration.
fn split(input: TokenStream) -> (TokenStream, TokenStream) {
    let mut tokens = input.into_iter();
    match tokens.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => (group.stream(), tokens.collect()),
        first => (quote!(::statefulapp), first.into_iter().chain(tokens).collect()),
    }
}

fn declaration(krate: &TokenStream, body: TokenStream) -> TokenStream {
    let Front { parsed, lowered, mut diagnostics } = front(body);
    let clean = diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
    let ide = ide::tokens(krate, &parsed);
    let errors = diagnostics::tokens(&mut diagnostics);
    let value = codegen::value(krate, &parsed, &lowered, clean);
    quote!({ #ide #errors #value })
}
