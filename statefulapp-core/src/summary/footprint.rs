//! What pods take of the cluster.

use super::Workload;
use super::amount::{Amount, Unit};
use crate::fields::{self, Pods, at, containers, list, number, text};
use serde_json::Value;
use std::ops::{Add, AddAssign, Mul};

/// What the scheduler sets aside, and what may be used at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// What is set aside.
    pub request: Amount,
    /// What may be used at most; `None` if something has no limit.
    pub limit: Option<Amount>,
}

/// What pods take of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// The number of pods.
    pub pods: u64,
    /// CPU.
    pub cpu: Range,
    /// Memory.
    pub memory: Range,
    /// Volumes that are kept.
    pub storage: Amount,
    /// Volumes that go with the pod: `emptyDir` with a size on the node's disk, and ephemeral claims.
    pub scratch: Amount,
}

impl Default for Footprint {
    fn default() -> Self {
        let none = |unit| Range { request: Amount::zero(unit), limit: Some(Amount::zero(unit)) };
        Self {
            pods: 0,
            cpu: none(Unit::Cpu),
            memory: none(Unit::Bytes),
            storage: Amount::zero(Unit::Bytes),
            scratch: Amount::zero(Unit::Bytes),
        }
    }
}

impl Add for Range {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let limit = self.limit.zip(other.limit).map(|(ours, theirs)| ours + theirs);
        Self { request: self.request + other.request, limit }
    }
}

impl Range {
    /// The larger of both.
    fn max(self, other: Self) -> Self {
        let limit = self.limit.zip(other.limit).map(|(ours, theirs)| ours.max(theirs));
        Self { request: self.request.max(other.request), limit }
    }
}

impl Mul<u64> for Range {
    type Output = Self;

    fn mul(self, times: u64) -> Self {
        Self {
            request: self.request * times,
            // None of something without a limit is nothing.
            limit: if times == 0 { Some(self.request * times) } else { self.limit.map(|limit| limit * times) },
        }
    }
}

impl AddAssign for Footprint {
    fn add_assign(&mut self, other: Self) {
        self.pods = self.pods.saturating_add(other.pods);
        self.cpu = self.cpu + other.cpu;
        self.memory = self.memory + other.memory;
        self.storage += other.storage;
        self.scratch += other.scratch;
    }
}

impl Mul<u64> for Footprint {
    type Output = Self;

    fn mul(self, times: u64) -> Self {
        Self {
            pods: self.pods.saturating_mul(times),
            cpu: self.cpu * times,
            memory: self.memory * times,
            storage: self.storage * times,
            scratch: self.scratch * times,
        }
    }
}

/// What a workload takes.
pub(super) fn workload(object: &Value, pods: &Pods<'_>) -> Workload {
    let kind = fields::kind(object);
    let replicas = match kind {
        "Job" => job_pods(at(object, "/spec").unwrap_or(&Value::Null)),
        "CronJob" => job_pods(at(object, "/spec/jobTemplate/spec").unwrap_or(&Value::Null)),
        _ => number(object, "/spec/replicas").unwrap_or(1),
    };
    let one = pod(pods.spec);
    let mut takes = one * replicas;
    for claim in list(object, "/spec/volumeClaimTemplates") {
        takes.storage += claim_size(claim) * replicas;
    }
    Workload {
        kind: kind.to_owned(),
        name: fields::name(object).to_owned(),
        schedule: text(object, "/spec/schedule").map(str::to_owned),
        takes,
        rolling: if kind == "Deployment" { one * surge(object, replicas) } else { Footprint::default() },
    }
}

/// The pods of a Job that run at once.
fn job_pods(spec: &Value) -> u64 {
    let parallel = number(spec, "/parallelism").unwrap_or(1);
    number(spec, "/completions").map_or(parallel, |completions| parallel.min(completions))
}

/// How many pods a Deployment has besides while it rolls out; the default is a quarter. A StatefulSet replaces pods in
/// their place.
fn surge(deployment: &Value, replicas: u64) -> u64 {
    if text(deployment, "/spec/strategy/type") == Some("Recreate") {
        return 0;
    }
    match at(deployment, "/spec/strategy/rollingUpdate/maxSurge") {
        Some(Value::Number(number)) => number.as_u64().unwrap_or(0),
        Some(Value::String(percent)) => {
            let percent = percent.trim_end_matches('%').parse::<u64>().unwrap_or(0);
            replicas.saturating_mul(percent).div_ceil(100)
        }
        _ => replicas.div_ceil(4),
    }
}

/// What one pod takes: all that runs at once, or more if an init container needs more.
/// <https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers>
fn pod(spec: &Value) -> Footprint {
    let of = |resource: &str, unit: Unit| {
        if let Some(own) = at(spec, "/resources").filter(|own| range(own, resource, unit).is_some()) {
            return range(own, resource, unit).unwrap_or_else(|| unbounded(unit));
        }
        let none = Range { request: Amount::zero(unit), limit: Some(Amount::zero(unit)) };
        let (mut running, mut most) = (none, none);
        for (container, stays) in containers(spec) {
            let own = at(container, "/resources").and_then(|own| range(own, resource, unit));
            let own = own.unwrap_or_else(|| unbounded(unit));
            let beside = running + own;
            most = most.max(beside);
            if stays {
                running = beside;
            }
        }
        most
    };
    let mut scratch = Amount::zero(Unit::Bytes);
    for volume in list(spec, "/volumes") {
        if let Some(size) = text(volume, "/emptyDir/sizeLimit")
            && text(volume, "/emptyDir/medium") != Some("Memory")
        {
            scratch += Amount::parse(size, Unit::Bytes);
        }
        if let Some(claim) = at(volume, "/ephemeral/volumeClaimTemplate") {
            scratch += claim_size(claim);
        }
    }
    Footprint {
        pods: 1,
        cpu: of("cpu", Unit::Cpu),
        memory: of("memory", Unit::Bytes),
        storage: Amount::zero(Unit::Bytes),
        scratch,
    }
}

fn unbounded(unit: Unit) -> Range {
    Range { request: Amount::zero(unit), limit: None }
}

/// The request and the limit of one resource; `None` if there is neither. Without a request the limit is one.
fn range(resources: &Value, resource: &str, unit: Unit) -> Option<Range> {
    let of = |what: &str| Some(Amount::parse(resources.get(what)?.get(resource)?.as_str()?, unit));
    let (request, limit) = (of("requests"), of("limits"));
    let set_aside = request.or(limit)?;
    Some(Range { request: set_aside, limit })
}

fn claim_size(claim: &Value) -> Amount {
    Amount::parse(text(claim, "/spec/resources/requests/storage").unwrap_or_default(), Unit::Bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn needs(request: &str, limit: &str) -> Value {
        json!({"resources": {"requests": {"memory": request}, "limits": {"memory": limit}}})
    }

    fn deployment(replicas: u64, strategy: Value, pod: Value) -> Workload {
        let object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"},
            "spec": {"replicas": replicas, "strategy": strategy, "template": {"spec": pod}}});
        workload(&object, &fields::pods(&object).unwrap())
    }

    #[test]
    fn an_init_container_counts_only_where_it_needs_more() {
        let pod =
            |init: Value| json!({"containers": [needs("2Gi", "3Gi"), needs("1Gi", "1Gi")], "initContainers": [init]});
        let memory = |init| {
            let memory = deployment(1, json!({}), pod(init)).takes.memory;
            (memory.request.to_string(), memory.limit.map(|limit| limit.to_string()))
        };
        assert_eq!(memory(needs("1Gi", "1Gi")), ("3Gi".to_owned(), Some("4Gi".to_owned())));
        assert_eq!(memory(needs("8Gi", "9Gi")), ("8Gi".to_owned(), Some("9Gi".to_owned())));
        let mut sidecar = needs("1Gi", "1Gi");
        sidecar["restartPolicy"] = json!("Always");
        assert_eq!(memory(sidecar), ("4Gi".to_owned(), Some("5Gi".to_owned())));
        assert_eq!(memory(json!({})), ("3Gi".to_owned(), None));
    }

    #[test]
    fn a_rolling_deployment_has_more_pods() {
        let surge = |replicas, strategy| deployment(replicas, strategy, json!({"containers": []})).rolling.pods;
        assert_eq!(surge(5, json!({})), 2);
        assert_eq!(surge(5, json!({"type": "Recreate"})), 0);
        assert_eq!(surge(5, json!({"rollingUpdate": {"maxSurge": 3}})), 3);
        assert_eq!(surge(5, json!({"rollingUpdate": {"maxSurge": "50%"}})), 3);
    }

    #[test]
    fn volumes_are_counted_for_each_pod() {
        let claim = |size: &str| json!({"spec": {"resources": {"requests": {"storage": size}}}});
        let pod = json!({"containers": [], "volumes": [
            {"emptyDir": {"sizeLimit": "1Gi"}},
            {"emptyDir": {"sizeLimit": "1Gi", "medium": "Memory"}},
            {"emptyDir": {}},
            {"ephemeral": {"volumeClaimTemplate": claim("2Gi")}},
        ]});
        let object = json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "a"},
            "spec": {"replicas": 3, "template": {"spec": pod}, "volumeClaimTemplates": [claim("10Gi"), claim("5Gi")]}});
        let takes = workload(&object, &fields::pods(&object).unwrap()).takes;
        assert_eq!((takes.storage.to_string(), takes.scratch.to_string()), ("45Gi".into(), "9Gi".into()));
    }
}
