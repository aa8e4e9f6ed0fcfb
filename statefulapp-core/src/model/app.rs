use super::{
    Affinity, Backup, Container, Disruption, Dns, Engine, FileMount, Meta, NetworkAccess, PodSecurity, Scratch, Spread,
    Toleration, Volume,
};
use crate::value::{AppName, Duration, IntOrPercent, Label, LabelKey, LabelValue, Subdomain};

/// What runs the pods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Workload {
    /// `StatefulApp`: a StatefulSet.
    #[default]
    StatefulSet,
    /// `App`: a Deployment.
    Deployment,
}

impl Workload {
    /// The item's kind in the language.
    pub fn kind(self) -> &'static str {
        match self {
            Workload::StatefulSet => "StatefulApp",
            Workload::Deployment => "App",
        }
    }
}

/// An application: a StatefulSet or a Deployment, with its Services, ServiceAccount, disruption budget and backups.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// StatefulSet or Deployment.
    pub workload: Workload,
    /// The name of the workload, of its pods (`name-0`) and of what comes with it.
    pub name: AppName,
    /// Labels, annotations, silenced warnings.
    pub meta: Meta,
    /// What is known of the image; completes the fields that are left out.
    pub engine: Option<Engine>,
    /// The main container; its name is the app's.
    pub main: Container,
    /// Containers that run to completion before the main one starts, in order.
    pub init: Vec<Container>,
    /// Containers that run beside the main one.
    pub sidecars: Vec<Container>,
    /// Number of pods; default 1.
    pub replicas: Option<u32>,
    /// Names of Secrets with the registry's credentials.
    pub pull_secrets: Vec<Subdomain>,
    /// Volumes that each pod keeps: volume claim templates.
    pub storage: Vec<Volume>,
    /// ConfigMaps and Secrets as files.
    pub files: Vec<FileMount>,
    /// Volumes that live as long as the pod: emptyDir.
    pub scratch: Vec<Scratch>,
    /// Seconds between the stop signal and the kill; default 30 s or the engine's minimum.
    pub grace: Option<Duration>,
    /// The governing headless Service's name; default the app's.
    pub service_name: Option<Label>,
    /// Whether peers resolve before they are ready; default true.
    pub publish_not_ready: Option<bool>,
    /// Whether pods start and stop one by one or all at once.
    pub pod_management: Option<PodManagement>,
    /// How a changed template reaches the pods.
    pub update: Option<Update>,
    /// What happens to the claims; default Retain, Retain.
    pub retain: Option<Retain>,
    /// Seconds that a pod must be ready before the next is updated.
    pub min_ready: Option<Duration>,
    /// How many old revisions are kept to roll back to; default 10.
    pub revision_history: Option<u32>,
    /// The first pod's number; default 0.
    pub first_ordinal: Option<u32>,
    /// The disruption budget; default from the engine's quorum.
    pub disruption: Option<Disruption>,
    /// How pods spread over zones and hosts.
    pub spread: Option<Vec<Spread>>,
    /// Which nodes and neighbours.
    pub affinity: Option<Affinity>,
    /// Labels that a node must have.
    pub node_selector: Vec<(LabelKey, LabelValue)>,
    /// Taints that the pods tolerate.
    pub tolerations: Vec<Toleration>,
    /// The PriorityClass.
    pub priority_class: Option<Subdomain>,
    /// The RuntimeClass.
    pub runtime_class: Option<Subdomain>,
    /// The scheduler that places the pods.
    pub scheduler: Option<String>,
    /// The ServiceAccount; default one of the app's own, of its name.
    pub service_account: Option<Subdomain>,
    /// Whether the pods get a token for the API server; default false.
    pub service_account_token: Option<bool>,
    /// Whether Services of the namespace become environment variables; default false.
    pub service_links: Option<bool>,
    /// Whether changed configuration restarts the pods, by a checksum annotation; default true.
    pub restart_on_change: Option<bool>,
    /// Users, groups and privileges.
    pub security: PodSecurity,
    /// Name resolution in the pods.
    pub dns: Option<Dns>,
    /// Scheduled dumps.
    pub backup: Option<Backup>,
    /// Who may connect.
    pub network: Option<NetworkAccess>,
    /// Labels of the pods only (they are not part of the selector).
    pub pod_labels: Vec<(LabelKey, LabelValue)>,
    /// Annotations of the pods only.
    pub pod_annotations: Vec<(crate::value::AnnotationKey, String)>,
    /// The last word: edits the finished object.
    pub patch: Patch,
}

impl App {
    /// An app of this name; everything else is left to its default.
    pub fn new(workload: Workload, name: AppName) -> Self {
        Self {
            workload,
            main: Container::new(Label::from(&name)),
            name,
            meta: Meta::default(),
            engine: None,
            init: Vec::new(),
            sidecars: Vec::new(),
            replicas: None,
            pull_secrets: Vec::new(),
            storage: Vec::new(),
            files: Vec::new(),
            scratch: Vec::new(),
            grace: None,
            service_name: None,
            publish_not_ready: None,
            pod_management: None,
            update: None,
            retain: None,
            min_ready: None,
            revision_history: None,
            first_ordinal: None,
            disruption: None,
            spread: None,
            affinity: None,
            node_selector: Vec::new(),
            tolerations: Vec::new(),
            priority_class: None,
            runtime_class: None,
            scheduler: None,
            service_account: None,
            service_account_token: None,
            service_links: None,
            restart_on_change: None,
            security: PodSecurity::default(),
            dns: None,
            backup: None,
            network: None,
            pod_labels: Vec::new(),
            pod_annotations: Vec::new(),
            patch: Patch::default(),
        }
    }

    /// The number of pods.
    pub fn replicas(&self) -> u32 {
        self.replicas.unwrap_or(1)
    }

    /// The number of the first pod.
    pub fn first_ordinal(&self) -> u32 {
        self.first_ordinal.unwrap_or(0)
    }

    /// The numbers of the pods.
    pub(crate) fn pods(&self) -> impl Iterator<Item = u32> + use<> {
        (self.first_ordinal()..).zip(0..self.replicas()).map(|(pod, _)| pod)
    }

    /// The name of the pods' ServiceAccount.
    #[cfg(feature = "manifest")]
    pub(crate) fn account_name(&self) -> &str {
        self.service_account.as_ref().map_or(self.name.as_str(), |account| account.as_str())
    }

    /// The name of the Service that gives the pods their host names.
    pub fn service_name(&self) -> &str {
        self.service_name.as_ref().map_or(self.name.as_str(), |name| name.as_str())
    }

    /// All containers: init containers, sidecars, then the main one last.
    pub fn containers(&self) -> impl Iterator<Item = &Container> {
        self.init.iter().chain(&self.sidecars).chain(std::iter::once(&self.main))
    }
}

/// StatefulSet `podManagementPolicy`. It cannot be changed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PodManagement {
    /// One by one: pod 1 starts when pod 0 is ready.
    OrderedReady,
    /// All at once.
    Parallel,
}

/// How a changed template reaches the pods.
#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    /// StatefulSet: from the highest ordinal down, one by one. Deployment: in steps.
    Rolling {
        /// StatefulSet: pods below this ordinal keep the old template.
        partition: Option<u32>,
        /// How many pods may be away at once. For a StatefulSet the field needs a feature gate before 1.37.
        max_unavailable: Option<IntOrPercent>,
        /// Deployment: how many pods more than `replicas` there may be meanwhile.
        max_surge: Option<IntOrPercent>,
    },
    /// StatefulSet: a pod gets the new template when somebody deletes it.
    OnDelete,
    /// Deployment: all old pods stop before the new ones start.
    Recreate,
}

/// StatefulSet `persistentVolumeClaimRetentionPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retain {
    /// When the StatefulSet is deleted.
    pub when_deleted: Retention,
    /// When it is scaled down.
    pub when_scaled: Retention,
}

/// What happens to a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Retention {
    /// It stays, and its data.
    #[default]
    Retain,
    /// It is deleted, and its data.
    Delete,
}

/// The escape hatch: a function that edits the finished StatefulSet or Deployment, after which the rules run again.
#[derive(Clone, Default)]
pub struct Patch {
    #[cfg(feature = "manifest")]
    pub(crate) function: Option<crate::manifest::PatchFunction>,
}

impl std::fmt::Debug for Patch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Patch")
    }
}

/// Two patches are equal if they are the same function.
impl PartialEq for Patch {
    fn eq(&self, other: &Self) -> bool {
        #[cfg(feature = "manifest")]
        return match (&self.function, &other.function) {
            (None, None) => true,
            (Some(a), Some(b)) => std::sync::Arc::ptr_eq(a, b),
            _ => false,
        };
        #[cfg(not(feature = "manifest"))]
        {
            let _ = other;
            true
        }
    }
}

/// Labels, configuration and start order that several apps share.
#[derive(Clone, Debug, PartialEq)]
pub struct AppGroup {
    /// The group's name; its members carry it as `app.kubernetes.io/part-of`.
    pub name: Label,
    /// Labels and annotations that every member gets.
    pub meta: Meta,
    /// The members, by name.
    pub members: Vec<AppName>,
    /// Environment that every member gets.
    pub env: Vec<super::EnvVar>,
    /// ConfigMaps and Secrets whose every key each member gets as environment.
    pub env_from: Vec<super::EnvFrom>,
    /// Files that every member gets.
    pub files: Vec<FileMount>,
    /// Members that start only when those before them answer: an init container waits for their ports.
    pub start_order: Vec<AppName>,
}
