//! The work directory beside the output, and the lock in it.
//!
//! The new directory is made in `.NAME.statefulapp`, beside the output `NAME` and so on the same file system. Only its
//! owner can enter it. A run that comes to an end removes it; what a killed run leaves in it, the next run clears up.

use super::{OutputError, stage::BUILDING, system};
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Where the output is to be.
#[derive(Debug)]
pub(super) struct Target {
    /// The directory itself, without symbolic links on the way.
    pub(super) directory: PathBuf,
    /// The directory that it is in.
    pub(super) parent: PathBuf,
    /// The last part of its path.
    name: std::ffi::OsString,
}

impl Target {
    /// Finds the directory, and creates the one that it is in. A link to a directory stands for that directory.
    pub(super) fn resolve(path: &Path) -> Result<Self, OutputError> {
        let not = |what| Err(OutputError::NotADirectory { path: path.to_owned(), what });
        let directory = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => path.canonicalize().map_err(OutputError::io("find", path))?,
            Ok(_) => return not("a file"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if path.is_symlink() {
                    return not("a link to nothing");
                }
                let Some(name) = path.file_name() else { return not("no name of a directory") };
                let parent = match path.parent() {
                    Some(parent) if !parent.as_os_str().is_empty() => parent,
                    _ => Path::new("."),
                };
                fs::create_dir_all(parent).map_err(OutputError::io("create", parent))?;
                parent.canonicalize().map_err(OutputError::io("find", parent))?.join(name)
            }
            Err(error) => return Err(OutputError::io("find", path)(error)),
        };
        let (Some(parent), Some(name)) = (directory.parent(), directory.file_name()) else {
            return Err(OutputError::MountPoint { path: directory });
        };
        let target = Self { parent: parent.to_owned(), name: name.to_owned(), directory };
        match target.identity()? {
            Some(own) if !own.is_beside(identity(&target.parent)?) => {
                Err(OutputError::MountPoint { path: target.directory })
            }
            _ => Ok(target),
        }
    }

    /// Finds a file that is to be replaced; its `directory` is the file. A link to a file stands for that file.
    pub(super) fn of_file(path: &Path) -> Result<Self, OutputError> {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let not = || OutputError::NotADirectory { path: path.clone(), what: "no name of a file" };
        let name = path.file_name().filter(|_| !path.is_dir()).ok_or_else(not)?;
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let parent = parent.canonicalize().map_err(OutputError::io("find", parent))?;
        Ok(Self { directory: parent.join(name), parent, name: name.to_owned() })
    }

    /// What is at the place of the directory, if anything is.
    pub(super) fn identity(&self) -> Result<Option<system::Identity>, OutputError> {
        match fs::symlink_metadata(&self.directory) {
            Ok(metadata) => Ok(Some(system::Identity::of(&metadata))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(OutputError::io("find", &self.directory)(error)),
        }
    }

    fn work_path(&self) -> PathBuf {
        let mut name = std::ffi::OsString::from(".");
        name.push(&self.name);
        name.push(".statefulapp");
        self.parent.join(name)
    }
}

fn identity(path: &Path) -> Result<system::Identity, OutputError> {
    let metadata = fs::symlink_metadata(path).map_err(OutputError::io("find", path))?;
    Ok(system::Identity::of(&metadata))
}

/// The work directory, which is ours as long as this value lives.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) path: PathBuf,
    /// Locked. The system unlocks it when the process ends, however it ends.
    _lock: File,
}

/// The name of the lock in the work directory.
pub(super) const LOCK: &str = "lock";

impl Work {
    /// Waits until no other process writes the target, at most so long.
    pub(super) fn acquire(target: &Target, wait: Duration) -> Result<Self, OutputError> {
        let path = target.work_path();
        let deadline = Instant::now().checked_add(wait);
        loop {
            if let Some(work) = Self::try_acquire(&path)? {
                return Ok(work);
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Err(OutputError::Locked { directory: target.directory.clone() });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn try_acquire(path: &Path) -> Result<Option<Self>, OutputError> {
        match system::create_private_directory(path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let problem = |problem| Err(OutputError::WorkDirectory { path: path.to_owned(), problem });
                match fs::symlink_metadata(path) {
                    Ok(metadata) if !metadata.is_dir() => return problem("is not a directory"),
                    Ok(metadata) if !system::is_ours_alone(&metadata) => return problem("belongs to another user"),
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(OutputError::io("find", path)(error)),
                }
            }
            Err(error) => return Err(OutputError::io("create", path)(error)),
        }
        let lock_path = path.join(LOCK);
        let lock = match system::open_unlinked(&lock_path) {
            Ok(lock) => lock,
            // Another run has just removed the directory.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(OutputError::io("open", &lock_path)(error)),
        };
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(OutputError::io("lock", &lock_path)(error)),
        }
        // The one who had the lock before may have removed it in the meantime; then it locks nothing any more.
        let opened = lock.metadata().map_err(OutputError::io("read", &lock_path))?;
        let is_there = fs::symlink_metadata(&lock_path)
            .is_ok_and(|there| system::Identity::of(&there) == system::Identity::of(&opened));
        Ok(is_there.then(|| Self { path: path.to_owned(), _lock: lock }))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // Nothing depends on it: what is left is cleared up by the next run. A directory that is still being built was
        // given up.
        _ = system::remove_tree(&self.path.join(BUILDING));
        _ = fs::remove_file(self.path.join(LOCK));
        _ = fs::remove_dir(&self.path);
    }
}
