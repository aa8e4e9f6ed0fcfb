//! Names of pods and claims, and how to say them.

use std::ops::Range;

use serde_json::Value;

use crate::plan::object::{Object, at, list, text};

/// More names than this are not spelled out.
const MANY: i64 = 12;

/// What of a StatefulSet decides which pods it has and which of them restart.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Set<'a> {
    pub(in crate::plan) object: Object<'a>,
    pub(in crate::plan) ordinals: Range<i64>,
    pub(in crate::plan) on_delete: bool,
    /// Pods below this ordinal keep the earlier template.
    pub(in crate::plan) partition: i64,
    pub(in crate::plan) parallel: bool,
    pub(in crate::plan) deletes_claims_when_scaled: bool,
    pub(in crate::plan) deletes_claims_when_deleted: bool,
    /// The names of the volume claim templates.
    pub(in crate::plan) claims: Vec<&'a str>,
}

impl<'a> Set<'a> {
    pub(in crate::plan) fn new(object: Object<'a>) -> Set<'a> {
        let spec = object.value.get("spec").unwrap_or(&Value::Null);
        let number = |path: &[&str]| at(spec, path).and_then(Value::as_i64);
        let says = |path: &[&str], word: &str| at(spec, path).and_then(Value::as_str) == Some(word);
        let start = number(&["ordinals", "start"]).unwrap_or(0).clamp(0, i32::MAX.into());
        let replicas = number(&["replicas"]).unwrap_or(1).clamp(0, i32::MAX.into());
        let partition = number(&["updateStrategy", "rollingUpdate", "partition"]).unwrap_or(0);
        let templates = list(spec, &["volumeClaimTemplates"]);
        Set {
            object,
            ordinals: start..start + replicas,
            on_delete: says(&["updateStrategy", "type"], "OnDelete"),
            // The controller counts from the first ordinal.
            partition: start.saturating_add(partition.max(0)),
            parallel: says(&["podManagementPolicy"], "Parallel"),
            deletes_claims_when_scaled: says(&["persistentVolumeClaimRetentionPolicy", "whenScaled"], "Delete"),
            deletes_claims_when_deleted: says(&["persistentVolumeClaimRetentionPolicy", "whenDeleted"], "Delete"),
            claims: templates.iter().filter_map(|claim| text(claim.get("metadata")?, "name")).collect(),
        }
    }

    /// `postgres-0, postgres-1, postgres-2`.
    pub(in crate::plan) fn pods(&self, ordinals: &Range<i64>) -> String {
        spelled(self.object.name, ordinals.clone(), ordinals.end - ordinals.start)
    }

    /// `postgres-2, postgres-1, postgres-0`: the order in which pods are stopped and restarted.
    pub(in crate::plan) fn pods_from_last(&self, ordinals: &Range<i64>) -> String {
        spelled(self.object.name, ordinals.clone().rev(), ordinals.end - ordinals.start)
    }

    /// `data-postgres-0, data-postgres-1`.
    pub(in crate::plan) fn claims(&self, ordinals: &Range<i64>) -> String {
        self.claims.iter().map(|claim| self.claims_of(claim, ordinals)).collect::<Vec<_>>().join(", ")
    }

    /// The claims that one template made.
    pub(in crate::plan) fn claims_of(&self, template: &str, ordinals: &Range<i64>) -> String {
        spelled(&format!("{template}-{}", self.object.name), ordinals.clone(), ordinals.end - ordinals.start)
    }
}

fn spelled(stem: &str, mut ordinals: impl DoubleEndedIterator<Item = i64>, count: i64) -> String {
    if count <= MANY {
        return ordinals.map(|ordinal| format!("{stem}-{ordinal}")).collect::<Vec<_>>().join(", ");
    }
    let (first, last) = (ordinals.next().unwrap_or_default(), ordinals.next_back().unwrap_or_default());
    format!("{stem}-{first}, … {stem}-{last} ({count} in all)")
}

/// The ordinals in both ranges.
pub(in crate::plan) fn common(a: &Range<i64>, b: &Range<i64>) -> Range<i64> {
    let start = a.start.max(b.start);
    start..a.end.min(b.end).max(start)
}

/// The ordinals of the first range that are not in the second: a piece before and a piece behind it.
pub(in crate::plan) fn without(a: &Range<i64>, b: &Range<i64>) -> Vec<Range<i64>> {
    let pieces =
        if b.is_empty() { vec![a.clone()] } else { vec![a.start..a.end.min(b.start), a.start.max(b.end)..a.end] };
    pieces.into_iter().filter(|piece| !piece.is_empty()).collect()
}
