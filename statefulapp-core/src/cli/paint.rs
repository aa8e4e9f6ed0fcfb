//! Colours of a report, by the words at the beginning or the end of its lines.

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const GREEN: &str = "\x1b[32m";
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// Words that begin a line.
const BEGINNINGS: &[(&str, &str)] =
    &[("error:", RED), ("warning:", YELLOW), ("  help:", GREEN), ("  rule:", DIM), ("  -->", DIM)];

/// Words that end a line that is not indented: the class of an object in a plan.
const ENDINGS: &[(&str, &str)] = &[
    (": destroys data", RED),
    (": needs recreate", RED),
    (": rolling restart", YELLOW),
    (": in place", GREEN),
    (": no change", DIM),
];

/// The text in colours.
pub(super) fn report(text: &str) -> String {
    let mut painted = String::with_capacity(text.len() + 256);
    for line in text.split_inclusive('\n') {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        painted.push_str(&paint(body));
        painted.push_str(end);
    }
    painted
}

fn paint(line: &str) -> String {
    if let Some((word, colour)) = BEGINNINGS.iter().find(|(word, _)| line.starts_with(word)) {
        let rest = line.strip_prefix(word).unwrap_or_default();
        return format!("{colour}{word}{RESET}{rest}");
    }
    let is_heading = !line.starts_with(' ');
    if let Some((word, colour)) = ENDINGS.iter().find(|(word, _)| is_heading && line.ends_with(word)) {
        let name = line.strip_suffix(word).unwrap_or_default();
        return format!("{BOLD}{name}{RESET}{colour}{word}{RESET}");
    }
    // The headings of a summary are in capitals.
    let is_title = is_heading && line.len() > 2 && !line.contains(|c: char| c.is_lowercase());
    if is_title { format!("{BOLD}{line}{RESET}") } else { line.to_owned() }
}
