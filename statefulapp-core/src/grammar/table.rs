//! How a table of blocks is written.

/// Declares the blocks, and for each a module of documented constants, one a key.
macro_rules! blocks {
    ($list:ident; $(
        $(#[doc = $doc:literal])*
        $block:ident $module:ident $name:literal {
            $($(#[doc = $key_doc:literal])* $key:ident: $kind:ident $($required:ident)?;)*
        }
    )*) => {
        $(
            $(#[doc = $doc])*
            pub static $block: $crate::grammar::Block = $crate::grammar::Block {
                name: $name,
                module: stringify!($module),
                doc: concat!($($doc, "\n",)*),
                keys: &[$($crate::grammar::Key {
                    name: $crate::grammar::table::strip_raw(stringify!($key)),
                    kind: $crate::grammar::Kind::$kind,
                    required: blocks!(@required $($required)?),
                    doc: concat!($($key_doc, "\n",)*),
                },)*],
            };
        )*

        /// The blocks of this file.
        pub(super) static $list: &[&$crate::grammar::Block] = &[$(&$block,)*];

        /// The blocks as modules of constants: what an editor completes, shows and goes to.
        pub(super) mod keys {
            $(
                $(#[doc = $doc])*
                #[allow(non_upper_case_globals)]
                pub mod $module {
                    $($(#[doc = $key_doc])* pub const $key: $crate::grammar::types::$kind = $crate::grammar::types::$kind;)*
                }
            )*
        }
    };
    (@required required) => { true };
    (@required) => { false };
}

pub(super) use blocks;

/// The name without the `r#` that keeps a Rust keyword an identifier.
pub(super) const fn strip_raw(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}
