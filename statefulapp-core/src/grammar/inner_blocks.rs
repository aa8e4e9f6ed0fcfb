//! The blocks that stand in several items.

use super::table::blocks;

blocks! {
    INNER_BLOCKS;

    /// A port that something listens on.
    PORT port "port" {
        /// The number.
        number: PortNumber required;
        /// The protocol, default TCP.
        protocol: Protocol;
        /// The same number on the node, which no two pods of a node can share.
        host_port: PortNumber;
    }

    /// A port of a Service.
    SERVICE_PORT service_port "port" {
        /// The number that clients use, default that of the target.
        number: PortNumber;
        /// The app's port that it leads to, by name or number, default the one of the same name.
        target: PortRef;
        /// The protocol, default that of the target.
        protocol: Protocol;
        /// The port of every node, for NodePort and LoadBalancer, default any free one.
        node_port: NodePort;
        /// The application protocol, a hint for meshes and load balancers: `"kubernetes.io/h2c"`, `http`.
        app_protocol: Text;
    }

    /// Keys of a ConfigMap or Secret as environment variables.
    ENV_FROM env_from "env_from" {
        /// The ConfigMap or Secret.
        source: SourceRef required;
        /// What stands before every name.
        prefix: Text;
        /// Whether the container starts without it, default false.
        optional: Bool;
    }

    /// A volume that each pod keeps.
    VOLUME volume "volume" {
        /// Where the main container sees it. An engine knows its own data path.
        mount: MountPath;
        /// The size that is asked for.
        size: Size required;
        /// The StorageClass, which must exist. Default: the cluster's default class; `""`: volumes made by hand.
        class: StorageClass;
        /// Who may mount it, default ReadWriteOnce.
        access: Access;
        /// A directory inside the volume instead of its root, where a file system has `lost+found`. `$(NAME)` stands for a variable of the
        /// container.
        sub_path: SubPath;
        /// Whether it is a raw block device instead of a file system, default false.
        block: Bool;
        /// A VolumeSnapshot to start from.
        snapshot: Name;
    }

    /// A ConfigMap or Secret as files.
    FILE file "file" {
        /// The ConfigMap or Secret, or one key of it.
        from: SourceRef required;
        /// Only these keys, each under a path of its own.
        items: Items;
        /// The mode of the files, default `"0644"`, for a Secret `"0440"`.
        mode: FileMode;
        /// Whether the pod starts without it, default false.
        optional: Bool;
    }

    /// A volume that lives as long as the pod.
    SCRATCH scratch "scratch volume" {
        /// Where the main container sees it. Default: only containers that list it in `mounts`.
        mount: MountPath;
        /// The most it may hold; the pod is evicted beyond it.
        size: Bytes;
        /// Whether it is in memory, counted against the memory limit, default false.
        memory: Bool;
    }

    /// A volume in a container.
    MOUNT mount "mount" {
        /// Where it appears.
        path: MountPath required;
        /// A directory or file inside the volume instead of its root. `$(NAME)` stands for a variable of the container.
        sub_path: SubPath;
        /// Whether it cannot be written there, default false.
        read_only: Bool;
    }

    /// The times and counts of a probe.
    PROBE probe "probe" {
        /// Time from the container's start to the first check, default 0.
        initial_delay: Duration;
        /// Time between checks, default 10 s.
        period: Duration;
        /// Time after which a check has failed, default 1 s.
        timeout: Duration;
        /// Failures in a row that count, default 3.
        failures: Count;
        /// Successes in a row that count, default 1; only readiness may ask for more.
        successes: Count;
        /// Grace period when this probe kills the container, instead of the app's; not for readiness.
        grace: Duration;
        /// `http`: whether to use HTTPS; the certificate is not checked.
        https: Bool;
        /// `http`: the host, default the pod's address.
        host: Text;
        /// `http`: headers.
        headers: Headers;
        /// `grpc`: the service to ask for.
        service: Text;
    }

    /// What a hook needs besides its arguments.
    HOOK hook "hook" {
        /// `http`: whether to use HTTPS; the certificate is not checked.
        https: Bool;
        /// `http`: the host, default the pod's address.
        host: Text;
        /// `http`: headers.
        headers: Headers;
    }

    /// An init container or a sidecar.
    CONTAINER container "container" {
        /// The image. Default: the main container's.
        image: Image;
        /// When the image is pulled.
        pull: Pull;
        /// Replaces the image's entrypoint.
        command: Texts;
        /// Replaces the image's arguments.
        args: Texts;
        /// The directory that it starts in.
        working_dir: MountPath;
        /// The ports that something in it listens on (sidecars only).
        ports: Ports;
        /// Environment variables.
        env: Env;
        /// ConfigMaps and Secrets whose every key becomes an environment variable.
        env_from: EnvFrom;
        /// Volumes of the pod that it sees, by name.
        mounts: Mounts;
        /// Requests and limits.
        resources: Resources;
        /// Until this probe has succeeded once, no other runs (sidecars only).
        startup: Probe;
        /// It is restarted when this probe fails (sidecars only).
        liveness: Probe;
        /// The pod is reachable through Services while this probe succeeds (sidecars only).
        readiness: Probe;
        /// Runs in it right after it started (sidecars only).
        post_start: Hook;
        /// Runs in it before the stop signal (sidecars only).
        pre_stop: Hook;
        /// Users and privileges, where they differ from the pod's.
        security: ContainerSecurity;
    }

    /// What an engine is told. Which of these an engine takes is in its own chapter of the documentation.
    ENGINE engine "engine" {
        /// The version: the image's tag. Default: the newest that the table knows.
        version: EngineVersion;
        /// The database that is made at the first start.
        database: Text;
        /// The user that is made at the first start.
        user: Text;
        /// The user's password; where there is only one user, that one's.
        password: SecretKey;
        /// The administrator's password.
        root_password: SecretKey;
        /// Configuration files.
        config: ConfigRef;
        /// Replication or clustering that needs credentials of its own.
        replication: Replication;
        /// The cluster's name or identity.
        cluster: Text;
        /// The secret that the members share: Erlang cookie, keyfile.
        cluster_secret: SecretKey;
        /// Kafka: the ZooKeeper app, for images that still speak it.
        zookeeper: AppRef;
        /// Further settings, in the engine's own words.
        settings: Settings;
    }

    /// Replication or clustering.
    REPLICATION replication "replication" {
        /// The form, where the engine has several.
        mode: Text;
        /// The user that replicas connect as.
        user: Text;
        /// That user's password.
        password: SecretKey;
        /// Redis Cluster: replicas for each primary, default 1.
        replicas_per_primary: Count;
    }

    /// How a changed template reaches the pods.
    UPDATE update "update" {
        /// StatefulApp: pods below this ordinal keep the old template.
        partition: Count;
        /// How many pods may be away at once. For a StatefulApp from Kubernetes 1.37 on.
        max_unavailable: CountOrPercent;
        /// App: how many pods more than `replicas` there may be meanwhile.
        max_surge: CountOrPercent;
    }

    /// What happens to the claims. `Delete` destroys data.
    RETAIN retain "retain" {
        /// When the StatefulSet is deleted, default Retain.
        when_deleted: Retention;
        /// When it is scaled down, default Retain.
        when_scaled: Retention;
    }

    /// A disruption budget: one of the two.
    DISRUPTION disruption "disruption" {
        /// So many pods must stay.
        min_available: CountOrPercent;
        /// So many pods may be away at once.
        max_unavailable: CountOrPercent;
    }

    /// A topology spread constraint over the app's own pods.
    SPREAD spread "spread" {
        /// The largest difference between two domains, default 1.
        max_skew: Count;
        /// Whether a pod that would exceed it waits instead of running anyway, default false.
        required: Bool;
        /// The least number of domains, only if required.
        min_domains: Count;
    }

    /// Which nodes and which neighbours.
    AFFINITY affinity "affinity" {
        /// Whether the app's own pods run on different hosts.
        apart: Strength;
        /// Apps on whose hosts the pods should run.
        near: Neighbours;
        /// Apps whose hosts the pods should avoid.
        away_from: Neighbours;
        /// Labels, one of whose values the node must have.
        nodes: NodeLabels;
        /// Labels, one of whose values the node should have.
        preferred_nodes: NodeLabels;
    }

    /// A taint that the pods tolerate; without `value` every value, without `key` every key.
    TOLERATION toleration "toleration" {
        /// The taint's key.
        key: Text;
        /// The taint's value.
        value: LabelValue;
        /// The effect, default every effect.
        effect: TaintEffect;
        /// How long, for NoExecute; default for ever.
        duration: Duration;
    }

    /// Users, groups and privileges of a pod, and of its main container.
    SECURITY security "security" {
        /// The user id of all containers; 0 is an exception.
        user: UserId;
        /// The group id of all containers.
        group: UserId;
        /// The group that owns the volumes.
        fs_group: UserId;
        /// When the volumes' files get that group, default OnRootMismatch: once, not at every start.
        fs_group_change: FsGroupChange;
        /// Further groups.
        groups: UserIds;
        /// Whether the main container's own file system is read-only, default false.
        read_only_root: Bool;
        /// Kernel parameters of the pod.
        sysctls: Sysctls;
        /// All privileges of the node, default false. An exception.
        privileged: Bool;
        /// Whether a process may get more privileges than its parent, default false. An exception.
        privilege_escalation: Bool;
        /// Whether containers may run as user 0, default false. An exception.
        root: Bool;
        /// Capabilities added to none; all but NET_BIND_SERVICE are exceptions.
        add_capabilities: Capabilities;
        /// Whether the container engine's default capabilities are kept, default false. An exception.
        keep_capabilities: Bool;
        /// Whether no seccomp profile is used instead of RuntimeDefault, default false. An exception.
        seccomp_unconfined: Bool;
        /// A seccomp profile on the node instead of RuntimeDefault: a path below the kubelet's `seccomp/`.
        seccomp_profile: SubPath;
        /// An AppArmor profile that is loaded on the node, instead of the runtime's default.
        app_armor_profile: Text;
        /// Why an exception is needed. Required with one, and listed in the summary.
        because: Text;
    }

    /// Users and privileges of one container; exceptions need the pod's `security: { because: "…" }`.
    CONTAINER_SECURITY container_security "container security" {
        /// The user id; 0 is an exception.
        user: UserId;
        /// The group id.
        group: UserId;
        /// Whether its own file system is read-only, default false.
        read_only_root: Bool;
        /// All privileges of the node, default false. An exception.
        privileged: Bool;
        /// Whether a process may get more privileges than its parent, default false. An exception.
        privilege_escalation: Bool;
        /// Whether it may run as user 0, default false. An exception.
        root: Bool;
        /// Capabilities added to none; all but NET_BIND_SERVICE are exceptions.
        add_capabilities: Capabilities;
        /// Whether the container engine's default capabilities are kept, default false. An exception.
        keep_capabilities: Bool;
        /// Whether no seccomp profile is used instead of RuntimeDefault, default false. An exception.
        seccomp_unconfined: Bool;
        /// A seccomp profile on the node instead of RuntimeDefault: a path below the kubelet's `seccomp/`.
        seccomp_profile: SubPath;
        /// An AppArmor profile that is loaded on the node, instead of the runtime's default.
        app_armor_profile: Text;
    }

    /// Name resolution in the pods.
    DNS dns "dns" {
        /// Where names are looked up, default ClusterFirst.
        policy: DnsPolicy;
        /// Name servers, at most 3.
        nameservers: Addresses;
        /// Search domains.
        searches: SearchDomains;
        /// Options of the resolver.
        options: DnsOptions;
    }

    /// Scheduled dumps to S3-compatible storage.
    BACKUP backup "backup" {
        /// When: five cron fields or `@daily`.
        schedule: Cron required;
        /// The time zone of the schedule, default the control plane's, usually UTC.
        time_zone: TimeZone;
        /// How long a backup is kept.
        keep: Age required;
        /// However old they are, so many stay, default 3.
        keep_at_least: Count;
        /// The bucket, and below it a path: `"backups/postgres"`.
        bucket: Text required;
        /// The server's URL, where it is not Amazon's.
        endpoint: Text;
        /// The region.
        region: Text;
        /// A Secret with the keys `access_key` and `secret_key`. Required unless the ServiceAccount brings the rights.
        credentials: SecretRef;
        /// Space for one dump, default the size of the data volume.
        scratch: Size;
        /// Time after which a backup has failed, default 6 h.
        deadline: Duration;
        /// When a restore into an empty server is tried.
        restore_test: Cron;
    }

    /// Who may connect to the app. Its own pods always may.
    NETWORK network "network" {
        /// Apps of this block.
        from: AppRefs;
        /// Namespaces, by their labels.
        from_namespaces: NamespaceLabels;
        /// Address ranges.
        from_addresses: Cidrs;
        /// The ports that are open to them, default all.
        ports: PortRefs;
    }
}
