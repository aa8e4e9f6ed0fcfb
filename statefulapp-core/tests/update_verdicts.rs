//! `plan` against the verdicts of a real API server: pairs of an earlier and a new manifest that were submitted to it.
//!
//! The table is read from `$VERDICTS_DIR`, else from `shared/verdicts` beside the workspace, else from `tests/verdicts`
//! in it; without it the test says so and compares nothing.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use statefulapp_core::plan::{Class, plan};

/// Updates that one cluster accepts and the plan classes as `recreate`, because another one refuses them, or because
/// the server accepts them without effect.
const HIGHER: &[(&str, &str)] = &[
    ("headless", "`clusterIP: None` that is left out is accepted and stays: only a new Service gets an address"),
    ("serviceAccount", "an account that is left out stays, because the server has it under the field's old name too"),
    ("egress", "the policyTypes that the server filled in stay, and egress rules are ignored"),
    ("Probe", "a port by a name that the container does not have never answers"),
    ("PVC size", "whether the claim is bound, and its class lets it grow, is not in the pair"),
    ("PVC volumeName", "whether the claim is bound is not in the pair"),
    ("PVC volumeAttributesClassName", "whether the claim is bound is not in the pair"),
    ("PVC storageClassName", "whether the cluster has a default class is not in the pair"),
];

#[test]
fn no_refused_update_is_classed_as_harmless() {
    let Some(path) = table() else {
        println!("skipped: no table of updates, set VERDICTS_DIR");
        return;
    };
    let text = std::fs::read_to_string(&path).expect("the table is readable");
    let (mut agree, mut higher, mut wrong, mut rows) = (0, Vec::new(), Vec::new(), 0);
    for line in text.lines().filter(|line| !line.is_empty()) {
        let row: Value = serde_json::from_str(line).expect("a JSON object per line");
        let field = row["field"].as_str().expect("a field");
        let plan = plan(&[object(&row, "old")], &[object(&row, "new")]);
        // A plain `replace` of a bound claim is refused for a field that no manifest has, so what counts is the change
        // itself and both ways of `apply`.
        let refused = row["verdict"] == "reject" || row["apply"] == "reject";
        rows += 1;
        match (refused, plan.class() >= Class::Recreate) {
            (true, false) => {
                wrong.push(format!("{field}: {} although the server says {}", plan.class(), row["message"]))
            }
            (false, true) => higher.push((field.to_owned(), plan.class(), plan.changes[0].explanation.clone())),
            _ => agree += 1,
        }
    }
    for (field, class, explanation) in &higher {
        println!("higher: {field}: {class}: {explanation}");
    }
    println!("update agree {agree} of {rows}, higher {}", higher.len());
    assert!(wrong.is_empty(), "{} of {rows} rows are classed too low:\n{}", wrong.len(), wrong.join("\n"));
    higher.retain(|(field, ..)| !HIGHER.iter().any(|(part, _)| field.contains(part)));
    assert!(higher.is_empty(), "accepted updates classed higher without a reason: {higher:#?}");
}

/// The object as it was submitted: the row has what differs from the kind's frame.
fn object(row: &Value, side: &str) -> Value {
    let kind = row["object"].as_str().expect("a kind");
    let api_version = match kind {
        "StatefulSet" | "Deployment" | "DaemonSet" | "ReplicaSet" => "apps/v1",
        "Job" | "CronJob" => "batch/v1",
        "PodDisruptionBudget" => "policy/v1",
        "NetworkPolicy" | "Ingress" => "networking.k8s.io/v1",
        "StorageClass" => "storage.k8s.io/v1",
        "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => "rbac.authorization.k8s.io/v1",
        _ => "v1",
    };
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {}});
    let Value::Object(fields) = &row["value"][side] else { panic!("no object in {row}") };
    for (key, value) in fields {
        object[key] = value.clone();
    }
    if object["metadata"]["name"].is_null() {
        object["metadata"]["name"] = json!("base");
    }
    object
}

fn table() -> Option<PathBuf> {
    let given = std::env::var_os("VERDICTS_DIR").map(PathBuf::from);
    // Beside the workspace, or in it; the facade's test runs this file too.
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let near = above.flat_map(|folder| [folder.join("tests/verdicts"), folder.join("shared/verdicts")]);
    given.into_iter().chain(near).map(|place| place.join("update.jsonl")).find(|path| path.exists())
}
