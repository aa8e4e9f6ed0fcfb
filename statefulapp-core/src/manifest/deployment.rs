//! Deployments.

use super::container::{int32, seconds};
use super::stateful_set::int_or_string;
use super::{BuildError, labels, spec_of};
use crate::model::{App, Update};
use crate::value::IntOrPercent;
use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// The server's default, written out for the same reason as a StatefulSet's.
const QUARTER: &str = "25%";

/// A Deployment.
pub(super) fn deployment(
    app: &App,
    metadata: ObjectMeta,
    template: PodTemplateSpec,
) -> Result<apps::Deployment, BuildError> {
    if let Some(volume) = app.storage.first() {
        let message = format!("the volume `{}` would have to outlive its pod", volume.name);
        return Err(BuildError::new(app.workload.kind(), app.name.as_str(), message)
            .help("declare a StatefulApp, or write scratch instead of storage"));
    }
    Ok(apps::Deployment {
        metadata,
        spec: spec_of(apps::DeploymentSpec {
            replicas: Some(int32(app.replicas())),
            selector: labels::label_selector(app.name.as_str()),
            strategy: Some(strategy(app)?),
            min_ready_seconds: app.min_ready.as_ref().map(seconds).map(int32),
            revision_history_limit: app.revision_history.map(int32),
            template,
            ..Default::default()
        }),
        ..Default::default()
    })
}

fn strategy(app: &App) -> Result<apps::DeploymentStrategy, BuildError> {
    let amount = |value: Option<&IntOrPercent>| {
        Some(value.map_or_else(|| IntOrString::String(QUARTER.to_owned()), int_or_string))
    };
    let rolling = |surge, unavailable| apps::DeploymentStrategy {
        type_: Some("RollingUpdate".to_owned()),
        rolling_update: Some(apps::RollingUpdateDeployment {
            max_surge: amount(surge),
            max_unavailable: amount(unavailable),
        }),
    };
    match &app.update {
        None => Ok(rolling(None, None)),
        Some(Update::Rolling { max_surge, max_unavailable, .. }) => {
            Ok(rolling(max_surge.as_ref(), max_unavailable.as_ref()))
        }
        Some(Update::Recreate) => {
            Ok(apps::DeploymentStrategy { type_: Some("Recreate".to_owned()), rolling_update: None })
        }
        Some(Update::OnDelete) => Err(BuildError::new(
            app.workload.kind(),
            app.name.as_str(),
            "a Deployment cannot be updated by `on_delete`",
        )
        .help("write rolling or recreate")),
    }
}
