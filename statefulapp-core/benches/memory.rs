//! The most memory that a stream of YAML and a directory take, beyond the model itself: both are streamed, so they should grow with
//! the names of the objects only.
//!
//! `cargo bench -p statefulapp-core --bench memory -- 10000`; Linux only, and one number at a time. With `stream` behind the number,
//! no directory is written.

#[path = "apps/mod.rs"]
mod apps;

/// A line of `/proc/self/status`, in MiB.
fn status(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1024
}

fn main() {
    let counts: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let only_stream = std::env::args().any(|argument| argument == "stream");
    for count in if counts.is_empty() { vec![1_000] } else { counts } {
        let stack = apps::stack(count);
        let model = status("VmRSS");
        // What making the model took for a moment does not count.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        stack.write_yaml(&mut std::io::sink(), None).unwrap();
        let stream = status("VmHWM");
        println!("{count} apps: the model {model} MiB; with a stream at most {stream} MiB");
        if only_stream {
            continue;
        }
        let place = tempfile::tempdir().unwrap();
        let report = stack.write(place.path().join("deploy")).unwrap();
        println!("{} files: with a directory at most {} MiB", report.files.len(), status("VmHWM"));
    }
}
