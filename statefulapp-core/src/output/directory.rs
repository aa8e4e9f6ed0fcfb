//! A directory of files that is replaced in one step.
//!
//! A new directory is made beside the old one: files that have not changed and files of others are linked into it, the
//! rest is written and brought to the disk. Then the two are exchanged by one call to the system, and the old one is
//! cleared away. Whoever looks at the directory, at whatever moment a run is killed, sees all files of the old run
//! or all of the new one.
//!
//! | in | what |
//! |---|---|
//! | [`work`](super::work) | the place beside the output, and the lock |
//! | [`stage`](super::stage) | the new directory: the files that are declared |
//! | [`carry`](super::carry) | the files of others that are in the old one |
//! | [`retire`](super::retire) | the old directory after the exchange, and what a killed run has left |
//! | [`record`](super::record) | which files are ours |

use super::{
    OutputError,
    carry::carry,
    gitignore,
    keep::Keep,
    record::{RECORD, Record},
    retire,
    stage::Stage,
    system,
    work::{Target, Work},
};
use std::{
    fmt, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// One file of a directory.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the directory, with `/` between the parts: `60-statefulset-postgres.yaml`, `postgres/…`.
    pub path: String,
    /// What is in it.
    pub content: String,
    /// Whether only the owner may read it (mode 0600), version control is to ignore it, and no hash of it is recorded.
    pub secret: bool,
}

impl fmt::Debug for File {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = if self.secret { "<secret>" } else { &self.content };
        out.debug_struct("File")
            .field("path", &self.path)
            .field("content", &content)
            .field("secret", &self.secret)
            .finish()
    }
}

/// How to write a directory.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WriteOptions {
    /// How long to wait for another process that writes the same directory. Default: 10 s.
    pub wait: Duration,
    /// Whether to wait until everything is on the disk, so that not even a power failure can mix old and new. Default:
    /// yes.
    pub sync: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { wait: Duration::from_secs(10), sync: true }
    }
}

/// What a run has done. Paths are relative to the directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The directory, without symbolic links on the way to it.
    pub directory: PathBuf,
    /// Nothing had to change, and nothing was touched.
    pub unchanged: bool,
    /// All files that are declared now, in the order of their names.
    pub files: Vec<String>,
    /// How many files are as they were.
    pub kept: usize,
    /// Files that were not there before.
    pub created: Vec<String>,
    /// Files whose content or permissions have changed.
    pub updated: Vec<String>,
    /// Files of an earlier run that are no longer declared.
    pub removed: Vec<String>,
    /// Those of `updated` and `removed` that somebody had edited since they were written. The edits are gone.
    pub modified: Vec<String>,
    /// Lines that a `.gitignore` of the user should have, so that secrets do not get into version control.
    pub gitignore_missing: Vec<String>,
    /// Files of others that appeared while the run lasted, in the place of one of its files: they are where these
    /// (absolute) paths say.
    pub displaced: Vec<PathBuf>,
}

/// A directory that nobody else writes as long as this value lives.
///
/// [`write()`] is enough for most; this is for a program that reads the secrets of an earlier run first, so that two runs at
/// the same time do not both make new ones.
#[derive(Debug)]
pub struct OutputDirectory {
    stack: String,
    options: WriteOptions,
    target: Target,
    work: Work,
    old: Record,
    displaced: Vec<PathBuf>,
}

impl OutputDirectory {
    /// Waits until no other process writes the directory, and clears up what a killed run has left.
    ///
    /// # Errors
    ///
    /// Those of [`OutputError`]: the directory cannot be one, belongs to another stack, is locked, …
    pub fn open(directory: &Path, stack: &str, options: &WriteOptions) -> Result<Self, OutputError> {
        let target = Target::resolve(directory)?;
        let work = Work::acquire(&target, options.wait)?;
        let displaced = retire::clear_up(&target, &work)?;
        let old = Record::read_own(&target.directory, stack)?;
        Ok(Self { stack: stack.to_owned(), options: options.clone(), target, work, old, displaced })
    }

    /// The values of the Secrets that the directory has.
    ///
    /// # Errors
    ///
    /// A file with Secrets cannot be read.
    pub fn kept(&self) -> Result<Keep, OutputError> {
        Keep::from_record(&self.target.directory, &self.old)
    }

    /// Whether an earlier run has written a Helm chart there, whose Secrets the cluster makes.
    pub(crate) fn was_chart(&self) -> bool {
        self.old.has("Chart.yaml")
    }

    /// Replaces the directory; see [`write()`].
    ///
    /// # Errors
    ///
    /// The first error that `files` gives, and those of [`OutputError`]; the directory is as it was before.
    pub fn write(self, files: impl IntoIterator<Item = Result<File, OutputError>>) -> Result<Report, OutputError> {
        self.write_with(files, system::exchange)
    }

    /// [`Self::write`], with another way to exchange two directories.
    pub(super) fn write_with(
        self,
        files: impl IntoIterator<Item = Result<File, OutputError>>,
        exchange: fn(&Path, &Path) -> io::Result<()>,
    ) -> Result<Report, OutputError> {
        let Self { stack, options, target, work, old, displaced } = self;
        let mut report = Report { directory: target.directory.clone(), displaced, ..Report::default() };
        let mut stage = Stage::new(&target, &work, &old);
        for file in files {
            let file = file?;
            check_name(&file.path).map_err(|problem| OutputError::Name { file: file.path.clone(), problem })?;
            if file.path == RECORD || file.path == gitignore::NAME {
                return Err(OutputError::Name { file: file.path, problem: "is kept for this program's own use" });
            }
            stage.add(&file)?;
        }
        let lines = gitignore::lines(stage.secrets());
        if gitignore::is_of_another(&target.directory, &old)? {
            report.gitignore_missing = gitignore::missing(&target.directory, lines)?;
        } else if !lines.is_empty() {
            stage.add(&File { path: gitignore::NAME.to_owned(), content: gitignore::text(&lines), secret: false })?;
        }

        let staged = stage.finish(&stack, &mut report)?;
        report.files = staged.record.files.keys().cloned().collect();
        let Some(root) = staged.root else {
            report.unchanged = true;
            return Ok(report);
        };
        let mut carried = carry(&target, &root, &old, &staged.record)?;
        carried.directories.extend(staged.directories);
        if options.sync {
            sync(&work.path, &root, &report, &carried.directories)?;
        }
        let working_directory = std::env::current_dir().ok().filter(|path| path.starts_with(&target.directory));
        let retired = retire::switch(&target, &work, &root, options.sync, exchange)?;
        if let Some(path) = working_directory {
            // The process stood in the old directory, which is about to go. If its place is no longer there, it has none.
            _ = std::env::set_current_dir(path);
        }
        if let Some(path) = retired {
            // The new directory is in its place: what cannot be cleared away now, the next run clears away.
            if let Ok(displaced) = retire::retire(&path, &target.directory, Some(&carried.files)) {
                report.displaced.extend(displaced);
            }
        }
        Ok(report)
    }
}

/// Replaces the directory by one with these files, in one step.
///
/// * A directory that does not exist is created; so is the one that it is in, which must be writable. If `directory` is
///   a symbolic link to a directory, that directory is replaced, and the link stays.
/// * Files of others, in it and in its subdirectories, stay, with their permissions and times. Files of an earlier run of
///   the same stack that are no longer declared are removed. A record of what was written (`.statefulapp`) is in the
///   directory.
/// * Files with one path that come after each other are parts of one file.
/// * The names of secret files are written to a `.gitignore`, unless there is one that somebody else wrote.
/// * If nothing changes, nothing is touched.
///
/// The directory is a new one afterwards (its inode is another). Whoever stands in the old one, for instance a shell,
/// has to enter it again (`cd .`); this process does.
///
/// # Errors
///
/// The first error that `files` gives, and those of [`OutputError`]; the directory is as it was before.
///
/// # Examples
///
/// ```
/// use statefulapp_core::output::{File, WriteOptions, write};
///
/// let parent = tempfile::tempdir()?;
/// let directory = parent.path().join("deploy");
/// let file = File { path: "10-namespace-db.yaml".into(), content: "kind: Namespace\n".into(), secret: false };
///
/// let report = write(&directory, "db", [Ok(file.clone())], &WriteOptions::default())?;
/// assert_eq!(report.created, ["10-namespace-db.yaml"]);
/// assert!(write(&directory, "db", [Ok(file)], &WriteOptions::default())?.unchanged);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(
    directory: &Path,
    stack: &str,
    files: impl IntoIterator<Item = Result<File, OutputError>>,
    options: &WriteOptions,
) -> Result<Report, OutputError> {
    OutputDirectory::open(directory, stack, options)?.write(files)
}

/// Brings the new directory to the disk.
fn sync(work: &Path, root: &Path, report: &Report, directories: &[PathBuf]) -> Result<(), OutputError> {
    let files = report.created.iter().chain(&report.updated);
    // To wait for each of many files takes longer than to wait once for everything that the file system has to write.
    if files.clone().nth(100).is_some() && system::sync_file_system(work).map_err(OutputError::io("write", root))? {
        return Ok(());
    }
    let files = files.map(|file| root.join(file)).chain([root.join(RECORD)]);
    for path in files.chain(directories.iter().map(|directory| root.join(directory))) {
        system::sync(&path).map_err(OutputError::io("write", &path))?;
    }
    Ok(())
}

/// Whether the name can be that of a file in the directory, on every system; what is wrong with it if not.
pub(super) fn check_name(name: &str) -> Result<(), &'static str> {
    let bad = |char: char| char.is_control() || matches!(char, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    if name.is_empty() {
        Err("is empty")
    } else if name.starts_with('/') {
        Err("is absolute: it has to be relative to the directory")
    } else if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        Err("has an empty part, `.` or `..`: it has to name a file inside the directory")
    } else if name.contains(bad) {
        Err("has a character that file names cannot have everywhere (`\\ : * ? \" < > |`, a control character)")
    } else if name.split('/').any(|part| part.len() > 255) {
        Err("has a part of more than 255 bytes")
    } else {
        Ok(())
    }
}
