//! One object out of all: `statefulset/postgres`.

use crate::manifest::Object;
use std::fmt;
use std::str::FromStr;

/// The names that `kubectl` takes for a kind besides its own.
const SHORT: &[(&str, &str)] = &[
    ("sts", "statefulset"),
    ("deploy", "deployment"),
    ("svc", "service"),
    ("sa", "serviceaccount"),
    ("pdb", "poddisruptionbudget"),
    ("netpol", "networkpolicy"),
    ("cm", "configmap"),
    ("cj", "cronjob"),
    ("ing", "ingress"),
];

/// A kind and a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Only {
    kind: String,
    name: String,
}

impl Only {
    pub(super) fn is(&self, kind: &str, name: &str) -> bool {
        kind.eq_ignore_ascii_case(&self.kind) && name == self.name
    }

    pub(super) fn is_object(&self, object: &Object) -> bool {
        self.is(object.kind(), object.name())
    }
}

impl FromStr for Only {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((kind, name)) = text.split_once('/').filter(|(kind, name)| !kind.is_empty() && !name.is_empty())
        else {
            return Err("write the kind and the name, for instance statefulset/postgres".to_owned());
        };
        let kind = kind.to_ascii_lowercase();
        let full = SHORT.iter().find(|(short, _)| *short == kind).map_or(kind.as_str(), |(_, full)| full);
        Ok(Self { kind: full.to_owned(), name: name.to_owned() })
    }
}

impl fmt::Display for Only {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}
