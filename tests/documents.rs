//! Generated documents are what the code says. `BLESS=1` writes them anew.

use std::path::Path;

fn same(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if written != text {
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, text).unwrap();
        } else {
            panic!("{} is not what the code says; `BLESS=1 cargo test --test documents` writes it", path.display());
        }
    }
}

#[test]
fn the_reference_of_the_language() {
    same("docs/grammar.md", &statefulapp::grammar::reference());
}
