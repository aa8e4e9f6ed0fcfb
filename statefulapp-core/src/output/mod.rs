//! Writing: objects as YAML, a directory of them that is replaced in one step, and secrets that are kept.

mod emit;
mod order;
mod ordered;
mod scalar;
pub mod yaml;
