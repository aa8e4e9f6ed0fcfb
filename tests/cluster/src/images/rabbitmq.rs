//! RabbitMQ: <https://hub.docker.com/_/rabbitmq>, docker-library/rabbitmq. Debian 12 has 3.10.
//!
//! Kubernetes peer discovery of 4.1 and later needs no API server: the node of the lowest ordinal forms the cluster, the
//! others join it for as long as it takes (<https://www.rabbitmq.com/docs/cluster-formation>). 3.10 asks the API
//! server instead, so the entrypoint here waits for the lowest ordinal and lets the classic backend join it.

use super::{CowPath, DEFAULT, Dir, File, Image, PATH, User, dir, script};

pub(super) static IMAGE: Image = Image {
    names: &["rabbitmq"],
    needs: &["/usr/lib/rabbitmq/bin/rabbitmq-server", "erl"],
    env: |_| {
        vec![
            ("PATH".to_owned(), format!("/usr/lib/rabbitmq/bin:{PATH}")),
            ("RABBITMQ_DATA_DIR".to_owned(), "/var/lib/rabbitmq".to_owned()),
            ("RABBITMQ_LOGS".to_owned(), "-".to_owned()),
            ("HOME".to_owned(), "/var/lib/rabbitmq".to_owned()),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ]
    },
    entrypoint: &["docker-entrypoint.sh"],
    cmd: &["rabbitmq-server"],
    users: &[User { name: "rabbitmq", uid: 999, gid: 999, home: "/var/lib/rabbitmq" }],
    hide: &["/etc/rabbitmq", "/var/lib/rabbitmq", "/var/log/rabbitmq"],
    dirs: &[
        dir("/etc/rabbitmq", 999, 0o777),
        dir("/etc/rabbitmq/conf.d", 999, 0o777),
        dir("/var/log/rabbitmq", 999, 0o777),
    ],
    files: &[
        script("/usr/local/bin/docker-entrypoint.sh", include_str!("../../images/rabbitmq/docker-entrypoint.sh")),
        File {
            path: "/etc/rabbitmq/conf.d/10-defaults.conf",
            mode: 0o666,
            content: "loopback_users.guest = false\nlog.console = true\n",
        },
    ],
    volumes: |_| vec![Dir { path: CowPath::Borrowed("/var/lib/rabbitmq"), owner: (999, 999), mode: 0o777 }],
    ..DEFAULT
};
