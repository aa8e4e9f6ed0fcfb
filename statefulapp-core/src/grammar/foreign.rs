//! What things are called elsewhere: in manifests, in Helm charts, in other builders. Only for "did you mean".

use super::Block;

/// Our key, and what it is called elsewhere. Case, `_` and `-` do not count.
const KEYS: &[(&str, &[&str])] = &[
    ("access", &["accessModes", "accessMode"]),
    ("add_capabilities", &["capabilities", "caps"]),
    ("addresses", &["ipBlock", "cidr"]),
    ("annotations", &["annotate"]),
    ("app_armor_profile", &["appArmorProfile", "apparmor"]),
    ("apart", &["podAntiAffinity", "antiAffinity"]),
    ("apps", &["from", "to"]),
    ("args", &["arguments"]),
    ("backup", &["backups", "backupSchedule"]),
    ("block", &["volumeMode"]),
    ("class", &["storageClass", "storageClassName", "ingressClassName", "className"]),
    ("cluster_ip", &["clusterIPs"]),
    ("cluster_secret", &["cookie", "erlangCookie", "keyFile", "replicaSetKey"]),
    ("command", &["entrypoint", "cmd"]),
    ("concurrency", &["concurrencyPolicy"]),
    ("credentials", &["secret"]),
    ("database", &["db", "dbname", "databaseName"]),
    ("deadline", &["activeDeadlineSeconds", "timeout"]),
    ("delete_after", &["ttlSecondsAfterFinished", "ttl"]),
    ("disruption", &["pdb", "podDisruptionBudget"]),
    ("dns", &["dnsConfig", "dnsPolicy"]),
    ("duration", &["tolerationSeconds"]),
    ("env", &["environment", "envs", "variables"]),
    ("external_traffic", &["externalTrafficPolicy"]),
    ("failures", &["failureThreshold", "retries"]),
    ("fs_group_change", &["fsGroupChangePolicy"]),
    ("files", &["configVolume", "configs", "configMaps"]),
    ("from", &["source", "configMap", "secret", "configMapRef", "secretRef", "content"]),
    ("first_ordinal", &["ordinals", "startOrdinal"]),
    ("grace", &["terminationGracePeriodSeconds", "terminationGracePeriod", "gracefulShutdown"]),
    ("group", &["runAsGroup", "gid"]),
    ("groups", &["supplementalGroups"]),
    ("headers", &["httpHeaders"]),
    ("init", &["initContainers", "initContainer"]),
    ("initial_delay", &["initialDelaySeconds", "startPeriod"]),
    ("internal_traffic", &["internalTrafficPolicy"]),
    ("keep", &["retention", "retentionDays"]),
    ("keep_failed", &["failedJobsHistoryLimit"]),
    ("keep_succeeded", &["successfulJobsHistoryLimit"]),
    ("kubernetes", &["k8s", "kube", "kubernetesVersion"]),
    ("load_balancer_class", &["loadBalancerClass"]),
    ("members", &["apps", "services"]),
    ("min_ready", &["minReadySeconds"]),
    ("mount", &["path", "mountPath", "target"]),
    ("mounts", &["volumeMounts", "volumes"]),
    ("namespace", &["ns"]),
    ("near", &["podAffinity"]),
    ("network", &["networkPolicy"]),
    ("nodes", &["nodeAffinity"]),
    ("number", &["port", "containerPort"]),
    ("password", &["pass"]),
    ("period", &["periodSeconds", "interval"]),
    ("pod_management", &["podManagementPolicy"]),
    ("ports", &["containerPorts", "expose"]),
    ("priority_class", &["priorityClassName"]),
    ("privilege_escalation", &["allowPrivilegeEscalation"]),
    ("publish_not_ready", &["publishNotReadyAddresses"]),
    ("pull", &["imagePullPolicy"]),
    ("pull_secrets", &["imagePullSecrets"]),
    ("read_only", &["readOnly"]),
    ("read_only_root", &["readOnlyRootFilesystem"]),
    ("readiness", &["readinessProbe", "healthcheck", "health"]),
    ("liveness", &["livenessProbe"]),
    ("startup", &["startupProbe"]),
    ("replicas", &["scale", "instances"]),
    ("restart", &["restartPolicy"]),
    ("retain", &["persistentVolumeClaimRetentionPolicy"]),
    ("retries", &["backoffLimit", "retryLimit"]),
    ("revision_history", &["revisionHistoryLimit"]),
    ("root", &["runAsRoot"]),
    ("root_password", &["adminPassword"]),
    ("runtime_class", &["runtimeClassName"]),
    ("schedule", &["cron"]),
    ("scheduler", &["schedulerName"]),
    ("scratch", &["emptyDir", "tmpfs"]),
    ("seccomp_profile", &["seccompProfile", "seccomp"]),
    ("security", &["securityContext", "podSecurityContext"]),
    ("selects", &["selector", "app", "podSelector"]),
    ("service", &["backend"]),
    ("service_account", &["serviceAccountName"]),
    ("service_account_token", &["automountServiceAccountToken"]),
    ("service_links", &["enableServiceLinks"]),
    ("service_name", &["headlessService"]),
    ("settings", &["parameters", "options"]),
    ("sidecars", &["containers", "sidecar", "companions"]),
    ("size", &["capacity", "resources", "requests"]),
    ("snapshot", &["dataSource"]),
    ("source", &["configMapRef", "secretRef", "configMap", "secret", "from"]),
    ("source_ranges", &["loadBalancerSourceRanges"]),
    ("spread", &["topologySpreadConstraints"]),
    ("stack", &["name"]),
    ("start_deadline", &["startingDeadlineSeconds"]),
    ("sticky", &["sessionAffinity"]),
    ("storage", &["volumeClaimTemplates", "volumes", "persistence", "pvc", "disk"]),
    ("successes", &["successThreshold"]),
    ("target", &["targetPort"]),
    ("timeout", &["timeoutSeconds"]),
    ("token", &["automountServiceAccountToken"]),
    ("update", &["updateStrategy", "strategy", "rollingUpdate"]),
    ("user", &["runAsUser", "uid", "username"]),
];

/// Words that are no key of these blocks, and where that which they mean stands.
const ADVICE: &[(&[&str], &[&str], &str)] = &[
    (&["probe", "hook"], &["path", "port"], "the path and the port stand in the parentheses: http(\"/path\", port)"),
    (
        &["probe", "hook"],
        &["command", "exec"],
        "the command stands in the parentheses: exec(\"program\", \"argument\")",
    ),
    (&["stateful_app", "app"], &["schedule"], "`schedule` belongs in `CronJob`, `backup`"),
    (
        &[
            "stateful_app",
            "app",
            "job",
            "cron_job",
            "service",
            "ingress",
            "network_policy",
            "app_group",
            "service_account",
        ],
        &["name"],
        "remove it: the name stands before the braces, as in `StatefulApp name { … }`",
    ),
    (&["toleration"], &["operator"], "remove it: without `value` every value is tolerated, without `key` every taint"),
    (&["service"], &["spec"], "remove it: the keys of the Service stand in it directly"),
    (&["stateful_app", "app"], &["version"], "write it into the image's tag, or into `engine: name { version: … }`"),
    (
        &["stateful_app", "app", "job", "cron_job", "container"],
        &["cpu", "memory", "limits", "requests"],
        "write `resources: { cpu: 500m..1, memory: 2Gi..4Gi }`, each with its request and its limit",
    ),
    (
        &["app", "job", "cron_job"],
        &["volumes"],
        "ConfigMaps and Secrets stand in `files`, empty folders in `scratch`, claims in `storage` of a StatefulApp",
    ),
    (
        &["stack"],
        &[
            "apps",
            "services",
            "items",
            "containers",
            "databases",
            "deployments",
            "statefulSets",
            "volumes",
            "spec",
            "metadata",
            "kind",
        ],
        "write each as an item: `StatefulApp name { … }`, `App name { … }`",
    ),
    (
        &["service"],
        &["nodePort", "targetPort", "protocol"],
        "it stands at the port: `ports: { http: { number: 80, node_port: 30080 } }`",
    ),
    (&["cron_job"], &["job", "jobTemplate"], "remove it: its keys stand in the item directly"),
    (&["ingress_rule"], &["pathType"], "remove it: a path is the begin of one; `exact: true` is for the whole"),
    (&["network_policy"], &["policyTypes"], "remove it: `ingress` and `egress` say it"),
    (
        &["security", "container_security"],
        &["runAsNonRoot"],
        "remove it: pods run as another user than root without it",
    ),
    (&["stateful_app", "app"], &["lifecycle"], "write `post_start` and `pre_stop`"),
    (&["stateful_app", "app"], &["probes"], "write `startup`, `liveness` and `readiness`"),
    (
        &["stateful_app", "app", "job", "cron_job"],
        &["volumeMounts"],
        "each volume of `storage`, `scratch` and `files` says its path",
    ),
    (
        &["stateful_app", "app", "job", "cron_job", "service", "ingress"],
        &["spec", "template", "metadata"],
        "remove it: its keys stand in the item directly",
    ),
];

/// Kinds of objects that are declared in another way here.
const KINDS: &[(&str, &str)] = &[
    ("StatefulSet", "write `StatefulApp`: it brings the StatefulSet"),
    ("sts", "write `StatefulApp`: it brings the StatefulSet"),
    ("deploy", "write `App`: it brings the Deployment"),
    ("svc", "write `Service`"),
    ("cm", "write `ConfigMap`"),
    ("sa", "write `ServiceAccount`"),
    ("ing", "write `Ingress`"),
    ("netpol", "write `NetworkPolicy`"),
    ("cj", "write `CronJob`"),
    ("Deployment", "write `App`: it brings the Deployment"),
    ("ReplicaSet", "write `App`: it brings the Deployment"),
    ("Pod", "write `StatefulApp`, `App` or `Job`: they bring the pods"),
    ("Container", "containers stand in `init` and `sidecars` of an app"),
    ("PersistentVolumeClaim", "volumes stand in `storage` of a StatefulApp"),
    ("PVC", "volumes stand in `storage` of a StatefulApp"),
    ("Volume", "volumes stand in `storage` of a StatefulApp"),
    ("Namespace", "write `namespace: \"…\"` before the items"),
    ("ns", "write `namespace: \"…\"` before the items"),
    ("PodDisruptionBudget", "write `disruption: { max_unavailable: 1 }` in the app"),
    ("PDB", "write `disruption: { max_unavailable: 1 }` in the app"),
    ("Database", "write `StatefulApp name { engine: … }`"),
    ("Cluster", "write `StatefulApp name { engine: … }`"),
    ("Backup", "write `backup: { … }` in the StatefulApp"),
    ("Config", "write `ConfigMap`"),
];

/// The key of this block that has this name elsewhere.
pub fn known_elsewhere(word: &str, block: &Block) -> Option<&'static str> {
    let word = plain(word);
    KEYS.iter()
        .filter(|(key, _)| block.key(key).is_some())
        .find(|(_, words)| words.iter().any(|elsewhere| plain(elsewhere) == word))
        .map(|(key, _)| *key)
}

/// Where that stands which this word means.
pub fn advice(word: &str, block: &Block) -> Option<&'static str> {
    let word = plain(word);
    ADVICE
        .iter()
        .find(|(modules, words, _)| modules.contains(&block.module) && words.iter().any(|known| plain(known) == word))
        .map(|(_, _, advice)| *advice)
}

/// What to write instead of a kind of object that is none here.
pub fn kind_elsewhere(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|(word, _)| plain(word) == plain(kind)).map(|(_, help)| *help)
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_one_of_the_grammar() {
        for (key, words) in KEYS {
            let blocks: Vec<_> = crate::grammar::all().filter(|block| block.key(key).is_some()).collect();
            assert!(!blocks.is_empty(), "no block has the key `{key}`");
            for word in *words {
                assert!(blocks.iter().any(|block| block.key(word).is_none()), "`{word}` is a key wherever `{key}` is");
            }
        }
    }
}
