//! The order in which people write the fields of a Kubernetes object.
//!
//! One list serves every kind, because the orders that people use in a StatefulSet, a container, a Service, … do not
//! contradict each other: a field stands where a reader looks for it first.

use std::sync::LazyLock;

/// Stands in [`FIELDS`] for every field that is not listed there; those are in alphabetical order among themselves.
const THE_REST: &str = "*";

/// Fields in the order in which they are written.
#[rustfmt::skip]
const FIELDS: &[&str] = &[
    // Every object, and the references to one.
    "apiVersion", "apiGroup", "kind", "metadata", "name", "generateName", "namespace", "labels", "annotations",
    // Secret, Service, update strategy: what sort it is comes before what it holds.
    "immutable", "type", "data", "stringData", "binaryData",
    "roleRef", "subjects", "apiGroups",
    // Service.
    "clusterIP", "clusterIPs", "externalName", "publishNotReadyAddresses",
    // CronJob and Job.
    "schedule", "timeZone", "suspend", "concurrencyPolicy", "startingDeadlineSeconds", "successfulJobsHistoryLimit",
    "failedJobsHistoryLimit", "jobTemplate", "completions", "parallelism", "backoffLimit", "activeDeadlineSeconds",
    "ttlSecondsAfterFinished",
    // StatefulSet and Deployment.
    "serviceName", "replicas", "minAvailable", "maxUnavailable", "podSelector", "selector", "matchLabels",
    "matchExpressions", "podManagementPolicy", "ordinals", "updateStrategy", "strategy", "minReadySeconds",
    "progressDeadlineSeconds", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy",
    // NetworkPolicy.
    "policyTypes", "ingress", "egress", "from", "to",
    // Container.
    "image", "imagePullPolicy", "restartPolicy", "command", "args", "workingDir", "ports", "env", "envFrom",
    // PersistentVolumeClaim: before the size, which a container's `resources` is too.
    "accessModes", "storageClassName", "volumeMode",
    "resources", "requests", "limits", "resourceNames", "verbs",
    "startupProbe", "livenessProbe", "readinessProbe", "lifecycle", "postStart", "preStop",
    "volumeMounts", "volumeDevices",
    // Probe and its handlers.
    "exec", "httpGet", "tcpSocket", "grpc", "initialDelaySeconds", "periodSeconds", "timeoutSeconds",
    "successThreshold", "failureThreshold",
    // Ports, paths and hosts.
    "host", "http", "paths", "path", "pathType", "containerPort", "hostPort", "port", "targetPort", "nodePort",
    "protocol", "scheme",
    // Entries: what is named, then what it is given.
    "prefix", "key", "operator", "value", "values", "valueFrom", "effect", "optional",
    "mountPath", "subPath", "subPathExpr", "readOnly",
    // Scheduling.
    "weight", "maxSkew", "preference", "podAffinityTerm", "topologyKey", "whenUnsatisfiable", "labelSelector",
    // Pod: how it runs, then what runs in it.
    "serviceAccountName", "automountServiceAccountToken", "enableServiceLinks", "imagePullSecrets",
    "priorityClassName", "runtimeClassName", "hostNetwork", "dnsPolicy", "dnsConfig", "hostAliases",
    "terminationGracePeriodSeconds", "nodeSelector", "affinity", "tolerations", "topologySpreadConstraints",
    // Security context.
    "securityContext", "runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup", "fsGroupChangePolicy",
    "supplementalGroups", "seccompProfile", "privileged", "allowPrivilegeEscalation", "readOnlyRootFilesystem",
    "capabilities",
    // Long parts end an object.
    THE_REST,
    "initContainers", "containers", "volumes", "spec", "template", "volumeClaimTemplates", "rules", "status",
];

/// [`FIELDS`] with their ranks, by length first: a search then compares few bytes.
static RANKS: LazyLock<Vec<(&'static str, u16)>> = LazyLock::new(|| {
    let mut ranks: Vec<_> = FIELDS.iter().copied().zip(0..).collect();
    ranks.sort_unstable_by_key(|(name, _)| (name.len(), *name));
    ranks
});

/// Where the field stands among its siblings: the lower, the earlier. All unlisted fields have one rank.
pub(super) fn rank(field: &str) -> u16 {
    let of = |name: &str| match RANKS.binary_search_by_key(&(name.len(), name), |(listed, _)| (listed.len(), listed)) {
        Ok(index) => RANKS.get(index).map(|(_, rank)| *rank),
        Err(_) => None,
    };
    of(field).or_else(|| of(THE_REST)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_listed_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for field in FIELDS {
            assert!(seen.insert(field), "{field}");
        }
    }

    #[test]
    fn unlisted_fields_stand_before_the_long_parts() {
        assert!(rank("metadata") < rank("schedulerName"));
        assert_eq!(rank("schedulerName"), rank("overhead"));
        assert!(rank("overhead") < rank("containers"));
    }
}
