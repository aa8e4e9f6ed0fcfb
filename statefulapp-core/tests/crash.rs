//! A run that is killed at any moment leaves the tree wholly old or wholly new, and the next run succeeds.
//!
//! The tests start themselves again as the writer: with `CRASH_TREE` set, [`writer`] writes that directory until it is
//! killed (or once, if `CRASH_VERSION` says which version).
#![cfg(unix)]

use statefulapp_core::output::{File, WriteOptions, write};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How many files a version has.
const COUNT: usize = 20;

/// The files of version 0 or 1: common ones, ones that change, ones that only one version has, in several directories.
fn files(version: usize, count: usize) -> Vec<File> {
    let mut files = Vec::new();
    for number in 0..count {
        let content = match number % 3 {
            0 => "always the same\n".to_owned(),
            _ => format!("version {version}\n").repeat(number * 2 + 1),
        };
        let path = match number % 5 {
            0 => format!("sub/directory-{number}/file.yaml"),
            1 => format!("only-in-{version}/file-{number}.yaml"),
            2 => format!("file-{number}-of-{version}.yaml"),
            _ => format!("file-{number}.yaml"),
        };
        files.push(File { path, content, secret: number % 7 == 0 });
    }
    files
}

fn options() -> WriteOptions {
    let mut options = WriteOptions::default();
    // The kernel lives on when a process is killed, so the disk needs not be waited for.
    options.sync = false;
    options
}

fn run(directory: &Path, version: usize, count: usize) {
    write(directory, "stack", files(version, count).into_iter().map(Ok), &options()).unwrap();
}

/// The writer: does nothing unless one of the other tests has started it.
#[test]
fn writer() {
    let Some(tree) = std::env::var_os("CRASH_TREE") else { return };
    let tree = PathBuf::from(tree);
    if let Ok(version) = std::env::var("CRASH_VERSION") {
        return run(&tree, version.parse().unwrap(), FEW);
    }
    for version in (0..2).cycle() {
        run(&tree, version, COUNT);
    }
}

/// All that is in the tree: directories by their mode, files by mode and content, links by what they point to.
fn read_tree(root: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, directory: &Path, tree: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let what = if metadata.is_dir() {
                walk(root, &path, tree);
                "directory".to_owned()
            } else if metadata.is_symlink() {
                format!("link to {}", fs::read_link(&path).unwrap().display())
            } else {
                fs::read_to_string(&path).unwrap()
            };
            let mode = if metadata.is_symlink() { 0 } else { metadata.mode() };
            tree.insert(path.strip_prefix(root).unwrap().display().to_string(), format!("{mode:o} {what}"));
        }
    }
    let mut tree = BTreeMap::new();
    walk(root, root, &mut tree);
    tree
}

/// Files that the writer did not write.
fn put_foreign(root: &Path) {
    fs::create_dir_all(root.join("mine/deep/empty")).unwrap();
    fs::create_dir_all(root.join("sub/directory-0")).unwrap();
    for path in ["note.txt", "mine/note.txt", "mine/deep/note.txt", "sub/directory-0/note.txt", ".env"] {
        fs::write(root.join(path), format!("mine: {path}")).unwrap();
    }
    fs::set_permissions(root.join("note.txt"), fs::Permissions::from_mode(0o440)).unwrap();
    fs::set_permissions(root.join("mine"), fs::Permissions::from_mode(0o750)).unwrap();
    symlink("/nowhere", root.join("link")).unwrap();
    symlink("../note.txt", root.join("mine/link")).unwrap();
}

/// Inodes and times of the files that the writer did not write.
fn foreign(root: &Path) -> Vec<(u64, i64, i64)> {
    let paths = [".env", "note.txt", "mine/note.txt", "mine/deep/note.txt", "sub/directory-0/note.txt", "link"];
    let metadata = paths.map(|path| fs::symlink_metadata(root.join(path)).unwrap());
    metadata.iter().map(|metadata| (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())).collect()
}

#[test]
fn killed_at_any_moment() {
    let parent = tempfile::tempdir().unwrap();
    let tree = parent.path().join("tree");
    fs::create_dir(&tree).unwrap();
    put_foreign(&tree);
    let before = foreign(&tree);
    let wholly = [0, 1].map(|version| {
        run(&tree, version, COUNT);
        read_tree(&tree)
    });
    assert_ne!(wholly[0], wholly[1]);

    let mut seen = [0, 0];
    let mut left_behind = 0;
    let mut random = 12345u64;
    for kill in 0..200 {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer", "--nocapture", "--test-threads=1"])
            .env("CRASH_TREE", &tree)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let deadline = Instant::now() + Duration::from_micros((random >> 33) % 12_000);
        while Instant::now() < deadline {
            // At no moment is there no directory, or a file of it missing.
            let content = fs::read_to_string(tree.join("file-3.yaml")).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(content, "always the same\n");
        }
        writer.kill().unwrap();
        let output = writer.wait_with_output().unwrap();
        assert_eq!(output.status.code(), None, "the writer failed: {}", String::from_utf8_lossy(&output.stderr));

        let now = read_tree(&tree);
        let Some(version) = wholly.iter().position(|tree| *tree == now) else {
            panic!("kill {kill}: the tree is neither of the two: {:#?}", now.keys());
        };
        seen[version] += 1;
        assert_eq!(foreign(&tree), before, "kill {kill}: files of others have changed");
        left_behind += usize::from(fs::read_dir(parent.path()).unwrap().count() > 1);

        // Every other time the next killed run has to begin with what this one has left.
        if kill % 2 == 0 {
            run(&tree, kill / 2 % 2, COUNT);
            assert_eq!(read_tree(&tree), wholly[kill / 2 % 2]);
            assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1, "kill {kill}: the next run does not clear up");
        }
    }
    assert_eq!(foreign(&tree), before);
    assert!(left_behind > 20, "only {left_behind} of 200 kills hit a run: the test shows nothing");
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}

/// How many files there are where every system call is a test.
const FEW: usize = 6;

/// The calls that change something. What the system does not have is named without harm (`?`).
#[cfg(target_os = "linux")]
const CALLS: &[&str] = &[
    "openat",
    "write",
    "mkdir",
    "rmdir",
    "link",
    "linkat",
    "symlink",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "chmod",
    "fchmodat",
    "utimensat",
    "setxattr",
    "flock",
];

#[test]
#[cfg(target_os = "linux")]
fn killed_at_every_system_call() {
    let parent = tempfile::tempdir().unwrap();
    let tree = parent.path().join("tree");
    // Kills the writer when it begins the call for the so-manyeth time.
    let killed = |tree: &Path, version: usize, call: &str, time: usize| {
        Command::new("strace")
            .args(["-f", "-o", "/dev/null", "-e", &format!("trace=?{call}")])
            .args(["-e", &format!("inject=?{call}:signal=SIGKILL:when={time}")])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "writer", "--test-threads=1"])
            .env("CRASH_TREE", tree)
            .env("CRASH_VERSION", version.to_string())
            .output()
    };
    let writer = |version: usize, call: &str, time: usize| killed(&tree, version, call, time);
    let first = |tree: &Path, call: &str, time: usize| killed(tree, 0, call, time);
    fs::create_dir(&tree).unwrap();
    put_foreign(&tree);
    let before = foreign(&tree);
    let wholly = [0, 1].map(|version| {
        run(&tree, version, FEW);
        read_tree(&tree)
    });
    if !writer(1, "write", 60_000).is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: strace is not installed, or may not trace");
        return;
    }
    // The first run of all: there is no directory, or a whole one.
    let others = fs::read_dir(parent.path()).unwrap().count();
    let fresh = parent.path().join("fresh");
    for call in CALLS {
        for time in 1.. {
            let done = first(&fresh, call, time).unwrap().status.success();
            let files = fresh.exists().then(|| read_tree(&fresh).len());
            assert!(files.is_none_or(|files| files > FEW), "{call} {time}: {files:?} files");
            run(&fresh, 0, FEW);
            fs::remove_dir_all(&fresh).unwrap();
            let left = fs::read_dir(parent.path()).unwrap().count();
            assert_eq!(left, others, "{call} {time}: the next run does not clear up");
            if done {
                break;
            }
        }
    }
    let mut seen = [0, 0];
    for call in CALLS {
        for time in 1.. {
            let done = writer(0, call, time).unwrap().status.success();
            let now = read_tree(&tree);
            let Some(version) = wholly.iter().position(|tree| *tree == now) else {
                panic!("{call} {time}: the tree is neither of the two: {:#?}", now.keys());
            };
            seen[version] += usize::from(!done);
            assert_eq!(foreign(&tree), before, "{call} {time}: files of others have changed");
            run(&tree, 1, FEW);
            assert_eq!(read_tree(&tree), wholly[1], "{call} {time}");
            let left = fs::read_dir(parent.path()).unwrap().count();
            assert_eq!(left, 1, "{call} {time}: the next run does not clear up");
            if done {
                break;
            }
        }
    }
    assert!(seen[0] > 10 && seen[1] > 50, "{seen:?}");
}
