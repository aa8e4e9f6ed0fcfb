//! etcd: <https://etcd.io/docs/v3.6/op-guide/kubernetes/> and the Dockerfile of etcd-io/etcd (distroless, no entrypoint
//! script, `/usr/local/bin/etcd` as command).
//!
//! Debian 12 has 3.4, which lacks `/livez` and `/readyz` (from 3.4.29 and 3.5.12 on): `/health` on the metrics address is the
//! readiness of that version, and `/metrics` answers as long as the process does. `etcdutl` came with 3.5; the commands
//! that moved there are still part of `etcdctl`.

use super::{DEFAULT, Image, script};

pub(super) static IMAGE: Image = Image {
    names: &["quay.io/coreos/etcd", "gcr.io/etcd-development/etcd", "registry.k8s.io/etcd"],
    needs: &["etcd", "etcdctl"],
    only: |_| Some(&[("/usr/bin/etcd", "/usr/local/bin/etcd"), ("/usr/bin/etcdctl", "/usr/local/bin/etcdctl")]),
    cmd: &["etcd"],
    hide: &["/var/lib/etcd", "/etc/default"],
    files: &[script("/usr/local/bin/etcdutl", include_str!("../../images/etcd/etcdutl.sh"))],
    http_paths: &[("/readyz", "/health"), ("/livez", "/metrics")],
    ..DEFAULT
};
