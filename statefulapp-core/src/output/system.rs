//! What the standard library does not offer, or offers differently on each system.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io,
    path::Path,
};

/// Creates a file that must not exist. One with secrets can be read by its owner only, from its first moment on.
pub(super) fn create(path: &Path, secret: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    options.open(path)
}

/// Opens a file for reading and writing, creates it if need be, and never follows a link.
pub(super) fn open_unlinked(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options.open(path)
}

/// Creates a directory that only its owner can enter.
pub(super) fn create_private_directory(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::DirBuilderExt::mode(&mut fs::DirBuilder::new(), 0o700).create(path);
    #[cfg(not(unix))]
    fs::create_dir(path)
}

/// Whether the owner alone can read the file. Always true where the system has no such permissions.
pub(super) fn is_private(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::mode(metadata) & 0o077 == 0;
    #[cfg(not(unix))]
    return {
        _ = metadata;
        true
    };
}

/// Whether nobody but the user of this process can write the directory.
pub(super) fn is_ours_alone(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        metadata.mode() & 0o022 == 0 && metadata.uid() == rustix::process::geteuid().as_raw()
    }
    #[cfg(not(unix))]
    {
        _ = metadata;
        true
    }
}

/// What tells one file from all others of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    device: u64,
    number: u64,
}

impl Identity {
    /// The identity of what the metadata is about. Where the system has none, time and size stand for it.
    pub(super) fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            Self { device: metadata.dev(), number: metadata.ino() }
        }
        #[cfg(not(unix))]
        {
            let nanos = |time: io::Result<std::time::SystemTime>| {
                let since = time.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
                since.map_or(0, |since| since.as_nanos() as u64)
            };
            Self { device: nanos(metadata.created()), number: nanos(metadata.modified()) ^ metadata.len() }
        }
    }

    /// Whether both are on the same file system.
    pub(super) fn is_beside(self, other: Self) -> bool {
        !cfg!(unix) || self.device == other.device
    }

    /// The number within the file system.
    pub(super) fn number(self) -> u64 {
        self.number
    }
}

/// Exchanges two directories: at every moment both names exist.
///
/// # Errors
///
/// [`io::ErrorKind::Unsupported`] if the system or the file system cannot.
pub(super) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::{
            fs::{CWD, RenameFlags, renameat_with},
            io::Errno,
        };
        renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).map_err(|errno| match errno {
            Errno::INVAL | Errno::NOSYS | Errno::NOTSUP => io::ErrorKind::Unsupported.into(),
            errno => errno.into(),
        })
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        _ = (a, b);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Links the file itself; if it is a symbolic link, that, and not what it points to.
pub(super) fn link(from: &Path, to: &Path, metadata: &Metadata) -> io::Result<()> {
    let linked = fs::hard_link(from, to);
    #[cfg(unix)]
    if linked.is_err() && metadata.is_symlink() {
        // Some file systems cannot have two names for a symbolic link; a copy is as good.
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    _ = metadata;
    linked
}

/// Gives the directory `to` the permissions, the owner and the extended attributes (access lists) of `from`, and its
/// times if `times`.
pub(super) fn copy_directory_metadata(from: &Path, to: &Path, metadata: &Metadata, times: bool) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, chown};
        let now = fs::symlink_metadata(to)?;
        let changed = |theirs: u32, ours: u32| (theirs != ours).then_some(theirs);
        let (owner, group) = (changed(metadata.uid(), now.uid()), changed(metadata.gid(), now.gid()));
        if owner.is_some() || group.is_some() {
            chown(to, owner, group)?;
        }
    }
    #[cfg(target_os = "linux")]
    copy_attributes(from, to);
    _ = from;
    fs::set_permissions(to, metadata.permissions())?;
    #[cfg(unix)]
    if times {
        let times = fs::FileTimes::new().set_accessed(metadata.accessed()?).set_modified(metadata.modified()?);
        File::open(to)?.set_times(times)?;
    }
    _ = times;
    Ok(())
}

/// Copies what can be copied: not every file system has attributes, and not everybody may set every one.
#[cfg(target_os = "linux")]
fn copy_attributes(from: &Path, to: &Path) {
    use rustix::{
        buffer::spare_capacity,
        fs::{XattrFlags, getxattr, listxattr, setxattr},
    };
    let mut names = Vec::with_capacity(64 * 1024);
    if listxattr(from, spare_capacity(&mut names)).is_err() {
        return;
    }
    for name in names.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let mut value = Vec::with_capacity(64 * 1024);
        if getxattr(from, name, spare_capacity(&mut value)).is_ok() {
            _ = setxattr(to, name, &value, XattrFlags::empty());
        }
    }
}

/// Waits until the file or directory is on the disk.
pub(super) fn sync(path: &Path) -> io::Result<()> {
    // Only Unix can open a directory; elsewhere a rename is as durable as it gets.
    if cfg!(unix) || path.is_file() { File::open(path)?.sync_all() } else { Ok(()) }
}

/// Waits until everything on the file system of the directory is on the disk; false if the system cannot.
pub(super) fn sync_file_system(directory: &Path) -> io::Result<bool> {
    #[cfg(target_os = "linux")]
    {
        rustix::fs::syncfs(File::open(directory)?)?;
        Ok(true)
    }
    #[cfg(not(target_os = "linux"))]
    {
        _ = directory;
        Ok(false)
    }
}

/// Removes a directory with all that is in it, also where a directory in it forbids that.
pub(super) fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            make_removable(path)?;
            fs::remove_dir_all(path)
        }
        done => done,
    }
}

fn make_removable(directory: &Path) -> io::Result<()> {
    unlock(directory)?;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            make_removable(&entry.path())?;
        }
    }
    Ok(())
}

/// Lets the owner change a directory that is about to be removed.
pub(super) fn unlock(directory: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(directory, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    _ = directory;
    Ok(())
}
