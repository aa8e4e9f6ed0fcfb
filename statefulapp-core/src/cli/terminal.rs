//! Where a command writes to.

use super::{Failure, paint};
use crate::render::Error;
use std::io::{self, IsTerminal as _, Write};
use std::time::{Duration, Instant};

/// Work that is done before this needs no progress.
const SOON: Duration = Duration::from_millis(500);

/// How often progress is shown.
const OFTEN: Duration = Duration::from_millis(100);

/// The streams of a command, and whether they can show colours.
///
/// A reader that goes away (`render | head`) is no error: the rest is not written.
pub struct Terminal<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    paints: bool,
    paints_errors: bool,
    shows_progress: bool,
    /// Whether the reader of standard output went away.
    closed: bool,
}

impl<'a> Terminal<'a> {
    /// Plain streams: no colours, no progress.
    pub fn plain(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        Self { out, err, paints: false, paints_errors: false, shows_progress: false, closed: false }
    }

    /// The process's streams: colours on a terminal, unless `NO_COLOR` is set (<https://no-color.org>) or the terminal
    /// cannot show any.
    pub(super) fn of_process(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colours = !is_set("NO_COLOR") && !is_dumb;
        let (to_terminal, errors_to_terminal) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        Self {
            paints: colours && to_terminal,
            paints_errors: colours && errors_to_terminal,
            shows_progress: errors_to_terminal && !is_dumb,
            ..Self::plain(out, err)
        }
    }

    /// Whether standard output shows colours.
    pub(super) fn paints(&self) -> bool {
        self.paints
    }

    /// Whether standard error does.
    pub(super) fn paints_errors(&self) -> bool {
        self.paints_errors
    }

    /// Writes a result.
    pub(super) fn print(&mut self, text: &str) -> Result<(), Failure> {
        if self.closed {
            return Ok(());
        }
        let result = self.out.write_all(text.as_bytes());
        self.written(result)
    }

    /// Writes a result piece by piece.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> Result<(), Error>) -> Result<(), Failure> {
        match write(&mut *self.out) {
            Err(Error::Stream(error)) => self.written(Err(error)),
            Err(error) => Err(error.into()),
            Ok(()) => self.written(Ok(())),
        }
    }

    fn written(&mut self, result: io::Result<()>) -> Result<(), Failure> {
        match result.and_then(|()| self.out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.closed = true,
            Err(error) => return Err(Failure::new(format_args!("cannot write to standard output: {error}"))),
            Ok(()) => {}
        }
        Ok(())
    }

    /// Writes a report with coloured headings.
    pub(super) fn report(&mut self, text: &str) -> Result<(), Failure> {
        if self.paints { self.print(&paint::report(text)) } else { self.print(text) }
    }

    /// Writes why something failed, or what is to be known besides the result. Nobody is told if that fails.
    pub(super) fn error(&mut self, text: &str) {
        let painted = if self.paints_errors { paint::report(text) } else { text.to_owned() };
        let end = if painted.ends_with('\n') { "" } else { "\n" };
        _ = self.err.write_all(format!("{painted}{end}").as_bytes());
    }

    /// Shows how many there are so far, from time to time, while `work` calls its argument.
    pub(super) fn progress<T>(&mut self, of: &str, work: impl FnOnce(&mut dyn FnMut(usize)) -> T) -> T {
        if !self.shows_progress {
            return work(&mut |_| ());
        }
        let (start, mut shown) = (Instant::now(), None::<Instant>);
        let err = &mut *self.err;
        let result = work(&mut |count| {
            if start.elapsed() > SOON && shown.is_none_or(|shown| shown.elapsed() > OFTEN) {
                shown = Some(Instant::now());
                _ = write!(err, "\r{count} {of}").and_then(|()| err.flush());
            }
        });
        if shown.is_some() {
            // Clears the line.
            _ = write!(err, "\r\x1b[K");
        }
        result
    }
}

impl std::fmt::Debug for Terminal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Terminal")
    }
}
