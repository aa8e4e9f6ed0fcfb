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

pub(super) const REPLICATED: Scenario = Scenario {
    name: "mariadb/replicas-survive",
    fixtures: &["mariadb-replicated"],
    limit: seconds(500),
    run: |cluster| replicated(cluster, "mariadb-replicated", PASSWORD),
};

pub(super) const GENERATED_REPLICATED: Scenario = Scenario {
    name: "generated/mariadb-replicated",
    fixtures: &["generated/mariadb-replicated"],
    limit: seconds(500),
    run: |cluster| replicated(cluster, "generated/mariadb-replicated", super::PASSWORD),
};

fn replicated(cluster: &Cluster, manifest: &str, password: &str) -> Result<()> {
    const PODS: [&str; 3] = ["mariadb-0", "mariadb-1", "mariadb-2"];
    cluster.apply_fixture(manifest)?;
    cluster.wait_ready("mariadb", seconds(120))?;
    let primary = |sql: &str| {
        cluster.wait(seconds(40), "the primary takes a statement", || {
            query(cluster, "mariadb-1", "mariadb-primary", password, sql).map(|_| true)
        })
    };
    let everywhere = |rows: u32| {
        PODS.iter().try_for_each(|pod| {
            cluster.wait(seconds(60), &format!("{rows} rows on {pod}"), || {
                let found = query(cluster, pod, &format!("{pod}.mariadb"), password, "SELECT COUNT(*) FROM t")?;
                ensure!(found == rows.to_string(), "{found}");
                Ok(true)
            })
        })
    };
    let insert = |last: u32| primary(&format!("INSERT IGNORE INTO t SELECT seq FROM seq_1_to_{last}"));
    primary("CREATE TABLE IF NOT EXISTS t (n INT PRIMARY KEY)")?;
    insert(100)?;
    everywhere(100)?;
    let refused = query(cluster, "mariadb-1", "mariadb-1.mariadb", password, "INSERT INTO t VALUES (9999)");
    ensure!(format!("{refused:?}").contains("read-only"), "a replica took a row: {refused:?}");
    for (pod, rows) in PODS.iter().zip([110, 120, 130]) {
        cluster.kill_pod(pod)?;
        cluster.wait_ready("mariadb", seconds(60))?;
        insert(rows)?;
        everywhere(rows)?;
    }
    cluster.kill_all("mariadb")?;
    cluster.wait_ready("mariadb", seconds(60))?;
    insert(140)?;
    everywhere(140)?;
    cluster.scale("mariadb", 4)?;
    cluster.wait_ready("mariadb", seconds(90))?;
    cluster.wait(seconds(40), "a new replica has all rows", || {
        Ok(query(cluster, "mariadb-3", "mariadb-3.mariadb", password, "SELECT COUNT(*) FROM t")? == "140")
    })?;
    cluster.scale("mariadb", 3)?;
    cluster.wait_ready("mariadb", seconds(90))?;
    roll(cluster, "mariadb", &PODS, "mariadb:11.8.9", seconds(240))?;
    insert(150)?;
    everywhere(150)
}
