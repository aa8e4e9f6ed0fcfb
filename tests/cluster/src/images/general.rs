//! Images that only bring a shell and the usual tools.

use super::{DEFAULT, Image};

pub(super) static IMAGE: Image =
    Image { names: &["busybox", "alpine", "debian", "ubuntu"], cmd: &["/bin/sh"], ..DEFAULT };
