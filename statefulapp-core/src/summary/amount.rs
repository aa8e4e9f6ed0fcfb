//! Amounts that are added up.

use crate::value::Quantity;
use std::fmt;
use std::ops::{Add, AddAssign, Mul};

/// An amount of CPU or bytes, exact in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount {
    milli: i128,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Cpu,
    Bytes,
}

const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];

impl Amount {
    pub(super) const fn zero(unit: Unit) -> Self {
        Self { milli: 0, unit }
    }

    /// The amount of a quantity; a text that is none is 0.
    pub(super) fn parse(text: &str, unit: Unit) -> Self {
        Self { milli: text.parse::<Quantity>().map_or(0, |quantity| quantity.milli()), unit }
    }

    /// The amount in thousandths of a CPU or of a byte.
    pub fn milli(self) -> i128 {
        self.milli
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.milli == 0
    }

    /// The amount as a Kubernetes quantity, exactly.
    pub fn quantity(self) -> String {
        match self.unit {
            Unit::Cpu => self.cpu(),
            // Less than a byte is no amount of bytes.
            Unit::Bytes => {
                let bytes = (self.milli + 999) / 1000;
                let (binary, decimal) = (exact(bytes, 1024), exact(bytes, 1000));
                let (number, suffix) = match binary.0 <= decimal.0 {
                    true => (binary.0, BINARY.get(binary.1)),
                    false => (decimal.0, DECIMAL.get(decimal.1)),
                };
                format!("{number}{}", suffix.unwrap_or(&""))
            }
        }
    }

    fn cpu(self) -> String {
        match self.milli % 1000 {
            0 => (self.milli / 1000).to_string(),
            _ => format!("{}m", self.milli),
        }
    }
}

/// The number in the largest unit in which it is whole, and which unit that is.
fn exact(bytes: i128, step: i128) -> (i128, usize) {
    let (mut number, mut unit) = (bytes, 0);
    while number != 0 && number % step == 0 && unit < BINARY.len() - 1 {
        number /= step;
        unit += 1;
    }
    (number, unit)
}

/// For people: exact up to four digits, else with one digit behind the point: `19.3Gi`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = self.quantity();
        if self.unit == Unit::Cpu || exact.chars().filter(char::is_ascii_digit).count() <= 4 {
            return f.pad(&exact);
        }
        let bytes = (self.milli + 999) / 1000;
        let mut step = 1;
        let mut suffixes = BINARY.iter();
        let mut suffix = suffixes.next();
        while bytes / step >= 1024 {
            let Some(next) = suffixes.next() else { break };
            suffix = Some(next);
            step *= 1024;
        }
        let tenths = (bytes * 10 + step / 2) / step;
        f.pad(&format!("{}.{}{}", tenths / 10, tenths % 10, suffix.unwrap_or(&"")))
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { milli: self.milli.saturating_add(other.milli), ..self }
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<u64> for Amount {
    type Output = Self;

    fn mul(self, times: u64) -> Self {
        Self { milli: self.milli.saturating_mul(times.into()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_for_programs_and_short_for_people() {
        let shown = |text: &str, unit| {
            let amount = Amount::parse(text, unit);
            (amount.quantity(), amount.to_string())
        };
        let same = |text: &str| (text.to_owned(), text.to_owned());
        assert_eq!(shown("1500m", Unit::Cpu), same("1500m"));
        assert_eq!(shown("2000m", Unit::Cpu), same("2"));
        assert_eq!(shown("1024Mi", Unit::Bytes), same("1Gi"));
        assert_eq!(shown("10G", Unit::Bytes), same("10G"));
        assert_eq!(shown("1.5Gi", Unit::Bytes), same("1536Mi"));
        assert_eq!(shown("0", Unit::Bytes), same("0"));
        let both = Amount::parse("10G", Unit::Bytes) + Amount::parse("10Gi", Unit::Bytes);
        assert_eq!((both.quantity().as_str(), both.to_string().as_str()), ("20251385Ki", "19.3Gi"));
        assert_eq!((Amount::parse("3Gi", Unit::Bytes) * 4).to_string(), "12Gi");
    }
}
