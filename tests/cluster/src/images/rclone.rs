//! rclone: <https://hub.docker.com/r/rclone/rclone>. Alpine with the program as entrypoint, working directory /data and
//! the configuration below /config. Debian 12 has 1.60.

use super::{DEFAULT, Image, vars};

pub(super) static IMAGE: Image = Image {
    names: &["rclone/rclone"],
    needs: &["rclone"],
    env: |_| vars([("XDG_CONFIG_HOME", "/config")]),
    entrypoint: &["rclone"],
    workdir: "/data",
    ..DEFAULT
};
