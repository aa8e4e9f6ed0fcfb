//! Declarations to begin with: those of the examples, of the rules' pages and of the macro's tests.

use std::path::{Path, PathBuf};

/// The texts, in the same order every time.
pub fn seeds() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut seeds = Vec::new();
    for folder in ["examples", "docs/rules", "tests/ui", "statefulapp-macros/src/tests"] {
        for file in files(&root.join(folder)) {
            let Ok(text) = std::fs::read_to_string(&file) else { continue };
            match file.extension().and_then(|extension| extension.to_str()) {
                Some("rs" | "md") => seeds.extend(blocks(&text)),
                Some("txt" | "block") => seeds.extend(text.split("-----\n").map(without_drawings)),
                _ => {}
            }
        }
    }
    seeds
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// What stands in `stateful_app! { … }`.
fn blocks(text: &str) -> Vec<String> {
    let block = |rest: &str| {
        let mut depth = 0_usize;
        let end = rest.char_indices().find(|(_, c)| {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => return true,
                '}' => depth -= 1,
                _ => {}
            }
            false
        });
        end.map(|(end, _)| rest[..end].to_owned())
    };
    text.split("stateful_app! {").skip(1).filter_map(block).collect()
}

fn without_drawings(case: &str) -> String {
    case.lines().filter(|line| !line.starts_with("//~")).map(|line| format!("{line}\n")).collect()
}
