//! What the harness knows of official images: how the programs of Debian's packages take the place of an image.
//!
//! One file per engine. Where an image's entrypoint does work that a package lacks, a script of our own with the
//! documented behaviour stands in for it; it names its source. Nothing here knows of any manifest.

mod etcd;
mod general;
mod mariadb;
mod mysql;
mod nats;
mod postgres;
mod rabbitmq;
mod rclone;
mod redis;
mod s3;
mod zookeeper;

use std::path::Path;

/// An image, as its registry page and Dockerfile describe it.
pub struct Image {
    /// Names without tag or digest, and without `docker.io/library/`.
    pub names: &'static [&'static str],
    /// Programs of this machine that it needs; the scenario is skipped without them.
    pub needs: &'static [&'static str],
    /// The only programs of an image without a distribution (no shell): where this machine and where the image has them.
    pub only: fn(tag: &str) -> Option<Programs>,
    /// ENV of the Dockerfile.
    pub env: fn(tag: &str) -> Vec<(String, String)>,
    pub entrypoint: &'static [&'static str],
    pub cmd: &'static [&'static str],
    /// USER of the Dockerfile.
    pub user: u32,
    /// The users that its `/etc/passwd` knows beside root and nobody.
    pub users: &'static [User],
    /// STOPSIGNAL of the Dockerfile.
    pub stop_signal: &'static str,
    pub workdir: &'static str,
    /// The directory whose files it has: this machine's own, or where `install.sh` unpacked packages of another release.
    pub root: &'static str,
    /// Directories of this machine that must look empty.
    pub hide: &'static [&'static str],
    pub dirs: &'static [Dir],
    pub files: &'static [File],
    /// VOLUME of the Dockerfile.
    pub volumes: fn(tag: &str) -> Vec<Dir>,
    /// Paths of http probes that the packaged version answers under another name.
    pub http_paths: &'static [(&'static str, &'static str)],
}

/// Programs by their place on this machine and in the image.
pub type Programs = &'static [(&'static str, &'static str)];

#[derive(Clone, Copy)]
pub struct User {
    pub name: &'static str,
    pub uid: u32,
    pub gid: u32,
    pub home: &'static str,
}

#[derive(Clone)]
pub struct Dir {
    pub path: CowPath,
    pub owner: (u32, u32),
    pub mode: u32,
}

/// A path that may be computed from the tag.
pub type CowPath = std::borrow::Cow<'static, str>;

pub struct File {
    pub path: &'static str,
    pub mode: u32,
    pub content: &'static str,
}

pub const fn dir(path: &'static str, owner: u32, mode: u32) -> Dir {
    Dir { path: CowPath::Borrowed(path), owner: (owner, owner), mode }
}

pub const fn script(path: &'static str, content: &'static str) -> File {
    File { path, mode: 0o755, content }
}

/// The search path that Docker's images share.
pub const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const DEFAULT: Image = Image {
    names: &[],
    needs: &[],
    only: |_| None,
    env: |_| Vec::new(),
    entrypoint: &[],
    cmd: &[],
    user: 0,
    users: &[],
    stop_signal: "SIGTERM",
    workdir: "/",
    root: "/",
    hide: &[],
    dirs: &[],
    files: &[],
    volumes: |_| Vec::new(),
    http_paths: &[],
};

static ALL: &[&Image] = &[
    &etcd::IMAGE,
    &general::IMAGE,
    &mariadb::IMAGE,
    &mysql::IMAGE,
    &nats::IMAGE,
    &nats::TOOLBOX,
    &postgres::IMAGE,
    &rabbitmq::IMAGE,
    &rclone::IMAGE,
    &redis::IMAGE,
    &s3::IMAGE,
    &zookeeper::IMAGE,
];

/// Environment variables as the table holds them.
fn vars<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// The number at the start of a tag: `17.2-alpine` is 17.
fn major(tag: &str) -> Option<u32> {
    tag.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The image of a reference and its tag.
pub fn find(reference: &str) -> Option<(&'static Image, String)> {
    let (name, tag) = split(reference);
    ALL.iter().find(|image| image.names.contains(&name.as_str())).map(|image| (*image, tag))
}

/// The programs that the image needs and this machine lacks.
pub fn missing(reference: &str) -> Vec<String> {
    match find(reference) {
        None => vec![format!("an image table entry for {reference}")],
        Some((image, _)) => {
            image.needs.iter().filter(|program| !exists(program)).map(|program| (*program).to_owned()).collect()
        }
    }
}

fn exists(program: &str) -> bool {
    if program.starts_with('/') {
        return Path::new(program).exists();
    }
    PATH.split(':').any(|dir| Path::new(dir).join(program).exists())
}

/// Name without registry default and tag or digest; the tag, `latest` where there is none.
fn split(reference: &str) -> (String, String) {
    let without_digest = reference.split('@').next().unwrap_or(reference);
    let (name, tag) = match without_digest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (without_digest, "latest"),
    };
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    (name.to_owned(), tag.to_owned())
}
