//! An app and everything that it brings.

use super::index::Member;
use super::pod::Parts;
use super::{
    BuildError, Index, Object, PatchTarget, checksum, container, deployment, disruption, labels, network_policy, pod,
    scheduling, service, service_account, start_order, stateful_set,
};
use crate::model::{App, Workload};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::HashMap;

/// Where an exception from PodSecurity "restricted" gives its reason, on the workload.
pub(crate) const BECAUSE: &str = "statefulapp.dev/security-because";

/// The grace period where neither the app nor its engine says one: the server's.
const GRACE: i64 = 30;

/// Which item makes an object that several bring, so that two apps with one ServiceAccount do not both make it.
#[derive(Default)]
pub(super) struct Made {
    accounts: HashMap<String, ItemId>,
    services: HashMap<String, ItemId>,
}

/// The position of a declared item, and that of one that comes with it, from 1 on.
pub(super) type ItemId = (usize, usize);

impl Made {
    /// Whether the ServiceAccount is this item's to make: the first that asks makes it, however often it asks.
    pub(super) fn account(&mut self, name: &str, item: ItemId) -> bool {
        *self.accounts.entry(name.to_owned()).or_insert(item) == item
    }

    fn service(&mut self, name: &str, item: ItemId) -> bool {
        *self.services.entry(name.to_owned()).or_insert(item) == item
    }
}

/// The objects of an app, in the order in which a cluster should meet them.
pub(super) fn objects<'a>(
    index: &Index<'a>,
    (id, app): (ItemId, &'a App),
    made: &mut Made,
    out: &mut Vec<Object>,
) -> Result<(), BuildError> {
    let groups = &index.groups(app);
    let member = Member { app, groups };
    let stack = index.stack;
    let account = app.account_name();
    if service_account::is_own(index, account) && made.account(account, id) {
        out.push(service_account::own(stack, account, labels::of_app(stack, member)));
    }
    if let Some((name, service)) = service::own(stack, member)
        && !index.has_service(name)
        && made.service(name, id)
    {
        out.push(service().into());
    }
    out.extend(disruption::budget(stack, member));
    out.extend(network_policy::of_app(stack, member));
    out.push(workload(index, member)?);
    Ok(())
}

fn workload<'a>(index: &Index<'a>, member: Member<'a, '_>) -> Result<Object, BuildError> {
    let app = member.app;
    let template = template(index, member)?;
    let mut workload_labels = labels::of_app(index.stack, member);
    labels::add_version(&mut workload_labels, member);
    let mut annotations = labels::app_annotations(member);
    if let Some(because) = &app.security.because {
        annotations.insert(BECAUSE.to_owned(), because.clone());
    }
    let metadata = labels::metadata(index.stack, app.name.as_str(), workload_labels, annotations);
    Ok(match app.workload {
        Workload::StatefulSet => {
            let mut object = stateful_set::stateful_set(app, metadata, template)?;
            app.patch.apply(&mut PatchTarget::StatefulSet(&mut object));
            object.into()
        }
        Workload::Deployment => {
            let mut object = deployment::deployment(app, metadata, template)?;
            app.patch.apply(&mut PatchTarget::Deployment(&mut object));
            object.into()
        }
    })
}

fn template<'a>(index: &Index<'a>, member: Member<'a, '_>) -> Result<PodTemplateSpec, BuildError> {
    let app = member.app;
    let (env, env_from, files) = (member.env(), member.env_from(), member.files());
    let mut spec = pod::spec(
        index,
        &Parts {
            owner: (app.workload.kind(), app.name.as_str()),
            first: start_order::waits(index, member),
            init: &app.init,
            main: &app.main,
            env: &env,
            env_from: &env_from,
            sidecars: &app.sidecars,
            storage: &app.storage,
            files: &files,
            claims: &[],
            scratch: &app.scratch,
            security: &app.security,
            service_account: Some(app.account_name()),
            token: app.service_account_token,
            service_links: app.service_links.unwrap_or(false),
            pull_secrets: &app.pull_secrets,
            node_selector: &app.node_selector,
            tolerations: &app.tolerations,
        },
    )?;
    spec.termination_grace_period_seconds = Some(app.grace.as_ref().map_or(GRACE, container::seconds));
    spec.topology_spread_constraints = scheduling::spread(app);
    spec.affinity = scheduling::affinity(app);
    spec.priority_class_name = app.priority_class.as_ref().map(ToString::to_string);
    spec.runtime_class_name = app.runtime_class.as_ref().map(ToString::to_string);
    spec.scheduler_name = app.scheduler.clone().filter(|name| !name.is_empty());
    if let Some(dns) = &app.dns {
        (spec.dns_policy, spec.dns_config) = scheduling::dns(dns);
    }

    let mut pod_labels = labels::of_app(index.stack, member);
    labels::add(&mut pod_labels, &app.pod_labels);
    pod_labels.extend(labels::selector(app.name.as_str()));
    let mut annotations = labels::map(&app.pod_annotations);
    if app.restart_on_change != Some(false) {
        let others = app.init.iter().chain(&app.sidecars);
        if let Some(checksum) = checksum::of_pods(index, &env, &env_from, &files, others) {
            annotations.insert(checksum::ANNOTATION.to_owned(), checksum);
        }
    }
    let metadata =
        ObjectMeta { labels: Some(pod_labels), annotations: labels::some(annotations), ..Default::default() };
    Ok(PodTemplateSpec { metadata: Some(metadata), spec: Some(spec) })
}
