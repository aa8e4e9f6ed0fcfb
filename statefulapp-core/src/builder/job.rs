use super::{Container, Parse};
use crate::model::{self, Item, Meta, PodSecurity, Run};
use crate::value::{CronJobName, CronSchedule, Duration, JobName, ValueError};

fn run(container: Container) -> Run {
    Run {
        main: container.0,
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

macro_rules! run_methods {
    () => {
        /// How many failures count as the end.
        #[must_use]
        pub fn retries(mut self, retries: u32) -> Self {
            self.0.run.retries = Some(retries);
            self
        }

        /// Time after which it has failed.
        ///
        /// # Errors
        /// It is not a duration.
        pub fn deadline(mut self, time: impl Parse<Duration>) -> Result<Self, ValueError> {
            self.0.run.deadline = Some(time.parse_value()?);
            Ok(self)
        }

        /// Users, groups and privileges.
        #[must_use]
        pub fn security(mut self, security: PodSecurity) -> Self {
            self.0.run.security = security;
            self
        }
    };
}

/// A Job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job(pub model::Job);

impl Job {
    /// A Job of this name that runs a container.
    ///
    /// # Errors
    /// The name is not one.
    pub fn new(name: impl Parse<JobName>, container: Container) -> Result<Self, ValueError> {
        Ok(Self(model::Job { name: name.parse_value()?, meta: Meta::default(), run: run(container) }))
    }

    run_methods!();
}

/// A CronJob.
#[derive(Clone, Debug, PartialEq)]
pub struct CronJob(pub model::CronJob);

impl CronJob {
    /// A CronJob of this name that runs a container at these times.
    ///
    /// # Errors
    /// The name or the schedule is not one.
    pub fn new(
        name: impl Parse<CronJobName>,
        schedule: impl Parse<CronSchedule>,
        container: Container,
    ) -> Result<Self, ValueError> {
        Ok(Self(model::CronJob {
            name: name.parse_value()?,
            meta: Meta::default(),
            schedule: schedule.parse_value()?,
            time_zone: None,
            concurrency: None,
            start_deadline: None,
            suspend: false,
            keep_succeeded: None,
            keep_failed: None,
            run: run(container),
        }))
    }

    run_methods!();
}

impl From<Job> for Item {
    fn from(job: Job) -> Item {
        Item::Job(Box::new(job.0))
    }
}

impl From<CronJob> for Item {
    fn from(job: CronJob) -> Item {
        Item::CronJob(Box::new(job.0))
    }
}
