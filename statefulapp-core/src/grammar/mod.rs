//! The language, as a table: every block, its keys, each key's kind of value and what it means.
//!
//! The parser's "did you mean", the editor's completion and hover, the wording of errors and `docs/grammar.md` all come from here.
//! Each block is also a module of documented constants ([`stateful_app::replicas`](keys::stateful_app::replicas)), which is what an
//! editor shows for a key.

mod foreign;
mod inner_blocks;
mod item_blocks;
mod kind;
mod reference;
mod table;

pub use foreign::{advice, kind_elsewhere, known_elsewhere};
pub use inner_blocks::*;
pub use item_blocks::*;
pub use kind::{Kind, Word, types, words};
pub use reference::reference;

/// Every block, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Block> {
    ITEM_BLOCKS.iter().chain(INNER_BLOCKS).copied()
}

/// The blocks as modules of constants: what an editor completes, shows and goes to.
pub mod keys {
    pub use super::inner_blocks::keys::*;
    pub use super::item_blocks::keys::*;
}

/// A block: a set of keys with the values that they take.
#[derive(Debug)]
pub struct Block {
    /// The item's kind, or what the block describes: `StatefulApp`, `port`.
    pub name: &'static str,
    /// The module in [`keys`] with a constant for each key.
    pub module: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its keys, in the order in which people write them.
    pub keys: &'static [Key],
}

/// A key of a block.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// Whether the block is incomplete without it.
    pub required: bool,
    /// What it does, its unit, range and default.
    pub doc: &'static str,
}

impl Block {
    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The names of its keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.keys.iter().map(|key| key.name)
    }
}

/// The block of an item's kind.
pub fn item(kind: &str) -> Option<&'static Block> {
    ITEMS.iter().copied().find(|block| block.name == kind)
}

/// The keys that only this form of a probe or hook takes.
pub fn options(form: &str) -> &'static [&'static str] {
    match form {
        "http" => &["https", "host", "headers"],
        "grpc" => &["service"],
        _ => &[],
    }
}

/// The blocks other than `here` that have a key of this name, for "it belongs in …".
pub fn owners(key: &str, here: &Block) -> Vec<&'static Block> {
    all().filter(|block| block.module != here.module && block.key(key).is_some()).collect()
}

/// The items' kinds as types, for the editor: each with the documentation of its block.
pub mod items {
    macro_rules! items {
        ($($(#[$doc:meta])* $name:ident;)*) => {
            $($(#[$doc])* #[derive(Clone, Copy, Debug)] pub struct $name;)*
        };
    }

    items! {
        /// An application with stable pods and storage: a StatefulSet and what it needs.
        StatefulApp;
        /// A stateless application: a Deployment and its Service.
        App;
        /// A Service.
        Service;
        /// Configuration files and values.
        ConfigMap;
        /// Passwords and keys.
        Secret;
        /// Pods that run to completion.
        Job;
        /// A Job at set times.
        CronJob;
        /// HTTP hosts and paths that lead to Services.
        Ingress;
        /// What may come in to an app's pods, and what may go out.
        NetworkPolicy;
        /// An identity for pods.
        ServiceAccount;
        /// What several apps share.
        AppGroup;
        /// Any other object, as it is.
        Raw;
    }
}
