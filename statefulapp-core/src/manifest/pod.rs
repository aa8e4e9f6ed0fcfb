//! What the pods of apps and of Jobs have in common.

use super::container::{self, Around, list};
use super::volume::Volumes;
use super::{BuildError, Index, labels, scheduling, security};
use crate::model::{ClaimVolume, Container, EnvFrom, EnvVar, FileMount, PodSecurity, Scratch, Toleration, Volume};
use crate::value::{LabelKey, LabelValue, Subdomain};
use k8s_openapi::api::core::v1 as core;

/// The parts of a pod.
pub(super) struct Parts<'a> {
    /// The item's kind and name, for errors.
    pub(super) owner: (&'a str, &'a str),
    /// Init containers that come before the declared ones.
    pub(super) first: Vec<Container>,
    pub(super) init: &'a [Container],
    pub(super) main: &'a Container,
    /// The main container's environment, that of groups included.
    pub(super) env: &'a [&'a EnvVar],
    pub(super) env_from: &'a [&'a EnvFrom],
    pub(super) sidecars: &'a [Container],
    pub(super) storage: &'a [Volume],
    pub(super) files: &'a [&'a FileMount],
    pub(super) claims: &'a [ClaimVolume],
    pub(super) scratch: &'a [Scratch],
    pub(super) security: &'a PodSecurity,
    pub(super) service_account: Option<&'a str>,
    pub(super) token: Option<bool>,
    pub(super) service_links: bool,
    pub(super) pull_secrets: &'a [Subdomain],
    pub(super) node_selector: &'a [(LabelKey, LabelValue)],
    pub(super) tolerations: &'a [Toleration],
}

/// The pod.
pub(super) fn spec(index: &Index<'_>, parts: &Parts<'_>) -> Result<core::PodSpec, BuildError> {
    let volumes = Volumes::new(parts.storage, parts.files, parts.claims, parts.scratch);
    let around = Around { owner: parts.owner, security: parts.security, volumes: &volumes };

    let mut containers = Vec::with_capacity(1 + parts.sidecars.len());
    containers.push(container::main(&around, parts.main, parts.env, parts.env_from)?);
    for sidecar in parts.sidecars {
        containers.push(container::container(&around, sidecar)?);
    }
    let init: Result<Vec<_>, _> =
        parts.first.iter().chain(parts.init).map(|init| container::container(&around, init)).collect();

    // The pod's word counts more than the account's, so an account that asks for the token has to be heard here.
    let account_token =
        || parts.service_account.and_then(|name| index.account(name)).is_some_and(|account| account.token);
    Ok(core::PodSpec {
        service_account_name: parts.service_account.map(str::to_owned),
        automount_service_account_token: Some(parts.token.unwrap_or_else(account_token)),
        // Variables of every Service of the namespace: they collide with an image's own (`KAFKA_PORT`), and slow starts.
        enable_service_links: Some(parts.service_links),
        image_pull_secrets: list(parts.pull_secrets.iter().map(pull_secret).collect()),
        security_context: Some(security::pod(parts.security)),
        init_containers: list(init?),
        containers,
        volumes: volumes.objects(parts.security),
        node_selector: labels::some(labels::map(parts.node_selector)),
        tolerations: scheduling::tolerations(parts.tolerations),
        ..Default::default()
    })
}

/// A Secret with the credentials of a registry.
pub(super) fn pull_secret(name: &Subdomain) -> core::LocalObjectReference {
    core::LocalObjectReference { name: name.to_string() }
}
