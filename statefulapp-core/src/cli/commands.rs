//! What the commands do.

use super::arguments::{Command, Format, Picture};
use super::only::Only;
use super::{Failure, Terminal, plan};
use crate::finding::Findings;
use crate::graph::Graph;
use crate::manifest::{BuildError, Object, Objects, Redacted, SecretBytes, SecretSource};
use crate::model::{Secret, SecretValue, Stack};
use crate::output::{Layout, Report, Sealer, yaml};
use crate::render::{self, Options};
use crate::summary::Summary;
use crate::value::DataKey;
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
    let completed = stack.completed()?;
    let is_wanted = |object: &Object| only.is_empty() || only.iter().any(|only| only.is_object(object));
    // Who wants a StatefulSet need not have the passwords.
    let needed = |secret: &Secret| only.is_empty() || only.iter().any(|only| only.is("Secret", secret.name.as_str()));
    let mut of_needed = completed.clone();
    of_needed.items.retain(|item| match item {
        crate::model::Item::Secret(secret) => needed(secret),
        _ => true,
    });
    let secrets = match keep {
        Some(keep) => stack.kept_secrets(&of_needed, keep)?,
        None => stack.unkept_secrets(&of_needed)?,
    };
    let source = |secret: &Secret, key: &DataKey, value: &SecretValue| -> Result<SecretBytes, BuildError> {
        if needed(secret) { secrets.value(secret, key, value) } else { Redacted.value(secret, key, value) }
    };
    let mut objects: Vec<_> =
        Objects::new(&completed, &source).collect::<Result<_, _>>().map_err(render::Error::from)?;
    if let Some(missing) = only.iter().find(|only| !objects.iter().any(|object| only.is_object(object))) {
        let names: Vec<_> =
            objects.iter().map(|object| format!("{}/{}", object.kind().to_ascii_lowercase(), object.name())).collect();
        let near = crate::value::suggest(&missing.to_string(), names.iter().map(String::as_str));
        let help = near
            .map_or_else(|| format!("the objects are {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
        return Err(Failure::new(format_args!("the stack has no object `{missing}`\n  help: {help}")));
    }
    objects.retain(is_wanted);
    let wanted: Vec<_> = objects.iter().collect();
    terminal.print(&match format {
        Format::Json => render::json(&wanted)?,
        Format::Yaml => {
            let mut stream = String::new();
            for object in wanted {
                yaml::push_document(&mut stream, &yaml::to_yaml(object).map_err(render::Error::from)?);
            }
            stream
        }
    })
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
