//! What the controllers make of the workloads.

use crate::kubectl::Kubectl;
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::Duration;

/// How often the cluster is looked at, one second apart, before the test gives up.
const LOOKS: usize = 180;

/// Events that a cluster without nodes or storage has of every pod, one of the Jobs that the test itself makes of a CronJob, and one
/// of the server's round over the addresses of Services, which can meet a Service that has just been made.
const OF_THE_CLUSTER: [&str; 7] = [
    "FailedScheduling",
    "FailedBinding",
    "ProvisioningFailed",
    "WaitForFirstConsumer",
    "NoPods",
    "UnexpectedJob",
    "ClusterIPNotAllocated",
];

/// Makes every CronJob run once.
pub(crate) fn run_cron_jobs(kubectl: &Kubectl) -> Result<(), String> {
    for cron_job in kubectl.get("cronjobs")? {
        let name = text(&cron_job["metadata"]["name"]);
        let once: String = format!("once-{name}").chars().take(52).collect();
        kubectl.run(&["create", "job", &once, &format!("--from=cronjob/{name}")], "")?;
    }
    Ok(())
}

/// Lets every Job run that waits for somebody to say so.
pub(crate) fn resume_jobs(kubectl: &Kubectl) -> Result<(), String> {
    for job in kubectl.get("jobs")?.iter().filter(|job| job["spec"]["suspend"] == json!(true)) {
        let resume = r#"{"spec":{"suspend":false}}"#;
        kubectl.run(&["patch", "job", text(&job["metadata"]["name"]), "--type=merge", "-p", resume], "")?;
    }
    Ok(())
}

/// Waits until every workload has all its pods, and says how many.
pub(crate) fn settled(kubectl: &Kubectl) -> Result<String, String> {
    let mut missing = Vec::new();
    for _ in 0..LOOKS {
        let pods = kubectl.get("pods")?;
        for pod in pods.iter().filter(|pod| is_nobodys(pod)) {
            call_running(kubectl, pod)?;
        }
        refused(kubectl)?;
        let workloads = kubectl.get("statefulsets,deployments,jobs")?;
        missing = workloads.iter().filter_map(unfinished).collect();
        if missing.is_empty() {
            return Ok(format!("{} workloads have their {} pods", workloads.len(), pods.len()));
        }
        sleep(Duration::from_secs(1));
    }
    Err(format!("not all pods were made: {}", missing.join(", ")))
}

/// Whether the workload lacks pods.
fn unfinished(workload: &Value) -> Option<String> {
    let (status, spec) = (&workload["status"], &workload["spec"]);
    let (has, wants) = match text(&workload["kind"]) {
        "Job" if spec["suspend"] == json!(true) => return None,
        "Job" => (&status["succeeded"], spec["completions"].as_u64().unwrap_or(1)),
        _ => (&status["readyReplicas"], spec["replicas"].as_u64().unwrap_or(1)),
    };
    let has = has.as_u64().unwrap_or(0);
    let name = text(&workload["metadata"]["name"]);
    (has != wants).then(|| format!("{} {name} has {has} of {wants}", text(&workload["kind"])))
}

/// Whether no node will ever run the pod.
fn is_nobodys(pod: &Value) -> bool {
    pod["spec"].get("nodeName").is_none() && pod["status"]["phase"] == "Pending"
}

/// Says in a kubelet's place that the pod runs, or that the pod of a Job is done.
fn call_running(kubectl: &Kubectl, pod: &Value) -> Result<(), String> {
    let of_job = pod["metadata"]["ownerReferences"][0]["kind"] == "Job";
    let status = if of_job {
        json!({"phase": "Succeeded"})
    } else {
        json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]})
    };
    let patch = json!({ "status": status }).to_string();
    let name = text(&pod["metadata"]["name"]);
    kubectl.run(&["patch", "pod", name, "--subresource=status", "--type=strategic", "-p", &patch], "").map(|_| ())
}

/// An event that says that a controller could not make what it should.
fn refused(kubectl: &Kubectl) -> Result<(), String> {
    let events = kubectl.get("events")?;
    let of_ours = |event: &&Value| event["type"] == "Warning" && !OF_THE_CLUSTER.contains(&text(&event["reason"]));
    match events.iter().find(of_ours) {
        Some(event) => {
            let object = &event["involvedObject"];
            let (kind, name) = (text(&object["kind"]), text(&object["name"]));
            Err(format!("{kind} {name}: {}: {}", text(&event["reason"]), text(&event["message"])))
        }
        None => Ok(()),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
