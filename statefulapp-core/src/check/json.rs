//! Whether a text is a JSON object (RFC 8259). A few lines, so that the macro does not build a JSON library.

/// Deeper ones are refused: no credentials of a registry are.
const DEPTH: u8 = 64;

/// Whether the whole text is one JSON object.
pub(super) fn is_object(text: &str) -> bool {
    let rest = blank(text.as_bytes());
    rest.first() == Some(&b'{') && value(rest, DEPTH).is_some_and(|rest| blank(rest).is_empty())
}

fn blank(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r')).unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}

/// What stands behind a value.
fn value(text: &[u8], depth: u8) -> Option<&[u8]> {
    let depth = depth.checked_sub(1)?;
    match text {
        [b'{', rest @ ..] => entries(rest, b'}', |rest| {
            let rest = blank(string(rest)?).strip_prefix(b":")?;
            value(blank(rest), depth)
        }),
        [b'[', rest @ ..] => entries(rest, b']', |rest| value(rest, depth)),
        [b'"', ..] => string(text),
        _ => ["true", "false", "null"]
            .iter()
            .find_map(|word| text.strip_prefix(word.as_bytes()))
            .or_else(|| number(text)),
    }
}

fn entries(text: &[u8], end: u8, entry: impl Fn(&[u8]) -> Option<&[u8]>) -> Option<&[u8]> {
    let mut rest = blank(text);
    if rest.first() == Some(&end) {
        return rest.get(1..);
    }
    loop {
        rest = blank(entry(rest)?);
        match rest {
            [b',', more @ ..] => rest = blank(more),
            [last, behind @ ..] if *last == end => return Some(behind),
            _ => return None,
        }
    }
}

fn string(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text.strip_prefix(b"\"")?;
    loop {
        rest = match rest {
            [b'"', behind @ ..] => return Some(behind),
            [b'\\', b'u', a, b, c, d, behind @ ..] if [a, b, c, d].iter().all(|b| b.is_ascii_hexdigit()) => behind,
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', behind @ ..] => behind,
            [b, behind @ ..] if *b >= 0x20 && *b != b'\\' => behind,
            _ => return None,
        };
    }
}

fn number(text: &[u8]) -> Option<&[u8]> {
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.first() == Some(&b'0')) {
        return None;
    }
    let mut rest = rest.get(whole..)?;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        rest = fraction.get(length..).filter(|_| length > 0)?;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        let length = digits(exponent);
        rest = exponent.get(length..).filter(|_| length > 0)?;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::is_object;

    #[test]
    fn objects_and_others() {
        for text in ["{}", " {\"auths\": {\"a\": [1, -2.5e+3, true, null, \"\\u00e9\\n\"]}} ", "{\"a\":0}"] {
            assert!(is_object(text), "{text}");
        }
        for text in [
            "",
            "x",
            "[]",
            "{",
            "{a: 1}",
            "{\"a\": 01}",
            "{\"a\": 1,}",
            "{} x",
            "{\"a\": \"\\x\"}",
            "{\"a\": 1.}",
            "null",
        ] {
            assert!(!is_object(text), "{text}");
        }
        assert!(!is_object(&"{\"a\":".repeat(1000)));
    }
}
