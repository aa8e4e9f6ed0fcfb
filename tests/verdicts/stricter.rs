//! Rules by which the language is stricter than the server, beside those of single values
//! ([`statefulapp_core::value::RULES`]): the server accepts such a declaration, but it can never work or means something else.

/// The rule's id and the reason.
pub const STRICTER: &[(&str, &str)] = &[
    ("duplicate-key", "of two entries of one name the server keeps the last without a word, and server-side apply refuses both"),
];
