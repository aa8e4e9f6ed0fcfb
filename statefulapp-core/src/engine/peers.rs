//! The names by which the pods of an app know each other.

use crate::model::{App, Stack};

/// The ordinals of an app's pods.
pub(super) fn ordinals(app: &App) -> std::ops::Range<u32> {
    let first = app.first_ordinal();
    first..first.saturating_add(app.replicas())
}

/// The host name of a pod: `<app>-<ordinal>.<service>.<namespace>.svc.<domain>`, or, if the stack declares no namespace,
/// `<app>-<ordinal>.<service>`, which resolves in whichever namespace the stack is applied to.
///
/// ```
/// use statefulapp_core::engine::host;
/// use statefulapp_core::model::{App, Stack, Workload};
///
/// let app = App::new(Workload::StatefulSet, "kafka".parse()?);
/// let stack = Stack::default();
/// assert_eq!(host(&stack, &app, 2), "kafka-2.kafka");
/// let stack = stack.in_namespace("queues")?;
/// assert_eq!(host(&stack, &app, 2), "kafka-2.kafka.queues.svc.cluster.local");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
pub fn host(stack: &Stack, app: &App, ordinal: u32) -> String {
    host_of(stack, app, &format!("{}-{ordinal}", app.name))
}

/// The host names of all pods of an app, in their order.
pub fn hosts(stack: &Stack, app: &App) -> Vec<String> {
    ordinals(app).map(|ordinal| host(stack, app, ordinal)).collect()
}

/// The host name of a pod of this name.
pub(super) fn host_of(stack: &Stack, app: &App, pod: &str) -> String {
    let service = app.service_name();
    match &stack.namespace {
        Some(namespace) => format!("{pod}.{service}.{namespace}.svc.{}", stack.cluster_domain()),
        None => format!("{pod}.{service}"),
    }
}

/// The full host name of a pod, which clients in other namespaces can resolve too. Without a declared namespace it refers to the
/// variable `POD_NAMESPACE`.
pub(super) fn full_host(stack: &Stack, app: &App, ordinal: u32) -> String {
    match &stack.namespace {
        Some(_) => host(stack, app, ordinal),
        None => {
            let (name, service, domain) = (&app.name, app.service_name(), stack.cluster_domain());
            format!("{name}-{ordinal}.{service}.$(POD_NAMESPACE).svc.{domain}")
        }
    }
}
