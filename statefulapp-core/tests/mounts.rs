//! Full disks, read-only file systems and mount points: in a mount namespace of its own, so that nothing is left.
//!
//! The test starts itself again within `unshare`; where that is missing or forbidden, it says so and is skipped.
#![cfg(target_os = "linux")]

use statefulapp_core::output::{File, OutputError, Report, WriteOptions, write};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn try_write(directory: &Path, files: &[(&str, usize)]) -> Result<Report, OutputError> {
    let file =
        |(path, size): &(&str, usize)| File { path: (*path).to_owned(), content: "x".repeat(*size), secret: false };
    write(directory, "stack", files.iter().map(file).map(Ok), &WriteOptions::default())
}

#[track_caller]
fn error(directory: &Path, files: &[(&str, usize)]) -> String {
    try_write(directory, files).unwrap_err().to_string()
}

#[track_caller]
fn mount(arguments: &[&str], at: &Path) {
    fs::create_dir_all(at).unwrap();
    assert!(Command::new("mount").args(arguments).arg(at).status().unwrap().success(), "{arguments:?}");
}

#[test]
fn mounts() {
    if let Some(base) = std::env::var_os("MOUNTS_BASE") {
        return inside(&PathBuf::from(base));
    }
    let base = tempfile::tempdir().unwrap();
    // Root needs no user namespace, and others may not have a mount namespace without one.
    for namespaces in [&["--mount"][..], &["--mount", "--map-root-user"]] {
        let mut unshare = Command::new("unshare");
        let can = unshare.args(namespaces).args(["mount", "-t", "tmpfs", "tmpfs"]).arg(base.path()).output();
        if !can.is_ok_and(|output| output.status.success()) {
            continue;
        }
        let output = Command::new("unshare")
            .args(namespaces)
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "mounts", "--nocapture"])
            .env("MOUNTS_BASE", base.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    eprintln!("skipped: cannot mount anything here, not even in a namespace");
}

fn inside(base: &Path) {
    let disk = base.join("disk");
    mount(&["-t", "tmpfs", "-o", "size=1m", "tmpfs"], &disk);
    let tree = disk.join("tree");
    try_write(&tree, &[("a", 10), ("b", 10)]).unwrap();
    for _ in 0..3 {
        let full = error(&tree, &[("a", 10), ("b", 20), ("c", 2 << 20)]);
        assert!(full.contains("the disk is full: free some space"), "{full}");
        assert!(full.contains("`") && full.contains("building/c"), "{full}");
        assert_eq!(fs::read_dir(&disk).unwrap().count(), 1, "the new directory is left");
        assert_eq!((fs::read(tree.join("a")).unwrap().len(), fs::read(tree.join("b")).unwrap().len()), (10, 10));
        assert!(!tree.join("c").exists());
    }
    assert_eq!(try_write(&tree, &[("a", 10), ("b", 20)]).unwrap().updated, ["b"]);

    mount(&["-o", "remount,ro"], &disk);
    let read_only = error(&tree, &[("a", 10)]);
    assert!(read_only.contains("the file system is read-only: write to a directory on another one"), "{read_only}");
    let read_only = error(&disk.join("new/tree"), &[("a", 10)]);
    assert!(read_only.contains("the file system is read-only"), "{read_only}");

    let at_mount = error(&disk, &[("a", 10)]);
    assert!(at_mount.contains("is a mount point") && at_mount.contains("disk/manifests`"), "{at_mount}");
    // A mount point on the same file system.
    let bound = base.join("bound");
    fs::create_dir_all(base.join("source")).unwrap();
    mount(&["--bind", base.join("source").to_str().unwrap()], &bound);
    let at_mount = error(&bound, &[("a", 10)]);
    assert!(at_mount.contains("is a mount point"), "{at_mount}");
    assert_eq!(fs::read_dir(&bound).unwrap().count(), 0);

    let tree = base.join("tree");
    try_write(&tree, &[("a", 10)]).unwrap();
    mount(&["-t", "tmpfs", "tmpfs"], &tree.join("inner"));
    for content in [0, 1] {
        let inner = error(&tree, &[("a", 20)]);
        assert!(inner.contains("tree/inner`") && inner.contains("move it to another place"), "{inner}");
        fs::write(tree.join("inner/file"), content.to_string()).unwrap();
    }
    assert_eq!(fs::read(tree.join("a")).unwrap().len(), 10);
    assert!(!base.join(".tree.statefulapp").exists());

    // A directory of a container's image: it is in a layer that cannot be changed.
    for part in ["image/tree", "layer", "work", "container"] {
        fs::create_dir_all(disk_of(base).join(part)).unwrap();
    }
    fs::write(disk_of(base).join("image/tree/mine"), "mine").unwrap();
    let [image, layer, work] = ["image", "layer", "work"].map(|part| disk_of(base).join(part).display().to_string());
    let overlay = format!("lowerdir={image},upperdir={layer},workdir={work}");
    let container = disk_of(base).join("container");
    if Command::new("mount")
        .args(["-t", "overlay", "-o", &overlay, "overlay"])
        .arg(&container)
        .status()
        .unwrap()
        .success()
    {
        match try_write(&container.join("tree"), &[("a", 10)]) {
            Ok(_) => assert_eq!(fs::read_to_string(container.join("tree/a")).unwrap().len(), 10),
            Err(error) => assert!(error.to_string().contains("write to a new directory"), "{error}"),
        }
        assert_eq!(fs::read_to_string(container.join("tree/mine")).unwrap(), "mine");
        assert!(!container.join(".tree.statefulapp").exists());
        try_write(&container.join("new"), &[("a", 10)]).unwrap();
        assert_eq!(try_write(&container.join("new"), &[("a", 20)]).unwrap().updated, ["a"]);
    }
}

/// A file system of its own for an overlay's parts.
fn disk_of(base: &Path) -> PathBuf {
    let disk = base.join("overlay");
    if !disk.exists() {
        mount(&["-t", "tmpfs", "tmpfs"], &disk);
    }
    disk
}
