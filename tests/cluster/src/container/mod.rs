//! A container: a process in namespaces of its own over the machine's files.

mod inside;
mod volumes;

pub use inside::run as run_inside;
pub use volumes::{PodVolumes, VolumeSources, new_claim};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Where programs that the harness needs itself stand in every container.
pub const TOOLS: &str = "/.statefulapp";

/// Everything that the inside of a container must know; written as JSON by the kubelet, read by [`run_inside`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Launch {
    /// Holds the layers; new for every start, as a container's own files are.
    pub directory: PathBuf,
    pub hostname: String,
    /// The lower layer.
    pub root: PathBuf,
    pub hide: Vec<PathBuf>,
    /// The programs of an image without a distribution: where the machine has them and where the container does.
    pub only: Option<Vec<(PathBuf, PathBuf)>>,
    pub dirs: Vec<LaunchDir>,
    pub files: Vec<LaunchFile>,
    pub mounts: Vec<LaunchMount>,
    pub shared_memory: PathBuf,
    pub read_only_root: bool,
    pub user: Identity,
    pub environment: Vec<(String, String)>,
    pub workdir: PathBuf,
    pub argv: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LaunchDir {
    pub path: PathBuf,
    pub uid: u32,
    pub gid: u32,
    pub mode: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LaunchFile {
    pub path: PathBuf,
    pub mode: u32,
    pub content: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LaunchMount {
    pub source: PathBuf,
    pub target: PathBuf,
    pub read_only: bool,
}

/// Who a container's processes are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Identity {
    pub uid: u32,
    pub gid: u32,
    pub groups: Vec<u32>,
    pub no_new_privileges: bool,
    /// The capabilities that processes may have, without `CAP_`.
    pub capabilities: Vec<String>,
}

impl Identity {
    /// The arguments of `setpriv` that give a process this identity.
    fn setpriv(&self) -> Vec<String> {
        let mut bounding = "-all".to_owned();
        for capability in &self.capabilities {
            bounding.push_str(&format!(",+{}", capability.to_ascii_lowercase()));
        }
        let mut out = vec![format!("--reuid={}", self.uid), format!("--regid={}", self.gid)];
        match self.groups.as_slice() {
            [] => out.push("--clear-groups".to_owned()),
            groups => {
                out.push(format!("--groups={}", groups.iter().map(u32::to_string).collect::<Vec<_>>().join(",")));
            }
        }
        out.push(format!("--bounding-set={bounding}"));
        out.push("--inh-caps=-all".to_owned());
        if self.no_new_privileges {
            out.push("--no-new-privs".to_owned());
        }
        out.push("--".to_owned());
        out
    }
}

/// A started container.
pub struct Running {
    child: Child,
    /// Process 1 of the container, as the harness sees it.
    pub pid: u32,
    pub launch: Launch,
}

/// How a command in a container ended.
#[derive(Clone, Debug)]
pub struct Output {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    pub timed_out: bool,
}

impl Running {
    /// Starts the container in a pod's network namespace; its output goes to the log file.
    pub fn start(launch: Launch, network: &str, log: &Path) -> Result<Self> {
        fs::create_dir_all(&launch.directory)?;
        let file = launch.directory.join("launch.json");
        fs::write(&file, serde_json::to_vec(&launch)?)?;
        let log = File::options().create(true).append(true).open(log)?;
        let mut command = Command::new("/usr/bin/nsenter");
        command.arg(format!("--net=/run/netns/{network}"));
        command.args([
            "/usr/bin/unshare",
            "--mount",
            "--uts",
            "--ipc",
            "--pid",
            "--fork",
            "--kill-child=SIGKILL",
            "--",
        ]);
        command.arg(std::env::current_exe()?).arg("inside-container").arg(&file);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut child = command.spawn()?;
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(pid) = only_child(child.id()) {
                return Ok(Self { child, pid, launch });
            }
            if let Some(status) = child.try_wait()? {
                // It was over before it was seen: that is a container that ran.
                let _ = status;
                return Ok(Self { child, pid: 0, launch });
            }
            if Instant::now() > deadline {
                let _ = child.kill();
                bail!("the container's process did not appear");
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// The exit code when it has ended; 128 + the signal's number for a signal.
    pub fn exit_code(&mut self) -> Option<i32> {
        let status = self.child.try_wait().ok()??;
        Some(status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(255))
    }

    /// Sends a signal to process 1.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }

    /// Frees the container's own layer.
    pub fn remove(&self) {
        let _ = fs::remove_dir_all(&self.launch.directory);
    }

    /// What `exec` needs to know of this container.
    pub fn exec_target(&self) -> ExecTarget {
        ExecTarget {
            pid: self.pid,
            identity: self.launch.user.clone(),
            environment: self.launch.environment.clone(),
            workdir: self.launch.workdir.clone(),
        }
    }
}

/// A container as a place to run a command in (`kubectl exec`, probes, hooks).
#[derive(Clone, Debug)]
pub struct ExecTarget {
    pub pid: u32,
    identity: Identity,
    environment: Vec<(String, String)>,
    workdir: PathBuf,
}

impl ExecTarget {
    /// Runs a command with the container's identity and environment, and ends it when the time is over.
    pub fn exec(&self, argv: &[String], input: Option<&str>, timeout: Duration) -> Result<Output> {
        let directory = PathBuf::from(crate::sandbox::ROOT).join("exec");
        fs::create_dir_all(&directory)?;
        let id = NEXT_EXEC.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = |name: &str| directory.join(format!("{id}.{name}"));
        let mut command = Command::new("/usr/bin/nsenter");
        command.arg(format!("--target={}", self.pid));
        command.args(["--mount", "--uts", "--ipc", "--net", "--pid"]);
        command.arg(format!("--wdns={}", self.workdir.display()));
        command.arg(format!("{TOOLS}/setpriv")).args(self.identity.setpriv()).args(argv);
        command.env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdout(File::create(path("out"))?).stderr(File::create(path("err"))?);
        match input {
            None => command.stdin(Stdio::null()),
            Some(text) => {
                fs::write(path("in"), text)?;
                command.stdin(File::open(path("in"))?)
            }
        };
        let mut child = command.spawn()?;
        let deadline = Instant::now() + timeout;
        let mut pause = Duration::from_millis(2);
        let (code, timed_out) = loop {
            if let Some(status) = child.try_wait()? {
                break (status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(255), false);
            }
            if Instant::now() > deadline {
                // nsenter waits for the process that it forked into the pid namespace.
                if let Some(pid) = only_child(child.id()).and_then(|pid| Pid::from_raw(pid as i32)) {
                    let _ = kill_process(pid, Signal::KILL);
                }
                let _ = child.kill();
                let _ = child.wait();
                break (124, true);
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        };
        let read = |name: &str| fs::read(path(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let output = Output { code, stdout: read("out")?, stderr: read("err")?, timed_out };
        for name in ["in", "out", "err"] {
            let _ = fs::remove_file(path(name));
        }
        Ok(output)
    }
}

static NEXT_EXEC: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// The one process that another one forked.
fn only_child(pid: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// A signal by its name, `SIGTERM` or `TERM`.
pub fn signal_named(name: &str) -> Result<Signal> {
    Ok(match name.strip_prefix("SIG").unwrap_or(name) {
        "TERM" => Signal::TERM,
        "INT" => Signal::INT,
        "QUIT" => Signal::QUIT,
        "HUP" => Signal::HUP,
        "KILL" => Signal::KILL,
        "USR1" => Signal::USR1,
        "USR2" => Signal::USR2,
        _ => return Err(anyhow::anyhow!("signal `{name}`")).context("the harness does not know it"),
    })
}
