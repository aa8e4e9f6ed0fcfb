//! The most memory that a stream of YAML and a directory take, beyond the model itself and the completed copy of it: both are
//! streamed, so they should grow with the names of the objects only.
//!
//! `cargo bench -p statefulapp-core --bench memory -- 10000`; Linux only, and one number at a time.

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
        let completed = statefulapp_core::engine::complete(&stack);
        let both = status("VmRSS");
        drop(completed);
        stack.write_yaml(&mut std::io::sink(), None).unwrap();
        let stream = status("VmHWM");
        let place = tempfile::tempdir().unwrap();
        let report = stack.write(place.path().join("deploy")).unwrap();
        println!(
            "{count} apps, {} files: the model {model} MiB, with its completed copy {both} MiB; a stream at most {stream} MiB, a directory \
             at most {} MiB",
            report.files.len(),
            status("VmHWM")
        );
    }
}
