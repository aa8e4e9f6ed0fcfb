use std::fmt;

/// The numbers at the beginning of an image's tag: 17 and 2 of `17.2-alpine`, 3, 6 and 4 of `v3.6.4`.
///
/// ```
/// use statefulapp_core::engine::VersionNumber;
///
/// let version = VersionNumber::of_tag("4.1.8-management").unwrap();
/// assert!(version.at_least(&[4, 1]) && !version.at_least(&[4, 2]));
/// // A short tag is the newest of its series.
/// assert!(VersionNumber::of_tag("4").unwrap().at_least(&[4, 2]));
/// assert_eq!(VersionNumber::of_tag("latest"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VersionNumber {
    /// Those that are there; the others are 0.
    numbers: [u32; MOST],
    count: usize,
}

/// No tag that is known has more numbers; further ones decide nothing.
const MOST: usize = 8;

impl VersionNumber {
    /// The numbers of a tag; `None` if it begins with none.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let digits = tag.strip_prefix('v').unwrap_or(tag);
        let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
        let mut version = Self::newest();
        let parts = digits.get(..end)?.split('.').map_while(|part| part.parse().ok());
        for (own, number) in version.numbers.iter_mut().zip(parts) {
            *own = number;
            version.count += 1;
        }
        (version.count > 0).then_some(version)
    }

    /// A version that is at least any other: what an image without a version is taken for.
    pub fn newest() -> Self {
        Self { numbers: [0; MOST], count: 0 }
    }

    fn numbers(&self) -> &[u32] {
        self.numbers.get(..self.count).unwrap_or_default()
    }

    /// The first number; 0 for [`Self::newest`].
    pub fn major(&self) -> u32 {
        self.numbers().first().copied().unwrap_or(0)
    }

    /// Whether it is this version or a later one. Numbers that the tag leaves out count as the newest there is.
    pub fn at_least(&self, numbers: &[u32]) -> bool {
        for (own, other) in self.numbers().iter().zip(numbers) {
            if own != other {
                return own > other;
            }
        }
        true
    }

    /// Whether it belongs to a series: 8.4.11 and 8 to 8.4, 8.0 not.
    pub fn is_of(&self, series: &[u32]) -> bool {
        self.numbers().iter().zip(series).all(|(own, other)| own == other)
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.numbers().iter().map(u32::to_string).collect();
        f.pad(&numbers.join("."))
    }
}
