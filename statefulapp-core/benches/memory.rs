//! The most memory that writing a directory takes, beyond the model itself: it is streamed, so it should grow with the names of the
//! objects only.
//!
//! `cargo bench -p statefulapp-core --bench memory -- 10000`; Linux only.

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
    for count in if counts.is_empty() { vec![1_000] } else { counts } {
        let stack = apps::stack(count);
        let model = status("VmRSS");
        let place = tempfile::tempdir().unwrap();
        let report = stack.write(place.path().join("deploy")).unwrap();
        println!("{count} apps, {} files: the model {model} MiB, at most {} MiB", report.files.len(), status("VmHWM"));
    }
}
