//! Environment variables.

use crate::model::{EnvFrom, EnvValue, EnvVar, Source};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// A variable. The order of variables is kept, since `$(NAME)` sees only those before it.
pub(super) fn variable(var: &EnvVar) -> core::EnvVar {
    let mut source = core::EnvVarSource::default();
    match &var.value {
        EnvValue::Text(text) => {
            return core::EnvVar { name: var.name.to_string(), value: Some(text.clone()), ..Default::default() };
        }
        EnvValue::SecretKey(key) => {
            source.secret_key_ref = Some(core::SecretKeySelector {
                name: key.name.to_string(),
                key: key.key.to_string(),
                optional: key.optional.then_some(true),
            });
        }
        EnvValue::ConfigKey(key) => {
            source.config_map_key_ref = Some(core::ConfigMapKeySelector {
                name: key.name.to_string(),
                key: key.key.to_string(),
                optional: key.optional.then_some(true),
            });
        }
        EnvValue::Field(path) => {
            source.field_ref =
                Some(core::ObjectFieldSelector { field_path: path.as_str().to_owned(), ..Default::default() });
        }
        EnvValue::Resource { resource, divisor } => {
            source.resource_field_ref = Some(core::ResourceFieldSelector {
                resource: resource.clone(),
                divisor: divisor.as_ref().map(|divisor| Quantity(divisor.as_str().to_owned())),
                ..Default::default()
            });
        }
    }
    core::EnvVar { name: var.name.to_string(), value_from: Some(source), ..Default::default() }
}

/// Every key of a ConfigMap or Secret.
pub(super) fn all_keys(from: &EnvFrom) -> core::EnvFromSource {
    let optional = from.optional.then_some(true);
    let mut source =
        core::EnvFromSource { prefix: from.prefix.as_ref().map(ToString::to_string), ..Default::default() };
    match &from.source {
        Source::ConfigMap(name) => {
            source.config_map_ref = Some(core::ConfigMapEnvSource { name: name.to_string(), optional });
        }
        Source::Secret(name) => {
            source.secret_ref = Some(core::SecretEnvSource { name: name.to_string(), optional });
        }
    }
    source
}
