//! What a user can declare. The macro lowers into these types, the builder edits them, the rules read them, the manifests are built
//! from them.
//!
//! Values are typed: a model cannot hold a port of 99999 or a size of `10GB`. What only several values together decide is
//! the business of [`crate::check`].

mod app;
mod config;
mod container;
mod engine;
mod job;
mod names;
mod network;
mod param;
mod probe;
mod scheduling;
mod security;
mod service;
mod storage;
mod words;

pub use app::*;
pub use config::*;
pub use container::*;
pub use engine::*;
pub use job::*;
pub(crate) use names::Names;
pub use network::*;
pub(crate) use param::{Origin, unknown as unknown_param};
pub use param::{Param, ParamKind, Params};
pub use probe::*;
pub use scheduling::*;
pub use security::*;
pub use service::*;
pub use storage::*;

use crate::value::{KubernetesVersion, Label};

/// A set of items that belong together: what one `stateful_app!` block declares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    /// The stack's name; it names the output and is the label `app.kubernetes.io/part-of`.
    pub name: Option<Label>,
    /// The namespace of all objects; without it, `kubectl` decides.
    pub namespace: Option<Label>,
    /// The oldest Kubernetes version that this must run on; default 1.31.
    pub kubernetes: Option<KubernetesVersion>,
    /// The DNS domain of the cluster; default `cluster.local`.
    pub cluster_domain: Option<crate::value::Hostname>,
    /// Parameters: what `--set` sets, and a Helm chart offers as values.
    pub params: Vec<Param>,
    /// Ids of warnings that are silenced in the whole stack.
    pub allow: Vec<String>,
    /// The items, in the order of the declaration.
    pub items: Vec<Item>,
    /// Where items come from that depend on parameters.
    pub(crate) origins: Vec<Origin>,
    /// What could not be understood of a declaration when the program ran.
    pub(crate) unread: Vec<crate::finding::Finding>,
}

/// The version that a stack must run on where it does not say.
pub const DEFAULT_KUBERNETES: KubernetesVersion = KubernetesVersion::new(1, 31);

/// One item of a stack.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `StatefulApp` (a StatefulSet) or `App` (a Deployment), with what it needs.
    App(Box<App>),
    /// A ConfigMap.
    ConfigMap(ConfigMap),
    /// A Secret.
    Secret(Secret),
    /// A Service.
    Service(Service),
    /// A Job.
    Job(Box<Job>),
    /// A CronJob.
    CronJob(Box<CronJob>),
    /// An Ingress.
    Ingress(Ingress),
    /// A NetworkPolicy.
    NetworkPolicy(NetworkPolicy),
    /// A ServiceAccount.
    ServiceAccount(ServiceAccount),
    /// Any other object, as it is.
    Raw(Raw),
    /// Labels, configuration and start order that several apps share.
    AppGroup(AppGroup),
    /// An item that could not be understood; it keeps the positions of the others.
    Broken,
}

/// What every object has besides its specification.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// Additional labels.
    pub labels: Vec<(crate::value::LabelKey, crate::value::LabelValue)>,
    /// Additional annotations.
    pub annotations: Vec<(crate::value::AnnotationKey, String)>,
    /// What it is for; becomes the annotation `kubernetes.io/description`.
    pub doc: String,
    /// Ids of warnings that are silenced for this item.
    pub allow: Vec<String>,
}

impl Item {
    /// The kind, in the language's words.
    pub fn kind(&self) -> &'static str {
        match self {
            Item::App(app) => app.workload.kind(),
            Item::ConfigMap(_) => "ConfigMap",
            Item::Secret(_) => "Secret",
            Item::Service(_) => "Service",
            Item::Job(_) => "Job",
            Item::CronJob(_) => "CronJob",
            Item::Ingress(_) => "Ingress",
            Item::NetworkPolicy(_) => "NetworkPolicy",
            Item::ServiceAccount(_) => "ServiceAccount",
            Item::Raw(_) => "Raw",
            Item::AppGroup(_) => "AppGroup",
            Item::Broken => "item",
        }
    }

    /// The object's name; empty for what has none.
    pub fn name(&self) -> &str {
        match self {
            Item::App(app) => app.name.as_str(),
            Item::ConfigMap(config) => config.name.as_str(),
            Item::Secret(secret) => secret.name.as_str(),
            Item::Service(service) => service.name.as_str(),
            Item::Job(job) => job.name.as_str(),
            Item::CronJob(job) => job.name.as_str(),
            Item::Ingress(ingress) => ingress.name.as_str(),
            Item::NetworkPolicy(policy) => policy.name.as_str(),
            Item::ServiceAccount(account) => account.name.as_str(),
            Item::Raw(raw) => &raw.name,
            Item::AppGroup(group) => group.name.as_str(),
            Item::Broken => "",
        }
    }

    /// The labels, annotations and silenced warnings; none for a raw or broken item.
    pub fn meta(&self) -> Option<&Meta> {
        Some(match self {
            Item::App(app) => &app.meta,
            Item::ConfigMap(config) => &config.meta,
            Item::Secret(secret) => &secret.meta,
            Item::Service(service) => &service.meta,
            Item::Job(job) => &job.meta,
            Item::CronJob(job) => &job.meta,
            Item::Ingress(ingress) => &ingress.meta,
            Item::NetworkPolicy(policy) => &policy.meta,
            Item::ServiceAccount(account) => &account.meta,
            Item::AppGroup(group) => &group.meta,
            Item::Raw(_) | Item::Broken => return None,
        })
    }
}

macro_rules! of_kind {
    ($($(#[$doc:meta])* $name:ident, $get:ident: $variant:ident => $kind:ty;)*) => {
        impl Stack {
            $(
                $(#[$doc])*
                pub fn $name(&self) -> impl Iterator<Item = (usize, &$kind)> {
                    self.items.iter().enumerate().filter_map(|(n, item)| match item {
                        Item::$variant(item) => Some((n, &*item)),
                        _ => None,
                    }).map(|(n, item)| { let item: &$kind = item; (n, item) })
                }

                /// The one of this name.
                pub fn $get(&self, name: &str) -> Option<&$kind> {
                    self.$name().map(|(_, item)| item).find(|item| item.name.as_str() == name)
                }
            )*
        }
    };
}

of_kind! {
    /// The apps, with their positions.
    apps, app: App => App;
    /// The ConfigMaps, with their positions.
    config_maps, config_map: ConfigMap => ConfigMap;
    /// The Secrets, with their positions.
    secrets, secret: Secret => Secret;
    /// The Services, with their positions.
    services, service: Service => Service;
    /// The Jobs, with their positions.
    jobs, job: Job => Job;
    /// The CronJobs, with their positions.
    cron_jobs, cron_job: CronJob => CronJob;
    /// The Ingresses, with their positions.
    ingresses, ingress: Ingress => Ingress;
    /// The NetworkPolicies, with their positions.
    network_policies, network_policy: NetworkPolicy => NetworkPolicy;
    /// The ServiceAccounts, with their positions.
    service_accounts, service_account: ServiceAccount => ServiceAccount;
    /// The groups, with their positions.
    groups, group: AppGroup => AppGroup;
}

impl Stack {
    /// The Kubernetes version that the stack must run on: as declared, else 1.31.
    pub fn kubernetes(&self) -> KubernetesVersion {
        self.kubernetes.unwrap_or(DEFAULT_KUBERNETES)
    }

    /// The DNS domain of the cluster.
    pub fn cluster_domain(&self) -> &str {
        self.cluster_domain.as_ref().map_or("cluster.local", |domain| domain.as_str())
    }

    /// The namespace as it stands in host names: as declared, else `default`.
    pub fn dns_namespace(&self) -> &str {
        self.namespace.as_ref().map_or("default", |namespace| namespace.as_str())
    }
}
