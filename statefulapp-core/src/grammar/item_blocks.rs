//! The items, what stands before them, and the blocks that stand in one of them only.

use super::Block;
use super::table::blocks;

/// The blocks of the items, in the order of the documentation.
pub static ITEMS: &[&Block] = &[
    &STATEFUL_APP,
    &APP,
    &SERVICE,
    &CONFIG_MAP,
    &SECRET,
    &JOB,
    &CRON_JOB,
    &INGRESS,
    &NETWORK_POLICY,
    &SERVICE_ACCOUNT,
    &APP_GROUP,
    &RAW,
];

blocks! {
    ITEM_BLOCKS;

    /// What stands before the items of a `stateful_app!` block.
    HEAD stack "stack" {
        /// The stack's name: it names the output, and every object carries it as the label `app.kubernetes.io/part-of`.
        stack: Name;
        /// The namespace of all objects. Without it, `kubectl` decides where they go.
        namespace: Name;
        /// The oldest Kubernetes version that this must run on, default 1.31. A key that needs a newer one does not compile.
        kubernetes: KubernetesVersion;
        /// The DNS domain of the cluster, default `cluster.local`.
        cluster_domain: Hostname;
        /// Values that are chosen when the manifests are made (`--set`) or a Helm chart is installed, used as `params.name`.
        params: Params;
        /// Ids of warnings that are silenced in the whole block.
        allow: Rules;
    }

    /// A parameter: its type, and in parentheses its default. Every value that its rules allow has to fit wherever it is used.
    PARAM param "parameter" {
        /// What it is for: the comment in the chart's values.
        doc: Text;
        /// The least value of a `count`, `port`, `quantity` or `duration`.
        min: ParamValue;
        /// The greatest value.
        max: ParamValue;
        /// The only values.
        one_of: ParamValues;
    }

    /// An application whose pods have a stable name, a stable host name and storage of their own: a StatefulSet with its headless
    /// Service, ServiceAccount, disruption budget and whatever else is declared.
    STATEFUL_APP stateful_app "StatefulApp" {
        /// What the app is: `postgres { version: "17.2", … }`. What is known of the image then completes the fields that are left out.
        engine: Engine;
        /// The image of the main container. Required unless an engine gives it.
        image: Image;
        /// When the image is pulled. Default: Always for `:latest` and images without a tag, else IfNotPresent.
        pull: Pull;
        /// Secrets with the credentials of the image's registry.
        pull_secrets: SecretRefs;
        /// Number of pods, default 1. Pods are called `name-0`, `name-1`, ….
        replicas: Count;
        /// The ports that something in the main container listens on, by name. Probes and Services refer to the names.
        ports: Ports;
        /// Environment variables of the main container.
        env: Env;
        /// ConfigMaps and Secrets whose every key becomes an environment variable.
        env_from: EnvFrom;
        /// Replaces the image's entrypoint.
        command: Texts;
        /// Replaces the image's arguments.
        args: Texts;
        /// The directory that the main container starts in.
        working_dir: MountPath;
        /// Volumes that each pod keeps, by name: a claim `<volume>-<app>-<ordinal>` each. A claim's size, class and access cannot be
        /// changed in place later.
        storage: Storage;
        /// ConfigMaps and Secrets as files in the main container, by path.
        files: Files;
        /// Volumes that live as long as the pod (emptyDir), by name.
        scratch: Scratch;
        /// Requests and limits of the main container: `cpu`, `memory`, `ephemeral_storage`, `"nvidia.com/gpu"`. One amount is a
        /// request, `low..high` request and limit, `..high` a limit.
        resources: Resources;
        /// Until this probe has succeeded once, no other runs. Give it time for crash recovery.
        startup: Probe;
        /// The container is restarted when this probe fails. A database usually does better without one.
        liveness: Probe;
        /// The pod is reachable through Services while this probe succeeds.
        readiness: Probe;
        /// Runs in the main container right after it started, at the same time as its entrypoint.
        post_start: Hook;
        /// Runs in the main container before the stop signal.
        pre_stop: Hook;
        /// Time between the stop signal and the kill, default 30 s or what the engine needs.
        grace: Duration;
        /// Containers that run to completion before the main one starts, in this order.
        init: Containers;
        /// Containers that run beside the main one.
        sidecars: Containers;
        /// The name of the governing headless Service, default the app's name: pod 0 is `<app>-0.<service_name>`. It cannot be changed
        /// later.
        service_name: Name;
        /// Whether pods resolve before they are ready, so that peers find each other, default true.
        publish_not_ready: Bool;
        /// Whether pods start and stop one by one (`OrderedReady`, the default) or all at once (`Parallel`). It cannot be changed later.
        pod_management: PodManagement;
        /// How a changed template reaches the pods, default RollingUpdate from the highest ordinal down.
        update: Update;
        /// What happens to the claims, default Retain in both cases.
        retain: Retain;
        /// Time that an updated pod must be ready before the next one is updated.
        min_ready: Duration;
        /// How many old revisions are kept to roll back to, default 10.
        revision_history: Count;
        /// The first pod's number, default 0.
        first_ordinal: Count;
        /// The disruption budget that keeps node drains from stopping too many pods. Default: one pod at a time, or what the engine's
        /// quorum allows; none for a single pod.
        disruption: Disruption;
        /// How pods spread over zones and hosts. Default: evenly over both, as a wish.
        spread: Spread;
        /// Which nodes and which neighbours.
        affinity: Affinity;
        /// Labels that a node must have.
        node_selector: Labels;
        /// Taints that the pods tolerate.
        tolerations: Tolerations;
        /// The PriorityClass, which must exist.
        priority_class: Name;
        /// The RuntimeClass, which must exist: a sandbox such as gVisor or Kata.
        runtime_class: Name;
        /// The scheduler that places the pods, default the cluster's own.
        scheduler: Text;
        /// The ServiceAccount. Default: one of the app's own and of its name. A name makes one of that name; a declared one is used as it is.
        service_account: AccountRef;
        /// Whether the pods get a token for the API server, default false.
        service_account_token: Bool;
        /// Whether every Service of the namespace becomes environment variables, default false: they collide with what images read.
        service_links: Bool;
        /// Whether changed ConfigMaps restart the pods, by a checksum annotation, default true.
        restart_on_change: Bool;
        /// Users, groups and privileges. The default satisfies PodSecurity "restricted"; more needs `because: "…"`.
        security: Security;
        /// Name resolution in the pods.
        dns: Dns;
        /// Labels of the workload and its pods. They are never part of the selector.
        labels: Labels;
        /// Annotations of the workload and its pods.
        annotations: Annotations;
        /// Labels of the pods only.
        pod_labels: Labels;
        /// Annotations of the pods only.
        pod_annotations: Annotations;
        /// Scheduled dumps to S3-compatible storage, and the Job that restores them.
        backup: Backup;
        /// Who may connect: a NetworkPolicy.
        network: Network;
        /// A Rust function that edits the finished StatefulSet; the rules run again after it.
        patch: Function;
        /// Ids of warnings that are silenced for this item.
        allow: Rules;
    }

    /// A stateless application: a Deployment with a Service of its name.
    APP app "App" {
        /// The image of the main container.
        image: Image;
        /// When the image is pulled. Default: Always for `:latest` and images without a tag, else IfNotPresent.
        pull: Pull;
        /// Secrets with the credentials of the image's registry.
        pull_secrets: SecretRefs;
        /// Number of pods, default 1.
        replicas: Count;
        /// The ports that something in the main container listens on, by name.
        ports: Ports;
        /// Environment variables of the main container.
        env: Env;
        /// ConfigMaps and Secrets whose every key becomes an environment variable.
        env_from: EnvFrom;
        /// Replaces the image's entrypoint.
        command: Texts;
        /// Replaces the image's arguments.
        args: Texts;
        /// The directory that the main container starts in.
        working_dir: MountPath;
        /// ConfigMaps and Secrets as files in the main container, by path.
        files: Files;
        /// Volumes that live as long as the pod (emptyDir), by name.
        scratch: Scratch;
        /// Requests and limits of the main container.
        resources: Resources;
        /// Until this probe has succeeded once, no other runs.
        startup: Probe;
        /// The container is restarted when this probe fails.
        liveness: Probe;
        /// The pod is reachable through Services while this probe succeeds.
        readiness: Probe;
        /// Runs in the main container right after it started.
        post_start: Hook;
        /// Runs in the main container before the stop signal.
        pre_stop: Hook;
        /// Time between the stop signal and the kill, default 30 s.
        grace: Duration;
        /// Containers that run to completion before the main one starts, in this order.
        init: Containers;
        /// Containers that run beside the main one.
        sidecars: Containers;
        /// How a changed template reaches the pods, default RollingUpdate.
        update: Update;
        /// Time that a new pod must be ready before it counts.
        min_ready: Duration;
        /// How many old revisions are kept to roll back to, default 10.
        revision_history: Count;
        /// The disruption budget. Default: one pod at a time; none for a single pod.
        disruption: Disruption;
        /// How pods spread over zones and hosts. Default: evenly over both, as a wish.
        spread: Spread;
        /// Which nodes and which neighbours.
        affinity: Affinity;
        /// Labels that a node must have.
        node_selector: Labels;
        /// Taints that the pods tolerate.
        tolerations: Tolerations;
        /// The PriorityClass, which must exist.
        priority_class: Name;
        /// The RuntimeClass, which must exist: a sandbox such as gVisor or Kata.
        runtime_class: Name;
        /// The scheduler that places the pods, default the cluster's own.
        scheduler: Text;
        /// The ServiceAccount. Default: one of the app's own and of its name.
        service_account: AccountRef;
        /// Whether the pods get a token for the API server, default false.
        service_account_token: Bool;
        /// Whether every Service of the namespace becomes environment variables, default false.
        service_links: Bool;
        /// Whether changed ConfigMaps restart the pods, by a checksum annotation, default true.
        restart_on_change: Bool;
        /// Users, groups and privileges. The default satisfies PodSecurity "restricted"; more needs `because: "…"`.
        security: Security;
        /// Name resolution in the pods.
        dns: Dns;
        /// Labels of the workload and its pods. They are never part of the selector.
        labels: Labels;
        /// Annotations of the workload and its pods.
        annotations: Annotations;
        /// Labels of the pods only.
        pod_labels: Labels;
        /// Annotations of the pods only.
        pod_annotations: Annotations;
        /// Who may connect: a NetworkPolicy.
        network: Network;
        /// A Rust function that edits the finished Deployment; the rules run again after it.
        patch: Function;
        /// Ids of warnings that are silenced for this item.
        allow: Rules;
    }

    /// A Service: a name and an address for pods. `extern` declares one that exists in the cluster.
    SERVICE service "Service" {
        /// The app that it leads to, or one pod of it: `postgres`, `postgres[0]`.
        selects: Selects;
        /// The ports, by the names of the app's ports: `[database]`, or `{ web: { number: 80, target: http } }`.
        ports: ServicePorts;
        /// How it is reached, default ClusterIP.
        r#type: ServiceType;
        /// Whether it has no address of its own, so that its name resolves to the pods, default false.
        headless: Bool;
        /// A fixed address of the cluster's service range.
        cluster_ip: Address;
        /// Whether pods that are not ready are listed, default false.
        publish_not_ready: Bool;
        /// Whether a client stays with one pod: `true` for 3 hours, or for how long.
        sticky: Sticky;
        /// Whether traffic from outside reaches only endpoints on the node that it arrives at (`Local`), default Cluster.
        external_traffic: TrafficPolicy;
        /// The same for traffic from inside the cluster.
        internal_traffic: TrafficPolicy;
        /// Addresses that may reach a LoadBalancer.
        source_ranges: Cidrs;
        /// The implementation that makes the load balancer. It cannot be changed later.
        load_balancer_class: Text;
        /// The name that an ExternalName stands for.
        external_name: Hostname;
        /// Which endpoints are preferred.
        traffic_distribution: TrafficDistribution;
        /// A Service for every pod, `<name>-<ordinal>`, so that each can be reached from outside, default false.
        each_pod: Bool;
        /// Labels.
        labels: Labels;
        /// Annotations.
        annotations: Annotations;
        /// Ids of warnings that are silenced for this item.
        allow: Rules;
    }

    /// Configuration files and values: each key is a file name, each value its text. `extern` declares one that exists in the
    /// cluster, by its keys. Settings of the object itself stand in `meta`.
    CONFIG_MAP config_map "ConfigMap" {
    }

    /// Passwords and keys: each key's value is `from_env("…")`, `from_file("…")`, `generate(32)`, or a string, which warns. `extern`
    /// declares one that exists in the cluster, by its keys. Settings of the object itself stand in `meta`.
    SECRET secret "Secret" {
    }

    /// The settings of a ConfigMap or Secret itself, beside its data.
    DATA_META data_meta "meta" {
        /// Labels.
        labels: Labels;
        /// Annotations.
        annotations: Annotations;
        /// Whether the data can never change, default false.
        immutable: Bool;
        /// The type of a Secret, default Opaque.
        r#type: SecretType;
        /// Binary data of a ConfigMap.
        binary: Binary;
        /// A store of the External Secrets Operator that holds a Secret's values: then an ExternalSecret is written.
        external: External;
        /// Ids of warnings that are silenced for this item.
        allow: Rules;
    }

    /// A store of the External Secrets Operator.
    EXTERNAL external "external" {
        /// The SecretStore's name.
        store: Name required;
        /// Whether it is a ClusterSecretStore, default true.
        cluster: Bool;
        /// How often it is read again, default 1 h.
        refresh: Duration;
    }

    /// Pods that run to completion.
    JOB job "Job" {
        /// The image of the main container.
        image: Image;
        /// When the image is pulled.
        pull: Pull;
        /// Secrets with the credentials of the image's registry.
        pull_secrets: SecretRefs;
        /// Replaces the image's entrypoint.
        command: Texts;
        /// Replaces the image's arguments.
        args: Texts;
        /// The directory that the main container starts in.
        working_dir: MountPath;
        /// Environment variables.
        env: Env;
        /// ConfigMaps and Secrets whose every key becomes an environment variable.
        env_from: EnvFrom;
        /// ConfigMaps and Secrets as files, by path.
        files: Files;
        /// Volumes that live as long as the pod, by name.
        scratch: Scratch;
        /// Requests and limits.
        resources: Resources;
        /// Containers that run to completion before the main one, in this order.
        init: Containers;
        /// Whether a failed container is started again in its pod (`OnFailure`) or the pod is replaced (`Never`, the default).
        restart: Restart;
        /// How many failures count as the end, default 6.
        retries: Count;
        /// Time after which it has failed.
        deadline: Duration;
        /// Pods that must succeed, default 1.
        completions: Count;
        /// Pods at once, default 1.
        parallelism: Count;
        /// Time after its end at which it is deleted.
        delete_after: Duration;
        /// Whether it waits until somebody starts it, default false.
        suspend: Bool;
        /// The ServiceAccount, default the namespace's.
        service_account: AccountRef;
        /// Whether the pods get a token for the API server, default false.
        service_account_token: Bool;
        /// Users, groups and privileges.
        security: Security;
        /// Labels that a node must have.
        node_selector: Labels;
        /// Taints that the pods tolerate.
        tolerations: Tolerations;
        /// Labels.
        labels: Labels;
        /// Annotations.
        annotations: Annotations;
        /// Ids of warnings that are silenced for this item.
        allow: Rules;
    }

    /// A Job at set times.
    CRON_JOB cron_job "CronJob" {
        /// When: five fields or `@daily`.
        schedule: Cron required;
        /// The time zone of the schedule, default the control plane's, usually UTC.
        time_zone: TimeZone;
        /// What happens when the last one still runs, default Forbid.
        concurrency: Concurrency;
        /// How late a start may be.
        start_deadline: Duration;
        /// Whether no new one starts, default false.
        suspend: Bool;
        /// Finished ones that are kept, default 3.
        keep_succeeded: Count;
        /// Failed ones that are kept, default 1.
        keep_failed: Count;
        /// The image of the main container.
        image: Image;
        /// When the image is pulled.
        pull: Pull;
        /// Secrets with the credentials of the image's registry.
        pull_secrets: SecretRefs;
        /// Replaces the image's entrypoint.
        command: Texts;
        /// Replaces the image's arguments.
        args: Texts;
        /// The directory that the main container starts in.
        working_dir: MountPath;
        /// Environment variables.
        env: Env;
        /// ConfigMaps and Secrets whose every key becomes an environment variable.
        env_from: EnvFrom;
        /// ConfigMaps and Secrets as files, by path.
        files: Files;
        /// Volumes that live as long as the pod, by name.
        scratch: Scratch;
        /// Requests and limits.
        resources: Resources;
        /// Containers that run to completion before the main one, in this order.
        init: Containers;
        /// Whether a failed container is started again in its pod (`OnFailure`) or the pod is replaced (`Never`, the default).
        restart: Restart;
        /// How many failures count as the end, default 6.
        retries: Count;
        /// Time after which one run has failed.
        deadline: Duration;
        /// Pods that must succeed, default 1.
        completions: Count;
        /// Pods at once, default 1.
        parallelism: Count;
        /// Time after its end at which a Job is deleted.
        delete_after: Duration;
        /// The ServiceAccount, default the namespace's.
        service_account: AccountRef;
        /// Whether the pods get a token for the API server, default false.
        service_account_token: Bool;
        /// Users, groups and privileges.
        security: Security;
        /// Labels that a node must have.
        node_selector: Labels;
        /// Taints that the pods tolerate.
        tolerations: Tolerations;
        /// Labels.
        labels: Labels;
        /// Annotations.
        annotations: Annotations;
        /// Ids of warnings that are silenced for this item.
        allow: Rules;
    }

    /// HTTP hosts and paths that lead to Services.
    INGRESS ingress "Ingress" {
        /// The IngressClass, which must exist.
        class: Name;
        /// What leads where.
        rules: IngressRules required;
        /// Certificates: Secrets and the hosts that they are for.
        tls: IngressTls;
        /// Labels.
        labels: Labels;
        /// Annotations.
        annotations: Annotations;
        /// Ids of warnings that are silenced for this item.
        allow: Rules;
    }

    /// A host and path that lead to a Service.
    INGRESS_RULE ingress_rule "rule" {
        /// The host, default every host.
        host: Hostname;
        /// The path, default `/`.
        path: Text;
        /// Whether the path must match exactly, default by prefix.
        exact: Bool;
        /// The Service.
        service: ServiceRef required;
        /// Its port.
        port: PortRef required;
    }

    /// What may come in to an app's pods, and what may go out.
    NETWORK_POLICY network_policy "NetworkPolicy" {
        /// The app whose pods it is about, default every pod of the namespace.
        selects: AppRef;
        /// What may come in; `[]` forbids everything, left out it is not about incoming traffic.
        ingress: NetworkRules;
        /// What may go out; `[]` forbids everything, left out it is not about outgoing traffic.
        egress: NetworkRules;
        /// Labels.
        labels: Labels;
        /// Annotations.
        annotations: Annotations;
        /// Ids of warnings that are silenced for this item.
        allow: Rules;
    }

    /// Peers and ports that may talk; without peers everyone, without ports all.
    NETWORK_RULE network_rule "rule" {
        /// Apps of this block.
        apps: AppRefs;
        /// Pods and namespaces by their labels.
        pods: Pods;
        /// Address ranges.
        addresses: AddressPeers;
        /// Ports: numbers, or names of the pods' ports.
        ports: NetworkPorts;
    }

    /// Pods by their labels.
    PEER_PODS peer_pods "pods" {
        /// Labels of the pods, default all.
        labels: Labels;
        /// Labels of their namespaces (`{}` for all), default the policy's own namespace.
        namespaces: Labels;
    }

    /// An address range.
    PEER_ADDRESSES peer_addresses "addresses" {
        /// The range.
        range: Cidr required;
        /// Ranges inside it that are left out.
        except: Cidrs;
    }

    /// A port of a rule.
    NETWORK_PORT network_port "port" {
        /// The number, or the name of a port of the pods.
        port: PortRef required;
        /// The last of a range of ports.
        end: PortNumber;
        /// The protocol, default TCP.
        protocol: Protocol;
    }

    /// An identity for pods. `extern` declares one that exists in the cluster.
    SERVICE_ACCOUNT service_account "ServiceAccount" {
        /// Whether pods that use it get a token for the API server, default false.
        token: Bool;
        /// Secrets with the credentials of registries.
        pull_secrets: SecretRefs;
        /// Labels.
        labels: Labels;
        /// Annotations.
        annotations: Annotations;
        /// Ids of warnings that are silenced for this item.
        allow: Rules;
    }

    /// Labels, configuration and start order that several apps share.
    APP_GROUP app_group "AppGroup" {
        /// The members.
        members: AppRefs required;
        /// Environment that every member gets.
        env: Env;
        /// ConfigMaps and Secrets whose every key every member gets as environment.
        env_from: EnvFrom;
        /// Files that every member gets.
        files: Files;
        /// Members in the order in which they start: each waits until the first port of the one before it answers.
        start_order: AppRefs;
        /// Labels that every member gets.
        labels: Labels;
        /// Annotations that every member gets.
        annotations: Annotations;
        /// Ids of warnings that are silenced for this item.
        allow: Rules;
    }

    /// Any other object, as it is.
    RAW raw "Raw" {
        /// The object: one YAML document with `apiVersion`, `kind` and `metadata.name`.
        yaml: Yaml required;
    }
}
