//! What a stream of objects takes: neither all of them nor their whole text are ever in memory. In a process of its own, since
//! the system counts the most memory for a whole process.

#![cfg(target_os = "linux")]

use statefulapp_core::model::*;
use std::io::{self, Write};

/// What may be in memory: the text that waits, which doubles its room when that is full, and a part of the items.
const MOST: usize = 130 << 20;

struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A line of `/proc/self/status`, in bytes.
fn status(key: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[test]
fn a_stream_of_any_length_takes_the_same_memory() {
    let app = |n: usize| {
        let mut app = App::new(Workload::StatefulSet, format!("app-{n}").parse().unwrap());
        app.main.image = Some("example.com/team/server:1".parse().unwrap());
        app.meta.annotations = vec![("example.com/notes".parse().unwrap(), "long ".repeat(16_000))];
        Item::App(Box::new(app))
    };
    let mut stack = Stack::default();
    stack.items = (0..4_000).map(app).collect();
    let before = status("VmRSS");
    // What making the stack took for a moment does not count.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let mut length = Length(0);
    stack.write_yaml(&mut length, None).unwrap();
    let most = status("VmHWM") - before;
    assert!(length.0 > 2 * MOST, "{} bytes show nothing", length.0);
    assert!(most < MOST, "{most} bytes for a text of {}", length.0);
}
