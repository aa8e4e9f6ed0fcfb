//! A process that stands in the directory which it replaces. In a test program of its own, because the working directory
//! is one for all tests.
#![cfg(unix)]

use statefulapp_core::builder::{ConfigMap, Stack};
use statefulapp_core::cli::{Terminal, run};
use statefulapp_core::output::{File, WriteOptions, write};
use std::{fs, path::Path};

/// The command line says so to the shell, which still stands in the old one.
fn says(stack: &Stack, directory: &str) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["shop", "write", directory].map(Into::into);
    assert_eq!(run(stack, arguments, &mut Terminal::plain(&mut out, &mut err)), 0);
    String::from_utf8([out, err].concat()).unwrap()
}

#[test]
fn the_process_stands_in_the_new_directory_afterwards() {
    let parent = tempfile::tempdir().unwrap();
    fs::create_dir_all(parent.path().join("out/mine")).unwrap();
    std::env::set_current_dir(parent.path().join("out")).unwrap();
    let run = |content: &str| {
        let file = File { path: "a".to_owned(), content: content.to_owned(), secret: false };
        write(Path::new("."), "stack", [Ok(file)], &WriteOptions::default()).unwrap();
        assert_eq!(fs::read_to_string("a").unwrap(), content);
    };
    run("1");
    run("2");
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    std::env::set_current_dir("mine").unwrap();
    let file = File { path: "a".to_owned(), content: "3".to_owned(), secret: false };
    write(Path::new(".."), "stack", [Ok(file)], &WriteOptions::default()).unwrap();
    assert_eq!(fs::read_to_string("../a").unwrap(), "3");

    let stack = Stack::named("shop").unwrap().with(ConfigMap::new("a").unwrap());
    let parent = tempfile::tempdir().unwrap();
    fs::create_dir_all(parent.path().join("out/below")).unwrap();
    std::env::set_current_dir(parent.path().join("out/below")).unwrap();
    assert!(says(&stack, "..").contains("`cd .`"));
    assert!(!says(&stack, "..").contains("`cd .`"), "nothing was replaced");
    assert!(!says(&stack, "../beside").contains("`cd .`"));
}
