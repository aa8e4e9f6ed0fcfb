//! The exchange, and the old directory after it.
//!
//! In the work directory, a directory is called
//!
//! * `building` while it is made: it can be deleted,
//! * `swap-N` when it is complete, `N` being its inode number: as long as it has that number, it is the new one and
//!   waits for the exchange; with another number it is the old one, and the exchange has happened,
//! * `old` if it was put aside because the system cannot exchange directories.
//!
//! So a run knows what an earlier one has left, whenever that was killed.

use super::{
    OutputError,
    carry::{is_ours, slashed},
    record::{RECORD, Record},
    stage::BUILDING,
    system::{self, Identity},
    work::{LOCK, Target, Work},
};
use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

const SWAP: &str = "swap-";
const OLD: &str = "old";

/// Puts the new directory in the place of the old one; gives the old one, if there is one.
pub(super) fn switch(
    target: &Target,
    work: &Work,
    root: &Path,
    sync: bool,
    exchange: fn(&Path, &Path) -> io::Result<()>,
) -> Result<Option<PathBuf>, OutputError> {
    let metadata = fs::symlink_metadata(root).map_err(OutputError::io("read", root))?;
    let complete = work.path.join(format!("{SWAP}{}", Identity::of(&metadata).number()));
    rename(root, &complete)?;
    let settle = || -> Result<(), OutputError> {
        for directory in [&work.path, &target.parent].into_iter().filter(|_| sync) {
            system::sync(directory).map_err(OutputError::io("write", directory))?;
        }
        Ok(())
    };
    settle()?;
    let result = if target.identity()?.is_none() {
        rename(&complete, &target.directory).map(|()| None)
    } else {
        match exchange(&complete, &target.directory) {
            Ok(()) => Ok(Some(complete.clone())),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                // For a moment there is no directory; a run that finds that puts the new one there.
                let old = work.path.join(OLD);
                rename(&target.directory, &old)
                    .and_then(|()| {
                        rename(&complete, &target.directory).inspect_err(|_| _ = rename(&old, &target.directory))
                    })
                    .map(|()| Some(old))
            }
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                Err(OutputError::MountPoint { path: target.directory.clone() })
            }
            Err(error) => Err(OutputError::io("replace", &target.directory)(error)),
        }
    };
    if result.is_err() {
        _ = system::remove_tree(&complete);
    }
    let retired = result?;
    settle()?;
    Ok(retired)
}

fn rename(from: &Path, to: &Path) -> Result<(), OutputError> {
    fs::rename(from, to).map_err(OutputError::io("replace", to))
}

/// Clears up what a killed run has left in the work directory; gives what [`retire`] gives.
pub(super) fn clear_up(target: &Target, work: &Work) -> Result<Vec<PathBuf>, OutputError> {
    let (mut waiting, mut old) = (None, Vec::new());
    for entry in fs::read_dir(&work.path).map_err(OutputError::io("read", &work.path))? {
        let entry = entry.map_err(OutputError::io("read", &work.path))?;
        let (path, name) = (entry.path(), entry.file_name());
        let metadata = entry.metadata().map_err(OutputError::io("read", &path))?;
        let name = name.to_str().unwrap_or_default();
        if name == BUILDING {
            system::remove_tree(&path).map_err(OutputError::io("remove", &path))?;
        } else if let Some(number) = name.strip_prefix(SWAP) {
            let is_new = number.parse() == Ok(Identity::of(&metadata).number());
            if is_new { waiting = Some(path) } else { old.push(path) }
        } else if name == OLD {
            old.push(path);
        } else if name != LOCK {
            let problem = "has something in it that no run has left there";
            return Err(OutputError::WorkDirectory { path: work.path.clone(), problem });
        }
    }
    let exists = || Ok::<_, OutputError>(target.identity()?.is_some());
    if let Some(path) = waiting {
        if !exists()? && old.iter().any(|old| old.ends_with(OLD)) {
            // The old directory was put aside, and the new one was not yet in its place.
            rename(&path, &target.directory)?;
        } else {
            system::remove_tree(&path).map_err(OutputError::io("remove", &path))?;
        }
    }
    let mut displaced = Vec::new();
    for old in old {
        if exists()? {
            displaced.extend(retire(&old, &target.directory, None)?);
        } else {
            // Somebody has removed the new directory. What is left is better than nothing.
            rename(&old, &target.directory)?;
        }
    }
    Ok(displaced)
}

/// Clears the old directory away.
///
/// What others have put into it after its files were carried over goes into the new directory; what cannot, because a
/// file of ours has its place there, stays, and its path is given back. `carried` are the files that both directories
/// have; without it (after a killed run) the newer one of two files that differ is right.
pub(super) fn retire(old: &Path, new: &Path, carried: Option<&HashSet<Identity>>) -> Result<Vec<PathBuf>, OutputError> {
    let mut retiring =
        Retiring { old, new, ours: Record::read(old)?, theirs: Record::read(new)?, carried, displaced: Vec::new() };
    retiring.directory(Path::new(""))?;
    // The record goes last: without it nobody would know which of the other files are ours.
    let record = old.join(RECORD);
    match fs::remove_file(&record) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(OutputError::io("remove", &record)(error));
        }
        _ => {}
    }
    if retiring.displaced.is_empty() {
        fs::remove_dir(old).map_err(OutputError::io("remove", old))?;
    }
    Ok(retiring.displaced)
}

struct Retiring<'a> {
    old: &'a Path,
    new: &'a Path,
    /// The record of the old directory.
    ours: Record,
    /// The record of the new directory.
    theirs: Record,
    carried: Option<&'a HashSet<Identity>>,
    displaced: Vec<PathBuf>,
}

impl Retiring<'_> {
    /// Empties the directory, and removes those in it.
    fn directory(&mut self, relative: &Path) -> Result<(), OutputError> {
        let path = self.old.join(relative);
        let metadata = fs::symlink_metadata(&path).map_err(OutputError::io("read", &path))?;
        if metadata.permissions().readonly() {
            system::unlock(&path).map_err(OutputError::io("remove", &path))?;
        }
        for entry in fs::read_dir(&path).map_err(OutputError::io("read", &path))? {
            let entry = entry.map_err(OutputError::io("read", &path))?;
            let relative = relative.join(entry.file_name());
            let metadata = entry.metadata().map_err(OutputError::io("read", &entry.path()))?;
            if !metadata.is_dir() {
                self.file(&relative, &metadata)?;
                continue;
            }
            if self.is_new_directory(&relative)? {
                self.rescue(&relative)?;
                continue;
            }
            self.directory(&relative)?;
            let path = entry.path();
            match fs::remove_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
                done => done.map_err(OutputError::io("remove", &path))?,
            }
        }
        Ok(())
    }

    /// Whether somebody has made the directory after the others were carried over, and left it empty.
    fn is_new_directory(&self, relative: &Path) -> Result<bool, OutputError> {
        let path = self.old.join(relative);
        let is_empty = fs::read_dir(&path).map_err(OutputError::io("read", &path))?.next().is_none();
        let had_ours = slashed(relative).is_some_and(|name| self.ours.has_in(&name));
        Ok(is_empty && !had_ours && fs::symlink_metadata(self.new.join(relative)).is_err())
    }

    fn file(&mut self, relative: &Path, metadata: &fs::Metadata) -> Result<(), OutputError> {
        if relative == Path::new(RECORD) && metadata.is_file() {
            return Ok(());
        }
        if is_ours(relative, metadata, &self.ours) {
            return self.remove(relative);
        }
        let here = Identity::of(metadata);
        let is_carried = |identity| self.carried.is_some_and(|carried| carried.contains(&identity));
        match fs::symlink_metadata(self.new.join(relative)) {
            Ok(there) if Identity::of(&there) == here => self.remove(relative),
            // It was carried over, and then removed or replaced in the new directory.
            _ if is_carried(here) => self.remove(relative),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.rescue(relative),
            Ok(there) if is_ours(relative, &there, &self.theirs) || there.is_dir() => {
                self.displaced.push(self.old.join(relative));
                Ok(())
            }
            // It was replaced in the old directory, while the one before it was carried over.
            Ok(there) if is_carried(Identity::of(&there)) => self.rescue(relative),
            Ok(there) => match (metadata.modified(), there.modified()) {
                (Ok(here), Ok(there)) if here > there => self.rescue(relative),
                _ => self.remove(relative),
            },
            Err(error) => Err(OutputError::io("find", &self.new.join(relative))(error)),
        }
    }

    fn remove(&self, relative: &Path) -> Result<(), OutputError> {
        let path = self.old.join(relative);
        fs::remove_file(&path).map_err(OutputError::io("remove", &path))
    }

    /// Moves what is not ours into the new directory.
    fn rescue(&self, relative: &Path) -> Result<(), OutputError> {
        let to = self.new.join(relative);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).map_err(OutputError::io("create", parent))?;
        }
        rename(&self.old.join(relative), &to)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::directory::{File, OutputDirectory, WriteOptions};
    use super::*;
    use std::os::unix::fs::MetadataExt as _;

    /// A system that cannot exchange directories.
    fn cannot(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn run(tree: &Path, content: &str) {
        let files = ["a", "b/c"].map(|path| Ok(File { path: path.into(), content: content.into(), secret: false }));
        OutputDirectory::open(tree, "stack", &WriteOptions::default()).unwrap().write_with(files, cannot).unwrap();
        assert!(!tree.with_file_name(".tree.statefulapp").exists());
        assert_eq!(read(tree), [content, content, "mine"]);
    }

    fn read(tree: &Path) -> [String; 3] {
        ["a", "b/c", "b/mine"].map(|path| fs::read_to_string(tree.join(path)).unwrap_or_default())
    }

    /// The tree with the content `1`, and with the content `2` beside it.
    fn two(parent: &Path) -> (PathBuf, PathBuf) {
        let [tree, other] = ["tree", "other/tree"].map(|path| parent.join(path));
        fs::create_dir_all(tree.join("b")).unwrap();
        fs::create_dir_all(other.join("b")).unwrap();
        fs::write(tree.join("b/mine"), "mine").unwrap();
        run(&tree, "1");
        fs::hard_link(tree.join("b/mine"), other.join("b/mine")).unwrap();
        run(&other, "2");
        (tree, other)
    }

    #[test]
    fn without_an_exchange_the_old_directory_is_put_aside() {
        let parent = tempfile::tempdir().unwrap();
        let tree = parent.path().join("tree");
        fs::create_dir_all(tree.join("b")).unwrap();
        fs::write(tree.join("b/mine"), "mine").unwrap();
        run(&tree, "1");
        run(&tree, "2");
    }

    #[test]
    fn a_run_that_was_killed_between_the_two_renames_is_completed() {
        let parent = tempfile::tempdir().unwrap();
        let (tree, other) = two(parent.path());
        let work = parent.path().join(".tree.statefulapp");
        system::create_private_directory(&work).unwrap();
        let number = fs::metadata(&other).unwrap().ino();
        fs::rename(&other, work.join(format!("swap-{number}"))).unwrap();
        fs::remove_dir(parent.path().join("other")).unwrap();
        fs::rename(&tree, work.join("old")).unwrap();
        OutputDirectory::open(&tree, "stack", &WriteOptions::default()).unwrap();
        assert_eq!(read(&tree), ["2", "2", "mine"]);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_directory_that_was_put_aside_comes_back_if_there_is_no_other() {
        let parent = tempfile::tempdir().unwrap();
        let (tree, _) = two(parent.path());
        fs::remove_dir_all(parent.path().join("other")).unwrap();
        let work = parent.path().join(".tree.statefulapp");
        system::create_private_directory(&work).unwrap();
        fs::rename(&tree, work.join("old")).unwrap();
        run(&tree, "1");
    }

    #[test]
    fn what_is_newer_in_the_old_directory_is_not_lost() {
        let parent = tempfile::tempdir().unwrap();
        let (tree, other) = two(parent.path());
        // The exchange has happened, and the run was killed: what others did to the old directory just before it.
        fs::write(tree.join("created"), "mine").unwrap();
        fs::create_dir(tree.join("empty")).unwrap();
        fs::write(tree.join("b/new"), "mine").unwrap();
        fs::rename(tree.join("b/new"), tree.join("b/mine")).unwrap();
        fs::write(other.join("b/mine"), "older").unwrap();
        fs::File::open(other.join("b/mine")).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        // Where a file of ours is now.
        fs::write(tree.join("taken"), "mine").unwrap();
        fs::write(other.join("taken"), "ours").unwrap();
        let mut record = Record::read(&other).unwrap();
        record.files.insert("taken".to_owned(), super::super::record::Content::Secret);
        fs::write(other.join(RECORD), record.to_json()).unwrap();

        let displaced = retire(&tree, &other, None).unwrap();
        assert_eq!(displaced, [tree.join("taken")]);
        assert_eq!(fs::read_to_string(tree.join("taken")).unwrap(), "mine");
        assert_eq!(fs::read_to_string(other.join("created")).unwrap(), "mine");
        assert!(other.join("empty").is_dir());
        assert_eq!(read(&other), ["2", "2", "mine"]);
    }
}
