//! MySQL: <https://hub.docker.com/_/mysql>, docker-library/mysql. Debian's stable releases have none; `install.sh` unpacks that
//! of Debian unstable, 9.7, with the libraries that it needs, into a directory of its own.

use super::{CowPath, DEFAULT, Dir, File, Image, User, dir, script};

/// Where `install.sh` unpacks it.
const ROOT: &str = "/opt/statefulapp-mysql";

pub(super) static IMAGE: Image = Image {
    names: &["mysql"],
    needs: &["/opt/statefulapp-mysql/usr/sbin/mysqld"],
    root: ROOT,
    entrypoint: &["docker-entrypoint.sh"],
    cmd: &["mysqld"],
    users: &[User { name: "mysql", uid: 999, gid: 999, home: "/var/lib/mysql" }],
    dirs: &[
        dir("/docker-entrypoint-initdb.d", 0, 0o755),
        dir("/etc/mysql/conf.d", 0, 0o755),
        dir("/var/lib/mysql-files", 999, 0o750),
        dir("/var/run/mysqld", 999, 0o1777),
    ],
    files: &[
        script("/usr/local/bin/docker-entrypoint.sh", include_str!("../../images/mysql/docker-entrypoint.sh")),
        File { path: "/etc/my.cnf", mode: 0o644, content: include_str!("../../images/mysql/my.cnf") },
    ],
    volumes: |_| vec![Dir { path: CowPath::Borrowed("/var/lib/mysql"), owner: (999, 999), mode: 0o1777 }],
    ..DEFAULT
};
