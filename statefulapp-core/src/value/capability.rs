//! Linux capabilities.

use super::error::{ValueError, error};
use super::suggest::suggest;
use super::text::text_value;

/// Those of capabilities(7), up to Linux 5.9, and `ALL`.
const NAMES: [&str; 42] = [
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];

text_value! {
    /// A Linux capability without the prefix `CAP_`, in upper case, or `ALL`.
    ///
    /// The server accepts any text; the container runtime does not start a container with an unknown one, and Pod
    /// Security only knows this spelling.
    ///
    /// ```
    /// use statefulapp_core::value::Capability;
    ///
    /// assert!("NET_BIND_SERVICE".parse::<Capability>().is_ok());
    /// assert_eq!("CAP_NET_RAW".parse::<Capability>().unwrap_err().help, r#"write "NET_RAW""#);
    /// ```
    Capability, check_capability
}

fn check_capability(text: &str) -> Result<(), ValueError> {
    if NAMES.contains(&text) {
        return Ok(());
    }
    let upper = text.trim().to_ascii_uppercase().replace('-', "_");
    let bare = upper.strip_prefix("CAP_").unwrap_or(&upper);
    let help = match NAMES.iter().find(|name| **name == bare).copied().or_else(|| suggest(bare, NAMES)) {
        Some(name) => format!("write {name:?}"),
        None => "write one of capabilities(7) without CAP_, for instance \"NET_BIND_SERVICE\"".to_owned(),
    };
    Err(error("capability-unknown", text, "is not a Linux capability", help))
}
