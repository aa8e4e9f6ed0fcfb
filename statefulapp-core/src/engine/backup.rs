//! Scheduled dumps to S3-compatible storage, and what restores them.
//!
//! A container of the app's own image dumps and verifies; one of rclone's uploads under a temporary name, reads it back, renames,
//! and only then deletes what is too old. Any step that fails makes the Job fail. See `docs/backup.md`.

mod tools;

use super::{BackupMethod, Facts, memory, peers};
use crate::model::{
    App, Backup, ClaimVolume, Concurrency, Container, ContainerSecurity, CronJob, EngineKind, EnvValue, EnvVar, Item,
    KeyRef, Meta, Mount, PodSecurity, Resource, Run, Scratch, Stack,
};
use crate::value::{CronSchedule, DataKey, Duration, EnvName, Image, Label, MountPath, ResourceAmount, ResourceName};

use tools::{Member, Restore, Step, Tools};

/// The S3 client: <https://hub.docker.com/r/rclone/rclone>.
const CLIENT: &str = "rclone/rclone:1.71.0";

const FETCH: &str = include_str!("backup/fetch.sh");

/// A schedule for what never starts by itself.
const NEVER_BY_ITSELF: &str = "0 0 1 1 *";

/// How a completed app is backed up.
pub(crate) fn method(app: &App, facts: &Facts) -> BackupMethod {
    // A server of a cluster is told so by its arguments.
    if facts.kind == EngineKind::Redis && app.main.args.iter().any(|word| word.contains("cluster-enabled")) {
        return BackupMethod::Unsound {
            why: "each primary of a cluster holds a part, and no dump has all parts at one time",
            instead: "a `CronJob` of your own that runs `redis-cli --rdb` for each primary, or snapshots of the volumes",
        };
    }
    facts.backup
}

/// The Jobs of an app's `backup`; the app lets them in. Nothing for an engine without a sound dump.
pub(super) fn complete(stack: &Stack, app: &mut App, facts: &'static Facts) -> Vec<Item> {
    let (Some(backup), BackupMethod::Dump(_)) = (app.backup.clone(), method(app, facts)) else { return Vec::new() };
    let Some(tools) = Tools::of(app, facts) else { return Vec::new() };
    let maker = Maker { stack, app, facts, backup: &backup, tools: &tools };
    let mut items = vec![maker.cron_job("backup", &backup.schedule, maker.dump())];
    items.extend(maker.restore());
    if let Some(schedule) = &backup.restore_test {
        items.push(maker.cron_job("verify", schedule, maker.test()));
    }
    let items: Vec<Item> = items.into_iter().flatten().collect();
    if let Some(network) = &mut app.network {
        // What has no network of its own in the test of a restore needs no way in.
        for suffix in ["backup", "restore"] {
            let name = format!("{}-{suffix}", app.name);
            if items.iter().any(|item| item.name() == name)
                && let Ok(name) = name.parse()
            {
                network.from.push(name);
            }
        }
    }
    items
}

/// The variables of the server that its clients log in with.
const LOGIN: [&str; 17] = [
    "POSTGRES_PASSWORD",
    "POSTGRES_USER",
    "POSTGRES_DB",
    "MYSQL_ROOT_PASSWORD",
    "MYSQL_USER",
    "MYSQL_PASSWORD",
    "MYSQL_DATABASE",
    "MARIADB_ROOT_PASSWORD",
    "MARIADB_USER",
    "MARIADB_PASSWORD",
    "MARIADB_DATABASE",
    "MONGO_INITDB_ROOT_USERNAME",
    "MONGO_INITDB_ROOT_PASSWORD",
    "REDISCLI_AUTH",
    "ETCDCTL_API",
    "ETCDCTL_USER",
    "ETCDCTL_PASSWORD",
];

struct Maker<'a> {
    stack: &'a Stack,
    app: &'a App,
    facts: &'a Facts,
    backup: &'a Backup,
    tools: &'a Tools,
}

impl Maker<'_> {
    fn cron_job(&self, suffix: &str, schedule: &CronSchedule, run: Run) -> Option<Item> {
        Some(Item::CronJob(Box::new(CronJob {
            // Too long a name is an error that the rules report.
            name: format!("{}-{suffix}", self.app.name).parse().ok()?,
            meta: Meta::default(),
            schedule: schedule.clone(),
            time_zone: self.backup.time_zone.clone(),
            concurrency: Some(Concurrency::Forbid),
            start_deadline: Some(Duration::__checked(3600)),
            suspend: false,
            keep_succeeded: Some(3),
            keep_failed: Some(3),
            run,
        })))
    }

    /// A CronJob that is suspended: the template of Jobs that somebody makes. A suspended Job would be in the way, because nothing
    /// in it can be changed: the next version of the image could not be applied.
    fn by_hand(&self, suffix: &str, run: Run) -> Option<Item> {
        // Who starts it sees its end: no deadline leaves half a restore behind.
        let run = Run { retries: Some(0), deadline: None, ..run };
        let mut item = self.cron_job(suffix, &NEVER_BY_ITSELF.parse().ok()?, run)?;
        if let Item::CronJob(job) = &mut item {
            let name = &job.name;
            job.meta.doc = format!("Starts by hand only: kubectl create job {name}-1 --from=cronjob/{name}");
            (job.suspend, job.time_zone, job.start_deadline) = (true, None, None);
        }
        Some(item)
    }

    fn dump(&self) -> Run {
        let init = self.tools.dump.iter().map(|step| self.server(step)).collect();
        let mut main = self.client("upload", include_str!("backup/upload.sh"));
        main.env.push(text("KEEP_SECONDS", &self.backup.keep.seconds().to_string()));
        // The newest is never deleted, whatever is asked for.
        main.env.push(text("KEEP_AT_LEAST", &self.backup.keep_at_least.unwrap_or(3).max(1).to_string()));
        self.run(init, main, 1)
    }

    fn restore(&self) -> Vec<Option<Item>> {
        match &self.tools.restore {
            Restore::Served(step) => {
                let mut main = self.server(step);
                main.env.push(text("FORCE", ""));
                self.like_the_app(&mut main);
                vec![self.by_hand("restore", self.run(vec![self.fetch(FETCH)], main, 1))]
            }
            Restore::Stopped(members) => members.iter().map(|member| self.restore_member(member)).collect(),
        }
    }

    /// Restores into a member's volume, which is free while the member is stopped.
    fn restore_member(&self, member: &Member) -> Option<Item> {
        let volume =
            self.app.storage.iter().find(|volume| {
                volume.mount.as_ref().is_some_and(|mount| member.data.starts_with(&format!("{mount}/")))
            })?;
        let mount = Mount {
            volume: volume.name.clone(),
            path: volume.mount.clone()?,
            sub_path: volume.sub_path.clone(),
            read_only: false,
        };
        let claim = format!("{}-{}-{}", volume.name, self.app.name, member.ordinal);
        let mut fetch = self.fetch(&[FETCH, include_str!("backup/etcd-restore.sh")].concat());
        fetch.env.push(text("MEMBERS", &peers::hosts(self.stack, self.app).join(" ")));
        fetch.env.push(text("DATA", &member.data));
        fetch.env.push(text("FORCE", ""));
        let mut run = self.run(vec![fetch], self.server(&member.step), 1);
        for container in run.init.iter_mut().chain([&mut run.main]) {
            container.mounts.push(mount.clone());
        }
        run.claims = vec![ClaimVolume { name: volume.name.clone(), claim: claim.parse().ok()? }];
        self.by_hand(&format!("restore-{}", member.ordinal), run)
    }

    fn test(&self) -> Run {
        let mut steps: Vec<Container> = self.tools.test.iter().map(|step| self.server(step)).collect();
        for container in &mut steps {
            // Its server is in the pod.
            container.env.retain(|env| !matches!(env.name.as_str(), "PGHOST" | "DATABASE_HOST" | "POD_IP"));
            self.like_the_app(container);
        }
        let main = steps.pop().unwrap_or_else(|| container("restore"));
        // The dump, what it unpacks to, and the server's own files.
        self.run([self.fetch(FETCH)].into_iter().chain(steps).collect(), main, 3)
    }

    fn fetch(&self, script: &str) -> Container {
        let mut fetch = self.client("fetch", script);
        fetch.env.push(text("BACKUP", "latest"));
        fetch
    }

    /// A server that holds its data in memory needs what the app's has.
    fn like_the_app(&self, container: &mut Container) {
        if self.tools.in_memory && !self.app.main.resources.is_empty() {
            container.resources.clone_from(&self.app.main.resources);
        }
    }

    /// A container of the server's image.
    fn server(&self, step: &Step) -> Container {
        let mut container = container(step.name);
        container.image.clone_from(&self.app.main.image);
        container.pull = self.app.main.pull;
        container.command.clone_from(&step.command);
        container.env_from.clone_from(&self.app.main.env_from);
        let own = self.app.main.env.iter().filter(|env| LOGIN.contains(&env.name.as_str()));
        container.env = own.cloned().collect();
        let host = peers::host(self.stack, self.app, self.app.first_ordinal());
        match self.facts.kind {
            EngineKind::Postgres => container.env.push(text("PGHOST", &host)),
            EngineKind::Redis => {
                container.env.push(text("DATABASE_HOST", &host));
                if let Ok(field) = "status.podIP".parse() {
                    let value = EnvValue::Field(field);
                    container.env.push(EnvVar { name: EnvName::__checked("POD_IP"), value });
                }
            }
            EngineKind::Mongodb => {
                let set = self.app.engine.as_ref().is_some_and(|engine| engine.replication.is_some());
                let hosts = peers::hosts(self.stack, self.app).join(",");
                let name = if set { format!("{}/{hosts}", self.app.name) } else { host };
                container.env.push(text("DATABASE_HOST", &name));
                if set {
                    container.env.push(text("OPLOG", "yes"));
                }
            }
            EngineKind::Etcd => {}
            _ => container.env.push(text("DATABASE_HOST", &host)),
        }
        container.resources = resources("100m", "2", "256Mi", "1Gi");
        container
    }

    /// A container of the S3 client's image.
    fn client(&self, name: &str, script: &str) -> Container {
        let backup = self.backup;
        let mut container = container(name);
        container.image = CLIENT.parse::<Image>().ok();
        container.command = ["sh", "-c", script].map(str::to_owned).into();
        container.resources = resources("50m", "1", "64Mi", "512Mi");
        let directory = self.stack.name.as_ref().or(self.stack.namespace.as_ref());
        let directory = directory.map_or("default", |name| name.as_str());
        let target = format!("{}/{directory}/{}", backup.bucket.trim_matches('/'), self.app.name);
        let mut env = vec![
            text("APP", self.app.name.as_str()),
            text("EXTENSION", self.tools.extension),
            text("TARGET", &target),
            text("HOME", "/tmp"),
            text("RCLONE_CONFIG", "/tmp/rclone.conf"),
            // Trying again is the Job's task.
            text("RCLONE_RETRIES", "1"),
            text("RCLONE_LOW_LEVEL_RETRIES", "3"),
            text("RCLONE_CONFIG_REMOTE_TYPE", "s3"),
            // The bucket exists: rights to make buckets are not needed.
            text("RCLONE_CONFIG_REMOTE_NO_CHECK_BUCKET", "true"),
        ];
        match &backup.endpoint {
            Some(endpoint) => {
                env.push(text("RCLONE_CONFIG_REMOTE_PROVIDER", "Other"));
                env.push(text("RCLONE_CONFIG_REMOTE_ENDPOINT", endpoint));
            }
            None => env.push(text("RCLONE_CONFIG_REMOTE_PROVIDER", "AWS")),
        }
        if let Some(region) = &backup.region {
            env.push(text("RCLONE_CONFIG_REMOTE_REGION", region));
        }
        match &backup.credentials {
            Some(secret) => {
                for (name, key) in [
                    ("RCLONE_CONFIG_REMOTE_ACCESS_KEY_ID", "access_key"),
                    ("RCLONE_CONFIG_REMOTE_SECRET_ACCESS_KEY", "secret_key"),
                ] {
                    let key = KeyRef { name: secret.clone(), key: DataKey::__checked(key), optional: false };
                    env.push(EnvVar { name: EnvName::__checked(name), value: EnvValue::SecretKey(key) });
                }
            }
            // The ServiceAccount brings the rights.
            None => env.push(text("RCLONE_CONFIG_REMOTE_ENV_AUTH", "true")),
        }
        container.env = env;
        container
    }

    /// The pods of a Job, with `share` times the space of one dump.
    fn run(&self, mut init: Vec<Container>, main: Container, share: u64) -> Run {
        for container in &mut init {
            container.mounts = [("backup", "/backup"), ("tmp", "/tmp")]
                .map(|(volume, path)| Mount {
                    volume: Label::__checked(volume),
                    path: MountPath::__checked(path),
                    sub_path: None,
                    read_only: false,
                })
                .into();
        }
        let space = self.backup.scratch.as_ref().or(self.app.storage.first().map(|volume| &volume.size));
        let space = space.and_then(|size| memory::quantity(size.bytes().saturating_mul(share)).parse().ok());
        let scratch = |name, path, size| Scratch {
            name: Label::__checked(name),
            mount: Some(MountPath::__checked(path)),
            size,
            memory: false,
        };
        let security = PodSecurity {
            user: self.app.security.user,
            group: self.app.security.group,
            fs_group: self.app.security.fs_group,
            main: ContainerSecurity { read_only_root: Some(true), ..ContainerSecurity::default() },
            ..PodSecurity::default()
        };
        Run {
            main,
            init,
            files: Vec::new(),
            claims: Vec::new(),
            scratch: vec![scratch("backup", "/backup", space), scratch("tmp", "/tmp", "64Mi".parse().ok())],
            restart_on_failure: false,
            retries: Some(1),
            deadline: Some(self.backup.deadline.unwrap_or(Duration::__checked(6 * 3600))),
            completions: None,
            parallelism: None,
            delete_after: None,
            suspend: false,
            pull_secrets: self.app.pull_secrets.clone(),
            // Without credentials the app's ServiceAccount has the rights.
            service_account: self.app.service_account.clone().filter(|_| self.backup.credentials.is_none()),
            service_account_token: None,
            security,
            node_selector: self.app.node_selector.clone(),
            tolerations: self.app.tolerations.clone(),
        }
    }
}

fn container(name: &str) -> Container {
    let mut container = Container::new(name.parse().unwrap_or_else(|_| Label::__checked("backup")));
    container.security.read_only_root = Some(true);
    container
}

fn text(name: &'static str, value: &str) -> EnvVar {
    EnvVar { name: EnvName::__checked(name), value: value.into() }
}

fn resources(cpu: &str, cpu_limit: &str, memory: &str, memory_limit: &str) -> Vec<Resource> {
    let resource = |name: &str, request: &str, limit: &str| {
        let amount = |text: &str| text.parse::<ResourceAmount>().ok();
        Some(Resource { name: name.parse::<ResourceName>().ok()?, request: amount(request), limit: amount(limit) })
    };
    [resource("cpu", cpu, cpu_limit), resource("memory", memory, memory_limit)].into_iter().flatten().collect()
}
