//! A stack is looked at in parts of 128 items. Where one ends decides nothing: with so many items between each two of a declaration,
//! each is in a part of its own, and the rules find the same.

use super::{rules, strip};
use statefulapp_core::check;
use statefulapp_core::finding::{Finding, Path};
use statefulapp_core::model::{Item, Raw, Stack};

const BETWEEN: usize = 127;

/// The declarations of this folder, and those of the pages of all rules.
fn declarations() -> Vec<String> {
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/tests");
    let texts = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = texts.filter(|path| path.extension().is_some_and(|extension| extension == "txt"));
    let texts: Vec<_> = texts.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let own = texts.iter().flat_map(|text| text.split("-----\n")).map(strip);
    let of_rules = check::rules().filter_map(rules::page).flat_map(|page| rules::declarations(&page));
    own.chain(of_rules).collect()
}

/// The same items, with others between them that no rule has anything to say of.
fn apart(stack: &Stack) -> Stack {
    let other = |n: usize| {
        let name = format!("between-{n}");
        let yaml = format!("apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: {name}\n");
        Item::Raw(Raw { name, yaml })
    };
    let mut apart = stack.clone();
    apart.items.clear();
    for (n, item) in stack.items.iter().enumerate() {
        apart.items.push(item.clone());
        apart.items.extend((0..BETWEEN).map(|m| other(n * BETWEEN + m)));
    }
    apart
}

/// What is found, with the positions that the items have without those between.
fn found(stack: &Stack, every: usize) -> Vec<String> {
    let path = |path: &Path| (path.item.map(|item| item / every), path.to_string());
    let describe = |finding: Finding| {
        let also: Vec<_> = finding.also.iter().map(|(at, what)| (path(at), what)).collect();
        let mut looked_at: Vec<_> = finding.looked_at.iter().map(path).collect();
        looked_at.sort();
        let Finding { rule, message, help, at, .. } = &finding;
        format!("{rule} at {:?}: {message}; {help}; {also:?}; {looked_at:?}", path(at))
    };
    check::check(stack).into_iter().map(describe).collect()
}

#[test]
fn where_a_part_ends_decides_nothing() {
    let (mut wrong, mut compared, mut findings) = (Vec::new(), 0, 0);
    for source in declarations() {
        let Ok(tokens) = source.parse() else { continue };
        let stack = crate::front::front(tokens).lowered.stack;
        // What depends on parameters is made anew from the declaration, without the items between.
        if !stack.params.is_empty() || stack.items.len() < 2 {
            continue;
        }
        let (whole, apart) = (found(&stack, 1), found(&apart(&stack), BETWEEN + 1));
        compared += 1;
        findings += whole.len();
        if whole != apart {
            let of_one = whole.iter().filter(|finding| !apart.contains(finding)).map(|finding| format!("- {finding}"));
            let of_other =
                apart.iter().filter(|finding| !whole.contains(finding)).map(|finding| format!("+ {finding}"));
            let differences: Vec<_> = of_one.chain(of_other).collect();
            wrong.push(format!("{source}\n{}", differences.join("\n")));
        }
    }
    assert!(compared > 300 && findings > 300, "{compared} declarations with {findings} findings show little");
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n\n"));
}
