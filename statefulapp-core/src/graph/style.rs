//! Colours and lines, the same in every notation: dark on light.

use super::{Relation, Sort};

impl Sort {
    /// Of the box.
    pub(super) fn fill(self) -> &'static str {
        match self {
            Sort::Ingress => "#faf5ff",
            Sort::Service => "#ecfdf5",
            Sort::App => "#eff6ff",
            Sort::Job => "#fff7ed",
            Sort::Volume => "#f1f5f9",
            Sort::ConfigMap => "#ecfeff",
            Sort::Secret => "#fff1f2",
        }
    }

    /// Of its border.
    pub(super) fn stroke(self) -> &'static str {
        match self {
            Sort::Ingress => "#7e22ce",
            Sort::Service => "#047857",
            Sort::App => "#1d4ed8",
            Sort::Job => "#c2410c",
            Sort::Volume => "#475569",
            Sort::ConfigMap => "#0e7490",
            Sort::Secret => "#be123c",
        }
    }

    /// A word for style sheets.
    pub(super) fn class(self) -> &'static str {
        match self {
            Sort::Ingress => "ingress",
            Sort::Service => "service",
            Sort::App => "app",
            Sort::Job => "job",
            Sort::Volume => "volume",
            Sort::ConfigMap => "config",
            Sort::Secret => "secret",
        }
    }

    /// All of them.
    pub(super) const ALL: [Sort; 7] =
        [Sort::Ingress, Sort::Service, Sort::App, Sort::Job, Sort::Volume, Sort::ConfigMap, Sort::Secret];
}

impl Relation {
    /// Of the line.
    pub(super) fn colour(self) -> &'static str {
        match self {
            Relation::Routes => Sort::Ingress.stroke(),
            Relation::Selects => Sort::Service.stroke(),
            Relation::Connects | Relation::MayConnect => Sort::App.stroke(),
            Relation::BacksUp => Sort::Job.stroke(),
            Relation::Mounts => Sort::Volume.stroke(),
            Relation::Uses => "#9d174d",
        }
    }

    /// The lengths of the line's dashes and gaps; `None` for a whole line.
    pub(super) fn dashes(self) -> Option<&'static str> {
        match self {
            Relation::Routes | Relation::Selects | Relation::Connects | Relation::Mounts => None,
            Relation::MayConnect => Some("2 4"),
            Relation::BacksUp => Some("8 4"),
            Relation::Uses => Some("5 4"),
        }
    }
}
