//! Many objects, in linear time.

use serde_json::{Value, json};
use statefulapp_core::plan::plan;

use super::{postgres, set};

/// Everything is renamed, so that every look-up for a relative happens; a quadratic one would not end in sight.
#[test]
fn thousands_of_objects() {
    let objects = |prefix: &str| -> Vec<Value> {
        let of = |index: usize| {
            let name = format!("{prefix}-{index}");
            let secret =
                json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "databases"}});
            [set(postgres(), "metadata.name", json!(name)), secret]
        };
        (0..1000).flat_map(of).collect()
    };
    let (old, new) = (objects("a"), objects("b"));
    let renamed = plan(&old, &new);
    assert_eq!(renamed.changes.len(), 4000);
    assert!(plan(&old, &old).changes.is_empty());
}
