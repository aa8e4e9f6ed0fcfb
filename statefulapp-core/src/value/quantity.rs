//! Amounts as Kubernetes writes them: `500m`, `1.5`, `10Gi`, `1e3`.

use super::ValueError;
use super::error::error;
use super::text::text_conversions;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// Nothing beyond 2^63-1 (API reference: Quantity), in thousandths.
const MOST: u128 = (i64::MAX as u128) * 1000;
/// The decimal suffixes and their powers of ten.
const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];
/// The binary suffixes and their powers of two.
const BINARY: [(&str, u32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];

/// An amount: a number with an optional suffix, as the API's `Quantity`.
///
/// The amount is exact in thousandths, rounded up as the server rounds it (`1n` is `1m`). Two quantities are equal, and
/// ordered, by amount: `1Gi` equals `1024Mi`. `Display` writes what was written, without blanks around it.
///
/// Suffixes: `n u m k M G T P E` are powers of 1000, `Ki Mi Gi Ti Pi Ei` powers of 1024, `e3` or `E3` a power of ten.
///
/// # Errors
/// Texts that the server refuses, and those that it takes for another amount: a suffix without a number, an exponent
/// beyond 18, an amount beyond 2^63-1.
///
/// ```
/// use statefulapp_core::value::Quantity;
///
/// let gibibyte: Quantity = "1Gi".parse()?;
/// assert_eq!(gibibyte, "1024Mi".parse()?);
/// assert_eq!(gibibyte.milli(), 1_073_741_824_000);
/// assert_eq!("0.5".parse::<Quantity>()?.canonical(), "500m");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Quantity {
    text: Cow<'static, str>,
    milli: i128,
}

impl Quantity {
    /// Parses a text that lives as long as the program, without a copy of it.
    ///
    /// # Errors
    /// As `FromStr`: the rule that the text breaks.
    pub fn from_static(text: &'static str) -> Result<Self, ValueError> {
        let (text, milli) = parse(text)?;
        Ok(Self { text: Cow::Borrowed(text), milli })
    }

    /// For the macro's expansion: a text that was parsed when the program was compiled, and its [`milli`](Self::milli).
    #[doc(hidden)]
    pub const fn __checked(text: &'static str, milli: i128) -> Self {
        Self { text: Cow::Borrowed(text), milli }
    }

    /// The amount in thousandths, rounded up (away from zero) as the server rounds it.
    pub const fn milli(&self) -> i128 {
        self.milli
    }

    /// The amount in whole units, bytes for storage and memory, rounded up (away from zero).
    pub fn value_bytes(&self) -> i64 {
        let up = if self.milli < 0 { -999 } else { 999 };
        i64::try_from((self.milli + up) / 1000).unwrap_or(i64::MAX)
    }

    /// Whether the amount is a whole number.
    pub const fn is_whole(&self) -> bool {
        self.milli % 1000 == 0
    }

    /// The text that the server stores for this quantity.
    pub fn canonical(&self) -> Cow<'_, str> {
        let Some(parts) = Parts::of(&self.text) else { return Cow::Borrowed(&self.text) };
        if parts.server_keeps_text() { Cow::Borrowed(&self.text) } else { Cow::Owned(write(self.milli, parts.unit)) }
    }

    /// The sum, in the notation of the first amount; nothing beyond 2^63-1.
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        self.with_milli(self.milli + other.milli)
    }

    /// The amount so many times, in the same notation; nothing beyond 2^63-1.
    pub fn checked_mul(&self, times: u32) -> Option<Self> {
        self.with_milli(self.milli * i128::from(times))
    }

    fn with_milli(&self, milli: i128) -> Option<Self> {
        let unit = Parts::of(&self.text).map_or(Unit::Decimal(0), |parts| parts.unit);
        (milli.unsigned_abs() <= MOST).then(|| Self { text: Cow::Owned(write(milli, unit)), milli })
    }
}

text_conversions!(
    Quantity,
    |text: String| Quantity::try_from(text.as_str()),
    |text: &str| {
        let (text, milli) = parse(text)?;
        Ok(Quantity { text: Cow::Owned(text.to_owned()), milli })
    },
    text
);

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.milli == other.milli
    }
}

impl Eq for Quantity {}

impl Hash for Quantity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.milli.hash(state);
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.milli.cmp(&other.milli)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// A suffix from `n` to `E`: a power of ten.
    Decimal(i32),
    /// A suffix from `Ki` to `Ei`: a power of two.
    Binary(u32),
    /// `e3`: a power of ten. The server accepts any; beyond 18 it hangs or wraps.
    Exponent(i64),
}

/// A quantity taken apart; both runs of digits may be empty.
struct Parts<'a> {
    negative: bool,
    integer: &'a str,
    fraction: &'a str,
    unit: Unit,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (integer, rest) = digits(rest);
        let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), digits);
        Some(Self { negative, integer, fraction, unit: unit(suffix)? })
    }

    /// Whether the server keeps the text letter by letter, as it does with what looks canonical to its fast path.
    fn server_keeps_text(&self) -> bool {
        let integer = self.integer.trim_start_matches('0');
        let integer = if integer.is_empty() { "0" } else { integer };
        let count = integer.len() + self.fraction.len();
        let places = i64::try_from(self.fraction.len()).unwrap_or(i64::MAX);
        let scale = match self.unit {
            Unit::Binary(power) => {
                // Its estimate of the precision that is left in 64 bits.
                let fits = integer.len() + (power as usize) * 3 / 10 < 15;
                let eights = integer.parse::<u64>().is_ok_and(|value| value % 8 == 0);
                return fits && self.fraction.is_empty() && !eights;
            }
            Unit::Decimal(power) => i64::from(power) - places,
            Unit::Exponent(power) => power - places,
        };
        let digits = integer.bytes().chain(self.fraction.bytes());
        let zeros = digits.rev().take(3).filter(|digit| *digit == b'0').count();
        // Below thousandths the server rounds, and writes the result anew.
        count <= 18 && scale >= -3 && scale % 3 == 0 && zeros < 3 && !integer.starts_with('0')
    }
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

fn unit(suffix: &str) -> Option<Unit> {
    if let Some((_, power)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Some(Unit::Decimal(*power));
    }
    if let Some((_, power)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        return Some(Unit::Binary(*power));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let bare = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit());
    if is_number { exponent.parse().ok().map(Unit::Exponent) } else { None }
}

/// The server reads a quantity from its JSON text: blanks that JSON escapes stay, others are trimmed.
fn is_trimmed(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{2028}' | '\u{2029}')
}

fn parse(text: &str) -> Result<(&str, i128), ValueError> {
    let text = text.trim_matches(is_trimmed);
    let Some(parts) = Parts::of(text) else {
        return Err(error("quantity-invalid", text, "is not a Kubernetes quantity", help(text)));
    };
    if parts.integer.is_empty() && parts.fraction.is_empty() {
        return Err(error("quantity-no-number", text, "is a quantity without a number", number_help(text)));
    }
    let power = match parts.unit {
        Unit::Exponent(power) if !(-18..=18).contains(&power) => {
            let wrong = "has an exponent beyond 18, which the server wraps or hangs on";
            return Err(error("quantity-exponent", text, wrong, "write a suffix from n to E, or Ki to Ei"));
        }
        Unit::Exponent(power) => power as i32,
        Unit::Decimal(power) => power,
        Unit::Binary(_) => 0,
    };
    // Thousandths of the amount are the number times `factor`, divided by `divisor`; one of the two is 1.
    let (factor, divisor) = match parts.unit {
        Unit::Binary(power) => (1000_u128 << power, 1),
        _ => (ten_to(power + 3), ten_to(-power - 3)),
    };
    match thousandths(parts.integer, parts.fraction, factor, divisor) {
        Some(milli) if milli <= MOST => {
            let milli = milli as i128;
            Ok((text, if parts.negative { -milli } else { milli }))
        }
        _ => {
            let wrong = "is beyond 2^63-1, which the server caps or stores as another amount";
            Err(error("quantity-too-large", text, wrong, "write at most 7Ei or 9E"))
        }
    }
}

/// Ten to a power, or 1 for a negative one.
fn ten_to(power: i32) -> u128 {
    10_u128.pow(u32::try_from(power).unwrap_or(0))
}

/// The number times `factor` over `divisor`, rounded up. Exact for any number of digits: rounding up at every step of
/// Horner's scheme gives the same as rounding up once. `None` if it exceeds 128 bits.
fn thousandths(integer: &str, fraction: &str, factor: u128, divisor: u128) -> Option<u128> {
    let mut whole = 0_u128;
    for digit in integer.bytes() {
        whole = whole.checked_mul(10)?.checked_add(u128::from(digit - b'0'))?;
    }
    let part =
        fraction.bytes().rev().fold(0, |part: u128, digit| (factor * u128::from(digit - b'0') + part).div_ceil(10));
    Some(whole.checked_mul(factor)?.checked_add(part)?.div_ceil(divisor))
}

/// The canonical text of an amount in a notation (API reference: Quantity).
fn write(milli: i128, unit: Unit) -> String {
    if milli == 0 {
        return "0".to_owned();
    }
    if matches!(unit, Unit::Binary(_)) && milli % 1000 == 0 && milli.unsigned_abs() >= 1_024_000 {
        let mut value = milli / 1000;
        let mut suffix = "";
        for (name, _) in BINARY {
            if value % 1024 != 0 {
                break;
            }
            value /= 1024;
            suffix = name;
        }
        return format!("{value}{suffix}");
    }
    let (mut value, mut power) = (milli, -3_i32);
    while value % 1000 == 0 {
        value /= 1000;
        power += 3;
    }
    match unit {
        Unit::Exponent(_) if power == 0 => value.to_string(),
        Unit::Exponent(_) => format!("{value}e{power}"),
        _ => {
            let suffix = DECIMAL.iter().find(|(_, p)| *p == power).map_or("", |(name, _)| name);
            format!("{value}{suffix}")
        }
    }
}

const GENERAL_HELP: &str =
    "write a number with an optional suffix: m, k, M, G, T, P, E or Ki, Mi, Gi, Ti, Pi, Ei, for instance 500m or 10Gi";

/// What to write instead of a text that is no quantity.
#[cold]
fn help(text: &str) -> String {
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    // What is suggested has to be a quantity; to ask for more than its form would come back here.
    let is_quantity = |text: &str| Parts::of(text).is_some() && parse(text).is_ok();
    for candidate in [&compact, &compact.replace(',', ".")] {
        let candidate = candidate.trim_start_matches('+').trim_end_matches('.');
        if candidate != text && is_quantity(candidate) {
            return format!("write {candidate}");
        }
    }
    let start = compact.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(compact.len());
    let (number, suffix) = compact.split_at(start);
    let help = binary_or_decimal(suffix).map(|help| help.replace("{}", number));
    let help = help.filter(|help| help.split(' ').nth(1).is_some_and(is_quantity));
    help.unwrap_or_else(|| GENERAL_HELP.to_owned())
}

/// The same where processors are counted: what looks like mebibytes is a slip for thousandths.
#[cold]
pub(super) fn cpu_help(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let start = compact.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, suffix) = compact.split_at(start);
    let thousandths = ["mi", "mc", "mcpu", "mcore", "mcores", "milli", "millis", "millicpu", "millicores"];
    let candidate = format!("{number}m");
    (thousandths.contains(&suffix.to_ascii_lowercase().as_str()) && parse(&candidate).is_ok())
        .then(|| format!("write {candidate}"))
}

/// What units are meant by a suffix that is none; `{}` stands for the number.
fn binary_or_decimal(suffix: &str) -> Option<String> {
    let lower = suffix.to_ascii_lowercase();
    match lower.as_str() {
        "b" | "byte" | "bytes" => return Some("write {} (bytes have no suffix)".to_owned()),
        "c" | "cpu" | "cpus" | "core" | "cores" | "vcpu" => return Some("write {} (cpus have no suffix)".to_owned()),
        _ => {}
    }
    let letter = lower.chars().next()?;
    let (decimal, power) =
        DECIMAL.iter().find(|(name, power)| *power > 0 && name.to_ascii_lowercase().starts_with(letter))?;
    let (binary, bits) = BINARY.iter().find(|(name, _)| name.to_ascii_lowercase().starts_with(letter))?;
    match lower.get(1..)? {
        "i" | "ib" => Some(format!("write {{}}{binary}")),
        "" | "b" | "o" | "bit" | "bits" | "byte" | "bytes" | "ig" | "igs" => {
            Some(format!("write {{}}{decimal} (10^{power} bytes each) or {{}}{binary} (2^{bits})"))
        }
        _ => None,
    }
}

fn number_help(text: &str) -> String {
    let suffix = text.trim_start_matches(['+', '-', '.']);
    if suffix.is_empty() {
        "write 0, or the number".to_owned()
    } else {
        format!("write the number before it, for instance 1{suffix}")
    }
}

/// What was probably meant by a fraction of a byte: `512m` is a common slip for `512M`, and `0.1Gi` is nearly 103Mi.
pub(super) fn whole_bytes_help(quantity: &Quantity) -> String {
    let text = quantity.as_str();
    let millis = text.strip_suffix('m').filter(|number| !number.is_empty());
    if let Some((number, help)) = millis.zip(binary_or_decimal("m")) {
        return help.replace("{}", number);
    }
    let bytes = quantity.value_bytes().unsigned_abs();
    match Parts::of(text).map(|parts| parts.unit) {
        Some(Unit::Binary(power)) if power > 10 => {
            let smaller = BINARY.iter().rfind(|(_, bits)| *bits < power);
            let (suffix, bits) = smaller.copied().unwrap_or(("", 0));
            format!("write {}{suffix}", bytes.div_ceil(1 << bits))
        }
        _ => format!("write {bytes} (bytes)"),
    }
}
