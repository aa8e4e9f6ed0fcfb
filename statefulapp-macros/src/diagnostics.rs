use crate::spans::{position, start_of};
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use statefulapp_core::finding::Severity;
use statefulapp_core::lower::Advice;
use statefulapp_core::tree::Id;

/// At most so many errors are shown; the rest is counted.
const MOST: usize = 20;

/// An error or a warning on tokens of the user.
#[derive(Clone, Debug)]
pub(crate) struct Diagnostic {
    pub(crate) severity: Severity,
    pub(crate) first: Span,
    pub(crate) last: Span,
    pub(crate) rule: &'static str,
    /// The value that could not be read, if the meaning of its place may say better what to write.
    pub(crate) node: Id,
    pub(crate) message: String,
    /// What to write instead; empty if there is nothing to add.
    pub(crate) help: String,
    /// Facts: where something else stands that the message speaks of.
    pub(crate) notes: Vec<String>,
}

impl Diagnostic {
    /// Says of tokens that could not be read what the meaning of their place makes of them.
    pub(crate) fn advise(&mut self, advice: Advice) {
        if self.rule == "expression-bare" && !advice.help.contains("Rust") {
            self.rule = "token-unexpected";
        }
        self.help = advice.help;
        // What a literal is, the parser knows better.
        if self.rule != "literal-kind"
            && let Some(quoted) = self.message.rfind("` ")
        {
            self.message.truncate(quoted);
            self.message.push_str("` ");
            self.message.push_str(advice.what);
        }
    }

    /// The whole text: message, help, notes, rule.
    pub(crate) fn text(&self) -> String {
        let mut text = self.message.clone();
        if !self.help.is_empty() {
            text.push_str("\nhelp: ");
            text.push_str(&self.help);
        }
        for note in &self.notes {
            text.push_str("\nnote: ");
            text.push_str(note);
        }
        text.push_str("\nrule: ");
        text.push_str(self.rule);
        text
    }
}

/// The diagnostics as tokens, in the order of the source.
pub(crate) fn tokens(diagnostics: &mut Vec<Diagnostic>) -> TokenStream {
    show(diagnostics);
    let tokens = diagnostics.iter().enumerate().map(|(n, diagnostic)| match diagnostic.severity {
        Severity::Error => compile_error(&diagnostic.text(), diagnostic.first, diagnostic.last),
        Severity::Warning => warning(n, diagnostic),
    });
    tokens.collect()
}

/// Leaves what a user gets to see, in the order of the source.
///
/// Errors come first: what is unwise about a declaration that does not compile may be gone when it does.
pub(crate) fn show(diagnostics: &mut Vec<Diagnostic>) {
    sort(diagnostics);
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
        let more = diagnostics.len().saturating_sub(MOST);
        diagnostics.truncate(MOST);
        if let Some(last) = diagnostics.last_mut().filter(|_| more > 0) {
            let errors = if more == 1 { "error" } else { "errors" };
            last.notes.push(format!("and {more} more {errors} in this block"));
        }
    }
}

/// Sorts by position. Where positions are unknown (outside of a compiler), the order stays as it was.
fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|diagnostic| position(diagnostic.first));
}

/// `::core::compile_error! { "text" }` that underlines from the first to the last token.
///
/// The path's last segment carries the first token's span, the braces the last one's; the invented tokens before stand at the
/// first one's start with no width, so that an editor shows nothing for them.
fn compile_error(text: &str, first: Span, last: Span) -> TokenStream {
    let start = start_of(first);
    let colon = |spacing| {
        let mut punct = Punct::new(':', spacing);
        punct.set_span(start);
        TokenTree::from(punct)
    };
    let mut literal = Literal::string(text);
    literal.set_span(last);
    let mut group = Group::new(Delimiter::Brace, TokenTree::from(literal).into());
    group.set_span(last);
    let mut bang = Punct::new('!', Spacing::Alone);
    bang.set_span(first);
    TokenStream::from_iter([
        colon(Spacing::Joint),
        colon(Spacing::Alone),
        Ident::new("core", start).into(),
        colon(Spacing::Joint),
        colon(Spacing::Alone),
        Ident::new("compile_error", first).into(),
        bang.into(),
        group.into(),
    ])
}

/// A warning, by the use of a deprecated constant: the only way that stable Rust has.
fn warning(n: usize, warning: &Diagnostic) -> TokenStream {
    let name = Ident::new(&format!("{}_{n}", warning.rule.replace('-', "_")), warning.first);
    let text = warning.text();
    let (name_of, mixed) = (name.to_string(), Span::mixed_site());
    let declared = Ident::new(&name_of, mixed);
    let used = Ident::new(&name_of, warning.first.resolved_at(mixed));
    quote::quote_spanned! {mixed=>
        const _: () = {
            #[deprecated(note = #text)]
            #[allow(non_upper_case_globals)]
            const #declared: () = ();
            #used
        };
    }
}
