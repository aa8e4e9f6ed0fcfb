//! Time zones by their names in the tz database.

use super::error::{ValueError, error};
use super::suggest::suggest;
use super::text::text_value;

/// All names, links included, of the tz database 2026f, one per line: the file `zones` of the Python package `tzdata`,
/// sorted by bytes.
const NAMES: &str = include_str!("time_zones.txt");

text_value! {
    /// A time zone of the tz database, by its exact name or alias: `Europe/Berlin`, `Etc/UTC`.
    ///
    /// Abbreviations such as `CEST` and offsets such as `UTC+1` are no names. What a server accepts only because of a
    /// file on its own machine (`localtime`, `right/…`) is refused.
    ///
    /// ```
    /// use statefulapp_core::value::TimeZone;
    ///
    /// assert!("Europe/Berlin".parse::<TimeZone>().is_ok());
    /// assert_eq!("berlin".parse::<TimeZone>().unwrap_err().help, r#"write "Europe/Berlin""#);
    /// ```
    TimeZone, check_time_zone
}

fn check_time_zone(text: &str) -> Result<(), ValueError> {
    if NAMES.lines().any(|name| name == text) { Ok(()) } else { Err(bad_time_zone(text)) }
}

#[cold]
fn bad_time_zone(text: &str) -> ValueError {
    let of_a_machine = |name: &str| {
        let name = name.strip_prefix("posix/").or_else(|| name.strip_prefix("right/"));
        name.is_some_and(|name| NAMES.lines().any(|known| known == name))
    };
    if matches!(text, "localtime" | "posixrules") || of_a_machine(text) {
        let wrong = "is not a time zone of the tz database: it is a file that only some servers have";
        let help = match text.split_once('/') {
            Some((_, name)) => format!("write {name:?}"),
            None => "write the zone that is meant, for instance \"Europe/Berlin\"".to_owned(),
        };
        return error("time-zone-not-iana", text, wrong, help);
    }
    let help = match meant(text) {
        Some(name) => format!("write {name:?}"),
        None => "write Area/City of the tz database, for instance \"Europe/Berlin\" or \"Etc/UTC\"".to_owned(),
    };
    error("time-zone-unknown", text, "is not a time zone of the tz database", help)
}

/// The name in another case, the city alone, or a slip in the city.
fn meant(text: &str) -> Option<&'static str> {
    let text = text.trim().replace(' ', "_");
    if let Some(name) = NAMES.lines().find(|name| name.eq_ignore_ascii_case(&text)) {
        return Some(name);
    }
    if let Some((area, city)) = text.split_once('/') {
        let cities = NAMES.lines().filter_map(|name| name.split_once('/').filter(|(known, _)| *known == area));
        let city = suggest(city, cities.map(|(_, city)| city))?;
        return NAMES.lines().find(|name| name.split_once('/') == Some((area, city)));
    }
    let plain = text.replace('_', "");
    let mut found = NAMES
        .lines()
        .filter(|name| name.rsplit('/').next().is_some_and(|city| city.replace('_', "").eq_ignore_ascii_case(&plain)));
    // Eastern is one of several countries.
    found.next().filter(|_| found.next().is_none())
}
