//! PostgreSQL: one server; a primary with standbys.

use super::{PASSWORD, Random, Scenario, roll, seconds};
use crate::cluster::Cluster;
use anyhow::{Context, Result, ensure};

pub(super) const SINGLE: Scenario =
    Scenario { name: "postgres/single-survives", fixtures: &["postgres"], limit: seconds(120), run: single };

/// One statement as a client over the network, with a password.
fn query(cluster: &Cluster, pod: &str, host: &str, password: &str, sql: &str) -> Result<String> {
    let url = format!("host={host} user=app_user dbname=myapp connect_timeout=5");
    let password = format!("PGPASSWORD={password}");
    cluster.ask(pod, &["env", &password, "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", &url, "-c", sql])
}

fn single(cluster: &Cluster) -> Result<()> {
    const SECRET: &str = "s3cret $(HOST) 'quoted'";
    cluster.apply_fixture("postgres")?;
    cluster.wait_ready("postgres", seconds(60))?;
    let ask = |sql: &str| query(cluster, "postgres-0", "postgres-0.postgres", SECRET, sql);
    ensure!(ask("SELECT count(*) FROM started")? == "1", "the init script ran once");
    ask("CREATE TABLE t AS SELECT generate_series(1, 1000) AS n")?;
    for wrong in ["wrong", ""] {
        let error = query(cluster, "postgres-0", "postgres-0.postgres", wrong, "SELECT 1").err();
        let error = error.map(|error| error.to_string()).unwrap_or_default();
        ensure!(error.contains("password"), "password {wrong:?} was answered: {error}");
    }
    let via_service = query(cluster, "postgres-0", "postgres-client", SECRET, "SELECT count(*) FROM t")?;
    ensure!(via_service == "1000", "over the Service: {via_service}");
    cluster.kill_pod("postgres-0")?;
    cluster.wait_ready("postgres", seconds(60))?;
    ensure!(ask("SELECT count(*) FROM t")? == "1000", "lost with its pod");
    ensure!(ask("SELECT count(*) FROM started")? == "1", "initialised twice");
    cluster.delete_pod("postgres-0")?;
    ensure!(cluster.logs("postgres-0", "postgres").contains("received fast shutdown request"), "not stopped by SIGINT");
    cluster.wait_ready("postgres", seconds(60))?;
    ensure!(ask("SELECT count(*) FROM t")? == "1000", "lost by a restart");
    Ok(())
}

pub(super) const REPLICATED: Scenario = Scenario {
    name: "postgres/standbys-survive",
    fixtures: &["postgres-replicated"],
    limit: seconds(600),
    run: |cluster| replicated(cluster, "postgres-replicated", "/var/lib/postgresql/17/docker"),
};

pub(super) const GENERATED: Scenario = Scenario {
    name: "generated/postgres",
    fixtures: &["generated/postgres"],
    limit: seconds(600),
    run: |cluster| replicated(cluster, "generated/postgres", "/var/lib/postgresql/data/pgdata"),
};

pub(super) const CRASHES: Scenario = Scenario {
    name: "generated/postgres-crashes",
    fixtures: &["generated/postgres"],
    limit: seconds(600),
    run: crashes,
};

pub(super) const SCALES: Scenario =
    Scenario { name: "generated/postgres-scales", fixtures: &["generated/postgres"], limit: seconds(400), run: scales };

/// Killed at moments that are random and the same in every run: the first initialisation, the first copies, then anybody.
fn crashes(cluster: &Cluster) -> Result<()> {
    const PODS: [&str; 3] = ["postgres-0", "postgres-1", "postgres-2"];
    let mut random = Random(0x5eed_0001);
    for pod in ["postgres-1", "postgres-2"] {
        cluster.hold(pod);
    }
    cluster.apply_fixture("generated/postgres")?;
    let there =
        |pod: &'static str| cluster.wait(seconds(60), &format!("{pod} is there"), || Ok(cluster.address(pod).is_ok()));
    for _ in 0..5 {
        there("postgres-0")?;
        random.moment(2500);
        cluster.kill_pod("postgres-0")?;
    }
    cluster.wait_pod_ready("postgres-0", seconds(150))?;
    query(cluster, "postgres-0", "postgres-primary", PASSWORD, "CREATE TABLE t (n int)")?;
    query(cluster, "postgres-0", "postgres-primary", PASSWORD, "INSERT INTO t SELECT generate_series(1, 50000)")?;
    let mut rows = 50000;
    for pod in ["postgres-1", "postgres-2"] {
        cluster.release(pod);
        for _ in 0..3 {
            there(pod)?;
            random.moment(2500);
            cluster.kill_pod(pod)?;
        }
    }
    cluster.wait_ready("postgres", seconds(150))?;
    rows_everywhere(cluster, &PODS, rows)?;
    for _ in 0..6 {
        random.moment(800);
        let first = random.below(3);
        let victims: Vec<&str> =
            PODS.into_iter().cycle().skip(first as usize).take(1 + random.below(3) as usize).collect();
        cluster.note(&format!("killing {victims:?}"));
        for pod in victims {
            there(PODS[PODS.iter().position(|name| *name == pod).unwrap_or_default()])?;
            cluster.kill_pod(pod)?;
        }
        insert_anywhere(cluster, 7)?;
        rows += 7;
    }
    cluster.wait_ready("postgres", seconds(150))?;
    rows_everywhere(cluster, &PODS, rows)?;
    streaming(cluster, 2)?;

    // Standbys start and answer while their primary is away.
    cluster.hold("postgres-0");
    cluster.kill_all("postgres")?;
    for pod in ["postgres-1", "postgres-2"] {
        cluster.wait_pod_ready(pod, seconds(120))?;
    }
    rows_everywhere(cluster, &["postgres-1", "postgres-2"], rows)?;
    cluster.release("postgres-0");
    cluster.wait_ready("postgres", seconds(120))?;
    insert(cluster, 7)?;
    rows_everywhere(cluster, &PODS, rows + 7)?;
    streaming(cluster, 2)
}

/// Inserts once, from whichever pod can: a statement that was acknowledged counts, one that failed did nothing.
fn insert_anywhere(cluster: &Cluster, rows: u64) -> Result<()> {
    cluster.wait(seconds(120), "the primary takes rows", || {
        let sql = format!("INSERT INTO t SELECT generate_series(1, {rows})");
        let from = ["postgres-0", "postgres-1", "postgres-2"];
        let from = from.iter().find(|pod| cluster.exec(pod, &["true"]).is_ok());
        query(cluster, from.context("no pod")?, "postgres-primary", PASSWORD, &sql).map(|_| true)
    })
}

/// 3, 5, 3 and 5 again: new standbys copy the primary, those that come back go on where they were.
fn scales(cluster: &Cluster) -> Result<()> {
    const PODS: [&str; 5] = ["postgres-0", "postgres-1", "postgres-2", "postgres-3", "postgres-4"];
    cluster.apply_fixture("generated/postgres")?;
    cluster.wait_ready("postgres", seconds(120))?;
    primary(cluster, "CREATE TABLE t (n int)")?;
    let mut rows = 0;
    for (replicas, standbys) in [(3_u32, 2), (5, 4), (3, 2), (5, 4)] {
        cluster.scale("postgres", replicas)?;
        cluster.wait_ready("postgres", seconds(150))?;
        insert(cluster, 10)?;
        rows += 10;
        rows_everywhere(cluster, &PODS[..replicas as usize], rows)?;
        streaming(cluster, standbys)?;
    }
    Ok(())
}

/// A statement on the primary, over its Service.
fn primary(cluster: &Cluster, sql: &str) -> Result<String> {
    query(cluster, "postgres-1", "postgres-primary", PASSWORD, sql)
}

/// Waits until every pod has that many rows, read from that pod.
fn rows_everywhere(cluster: &Cluster, pods: &[&str], rows: u64) -> Result<()> {
    for pod in pods {
        cluster.wait(seconds(40), &format!("{rows} rows on {pod}"), || {
            let found = query(cluster, pod, "127.0.0.1", PASSWORD, "SELECT count(*) FROM t")?;
            ensure!(found == rows.to_string(), "{found}");
            Ok(true)
        })?;
    }
    Ok(())
}

fn insert(cluster: &Cluster, rows: u64) -> Result<()> {
    cluster.wait(seconds(40), "the primary takes rows", || {
        primary(cluster, &format!("INSERT INTO t SELECT generate_series(1, {rows})")).map(|_| true)
    })
}

fn streaming(cluster: &Cluster, standbys: u32) -> Result<()> {
    cluster.wait(seconds(40), &format!("{standbys} standbys stream"), || {
        let sql = "SELECT count(*) FROM pg_replication_slots WHERE active AND slot_name ~ '^standby_'";
        let found = primary(cluster, sql)?;
        ensure!(found == standbys.to_string(), "{found}");
        Ok(true)
    })
}

fn replicated(cluster: &Cluster, manifest: &str, data: &str) -> Result<()> {
    const PODS: [&str; 3] = ["postgres-0", "postgres-1", "postgres-2"];
    cluster.apply_fixture(manifest)?;
    cluster.wait_ready("postgres", seconds(60))?;
    primary(cluster, "CREATE TABLE t (n int)")?;
    insert(cluster, 100)?;
    rows_everywhere(cluster, &PODS, 100)?;
    streaming(cluster, 2)?;
    let refused = query(cluster, "postgres-1", "postgres-1.postgres", PASSWORD, "INSERT INTO t VALUES (0)");
    ensure!(format!("{refused:?}").contains("read-only"), "a standby took a row: {refused:?}");
    let wrong = query(cluster, "postgres-1", "postgres-primary", "wrong", "SELECT 1");
    ensure!(format!("{wrong:?}").contains("password authentication failed"), "a wrong password: {wrong:?}");
    for pod in PODS {
        let stored = cluster.exec(pod, &["grep", "-rlF", "r:e", data, "--include=*.conf"])?;
        ensure!(stored.stdout.is_empty(), "the password is stored in {}", stored.stdout);
    }

    let mut rows = 100;
    for pod in PODS {
        cluster.kill_pod(pod)?;
        cluster.wait_ready("postgres", seconds(60))?;
        insert(cluster, 10)?;
        rows += 10;
        rows_everywhere(cluster, &PODS, rows)?;
    }
    cluster.kill_all("postgres")?;
    cluster.wait_ready("postgres", seconds(60))?;
    insert(cluster, 10)?;
    rows_everywhere(cluster, &PODS, rows + 10)?;
    streaming(cluster, 2)?;

    // Another tag: one pod after the other, from the last to the primary.
    roll(cluster, "postgres", &PODS, "postgres:17.12", seconds(150))?;
    rows += 20;
    insert(cluster, 10)?;
    rows_everywhere(cluster, &PODS, rows)?;
    streaming(cluster, 2)?;

    // A standby that comes back after the primary has dropped the log it needs is copied again.
    cluster.scale("postgres", 2)?;
    cluster.wait(seconds(40), "postgres-2 is gone", || Ok(cluster.pod_names().len() == 2))?;
    primary(cluster, "CREATE TABLE big AS SELECT n, repeat('x', 500) FROM generate_series(1, 300000) AS n")?;
    primary(cluster, "CHECKPOINT")?;
    cluster.wait(seconds(40), "the slot is lost", || {
        primary(cluster, "SELECT pg_switch_wal()")?;
        primary(cluster, "CHECKPOINT")?;
        Ok(primary(cluster, "SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'standby_2'")? == "lost")
    })?;
    cluster.scale("postgres", 3)?;
    cluster.wait_ready("postgres", seconds(60))?;
    ensure!(cluster.logs("postgres-2", "init-data").contains("copying it again"), "it was not copied again");
    rows_everywhere(cluster, &PODS, rows)?;
    streaming(cluster, 2)?;

    // A primary that lost its data must not take the standbys' with it.
    cluster.scale("postgres", 0)?;
    cluster.wait(seconds(60), "no pods", || Ok(cluster.pod_names().is_empty()))?;
    cluster.delete_claim("data-postgres-0");
    cluster.scale("postgres", 3)?;
    cluster.wait_pod_ready("postgres-0", seconds(60))?;
    cluster.wait(seconds(40), "the standbys refuse the new primary", || {
        Ok(["postgres-1", "postgres-2"].iter().all(|pod| {
            let log = cluster.logs(pod, "init-data");
            log.contains("REFUSED") || cluster.logs(pod, "postgres").contains("system identifier differs")
        }))
    })
}
