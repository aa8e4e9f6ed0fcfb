//! The files of others: they are linked into the new directory, so that both directories have them at every moment.

use super::{
    OutputError,
    record::{RECORD, Record},
    stage::create_directories,
    system::{self, Identity},
    work::Target,
};
use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

/// What was carried over.
#[derive(Default)]
pub(super) struct Carried {
    pub(super) files: HashSet<Identity>,
    /// Directories that were created for it, relative to the new directory.
    pub(super) directories: Vec<PathBuf>,
}

/// Links everything that is not ours from the old directory into the new one, and gives the directories in both the
/// permissions of the old one.
pub(super) fn carry(target: &Target, root: &Path, old: &Record, new: &Record) -> Result<Carried, OutputError> {
    let Some(identity) = target.identity()? else { return Ok(Carried::default()) };
    let mut carrier = Carrier { from: &target.directory, root, old, new, identity, carried: Carried::default() };
    carrier.directory(Path::new(""))?;
    Ok(carrier.carried)
}

struct Carrier<'a> {
    from: &'a Path,
    root: &'a Path,
    old: &'a Record,
    new: &'a Record,
    /// Of the old directory.
    identity: Identity,
    carried: Carried,
}

impl Carrier<'_> {
    /// Carries over what is in the directory; true if that was anything.
    fn directory(&mut self, relative: &Path) -> Result<bool, OutputError> {
        let from = self.from.join(relative);
        let metadata = fs::symlink_metadata(&from).map_err(OutputError::io("read", &from))?;
        if !Identity::of(&metadata).is_beside(self.identity) {
            return Err(OutputError::Unkeepable { path: from, source: io::ErrorKind::CrossesDevices.into() });
        }
        let (mut is_empty, mut has_carried) = (true, false);
        for entry in fs::read_dir(&from).map_err(OutputError::io("read", &from))? {
            let entry = entry.map_err(OutputError::io("read", &from))?;
            is_empty = false;
            let relative = relative.join(entry.file_name());
            let metadata = entry.metadata().map_err(OutputError::io("read", &entry.path()))?;
            if metadata.is_dir() {
                has_carried |= self.directory(&relative)?;
            } else if !is_ours(&relative, &metadata, self.old) {
                self.file(&relative, &metadata)?;
                has_carried = true;
            }
        }
        let name = slashed(relative);
        let had_ours = name.as_deref().is_some_and(|name| self.old.has_in(name));
        if is_empty && !had_ours && relative != Path::new("") {
            self.create(relative)?;
            has_carried = true;
        }
        let to = self.root.join(relative);
        if to.is_dir() {
            // A directory that has nothing of ours looks as if nothing had happened.
            let has_ours = had_ours || name.is_none_or(|name| name.is_empty() || self.new.has_in(&name));
            system::copy_directory_metadata(&from, &to, &metadata, !has_ours)
                .map_err(|source| OutputError::Unkeepable { path: from, source })?;
        }
        Ok(has_carried)
    }

    fn file(&mut self, relative: &Path, metadata: &fs::Metadata) -> Result<(), OutputError> {
        if let Some(parent) = relative.parent() {
            self.create(parent)?;
        }
        let from = self.from.join(relative);
        match system::link(&from, &self.root.join(relative), metadata) {
            Ok(()) => {
                self.carried.files.insert(Identity::of(metadata));
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(OutputError::InTheWay { path: from, file: relative.display().to_string() })
            }
            Err(source) => Err(OutputError::Unkeepable { path: from, source }),
        }
    }

    fn create(&mut self, directory: &Path) -> Result<(), OutputError> {
        match create_directories(self.root, directory) {
            Ok(created) => self.carried.directories.extend(created),
            // A file of ours has its name.
            Err(OutputError::Duplicate { file }) => {
                return Err(OutputError::InTheWay { path: self.from.join(directory), file });
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Whether an earlier run has written the file. What has taken the place of such a file, a link for instance, is not ours.
pub(super) fn is_ours(relative: &Path, metadata: &fs::Metadata, record: &Record) -> bool {
    let recorded = slashed(relative).is_some_and(|name| name == RECORD || record.has(&name));
    recorded && metadata.is_file()
}

/// The path with `/` between its parts, as the record has it; none if it is not Unicode and so cannot be ours.
pub(super) fn slashed(relative: &Path) -> Option<String> {
    let parts: Option<Vec<_>> = relative.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}
