#!/usr/bin/env bash
# Writes the generated manifests and runs the scenarios, hand-written and generated, with real servers. As root; the arguments
# are names of scenarios or their beginnings.
set -euo pipefail
cd "$(dirname "$0")/../.."
bash tests/cluster/install.sh
cargo run --quiet --example cluster_forms target/cluster-manifests
cargo build --quiet -p statefulapp-cluster-tests
MANIFESTS="$PWD/target/cluster-manifests" cargo run --quiet -p statefulapp-cluster-tests --bin cluster-test -- --jobs 2 "$@"
