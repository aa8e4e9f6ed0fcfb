//! MariaDB: one server; a primary with replicas.

use super::{Scenario, roll, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const SINGLE: Scenario = Scenario {
    name: "mariadb/single-survives",
    fixtures: &["mariadb"],
    limit: seconds(150),
    run: |cluster| single(cluster, "mariadb", PASSWORD),
};

pub(super) const GENERATED: Scenario = Scenario {
    name: "generated/mariadb",
    fixtures: &["generated/mariadb"],
    limit: seconds(150),
    run: |cluster| single(cluster, "generated/mariadb", super::PASSWORD),
};

const PASSWORD: &str = "us\"er'pw";

/// One statement as the application's user.
fn query(cluster: &Cluster, pod: &str, host: &str, password: &str, sql: &str) -> Result<String> {
    let password = format!("MYSQL_PWD={password}");
    cluster.ask(
        pod,
        &[
            "env",
            &password,
            "mariadb",
            "-h",
            host,
            "-u",
            "wp_user",
            "-N",
            "-B",
            "--connect-timeout=5",
            "-e",
            sql,
            "wordpress",
        ],
    )
}

fn single(cluster: &Cluster, manifest: &str, password: &str) -> Result<()> {
    cluster.apply_fixture(manifest)?;
    cluster.wait_ready("mariadb", seconds(90))?;
    let ask = |sql: &str| query(cluster, "mariadb-0", "mariadb-0.mariadb", password, sql);
    ask("CREATE TABLE t (n INT PRIMARY KEY)")?;
    ask("INSERT INTO t SELECT seq FROM seq_1_to_1000")?;
    let wrong = query(cluster, "mariadb-0", "mariadb-0.mariadb", "wrong", "SELECT 1");
    ensure!(format!("{wrong:?}").contains("Access denied"), "a wrong password was answered: {wrong:?}");
    cluster.kill_pod("mariadb-0")?;
    cluster.wait_ready("mariadb", seconds(60))?;
    ensure!(ask("SELECT COUNT(*) FROM t")? == "1000", "lost with its pod");
    cluster.delete_pod("mariadb-0")?;
    ensure!(cluster.logs("mariadb-0", "mariadb").contains("Shutdown complete"), "not stopped in order");
    cluster.wait_ready("mariadb", seconds(60))?;
    ensure!(ask("SELECT COUNT(*) FROM t")? == "1000", "lost by a restart");
    Ok(())
}

/// The hand-written manifest shows what the image does by itself.
pub(super) const REPLICATED: Scenario = Scenario {
    name: "mariadb/replicas-survive",
    fixtures: &["mariadb-replicated"],
    limit: seconds(500),
    run: |cluster| replicas_survive(cluster, "mariadb-replicated", PASSWORD),
};

const FIXTURE: &str = "generated/mariadb-replicated";

pub(super) const GENERATED_REPLICATED: Scenario = Scenario {
    name: "generated/mariadb-replicated",
    fixtures: &[FIXTURE],
    limit: seconds(600),
    run: |cluster| {
        replicas_survive(cluster, FIXTURE, super::PASSWORD)?;
        copied_again(cluster)?;
        another_primary(cluster)
    },
};

pub(super) const GENERATED_ADOPTED: Scenario = Scenario {
    name: "generated/mariadb-adopted",
    fixtures: &["generated/mariadb", FIXTURE],
    limit: seconds(300),
    run: adopted,
};

pub(super) const GENERATED_INTERRUPTED: Scenario =
    Scenario { name: "generated/mariadb-interrupted", fixtures: &[FIXTURE], limit: seconds(300), run: interrupted };

const PODS: [&str; 3] = ["mariadb-0", "mariadb-1", "mariadb-2"];

/// The password of root in the generated Secret.
const ROOT: &str = "ro'ot\\$(X)";

/// A statement on the primary, by its Service, as soon as it takes one.
fn write(cluster: &Cluster, password: &str, sql: &str) -> Result<()> {
    cluster.wait(seconds(60), "the primary takes a statement", || {
        query(cluster, "mariadb-1", "mariadb-primary", password, sql).map(|_| true)
    })
}

fn insert(cluster: &Cluster, password: &str, last: u32) -> Result<()> {
    write(cluster, password, &format!("INSERT IGNORE INTO t SELECT seq FROM seq_1_to_{last}"))
}

/// Waits until every pod answers with so many rows.
fn everywhere(cluster: &Cluster, password: &str, pods: &[&str], rows: u32) -> Result<()> {
    pods.iter().try_for_each(|pod| {
        cluster.wait(seconds(60), &format!("{rows} rows on {pod}"), || {
            let found = query(cluster, pod, &format!("{pod}.mariadb"), password, "SELECT COUNT(*) FROM t")?;
            ensure!(found == rows.to_string(), "{found}");
            Ok(true)
        })
    })
}

/// A statement of root's, inside a pod.
fn root(cluster: &Cluster, pod: &str, sql: &str) -> Result<String> {
    let password = format!("MYSQL_PWD={ROOT}");
    cluster.ask(pod, &["env", &password, "mariadb", "-u", "root", "-N", "-B", "-e", sql, "wordpress"])
}

fn replicas_survive(cluster: &Cluster, manifest: &str, password: &str) -> Result<()> {
    cluster.apply_fixture(manifest)?;
    cluster.wait_ready("mariadb", seconds(120))?;
    write(cluster, password, "CREATE TABLE IF NOT EXISTS t (n INT PRIMARY KEY)")?;
    insert(cluster, password, 100)?;
    everywhere(cluster, password, &PODS, 100)?;
    let refused = query(cluster, "mariadb-1", "mariadb-1.mariadb", password, "INSERT INTO t VALUES (9999)");
    ensure!(format!("{refused:?}").contains("read-only"), "a replica took a row: {refused:?}");
    for (pod, rows) in PODS.iter().zip([110, 120, 130]) {
        cluster.kill_pod(pod)?;
        cluster.wait_ready("mariadb", seconds(60))?;
        insert(cluster, password, rows)?;
        everywhere(cluster, password, &PODS, rows)?;
    }
    cluster.kill_all("mariadb")?;
    cluster.wait_ready("mariadb", seconds(60))?;
    insert(cluster, password, 140)?;
    everywhere(cluster, password, &PODS, 140)?;
    cluster.scale("mariadb", 4)?;
    cluster.wait_ready("mariadb", seconds(90))?;
    everywhere(cluster, password, &["mariadb-3"], 140)?;
    cluster.scale("mariadb", 3)?;
    cluster.wait_ready("mariadb", seconds(90))?;
    roll(cluster, "mariadb", &PODS, "mariadb:11.8.9", seconds(240))?;
    insert(cluster, password, 150)?;
    everywhere(cluster, password, &PODS, 150)
}

/// While a replica is away the primary throws its log away; and a routine, an account and an event are replicated too.
fn copied_again(cluster: &Cluster) -> Result<()> {
    let password = super::PASSWORD;
    root(cluster, "mariadb-0", "CREATE PROCEDURE p() SELECT COUNT(*) FROM t")?;
    root(cluster, "mariadb-0", "CREATE EVENT e ON SCHEDULE EVERY 1 HOUR DO DELETE FROM t")?;
    root(cluster, "mariadb-0", "CREATE USER reader@'%' IDENTIFIED BY 'r'; GRANT SELECT ON wordpress.* TO reader@'%'")?;
    cluster.scale("mariadb", 2)?;
    cluster
        .wait(seconds(60), "the third pod is gone", || Ok(!cluster.pod_names().contains(&"mariadb-2".to_owned())))?;
    insert(cluster, password, 160)?;
    everywhere(cluster, password, &PODS[..2], 160)?;
    root(cluster, "mariadb-0", "FLUSH BINARY LOGS")?;
    let logs = root(cluster, "mariadb-0", "SHOW BINARY LOGS")?;
    let last = logs.lines().last().and_then(|line| line.split_whitespace().next()).unwrap_or_default();
    // What is sent to a replica at the moment is kept, and the one that has gone away is noticed only by and by.
    cluster.wait(seconds(90), "the old log is gone", || {
        root(cluster, "mariadb-0", &format!("PURGE BINARY LOGS TO '{last}'"))?;
        Ok(root(cluster, "mariadb-0", "SHOW BINARY LOGS")?.lines().count() == 1)
    })?;
    insert(cluster, password, 170)?;
    cluster.scale("mariadb", 3)?;
    everywhere(cluster, password, &PODS, 170)?;
    let log = cluster.logs("mariadb-2", "mariadb");
    ensure!(log.contains("no longer has the log that is missing here: copying it again"), "it was not copied again");
    cluster.wait_ready("mariadb", seconds(90))?;
    ensure!(root(cluster, "mariadb-2", "CALL p()")? == "170", "the procedure is not there");
    root(cluster, "mariadb-2", "SHOW GRANTS FOR reader@'%'")?;
    ensure!(root(cluster, "mariadb-2", "SELECT @@event_scheduler")? == "OFF", "a replica runs events by itself");
    // The mark of the copy goes as soon as the replica is where the primary was.
    cluster.wait(seconds(30), "the replica caught up", || {
        Ok(!cluster.claim_directory("data-mariadb-2")?.join("mysql/.copied-until").exists())
    })?;
    let found = root(cluster, "mariadb-0", "SELECT COUNT(*) FROM mysql.global_priv WHERE User = 'copy'")?;
    ensure!(found == "0", "an account of the copy is left");
    Ok(())
}

/// Another database is not followed, and nothing of the old one is lost.
fn another_primary(cluster: &Cluster) -> Result<()> {
    cluster.delete_stateful_set("mariadb")?;
    cluster.wait(seconds(150), "all pods are gone", || Ok(cluster.pod_names().is_empty()))?;
    cluster.delete_claim("data-mariadb-0");
    cluster.apply_fixture(FIXTURE)?;
    cluster.wait(seconds(120), "the replicas refuse another primary", || {
        Ok(["mariadb-1", "mariadb-2"]
            .iter()
            .all(|pod| cluster.logs(pod, "mariadb").contains("the primary is another database")))
    })?;
    for pod in ["mariadb-1", "mariadb-2"] {
        let table = cluster.claim_directory(&format!("data-{pod}"))?.join("mysql/wordpress/t.ibd");
        ensure!(table.exists(), "{} is gone", table.display());
    }
    Ok(())
}

/// A server that ran alone, without a log, gets replicas: they have all that it had.
fn adopted(cluster: &Cluster) -> Result<()> {
    let password = super::PASSWORD;
    cluster.apply_fixture("generated/mariadb")?;
    cluster.wait_ready("mariadb", seconds(90))?;
    let alone = |sql: &str| query(cluster, "mariadb-0", "mariadb-0.mariadb", password, sql);
    alone("CREATE TABLE t (n INT PRIMARY KEY)")?;
    alone("INSERT INTO t SELECT seq FROM seq_1_to_1000")?;
    cluster.delete_stateful_set("mariadb")?;
    cluster.wait(seconds(150), "the pod is gone", || Ok(cluster.pod_names().is_empty()))?;
    cluster.apply_fixture(FIXTURE)?;
    cluster.wait_ready("mariadb", seconds(150))?;
    everywhere(cluster, password, &PODS, 1000)?;
    insert(cluster, password, 1010)?;
    everywhere(cluster, password, &PODS, 1010)
}

/// Whatever a pod was doing when it was killed at its first start, it does again.
fn interrupted(cluster: &Cluster) -> Result<()> {
    let password = super::PASSWORD;
    cluster.apply_fixture(FIXTURE)?;
    let appears = |pod: &str, path: &str| {
        cluster.wait(seconds(90), &format!("{path} of {pod}"), || {
            Ok(cluster.claim_directory(&format!("data-{pod}"))?.join(path).exists())
        })
    };
    for half in ["mysql/.incomplete", "mysql/mysql", "mysql/wordpress"] {
        appears("mariadb-0", half)?;
        cluster.kill_pod("mariadb-0")?;
    }
    for half in ["mysql/.incomplete", "mysql/mysql", "mysql/wordpress"] {
        appears("mariadb-1", half)?;
        cluster.kill_pod("mariadb-1")?;
    }
    cluster.wait_ready("mariadb", seconds(150))?;
    write(cluster, password, "CREATE TABLE IF NOT EXISTS t (n INT PRIMARY KEY)")?;
    insert(cluster, password, 10)?;
    everywhere(cluster, password, &PODS, 10)?;
    for pod in PODS {
        let mark = cluster.claim_directory(&format!("data-{pod}"))?.join("mysql/.incomplete");
        ensure!(!mark.exists(), "{} is left", mark.display());
    }
    Ok(())
}
