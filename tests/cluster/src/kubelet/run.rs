//! A pod's life: volumes, init containers, containers with their restarts, the end.

use super::launch::launch;
use super::probes::{check, hook};
use super::{Phase, Pod};
use crate::cluster::Inner;
use crate::container::{PodVolumes, Running, VolumeSources, signal_named};
use crate::images::Image;
use crate::probe::{Counter, Timing, Verdict};
use crate::spec::{Container, Probe};
use anyhow::Result;
use rustix::process::Signal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(15);

/// Runs the pod until it has ended and everything of it but its claims is gone.
pub fn run_pod(inner: &Arc<Inner>, pod: &Arc<Pod>) {
    let directory = Path::new(crate::sandbox::ROOT).join("pods").join(&pod.facts.uid);
    let network = pod_loop(inner, pod, &directory);
    if let Ok(network) | Err((Some(network), _)) = &network {
        inner.network.detach(network);
    }
    if let Err((_, error)) = network {
        inner.event(&format!("pod {}: {error:#}", pod.facts.name));
    }
    let _ = std::fs::remove_dir_all(&directory);
    pod.update(|status| {
        status.ready_since = None;
        status.gone = true;
    });
}

type Failed = (Option<String>, anyhow::Error);

fn pod_loop(inner: &Arc<Inner>, pod: &Arc<Pod>, directory: &Path) -> Result<String, Failed> {
    std::fs::create_dir_all(directory).map_err(|error| (None, error.into()))?;
    let network = inner.network.attach(pod.address).map_err(|error| (None, error))?;
    let volumes = match wait_for_volumes(inner, pod, directory) {
        Some(volumes) => volumes,
        None => return Ok(network),
    };
    let life = Life { inner, pod, directory, network: &network, volumes: &volumes, ending: AtomicBool::new(false) };
    let phase = life.run();
    volumes.unmount();
    pod.update(|status| status.phase = phase);
    // A pod that ended by itself stays, as an object, until somebody deletes it.
    while !pod.terminating() {
        pod.wait(Duration::from_millis(100));
    }
    Ok(network)
}

/// Tries until the volumes can be made (a missing Secret may still come); `None` when the pod is deleted before.
fn wait_for_volumes(inner: &Inner, pod: &Pod, directory: &Path) -> Option<PodVolumes> {
    loop {
        let objects = inner.objects();
        let sources = VolumeSources {
            facts: &pod.facts,
            spec: &pod.spec,
            config_maps: &objects.config_maps,
            secrets: &objects.secrets,
            claims: &pod.claims,
        };
        let error = match PodVolumes::make(&sources, directory) {
            Ok(volumes) => return Some(volumes),
            Err(error) => format!("{error:#}"),
        };
        if pod.update(|status| std::mem::replace(&mut status.message, error.clone()) != error) {
            inner.event(&format!("pod {}: {error}", pod.facts.name));
        }
        let _ = std::fs::remove_dir_all(directory.join("volumes"));
        if pod.terminating() {
            return None;
        }
        pod.wait(Duration::from_millis(500));
    }
}

/// How a container's thread ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Completed(i32),
    Stopped,
}

struct Life<'a> {
    inner: &'a Arc<Inner>,
    pod: &'a Arc<Pod>,
    directory: &'a Path,
    network: &'a str,
    volumes: &'a PodVolumes,
    /// The main containers are over: sidecars may end.
    ending: AtomicBool,
}

impl Life<'_> {
    fn run(&self) -> Phase {
        thread::scope(|scope| {
            let mut sidecars = Vec::new();
            let policy = self.pod.spec.restart_policy();
            let mut outcome = None;
            for container in &self.pod.spec.init_containers {
                if container.sidecar() {
                    sidecars.push(scope.spawn(move || self.container(container, "Always", true)));
                    self.wait_started(container);
                } else {
                    let policy = if policy == "Never" { "Never" } else { "OnFailure" };
                    match self.container(container, policy, false) {
                        End::Completed(0) => {}
                        End::Completed(_) => outcome = Some(Phase::Failed),
                        End::Stopped => outcome = Some(Phase::Failed),
                    }
                }
                if outcome.is_some() || self.pod.terminating() {
                    break;
                }
            }
            if outcome.is_none() && !self.pod.terminating() {
                self.pod.update(|status| status.phase = Phase::Running);
                let threads: Vec<_> = self
                    .pod
                    .spec
                    .containers
                    .iter()
                    .map(|container| scope.spawn(move || self.container(container, policy, false)))
                    .collect();
                let ends: Vec<End> =
                    threads.into_iter().map(|thread| thread.join().unwrap_or(End::Completed(255))).collect();
                let good = ends.iter().all(|end| *end == End::Completed(0));
                outcome = Some(if good { Phase::Succeeded } else { Phase::Failed });
            }
            self.ending.store(true, Ordering::Relaxed);
            for sidecar in sidecars {
                let _ = sidecar.join();
            }
            outcome.unwrap_or(Phase::Failed)
        })
    }

    /// Waits until a sidecar counts as started, so that the next container may begin.
    fn wait_started(&self, container: &Container) {
        while !self.pod.terminating() {
            if self.pod.status().containers.get(&container.name).is_some_and(|status| status.started) {
                return;
            }
            self.pod.wait(Duration::from_millis(50));
        }
    }

    fn log_file(&self, container: &Container) -> PathBuf {
        self.inner.log_file(&self.pod.facts.name, &container.name)
    }

    /// Runs a container, again and again as its policy says.
    fn container(&self, container: &Container, policy: &str, sidecar: bool) -> End {
        let mut restarts = 0;
        let mut backoff = Duration::from_millis(500);
        loop {
            let began = Instant::now();
            let code = match self.once(container, restarts, sidecar) {
                Ok(Some(code)) => code,
                Ok(None) => return End::Stopped,
                Err(error) => {
                    let reason = format!("{error:#}");
                    self.note(container, &reason);
                    self.set(container, |status| status.reason = reason.clone());
                    128
                }
            };
            self.set(container, |status| {
                status.running = false;
                status.ready = false;
                status.started = false;
                status.target = None;
                status.last_exit = Some(code);
            });
            if self.pod.terminating() || (sidecar && self.ending.load(Ordering::Relaxed)) {
                return End::Stopped;
            }
            if policy == "Never" || (policy == "OnFailure" && code == 0) {
                return End::Completed(code);
            }
            self.note(container, &format!("ended with {code} and is started again"));
            restarts += 1;
            self.set(container, |status| status.restarts = restarts);
            // The kubelet's 10 s to 5 min would be most of a scenario's time.
            if began.elapsed() > Duration::from_secs(60) {
                backoff = Duration::from_millis(500);
            }
            let until = Instant::now() + backoff;
            backoff = (backoff * 2).min(Duration::from_secs(5));
            while Instant::now() < until {
                if self.pod.terminating() || (sidecar && self.ending.load(Ordering::Relaxed)) {
                    return End::Stopped;
                }
                self.pod.wait(Duration::from_millis(100));
            }
        }
    }

    fn set(&self, container: &Container, change: impl FnOnce(&mut super::ContainerStatus)) {
        self.pod.update(|status| change(status.containers.entry(container.name.clone()).or_default()));
        self.pod.refresh_ready();
    }

    fn note(&self, container: &Container, text: &str) {
        self.inner.event(&format!("pod {} container {}: {text}", self.pod.facts.name, container.name));
    }

    /// One run of a container: its exit code, or `None` when the pod was deleted.
    fn once(&self, container: &Container, restarts: u32, sidecar: bool) -> Result<Option<i32>> {
        let objects = self.inner.objects();
        let directory = self.directory.join(format!("{}-{restarts}", container.name));
        let (launch, image) = launch(self.pod, &objects, container, self.volumes, &directory)?;
        drop(objects);
        let mut running = Running::start(launch, self.network, &self.log_file(container))?;
        let run = Run { life: self, container, image, sidecar };
        let code = run.supervise(&mut running);
        running.remove();
        Ok(code)
    }
}

struct Run<'a> {
    life: &'a Life<'a>,
    container: &'a Container,
    image: &'a Image,
    sidecar: bool,
}

impl Run<'_> {
    fn supervise(&self, running: &mut Running) -> Option<i32> {
        let pod = self.life.pod;
        let target = running.exec_target();
        self.life.set(self.container, |status| {
            status.running = true;
            status.reason.clear();
            status.target = Some(target.clone());
        });
        let over = AtomicBool::new(false);
        let kill = std::sync::Mutex::new(None::<(String, Duration)>);
        thread::scope(|scope| {
            scope.spawn(|| {
                if let Some(handler) = &self.container.lifecycle.post_start {
                    let longest = Duration::from_secs(600);
                    if let Err(error) = hook(pod, self.container, self.image, &target, handler, longest) {
                        self.kill(&kill, format!("postStart failed: {error}"), None);
                        return;
                    }
                }
                self.probe_all(&over, &kill, &target);
            });
            let code = loop {
                if let Some(code) = running.exit_code() {
                    break Some(code);
                }
                let stop = pod.status().stop;
                if let Some(stop) = stop {
                    if stop.at_once {
                        running.signal(Signal::KILL);
                    } else if !self.sidecar || self.life.ending.load(Ordering::Relaxed) {
                        self.end(running, stop.grace);
                    }
                } else if self.sidecar && self.life.ending.load(Ordering::Relaxed) {
                    self.end(running, Duration::from_secs(pod.spec.grace_seconds()));
                }
                let reason = kill.lock().ok().and_then(|mut kill| kill.take());
                if let Some((reason, grace)) = reason {
                    self.life.note(self.container, &format!("is killed: {reason}"));
                    self.end(running, grace);
                }
                thread::sleep(TICK);
            };
            over.store(true, Ordering::Relaxed);
            if pod.terminating() && !self.sidecar { None } else { code }
        })
    }

    fn kill(&self, kill: &std::sync::Mutex<Option<(String, Duration)>>, reason: String, probe: Option<&Probe>) {
        let grace = probe
            .and_then(|probe| probe.termination_grace_period_seconds)
            .unwrap_or_else(|| self.life.pod.spec.grace_seconds());
        if let Ok(mut kill) = kill.lock() {
            *kill = Some((reason, Duration::from_secs(grace)));
        }
    }

    /// preStop, the stop signal, and after the grace period SIGKILL.
    fn end(&self, running: &mut Running, grace: Duration) {
        let pod = self.life.pod;
        let deadline = Instant::now() + grace;
        if let Some(handler) = &self.container.lifecycle.pre_stop
            && running.exit_code().is_none()
        {
            let target = running.exec_target();
            if let Err(error) = hook(pod, self.container, self.image, &target, handler, grace) {
                self.life.note(self.container, &format!("preStop failed: {error}"));
            }
        }
        let name = self.container.lifecycle.stop_signal.as_deref().unwrap_or(self.image.stop_signal);
        running.signal(signal_named(name).unwrap_or(Signal::TERM));
        // The kubelet leaves 2 s after a preStop hook that used up the grace period.
        let deadline = deadline.max(Instant::now() + Duration::from_secs(2));
        while running.exit_code().is_none() {
            let at_once = pod.status().stop.is_some_and(|stop| stop.at_once);
            if at_once || Instant::now() > deadline {
                if !at_once {
                    self.life.note(self.container, "did not end within its grace period and is killed");
                }
                running.signal(Signal::KILL);
            }
            thread::sleep(TICK);
        }
    }

    /// The startup probe first, then readiness and liveness until the container is over.
    fn probe_all(
        &self,
        over: &AtomicBool,
        kill: &std::sync::Mutex<Option<(String, Duration)>>,
        target: &crate::container::ExecTarget,
    ) {
        let scale = self.life.inner.options.time_scale;
        if let Some(probe) = &self.container.startup_probe {
            let mut counter = Counter::new(probe, None);
            let done = self.repeat(over, target, probe, Timing::new(probe, scale), |result| {
                match counter.observe(result.is_ok()) {
                    Some(Verdict::Success) => Some(true),
                    Some(Verdict::Failure) => {
                        let seen = result.err().unwrap_or_default();
                        self.kill(kill, format!("startup probe failed: {seen}"), Some(probe));
                        Some(false)
                    }
                    None => {
                        if let Err(seen) = result {
                            self.life.set(self.container, |status| status.reason = format!("not started: {seen}"));
                        }
                        None
                    }
                }
            });
            if done != Some(true) {
                return;
            }
        }
        let ready_at_once = self.container.readiness_probe.is_none();
        self.life.set(self.container, |status| {
            status.started = true;
            status.ready = ready_at_once;
            status.reason.clear();
        });
        thread::scope(|scope| {
            if let Some(probe) = &self.container.readiness_probe {
                scope.spawn(move || {
                    let mut counter = Counter::new(probe, Some(Verdict::Failure));
                    let mut before = false;
                    self.repeat(over, target, probe, Timing::new(probe, scale), |result| {
                        counter.observe(result.is_ok());
                        let ready = counter.verdict() == Some(Verdict::Success);
                        if ready != before {
                            before = ready;
                            if let (false, Err(error)) = (ready, &result) {
                                self.life.note(self.container, &format!("is not ready: {error}"));
                            }
                            self.life.set(self.container, |status| status.ready = ready);
                        } else if let (false, Err(error)) = (ready, result) {
                            self.life.set(self.container, |status| status.reason = format!("not ready: {error}"));
                        }
                        None::<()>
                    });
                });
            }
            if let Some(probe) = &self.container.liveness_probe {
                scope.spawn(move || {
                    let mut counter = Counter::new(probe, Some(Verdict::Success));
                    self.repeat(over, target, probe, Timing::new(probe, scale), |result| {
                        let verdict = counter.observe(result.is_ok());
                        (verdict == Some(Verdict::Failure)).then(|| {
                            let seen = result.err().unwrap_or_default();
                            self.kill(kill, format!("liveness probe failed: {seen}"), Some(probe));
                        })
                    });
                });
            }
        });
    }

    /// Probes in the probe's rhythm until `judge` gives something or the container is over.
    fn repeat<T>(
        &self,
        over: &AtomicBool,
        target: &crate::container::ExecTarget,
        probe: &Probe,
        timing: Timing,
        mut judge: impl FnMut(Result<(), String>) -> Option<T>,
    ) -> Option<T> {
        let mut next = Instant::now() + timing.initial_delay;
        loop {
            while Instant::now() < next {
                if over.load(Ordering::Relaxed) {
                    return None;
                }
                thread::sleep(TICK);
            }
            next = Instant::now() + timing.period;
            let result = check(self.life.pod, self.container, self.image, target, probe, timing.timeout);
            if over.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(out) = judge(result) {
                return Some(out);
            }
        }
    }
}
