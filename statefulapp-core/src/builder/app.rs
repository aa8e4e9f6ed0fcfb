use super::container::{container, served};
use super::keys::{Owner, annotations, keys, labels, meta, read_name};
use super::pod::pod;
use super::{Parse, Volume};
use crate::handle;
use crate::model::{
    self, Affinity, Backup, Disruption, Dns, Engine, Item, NetworkAccess, Patch, PodManagement, Retain, Spread, Stack,
    Update, Workload,
};
use crate::value::{AppName, Duration, Label, Subdomain, ValueError};
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use std::ops::Deref;

/// Methods that StatefulApp and App share.
macro_rules! app {
    ($self:ident) => {
        container!($self, $self.0.main);
        served!($self, $self.0.main);
        pod!($self, $self.0);
        meta!($self, $self.0.meta);
        labels!($self, pod_label pod_labels, $self.0.pod_labels, "A label of the pods only.", "Labels of the pods only.");
        annotations!(
            $self,
            pod_annotation pod_annotations,
            $self.0.pod_annotations,
            "An annotation of the pods only.",
            "Annotations of the pods only."
        );

        keys! { $self:
            /// Number of pods.
            set replicas: u32 => $self.0.replicas;
            /// Time between the stop signal and the kill.
            parsed grace: Duration => $self.0.grace;
            /// A container that runs beside the main one.
            one sidecar: model::Container => $self.0.sidecars;
            /// How a changed template reaches the pods: [`RollingUpdate`](crate::builder::RollingUpdate), `Update::OnDelete`, `Update::Recreate`.
            typed update: Update => $self.0.update;
            /// Time that an updated pod must be ready before it counts.
            parsed min_ready: Duration => $self.0.min_ready;
            /// How many old revisions are kept to roll back to.
            set revision_history: u32 => $self.0.revision_history;
            /// The disruption budget that keeps node drains from stopping too many pods.
            set disruption: Disruption => $self.0.disruption;
            /// Which nodes and which neighbours.
            set affinity: Affinity => $self.0.affinity;
            /// The PriorityClass, which must exist.
            parsed priority_class: Subdomain => $self.0.priority_class;
            /// The RuntimeClass, which must exist: a sandbox such as gVisor or Kata.
            parsed runtime_class: Subdomain => $self.0.runtime_class;
            /// The scheduler that places the pods.
            typed scheduler: String => $self.0.scheduler;
            /// Whether every Service of the namespace becomes environment variables, which is off by default.
            set service_links: bool => $self.0.service_links;
            /// Whether changed ConfigMaps restart the pods, which is on by default.
            set restart_on_change: bool => $self.0.restart_on_change;
            /// Name resolution in the pods.
            set dns: Dns => $self.0.dns;
            /// Who may connect: a NetworkPolicy.
            set network: NetworkAccess => $self.0.network;
        }

        /// How pods spread over zones and hosts; `[]` for not at all.
        #[must_use]
        pub fn spread(mut $self, spread: impl IntoIterator<Item = Spread>) -> Self {
            $self.0.spread.get_or_insert_default().extend(spread);
            $self
        }
    };
}

macro_rules! apps {
    ($($(#[$doc:meta])* $name:ident $workload:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name(pub model::App);

            impl Owner for $name {
                fn owner(&self) -> String {
                    format!(concat!(stringify!($name), " `{}`"), self.0.name)
                }
            }

            impl $name {
                /// An app of this name.
                ///
                /// # Errors
                /// The name is not a label, or longer than 52 characters.
                pub fn new(name: impl Parse<AppName>) -> Result<Self, ValueError> {
                    Ok(Self(model::App::new(Workload::$workload, read_name(stringify!($name), name)?)))
                }

                app!(self);
            }

            /// The app itself, to read.
            impl Deref for $name {
                type Target = model::App;

                fn deref(&self) -> &model::App {
                    &self.0
                }
            }

            impl From<$name> for Item {
                fn from(app: $name) -> Item {
                    Item::App(Box::new(app.0))
                }
            }

            impl From<&$name> for AppName {
                fn from(app: &$name) -> AppName {
                    app.0.name.clone()
                }
            }

            /// The Service of its name.
            impl From<&$name> for Label {
                fn from(app: &$name) -> Label {
                    Label::from(&app.0.name)
                }
            }
        )*
    };
}

apps! {
    /// An application whose pods have a stable name, a stable host name and storage of their own: a StatefulSet.
    ///
    /// ```
    /// use statefulapp_core::builder::{Probe, StatefulApp, Volume};
    ///
    /// let queue = StatefulApp::new("queue")?
    ///     .image("registry.example.com/queue:1.4.0")?
    ///     .replicas(3)
    ///     .port("client", 5672)?
    ///     .storage(Volume::new("data", "20Gi")?.mount("/var/lib/queue")?)
    ///     .readiness(Probe::tcp("client")?.period("5s")?)
    ///     .label("team", "orders")?;
    /// assert_eq!(queue.name, "queue");
    ///
    /// let error = queue.image("Queue:1").unwrap_err();
    /// assert!(error.message.starts_with("StatefulApp `queue`: image \"Queue:1\""));
    /// # Ok::<(), statefulapp_core::value::ValueError>(())
    /// ```
    StatefulApp StatefulSet;
    /// A stateless application: a Deployment with a Service of its name.
    ///
    /// ```
    /// use statefulapp_core::builder::{App, RollingUpdate};
    ///
    /// let web = App::new("web")?
    ///     .image("registry.example.com/web:2.3.1")?
    ///     .port("http", 8080)?
    ///     .update(RollingUpdate::new().max_surge(1)?);
    /// # Ok::<(), statefulapp_core::value::ValueError>(())
    /// ```
    App Deployment;
}

impl StatefulApp {
    keys! { self:
        /// What the app is; what is known of the image then completes what is left out.
        set engine: Engine => self.0.engine;
        /// A volume that each pod keeps.
        one storage: Volume => self.0.storage;
        /// The name of the governing headless Service. It cannot be changed later.
        parsed service_name: Label => self.0.service_name;
        /// Whether pods resolve before they are ready, so that peers find each other; on by default.
        set publish_not_ready: bool => self.0.publish_not_ready;
        /// Whether pods start and stop one by one or all at once. It cannot be changed later.
        set pod_management: PodManagement => self.0.pod_management;
        /// What happens to the claims.
        set retain: Retain => self.0.retain;
        /// The first pod's number.
        set first_ordinal: u32 => self.0.first_ordinal;
        /// Scheduled dumps to S3-compatible storage, and the Job that restores them.
        set backup: Backup => self.0.backup;
    }

    /// What the app is called by others: the host names of its pods, its URL. Full host names have the namespace of a stack:
    /// [`handle::App::find`].
    ///
    /// ```
    /// use statefulapp_core::builder::{Engine, EngineKind, StatefulApp};
    ///
    /// let cache = StatefulApp::new("cache")?.engine(Engine::new(EngineKind::Redis));
    /// assert_eq!(cache.handle().url("0"), "redis://cache-0.cache:6379/0");
    /// # Ok::<(), statefulapp_core::value::ValueError>(())
    /// ```
    pub fn handle(&self) -> handle::App<()> {
        handle::App::new(&Stack::default().with(self.clone()), 0, self.0.name.as_str(), ())
    }

    /// Edits the finished StatefulSet; the rules run again after it.
    #[must_use]
    pub fn patch(mut self, patch: impl Fn(&mut StatefulSet) + Send + Sync + 'static) -> Self {
        self.0.patch = Patch::stateful_set(patch);
        self
    }
}

impl App {
    /// Edits the finished Deployment; the rules run again after it.
    #[must_use]
    pub fn patch(mut self, patch: impl Fn(&mut Deployment) + Send + Sync + 'static) -> Self {
        self.0.patch = Patch::deployment(patch);
        self
    }
}
