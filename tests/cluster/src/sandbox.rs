//! The harness' own namespaces: everything that a scenario makes (interfaces, mounts, processes) lives in namespaces of the
//! process that runs it, so that the kernel removes all of it when that process ends, however it ends.

use anyhow::{Context, Result, bail};
use rustix::mount::{MountFlags, mount};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// Below it, everything of a running scenario; a tmpfs of its own namespace.
pub const ROOT: &str = "/run/statefulapp";

/// Why scenarios cannot run here, if they cannot.
pub fn obstacle() -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return Some("needs root, for network and mount namespaces".to_owned());
    }
    for program in ["/usr/bin/unshare", "/usr/bin/nsenter", "/usr/bin/setpriv"] {
        if !Path::new(program).exists() {
            return Some(format!("needs {program} (Debian: util-linux)"));
        }
    }
    if !["/sbin/ip", "/usr/sbin/ip", "/bin/ip"].iter().any(|path| Path::new(path).exists()) {
        return Some("needs ip (Debian: iproute2)".to_owned());
    }
    let trial = Command::new("/usr/bin/unshare")
        .args(["--net", "--mount", "--pid", "--ipc", "--fork", "--mount-proc", "true"])
        .output();
    match trial {
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            Some(format!("namespaces are not allowed here: {}", String::from_utf8_lossy(&output.stderr).trim()))
        }
        Err(error) => Some(error.to_string()),
    }
}

/// A command that runs this program again in namespaces of its own, and that ends with the calling thread.
pub fn command(arguments: &[&OsStr]) -> Result<Command> {
    let mut command = Command::new("/usr/bin/setpriv");
    command.args(["--pdeathsig", "KILL", "/usr/bin/unshare", "--net", "--mount", "--pid", "--ipc", "--uts", "--fork"]);
    command.args(["--kill-child=SIGKILL", "--mount-proc", "--"]).arg(std::env::current_exe()?).args(arguments);
    Ok(command)
}

/// Prepares the inside: `/run` is a tmpfs, so that `ip netns` and the state leave nothing behind.
pub fn enter() -> Result<()> {
    mount("tmpfs", "/run", "tmpfs", MountFlags::empty(), Some(c"mode=755")).context("tmpfs on /run")?;
    std::fs::create_dir_all(ROOT)?;
    run("ip", &["link", "set", "lo", "up"])
}

/// Runs a program of the machine to its end.
pub fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program).args(arguments).output().with_context(|| program.to_owned())?;
    if !output.status.success() {
        bail!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
