use std::fmt;

/// Why a stack has no Kubernetes objects.
///
/// The message never holds the value of a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    /// The item, in the words of the declaration: ``StatefulApp `postgres` ``.
    pub item: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead; empty if there is nothing to add.
    pub help: String,
}

impl BuildError {
    /// An error in the item of this kind and name.
    pub fn new(kind: &str, name: &str, message: impl Into<String>) -> Self {
        Self { item: format!("{kind} `{name}`"), message: message.into(), help: String::new() }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  --> {}", self.message, self.item)?;
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

impl std::error::Error for BuildError {}
