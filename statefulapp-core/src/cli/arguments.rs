//! The commands and what they take.

use super::only::Only;
use crate::output::Layout;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  render | kubectl apply --server-side -f -    to the cluster, without a file
  write deploy/                                a directory to review, commit and apply
  plan deploy/                                 what an update would do, before it is applied
  plan git:HEAD~1:deploy/                      the same against an earlier commit
  graph --format svg > stack.svg               a picture

With cargo, the commands stand behind `--`:
  cargo run -q -- render

Exit codes: 0 done; 1 an error; 64 a wrong command line; `plan` ends with 2 if pods restart,
3 if objects must be recreated, 4 if data is destroyed.";

#[derive(Parser)]
#[command(name = "statefulapp", after_help = EXAMPLES, disable_help_subcommand = true, subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Arguments {
    /// Gives a parameter of the stack another value; may be repeated
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = setting)]
    pub(super) set: Vec<Setting>,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// A value for a parameter.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) name: String,
    pub(super) value: String,
}

fn setting(text: &str) -> Result<Setting, String> {
    match text.split_once('=') {
        Some((name, value)) => Ok(Setting { name: name.to_owned(), value: value.to_owned() }),
        None => Err(format!("write a name and a value: `{text}=…`")),
    }
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Writes the manifests to standard output
    #[command(after_help = "\
Examples:
  render | kubectl apply --server-side -f -
  render --keep secrets.yaml > manifests.yaml
  render --only statefulset/postgres --format json | jq .spec.replicas")]
    Render {
        /// The notation; several objects as JSON are one `List`
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// The file that keeps what `generate` makes, written if it does not exist; or a directory that `write` wrote
        #[arg(long, value_name = "FILE")]
        keep: Option<PathBuf>,
        /// Only this object, such as `statefulset/postgres` or `svc/postgres`; may be repeated
        #[arg(long, value_name = "KIND/NAME")]
        only: Vec<Only>,
    },
    /// Writes the manifests to a directory, in one step
    #[command(after_help = "\
What `generate` makes is kept in the directory. Files of others stay; files of an earlier run that are no longer declared
are removed.

Examples:
  write deploy/
  write deploy/ --layout by-app
  write chart/ --layout helm --chart-version 1.4.0
  write deploy/ --seal cluster.pem --keep ~/secrets.yaml    no Secret in clear text in the directory")]
    Write {
        /// The directory; default: the stack's name
        #[arg(value_name = "DIR")]
        directory: Option<PathBuf>,
        /// How objects are spread over files: flat (one for each), one-file, by-app (a directory for each
        /// app), helm (a chart whose values are the parameters)
        #[arg(long, value_name = "LAYOUT", default_value_t, hide_default_value = true)]
        layout: Layout,
        /// A file that keeps what `generate` makes, besides the directory
        #[arg(long, value_name = "FILE")]
        keep: Option<PathBuf>,
        /// The version of the chart that the layout `helm` makes; default 0.1.0
        #[arg(long, value_name = "VERSION")]
        chart_version: Option<String>,
        /// Seals the Secrets by the program `kubeseal`, for the cluster's certificate if one is named
        #[arg(long, value_name = "CERT", num_args = 0..=1)]
        seal: Option<Option<PathBuf>>,
    },
    /// Says what an update from earlier manifests would do; needs no cluster
    #[command(after_help = "\
OLD is a directory, a file, `-` for standard input, or `git:REVISION:PATH`, whatever tool wrote it.
Values of Secrets are never shown. One from an unset variable counts as unchanged.

Exit codes: 0 nothing or in place, 2 pods restart, 3 objects must be recreated, 4 data is destroyed.

Examples:
  plan deploy/
  plan git:HEAD~1:deploy/
  kubectl get sts,svc,cm,secret,pdb -o yaml | plan -")]
    Plan {
        /// The earlier manifests
        #[arg(value_name = "OLD", allow_hyphen_values = true)]
        old: String,
        /// For programs
        #[arg(long)]
        json: bool,
    },
    /// Lists pods, CPU, memory, storage, addresses, warnings and exceptions
    Summary {
        /// For programs
        #[arg(long)]
        json: bool,
    },
    /// Draws apps, services, volumes, secrets and who uses what
    #[command(after_help = "\
Examples:
  graph                               Mermaid, which GitHub and GitLab show in Markdown
  graph --format svg > stack.svg
  graph --format dot | dot -Tpng > stack.png")]
    Graph {
        /// The notation
        #[arg(long, value_enum, default_value_t)]
        format: Picture,
    },
    /// Says what the rules find; writes nothing
    Check,
    /// Writes a script that completes this command line in a shell
    #[command(after_help = "\
Example:
  completions bash > ~/.local/share/bash-completion/completions/PROGRAM")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    #[default]
    Yaml,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Picture {
    #[default]
    Mermaid,
    Svg,
    Dot,
}
