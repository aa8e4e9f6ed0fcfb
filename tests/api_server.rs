//! Every example on a real API server: it accepts every object, by create and by server-side apply, without a warning, in a namespace
//! that enforces PodSecurity "restricted"; and its controllers really make the pods.
//!
//! `KUBECONFIG_TEST` names the kubeconfig of a cluster for tests, and `kubectl` must be there. The cluster needs no nodes: a pod that is
//! not scheduled is called running by the test itself, so that the next one is made.

#![allow(dead_code, unreachable_pub)]

#[path = "../examples/cluster_forms.rs"]
mod cluster_forms;
#[path = "api_server/controllers.rs"]
mod controllers;
#[path = "api_server/kubectl.rs"]
mod kubectl;
mod stacks;

use kubectl::Kubectl;
use statefulapp::manifest::{self, BuildError, SecretBytes};
use statefulapp::model::{Secret, SecretValue};
use statefulapp::value::DataKey;
use statefulapp::{Stack, engine, output};

#[test]
fn every_example_is_accepted_and_runs() {
    let Some(server) = std::env::var_os("KUBECONFIG_TEST") else {
        println!("skipped: no API server (KUBECONFIG_TEST names none)");
        return;
    };
    let mut failures = Vec::new();
    for (name, stack) in stacks::examples().into_iter().chain(cluster_forms::stacks()) {
        let namespace = format!("statefulapp-test-{}-{}", name.replace('_', "-"), std::process::id());
        let kubectl = Kubectl::new(&server, &namespace);
        kubectl.make_namespace("restricted");
        match run(&kubectl, stack) {
            Ok(said) => println!("{name}: {said}"),
            Err(failure) => failures.push(format!("{name}: {failure}")),
        }
        kubectl.remove_namespace();
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn run(kubectl: &Kubectl, mut stack: Stack) -> Result<String, String> {
    stack.namespace = Some(kubectl.namespace().parse().expect("a name of a namespace"));
    let objects = manifest::objects(&engine::complete(&stack), &any_secret).map_err(|error| error.to_string())?;
    let mut yaml = String::new();
    for object in &objects {
        output::yaml::push_document(&mut yaml, &output::yaml::to_yaml(object).map_err(|error| error.to_string())?);
    }
    kubectl.without_warning(&["create", "--dry-run=server", "--validate=strict", "-f", "-"], &yaml)?;
    let apply = ["apply", "--server-side", "--validate=strict", "-f", "-"];
    kubectl.without_warning(&apply, &yaml)?;
    controllers::run_cron_jobs(kubectl)?;
    controllers::settled(kubectl)?;
    let before = kubectl.generations()?;
    kubectl.without_warning(&apply, &yaml)?;
    let after = kubectl.generations()?;
    if before != after {
        return Err(format!("the same manifests again change something: {before:?}, then {after:?}"));
    }
    controllers::resume_jobs(kubectl)?;
    let said = controllers::settled(kubectl)?;
    Ok(format!("{} objects; {said}", objects.len()))
}

fn any_secret(_: &Secret, _: &DataKey, _: &SecretValue) -> Result<SecretBytes, BuildError> {
    Ok("abcdefghijklmnopqrstuvwxyz".into())
}
