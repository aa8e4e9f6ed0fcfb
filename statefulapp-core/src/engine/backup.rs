//! Scheduled dumps to S3-compatible storage, and what restores them.
//!
//! A container of the app's own image dumps and verifies; one of rclone's uploads under a temporary name, reads it back, renames,
//! and only then deletes what is too old. Any step that fails makes the Job fail. See `docs/backup.md`.

use super::{BackupMethod, Facts, memory, peers};
use crate::model::{
    App, Backup, Concurrency, Container, ContainerSecurity, CronJob, EngineKind, EnvValue, EnvVar, Item, Job, KeyRef,
    Meta, Mount, PodSecurity, Resource, Run, Scratch, Stack,
};
use crate::value::{CronSchedule, DataKey, Duration, EnvName, Image, Label, MountPath, ResourceAmount, ResourceName};

/// The S3 client: <https://hub.docker.com/r/rclone/rclone>.
const CLIENT: &str = "rclone/rclone:1.71.0";

/// The Jobs of an app's `backup`; the app lets them in. Nothing for an engine without a sound dump.
pub(super) fn complete(stack: &Stack, app: &mut App, facts: &Facts) -> Vec<Item> {
    let (Some(backup), BackupMethod::Dump(_)) = (app.backup.clone(), facts.backup) else { return Vec::new() };
    let Some(tools) = tools(app, facts) else { return Vec::new() };
    let maker = Maker { stack, app, facts, backup: &backup };
    let mut items = vec![maker.cron_job("backup", &backup.schedule, maker.dump(&tools))];
    if let Some(restore) = tools.restore {
        items.push(maker.job("restore", maker.restore(restore, &tools.arguments)));
    }
    if let (Some(schedule), Some(verify)) = (&backup.restore_test, tools.verify) {
        items.push(maker.cron_job("verify", schedule, maker.verify(verify)));
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

/// What an engine dumps and restores with.
struct Tools {
    /// The end of the file's name.
    extension: &'static str,
    /// The containers' commands, one after the other.
    dump: Vec<(&'static str, Vec<String>)>,
    restore: Option<&'static str>,
    /// A script that restores into a server of its own.
    verify: Option<String>,
    /// Arguments of the scripts.
    arguments: Vec<&'static str>,
}

fn bash(script: &str, arguments: &[&str]) -> Vec<String> {
    let words = ["bash", "-c", script, "backup"].into_iter().chain(arguments.iter().copied());
    words.map(str::to_owned).collect()
}

fn tools(app: &App, facts: &Facts) -> Option<Tools> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let sql = |family: &'static str| Tools {
        extension: "sql.gz",
        dump: vec![("dump", bash(include_str!("backup/mariadb-dump.sh"), &[family]))],
        restore: Some(include_str!("backup/mariadb-restore.sh")),
        verify: None,
        arguments: vec![family],
    };
    Some(match facts.kind {
        EngineKind::Postgres => Tools {
            extension: "tar",
            dump: vec![("dump", bash(include_str!("backup/postgres-dump.sh"), &[]))],
            restore: Some(include_str!("backup/postgres-restore.sh")),
            verify: Some(
                [include_str!("backup/postgres-verify.sh"), include_str!("backup/postgres-restore.sh")].concat(),
            ),
            arguments: Vec::new(),
        },
        EngineKind::Mysql => sql("mysql"),
        EngineKind::Mariadb => sql("mariadb"),
        EngineKind::Mongodb => Tools {
            extension: "archive.gz",
            dump: vec![("dump", bash(include_str!("backup/mongodb-dump.sh"), &[]))],
            restore: Some(include_str!("backup/mongodb-restore.sh")),
            verify: None,
            arguments: Vec::new(),
        },
        EngineKind::Redis => Tools {
            extension: "rdb",
            dump: vec![("dump", words(&["sh", "-c", include_str!("backup/redis-dump.sh")]))],
            restore: Some(include_str!("backup/redis-restore.sh")),
            verify: None,
            arguments: Vec::new(),
        },
        // The image has no shell. A snapshot is restored into stopped members, which no Job can do.
        EngineKind::Etcd => Tools {
            extension: "db",
            dump: vec![
                (
                    "dump",
                    words(&[
                        "etcdctl",
                        &format!("--endpoints=http://{}:2379", app.service_name()),
                        "--command-timeout=30m",
                        "snapshot",
                        "save",
                        "/backup/dump",
                    ]),
                ),
                ("check", words(&["etcdutl", "snapshot", "status", "/backup/dump"])),
            ],
            restore: None,
            verify: None,
            arguments: Vec::new(),
        },
        _ => return None,
    })
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

    fn job(&self, suffix: &str, run: Run) -> Option<Item> {
        let name = format!("{}-{suffix}", self.app.name).parse().ok()?;
        let run = Run { suspend: true, retries: Some(0), ..run };
        Some(Item::Job(Box::new(Job { name, meta: Meta::default(), run })))
    }

    fn dump(&self, tools: &Tools) -> Run {
        let init = tools.dump.iter().map(|(name, command)| self.server(name, command.clone())).collect();
        let mut main = self.client("upload", include_str!("backup/upload.sh"), tools.extension);
        main.env.push(text("KEEP_SECONDS", &self.backup.keep.seconds().to_string()));
        // The newest is never deleted, whatever is asked for.
        main.env.push(text("KEEP_AT_LEAST", &self.backup.keep_at_least.unwrap_or(3).max(1).to_string()));
        self.run(init, main)
    }

    fn restore(&self, script: &str, arguments: &[&str]) -> Run {
        let extension = tools(self.app, self.facts).map_or("", |tools| tools.extension);
        let mut fetch = self.client("fetch", include_str!("backup/fetch.sh"), extension);
        fetch.env.push(text("BACKUP", "latest"));
        let shell = if self.facts.kind == EngineKind::Redis {
            ["sh", "-c", script, "restore"].map(str::to_owned).into()
        } else {
            bash(script, arguments)
        };
        let mut main = self.server("restore", shell);
        main.env.push(text("FORCE", ""));
        self.run(vec![fetch], main)
    }

    fn verify(&self, script: String) -> Run {
        let extension = tools(self.app, self.facts).map_or("", |tools| tools.extension);
        let fetch = self.client("fetch", include_str!("backup/fetch.sh"), extension);
        let mut main = self.server("restore", bash(&script, &[]));
        // Its server is in the pod.
        main.env.retain(|env| env.name.as_str() != "PGHOST");
        self.run(vec![fetch], main)
    }

    /// A container of the server's image.
    fn server(&self, name: &str, command: Vec<String>) -> Container {
        let mut container = container(name);
        container.image.clone_from(&self.app.main.image);
        container.pull = self.app.main.pull;
        container.command = command;
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
    fn client(&self, name: &str, script: &str, extension: &str) -> Container {
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
            text("EXTENSION", extension),
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

    fn run(&self, mut init: Vec<Container>, main: Container) -> Run {
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
        let space = space.and_then(|size| memory::quantity(size.bytes()).parse().ok());
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
