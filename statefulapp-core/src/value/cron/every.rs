//! `@every`, with a span of time as the Go language writes it.

use super::super::error::{ValueError, error};

const SECOND: i128 = 1_000_000_000;
/// The units and their nanoseconds; µ is a character of its own and a Greek letter.
const UNITS: [(&str, i128); 8] = [
    ("ns", 1),
    ("us", 1000),
    ("\u{b5}s", 1000),
    ("\u{3bc}s", 1000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("h", 3600 * SECOND),
];

/// Checks the span after `@every `.
pub(super) fn check(text: &str, span: &str) -> Result<(), ValueError> {
    let Some(nanoseconds) = nanoseconds(span) else {
        let wrong = format_args!("is not a schedule: {span:?} is not a span of time");
        return Err(error(
            "cron-every-invalid",
            text,
            wrong,
            "write hours, minutes and seconds, for instance \"@every 1h30m\"",
        ));
    };
    if nanoseconds < SECOND {
        let wrong = "is not what it says: the server makes every second of it";
        return Err(error(
            "cron-every-sub-second",
            text,
            wrong,
            "write at least one minute, for instance \"@every 1h\"",
        ));
    }
    if nanoseconds % SECOND != 0 {
        let wrong = "is not what it says: the server drops the fraction of a second";
        let help = format!("write \"@every {}s\"", nanoseconds / SECOND);
        return Err(error("cron-every-sub-second", text, wrong, help));
    }
    Ok(())
}

/// The span in nanoseconds: an optional sign, then numbers with fractions and units, or a bare 0.
fn nanoseconds(span: &str) -> Option<i128> {
    let unsigned = span.strip_prefix(['+', '-']).unwrap_or(span);
    if unsigned == "0" {
        return Some(0);
    }
    if unsigned.is_empty() {
        return None;
    }
    let mut total = 0_i128;
    let mut rest = unsigned;
    while !rest.is_empty() {
        let (integer, after) = digits(rest);
        let (fraction, after) = after.strip_prefix('.').map_or(("", after), digits);
        let end = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit)?;
        if integer.is_empty() && fraction.is_empty() {
            return None;
        }
        let whole = if integer.is_empty() { 0 } else { integer.parse::<i64>().ok()? };
        // Eighteen places are more than an hour has in nanoseconds.
        let part = fraction.bytes().take(18).fold(0, |part, digit| part * 10 + i128::from(digit - b'0'));
        let places = u32::try_from(fraction.len().min(18)).unwrap_or(18);
        total = total.checked_add(i128::from(whole) * scale + part * scale / 10_i128.pow(places))?;
        if total > i128::from(i64::MAX) {
            return None;
        }
        rest = after;
    }
    Some(if span.starts_with('-') { -total } else { total })
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}
