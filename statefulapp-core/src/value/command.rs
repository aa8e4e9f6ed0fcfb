//! Command lines, for advice.

/// The words of a command line, each in quotes; what only a shell understands is given to one.
pub(crate) fn words(line: &str) -> String {
    if line.contains(['|', '&', ';', '<', '>', '$', '"', '\'', '\n']) {
        return format!("\"sh\", \"-c\", {line:?}");
    }
    line.split_whitespace().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")
}
