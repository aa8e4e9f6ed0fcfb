//! Percentages and file modes.

use super::error::{ValueError, error};
use std::fmt;
use std::str::FromStr;

/// A percentage, 0 to 100.
///
/// ```
/// use statefulapp_core::value::Percent;
///
/// assert_eq!("25%".parse::<Percent>()?.get(), 25);
/// assert_eq!("25".parse::<Percent>().unwrap_err().help, "write 25%");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Percent(u8);

/// A number of pods from 0 to 2147483647, or a percentage of them.
///
/// In the API the number must be a number and the percentage a text; `Display` writes both alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IntOrPercent(Either);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Either {
    Int(u32),
    Percent(Percent),
}

/// The permissions of a file, 0 to 0o777.
///
/// As text it is octal and begins with `0` or `0o`, because `644` alone could mean the decimal number that the API
/// takes. As a number it is what the number says: `0o644` is 420. `Display` writes `0644`.
///
/// ```
/// use statefulapp_core::value::FileMode;
///
/// assert_eq!("0644".parse::<FileMode>()?.get(), 420);
/// assert_eq!(FileMode::try_from(0o400)?.to_string(), "0400");
/// assert_eq!(FileMode::try_from(644_i64).unwrap_err().help, "write 0o644");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileMode(u16);

impl Percent {
    /// For the macro's expansion: a number that was checked when the program was compiled.
    #[doc(hidden)]
    pub const fn __checked(percent: u8) -> Self {
        Self(percent)
    }

    /// The number of hundredths, 0 to 100.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// So much of a total, rounded up as a disruption budget rounds it.
    pub const fn of(self, total: u32) -> u32 {
        // At most the total, so the cast loses nothing.
        (self.0 as u64 * total as u64).div_ceil(100) as u32
    }
}

impl IntOrPercent {
    /// For the macro's expansion: a number that was checked when the program was compiled.
    #[doc(hidden)]
    pub const fn __checked_int(number: u32) -> Self {
        Self(Either::Int(number))
    }

    /// The number, unless it is a percentage.
    pub const fn as_int(self) -> Option<u32> {
        match self.0 {
            Either::Int(number) => Some(number),
            Either::Percent(_) => None,
        }
    }

    /// The percentage, unless it is a number.
    pub const fn as_percent(self) -> Option<Percent> {
        match self.0 {
            Either::Int(_) => None,
            Either::Percent(percent) => Some(percent),
        }
    }

    /// The number, or so much of a total, rounded up as a disruption budget rounds it.
    pub const fn of(self, total: u32) -> u32 {
        match self.0 {
            Either::Int(number) => number,
            Either::Percent(percent) => percent.of(total),
        }
    }

    /// From a percentage, also in constants.
    pub const fn from_percent(percent: Percent) -> Self {
        Self(Either::Percent(percent))
    }
}

impl FileMode {
    /// For the macro's expansion: a number that was checked when the program was compiled.
    #[doc(hidden)]
    pub const fn __checked(mode: u16) -> Self {
        Self(mode)
    }

    /// The number that the API takes: `0o644` is 420.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl FromStr for Percent {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let digits = text.strip_suffix('%').unwrap_or_default();
        if !is_digits(digits) {
            return Err(bad_percent(text));
        }
        match digits.parse() {
            Ok(percent @ 0..=100) => Ok(Self(percent)),
            _ => Err(error("percent-range", text, "is not a percentage: it is beyond 100%", "write 0% to 100%")),
        }
    }
}

#[cold]
fn bad_percent(text: &str) -> ValueError {
    let number: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let number = number.trim_end_matches('%').trim_end_matches("percent");
    let is_percent = is_digits(number) && number.parse::<u8>().is_ok_and(|percent| percent <= 100);
    let help = if is_percent { format!("write {number}%") } else { "write 0% to 100%".to_owned() };
    error("percent-invalid", text, "is not a percentage", help)
}

impl TryFrom<i64> for Percent {
    type Error = ValueError;

    fn try_from(percent: i64) -> Result<Self, ValueError> {
        match u8::try_from(percent) {
            Ok(percent @ 0..=100) => Ok(Self(percent)),
            _ => Err(error(
                "percent-range",
                &percent.to_string(),
                "is not a percentage from 0 to 100",
                "write 0% to 100%",
            )),
        }
    }
}

impl FromStr for IntOrPercent {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        if text.ends_with('%') {
            return text.parse().map(Self::from_percent);
        }
        if !is_digits(text) {
            let wrong = "is not a number or percentage";
            return Err(error(
                "count-invalid",
                text,
                wrong,
                "write a whole number such as 1, or a percentage such as 25%",
            ));
        }
        Self::try_from(text.parse::<i64>().unwrap_or(i64::MAX))
    }
}

impl TryFrom<i64> for IntOrPercent {
    type Error = ValueError;

    fn try_from(number: i64) -> Result<Self, ValueError> {
        match u32::try_from(number) {
            Ok(count) if i32::try_from(count).is_ok() => Ok(Self(Either::Int(count))),
            _ => {
                let help = "write a whole number from 0 to 2147483647, or a percentage such as 25%";
                Err(error("count-range", &number.to_string(), "is not a number from 0 to 2147483647", help))
            }
        }
    }
}

impl From<Percent> for IntOrPercent {
    fn from(percent: Percent) -> Self {
        Self::from_percent(percent)
    }
}

impl FromStr for FileMode {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let octal = text
            .strip_prefix("0o")
            .or_else(|| text.strip_prefix('0').map(|rest| if rest.is_empty() { "0" } else { rest }));
        let Some(octal) = octal.filter(|octal| !octal.is_empty() && octal.bytes().all(|b| matches!(b, b'0'..=b'7')))
        else {
            return Err(bad_mode(text));
        };
        match u16::from_str_radix(octal, 8) {
            Ok(mode @ 0..=0o777) => Ok(Self(mode)),
            _ => Err(error("file-mode-range", text, "is not a file mode: it is beyond 0o777", "write 0o000 to 0o777")),
        }
    }
}

#[cold]
fn bad_mode(text: &str) -> ValueError {
    let help = match u16::from_str_radix(text, 8) {
        Ok(0..=0o777) if is_digits(text) => format!("write 0o{text}"),
        _ => "write it in octal, for instance 0o644".to_owned(),
    };
    let wrong = if is_digits(text) { "is not a file mode: it is not written as octal" } else { "is not a file mode" };
    error("file-mode-invalid", text, wrong, help)
}

impl TryFrom<i64> for FileMode {
    type Error = ValueError;

    fn try_from(mode: i64) -> Result<Self, ValueError> {
        if let Ok(mode @ 0..=0o777) = u16::try_from(mode) {
            return Ok(Self(mode));
        }
        let text = mode.to_string();
        // 644 is what one writes who means 0o644.
        let help = match u16::from_str_radix(&text, 8) {
            Ok(0..=0o777) => format!("write 0o{text}"),
            _ => "write 0o000 to 0o777".to_owned(),
        };
        Err(error("file-mode-range", &text, "is not a file mode: it is not from 0 to 0o777 (511)", help))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

macro_rules! number_conversions {
    ($($name:ident),*) => {
        $(
            impl TryFrom<i32> for $name {
                type Error = ValueError;

                fn try_from(number: i32) -> Result<Self, ValueError> {
                    Self::try_from(i64::from(number))
                }
            }

            impl TryFrom<&str> for $name {
                type Error = ValueError;

                fn try_from(text: &str) -> Result<Self, ValueError> {
                    text.parse()
                }
            }

            impl TryFrom<String> for $name {
                type Error = ValueError;

                fn try_from(text: String) -> Result<Self, ValueError> {
                    text.parse()
                }
            }

            impl TryFrom<&String> for $name {
                type Error = ValueError;

                fn try_from(text: &String) -> Result<Self, ValueError> {
                    text.parse()
                }
            }
        )*
    };
}

number_conversions!(Percent, IntOrPercent, FileMode);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

impl fmt::Display for IntOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Either::Int(number) => number.fmt(f),
            Either::Percent(percent) => percent.fmt(f),
        }
    }
}

impl fmt::Display for FileMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}
