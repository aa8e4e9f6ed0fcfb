//! Jobs and S3: an upload that is verified and renamed, and one that has to fail.

use super::{Scenario, seconds};
use crate::cluster::Cluster;
use anyhow::{Result, ensure};

pub(super) const UPLOAD: Scenario =
    Scenario { name: "s3/upload-and-fail", fixtures: &["s3"], limit: seconds(120), run: upload };

fn upload(cluster: &Cluster) -> Result<()> {
    cluster.apply_fixture("s3")?;
    cluster.wait(seconds(40), "the S3 server is ready", || {
        let pods = cluster.pod_names();
        let pod = pods.first().map(String::as_str).unwrap_or_default();
        cluster.wait_pod_ready(pod, seconds(1)).map(|()| true)
    })?;
    let job = cluster.run_cron_job("upload")?;
    let done = cluster.wait_job(&job, seconds(60))?;
    let log = cluster.job_logs(&job);
    ensure!(done, "the upload failed: {log}");
    let listed: Vec<&str> = log.lines().filter(|line| line.starts_with("dump-")).collect();
    ensure!(listed.len() == 1 && !listed[0].ends_with("partial"), "the bucket holds {listed:?}");

    // With no server behind the Service the Job has to fail, visibly.
    cluster.change(|objects| {
        objects.deployments.clear();
        Ok(())
    })?;
    cluster.wait(seconds(40), "the S3 server is gone", || {
        Ok(!cluster.pod_names().iter().any(|pod| pod.starts_with("s3-")))
    })?;
    let job = cluster.run_cron_job("upload")?;
    ensure!(!cluster.wait_job(&job, seconds(100))?, "an upload to nowhere is complete");
    Ok(())
}
