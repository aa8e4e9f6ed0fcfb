//! Enumerations whose words are those of the language.

use super::{
    AccessMode, Concurrency, DnsPolicy, FsGroupChange, PodManagement, Protocol, PullPolicy, Retention, ServiceKind,
    Strength, TaintEffect,
};
use crate::value::{ValueError, suggest};

macro_rules! words {
    ($($type:ident $what:literal: $($word:ident)*;)*) => {
        $(impl $type {
            /// The words that the language has for it.
            pub const WORDS: &'static [(&'static str, Self)] = &[$((stringify!($word), $type::$word)),*];
        }

        impl std::str::FromStr for $type {
            type Err = ValueError;

            fn from_str(text: &str) -> Result<Self, ValueError> {
                read(text, $what, Self::WORDS)
            }
        })*
    };
}

words! {
    AccessMode "an access mode": ReadWriteOnce ReadWriteOncePod ReadOnlyMany ReadWriteMany;
    Concurrency "what to do with a run that has not ended": Allow Forbid Replace;
    DnsPolicy "a policy of DNS": ClusterFirst ClusterFirstWithHostNet Default None;
    FsGroupChange "when files get the group of the pod": OnRootMismatch Always;
    PodManagement "how pods start": OrderedReady Parallel;
    Protocol "a protocol": TCP UDP SCTP;
    PullPolicy "when an image is pulled": Always IfNotPresent Never;
    Retention "what happens to a claim": Retain Delete;
    ServiceKind "a type of Service": ClusterIP NodePort LoadBalancer ExternalName;
    Strength "a strength": Required Preferred;
    TaintEffect "an effect of a taint": NoSchedule PreferNoSchedule NoExecute;
}

fn read<T: Copy>(text: &str, what: &str, words: &[(&str, T)]) -> Result<T, ValueError> {
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    let help = match suggest(text, words.iter().map(|(word, _)| *word)) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("write one of {}", words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ")),
    };
    Err(ValueError { rule: "word-unknown", message: format!("{text:?} is not {what}"), help })
}
