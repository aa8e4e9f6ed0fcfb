//! Manifests out of a git revision, through the `git` program: `git:HEAD~1:deploy/`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Command, Output, Stdio},
};

use super::read::{Document, PlanError};

/// The files below a path of a revision, by name; `source` is what follows `git:`.
pub(super) fn files(source: &str) -> Result<Vec<Document>, PlanError> {
    let (revision, path) = split(source)?;
    let tree = format!("{revision}^{{tree}}");
    let found = run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &tree])?;
    let tree = text(succeeded(found, &format!("`{revision}` is no revision here"))?);
    // As git itself has it: a path is counted from the top of the repository, `./path` from here.
    let path = match path.strip_prefix("./").or(if path == "." { Some("") } else { None }) {
        Some(path) => {
            let here = succeeded(run(&["rev-parse", "--show-prefix"])?, "not in a work tree")?;
            format!("{}{path}", text(here))
        }
        None => path.to_owned(),
    };
    let path = path.trim_matches('/');
    let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", tree.as_str()];
    if !path.is_empty() {
        arguments.extend(["--", path]);
    }
    let listed = succeeded(run(&arguments)?, "the tree cannot be read")?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let blobs: Vec<_> = listed.split('\0').filter_map(blob).collect();
    if blobs.is_empty() {
        return Err(error(format!("revision `{revision}` has nothing at `{path}`")));
    }
    contents(&blobs, &format!("git:{revision}:"))
}

/// The revision and the path: the first colon ends a revision, but not one in braces (`main@{yesterday 10:00}`).
fn split(source: &str) -> Result<(&str, &str), PlanError> {
    let mut depth = 0_i32;
    let ends = |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ':' && depth <= 0
    };
    let Some((revision, path)) = source.split_once(ends) else {
        return Err(error("write git:REVISION:PATH, for instance git:HEAD~1:deploy/".into()));
    };
    if revision.is_empty() || revision.starts_with('-') || revision.contains(char::is_control) {
        return Err(error(format!("`{revision}` is no revision; write for instance git:HEAD~1:deploy/")));
    }
    Ok((revision, path))
}

/// The hash and the path of a regular file in the output of `git ls-tree`.
fn blob(line: &str) -> Option<(&str, &str)> {
    let (entry, path) = line.split_once('\t')?;
    let mut fields = entry.split(' ');
    // Symbolic links (120000) and submodules (160000) are not files of this revision.
    fields.next().filter(|mode| mode.starts_with("100"))?;
    fields.next().filter(|kind| *kind == "blob")?;
    Some((fields.next()?, path))
}

/// The contents of many files by one process.
fn contents(blobs: &[(&str, &str)], prefix: &str) -> Result<Vec<Document>, PlanError> {
    let mut child = Command::new("git")
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| error(format!("the program git cannot be run: {source}")))?;
    let broken = |source: std::io::Error| error(format!("git cat-file: {source}"));
    let (Some(mut requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(error("git cat-file: no pipe".into()));
    };
    let mut answers = BufReader::new(answers);
    let mut files = Vec::new();
    for (hash, path) in blobs.iter().filter(|(_, path)| Document::is_manifest(path)) {
        writeln!(requests, "{hash}").and_then(|()| requests.flush()).map_err(broken)?;
        let mut header = String::new();
        answers.read_line(&mut header).map_err(broken)?;
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size else { return Err(error(format!("git cat-file: {}", header.trim_end()))) };
        let mut bytes = Vec::new();
        answers.by_ref().take(size).read_to_end(&mut bytes).map_err(broken)?;
        answers.read_line(&mut String::new()).map_err(broken)?;
        files.push(Document::new(format!("{prefix}{path}"), bytes));
    }
    drop(requests);
    child.wait().map_err(broken)?;
    Ok(files)
}

fn run(arguments: &[&str]) -> Result<Output, PlanError> {
    Command::new("git")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| error(format!("the program git cannot be run: {source}")))
}

/// The output of a command that succeeded, or its last line of complaint.
fn succeeded(output: Output, otherwise: &str) -> Result<Output, PlanError> {
    if output.status.success() {
        return Ok(output);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let complaint = complaint.trim().lines().last().unwrap_or_default();
    Err(error(if complaint.is_empty() { otherwise.into() } else { format!("{otherwise}: {complaint}") }))
}

fn text(output: Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn error(message: String) -> PlanError {
    PlanError::Git { message }
}
