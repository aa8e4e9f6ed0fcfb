//! Backups: what the generated Jobs upload is what they restore, and whatever goes wrong is a failed Job that changes nothing.

use super::{PASSWORD, ROOT_PASSWORD, Scenario, seconds};
use crate::cluster::Cluster;
use crate::spec::PodSpec;
use anyhow::{Context, Result, ensure};

pub(super) const POSTGRES: Scenario = Scenario {
    name: "generated/postgres-backup",
    fixtures: &["generated/postgres-backup", "s3"],
    limit: seconds(600),
    run: |cluster| {
        served(
            cluster,
            &Engine {
                app: "postgres",
                extension: "tar",
                password: "POSTGRES_PASSWORD",
                fill: fill_postgres,
                read: read_postgres,
                spoil: spoil_postgres,
            },
        )
    },
};

pub(super) const MARIADB: Scenario = Scenario {
    name: "generated/mariadb-backup",
    fixtures: &["generated/mariadb-backup", "s3"],
    limit: seconds(600),
    run: |cluster| {
        served(
            cluster,
            &Engine {
                app: "mariadb",
                extension: "sql.gz",
                password: "MARIADB_ROOT_PASSWORD",
                fill: |cluster| fill_sql(cluster, &MARIADB_CLIENT),
                read: |cluster| read_sql(cluster, &MARIADB_CLIENT),
                spoil: |cluster| spoil_sql(cluster, &MARIADB_CLIENT),
            },
        )
    },
};

pub(super) const MYSQL: Scenario = Scenario {
    name: "generated/mysql-backup",
    fixtures: &["generated/mysql-backup", "s3"],
    limit: seconds(600),
    run: |cluster| {
        served(
            cluster,
            &Engine {
                app: "mysql",
                extension: "sql.gz",
                password: "MYSQL_ROOT_PASSWORD",
                fill: |cluster| fill_sql(cluster, &MYSQL_CLIENT),
                read: |cluster| read_sql(cluster, &MYSQL_CLIENT),
                spoil: |cluster| spoil_sql(cluster, &MYSQL_CLIENT),
            },
        )
    },
};

pub(super) const REDIS: Scenario = Scenario {
    name: "generated/redis-backup",
    fixtures: &["generated/redis-backup", "s3"],
    limit: seconds(600),
    run: |cluster| {
        served(
            cluster,
            &Engine {
                app: "redis",
                extension: "rdb",
                password: "REDISCLI_AUTH",
                fill: fill_redis,
                read: read_redis,
                spoil: spoil_redis,
            },
        )
    },
};

pub(super) const ETCD: Scenario = Scenario {
    name: "generated/etcd-backup",
    fixtures: &["generated/etcd-backup", "s3"],
    limit: seconds(600),
    run: etcd,
};

/// A server that is restored while it runs.
struct Engine {
    app: &'static str,
    extension: &'static str,
    /// The variable with the password of who dumps.
    password: &'static str,
    fill: fn(&Cluster) -> Result<()>,
    /// A sum over everything that `fill` wrote.
    read: fn(&Cluster) -> Result<String>,
    /// Changes and removes some of it.
    spoil: fn(&Cluster) -> Result<()>,
}

fn served(cluster: &Cluster, engine: &Engine) -> Result<()> {
    let app = engine.app;
    let bucket = Bucket::start(cluster, app, engine.extension)?;
    cluster.apply_fixture(&format!("generated/{app}-backup"))?;
    cluster.wait_ready(app, seconds(120))?;
    let (backup, restore) = (format!("{app}-backup"), format!("{app}-restore"));
    let refused = run(cluster, &restore, false, |_| {})?;
    ensure!(refused.contains("there is no backup"), "a restore of nothing: {refused}");

    (engine.fill)(cluster)?;
    let before = (engine.read)(cluster)?;
    run(cluster, &backup, true, |_| {})?;
    let first = bucket.names()?;
    ensure!(first.len() == 1, "{first:?}");
    run(cluster, &format!("{app}-verify"), true, |_| {})?;

    // Nothing that fails leaves something under a backup's name.
    let fails = |what: &str, change: &dyn Fn(&mut PodSpec)| {
        run(cluster, &backup, false, change).with_context(|| what.to_owned())?;
        ensure!(bucket.names()? == first, "{what} changed the bucket: {:?}", bucket.names()?);
        Ok(())
    };
    fails("a wrong password", &|spec| spec.set_env(engine.password, "wrong"))?;
    fails("a full disk", &small_disk)?;
    if engine.app == "mariadb" {
        // The client is the same for all.
        fails("storage that is away", &|spec| spec.set_env("RCLONE_CONFIG_REMOTE_ENDPOINT", "http://127.0.0.1:9"))?;
        fails("a bucket that is not there", &|spec| spec.set_env("TARGET", "nowhere/shop"))?;
    }
    interrupted(cluster, &backup)?;
    ensure!(bucket.names()? == first, "half an upload has a name: {:?}", bucket.names()?);

    // A server with data is not overwritten, unless that is what is wanted.
    let refused = run(cluster, &restore, false, |spec| spec.set_env("FORCE", "no"))?;
    ensure!(refused.contains("REFUSED"), "a restore over data: {refused}");
    ensure!((engine.read)(cluster)? == before, "a refused restore changed the data");
    (engine.spoil)(cluster)?;
    ensure!((engine.read)(cluster).map_or(true, |found| found != before), "nothing is spoilt");
    run(cluster, &restore, true, |spec| spec.set_env("FORCE", "yes"))?;
    ensure!((engine.read)(cluster)? == before, "FORCE did not bring back what was");

    // Old backups go after a good one only, and the newest three stay.
    bucket.copies(&first[0], &["20200101T000000Z", "20200102T000000Z", "20200103T000000Z", "20200104T000000Z"])?;
    let crowded = bucket.names()?;
    cluster.scale(app, 0)?;
    let gone = || Ok(!cluster.pod_names().contains(&format!("{app}-0")));
    cluster.wait(seconds(150), "the server is gone", gone)?;
    run(cluster, &backup, false, |_| {})?;
    ensure!(bucket.names()? == crowded, "a backup of a server that is away changed the bucket");

    // Wiped and restored: the same.
    cluster.delete_claim(&format!("data-{app}-0"));
    cluster.scale(app, 1)?;
    cluster.wait_ready(app, seconds(120))?;
    ensure!((engine.read)(cluster).map_or(true, |found| found != before), "the data survived its volume");
    run(cluster, &restore, false, |spec| spec.set_env("BACKUP", "nonsense"))?;
    run(cluster, &restore, true, |spec| spec.set_env("BACKUP", &first[0]))?;
    ensure!((engine.read)(cluster)? == before, "other rows than before");
    cluster.kill_all(app)?;
    cluster.wait_ready(app, seconds(120))?;
    ensure!((engine.read)(cluster)? == before, "what was restored was not kept");
    run(cluster, &backup, true, |_| {})?;
    let (kept, stranger) = (bucket.names()?, bucket.rclone(&["lsf", &format!("{}/notes.txt", bucket.path)])?);
    let stamp =
        |name: &String| name.starts_with(&format!("{app}-20200104")) || !name.starts_with(&format!("{app}-2020"));
    ensure!(kept.len() == 3 && kept.iter().all(stamp), "kept {kept:?}");
    ensure!(stranger == "notes.txt", "a stranger's file is gone");
    Ok(())
}

/// Runs a CronJob's Job now, and demands that it ends well or badly; gives what it said.
fn run(cluster: &Cluster, cron_job: &str, good: bool, change: impl FnOnce(&mut PodSpec)) -> Result<String> {
    let job = cluster.create_job(cron_job, change)?;
    let done = cluster.wait_job(&job, seconds(150))?;
    let log = cluster.job_logs(&job);
    ensure!(done == good, "{cron_job} ended {}: {log}", if done { "well" } else { "badly" });
    Ok(log)
}

/// The scratch volume has no room for any dump.
fn small_disk(spec: &mut PodSpec) {
    for volume in spec.volumes.iter_mut().filter(|volume| volume.name == "backup") {
        if let Some(empty) = &mut volume.empty_dir {
            empty.medium = Some("Memory".to_owned());
            empty.size_limit = Some("16Ki".into());
        }
    }
}

/// The machine fails in the middle of an upload that would take minutes.
fn interrupted(cluster: &Cluster, backup: &str) -> Result<()> {
    let job = cluster.create_job(backup, |spec| spec.set_env("RCLONE_BWLIMIT", "1k"))?;
    let pod = || cluster.pod_names().into_iter().find(|pod| pod.starts_with(&format!("{job}-")));
    cluster.wait(seconds(60), "the upload has begun", || {
        let pod = pod().context("no pod")?;
        cluster.ask(&pod, &["pgrep", "-f", "rclone copyto"]).map(|_| true)
    })?;
    cluster.kill_pod(&pod().context("the pod is gone")?)?;
    cluster.delete_job(&job)?;
    cluster.wait(seconds(60), "the Job's pods are gone", || Ok(pod().is_none()))
}

/// The bucket, and an app's backups in it.
struct Bucket<'a> {
    cluster: &'a Cluster,
    app: &'static str,
    extension: &'static str,
    path: String,
}

impl<'a> Bucket<'a> {
    /// Starts the storage, makes the bucket and puts a file of somebody else beside the backups.
    fn start(cluster: &'a Cluster, app: &'static str, extension: &'static str) -> Result<Self> {
        cluster.apply_fixture("s3")?;
        let bucket = Self { cluster, app, extension, path: format!("remote:backups/databases/shop/{app}") };
        cluster.wait(seconds(90), "the storage takes a bucket", || {
            bucket.rclone(&["mkdir", "remote:backups"]).map(|_| true)
        })?;
        bucket.rclone(&["copyto", "/etc/hostname", &format!("{}/notes.txt", bucket.path)])?;
        Ok(bucket)
    }

    fn rclone(&self, arguments: &[&str]) -> Result<String> {
        self.cluster.ask("s3-client", &[&["rclone"], arguments].concat())
    }

    /// The files that a restore would take for backups.
    fn names(&self) -> Result<Vec<String>> {
        let listed = self.rclone(&["lsf", "--files-only", &self.path])?;
        let mut names: Vec<String> = listed.lines().filter(|name| *name != "notes.txt").map(str::to_owned).collect();
        names.sort();
        let like_one = |name: &String| name.starts_with(self.app) && name.ends_with(&format!(".{}", self.extension));
        ensure!(names.iter().all(like_one), "{names:?}");
        Ok(names)
    }

    /// Copies of a backup, as if they had been made at these times.
    fn copies(&self, backup: &str, stamps: &[&str]) -> Result<()> {
        for stamp in stamps {
            let copy = format!("{}/{}-{stamp}.{}", self.path, self.app, self.extension);
            self.rclone(&["copyto", &format!("{}/{backup}", self.path), &copy])?;
        }
        Ok(())
    }
}

fn postgres(cluster: &Cluster, database: &str, sql: &str) -> Result<String> {
    let password = format!("PGPASSWORD={PASSWORD}");
    let url = format!("host=postgres-0.postgres user=app_user dbname={database} connect_timeout=5");
    cluster.ask("postgres-0", &["env", &password, "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", &url, "-c", sql])
}

/// Another database with an odd name, an owner, settings and another encoding; large objects; an extension's table.
fn fill_postgres(cluster: &Cluster) -> Result<()> {
    postgres(cluster, "myapp", "CREATE TABLE t AS SELECT n, md5(n::text) AS sum FROM generate_series(1, 20000) AS n")?;
    postgres(cluster, "myapp", "SELECT lo_from_bytea(4711, decode(repeat('00ff', 5000), 'hex'))")?;
    postgres(cluster, "myapp", "CREATE EXTENSION pg_trgm")?;
    postgres(cluster, "postgres", "CREATE ROLE somebody")?;
    postgres(
        cluster,
        "postgres",
        "CREATE DATABASE \"it's another=one\" OWNER somebody ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
    )?;
    postgres(cluster, "postgres", "ALTER DATABASE \"it's another=one\" SET work_mem = '5MB'")?;
    postgres(cluster, "postgres", "ALTER DATABASE myapp SET work_mem = '6MB'")?;
    Ok(())
}

fn read_postgres(cluster: &Cluster) -> Result<String> {
    let rows = "SELECT count(*), md5(string_agg(n || sum, ',' ORDER BY n)), (SELECT md5(lo_get(4711))),
        similarity('word', 'words'), current_setting('work_mem') FROM t";
    let other = "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), setconfig FROM pg_database d
        JOIN pg_db_role_setting s ON s.setdatabase = d.oid WHERE datname = 'it''s another=one'";
    Ok(postgres(cluster, "myapp", rows)? + &postgres(cluster, "postgres", other)?)
}

fn spoil_postgres(cluster: &Cluster) -> Result<()> {
    postgres(cluster, "myapp", "DELETE FROM t WHERE n % 3 = 0; UPDATE t SET sum = 'x' WHERE n = 1").map(drop)
}

/// How root asks MySQL or MariaDB.
struct Client {
    program: &'static str,
    pod: &'static str,
    host: &'static str,
    password: &'static str,
}

const MARIADB_CLIENT: Client =
    Client { program: "mariadb", pod: "mariadb-0", host: "mariadb-0.mariadb", password: ROOT_PASSWORD };
// MySQL's image writes the password into a statement as it is, so this one has nothing that needs a backslash.
const MYSQL_CLIENT: Client =
    Client { program: "mysql", pod: "mysql-0", host: "mysql-0.mysql", password: "abcdefghijklmnopqrstuvwxyz" };

fn sql(cluster: &Cluster, client: &Client, sql: &str) -> Result<String> {
    let password = format!("MYSQL_PWD={}", client.password);
    let login = ["env", &password, client.program, "-h", client.host, "-u", "root"];
    cluster.ask(client.pod, &[&login[..], &["-N", "-B", "--connect-timeout=5", "-e", sql]].concat())
}

/// Another database with an odd name; a value larger as text than the packets of MariaDB's server; a view, a routine, a trigger, an event.
fn fill_sql(cluster: &Cluster, client: &Client) -> Result<()> {
    for statement in [
        "CREATE TABLE wordpress.d (n INT PRIMARY KEY)",
        "INSERT INTO wordpress.d VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)",
        "CREATE TABLE wordpress.t (n INT PRIMARY KEY, b LONGBLOB)",
        "USE wordpress; INSERT INTO t SELECT n, CONCAT(CHAR(0, 10, 13, 92, 39), UNHEX(SHA2(n, 256))) FROM
            (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * (d.n % 5) + 1 AS n FROM
             wordpress.d a, wordpress.d b, wordpress.d c, wordpress.d d WHERE d.n < 5) AS numbers",
        "INSERT INTO wordpress.t VALUES (0, REPEAT(UNHEX('00ff27'), 3500000))",
        "CREATE TRIGGER wordpress.g BEFORE INSERT ON wordpress.t FOR EACH ROW SET NEW.n = NEW.n + 0",
        "CREATE FUNCTION wordpress.f() RETURNS INT DETERMINISTIC RETURN 7",
        "CREATE EVENT wordpress.e ON SCHEDULE EVERY 1 DAY DISABLE DO SET @x = 1",
        "CREATE DATABASE `--it's \"a\n` b`",
        "CREATE TABLE `--it's \"a\n` b`.`t t` AS SELECT 'ä' AS a",
        "CREATE VIEW `--it's \"a\n` b`.v AS SELECT n FROM wordpress.t",
    ] {
        let statement = statement.replace("a\n` b`", "a\n`` b`");
        sql(cluster, client, &statement).with_context(|| statement.clone())?;
    }
    Ok(())
}

fn read_sql(cluster: &Cluster, client: &Client) -> Result<String> {
    let tables =
        "SELECT COUNT(*), SUM(CRC32(b)), SUM(LENGTH(b)), wordpress.f(), (SELECT HEX(a) FROM `--it's \"a\n`` b`.`t t`),
        (SELECT COUNT(*) FROM `--it's \"a\n`` b`.v) FROM wordpress.t";
    let rest = "SELECT (SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = 'wordpress'),
        (SELECT COUNT(*) FROM information_schema.events WHERE event_schema = 'wordpress'), @@GLOBAL.max_allowed_packet";
    Ok(sql(cluster, client, tables)? + &sql(cluster, client, rest)?)
}

fn spoil_sql(cluster: &Cluster, client: &Client) -> Result<()> {
    sql(
        cluster,
        client,
        "DELETE FROM wordpress.t WHERE n % 3 = 0; DROP FUNCTION wordpress.f; DROP DATABASE `--it's \"a\n`` b`",
    )
    .map(drop)
}

fn redis(cluster: &Cluster, command: &[&str]) -> Result<String> {
    cluster.ask("redis-0", &[&["redis-cli", "-e"], command].concat())
}

/// Every type, one that expires, and keys in another of its databases.
fn fill_redis(cluster: &Cluster) -> Result<()> {
    let keys = "for n = 1, 3000 do redis.call('set', 'key ' .. n, string.rep(redis.sha1hex(n), 8)) end";
    redis(cluster, &["eval", keys, "0"])?;
    for command in [
        &["hset", "h", "a", "1"][..],
        &["zadd", "z", "1.5", "m"],
        &["xadd", "s", "*", "f", "v"],
        &["set", "binary\u{1}", "\n'\"\\"],
        &["set", "later", "x", "ex", "1000000"],
        &["-n", "3", "set", "other", "database"],
    ] {
        redis(cluster, command)?;
    }
    Ok(())
}

fn read_redis(cluster: &Cluster) -> Result<String> {
    let sum = "local sum = '' local keys = redis.call('keys', '*') table.sort(keys)
        for _, key in ipairs(keys) do sum = redis.sha1hex(sum .. key .. redis.call('type', key).ok
            .. (redis.call('type', key).ok == 'string' and redis.call('get', key) or '')) end
        return #keys .. sum";
    Ok(redis(cluster, &["eval", sum, "0"])? + &redis(cluster, &["-n", "3", "eval", sum, "0"])?)
}

fn spoil_redis(cluster: &Cluster) -> Result<()> {
    redis(cluster, &["-n", "3", "flushdb"])?;
    redis(cluster, &["set", "key 7", "spoilt"])?;
    redis(cluster, &["set", "new", "1"]).map(drop)
}

/// The members are restored while they are stopped, each into its own volume, to a new cluster with the old content.
fn etcd(cluster: &Cluster) -> Result<()> {
    let bucket = Bucket::start(cluster, "etcd", "db")?;
    cluster.apply_fixture("generated/etcd-backup")?;
    cluster.wait_ready("etcd", seconds(120))?;
    let put = |key: &str, value: &str| {
        cluster.wait(seconds(60), &format!("{key} is taken"), || {
            Ok(cluster.ask("etcd-0", &["etcdctl", "put", key, value])? == "OK")
        })
    };
    let read = |pod: &str| cluster.ask(pod, &["etcdctl", "get", "", "--prefix"]);
    for n in 0..40 {
        put(&format!("key/{n}"), &format!("value {n}"))?;
    }
    let before = read("etcd-0")?;
    run(cluster, "etcd-backup", true, |_| {})?;
    let first = bucket.names()?;
    ensure!(first.len() == 1, "{first:?}");
    run(cluster, "etcd-verify", true, |_| {})?;
    run(cluster, "etcd-backup", false, small_disk)?;
    interrupted(cluster, "etcd-backup")?;
    ensure!(bucket.names()? == first, "a failure changed the bucket: {:?}", bucket.names()?);
    put("key/7", "spoilt")?;
    put("later", "x")?;

    let refused = run(cluster, "etcd-restore-1", false, |spec| spec.set_env("FORCE", "yes"))?;
    ensure!(refused.contains("scale the StatefulSet to 0"), "restored below a running member: {refused}");
    cluster.scale("etcd", 0)?;
    cluster
        .wait(seconds(90), "no member runs", || Ok(!cluster.pod_names().iter().any(|pod| pod.starts_with("etcd-"))))?;
    run(cluster, "etcd-backup", false, |_| {})?;
    let refused = run(cluster, "etcd-restore-1", false, |spec| spec.set_env("BACKUP", &first[0]))?;
    ensure!(refused.contains("the member has data"), "restored over data: {refused}");
    // One lost its volume, the others still have theirs.
    cluster.delete_claim("data-etcd-2");
    for ordinal in 0..3 {
        run(cluster, &format!("etcd-restore-{ordinal}"), true, |spec| {
            spec.set_env("BACKUP", &first[0]);
            spec.set_env("FORCE", "yes");
        })?;
    }
    cluster.scale("etcd", 3)?;
    cluster.wait_ready("etcd", seconds(120))?;
    let members = cluster.ask("etcd-0", &["etcdctl", "member", "list"])?;
    ensure!(members.lines().count() == 3, "members: {members}");
    for pod in ["etcd-0", "etcd-1", "etcd-2"] {
        cluster.wait(seconds(60), &format!("{pod} has what was saved"), || Ok(read(pod)? == before))?;
    }
    put("after", "restore")?;
    cluster.kill_all("etcd")?;
    cluster.wait_ready("etcd", seconds(120))?;
    for pod in ["etcd-0", "etcd-1", "etcd-2"] {
        cluster.wait(seconds(60), &format!("{pod} has what came later"), || Ok(read(pod)?.contains("restore")))?;
    }
    run(cluster, "etcd-backup", true, |_| {}).map(drop)
}
