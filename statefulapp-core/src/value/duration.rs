//! Spans of time.

use super::error::{ValueError, error};
use std::fmt;

/// A week, day, hour, minute and second, in seconds.
const UNITS: [(char, u32); 5] = [('w', 604_800), ('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];
/// The API's fields of seconds are 32-bit numbers.
const MOST: u32 = i32::MAX as u32;

/// A span of whole seconds: `30s`, `1h30m`, `30d`; up to 2147483647 seconds, as the API's fields.
///
/// Units are `s`, `m`, `h`, `d` (24 hours) and `w` (7 days), each at most once, the larger first. A number without a
/// unit is refused, because nobody can tell what it means. `Display` writes days, hours, minutes and seconds.
///
/// ```
/// use statefulapp_core::value::Duration;
///
/// assert_eq!("1h30m".parse::<Duration>()?.seconds(), 5400);
/// assert_eq!("90m".parse::<Duration>()?.to_string(), "1h30m");
/// assert_eq!("30".parse::<Duration>().unwrap_err().help, "write 30s");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration {
    seconds: u32,
}

impl Duration {
    /// A span of no time.
    pub const ZERO: Self = Self { seconds: 0 };

    /// A span of so many seconds; `None` beyond 2147483647.
    pub const fn from_seconds(seconds: u32) -> Option<Self> {
        if seconds <= MOST { Some(Self { seconds }) } else { None }
    }

    /// For the macro's expansion: a number that was checked when the program was compiled.
    #[doc(hidden)]
    pub const fn __checked(seconds: u32) -> Self {
        Self { seconds }
    }

    /// The span in seconds, at most 2147483647.
    pub const fn seconds(self) -> u32 {
        self.seconds
    }
}

impl std::str::FromStr for Duration {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let mut total = 0_u64;
        let mut rest = text;
        let mut largest = UNITS.as_slice();
        while !rest.is_empty() {
            let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
            let mut after = after.chars();
            let unit = after.next();
            let Some(at) = largest.iter().position(|(name, _)| Some(*name) == unit) else {
                return Err(bad_duration(text));
            };
            let (smaller, seconds) = (largest.get(at + 1..), largest.get(at).map_or(1, |(_, seconds)| *seconds));
            if number.is_empty() {
                return Err(bad_duration(text));
            }
            // A number that does not fit is too long a span as well.
            let number = number.parse::<u32>().map_or(u64::from(u32::MAX), u64::from);
            total += number * u64::from(seconds);
            largest = smaller.unwrap_or_default();
            rest = after.as_str();
        }
        if text.is_empty() {
            return Err(bad_duration(text));
        }
        u32::try_from(total).ok().and_then(Self::from_seconds).ok_or_else(|| {
            error(
                "duration-too-long",
                text,
                "is too long: the API takes at most 2147483647 seconds",
                "write at most 24855d",
            )
        })
    }
}

#[cold]
fn bad_duration(text: &str) -> ValueError {
    const GENERAL: &str = "write whole numbers with units s, m, h, d or w, the larger unit first, for instance 1h30m";
    let compact: String =
        text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect::<String>().to_ascii_lowercase();
    let (number, unit) =
        compact.split_at(compact.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(compact.len()));
    let value = number.parse::<f64>().ok();
    let per_second = match unit {
        "ms" => Some(1e3),
        "us" | "µs" => Some(1e6),
        "ns" => Some(1e9),
        _ => None,
    };
    if let (Some(value), Some(per_second)) = (value, per_second) {
        let seconds = (value / per_second).ceil().max(1.0);
        return error("duration-sub-second", text, "is not a whole number of seconds", format!("write {seconds}s"));
    }
    let unit_seconds = match unit {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => Some(1.0),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(60.0),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(3600.0),
        "d" | "day" | "days" => Some(86_400.0),
        "w" | "wk" | "week" | "weeks" => Some(604_800.0),
        _ => None,
    };
    let meant = match (value, unit_seconds) {
        (Some(value), Some(seconds)) => Some((value * seconds).ceil()),
        _ => None,
    };
    let meant = meant.filter(|seconds| *seconds <= f64::from(MOST)).map(|seconds| Duration { seconds: seconds as u32 });
    let wrong = match (value, unit) {
        (Some(_), "") => "is not a duration: it has no unit",
        _ if text.starts_with('-') => "is not a duration: it is negative",
        _ => "is not a duration",
    };
    let help = match meant {
        // The same unit as written reads better than the canonical form.
        Some(_) if unit.len() <= 1 && !number.contains('.') => {
            format!("write {number}{}", if unit.is_empty() { "s" } else { unit })
        }
        Some(meant) => format!("write {meant}"),
        None if text.starts_with('-') && text.trim_start_matches('-').parse::<Duration>().is_ok() => {
            format!("write {}", text.trim_start_matches('-'))
        }
        None if compact != text && compact.parse::<Duration>().is_ok() => format!("write {compact}"),
        None => GENERAL.to_owned(),
    };
    error("duration-invalid", text, wrong, help)
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.seconds;
        if rest == 0 {
            return f.write_str("0s");
        }
        for (name, seconds) in UNITS.iter().skip(1) {
            if rest >= *seconds {
                write!(f, "{}{name}", rest / seconds)?;
                rest %= seconds;
            }
        }
        Ok(())
    }
}

impl TryFrom<&str> for Duration {
    type Error = ValueError;

    fn try_from(text: &str) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl TryFrom<String> for Duration {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl TryFrom<&String> for Duration {
    type Error = ValueError;

    fn try_from(text: &String) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl TryFrom<std::time::Duration> for Duration {
    type Error = ValueError;

    fn try_from(span: std::time::Duration) -> Result<Self, ValueError> {
        let text = format!("{span:?}");
        if span.subsec_nanos() > 0 {
            let help = "round it to whole seconds";
            return Err(error("duration-sub-second", &text, "is not a whole number of seconds", help));
        }
        u32::try_from(span.as_secs()).ok().and_then(Self::from_seconds).ok_or_else(|| {
            error(
                "duration-too-long",
                &text,
                "is too long: the API takes at most 2147483647 seconds",
                "take a shorter one",
            )
        })
    }
}

impl From<Duration> for std::time::Duration {
    fn from(span: Duration) -> Self {
        Self::from_secs(u64::from(span.seconds))
    }
}
