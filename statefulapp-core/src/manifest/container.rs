//! Containers.

use super::{BuildError, env, probe, security};
use crate::model::{Container, ContainerPort, ContainerSecurity, EnvFrom, EnvVar, PodSecurity, Protocol, PullPolicy};
use crate::value::Duration;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use std::collections::BTreeMap;

/// What a container gets from its pod.
pub(super) struct Around<'a, 'v> {
    /// The item's kind and name, for errors.
    pub(super) owner: (&'a str, &'a str),
    pub(super) security: &'a PodSecurity,
    pub(super) volumes: &'v super::volume::Volumes<'a>,
}

/// A container with its own environment.
pub(super) fn container(around: &Around<'_, '_>, container: &Container) -> Result<core::Container, BuildError> {
    build(around, container, container.env.iter(), container.env_from.iter(), &container.security)
}

/// The main container: its environment may come from groups too, and the pod's volumes say where it sees them.
pub(super) fn main<'a>(
    around: &Around<'a, '_>,
    container: &'a Container,
    env: &[&'a EnvVar],
    env_from: &[&'a EnvFrom],
) -> Result<core::Container, BuildError> {
    let security = security::merged(&around.security.main, &container.security);
    let mut object = build(around, container, env.iter().copied(), env_from.iter().copied(), &security)?;
    let (mounts, devices) = around.volumes.of_main();
    prepend(&mut object.volume_mounts, mounts);
    prepend(&mut object.volume_devices, devices);
    Ok(object)
}

fn build<'a>(
    around: &Around<'_, '_>,
    container: &Container,
    env: impl Iterator<Item = &'a EnvVar>,
    env_from: impl Iterator<Item = &'a EnvFrom>,
    security: &ContainerSecurity,
) -> Result<core::Container, BuildError> {
    let owner = around.owner;
    let Some(image) = &container.image else {
        let message = format!("the container `{}` has no image", container.name);
        return Err(BuildError::new(owner.0, owner.1, message).help("write image: \"repository:tag\""));
    };
    let probe = |of: &Option<_>| of.as_ref().map_or(Ok(None), |of| probe::probe(owner, container, of));
    let hook = |of: &Option<_>| of.as_ref().map_or(Ok(None), |of| probe::hook(owner, of));
    let lifecycle = core::Lifecycle {
        post_start: hook(&container.post_start)?,
        pre_stop: hook(&container.pre_stop)?,
        ..Default::default()
    };
    let (mounts, devices) = around.volumes.mounts(&container.mounts);
    Ok(core::Container {
        name: container.name.to_string(),
        image: Some(image.to_string()),
        image_pull_policy: container.pull.map(pull_policy),
        command: list(container.command.clone()),
        args: list(container.args.clone()),
        working_dir: container.working_dir.as_ref().map(ToString::to_string),
        ports: list(container.ports.iter().map(port).collect()),
        env: list(env.map(env::variable).collect()),
        env_from: list(env_from.map(env::all_keys).collect()),
        volume_mounts: list(mounts),
        volume_devices: list(devices),
        resources: resources(container),
        startup_probe: probe(&container.startup)?,
        liveness_probe: probe(&container.liveness)?,
        readiness_probe: probe(&container.readiness)?,
        lifecycle: (lifecycle != core::Lifecycle::default()).then_some(lifecycle),
        security_context: Some(security::container(around.security, security)),
        ..Default::default()
    })
}

/// The protocol where it is not the default, TCP.
pub(super) fn protocol(protocol: Protocol) -> Option<String> {
    (protocol != Protocol::TCP).then(|| protocol.as_str().to_owned())
}

/// Requests and limits; `None` if there are none.
pub(super) fn resources(container: &Container) -> Option<core::ResourceRequirements> {
    let amounts = |of: fn(&crate::model::Resource) -> &Option<crate::value::ResourceAmount>| {
        let map: BTreeMap<_, _> = container
            .resources
            .iter()
            .filter_map(|r| of(r).as_ref().map(|amount| (r.name.to_string(), Quantity(amount.as_str().to_owned()))))
            .collect();
        (!map.is_empty()).then_some(map)
    };
    let (requests, limits) = (amounts(|r| &r.request), amounts(|r| &r.limit));
    (requests.is_some() || limits.is_some()).then(|| core::ResourceRequirements {
        requests,
        limits,
        ..Default::default()
    })
}

/// Nothing is written for an empty list.
pub(super) fn list<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// Whole seconds.
pub(super) fn seconds(duration: &Duration) -> i64 {
    i64::from(duration.seconds())
}

/// The API's integers; the rules keep values in their range.
pub(super) fn int32(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

fn pull_policy(policy: PullPolicy) -> String {
    match policy {
        PullPolicy::Always => "Always",
        PullPolicy::IfNotPresent => "IfNotPresent",
        PullPolicy::Never => "Never",
    }
    .to_owned()
}

fn port(port: &ContainerPort) -> core::ContainerPort {
    core::ContainerPort {
        name: Some(port.name.to_string()),
        container_port: i32::from(port.number),
        protocol: protocol(port.protocol),
        host_port: port.host_port.map(i32::from),
        ..Default::default()
    }
}

fn prepend<T>(list: &mut Option<Vec<T>>, mut first: Vec<T>) {
    if !first.is_empty() {
        first.extend(list.take().unwrap_or_default());
        *list = Some(first);
    }
}
