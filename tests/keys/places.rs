//! Where blocks stand: found from the grammar, from the items inwards.

use crate::samples::samples;
use statefulapp::engine::Facts;
use statefulapp::grammar::{self, Block, Key, Kind};

/// Keys and values, as written.
pub(crate) type Entries = Vec<(String, String)>;

/// A declaration with a block in it whose keys are still open.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) block: &'static Block,
    /// The declaration; `KEYS` is where the block's keys go.
    text: String,
    /// Keys without which the block says nothing.
    pub(crate) base: Entries,
    /// The only keys that are tried; empty for all.
    only: Vec<&'static str>,
    /// Tags of the engine's image.
    pub(crate) versions: Vec<&'static str>,
}

/// Where an item begins that is looked at.
pub(crate) const BEGIN: &str = "/* it */";

const KEYS: &str = "KEYS";

impl Place {
    fn new(block: &'static Block, text: impl Into<String>, base: &str) -> Self {
        let mut place = Self { block, text: text.into(), base: entries(base), only: Vec::new(), versions: Vec::new() };
        for key in block.keys.iter().filter(|key| key.required) {
            if !place.base.iter().any(|(name, _)| name == key.name)
                && let Some(value) = samples(key, &place).into_iter().next()
            {
                place.base.push((key.name.to_owned(), value));
            }
        }
        place
    }

    /// The declaration with these keys in the block, and one more.
    pub(crate) fn with(&self, entries: &Entries, one: Option<(&str, &str)>) -> String {
        self.text.replace(KEYS, &list(entries, one))
    }

    /// Whether its keys are tried as they stand, without further company.
    pub(crate) fn is_complete(&self) -> bool {
        !self.versions.is_empty()
    }

    /// The keys that are tried here.
    pub(crate) fn keys(&self) -> Vec<&'static Key> {
        let here = |key: &&Key| self.only.is_empty() || self.only.contains(&key.name);
        self.block.keys.iter().filter(here).collect()
    }

    /// The same declaration with a block of another kind open, which stands in one of this block's keys.
    fn in_key(&self, key: &Key, form: &str, block: &'static Block, base: &str) -> Self {
        let mut entries = self.base.clone();
        entries.retain(|(name, _)| name != key.name);
        let text = self.text.replace(KEYS, &list(&entries, Some((key.name, form))));
        Self { versions: self.versions.clone(), ..Self::new(block, text, base) }
    }
}

fn list(entries: &Entries, one: Option<(&str, &str)>) -> String {
    let one = one.map(|(key, value)| (key.to_owned(), value.to_owned()));
    entries.iter().chain(&one).map(|(key, value)| format!("{key}: {value},\n")).collect()
}

/// `key: value; key: value`.
fn entries(text: &str) -> Entries {
    let pairs = text.split(';').filter_map(|entry| entry.trim().split_once(": "));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// What others refer to, and an item.
pub(crate) fn world(item: &str) -> String {
    format!("stack: \"shop\", namespace: \"databases\", kubernetes: 1.37,\n{WORLD}\n{item}")
}

/// A declaration without what it refers to.
pub(crate) fn short(text: &str) -> String {
    text.replace(WORLD, "\n    …\n")
}

const WORLD: &str = r#"
    Secret postgres_secret {
        password: from_env("A"), replication: from_env("B"), cookie: from_env("C"), access_key: from_env("D"), secret_key: from_env("E"),
    }
    Secret login { password: from_env("A"), access_key: from_env("F"), secret_key: from_env("G") }
    Secret secret { key: from_env("A") }
    Secret objects { access_key: from_env("F"), secret_key: from_env("G") }
    Secret registry { meta: { type: DockerConfigJson }, ".dockerconfigjson": from_env("A") }
    Secret other_registry { meta: { type: DockerConfigJson }, ".dockerconfigjson": from_env("A") }
    Secret web_tls { meta: { type: Tls }, "tls.crt": from_env("A"), "tls.key": from_env("A") }
    Secret other_tls { meta: { type: Tls }, "tls.crt": from_env("A"), "tls.key": from_env("A") }
    ConfigMap postgres_config { "postgresql.conf": "listen_addresses = '*'", "my.cnf": "[mysqld]" }
    ConfigMap settings { "postgresql.conf": "listen_addresses = '*'\nmax_connections = 7", "redis.conf": "maxmemory 1gb" }
    ConfigMap server_config {
        "my.cnf": "[mysqld]", "mongod.conf": "net: {}", "redis.conf": "maxmemory 1gb", "rabbitmq.conf": "a = 1", "nats.conf": "debug: false",
        "elasticsearch.yml": "a: 1", "opensearch.yml": "a: 1",
    }
    ServiceAccount reader { token: true }
    StatefulApp postgres {
        image: "example.com/db:1", ports: { database: 5432, metrics: 9187, admin: 9000 }, storage: { data: { mount: "/data", size: 1Gi } },
        replicas: 3, security: { user: 999, group: 999 },
    }
    App web { image: "example.com/web:1", ports: { http: 80, database: 5432 }, security: { user: 999 } }
    App cache { image: "example.com/cache:latest", ports: { database: 6379 }, security: { user: 999 } }
    Service postgres_read { selects: postgres, ports: [database] }
    Service other_read { selects: postgres, ports: [database] }
"#;

/// The items, each with the keys without which it says nothing.
pub(crate) fn items() -> Vec<Place> {
    let item = |block: &'static Block, base: &str| {
        let name = block.name;
        Place::new(block, world(&format!("{BEGIN}\n{name} it {{ {KEYS} }}\n")), base)
    };
    // With a reason for exceptions, so that those are tried too.
    let served = "image: \"example.com/db:1\"; ports: { database: 5432, metrics: 9187, admin: 9000 }; replicas: 3; \
                  security: { user: 999, because: \"it is tried\" }";
    let stored = format!("{served}; storage: {{ data: {{ mount: \"/data\", size: 1Gi }} }}");
    let data = "selects: postgres; ports: [database]";
    vec![
        item(&grammar::STATEFUL_APP, &stored),
        item(&grammar::APP, served),
        item(&grammar::SERVICE, data),
        item(&grammar::SERVICE, &format!("{data}; type: NodePort")),
        item(&grammar::SERVICE, ""),
        item(&grammar::CONFIG_MAP, "a: \"x\""),
        item(&grammar::SECRET, "a: \"x\""),
        item(&grammar::JOB, "image: \"example.com/job:1\"; security: { user: 999 }"),
        item(&grammar::CRON_JOB, "image: \"example.com/job:1\"; security: { user: 999 }"),
        item(
            &grammar::INGRESS,
            "rules: [{ host: \"db.example.com\", service: postgres_read, port: database }, \
             { host: \"other.example\", service: postgres_read, port: database }]",
        ),
        item(&grammar::NETWORK_POLICY, "ingress: []"),
        item(&grammar::SERVICE_ACCOUNT, ""),
        item(&grammar::APP_GROUP, "members: [web, cache]; labels: { team: \"a\" }"),
        item(&grammar::RAW, ""),
    ]
}

/// How a block stands in a value of a kind, and the keys that it starts with.
fn forms(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::ServicePorts | Kind::Ports => &[("{ database: { KEYS } }", "number: 5432")],
        Kind::EnvFrom | Kind::Tolerations | Kind::NetworkPorts | Kind::Pods | Kind::AddressPeers => {
            &[("[{ KEYS }]", "")]
        }
        Kind::IngressRules => &[("[{ KEYS }]", "host: \"db.example.com\"; port: database")],
        Kind::NetworkRules => &[("[{ KEYS }]", "ports: [5432]")],
        Kind::Storage => &[("{ data: { KEYS } }", "mount: \"/data\""), ("{ data: { KEYS } }", "")],
        Kind::Files => &[
            ("{ \"/etc/more\": { KEYS } }", ""),
            ("{ \"/etc/more\": { KEYS } }", "from: postgres_config"),
            ("{ \"/etc/more.conf\": { KEYS } }", "from: postgres_config[\"postgresql.conf\"]"),
        ],
        Kind::Scratch => &[("{ tmp: { KEYS } }", "mount: \"/tmp\"")],
        Kind::Mounts => &[("{ data: { KEYS } }", "path: \"/seen\"")],
        Kind::Containers => &[("{ helper: { KEYS } }", "image: \"example.com/helper:1\"")],
        Kind::Spread => &[("{ zone: { KEYS } }", "")],
        Kind::Update => &[("RollingUpdate { KEYS }", "")],
        Kind::Probe => &[
            ("tcp(database) { KEYS }", ""),
            ("http(\"/\", metrics) { KEYS }", ""),
            ("grpc(9187) { KEYS }", ""),
            ("exec(\"ready\") { KEYS }", ""),
        ],
        Kind::Hook => &[("http(\"/\", metrics) { KEYS }", ""), ("exec(\"stop\") { KEYS }", "")],
        Kind::Dns => &[("{ KEYS }", ""), ("{ KEYS }", "nameservers: [\"10.96.0.10\"]")],
        Kind::Security | Kind::ContainerSecurity => &[("{ KEYS }", "user: 999")],
        Kind::Backup => {
            &[("{ KEYS }", "schedule: \"0 2 * * *\"; keep: 30d; bucket: \"backups\"; credentials: objects")]
        }
        _ => &[("{ KEYS }", "")],
    }
}

/// Every block in every place where it can stand.
pub(crate) fn places() -> Vec<Place> {
    // Engines use the domain of the cluster, whatever block is looked at.
    let broker = "StatefulApp kafka { engine: kafka, replicas: 3, storage: { data: { size: 1Gi } } }";
    let mut places = vec![Place::new(
        &grammar::HEAD,
        format!("{KEYS}\n{WORLD}\n{broker}"),
        "stack: \"shop\"; namespace: \"databases\"",
    )];
    places.push(Place::new(&grammar::PARAM, format!("params: {{ size: count(3) {{ {KEYS} }} }},\n{WORLD}"), ""));
    places.extend(items());
    for (kind, key) in [("ConfigMap", "\"x\""), ("Secret", "from_env(\"X\")")] {
        let text = format!(
            "{kind} it {{ meta: {{ {KEYS} }}, username: {key}, \"tls.crt\": {key}, \"tls.key\": {key}, \"ssh-privatekey\": {key} }}"
        );
        places.push(Place::new(&grammar::DATA_META, world(&text), ""));
    }
    for (keys, base) in
        [("username", "external: { store: \"vault\" }"), ("username: \"someone\"", ""), (".dockerconfigjson", "")]
    {
        let keys = if keys.starts_with('.') { format!("\"{keys}\": from_env(\"X\")") } else { keys.to_owned() };
        places.push(Place::new(
            &grammar::DATA_META,
            world(&format!("Secret it {{ meta: {{ {KEYS} }}, {keys} }}")),
            base,
        ));
    }
    // A dump needs a server that is known.
    let backed = "engine: postgres { password: postgres_secret.password }; storage: { data: { size: 1Gi } }";
    places.push(Place::new(&grammar::STATEFUL_APP, world(&format!("StatefulApp it {{ {KEYS} }}")), backed));
    places.extend(statefulapp::engine::all().iter().flat_map(|facts| of_replication(facts)));
    let mut n = 0;
    while let Some(place) = places.get(n).cloned() {
        n += 1;
        for key in place.keys() {
            let Some(block) = key.kind.block() else { continue };
            // A block in a block of its own kind says nothing new.
            for (form, base) in forms(key.kind) {
                places.push(place.in_key(key, form, block, base));
            }
        }
    }
    places
}

/// How many sets of options an engine's app is tried with.
const BASES: usize = 6;

/// An app of an engine, alone and several, with the options that hold secrets.
pub(crate) fn of_engine(facts: &'static Facts) -> Vec<Place> {
    let mut places = Vec::new();
    let takes = |option: &str| facts.takes(option);
    let secrets: String = grammar::ENGINE
        .keys
        .iter()
        .filter(|key| key.kind == Kind::SecretKey && takes(key.name))
        .map(|key| format!("{}: postgres_secret.password; ", key.name))
        .collect();
    let replication = "replication: { user: \"replicator\", password: postgres_secret.replication }; ";
    let bases: [String; BASES] = [
        secrets.clone(),
        format!("{secrets}{}", if takes("user") { "user: \"someone\"; " } else { "" }),
        format!("{secrets}{}", if takes("replication") { replication } else { "" }),
        format!(
            "{secrets}{}",
            if takes("replication") { "replication: { password: postgres_secret.replication }; " } else { "" }
        ),
        format!("{secrets}{}", if takes("replication") { "replication: {}; " } else { "" }),
        String::new(),
    ];
    for replicas in [1, 3, 6] {
        for base in &bases {
            let mut place = Place::new(&grammar::ENGINE, engine_world(facts, KEYS, replicas), base);
            place.only = facts.options.iter().map(|option| option.name).collect();
            place.versions = facts.versions.iter().map(|series| series.tag).collect();
            places.push(place);
        }
    }
    places
}

/// The block `replication` of an engine.
pub(crate) fn of_replication(facts: &'static Facts) -> Vec<Place> {
    let Some(key) = grammar::ENGINE.key("replication").filter(|_| facts.takes("replication")) else {
        return Vec::new();
    };
    // Those with all secrets and nothing more: one pod, three, six, and twelve, which are primaries with one replica each or two.
    let mut engines: Vec<Place> = of_engine(facts).into_iter().step_by(BASES).collect();
    let twelve = engines.first().map(|place| Place { text: engine_world(facts, KEYS, 12), ..place.clone() });
    engines.extend(twelve);
    let forms = ["{ KEYS }", "cluster { KEYS }", "primary { KEYS }"];
    let bases = ["", "password: postgres_secret.replication; "];
    let in_forms = engines.iter().flat_map(|place| {
        forms.iter().flat_map(move |form| bases.map(|base| place.in_key(key, form, &grammar::REPLICATION, base)))
    });
    in_forms.collect()
}

fn engine_world(facts: &Facts, inner: &str, replicas: u32) -> String {
    let name = facts.name;
    let image = if facts.versions.is_empty() { "image: \"example.com/db:1\", " } else { "" };
    let zookeeper = |name: &str| {
        format!("StatefulApp {name} {{ engine: zookeeper, replicas: 3, storage: {{ data: {{ size: 1Gi }} }} }}\n")
    };
    let others = if facts.takes("zookeeper") {
        [zookeeper("zookeeper"), zookeeper("other_zookeeper")].concat()
    } else {
        String::new()
    };
    world(&format!(
        "{others}StatefulApp it {{ {image}engine: {name} {{ {inner} }}, replicas: {replicas}, storage: {{ data: {{ size: 1Gi }} }} }}"
    ))
}
