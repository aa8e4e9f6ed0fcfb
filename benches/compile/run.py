#!/usr/bin/env python3
"""What declarations cost the compiler, against the same objects written by hand.

Generates crates with N apps like the PostgreSQL of the example, all fields of it, in three ways: one `stateful_app!` block, a
block for each app, and k8s-openapi struct literals; and beside them an empty file. What is written by hand is less than what is declared: the StatefulSet and its
headless Service, without the ServiceAccount, the disruption budget, the replication and the Services of its roles. Measures `cargo check` and a debug
build without incremental compilation, dependencies built before; and a cold build with all dependencies.

    benches/compile/run.py [--apps 1,100,400,1600] [--cold] [--runs 3] [--target DIR]

Times are CPU seconds of cargo and everything that it started (the least of some runs), so that other work on the machine
disturbs them little. The table goes to standard output.
"""

import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

HEAD = """
    ConfigMap postgres_config {
        "postgresql.conf": "listen_addresses = '*'\nmax_connections = 100\n",
        "pg_hba.conf": "local all all scram-sha-256\nhost all all 0.0.0.0/0 scram-sha-256\nhost replication replicator 0.0.0.0/0 scram-sha-256\n",
    }
    Secret postgres_secret { password: generate(32), "replication-password": generate(32) }
"""

APP = """
    /// The primary is pod 0, the others follow it. There is no automatic failover.
    StatefulApp postgres_%(n)d {
        engine: postgres {
            version: "15.2",
            database: "myapp",
            user: "postgres",
            password: postgres_secret.password,
            replication: { user: "replicator", password: postgres_secret["replication-password"] },
            config: postgres_config,
        },
        replicas: 3,
        service_name: "postgres-%(n)d-headless",
        ports: { database: 5432 },
        storage: { data: { size: 100Gi, class: "fast-ssd" } },
        resources: { cpu: 2000m..4000m, memory: 4Gi..8Gi },
        startup: exec("pg_isready", "-h", "127.0.0.1") { period: 10s, failures: 360 },
        liveness: tcp(database) { initial_delay: 60s },
        readiness: exec("pg_isready", "-h", "127.0.0.1", "-p", "5432") { initial_delay: 30s, timeout: 5s },
        grace: 120s,
        labels: { app: "postgres", component: "database" },
        annotations: { "backup.io/enabled": true, "monitoring.io/scrape": true },
        service_account: "postgres-sa-%(n)d",
        allow: [no_backup],
    }
"""

BY_HAND = """
pub fn postgres_%(n)d() -> (StatefulSet, Service) {
    let labels = || Some(BTreeMap::from([
        ("app.kubernetes.io/name".to_owned(), "postgres-%(n)d".to_owned()),
        ("component".to_owned(), "database".to_owned()),
    ]));
    let annotations = || Some(BTreeMap::from([
        ("backup.io/enabled".to_owned(), "true".to_owned()),
        ("monitoring.io/scrape".to_owned(), "true".to_owned()),
    ]));
    let selector = BTreeMap::from([("app.kubernetes.io/name".to_owned(), "postgres-%(n)d".to_owned())]);
    let set = StatefulSet {
        metadata: ObjectMeta {
            name: Some("postgres-%(n)d".to_owned()),
            labels: labels(),
            annotations: annotations(),
            ..Default::default()
        },
        spec: Some(StatefulSetSpec {
            replicas: Some(3),
            service_name: Some("postgres-%(n)d-headless".to_owned()),
            selector: LabelSelector { match_labels: Some(selector.clone()), ..Default::default() },
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta { labels: labels(), annotations: annotations(), ..Default::default() }),
                spec: Some(PodSpec {
                    service_account_name: Some("postgres-sa-%(n)d".to_owned()),
                    automount_service_account_token: Some(false),
                    enable_service_links: Some(false),
                    termination_grace_period_seconds: Some(120),
                    security_context: Some(PodSecurityContext {
                        run_as_non_root: Some(true),
                        run_as_user: Some(999),
                        run_as_group: Some(999),
                        fs_group: Some(999),
                        fs_group_change_policy: Some("OnRootMismatch".to_owned()),
                        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), ..Default::default() }),
                        ..Default::default()
                    }),
                    containers: vec![Container {
                        name: "postgres-%(n)d".to_owned(),
                        image: Some("postgres:15.2".to_owned()),
                        ports: Some(vec![
                            ContainerPort { name: Some("database".to_owned()), container_port: 5432, ..Default::default() },
                            ContainerPort { name: Some("replication".to_owned()), container_port: 5433, ..Default::default() },
                        ]),
                        env: Some(vec![
                            EnvVar { name: "POSTGRES_DB".to_owned(), value: Some("myapp".to_owned()), ..Default::default() },
                            EnvVar { name: "POSTGRES_USER".to_owned(), value: Some("postgres".to_owned()), ..Default::default() },
                            EnvVar {
                                name: "POSTGRES_PASSWORD".to_owned(),
                                value_from: Some(EnvVarSource {
                                    secret_key_ref: Some(SecretKeySelector {
                                        name: "postgres-secret".to_owned(),
                                        key: "password".to_owned(),
                                        ..Default::default()
                                    }),
                                    ..Default::default()
                                }),
                                ..Default::default()
                            },
                            EnvVar {
                                name: "POSTGRES_REPLICATION_PASSWORD".to_owned(),
                                value_from: Some(EnvVarSource {
                                    secret_key_ref: Some(SecretKeySelector {
                                        name: "postgres-secret".to_owned(),
                                        key: "replication-password".to_owned(),
                                        ..Default::default()
                                    }),
                                    ..Default::default()
                                }),
                                ..Default::default()
                            },
                            EnvVar {
                                name: "PGDATA".to_owned(),
                                value: Some("/var/lib/postgresql/data/pgdata".to_owned()),
                                ..Default::default()
                            },
                        ]),
                        volume_mounts: Some(vec![
                            VolumeMount {
                                name: "data".to_owned(),
                                mount_path: "/var/lib/postgresql/data".to_owned(),
                                ..Default::default()
                            },
                            VolumeMount {
                                name: "postgres-config".to_owned(),
                                mount_path: "/etc/postgresql".to_owned(),
                                read_only: Some(true),
                                ..Default::default()
                            },
                        ]),
                        resources: Some(ResourceRequirements {
                            requests: Some(BTreeMap::from([
                                ("cpu".to_owned(), Quantity("2".to_owned())),
                                ("memory".to_owned(), Quantity("4Gi".to_owned())),
                            ])),
                            limits: Some(BTreeMap::from([
                                ("cpu".to_owned(), Quantity("4".to_owned())),
                                ("memory".to_owned(), Quantity("8Gi".to_owned())),
                            ])),
                            ..Default::default()
                        }),
                        startup_probe: Some(Probe {
                            exec: Some(ExecAction {
                                command: Some(vec!["pg_isready".to_owned(), "-h".to_owned(), "127.0.0.1".to_owned()]),
                            }),
                            period_seconds: Some(10),
                            failure_threshold: Some(360),
                            ..Default::default()
                        }),
                        liveness_probe: Some(Probe {
                            tcp_socket: Some(TCPSocketAction {
                                port: IntOrString::String("database".to_owned()),
                                ..Default::default()
                            }),
                            initial_delay_seconds: Some(60),
                            ..Default::default()
                        }),
                        readiness_probe: Some(Probe {
                            exec: Some(ExecAction {
                                command: Some(vec!["pg_isready".to_owned(), "-h".to_owned(), "127.0.0.1".to_owned()]),
                            }),
                            initial_delay_seconds: Some(30),
                            ..Default::default()
                        }),
                        lifecycle: Some(Lifecycle {
                            post_start: Some(LifecycleHandler {
                                exec: Some(ExecAction {
                                    command: Some(vec![
                                        "sh".to_owned(),
                                        "-c".to_owned(),
                                        "until pg_isready -h localhost -p 5432; do sleep 1; done".to_owned(),
                                    ]),
                                }),
                                ..Default::default()
                            }),
                            pre_stop: Some(LifecycleHandler {
                                exec: Some(ExecAction {
                                    command: Some(vec![
                                        "sh".to_owned(),
                                        "-c".to_owned(),
                                        "pg_ctl stop -D /var/lib/postgresql/data/pgdata -m fast".to_owned(),
                                    ]),
                                }),
                                ..Default::default()
                            }),
                            ..Default::default()
                        }),
                        security_context: Some(SecurityContext {
                            allow_privilege_escalation: Some(false),
                            capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), ..Default::default() }),
                            ..Default::default()
                        }),
                        ..Default::default()
                    }],
                    volumes: Some(vec![Volume {
                        name: "postgres-config".to_owned(),
                        config_map: Some(ConfigMapVolumeSource { name: "postgres-config".to_owned(), ..Default::default() }),
                        ..Default::default()
                    }]),
                    ..Default::default()
                }),
            },
            volume_claim_templates: Some(vec![PersistentVolumeClaim {
                metadata: ObjectMeta { name: Some("data".to_owned()), ..Default::default() },
                spec: Some(PersistentVolumeClaimSpec {
                    access_modes: Some(vec!["ReadWriteOnce".to_owned()]),
                    storage_class_name: Some("fast-ssd".to_owned()),
                    resources: Some(VolumeResourceRequirements {
                        requests: Some(BTreeMap::from([("storage".to_owned(), Quantity("100Gi".to_owned()))])),
                        ..Default::default()
                    }),
                    ..Default::default()
                }),
                ..Default::default()
            }]),
            ..Default::default()
        }),
        ..Default::default()
    };
    let service = Service {
        metadata: ObjectMeta { name: Some("postgres-%(n)d-headless".to_owned()), labels: labels(), ..Default::default() },
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".to_owned()),
            publish_not_ready_addresses: Some(true),
            selector: Some(selector),
            ports: Some(vec![
                ServicePort { name: Some("database".to_owned()), port: 5432, ..Default::default() },
                ServicePort { name: Some("replication".to_owned()), port: 5433, ..Default::default() },
            ]),
            ..Default::default()
        }),
        ..Default::default()
    };
    (set, service)
}
"""

USES = """use k8s_openapi::api::apps::v1::*;
use k8s_openapi::api::core::v1::*;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::*;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeMap;
"""

OPENAPI = 'k8s-openapi = { version = "0.29", default-features = false, features = ["std", "v1_36"] }\n'
DECLARING = f'statefulapp = {{ path = "{ROOT}" }}\n'


def one_block(apps):
    items = "".join(APP % {"n": n} for n in range(apps))
    return f"pub fn declared() -> statefulapp::Stack {{\n    statefulapp::stateful_app! {{{HEAD}{items}}}.into()\n}}\n"


def block_each(apps):
    function = "pub fn postgres_%(n)d() -> statefulapp::Stack {{\n    statefulapp::stateful_app! {{{head}{app}}}.into()\n}}\n"
    return "".join(function.format(head=HEAD, app=APP) % {"n": n} for n in range(apps))


def by_hand(apps):
    return USES + "".join(BY_HAND % {"n": n} for n in range(apps))


WAYS = {
    "one block": (one_block, DECLARING),
    "a block each": (block_each, DECLARING),
    "by hand": (by_hand, OPENAPI),
    # What no declaration can be cheaper than: the start of cargo and of rustc.
    "an empty file": (lambda apps: "", ""),
}


def crate(folder, dependencies, source):
    (folder / "src").mkdir(parents=True, exist_ok=True)
    manifest = f'[package]\nname = "{folder.name}"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n{dependencies}\n[workspace]\n'
    (folder / "Cargo.toml").write_text(manifest)
    (folder / "src/lib.rs").write_text(source)
    shutil.copy(ROOT / "Cargo.lock", folder / "Cargo.lock")


def cargo(folder, target, *command):
    """CPU seconds of the command."""
    environment = dict(os.environ, CARGO_INCREMENTAL="0", CARGO_TARGET_DIR=str(target), CARGO_NET_OFFLINE="true")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["cargo", *command, "--quiet"], cwd=folder, env=environment, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{folder}: cargo {' '.join(command)}:\n{done.stderr[-3000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(folders, target, command, runs):
    """The least CPU seconds of the command in each folder; the folders take turns, so that all see the same machine."""
    for folder in folders.values():
        cargo(folder, target, command)
    best = dict.fromkeys(folders, float("inf"))
    for _ in range(runs):
        for name, folder in folders.items():
            os.utime(folder / "src/lib.rs")
            best[name] = min(best[name], cargo(folder, target, command))
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--apps", default="1,100,400,1600")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cold", action="store_true", help="also build with all dependencies from nothing")
    parser.add_argument("--target", type=pathlib.Path, default=ROOT / "target/bench-compile")
    given = parser.parse_args()
    counts = [int(count) for count in given.apps.split(",")]
    target = given.target / "target"

    print("| apps | | " + " | ".join(WAYS) + " | one block / by hand |")
    print("|---|---|" + "---|" * (len(WAYS) + 1))
    for command in ["check", "build"]:
        for count in counts:
            folders = {}
            for name, (source, dependencies) in WAYS.items():
                folders[name] = given.target / f"{name.replace(' ', '-')}-{count}"
                crate(folders[name], dependencies, source(count))
            seconds = measure(folders, target, command, given.runs)
            ratio = seconds["one block"] / seconds["by hand"]
            figures = " | ".join(f"{second:.2f} s" for second in seconds.values())
            print(f"| {count} | {command} | {figures} | {ratio:.2f} |", flush=True)

    if given.cold:
        alone = OPENAPI + 'serde-saphyr = { version = "2.1", default-features = false, features = ["serialize"] }\n'
        seconds = {}
        for name, dependencies, source in [("alone", alone, ""), ("declaring", DECLARING, one_block(1))]:
            folder = given.target / f"cold-{name}"
            crate(folder, dependencies, source)
            cold = given.target / "cold"
            shutil.rmtree(cold, ignore_errors=True)
            seconds[name] = cargo(folder, cold, "build")
            shutil.rmtree(cold, ignore_errors=True)
        print(f"\ncold build: k8s-openapi and serde-saphyr alone {seconds['alone']:.1f} s, "
              f"a crate that declares an app {seconds['declaring']:.1f} s, ratio {seconds['declaring'] / seconds['alone']:.2f}")


if __name__ == "__main__":
    main()
