//! From what was written to what it means: [`Tree`] → [`Stack`].
//!
//! Lowering never fails. It returns what it understood and says what it did not, each mistake once: what is built upon a
//! broken place is silent about it. The macro lowers at compile time, where Rust expressions are holes; a running program lowers the same
//! tree again with the values in them.

mod app;
mod config;
mod container;
mod elsewhere;
mod engine;
mod fields;
mod job;
mod network;
pub(crate) mod params;
mod probe;
mod read;
mod repair;
mod scheduling;
mod security;
mod service;
mod storage;

use crate::finding::{Finding, Path, Step};
use crate::grammar::{self, Kind};
use crate::model::{self, Item, Param, Stack};
use crate::tree::{self, Call, Node, Tree, Value};
use crate::value::{ValueError, suggest};
use fields::Fields;
use std::cell::RefCell;
use std::collections::HashMap;

/// What lowering understood.
#[derive(Debug, Default)]
pub struct Lowered {
    /// The model. Items that could not be understood are [`Item::Broken`], so that positions stay.
    pub stack: Stack,
    /// What could not be understood.
    pub findings: Vec<Finding>,
    /// The Rust expressions, by number, and the kind of value that stands in their place.
    pub holes: Vec<(usize, Kind)>,
    /// Functions that edit finished objects: the item's position and the expression's number.
    pub patches: Vec<(usize, usize)>,
    /// Places that parameters decide.
    pub(crate) uses: Vec<params::Use>,
    /// What to write instead of values that the parser could not read.
    pub advice: Vec<Advice>,
    /// Places whose value could not be understood; what is said of them would only be a consequence.
    pub broken: Vec<Path>,
}

/// What the meaning of its place says of several tokens where one value should stand.
#[derive(Debug)]
pub struct Advice {
    /// The node.
    pub node: tree::Id,
    /// What is wrong with them: `has no quotes`.
    pub what: &'static str,
    /// What to write.
    pub help: String,
}

/// Lowers a tree.
pub fn lower(tree: &Tree) -> Lowered {
    let mut lowered = lower_with(tree, &[]);
    if !lowered.stack.params.is_empty() {
        lowered.stack.origins.push(model::Origin::of_tree(tree));
    }
    lowered
}

/// The same with other values of the parameters.
pub(crate) fn lower_with(tree: &Tree, set: &[Param]) -> Lowered {
    let before = Cx::new(tree);
    let params = params::declared(&before, tree, set);
    let (resolved, uses) = params::resolve(&before, tree, &params);
    let cx = Cx::new(&resolved);
    let mut stack = head(&cx, &resolved);
    stack.items = resolved.items.iter().enumerate().map(|(index, item)| self::item(&cx, index, item)).collect();
    stack.params = params;
    let mut findings = cx.findings.into_inner();
    if set.is_empty() {
        params::explain(&mut findings, &stack.params, &uses);
    }
    findings.splice(0..0, before.findings.into_inner());
    let mut advice = cx.advice.into_inner();
    advice.extend(before.advice.into_inner());
    let mut broken = cx.broken.into_inner();
    broken.extend(before.broken.into_inner());
    Lowered { stack, findings, holes: cx.holes.into_inner(), patches: cx.patches.into_inner(), advice, broken, uses }
}

fn head(cx: &Cx<'_>, tree: &Tree) -> Stack {
    let fields = Fields::new(cx, &grammar::HEAD, &tree.head, Path::head(), "the block");
    Stack {
        name: fields.get("stack"),
        namespace: fields.get("namespace"),
        kubernetes: fields.get("kubernetes"),
        cluster_domain: fields.get("cluster_domain"),
        allow: fields.rules(),
        ..Stack::default()
    }
}

fn item(cx: &Cx<'_>, index: usize, item: &tree::Item) -> Item {
    let path = Path::item(index);
    if grammar::item(&item.kind).is_none() {
        let kinds = grammar::ITEMS.iter().map(|block| block.name);
        let help = match (grammar::kind_elsewhere(&item.kind), suggest(&item.kind, kinds.clone())) {
            (Some(help), _) => help.to_owned(),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => format!("the kinds are {}; any other object stands in `Raw` as YAML", list(kinds)),
        };
        cx.error("kind-unknown", path.the_key(), format!("unknown kind `{}`", item.kind), help);
        return Item::Broken;
    }
    if item.is_extern && !matches!(item.kind.as_str(), "Secret" | "ConfigMap" | "Service" | "ServiceAccount") {
        cx.error(
            "extern-unsupported",
            path.clone().the_key(),
            format!("`extern` does not fit `{}`", item.kind),
            "only Secret, ConfigMap, Service and ServiceAccount can be declared as existing in the cluster",
        );
    }
    let lowered = match item.kind.as_str() {
        "StatefulApp" => app::app(cx, index, item, model::Workload::StatefulSet),
        "App" => app::app(cx, index, item, model::Workload::Deployment),
        "AppGroup" => app::group(cx, index, item),
        "ConfigMap" => config::config_map(cx, index, item),
        "Secret" => config::secret(cx, index, item),
        "Service" => service::service(cx, index, item),
        "Ingress" => service::ingress(cx, index, item),
        "NetworkPolicy" => network::policy(cx, index, item),
        "ServiceAccount" => config::service_account(cx, index, item),
        "Job" => job::job(cx, index, item),
        "CronJob" => job::cron_job(cx, index, item),
        "Raw" => config::raw(cx, index, item),
        _ => None,
    };
    if lowered.is_none() {
        cx.broken.borrow_mut().push(path);
    }
    lowered.unwrap_or(Item::Broken)
}

/// The declaration at hand and what was found in it so far.
struct Cx<'t> {
    tree: &'t Tree,
    /// The first item of each identifier.
    items: HashMap<&'t str, usize>,
    findings: RefCell<Vec<Finding>>,
    holes: RefCell<Vec<(usize, Kind)>>,
    patches: RefCell<Vec<(usize, usize)>>,
    advice: RefCell<Vec<Advice>>,
    broken: RefCell<Vec<Path>>,
}

impl<'t> Cx<'t> {
    fn new(tree: &'t Tree) -> Self {
        let mut items = HashMap::new();
        for (index, item) in tree.items.iter().enumerate().filter(|(_, item)| !item.ident.is_empty()) {
            items.entry(item.ident.as_str()).or_insert(index);
        }
        Self {
            tree,
            items,
            findings: RefCell::default(),
            holes: RefCell::default(),
            patches: RefCell::default(),
            advice: RefCell::default(),
            broken: RefCell::default(),
        }
    }

    fn push(&self, finding: Finding) {
        self.broken.borrow_mut().push(finding.at.clone());
        self.findings.borrow_mut().push(finding);
    }

    fn error(&self, rule: &'static str, at: Path, message: impl Into<String>, help: impl Into<String>) {
        let help = of_entry(&at, help.into());
        self.push(Finding::error(rule, at, message).help(help));
    }

    /// A Rust expression in the place of a value. Where no type can stand for the kind, it is an error.
    fn hole(&self, hole: usize, at: &Path, noun: &str, kind: Kind, node: &Node) -> bool {
        let takes = crate::hole::takes(kind);
        if takes {
            self.holes.borrow_mut().push((hole, kind));
        } else {
            self.wrong_kind(at, noun, kind, node);
        }
        takes
    }

    /// What to write instead of several tokens: the parser knows only that they are not one value.
    fn advise(&self, at: &Path, node: &Node, help: Option<String>) {
        self.broken.borrow_mut().push(at.clone());
        let Some(help) = help else { return };
        let help = self.reference(node).map_or(of_entry(at, help), |reference| format!("write {reference}"));
        if let Value::Unquoted { text, .. } = &node.value {
            let what = match help.as_str() {
                help if help == format!("write \"{text}\"") => "has no quotes",
                help if help.starts_with("Rust ") => "is a Rust expression",
                _ => "is not one value",
            };
            self.advice.borrow_mut().push(Advice { node: node.id, what, help });
        }
    }

    /// The reference that other languages write as `secret::key`, `secret->key` or `secret/key`.
    fn reference(&self, node: &Node) -> Option<String> {
        let Value::Unquoted { text, .. } = &node.value else { return None };
        let text = text.trim_start_matches('$').trim_matches(['{', '}', ' ']);
        let (item, key) = ["::", "->", "/", "."].iter().find_map(|sign| text.split_once(sign))?;
        if item.trim() == "params" {
            let params = self.tree.head.iter().find(|field| field.key == "params")?.value.fields()?;
            let param = params.iter().find(|param| param.key == key.trim())?;
            return Some(format!("params.{}", param.key));
        }
        let index = self.items.get(item.trim())?;
        let item = self.tree.items.get(*index)?;
        let key = item.fields.iter().find(|field| field.key == key.trim())?;
        Some(read::written(&item.ident, key))
    }

    /// A value that its type refuses. `noun` is what the value is for: `storage size`.
    fn invalid(&self, at: &Path, noun: &str, error: ValueError) {
        self.error(error.rule, at.clone(), format!("{noun} {}", error.message), error.help);
    }

    /// A value of another kind than the place takes.
    fn wrong_kind(&self, at: &Path, noun: &str, kind: Kind, node: &Node) {
        let help = repair::help(self.tree, kind, &node.value);
        // One of the entries of a list.
        if matches!(at.steps.last(), Some(Step::Index(_)))
            && !node.is_broken()
            && let Some(what) = kind.what().strip_prefix("a list of ")
        {
            let message = format!("{} holds {what}, not {}", tick(noun), repair::describe(&node.value));
            return self.error("value-kind", at.clone(), message, help);
        }
        self.not_a(at, noun, kind.what(), &help, node);
    }

    /// An entry that is no block, in a block of such blocks.
    fn no_block(&self, at: &Path, noun: &str, kind: Kind, node: &Node) {
        let help = match elsewhere::entry(kind, &node.value) {
            Some(form) => format!("write {form}"),
            None => repair::example(&repair::entry(kind)),
        };
        self.not_a(at, noun, "a block", &help, node);
    }

    fn not_a(&self, at: &Path, noun: &str, what: &str, help: &str, node: &Node) {
        if node.value == Value::Absent {
            let help = if help.is_empty() { format!("write {what}") } else { help.to_owned() };
            self.error("value-missing", at.clone().the_key(), format!("{} has no value", tick(noun)), help);
        } else if let Value::Unquoted { text, .. } = &node.value {
            let help = if help.is_empty() { format!("write {what}, not `{text}`") } else { help.to_owned() };
            self.advise(at, node, Some(help));
        } else if node.is_broken() {
            // The parser has said so.
            self.broken.borrow_mut().push(at.clone());
        } else {
            let message = format!("{} takes {what}, not {}", tick(noun), repair::describe(&node.value));
            self.error("value-kind", whole(at, &node.value), message, help);
        }
    }

    /// The keys in the braces of a call that takes none.
    fn no_keys(&self, call: &Call, at: &Path) {
        for field in &call.fields {
            self.error(
                "key-unfit",
                at.key(field.key.clone()).the_key(),
                format!("`{}` takes no keys", call.name),
                "remove the braces",
            );
        }
    }

    /// The item of this identifier, if it is of one of these kinds. What names it otherwise is an error here.
    fn resolve(&self, ident: &str, kinds: &[&str], at: &Path) -> Option<(usize, &'t tree::Item)> {
        let first = self.items.get(ident).and_then(|index| Some((*index, self.tree.items.get(*index)?)));
        // Objects of several kinds may have one name; the place says which kind is meant.
        let is_meant = |item: &tree::Item| item.ident == ident && kinds.contains(&item.kind.as_str());
        let found = match first {
            Some((_, item)) if !is_meant(item) => {
                self.tree.items.iter().enumerate().find(|(_, item)| is_meant(item)).or(first)
            }
            _ => first,
        };
        match found {
            Some((index, item)) if kinds.contains(&item.kind.as_str()) => Some((index, item)),
            // What it shall be is not known; that has been said.
            Some((_, item)) if grammar::item(&item.kind).is_none() => {
                self.broken.borrow_mut().push(at.clone());
                None
            }
            Some((_, item)) => {
                let wanted = kinds.join(" or ");
                self.error(
                    rule_of(kinds),
                    at.clone().word(0),
                    format!("`{ident}` is {} {}, not {} {wanted}", article(&item.kind), item.kind, article(&wanted)),
                    self.declared(kinds),
                );
                None
            }
            None => {
                let candidates = self.tree.items.iter().filter(|item| kinds.contains(&item.kind.as_str()));
                let help = match suggest(ident, candidates.map(|item| item.ident.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => self.declared(kinds),
                };
                self.error(
                    rule_of(kinds),
                    at.clone().word(0),
                    format!("unknown {} `{ident}`", kinds.join(" or ")),
                    help,
                );
                None
            }
        }
    }

    fn declared(&self, kinds: &[&str]) -> String {
        let mut names = self
            .tree
            .items
            .iter()
            .filter(|item| kinds.contains(&item.kind.as_str()) && !item.ident.is_empty())
            .map(|item| item.ident.as_str())
            .peekable();
        let kind = kinds.first().copied().unwrap_or_default();
        if names.peek().is_none() {
            match kind {
                "Secret" | "ConfigMap" | "Service" | "ServiceAccount" => {
                    format!(
                        "no {kind} is declared in this block; one that exists in the cluster is declared with `{kind} extern name {{ … }}`"
                    )
                }
                _ => format!("no {kind} is declared in this block"),
            }
        } else {
            format!("declared: {}", list(names))
        }
    }

    /// The name of the object that an item stands for.
    fn object_name<T: read::Read>(&self, index: usize, item: &tree::Item) -> Option<T> {
        T::read(self, &item.name, &Path::item(index), Kind::Name, "name")
    }

    /// The name of an item that another place refers to: its own mistakes are reported at the item.
    fn name_of<T: std::str::FromStr>(&self, item: &tree::Item) -> Option<T> {
        match &item.name.value {
            Value::Text(text) => text.parse().ok(),
            Value::Path(_) => crate::value::to_name(&item.ident).parse().ok(),
            Value::Word(word) => word.parse().ok(),
            // A computed name: any will do, since what is said of it is left to the run time.
            Value::Hole(_) => "unknown".parse().ok(),
            _ => None,
        }
    }
}

/// The help for a place: for one entry of a list, the example is that of one.
fn of_entry(at: &Path, help: String) -> String {
    let one = help.strip_prefix("for example `[").and_then(|rest| rest.strip_suffix("]`"));
    match one.filter(|_| matches!(at.steps.last(), Some(Step::Index(_)))) {
        Some(one) => repair::example(one),
        None => help,
    }
}

/// The place of a value with everything that belongs to it; else that of a call is its name.
fn whole(at: &Path, value: &Value) -> Path {
    match value {
        Value::Call(call) => at.clone().node(call.id),
        _ => at.clone(),
    }
}

/// The rule that a failed reference to such an item breaks.
fn rule_of(kinds: &[&str]) -> &'static str {
    match kinds {
        ["Secret"] => "secret-unknown",
        ["ConfigMap"] => "config-map-unknown",
        ["Service", ..] => "service-unknown",
        ["ServiceAccount"] => "service-account-unknown",
        ["StatefulApp" | "App", ..] => "app-unknown",
        _ => "reference-unknown",
    }
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['A', 'I']) { "an" } else { "a" }
}

/// A key in backticks; what is more than a key has its own.
fn tick(noun: &str) -> String {
    if noun.contains('`') { noun.to_owned() } else { format!("`{noun}`") }
}

/// `a`, `b` and `c` in backticks.
fn list<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    words.into_iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>().join(", ")
}

/// `a`, `b` or `c` in backticks.
fn either<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    let mut words: Vec<_> = words.into_iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match words.pop() {
        Some(last) if !words.is_empty() => format!("{} or {last}", words.join(", ")),
        last => last.unwrap_or_default(),
    }
}

/// The stack that a declaration ([`crate::decl`]) and the values of its expressions make.
#[doc(hidden)]
pub fn build(declaration: &[&str], holes: &[Value]) -> Stack {
    let Lowered { mut stack, findings, .. } = lower(&crate::decl::read(declaration, holes));
    stack.unread = findings;
    stack
}
