//! Backups: what the generated Jobs upload is what they restore, and a backup of nothing is a failed Job.

use super::{PASSWORD, Scenario, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const POSTGRES: Scenario = Scenario {
    name: "generated/postgres-backup",
    fixtures: &["generated/postgres-backup", "s3"],
    limit: seconds(240),
    run: postgres,
};

fn query(cluster: &Cluster, database: &str, sql: &str) -> Result<String> {
    let password = format!("PGPASSWORD={PASSWORD}");
    let url = format!("host=postgres-0.postgres user=app_user dbname={database} connect_timeout=5");
    cluster.ask("postgres-0", &["env", &password, "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", &url, "-c", sql])
}

/// Runs a CronJob's Job now, and demands that it ends well or badly.
fn run(cluster: &Cluster, cron_job: &str, good: bool) -> Result<String> {
    let job = cluster.run_cron_job(cron_job)?;
    let done = cluster.wait_job(&job, seconds(100))?;
    let log = cluster.job_logs(&job);
    ensure!(done == good, "{cron_job} ended {}: {log}", if done { "well" } else { "badly" });
    Ok(log)
}

/// The bucket's objects; the fixture's Job makes the bucket and lists it.
fn backups(cluster: &Cluster) -> Result<Vec<String>> {
    let log = run(cluster, "upload", true)?;
    Ok(log.lines().filter(|line| line.starts_with("databases/") && !line.ends_with('/')).map(str::to_owned).collect())
}

fn postgres(cluster: &Cluster) -> Result<()> {
    cluster.apply_fixture("s3")?;
    cluster.apply_fixture("generated/postgres-backup")?;
    cluster.wait_ready("postgres", seconds(60))?;
    ensure!(backups(cluster)?.is_empty(), "a backup before the first one");
    query(cluster, "myapp", "CREATE TABLE t AS SELECT n, md5(n::text) AS sum FROM generate_series(1, 20000) AS n")?;
    query(cluster, "postgres", "CREATE DATABASE \"it's another=one\"")?;
    let rows = "SELECT count(*), md5(string_agg(n || sum, ',' ORDER BY n)) FROM t";
    let before = query(cluster, "myapp", rows)?;
    run(cluster, "postgres-backup", true)?;
    let first = backups(cluster)?;
    ensure!(first.len() == 1 && first[0].starts_with("databases/shop/postgres/postgres-2"), "{first:?}");
    run(cluster, "postgres-verify", true)?;

    // A database with tables is not overwritten.
    cluster.copy_job("postgres-restore", "refused")?;
    ensure!(!cluster.wait_job("refused", seconds(60))?, "a restore over a full database");
    ensure!(cluster.job_logs("refused").contains("REFUSED"), "{}", cluster.job_logs("refused"));

    // A dump of a server that is away fails, and the bucket stays as it is.
    cluster.scale("postgres", 0)?;
    cluster
        .wait(seconds(60), "the server is gone", || Ok(!cluster.pod_names().iter().any(|name| name == "postgres-0")))?;
    run(cluster, "postgres-backup", false)?;
    ensure!(backups(cluster)? == first, "a failed backup changed the bucket");

    cluster.delete_claim("data-postgres-0");
    cluster.scale("postgres", 1)?;
    cluster.wait_ready("postgres", seconds(60))?;
    ensure!(query(cluster, "myapp", "SELECT 1 FROM t").is_err(), "the data survived its volume");
    cluster.resume_job("postgres-restore")?;
    let done = cluster.wait_job("postgres-restore", seconds(60))?;
    ensure!(done, "the restore failed: {}", cluster.job_logs("postgres-restore"));
    ensure!(query(cluster, "myapp", rows)? == before, "other rows than before");
    let databases = query(cluster, "postgres", "SELECT count(*) FROM pg_database WHERE datname = 'it''s another=one'")?;
    ensure!(databases == "1", "the other database is not there");
    Ok(())
}
