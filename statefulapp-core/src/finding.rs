//! What a rule says: a place in the declaration, a message, a help, and every other place that the rule looked at.
//!
//! Rules know nothing of tokens. A [`Path`] names a place in the words of the language (`replicas`,
//! `storage.data.size`); the macro turns it into the token that stands there, a running program prints it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A key of a block or map: `storage`, `data`, `POSTGRES_DB`.
    Key(Cow<'static, str>),
    /// An entry of a list, an argument of a call, or an end of a range, counted from 0.
    Index(usize),
}

/// The steps of a [`Path`]. Rules make places of what they look at, and nearly none is ever reported: the first few steps take
/// no memory of their own.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Steps {
    /// Those that fit; what is not used is always the default.
    few: [Step; FEW],
    count: usize,
    /// All of them, if there are more.
    many: Vec<Step>,
}

/// `sidecars.exporter.env.NAME`.
const FEW: usize = 4;

impl Steps {
    const NONE: Self = Self { few: [const { Step::Index(0) }; FEW], count: 0, many: Vec::new() };

    fn push(&mut self, step: Step) {
        match self.few.get_mut(self.count) {
            Some(free) => *free = step,
            None => {
                if self.many.is_empty() {
                    self.many = std::mem::replace(self, Self::NONE).few.into();
                    self.count = FEW;
                }
                self.many.push(step);
            }
        }
        self.count += 1;
    }
}

impl Clone for Steps {
    fn clone(&self) -> Self {
        self.iter().cloned().collect()
    }
}

impl Default for Steps {
    fn default() -> Self {
        Self::NONE
    }
}

impl Deref for Steps {
    type Target = [Step];

    fn deref(&self) -> &[Step] {
        if self.count > FEW { &self.many } else { self.few.get(..self.count).unwrap_or_default() }
    }
}

impl FromIterator<Step> for Steps {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        let mut all = Self::NONE;
        steps.into_iter().for_each(|step| all.push(step));
        all
    }
}

/// Which token of the place is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Part {
    /// The value: `3` in `replicas: 3`; for an item its name.
    #[default]
    Value,
    /// The key: `replicas` in `replicas: 3`; for an item its kind.
    Key,
    /// One word of a reference: of `login.password` the first is 0. Where no reference stands, the value.
    Word(usize),
}

/// A place in a declaration: an item, the steps into it, and the key or the value there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Path {
    /// The position of the item in the stack; `None` for the head of the block (`stack`, `namespace`, …).
    pub item: Option<usize>,
    /// The steps from the item inwards.
    pub steps: Steps,
    /// The key or the value there.
    pub part: Part,
    /// A certain node, where keys do not tell it from others: the second of two keys of one name. 0 for none.
    pub node: u32,
}

impl Path {
    /// The head of the block, where `stack`, `namespace` and `kubernetes` stand.
    pub fn head() -> Self {
        Self::default()
    }

    /// An item, by its position in the stack.
    pub fn item(index: usize) -> Self {
        Self { item: Some(index), ..Self::default() }
    }

    /// The value of a key below this place.
    #[must_use]
    pub fn key(&self, key: impl Into<Cow<'static, str>>) -> Self {
        self.step(Step::Key(key.into()))
    }

    /// An entry below this place.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// The key itself instead of its value.
    #[must_use]
    pub fn the_key(mut self) -> Self {
        self.part = Part::Key;
        self
    }

    /// A word of the reference there.
    #[must_use]
    pub fn word(mut self, word: usize) -> Self {
        if self.part == Part::Value {
            self.part = Part::Word(word);
        }
        self
    }

    /// This node, whatever the steps lead to.
    #[must_use]
    pub fn node(mut self, node: u32) -> Self {
        self.node = node;
        self
    }

    /// Whether `other` is this place or lies inside it.
    pub fn contains(&self, other: &Path) -> bool {
        self.item == other.item && other.steps.starts_with(&self.steps)
    }

    fn step(&self, step: Step) -> Self {
        let mut path = Self { part: Part::Value, node: 0, ..self.clone() };
        path.steps.push(step);
        path
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) if n == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It compiles, and it is unwise. `allow: [rule_id]` in the item silences it.
    Warning,
    /// It does not compile; at run time, nothing is written.
    Error,
}

/// What a rule says about one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id, kebab-case, for example `secret-key-unknown`.
    pub rule: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// The place that must change.
    pub at: Path,
    /// What is wrong, in the user's words.
    pub message: String,
    /// What to write instead; empty if there is nothing to add.
    pub help: String,
    /// Places that the message refers to, with what they are: `first declared`.
    pub also: Vec<(Path, String)>,
    /// Every other place the rule looked at; if one of them is unknown at compile time, the finding is left to run time.
    pub looked_at: Vec<Path>,
}

impl Finding {
    /// An error at a place.
    pub fn error(rule: &'static str, at: Path, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            at,
            message: message.into(),
            help: String::new(),
            also: Vec::new(),
            looked_at: Vec::new(),
        }
    }

    /// A warning at a place.
    pub fn warning(rule: &'static str, at: Path, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(rule, at, message) }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Adds a place that the message refers to; the rule looked at it too.
    #[must_use]
    pub fn also(mut self, place: Path, what: impl Into<String>) -> Self {
        self.looked_at.push(place.clone());
        self.also.push((place, what.into()));
        self
    }

    /// Adds a place that the rule looked at.
    #[must_use]
    pub fn looked_at(mut self, place: Path) -> Self {
        self.looked_at.push(place);
        self
    }

    /// The same in a stack where so many items stand before.
    #[must_use]
    pub(crate) fn behind(mut self, items: usize) -> Self {
        let places = [&mut self.at].into_iter().chain(&mut self.looked_at);
        for place in places.chain(self.also.iter_mut().map(|(place, _)| place)) {
            place.item = place.item.map(|item| item + items);
        }
        self
    }

    /// All places that this finding depends on.
    pub fn places(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(&self.at).chain(&self.looked_at)
    }
}

/// The findings of a check, as an error: what keeps a stack from being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// The items' names, so that a place can be printed.
    pub(crate) items: Vec<String>,
    /// What was found, in the order of the declaration.
    pub findings: Vec<Finding>,
}

impl Findings {
    /// Whether anything is found that keeps the stack from being written.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The kind and name of a finding's item, as in `StatefulApp postgres`; `None` for the head of the block.
    pub fn item(&self, finding: &Finding) -> Option<&str> {
        finding.at.item.and_then(|item| self.items.get(item)).map(String::as_str)
    }

    /// Only the errors, or `None` if there are none.
    pub fn errors(self) -> Option<Self> {
        let findings: Vec<_> = self.findings.into_iter().filter(|f| f.severity == Severity::Error).collect();
        (!findings.is_empty()).then_some(Self { findings, ..self })
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, finding) in self.findings.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            write!(f, "{severity}: {}", finding.message)?;
            match finding.at.item.and_then(|item| self.items.get(item)) {
                Some(item) if finding.at.steps.is_empty() => write!(f, "\n  --> {item}")?,
                Some(item) => write!(f, "\n  --> {item}, {}", finding.at)?,
                None if !finding.at.steps.is_empty() => write!(f, "\n  --> {}", finding.at)?,
                None => {}
            }
            if !finding.help.is_empty() {
                write!(f, "\n  help: {}", finding.help)?;
            }
            write!(f, "\n  rule: {}", finding.rule)?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}
