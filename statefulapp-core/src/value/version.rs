//! Versions of Kubernetes.

use super::error::{ValueError, error};
use std::fmt;
use std::str::FromStr;

/// A minor version of Kubernetes: `1.33`.
///
/// ```
/// use statefulapp_core::value::KubernetesVersion;
///
/// let version: KubernetesVersion = "1.30".parse()?;
/// assert!(version > KubernetesVersion::new(1, 9));
/// assert_eq!("v1.33.2".parse::<KubernetesVersion>().unwrap_err().help, "write 1.33");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KubernetesVersion {
    major: u16,
    minor: u16,
}

impl KubernetesVersion {
    /// A version.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// The first number.
    pub const fn major(self) -> u16 {
        self.major
    }

    /// The second number.
    pub const fn minor(self) -> u16 {
        self.minor
    }
}

impl FromStr for KubernetesVersion {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let version = text.split_once('.').and_then(|(major, minor)| Some(Self::new(number(major)?, number(minor)?)));
        version.ok_or_else(|| {
            let mut parts = text.trim().trim_start_matches(['v', 'V', '^', '~', '>', '=']).split('.').map(number);
            let help = match (parts.next().flatten(), parts.next().flatten()) {
                (Some(major), Some(minor)) => format!("write {major}.{minor}"),
                _ => "write the minor version, for instance 1.33".to_owned(),
            };
            error("kubernetes-version-invalid", text, "is not a version of Kubernetes", help)
        })
    }
}

/// A number without sign and leading zeros.
fn number(text: &str) -> Option<u16> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

impl TryFrom<&str> for KubernetesVersion {
    type Error = ValueError;

    fn try_from(text: &str) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl TryFrom<String> for KubernetesVersion {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl TryFrom<&String> for KubernetesVersion {
    type Error = ValueError;

    fn try_from(text: &String) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
