//! Versions of images, and which of them can follow which on the same data.

use std::fmt;

/// The numbers at the front of an image's tag: `15.2-alpine` is 15.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    pub(super) major: u32,
    pub(super) minor: Option<u32>,
    pub(super) patch: Option<u32>,
}

impl Version {
    /// `None` for a tag that does not say, such as `latest`.
    pub(super) fn of_tag(tag: &str) -> Option<Version> {
        // `timescaledb:2.17-pg16`: what counts is the version of PostgreSQL.
        let numbers = match tag.split('-').find_map(|part| part.strip_prefix("pg")) {
            Some(major) if major.starts_with(|c: char| c.is_ascii_digit()) => major,
            _ => tag.strip_prefix('v').unwrap_or(tag),
        };
        let numbers = numbers.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
        let mut parts = numbers.split('.');
        let major = parts.next()?.parse().ok()?;
        let mut number = || parts.next().and_then(|part| part.parse().ok());
        Some(Version { major, minor: number(), patch: number() })
    }
}

impl Version {
    /// Whether the numbers that both say are earlier than those of the other.
    fn is_earlier(self, other: Version) -> bool {
        let said = [(self.minor, other.minor), (self.patch, other.patch)];
        let known = said.into_iter().map_while(|(mine, theirs)| mine.zip(theirs));
        let both = std::iter::once((self.major, other.major)).chain(known);
        both.map(|(mine, theirs)| mine.cmp(&theirs)).find(|order| order.is_ne()) == Some(std::cmp::Ordering::Less)
    }
}

/// `15.2`; what comes behind does not decide.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minor {
            Some(minor) => write!(f, "{}.{minor}", self.major),
            None => write!(f, "{}", self.major),
        }
    }
}

/// Which versions can start on the data of which others.
#[derive(Debug, Clone, Copy)]
pub(super) enum Compatibility {
    /// Only versions of one series read the same data directory.
    WithinSeries,
    /// From one series to the next, not further and not back.
    NextSeries,
    /// Any later version.
    Later,
}

/// How a version follows another on the same data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The same series: no question of data.
    Same,
    /// Reads the data and converts it: there is no way back.
    Upgrade,
    /// Reads the data only after the series between have run on it.
    Skip,
    /// Never reads the data.
    Foreign,
    /// Never reads the data of a later version.
    Downgrade,
}

/// The series of an engine's versions, counted so that the next series is one more; `None` if a tag does not say.
pub(super) type Series = fn(Version) -> Option<u32>;

/// Whether an earlier version starts on the data of a later one of the same series.
pub(super) type Back = fn(old: Version, new: Version) -> bool;

impl Compatibility {
    /// `None` if a tag does not say enough.
    pub(super) fn step(self, series: Series, back: Back, old: Version, new: Version) -> Option<Step> {
        let (before, after) = (series(old)?, series(new)?);
        Some(match self {
            _ if before == after && new.is_earlier(old) && !back(old, new) => Step::Downgrade,
            _ if before == after => Step::Same,
            _ if before > after => Step::Downgrade,
            Compatibility::WithinSeries => Step::Foreign,
            Compatibility::NextSeries if after > before + 1 => Step::Skip,
            _ => Step::Upgrade,
        })
    }
}

/// Each major version is a series.
pub(super) fn by_major(version: Version) -> Option<u32> {
    Some(version.major)
}

/// Each minor version is a series.
pub(super) fn by_minor(version: Version) -> Option<u32> {
    Some(version.major * 1000 + version.minor?)
}

/// PostgreSQL: the major version; before 10 it had two numbers.
pub(super) fn postgres(version: Version) -> Option<u32> {
    if version.major >= 10 { Some(version.major * 100) } else { Some(version.major * 100 + version.minor?) }
}

/// The position in a list of long-term series; a version between two of them leads to the later one.
fn position(series: &[(u32, u32)], version: Version) -> Option<u32> {
    let number = (version.major, version.minor?);
    match (0..).zip(series).find(|(_, entry)| **entry >= number) {
        Some((position, _)) => Some(position),
        None => Some(u32::try_from(series.len()).ok()? + version.major.saturating_sub(series.last()?.0)),
    }
}

/// MySQL: long-term series; innovation releases lead to the next one (MySQL manual, "Upgrade Paths").
pub(super) fn mysql(version: Version) -> Option<u32> {
    position(&[(5, 5), (5, 6), (5, 7), (8, 0), (8, 4), (9, 7)], version)
}

/// MongoDB: up to 4.4 each even minor version, from 5.0 on each major one.
pub(super) fn mongo(version: Version) -> Option<u32> {
    if version.major >= 5 {
        return Some(version.major + 1);
    }
    position(&[(3, 2), (3, 4), (3, 6), (4, 0), (4, 2), (4, 4)], version)
}

/// Cassandra: 2.1, 2.2, 3, 4, 5.
pub(super) fn cassandra(version: Version) -> Option<u32> {
    if version.major >= 3 { Some(version.major) } else { version.minor }
}

/// RabbitMQ: each minor version of 3 up to 3.13, then 4 as a whole.
pub(super) fn rabbitmq(version: Version) -> Option<u32> {
    if version.major <= 3 { version.minor } else { Some(10 + version.major) }
}

/// etcd: each minor version.
pub(super) fn etcd(version: Version) -> Option<u32> {
    Some(version.major * 100 + version.minor?)
}

/// Confluent's numbers are four above those of Apache Kafka: 7 is 3, 8 is 4.
pub(super) fn confluent(version: Version) -> Version {
    Version { major: version.major.saturating_sub(4), ..version }
}

/// Kafka: 4 starts on the data of 3.3 and later only, and knows no ZooKeeper.
pub(super) fn kafka(version: Version) -> Option<u32> {
    Some(match (version.major, version.minor) {
        (0..=2, _) | (3, Some(0..=2)) => 0,
        (3, Some(_)) => 1,
        (3, None) => return None,
        (major, _) => major - 2,
    })
}

/// Any earlier version of the series.
pub(super) fn any(_: Version, _: Version) -> bool {
    true
}

/// No earlier version, be it by its last number.
pub(super) fn never(_: Version, _: Version) -> bool {
    false
}

/// Only versions that differ in their last number.
pub(super) fn same_minor(old: Version, new: Version) -> bool {
    (old.major, old.minor) == (new.major, new.minor)
}

/// MySQL: only within a long-term series that began as one.
pub(super) fn mysql_back(old: Version, new: Version) -> bool {
    same_minor(old, new) && matches!((old.major, old.minor), (8, Some(4)) | (9, Some(7)))
}
