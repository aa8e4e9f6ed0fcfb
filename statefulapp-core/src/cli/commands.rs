//! What the commands do.

use super::arguments::{Command, Format, Picture};
use super::only::Only;
use super::{Failure, Terminal, plan};
use crate::finding::Findings;
use crate::graph::Graph;
use crate::manifest::{BuildError, Object, Objects, Redacted, SecretBytes, SecretSource};
use crate::model::{Item, Secret, SecretValue, Stack};
use crate::output::{Layout, Report, Sealer, yaml};
use crate::render::{self, Options};
use crate::summary::Summary;
use crate::value::DataKey;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Runs a command; gives its exit code.
pub(super) fn run(
    stack: &Stack,
    command: Command,
    parser: &mut clap::Command,
    program: &str,
    terminal: &mut Terminal<'_>,
) -> Result<u8, Failure> {
    match command {
        Command::Render { format, keep, only } => render(stack, format, keep.as_deref(), &only, terminal)?,
        Command::Write { directory, layout, keep, chart_version, seal } => {
            let seal = seal.map(|certificate| {
                let mut sealer = Sealer::default();
                sealer.arguments.extend(certificate.into_iter().flat_map(|path| ["--cert".into(), path.into()]));
                sealer
            });
            write(stack, directory, &Options { layout, keep, chart_version, seal }, terminal)?;
        }
        Command::Plan { old, json } => return plan::run(stack, &old, json, terminal),
        Command::Summary { json } => {
            let summary = Summary::new(stack)?;
            if json {
                terminal.print(&format!("{:#}\n", summary.to_json()))?;
            } else {
                terminal.report(&summary.to_string())?;
            }
        }
        Command::Graph { format } => {
            let graph = Graph::new(stack)?;
            terminal.print(&match format {
                Picture::Mermaid => graph.to_mermaid(),
                Picture::Svg => graph.to_svg(),
                Picture::Dot => graph.to_dot(),
            })?;
        }
        Command::Check => return check(&stack.verify(), terminal),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, parser, program, &mut script);
            terminal.print(&String::from_utf8_lossy(&script))?;
        }
    }
    Ok(0)
}

fn render(
    stack: &Stack,
    format: Format,
    keep: Option<&Path>,
    only: &[Only],
    terminal: &mut Terminal<'_>,
) -> Result<(), Failure> {
    if let (Format::Yaml, []) = (format, only) {
        return terminal.write(|out| stack.write_yaml(out, keep));
    }
    stack.require()?;
    let is_wanted = |object: &Object| only.is_empty() || only.iter().any(|only| only.is_object(object));
    // Who wants a StatefulSet need not have the passwords.
    let needed = |secret: &Secret| only.is_empty() || only.iter().any(|only| only.is("Secret", secret.name.as_str()));
    let of_needed = match only {
        [] => Cow::Borrowed(stack),
        _ => {
            let items = stack.secrets().filter(|(_, secret)| needed(secret));
            let items = items.map(|(_, secret)| Item::Secret(secret.clone())).collect();
            Cow::Owned(Stack {
                items,
                name: stack.name.clone(),
                namespace: stack.namespace.clone(),
                ..Stack::default()
            })
        }
    };
    let secrets = match keep {
        Some(keep) => of_needed.kept_secrets(keep)?,
        None => of_needed.unkept_secrets()?,
    };
    let source = |secret: &Secret, key: &DataKey, value: &SecretValue| -> Result<SecretBytes, BuildError> {
        if needed(secret) { secrets.value(secret, key, value) } else { Redacted.value(secret, key, value) }
    };
    let objects = || Objects::completing(stack, &source);
    // Of all, one at a time is held; of those that are asked for, all.
    if only.is_empty() {
        return terminal.write(|out| render::write_json(objects(), out));
    }
    let is_kept = |object: &Result<Object, BuildError>| object.as_ref().map_or(true, is_wanted);
    let wanted: Vec<Object> = objects().filter(is_kept).collect::<Result<_, _>>().map_err(render::Error::from)?;
    if let Some(missing) = only.iter().find(|only| !wanted.iter().any(|object| only.is_object(object))) {
        let name = |object: Object| format!("{}/{}", object.kind().to_ascii_lowercase(), object.name());
        let names: Vec<_> = objects().flatten().map(name).collect();
        let near = crate::value::suggest(&missing.to_string(), names.iter().map(String::as_str));
        let help = near
            .map_or_else(|| format!("the objects are {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
        return Err(Failure::new(format_args!("the stack has no object `{missing}`\n  help: {help}")));
    }
    match format {
        Format::Json => terminal.write(|out| render::write_json(wanted.into_iter().map(Ok), out)),
        Format::Yaml => {
            let mut stream = String::new();
            for object in &wanted {
                yaml::push_document(&mut stream, &yaml::to_yaml(object).map_err(render::Error::from)?);
            }
            terminal.print(&stream)
        }
    }
}

fn write(
    stack: &Stack,
    directory: Option<PathBuf>,
    options: &Options,
    terminal: &mut Terminal<'_>,
) -> Result<(), Failure> {
    let directory = match (directory, &stack.name) {
        (Some(directory), _) => directory,
        (None, Some(name)) => PathBuf::from(name.as_str()),
        (None, None) => {
            return Err(Failure::new(
                "the stack has no name to call a directory by\n  help: name one: `write deploy/`",
            ));
        }
    };
    if options.layout == Layout::Helm && options.seal.is_some() {
        return Err(Failure::new("a chart has no values of Secrets that could be sealed\n  help: leave `--seal` out"));
    }
    if options.layout != Layout::Helm && options.chart_version.is_some() {
        return Err(Failure::new(
            "only a chart has a version\n  help: add `--layout helm`, or leave `--chart-version` out",
        ));
    }
    let inside = stands_in(&directory);
    let report = terminal.progress("objects", |observe| stack.write_observed(&directory, options, observe))?;
    let mut text = written(&directory, &report);
    if inside && !report.unchanged {
        text.push_str("the directory is a new one: a shell that stands in it enters it by `cd .`\n");
    }
    terminal.report(&text)
}

/// Whether the program, and so most likely the shell that started it, stands in the directory that it is about to replace.
fn stands_in(directory: &Path) -> bool {
    let (Ok(here), Ok(directory)) = (std::env::current_dir(), directory.canonicalize()) else { return false };
    here.starts_with(directory)
}

/// What a run has done.
fn written(directory: &Path, report: &Report) -> String {
    let mut text = String::new();
    let place = directory.display();
    // Writing to a String cannot fail.
    if report.unchanged {
        _ = writeln!(text, "{place} is up to date: {} files", report.files.len());
        return text;
    }
    for (sign, files) in [('+', &report.created), ('~', &report.updated), ('-', &report.removed)] {
        let mut files: Vec<_> = files.iter().collect();
        files.sort_unstable();
        for file in files {
            let edited =
                if report.modified.contains(file) { "  (it was edited by hand; the edits are gone)" } else { "" };
            _ = writeln!(text, "{sign} {file}{edited}");
        }
    }
    let (created, updated, removed) = (report.created.len(), report.updated.len(), report.removed.len());
    _ = writeln!(text, "{place}: {created} created, {updated} updated, {removed} removed, {} unchanged", report.kept);
    for line in &report.gitignore_missing {
        _ = writeln!(
            text,
            "warning: add `{line}` to `{}`: the file holds secrets",
            directory.join(".gitignore").display()
        );
    }
    for path in &report.displaced {
        _ = writeln!(text, "warning: a file of another program was in the way and is now `{}`", path.display());
    }
    text
}

fn check(findings: &Findings, terminal: &mut Terminal<'_>) -> Result<u8, Failure> {
    if findings.findings.is_empty() {
        terminal.print("nothing is wrong\n")?;
    } else {
        terminal.report(&format!("{findings}\n"))?;
    }
    Ok(u8::from(findings.has_errors()))
}
