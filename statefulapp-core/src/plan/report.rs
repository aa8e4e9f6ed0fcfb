//! A plan for people and for programs.

use std::{cmp::Reverse, collections::HashMap, fmt, fmt::Write as _};

use serde_json::{Value, json};

use super::{Change, Class, ObjectId, Plan};

/// Values longer than this are cut in the text, not in the JSON.
const LONG: usize = 72;

/// Objects with the gravest change first; within an object the gravest change first.
pub(super) fn sort(changes: &mut [Change]) {
    let mut gravest: HashMap<ObjectId, Class> = HashMap::new();
    for change in changes.iter() {
        let class = gravest.entry(change.object.clone()).or_insert(change.class);
        *class = change.class.max(*class);
    }
    changes.sort_by_cached_key(|change| {
        let of_object = gravest.get(&change.object).copied().unwrap_or(change.class);
        (Reverse(of_object), change.object.clone(), Reverse(change.class), change.path.clone())
    });
}

impl Plan {
    /// The plan for programs: `{"class", "exitCode", "changes": [{"object", "path", "class", "old", "new",
    /// "explanation", "commands"}]}`. `old` and `new` are left out where the field is not set.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let changes: Vec<_> = self.changes.iter().map(Change::to_json).collect();
        json!({"class": self.class().name(), "exitCode": self.exit_code(), "changes": changes})
    }
}

impl Change {
    fn to_json(&self) -> Value {
        let ObjectId { namespace, kind, name, api_version } = &self.object;
        let mut object = json!({"apiVersion": api_version, "kind": kind, "namespace": namespace, "name": name});
        if namespace.is_empty()
            && let Value::Object(object) = &mut object
        {
            object.remove("namespace");
        }
        let mut change = json!({
            "object": object,
            "path": self.path,
            "class": self.class.name(),
            "old": self.old,
            "new": self.new,
            "explanation": self.explanation,
            "commands": self.commands,
        });
        if let Value::Object(change) = &mut change {
            change.retain(|_, value| !value.is_null());
        }
        change
    }
}

/// For people: every object with its changes, what happens, and what to type.
///
/// ```text
/// StatefulSet databases/postgres: needs recreate
///   spec.volumeClaimTemplates[data].spec.resources.requests.storage: "100Gi" → "200Gi"
///     the server refuses to change this field of a StatefulSet: grow the claims, …
///       kubectl patch pvc data-postgres-0 -n databases --type=merge -p '…'
/// ```
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changes.is_empty() {
            return writeln!(f, "no changes");
        }
        for changes in self.changes.chunk_by(|a, b| a.object == b.object) {
            object(f, changes)?;
        }
        summary(f, &self.changes)
    }
}

fn object(f: &mut fmt::Formatter<'_>, changes: &[Change]) -> fmt::Result {
    let Some(first) = changes.first() else { return Ok(()) };
    let class = changes.iter().map(|change| change.class).max().unwrap_or(first.class);
    writeln!(f, "{}: {class}", first.object)?;
    // Changes with one explanation are one paragraph: ten changed fields of a template restart the pods once.
    for alike in
        changes.chunk_by(|a, b| (&a.explanation, &a.commands, a.class) == (&b.explanation, &b.commands, b.class))
    {
        for change in alike.iter().filter(|change| !change.path.is_empty()) {
            writeln!(f, "  {}{}", change.path, values(change))?;
        }
        let Some(change) = alike.first() else { continue };
        let label = if change.class == class { String::new() } else { format!("{}: ", change.class) };
        let indent = if change.path.is_empty() { "  " } else { "    " };
        writeln!(f, "{indent}{label}{}", change.explanation)?;
        for command in &change.commands {
            writeln!(f, "      {command}")?;
        }
    }
    writeln!(f)
}

fn values(change: &Change) -> String {
    match (&change.old, &change.new) {
        (None, None) => String::new(),
        (Some(Value::String(old)), Some(Value::String(new))) if old.contains('\n') || new.contains('\n') => {
            texts(old, new)
        }
        (old, new) => format!(": {} → {}", shown(old.as_ref()), shown(new.as_ref())),
    }
}

fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else { return "unset".into() };
    let text = match value {
        // Nothing of a secret needs quotes.
        Value::String(text) if text.starts_with("<redacted") => text.clone(),
        value => value.to_string(),
    };
    match text.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The lines in which two texts differ, between what they have in common at both ends.
fn texts(old: &str, new: &str) -> String {
    const FEW: usize = 8;
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - before;
    let after = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let mut text = format!(": from line {}", before + 1);
    for (sign, lines) in [('-', &old), ('+', &new)] {
        let changed = lines.len() - before - after;
        for line in lines.iter().skip(before).take(changed.min(FEW)) {
            let cut: String = line.chars().take(LONG).collect();
            let _ = write!(text, "\n      {sign} {cut}");
        }
        if changed > FEW {
            let _ = write!(text, "\n      {sign} … {} more lines", changed - FEW);
        }
    }
    text
}

fn summary(f: &mut fmt::Formatter<'_>, changes: &[Change]) -> fmt::Result {
    let class = changes.iter().map(|change| change.class).max().unwrap_or(Class::None);
    let count = |class| changes.iter().filter(|change| change.class == class).count();
    let classes = [Class::Destroys, Class::Refused, Class::Recreate, Class::Rolling, Class::InPlace, Class::None];
    let counts: Vec<_> = classes.into_iter().filter(|class| count(*class) > 0).collect();
    let counts: Vec<_> = counts.into_iter().map(|class| format!("{class} {}", count(class))).collect();
    let plural = if changes.len() == 1 { "" } else { "s" };
    writeln!(f, "{} change{plural}: {} (exit code {})", changes.len(), counts.join(", "), class.exit_code())?;
    if changes.iter().any(|change| change.commands.iter().any(|command| command.contains("NEW/"))) {
        writeln!(f, "NEW/ stands for the directory of the new manifests")?;
    }
    Ok(())
}
