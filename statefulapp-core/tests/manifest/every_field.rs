//! Tests that every field of a type reaches the objects.
//!
//! The lists are complete by construction: each takes its type apart without `..`, so that a new field does not compile
//! until it stands here.

use crate::support::values;
use serde_json::Value;
use statefulapp_core::manifest::objects;
use statefulapp_core::model::Stack;

/// Changes to single fields of `$base`, which `$stack` puts into a stack. `same` are fields whose work is done before,
/// `..` after them that the type has fields that only the crate sees.
macro_rules! every_field {
    ($type:ident, $base:expr, $stack:expr, { $($field:ident: $change:expr,)* } same { $($same:ident: $why:literal,)* } $($private:tt)?) => {{
        let base: $type = $base;
        let $type { $($field: _,)* $($same: _,)* $($private)? } = &base;
        let stack = $stack;
        let before = json(&stack(base.clone()));
        $({
            let mut changed: $type = base.clone();
            let change: fn(&mut $type) = $change;
            change(&mut changed);
            assert_ne!(changed, base, "{} is not changed", stringify!($field));
            assert_ne!(json(&stack(changed)), before, "{}.{} reaches nothing", stringify!($type), stringify!($field));
        })*
        let _ = [$($why,)* ""];
    }};
}

pub(crate) fn json(stack: &Stack) -> Vec<Value> {
    let objects = objects(stack, &values).expect("objects");
    objects.iter().map(|object| serde_json::to_value(object).expect("JSON")).collect()
}

/// No two stacks have the same objects.
pub(crate) fn all_differ<const N: usize>(stacks: [Stack; N]) {
    let objects = stacks.map(|stack| json(&stack));
    for (n, one) in objects.iter().enumerate() {
        for (m, other) in objects.iter().enumerate().take(n) {
            assert_ne!(one, other, "numbers {m} and {n}");
        }
    }
}
