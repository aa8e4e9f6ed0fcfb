//! Typed handles: what a declared item is called, so that other blocks and Rust code need no strings.

use crate::engine::replication::{primary_service, read_service};
use crate::engine::{KnownPort, UsedBy};
use crate::model::{App as AppModel, ConfigMap as ConfigMapModel, EngineKind, Item, Secret as SecretModel, Stack};
use crate::value::{Port, to_name};
use std::ops::Deref;

/// An app.
///
/// ```
/// # use statefulapp_core::{handle, model::Stack};
/// # let stack = Stack::default();
/// # let postgres = handle::App::new(&stack, 0, "postgres", ());
/// assert_eq!(postgres.host(0), "postgres-0.postgres");
/// ```
#[derive(Clone, Debug)]
pub struct App<P> {
    name: String,
    service: String,
    namespace: Option<String>,
    domain: String,
    replicas: u32,
    first: u32,
    url: Option<Url>,
    /// Whether `-primary` and `-read` Services lead to it.
    roles: bool,
    /// Its ports, by name.
    pub ports: P,
}

/// What a client needs besides the host.
#[derive(Clone, Debug)]
struct Url {
    scheme: &'static str,
    user: Option<String>,
    port: Port,
    /// For a system whose clients look for the primary themselves: its name.
    set: Option<String>,
    /// Where accounts are kept, if that is not the database itself.
    accounts: Option<&'static str>,
}

impl Url {
    fn of(app: &AppModel) -> Option<Self> {
        let engine = app.engine.as_ref()?;
        let known = &crate::engine::facts(engine.kind).ports;
        let mut of_clients = known.iter().filter(|port| port.used_by == UsedBy::Clients);
        let is_declared =
            |port: &&KnownPort| app.main.ports.iter().any(|declared| declared.number.get() == port.number);
        // What the app declares is what its Services lead to; without that it is what the engine brings.
        let port = match of_clients.clone().find(is_declared).or_else(|| of_clients.next()) {
            Some(port) if app.main.ports.is_empty() || is_declared(&port) => Port::new(port.number)?,
            _ => app.main.ports.first()?.number,
        };
        let mongodb = engine.kind == EngineKind::Mongodb;
        let set = (mongodb && engine.replication.is_some()).then(|| crate::engine::replica_set_name(engine).to_owned());
        Some(Self {
            scheme: crate::engine::scheme(engine.kind)?,
            // The image makes its administrator under this name.
            user: engine.user.clone().or_else(|| (mongodb && engine.password.is_some()).then(|| "root".to_owned())),
            port,
            set,
            accounts: (mongodb && engine.password.is_some()).then_some("admin"),
        })
    }
}

impl App<()> {
    /// The app of this name in a stack: what the macro's value has as a field for each app.
    ///
    /// ```
    /// use statefulapp_core::builder::{Engine, EngineKind, StatefulApp};
    /// use statefulapp_core::{handle, model::Stack};
    ///
    /// let postgres = StatefulApp::new("postgres")?.engine(Engine::new(EngineKind::Postgres).user("shop"));
    /// let stack = Stack::named("shop")?.in_namespace("databases")?.with(postgres);
    /// let postgres = handle::App::find(&stack, "postgres").unwrap();
    /// assert_eq!(postgres.url("orders"), "postgresql://shop@postgres-0.postgres:5432/orders");
    /// assert_eq!(postgres.full_host(0), "postgres-0.postgres.databases.svc.cluster.local");
    /// # Ok::<(), statefulapp_core::value::ValueError>(())
    /// ```
    pub fn find(stack: &Stack, name: &str) -> Option<Self> {
        stack.apps().find(|(_, app)| app.name == name).map(|(n, _)| Self::new(stack, n, name, ()))
    }
}

impl<P> App<P> {
    /// The app at this position of the stack. `ident` stands in where the declaration could not be understood.
    #[doc(hidden)]
    pub fn new(stack: &Stack, index: usize, ident: &str, ports: P) -> Self {
        let app = match stack.items.get(index) {
            Some(Item::App(app)) => Some(&**app),
            _ => None,
        };
        let name = app.map_or_else(|| to_name(ident), |app| app.name.as_str().to_owned());
        Self {
            service: app.map_or_else(|| name.clone(), |app| app.service_name().to_owned()),
            namespace: stack.namespace.as_ref().map(|namespace| namespace.as_str().to_owned()),
            domain: stack.cluster_domain().to_owned(),
            replicas: app.map_or(1, |app| app.replicas()),
            first: app.map_or(0, |app| app.first_ordinal()),
            url: app.and_then(Url::of),
            roles: app.is_some_and(|app| {
                let replication = app.engine.as_ref().and_then(|engine| engine.replication.as_ref());
                let form = crate::engine::of(app).zip(replication).and_then(|(facts, said)| facts.form(said));
                form.is_some_and(|form| form.services)
            }),
            name,
            ports,
        }
    }

    /// The name of the workload.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the Service that gives the pods their host names.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The host name of the pod of this ordinal, as pods of the same namespace see it: `postgres-0.postgres-headless`.
    pub fn host(&self, ordinal: u32) -> String {
        format!("{}-{ordinal}.{}", self.name, self.service)
    }

    /// The same for the whole cluster: `postgres-0.postgres-headless.databases.svc.cluster.local`. Without a declared namespace it
    /// is `default`.
    pub fn full_host(&self, ordinal: u32) -> String {
        let namespace = self.namespace.as_deref().unwrap_or("default");
        format!("{}.{namespace}.svc.{}", self.host(ordinal), self.domain)
    }

    /// The host names of all pods.
    pub fn hosts(&self) -> Vec<String> {
        (self.first..self.first.saturating_add(self.replicas)).map(|ordinal| self.host(ordinal)).collect()
    }

    /// The host that takes writes: `postgres-primary` where the first pod is the primary of others, else the first pod's own. The
    /// members of a MongoDB replica set elect theirs; their clients find it with [`Self::url`].
    pub fn primary(&self) -> String {
        if self.roles { primary_service(&self.name) } else { self.host(self.first) }
    }

    /// The host that answers to reads, by any pod that is ready: `postgres-read`; the first pod's own where there are no replicas.
    pub fn read(&self) -> String {
        if self.roles { read_service(&self.name) } else { self.host(self.first) }
    }

    /// The URL of a database of a known engine, without a password: `postgresql://app@postgres-0.postgres:5432/orders`; of a MongoDB
    /// replica set with all its members, `mongodb://root@db-0.db:27017,db-1.db:27017,db-2.db:27017/orders?replicaSet=rs0&authSource=admin`.
    /// For an app without an engine it has the scheme `tcp`.
    pub fn url(&self, database: &str) -> String {
        let Some(Url { scheme, user, port, set, accounts }) = &self.url else {
            return format!("tcp://{}/{database}", self.host(self.first));
        };
        let hosts = if set.is_some() { self.hosts() } else { vec![self.host(self.first)] };
        let hosts: Vec<String> = hosts.iter().map(|host| format!("{host}:{port}")).collect();
        let user = user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let set = set.as_ref().map(|set| format!("replicaSet={set}"));
        let accounts = accounts.map(|accounts| format!("authSource={accounts}"));
        let options: Vec<String> = set.into_iter().chain(accounts).collect();
        let options = if options.is_empty() { String::new() } else { format!("?{}", options.join("&")) };
        format!("{scheme}://{user}{}/{database}{options}", hosts.join(","))
    }
}

/// A port of an app, by name.
#[doc(hidden)]
pub fn port(stack: &Stack, index: usize, name: &str) -> Port {
    let port = match stack.items.get(index) {
        Some(Item::App(app)) => app.main.port(name).map(|port| port.number),
        _ => None,
    };
    // Only a declaration with errors has no such port, and it does not run.
    port.unwrap_or(Port::__checked(1))
}

/// A key of a Secret or ConfigMap, by name.
#[doc(hidden)]
pub fn key(stack: &Stack, index: usize, key: &str) -> Key {
    let (secret, name) = match stack.items.get(index) {
        Some(Item::Secret(SecretModel { name, .. })) => (true, name.as_str()),
        Some(Item::ConfigMap(ConfigMapModel { name, .. })) => (false, name.as_str()),
        _ => (false, ""),
    };
    Key { secret, name: name.to_owned(), key: key.to_owned() }
}

/// A key of a Secret or a ConfigMap: the value of an environment variable in another block or in the builder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub(crate) secret: bool,
    pub(crate) name: String,
    pub(crate) key: String,
}

impl Key {
    /// The object's name.
    pub fn object(&self) -> &str {
        &self.name
    }

    /// The key in it.
    pub fn key(&self) -> &str {
        &self.key
    }
}

macro_rules! data_handles {
    ($($(#[$doc:meta])* $name:ident $secret:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug)]
            pub struct $name<K> {
                object: Object,
                keys: K,
            }

            impl<K> $name<K> {
                #[doc(hidden)]
                pub fn new(stack: &Stack, index: usize, ident: &str, keys: K) -> Self {
                    Self { object: Object::new(stack, index, ident), keys }
                }

                /// The object's name.
                pub fn name(&self) -> &str {
                    self.object.name()
                }

                /// Any of its keys.
                pub fn key(&self, key: &str) -> Key {
                    Key { secret: $secret, name: self.object.name.clone(), key: key.to_owned() }
                }
            }

            /// Its keys that are identifiers, as fields.
            impl<K> Deref for $name<K> {
                type Target = K;

                fn deref(&self) -> &K {
                    &self.keys
                }
            }
        )*
    };
}

data_handles! {
    /// A Secret.
    Secret true;
    /// A ConfigMap.
    ConfigMap false;
}

/// Any other item.
#[derive(Clone, Debug)]
pub struct Object {
    name: String,
}

impl Object {
    #[doc(hidden)]
    pub fn new(stack: &Stack, index: usize, ident: &str) -> Self {
        let name = stack.items.get(index).map(|item| item.name().to_owned()).filter(|name| !name.is_empty());
        Self { name: name.unwrap_or_else(|| to_name(ident)) }
    }

    /// The object's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}
