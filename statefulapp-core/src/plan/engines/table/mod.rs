//! What is known of database images: which versions read which data, what is read at the first start only, what the
//! stored data is bound to, and what joining and leaving take.
//!
//! Facts of the official images and of the engines' documentation, each with the pages where it is read.

mod coordination;
mod queues;
mod sql;
mod stores;

use super::version::{self, Back, Compatibility, Series};
use crate::plan::Class;

/// One engine in one line of images.
pub(super) struct Engine {
    /// The name for people.
    pub(super) name: &'static str,
    /// The last part of the image's repository.
    pub(super) images: &'static [&'static str],
    pub(super) compatibility: Compatibility,
    pub(super) series: Series,
    /// Whether an earlier version of one series starts on the data of a later one.
    pub(super) back: Back,
    /// What to do for a version that cannot start on the data.
    pub(super) upgrade: &'static str,
    /// The command that saves all data, run in the first pod; it writes to standard output.
    pub(super) dump: Option<&'static str>,
    /// The variables and flags that say where the data is, and the default.
    pub(super) data: &'static [&'static str],
    pub(super) data_default: &'static str,
    /// Variables that are read only when the data directory is empty.
    pub(super) first_start: &'static [FirstStart],
    /// Variables and flags that the stored data is bound to.
    pub(super) bound: &'static [Bound],
    pub(super) members: Members,
    /// What it takes when the pods get other DNS names, where members know each other by them.
    pub(super) names: Option<&'static str>,
    /// Where its makers say which version can follow which.
    pub(super) manual: &'static str,
}

/// A variable that the image reads only at its first start.
pub(super) struct FirstStart {
    pub(super) variable: &'static str,
    /// What to do besides changing it.
    pub(super) instead: &'static str,
    /// The same as a command in the first pod; it asks for the password.
    pub(super) command: Option<&'static str>,
}

/// A setting that the stored data is bound to.
pub(super) struct Bound {
    /// A variable's name, or a flag with its dashes.
    pub(super) setting: &'static str,
    pub(super) class: Class,
    pub(super) why: &'static str,
}

/// How pods become members of one system, and stop being members.
pub(super) struct Members {
    /// A majority of all known members decides, and one whose pod is gone is known until the others are told.
    pub(super) majority: bool,
    /// Where only pods with a certain role are such members.
    pub(super) role: Option<Role>,
    /// Only where this flag or variable is set.
    pub(super) with: Option<&'static str>,
    /// Variables and flags that list the members.
    pub(super) lists: &'static [&'static str],
    /// What the list decides.
    pub(super) by_list: ByList,
    /// The variables and the value with which a member joins one that exists already.
    pub(super) joins: Option<(&'static [&'static str], &'static str)>,
    pub(super) join: Option<Act>,
    pub(super) leave: Option<Act>,
}

/// A role that some pods have and others do not.
pub(super) struct Role {
    /// The variables that list a pod's roles; without one it has all of them.
    pub(super) variables: &'static [&'static str],
    pub(super) word: &'static str,
    /// What the pods without that role are.
    pub(super) others: &'static Members,
}

/// What a list of members in a container's environment or arguments decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByList {
    /// Who counts, each time a member starts: one more or less is a rolling restart.
    EachStart,
    /// Who counts, when the data is first written: it cannot be changed later.
    Once,
    /// Nothing: members find each other through it.
    Nothing,
}

/// What has to be done for pods that join or leave. The commands have `{pod}` for that pod, `{ordinal}`, `{host}`, `{url}`,
/// `{node}` and `{slot}` for its names, `{peer}` for the first pod that stays with `{peer-address}`, `{set}` for the name of a
/// replica set, `{staying}` for the ordinals of the pods that stay, and `{n}` for the namespace's flag.
pub(super) struct Act {
    /// What a change of nothing but the number of pods is.
    pub(super) class: Class,
    pub(super) why: &'static str,
    /// Typed before the pod starts or stops.
    pub(super) before: &'static [&'static str],
    /// Typed afterwards.
    pub(super) after: &'static [&'static str],
    /// Where the procedure is described.
    pub(super) source: &'static str,
}

const fn first(variable: &'static str, instead: &'static str) -> FirstStart {
    FirstStart { variable, instead, command: None }
}

const fn password(variable: &'static str, instead: &'static str, command: &'static str) -> FirstStart {
    FirstStart { variable, instead, command: Some(command) }
}

const fn bound(setting: &'static str, class: Class, why: &'static str) -> Bound {
    Bound { setting, class, why }
}

/// Each pod stands alone, or the engine's own members come and go by themselves.
const ALONE: Members = Members {
    majority: false,
    role: None,
    with: None,
    lists: &[],
    by_list: ByList::Nothing,
    joins: None,
    join: None,
    leave: None,
};

const NONE: Engine = Engine {
    name: "",
    images: &[],
    compatibility: Compatibility::Later,
    series: version::by_minor,
    back: version::any,
    upgrade: "",
    dump: None,
    data: &[],
    data_default: "",
    first_start: &[],
    bound: &[],
    members: ALONE,
    names: None,
    manual: "",
};

const OWN_BACKUP: &str = "restore a backup that this version made";

/// All engines that the plan knows.
pub(super) const ENGINES: &[Engine] = &[
    sql::POSTGRES,
    sql::BITNAMI_POSTGRES,
    sql::MYSQL,
    sql::MARIADB,
    stores::MONGODB,
    stores::REDIS,
    stores::VALKEY,
    queues::KAFKA,
    queues::CONFLUENT_KAFKA,
    coordination::ZOOKEEPER,
    coordination::ETCD,
    stores::ELASTICSEARCH,
    stores::OPENSEARCH,
    stores::CASSANDRA,
    queues::RABBITMQ,
    queues::NATS,
    sql::INFLUXDB,
];

#[cfg(test)]
mod tests {
    use super::ENGINES;

    #[test]
    fn every_engine_names_its_sources() {
        for engine in ENGINES {
            let acts = [&engine.members.join, &engine.members.leave].into_iter().flatten();
            for source in acts.map(|act| act.source).chain([engine.manual]) {
                assert!(source.starts_with("https://"), "{}: {source:?}", engine.name);
            }
        }
    }

    #[test]
    fn commands_have_known_places_only() {
        let known = [
            "{pod}",
            "{ordinal}",
            "{host}",
            "{url}",
            "{node}",
            "{slot}",
            "{set}",
            "{staying}",
            "{peer}",
            "{peer-address}",
            "{n}",
        ];
        for engine in ENGINES {
            let acts = [&engine.members.join, &engine.members.leave];
            for command in acts.into_iter().flatten().flat_map(|act| act.before.iter().chain(act.after)) {
                let bare = known.iter().fold((*command).to_owned(), |text, place| text.replace(place, ""));
                // What is left in braces is the program's own: `{print $1}`, JSON.
                let is_place = |text: &str| {
                    text.split('{').skip(1).any(|part| {
                        part.split('}').next().is_some_and(|name| {
                            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
                        })
                    })
                };
                assert!(!is_place(&bare), "{}: {command}", engine.name);
            }
        }
    }
}
