//! One field of a cron schedule.

use super::super::error::{ValueError, error};

/// The five fields, in order.
pub(super) const FIELDS: [&Field; 5] = [&MINUTE, &HOUR, &DAY, &MONTH, &WEEKDAY];

const MINUTE: Field = Field { name: "minute", min: 0, max: 59, words: &[] };
const HOUR: Field = Field { name: "hour", min: 0, max: 23, words: &[] };
const DAY: Field = Field { name: "day of month", min: 1, max: 31, words: &[] };
const MONTH: Field = Field {
    name: "month",
    min: 1,
    max: 12,
    words: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAY: Field =
    Field { name: "weekday", min: 0, max: 6, words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

pub(super) struct Field {
    name: &'static str,
    min: u8,
    max: u8,
    /// What stands for the numbers from `min` on.
    words: &'static [&'static str],
}

/// The numbers that a field stands for.
#[derive(Clone, Copy, Default)]
pub(super) struct Set {
    bits: u64,
    /// Whether the field is taken for "any"; it decides how the two fields of days are combined.
    pub(super) is_star: bool,
}

impl Set {
    pub(super) fn has(self, number: u8) -> bool {
        self.bits >> number & 1 == 1
    }

    pub(super) fn is_empty(self) -> bool {
        self.bits == 0
    }
}

/// What is wrong with one item of a field.
enum Fault {
    /// Not a number, nor a word of the field.
    NotANumber(String),
    OutOfRange(i64),
    WrapsAround(u8, u8),
    TooManySigns(char),
    NoStep(String),
}

impl Field {
    /// The numbers of the field. `odd` gets the first item that the server accepts and takes for something else.
    pub(super) fn parse(&self, schedule: &str, field: &str, odd: &mut Option<ValueError>) -> Result<Set, ValueError> {
        let mut set = Set::default();
        // The server skips empty items.
        for item in field.split(',').filter(|item| !item.is_empty()) {
            let part = self.item(schedule, item, odd).map_err(|fault| self.fault(schedule, item, &fault))?;
            set.bits |= part.bits;
            set.is_star |= part.is_star;
        }
        Ok(set)
    }

    fn item(&self, schedule: &str, item: &str, odd: &mut Option<ValueError>) -> Result<Set, Fault> {
        let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
        let (low, high) = range.split_once('-').map_or((range, None), |(low, high)| (low, Some(high)));
        let any = matches!(low, "*" | "?");
        let (start, mut end) = match (any, high) {
            (true, high) => {
                if high.is_some() {
                    odd.get_or_insert_with(|| self.star_range(schedule, range));
                }
                (i64::from(self.min), i64::from(self.max))
            }
            (false, None) => self.number(low).map(|number| (number, number))?,
            (false, Some(high)) if high.contains('-') => return Err(Fault::TooManySigns('-')),
            (false, Some(high)) => (self.number(low)?, self.number(high)?),
        };
        let step = match step {
            None => 1,
            Some(step) if step.contains('/') => return Err(Fault::TooManySigns('/')),
            Some(step) => {
                if high.is_none() {
                    end = i64::from(self.max);
                }
                match step.parse::<i64>() {
                    Ok(step) if step > 0 => step,
                    _ => return Err(Fault::NoStep(step.to_owned())),
                }
            }
        };
        let (start, end) = (self.in_range(start)?, self.in_range(end)?);
        if start > end {
            return Err(Fault::WrapsAround(start, end));
        }
        // A step of the whole range, such as */60, is a harmless way to write its first number.
        if step > i64::from(self.max - self.min) + 1 {
            odd.get_or_insert_with(|| self.step_too_large(schedule, item, start));
        }
        let step = usize::try_from(step).unwrap_or(usize::MAX);
        let bits = (start..=end).step_by(step).fold(0, |bits, number| bits | 1 << number);
        Ok(Set { bits, is_star: any && step == 1 })
    }

    fn number(&self, text: &str) -> Result<i64, Fault> {
        let word = self.words.iter().position(|word| word.eq_ignore_ascii_case(text));
        if let Some(number) = word.and_then(|at| u8::try_from(at).ok()) {
            return Ok(i64::from(number + self.min));
        }
        // A sign is allowed, as in the server's parser; a negative number fails by its range.
        text.parse().map_err(|_| Fault::NotANumber(text.to_owned()))
    }

    fn in_range(&self, number: i64) -> Result<u8, Fault> {
        u8::try_from(number)
            .ok()
            .filter(|number| (self.min..=self.max).contains(number))
            .ok_or(Fault::OutOfRange(number))
    }

    #[cold]
    fn star_range(&self, schedule: &str, range: &str) -> ValueError {
        let wrong = format_args!("is not what it says: the server reads the {} {range:?} as \"*\"", self.name);
        let (_, high) = range.split_once('-').unwrap_or_default();
        let help = format!("write \"*\", or a range such as \"{}-{high}\"", self.min);
        error("cron-star-range", schedule, wrong, help)
    }

    #[cold]
    fn step_too_large(&self, schedule: &str, item: &str, start: u8) -> ValueError {
        let wrong = format_args!(
            "is not what it says: the step of the {} {item:?} leaves its range, so that it means {start} alone",
            self.name
        );
        let most = self.max - self.min + 1;
        error("cron-step-too-large", schedule, wrong, format!("write \"{start}\", or a step of at most {most}"))
    }

    #[cold]
    fn fault(&self, schedule: &str, item: &str, fault: &Fault) -> ValueError {
        let Self { name, min, max, words } = self;
        let (first, last) = (words.first(), words.last());
        let range = match (first, last) {
            (Some(first), Some(last)) => format!("{min} to {max} or {first} to {last}"),
            _ => format!("{min} to {max}"),
        };
        match fault {
            Fault::OutOfRange(7) if *name == WEEKDAY.name => {
                let wrong = "is not a schedule: the weekday 7 is beyond 0 to 6";
                error(
                    "cron-field-range",
                    schedule,
                    wrong,
                    "write 0 or sun for Sunday, and for a range that ends with it, for instance \"1-6,0\"",
                )
            }
            Fault::OutOfRange(number) => {
                let wrong = format_args!("is not a schedule: the {name} {number} is not from {min} to {max}");
                error("cron-field-range", schedule, wrong, format!("write {range}"))
            }
            Fault::WrapsAround(start, end) => {
                let wrong = format_args!("is not a schedule: the range of the {name} {item:?} ends before it begins");
                error("cron-field-range", schedule, wrong, format!("write \"{start}-{max},{min}-{end}\""))
            }
            Fault::TooManySigns(sign) => {
                let wrong = format_args!("is not a schedule: the {name} {item:?} has more than one '{sign}'");
                error(
                    "cron-field-invalid",
                    schedule,
                    wrong,
                    "write a number, a range or a list, with an optional /step",
                )
            }
            Fault::NoStep(step) => {
                let wrong = format_args!("is not a schedule: the step {step:?} of the {name} is not a number from 1");
                error("cron-field-invalid", schedule, wrong, "write for instance \"*/5\"")
            }
            Fault::NotANumber(text) => {
                let wrong = format_args!("is not a schedule: {text:?} is not a {name}");
                let is_word = text.bytes().all(|b| b.is_ascii_alphabetic());
                let short = text.get(..3).filter(|_| is_word);
                let short = short.and_then(|short| words.iter().find(|word| word.eq_ignore_ascii_case(short)));
                let help = match short {
                    Some(word) => format!("write {word:?}"),
                    None if text.contains(['L', 'W', '#', 'H', '~']) => {
                        format!("write {range}; L, W, #, H and ~ of other programs are not understood")
                    }
                    None => format!("write {range}"),
                };
                error("cron-field-invalid", schedule, wrong, help)
            }
        }
    }
}
