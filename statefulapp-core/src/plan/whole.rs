//! Objects that are new, and objects that are gone.

use serde_json::Value;

use super::{
    Change, Class,
    cluster::Cluster,
    kind::Set,
    object::{Identity, Object, at, list, text},
    refusal,
};

pub(super) fn added(object: Object<'_>, changes: &mut Vec<Change>) {
    let explanation = match object.kind {
        "StatefulSet" if object.group == "apps" => {
            let set = Set::new(object);
            if set.ordinals.is_empty() {
                "new, without pods yet".into()
            } else {
                format!("new: starts {}", set.pods(&set.ordinals))
            }
        }
        // Its file is not in a git revision, and rightly so.
        "Secret" if object.group.is_empty() => {
            "new, or not in what this is compared with, as in a revision of git".into()
        }
        _ => "new".into(),
    };
    changes.push(Change::of(object, Class::InPlace, explanation));
    refusal::added(object, changes);
}

/// What is gone from the manifests: `kubectl apply` leaves it in the cluster, `kubectl apply --prune`, Flux, Argo CD and
/// the command deletes it.
pub(super) fn removed<'a>(cluster: &Cluster<'a>, identity: Identity<'a>, object: Object<'a>) -> Change {
    let (class, text) = fate(cluster, identity, object);
    let text = format!("no longer in the manifests: {text}; `kubectl apply` without pruning leaves it in the cluster");
    let commands = vec![format!("kubectl delete {}", object.on_command_line())];
    Change { commands, ..Change::of(object, class, text) }
}

/// What is in a cluster and in no manifest, because a controller made it: what `kubectl get` shows beside one's own
/// objects goes with its owner, or with its namespace.
pub(super) fn is_made_by_the_cluster(cluster: &Cluster<'_>, object: Object<'_>) -> bool {
    let owners = list(object.value, &["metadata", "ownerReferences"]);
    let is_controlled = owners.iter().any(|owner| owner.get("controller") == Some(&Value::Bool(true)));
    let has_annotation = |name: &str| at(object.value, &["metadata", "annotations", name]).is_some();
    is_controlled
        || match (object.group, object.kind, object.name) {
            ("" | "events.k8s.io", "Event", _)
            | ("", "Endpoints", _)
            | ("discovery.k8s.io", "EndpointSlice", _)
            | ("coordination.k8s.io", "Lease", _)
            | ("apps", "ControllerRevision", _)
            | ("", "Node", _)
            | ("", "ConfigMap", "kube-root-ca.crt")
            | ("", "ServiceAccount", "default")
            | ("", "Namespace", "default" | "kube-system" | "kube-public" | "kube-node-lease") => true,
            ("", "Service", "kubernetes") => object.namespace == "default",
            ("", "PersistentVolume", _) => has_annotation("pv.kubernetes.io/provisioned-by"),
            ("", "Secret", _) => matches!(
                text(object.value, "type"),
                Some("helm.sh/release.v1" | "kubernetes.io/service-account-token" | "bootstrap.kubernetes.io/token")
            ),
            // A StatefulSet's claims are judged with it.
            ("", "PersistentVolumeClaim", name) => cluster.is_claim_of_a_set(object.namespace, name),
            _ => false,
        }
}

fn fate<'a>(cluster: &Cluster<'a>, identity: Identity<'a>, object: Object<'a>) -> (Class, String) {
    let used_by = |kind| {
        let mut users: Vec<_> = cluster
            .readers(kind, object)
            .iter()
            .map(|user| format!("{} {}", user.object.kind, user.object.name))
            .collect();
        users.sort();
        users.dedup();
        users.join(", ")
    };
    let named = |kind| match used_by(kind) {
        users if users.is_empty() => (Class::InPlace, "no workload in these manifests names it".to_owned()),
        users => (Class::Recreate, format!("pods of {users} name it and do not start without it")),
    };
    match (identity.group, identity.kind) {
        ("apps", "StatefulSet") => stateful_set(cluster, object),
        ("apps", _) | ("", "Pod" | "ReplicationController") => (Class::Recreate, "deleting it stops its pods".into()),
        ("", "Service") => (Class::Recreate, "deleting it takes the name and address that clients use".into()),
        ("networking.k8s.io", "Ingress") => (Class::Recreate, "deleting it takes the way in from outside".into()),
        ("", "ConfigMap") => named("ConfigMap"),
        ("", "Secret") => match named("Secret") {
            (Class::InPlace, text) => {
                (Class::InPlace, format!("{text}; keep a copy, what is deleted with it is nowhere else in the cluster"))
            }
            other => other,
        },
        ("", "ServiceAccount") => named("ServiceAccount"),
        ("", "PersistentVolumeClaim") => {
            let text = "deleting it deletes its volume with the data, unless the volume's reclaim policy is Retain";
            (Class::Destroys, text.into())
        }
        ("", "PersistentVolume") => match at(object.value, &["spec", "persistentVolumeReclaimPolicy"]) {
            Some(Value::String(policy)) if policy == "Delete" => {
                (Class::Destroys, "deleting it deletes the storage behind it once it is released".into())
            }
            _ => (Class::Recreate, "the storage behind it stays, no claim finds it any more".into()),
        },
        ("", "Namespace") => {
            (Class::Destroys, "deleting it deletes everything in it, claims with their data too".into())
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            (Class::Destroys, "deleting it deletes every object of that kind".into())
        }
        ("storage.k8s.io", "StorageClass") => {
            (Class::Recreate, "claims of this class are not provisioned any more; existing volumes stay".into())
        }
        ("batch", "CronJob") => (Class::InPlace, "deleting it ends its runs, and deletes its finished Jobs".into()),
        ("batch", "Job") => (Class::InPlace, "deleting it stops its pods, if it still runs".into()),
        ("policy" | "networking.k8s.io" | "rbac.authorization.k8s.io" | "autoscaling", _) => {
            (Class::InPlace, "deleting it takes effect at once, no pod is restarted".into())
        }
        ("", _) => (Class::InPlace, "no pod is restarted".into()),
        _ => (Class::Recreate, "unknown kind: not judged, its controller may delete what it made".into()),
    }
}

fn stateful_set<'a>(cluster: &Cluster<'a>, object: Object<'a>) -> (Class, String) {
    let set = Set::new(object);
    if set.claims.is_empty() {
        return (Class::Recreate, "deleting it stops its pods; they have no volumes of their own".into());
    }
    let claims = set.claims(&set.ordinals);
    if let Some(successor) = cluster.successor(object) {
        let text = format!(
            "it seems to live on as {}, but volumes go by the name of their StatefulSet: the new one starts with empty \
             volumes, the data stays behind in {claims}",
            successor.id()
        );
        return (Class::Destroys, text);
    }
    if set.deletes_claims_when_deleted {
        return (Class::Destroys, format!("deleting it deletes its volumes, because whenDeleted is Delete: {claims}"));
    }
    (Class::Recreate, format!("deleting it stops its pods; their volumes stay: {claims}"))
}
