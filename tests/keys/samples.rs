//! Values of every kind.

use crate::places::{Entries, Place};
use crate::run::{Looking, Outcome, run};
use statefulapp::grammar::{Key, Kind, Word};

/// Values that a key may take: the grammar's example and words, and more of the kind. Which of them fit in a place is found by trying.
pub(crate) fn samples(key: &Key, place: &Place) -> Vec<String> {
    let kind = key.kind;
    let mut samples: Vec<String> = vec![kind.example().to_owned()];
    samples.extend(words(kind));
    samples.extend(more(kind).iter().map(|text| (*text).to_owned()));
    samples.extend(place.versions.iter().filter(|_| kind == Kind::EngineVersion).map(|tag| format!("{tag:?}")));
    samples.retain(|sample| !sample.is_empty());
    let mut seen = Vec::new();
    samples.retain(|sample| {
        let new = !seen.contains(sample);
        seen.push(sample.clone());
        new
    });
    samples
}

/// The words of a kind and its calls, each as it is written.
pub(crate) fn words(kind: Kind) -> Vec<String> {
    let words = kind.words().iter().map(|word| word.word.to_owned());
    words.chain(kind.calls().iter().map(call)).collect()
}

/// A call as its documentation writes it, or the bare word.
fn call(word: &Word) -> String {
    let quoted = word.doc.split('`').nth(1).filter(|text| text.starts_with(word.word));
    quoted.unwrap_or(word.word).to_owned()
}

/// Kinds of values that stand inside values of other kinds, and how.
const INSIDE: &[(Kind, Kind, &str)] = &[
    (Kind::Params, Kind::ParamType, "{ size: $ }"),
    (Kind::Env, Kind::EnvValue, "{ VALUE: $ }"),
    (Kind::Spread, Kind::Topology, "[$]"),
];

/// Whether values of a kind stand inside those of another.
pub(crate) fn holds(outer: Kind, inner: Kind) -> bool {
    INSIDE.iter().any(|(a, b, _)| (*a, *b) == (outer, inner))
}

/// A value inside one of another kind.
pub(crate) fn inside(outer: Kind, inner: Kind, value: &str) -> String {
    let form = INSIDE.iter().find(|(a, b, _)| (*a, *b) == (outer, inner));
    form.map_or_else(|| value.to_owned(), |(_, _, form)| form.replace('$', value))
}

/// Lists of the warnings that a declaration gives, one each.
pub(crate) fn warned(place: &Place, company: &Entries) -> Vec<String> {
    let Outcome::Output(warnings) = run(&place.with(company, None), Looking::Findings) else { return Vec::new() };
    let rules = warnings.lines().filter_map(|line| line.split_once(':'));
    rules.map(|(rule, _)| format!("[{}]", rule.replace('-', "_"))).collect()
}

/// More values of a kind than the grammar's example: at least one that means something else. A new kind has to be added.
fn more(kind: Kind) -> &'static [&'static str] {
    use Kind::*;
    match kind {
        Name => &["\"other\"", "postgres_sa", "\"high\""],
        Text => &[
            "\"other\"",
            "\"https://s3.example.com:9000\"",
            "\"/ready\"",
            "\"example.com/class\"",
            "\"kubernetes.io/h2c\"",
            "\"http\"",
            "\"cluster\"",
            "\"primary\"",
            "\"MkU3OEVBNTcwNTJENDM2Qg\"",
            "\"bucket/path\"",
        ],
        SearchDomain => &["\"other.example\""],
        Bool => &["false"],
        Count => &["2", "1", "5", "100"],
        PortNumber => &["5433", "9090"],
        NodePort => &["30433"],
        Size => &["200Gi"],
        AmountRange => &["1..2"],
        Bytes => &["128Mi"],
        Duration => &["45s", "1h", "1s", "7d"],
        Age => &["7d"],
        Image => &["\"postgres:16.4\"", "\"example.com/other:2\"", "\"example.com/other:latest\""],
        MountPath => &["\"/srv/other\""],
        SubPath => &["\"other\""],
        FileMode => &["\"0400\""],
        UserId => &["1001"],
        Cron => &["\"30 3 * * 0\""],
        TimeZone => &["\"Europe/Paris\""],
        KubernetesVersion => &["1.28", "1.26", "1.36"],
        Hostname => &["\"other.example\""],
        StorageClass => &["\"slow\"", "\"\""],
        CountOrPercent => &["1", "2"],
        Cidr => &["\"10.1.0.0/16\""],
        Address => &["\"10.96.0.11\""],
        Topology => &["\"example.com/rack\""],
        Texts => &["[\"--other\"]", "[\"run\", \"it\"]"],
        LabelValue => &["\"other\""],
        EnvValue => &["\"other\"", "7"],
        ConfigText => &["\"a\"", "\"b\""],
        SecretSource => &["\"literal\""],
        Amount => &["2"],
        Memory => &["4Gi"],
        Length => &["16"],
        // Of the place: only warnings can be allowed.
        Rules => &[],
        Yaml => &[
            "\"apiVersion: v1\\nkind: Namespace\\nmetadata: { name: one }\"",
            "\"apiVersion: v1\\nkind: Namespace\\nmetadata: { name: two }\"",
        ],
        Function => &["(|_| ())", "(edit)"],
        SecretRef => &["login", "postgres_config", "objects", "postgres_secret.password"],
        SecretRefs => &["[other_registry]", "[\"elsewhere\"]"],
        SecretKey => &["postgres_secret.replication", "postgres_secret.cookie"],
        ConfigRef => &["settings", "server_config"],
        SourceRef => &["login", "postgres_config", "objects", "server_config"],
        AppRef => &["web", "zookeeper", "other_zookeeper"],
        AppRefs => &["[cache]", "[web, cache]", "[cache, web]"],
        Selects => &["web", "postgres[0]"],
        ServiceRef => &["web", "other_read"],
        AccountRef => &["\"other-sa\"", "reader"],
        PortRef => &["5432", "metrics", "9187"],
        PortRefs => &["[metrics]"],
        ServicePorts => &["[metrics]", "{ database: 80 }"],
        Ports => &["{ database: 5433 }", "{ database: 5432, more: 7000 }"],
        Env => &["{ OTHER: \"x\" }", "{ OTHER: \"$(NOBODY)\" }"],
        EnvFrom => &["[login]"],
        Storage => {
            &["{ data: { mount: \"/data\", size: 200Gi } }", "{ data: { size: 100Gi } }", "{ data: { size: 200Gi } }"]
        }
        Files => &["{ \"/etc/other\": settings }"],
        Scratch => &["{ tmp: { mount: \"/tmp\", size: 1Gi } }"],
        Mounts => &["{ data: \"/other\" }"],
        Resources => &["{ cpu: 1 }"],
        Probe => &["exec(\"pg_isready\")"],
        Hook => &["exec(\"other\")"],
        Containers => &["{ migrate: { image: \"app:1.3\" } }"],
        Labels => &["{ other: \"x\" }"],
        Annotations => &["{ other: \"x\" }"],
        Engine => &[
            "postgres { version: \"16.4\", password: postgres_secret.password }",
            "redis { password: postgres_secret.password }",
        ],
        EngineVersion => &[],
        Replication => &[
            "{}",
            "{ password: postgres_secret.password }",
            "cluster",
            "primary",
            "{ user: \"replicator\", password: postgres_secret.replication }",
        ],
        Settings => &[
            "{ max_connections: 300 }",
            "{ maxmemory: \"1gb\" }",
            "{ \"log.retention.hours\": 24 }",
            "{ max_payload: 1000000 }",
            "{ num_tokens: 8 }",
        ],
        Update => &["RollingUpdate { partition: 1 }", "RollingUpdate { max_unavailable: 25% }"],
        Retain => &["{ when_deleted: Delete }"],
        Disruption => &["{ min_available: 1 }"],
        Spread => &["[region]"],
        Affinity => &["{ apart: Preferred }"],
        Neighbours => &["{ cache: Required }", "[web]"],
        NodeLabels => &["{ disk: [\"ssd\"] }"],
        Tolerations => &["[{ key: \"other\" }]"],
        Security => &["{ user: 1001, group: 1001 }"],
        ContainerSecurity => &["{ user: 1001 }"],
        UserIds => &["[2000]"],
        Capabilities => &["[]", "[SYS_PTRACE]"],
        Sysctls => &["{ \"net.ipv4.tcp_syncookies\": 1 }", "{ \"net.ipv4.tcp_syncookies\": 0 }"],
        Dns => &["{ options: { ndots: 3 } }"],
        DnsOptions => &["{ ndots: 3 }"],
        SearchDomains => &["[\"other.example\"]"],
        Addresses => &["[\"10.96.0.11\"]"],
        Cidrs => &["[\"10.1.0.0/16\"]", "[\"10.2.0.0/16\"]"],
        Backup => &["{ schedule: \"0 3 * * *\", keep: 30d, bucket: \"backups\" }"],
        Network => &["{ from: [cache] }"],
        NamespaceLabels => &["[{ team: \"a\" }]"],
        Items => {
            &["{ \"postgresql.conf\": \"a.conf\" }", "{ \"postgresql.conf\": \"b.conf\" }", "{ password: \"pw\" }"]
        }
        Headers => &["{ Accept: \"text/plain\" }"],
        IngressRules => &[
            "[{ host: \"db.example.com\", service: postgres_read, port: database }]",
            "[{ host: \"other.example\", service: postgres_read, port: database }]",
        ],
        IngressTls => &[
            "{ web_tls: [\"other.example\"] }",
            "{ other_tls: [\"db.example.com\"] }",
            "{ web_tls: [\"third.example\"] }",
        ],
        NetworkRules => &["[]", "[{ ports: [5432] }]", "[{ ports: [5433] }]"],
        NetworkPorts => &["[5432]", "[{ port: 5432, end: 5440 }]"],
        Pods => &["[{ namespaces: { team: \"a\" } }]"],
        AddressPeers => &["[\"10.1.0.0/16\"]"],
        External => &["{ store: \"other\" }"],
        Sticky => &["true", "1h"],
        Binary => &["{ \"a.bin\": (A) }", "{ \"a.bin\": (B) }"],
        Params => &["{ size: count(3) }"],
        ParamType => &["count(4)"],
        ParamValue => &["2", "9"],
        ParamValues => &["[3, 4]", "[3, 5]"],
        FsGroupChange | PodManagement | Pull | Protocol | Access | Retention | Strength | TaintEffect | DnsPolicy
        | Concurrency | ServiceType | TrafficPolicy | TrafficDistribution | SecretType | Restart => &[],
    }
}
