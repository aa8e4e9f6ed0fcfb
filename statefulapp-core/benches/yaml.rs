//! What the order of the fields costs: serde-saphyr alone against `to_yaml`, on the same StatefulSet.
//!
//! `cargo bench -p statefulapp-core --bench yaml`; the target is at most 1.5 times serde-saphyr alone.

use k8s_openapi::api::apps::v1::StatefulSet;
use std::hint::black_box;

fn main() {
    divan::main();
}

fn stateful_set() -> StatefulSet {
    serde_yaml::from_str(include_str!("stateful-set.yaml")).unwrap()
}

#[divan::bench]
fn serde_saphyr_alone(bencher: divan::Bencher<'_, '_>) {
    let object = stateful_set();
    bencher.bench(|| serde_saphyr::to_string(black_box(&object)).unwrap());
}

#[divan::bench]
fn to_yaml(bencher: divan::Bencher<'_, '_>) {
    let object = stateful_set();
    bencher.bench(|| statefulapp_core::output::yaml::to_yaml(black_box(&object)).unwrap());
}
