//! The procedural macro of `statefulapp`; use it through that crate.
//!
//! Tokens become syntax (`parse`), syntax a tree of nodes with a span each, the tree a model (in core), the model findings (in
//! core), and findings and model become tokens again (`expand`). No phase fails: each returns what it understood.

// Tests may panic: that is how they fail.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod codegen;
mod diagnostics;
mod expand;
mod front;
mod ide;
mod parse;
mod spans;
#[cfg(test)]
mod tests;

/// Expands a declaration. The first token is the facade's path in brackets; `statefulapp::stateful_app!` puts it there.
#[proc_macro]
pub fn expand(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand::expand(input.into()).into()
}
