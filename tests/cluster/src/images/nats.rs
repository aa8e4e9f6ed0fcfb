//! NATS: <https://hub.docker.com/_/nats>. The default image holds the server and nothing else; the `-alpine` tags have a
//! shell and an entrypoint script that puts `nats-server` in front of arguments.

use super::{DEFAULT, File, Image, script, vars};

pub(super) static IMAGE: Image = Image {
    names: &["nats"],
    needs: &["nats-server"],
    only: |tag| if tag.contains("alpine") { None } else { Some(&[("/usr/sbin/nats-server", "/nats-server")]) },
    entrypoint: &["docker-entrypoint.sh"],
    cmd: &["--config", "nats-server.conf"],
    hide: &["/etc/nats-server.conf"],
    files: &[
        script("/usr/local/bin/docker-entrypoint.sh", include_str!("../../images/nats/docker-entrypoint.sh")),
        File { path: "/nats-server.conf", mode: 0o644, content: "port: 4222\nmonitor_port: 8222\n" },
    ],
    ..DEFAULT
};

/// <https://github.com/nats-io/nats-box>: the command line, which Debian has not. A few lines of Python speak the
/// protocol (<https://docs.nats.io/reference/reference-protocols/nats-protocol>) in its place, for the scenarios only.
pub(super) static TOOLBOX: Image = Image {
    names: &["natsio/nats-box"],
    needs: &["python3"],
    env: |_| vars([("PYTHONDONTWRITEBYTECODE", "1")]),
    cmd: &["sleep", "infinity"],
    files: &[script("/usr/local/bin/nats-request", include_str!("../../images/nats/nats-request.py"))],
    ..DEFAULT
};
