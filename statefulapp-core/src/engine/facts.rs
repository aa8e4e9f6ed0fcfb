//! The shape of what is known of an engine.

use super::VersionNumber;
use super::draft::Draft;
use crate::model::{EngineKind, PodManagement, Replication};

/// What is known of an engine's official image.
#[derive(Debug)]
pub struct Facts {
    /// Which engine.
    pub kind: EngineKind,
    /// The word in the language.
    pub name: &'static str,
    /// The name that people use.
    pub title: &'static str,
    /// The image that is used where none is declared, without a tag.
    pub image: &'static str,
    /// The paths under which registries and mirrors hold that image.
    pub repositories: &'static [&'static str],
    /// The series that are known; the first is used where no version is declared.
    pub versions: &'static [Series],
    /// The first version that is configured as the engine does it; empty for all.
    pub since: &'static [u32],
    /// The user that the server runs as.
    pub users: &'static [User],
    /// Where the server writes; the first is the data.
    pub paths: &'static [DataPath],
    /// The ports that the server listens on.
    pub ports: &'static [KnownPort],
    /// The environment that the image reads.
    pub environment: Environment,
    /// The variable that a setting becomes; `None` if settings do not become variables.
    pub variable: Option<fn(&str) -> String>,
    /// The names that it takes: of users, databases, clusters.
    pub names: &'static [KnownName],
    /// How its health is checked.
    pub probes: Probes,
    /// The keys that its `engine` block takes.
    pub options: &'static [EngineOption],
    /// Settings by which members know themselves and each other: the same for all, they would be none.
    pub per_member: &'static [&'static str],
    /// Seconds that a clean stop may take: the least grace period.
    pub grace: u32,
    /// The signal that stops it.
    pub stop_signal: &'static str,
    /// Commands that only do what the stop signal does: a program, and a word among its arguments.
    pub stop_commands: &'static [(&'static str, &'static str)],
    /// Whether its pods may start all at once.
    pub pod_management: PodManagement,
    /// How many members must agree.
    pub quorum: Quorum,
    /// Whether only one server may accept writes to a database.
    pub single_writer: bool,
    /// How several pods become one system.
    pub cluster: Cluster,
    /// The forms of its `replication`; the first is meant where the declaration names none.
    pub forms: &'static [Form],
    /// How it is backed up, or why not by a dump.
    pub backup: BackupMethod,
    /// Directories of the image that must be writable; with a read-only root file system they become empty volumes.
    pub writable: &'static [&'static str],
    /// Directories of the image that must be writable and have content, so that the root file system cannot be read-only.
    pub edited: &'static [&'static str],
    /// Client programs that come with this engine's image and with no other engine's.
    pub programs: &'static [&'static str],
    /// For images without a shell: the only programs there are.
    pub only_programs: Option<OnlyPrograms>,
    /// The configuration files that it reads, and where.
    pub files: &'static [ConfigFile],
    /// Settings that take memory, whose sum a container's limit must hold: names as in a configuration file.
    pub memory: &'static [&'static str],
    /// Words in a declaration that show that clients have to log in; empty where nothing is known of it.
    pub locks: &'static [&'static str],
    /// The scheme of connection URLs, where there is one.
    pub scheme: Option<&'static str>,
    /// What has to be known before relying on it.
    pub limits: &'static [&'static str],
    /// Where all this is read.
    pub sources: &'static [Source],
    /// What the engine adds to a declaration besides what follows from the table.
    pub(super) complete: fn(&mut Draft<'_>),
}

/// A series of versions.
#[derive(Debug)]
pub struct Series {
    /// The newest tag that the table knows.
    pub tag: &'static str,
    /// The numbers that all its versions begin with.
    pub numbers: &'static [u32],
    /// Since when its makers no longer mend it; empty while they do.
    pub ended: &'static str,
}

impl Series {
    /// The numbers of the newest tag.
    pub fn number(&self) -> VersionNumber {
        VersionNumber::of_tag(self.tag).unwrap_or_else(VersionNumber::newest)
    }
}

/// A user of an image.
#[derive(Debug)]
pub struct User {
    /// A word in the tag that tells the variant: `alpine`; empty for all others.
    pub variant: &'static str,
    /// The user id.
    pub uid: u32,
    /// The group id.
    pub gid: u32,
    /// Why the server runs as no other user but root, which then becomes this one; empty if it runs as any.
    pub alone: &'static str,
}

/// A directory that a server writes to.
#[derive(Debug)]
pub struct DataPath {
    /// What is kept there.
    pub what: &'static str,
    /// The setting that moves it; empty if none is known.
    pub setting: &'static str,
    /// Where a volume for it is mounted.
    pub mount: &'static str,
    /// The first version that this is true of; empty for all.
    pub since: &'static [u32],
    /// The first version that this is no longer true of; empty for none.
    pub before: &'static [u32],
    /// Names of volumes that mean this directory.
    pub volumes: &'static [&'static str],
    /// How the server is kept out of the volume's root, where ext4 has a `lost+found`.
    pub below: Below,
    /// Where it is if nothing says otherwise; `<major>` stands for the first number of the version.
    pub unset: &'static str,
    /// What the root of a volume does, with its `lost+found`.
    pub root: Root,
    /// Whether the image declares a volume of its own at `mount`, which hides what a volume further up has there.
    pub image_volume: bool,
    /// Words in a declaration that move it elsewhere.
    pub moved_by: &'static [&'static str],
    /// Without a volume of its own, the directory of the data volume that it shares; empty: it stays in the container.
    pub shared: &'static str,
}

/// What a server makes of the root of a volume with a `lost+found`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// It does not start.
    Refused,
    /// It may not start, or takes it for data.
    Untidy,
    /// It leaves it alone.
    Fine,
}

/// A configuration file.
#[derive(Debug)]
pub struct ConfigFile {
    /// Its name, or how it ends: `.cnf`.
    pub name: &'static str,
    /// The directories where the image reads it.
    pub directories: &'static [&'static str],
    /// A word that stands in the arguments or the environment if it is read elsewhere.
    pub flag: &'static str,
    /// The setting that says where the server listens; empty if there is none.
    pub listen: &'static str,
    /// Whether the server listens to itself only if the file does not say.
    pub alone: bool,
}

/// How a server is kept out of the root of a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Below {
    /// The volume's sub-directory is mounted instead of its root.
    SubPath(&'static str),
    /// A variable tells the server a directory below the mount.
    Variable {
        /// The variable.
        name: &'static str,
        /// The directory below the mount.
        directory: &'static str,
    },
    /// The server itself makes directories below it.
    Own,
}

/// A port that a server listens on.
#[derive(Debug)]
pub struct KnownPort {
    /// The name that it gets.
    pub name: &'static str,
    /// The number, unless a setting changes it.
    pub number: u16,
    /// What is spoken there.
    pub speaks: Speaks,
    /// Who connects.
    pub used_by: UsedBy,
    /// Whether the server listens there only if it is told to.
    pub optional: bool,
    /// The setting that gives the server another number, alone or at the end of a URL; empty if none is known.
    pub setting: &'static str,
}

/// What is spoken on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// The engine's own binary protocol, in these words.
    Own(&'static str),
    /// HTTP.
    Http,
    /// gRPC, with the health service.
    Grpc,
}

/// Who connects to a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsedBy {
    /// Clients.
    Clients,
    /// The other members.
    Members,
    /// Monitoring and administration.
    Operators,
}

/// The environment that an image reads.
#[derive(Debug)]
pub struct Environment {
    /// Names that it reads.
    pub known: &'static [&'static str],
    /// Names that it also reads from a file, whose path stands in `<name>_FILE`.
    pub files: &'static [&'static str],
    /// Prefixes under which it reads nothing but `known` and `files`.
    pub closed: &'static [&'static str],
    /// Prefixes under which it reads other names, too.
    pub open: &'static [&'static str],
    /// What must be there when it first starts.
    pub required: &'static [Required],
    /// Pairs of which only one may be there.
    pub exclusive: &'static [(&'static str, &'static str)],
    /// Pairs of which none may be there alone.
    pub together: &'static [Together],
    /// What must differ from pod to pod, and the rule that says so.
    pub per_pod: &'static [(&'static str, &'static str)],
    /// What it refuses.
    pub forbidden: &'static [Forbidden],
}

/// An image that reads no environment of its own.
pub const NO_ENVIRONMENT: Environment = Environment {
    known: &[],
    files: &[],
    closed: &[],
    open: &[],
    required: &[],
    exclusive: &[],
    together: &[],
    per_pod: &[],
    forbidden: &[],
};

/// A name that a server takes.
#[derive(Debug)]
pub struct KnownName {
    /// What it names: `user`, `database`, `cluster`, `replication user`.
    pub what: &'static str,
    /// The variable that gives it, where the declaration has no `engine` that does; empty if there is none.
    pub variable: &'static str,
    /// The most that it can have: characters, or bytes where the server counts these. 0 if it does not count.
    pub most: usize,
    /// Whether the server counts bytes.
    pub in_bytes: bool,
    /// Characters that it cannot have, besides control characters.
    pub refused: &'static str,
    /// Names that are the server's own.
    pub reserved: &'static [&'static str],
}

/// A variable without which the image does not start.
#[derive(Debug)]
pub struct Required {
    /// The rule that says so.
    pub rule: &'static str,
    /// One of these must be there.
    pub one_of: &'static [&'static str],
    /// Or one of these, with this value.
    pub or: &'static [(&'static str, &'static str)],
    /// Only if this one is there; empty: always.
    pub with: &'static str,
    /// From this version on; empty for all.
    pub since: &'static [u32],
    /// Before this version; empty for all.
    pub before: &'static [u32],
    /// What happens without it.
    pub otherwise: &'static str,
    /// The key of the `engine` block that sets it; empty if there is none.
    pub option: &'static str,
}

/// Two variables that belong together.
#[derive(Debug)]
pub struct Together {
    /// The one.
    pub first: &'static str,
    /// The other.
    pub second: &'static str,
    /// What happens if one of them is alone.
    pub otherwise: &'static str,
    /// Whether the image stops then.
    pub stops: bool,
}

/// A variable that makes the image stop.
#[derive(Debug)]
pub struct Forbidden {
    /// The rule that says so.
    pub rule: &'static str,
    /// The variable.
    pub name: &'static str,
    /// The value that is refused; empty: any.
    pub value: &'static str,
    /// Why.
    pub why: &'static str,
    /// What to write instead.
    pub instead: &'static str,
}

/// How the health of a server is checked. Databases rarely gain from a liveness probe, which restarts a server in the middle of
/// its recovery; where there is none, the table has none.
#[derive(Debug)]
pub struct Probes {
    /// Until it has started.
    pub startup: Option<Check>,
    /// Whether clients may be sent to it.
    pub readiness: Option<Check>,
    /// Whether it must be restarted.
    pub liveness: Option<Check>,
}

/// One way to check the health of a server.
#[derive(Debug)]
pub struct Check {
    /// What is done.
    pub how: How,
    /// Seconds between two checks.
    pub period: u32,
    /// Seconds after which a check has failed.
    pub timeout: u32,
    /// Failures in a row that count.
    pub failures: u32,
    /// The first version that can be asked like this; empty for all.
    pub since: &'static [u32],
}

/// What a check does.
#[derive(Debug, Clone, Copy)]
pub enum How {
    /// Runs a command in the container.
    Exec(&'static [&'static str]),
    /// Opens a connection to a port of the table.
    Tcp(&'static str),
    /// Asks over HTTP: a port of the table, and a path.
    Http(&'static str, &'static str),
}

/// A key of an `engine` block.
#[derive(Debug)]
pub struct EngineOption {
    /// The key.
    pub name: &'static str,
    /// What it does for this engine.
    pub doc: &'static str,
}

/// How many members must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quorum {
    /// Each member decides alone.
    None,
    /// More than half of all members.
    Majority,
}

impl Quorum {
    /// The least number of members that can decide: 2 of 3, 3 of 4, 3 of 5.
    pub fn of(self, members: u32) -> u32 {
        match self {
            Quorum::None => 1,
            Quorum::Majority => members / 2 + 1,
        }
    }

    /// How many members may be away while the others decide.
    pub fn spare(self, members: u32) -> u32 {
        members.saturating_sub(self.of(members))
    }
}

/// How several pods become one system.
#[derive(Debug)]
pub struct Cluster {
    /// How the pods find each other and agree; empty for an engine that has no form yet.
    pub form: &'static str,
    /// The rule that is broken by several pods without it.
    pub rule: &'static str,
    /// What several pods are without it.
    pub without: &'static str,
    /// Words in the declaration that show that somebody took care of it by hand.
    pub signs: &'static [&'static str],
    /// The `engine` keys that the form needs.
    pub needs: &'static [&'static str],
    /// Settings that make each member one of its own, with these values.
    pub alone: &'static [(&'static str, &'static str)],
    /// What becomes of a member that starts again without its data, if it is no longer one; empty if it copies them from the others.
    pub forgotten: &'static str,
    /// How many members may be away at once; `None`: as many as the quorum spares.
    pub away: Option<u32>,
    /// Whether two members must never share a host.
    pub apart: bool,
}

/// A form of `replication`.
#[derive(Debug)]
pub struct Form {
    /// The word for it.
    pub mode: &'static str,
    /// The keys of the `replication` block that it takes.
    pub takes: &'static [&'static str],
    /// Those of them that it cannot do without.
    pub needs: &'static [&'static str],
    /// The first version that has it; empty for all.
    pub since: &'static [u32],
    /// Settings with which it cannot work: with these values; with any, if there are none.
    pub without: &'static [(&'static str, &'static [&'static str])],
    /// Whether `-primary` and `-read` Services lead to it: the first pod takes the writes.
    pub services: bool,
}

/// How an engine is backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupMethod {
    /// By a dump that this program writes and that can be verified.
    Dump(&'static str),
    /// A dump would not be sound: why, and what to use instead.
    Unsound {
        /// Why.
        why: &'static str,
        /// What to use instead.
        instead: &'static str,
    },
}

/// An image without a shell.
#[derive(Debug)]
pub struct OnlyPrograms {
    /// The programs that it has.
    pub names: &'static [&'static str],
    /// A word in the tag of variants that do have a shell.
    pub unless_tag: &'static str,
}

/// Where a fact is read.
#[derive(Debug)]
pub struct Source {
    /// What is read there.
    pub what: &'static str,
    /// Where.
    pub url: &'static str,
}

impl Facts {
    /// Whether its `engine` block takes this key.
    pub fn takes(&self, key: &str) -> bool {
        self.options.iter().any(|option| option.name == key)
    }

    /// The series that a version belongs to, if the table has it.
    pub fn series(&self, version: &VersionNumber) -> Option<&'static Series> {
        self.versions.iter().find(|series| version.is_of(series.numbers))
    }

    /// The user of an image with this tag.
    pub fn user(&self, tag: Option<&str>) -> Option<&'static User> {
        let tag = tag.unwrap_or_default();
        let variant = self.users.iter().find(|user| !user.variant.is_empty() && tag.contains(user.variant));
        variant.or_else(|| self.users.iter().find(|user| user.variant.is_empty()))
    }

    /// The directories that a version writes to; the first is the data.
    pub fn paths(&self, version: &VersionNumber) -> impl Iterator<Item = &'static DataPath> {
        let version = *version;
        self.paths.iter().filter(move |path| {
            (path.since.is_empty() || version.at_least(path.since))
                && (path.before.is_empty() || !version.at_least(path.before))
        })
    }

    /// The port of this number.
    pub fn port(&self, number: u16) -> Option<&'static KnownPort> {
        self.ports.iter().find(|port| port.number == number)
    }

    /// The port of this name.
    pub fn port_named(&self, name: &str) -> Option<&'static KnownPort> {
        self.ports.iter().find(|port| port.name == name)
    }

    /// Whether the image reads a variable, as far as that is known: false only under a prefix that is known to be complete.
    pub fn reads(&self, variable: &str) -> bool {
        let environment = &self.environment;
        !environment.closed.iter().any(|prefix| variable.starts_with(prefix))
            || environment.known.contains(&variable)
            || environment.files.contains(&variable)
            || variable.strip_suffix("_FILE").is_some_and(|name| environment.files.contains(&name))
    }

    /// Whether a variable stands under a prefix of the image's.
    pub fn owns(&self, variable: &str) -> bool {
        let environment = &self.environment;
        environment.closed.iter().chain(environment.open).any(|prefix| variable.starts_with(prefix))
    }

    /// The form that a `replication` block means, if its word is one of this engine's.
    pub fn form(&self, replication: &Replication) -> Option<&'static Form> {
        match &replication.mode {
            Some(mode) => self.forms.iter().find(|form| form.mode == mode.replace('_', "-")),
            None => self.forms.first(),
        }
    }

    /// Whether there is a form in which several pods are one system.
    pub fn clusters(&self) -> bool {
        !self.cluster.form.is_empty()
    }

    /// How many of so many pods may be away at once.
    pub fn away(&self, members: u32) -> u32 {
        self.cluster.away.unwrap_or_else(|| self.quorum.spare(members)).clamp(1, members.max(1))
    }
}
