//! From a container's declaration to what has to be started.

use crate::container::{Identity, Launch, LaunchDir, LaunchFile, LaunchMount, PodVolumes};
use crate::env::{Sources, assemble, expand_words};
use crate::images::{self, Image};
use crate::kubelet::Pod;
use crate::objects::Objects;
use crate::spec::Container;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

/// The capabilities that containerd gives a container which asks for nothing.
const CAPABILITIES: &[&str] = &[
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SYS_CHROOT",
    "MKNOD",
    "AUDIT_WRITE",
    "SETFCAP",
];

/// What the kubelet hands to the runtime. An error is the reason of `CreateContainerConfigError`.
pub(super) fn launch(
    pod: &Pod,
    objects: &Objects,
    container: &Container,
    volumes: &PodVolumes,
    directory: &Path,
) -> Result<(Launch, &'static Image)> {
    let Some((image, tag)) = images::find(&container.image) else {
        bail!("ErrImagePull: the harness has no image \"{}\"", container.image);
    };
    let user = identity(pod, container, image)?;
    let sources = Sources {
        facts: &pod.facts,
        spec: &pod.spec,
        config_maps: &objects.config_maps,
        secrets: &objects.secrets,
        service_links: &pod.service_links,
    };
    let declared = assemble(&sources, container)?;
    let mut environment = image_environment(image, &tag, pod, user.uid);
    for (name, value) in &declared {
        environment.retain(|(existing, _)| existing != name);
        environment.push((name.clone(), value.clone()));
    }
    // Only what the manifest declares can be referred to with $(NAME), not what the image brings.
    let command = expand_words(&container.command, &declared);
    let arguments = expand_words(&container.args, &declared);
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let argv = match (command.is_empty(), arguments.is_empty()) {
        (true, true) => [words(image.entrypoint), words(image.cmd)].concat(),
        (true, false) => [words(image.entrypoint), arguments].concat(),
        (false, _) => [command, arguments].concat(),
    };
    let mut mounts = pod_files(pod, directory)?;
    mounts.extend(volumes.mounts(container, &declared)?);
    let mounted: BTreeSet<PathBuf> = mounts.iter().map(|mount| mount.target.clone()).collect();
    // The runtime makes a volume for each VOLUME of the image, except where one is mounted already.
    for (index, volume) in (image.volumes)(&tag).iter().enumerate() {
        let target = PathBuf::from(volume.path.as_ref());
        if !mounted.contains(&target) {
            let source = directory.join(format!("image-volume-{index}"));
            fs::create_dir_all(&source)?;
            chown(&source, Some(volume.owner.0), Some(volume.owner.1))?;
            fs::set_permissions(&source, fs::Permissions::from_mode(volume.mode))?;
            mounts.push(LaunchMount { source, target, read_only: false });
        }
    }
    mounts.sort_by_key(|mount| mount.target.components().count());
    let launch = Launch {
        directory: directory.to_path_buf(),
        hostname: hostname(pod),
        root: PathBuf::from(image.root),
        hide: image.hide.iter().map(PathBuf::from).collect(),
        only: (image.only)(&tag)
            .map(|programs| programs.iter().map(|(from, to)| (PathBuf::from(from), PathBuf::from(to))).collect()),
        dirs: image
            .dirs
            .iter()
            .map(|dir| LaunchDir {
                path: PathBuf::from(dir.path.as_ref()),
                uid: dir.owner.0,
                gid: dir.owner.1,
                mode: dir.mode,
            })
            .collect(),
        files: image_files(image),
        mounts,
        shared_memory: volumes.shared_memory.clone(),
        read_only_root: container.security_context.read_only_root_filesystem == Some(true),
        user,
        environment,
        workdir: PathBuf::from(container.working_dir.as_deref().unwrap_or(image.workdir)),
        argv,
    };
    Ok((launch, image))
}

fn hostname(pod: &Pod) -> String {
    pod.spec.hostname.clone().unwrap_or_else(|| pod.facts.name.clone())
}

fn identity(pod: &Pod, container: &Container, image: &Image) -> Result<Identity> {
    let (pod_security, security) = (&pod.spec.security_context, &container.security_context);
    let uid = security.run_as_user.or(pod_security.run_as_user).unwrap_or(image.user);
    if security.run_as_non_root.or(pod_security.run_as_non_root) == Some(true) && uid == 0 {
        bail!("container has runAsNonRoot and image will run as root");
    }
    let known = image.users.iter().find(|user| user.uid == uid);
    let gid = security.run_as_group.or(pod_security.run_as_group).or(known.map(|user| user.gid)).unwrap_or(0);
    let mut groups = pod_security.supplemental_groups.clone();
    groups.extend(pod_security.fs_group);
    groups.extend(known.map(|user| user.gid));
    groups.sort_unstable();
    groups.dedup();
    let name = |capability: &String| capability.trim_start_matches("CAP_").to_ascii_uppercase();
    let dropped: Vec<String> = security.capabilities.drop.iter().map(name).collect();
    let mut capabilities: Vec<String> = CAPABILITIES.iter().map(|name| (*name).to_owned()).collect();
    if dropped.iter().any(|name| name == "ALL") {
        capabilities.clear();
    }
    capabilities.retain(|capability| !dropped.contains(capability));
    capabilities.extend(security.capabilities.add.iter().map(name));
    let no_new_privileges = security.allow_privilege_escalation == Some(false);
    Ok(Identity { uid, gid, groups, no_new_privileges, capabilities })
}

/// What the image and the runtime give: PATH, HOSTNAME, HOME, ENV of the Dockerfile.
fn image_environment(image: &Image, tag: &str, pod: &Pod, uid: u32) -> Vec<(String, String)> {
    let home = match uid {
        0 => "/root",
        _ => image.users.iter().find(|user| user.uid == uid).map_or("/", |user| user.home),
    };
    let mut out = vec![
        ("PATH".to_owned(), images::PATH.to_owned()),
        ("HOSTNAME".to_owned(), hostname(pod)),
        ("HOME".to_owned(), home.to_owned()),
    ];
    for (name, value) in (image.env)(tag) {
        out.retain(|(existing, _)| *existing != name);
        out.push((name, value));
    }
    out
}

fn image_files(image: &Image) -> Vec<LaunchFile> {
    let mut passwd =
        "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n".to_owned();
    let mut group = "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n".to_owned();
    for user in image.users {
        passwd.push_str(&format!("{0}:x:{1}:{2}::{3}:/bin/sh\n", user.name, user.uid, user.gid, user.home));
        group.push_str(&format!("{}:x:{}:\n", user.name, user.gid));
    }
    let mut files: Vec<LaunchFile> = [("/etc/passwd", passwd), ("/etc/group", group)]
        .into_iter()
        .map(|(path, content)| LaunchFile { path: PathBuf::from(path), mode: 0o644, content })
        .collect();
    files.extend(image.files.iter().map(|file| LaunchFile {
        path: PathBuf::from(file.path),
        mode: file.mode,
        content: file.content.to_owned(),
    }));
    files
}

/// `/etc/hosts`, `/etc/resolv.conf`, `/etc/hostname`: the kubelet's own files, which stay writable.
fn pod_files(pod: &Pod, directory: &Path) -> Result<Vec<LaunchMount>> {
    let directory = directory.parent().context("a container's directory is the pod's")?;
    let namespace = &pod.facts.namespace;
    let hostname = hostname(pod);
    let own = match &pod.spec.subdomain {
        Some(subdomain) => format!("{hostname}.{subdomain}.{namespace}.svc.cluster.local\t{hostname}"),
        None => hostname.clone(),
    };
    let mut hosts =
        format!("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n{}\t{own}\n", pod.address);
    for alias in &pod.spec.host_aliases {
        hosts.push_str(&format!("{}\t{}\n", alias.ip, alias.hostnames.join("\t")));
    }
    let resolv = format!(
        "search {namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver {}\noptions ndots:5\n",
        crate::network::DNS
    );
    // The machine may list other sources of names; a container's image says "files dns" or nothing.
    let nsswitch = "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n";
    let mut mounts = Vec::new();
    for (name, content) in [
        ("hosts", hosts.as_str()),
        ("resolv.conf", resolv.as_str()),
        ("hostname", &format!("{hostname}\n")),
        ("nsswitch.conf", nsswitch),
    ] {
        let source = directory.join(name);
        fs::write(&source, content)?;
        mounts.push(LaunchMount { source, target: Path::new("/etc").join(name), read_only: false });
    }
    Ok(mounts)
}
