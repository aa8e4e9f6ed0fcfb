//! The command line of a program that declares a stack.
//!
//! ```no_run
//! # use statefulapp_core::{cli::cli, model::Stack};
//! fn main() -> std::process::ExitCode {
//!     let stack = Stack::default(); // stateful_app! { … }
//!     cli(stack)
//! }
//! ```
//!
//! `docs/cli.md` shows every command with its output.
//!
//! | exit code | |
//! |---|---|
//! | 0 | done; for `plan`: no change, or changes in place |
//! | 1 | an error: the stack breaks a rule, a secret is missing, a file cannot be written |
//! | 2, 3, 4 | `plan`: pods restart; objects must be recreated, or a change is refused; data is destroyed |
//! | 64 | the command line is wrong |

mod arguments;
mod commands;
mod only;
mod paint;
mod plan;
mod terminal;

pub use terminal::Terminal;

use crate::model::Stack;
use arguments::Arguments;
use clap::{CommandFactory as _, FromArgMatches as _};
use std::ffi::OsString;
use std::fmt;
use std::process::ExitCode;

/// The command line is wrong: `EX_USAGE` of `sysexits.h`. clap's own 2 is a rolling restart here.
const USAGE: u8 = 64;

/// Runs the command that the program's arguments ask for, and says how it ended.
///
/// The commands are `render`, `write`, `plan`, `summary`, `graph`, `check` and `completions`; `--help` explains them.
pub fn cli(stack: impl Into<Stack>) -> ExitCode {
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr());
    let mut terminal = Terminal::of_process(&mut out, &mut err);
    ExitCode::from(run(&stack.into(), std::env::args_os(), &mut terminal))
}

/// The same with the arguments (the program's name is the first) and streams of a caller; gives the exit code.
pub fn run(stack: &Stack, arguments: impl IntoIterator<Item = OsString>, terminal: &mut Terminal<'_>) -> u8 {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let program = program(arguments.first());
    let mut command = Arguments::command().bin_name(program.clone()).display_name(program.clone()).about(about(stack));
    command = command.mut_arg("set", |set| match settings(stack) {
        Some(settings) => set.help(format!("Gives a parameter another value; may be repeated:\n{settings}")),
        None => set.hide(true),
    });
    let parsed = command.try_get_matches_from_mut(arguments).and_then(|found| Arguments::from_arg_matches(&found));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, terminal),
    };
    let mut stack = std::borrow::Cow::Borrowed(stack);
    for setting in &arguments.set {
        if let Err(error) = stack.to_mut().set_param(&setting.name, &setting.value) {
            terminal.error(&format!("error: {}\n  help: {}\n  rule: {}", error.message, error.help, error.rule));
            return USAGE;
        }
    }
    match commands::run(&stack, arguments.command, &mut command, &program, terminal) {
        Ok(code) => code,
        Err(failure) => {
            terminal.error(&failure.0);
            1
        }
    }
}

/// Why a command ended with 1: a report for people.
#[derive(Debug)]
struct Failure(String);

impl Failure {
    /// One line, without a report's `error:`.
    fn new(message: impl fmt::Display) -> Self {
        Self(format!("error: {message}"))
    }
}

impl From<crate::render::Error> for Failure {
    fn from(error: crate::render::Error) -> Self {
        Self(error.to_string())
    }
}

/// Help and version go to standard output and are no error.
fn usage(error: &clap::Error, terminal: &mut Terminal<'_>) -> u8 {
    let text = error.render();
    if error.use_stderr() {
        terminal.error(&if terminal.paints_errors() { text.ansi().to_string() } else { text.to_string() });
        USAGE
    } else {
        let text = if terminal.paints() { text.ansi().to_string() } else { text.to_string() };
        match terminal.print(&text) {
            Ok(()) => 0,
            Err(failure) => {
                terminal.error(&failure.0);
                1
            }
        }
    }
}

/// The program's name as its user typed it, without the directory.
fn program(first: Option<&OsString>) -> String {
    let name = first.and_then(|path| std::path::Path::new(path).file_stem());
    name.map_or_else(|| "statefulapp".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The parameters with their values and rules, a line each.
fn settings(stack: &Stack) -> Option<String> {
    let lines = stack.params.iter().map(|param| {
        let rules = param.rules();
        let rules = if rules.is_empty() { String::new() } else { format!(" ({rules})") };
        format!("{}={}{rules}", param.name, param.value)
    });
    (!stack.params.is_empty()).then(|| lines.collect::<Vec<_>>().join("\n"))
}

fn about(stack: &Stack) -> String {
    match &stack.name {
        Some(name) => format!("The Kubernetes manifests of the stack `{name}`"),
        None => "The Kubernetes manifests of this program's stack".to_owned(),
    }
}
