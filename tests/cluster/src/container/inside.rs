//! What the first process of a container does before it becomes the container's command: it builds the file system.
//!
//! The machine's root is the lower layer, so that the programs of Debian's packages are there, or a directory with packages of
//! another release; everything that is written goes to a layer of this container. Directories that an image would not have are
//! hidden behind empty ones.

use super::{Launch, TOOLS};
use anyhow::{Context, Result, bail};
use rustix::fs::{XattrFlags, setxattr};
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind, mount_bind_recursive, mount_change,
    mount_remount, unmount,
};
use rustix::process::{chdir, pivot_root};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// Directories of the machine that are no part of any image.
const HIDDEN: &[&str] = &[
    "/tmp",
    "/run",
    "/var/tmp",
    "/var/run",
    "/home",
    "/root",
    "/work",
    "/mnt",
    "/media",
    "/srv",
    "/boot",
    "/old_root",
    "/data",
    "/usr/local",
];

/// Becomes the container that the file describes. Returns only when it could not.
pub fn run(file: &Path) -> Result<()> {
    let launch: Launch = serde_json::from_slice(&fs::read(file)?)?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    let root = layers(&launch)?;
    system_directories(&launch, &root)?;
    for mount in &launch.mounts {
        bind(&root, &mount.source, &mount.target, mount.read_only)
            .with_context(|| format!("mount {}", mount.target.display()))?;
    }
    let workdir = inside(&root, &launch.workdir);
    fs::create_dir_all(&workdir).with_context(|| launch.workdir.display().to_string())?;
    if launch.read_only_root {
        mount_remount(&root, MountFlags::BIND | MountFlags::RDONLY, "")?;
    }
    rustix::system::sethostname(launch.hostname.as_bytes())?;
    chdir(&root)?;
    pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    chdir(&launch.workdir).with_context(|| launch.workdir.display().to_string())?;

    if launch.argv.is_empty() {
        bail!("no command specified");
    }
    let mut command = Command::new(format!("{TOOLS}/setpriv"));
    command.args(launch.user.setpriv()).args(&launch.argv);
    command.env_clear().envs(launch.environment.iter().map(|(name, value)| (name, value)));
    Err(command.exec()).context("exec")
}

/// Mounts the layers; gives the container's root.
fn layers(launch: &Launch) -> Result<PathBuf> {
    let [upper, work, root] = ["upper", "work", "root"].map(|name| launch.directory.join(name));
    for directory in [&upper, &work, &root] {
        fs::create_dir_all(directory)?;
    }
    fs::set_permissions(&upper, Permissions::from_mode(0o755))?;
    let own: &[&str] = if launch.root == Path::new("/") { HIDDEN } else { &[] };
    for path in own.iter().map(Path::new).chain(launch.hide.iter().map(PathBuf::as_path)) {
        // A link (/var/run) leads to a directory that is hidden under its own name.
        let Ok(found) = fs::symlink_metadata(path) else { continue };
        if found.is_dir() {
            hide(&upper, path)?;
        } else if found.is_file() {
            fs::create_dir_all(inside(&upper, path.parent().unwrap_or(Path::new("/"))))?;
            fs::write(inside(&upper, path), "")?;
        }
    }
    if launch.only.is_some() {
        for path in ["/usr/bin", "/usr/sbin", "/usr/games"] {
            hide(&upper, Path::new(path))?;
        }
    }
    for path in ["/tmp", "/var/tmp"] {
        fs::create_dir_all(inside(&upper, Path::new(path)))?;
        fs::set_permissions(inside(&upper, Path::new(path)), Permissions::from_mode(0o1777))?;
    }
    for path in ["/usr/local/bin", "/usr/local/sbin"] {
        fs::create_dir_all(inside(&upper, Path::new(path)))?;
    }
    let options = format!("lowerdir={},upperdir={},workdir={}", launch.root.display(), upper.display(), work.display());
    let options = std::ffi::CString::new(options)?;
    mount("overlay", &root, "overlay", MountFlags::empty(), Some(options.as_c_str())).context("overlay")?;

    for dir in &launch.dirs {
        let path = inside(&root, &dir.path);
        fs::create_dir_all(&path).with_context(|| dir.path.display().to_string())?;
        chown(&path, Some(dir.uid), Some(dir.gid))?;
        fs::set_permissions(&path, Permissions::from_mode(dir.mode))?;
    }
    for file in &launch.files {
        let path = inside(&root, &file.path);
        fs::create_dir_all(path.parent().unwrap_or(&root))?;
        fs::write(&path, &file.content).with_context(|| file.path.display().to_string())?;
        fs::set_permissions(&path, Permissions::from_mode(file.mode))?;
    }
    let tools = inside(&root, Path::new(TOOLS));
    fs::create_dir_all(&tools)?;
    for (name, source) in [("setpriv", "/usr/bin/setpriv"), ("sh", "/bin/sh")] {
        fs::copy(source, tools.join(name))?;
    }
    for (source, target) in launch.only.iter().flatten() {
        bind(&root, source, target, true)?;
    }
    Ok(root)
}

/// An empty directory in the upper layer that shows nothing of the lower one.
fn hide(upper: &Path, path: &Path) -> Result<()> {
    let directory = inside(upper, path);
    fs::create_dir_all(&directory)?;
    setxattr(&directory, "trusted.overlay.opaque", b"y", XattrFlags::empty())
        .with_context(|| format!("hide {}", path.display()))
}

/// `/proc`, `/dev`, `/sys`: what a runtime gives every container.
fn system_directories(launch: &Launch, root: &Path) -> Result<()> {
    let at = |path: &str| root.join(path.trim_start_matches('/'));
    mount("proc", at("/proc"), "proc", MountFlags::empty(), None).context("proc")?;
    mount("tmpfs", at("/dev"), "tmpfs", MountFlags::empty(), Some(c"mode=755")).context("dev")?;
    for name in ["null", "zero", "full", "random", "urandom", "tty"] {
        let target = at("/dev").join(name);
        fs::write(&target, "")?;
        mount_bind(Path::new("/dev").join(name), &target).with_context(|| name.to_owned())?;
    }
    for (name, target) in [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ] {
        symlink(target, at("/dev").join(name))?;
    }
    fs::create_dir(at("/dev/pts"))?;
    let options = Some(c"newinstance,ptmxmode=0666,mode=620,gid=5");
    mount("devpts", at("/dev/pts"), "devpts", MountFlags::empty(), options).context("devpts")?;
    symlink("pts/ptmx", at("/dev/ptmx"))?;
    fs::create_dir(at("/dev/shm"))?;
    mount_bind(&launch.shared_memory, at("/dev/shm"))?;
    mount_bind_recursive("/sys", at("/sys"))?;
    Ok(())
}

/// Binds a file or directory of the machine into the container, and makes what it is mounted on.
fn bind(root: &Path, source: &Path, target: &Path, read_only: bool) -> Result<()> {
    let target = inside(root, target);
    if source.is_dir() {
        fs::create_dir_all(&target)?;
    } else {
        fs::create_dir_all(target.parent().unwrap_or(root))?;
        if !target.exists() {
            fs::write(&target, "")?;
        }
    }
    mount_bind_recursive(source, &target)?;
    if read_only {
        mount_remount(&target, MountFlags::BIND | MountFlags::RDONLY, "")?;
    }
    Ok(())
}

/// A path of the container as the machine sees it. Links are followed inside the container's root.
fn inside(root: &Path, path: &Path) -> PathBuf {
    let mut out = PathBuf::from("/");
    for part in path.components() {
        match part {
            Component::Normal(name) => match fs::read_link(below(root, &out.join(name))) {
                // Joining an absolute link starts again at the root.
                Ok(link) => {
                    let resolved = inside(root, &out.join(link));
                    out = Path::new("/").join(resolved.strip_prefix(root).unwrap_or(&resolved));
                }
                Err(_) => out.push(name),
            },
            Component::ParentDir => drop(out.pop()),
            _ => {}
        }
    }
    below(root, &out)
}

/// An absolute path below another root.
fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}
