//! PostgreSQL: <https://hub.docker.com/_/postgres>, docker-library/postgres. Debian 12 has 15; the tag decides only where the
//! image keeps its data (up to 17 /var/lib/postgresql/data, from 18 on /var/lib/postgresql/MAJOR/docker).

use super::{CowPath, DEFAULT, Dir, Image, User, dir, major, script};

const BIN: &str = "/usr/lib/postgresql/15/bin";

fn data(tag: &str) -> String {
    match major(tag) {
        Some(major) if major < 18 => "/var/lib/postgresql/data".to_owned(),
        Some(major) => format!("/var/lib/postgresql/{major}/docker"),
        None => "/var/lib/postgresql/18/docker".to_owned(),
    }
}

pub(super) static IMAGE: Image = Image {
    names: &["postgres"],
    needs: &["/usr/lib/postgresql/15/bin/postgres"],
    env: |tag| {
        let path = format!("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:{BIN}");
        // Debian's own `psql` and friends in /usr/bin are wrappers that want its cluster directories.
        let path = format!("{BIN}:{path}");
        let version = major(tag).unwrap_or(18).to_string();
        vec![
            ("PATH".to_owned(), path),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
            ("PG_MAJOR".to_owned(), version),
            ("PGDATA".to_owned(), data(tag)),
        ]
    },
    entrypoint: &["docker-entrypoint.sh"],
    cmd: &["postgres"],
    users: &[User { name: "postgres", uid: 999, gid: 999, home: "/var/lib/postgresql" }],
    stop_signal: "SIGINT",
    hide: &["/etc/postgresql", "/var/lib/postgresql", "/etc/postgresql-common", "/var/log/postgresql"],
    dirs: &[
        dir("/docker-entrypoint-initdb.d", 0, 0o755),
        dir("/run/postgresql", 999, 0o3777),
        dir("/var/lib/postgresql", 999, 0o1777),
    ],
    files: &[
        script("/usr/local/bin/docker-entrypoint.sh", include_str!("../../images/postgres/docker-entrypoint.sh")),
        script("/usr/local/bin/docker-ensure-initdb.sh", include_str!("../../images/postgres/docker-ensure-initdb.sh")),
    ],
    volumes: |tag| {
        let old = matches!(major(tag), Some(major) if major < 18);
        let path = if old { "/var/lib/postgresql/data" } else { "/var/lib/postgresql" };
        vec![Dir { path: CowPath::Borrowed(path), owner: (999, 999), mode: 0o1777 }]
    },
    ..DEFAULT
};
