# The daily commands.

# Everything that must stay true.
ci:
    bash .ci/run

# Formats, lints and tests.
check:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings
    cargo clippy --manifest-path fuzz/Cargo.toml --target-dir target/fuzz --all-targets -- -D warnings
    cargo test --workspace

# Rewrites expected output after a change of wording; read the difference before you commit it.
bless:
    BLESS=1 cargo test -p statefulapp-macros
    BLESS=1 cargo test --test examples --test documents
    TRYBUILD=overwrite cargo test --test ui

# Submits every example to the API server of a cluster for tests, and waits for the pods: `just api-server-test KUBECONFIG` (needs kubectl).
api-server-test kubeconfig:
    KUBECONFIG_TEST={{kubeconfig}} cargo test --test api_server -- --nocapture

# Runs the generated manifests with real servers (needs root; installs Debian's packages).
cluster-test *names:
    bash tests/cluster/run.sh {{names}}

# Drives Debian's rust-analyzer as an editor does; it is unpacked into ~/.cache, nothing is installed.
ide:
    RUST_ANALYZER=$(sh tests/ide/install.sh) cargo test --test ide

# What rendering costs: model, objects, YAML, directory, plan.
bench:
    cargo bench -p statefulapp-core

# What declarations cost the compiler, against the same objects written by hand. Half an hour.
bench-compile:
    python3 benches/compile/run.py --cold

# Changes declarations at random and holds the macro to what must be true of any; with any compiler.
fuzz seconds="60" seed="1":
    cargo run --manifest-path fuzz/Cargo.toml --target-dir target/fuzz --bin mutate -- {{seconds}} {{seed}}

# The same, guided by coverage: needs a C++ compiler for libFuzzer, and no nightly one for Rust.
fuzz-coverage seconds="600" target="x86_64-unknown-linux-gnu":
    cargo run --manifest-path fuzz/Cargo.toml --target-dir target/fuzz --bin mutate -- --corpus fuzz/corpus/front_end
    RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1" \
        cargo run --release --manifest-path fuzz/Cargo.toml --target-dir target/fuzz-coverage --target {{target}} --features libfuzzer \
        --bin front_end -- fuzz/corpus/front_end -max_total_time={{seconds}} -max_len=4000
