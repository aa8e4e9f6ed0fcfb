//! The pipeline: tokens → syntax → model → findings → tokens for the editor, errors, value — always all three.

use crate::diagnostics::{self, Diagnostic};
use crate::parse::{self, Parsed};
use crate::spans::position;
use crate::{codegen, ide};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote;
use statefulapp_core::check;
use statefulapp_core::finding::{Finding, Path, Severity};
use statefulapp_core::lower::{self, Lowered};

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
            message: "statefulapp failed on this declaration".to_owned(),
            help: "this is a bug of statefulapp: please report the declaration".to_owned(),
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

/// What the front end understood, before any token is made.
pub(crate) struct Front {
    pub(crate) parsed: Parsed,
    pub(crate) lowered: Lowered,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Tokens → syntax → model → findings, with the findings on their tokens.
pub(crate) fn front(body: TokenStream) -> Front {
    let mut parsed = parse::parse(body);
    let mut lowered = lower::lower(&parsed.tree);
    let checked = check::check(&lowered.stack);
    let mut diagnostics = std::mem::take(&mut parsed.diagnostics);
    let findings = std::mem::take(&mut lowered.findings);
    diagnostics.extend(findings.into_iter().map(|finding| locate(&parsed, finding)));
    diagnostics.extend(
        checked
            .into_iter()
            .filter(|finding| stands(&parsed, &lowered, finding))
            .map(|finding| locate(&parsed, finding)),
    );
    Front { parsed, lowered, diagnostics }
}

/// Whether what a rule found can be said now: nothing that it looked at is a Rust expression, or was reported already.
fn stands(parsed: &Parsed, lowered: &Lowered, finding: &Finding) -> bool {
    finding.places().all(|path| {
        let place = parsed.tree.locate(path);
        !place.unknown && !place.broken && !lowered.broken.iter().any(|broken| related(broken, path))
    })
}

/// Whether a place is, or lies in, a broken one. A broken item makes everything in it uncertain, a broken key only itself.
fn related(broken: &Path, path: &Path) -> bool {
    broken.contains(path)
}

fn locate(parsed: &Parsed, finding: Finding) -> Diagnostic {
    let (first, last) = parsed.spans.get(parsed.tree.locate(&finding.at).id);
    let mut help = finding.help;
    for (path, what) in &finding.also {
        let (span, _) = parsed.spans.get(parsed.tree.locate(path).id);
        let note = format!("note: {what} at line {}", position(span).0);
        help = if help.is_empty() { note } else { format!("{help}\n{note}") };
    }
    Diagnostic { severity: finding.severity, first, last, rule: finding.rule, message: finding.message, help }
}
