//! MariaDB: one server; a primary with replicas.

use super::{Scenario, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const SINGLE: Scenario =
    Scenario { name: "mariadb/single-survives", fixtures: &["mariadb"], limit: seconds(150), run: single };

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

fn single(cluster: &Cluster) -> Result<()> {
    cluster.apply_fixture("mariadb")?;
    cluster.wait_ready("mariadb", seconds(90))?;
    let ask = |sql: &str| query(cluster, "mariadb-0", "mariadb-0.mariadb", PASSWORD, sql);
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
