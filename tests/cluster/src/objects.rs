//! The Kubernetes objects of a manifest, read as the API server would read them.
//!
//! Every type refuses fields that it does not know: a field that the harness silently ignored could be the one that
//! matters. Fields that have no meaning on one machine (affinity, storage classes, …) are named and typed [`Ignored`].

use crate::spec::{Ignored, Ints, PodSpec};
use anyhow::{Context, Result, anyhow, bail};
use base64::Engine as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Labels, annotations, selectors.
pub type StringMap = BTreeMap<String, String>;

/// Namespace and name.
pub type Key = (String, String);

/// Everything that was applied, by kind and name.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    pub stateful_sets: BTreeMap<Key, StatefulSet>,
    pub deployments: BTreeMap<Key, Deployment>,
    pub services: BTreeMap<Key, Service>,
    pub config_maps: BTreeMap<Key, Data>,
    pub secrets: BTreeMap<Key, Data>,
    pub jobs: BTreeMap<Key, Job>,
    pub cron_jobs: BTreeMap<Key, CronJob>,
    pub pods: BTreeMap<Key, BarePod>,
    pub service_accounts: BTreeMap<Key, ()>,
    /// Read and kept by kind and name, without a controller here (PodDisruptionBudget, NetworkPolicy, …).
    pub others: Vec<(String, Key)>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Meta {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub namespace: Option<String>,
    #[serde(default)]
    pub labels: StringMap,
    #[serde(default)]
    pub annotations: StringMap,
    #[serde(default)]
    pub creation_timestamp: Ignored,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelSelector {
    #[serde(default)]
    pub match_labels: StringMap,
    #[serde(default)]
    pub match_expressions: Ignored,
}

/// A pod template with its source, from which the revision is computed.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Value")]
pub struct Template {
    pub meta: Meta,
    pub spec: PodSpec,
    pub source: Value,
}

impl TryFrom<Value> for Template {
    type Error = String;

    fn try_from(source: Value) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            #[serde(default)]
            metadata: Meta,
            spec: Value,
        }
        let raw: Raw = serde_json::from_value(source.clone()).map_err(|error| error.to_string())?;
        let spec = typed(raw.spec).map_err(|error| format!("{error:#}"))?;
        Ok(Self { meta: raw.metadata, spec, source })
    }
}

impl Template {
    /// A name for the content, as a controller's revision hash is: equal templates, equal names.
    pub fn revision(&self) -> String {
        format!("{:010x}", fnv(self.source.to_string().as_bytes()) & 0xff_ffff_ffff)
    }
}

/// FNV-1a: short, stable, and nothing here needs more.
pub fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatefulSet {
    #[serde(default)]
    pub replicas: Option<u32>,
    pub selector: LabelSelector,
    pub template: Template,
    #[serde(default)]
    pub service_name: String,
    #[serde(default)]
    pub pod_management_policy: Option<String>,
    #[serde(default)]
    pub ordinals: Option<Ordinals>,
    #[serde(default)]
    pub update_strategy: Option<StatefulSetUpdate>,
    #[serde(default)]
    pub volume_claim_templates: Vec<Claim>,
    #[serde(default)]
    pub min_ready_seconds: u64,
    #[serde(default)]
    pub persistent_volume_claim_retention_policy: Option<Retention>,
    #[serde(default)]
    pub revision_history_limit: Ignored,
}

impl StatefulSet {
    pub fn replicas(&self) -> u32 {
        self.replicas.unwrap_or(1)
    }

    pub fn first_ordinal(&self) -> u32 {
        self.ordinals.as_ref().map_or(0, |ordinals| ordinals.start)
    }

    pub fn parallel(&self) -> bool {
        self.pod_management_policy.as_deref() == Some("Parallel")
    }

    /// The lowest ordinal that a new revision reaches; `None` when pods are only replaced as they are deleted.
    pub fn partition(&self) -> Option<u32> {
        let Some(strategy) = &self.update_strategy else { return Some(0) };
        match strategy.kind.as_deref() {
            Some("OnDelete") => None,
            _ => Some(strategy.rolling_update.as_ref().and_then(|rolling| rolling.partition).unwrap_or(0)),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordinals {
    #[serde(default)]
    pub start: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatefulSetUpdate {
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub rolling_update: Option<RollingUpdate>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RollingUpdate {
    #[serde(default)]
    pub partition: Option<u32>,
    #[serde(default)]
    pub max_unavailable: Ignored,
    #[serde(default)]
    pub max_surge: Ignored,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Retention {
    #[serde(default)]
    pub when_deleted: Option<String>,
    #[serde(default)]
    pub when_scaled: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Claim {
    pub metadata: Meta,
    #[serde(default)]
    pub spec: Ignored,
    #[serde(default)]
    pub api_version: Ignored,
    #[serde(default)]
    pub kind: Ignored,
    #[serde(default)]
    pub status: Ignored,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deployment {
    #[serde(default)]
    pub replicas: Option<u32>,
    pub selector: LabelSelector,
    pub template: Template,
    #[serde(default)]
    pub strategy: Option<StatefulSetUpdate>,
    #[serde(default)]
    pub min_ready_seconds: u64,
    #[serde(default)]
    pub revision_history_limit: Ignored,
    #[serde(default)]
    pub progress_deadline_seconds: Ignored,
    #[serde(default)]
    pub paused: Ignored,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Service {
    #[serde(default)]
    pub selector: StringMap,
    #[serde(default)]
    pub ports: Vec<ServicePort>,
    #[serde(rename = "clusterIP", default)]
    pub cluster_ip: Option<String>,
    #[serde(default)]
    pub publish_not_ready_addresses: bool,
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    #[serde(rename = "clusterIPs", default)]
    pub cluster_ips: Ignored,
    #[serde(default)]
    pub ip_families: Ignored,
    #[serde(default)]
    pub ip_family_policy: Ignored,
    #[serde(default)]
    pub internal_traffic_policy: Ignored,
    #[serde(default)]
    pub external_traffic_policy: Ignored,
    #[serde(default)]
    pub session_affinity: Ignored,
    #[serde(default)]
    pub traffic_distribution: Ignored,
    #[serde(default)]
    pub load_balancer_class: Ignored,
    #[serde(default)]
    pub load_balancer_source_ranges: Ignored,
}

impl Service {
    pub fn headless(&self) -> bool {
        self.cluster_ip.as_deref() == Some("None")
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServicePort {
    #[serde(default)]
    pub name: Option<String>,
    pub port: u16,
    #[serde(default)]
    pub target_port: Option<Ints>,
    #[serde(default)]
    pub protocol: Option<String>,
    #[serde(default)]
    pub app_protocol: Ignored,
    #[serde(default)]
    pub node_port: Ignored,
}

/// The data of a ConfigMap or Secret.
#[derive(Clone, Debug, Default)]
pub struct Data {
    pub entries: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Job {
    #[serde(default)]
    pub parallelism: Option<u32>,
    #[serde(default)]
    pub completions: Option<u32>,
    #[serde(default)]
    pub backoff_limit: Option<u32>,
    #[serde(default)]
    pub active_deadline_seconds: Option<u64>,
    #[serde(default)]
    pub suspend: bool,
    pub template: Template,
    #[serde(default)]
    pub ttl_seconds_after_finished: Ignored,
    #[serde(default)]
    pub completion_mode: Option<String>,
    #[serde(default)]
    pub pod_replacement_policy: Ignored,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CronJob {
    pub schedule: String,
    pub job_template: JobTemplate,
    #[serde(default)]
    pub time_zone: Ignored,
    #[serde(default)]
    pub concurrency_policy: Ignored,
    #[serde(default)]
    pub starting_deadline_seconds: Ignored,
    #[serde(default)]
    pub successful_jobs_history_limit: Ignored,
    #[serde(default)]
    pub failed_jobs_history_limit: Ignored,
    #[serde(default)]
    pub suspend: Ignored,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobTemplate {
    #[serde(default)]
    pub metadata: Meta,
    pub spec: Job,
}

/// A pod that no controller made.
#[derive(Clone, Debug)]
pub struct BarePod {
    pub meta: Meta,
    pub spec: PodSpec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Header {
    api_version: String,
    kind: String,
    metadata: Meta,
    #[serde(default)]
    spec: Value,
    #[serde(default)]
    data: BTreeMap<String, String>,
    #[serde(default)]
    string_data: BTreeMap<String, String>,
    #[serde(default)]
    binary_data: BTreeMap<String, String>,
    #[serde(rename = "type", default)]
    _kind: Ignored,
    #[serde(rename = "immutable", default)]
    _immutable: Ignored,
    #[serde(rename = "automountServiceAccountToken", default)]
    _token: Ignored,
    #[serde(rename = "imagePullSecrets", default)]
    _pull_secrets: Ignored,
    #[serde(rename = "rules", default)]
    _rules: Ignored,
    #[serde(rename = "roleRef", default)]
    _role: Ignored,
    #[serde(rename = "subjects", default)]
    _subjects: Ignored,
    #[serde(rename = "status", default)]
    _status: Ignored,
}

impl Objects {
    /// Adds what one YAML text says, which may hold several documents. An object of the same name is replaced.
    ///
    /// # Errors
    /// What is not YAML, not an object, or has a field that the harness does not know.
    pub fn add_yaml(&mut self, text: &str) -> Result<()> {
        for (index, document) in serde_yaml::Deserializer::from_str(text).enumerate() {
            let value = Value::deserialize(document).with_context(|| format!("document {}", index + 1))?;
            if !value.is_null() {
                self.add(value).with_context(|| format!("document {}", index + 1))?;
            }
        }
        Ok(())
    }

    /// Adds a file, or every `.yaml` file of a directory in the order of the names (as `kubectl apply -f` does).
    ///
    /// # Errors
    /// As [`Objects::add_yaml`], and what cannot be read.
    pub fn add_path(&mut self, path: &Path) -> Result<()> {
        let mut files = vec![path.to_path_buf()];
        if path.is_dir() {
            files = std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
            files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
            files.retain(|file| file.file_name().is_some_and(|name| name != "kustomization.yaml"));
            files.sort();
        }
        for file in files {
            let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            self.add_yaml(&text).with_context(|| file.display().to_string())?;
        }
        Ok(())
    }

    fn add(&mut self, value: Value) -> Result<()> {
        if value.get("kind").and_then(Value::as_str) == Some("List") {
            let items = value.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            return items.into_iter().try_for_each(|item| self.add(item));
        }
        let object: Header = serde_json::from_value(value)?;
        let name = object.metadata.name.clone();
        let key = (object.metadata.namespace.clone().unwrap_or_else(|| "default".to_owned()), name.clone());
        let context = || format!("{} {name}", object.kind);
        match object.kind.as_str() {
            "StatefulSet" => drop(self.stateful_sets.insert(key, typed(object.spec).with_context(context)?)),
            "Deployment" => drop(self.deployments.insert(key, typed(object.spec).with_context(context)?)),
            "Service" => drop(self.services.insert(key, typed(object.spec).with_context(context)?)),
            "Job" => drop(self.jobs.insert(key, typed(object.spec).with_context(context)?)),
            "CronJob" => drop(self.cron_jobs.insert(key, typed(object.spec).with_context(context)?)),
            "Pod" => {
                let spec = typed(object.spec).with_context(context)?;
                self.pods.insert(key, BarePod { meta: object.metadata, spec });
            }
            "ServiceAccount" => drop(self.service_accounts.insert(key, ())),
            "ConfigMap" => {
                let mut entries = BTreeMap::new();
                entries.extend(object.data.into_iter().map(|(key, text)| (key, text.into_bytes())));
                entries.extend(decoded(object.binary_data).context(name)?);
                self.config_maps.insert(key, Data { entries });
            }
            "Secret" => {
                let mut entries = decoded(object.data).context(name)?;
                entries.extend(object.string_data.into_iter().map(|(key, text)| (key, text.into_bytes())));
                self.secrets.insert(key, Data { entries });
            }
            "Namespace"
            | "PodDisruptionBudget"
            | "NetworkPolicy"
            | "Ingress"
            | "Role"
            | "RoleBinding"
            | "HorizontalPodAutoscaler"
            | "ServiceMonitor" => self.others.push((object.kind, key)),
            kind => bail!("the harness has no controller for {} {kind}", object.api_version),
        }
        Ok(())
    }
}

/// A value as a type, with the path of the field that does not fit.
fn typed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| anyhow!("{error}"))
}

fn decoded(data: BTreeMap<String, String>) -> Result<BTreeMap<String, Vec<u8>>> {
    let engine = base64::engine::general_purpose::STANDARD;
    data.into_iter()
        .map(|(key, text)| {
            let text: String = text.split_whitespace().collect();
            let bytes = engine.decode(text).with_context(|| format!("`{key}` is not base64"))?;
            Ok((key, bytes))
        })
        .collect()
}

/// Whether the labels have everything that the selector asks for; an empty selector selects nothing.
pub fn selects(selector: &StringMap, labels: &StringMap) -> bool {
    !selector.is_empty() && selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}
