use super::{Block, HEAD, ITEMS, Kind, all};
use std::fmt::Write as _;

/// The reference of the language, as Markdown: every block and key, from the table.
pub fn reference() -> String {
    let mut text = String::from(INTRODUCTION);
    for block in std::iter::once(&&HEAD).chain(ITEMS) {
        section(&mut text, block, "##");
    }
    text.push_str("\n## Blocks inside items\n");
    for block in all() {
        let is_item = ITEMS.iter().any(|item| item.module == block.module);
        if !is_item && block.module != HEAD.module {
            section(&mut text, block, "###");
        }
    }
    text.push_str("\n## Words\n\n| place | words |\n|---|---|\n");
    for kind in Kind::ALL.iter().filter(|kind| !kind.words().is_empty()) {
        let words: Vec<String> = kind.words().iter().map(|word| format!("`{}`: {}", word.word, word.doc)).collect();
        let _ = writeln!(text, "| {} | {} |", kind.name(), words.join("<br>"));
    }
    text
}

fn section(text: &mut String, block: &Block, level: &str) {
    let _ = writeln!(text, "\n{level} `{}`\n\n{}", title(block), prose(block.doc));
    if block.keys.is_empty() {
        return;
    }
    text.push_str("\n| key | value | |\n|---|---|---|\n");
    for key in block.keys {
        let required = if key.required { " **Required.**" } else { "" };
        let example = key.kind.example();
        let example = if example.is_empty() { String::new() } else { format!(", e.g. `{}`", cell(example)) };
        let _ = writeln!(
            text,
            "| `{}` | {}{example} | {}{required} |",
            key.name,
            cell(key.kind.what()),
            cell(&prose(key.doc))
        );
    }
}

/// Several blocks describe something of the same name.
fn title(block: &Block) -> String {
    match all().filter(|other| other.name == block.name).count() {
        1 => block.name.to_owned(),
        _ => block.module.replace('_', " "),
    }
}

/// The lines of a doc comment as one paragraph.
fn prose(doc: &str) -> String {
    doc.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

const INTRODUCTION: &str = "\
<!-- Written by `BLESS=1 cargo test --test documents` from statefulapp-core/src/grammar. -->
# The language

A block is settings and items. Each item is `Kind name { key: value, … }`.

* **Units are literals**: `100Gi`, `500m`, `30s`, `1h30m`, `30d`, `25%`. A string says the same, and must where Rust's lexer refuses the
  bare form: `\"1Ei\"`, `\"1E\"`. `2..4` is request to limit. Images, paths, versions and schedules are strings.
* **An identifier names a thing.** As the name of an object, port, volume or container it stands for its kebab-case (`postgres_read` is
  `postgres-read`); a string stands for itself. Environment variables and data keys are taken as written.
* **A bare path is a reference** to something in the block: `postgres_secret.password`, `postgres_secret[\"replication-password\"]`,
  `postgres[0]`. It never means a Rust variable.
* **Parameters** are values that are chosen when the manifests are made, or when a Helm chart is installed: declared as
  `params: { replicas: count(3) { min: 2, max: 9 } }` before the items, used as `params.replicas`, set by `--set replicas=5` or
  `Stack::with_param`. Every value that the rules of a parameter allow has to fit wherever it is used.
* **Rust goes in parentheses**: `replicas: (replicas_for(env))`. String macros stand bare: `include_str!(\"x.conf\")`, `format!(\"…\")`,
  `env!(\"…\")`. The expression must have the type of its place: `u32`, `Image`, `Port`, `String`, ….
  `StatefulApp shard as (format!(\"shard-{i}\").parse()?) { … }` computes a name.
* **`extern`** declares what exists in the cluster already: `Secret extern s3 { access_key, secret_key }`. Its name and keys are known,
  nothing is written for it. It fits Secret, ConfigMap, Service and ServiceAccount.
* **`/// text`** above an item becomes the annotation `kubernetes.io/description` of its object; an AppGroup has none, and a Raw object
  is written as it is.
* **`allow: [rule_id]`** silences a warning, in an item or for the whole block.
";
