//! Both versions, indexed once, so that every question about another object is one look-up.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, HashMap},
};

use serde_json::Value;

use super::object::{Identity, Object, at, list, text};

pub(super) struct Cluster<'a> {
    pub(super) old: BTreeMap<Identity<'a>, Object<'a>>,
    pub(super) new: BTreeMap<Identity<'a>, Object<'a>>,
    readers: OnceCell<HashMap<Source<'a>, Vec<Reader<'a>>>>,
    successors: OnceCell<Successors<'a>>,
}

/// A ConfigMap, Secret, claim or ServiceAccount that a pod may name: kind, namespace, name.
type Source<'a> = (&'static str, &'a str, &'a str);

/// Added StatefulSets by their namespace or name, their volumes and their image: where a removed one may live on.
type Successors<'a> = HashMap<(&'static str, &'a str, Vec<&'a str>, &'a str), Object<'a>>;

/// A pod template of the new version that names a [`Source`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) object: Object<'a>,
    pub(super) reading: Reading<'a>,
}

/// How a pod reads a ConfigMap or Secret, and so when it sees a change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reading<'a> {
    /// One key in one variable: read when the container starts.
    Variable { container: &'a Value, variable: &'a str, key: &'a str },
    /// Every key is a variable: read when the container starts.
    Variables { container: &'a Value },
    /// Files in a volume, replaced in the running pod; not those that are mounted by `subPath`.
    Files { container: &'a Value, volume: &'a str, sub_path: bool },
    /// By name only: a claim, a ServiceAccount, an image pull secret.
    Name,
}

impl<'a> Cluster<'a> {
    pub(super) fn new(old: &'a [Value], new: &'a [Value]) -> Cluster<'a> {
        let index = |objects: &'a [Value]| {
            objects.iter().filter_map(Object::new).map(|object| (object.identity(), object)).collect()
        };
        Cluster { old: index(old), new: index(new), readers: OnceCell::new(), successors: OnceCell::new() }
    }

    /// The pods of the new version that read this object.
    pub(super) fn readers(&self, kind: &'static str, object: Object<'a>) -> &[Reader<'a>] {
        let readers = self.readers.get_or_init(|| {
            let mut readers: HashMap<Source<'a>, Vec<Reader<'a>>> = HashMap::new();
            for object in self.new.values() {
                read_by(*object, &mut |kind, name, reading| {
                    let read = readers.entry((kind, object.namespace, name)).or_default();
                    read.push(Reader { object: *object, reading });
                });
            }
            readers
        });
        readers.get(&(kind, object.namespace, object.name)).map_or(&[], Vec::as_slice)
    }

    /// What a variable holds, as far as the manifests of this version say: a literal, or a key of one of their objects
    /// as base64. The answer is for comparing only, never to be shown.
    pub(super) fn value(&self, variable: &Value, reader: Object<'_>, in_old: bool) -> Option<String> {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        if let Some(literal) = text(variable, "value") {
            return Some(STANDARD.encode(literal));
        }
        let objects = if in_old { &self.old } else { &self.new };
        for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
            let Some(reference) = at(variable, &["valueFrom", field]) else { continue };
            let (name, key) = (text(reference, "name")?, text(reference, "key")?);
            let identity = Identity { group: "", kind, namespace: reader.namespace, name };
            let object = objects.get(&identity)?.value;
            let plain = if kind == "Secret" { "stringData" } else { "data" };
            let literal = at(object, &[plain, key]).and_then(Value::as_str);
            return match literal {
                Some(literal) => Some(STANDARD.encode(literal)),
                None => at(object, &["data", key]).and_then(Value::as_str).map(str::to_owned),
            };
        }
        None
    }

    /// Whether this storage class lets claims grow: `None` if the manifests do not have the class.
    pub(super) fn may_grow(&self, class: &str) -> Option<bool> {
        let identity = Identity { group: "storage.k8s.io", kind: "StorageClass", namespace: "", name: class };
        let object = self.new.get(&identity).or_else(|| self.old.get(&identity))?;
        Some(object.value.get("allowVolumeExpansion").and_then(Value::as_bool) == Some(true))
    }

    /// Whether a StatefulSet of the earlier version made a claim of this name: `data-postgres-0`.
    pub(super) fn is_claim_of_a_set(&self, namespace: &str, claim: &str) -> bool {
        let Some((stem, ordinal)) = claim.rsplit_once('-') else { return false };
        // The name may have dashes anywhere, so each of them may be the one between template and set.
        ordinal.parse::<u32>().is_ok()
            && stem.match_indices('-').any(|(dash, _)| {
                let (template, name) = stem.split_at(dash);
                let name = name.trim_start_matches('-');
                let identity = Identity { group: "apps", kind: "StatefulSet", namespace, name };
                let templates = self
                    .old
                    .get(&identity)
                    .map(|set| list(set.value, &["spec", "volumeClaimTemplates"]))
                    .unwrap_or_default();
                templates.iter().any(|found| at(found, &["metadata", "name"]).and_then(Value::as_str) == Some(template))
            })
    }

    /// The added StatefulSet that a removed one was probably renamed to, or moved to in another namespace.
    pub(super) fn successor(&self, removed: Object<'a>) -> Option<Object<'a>> {
        let successors = self.successors.get_or_init(|| {
            let mut successors = Successors::new();
            for (_, added) in self.new.iter().filter(|(identity, _)| !self.old.contains_key(identity)) {
                if added.identity().is_workload() && added.kind == "StatefulSet" {
                    for key in traces(*added) {
                        successors.entry(key).or_insert(*added);
                    }
                }
            }
            successors
        });
        traces(removed).into_iter().find_map(|key| successors.get(&key).copied())
    }
}

/// What a StatefulSet keeps when it is renamed, or when it moves to another namespace.
fn traces<'a>(object: Object<'a>) -> [(&'static str, &'a str, Vec<&'a str>, &'a str); 2] {
    let templates = list(object.value, &["spec", "volumeClaimTemplates"]);
    let mut names: Vec<_> = templates.iter().filter_map(|claim| text(claim.get("metadata")?, "name")).collect();
    names.sort_unstable();
    let containers = list(object.value, &["spec", "template", "spec", "containers"]);
    let image = containers.first().and_then(|container| text(container, "image")).unwrap_or_default();
    let repository = super::engines::repository(image);
    [("namespace", object.namespace, names.clone(), repository), ("name", object.name, names, repository)]
}

/// The pod template of an object that makes pods, with the path to it.
pub(super) fn pod_template<'a>(object: &Object<'a>) -> Option<(&'a Value, &'static [&'static str])> {
    let path: &'static [&'static str] = match (object.group, object.kind) {
        ("apps", "StatefulSet" | "Deployment" | "DaemonSet" | "ReplicaSet") | ("batch", "Job") => &["spec", "template"],
        ("", "ReplicationController") => &["spec", "template"],
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template"],
        ("", "Pod") => &[],
        _ => return None,
    };
    at(object.value, path).map(|template| (template, path))
}

fn read_by<'a>(object: Object<'a>, found: &mut impl FnMut(&'static str, &'a str, Reading<'a>)) {
    let Some(spec) = pod_template(&object).and_then(|(template, _)| at(template, &["spec"])) else { return };
    for field in ["initContainers", "containers"] {
        for container in list(spec, &[field]) {
            for variable in list(container, &["env"]) {
                for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
                    let Some(reference) = at(variable, &["valueFrom", field]) else { continue };
                    let (Some(name), Some(key)) = (text(reference, "name"), text(reference, "key")) else { continue };
                    let variable = text(variable, "name").unwrap_or_default();
                    found(kind, name, Reading::Variable { container, variable, key });
                }
            }
            for source in list(container, &["envFrom"]) {
                for (field, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
                    if let Some(name) = at(source, &[field, "name"]).and_then(Value::as_str) {
                        found(kind, name, Reading::Variables { container });
                    }
                }
            }
        }
    }
    for volume in list(spec, &["volumes"]) {
        let volume_name = text(volume, "name").unwrap_or_default();
        let sources = std::iter::once(volume).chain(list(volume, &["projected", "sources"]));
        for source in sources {
            let by_name = |path: &[&str]| at(source, path).and_then(Value::as_str);
            let config = by_name(&["configMap", "name"]).map(|name| ("ConfigMap", name));
            let secret = by_name(&["secret", "secretName"]).or_else(|| by_name(&["secret", "name"]));
            for (kind, name) in config.into_iter().chain(secret.map(|name| ("Secret", name))) {
                for (container, mount) in mounts(spec, volume_name) {
                    let sub_path = at(mount, &["subPath"]).or_else(|| at(mount, &["subPathExpr"])).is_some();
                    found(kind, name, Reading::Files { container, volume: volume_name, sub_path });
                }
            }
            if let Some(name) = by_name(&["persistentVolumeClaim", "claimName"]) {
                found("PersistentVolumeClaim", name, Reading::Name);
            }
        }
    }
    if let Some(name) = text(spec, "serviceAccountName").or_else(|| text(spec, "serviceAccount")) {
        found("ServiceAccount", name, Reading::Name);
    }
    for secret in list(spec, &["imagePullSecrets"]) {
        found("Secret", text(secret, "name").unwrap_or_default(), Reading::Name);
    }
}

/// Every container that mounts a volume, with the mount.
fn mounts<'a>(spec: &'a Value, volume: &str) -> impl Iterator<Item = (&'a Value, &'a Value)> {
    let containers = ["initContainers", "containers"].into_iter().flat_map(|field| list(spec, &[field]));
    let mounts =
        containers.flat_map(|container| list(container, &["volumeMounts"]).iter().map(move |mount| (container, mount)));
    mounts.filter(move |(_, mount)| text(mount, "name") == Some(volume))
}
