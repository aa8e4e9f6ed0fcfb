//! Ten thousand PostgreSQL servers, each with its Services, ConfigMap and Secret: from the model to objects, YAML and a
//! directory, beside what serde-saphyr alone needs for the same objects; and a plan of ten thousand objects.
//!
//! `cargo bench -p statefulapp-core --bench render`.

#[path = "apps/mod.rs"]
mod apps;

use apps::stack;
use serde_json::Value;
use statefulapp_core::manifest::{Object, Redacted};
use statefulapp_core::output::yaml;
use statefulapp_core::plan;
use std::hint::black_box;

const APPS: usize = 10_000;

fn main() {
    divan::main();
}

fn objects(apps: usize) -> Vec<Object> {
    stack(apps).objects().unwrap()
}

/// Rules, completion by the engines, objects.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn model_to_objects(bencher: divan::Bencher<'_, '_>) {
    let stack = stack(APPS);
    bencher.bench_local(|| stack.objects_with(black_box(&Redacted)).unwrap().len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn objects_to_yaml(bencher: divan::Bencher<'_, '_>) {
    let objects = objects(APPS);
    bencher.bench_local(|| objects.iter().map(|object| yaml::to_yaml(black_box(object)).unwrap().len()).sum::<usize>());
}

/// What the others are measured against.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn serde_saphyr_alone(bencher: divan::Bencher<'_, '_>) {
    let objects = objects(APPS);
    bencher.bench_local(|| {
        objects.iter().map(|object| serde_saphyr::to_string(black_box(object)).unwrap().len()).sum::<usize>()
    });
}

/// Everything that `render` does. A tenth of the apps and ten times as many show whether it is linear.
#[divan::bench(args = [APPS / 10, APPS, 10 * APPS], sample_count = 3, sample_size = 1)]
fn model_to_yaml(bencher: divan::Bencher<'_, '_>, apps: usize) {
    let stack = stack(apps);
    bencher.bench_local(|| stack.yaml().unwrap().len());
}

/// Everything that `write` does, in a directory that is not there yet.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn model_to_directory(bencher: divan::Bencher<'_, '_>) {
    let stack = stack(APPS);
    bencher.with_inputs(|| tempfile::tempdir().unwrap()).bench_local_values(|place| {
        stack.write(place.path().join("deploy")).unwrap();
        place
    });
}

/// Ten thousand objects against ten thousand, every StatefulSet with another image.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn plan_of_10_000_objects(bencher: divan::Bencher<'_, '_>) {
    let values = |image: &str| -> Vec<Value> {
        // Each app has at least five objects.
        let mut values: Vec<Value> =
            objects(APPS / 5).into_iter().map(|object| serde_json::to_value(object).unwrap()).collect();
        for value in values.iter_mut().filter(|value| value["kind"] == "StatefulSet") {
            value["spec"]["template"]["spec"]["containers"][0]["image"] = image.into();
        }
        values.truncate(APPS);
        values
    };
    let (old, new) = (values("postgres:15.2"), values("postgres:15.3"));
    bencher.bench_local(|| plan::plan(black_box(&old), black_box(&new)).changes.len());
}
