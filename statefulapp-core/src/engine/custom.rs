//! An image of one's own.

use super::*;
use crate::model::{EngineKind, PodManagement};

/// Nothing is known of it.
pub(super) static FACTS: Facts = Facts {
    kind: EngineKind::Custom,
    name: "custom",
    title: "an image of one's own",
    image: "",
    repositories: &[],
    versions: &[],
    users: &[],
    paths: &[],
    ports: &[],
    environment: NO_ENVIRONMENT,
    names: &[],
    probes: Probes { startup: None, readiness: None, liveness: None },
    options: &[],
    grace: 30,
    stop_signal: "SIGTERM",
    stop_commands: &[],
    pod_management: PodManagement::OrderedReady,
    quorum: Quorum::None,
    single_writer: false,
    cluster: Cluster {
        form: "As the image has it: nothing is filled in, and nothing is checked.",
        rule: "",
        without: "",
        signs: &[],
        needs: &[],
        away: None,
        apart: false,
    },
    forms: &[],
    backup: BackupMethod::Unsound { why: "nothing is known of its data", instead: "a `CronJob` of your own" },
    writable: &[],
    edited: &[],
    programs: &[],
    only_programs: None,
    files: &[],
    memory: &[],
    locks: &[],
    scheme: None,
    limits: &[],
    sources: &[],
    complete: |_| (),
};
