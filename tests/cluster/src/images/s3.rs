//! An S3 server for backups: <https://docs.getmoto.org/en/latest/docs/server_mode.html>. Debian 12 has no S3 server (rclone
//! serves S3 from 1.65 on), so it comes from PyPI. The objects live in memory.

use super::{DEFAULT, Image};

pub(super) static IMAGE: Image = Image {
    names: &["motoserver/moto"],
    needs: &["/opt/statefulapp-s3/bin/moto_server"],
    entrypoint: &["/opt/statefulapp-s3/bin/moto_server", "-H", "0.0.0.0"],
    ..DEFAULT
};
