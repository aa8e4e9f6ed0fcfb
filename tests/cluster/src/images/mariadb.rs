//! MariaDB: <https://mariadb.com/kb/en/mariadb-server-docker-official-image-environment-variables/>, MariaDB/mariadb-docker.
//! Debian 12 has 10.11.

use super::{CowPath, DEFAULT, Dir, File, Image, User, dir, script, vars};

pub(super) static IMAGE: Image = Image {
    names: &["mariadb"],
    needs: &["mariadbd", "mariadb-install-db", "mariadb"],
    env: |_| vars([("LANG", "C.UTF-8")]),
    entrypoint: &["docker-entrypoint.sh"],
    cmd: &["mariadbd"],
    users: &[User { name: "mysql", uid: 999, gid: 999, home: "/home/mysql" }],
    hide: &["/etc/mysql", "/var/lib/mysql", "/var/log/mysql"],
    dirs: &[
        dir("/docker-entrypoint-initdb.d", 0, 0o755),
        dir("/etc/mysql/conf.d", 0, 0o755),
        dir("/etc/mysql/mariadb.conf.d", 0, 0o755),
        dir("/run/mysqld", 999, 0o1777),
    ],
    files: &[
        script("/usr/local/bin/docker-entrypoint.sh", include_str!("../../images/mariadb/docker-entrypoint.sh")),
        script("/usr/local/bin/healthcheck.sh", include_str!("../../images/mariadb/healthcheck.sh")),
        File { path: "/etc/mysql/my.cnf", mode: 0o644, content: include_str!("../../images/mariadb/my.cnf") },
    ],
    volumes: |_| vec![Dir { path: CowPath::Borrowed("/var/lib/mysql"), owner: (999, 999), mode: 0o755 }],
    ..DEFAULT
};
