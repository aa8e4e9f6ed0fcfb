//! The procedural macro of `statefulapp`; use it through that crate.
