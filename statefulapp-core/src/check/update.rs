//! How a changed template reaches the pods.

use crate::finding::{Finding, Path};
use crate::model::{Update, Workload};
use crate::value::IntOrPercent;
use crate::view::View;

/// A partition below the last ordinal lets some pod have the new template.
pub(super) fn partition_unreached(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let Some(Update::Rolling { partition: Some(partition), .. }) = &app.update else { continue };
        let end = u64::from(app.first_ordinal()) + u64::from(app.replicas());
        if app.replicas() > 0 && u64::from(*partition) >= end && app.workload == Workload::StatefulSet {
            let at = Path::item(n);
            out.push(
                Finding::warning(
                    "partition-unreached",
                    at.key("update").key("partition"),
                    format!("no pod of `{}` gets a changed template: the last has the number {}", app.name, end - 1),
                )
                .help(format!("write {} or less", end - 1))
                .looked_at(at.key("replicas"))
                .looked_at(at.key("first_ordinal")),
            );
        }
    }
}

/// A StatefulApp's `max_unavailable` is not zero.
pub(super) fn max_unavailable_zero(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps().filter(|(_, app)| app.workload == Workload::StatefulSet) {
        let Some(Update::Rolling { max_unavailable: Some(most), .. }) = &app.update else { continue };
        if is_zero(most) {
            out.push(
                Finding::error(
                    "max-unavailable-zero",
                    Path::item(n).key("update").key("max_unavailable"),
                    "an update that may take no pod away cannot go on",
                )
                .help("write 1 or more"),
            );
        }
    }
}

/// A Deployment may take a pod away or add one, else it cannot go on.
pub(super) fn rolling_stuck(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps().filter(|(_, app)| app.workload == Workload::Deployment) {
        let Some(Update::Rolling { max_unavailable: Some(away), max_surge: Some(more), .. }) = &app.update else {
            continue;
        };
        if is_zero(away) && is_zero(more) {
            let at = Path::item(n).key("update");
            out.push(
                Finding::error(
                    "rolling-stuck",
                    at.key("max_unavailable"),
                    "`max_unavailable` and `max_surge` are both zero, so that an update cannot begin",
                )
                .help("write 1 or more for one of them")
                .also(at.key("max_surge"), "`max_surge` is declared"),
            );
        }
    }
}

fn is_zero(value: &IntOrPercent) -> bool {
    value.as_int() == Some(0) || value.as_percent().is_some_and(|percent| percent.get() == 0)
}
