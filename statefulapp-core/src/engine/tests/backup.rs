//! The Jobs of a `backup`.

use super::*;

fn declared(kind: EngineKind, edit: impl FnOnce(&mut App)) -> Vec<Item> {
    let mut app = app(kind, |app, engine| {
        app.storage.push(volume("data", None));
        engine.password = Some(key("secret", "password"));
        app.backup = Some(Backup {
            schedule: "0 2 * * *".parse().unwrap(),
            time_zone: None,
            keep: "30d".parse().unwrap(),
            keep_at_least: None,
            bucket: "backups/databases/".to_owned(),
            endpoint: None,
            region: None,
            credentials: "s3".parse().ok(),
            scratch: None,
            deadline: None,
            restore_test: "0 4 * * 0".parse().ok(),
        });
    });
    edit(&mut app);
    complete(&stack([item(app)])).items
}

fn cron_job<'a>(items: &'a [Item], name: &str) -> Option<&'a CronJob> {
    items.iter().find_map(|item| match item {
        Item::CronJob(job) if job.name.as_str() == name => Some(&**job),
        _ => None,
    })
}

fn variable<'a>(container: &'a Container, name: &str) -> &'a str {
    match container.env(name) {
        Some(EnvValue::Text(text)) => text,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_backup_dumps_before_it_uploads_and_never_runs_twice() {
    let items = declared(EngineKind::Postgres, |_| {});
    let job = cron_job(&items, "postgres-backup").unwrap();
    assert_eq!(job.concurrency, Some(Concurrency::Forbid));
    assert_eq!(job.run.deadline.map(|deadline| deadline.seconds()), Some(6 * 3600));
    assert!(!job.run.restart_on_failure);
    let dump = &job.run.init[0];
    assert!(dump.command[2].contains("set -euo pipefail"));
    assert!(matches!(dump.env("POSTGRES_PASSWORD"), Some(EnvValue::SecretKey(_))));
    let upload = &job.run.main;
    assert_eq!(variable(upload, "TARGET"), "backups/databases/shop/postgres");
    assert_eq!((variable(upload, "KEEP_SECONDS"), variable(upload, "KEEP_AT_LEAST")), ("2592000", "3"));
    assert!(upload.env("POSTGRES_PASSWORD").is_none(), "the client needs no password of the database");
    assert_eq!((job.run.security.user, job.run.security.fs_group), (Some(999), Some(999)));
    assert_eq!(job.run.scratch[0].size.as_ref().unwrap().as_str(), "10Gi");
}

#[test]
fn a_restore_waits_until_somebody_starts_it() {
    for (kind, name) in [(EngineKind::Postgres, "postgres"), (EngineKind::Mysql, "mysql"), (EngineKind::Redis, "redis")]
    {
        let items = declared(kind, |_| {});
        let restore = cron_job(&items, &format!("{name}-restore")).unwrap();
        assert!(restore.suspend && !restore.run.suspend, "a Job made of it starts at once");
        assert_eq!((restore.run.retries, restore.run.deadline.as_ref()), (Some(0), None));
        assert_eq!(variable(&restore.run.init[0], "BACKUP"), "latest");
        assert_eq!(variable(&restore.run.main, "FORCE"), "");
    }
}

#[test]
fn every_engine_with_a_dump_tries_its_restore_in_a_server_of_its_own() {
    for facts in
        crate::engine::all().iter().filter(|facts| matches!(facts.backup, crate::engine::BackupMethod::Dump(_)))
    {
        let items = declared(facts.kind, |_| {});
        let job = cron_job(&items, &format!("{}-verify", facts.name)).unwrap();
        for container in job.run.init.iter().chain([&job.run.main]) {
            assert!(container.env("DATABASE_HOST").is_none() && container.env("PGHOST").is_none(), "{}", facts.name);
        }
        assert_eq!(job.run.scratch[0].size.as_ref().unwrap().as_str(), "30Gi");
    }
}

#[test]
fn each_member_of_etcd_is_restored_into_its_own_volume() {
    let items = declared(EngineKind::Etcd, |app| app.replicas = Some(3));
    assert!(cron_job(&items, "etcd-restore").is_none());
    for ordinal in 0..3 {
        let run = &cron_job(&items, &format!("etcd-restore-{ordinal}")).unwrap().run;
        assert_eq!(run.claims[0].claim.as_str(), format!("data-etcd-{ordinal}"));
        assert!(run.main.command.contains(&format!("--name=etcd-{ordinal}")));
        assert!(run.main.command.contains(&"--data-dir=/var/lib/etcd/member-data".to_owned()));
        assert!(run.main.command.iter().any(|word| word.matches("=http://etcd-").count() == 3));
        assert_eq!(variable(&run.init[0], "DATA"), "/var/lib/etcd/member-data");
        for container in run.init.iter().chain([&run.main]) {
            assert!(container.mounts.iter().any(|mount| mount.path.as_str() == "/var/lib/etcd"));
        }
    }
}

#[test]
fn a_restore_of_what_lives_in_memory_has_the_apps_memory() {
    let resource =
        || Resource { name: "memory".parse().unwrap(), request: "8Gi".parse().ok(), limit: "8Gi".parse().ok() };
    let items = declared(EngineKind::Redis, |app| app.main.resources = vec![resource()]);
    for name in ["redis-restore", "redis-verify"] {
        assert_eq!(cron_job(&items, name).unwrap().run.main.resources, [resource()]);
    }
    assert_ne!(cron_job(&items, "redis-backup").unwrap().run.init[0].resources, [resource()]);
}

#[test]
fn an_image_without_a_shell_gets_none() {
    let items = declared(EngineKind::Etcd, |_| {});
    let job = cron_job(&items, "etcd-backup").unwrap();
    let programs: Vec<_> = job.run.init.iter().map(|container| container.command[0].as_str()).collect();
    assert_eq!(programs, ["etcdctl", "etcdctl", "etcdutl"]);
}

#[test]
fn an_engine_without_a_sound_dump_has_no_jobs() {
    let items = declared(EngineKind::Kafka, |_| {});
    assert!(!items.iter().any(|item| matches!(item, Item::CronJob(_) | Item::Job(_))));
}

#[test]
fn an_app_that_is_closed_lets_its_own_jobs_in() {
    let items = declared(EngineKind::Redis, |app| app.network = Some(NetworkAccess::default()));
    let Some(Item::App(app)) = items.first() else { panic!() };
    let from: Vec<_> = app.network.as_ref().unwrap().from.iter().map(|name| name.as_str()).collect();
    assert_eq!(from, ["redis-backup", "redis-restore"]);
}
