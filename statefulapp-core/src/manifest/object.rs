use super::labels::NAME;
use k8s_openapi::Resource;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{ConfigMap, Secret, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! object {
    ($($(#[$doc:meta])* $kind:ident,)*) => {
        /// A Kubernetes object: one of the types of `k8s-openapi`, or any other as JSON.
        ///
        /// `From` makes one of each type, `TryFrom` gets it out again. `Debug` names the object and shows no data.
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Object {
            $($(#[$doc])* $kind(Box<$kind>),)*
            /// Any other object, with `apiVersion`, `kind` and `metadata.name`.
            Raw(serde_json::Value),
        }

        impl Object {
            /// `StatefulSet`, `Service`, …
            pub fn kind(&self) -> &str {
                match self {
                    $(Object::$kind(_) => <$kind as Resource>::KIND,)*
                    Object::Raw(value) => text(value.get("kind")),
                }
            }

            /// `v1`, `apps/v1`, …
            pub fn api_version(&self) -> &str {
                match self {
                    $(Object::$kind(_) => <$kind as Resource>::API_VERSION,)*
                    Object::Raw(value) => text(value.get("apiVersion")),
                }
            }

            /// The metadata; `None` for a raw object.
            pub fn metadata(&self) -> Option<&ObjectMeta> {
                match self {
                    $(Object::$kind(object) => Some(&object.metadata),)*
                    Object::Raw(_) => None,
                }
            }
        }

        impl Serialize for Object {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Object::$kind(object) => object.serialize(serializer),)*
                    Object::Raw(value) => value.serialize(serializer),
                }
            }
        }

        $(
            impl From<$kind> for Object {
                fn from(object: $kind) -> Self {
                    Object::$kind(Box::new(object))
                }
            }

            impl TryFrom<Object> for $kind {
                type Error = Object;

                fn try_from(object: Object) -> Result<Self, Object> {
                    match object {
                        Object::$kind(object) => Ok(*object),
                        other => Err(other),
                    }
                }
            }
        )*
    };
}

object! {
    /// The pods of a `StatefulApp`.
    StatefulSet,
    /// The pods of an `App`.
    Deployment,
    /// A Service.
    Service,
    /// A ServiceAccount.
    ServiceAccount,
    /// A PodDisruptionBudget.
    PodDisruptionBudget,
    /// A NetworkPolicy.
    NetworkPolicy,
    /// A ConfigMap.
    ConfigMap,
    /// A Secret, with its values.
    Secret,
    /// A Job.
    Job,
    /// A CronJob.
    CronJob,
    /// An Ingress.
    Ingress,
}

impl Object {
    /// `metadata.name`.
    pub fn name(&self) -> &str {
        match (self.metadata(), self) {
            (Some(meta), _) => meta.name.as_deref().unwrap_or_default(),
            (None, Object::Raw(value)) => text(value.pointer("/metadata/name")),
            (None, _) => "",
        }
    }

    /// `metadata.namespace`, if the stack names one and the kind has one.
    pub fn namespace(&self) -> Option<&str> {
        match (self.metadata(), self) {
            (Some(meta), _) => meta.namespace.as_deref(),
            (None, Object::Raw(value)) => value.pointer("/metadata/namespace").and_then(|value| value.as_str()),
            (None, _) => None,
        }
    }

    /// The app whose pods the object runs, selects or (a ServiceAccount) is there for; `None` for what serves several.
    pub fn app(&self) -> Option<&str> {
        let name = match self {
            Object::StatefulSet(_) | Object::Deployment(_) => return Some(self.name()),
            Object::ServiceAccount(account) => account.metadata.labels.as_ref()?.get(NAME),
            Object::Service(service) => service.spec.as_ref()?.selector.as_ref()?.get(NAME),
            Object::PodDisruptionBudget(budget) => {
                budget.spec.as_ref()?.selector.as_ref()?.match_labels.as_ref()?.get(NAME)
            }
            Object::NetworkPolicy(policy) => {
                policy.spec.as_ref()?.pod_selector.as_ref()?.match_labels.as_ref()?.get(NAME)
            }
            _ => None,
        };
        name.map(String::as_str)
    }

    /// Whether it holds secret values, so that no log and no other user may see it.
    pub fn is_secret(&self) -> bool {
        self.kind() == Secret::KIND && self.api_version() == Secret::API_VERSION
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.name())
    }
}

fn text(value: Option<&serde_json::Value>) -> &str {
    value.and_then(|value| value.as_str()).unwrap_or_default()
}
