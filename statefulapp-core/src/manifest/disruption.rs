//! PodDisruptionBudgets.

use super::index::Member;
use super::stateful_set::int_or_string;
use super::{Object, labels};
use crate::model::{Disruption, Stack};
use crate::value::KubernetesVersion;
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// The budget as declared; by default one pod may be away, and a single pod has none, since no node could be drained.
pub(super) fn budget(stack: &Stack, member: Member<'_, '_>) -> Option<Object> {
    let app = member.app;
    let (min_available, max_unavailable) = match &app.disruption {
        Some(Disruption::None) => return None,
        Some(Disruption::MinAvailable(value)) => (Some(int_or_string(value)), None),
        Some(Disruption::MaxUnavailable(value)) => (None, Some(int_or_string(value))),
        None if app.replicas() > 1 => (None, Some(IntOrString::Int(1))),
        None => return None,
    };
    let name = app.name.as_str();
    let object = PodDisruptionBudget {
        metadata: labels::metadata(stack, name, labels::of_app(stack, member), labels::Map::new()),
        spec: Some(PodDisruptionBudgetSpec {
            min_available,
            max_unavailable,
            selector: Some(labels::label_selector(name)),
            // A pod that never gets ready must not keep its node from being drained. Beta and on since 1.27.
            unhealthy_pod_eviction_policy: (stack.kubernetes() >= KubernetesVersion::new(1, 27))
                .then(|| "AlwaysAllow".to_owned()),
        }),
        ..Default::default()
    };
    Some(object.into())
}
