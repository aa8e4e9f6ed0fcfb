use super::{Backup, Engine, Parse, Probe, Volume};
use crate::model::{
    self, Affinity, ContainerPort, Disruption, Dns, EnvFrom, EnvValue, EnvVar, FileContent, FileMount, Handler, Hook,
    Item, KeyRef, Meta, Mount, NetworkAccess, PodManagement, PodSecurity, Protocol, Resource, Retain, Scratch, Source,
    Spread, Strength, Toleration, Update, Workload,
};
use crate::value::{
    AnnotationKey, AppName, Duration, EnvName, Image, IntOrPercent, Label, LabelKey, LabelValue, MountPath, Port,
    PortName, Quantity, ResourceAmount, ResourceName, Subdomain, ValueError,
};
use std::ops::Deref;

/// What an environment variable can be given: text, a number, a bool, a key of a Secret or ConfigMap.
pub trait IntoEnv {
    /// The value.
    fn into_env(self) -> EnvValue;
}

macro_rules! env_from_display {
    ($($type:ty),*) => {
        $(impl IntoEnv for $type {
            fn into_env(self) -> EnvValue {
                EnvValue::Text(self.to_string())
            }
        })*
    };
}

env_from_display!(&str, String, &String, bool, i32, i64, u16, u32, u64, usize, Port);

impl IntoEnv for EnvValue {
    fn into_env(self) -> EnvValue {
        self
    }
}

/// Methods of everything that is a container. `$main` is where the container is.
macro_rules! container_methods {
    ($main:ident) => {
        /// The image.
        ///
        /// # Errors
        /// The kubelet cannot parse it.
        pub fn image(mut self, image: impl Parse<Image>) -> Result<Self, ValueError> {
            self.$main().image = Some(image.parse_value()?);
            Ok(self)
        }

        /// Replaces the image's entrypoint.
        #[must_use]
        pub fn command<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
            self.$main().command = words.into_iter().map(Into::into).collect();
            self
        }

        /// Replaces the image's arguments.
        #[must_use]
        pub fn args<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
            self.$main().args = words.into_iter().map(Into::into).collect();
            self
        }

        /// An environment variable: text, a number, or `secret.key("password")?`.
        ///
        /// # Errors
        /// The name is not a variable's.
        pub fn env(mut self, name: impl Parse<EnvName>, value: impl IntoEnv) -> Result<Self, ValueError> {
            let name = name.parse_value()?;
            self.$main().env.push(EnvVar { name, value: value.into_env() });
            Ok(self)
        }

        /// An environment variable from a field of the pod: `metadata.name`.
        ///
        /// # Errors
        /// The name is not a variable's, or the field is not one that a container can get.
        pub fn env_field(mut self, name: impl Parse<EnvName>, field: &str) -> Result<Self, ValueError> {
            let value = EnvValue::Field(field.parse()?);
            self.$main().env.push(EnvVar { name: name.parse_value()?, value });
            Ok(self)
        }

        /// Every key of a ConfigMap or Secret as a variable.
        #[must_use]
        pub fn env_from(mut self, source: impl Into<Source>) -> Self {
            self.$main().env_from.push(EnvFrom { source: source.into(), prefix: None, optional: false });
            self
        }

        /// Request and limit of the CPU.
        ///
        /// # Errors
        /// An amount is not one.
        pub fn cpu(
            self,
            request: impl Parse<ResourceAmount>,
            limit: impl Parse<ResourceAmount>,
        ) -> Result<Self, ValueError> {
            self.resource("cpu", request, limit)
        }

        /// Request and limit of the memory.
        ///
        /// # Errors
        /// An amount is not one.
        pub fn memory(
            self,
            request: impl Parse<ResourceAmount>,
            limit: impl Parse<ResourceAmount>,
        ) -> Result<Self, ValueError> {
            self.resource("memory", request, limit)
        }

        /// Request and limit of any resource.
        ///
        /// # Errors
        /// The name is not a resource's, or an amount is not one.
        pub fn resource(
            mut self,
            name: &str,
            request: impl Parse<ResourceAmount>,
            limit: impl Parse<ResourceAmount>,
        ) -> Result<Self, ValueError> {
            let name: ResourceName = name.parse()?;
            let resource = Resource { name, request: Some(request.parse_value()?), limit: Some(limit.parse_value()?) };
            self.$main().resources.push(resource);
            Ok(self)
        }

        /// Nothing else is probed until this has succeeded.
        #[must_use]
        pub fn startup(mut self, probe: Probe) -> Self {
            self.$main().startup = Some(probe.into());
            self
        }

        /// The container is restarted when this fails.
        #[must_use]
        pub fn liveness(mut self, probe: Probe) -> Self {
            self.$main().liveness = Some(probe.into());
            self
        }

        /// The pod is reachable through Services while this succeeds.
        #[must_use]
        pub fn readiness(mut self, probe: Probe) -> Self {
            self.$main().readiness = Some(probe.into());
            self
        }

        /// A command that runs right after the container started.
        #[must_use]
        pub fn post_start<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
            self.$main().post_start = Some(Hook::Do(Handler::Exec(words.into_iter().map(Into::into).collect())));
            self
        }

        /// A command that runs before the stop signal.
        #[must_use]
        pub fn pre_stop<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
            self.$main().pre_stop = Some(Hook::Do(Handler::Exec(words.into_iter().map(Into::into).collect())));
            self
        }

        /// A port that something listens on.
        ///
        /// # Errors
        /// The name is not an IANA service name, or the number is not a port.
        pub fn port(mut self, name: impl Parse<PortName>, number: impl Parse<Port>) -> Result<Self, ValueError> {
            let port = ContainerPort {
                name: name.parse_value()?,
                number: number.parse_value()?,
                protocol: Protocol::TCP,
                host_port: None,
            };
            self.$main().ports.push(port);
            Ok(self)
        }
    };
}

/// Methods that StatefulApp and App share.
macro_rules! app_methods {
    () => {
        container_methods!(main_mut);

        /// Number of pods.
        #[must_use]
        pub fn replicas(mut self, replicas: u32) -> Self {
            self.0.replicas = Some(replicas);
            self
        }

        /// A ConfigMap or Secret as files in a directory.
        ///
        /// # Errors
        /// The path is not an absolute one.
        pub fn files(mut self, path: impl Parse<MountPath>, source: impl Into<Source>) -> Result<Self, ValueError> {
            let content = FileContent::All(source.into());
            self.0.files.push(FileMount { path: path.parse_value()?, content, mode: None, optional: false });
            Ok(self)
        }

        /// A volume that lives as long as the pod.
        ///
        /// # Errors
        /// The name is not a label, the path not absolute, or the size not a quantity.
        pub fn scratch(
            mut self,
            name: impl Parse<Label>,
            mount: impl Parse<MountPath>,
            size: impl Parse<Quantity>,
        ) -> Result<Self, ValueError> {
            let scratch = Scratch {
                name: name.parse_value()?,
                mount: Some(mount.parse_value()?),
                size: Some(size.parse_value()?),
                memory: false,
            };
            self.0.scratch.push(scratch);
            Ok(self)
        }

        /// Time between the stop signal and the kill.
        ///
        /// # Errors
        /// It is not a duration.
        pub fn grace(mut self, grace: impl Parse<Duration>) -> Result<Self, ValueError> {
            self.0.grace = Some(grace.parse_value()?);
            Ok(self)
        }

        /// A container that runs to completion before the main one starts.
        #[must_use]
        pub fn init(mut self, container: Container) -> Self {
            self.0.init.push(container.0);
            self
        }

        /// A container that runs beside the main one.
        #[must_use]
        pub fn sidecar(mut self, container: Container) -> Self {
            self.0.sidecars.push(container.0);
            self
        }

        /// A label of the workload and its pods.
        ///
        /// # Errors
        /// The key or the value is not a label's.
        pub fn label(mut self, key: impl Parse<LabelKey>, value: impl Parse<LabelValue>) -> Result<Self, ValueError> {
            self.0.meta.labels.push((key.parse_value()?, value.parse_value()?));
            Ok(self)
        }

        /// An annotation of the workload and its pods.
        ///
        /// # Errors
        /// The key is not an annotation's.
        pub fn annotation(
            mut self,
            key: impl Parse<AnnotationKey>,
            value: impl Into<String>,
        ) -> Result<Self, ValueError> {
            self.0.meta.annotations.push((key.parse_value()?, value.into()));
            Ok(self)
        }

        /// What it is for; becomes the annotation `kubernetes.io/description`.
        #[must_use]
        pub fn doc(mut self, doc: impl Into<String>) -> Self {
            self.0.meta.doc = doc.into();
            self
        }

        /// The ServiceAccount.
        ///
        /// # Errors
        /// The name is not one.
        pub fn service_account(mut self, name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
            self.0.service_account = Some(name.parse_value()?);
            Ok(self)
        }

        /// Secrets with the registry's credentials.
        ///
        /// # Errors
        /// The name is not one.
        pub fn pull_secret(mut self, name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
            self.0.pull_secrets.push(name.parse_value()?);
            Ok(self)
        }

        /// The PriorityClass.
        ///
        /// # Errors
        /// The name is not one.
        pub fn priority_class(mut self, name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
            self.0.priority_class = Some(name.parse_value()?);
            Ok(self)
        }

        /// The RuntimeClass.
        ///
        /// # Errors
        /// The name is not one.
        pub fn runtime_class(mut self, name: impl Parse<Subdomain>) -> Result<Self, ValueError> {
            self.0.runtime_class = Some(name.parse_value()?);
            Ok(self)
        }

        /// The scheduler that places the pods.
        #[must_use]
        pub fn scheduler(mut self, name: impl Into<String>) -> Self {
            self.0.scheduler = Some(name.into());
            self
        }

        /// A label that a node must have.
        ///
        /// # Errors
        /// The key or the value is not a label's.
        pub fn node_label(
            mut self,
            key: impl Parse<LabelKey>,
            value: impl Parse<LabelValue>,
        ) -> Result<Self, ValueError> {
            self.0.node_selector.push((key.parse_value()?, value.parse_value()?));
            Ok(self)
        }

        /// How pods spread over zones and hosts.
        #[must_use]
        pub fn spread(mut self, spread: Vec<Spread>) -> Self {
            self.0.spread = Some(spread);
            self
        }

        /// Which nodes and which neighbours.
        #[must_use]
        pub fn affinity(mut self, affinity: Affinity) -> Self {
            self.0.affinity = Some(affinity);
            self
        }

        /// The app's own pods on different hosts.
        #[must_use]
        pub fn apart(mut self, strength: Strength) -> Self {
            self.0.affinity.get_or_insert_default().apart = Some(strength);
            self
        }

        /// A taint that the pods tolerate.
        #[must_use]
        pub fn toleration(mut self, toleration: Toleration) -> Self {
            self.0.tolerations.push(toleration);
            self
        }

        /// The disruption budget.
        #[must_use]
        pub fn disruption(mut self, disruption: Disruption) -> Self {
            self.0.disruption = Some(disruption);
            self
        }

        /// So many pods may be away at once.
        ///
        /// # Errors
        /// It is neither a number nor a percentage.
        pub fn max_unavailable(mut self, most: impl Parse<IntOrPercent>) -> Result<Self, ValueError> {
            self.0.disruption = Some(Disruption::MaxUnavailable(most.parse_value()?));
            Ok(self)
        }

        /// How a changed template reaches the pods.
        #[must_use]
        pub fn update(mut self, update: Update) -> Self {
            self.0.update = Some(update);
            self
        }

        /// Users, groups and privileges.
        #[must_use]
        pub fn security(mut self, security: PodSecurity) -> Self {
            self.0.security = security;
            self
        }

        /// Name resolution in the pods.
        #[must_use]
        pub fn dns(mut self, dns: Dns) -> Self {
            self.0.dns = Some(dns);
            self
        }

        /// Who may connect.
        #[must_use]
        pub fn network(mut self, network: NetworkAccess) -> Self {
            self.0.network = Some(network);
            self
        }

        /// Silences a warning for this app.
        #[must_use]
        pub fn allow(mut self, rule: impl Into<String>) -> Self {
            self.0.meta.allow.push(rule.into());
            self
        }

        fn main_mut(&mut self) -> &mut model::Container {
            &mut self.0.main
        }
    };
}

macro_rules! apps {
    ($($(#[$doc:meta])* $name:ident $workload:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name(pub model::App);

            impl $name {
                /// An app of this name.
                ///
                /// # Errors
                /// The name is not a label, or longer than 52 characters.
                pub fn new(name: impl Parse<AppName>) -> Result<Self, ValueError> {
                    Ok(Self(model::App::new(Workload::$workload, name.parse_value()?)))
                }

                app_methods!();
            }

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
        )*
    };
}

apps! {
    /// An application with stable pods and storage: a StatefulSet.
    StatefulApp StatefulSet;
    /// A stateless application: a Deployment.
    App Deployment;
}

impl StatefulApp {
    /// What the app is; what is known of the image then completes what is left out.
    #[must_use]
    pub fn engine(mut self, engine: Engine) -> Self {
        self.0.engine = Some(engine.0);
        self
    }

    /// A volume that each pod keeps.
    #[must_use]
    pub fn storage(mut self, volume: Volume) -> Self {
        self.0.storage.push(volume.0);
        self
    }

    /// The governing headless Service's name.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn service_name(mut self, name: impl Parse<Label>) -> Result<Self, ValueError> {
        self.0.service_name = Some(name.parse_value()?);
        Ok(self)
    }

    /// Whether pods start and stop one by one or all at once.
    #[must_use]
    pub fn pod_management(mut self, policy: PodManagement) -> Self {
        self.0.pod_management = Some(policy);
        self
    }

    /// What happens to the claims.
    #[must_use]
    pub fn retain(mut self, retain: Retain) -> Self {
        self.0.retain = Some(retain);
        self
    }

    /// The first pod's number.
    #[must_use]
    pub fn first_ordinal(mut self, ordinal: u32) -> Self {
        self.0.first_ordinal = Some(ordinal);
        self
    }

    /// Scheduled dumps.
    #[must_use]
    pub fn backup(mut self, backup: Backup) -> Self {
        self.0.backup = Some(backup.0);
        self
    }
}

/// An init container or a sidecar.
#[derive(Clone, Debug, PartialEq)]
pub struct Container(pub model::Container);

impl Container {
    /// A container of this name.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn new(name: impl Parse<Label>) -> Result<Self, ValueError> {
        Ok(Self(model::Container::new(name.parse_value()?)))
    }

    container_methods!(main_mut);

    /// A volume of the pod in this container.
    ///
    /// # Errors
    /// The name is not a label, or the path not absolute.
    pub fn mount(mut self, volume: impl Parse<Label>, path: impl Parse<MountPath>) -> Result<Self, ValueError> {
        self.0.mounts.push(Mount {
            volume: volume.parse_value()?,
            path: path.parse_value()?,
            sub_path: None,
            read_only: false,
        });
        Ok(self)
    }

    fn main_mut(&mut self) -> &mut model::Container {
        &mut self.0
    }
}

/// A label, a description or a silenced warning, for items that are not apps.
pub(super) fn label(
    meta: &mut Meta,
    key: impl Parse<LabelKey>,
    value: impl Parse<LabelValue>,
) -> Result<(), ValueError> {
    meta.labels.push((key.parse_value()?, value.parse_value()?));
    Ok(())
}

/// A reference to a key as an environment variable.
pub(super) fn secret_key(key: KeyRef) -> EnvValue {
    EnvValue::SecretKey(key)
}
