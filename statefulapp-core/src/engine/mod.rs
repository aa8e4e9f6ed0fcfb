//! What is known of the databases, queues and stores, as data.

use crate::model::{EngineKind, Stack};

/// What is known of one engine.
#[derive(Debug)]
pub struct Facts {
    /// Which one.
    pub kind: EngineKind,
    /// The word in the language.
    pub name: &'static str,
    /// The keys that its block takes.
    pub options: &'static [EngineOption],
}

/// A key that an engine's block takes.
#[derive(Debug)]
pub struct EngineOption {
    /// The key.
    pub name: &'static str,
    /// What it does for this engine.
    pub doc: &'static str,
}

impl Facts {
    /// Whether its block takes this key.
    pub fn takes(&self, key: &str) -> bool {
        self.options.iter().any(|option| option.name == key)
    }
}

/// Every engine.
pub fn all() -> &'static [&'static Facts] {
    &[]
}

/// The engine of this name.
pub fn by_name(name: &str) -> Option<&'static Facts> {
    all().iter().copied().find(|facts| facts.name == name)
}

/// The stack with everything filled in that the engines know and the user left out.
pub fn complete(stack: &Stack) -> Stack {
    stack.clone()
}

/// The scheme of the URL that clients of an engine use.
pub fn scheme(kind: EngineKind) -> Option<&'static str> {
    let _ = kind;
    None
}
