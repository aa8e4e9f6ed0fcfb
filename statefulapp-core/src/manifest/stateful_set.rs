//! StatefulSets.

use super::container::{int32, list, seconds};
use super::{BuildError, claim, labels, spec_of};
use crate::model::{App, PodManagement, Retain, Retention, Update};
use crate::value::IntOrPercent;
use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// A StatefulSet. What cannot be changed later, and what decides over data, is written out even where it is the default.
pub(super) fn stateful_set(
    app: &App,
    metadata: ObjectMeta,
    template: PodTemplateSpec,
) -> Result<apps::StatefulSet, BuildError> {
    let retain = app.retain.unwrap_or(Retain { when_deleted: Retention::Retain, when_scaled: Retention::Retain });
    Ok(apps::StatefulSet {
        metadata,
        spec: spec_of(apps::StatefulSetSpec {
            service_name: Some(app.service_name().to_owned()),
            replicas: Some(int32(app.replicas())),
            ordinals: app.first_ordinal.map(|start| apps::StatefulSetOrdinals { start: Some(int32(start)) }),
            selector: labels::label_selector(app.name.as_str()),
            pod_management_policy: Some(pod_management(app.pod_management)),
            update_strategy: Some(update_strategy(app)?),
            persistent_volume_claim_retention_policy: Some(apps::StatefulSetPersistentVolumeClaimRetentionPolicy {
                when_deleted: Some(retention(retain.when_deleted)),
                when_scaled: Some(retention(retain.when_scaled)),
            }),
            min_ready_seconds: app.min_ready.as_ref().map(seconds).map(int32),
            revision_history_limit: app.revision_history.map(int32),
            template,
            volume_claim_templates: list(app.storage.iter().map(claim::template).collect()),
        }),
        ..Default::default()
    })
}

/// A number or a percentage.
pub(super) fn int_or_string(value: &IntOrPercent) -> IntOrString {
    match value.as_int() {
        Some(number) => IntOrString::Int(int32(number)),
        None => IntOrString::String(value.to_string()),
    }
}

fn pod_management(policy: Option<PodManagement>) -> String {
    match policy {
        None | Some(PodManagement::OrderedReady) => "OrderedReady",
        Some(PodManagement::Parallel) => "Parallel",
    }
    .to_owned()
}

/// `rollingUpdate` is written out: what the server fills in belongs to nobody, and then no `apply` can change to `OnDelete`.
fn update_strategy(app: &App) -> Result<apps::StatefulSetUpdateStrategy, BuildError> {
    let rolling = |partition: Option<u32>, max_unavailable: Option<&IntOrPercent>| apps::StatefulSetUpdateStrategy {
        type_: Some("RollingUpdate".to_owned()),
        rolling_update: Some(apps::RollingUpdateStatefulSetStrategy {
            partition: Some(int32(partition.unwrap_or(0))),
            max_unavailable: max_unavailable.map(int_or_string),
        }),
    };
    match &app.update {
        None => Ok(rolling(None, None)),
        Some(Update::Rolling { partition, max_unavailable, .. }) => Ok(rolling(*partition, max_unavailable.as_ref())),
        Some(Update::OnDelete) => {
            Ok(apps::StatefulSetUpdateStrategy { type_: Some("OnDelete".to_owned()), rolling_update: None })
        }
        Some(Update::Recreate) => Err(BuildError::new(
            app.workload.kind(),
            app.name.as_str(),
            "a StatefulSet cannot be updated by `recreate`",
        )
        .help("write rolling or on_delete")),
    }
}

fn retention(retention: Retention) -> String {
    match retention {
        Retention::Retain => "Retain",
        Retention::Delete => "Delete",
    }
    .to_owned()
}
