//! Cron schedules, as the CronJob controller reads them.

use super::error::{ValueError, error};
use super::text::text_conversions;
use std::borrow::Cow;

mod every;
mod field;

use field::{FIELDS, Set};

const DESCRIPTORS: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
/// The most days that each month has.
const DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// When a CronJob starts: five fields, `@daily` and the like, or `@every 1h30m`.
///
/// The fields are minute 0-59, hour 0-23, day of month 1-31, month 1-12 or jan-dec, weekday 0-6 or sun-sat (Sunday is
/// 0, never 7). A field is `*`, a number, a range, or a list of them, each with an optional `/step`. If both days are
/// restricted, one of them is enough. The time zone is a field of its own.
///
/// The server accepts schedules that never fire; they are refused here. Blanks between fields become one space.
///
/// ```
/// use statefulapp_core::value::CronSchedule;
///
/// assert!("0 2 * * *".parse::<CronSchedule>().is_ok());
/// assert_eq!("0 0 30 2 *".parse::<CronSchedule>().unwrap_err().rule, "cron-never-fires");
/// assert_eq!("0 22-6 * * *".parse::<CronSchedule>().unwrap_err().help, r#"write "22-23,0-6""#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CronSchedule(Cow<'static, str>);

impl CronSchedule {
    /// Parses a text that lives as long as the program, without a copy of it.
    ///
    /// # Errors
    /// As `FromStr`: the rule that the text breaks.
    pub fn from_static(text: &'static str) -> Result<Self, ValueError> {
        check_schedule(text)?;
        Ok(Self(single_spaced(text)))
    }

    /// For the macro's expansion: a text that was parsed when the program was compiled.
    #[doc(hidden)]
    pub const fn __checked(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

text_conversions!(
    CronSchedule,
    |text: String| CronSchedule::try_from(text.as_str()),
    |text: &str| {
        check_schedule(text)?;
        Ok(CronSchedule(Cow::Owned(single_spaced(text).into_owned())))
    },
    0
);

fn single_spaced(text: &str) -> Cow<'_, str> {
    let is_single = !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("  ")
        && text.chars().all(|c| c == ' ' || !c.is_whitespace());
    if is_single { Cow::Borrowed(text) } else { Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" ")) }
}

fn check_schedule(text: &str) -> Result<(), ValueError> {
    if text.contains("TZ") {
        let help = "leave it out here and write the time zone in its own field";
        return Err(error("cron-time-zone", text, "is not a schedule: it has a time zone in it", help));
    }
    if text.starts_with('@') {
        return match text.strip_prefix("@every ") {
            Some(span) => every::check(text, span),
            None if DESCRIPTORS.contains(&text) => Ok(()),
            None => Err(bad_descriptor(text)),
        };
    }
    if text.split_whitespace().count() != FIELDS.len() {
        return Err(bad_count(text));
    }
    let mut sets = [Set::default(); 5];
    let mut odd = None;
    for ((set, field), written) in sets.iter_mut().zip(&FIELDS).zip(text.split_whitespace()) {
        *set = field.parse(text, written, &mut odd)?;
    }
    if let Some(odd) = odd {
        return Err(odd);
    }
    if never_fires(&sets) {
        let help = "choose a day that the month has, for instance 28";
        return Err(error("cron-never-fires", text, "is a schedule that never fires: no date fits it", help));
    }
    Ok(())
}

fn never_fires(sets: &[Set; 5]) -> bool {
    let [minutes, hours, days, months, weekdays] = sets;
    let date_exists = (1..=12).zip(DAYS).any(|(month, most)| months.has(month) && (1..=most).any(|day| days.has(day)));
    // With a star on either day the other must fit, else one of them is enough.
    let day_exists = if days.is_star || weekdays.is_star {
        date_exists && !weekdays.is_empty()
    } else {
        date_exists || (!weekdays.is_empty() && !months.is_empty())
    };
    minutes.is_empty() || hours.is_empty() || !day_exists
}

#[cold]
fn bad_descriptor(text: &str) -> ValueError {
    let lower = text.trim().to_lowercase();
    let help = match DESCRIPTORS.iter().find(|known| **known == lower).copied() {
        Some(known) => format!("write {known:?}"),
        None if lower.starts_with("@every") => "write \"@every 1h30m\", in lower case with one space".to_owned(),
        None => format!("write one of {}, or \"@every 1h30m\"", DESCRIPTORS.join(", ")),
    };
    error("cron-descriptor", text, "is not a schedule: no such descriptor", help)
}

#[cold]
fn bad_count(text: &str) -> ValueError {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let named = format!("@{}", text.trim().trim_start_matches('@').to_lowercase());
    let help = match fields.as_slice() {
        _ if DESCRIPTORS.contains(&named.as_str()) => format!("write {named:?}"),
        ["0", rest @ ..] if rest.len() == FIELDS.len() && check_schedule(&rest.join(" ")).is_ok() => {
            format!("write {:?}, there is no field of seconds", rest.join(" "))
        }
        _ => format!(
            "write minute, hour, day of month, month and weekday, for instance \"0 2 * * *\"; it has {}",
            fields.len()
        ),
    };
    error("cron-field-count", text, "is not a schedule: it does not have five fields", help)
}
