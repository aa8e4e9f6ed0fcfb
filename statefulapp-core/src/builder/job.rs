use super::Parse;
use super::container::container;
use super::keys::{Owner, keys, meta, read, read_name};
use super::pod::pod;
use crate::model::{Concurrency, CronJob, Item, Job, Meta, Run};
use crate::value::{CronJobName, CronSchedule, Duration, JobName, TimeZone, ValueError};

/// What Jobs and CronJobs share.
macro_rules! run {
    ($self:ident) => {
        container!($self, $self.run.main);
        pod!($self, $self.run);
        meta!($self, $self.meta);

        keys! { $self:
            /// How many failures count as the end.
            set retries: u32 => $self.run.retries;
            /// Time after which a run has failed.
            parsed deadline: Duration => $self.run.deadline;
            /// Pods that must succeed.
            set completions: u32 => $self.run.completions;
            /// Pods at once.
            set parallelism: u32 => $self.run.parallelism;
            /// Time after its end at which a Job is deleted.
            parsed delete_after: Duration => $self.run.delete_after;
        }

        /// Whether a failed container is started again in its pod, or the pod is replaced, which is the default.
        #[must_use]
        pub fn restart(mut $self, restart: Restart) -> Self {
            $self.run.restart_on_failure = restart == Restart::OnFailure;
            $self
        }
    };
}

/// When a failed container of a Job is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Restart {
    /// In the same pod.
    OnFailure,
    /// A new pod is made.
    Never,
}

/// ```
/// use statefulapp_core::builder::{Job, Restart};
///
/// let import = Job::new("import")?
///     .image("registry.example.com/import:1.0")?
///     .args(["--all"])
///     .restart(Restart::OnFailure)
///     .retries(2)
///     .deadline("1h")?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl Job {
    /// A Job of this name.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(name: impl Parse<JobName>) -> Result<Self, ValueError> {
        let name: JobName = read_name("Job", name)?;
        Ok(Self { meta: Meta::default(), run: Run::of(name.as_str()), name })
    }

    run!(self);

    keys! { self:
        /// Whether it waits until somebody starts it.
        plain suspend: bool => self.run.suspend;
    }
}

/// ```
/// use statefulapp_core::builder::{Concurrency, CronJob};
///
/// let report = CronJob::new("report", "0 6 * * mon")?
///     .time_zone("Europe/Berlin")?
///     .concurrency(Concurrency::Replace)
///     .image("registry.example.com/report:1.0")?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl CronJob {
    /// A CronJob of this name, at these times: five fields or `@daily`.
    ///
    /// # Errors
    /// The name or the schedule is not one.
    pub fn new(name: impl Parse<CronJobName>, schedule: impl Parse<CronSchedule>) -> Result<Self, ValueError> {
        let name: CronJobName = read_name("CronJob", name)?;
        let run = Run::of(name.as_str());
        Ok(Self {
            schedule: read(&Named(&name), "schedule", schedule)?,
            name,
            meta: Meta::default(),
            time_zone: None,
            concurrency: None,
            start_deadline: None,
            suspend: false,
            keep_succeeded: None,
            keep_failed: None,
            run,
        })
    }

    run!(self);

    keys! { self:
        /// The time zone of the schedule.
        parsed time_zone: TimeZone => self.time_zone;
        /// What happens when the last one still runs.
        set concurrency: Concurrency => self.concurrency;
        /// How late a start may be.
        parsed start_deadline: Duration => self.start_deadline;
        /// Whether no new one starts.
        plain suspend: bool => self.suspend;
        /// Finished ones that are kept.
        set keep_succeeded: u32 => self.keep_succeeded;
        /// Failed ones that are kept.
        set keep_failed: u32 => self.keep_failed;
    }
}

/// A CronJob that is not there yet.
struct Named<'a>(&'a CronJobName);

impl Owner for Named<'_> {
    fn owner(&self) -> String {
        format!("CronJob `{}`", self.0)
    }
}

impl Owner for Job {
    fn owner(&self) -> String {
        format!("Job `{}`", self.name)
    }
}

impl Owner for CronJob {
    fn owner(&self) -> String {
        Named(&self.name).owner()
    }
}

impl From<Job> for Item {
    fn from(job: Job) -> Item {
        Item::Job(Box::new(job))
    }
}

impl From<CronJob> for Item {
    fn from(job: CronJob) -> Item {
        Item::CronJob(Box::new(job))
    }
}
