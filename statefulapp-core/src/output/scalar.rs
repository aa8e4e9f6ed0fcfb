//! How one string is written: plain, as a block of lines, or quoted.
//!
//! Whether a string may stand without quotes is serde-saphyr's knowledge: of the writers measured it is the only one that
//! quotes all that a YAML 1.1 or 1.2 reader would take for something else than a string. Asked for every string, it
//! would take most of the time; so strings that no reader could mistake are recognised here.

use serde::Serialize;
use serde_saphyr::DoubleQuoted;

/// Writes the string in the place of a value, and the end of its line; the lines of a block stand at `column`.
pub(super) fn write_value(out: &mut String, text: &str, column: usize) {
    if is_surely_plain(text) {
        out.push_str(text);
    } else if !text.contains('\n') {
        return by_serde_saphyr(out, &text);
    } else if reads_back_as_block(text) {
        return write_block(out, text, column);
    } else {
        return by_serde_saphyr(out, &DoubleQuoted(text));
    }
    out.push('\n');
}

/// Writes the string in the place of a key.
pub(super) fn write_key(out: &mut String, text: &str) {
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_surely_plain(text) {
        return out.push_str(text);
    } else if is_word {
        by_serde_saphyr(out, &text);
    } else {
        by_serde_saphyr(out, &DoubleQuoted(text));
    }
    // The end of the line.
    out.pop();
}

/// Writes a number so that YAML 1.1 takes it for one too: with a point, and a sign in the exponent.
pub(super) fn write_float(out: &mut String, value: f64) {
    by_serde_saphyr(out, &value);
    out.pop();
}

/// Writes so many blanks.
pub(super) fn indent(out: &mut String, column: usize) {
    out.extend(std::iter::repeat_n(' ', column));
}

/// A word of letters, digits and inner punctuation, which begins with a letter or a slash, and which is too long to be
/// one of the words that stand for a boolean, a null or a number (`off`, `null`, `.inf`, …).
///
/// Most strings of a manifest are such words: names, paths, images. For a string that is not it says nothing.
fn is_surely_plain(text: &str) -> bool {
    let [first, .., last] = text.as_bytes() else { return false };
    text.len() > "false".len()
        && (first.is_ascii_alphabetic() || *first == b'/')
        && *last != b':'
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:@=,+".contains(&byte))
}

/// Whether all readers agree on the text of several lines when it is a literal block.
///
/// A block cannot hold control characters or the line breaks that only YAML 1.1 knows. A reader finds the indentation by
/// the first line that is not empty: libyaml refuses a tab there, and blanks there would need an indicator (`|2`).
/// A block of nothing but line breaks is unreadable.
fn reads_back_as_block(text: &str) -> bool {
    let first = text.trim_start_matches('\n');
    !first.is_empty()
        && !first.starts_with([' ', '\t'])
        && text.chars().all(|char| match char {
            '\n' | '\t' => true,
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
            _ => !char.is_control(),
        })
}

fn write_block(out: &mut String, text: &str, column: usize) {
    // What is to become of the line breaks at the end: a block has one, or none, or all that are there.
    let body = text.trim_end_matches('\n');
    out.push_str(match text.len() - body.len() {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in body.split('\n') {
        if !line.is_empty() {
            indent(out, column);
            out.push_str(line);
        }
        out.push('\n');
    }
    // The body has ended its last line itself.
    out.push_str(text.get(body.len() + 1..).unwrap_or_default());
}

fn by_serde_saphyr<T: Serialize>(out: &mut String, scalar: &T) {
    // The width is that of a folded block: without a limit no line is ever folded. Neither the options nor writing to a
    // string can fail.
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    let written = serde_saphyr::to_fmt_writer_with_options(out, scalar, options);
    debug_assert!(written.is_ok());
}
