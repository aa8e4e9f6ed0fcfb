//! The environment of a container, as the kubelet assembles it.

use crate::expand::expand;
use crate::objects::{Data, Key, StringMap};
use crate::quantity;
use crate::spec::{Container, EnvSource, FieldRef, PodSpec, ResourceFieldRef};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

/// What the downward API can say of a pod.
#[derive(Clone, Debug, Default)]
pub struct PodFacts {
    pub namespace: String,
    pub name: String,
    pub uid: String,
    pub labels: StringMap,
    pub annotations: StringMap,
    pub ip: String,
    pub host_ip: String,
    pub node: String,
    pub service_account: String,
}

/// Where the values come from.
pub struct Sources<'a> {
    pub facts: &'a PodFacts,
    pub spec: &'a PodSpec,
    pub config_maps: &'a BTreeMap<Key, Data>,
    pub secrets: &'a BTreeMap<Key, Data>,
    /// Variables of Services (`enableServiceLinks`): the weakest source.
    pub service_links: &'a [(String, String)],
}

/// The environment in the order of declaration; a later variable of the same name replaces an earlier one.
pub fn assemble(sources: &Sources<'_>, container: &Container) -> Result<Vec<(String, String)>> {
    let mut environment = Environment { variables: sources.service_links.to_vec() };
    for from in &container.env_from {
        let (kind, reference, store) = match (&from.config_map_ref, &from.secret_ref) {
            (Some(reference), None) => ("configmap", reference, sources.config_maps),
            (None, Some(reference)) => ("secret", reference, sources.secrets),
            _ => bail!("envFrom needs one of configMapRef and secretRef"),
        };
        let Some(data) = store.get(&(sources.facts.namespace.clone(), reference.name.clone())) else {
            if reference.optional {
                continue;
            }
            bail!("{kind} \"{}\" not found", reference.name);
        };
        for (key, value) in &data.entries {
            environment.set(format!("{}{key}", from.prefix), String::from_utf8_lossy(value).into_owned());
        }
    }
    for variable in &container.env {
        let value = match (&variable.value, &variable.value_from) {
            (Some(text), None) => Some(environment.expand(text)),
            (None, Some(source)) => value_from(sources, container, source).with_context(|| variable.name.clone())?,
            (None, None) => Some(String::new()),
            (Some(_), Some(_)) => bail!("{}: value and valueFrom", variable.name),
        };
        if let Some(value) = value {
            environment.set(variable.name.clone(), value);
        }
    }
    Ok(environment.variables)
}

/// A list of words with the container's environment expanded.
pub fn expand_words(words: &[String], environment: &[(String, String)]) -> Vec<String> {
    let environment = Environment { variables: environment.to_vec() };
    words.iter().map(|word| environment.expand(word)).collect()
}

/// A text with the container's environment expanded.
pub fn expand_text(text: &str, environment: &[(String, String)]) -> String {
    Environment { variables: environment.to_vec() }.expand(text)
}

struct Environment {
    variables: Vec<(String, String)>,
}

impl Environment {
    fn set(&mut self, name: String, value: String) {
        self.variables.retain(|(existing, _)| *existing != name);
        self.variables.push((name, value));
    }

    fn expand(&self, text: &str) -> String {
        expand(text, |name| {
            self.variables.iter().find(|(existing, _)| existing == name).map(|(_, value)| value.clone())
        })
    }
}

fn value_from(sources: &Sources<'_>, container: &Container, source: &EnvSource) -> Result<Option<String>> {
    if let Some(field) = &source.field_ref {
        return field_value(sources.facts, field).map(Some);
    }
    if let Some(resource) = &source.resource_field_ref {
        return resource_value(sources.spec, container, resource).map(Some);
    }
    let (kind, reference, store) = match (&source.config_map_key_ref, &source.secret_key_ref) {
        (Some(reference), None) => ("configmap", reference, sources.config_maps),
        (None, Some(reference)) => ("secret", reference, sources.secrets),
        _ => bail!("valueFrom without a source"),
    };
    let data = store.get(&(sources.facts.namespace.clone(), reference.name.clone()));
    match data.and_then(|data| data.entries.get(&reference.key)) {
        Some(value) => Ok(Some(String::from_utf8(value.clone()).context("not UTF-8")?)),
        None if reference.optional => Ok(None),
        None if data.is_none() => bail!("{kind} \"{}\" not found", reference.name),
        None => bail!("couldn't find key {} in {kind} {}", reference.key, reference.name),
    }
}

/// The value of a `fieldRef`.
pub fn field_value(facts: &PodFacts, field: &FieldRef) -> Result<String> {
    let path = field.field_path.as_str();
    Ok(match path {
        "metadata.name" => facts.name.clone(),
        "metadata.namespace" => facts.namespace.clone(),
        "metadata.uid" => facts.uid.clone(),
        "metadata.labels" => listed(&facts.labels),
        "metadata.annotations" => listed(&facts.annotations),
        "status.podIP" | "status.podIPs" => facts.ip.clone(),
        "status.hostIP" | "status.hostIPs" => facts.host_ip.clone(),
        "spec.nodeName" => facts.node.clone(),
        "spec.serviceAccountName" => facts.service_account.clone(),
        _ => {
            let entry = |map: &StringMap, rest: &str| {
                let key = rest.strip_suffix("']").context("unclosed subscript")?;
                Ok::<_, anyhow::Error>(map.get(key).cloned().unwrap_or_default())
            };
            if let Some(rest) = path.strip_prefix("metadata.labels['") {
                entry(&facts.labels, rest)?
            } else if let Some(rest) = path.strip_prefix("metadata.annotations['") {
                entry(&facts.annotations, rest)?
            } else {
                bail!("field `{path}` is not in the downward API")
            }
        }
    })
}

fn listed(map: &StringMap) -> String {
    map.iter().map(|(key, value)| format!("{key}={value:?}\n")).collect()
}

/// The value of a `resourceFieldRef`, rounded up to the divisor. A limit that is not set is the node's capacity.
pub fn resource_value(spec: &PodSpec, own: &Container, reference: &ResourceFieldRef) -> Result<String> {
    let container = match &reference.container_name {
        None => own,
        Some(name) => spec.all_containers().find(|container| container.name == *name).context("no such container")?,
    };
    let (part, resource) = reference.resource.split_once('.').context("resource without a part")?;
    let resources = &container.resources;
    let given = match part {
        "limits" => resources.limits.as_ref().and_then(|limits| limits.get(resource)),
        "requests" => resources.requests.as_ref().and_then(|requests| requests.get(resource)),
        _ => bail!("`{}` is neither a limit nor a request", reference.resource),
    };
    let millis = match given {
        Some(value) => quantity::millis(value)?,
        None if part == "requests" => 0,
        None if resource == "cpu" => 2_000,
        None => 8 * 1024 * 1024 * 1024 * 1000,
    };
    let divisor = match &reference.divisor {
        Some(value) => quantity::millis(value)?.max(1),
        None => 1000,
    };
    let divisor = if divisor == 0 { 1000 } else { divisor };
    Ok(millis.div_ceil(divisor).to_string())
}
