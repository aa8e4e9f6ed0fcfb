//! Disruption budgets.

use crate::finding::{Finding, Path};
use crate::model::Disruption;
use crate::view::View;

/// A budget lets a node be drained some day.
pub(super) fn disruption_blocks(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let (Some(disruption), Some(full)) = (&app.disruption, view.completed_app(n)) else { continue };
        let replicas = full.replicas();
        if replicas == 0 {
            continue;
        }
        let (key, value) = match disruption {
            Disruption::MinAvailable(least) if least.of(replicas) >= replicas => ("min_available", least),
            Disruption::MaxUnavailable(most) if most.of(replicas) == 0 => ("max_unavailable", most),
            _ => continue,
        };
        let at = Path::item(n);
        let help = if replicas == 1 {
            "write `disruption: none`: a single pod cannot stay while its node goes".to_owned()
        } else {
            "write `disruption: { max_unavailable: 1 }`".to_owned()
        };
        out.push(
            Finding::warning(
                "disruption-blocks",
                at.key("disruption").key(key),
                format!("`{key}: {value}` of {replicas} keeps every pod: no node under one can ever be drained"),
            )
            .help(help)
            .looked_at(at.key("replicas")),
        );
    }
}
