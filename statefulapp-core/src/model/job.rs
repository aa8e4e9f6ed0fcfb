use super::{Container, FileMount, Meta, PodSecurity, Scratch, Toleration};
use crate::value::{CronJobName, CronSchedule, Duration, JobName, Label, LabelKey, LabelValue, Subdomain, TimeZone};

/// A Job: pods that run to completion.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The name.
    pub name: JobName,
    /// Labels, annotations, silenced warnings.
    pub meta: Meta,
    /// What runs.
    pub run: Run,
}

/// A CronJob: a Job at set times.
#[derive(Clone, Debug, PartialEq)]
pub struct CronJob {
    /// The name.
    pub name: CronJobName,
    /// Labels, annotations, silenced warnings.
    pub meta: Meta,
    /// When.
    pub schedule: CronSchedule,
    /// The time zone of the schedule.
    pub time_zone: Option<TimeZone>,
    /// What happens when the last one still runs; default Forbid.
    pub concurrency: Option<Concurrency>,
    /// How late a start may be.
    pub start_deadline: Option<Duration>,
    /// Whether no new one starts.
    pub suspend: bool,
    /// Finished ones that are kept; default 3.
    pub keep_succeeded: Option<u32>,
    /// Failed ones that are kept; default 1.
    pub keep_failed: Option<u32>,
    /// What runs.
    pub run: Run,
}

/// What happens when the last run has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Concurrency {
    /// Both run.
    Allow,
    /// The new one is skipped.
    Forbid,
    /// The old one is stopped.
    Replace,
}

/// A volume that an app's pod keeps, seen from elsewhere. A container that names it in its mounts sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimVolume {
    /// The name in the pod.
    pub name: Label,
    /// The PersistentVolumeClaim.
    pub claim: Subdomain,
}

/// The pods of a Job.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The main container.
    pub main: Container,
    /// Containers that run before it, in order.
    pub init: Vec<Container>,
    /// ConfigMaps and Secrets as files.
    pub files: Vec<FileMount>,
    /// Volumes that outlive the pod.
    pub claims: Vec<ClaimVolume>,
    /// Volumes that live as long as the pod.
    pub scratch: Vec<Scratch>,
    /// Whether a failed container is started again in the same pod (`OnFailure`) or the pod is replaced (`Never`, the default).
    pub restart_on_failure: bool,
    /// How many failures count as the end; default 6.
    pub retries: Option<u32>,
    /// Time after which it has failed.
    pub deadline: Option<Duration>,
    /// Pods that must succeed; default 1.
    pub completions: Option<u32>,
    /// Pods at once; default 1.
    pub parallelism: Option<u32>,
    /// Time after its end at which it is deleted.
    pub delete_after: Option<Duration>,
    /// Whether it waits until somebody starts it.
    pub suspend: bool,
    /// Secrets with registry credentials.
    pub pull_secrets: Vec<Subdomain>,
    /// The ServiceAccount; default the namespace's, without a token.
    pub service_account: Option<Subdomain>,
    /// Whether the pods get a token for the API server; default false.
    pub service_account_token: Option<bool>,
    /// Users and privileges.
    pub security: PodSecurity,
    /// Labels that a node must have.
    pub node_selector: Vec<(LabelKey, LabelValue)>,
    /// Taints that the pods tolerate.
    pub tolerations: Vec<Toleration>,
}

impl Run {
    /// What the pods of the Job of this name do: nothing yet. The container is called as the Job, shortened to a label.
    pub fn of(job: &str) -> Self {
        let label: String = job.chars().map(|c| if c == '.' { '-' } else { c }).take(63).collect();
        let label = label.trim_end_matches('-').parse().unwrap_or_else(|_| Label::__checked("job"));
        Self {
            main: Container::new(label),
            init: Vec::new(),
            files: Vec::new(),
            claims: Vec::new(),
            scratch: Vec::new(),
            restart_on_failure: false,
            retries: None,
            deadline: None,
            completions: None,
            parallelism: None,
            delete_after: None,
            suspend: false,
            pull_secrets: Vec::new(),
            service_account: None,
            service_account_token: None,
            security: PodSecurity::default(),
            node_selector: Vec::new(),
            tolerations: Vec::new(),
        }
    }
}
