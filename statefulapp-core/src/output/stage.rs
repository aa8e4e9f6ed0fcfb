//! The new directory: the files that are declared.
//!
//! Nothing is created as long as every file is what it was; the new directory is begun with the first difference.

use super::{
    OutputError,
    directory::{File, Report},
    record::{self, Content, RECORD, Record},
    system,
    work::{Target, Work},
};
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    io::{self, BufReader, BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
};

/// The name of the new directory while it is incomplete.
pub(super) const BUILDING: &str = "building";

/// The new directory in the making.
pub(super) struct Stage<'a> {
    target: &'a Target,
    old: &'a Record,
    building: PathBuf,
    begun: bool,
    /// What has been added.
    new: Record,
    /// The file that is being added: its next part may follow.
    open: Option<Open>,
    kept: usize,
    created: Vec<String>,
    updated: Vec<String>,
    modified: Vec<String>,
    directories: Vec<PathBuf>,
    /// The directory that was last found to be free of what is not ours.
    checked: Option<String>,
}

/// What [`Stage::finish`] leaves.
pub(super) struct Staged {
    /// The new directory, if it differs from the old one.
    pub(super) root: Option<PathBuf>,
    pub(super) record: Record,
    /// Directories that were created, relative to the new directory.
    pub(super) directories: Vec<PathBuf>,
}

/// A file that is being added.
struct Open {
    path: String,
    secret: bool,
    hasher: Sha256,
    state: State,
}

enum State {
    /// So far it is what is in the old directory.
    Same { old: BufReader<fs::File>, length: u64 },
    /// It is written to the new directory.
    Written(BufWriter<fs::File>),
}

impl<'a> Stage<'a> {
    pub(super) fn new(target: &'a Target, work: &Work, old: &'a Record) -> Self {
        Self {
            target,
            old,
            building: work.path.join(BUILDING),
            begun: false,
            new: Record::default(),
            open: None,
            kept: 0,
            created: Vec::new(),
            updated: Vec::new(),
            modified: Vec::new(),
            directories: Vec::new(),
            checked: None,
        }
    }

    /// The secret files that were added.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let closed = self.new.files.iter().filter(|(_, content)| content.is_secret()).map(|(path, _)| path.as_str());
        closed.chain(self.open.iter().filter(|open| open.secret).map(|open| open.path.as_str()))
    }

    /// Adds a file, or the next part of the file that was added last.
    pub(super) fn add(&mut self, file: &File) -> Result<(), OutputError> {
        if self.open.as_ref().is_none_or(|open| open.path != file.path) {
            self.close()?;
            if self.new.has(&file.path) {
                return Err(OutputError::Duplicate { file: file.path.clone() });
            }
            let state = self.open(&file.path, file.secret)?;
            let (path, secret) = (file.path.clone(), file.secret);
            self.open = Some(Open { path, secret, hasher: Sha256::new(), state });
        }
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.hasher.update(file.content.as_bytes());
        self.append(&mut open, file.content.as_bytes())?;
        self.open = Some(open);
        Ok(())
    }

    /// Begins a file.
    fn open(&mut self, path: &str, secret: bool) -> Result<State, OutputError> {
        let there = self.target.directory.join(path);
        let metadata = self.find_ours(path)?;
        if let (Some(metadata), Some(content)) = (metadata, self.old.files.get(path))
            && content.is_secret() == secret
            && (!secret || system::is_private(&metadata))
            && let Ok(old) = fs::File::open(&there)
        {
            return Ok(State::Same { old: BufReader::new(old), length: 0 });
        }
        self.rewrite(path, secret).map(State::Written)
    }

    /// The file of an earlier run that is where this one is to be.
    fn find_ours(&mut self, path: &str) -> Result<Option<fs::Metadata>, OutputError> {
        let in_the_way = |path: PathBuf, file: &str| OutputError::InTheWay { path, file: file.to_owned() };
        // What is not a directory is in the way of the directory that the file is in.
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        if self.checked.as_deref() != Some(parent) {
            let ends = parent.match_indices('/').map(|(at, _)| at).chain([parent.len()]);
            for part in ends.filter_map(|end| parent.get(..end)).filter(|part| !part.is_empty()) {
                let there = self.target.directory.join(part);
                match fs::symlink_metadata(&there) {
                    Ok(metadata) if metadata.is_dir() => {}
                    Ok(metadata) if metadata.is_file() && self.old.has(part) => return Ok(None),
                    Ok(_) => return Err(in_the_way(there, path)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(OutputError::io("find", &there)(error)),
                }
            }
            self.checked = Some(parent.to_owned());
        }
        let there = self.target.directory.join(path);
        match fs::symlink_metadata(&there) {
            Ok(metadata) if metadata.is_file() && self.old.has(path) => Ok(Some(metadata)),
            // A directory with nothing but files of ours goes away.
            Ok(metadata) if metadata.is_dir() && self.old.has_in(path) => Ok(None),
            Ok(_) => Err(in_the_way(there, path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(OutputError::io("find", &there)(error)),
        }
    }

    fn append(&mut self, open: &mut Open, bytes: &[u8]) -> Result<(), OutputError> {
        let path = self.target.directory.join(&open.path);
        if let State::Same { old, length } = &mut open.state {
            let mut read = vec![0; bytes.len()];
            let same = match old.read_exact(&mut read) {
                Ok(()) => read == bytes,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => false,
                Err(error) => return Err(OutputError::io("read", &path)(error)),
            };
            if same {
                *length += bytes.len() as u64;
                return Ok(());
            }
            let length = *length;
            self.part_from_old(open, length)?;
        }
        if let State::Written(file) = &mut open.state {
            file.write_all(bytes).map_err(OutputError::io("write", &self.building.join(&open.path)))?;
        }
        Ok(())
    }

    /// The file turns out to differ from the old one behind the first `length` bytes.
    fn part_from_old(&mut self, open: &mut Open, length: u64) -> Result<(), OutputError> {
        let path = self.target.directory.join(&open.path);
        let mut file = self.rewrite(&open.path, open.secret)?;
        let mut old = fs::File::open(&path).map_err(OutputError::io("read", &path))?.take(length);
        io::copy(&mut old, &mut file).map_err(OutputError::io("write", &self.building.join(&open.path)))?;
        open.state = State::Written(file);
        Ok(())
    }

    /// Ends the file that is being added.
    fn close(&mut self) -> Result<(), OutputError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        if let State::Same { old, length } = &mut open.state {
            let path = self.target.directory.join(&open.path);
            let is_longer = !io::BufRead::fill_buf(old).map_err(OutputError::io("read", &path))?.is_empty();
            let length = *length;
            if is_longer {
                self.part_from_old(&mut open, length)?;
            }
        }
        let content = if open.secret { Content::Secret } else { Content::Hash(record::hash(open.hasher)) };
        match open.state {
            State::Same { .. } => {
                if self.begun {
                    self.keep(&open.path, open.secret)?;
                }
                self.kept += 1;
            }
            State::Written(mut file) => {
                file.flush().map_err(OutputError::io("write", &self.building.join(&open.path)))?;
            }
        }
        self.new.files.insert(open.path, content);
        Ok(())
    }

    /// Creates the file in the new directory.
    fn rewrite(&mut self, path: &str, secret: bool) -> Result<BufWriter<fs::File>, OutputError> {
        self.begin()?;
        let existed = self.target.directory.join(path).is_file() && self.old.has(path);
        if existed {
            if self.is_modified(path)? {
                self.modified.push(path.to_owned());
            }
            self.updated.push(path.to_owned());
        } else {
            self.created.push(path.to_owned());
        }
        let file = self.create(path, secret)?;
        Ok(BufWriter::new(file))
    }

    fn create(&mut self, path: &str, secret: bool) -> Result<fs::File, OutputError> {
        self.create_parent(path)?;
        let to = self.building.join(path);
        system::create(&to, secret).map_err(|error| match error.kind() {
            // The same name in upper and lower case, or a file and a directory of one name.
            io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory => {
                OutputError::Duplicate { file: path.to_owned() }
            }
            _ => OutputError::io("create", &to)(error),
        })
    }

    /// Whether somebody has edited the file since it was written.
    fn is_modified(&self, path: &str) -> Result<bool, OutputError> {
        let there = self.target.directory.join(path);
        match self.old.files.get(path) {
            Some(Content::Hash(hash)) => {
                let now = record::hash_file(&there).map_err(OutputError::io("read", &there))?;
                Ok(now != *hash)
            }
            Some(Content::Secret) | None => Ok(false),
        }
    }

    fn begin(&mut self) -> Result<(), OutputError> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        fs::create_dir(&self.building).map_err(OutputError::io("create", &self.building))?;
        self.directories.push(PathBuf::new());
        // Every file so far is what it was.
        let files = std::mem::take(&mut self.new.files);
        for (path, content) in &files {
            self.keep(path, content.is_secret())?;
        }
        self.new.files = files;
        Ok(())
    }

    /// Takes a file over from the old directory: the same file, or a copy where it cannot have two names.
    fn keep(&mut self, path: &str, secret: bool) -> Result<(), OutputError> {
        self.create_parent(path)?;
        let (from, to) = (self.target.directory.join(path), self.building.join(path));
        if fs::hard_link(&from, &to).is_ok() {
            return Ok(());
        }
        let mut copy = self.create(path, secret)?;
        let mut old = fs::File::open(&from).map_err(OutputError::io("read", &from))?;
        io::copy(&mut old, &mut copy).map_err(OutputError::io("write", &to)).map(drop)
    }

    fn create_parent(&mut self, path: &str) -> Result<(), OutputError> {
        let Some((parent, _)) = path.rsplit_once('/') else { return Ok(()) };
        let created = create_directories(&self.building, Path::new(parent))?;
        self.directories.extend(created);
        Ok(())
    }

    /// Ends the files and writes the record; says what has changed.
    pub(super) fn finish(mut self, stack: &str, report: &mut Report) -> Result<Staged, OutputError> {
        self.close()?;
        self.new.stack = stack.to_owned();
        if self.new != *self.old {
            self.begin()?;
        }
        let gone = self.old.files.keys().filter(|path| !self.new.has(path));
        for path in gone {
            let there = self.target.directory.join(path);
            if fs::symlink_metadata(&there).is_ok_and(|metadata| metadata.is_file()) {
                report.removed.push(path.clone());
                if self.is_modified(path)? {
                    self.modified.push(path.clone());
                }
            }
        }
        if self.begun {
            let to = self.building.join(RECORD);
            let json = self.new.to_json();
            fs::write(&to, json).map_err(OutputError::io("write", &to))?;
        }
        report.kept = self.kept;
        (report.created, report.updated, report.modified) = (self.created, self.updated, self.modified);
        let root = self.begun.then_some(self.building);
        Ok(Staged { root, record: self.new, directories: self.directories })
    }
}

/// Creates the directory and those that it is in, below `root`; gives those that were created.
pub(super) fn create_directories(root: &Path, directory: &Path) -> Result<Vec<PathBuf>, OutputError> {
    let mut missing = Vec::new();
    for part in directory.ancestors().filter(|part| !part.as_os_str().is_empty()) {
        if root.join(part).is_dir() {
            break;
        }
        missing.push(part.to_owned());
    }
    for part in missing.iter().rev() {
        let path = root.join(part);
        fs::create_dir(&path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                OutputError::Duplicate { file: part.display().to_string() }
            }
            _ => OutputError::io("create", &path)(error),
        })?;
    }
    Ok(missing)
}
