//! A directory that is replaced in one step: what it does with files of its own, of others and of another stack.
#![cfg(unix)]

use statefulapp_core::output::{File, OutputError, Report, WriteOptions, write};
use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

fn file(path: &str, content: &str) -> File {
    File { path: path.to_owned(), content: content.to_owned(), secret: false }
}

fn secret(path: &str, content: &str) -> File {
    File { secret: true, ..file(path, content) }
}

fn options() -> WriteOptions {
    let mut options = WriteOptions::default();
    options.wait = Duration::ZERO;
    options.sync = false;
    options
}

/// A directory `out` in a temporary one, which has to be empty but for `out` in the end.
struct Place {
    parent: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { parent: tempfile::tempdir().unwrap() }
    }

    fn out(&self) -> PathBuf {
        self.parent.path().join("out")
    }

    fn path(&self, path: &str) -> PathBuf {
        self.out().join(path)
    }

    fn try_write(&self, files: &[File]) -> Result<Report, OutputError> {
        let result = write(&self.out(), "stack", files.iter().cloned().map(Ok), &options());
        assert!(!self.parent.path().join(".out.statefulapp").exists(), "the work directory is left");
        result
    }

    #[track_caller]
    fn write(&self, files: &[File]) -> Report {
        self.try_write(files).unwrap_or_else(|error| panic!("{error}"))
    }

    #[track_caller]
    fn error(&self, files: &[File]) -> String {
        self.try_write(files).unwrap_err().to_string()
    }

    fn put(&self, path: &str, content: &str) -> PathBuf {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// All paths in the directory, but for the record.
    fn list(&self) -> Vec<String> {
        fn walk(root: &Path, directory: &Path, paths: &mut Vec<String>) {
            for entry in fs::read_dir(directory).unwrap() {
                let entry = entry.unwrap();
                let path = entry.path();
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                if entry.file_type().unwrap().is_dir() {
                    paths.push(format!("{name}/"));
                    walk(root, &path, paths);
                } else if name != ".statefulapp" {
                    paths.push(name);
                }
            }
        }
        let mut paths = Vec::new();
        walk(&self.out(), &self.out(), &mut paths);
        paths.sort();
        paths
    }
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn a_first_run_creates_the_directory_and_its_parents() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("a/b/out");
    let report = write(&directory, "stack", [Ok(file("x.yaml", "x"))], &options()).unwrap();
    assert_eq!(report.created, ["x.yaml"]);
    assert_eq!(fs::read_to_string(directory.join("x.yaml")).unwrap(), "x");
    assert_eq!(fs::read_dir(parent.path().join("a/b")).unwrap().count(), 1);
}

#[test]
fn what_has_not_changed_is_not_touched() {
    let place = Place::new();
    let files = [file("a.yaml", "a"), secret("b.yaml", "b"), file("c/d.yaml", "d")];
    place.write(&files);
    let before = fs::metadata(place.out()).unwrap();
    let report = place.write(&files);
    assert!(report.unchanged);
    assert_eq!(report.kept, 4); // and the .gitignore
    let after = fs::metadata(place.out()).unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));

    let inode = |path| fs::metadata(place.path(path)).unwrap().ino();
    let before = inode("c/d.yaml");
    let report = place.write(&[file("a.yaml", "other"), secret("b.yaml", "b"), file("c/d.yaml", "d")]);
    assert_eq!((report.updated, report.created, report.removed), (vec!["a.yaml".to_owned()], vec![], vec![]));
    assert_eq!(inode("c/d.yaml"), before, "an unchanged file is the same file");
}

#[test]
fn a_change_at_any_place_is_seen() {
    let place = Place::new();
    place.write(&[file("a", "0123456789")]);
    for content in ["012345678", "01234567890", "1123456789", "0123456788", ""] {
        assert_eq!(place.write(&[file("a", content)]).updated, ["a"]);
        assert_eq!(place.read("a"), content);
    }
}

#[test]
fn parts_of_one_file_are_joined() {
    let place = Place::new();
    let parts = |parts: &[&str]| parts.iter().map(|part| file("all.yaml", part)).collect::<Vec<_>>();
    place.write(&parts(&["a\n", "---\nb\n", "---\nc\n"]));
    assert_eq!(place.read("all.yaml"), "a\n---\nb\n---\nc\n");
    assert!(place.write(&parts(&["a\n---\n", "b\n---\nc\n"])).unchanged);
    assert_eq!(place.write(&parts(&["a\n", "---\nb\n", "---\nd\n"])).updated, ["all.yaml"]);
    assert_eq!(place.read("all.yaml"), "a\n---\nb\n---\nd\n");
    assert_eq!(place.write(&parts(&["a\n"])).updated, ["all.yaml"]);
    assert_eq!(place.read("all.yaml"), "a\n");
}

#[test]
fn files_of_an_earlier_run_go_and_those_of_others_stay() {
    let place = Place::new();
    place.write(&[file("old.yaml", "old"), file("gone/old.yaml", "old"), file("mixed/old.yaml", "old")]);
    let note = place.put("note.txt", "mine");
    let deep = place.put("mine/deep/er.txt", "mine");
    place.put("mixed/mine.txt", "mine");
    fs::create_dir(place.path("mine/empty")).unwrap();
    symlink("/nowhere", place.path("link")).unwrap();
    symlink("..", place.path("mine/up")).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::open(&note).unwrap().set_modified(long_ago).unwrap();
    fs::set_permissions(&deep, fs::Permissions::from_mode(0o421)).unwrap();
    fs::set_permissions(place.path("mine"), fs::Permissions::from_mode(0o751)).unwrap();
    fs::File::open(place.path("mine")).unwrap().set_modified(long_ago).unwrap();
    fs::set_permissions(place.out(), fs::Permissions::from_mode(0o2750)).unwrap();
    let inode = fs::metadata(&note).unwrap().ino();

    let report = place.write(&[file("new.yaml", "new")]);
    assert_eq!(report.removed, ["gone/old.yaml", "mixed/old.yaml", "old.yaml"]);
    assert_eq!(
        place.list(),
        [
            "link",
            "mine/",
            "mine/deep/",
            "mine/deep/er.txt",
            "mine/empty/",
            "mine/up",
            "mixed/",
            "mixed/mine.txt",
            "new.yaml",
            "note.txt"
        ]
    );
    let metadata = fs::metadata(&note).unwrap();
    assert_eq!((metadata.ino(), metadata.modified().unwrap(), metadata.nlink()), (inode, long_ago, 1));
    assert_eq!(fs::metadata(place.path("mine")).unwrap().modified().unwrap(), long_ago);
    assert_eq!((mode(&deep), mode(&place.path("mine")), mode(&place.out())), (0o421, 0o751, 0o2750));
    assert_eq!(fs::read_link(place.path("link")).unwrap(), Path::new("/nowhere"));
}

#[test]
fn edits_by_hand_are_overwritten_and_named() {
    let place = Place::new();
    place.write(&[file("a", "a"), file("b", "b"), file("c", "c"), secret("s", "s")]);
    place.put("a", "edited");
    place.put("b", "edited");
    let report = place.write(&[file("a", "a2"), file("c", "c2"), secret("s", "s")]);
    assert_eq!(report.modified, ["a", "b"]);
    assert_eq!((report.updated, report.removed), (vec!["a".to_owned(), "c".to_owned()], vec!["b".to_owned()]));
    assert_eq!(place.read("a"), "a2");
    // An edit that makes it what it is to be is no loss.
    place.put("a", "a3");
    assert!(place.write(&[file("a", "a3"), file("c", "c2"), secret("s", "s")]).modified.is_empty());
    // Removed by hand: written again.
    fs::remove_file(place.path("c")).unwrap();
    assert_eq!(place.write(&[file("a", "a3"), file("c", "c2"), secret("s", "s")]).created, ["c"]);
}

#[test]
fn what_is_not_ours_and_in_the_way_is_an_error_that_names_it() {
    let place = Place::new();
    place.write(&[file("ours", "ours")]);
    place.put("taken", "mine");
    place.put("directory/x", "mine");
    symlink("/nowhere", place.path("link")).unwrap();
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path(), place.path("out-of-the-tree")).unwrap();
    let before = place.list();
    for path in ["taken", "taken/below", "directory", "link", "link/below", "out-of-the-tree", "out-of-the-tree/x"] {
        let error = place.error(&[file("ours", "changed"), file(path, "x")]);
        assert!(error.contains("was not written by this program") && error.contains(&format!("`{path}`")), "{error}");
        assert_eq!(place.list(), before);
        assert_eq!(place.read("ours"), "ours");
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    assert_eq!(place.read("taken"), "mine");
}

#[test]
fn a_link_in_the_place_of_a_file_of_ours_is_not_ours() {
    let place = Place::new();
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(&outside, "a").unwrap();
    place.write(&[file("a", "a"), file("d/b", "b")]);
    fs::remove_file(place.path("a")).unwrap();
    symlink(outside.path(), place.path("a")).unwrap();
    assert!(place.error(&[file("a", "a"), file("d/b", "b")]).contains("in the way"));
    // No longer declared, it stays, because nobody of ours wrote it.
    place.write(&[file("d/b", "b")]);
    assert_eq!(place.list(), ["a", "d/", "d/b"]);
    assert_eq!(fs::read_to_string(&outside).unwrap(), "a");
    // A directory of ours that has become a link out of the tree.
    fs::remove_file(place.path("d/b")).unwrap();
    fs::remove_dir(place.path("d")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("b"), "b").unwrap();
    symlink(elsewhere.path(), place.path("d")).unwrap();
    assert!(place.error(&[file("d/b", "b")]).contains("in the way"));
    place.write(&[file("e", "e")]);
    assert_eq!(fs::read_to_string(elsewhere.path().join("b")).unwrap(), "b");
}

#[test]
fn a_file_and_a_directory_can_change_places() {
    let place = Place::new();
    place.write(&[file("a", "a"), file("b/c", "c")]);
    let report = place.write(&[file("a/x", "x"), file("b", "b")]);
    assert_eq!(report.removed, ["a", "b/c"]);
    assert_eq!(place.list(), ["a/", "a/x", "b"]);
    place.put("a/mine", "mine");
    assert!(place.error(&[file("a", "a")]).contains("in the way"));
    assert_eq!(place.list(), ["a/", "a/mine", "a/x", "b"]);
}

#[test]
fn secrets_are_private_from_the_start_and_ignored_by_git() {
    let place = Place::new();
    place.write(&[secret("20-secret-a.yaml", "s"), secret("b/20-secret-b.yaml", "s"), file("x", "x")]);
    assert_eq!(mode(&place.path("20-secret-a.yaml")), 0o600);
    assert_eq!(mode(&place.path("b/20-secret-b.yaml")), 0o600);
    assert!(place.read(".gitignore").ends_with("\n/20-secret-a.yaml\n/b/20-secret-b.yaml\n"));
    // Somebody has opened it to all: it is written anew.
    fs::set_permissions(place.path("20-secret-a.yaml"), fs::Permissions::from_mode(0o644)).unwrap();
    let files = [secret("20-secret-a.yaml", "s"), secret("b/20-secret-b.yaml", "s"), file("x", "x")];
    assert_eq!(place.write(&files).updated, ["20-secret-a.yaml"]);
    assert_eq!(mode(&place.path("20-secret-a.yaml")), 0o600);
    // No longer a secret, and the other way round.
    place.write(&[file("20-secret-a.yaml", "s"), secret("x", "x")]);
    assert_ne!(mode(&place.path("20-secret-a.yaml")) & 0o077, 0);
    assert_eq!(mode(&place.path("x")), 0o600);
    assert!(place.read(".gitignore").ends_with("\n/x\n"));
    place.write(&[file("x", "x")]);
    assert_eq!(place.list(), ["x"]);
}

#[test]
fn the_record_has_no_hash_of_a_secret() {
    let place = Place::new();
    place.write(&[secret("s", "s"), file("f", "f")]);
    let record = place.read(".statefulapp");
    let hash = "252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111"; // of "f"
    assert!(record.contains(&format!("\"f\": \"sha256:{hash}\"")), "{record}");
    assert!(record.contains("\"s\": \"secret\""), "{record}");
    assert!(!format!("{:?}", secret("s", "hidden")).contains("hidden"));
}

#[test]
fn a_gitignore_of_the_user_stays_and_its_missing_lines_are_named() {
    let place = Place::new();
    place.put(".gitignore", "*.bak\n/a.yaml\n");
    let report = place.write(&[secret("a.yaml", "s"), secret("b.yaml", "s")]);
    assert_eq!(report.gitignore_missing, ["/b.yaml"]);
    assert_eq!(place.read(".gitignore"), "*.bak\n/a.yaml\n");
    place.put(".gitignore", "/a.yaml\nb.yaml\n");
    let report = place.write(&[secret("a.yaml", "s"), secret("b.yaml", "s")]);
    assert!(report.gitignore_missing.is_empty() && report.unchanged);
}

#[test]
fn the_directory_of_another_stack_is_left_alone() {
    let place = Place::new();
    place.write(&[file("a", "a")]);
    let error = write(&place.out(), "other", [Ok(file("b", "b"))], &options()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("belongs to the stack `stack`") && text.contains("`other`"), "{text}");
    assert_eq!(place.list(), ["a"]);
}

#[test]
fn a_record_that_cannot_be_trusted_is_an_error() {
    let place = Place::new();
    for (record, expected) in [
        ("", "cannot be read"),
        ("[]", "cannot be read"),
        (r#"{"format": 2}"#, "newer version"),
        (r#"{"format": 1, "about": "", "stack": "stack", "files": {"../x": "secret"}}"#, "lists `../x`"),
        (r#"{"format": 1, "about": "", "stack": "stack", "files": {"/etc/x": "secret"}}"#, "lists `/etc/x`"),
        (r#"{"format": 1, "about": "", "stack": "stack", "files": {"x": "sha256:00"}}"#, "neither `secret` nor"),
    ] {
        place.put(".statefulapp", record);
        place.put("x", "mine");
        let error = place.error(&[file("a", "a")]);
        assert!(error.contains(expected) && error.contains("restore it"), "{error}");
        assert_eq!(place.list(), ["x"]);
    }
    fs::remove_file(place.path(".statefulapp")).unwrap();
    symlink("x", place.path(".statefulapp")).unwrap();
    assert!(place.error(&[file("a", "a")]).contains("is not a file"));
}

#[test]
fn names_that_leave_the_directory_are_refused() {
    let place = Place::new();
    for path in [
        "",
        "/x",
        "../x",
        "a/../x",
        "a//x",
        "a/",
        ".",
        "a/./x",
        "a\0b",
        "a\nb",
        "a\\b",
        "C:x",
        ".statefulapp",
        ".gitignore",
    ] {
        let error = place.error(&[file(path, "x")]);
        assert!(error.starts_with("the file name "), "{path:?}: {error}");
    }
    assert!(place.error(&[file(&"x".repeat(256), "x")]).contains("255 bytes"));
    assert!(place.error(&[file("a", "1"), file("b", "2"), file("a", "3")]).contains("two files have the name `a`"));
    assert!(place.error(&[file("a", "1"), file("a/b", "2")]).contains("two files have the name `a`"));
    assert!(place.error(&[file("a/b", "1"), file("a", "2")]).contains("two files have the name `a`"));
    assert!(!place.out().exists());
}

#[test]
fn what_is_not_a_directory_is_refused() {
    let place = Place::new();
    fs::write(place.out(), "mine").unwrap();
    assert!(place.error(&[]).contains("is a file, not a directory"));
    fs::remove_file(place.out()).unwrap();
    symlink("nowhere", place.out()).unwrap();
    assert!(place.error(&[]).contains("is a link to nothing"));
    for path in ["", "/"] {
        let error = write(Path::new(path), "stack", [Ok(file("x", "x"))], &options());
        assert!(error.is_err(), "{path:?}");
    }
}

#[test]
fn a_link_to_a_directory_stands_for_it() {
    let place = Place::new();
    let real = place.parent.path().join("real");
    fs::create_dir(&real).unwrap();
    fs::write(real.join("note"), "mine").unwrap();
    symlink("real", place.out()).unwrap();
    let report = place.write(&[file("a", "a")]);
    assert_eq!(report.directory, real.canonicalize().unwrap());
    assert_eq!(fs::read_link(place.out()).unwrap(), Path::new("real"));
    assert_eq!(place.list(), ["a", "note"]);
}

#[test]
fn an_error_of_the_files_leaves_everything_as_it_was() {
    let place = Place::new();
    place.write(&[file("a", "a")]);
    let files = [Ok(file("a", "changed")), Err(OutputError::Duplicate { file: "x".to_owned() })];
    assert!(write(&place.out(), "stack", files, &options()).is_err());
    assert_eq!(place.read("a"), "a");
    assert_eq!(fs::read_dir(place.parent.path()).unwrap().count(), 1);
}

#[test]
fn a_second_writer_waits_or_is_told() {
    let place = Place::new();
    place.write(&[file("a", "a")]);
    // The files of a run are asked for while it has the lock.
    let inner = std::iter::once_with(|| {
        let error = write(&place.out(), "stack", [Ok(file("b", "b"))], &options()).unwrap_err();
        assert!(error.to_string().contains("another process is writing"), "{error}");
        Ok(file("a", "changed"))
    });
    write(&place.out(), "stack", inner, &options()).unwrap();
    assert_eq!(place.list(), ["a"]);

    // Many at once: each comes to its turn, and the last one's files are all there.
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let place = &place;
            scope.spawn(move || {
                let mut options = options();
                options.wait = Duration::from_secs(60);
                let content = writer.to_string();
                let files = ["a", "b", "c"].map(|path| Ok(file(path, &content)));
                write(&place.out(), "stack", files, &options).unwrap();
            });
        }
    });
    assert_eq!(place.list(), ["a", "b", "c"]);
    assert!(place.read("a") == place.read("b") && place.read("b") == place.read("c"));
    assert_eq!(fs::read_dir(place.parent.path()).unwrap().count(), 1);
}

#[test]
fn files_that_others_write_meanwhile_are_not_lost() {
    let place = Place::new();
    place.write(&[file("a", "a")]);
    place.put("edited-in-place", "0");
    place.put("replaced", "0");
    place.put("deleted", "0");
    let files = std::iter::once_with(|| Ok(file("a", "changed"))).chain(std::iter::once_with(|| {
        place.put("created", "1");
        place.put("directory/created", "1");
        place.put("edited-in-place", "1");
        place.put("replaced.new", "1");
        fs::rename(place.path("replaced.new"), place.path("replaced")).unwrap();
        fs::remove_file(place.path("deleted")).unwrap();
        Ok(file("b", "b"))
    }));
    write(&place.out(), "stack", files, &options()).unwrap();
    assert_eq!(place.list(), ["a", "b", "created", "directory/", "directory/created", "edited-in-place", "replaced"]);
    assert_eq!(place.read("edited-in-place") + &place.read("replaced"), "11");
}

#[test]
fn the_work_directory_of_somebody_else_is_refused() {
    let place = Place::new();
    let work = place.parent.path().join(".out.statefulapp");
    let error = || write(&place.out(), "stack", [Ok(file("a", "a"))], &options()).unwrap_err().to_string();
    fs::write(&work, "mine").unwrap();
    assert!(error().contains("is not a directory"), "{}", error());
    fs::remove_file(&work).unwrap();
    symlink("/tmp", &work).unwrap();
    assert!(error().contains("is not a directory"), "{}", error());
    fs::remove_file(&work).unwrap();
    fs::create_dir(&work).unwrap();
    fs::set_permissions(&work, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(error().contains("belongs to another user"), "{}", error());
    fs::set_permissions(&work, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(work.join("mine"), "mine").unwrap();
    assert!(error().contains("that no run has left there"), "{}", error());
    assert!(!place.out().exists());
}

#[test]
fn a_directory_that_must_not_be_written_is_an_error_that_says_so() {
    let place = Place::new();
    let parent = place.parent.path();
    fs::set_permissions(parent, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(parent.join("test"), "").is_ok() {
        eprintln!("skipped: root may write everywhere");
        return;
    }
    let error = place.error(&[file("a", "a")]);
    assert!(error.contains("must be able to write the directory and the one that it is in"), "{error}");
    fs::set_permissions(parent, fs::Permissions::from_mode(0o755)).unwrap();
    place.write(&[file("a", "a")]);
    place.put("mine/closed/x", "mine");
    fs::set_permissions(place.path("mine/closed"), fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(place.path("mine"), fs::Permissions::from_mode(0o555)).unwrap();
    // What others have made read-only stays so.
    place.write(&[file("a", "changed")]);
    assert_eq!((mode(&place.path("mine")), place.read("mine/closed/x")), (0o555, "mine".to_owned()));
    for path in ["mine", "mine/closed"] {
        fs::set_permissions(place.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::set_permissions(place.out(), fs::Permissions::from_mode(0o555)).unwrap();
    let error = place.error(&[file("a", "again")]);
    assert!(error.contains("change their permissions"), "{error}");
    assert_eq!(place.read("a"), "changed");
    fs::set_permissions(place.out(), fs::Permissions::from_mode(0o755)).unwrap();
}
