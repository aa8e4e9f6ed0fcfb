use super::Block;

/// A word of an enumeration, and what it means.
#[derive(Debug)]
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub doc: &'static str,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident: $what:literal $(, $example:literal)? $(, keys $block:ident)? $(, words [$($word:ident $word_doc:literal),* $(,)?])? $(, calls [$($call:ident $call_doc:literal),* $(,)?])?;)*) => {
        /// The kind of value that a key takes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[doc = $doc])* $kind,)*
        }

        impl Kind {
            /// What it is, in the words of an error message: `a whole number`.
            pub fn what(self) -> &'static str {
                match self { $(Kind::$kind => $what,)* }
            }

            /// Something that can stand there.
            pub fn example(self) -> &'static str {
                match self { $(Kind::$kind => kinds!(@or "" $($example)?),)* }
            }

            /// The keys inside, if it is a block or a map of blocks.
            pub fn block(self) -> Option<&'static Block> {
                match self { $(Kind::$kind => kinds!(@block $($block)?),)* }
            }

            /// The words, if it is an enumeration.
            pub fn words(self) -> &'static [Word] {
                match self { $(Kind::$kind => &[$($(Word { word: stringify!($word), doc: $word_doc },)*)?],)* }
            }

            /// The forms that are written as a call, or as their bare name.
            pub fn calls(self) -> &'static [Word] {
                match self { $(Kind::$kind => &[$($(Word { word: stringify!($call), doc: $call_doc },)*)?],)* }
            }

            /// The name of the kind, which is the name of its type in [`types`].
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => stringify!($kind),)* }
            }

            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind,)*];
        }

        /// The kinds as types, so that an editor shows the kind of a key beside it.
        pub mod types {
            $($(#[doc = $doc])* #[derive(Clone, Copy, Debug)] pub struct $kind;)*
        }

        /// The words of each enumeration, and the forms of what is written as a call, as constants, for the editor.
        pub mod words {
            $(
                #[doc = $what]
                #[allow(non_snake_case, non_upper_case_globals)]
                pub mod $kind {
                    $($(#[doc = $word_doc] pub const $word: super::super::types::$kind = super::super::types::$kind;)*)?
                    $($(#[doc = $call_doc] pub const $call: super::super::types::$kind = super::super::types::$kind;)*)?
                }
            )*
        }
    };
    (@or $default:literal $given:literal) => { $given };
    (@or $default:literal) => { $default };
    (@block $block:ident) => { Some(&super::$block) };
    (@block) => { None };
}

kinds! {
    /// A Kubernetes name.
    Name: "a name", "\"postgres-read\"";
    /// Text.
    Text: "a string", "\"myapp\"";
    /// `true` or `false`.
    Bool: "`true` or `false`", "true";
    /// A whole number, 0 or more.
    Count: "a whole number", "3";
    /// A number of characters.
    Length: "a number of characters", "32";
    /// A port number, 1 to 65535.
    PortNumber: "a port number", "5432";
    /// A port of the nodes, 30000 to 32767.
    NodePort: "a node port number", "30432";
    /// A size in bytes, above 0: `100Gi`.
    Size: "a storage size", "100Gi";
    /// A request, a limit or both: `500m`, `2Gi..4Gi`, `..1`.
    AmountRange: "an amount or a range of amounts", "500m..1";
    /// A size in bytes: `64Mi`.
    Bytes: "a size", "64Mi";
    /// A duration in whole seconds: `30s`, `5m`, `1h30m`, `30d`.
    Duration: "a duration", "30s";
    /// How old something may get: `30d`, `12h`.
    Age: "an age", "30d";
    /// An image: `postgres:17.2`, `registry.example.com/db@sha256:…`.
    Image: "an image", "\"postgres:17.2\"";
    /// An absolute path in a container.
    MountPath: "an absolute path", "\"/var/lib/postgresql/data\"";
    /// A relative path inside a volume.
    SubPath: "a relative path", "\"pgdata\"";
    /// A file mode in octal, as a string: `"0440"`.
    FileMode: "a file mode", "\"0440\"";
    /// A user or group id, 0 to 2147483647.
    UserId: "a user or group id", "999";
    /// A cron schedule of five fields, or `@daily`.
    Cron: "a cron schedule", "\"0 2 * * *\"";
    /// A name of the time zone database.
    TimeZone: "a time zone", "\"Europe/Berlin\"";
    /// A Kubernetes version: `1.33`.
    KubernetesVersion: "a Kubernetes version", "1.33";
    /// A host name.
    Hostname: "a host name", "\"db.example.com\"";
    /// A search domain.
    SearchDomain: "a search domain", "\"svc.cluster.local\"";
    /// A StorageClass; `""` for volumes made by hand.
    StorageClass: "a storage class", "\"fast-ssd\"";
    /// A number of pods or a share of them: `1`, `25%`.
    CountOrPercent: "a number or a percentage", "25%";
    /// An address range: `10.0.0.0/8`.
    Cidr: "an address range", "\"10.0.0.0/8\"";
    /// An address.
    Address: "an address", "\"10.96.0.10\"";
    /// A node label whose values are the domains: `zone`, `host`, or the label as a string.
    Topology: "a topology key", "zone",
        words [zone "Zones: the label `topology.kubernetes.io/zone`.", host "Nodes: the label `kubernetes.io/hostname`.",
               region "Regions: the label `topology.kubernetes.io/region`."];
    /// Strings: `["--verbose"]`.
    Texts: "a list of strings", "[\"--verbose\"]";
    /// The value of a label.
    LabelValue: "a string, a number or a bool", "\"data\"";
    /// The value of an environment variable.
    EnvValue: "a string, a number, a bool, a key of a Secret or ConfigMap, field(…) or resource(…)", "\"myapp\"",
        calls [field "A field of the pod: `field(\"metadata.name\")`.", resource "A request or limit of the container: `resource(\"limits.memory\")`.",
               optional "A key that may be missing: `optional(secret.key)`."];
    /// The text of a key of a ConfigMap.
    ConfigText: "a string", "include_str!(\"app.conf\")";
    /// The source of a key of a Secret.
    SecretSource: "`generate(…)`, `from_env(…)`, `from_file(…)` or a string", "generate(32)",
        calls [generate "Made once and kept: `generate(32)` has 32 characters.",
               from_env "A variable of the program that writes the manifests: `from_env(\"PGPASSWORD\")`.",
               from_file "A file that the program reads: `from_file(\"password.txt\")`."];
    /// An amount: `500m`, `4Gi`.
    Amount: "an amount", "1";
    /// An amount of memory or disk: `4Gi`.
    Memory: "an amount of bytes", "2Gi";
    /// Ids of rules.
    Rules: "a list of rule ids", "[image_floating]";
    /// A YAML document.
    Yaml: "a string with one YAML document", "\"apiVersion: v1\\nkind: Namespace\\nmetadata: { name: team }\"";
    /// A Rust function in parentheses that edits the finished object.
    Function: "a Rust function in parentheses", "(|set| { … })";

    /// Parameters: `{ replicas: count(3) { min: 1, max: 9 } }`.
    Params: "a block of parameters", "{ replicas: count(3) { min: 1, max: 9 } }";
    /// The type of a parameter with its default: `count(3)`.
    ParamType: "a type with a default", "count(3) { min: 1, max: 9 }", keys PARAM,
        calls [count "A whole number: `count(3)`.", port "A port number: `port(5432)`.", bool "`bool(true)`.",
               string "Any text: `string(\"info\")`.", image "An image with a tag: `image(\"postgres:17.2\")`.",
               quantity "CPU, memory or storage: `quantity(4Gi)`.", duration "A span of time: `duration(30s)`.",
               hostname "A host name: `hostname(\"db.example.com\")`.", cron "A cron schedule: `cron(\"0 2 * * *\")`.",
               name "The name of an object: `name(\"fast-ssd\")`."];
    /// A value of a parameter.
    ParamValue: "a literal or a string", "9";
    /// Values of a parameter.
    ParamValues: "a list of literals or strings", "[\"debug\", \"info\"]";

    /// A Secret, by name.
    SecretRef: "a Secret", "postgres_secret";
    /// Secrets, by name.
    SecretRefs: "a list of Secrets", "[registry]";
    /// A key of a Secret: `postgres_secret.password`.
    SecretKey: "a key of a Secret", "postgres_secret.password";
    /// A ConfigMap, by name.
    ConfigRef: "a ConfigMap", "postgres_config";
    /// A ConfigMap or a Secret, by name.
    SourceRef: "a ConfigMap or a Secret", "settings";
    /// An app, by name.
    AppRef: "an app", "postgres";
    /// Apps, by name.
    AppRefs: "a list of apps", "[web]";
    /// An app, or one pod of it: `postgres`, `postgres[0]`.
    Selects: "an app, or one of its pods", "postgres";
    /// A Service, by name.
    ServiceRef: "a Service", "postgres_read";
    /// A ServiceAccount: its name, or one declared in the block.
    AccountRef: "a ServiceAccount", "\"postgres-sa\"";
    /// A port: its name or its number.
    PortRef: "a port", "database";
    /// Names of an app's ports.
    PortRefs: "a list of ports", "[database]";
    /// An object of any kind in a block of its keys.
    ServicePorts: "a list of ports", "[database]", keys SERVICE_PORT;

    /// Ports: `{ database: 5432, dns: { number: 53, protocol: UDP } }`.
    Ports: "a block of ports", "{ database: 5432 }", keys PORT;
    /// Environment: `{ NAME: "value", PASSWORD: secret.key, POD: field("metadata.name") }`.
    Env: "a block of variables", "{ POSTGRES_DB: \"myapp\" }";
    /// ConfigMaps and Secrets whose keys become variables.
    EnvFrom: "a list of ConfigMaps and Secrets", "[settings]", keys ENV_FROM;
    /// Volume claims: `{ data: { mount: "/data", size: 100Gi } }`.
    Storage: "a block of volumes", "{ data: { mount: \"/data\", size: 100Gi } }", keys VOLUME;
    /// Files: `{ "/etc/postgresql": postgres_config }`.
    Files: "a block of paths", "{ \"/etc/postgresql\": postgres_config }", keys FILE;
    /// emptyDirs: `{ tmp: { mount: "/tmp", size: 1Gi } }`.
    Scratch: "a block of scratch volumes", "{ tmp: { mount: \"/tmp\" } }", keys SCRATCH;
    /// Volumes of the pod in this container: `{ data: "/data" }`.
    Mounts: "a block of mounts", "{ data: \"/data\" }", keys MOUNT;
    /// Requests and limits: `{ cpu: 500m..1, memory: 2Gi }`.
    Resources: "a block of resources", "{ cpu: 500m..1, memory: 2Gi..4Gi }";
    /// A probe: `exec("pg_isready") { period: 5s }`, `http("/ready", admin)`, `tcp(5432)`, `grpc(9090)`, `none`.
    Probe: "a probe: exec(…), http(…), tcp(…), grpc(…) or none", "tcp(5432)", keys PROBE,
        calls [exec "Runs a program in the container: `exec(\"pg_isready\")`.", http "Asks for a path: `http(\"/ready\", admin)`.",
               tcp "Connects to a port: `tcp(database)`.", grpc "Asks gRPC's health service: `grpc(9090)`.",
               none "None, where an engine would bring one."];
    /// A hook: `exec("…")`, `http("/stop", admin)`, `tcp(5432)`, `sleep(5s)`.
    Hook: "a hook: exec(…), http(…), tcp(…) or sleep(…)", "exec(\"nodetool\", \"drain\")", keys HOOK,
        calls [exec "Runs a program in the container: `exec(\"nodetool\", \"drain\")`.", http "Asks for a path: `http(\"/stop\", admin)`.",
               tcp "Connects to a port: `tcp(database)`.", sleep "Waits: `sleep(5s)`."];
    /// Containers: `{ migrate: { image: "…" } }`.
    Containers: "a block of containers", "{ migrate: { image: \"app:1.2\" } }", keys CONTAINER;
    /// Labels: `{ team: "data" }`.
    Labels: "a block of labels", "{ team: \"data\" }";
    /// Annotations: `{ "backup.io/enabled": true }`.
    Annotations: "a block of annotations", "{ \"backup.io/enabled\": true }";
    /// An engine: `postgres { version: "17.2", … }`, or its bare name.
    Engine: "an engine", "postgres { version: \"17.2\" }";
    /// A version tag of an engine's image.
    EngineVersion: "a version", "\"17.2\"";
    /// Replication settings.
    Replication: "a block", "{ password: postgres_secret.replication }", keys REPLICATION;
    /// Settings in the engine's own words.
    Settings: "a block of settings", "{ max_connections: 200 }";
    /// When old pods make room for new ones.
    Update: "`RollingUpdate { … }`, `OnDelete` or `Recreate`", "RollingUpdate", keys UPDATE,
        words [RollingUpdate "Pods are replaced step by step.", OnDelete "A pod is replaced when somebody deletes it.",
               Recreate "All old pods stop before new ones start (App only)."];
    /// What happens to the claims.
    Retain: "a block", "{ when_deleted: Retain, when_scaled: Retain }", keys RETAIN;
    /// A disruption budget: `{ max_unavailable: 1 }`, `none`.
    Disruption: "a block or `none`", "{ max_unavailable: 1 }", keys DISRUPTION, calls [none "No budget."];
    /// Topology spread: `[zone, host]`, `{ zone: { max_skew: 1, required: true } }`, `none`.
    Spread: "a list or a block of topology keys, or `none`", "[zone, host]", keys SPREAD;
    /// Affinity.
    Affinity: "a block", "{ apart: Required }", keys AFFINITY;
    /// Apps with a strength: `{ cache: Preferred }`, `[cache]`.
    Neighbours: "a list or a block of apps", "{ cache: Preferred }";
    /// Node labels with their allowed values: `{ "kubernetes.io/arch": ["arm64", "amd64"] }`.
    NodeLabels: "a block of labels with lists of values", "{ \"kubernetes.io/arch\": [\"arm64\"] }";
    /// Tolerations.
    Tolerations: "a list of tolerations", "[{ key: \"dedicated\", value: \"db\", effect: NoSchedule }]", keys TOLERATION;
    /// Users and privileges.
    Security: "a block", "{ user: 999, group: 999 }", keys SECURITY;
    /// Users and privileges of one container.
    ContainerSecurity: "a block", "{ user: 999 }", keys CONTAINER_SECURITY;
    /// User or group ids.
    UserIds: "a list of group ids", "[1000]";
    /// Capabilities.
    Capabilities: "a list of capabilities", "[NET_BIND_SERVICE]";
    /// Kernel parameters.
    Sysctls: "a block of kernel parameters", "{ \"net.core.somaxconn\": 1024 }";
    /// Name resolution.
    Dns: "a block", "{ options: { ndots: 2 } }", keys DNS;
    /// Resolver options.
    DnsOptions: "a block of resolver options", "{ ndots: 2 }";
    /// Search domains.
    SearchDomains: "a list of search domains", "[\"svc.cluster.local\"]";
    /// Addresses.
    Addresses: "a list of addresses", "[\"10.96.0.10\"]";
    /// Address ranges.
    Cidrs: "a list of address ranges", "[\"10.0.0.0/8\"]";
    /// A backup.
    Backup: "a block", "{ schedule: \"0 2 * * *\", keep: 30d, bucket: \"backups\" }", keys BACKUP;
    /// Who may connect.
    Network: "a block", "{ from: [web] }", keys NETWORK;
    /// Namespaces by their labels.
    NamespaceLabels: "a list of blocks of labels", "[{ \"kubernetes.io/metadata.name\": \"web\" }]";
    /// Items of a file mount: `{ "postgresql.conf": "postgresql.conf" }`.
    Items: "a block of keys and paths", "{ \"tls.crt\": \"server.crt\" }";
    /// HTTP headers.
    Headers: "a block of headers", "{ Host: \"db\" }";
    /// Rules of an Ingress: `[{ host: "db.example.com", service: web, port: http }]`.
    IngressRules: "a list of rules", "[{ host: \"db.example.com\", service: web, port: http }]", keys INGRESS_RULE;
    /// Certificates of an Ingress: `{ secret: ["host"] }`.
    IngressTls: "a block of Secrets and hosts", "{ web_tls: [\"db.example.com\"] }";
    /// Rules of a NetworkPolicy: a list, `[]` forbids everything.
    NetworkRules: "a list of rules", "[{ apps: [web], ports: [database] }]", keys NETWORK_RULE;
    /// Ports of a rule.
    NetworkPorts: "a list of ports", "[database, 8080]", keys NETWORK_PORT;
    /// Peers by the labels of pods and namespaces.
    Pods: "a list of blocks", "[{ labels: { app: \"web\" } }]", keys PEER_PODS;
    /// Address ranges, some with exceptions.
    AddressPeers: "a list of address ranges", "[\"10.0.0.0/8\"]", keys PEER_ADDRESSES;
    /// A Secret's external store.
    External: "a block", "{ store: \"vault\" }", keys EXTERNAL;
    /// How a client stays with one pod: `true`, or for how long.
    Sticky: "`true` or a duration", "3h";
    /// Binary data.
    Binary: "a block of keys and bytes", "{ \"keystore.p12\": include_bytes!(\"keystore.p12\") }";

    /// How pods start and stop.
    PodManagement: "`OrderedReady` or `Parallel`", "Parallel",
        words [OrderedReady "One by one: pod 1 starts when pod 0 is ready.", Parallel "All at once."];
    /// When an image is pulled.
    Pull: "`Always`, `IfNotPresent` or `Never`", "IfNotPresent",
        words [Always "At every start.", IfNotPresent "When the node does not have it.", Never "Never."];
    /// A protocol.
    Protocol: "`TCP`, `UDP` or `SCTP`", "UDP", words [TCP "TCP.", UDP "UDP.", SCTP "SCTP."];
    /// Who may mount a volume.
    Access: "an access mode or a list of them", "ReadWriteOnce",
        words [ReadWriteOnce "One node reads and writes.", ReadWriteOncePod "One pod reads and writes.",
               ReadOnlyMany "Many nodes read.", ReadWriteMany "Many nodes read and write."];
    /// What happens to a claim.
    Retention: "`Retain` or `Delete`", "Retain", words [Retain "The claim and its data stay.", Delete "The claim and its data are deleted."];
    /// A condition or a wish.
    Strength: "`Required` or `Preferred`", "Required",
        words [Required "A condition: the pod waits.", Preferred "A wish."];
    /// What a taint does.
    TaintEffect: "`NoSchedule`, `PreferNoSchedule` or `NoExecute`", "NoSchedule",
        words [NoSchedule "New pods stay away.", PreferNoSchedule "New pods stay away if they can.", NoExecute "Running pods leave too."];
    /// When files get the pods' group.
    FsGroupChange: "`OnRootMismatch` or `Always`", "Always", words [
        OnRootMismatch "When the volume's root has another group.",
        Always "At every start, which takes long on a large volume.",
    ];
    /// Where names are looked up.
    DnsPolicy: "`ClusterFirst`, `ClusterFirstWithHostNet`, `Default` or `None`", "ClusterFirst",
        words [ClusterFirst "The cluster's DNS, then the node's.", ClusterFirstWithHostNet "The same for pods on the host's network.",
               Default "The node's.", None "Only what is given."];
    /// What happens when the last run has not ended.
    Concurrency: "`Allow`, `Forbid` or `Replace`", "Forbid",
        words [Allow "Both run.", Forbid "The new one is skipped.", Replace "The old one is stopped."];
    /// How a Service is reached.
    ServiceType: "`ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`", "LoadBalancer",
        words [ClusterIP "An address inside the cluster.", NodePort "A port of every node.",
               LoadBalancer "An address of a load balancer outside.", ExternalName "A name for another name."];
    /// Where traffic goes.
    TrafficPolicy: "`Cluster` or `Local`", "Local",
        words [Cluster "Any endpoint.", Local "Only endpoints on the node that the traffic arrives at."];
    /// Which endpoints are preferred.
    TrafficDistribution: "`PreferSameZone`, `PreferSameNode` or `PreferClose`", "PreferSameZone",
        words [PreferSameZone "Endpoints of the client's zone.", PreferSameNode "Endpoints of the client's node.",
               PreferClose "The old name of PreferSameZone."];
    /// The type of a Secret.
    SecretType: "a Secret type", "Tls",
        words [Opaque "Any keys.", Tls "`tls.crt` and `tls.key`.", BasicAuth "`username` or `password`.",
               SshAuth "`ssh-privatekey`.", DockerConfigJson "`.dockerconfigjson`."];
    /// When a failed container is started again.
    Restart: "`OnFailure` or `Never`", "Never",
        words [OnFailure "In the same pod.", Never "A new pod is made."];
}
