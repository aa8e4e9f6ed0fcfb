//! ZooKeeper: <https://hub.docker.com/_/zookeeper>, 31z4/zookeeper-docker. Debian 12 has 3.8.

use super::{CowPath, DEFAULT, Dir, Image, User, dir, script, vars};

pub(super) static IMAGE: Image = Image {
    names: &["zookeeper"],
    needs: &["java", "/usr/share/java/zookeeper.jar"],
    env: |_| {
        vars([
            ("LANG", "C.UTF-8"),
            ("ZOO_CONF_DIR", "/conf"),
            ("ZOO_DATA_DIR", "/data"),
            ("ZOO_DATA_LOG_DIR", "/datalog"),
            ("ZOO_LOG_DIR", "/logs"),
            ("ZOO_TICK_TIME", "2000"),
            ("ZOO_INIT_LIMIT", "5"),
            ("ZOO_SYNC_LIMIT", "2"),
            ("ZOO_AUTOPURGE_PURGEINTERVAL", "0"),
            ("ZOO_AUTOPURGE_SNAPRETAINCOUNT", "3"),
            ("ZOO_MAX_CLIENT_CNXNS", "60"),
            ("ZOO_STANDALONE_ENABLED", "true"),
            ("ZOO_ADMINSERVER_ENABLED", "true"),
            ("ZOOCFGDIR", "/conf"),
        ])
    },
    entrypoint: &["/docker-entrypoint.sh"],
    cmd: &["zkServer.sh", "start-foreground"],
    users: &[User { name: "zookeeper", uid: 1000, gid: 1000, home: "/home/zookeeper" }],
    hide: &["/etc/zookeeper", "/var/lib/zookeeper", "/var/log/zookeeper"],
    dirs: &[dir("/conf", 1000, 0o755)],
    files: &[
        script("/docker-entrypoint.sh", include_str!("../../images/zookeeper/docker-entrypoint.sh")),
        script("/usr/local/bin/zkServer.sh", include_str!("../../images/zookeeper/zkServer.sh")),
        script("/usr/local/bin/zkCli.sh", include_str!("../../images/zookeeper/zkCli.sh")),
    ],
    volumes: |_| {
        ["/data", "/datalog", "/logs"]
            .map(|path| Dir { path: CowPath::Borrowed(path), owner: (1000, 1000), mode: 0o755 })
            .into()
    },
    ..DEFAULT
};
