//! `cluster-test`: runs the scenarios and says how each one ended.
//!
//! ```text
//! cluster-test [--list] [--logs DIRECTORY] [--jobs N] [NAME…]      a name or the beginning of one
//! ```
//!
//! So many run at once (default 1): each has namespaces of its own. The last line is `N passed, N failed` and the exit code 1 when one failed.

use anyhow::{Context, Result, bail};
use cluster_tests::cluster::{Cluster, Options, PATIENCE};
use cluster_tests::scenarios::{ALL, Scenario};
use cluster_tests::{container, sandbox};
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["inside-container", file] => container::run_inside(Path::new(file)).map(|()| true),
        ["inside-sandbox", name, logs] => inside(name, Path::new(logs)).map(|()| true),
        _ => outside(&words),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(128)
        }
    }
}

/// Runs one scenario; this process is the first one of its own namespaces.
fn inside(name: &str, logs: &Path) -> Result<()> {
    let scenario = ALL.iter().find(|scenario| scenario.name == name).context("no such scenario")?;
    sandbox::enter()?;
    let cluster = Cluster::start(Options { time_scale: 0.2, logs: logs.to_path_buf() })?;
    (scenario.run)(&cluster)
}

fn outside(words: &[&str]) -> Result<bool> {
    let mut logs = PathBuf::from("target/cluster-test");
    let mut jobs = 1;
    let mut names = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match *word {
            "--list" => {
                ALL.iter().for_each(|scenario| println!("{}", scenario.name));
                return Ok(true);
            }
            "--logs" => logs = PathBuf::from(rest.next().context("--logs needs a directory")?),
            "--jobs" => jobs = rest.next().context("--jobs needs a number")?.parse()?,
            flag if flag.starts_with('-') => bail!("unknown option {flag}"),
            name => names.push(name),
        }
    }
    let chosen: Vec<&Scenario> = ALL
        .iter()
        .filter(|scenario| names.is_empty() || names.iter().any(|name| scenario.name.starts_with(name)))
        .collect();
    if chosen.is_empty() {
        bail!("no scenario of that name; --list names them");
    }
    let next = AtomicUsize::new(0);
    let (passed, failed, skipped) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, chosen.len()) {
            scope.spawn(|| {
                while let Some(scenario) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (count, line) = one(scenario, &logs, (&passed, &failed, &skipped));
                    count.fetch_add(1, Ordering::Relaxed);
                    println!("{line}");
                    let _ = std::io::stdout().flush();
                }
            });
        }
    });
    let (passed, failed, skipped) = (passed.into_inner(), failed.into_inner(), skipped.into_inner());
    let skipped_text = if skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
    println!("{passed} passed, {failed} failed{skipped_text}");
    Ok(failed == 0)
}

type Counts<'a> = (&'a AtomicUsize, &'a AtomicUsize, &'a AtomicUsize);

/// Runs one; says which count it belongs to, and the line about it.
fn one<'a>(scenario: &Scenario, logs: &Path, (passed, failed, skipped): Counts<'a>) -> (&'a AtomicUsize, String) {
    let began = Instant::now();
    let name = scenario.name;
    let ended = std::path::absolute(logs.join(name.replace('/', "-"))).map_err(Into::into).and_then(|directory| {
        attempt(scenario, &directory).with_context(|| format!("(logs: {})", directory.display()))
    });
    match ended {
        Ok(None) => (passed, format!("ok {name} ({} s)", began.elapsed().as_secs())),
        Ok(Some(reason)) => (skipped, format!("skipped {name}: {reason}")),
        Err(error) => (failed, format!("FAILED {name}: {error:#}")),
    }
}

/// Runs a scenario in a sandbox and takes the sandbox down when its time is over. `Some` says why it was skipped.
fn attempt(scenario: &Scenario, logs: &Path) -> Result<Option<String>> {
    if let Some(obstacle) = scenario.obstacle()? {
        return Ok(Some(obstacle));
    }
    let _ = std::fs::remove_dir_all(logs);
    std::fs::create_dir_all(logs)?;
    let arguments = [OsStr::new("inside-sandbox"), OsStr::new(scenario.name), logs.as_os_str()];
    let errors = logs.join("error");
    let mut command = sandbox::command(&arguments)?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(std::fs::File::create(&errors)?);
    let mut child = command.spawn()?;
    let limit = scenario.limit * PATIENCE;
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(None);
            }
            let said = std::fs::read_to_string(&errors)?;
            bail!("{}", if said.trim().is_empty() { status.to_string() } else { said.trim().replace('\n', " | ") });
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            bail!("took more than {} s", limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
