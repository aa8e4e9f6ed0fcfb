//! An app on its way to completion: every method fills in one thing, unless the user wrote it.

use super::{Below, Check, DataPath, Facts, How, KnownPort, UsedBy, VersionNumber, memory, peers};
use crate::model::{
    App, ConfigMap, Container, ContainerPort, Engine, EnvFrom, EnvValue, EnvVar, FileContent, FileMount, Handler, Hook,
    Item, KeyRef, Meta, Mount, Names, PortRef, Probe, Protocol, Scratch, Selects, Service, ServicePort, Source, Volume,
};
use crate::value::{DataKey, Duration, EnvName, Label, MountPath, Port, PortName, SubPath, Subdomain};
use std::collections::BTreeSet;

/// An app, what is known of its engine, and what was added so far.
pub(super) struct Draft<'a> {
    pub(super) stack: &'a Names<'a>,
    pub(super) facts: &'static Facts,
    pub(super) engine: &'a Engine,
    pub(super) version: VersionNumber,
    pub(super) app: App,
    /// The names that the user's environment has, as far as it is known.
    declared: BTreeSet<String>,
    /// Variables that others refer to.
    first: Vec<EnvVar>,
    env: Vec<EnvVar>,
    /// Arguments of the engine, after the user's.
    args: Vec<String>,
    /// Lines of Bash before the entrypoint, and what the entrypoint is.
    before: Vec<String>,
    entrypoint: Option<(&'static str, &'static [&'static str])>,
    /// Whether the user replaced the entrypoint, so that arguments and wrappers of the engine have no place.
    foreign: bool,
    config: Vec<(DataKey, String)>,
    items: Vec<Item>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(stack: &'a Names<'a>, app: App, engine: &'a Engine, facts: &'static Facts) -> Self {
        Self {
            stack,
            facts,
            engine,
            version: super::version(&app, facts),
            declared: declared_environment(stack, &app.main),
            first: Vec::new(),
            env: Vec::new(),
            args: Vec::new(),
            before: Vec::new(),
            entrypoint: None,
            foreign: !app.main.command.is_empty(),
            app,
            config: Vec::new(),
            items: Vec::new(),
        }
    }

    /// The number of pods.
    pub(super) fn replicas(&self) -> u32 {
        self.app.replicas()
    }

    /// The ordinals of the pods.
    pub(super) fn ordinals(&self) -> std::ops::Range<u32> {
        peers::ordinals(&self.app)
    }

    /// The host name of a pod, as its peers know it.
    pub(super) fn host(&self, ordinal: u32) -> String {
        peers::host(self.stack, &self.app, ordinal)
    }

    /// The pod's own name among its peers, equal to [`Self::host`] for every pod.
    pub(super) fn own_host(&mut self) -> String {
        let pod = self.pod_name();
        peers::host_of(self.stack, &self.app, pod)
    }

    /// The pod's own full name, which clients in other namespaces can resolve too.
    pub(super) fn own_full_host(&mut self) -> String {
        let pod = self.pod_name();
        let namespace = match &self.stack.namespace {
            Some(namespace) => namespace.as_str().to_owned(),
            None => self.pod_variable("POD_NAMESPACE", "metadata.namespace").to_owned(),
        };
        format!("{pod}.{}.{namespace}.svc.{}", self.app.service_name(), self.stack.cluster_domain())
    }

    /// The pod's name: `$(POD_NAME)`.
    pub(super) fn pod_name(&mut self) -> &'static str {
        self.pod_variable("POD_NAME", "metadata.name")
    }

    /// The pod's ordinal: `$(POD_INDEX)`.
    pub(super) fn pod_index(&mut self) -> &'static str {
        self.pod_variable("POD_INDEX", "metadata.labels['apps.kubernetes.io/pod-index']")
    }

    /// The address of the pod's host: `$(HOST_IP)`.
    pub(super) fn host_ip(&mut self) -> &'static str {
        self.pod_variable("HOST_IP", "status.hostIP")
    }

    /// The pod's address: `$(POD_IP)`.
    pub(super) fn pod_ip(&mut self) -> &'static str {
        self.pod_variable("POD_IP", "status.podIP")
    }

    fn pod_variable(&mut self, name: &'static str, field: &str) -> &'static str {
        if !self.first.iter().any(|env| env.name.as_str() == name) {
            // The user's variable of this name moves to the front: what is expanded must be declared before.
            let own = self.app.main.env.iter().position(|env| env.name.as_str() == name);
            let value = match own {
                Some(own) => Some(self.app.main.env.remove(own).value),
                None => field.parse().ok().map(EnvValue::Field),
            };
            self.first.extend(value.map(|value| EnvVar { name: EnvName::__checked(name), value }));
        }
        match name {
            "POD_NAME" => "$(POD_NAME)",
            "POD_NAMESPACE" => "$(POD_NAMESPACE)",
            "POD_INDEX" => "$(POD_INDEX)",
            "HOST_IP" => "$(HOST_IP)",
            _ => "$(POD_IP)",
        }
    }

    /// Whether the user's environment has this name.
    pub(super) fn has_env(&self, name: &str) -> bool {
        self.declared.contains(name)
    }

    /// Adds a variable, unless the user has it.
    pub(super) fn env(&mut self, name: &str, value: impl Into<EnvValue>) {
        if self.declared.contains(name) || self.env.iter().any(|env| env.name.as_str() == name) {
            return;
        }
        if let Ok(name) = name.parse() {
            self.env.push(EnvVar { name, value: value.into() });
        }
    }

    /// Adds a variable whose value is given by an engine's key, if it is.
    pub(super) fn env_given(&mut self, name: &str, value: &Option<String>) {
        if let Some(value) = value {
            self.env(name, value.as_str());
        }
    }

    /// Adds a variable from a secret, if there is one.
    pub(super) fn env_secret(&mut self, name: &str, secret: &Option<KeyRef>) {
        if let Some(secret) = secret {
            self.env(name, EnvValue::SecretKey(secret.clone()));
        }
    }

    /// Adds an argument, unless the user's arguments mention `key`.
    pub(super) fn arg(&mut self, key: &str, words: &[&str]) {
        if !self.app.main.args.iter().any(|arg| arg.contains(key)) {
            self.args.extend(words.iter().map(|word| (*word).to_owned()));
        }
    }

    /// Adds an argument, whatever the user's are.
    pub(super) fn push_arg(&mut self, word: String) {
        self.args.push(word);
    }

    /// Whether there is such an argument, the user's or one that was added.
    pub(super) fn has_arg_that(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.app.main.args.iter().chain(&self.args).any(|arg| is_it(arg))
    }

    /// Whether an argument, the user's or one that was added, mentions `key`.
    pub(super) fn has_arg(&self, key: &str) -> bool {
        self.app.main.args.iter().chain(&self.args).any(|arg| arg.contains(key))
    }

    /// The environment as it will be.
    pub(super) fn environment(&self) -> Vec<EnvVar> {
        self.first.iter().chain(&self.env).chain(&self.app.main.env).cloned().collect()
    }

    /// Adds a generated object.
    pub(super) fn add(&mut self, item: Item) {
        self.items.push(item);
    }

    /// Puts an argument before all others, if the user has none.
    pub(super) fn leading_arg(&mut self, word: &str) {
        if self.app.main.args.is_empty() {
            self.args.insert(0, word.to_owned());
        }
    }

    /// Runs lines of Bash before the image's entrypoint. `arguments` are the image's own.
    pub(super) fn before(&mut self, lines: &str, entrypoint: &'static str, arguments: &'static [&'static str]) {
        self.before.push(lines.to_owned());
        self.entrypoint = Some((entrypoint, arguments));
    }

    /// Adds a key of the generated ConfigMap, as one file at a path.
    pub(super) fn config_file(&mut self, key: &'static str, path: &'static str, text: String) {
        let Some(name) = self.config_name() else { return };
        let content = FileContent::ConfigKey(KeyRef { name, key: DataKey::__checked(key), optional: false });
        if self.file(path, content) {
            self.config.push((DataKey::__checked(key), text));
        }
    }

    /// Adds a file or directory, unless the user has something there; whether it was added.
    pub(super) fn file(&mut self, path: &str, content: FileContent) -> bool {
        let Ok(path) = path.parse::<MountPath>() else { return false };
        if self.app.files.iter().any(|file| file.path.normalised() == path.normalised()) {
            return false;
        }
        self.app.files.push(FileMount { path, content, mode: None, optional: false });
        true
    }

    /// The directory where the files of the engine's `config` appear: where the user has them, else `path`.
    pub(super) fn config_directory(&mut self, path: &'static str) -> Option<(String, &'a ConfigMap)> {
        let (stack, engine): (&'a Names<'a>, &'a Engine) = (self.stack, self.engine);
        let config = stack.config_map(engine.config.as_ref()?.as_str())?;
        let own =
            self.app.files.iter().find(
                |file| matches!(&file.content, FileContent::All(Source::ConfigMap(name)) if *name == config.name),
            );
        if let Some(own) = own {
            return Some((own.path.normalised().into_owned(), config));
        }
        self.file(path, FileContent::All(Source::ConfigMap(config.name.clone())));
        Some((path.to_owned(), config))
    }

    /// Mounts each key of the engine's `config` as one file; `place` says where, or `None` for a key that is not meant.
    pub(super) fn config_files(&mut self, place: impl Fn(&str) -> Option<String>) {
        let (stack, engine): (&'a Names<'a>, &'a Engine) = (self.stack, self.engine);
        let Some(config) = engine.config.as_ref().and_then(|name| stack.config_map(name.as_str())) else { return };
        for key in config.keys() {
            if let Some(path) = place(key.as_str()) {
                let key = KeyRef { name: config.name.clone(), key: key.clone(), optional: false };
                self.file(&path, FileContent::ConfigKey(key));
            }
        }
    }

    /// Whether a variable was added.
    pub(super) fn added(&self, name: &str) -> bool {
        self.env.iter().any(|env| env.name.as_str() == name)
    }

    /// An empty volume at a directory of the image.
    pub(super) fn empty(&mut self, name: &str, path: &'static str) {
        if let Ok(name) = name.parse() {
            self.scratch_named(name, path, false, None);
        }
    }

    /// A volume that lives as long as the pod, unless something is mounted there.
    pub(super) fn scratch(&mut self, name: &'static str, path: &'static str, memory: bool, size: Option<u64>) {
        self.scratch_named(Label::__checked(name), path, memory, size);
    }

    fn scratch_named(&mut self, name: Label, path: &'static str, memory: bool, size: Option<u64>) {
        let taken = self.app.storage.iter().filter_map(|volume| volume.mount.as_ref());
        let taken = taken.chain(self.app.scratch.iter().filter_map(|scratch| scratch.mount.as_ref()));
        let mut taken = taken.chain(self.app.main.mounts.iter().map(|mount| &mount.path));
        if taken.any(|mount| mount.normalised() == path) || self.volume_names().any(|volume| volume == name.as_str()) {
            return;
        }
        let size = size.and_then(|bytes| memory::quantity(bytes).parse().ok());
        let mount = Some(MountPath::__checked(path));
        self.app.scratch.push(Scratch { name, mount, size, memory });
    }

    fn volume_names(&self) -> impl Iterator<Item = &str> {
        let storage = self.app.storage.iter().map(|volume| volume.name.as_str());
        storage.chain(self.app.scratch.iter().map(|scratch| scratch.name.as_str()))
    }

    /// Adds an init container of the main image that runs a script of the shell.
    pub(super) fn init(&mut self, name: &'static str, script: &str, env: Vec<EnvVar>, mounts: Vec<Mount>) {
        if self.app.init.iter().any(|container| container.name.as_str() == name) {
            return;
        }
        let mut container = Container::new(Label::__checked(name));
        container.image.clone_from(&self.app.main.image);
        container.pull = self.app.main.pull;
        container.command = ["sh", "-ec", script].map(str::to_owned).into();
        container.env = env;
        container.mounts = mounts;
        self.app.init.push(container);
    }

    /// The same for a script of Bash, with the resources of the main container: an init container beside it costs nothing more.
    pub(super) fn init_bash(&mut self, name: &'static str, script: &str, env: Vec<EnvVar>, mounts: Vec<Mount>) {
        self.init(name, script, env, mounts);
        if let Some(container) = self.app.init.last_mut().filter(|container| container.name.as_str() == name) {
            container.command = ["bash", "-c", script].map(str::to_owned).into();
            container.resources.clone_from(&self.app.main.resources);
        }
    }

    /// The volume that a directory of the table is on, and its mount.
    pub(super) fn volume_at(&self, mount: &str) -> Option<&Volume> {
        self.app.storage.iter().find(|volume| volume.mount.as_ref().is_some_and(|path| path.normalised() == mount))
    }

    /// The bytes of the main container's memory limit.
    pub(super) fn memory_limit(&self) -> Option<u64> {
        memory::limit(&self.app.main)
    }

    /// Replaces a probe that the user left out.
    pub(super) fn startup(&mut self, probe: Probe) {
        self.app.main.startup.get_or_insert(probe);
    }

    /// Replaces a probe that the user left out.
    pub(super) fn readiness(&mut self, probe: Probe) {
        self.app.main.readiness.get_or_insert(probe);
    }

    /// Replaces a hook that the user left out.
    pub(super) fn pre_stop(&mut self, command: &[&str]) {
        let command = command.iter().map(|word| (*word).to_owned()).collect();
        self.app.main.pre_stop.get_or_insert(Hook::Do(Handler::Exec(command)));
    }

    /// How a port of the table is referred to: by the name that it has in this app.
    pub(super) fn port(&self, name: &str) -> Option<PortRef> {
        let number = self.facts.port_named(name)?.number;
        let declared = self.app.main.ports.iter().find(|port| port.number.get() == number);
        Some(declared.map_or(PortRef::Number(Port::__checked(number)), |port| PortRef::Name(port.name.clone())))
    }

    /// Adds a port of the table, unless the user has its number.
    pub(super) fn open(&mut self, port: &KnownPort) {
        self.open_number(port.name, port.number);
    }

    /// Adds a port, unless the user has its number or its name.
    pub(super) fn open_number(&mut self, name: &'static str, number: u16) {
        let ports = &mut self.app.main.ports;
        if ports.iter().any(|own| own.number.get() == number || own.name.as_str() == name) {
            return;
        }
        ports.push(ContainerPort {
            name: PortName::__checked(name),
            number: Port::__checked(number),
            protocol: Protocol::TCP,
            host_port: None,
        });
    }

    /// Puts the volumes where the server writes.
    pub(super) fn place_volumes(&mut self) {
        let paths: Vec<&'static DataPath> = self.facts.paths(&self.version).collect();
        let claimed = |name: &str| paths.iter().skip(1).any(|path| path.volumes.contains(&name));
        for (n, path) in paths.iter().enumerate() {
            let volumes = &mut self.app.storage;
            let at = |volume: &Volume| volume.mount.as_ref().is_some_and(|mount| mount.normalised() == path.mount);
            let free = |volume: &Volume| volume.mount.is_none() && !volume.block;
            let found = volumes
                .iter()
                .position(at)
                .or_else(|| volumes.iter().position(|v| free(v) && path.volumes.contains(&v.name.as_str())))
                .or_else(|| {
                    (n == 0).then(|| volumes.iter().position(|v| free(v) && !claimed(v.name.as_str()))).flatten()
                })
                .or_else(|| moved(path, volumes));
            if let Some(volume) = found.and_then(|found| volumes.get_mut(found)) {
                let mount = volume.mount.get_or_insert(MountPath::__checked(path.mount)).clone();
                match path.below {
                    Below::SubPath(directory) if mount.normalised() == path.mount => {
                        volume.sub_path.get_or_insert(SubPath::__checked(directory));
                    }
                    Below::Variable { name, directory } => {
                        self.env(name, format!("{}/{directory}", mount.normalised()))
                    }
                    Below::SubPath(_) | Below::Own => {}
                }
            } else if !path.shared.is_empty() {
                self.share(path);
            }
        }
    }

    /// A second directory of the data volume.
    fn share(&mut self, path: &DataPath) {
        let data = self.facts.paths(&self.version).next().and_then(|data| self.volume_at(data.mount));
        let Some(volume) = data.map(|volume| volume.name.clone()) else { return };
        self.app.main.mounts.push(Mount {
            volume,
            path: MountPath::__checked(path.mount),
            sub_path: Some(SubPath::__checked(path.shared)),
            read_only: false,
        });
    }

    /// A Service for clients: an address of its own, and only pods that are ready.
    pub(super) fn client_service(&mut self) {
        let ports: Vec<ServicePort> =
            self.app.main.ports.iter().filter(|port| self.is_for_clients(port)).map(service_port).collect();
        let Ok(name) = format!("{}-client", self.app.name).parse::<Label>() else { return };
        if ports.is_empty() || self.is_served() || !self.is_free("Service", name.as_str()) {
            return;
        }
        self.items.push(Item::Service(service(name, &self.app, None, ports)));
    }

    fn is_for_clients(&self, port: &ContainerPort) -> bool {
        self.facts.port(port.number.get()).is_none_or(|known| known.used_by == UsedBy::Clients)
    }

    /// Whether a declared Service with an address leads to all pods.
    fn is_served(&self) -> bool {
        self.stack.is_served(self.app.name.as_str())
    }

    /// Whether a name is free for a generated object.
    pub(super) fn is_free(&self, kind: &str, name: &str) -> bool {
        let mut others = self.stack.named(name).map(|(_, item)| item).chain(&self.items);
        let governing = kind == "Service" && self.stack.is_governing(name);
        !governing && !others.any(|item| item.kind() == kind && item.name() == name)
    }

    /// The name of the generated ConfigMap.
    fn config_name(&self) -> Option<Subdomain> {
        ["config", "engine-config"]
            .iter()
            .map(|suffix| format!("{}-{suffix}", self.app.name))
            .find(|name| self.is_free("ConfigMap", name))
            .and_then(|name| name.parse().ok())
    }

    /// The finished app and the objects that come with it.
    pub(super) fn finish(mut self) -> (App, Vec<Item>) {
        if !self.config.is_empty()
            && let Some(name) = self.config_name()
        {
            self.items.push(Item::ConfigMap(ConfigMap {
                name,
                meta: Meta::default(),
                is_extern: false,
                data: self.config,
                binary: Vec::new(),
                immutable: false,
            }));
        }
        let main = &mut self.app.main;
        if let Some((entrypoint, arguments)) = self.entrypoint.filter(|_| !self.foreign) {
            // The word after the script is `$0` in it, the name in messages.
            let script = format!("{}exec {entrypoint} \"$@\"\n", self.before.concat());
            main.command = ["bash", "-ec", &script, self.facts.name].map(str::to_owned).into();
            if main.args.is_empty() && self.args.is_empty() {
                self.args = arguments.iter().map(|word| (*word).to_owned()).collect();
            }
        }
        main.env = self.first.into_iter().chain(self.env).chain(std::mem::take(&mut main.env)).collect();
        if !self.foreign {
            main.args.append(&mut self.args);
        }
        (self.app, self.items)
    }
}

/// For a server that can be told its directory: the volume that was mounted elsewhere, if it is clear which.
fn moved(path: &DataPath, volumes: &[Volume]) -> Option<usize> {
    if !matches!(path.below, Below::Variable { .. }) {
        return None;
    }
    let named = volumes.iter().position(|volume| path.volumes.contains(&volume.name.as_str()));
    named.or((volumes.len() == 1).then_some(0))
}

/// The names of a container's environment, as far as they are declared in the stack.
pub(crate) fn declared_environment(stack: &Names<'_>, container: &Container) -> BTreeSet<String> {
    let own = container.env.iter().map(|env| env.name.as_str().to_owned());
    let from = container.env_from.iter().flat_map(|from| keys(stack, from));
    own.chain(from).collect()
}

fn keys(stack: &Names<'_>, from: &EnvFrom) -> Vec<String> {
    let prefix = from.prefix.as_ref().map_or("", |prefix| prefix.as_str());
    let prefixed = |key: &DataKey| format!("{prefix}{key}");
    match &from.source {
        Source::ConfigMap(name) => {
            stack.config_map(name.as_str()).map(|config| config.keys().map(prefixed).collect()).unwrap_or_default()
        }
        Source::Secret(name) => stack
            .secret(name.as_str())
            .map(|secret| secret.data.iter().map(|(key, _)| prefixed(key)).collect())
            .unwrap_or_default(),
    }
}

/// A Service that leads to the ready pods of an app, or to one of them.
pub(super) fn service(name: Label, app: &App, pod: Option<u32>, ports: Vec<ServicePort>) -> Service {
    Service { selects: Some(Selects { app: app.name.clone(), pod }), ports, ..Service::of(name) }
}

/// The port of a Service that leads to a container's port.
pub(super) fn service_port(port: &ContainerPort) -> ServicePort {
    ServicePort {
        name: Some(port.name.clone().into()),
        number: Some(port.number),
        target: PortRef::Name(port.name.clone()),
        protocol: Some(port.protocol),
        node_port: None,
        app_protocol: None,
    }
}

/// A probe with a period, a timeout and a number of failures.
pub(super) fn probe(handler: Handler, period: u32, timeout: u32, failures: u32) -> Probe {
    Probe {
        period: Some(Duration::__checked(period)),
        timeout: Some(Duration::__checked(timeout)),
        failures: Some(failures),
        ..Probe::new(handler)
    }
}

/// A command as a handler.
pub(super) fn exec(words: &[&str]) -> Handler {
    Handler::Exec(words.iter().map(|word| (*word).to_owned()).collect())
}

impl Check {
    /// The probe that does it in an app; `None` if this version cannot be asked like this.
    pub(super) fn probe(&self, draft: &Draft<'_>) -> Option<Probe> {
        if !self.since.is_empty() && !draft.version.at_least(self.since) {
            return None;
        }
        let handler = match self.how {
            How::Exec(words) => exec(words),
            How::Tcp(port) => Handler::Tcp(draft.port(port)?),
            How::Http(port, path) => Handler::Http {
                path: path.to_owned(),
                port: draft.port(port)?,
                https: false,
                host: None,
                headers: Vec::new(),
            },
        };
        Some(probe(handler, self.period, self.timeout, self.failures))
    }
}
