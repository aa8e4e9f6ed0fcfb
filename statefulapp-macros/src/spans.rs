use proc_macro2::Span;
use statefulapp_core::tree::Id;

/// The first and the last token of each node.
#[derive(Debug, Default)]
pub(crate) struct Spans(Vec<(Span, Span)>);

impl Spans {
    /// A number for these tokens. Numbers begin at 1; 0 is the whole block.
    pub(crate) fn id(&mut self, first: Span, last: Span) -> Id {
        self.0.push((first, last));
        Id::try_from(self.0.len()).unwrap_or_default()
    }

    /// The tokens of a number.
    pub(crate) fn get(&self, id: Id) -> (Span, Span) {
        let index = usize::try_from(id).unwrap_or_default().checked_sub(1);
        let whole = (Span::call_site(), Span::call_site());
        index.and_then(|index| self.0.get(index)).copied().unwrap_or(whole)
    }
}

/// The line and column where a token begins, counted from 1. 0 where nobody knows them.
pub(crate) fn position(span: Span) -> (usize, usize) {
    if proc_macro::is_available() {
        let span = span.unwrap();
        return (span.line(), span.column());
    }
    #[cfg(any(test, feature = "span-locations"))]
    return (span.start().line, span.start().column + 1);
    #[cfg(not(any(test, feature = "span-locations")))]
    (0, 0)
}

/// The line and column behind a token.
pub(crate) fn position_after(span: Span) -> (usize, usize) {
    if proc_macro::is_available() {
        let end = span.unwrap().end();
        return (end.line(), end.column());
    }
    #[cfg(any(test, feature = "span-locations"))]
    return (span.end().line, span.end().column + 1);
    #[cfg(not(any(test, feature = "span-locations")))]
    (0, 0)
}

/// The place before a token. Only a compiler knows it.
pub(crate) fn start_of(span: Span) -> Span {
    if proc_macro::is_available() { span.unwrap().start().into() } else { span }
}
