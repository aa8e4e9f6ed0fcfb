//! What can go wrong while writing: each error names the path, what is wrong with it, and what to do.

use super::{secrets::SecretError, yaml};
use crate::manifest::BuildError;
use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// Why nothing was written. The directory is as it was before, except where a variant says otherwise.
#[derive(Debug)]
#[non_exhaustive]
pub enum OutputError {
    /// The operating system refused something; the text adds what to do about a full disk, a read-only file system and
    /// missing permissions.
    Io {
        /// What was tried, to be read after "cannot": `create`, `read`, …
        action: &'static str,
        /// With which file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The output directory is to be where something else is: a file, a link to nothing.
    NotADirectory {
        /// The path that was given.
        path: PathBuf,
        /// What is there.
        what: &'static str,
    },
    /// The directory is a mount point (a volume of a container, a bind mount, `/`), which cannot be exchanged for another
    /// directory.
    MountPoint {
        /// The directory.
        path: PathBuf,
    },
    /// Something that this crate did not write is where one of its files is to be.
    InTheWay {
        /// What is in the way.
        path: PathBuf,
        /// The file that is to be written, relative to the directory.
        file: String,
    },
    /// Another stack has written the directory.
    ForeignStack {
        /// The directory.
        directory: PathBuf,
        /// The stack that wrote it.
        theirs: String,
        /// The stack that is to be written.
        ours: String,
    },
    /// The record of an earlier run cannot be used, so that nobody knows which files are ours.
    Record {
        /// The record.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A file has a name that cannot be, or must not be, in the directory.
    Name {
        /// The name.
        file: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Two files have one name.
    Duplicate {
        /// The name.
        file: String,
    },
    /// Another process writes the directory, and has not come to an end in the time that was given to wait.
    Locked {
        /// The directory.
        directory: PathBuf,
    },
    /// The work directory beside the output is not one that an earlier run has left.
    WorkDirectory {
        /// The work directory.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A file that this crate did not write cannot be kept, because it cannot be linked into the new directory.
    Unkeepable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Documents wait for their turn in a temporary file, and none can be kept.
    Temporary {
        /// The directory for temporary files.
        directory: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A secret has no value.
    Secret(SecretError),
    /// An object cannot be built.
    Build(BuildError),
    /// An object cannot be serialized.
    Yaml(yaml::Error),
    /// A Secret could not be sealed.
    Seal {
        /// The name of the Secret.
        name: String,
        /// What is wrong.
        problem: String,
    },
}

impl OutputError {
    /// For `map_err`: turns what the operating system said into an error about the path.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, path, source } => {
                write!(out, "cannot {action} `{}`: {source}", path.display())?;
                out.write_str(match source.kind() {
                    io::ErrorKind::StorageFull => {
                        "; the disk is full: free some space and run again, the directory is as it was"
                    }
                    io::ErrorKind::QuotaExceeded => {
                        "; the quota is used up: remove files or write to another disk, the directory is as it was"
                    }
                    io::ErrorKind::ReadOnlyFilesystem => {
                        "; the file system is read-only: write to a directory on another one"
                    }
                    io::ErrorKind::PermissionDenied => {
                        "; the user who runs this must be able to write the directory and the one that it is in: change \
                         their permissions or write to another directory"
                    }
                    io::ErrorKind::InvalidFilename => {
                        "; the file system does not take such a name: it is too long, for instance; choose another"
                    }
                    io::ErrorKind::IsADirectory => "; it is a directory, and a file is needed: name another path",
                    io::ErrorKind::NotADirectory => "; a part of the path is a file: name another path",
                    io::ErrorKind::NotFound => "; create what is missing on the way to it, or name another path",
                    io::ErrorKind::CrossesDevices => {
                        "; it is on another file system than the directory that it is in, or in a layer of a container's \
                         image: write to a new directory"
                    }
                    _ => "",
                })
            }
            Self::NotADirectory { path, what } => {
                write!(out, "`{}` is {what}, not a directory: remove it or write to another directory", path.display())
            }
            Self::MountPoint { path } => write!(
                out,
                "`{}` is a mount point, which cannot be replaced in one step: write to a directory inside it, for instance \
                 `{}`",
                path.display(),
                path.join("manifests").display()
            ),
            Self::InTheWay { path, file } => write!(
                out,
                "`{}` was not written by this program and is in the way of its file `{file}`: move it to another place or \
                 delete it",
                path.display()
            ),
            Self::ForeignStack { directory, theirs, ours } => write!(
                out,
                "`{}` belongs to the stack `{theirs}`: write the stack `{ours}` to another directory, or delete this one if \
                 `{theirs}` is no longer wanted",
                directory.display()
            ),
            Self::Record { path, problem } => write!(
                out,
                "the record `{}` of earlier runs {problem}: restore it from version control; or delete it together with the \
                 files that were written, and give the Secrets among them by `--keep FILE`",
                path.display()
            ),
            Self::Name { file, problem } => write!(out, "the file name `{}` {problem}", file.escape_debug()),
            Self::Duplicate { file } => {
                write!(out, "two files have the name `{file}`: give one of the objects another name or namespace")
            }
            Self::Locked { directory } => write!(
                out,
                "another process is writing `{}`: run again when it has come to an end",
                directory.display()
            ),
            Self::WorkDirectory { path, problem } => write!(
                out,
                "`{}` {problem}: it is the place where the new directory is made; move it to another place or delete it",
                path.display()
            ),
            Self::Unkeepable { path, source } => write!(
                out,
                "`{}` was not written by this program and cannot be kept, because it cannot be linked into the new \
                 directory: {source}; move it to another place",
                path.display()
            ),
            Self::Secret(error) => error.fmt(out),
            Self::Temporary { directory, source } => write!(
                out,
                "the objects wait for their turn in a temporary file, and `{}` cannot keep it: {source}; set TMPDIR to a \
                 directory with room for all of them",
                directory.display()
            ),
            Self::Build(error) => error.fmt(out),
            Self::Yaml(error) => error.fmt(out),
            Self::Seal { name, problem } => write!(out, "cannot seal the Secret `{name}`: {problem}"),
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } | Self::Unkeepable { source, .. } | Self::Temporary { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<yaml::Error> for OutputError {
    fn from(error: yaml::Error) -> Self {
        Self::Yaml(error)
    }
}

impl From<SecretError> for OutputError {
    fn from(error: SecretError) -> Self {
        Self::Secret(error)
    }
}
