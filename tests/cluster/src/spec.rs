//! The part of the API that a kubelet reads: a pod's specification.

use serde::Deserialize;
use serde_json::Value;

/// A field that is known and has no meaning on one machine.
pub type Ignored = Option<Value>;

/// A number or a name, as `IntOrString`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Ints {
    Number(i64),
    Name(String),
}

macro_rules! api {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type),* }
    )*};
}

api! {
    PodSpec {
        init_containers: Vec<Container>, containers: Vec<Container>, volumes: Vec<Volume>,
        security_context: PodSecurity, restart_policy: Option<String>, termination_grace_period_seconds: Option<u64>,
        active_deadline_seconds: Option<u64>, service_account_name: Option<String>, hostname: Option<String>,
        subdomain: Option<String>, host_aliases: Vec<HostAlias>, enable_service_links: Option<bool>,
        dns_config: Ignored, dns_policy: Ignored, automount_service_account_token: Ignored, affinity: Ignored,
        topology_spread_constraints: Ignored, node_selector: Ignored, tolerations: Ignored,
        priority_class_name: Ignored, image_pull_secrets: Ignored, scheduler_name: Ignored, preemption_policy: Ignored,
        os: Ignored, service_account: Ignored,
    }
    HostAlias { ip: String, hostnames: Vec<String> }
    PodSecurity {
        run_as_user: Option<u32>, run_as_group: Option<u32>, run_as_non_root: Option<bool>, fs_group: Option<u32>,
        fs_group_change_policy: Option<String>, supplemental_groups: Vec<u32>, seccomp_profile: Ignored,
        sysctls: Ignored, se_linux_options: Ignored, app_armor_profile: Ignored,
        supplemental_groups_policy: Ignored,
    }
    Container {
        name: String, image: String, command: Vec<String>, args: Vec<String>, working_dir: Option<String>,
        env: Vec<EnvVar>, env_from: Vec<EnvFrom>, ports: Vec<ContainerPort>, volume_mounts: Vec<VolumeMount>,
        resources: Resources, security_context: Security, lifecycle: Lifecycle, startup_probe: Option<Probe>,
        readiness_probe: Option<Probe>, liveness_probe: Option<Probe>, restart_policy: Option<String>,
        image_pull_policy: Ignored, termination_message_path: Ignored, termination_message_policy: Ignored,
        stdin: Ignored, tty: Ignored,
    }
    Security {
        run_as_user: Option<u32>, run_as_group: Option<u32>, run_as_non_root: Option<bool>,
        read_only_root_filesystem: Option<bool>, allow_privilege_escalation: Option<bool>, privileged: Option<bool>,
        capabilities: Capabilities, seccomp_profile: Ignored, se_linux_options: Ignored, proc_mount: Ignored,
        app_armor_profile: Ignored,
    }
    Capabilities { add: Vec<String>, drop: Vec<String> }
    ContainerPort {
        name: Option<String>, container_port: u16, protocol: Ignored, host_port: Ignored,
        #[serde(rename = "hostIP")] host_ip: Ignored,
    }
    Resources { requests: Option<Value>, limits: Option<Value>, claims: Ignored }
    EnvVar { name: String, value: Option<String>, value_from: Option<EnvSource> }
    EnvSource {
        field_ref: Option<FieldRef>, resource_field_ref: Option<ResourceFieldRef>,
        secret_key_ref: Option<KeyRef>, config_map_key_ref: Option<KeyRef>,
    }
    FieldRef { field_path: String, api_version: Ignored }
    ResourceFieldRef { container_name: Option<String>, resource: String, divisor: Option<Value> }
    KeyRef { name: String, key: String, optional: bool }
    EnvFrom { prefix: String, secret_ref: Option<NameRef>, config_map_ref: Option<NameRef> }
    NameRef { name: String, optional: bool }
    VolumeMount {
        name: String, mount_path: String, sub_path: Option<String>, sub_path_expr: Option<String>, read_only: bool,
        mount_propagation: Ignored, recursive_read_only: Ignored,
    }
    Volume {
        name: String, config_map: Option<ConfigMapVolume>, secret: Option<SecretVolume>, empty_dir: Option<EmptyDir>,
        persistent_volume_claim: Option<ClaimVolume>, projected: Option<Projected>,
        #[serde(rename = "downwardAPI")] downward_api: Option<DownwardVolume>, ephemeral: Ignored,
    }
    ConfigMapVolume { name: String, items: Option<Vec<Item>>, default_mode: Option<u32>, optional: bool }
    SecretVolume {
        secret_name: Option<String>, name: Option<String>, items: Option<Vec<Item>>, default_mode: Option<u32>,
        optional: bool,
    }
    Item { key: String, path: String, mode: Option<u32> }
    EmptyDir { medium: Option<String>, size_limit: Option<Value> }
    ClaimVolume { claim_name: String, read_only: bool }
    Projected { sources: Vec<ProjectedSource>, default_mode: Option<u32> }
    ProjectedSource {
        config_map: Option<ConfigMapVolume>, secret: Option<SecretVolume>,
        #[serde(rename = "downwardAPI")] downward_api: Option<DownwardVolume>, service_account_token: Ignored,
    }
    DownwardVolume { items: Vec<DownwardItem>, default_mode: Option<u32> }
    DownwardItem {
        path: String, field_ref: Option<FieldRef>, resource_field_ref: Option<ResourceFieldRef>, mode: Option<u32>,
    }
    Lifecycle { post_start: Option<Handler>, pre_stop: Option<Handler>, stop_signal: Option<String> }
    Handler {
        exec: Option<ExecAction>, http_get: Option<HttpGet>, tcp_socket: Option<TcpSocket>, sleep: Option<SleepAction>,
    }
    ExecAction { command: Vec<String> }
    HttpGet {
        path: Option<String>, port: Option<Ints>, host: Option<String>, scheme: Option<String>,
        http_headers: Vec<Header>,
    }
    Header { name: String, value: String }
    TcpSocket { port: Option<Ints>, host: Option<String> }
    SleepAction { seconds: u64 }
    Probe {
        exec: Option<ExecAction>, http_get: Option<HttpGet>, tcp_socket: Option<TcpSocket>,
        initial_delay_seconds: Option<u64>, period_seconds: Option<u64>, timeout_seconds: Option<u64>,
        success_threshold: Option<u32>, failure_threshold: Option<u32>, termination_grace_period_seconds: Option<u64>,
    }
}

impl PodSpec {
    pub fn restart_policy(&self) -> &str {
        self.restart_policy.as_deref().unwrap_or("Always")
    }

    pub fn grace_seconds(&self) -> u64 {
        self.termination_grace_period_seconds.unwrap_or(30)
    }

    /// Sets a variable in every container, as `kubectl set env` does.
    pub fn set_env(&mut self, name: &str, value: &str) {
        for container in self.init_containers.iter_mut().chain(&mut self.containers) {
            container.env.retain(|variable| variable.name != name);
            container.env.push(EnvVar { name: name.to_owned(), value: Some(value.to_owned()), value_from: None });
        }
    }

    /// Init containers and containers, in the order that they start.
    pub fn all_containers(&self) -> impl Iterator<Item = &Container> {
        self.init_containers.iter().chain(&self.containers)
    }
}

impl Container {
    /// A native sidecar: an init container that goes on running.
    pub fn sidecar(&self) -> bool {
        self.restart_policy.as_deref() == Some("Always")
    }

    /// The number of a port that a probe names.
    pub fn port(&self, port: Option<&Ints>) -> Option<u16> {
        match port? {
            Ints::Number(number) => u16::try_from(*number).ok(),
            Ints::Name(name) => {
                self.ports.iter().find(|port| port.name.as_ref() == Some(name)).map(|port| port.container_port)
            }
        }
    }
}
