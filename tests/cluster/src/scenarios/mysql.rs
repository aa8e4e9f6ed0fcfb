//! MySQL: a primary with replicas by GTID.

use super::{PASSWORD, Scenario, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

/// The passwords of the generated Secret.
const ROOT: &str = "ro'ot\\$(X)";
const REPLICATION: &str = "r:e\\p'l $1";

const PODS: [&str; 3] = ["mysql-0", "mysql-1", "mysql-2"];
const FIXTURE: &str = "generated/mysql-replicated";

pub(super) const GENERATED_REPLICATED: Scenario =
    Scenario { name: "generated/mysql-replicated", fixtures: &[FIXTURE], limit: seconds(480), run: replicated };

pub(super) const GENERATED_INTERRUPTED: Scenario =
    Scenario { name: "generated/mysql-interrupted", fixtures: &[FIXTURE], limit: seconds(360), run: interrupted };

/// One statement, sent from the first pod.
fn query(cluster: &Cluster, host: &str, user: &str, password: &str, sql: &str) -> Result<String> {
    let password = format!("MYSQL_PWD={password}");
    let words = ["-h", host, "-u", user, "-N", "-B", "--connect-timeout=5", "-e", sql, "shop"];
    cluster.ask("mysql-0", &[&["env", &password, "mysql"][..], &words].concat())
}

/// A statement on the primary, by its Service, as soon as it takes one.
fn write(cluster: &Cluster, sql: &str) -> Result<()> {
    cluster.wait(seconds(60), "the primary takes a statement", || {
        query(cluster, "mysql-primary", "app_user", PASSWORD, sql).map(|_| true)
    })
}

fn insert(cluster: &Cluster, last: u32) -> Result<()> {
    let rows = format!(
        "INSERT IGNORE INTO t WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {last}) SELECT n FROM s"
    );
    write(cluster, &rows)
}

/// Waits until every pod answers with so many rows.
fn everywhere(cluster: &Cluster, pods: &[&str], rows: u32) -> Result<()> {
    pods.iter().try_for_each(|pod| {
        cluster.wait(seconds(60), &format!("{rows} rows on {pod}"), || {
            let found = query(cluster, &format!("{pod}.mysql"), "app_user", PASSWORD, "SELECT COUNT(*) FROM t")?;
            ensure!(found == rows.to_string(), "{found}");
            Ok(true)
        })
    })
}

fn replicated(cluster: &Cluster) -> Result<()> {
    cluster.apply_fixture(FIXTURE)?;
    cluster.wait_ready("mysql", seconds(150))?;
    write(cluster, "CREATE TABLE IF NOT EXISTS t (n INT PRIMARY KEY)")?;
    insert(cluster, 100)?;
    everywhere(cluster, &PODS, 100)?;

    for pod in PODS {
        let host = format!("{pod}.mysql");
        let wrong = query(cluster, &host, "app_user", "wrong", "SELECT 1");
        ensure!(format!("{wrong:?}").contains("Access denied"), "{pod} answered to a wrong password: {wrong:?}");
        query(cluster, &host, "root", ROOT, "SELECT 1")?;
    }
    let refused = query(cluster, "mysql-1.mysql", "root", ROOT, "INSERT INTO t VALUES (9999)");
    ensure!(format!("{refused:?}").contains("super-read-only"), "a replica took a row of root's: {refused:?}");
    no_secret_is_told(cluster)?;

    for (pod, rows) in PODS.iter().zip([110, 120, 130]) {
        cluster.kill_pod(pod)?;
        cluster.wait_ready("mysql", seconds(90))?;
        insert(cluster, rows)?;
        everywhere(cluster, &PODS, rows)?;
    }
    cluster.kill_all("mysql")?;
    cluster.wait_ready("mysql", seconds(90))?;
    insert(cluster, 140)?;
    everywhere(cluster, &PODS, 140)?;

    // While a replica is away the primary throws its log away.
    cluster.scale("mysql", 2)?;
    cluster.wait(seconds(60), "the third pod is gone", || Ok(!cluster.pod_names().contains(&"mysql-2".to_owned())))?;
    insert(cluster, 150)?;
    everywhere(cluster, &PODS[..2], 150)?;
    let primary = |sql: &str| query(cluster, "mysql-primary", "root", ROOT, sql);
    primary("FLUSH BINARY LOGS")?;
    let logs = primary("SHOW BINARY LOGS")?;
    let last = logs.lines().last().and_then(|line| line.split_whitespace().next()).unwrap_or_default();
    // What is sent to a replica at the moment is kept, and the one that has gone away is noticed only by and by.
    cluster.wait(seconds(90), "the old log is gone", || {
        primary(&format!("PURGE BINARY LOGS TO '{last}'"))?;
        Ok(primary("SHOW BINARY LOGS")?.lines().count() == 1)
    })?;
    insert(cluster, 160)?;
    cluster.scale("mysql", 3)?;
    everywhere(cluster, &PODS, 160)?;
    let log = cluster.logs("mysql-2", "mysql");
    ensure!(log.contains("no longer has the log that is missing here: copying it again"), "it was not copied again");
    cluster.wait_ready("mysql", seconds(90))?;

    // Another database is not followed, and nothing of the old one is lost.
    cluster.delete_stateful_set("mysql")?;
    cluster.wait(seconds(150), "all pods are gone", || Ok(cluster.pod_names().is_empty()))?;
    cluster.delete_claim("data-mysql-0");
    cluster.apply_fixture(FIXTURE)?;
    cluster.wait(seconds(120), "the replicas refuse another primary", || {
        Ok(["mysql-1", "mysql-2"]
            .iter()
            .all(|pod| cluster.logs(pod, "mysql").contains("the primary is another database")))
    })?;
    for pod in ["mysql-1", "mysql-2"] {
        let table = cluster.claim_directory(&format!("data-{pod}"))?.join("mysql/shop/t.ibd");
        ensure!(table.exists(), "{} is gone", table.display());
    }
    Ok(())
}

/// No password is in an argument, in a log, or in a file of the volumes.
fn no_secret_is_told(cluster: &Cluster) -> Result<()> {
    for pod in PODS {
        let arguments = cluster.ask(pod, &["bash", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"])?;
        let files = cluster.claim_directory(&format!("data-{pod}"))?;
        for secret in [PASSWORD, ROOT, REPLICATION] {
            // The question itself is no argument of the server's.
            ensure!(!arguments.contains(secret), "{pod} has a password in an argument");
            ensure!(!cluster.logs(pod, "mysql").contains(secret), "{pod} has a password in its log");
            let found = std::process::Command::new("grep").arg("-rlaF").arg("--").arg(secret).arg(&files).output()?;
            ensure!(found.stdout.is_empty(), "{pod} keeps a password: {}", String::from_utf8_lossy(&found.stdout));
        }
    }
    Ok(())
}

/// Whatever a pod was doing when it was killed at its first start, it does again.
fn interrupted(cluster: &Cluster) -> Result<()> {
    cluster.apply_fixture(FIXTURE)?;
    let appears = |pod: &str, path: &str| {
        let pod = pod.to_owned();
        let path = path.to_owned();
        cluster.wait(seconds(90), &format!("{path} of {pod}"), move || {
            Ok(cluster.claim_directory(&format!("data-{pod}"))?.join(&path).exists())
        })
    };
    for half in ["mysql/.incomplete", "mysql/mysql.ibd", "mysql/shop"] {
        appears("mysql-0", half)?;
        cluster.kill_pod("mysql-0")?;
    }
    for half in ["mysql/.incomplete", "mysql/.copy/server/mysql.ibd", "mysql/.copy/data"] {
        appears("mysql-1", half)?;
        cluster.kill_pod("mysql-1")?;
    }
    cluster.wait_ready("mysql", seconds(150))?;
    write(cluster, "CREATE TABLE IF NOT EXISTS t (n INT PRIMARY KEY)")?;
    insert(cluster, 10)?;
    everywhere(cluster, &PODS, 10)?;
    for pod in PODS {
        let files = cluster.claim_directory(&format!("data-{pod}"))?.join("mysql");
        ensure!(!files.join(".incomplete").exists() && !files.join(".copy").exists(), "{pod} left something behind");
    }
    Ok(())
}
