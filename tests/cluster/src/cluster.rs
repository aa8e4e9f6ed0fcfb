//! A cluster of one node: the applied objects, the pods, and what a scenario asks of them.

use crate::container::{ExecTarget, Output, new_claim};
use crate::controllers;
use crate::env::PodFacts;
use crate::kubelet::{Owner, Phase, Pod, Stop, run_pod};
use crate::names::Names;
use crate::network::{DNS, NODE, Network};
use crate::objects::{Key, Objects, Template};
use crate::services::Services;
use crate::spec::PodSpec;
use crate::{dns, sandbox};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The times that scenarios wait are those of a machine with time; a busy one gets so many times as much. A scenario that works waits
/// no longer for it.
pub const PATIENCE: u32 = 4;

/// How a cluster runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Factor on the delays and periods of probes and on minReadySeconds; timeouts and thresholds stay as declared.
    pub time_scale: f64,
    /// Where the logs of containers and of events go.
    pub logs: PathBuf,
}

/// What the threads of a cluster share.
pub struct Inner {
    pub options: Options,
    pub network: Network,
    pub services: Services,
    objects: Mutex<Arc<Objects>>,
    pods: Mutex<BTreeMap<Key, Arc<Pod>>>,
    claims: Mutex<BTreeMap<Key, PathBuf>>,
    held: Mutex<BTreeSet<Key>>,
    pub(crate) controllers: Mutex<controllers::Memory>,
    events: Mutex<File>,
    began: Instant,
    next_id: AtomicU32,
}

/// A running cluster, as a scenario uses it.
pub struct Cluster {
    inner: Arc<Inner>,
    pub namespace: String,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    pub fn objects(&self) -> Arc<Objects> {
        Arc::clone(&lock(&self.objects))
    }

    /// All pods that are not gone.
    pub fn pods(&self) -> Vec<Arc<Pod>> {
        lock(&self.pods).values().cloned().collect()
    }

    pub fn pod(&self, namespace: &str, name: &str) -> Option<Arc<Pod>> {
        lock(&self.pods).get(&(namespace.to_owned(), name.to_owned())).cloned()
    }

    /// Whether no pod of that name may be made now.
    pub fn is_held(&self, namespace: &str, pod: &str) -> bool {
        lock(&self.held).contains(&(namespace.to_owned(), pod.to_owned()))
    }

    /// One line of what happened, with the time since the start.
    pub fn event(&self, text: &str) {
        let _ = writeln!(lock(&self.events), "{:8.2} {text}", self.began.elapsed().as_secs_f64());
    }

    pub fn log_file(&self, pod: &str, container: &str) -> PathBuf {
        self.options.logs.join(format!("{pod}.{container}.log"))
    }

    pub fn next_id(&self) -> u32 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// The directory of a claim; made as a new volume when there is none.
    pub fn claim(&self, namespace: &str, name: &str) -> Result<PathBuf> {
        let mut claims = lock(&self.claims);
        let key = (namespace.to_owned(), name.to_owned());
        if let Some(path) = claims.get(&key) {
            return Ok(path.clone());
        }
        let path = Path::new(sandbox::ROOT).join("claims").join(format!("{namespace}.{name}"));
        new_claim(&path)?;
        claims.insert(key, path.clone());
        Ok(path)
    }

    /// Deletes a claim and its data.
    pub fn delete_claim(&self, namespace: &str, name: &str) {
        if let Some(path) = lock(&self.claims).remove(&(namespace.to_owned(), name.to_owned())) {
            self.event(&format!("claim {name} is deleted with its data"));
            let _ = fs::remove_dir_all(path);
        }
    }

    /// Creates a pod and starts its kubelet.
    pub fn create_pod(self: &Arc<Self>, namespace: &str, name: &str, new: NewPod<'_>) -> Result<()> {
        let address = self.network.pod_address()?;
        let mut template = new.template.clone();
        let mut claims = BTreeMap::new();
        for (volume, claim) in new.claims {
            claims.insert(claim.clone(), self.claim(namespace, &claim)?);
            // A claim template takes the place of a volume of the same name.
            template.spec.volumes.retain(|existing| existing.name != volume);
            template.spec.volumes.push(crate::spec::Volume {
                name: volume,
                persistent_volume_claim: Some(crate::spec::ClaimVolume { claim_name: claim, read_only: false }),
                ..Default::default()
            });
        }
        if let Some((hostname, subdomain)) = new.host {
            template.spec.hostname = Some(hostname);
            template.spec.subdomain = Some(subdomain);
        }
        let id = self.next_id();
        let facts = PodFacts {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            uid: format!("00000000-0000-4000-8000-{id:012}"),
            labels: template.meta.labels.into_iter().chain(new.labels).collect(),
            annotations: template.meta.annotations,
            ip: address.to_string(),
            host_ip: NODE.to_string(),
            node: "node-1".to_owned(),
            service_account: template.spec.service_account_name.clone().unwrap_or_else(|| "default".to_owned()),
        };
        let links = self.services.links(&self.objects(), namespace, template.spec.enable_service_links != Some(false));
        let pod = Arc::new(Pod::new(facts, address, new.owner, new.revision, template.spec, claims, links));
        lock(&self.pods).insert((namespace.to_owned(), name.to_owned()), Arc::clone(&pod));
        self.event(&format!("pod {name} is created with {address}"));
        let inner = Arc::clone(self);
        thread::spawn(move || {
            run_pod(&inner, &pod);
            lock(&inner.pods).remove(&(pod.facts.namespace.clone(), pod.facts.name.clone()));
            inner.event(&format!("pod {} is gone", pod.facts.name));
        });
        Ok(())
    }
}

/// What a controller says of a pod that it wants.
pub struct NewPod<'a> {
    pub template: &'a Template,
    pub labels: BTreeMap<String, String>,
    pub owner: Owner,
    pub revision: String,
    /// Volume name and claim name.
    pub claims: Vec<(String, String)>,
    /// Host name and subdomain.
    pub host: Option<(String, String)>,
}

impl Cluster {
    /// Starts an empty cluster in the namespaces of this process, which [`sandbox::enter`] prepared.
    pub fn start(options: Options) -> Result<Self> {
        fs::create_dir_all(&options.logs)?;
        let events = File::create(options.logs.join("events.log"))?;
        let inner = Arc::new(Inner {
            options,
            network: Network::new()?,
            services: Services::default(),
            objects: Mutex::default(),
            pods: Mutex::default(),
            claims: Mutex::default(),
            held: Mutex::default(),
            controllers: Mutex::default(),
            events: Mutex::new(events),
            began: Instant::now(),
            next_id: AtomicU32::new(1),
        });
        dns::serve(DNS, Arc::new(Names(Arc::downgrade(&inner))))?;
        let controlled = Arc::downgrade(&inner);
        thread::spawn(move || {
            while let Some(inner) = controlled.upgrade() {
                if let Err(error) = controllers::reconcile(&inner) {
                    inner.event(&format!("controller: {error:#}"));
                }
                drop(inner);
                thread::sleep(Duration::from_millis(50));
            }
        });
        Ok(Self { inner, namespace: "default".to_owned() })
    }

    /// Applies YAML text.
    pub fn apply(&self, yaml: &str) -> Result<()> {
        self.change(|objects| objects.add_yaml(yaml))
    }

    /// Applies a file or directory.
    pub fn apply_path(&self, path: &Path) -> Result<()> {
        self.change(|objects| objects.add_path(path))
    }

    /// Applies a manifest: `fixtures/NAME.yaml`, or a generated one for `generated/NAME`.
    pub fn apply_fixture(&self, name: &str) -> Result<()> {
        self.apply_path(&crate::scenarios::manifest(name))
    }

    /// Changes the applied objects, as `kubectl edit`, `scale` and `delete` do.
    pub fn change(&self, change: impl FnOnce(&mut Objects) -> Result<()>) -> Result<()> {
        let mut objects = lock(&self.inner.objects);
        let mut new = (**objects).clone();
        change(&mut new)?;
        self.inner.services.sync(&self.inner, &new)?;
        *objects = Arc::new(new);
        Ok(())
    }

    fn key(&self, name: &str) -> Key {
        (self.namespace.clone(), name.to_owned())
    }

    /// Writes a line between the events.
    pub fn note(&self, text: &str) {
        self.inner.event(text);
    }

    /// Sets the replicas of a StatefulSet.
    pub fn scale(&self, stateful_set: &str, replicas: u32) -> Result<()> {
        self.change(|objects| {
            let found = objects.stateful_sets.get_mut(&self.key(stateful_set)).context("no such StatefulSet")?;
            found.replicas = Some(replicas);
            Ok(())
        })
    }

    /// Changes the pod template of a StatefulSet, which makes a new revision.
    pub fn edit_template(&self, stateful_set: &str, edit: impl FnOnce(&mut Value) -> Result<()>) -> Result<()> {
        self.change(|objects| {
            let found = objects.stateful_sets.get_mut(&self.key(stateful_set)).context("no such StatefulSet")?;
            let mut source = found.template.source.clone();
            edit(&mut source)?;
            let template = Template::try_from(source).map_err(anyhow::Error::msg)?;
            ensure!(template.revision() != found.template.revision(), "the template is the same as before");
            found.template = template;
            Ok(())
        })
    }

    /// Sets the image of a StatefulSet's main container and of the others that have the same, as `kubectl set image` does.
    pub fn set_image(&self, stateful_set: &str, image: &str) -> Result<()> {
        self.edit_template(stateful_set, |template| {
            let old = template.pointer("/spec/containers/0/image").cloned().context("no container")?;
            for list in ["initContainers", "containers"] {
                let containers = template.pointer_mut(&format!("/spec/{list}")).and_then(Value::as_array_mut);
                for container in containers.into_iter().flatten().filter(|container| container["image"] == old) {
                    container["image"] = image.into();
                }
            }
            Ok(())
        })
    }

    /// Sets a variable of a StatefulSet's main container, as `kubectl set env` does.
    pub fn set_env(&self, stateful_set: &str, name: &str, value: &str) -> Result<()> {
        self.edit_template(stateful_set, |template| {
            let env = template.pointer_mut("/spec/containers/0/env").and_then(Value::as_array_mut).context("no env")?;
            let found = env.iter_mut().find(|variable| variable["name"] == name).context("no such variable")?;
            found["value"] = value.into();
            Ok(())
        })
    }

    /// Sets the partition of a StatefulSet's update.
    pub fn set_partition(&self, stateful_set: &str, partition: u32) -> Result<()> {
        self.change(|objects| {
            let found = objects.stateful_sets.get_mut(&self.key(stateful_set)).context("no such StatefulSet")?;
            let update = found.update_strategy.get_or_insert_default();
            update.rolling_update.get_or_insert_default().partition = Some(partition);
            Ok(())
        })
    }

    /// The image of a pod's first container.
    pub fn image(&self, pod: &str) -> Result<String> {
        let pod = self.inner.pod(&self.namespace, pod).context("no such pod")?;
        Ok(pod.spec.containers.first().context("no container")?.image.clone())
    }

    /// No pod of that name is made, as when no machine has room for it, until it is released.
    pub fn hold(&self, pod: &str) {
        lock(&self.inner.held).insert(self.key(pod));
    }

    pub fn release(&self, pod: &str) {
        lock(&self.inner.held).remove(&self.key(pod));
    }

    /// Deletes a StatefulSet; its pods follow.
    pub fn delete_stateful_set(&self, name: &str) -> Result<()> {
        self.change(|objects| objects.stateful_sets.remove(&self.key(name)).map(drop).context("no such StatefulSet"))
    }

    /// Waits until every pod of a StatefulSet is ready and of the newest revision.
    pub fn wait_ready(&self, stateful_set: &str, timeout: Duration) -> Result<()> {
        self.wait(timeout, &format!("StatefulSet {stateful_set} is ready"), || {
            controllers::stateful_set::complete(&self.inner, &self.key(stateful_set))
        })
    }

    /// Waits until a pod is ready.
    pub fn wait_pod_ready(&self, pod: &str, timeout: Duration) -> Result<()> {
        self.wait(timeout, &format!("pod {pod} is ready"), || {
            Ok(self.inner.pod(&self.namespace, pod).is_some_and(|pod| pod.ready() && !pod.terminating()))
        })
    }

    /// Polls until the condition holds; an error of the condition counts as "not yet" and is told at the end.
    pub fn wait(&self, timeout: Duration, what: &str, condition: impl Fn() -> Result<bool>) -> Result<()> {
        let deadline = Instant::now() + timeout * PATIENCE;
        loop {
            let last = match condition() {
                Ok(true) => return Ok(()),
                Ok(false) => None,
                Err(error) => Some(error),
            };
            if Instant::now() > deadline {
                let why = last.map(|error| format!(": {error:#}")).unwrap_or_default();
                bail!("not within {} s: {what}{why}; {}", (timeout * PATIENCE).as_secs(), self.describe());
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// The pods and what they wait for, on one line.
    pub fn describe(&self) -> String {
        let mut out = String::new();
        for pod in self.inner.pods() {
            let status = pod.status();
            let ready = if status.ready_since.is_some() { "ready" } else { "not ready" };
            let _ = write!(out, "{} {:?} {ready} {}", pod.facts.name, status.phase, status.message);
            for (name, container) in &status.containers {
                if container.restarts > 0 || !container.reason.is_empty() {
                    let exit = container.last_exit.map(|code| format!(" exit {code}")).unwrap_or_default();
                    let _ = write!(out, " [{name}: {} restarts{exit} {}]", container.restarts, container.reason);
                }
            }
            out.push_str("; ");
        }
        out
    }

    /// The names of the pods that exist.
    pub fn pod_names(&self) -> Vec<String> {
        self.inner.pods().iter().map(|pod| pod.facts.name.clone()).collect()
    }

    /// A pod's address.
    pub fn address(&self, pod: &str) -> Result<String> {
        Ok(self.inner.pod(&self.namespace, pod).context("no such pod")?.facts.ip.clone())
    }

    /// The times that a pod's containers were started again in this pod.
    pub fn restarts(&self, pod: &str) -> u32 {
        let pod = self.inner.pod(&self.namespace, pod);
        pod.map_or(0, |pod| pod.status().containers.values().map(|container| container.restarts).sum())
    }

    fn target(&self, pod: &str) -> Result<ExecTarget> {
        let found = self.inner.pod(&self.namespace, pod).with_context(|| format!("no pod {pod}"))?;
        let status = found.status();
        let running = found.spec.containers.iter().find_map(|container| {
            status
                .containers
                .get(&container.name)
                .filter(|status| status.running)
                .and_then(|status| status.target.clone())
        });
        running.with_context(|| format!("pod {pod} has no running container"))
    }

    /// Runs a command in the first container of a pod.
    pub fn exec(&self, pod: &str, argv: &[&str]) -> Result<Output> {
        self.exec_with(pod, argv, None, Duration::from_secs(30) * PATIENCE)
    }

    /// Runs a command with input and a time limit.
    pub fn exec_with(&self, pod: &str, argv: &[&str], input: Option<&str>, timeout: Duration) -> Result<Output> {
        let argv: Vec<String> = argv.iter().map(|word| (*word).to_owned()).collect();
        let began = Instant::now();
        let output = self.target(pod)?.exec(&argv, input, timeout)?;
        if output.timed_out || began.elapsed() > Duration::from_secs(5) {
            let how = if output.timed_out { "timed out" } else { "took long" };
            let took = began.elapsed().as_secs_f32();
            self.note(&format!("exec in {pod} {how} ({took:.1} s): {}: {}", argv.join(" "), output.stderr.trim()));
        }
        Ok(output)
    }

    /// Runs a command that must succeed; gives its output without spaces around it.
    pub fn ask(&self, pod: &str, argv: &[&str]) -> Result<String> {
        let output = self.exec(pod, argv)?;
        if output.code != 0 {
            let said = format!("{}{}", output.stdout.trim(), output.stderr.trim());
            bail!("{pod}: {} ended with {}: {said}", argv.join(" "), output.code);
        }
        Ok(output.stdout.trim().to_owned())
    }

    /// SIGKILL to all processes of a pod, as when its machine fails. Its controller makes a new one with another address.
    pub fn kill_pod(&self, pod: &str) -> Result<()> {
        self.kill(&[pod])
    }

    /// SIGKILL to all pods of a StatefulSet at once.
    pub fn kill_all(&self, stateful_set: &str) -> Result<()> {
        let names: Vec<String> = self
            .inner
            .pods()
            .iter()
            .filter(|pod| matches!(&pod.owner, Owner::StatefulSet { name, .. } if name == stateful_set))
            .map(|pod| pod.facts.name.clone())
            .collect();
        self.kill(&names.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn kill(&self, names: &[&str]) -> Result<()> {
        let pods: Vec<Arc<Pod>> = names
            .iter()
            .map(|name| self.inner.pod(&self.namespace, name).with_context(|| format!("no pod {name}")))
            .collect::<Result<_>>()?;
        for pod in &pods {
            self.inner.event(&format!("pod {} is killed", pod.facts.name));
            pod.stop(Stop { grace: Duration::ZERO, at_once: true });
        }
        self.wait(Duration::from_secs(20), "killed pods are gone", || Ok(pods.iter().all(|pod| pod.status().gone)))
    }

    /// Deletes a pod with its grace period, as `kubectl delete pod`.
    pub fn delete_pod(&self, name: &str) -> Result<()> {
        let pod = self.inner.pod(&self.namespace, name).with_context(|| format!("no pod {name}"))?;
        let grace = Duration::from_secs(pod.spec.grace_seconds());
        pod.stop(Stop { grace, at_once: false });
        self.wait(grace + Duration::from_secs(10), &format!("pod {name} is gone"), || Ok(pod.status().gone))
    }

    /// SIGKILL to process 1 of the first container: the kubelet starts it again in the same pod.
    pub fn crash_container(&self, pod: &str) -> Result<()> {
        let target = self.target(pod)?;
        if let Some(pid) = i32::try_from(target.pid).ok().and_then(rustix::process::Pid::from_raw) {
            rustix::process::kill_process(pid, rustix::process::Signal::KILL)?;
        }
        Ok(())
    }

    /// The output of a container over all its runs.
    pub fn logs(&self, pod: &str, container: &str) -> String {
        fs::read(self.inner.log_file(pod, container))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// Starts the Job of a CronJob now, as `kubectl create job --from` does; gives its name.
    pub fn run_cron_job(&self, name: &str) -> Result<String> {
        self.create_job(name, |_| {})
    }

    /// The same, with something changed on the way, as `kubectl set env --local` does between `--dry-run` and `create`.
    pub fn create_job(&self, cron_job: &str, change: impl FnOnce(&mut PodSpec)) -> Result<String> {
        let job = format!("{cron_job}-{}", self.inner.next_id());
        self.change(|objects| {
            let cron = objects.cron_jobs.get(&self.key(cron_job)).with_context(|| format!("no CronJob {cron_job}"))?;
            let mut new = cron.job_template.spec.clone();
            change(&mut new.template.spec);
            objects.jobs.insert(self.key(&job), new);
            Ok(())
        })?;
        Ok(job)
    }

    /// Deletes a Job; its pods follow.
    pub fn delete_job(&self, name: &str) -> Result<()> {
        self.change(|objects| objects.jobs.remove(&self.key(name)).map(drop).context("no such Job"))
    }

    /// Waits until a Job is complete or failed; `true` is complete.
    pub fn wait_job(&self, name: &str, timeout: Duration) -> Result<bool> {
        self.wait(timeout, &format!("Job {name} has ended"), || {
            Ok(controllers::job::outcome(&self.inner, &self.key(name)).is_some())
        })?;
        Ok(controllers::job::outcome(&self.inner, &self.key(name)) == Some(true))
    }

    /// What the pods of a Job wrote, all containers, in the order of the pods.
    pub fn job_logs(&self, job: &str) -> String {
        let mut out = String::new();
        let mut files: Vec<PathBuf> = fs::read_dir(&self.inner.options.logs)
            .map(|entries| entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect())
            .unwrap_or_default();
        files.sort();
        for file in files {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with(&format!("{job}-")) {
                out.push_str(&fs::read_to_string(&file).unwrap_or_default());
            }
        }
        out
    }

    /// Deletes all pods and waits for their end, so that orderly shutdown is part of a scenario.
    pub fn shut_down(&self) -> Result<()> {
        self.change(|objects| {
            *objects = Objects::default();
            Ok(())
        })?;
        let longest = self.inner.pods().iter().map(|pod| pod.spec.grace_seconds()).max().unwrap_or(0);
        self.wait(Duration::from_secs(longest + 10), "all pods are gone", || Ok(self.inner.pods().is_empty()))
    }

    /// Whether a pod ended well.
    pub fn phase(&self, pod: &str) -> Option<Phase> {
        self.inner.pod(&self.namespace, pod).map(|pod| pod.status().phase)
    }

    /// The directory of a claim of a StatefulSet's pod, to look into.
    pub fn claim_directory(&self, claim: &str) -> Result<PathBuf> {
        self.inner.claim(&self.namespace, claim)
    }

    /// Deletes a claim and its data, as `kubectl delete pvc`.
    pub fn delete_claim(&self, claim: &str) {
        self.inner.delete_claim(&self.namespace, claim);
    }
}
