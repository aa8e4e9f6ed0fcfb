//! The `.gitignore` that keeps secret files out of version control.

use super::{OutputError, record::Record};
use std::{fs, io, path::Path};

/// The name of the file.
pub(super) const NAME: &str = ".gitignore";

/// The lines that ignore the files; none if there are none.
pub(super) fn lines<'a>(secrets: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut lines: Vec<_> = secrets.map(|path| format!("/{}", escape(path))).collect();
    lines.sort_unstable();
    lines
}

/// The content of a `.gitignore` of ours.
pub(super) fn text(lines: &[String]) -> String {
    format!("# Secrets in clear text, which do not belong into version control.\n{}\n", lines.join("\n"))
}

/// Whether the directory has a `.gitignore` that somebody else wrote.
pub(super) fn is_of_another(directory: &Path, record: &Record) -> Result<bool, OutputError> {
    let path = directory.join(NAME);
    match fs::symlink_metadata(&path) {
        Ok(metadata) => Ok(!metadata.is_file() || !record.has(NAME)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(OutputError::io("find", &path)(error)),
    }
}

/// Those of the lines that the `.gitignore` of the directory does not have.
pub(super) fn missing(directory: &Path, mut lines: Vec<String>) -> Result<Vec<String>, OutputError> {
    let path = directory.join(NAME);
    // A link to nothing, a directory, something that is not text: it ignores nothing.
    let text = fs::read_to_string(&path).unwrap_or_default();
    let there: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.retain(|line| !there.iter().any(|there| there == line || Some(*there) == line.strip_prefix('/')));
    Ok(lines)
}

/// A name as a pattern that matches nothing but it.
fn escape(path: &str) -> String {
    let mut escaped = String::new();
    for char in path.chars() {
        if matches!(char, '\\' | '*' | '?' | '[' | ' ') {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_secret_is_one_line() {
        let lines = lines(["b/20-secret-x.yaml", "20-secret-a[1].yaml"].into_iter());
        assert_eq!(lines, ["/20-secret-a\\[1].yaml", "/b/20-secret-x.yaml"]);
        assert!(text(&lines).ends_with("\n/20-secret-a\\[1].yaml\n/b/20-secret-x.yaml\n"));
    }
}
