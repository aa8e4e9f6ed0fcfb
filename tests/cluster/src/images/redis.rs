//! Redis: <https://hub.docker.com/_/redis>, docker-library/redis. Working directory and volume /data; the entrypoint puts
//! `redis-server` in front of arguments that begin with `-` or end in `.conf`, and changes from root to `redis`.
//! The image is built with protected mode off. Debian 12 has 7.0.

use super::{CowPath, DEFAULT, Dir, Image, User, script};

pub(super) static IMAGE: Image = Image {
    names: &["redis"],
    needs: &["redis-server", "redis-cli"],
    entrypoint: &["docker-entrypoint.sh"],
    cmd: &["redis-server"],
    users: &[User { name: "redis", uid: 999, gid: 999, home: "/home/redis" }],
    workdir: "/data",
    hide: &["/etc/redis", "/var/lib/redis"],
    files: &[script("/usr/local/bin/docker-entrypoint.sh", include_str!("../../images/redis/docker-entrypoint.sh"))],
    volumes: |tag| {
        let group = if tag.contains("alpine") { 1000 } else { 999 };
        vec![Dir { path: CowPath::Borrowed("/data"), owner: (999, group), mode: 0o755 }]
    },
    ..DEFAULT
};
